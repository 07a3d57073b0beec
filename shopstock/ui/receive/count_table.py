"""The table of a delivery: what was counted beside what was ordered, and what is to be said about each row."""

from __future__ import annotations

from typing import Any, NamedTuple

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from shopstock.core.text import _
from shopstock.core.units import ItemId, Qty
from shopstock.ui import format as fmt
from shopstock.ui import icons, theme
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.table import EDGE_PAD, RowDelegate, Table, chip_width, paint_chip

_ANY = QModelIndex | QPersistentModelIndex
_HEAD = 36
_ACTION_HEIGHT = 44
_COUNTED, _ORDERED, _STATE = (110, 96), (84, 76), (236, 176)
_NARROW = 640
_ARROW = 28


class CountRow(NamedTuple):
    """One row. ``key`` tells rows apart; a row of an unknown code has no item and its scan's key.

    ``tone`` is ``None``, ``"warn"`` or ``"bad"``; ``asks`` marks a row that waits for a decision.
    """

    key: str
    item_id: ItemId | None
    name: str
    second: str
    counted: Qty
    ordered: Qty | None
    chip: Chip
    tone: str | None = None
    asks: bool = False
    code: str = ""

    @property
    def unknown(self) -> bool:
        """Tell whether nobody knows yet what was scanned."""
        return self.item_id is None


class _Delegate(RowDelegate):
    """Paints the chip of the state, and the arrow of a row that asks something."""

    def paint_cell(
        self, painter: QPainter, view: Table, inner: QRect, column: Column, row: Any, index: _ANY, tinted: bool
    ) -> None:
        if row.unknown:
            if not index.column():
                _paint_unknown(painter, view, inner, row)
            return
        if column.field == "chip":
            self._paint_state(painter, view, inner, row, tinted)
            return
        if column.field == "counted":
            t = theme.current()
            painter.setFont(theme.font(theme.TITLE, theme.SEMIBOLD))
            painter.setPen(t.color("ink" if row.counted else "ink2"))
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(inner, side, fmt.qty(row.counted))
            return
        super().paint_cell(painter, view, inner, column, row, index, tinted)

    def _paint_state(self, painter: QPainter, view: Table, inner: QRect, row: CountRow, tinted: bool) -> None:
        rtl = view.isRightToLeft()
        chip = row.chip
        room = inner.width() - (_ARROW if row.asks else 0)
        if chip_width(chip) > room:
            words = theme.metrics(theme.SMALL, theme.MEDIUM)
            free = room - 16 - (20 if chip.icon else 0)
            chip = Chip(words.elidedText(chip.text, Qt.TextElideMode.ElideRight, free), chip.icon, chip.tone)
        spot = QRect(inner.left(), inner.center().y() - 13, chip_width(chip), 28)
        if rtl:
            spot.moveRight(inner.right())
        if chip.tone == "done":
            _paint_plain(painter, spot, chip, "ok")
        else:
            paint_chip(painter, spot, chip, tinted)
        if row.asks:
            end = QRect(0, 0, 20, 20)
            end.moveCenter(QPoint(inner.left() + 10 if rtl else inner.right() - 10, inner.center().y()))
            icons.paint(painter, "chevron-left" if rtl else "chevron-right", end, theme.current().bad)


def _paint_plain(painter: QPainter, rect: QRect, chip: Chip, token: str) -> None:
    """Paint icon and word without a ground: nobody has to look at it."""
    t = theme.current()
    spot = QRect(0, 0, 16, 16)
    spot.moveCenter(QPoint(0, rect.center().y()))
    words = rect.adjusted(8, 0, 0, 0)
    if painter.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        spot.moveRight(rect.right() - 8)
        words = rect.adjusted(0, 0, -30, 0)
    else:
        spot.moveLeft(rect.left() + 8)
        words = rect.adjusted(30, 0, 8, 0)
    icons.paint(painter, chip.icon, spot, getattr(t, token))
    painter.setFont(theme.font(theme.SMALL, theme.MEDIUM))
    painter.setPen(t.color(token))
    painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, chip.text)


def _paint_unknown(painter: QPainter, view: Table, inner: QRect, row: CountRow) -> None:
    t = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    spot = QRect(0, 0, 20, 20)
    spot.moveCenter(QPoint(0, inner.center().y()))
    if view.isRightToLeft():
        spot.moveRight(inner.right())
        words = inner.adjusted(0, 0, -28, 0)
    else:
        spot.moveLeft(inner.left())
        words = inner.adjusted(28, 0, 0, 0)
    icons.paint(painter, "alert-triangle", spot, t.bad)
    half = words.height() // 2
    side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.setPen(t.color("bad"))
    painter.setFont(theme.font(theme.BODY, theme.MEDIUM))
    painter.drawText(QRect(words.left(), words.top() + 5, words.width(), half - 4), side, row.name)
    painter.setPen(t.color("ink"))
    painter.setFont(theme.font(theme.SMALL, theme.MEDIUM))
    text = theme.metrics(theme.SMALL, theme.MEDIUM).elidedText(
        row.second, Qt.TextElideMode.ElideMiddle, max(words.width(), 60)
    )
    painter.drawText(QRect(words.left(), words.top() + half + 1, max(words.width(), 60), half - 6), side, text)


