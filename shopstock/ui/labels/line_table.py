"""The table of lines to print: a tick, the item, its price, why, and how many copies, all of it worked by keys.

A figure typed on a line is its number of copies (each line starts afresh: 2 then 2 is 22 on one line, 2 on the next),
``+`` and ``-`` step it, Space ticks, Del takes a line away. Anything else that is typed goes to the entry line.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QWidget

from shopstock.core.text import _
from shopstock.ui import format as fmt
from shopstock.ui import icons, theme
from shopstock.ui.labels.lines import MAX_COPIES, Line, chips_of
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.table import RowDelegate, Table

TICK, COPIES = "on", "copies"
#: The column that a list of places has no use for, and the one that goes first when there is little room.
PRICE, REASON = 2, 3
_BOX = 20
_STEPS = {"+": 1, "-": -1}


def columns(of_places: bool = False) -> tuple[Column, ...]:
    """Return the columns of the table; a list of places has the same ones under other titles."""
    return (
        Column(TICK, "", "chip", 52, text=lambda line: _("print") if line.on else _("do not print")),
        Column("name", _("Place") if of_places else _("Item"), weight=theme.MEDIUM, second="about"),
        Column("price", _("Price"), "money", 84),
        Column("reason", _("Level") if of_places else _("Why"), "chip", 148, chips=chips_of),
        Column(COPIES, _("Copies"), "number", 92, theme.SEMIBOLD),
    )


class _Delegate(RowDelegate):
    """Adds the tick, and the frame that says that the copies can be typed."""

    def paint_cell(
        self, painter: QPainter, view: Table, inner: QRect, column: Column, row: Any, index: Any, tinted: bool
    ) -> None:
        if column.field == TICK:
            paint_tick(painter, tick_box(view, inner), row.on)
        elif column.field == COPIES:
            self._paint_copies(painter, view, inner, row, index)
        else:
            super().paint_cell(painter, view, inner, column, row, index, tinted)

    def _paint_copies(self, painter: QPainter, view: Table, inner: QRect, row: Line, index: Any) -> None:
        t = theme.current()
        here = view.hasFocus() and index.row() == view.currentIndex().row()
        box = QRectF(inner).adjusted(0.5, 0, 8.5, 0)
        box.setTop(inner.center().y() - 17.5)
        box.setHeight(36)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(t.color("accent" if here else "edge"), 2 if here else 1))
        painter.setBrush(t.color("surface"))
        painter.drawRoundedRect(box, theme.RADIUS_FILTER, theme.RADIUS_FILTER)
        painter.setFont(theme.font(theme.BODY, theme.SEMIBOLD))
        painter.setPen(t.color("ink" if row.on else "ink2"))
        figure = box.adjusted(0, 0, -10, 0)
        painter.drawText(figure, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, fmt.number(row.copies))


def tick_box(view: Table, inner: QRect) -> QRect:
    """Return where the tick stands in its cell."""
    left = inner.right() - _BOX if view.isRightToLeft() else inner.left()
    return QRect(left, inner.center().y() - _BOX // 2 + 1, _BOX, _BOX)


def paint_tick(painter: QPainter, box: QRect, on: bool) -> None:
    """Paint a tick box as the stylesheet does."""
    t = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(t.color("accent" if on else "edge"), 1))
    painter.setBrush(t.color("accent" if on else "surface"))
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS_CHIP, theme.RADIUS_CHIP)
    if on:
        icons.paint(painter, "check", box.adjusted(2, 2, -2, -2), t.onaccent)


class LineTable(Table):
    """The table. It changes nothing itself: it tells what a person wants of a line."""

    copies_set = Signal(object, int)  # Line, how many
    ticked = Signal(object)  # Line
    all_ticked = Signal(bool)
    removed = Signal(object)  # Line
    typed = Signal(str)  # goes on in the entry line
    left = Signal()  # Esc, or up from the first line

    def __init__(self, decimals: int, parent: QWidget | None = None) -> None:
        self.lines = RowsModel(columns(), key="key", money_decimals=decimals)
        super().__init__(
            self.lines, _("Labels to print"), parent, row_height=theme.ROW_TWO_LINES, head_height=theme.CONTROL
        )
        self.lines.setParent(self)
        self.setItemDelegate(_Delegate(self))
        self._typing = ""
        self._before = 0
        self.all = QCheckBox(self.horizontalHeader())
        self.all.setAccessibleName(_("Print all of these"))
        self.all.setToolTip(_("Print all of these, or none"))
        self.all.clicked.connect(self.all_ticked)
        self.clicked.connect(self._pressed)
        self.selectionModel().currentRowChanged.connect(lambda _now, _then: self._typed_out())

    def show_lines(self, lines: list[Line], *, of_places: bool = False) -> None:
        """Show these lines; the selected one stays, else the first is."""
        self.lines.columns = columns(of_places)
        self.setColumnHidden(PRICE, of_places)
        row = self.currentIndex().row()
        self.lines.set_rows(lines)
        if self.selected_row() is None and lines:
            self.select(min(max(row, 0), len(lines) - 1))
        self.all.setVisible(bool(lines))
        self.all.setChecked(bool(lines) and all(line.on for line in lines))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        head = self.horizontalHeader()
        wide = self.columnWidth(0)
        left = head.width() - wide + 16 if self.isRightToLeft() else 16
        self.all.setGeometry(left, 0, wide - 16, head.height())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._typed_out()
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._typed_out()
        super().mousePressEvent(event)

    def _pressed(self, index: QModelIndex) -> None:
        if self.lines.columns[index.column()].field == TICK:
            self.ticked.emit(self.lines.row_at(index.row()))

    def _typed_out(self) -> None:
        self._typing = ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line, text = self.selected_row(), event.text()
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if line is None and text.isprintable() and text and plain:
            self.typed.emit(text)
        elif line is None:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Space:
            self.ticked.emit(line)
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit(line)
        elif event.key() == Qt.Key.Key_Backspace:
            self._digits(line, self._typing[:-1])
        elif event.key() == Qt.Key.Key_Escape or (event.key() == Qt.Key.Key_Up and self.currentIndex().row() == 0):
            self.left.emit()
        elif not plain or not text or not text.isprintable():
            super().keyPressEvent(event)
        elif text.isascii() and text.isdigit():
            self._digit(line, text)
        elif text in _STEPS:
            self._typed_out()
            self.copies_set.emit(line, line.copies + _STEPS[text])
        else:
            self._hand_over(line, text)

    def _digit(self, line: Line, digit: str) -> None:
        if not self._typing:
            self._before = line.copies
        typed = (self._typing + digit).lstrip("0")
        self._digits(line, typed if typed and int(typed) <= MAX_COPIES else digit.lstrip("0"))

    def _digits(self, line: Line, typed: str) -> None:
        self._typing = typed
        if typed:
            self.copies_set.emit(line, int(typed))

    def _hand_over(self, line: Line, text: str) -> None:
        """Go on in the entry line; a figure before a ``*`` was meant for the next scan, not for this line."""
        if text == "*" and self._typing:
            text = f"{self._typing}*"
            self.copies_set.emit(line, self._before)
        self._typed_out()
        self.typed.emit(text)
