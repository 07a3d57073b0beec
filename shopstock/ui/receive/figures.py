"""A table some of whose columns are typed into: Enter or a digit opens the field in the cell, Enter goes to the next.

The field is laid over the cell; a scan never lands in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from shopstock.core.text import _
from shopstock.core.units import Money, Qty
from shopstock.ui import theme
from shopstock.ui.fields import MoneyEdit, QtyEdit
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.table import Table


class FigureColumn(NamedTuple):
    """Which field of a row is typed, and whether it is ``"qty"`` or ``"money"``."""

    field: str
    kind: str


class FiguresTable(Table):
    """The table. ``entered`` tells the row and the figure that was typed; the rows change only by who hears it.

    ``field_name`` says, while ``entered`` is heard, which column it was typed into.
    """

    entered = Signal(object, object)  # the row, Money or Qty (a Python int: an amount may be beyond 32 bits)

    def __init__(
        self, name: str, columns: Sequence[Column], *typed: FigureColumn, digits: int = 2,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        self.figure_rows = RowsModel(columns, money_decimals=digits)
        super().__init__(self.figure_rows, name, parent, row_height=theme.ROW_TWO_LINES, head_height=36)
        self.figure_rows.setParent(self)
        self._typed, self._digits = typed, digits
        self._places = [
            next(place for place, column in enumerate(columns) if column.field == one.field) for one in typed
        ]
        self.fields = [self._make_field(columns[place].title, one.kind) for place, one in zip(
            self._places, typed, strict=True
        )]  # fmt: skip
        self._editing = (-1, 0)
        self.field_name = typed[0].field
        self.locked = False
        self.setToolTip(_("Enter, or a digit, to type the figure of a row"))
        self.verticalScrollBar().valueChanged.connect(self._put_field)
        self.activated.connect(lambda index: self.edit_row(index.row()))

    def _make_field(self, title: str, kind: str) -> MoneyEdit | QtyEdit:
        field: MoneyEdit | QtyEdit = MoneyEdit(title) if kind == "money" else QtyEdit(title)
        field.setParent(self.viewport())
        theme.style_font(field, theme.BODY, theme.SEMIBOLD)
        field.hide()
        field.returnPressed.connect(self._next)
        field.installEventFilter(self)
        return field

    @property
    def field(self) -> MoneyEdit | QtyEdit:
        """The field that is typed into."""
        return self.fields[self._editing[1]]

    def rows(self) -> tuple[Any, ...]:
        """Return the rows on show."""
        return self.figure_rows.rows

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show rows; a figure that is being typed stays open only where its row stays."""
        editing = self.figure_rows.row_at(self._editing[0])
        self.figure_rows.set_rows(rows)
        if editing is not None:
            self._editing = (self.figure_rows.index_of(editing[0]), self._editing[1])
            self._put_field()
        if self.selected_row() is None and rows:
            self.select(0)

    def replace_row(self, row: Any) -> None:
        """Show one row anew."""
        self.figure_rows.set_rows([row if one[0] == row[0] else one for one in self.figure_rows.rows])

    def select_key(self, key: Any) -> None:
        """Select the row of a key and let it glow."""
        number = self.figure_rows.index_of(key)
        if number >= 0:
            self.select(number)
            self.flash(number)

    def edit_row(self, number: int, text: str = "", which: int = 0) -> None:
        """Open a field of a row; with ``text`` that replaces the figure."""
        row = self.figure_rows.row_at(number)
        if row is None or self.locked:
            return
        self._close_field()
        self._editing = (number, which)
        self.select(number)
        value, field = getattr(row, self._typed[which].field), self.field
        if text or value is None:
            field.setText(text)
        elif isinstance(field, MoneyEdit):
            field.write(Money(value), self._digits)
        else:
            field.write(Qty(value))
        self._put_field()
        field.show()
        field.setFocus()

    def _put_field(self) -> None:
        number, which = self._editing
        index = self.figure_rows.index(number, self._places[which])
        if number < 0 or not index.isValid():
            self.field.hide()
            return
        cell = self.visualRect(index)
        self.field.setGeometry(cell.left() + 2, cell.center().y() - 21, cell.width() - 4, theme.CONTROL)

    def _take(self) -> bool:
        (number, which), field = self._editing, self.field
        row, figure = self.figure_rows.row_at(number), field.read()
        if row is None:
            return True
        if figure is None and field.text().strip():
            return False
        self.field_name = self._typed[which].field
        if figure is not None and figure != getattr(row, self.field_name):
            self.entered.emit(row, figure)
        return True

    def _next(self) -> None:
        if not self._take():
            return
        number, which = self._editing
        if which + 1 < len(self._typed):
            self.edit_row(number, which=which + 1)
        elif number + 1 < self.figure_rows.rowCount():
            self.edit_row(number + 1)
        else:
            self._close()

    def _close_field(self) -> None:
        field, self._editing = self.field, (-1, 0)
        field.hide()

    def _close(self) -> None:
        self._close_field()
        self.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self and watched is self.field and self._editing[0] >= 0:
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                key = event.key()
                if key == Qt.Key.Key_Escape:
                    self._close()
                    return True
                if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._take():
                    step, (number, which) = (1 if key == Qt.Key.Key_Down else -1), self._editing
                    self.edit_row(max(0, min(number + step, self.figure_rows.rowCount() - 1)), which=which)
                    return True
            elif event.type() == QEvent.Type.FocusOut:
                self._take()
                self._close_field()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if plain and event.text().isdigit() and self.currentIndex().isValid():
            self.edit_row(self.currentIndex().row(), event.text())
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index: QModelIndex = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() in self._places and event.button() == Qt.MouseButton.LeftButton:
            self.edit_row(index.row(), which=self._places.index(index.column()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._put_field()
