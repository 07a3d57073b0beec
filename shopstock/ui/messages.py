"""The message bar: its 44 pixels are reserved, so nothing jumps when a message comes or goes.

One message at a time, the gravest first: a bold fact, its plain consequence, one action, close. It takes no focus, so
neither a scan nor Enter can answer it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from shopstock.core.text import _
from shopstock.ui import icons, theme
from shopstock.ui.stylesheet import restyle

GRAVITY = {"bad": 3, "warn": 2, "info": 1, "ok": 0}
_ICONS = {"bad": "alert-triangle", "warn": "alert-triangle", "info": "info-circle", "ok": "check"}
PASSING_SECONDS = 8
LEAST_WIDTH = 320


@dataclass(frozen=True, slots=True)
class Message:
    """``level`` is ``bad``, ``warn``, ``info`` or ``ok``. Messages with one ``key`` replace each other."""

    level: str
    fact: str
    consequence: str = ""
    action: str = ""
    on_action: Callable[[], object] | None = None
    key: str = ""
    passing: bool = False


def beside_buttons(place: QRect, screen: QWidget, content: QWidget) -> QRect:
    """Return the part of ``place`` (in ``content``) before the buttons of the screen that stand at its end.

    A message lies over the title of a screen that keeps no row free for it; what people press stays within reach.
    """
    right_to_left = content.isRightToLeft()
    free = QRect(place)
    for button in screen.findChildren(QAbstractButton):
        if not button.isVisible():
            continue
        there = QRect(button.mapTo(content, QPoint(0, 0)), button.size())
        if there.intersects(free) and right_to_left:
            free.setLeft(there.right() + theme.S3)
        elif there.intersects(free):
            free.setRight(there.left() - theme.S3)
    return free if free.width() >= LEAST_WIDTH else place


class MessageBar(QFrame):
    """Shows the gravest of the messages that stand."""

    shown = Signal(object)  # Message or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._standing: list[Message] = []
        self.setFixedHeight(theme.CONTROL)
        self._icon = QLabel()
        self._fact = QLabel()
        self._rest = QLabel()
        self._action = QPushButton()
        self._close = QToolButton()
        theme.style_font(self._fact, theme.BODY, theme.SEMIBOLD)
        theme.style_font(self._action, theme.BODY, theme.SEMIBOLD)
        self._rest.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for label in (self._fact, self._rest):
            label.setTextFormat(Qt.TextFormat.PlainText)
        for button in (self._action, self._close):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setProperty("kind", "bare")
        self._close.setAccessibleName(_("Close the message"))
        self._close.setIconSize(QSize(20, 20))
        self._close.setToolTip(_("Close the message"))
        self._close.clicked.connect(self._close_top)
        self._action.clicked.connect(self._act)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.S4, 0, theme.S1, 0)
        layout.setSpacing(theme.S2)
        layout.addWidget(self._icon)
        layout.addSpacing(theme.S1)
        layout.addWidget(self._fact)
        layout.addWidget(self._rest, 1)
        layout.addWidget(self._action)
        layout.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._pass)
        theme.watcher().changed.connect(self._show)
        self._show()

    def say(
        self,
        level: str,
        fact: str,
        consequence: str = "",
        action: str = "",
        on_action: Callable[[], object] | None = None,
        *,
        key: str = "",
        passing: bool | None = None,
    ) -> None:
        """Put a message up. Good news passes by itself after some seconds, the rest stays until closed or dropped."""
        goes = passing if passing is not None else level == "ok"
        message = Message(level, fact, consequence, action, on_action, key, goes)
        self._standing = [
            one for one in self._standing if not ((key and one.key == key) or one.passing or one.fact == fact)
        ]
        self._standing.append(message)
        self._standing = self._standing[-20:]
        self._show()

    def drop(self, key: str) -> None:
        """Take back the message of a key: its cause is gone."""
        self._standing = [one for one in self._standing if one.key != key]
        self._show()

    def clear(self) -> None:
        """Take back every message."""
        self._standing = []
        self._show()

    def current(self) -> Message | None:
        """Return the message on show."""
        if not self._standing:
            return None
        gravest = max(GRAVITY[one.level] for one in self._standing)
        return [one for one in self._standing if GRAVITY[one.level] == gravest][-1]

    def _close_top(self) -> None:
        top = self.current()
        self._standing = [one for one in self._standing if one is not top]
        self._show()

    def _pass(self) -> None:
        self._standing = [one for one in self._standing if not one.passing]
        self._show()

    def _act(self) -> None:
        top = self.current()
        self._close_top()
        if top is not None and top.on_action is not None:
            top.on_action()

    def _show(self) -> None:
        message = self.current()
        for widget in (self._icon, self._fact, self._rest, self._close):
            widget.setVisible(message is not None)
        self._action.setVisible(message is not None and bool(message.action))
        restyle(self, role=f"message-{message.level}" if message else "message-none")
        self.setAccessibleName(f"{message.fact} {message.consequence}".strip() if message else _("No message"))
        self.shown.emit(message)
        if message is None:
            return
        tone = "accent" if message.level == "info" else message.level
        color = theme.current().as_dict()[tone]
        scale = self.devicePixelRatioF()
        self._icon.setPixmap(icons.pixmap(_ICONS[message.level], 20, tone, scale))
        self._close.setIcon(icons.icon("x", tone))
        self._fact.setText(message.fact)
        self._rest.setText(message.consequence)
        self._rest.setToolTip(message.consequence)
        self._action.setText(message.action)
        self._fact.setStyleSheet(f"color: {color}")
        self._action.setStyleSheet(f"color: {color}")
        if message.passing:
            self._timer.start(PASSING_SECONDS * 1000)
