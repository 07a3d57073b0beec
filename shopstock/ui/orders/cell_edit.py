"""Change a figure where it stands in a table: a digit or Enter opens the cell, Enter keeps it and goes on below.

The table itself stays as it is everywhere; the field lies over the cell while somebody types in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView

from shopstock.core.text import _
from shopstock.ui import fields, theme
from shopstock.ui.table import Table

CellKind = Literal["qty", "money"]
_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CellEdit(QObject):
    """Edits the cells of some columns. ``cells`` says which, and what kind of figure each holds.

    ``entered`` tells the row as it was, the field and the new figure; ``refused`` what was typed and is none.
    """

    entered = Signal(object, str, int)
    refused = Signal(str)

    def __init__(self, table: Table, cells: Mapping[str, CellKind], *, decimals: int = 2) -> None:
        super().__init__(table)
        self._table = table
        self._cells = dict(cells)
        self.decimals = decimals
        self.allowed = True
        self._row: Any = None
        self._field = ""
        self._edit: fields.MoneyEdit | fields.QtyEdit | None = None
        table.installEventFilter(self)
        table.doubleClicked.connect(self._open_at)
        table.verticalScrollBar().valueChanged.connect(lambda _value: self.finish())

    @property
    def is_open(self) -> bool:
        """Tell whether a figure is being typed."""
        return self._edit is not None

    def open(self, field: str, typed: str = "") -> None:
        """Open the cell of a field in the selected row; ``typed`` is what it begins with instead of its figure."""
        self.finish()
        row, index = self._table.selected_row(), self._table.currentIndex()
        if row is None or not self.allowed or field not in self._cells:
            return
        column = self._column(field)
        if column < 0 or self._table.isColumnHidden(column):
            return
        index = index.siblingAtColumn(column)
        self._table.setCurrentIndex(index)
        self._table.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
        title = self._table.rows_model().columns[column].title
        kind = fields.MoneyEdit if self._cells[field] == "money" else fields.QtyEdit
        edit = kind(title, self._table.viewport())
        edit.setFont(theme.font(theme.BODY, theme.SEMIBOLD))
        edit.setGeometry(self._place(index))
        value = getattr(row, field)
        if typed:
            edit.setText(typed)
        elif value is not None and isinstance(edit, fields.MoneyEdit):
            edit.write(value, self.decimals)
        elif value is not None:
            edit.write(value)
        self._row, self._field, self._edit = row, field, edit
        edit.installEventFilter(self)
        edit.show()
        edit.setFocus()

    def finish(self, *, keep: bool = True, into_table: bool = False) -> bool:
        """Close the cell; a figure that can be read is kept. Tell whether all is well.

        The keys go back to the table first, for what comes of the figure may want them.
        """
        edit, row, field = self._edit, self._row, self._field
        if edit is None:
            return True
        value = edit.read()
        blank = not edit.text().strip()
        if keep and value is None and not blank:
            self.refused.emit(_("“{text}” is no figure. Type a number, such as 12 or 0.25.").format(text=edit.text()))
        self._edit = None
        edit.removeEventFilter(self)
        edit.hide()
        edit.deleteLater()
        if into_table:
            self._table.setFocus()
        if keep and value is not None and value != getattr(row, field):
            self.entered.emit(row, field, value)
        return value is not None or blank or not keep

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if watched is self._edit:
                return self._key_in_cell(event)
            if watched is self._table and self.allowed:
                return self._key_in_table(event)
        if watched is self._edit and event.type() == QEvent.Type.FocusOut:
            self.finish()
        return False

    def _key_in_table(self, event: QKeyEvent) -> bool:
        text = event.text()
        field = self._table.rows_model().columns[max(self._table.currentIndex().column(), 0)].field
        first = next(iter(self._cells))
        if len(text) == 1 and (text.isdigit() or text in ".,") and not event.modifiers() & _COMMANDS:
            self.open(field if field in self._cells else first, text)
            return True
        if event.key() in _ENTERS:
            self.open(field if field in self._cells else first)
            return True
        return False

    def _key_in_cell(self, event: QKeyEvent) -> bool:
        key, field = event.key(), self._field
        if key == Qt.Key.Key_Escape:
            self.finish(keep=False, into_table=True)
            return True
        if key in _ENTERS or key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            if self.finish(into_table=True):
                self._table.select(self._table.currentIndex().row() + (-1 if key == Qt.Key.Key_Up else 1))
            return True
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            columns = sorted(map(self._column, self._cells))
            shown = [number for number in columns if not self._table.isColumnHidden(number)]
            names = [self._table.rows_model().columns[number].field for number in shown]
            step = -1 if key == Qt.Key.Key_Backtab else 1
            if self.finish(into_table=True):
                self.open(names[(names.index(field) + step) % len(names)])
            return True
        return False

    def _open_at(self, index: QModelIndex) -> None:
        field = self._table.rows_model().columns[index.column()].field
        if field in self._cells:
            self.open(field)

    def _column(self, field: str) -> int:
        columns = self._table.rows_model().columns
        return next((number for number, column in enumerate(columns) if column.field == field), -1)

    def _place(self, index: QModelIndex) -> QRect:
        cell = self._table.visualRect(index)
        place = QRect(0, 0, max(cell.width() - 8, 92), theme.CONTROL)
        place.moveCenter(cell.center())
        place.moveRight(min(place.right(), self._table.viewport().width() - 1))
        return place


_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