class _Cures(QWidget):
    """Find, new item, skip: what to do about one unknown code."""

    pressed = Signal(str, str)

    def __init__(self, key: str, code: str, may_create: bool, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(theme.S2)
        row.addStretch(1)
        actions = [("find", _("Find")), *([("new", _("New item"))] if may_create else []), ("skip", _("Skip"))]
        for name, text in actions:
            button = QPushButton(text)
            button.setProperty("kind", "bad")
            button.setFixedHeight(_ACTION_HEIGHT)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(_("{action}: unknown code {code}").format(action=text, code=code))
            theme.style_font(button, theme.BODY, theme.MEDIUM)
            button.clicked.connect(lambda _checked=False, n=name: self.pressed.emit(key, n))
            row.addWidget(button)


class CountTable(Table):
    """The delivery. ``row_chosen`` tells which row somebody selected; ``cured`` what to do about an unknown code."""

    row_chosen = Signal(object)  # CountRow
    cured = Signal(str, str)  # key, "find" | "new" | "skip"

    def __init__(
        self, parent: QWidget | None = None, *, name: str = "", counted: str = "", ordered: str | None = ""
    ) -> None:  # fmt: skip
        """Name the table and its figures where something else than a delivery is counted; ``None``: no such column."""
        columns = (
            Column("name", _("Item"), weight=theme.MEDIUM, second="second"),
            Column("counted", counted or _("Counted"), "qty", _COUNTED[0], theme.SEMIBOLD, theme.TITLE),
            Column("ordered", ordered or _("Ordered"), "qty", _ORDERED[0], theme.REGULAR, theme.TITLE, "ink2"),
            Column("chip", _("State"), width=_STATE[0], text=lambda row: row.chip.text),
        )
        self.count_rows = RowsModel(columns, key="key")
        self.count_rows.tone_of = lambda row: row.tone if row.tone == "bad" else None
        super().__init__(
            self.count_rows, name or _("Delivery"), parent, row_height=theme.ROW_TWO_LINES, head_height=_HEAD
        )  # fmt: skip
        self.count_rows.setParent(self)
        self.setItemDelegate(_Delegate(self))
        self.setColumnHidden(2, ordered is None)
        self.may_create = True
        self._cures: dict[str, _Cures] = {}
        self.verticalScrollBar().valueChanged.connect(self._place_cures)

    def show_rows(self, rows: list[CountRow], selected: str = "") -> None:
        """Show the rows; the selected one stays where it is unless another is named."""
        current = self.selected_row()
        wanted = selected or (current.key if current is not None else "")
        self.count_rows.set_rows(rows)
        number = self.count_rows.index_of(wanted) if wanted else -1
        if number >= 0 and (selected or self.currentIndex().row() != number):
            self.select(number)
        codes = {row.key: row.code for row in rows if row.unknown}
        for key in [key for key in self._cures if key not in codes]:
            self._cures.pop(key).deleteLater()
        for key, code in codes.items():
            if key not in self._cures:
                cures = _Cures(key, code, self.may_create, self.viewport())
                cures.pressed.connect(self.cured)
                self._cures[key] = cures
        self._place_cures()

    def flash_key(self, key: str) -> None:
        """Let the row that was just scanned glow."""
        number = self.count_rows.index_of(key)
        if number >= 0:
            self.flash(number)

    def cures_of(self, key: str) -> list[QPushButton]:
        """Return the buttons of an unknown code."""
        return self._cures[key].findChildren(QPushButton)

    def _place_cures(self) -> None:
        for key, cures in self._cures.items():
            top = self.rowViewportPosition(self.count_rows.index_of(key))
            width = min(cures.sizeHint().width(), self.viewport().width() - 180)
            left = 0 if self.isRightToLeft() else self.viewport().width() - width
            cures.setGeometry(left, top, width, theme.ROW_TWO_LINES - 1)
            cures.setVisible(-theme.ROW_TWO_LINES < top < self.viewport().height())

    def _chosen(self, index: QModelIndex) -> None:
        row = self.count_rows.row_at(index.row())
        if row is not None:
            self.row_chosen.emit(row)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            self._chosen(index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = int(self.viewport().width() < _NARROW)
        for number, widths in enumerate((_COUNTED, _ORDERED, _STATE), 1):
            self.setColumnWidth(number, widths[narrow] + (EDGE_PAD - 8 if number == 3 else 0))
        self._place_cures()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place_cures()
        return super().viewportEvent(event)
