"""The things that a label shows, in their order, and those that it could show; ticked and moved by keys."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from shopstock.core.labels import LabelTemplate
from shopstock.core.text import _
from shopstock.ui import theme
from shopstock.ui.labels import draft
from shopstock.ui.labels.draft import ElementRow
from shopstock.ui.labels.line_table import paint_tick, tick_box
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.table import RowDelegate, Table

_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class _Delegate(RowDelegate):
    """Adds the tick."""

    def paint_cell(
        self, painter: QPainter, view: Table, inner: QRect, column: Column, row: Any, index: Any, tinted: bool
    ) -> None:
        if column.field == "on":
            paint_tick(painter, tick_box(view, inner), row.on)
        else:
            super().paint_cell(painter, view, inner, column, row, index, tinted)


class ElementTable(Table):
    """The table. ``toggled`` and ``moved`` tell what a person wants of a row."""

    toggled = Signal(object)  # ElementRow
    moved = Signal(object, int)  # ElementRow, up or down

    def __init__(self, parent: QWidget | None = None) -> None:
        self._elements = RowsModel(
            (
                Column("on", "", "chip", 52, text=lambda row: _("shown") if row.on else _("not shown")),
                Column("title", _("On the label"), weight=theme.MEDIUM),
                Column("about", "", size=theme.SMALL, token="ink2", width=172),
            ),
            key="key",
        )
        super().__init__(self._elements, _("What the label shows"), parent, row_height=theme.CONTROL)
        self._elements.setParent(self)
        self.setItemDelegate(_Delegate(self))
        self.clicked.connect(self._pressed)

    def show_template(self, template: LabelTemplate, at: int | None = None) -> None:
        """Show a template; ``at`` selects another row, else the selected one stays."""
        row = self.currentIndex().row() if at is None else at
        rows = draft.rows(template)
        self._elements.set_rows(rows)
        self.select(max(0, min(row, len(rows) - 1)))

    def row(self) -> ElementRow | None:
        """Return the selected row."""
        found: ElementRow | None = self.selected_row()
        return found

    def _pressed(self, index: QModelIndex) -> None:
        if index.column() == 0:
            self.toggled.emit(self._elements.row_at(index.row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, key = self.row(), Qt.Key(event.key())
        if row is not None and key == Qt.Key.Key_Space:
            self.toggled.emit(row)
        elif row is not None and key in _MOVES and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.moved.emit(row, _MOVES[key])
        else:
            super().keyPressEvent(event)
