"""The filter line of the stock table: words as chips, the word being typed filters at once.

A word is a state ("out", "low"), a class ("A"), "category NAME", "supplier NAME", "place NAME", or part of a name, SKU
or code.
Enter makes a chip of it, Backspace on the empty line takes the last one back, Esc clears the line.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from shopstock.core.text import _
from shopstock.queries import stock
from shopstock.ui import icons, stylesheet, theme

TYPING_PAUSE_MS = 120


class FilterLine(QFrame):
    """The line. ``changed`` carries every word in force, the one being typed included."""

    changed = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "entry")
        self.setFixedHeight(theme.CONTROL)
        self._words: list[str] = []
        self._last: tuple[str, ...] = ()
        self._chips = QHBoxLayout()
        self._chips.setSpacing(theme.S2)
        self._icon = QLabel()
        self._show_icon()
        theme.watcher().changed.connect(self._show_icon)
        self._line = QLineEdit()
        self._line.setProperty("role", "bare")
        self._line.setAccessibleName(_("Filter the stock table"))
        self._line.setPlaceholderText(_("add a word: out, low, dusty, expiring, A, category …, supplier …, or a name"))
        self._known = QStringListModel([word for word, _meaning in stock.words()], self)
        self._completer = QCompleter(self._known, self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
        self._line.setCompleter(self._completer)
        self._count = QLabel()
        self._count.setFont(theme.font(theme.BODY, theme.MEDIUM))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.S4, 0, theme.S4, 0)
        layout.setSpacing(theme.S3)
        layout.addWidget(self._icon)
        layout.addLayout(self._chips)
        layout.addWidget(self._line, 1)
        layout.addWidget(self._count)
        self._pause = QTimer(self, singleShot=True, interval=TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        self._line.textEdited.connect(lambda _text: self._pause.start())
        self._line.installEventFilter(self)
        self.setFocusProxy(self._line)

    @property
    def words(self) -> tuple[str, ...]:
        """Every word in force."""
        typed = self._line.text().strip()
        return (*self._words, *split(typed))

    def set_words(self, words: tuple[str, ...]) -> None:
        """Replace all words (a scan shows its item)."""
        self._words = list(words)
        self._line.setText("")
        self._show_chips()
        self._tell()

    def offer_places(self, words: list[str]) -> None:
        """Complete the words of these places too."""
        self._known.setStringList([*(word for word, _meaning in stock.words()), *words])
        if words:
            self._line.setPlaceholderText(
                _("add a word: out, low, dusty, expiring, A, category …, supplier …, place …, or a name")
            )

    def show_count(self, shown: int, all_items: int) -> None:
        """Say how many rows are on show."""
        self._count.setText(_("{shown} of {all}").format(shown=f"{shown:,}", all=f"{all_items:,}"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._keep()
                return True
            if key == Qt.Key.Key_Backspace and not self._line.text() and self._words:
                self._remove(len(self._words) - 1)
                return True
            if key == Qt.Key.Key_Escape and (self._line.text() or self._words):
                self.set_words(())
                return True
        if watched is self._line and event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            stylesheet.restyle(self, focused=event.type() == QEvent.Type.FocusIn)
        return super().eventFilter(watched, event)

    def _show_icon(self) -> None:
        self._icon.setPixmap(icons.pixmap("search", 20, "ink2", self.devicePixelRatioF()))

    def _keep(self) -> None:
        for word in split(self._line.text().strip()):
            if word not in self._words:
                self._words.append(word)
        self._line.setText("")
        self._show_chips()
        self._tell()

    def _remove(self, number: int) -> None:
        del self._words[number]
        self._show_chips()
        self._tell()
        self._line.setFocus()

    def _show_chips(self) -> None:
        while (item := self._chips.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, word in enumerate(self._words):
            chip = QPushButton(word)
            chip.setProperty("kind", "chip")
            chip.setIcon(icons.icon("x", "accent"))
            chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            chip.setFont(theme.font(theme.SMALL, theme.MEDIUM))
            chip.setAccessibleName(_("Remove the filter {word}").format(word=word))
            chip.clicked.connect(partial(self._remove, number))
            self._chips.addWidget(chip)

    def _tell(self) -> None:
        self._pause.stop()
        if self.words != self._last:
            self._last = self.words
            self.changed.emit(self.words)


def split(typed: str) -> tuple[str, ...]:
    """Take a typed text apart: "category", "supplier" and "place" own the rest of the line, other words stand alone."""
    head, _space, rest = typed.partition(" ")
    if head.casefold() in ("category", "supplier", "place"):
        return (f"{head.casefold()} {rest.strip()}",) if rest.strip() else ()
    words = tuple(head.split())
    return words + split(rest.strip()) if rest.strip() else words
