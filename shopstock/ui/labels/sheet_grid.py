"""A sheet of labels in little: one clicks the first label that is still there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from shopstock.core.text import _
from shopstock.ui import theme


class SheetGrid(QWidget):
    """The picture. ``chosen`` tells the label (from 1) that a person clicked or went to by the arrow keys."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns, self._rows = 1, 1
        self._page = (210.0, 297.0)
        self._start, self._count = 1, 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(112, 152)
        self.setToolTip(_("Click the first label that is still on the sheet"))
        self._name()
        theme.watcher().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(112, 152)

    def show_sheet(self, columns: int, rows: int, page: tuple[float, float]) -> None:
        """Show another sheet: labels across, labels down, and the page's width and height in millimetres."""
        self._columns, self._rows, self._page = columns, rows, page
        self.set_start(self._start)

    def set_start(self, start: int) -> None:
        """Mark the first label to print, from 1."""
        self._start = max(1, min(start, self._columns * self._rows))
        self._name()
        self.update()

    def set_count(self, count: int) -> None:
        """Say how many labels will be printed; those that fall on this sheet are filled."""
        self._count = count
        self.update()

    def start(self) -> int:
        """Return the first label to print, from 1."""
        return self._start

    def place_of(self, number: int) -> QPointF:
        """Return the middle of a label (from 1), for a click."""
        return self._cell(number - 1).center()

    def _name(self) -> None:
        self.setAccessibleName(_("Starts at label {n} of {all}").format(n=self._start, all=self._columns * self._rows))

    def _sheet(self) -> QRectF:
        wide, high = self._page
        scale = min((self.width() - 4) / wide, (self.height() - 4) / high)
        sheet = QRectF(0, 0, wide * scale, high * scale)
        sheet.moveCenter(QRectF(self.rect()).center())
        return sheet

    def _cell(self, place: int) -> QRectF:
        inner = self._sheet().adjusted(5, 6, -5, -6)
        wide, high = inner.width() / self._columns, inner.height() / self._rows
        column, row = place % self._columns, place // self._columns
        gap = 1.0 if min(wide, high) < 8 else 1.5
        return QRectF(inner.left() + column * wide, inner.top() + row * high, wide, high).adjusted(gap, gap, -gap, -gap)

    def _at(self, point: QPointF) -> int | None:
        for place in range(self._columns * self._rows):
            if self._cell(place).adjusted(-2, -2, 2, 2).contains(point):
                return place + 1
        return None

    def _go(self, start: int) -> None:
        before = self._start
        self.set_start(start)
        if self._start != before:
            self.chosen.emit(self._start)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        there = self._at(event.position())
        if there is not None:
            self.setFocus()
            self._go(there)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -self._columns, Qt.Key.Key_Down: self._columns,
        }  # fmt: skip
        key = Qt.Key(event.key())
        if key in steps and 1 <= self._start + steps[key] <= self._columns * self._rows:
            self._go(self._start + steps[key])
        elif key == Qt.Key.Key_Home:
            self._go(1)
        elif key not in steps:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sheet = self._sheet()
        painter.setPen(QPen(t.color("accent" if self.hasFocus() else "edge"), 2 if self.hasFocus() else 1))
        painter.setBrush(t.color("surface"))
        painter.drawRoundedRect(sheet, 3, 3)
        for place in range(self._columns * self._rows):
            cell = self._cell(place)
            gone = place < self._start - 1
            filled = not gone and place < self._start - 1 + self._count
            painter.setPen(Qt.PenStyle.NoPen if filled or gone else QPen(t.color("edge"), 1))
            painter.setBrush(t.color("accent") if filled else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cell, 1.5, 1.5)
            if gone:
                # A label that is off the sheet already: a stroke, so that it is not told by colour alone.
                painter.setPen(QPen(t.color("edge"), 1))
                middle = cell.center().y()
                painter.drawLine(QPointF(cell.left() + 1, middle), QPointF(cell.right() - 1, middle))
        painter.end()
