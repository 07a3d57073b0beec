"""A list to tick: places or categories that a count takes in. Nothing ticked means all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from shopstock.ui import theme
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.table import Table


class TickRow(NamedTuple):
    """One row: its id, its words, and what is said small below them."""

    id: int
    name: str
    second: str


class TickList(Table):
    """The list. A click or Space ticks a row."""

    ticked = Signal()

    def __init__(self, name: str) -> None:
        self.chosen: set[int] = set()
        self._rows = RowsModel(
            (Column("id", "", "chip", 56, chips=self._tick), Column("name", name, weight=theme.MEDIUM, second="second"))
        )
        super().__init__(self._rows, name, row_height=theme.ROW_TWO_LINES)
        self._rows.setParent(self)
        self.clicked.connect(self._clicked)
        self.installEventFilter(self)

    def show_rows(self, rows: Sequence[TickRow]) -> None:
        """Show these rows."""
        self._rows.set_rows(rows)
        self.chosen &= {row.id for row in rows}
        if self.selected_row() is None:
            self.select(0)

    def toggle(self, row: TickRow | None) -> None:
        """Tick a row, or take its tick away."""
        if row is not None:
            self.chosen ^= {row.id}
            self.viewport().update()
            self.ticked.emit()

    def _tick(self, row: TickRow) -> tuple[Chip, ...]:
        there = row.id in self.chosen
        return (Chip("", "circle-check" if there else "circle", "accent" if there else "plain"),)

    def _clicked(self, index: QModelIndex) -> None:
        self.toggle(self._rows.row_at(index.row()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Space:
                self.toggle(self.selected_row())
                return True
        return super().eventFilter(watched, event)
