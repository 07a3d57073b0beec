"""The list of purchase orders: open ones, drafts, or all; by words; Enter opens one."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from shopstock.core import currency
from shopstock.core.acting import Permission
from shopstock.core.purchasing import EXPECTED_STATES
from shopstock.core.text import _, ngettext
from shopstock.queries.purchase import OrderRow
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt
from shopstock.ui.orders import frame, reading, words
from shopstock.ui.orders.segments import Segments
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.shop import Shop
from shopstock.ui.table import UNIT_ROOM, RowDelegate, Table

#: Columns that go first when the window is narrow.
DISPENSABLE = ("lines", "sent_at", "received_qty")
NAME_ROOM = 170
_BAR = 44
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute


def columns() -> list[Column]:
    """Return the columns of the list."""
    return [
        Column("number", _("Order"), width=96, weight=theme.MEDIUM),
        Column("supplier", _("Supplier"), second="reference"),
        Column("state", _("State"), "chip", 152, chips=lambda row: (words.state_chip(row.state),)),
        Column("lines", _("Lines"), "number", 64, token="ink2"),
        Column("value", _("Total"), "money", 140, theme.SEMIBOLD, unit="currency", text=_total),
        Column("sent_at", _("Sent"), "instant", 124, size=theme.SMALL, token="ink2"),
        Column("expected_day", _("Expected"), "chip", 136, text=_expected, chips=_due),
        Column("received_qty", _("Received"), "number", 132, text=_received),
    ]  # fmt: skip


def _total(row: OrderRow) -> str:
    return fmt.money(row.value, currency.of(row.currency).digits)


def _expected(row: OrderRow) -> str:
    return "" if words.due_chip(row) is not None else fmt.day(row.expected_day)


def _due(row: OrderRow) -> tuple[Chip, ...]:
    chip = words.due_chip(row)
    return () if chip is None else (chip,)


def _received(row: OrderRow) -> str:
    percent = words.received_percent(row)
    return fmt.EMPTY if percent is None else _("{percent} %").format(percent=fmt.number(percent))


def _paint_total(painter: QPainter, inner: QRect, row: OrderRow) -> None:
    """Paint an amount with its currency behind it: three letters need more room than a unit has."""
    t = theme.current()
    figure = inner.adjusted(0, 0, -UNIT_ROOM, 0)
    painter.setFont(theme.font(theme.BODY, theme.SEMIBOLD))
    painter.setPen(t.color("ink"))
    side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(figure, side, _total(row))
    if row.value is None:
        return
    body, small = theme.metrics(theme.BODY, theme.SEMIBOLD), theme.metrics(theme.SMALL)
    line = inner.top() + (inner.height() - body.height()) // 2 + body.ascent()
    start = figure.right() + 5
    painter.setFont(theme.font(theme.SMALL))
    painter.setPen(t.color("ink2"))
    painter.drawText(QRect(start, line - small.ascent(), UNIT_ROOM + 8, small.height()), int(_LEFT), row.currency)


class _Delegate(RowDelegate):
    """Adds how much has come as a bar."""

    def paint_cell(
        self, painter: QPainter, view: Table, inner: QRect, column: Column, row: Any, index: Any, tinted: bool
    ) -> None:
        if column.field == "value":
            _paint_total(painter, inner, row)
            return
        if column.field != "received_qty":
            super().paint_cell(painter, view, inner, column, row, index, tinted)
            return
        t = theme.current()
        percent = words.received_percent(row)
        figure = inner.adjusted(0, 0, -_BAR - 8, 0)
        painter.setFont(theme.font(theme.BODY))
        painter.setPen(t.color("ink2" if percent is None else "ink"))
        painter.drawText(figure, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _received(row))
        if percent is not None:
            bar = QRect(inner.right() - _BAR, inner.center().y() - 2, _BAR, 4)
            painter.fillRect(bar, t.color("line"))
            done = "accent" if row.state in EXPECTED_STATES else "ink2"
            painter.fillRect(QRect(bar.left(), bar.top(), _BAR * percent // 100, 4), t.color(done))


class ListPage(QWidget):
    """The page. ``opened`` tells which order somebody wants to see, ``new_asked`` that a new one is wanted."""

    opened = Signal(int)
    new_asked = Signal()
    low_asked = Signal()
    shown = Signal()

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._listed: reading.Listed | None = None
        self.parts = Segments(_("Which orders"), (("open", _("Open")), ("drafts", _("Drafts")), ("all", _("All"))))
        self.parts.chosen.connect(lambda _part: self.refresh())
        self.filter = frame.FilterField(_("Filter the orders"), _("a number, a supplier or a reference"))
        self.filter.changed.connect(lambda _words: self.refresh())
        self._model = RowsModel(columns(), self)
        self.table = Table(self._model, _("Purchase orders"), row_height=theme.ROW_TWO_LINES, head_height=theme.CONTROL)
        self.table.setItemDelegate(_Delegate(self.table))
        self.table.opened.connect(self._open)
        self.filter.left.connect(self._into_table)
        self.start = fields.Button(_("New order"), fields.PRIMARY, icon="plus", on_click=self.new_asked.emit)
        self.low = fields.Button(_("See what is low"), fields.OUTLINE, icon="arrow-down", on_click=self.low_asked.emit)
        self._empty = frame.EmptyPage(
            _("Nothing has been ordered yet."),
            _("An order says what the shop buys from a supplier. Begin with what is low: one draft is made for each"
              " supplier. Or start with an empty order."), self.start, self.low,
        )  # fmt: skip
        self._none = frame.EmptyPage("", "")
        body = QWidget()
        self._stack = QStackedLayout(body)
        for part in (frame.card(self.table), self._empty, self._none):
            self._stack.addWidget(part)
        line = QHBoxLayout()
        line.setSpacing(theme.S3)
        line.addWidget(self.parts)
        line.addWidget(self.filter, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addLayout(line)
        layout.addWidget(body, 1)
        self.setFocusProxy(self.table)

    def refresh(self) -> None:
        """Read the list."""
        self._shop.read(
            reading.listed, self.parts.current, self.filter.text().strip(), then=self._show, key=("orders", id(self))
        )

    def summary(self) -> str:
        """Say how many orders are open, and how many are late."""
        if self._listed is None or not self._listed.any:
            return ""
        count = self._listed.open
        return ngettext("{n} open order", "{n} open orders", count).format(n=fmt.number(count))

    def _show(self, listed: reading.Listed) -> None:
        self._listed = listed
        chosen = self.table.selected_row()
        self._model.set_rows(listed.rows)
        if self.table.selected_row() is None and listed.rows:
            self.table.select(0 if chosen is None else max(self._model.index_of(chosen.id), 0))
        self.parts.count("open", fmt.number(listed.open) if listed.open else "")
        self.parts.count("drafts", fmt.number(listed.drafts) if listed.drafts else "")
        if listed.rows:
            self._stack.setCurrentIndex(0)
        elif not listed.any:
            self._stack.setCurrentIndex(1)
        else:
            self._say_none()
            self._stack.setCurrentIndex(2)
        self._fit()
        self.shown.emit()

    def _say_none(self) -> None:
        if self.filter.text().strip():
            self._none.say(_("No order matches these words."), _("Clear them with Esc, or look at all orders."))
        elif self.parts.current == "drafts":
            self._none.say(_("There is no draft."), _("Ctrl+N starts one; F7 makes drafts of what is low."))
        else:
            self._none.say(_("No order is open."), _("Everything that was ordered has come. F7 shows what is low."))

    def _open(self, row: OrderRow | None) -> None:
        if row is not None:
            self.opened.emit(row.id)

    def _into_table(self) -> None:
        self.table.setFocus()
        if self.table.selected_row() is None:
            self.table.select(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        hidden = set() if frame.may(self._shop, Permission.SEE_COST) else {"value"}
        frame.fit_columns(self.table, DISPENSABLE, NAME_ROOM, hidden, width=self.width())
