"""Keys one below the other in a list that scrolls: for the finger, the arrow keys and Enter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from shopstock.ui import theme
from shopstock.ui.sell.till_button import TillButton


class KeyList(QScrollArea):
    """Keys one below the other, or in columns; the arrow keys go from one to the next."""

    def __init__(self, columns: int = 1) -> None:
        super().__init__()
        self._columns = columns
        self.keys: list[TillButton] = []
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        page.setObjectName("page")
        outer = QVBoxLayout(page)
        outer.setContentsMargins(2, 2, 6, 2)
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.S2)
        outer.addLayout(self._grid)
        outer.addStretch(1)
        self.setWidget(page)

    def show_keys(self, keys: Sequence[TillButton]) -> None:
        """Show these keys instead."""
        for key in self.keys:
            self._grid.removeWidget(key)
            key.deleteLater()
        rows = -(-max(len(self.keys), len(keys)) // self._columns)
        self.keys = list(keys)
        for row in range(rows):
            # The list scrolls rather than squeeze its keys.
            in_row = self.keys[row * self._columns : (row + 1) * self._columns]
            self._grid.setRowMinimumHeight(row, max((key.sizeHint().height() for key in in_row), default=0))
        for place, key in enumerate(keys):
            self._grid.addWidget(key, place // self._columns, place % self._columns)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: self._columns, Qt.Key.Key_Up: -self._columns, Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        by = step.get(Qt.Key(event.key()))
        here = next((n for n, key in enumerate(self.keys) if key.hasFocus()), -1)
        if by is None or here < 0:
            super().keyPressEvent(event)
            return
        key = self.keys[max(0, min(here + by, len(self.keys) - 1))]
        key.setFocus()
        self.ensureWidgetVisible(key)
