"""The last step: what posting will do, in words, and then what it did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from shopstock.core.text import _
from shopstock.ui import fields, icons, theme
from shopstock.ui.receive.page import card
from shopstock.ui.sell.till_button import TillButton

_TOKENS = {"ok": "ok", "warn": "warn", "bad": "bad", "plain": "ink2"}


class Said(NamedTuple):
    """One sentence of a summary: a fact, what follows, its icon and tone (``ok``, ``warn``, ``bad``, ``plain``)."""

    fact: str
    plain: str = ""
    icon: str = "check"
    tone: str = "plain"


class Sentences(QScrollArea):
    """Sentences one below the other, each with its icon."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page = QWidget()
        self._page.setObjectName("page")
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(0, 0, theme.S2, 0)
        self._column.setSpacing(theme.S3)
        self._column.addStretch(1)
        self.setWidget(self._page)
        self.texts: list[str] = []
        self._said: list[Said] = []
        # A method, not a lambda: the connection ends with the widget.
        theme.watcher().changed.connect(self._say_again)

    def say(self, sentences: Sequence[Said]) -> None:
        """Show these sentences."""
        self._said = list(sentences)
        self.texts = [f"{said.fact} {said.plain}".strip() for said in sentences]
        while self._column.count() > 1:
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for place, said in enumerate(sentences):
            self._column.insertWidget(place, self._row(said))

    def _say_again(self) -> None:
        self.say(self._said)

    def _row(self, said: Said) -> QWidget:
        row = QWidget()
        row.setAccessibleName(f"{said.fact} {said.plain}".strip())
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        icon = QLabel()
        icon.setFixedWidth(24)
        icon.setPixmap(icons.pixmap(said.icon, 20, _TOKENS[said.tone], self.devicePixelRatioF()))
        words = QVBoxLayout()
        words.setSpacing(2)
        fact = fields.label(said.fact, "", theme.BODY, theme.MEDIUM)
        fact.setWordWrap(True)
        words.addWidget(fact)
        if said.plain:
            plain = fields.label(said.plain, "label")
            plain.setWordWrap(True)
            words.addWidget(plain)
        layout.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        return row


class PostPage(QWidget):
    """What posting will do. ``post_asked`` does it."""

    post_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        frame, column = card(padding=theme.S6, spacing=theme.S4)
        column.addWidget(fields.label(_("This is what happens"), "", theme.TITLE, theme.MEDIUM))
        self.sentences = Sentences(_("What posting will do"))
        column.addWidget(self.sentences, 1)
        foot = QHBoxLayout()
        self._wait = fields.label("", "bad")
        self._wait.setWordWrap(True)
        self.post_key = TillButton(
            _("Post"), kind="primary", size=theme.TITLE, height=theme.MAIN_ACTION, centered=True, keycap="F9"
        )
        self.post_key.setMinimumWidth(280)
        self.post_key.clicked.connect(self.post_asked)
        foot.addWidget(self._wait, 1)
        foot.addWidget(self.post_key)
        column.addLayout(foot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)
        self.setFocusProxy(self.post_key)

    def show_summary(self, sentences: Sequence[Said], waits: str) -> None:
        """Show what will happen; ``waits`` says what has to be settled first (empty: nothing)."""
        self.sentences.say(sentences)
        self._wait.setText(waits)
        self.post_key.waiting = bool(waits)


class ResultPage(QWidget):
    """What posting did. ``done`` goes back to the deliveries, ``labels_asked`` prints what still wants a label."""

    done = Signal()

    def __init__(self, title: str, sentences: Sequence[Said], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        frame, column = card(padding=theme.S6, spacing=theme.S4)
        head = QHBoxLayout()
        tick = QLabel()
        tick.setPixmap(icons.pixmap("circle-check", 24, "ok", self.devicePixelRatioF()))
        head.addWidget(tick)
        head.addWidget(fields.label(title, "", theme.TITLE, theme.SEMIBOLD), 1)
        column.addLayout(head)
        self.sentences = Sentences(_("What was posted"))
        self.sentences.say(sentences)
        column.addWidget(self.sentences, 1)
        self.next_key = TillButton(
            _("Next delivery"), kind="primary", size=theme.TITLE, height=theme.MAIN_ACTION, centered=True
        )
        self.next_key.setMinimumWidth(280)
        self.next_key.clicked.connect(self.done)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.next_key)
        column.addLayout(foot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)
        self.setFocusProxy(self.next_key)
