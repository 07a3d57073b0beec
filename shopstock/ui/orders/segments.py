"""A row of buttons of which one is chosen: which part of a list is on show."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from shopstock.ui import fields, theme


class Segments(QWidget):
    """The buttons. ``chosen`` tells the id of the one that a person chose; the arrow keys go from one to the next."""

    chosen = Signal(str)

    def __init__(self, name: str, parts: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._words = dict(parts)
        self._current = parts[0][0]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S1)
        self._buttons: dict[str, fields.Button] = {}
        for id_, words in parts:
            button = fields.Button(words, on_click=partial(self._press, id_))
            button.setCheckable(True)
            self._buttons[id_] = button
            row.addWidget(button)
        self._mark()

    @property
    def current(self) -> str:
        """The id of the part on show."""
        return self._current

    def choose(self, id_: str) -> None:
        """Show a part as chosen, without telling."""
        self._current = id_
        self._mark()

    def count(self, id_: str, words: str) -> None:
        """Write how many there are beside the words of a part (empty: none)."""
        text = f"{self._words[id_]} {words}".strip()
        self._buttons[id_].setText(text)
        self._buttons[id_].setAccessibleName(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        ids = list(self._buttons)
        following = ids[(ids.index(self._current) + (-step if self.isRightToLeft() else step)) % len(ids)]
        self._press(following)
        self._buttons[following].setFocus()

    def _press(self, id_: str) -> None:
        changed = id_ != self._current
        self._current = id_
        self._mark()
        if changed:
            self.chosen.emit(id_)

    def _mark(self) -> None:
        for id_, button in self._buttons.items():
            button.setChecked(id_ == self._current)
