"""Goods on their way: the supplier has shipped them, they are the shop's already, and they are not here yet."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from shopstock.core.acting import Permission
from shopstock.core.outcome import Changes
from shopstock.core.purchasing import EXPECTED_STATES
from shopstock.core.scan import Scan
from shopstock.core.text import _, ngettext
from shopstock.core.units import ItemId, Qty
from shopstock.queries import items, purchase
from shopstock.queries.purchase import Order, OrderRow
from shopstock.services import receiving
from shopstock.ui import fields, sounds, theme
from shopstock.ui import format as fmt
from shopstock.ui.receive.figures import FigureColumn, FiguresTable
from shopstock.ui.receive.page import Page, card, new_key, sentence, table_card
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table


class _OrderRow(NamedTuple):
    id: int
    number: str
    supplier: str
    expected_day: int | None
    open_qty: Qty


class _Line(NamedTuple):
    """One open line of the order; ``shipped`` is what the supplier says is on its way now."""

    order_line_id: int
    item_id: ItemId
    name: str
    sku: str
    open_qty: Qty
    on_way: Qty
    shipped: Qty


class ShipPage(Page):
    """Choose an order, say what was shipped of it, write it down."""

    permission = Permission.RECEIVE

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(shop, _("Goods on their way"), parent)
        self.facts.setText(_("Shipped ex works or paid ahead: valued and visible, not for sale until they arrive."))
        self._order: Order | None = None
        self._key = new_key()
        self._orders = RowsModel(
            (
                Column("number", _("Order"), weight=theme.MEDIUM, second="supplier"),
                Column("expected_day", _("Due"), "day", 92, token="ink2"),
                Column("open_qty", _("To come"), "qty", 92, theme.SEMIBOLD),
            )
        )
        self.orders = Table(self._orders, _("Orders that are sent"), row_height=theme.ROW_TWO_LINES)
        self._orders.setParent(self.orders)
        self.orders.setMinimumWidth(320)
        self.orders.selectionModel().currentRowChanged.connect(lambda _now, _before: self._chosen())
        self.lines = FiguresTable(
            _("Lines of the order"),
            (
                Column("name", _("Item"), weight=theme.MEDIUM, second="sku"),
                Column("open_qty", _("To come"), "qty", 96, token="ink2"),
                Column("on_way", _("On its way"), "qty", 104, token="ink2"),
                Column("shipped", _("Shipped now"), "qty", 128, theme.SEMIBOLD),
            ),
            FigureColumn("shipped", "qty"),
        )
        self.lines.entered.connect(self._set)
        body = QHBoxLayout()
        body.setSpacing(theme.S4)
        body.addWidget(table_card(self.orders), 2)
        body.addWidget(table_card(self.lines), 3)
        self.column.addLayout(body, 1)
        frame, column = card(padding=theme.S3)
        row = QHBoxLayout()
        self.reference = QLineEdit()
        self.reference.setMaxLength(80)
        self.reference.setPlaceholderText(_("Shipping note or tracking number"))
        self.reference.setAccessibleName(_("Shipping note or tracking number"))
        self._said = sentence()
        self.all_key = fields.Button(_("All of it"), on_click=self._all)
        self.post_key = fields.Button(_("They are on their way"), fields.PRIMARY, icon="truck", on_click=self._post)
        row.addWidget(self._said, 1)
        row.addWidget(self.reference, 1)
        row.addWidget(self.all_key)
        row.addWidget(self.post_key)
        column.addLayout(row)
        self.column.addWidget(frame)
        self._tell()

    def came_into_view(self) -> None:
        self._shop.read(purchase.orders, EXPECTED_STATES, then=self._show_orders, key=("ship", id(self)))
        self.orders.setFocus()

    def changed(self, changes: Changes) -> None:
        self.came_into_view()

    def _show_orders(self, rows: list[OrderRow]) -> None:
        self._orders.set_rows(
            _OrderRow(row.id, row.number, row.supplier, row.expected_day, row.open_qty) for row in rows if row.open_qty
        )
        if self.orders.selected_row() is None and self._orders.rows:
            self.orders.select(0)
        self._tell()

    def _chosen(self) -> None:
        row = self.orders.selected_row()
        if row is not None and (self._order is None or self._order.row.id != row.id):
            self._shop.read(purchase.order, row.id, then=self._show_order, key=("ship-order", id(self)))

    def _show_order(self, order: Order) -> None:
        self._order = order
        self.lines.show_rows(
            [
                _Line(line.id, line.item_id, line.name, line.sku, line.open_qty, line.shipped_qty, Qty(0))
                for line in order.lines
                if line.open_qty
            ]
        )
        self._tell()

    def _set(self, row: _Line, figure: int) -> None:
        left = row.open_qty
        if figure > left:
            sounds.no()
            self._shop.say(
                "warn", _("No more than {qty} of {item} can be shipped.").format(qty=fmt.qty(left), item=row.name),
                key="receive",
            )  # fmt: skip
        self._put(row._replace(shipped=Qty(max(0, min(figure, left)))))

    def _put(self, line: _Line) -> None:
        self.lines.replace_row(line)
        self._tell()

    def _all(self) -> None:
        rows = [row._replace(shipped=row.open_qty) for row in self.lines.rows()]
        self.lines.show_rows(rows)
        self._tell()

    def on_scan(self, scan: Scan) -> None:
        acting = self._shop.acting
        if acting is not None:
            self._shop.read(items.by_code, scan.code, acting.location_id, then=self._scanned)

    def _scanned(self, found: items.Found | None) -> None:
        row = next((row for row in self.lines.rows() if found is not None and row.item_id == found.id), None)
        if row is None or found is None:
            sounds.no()
            self._shop.say("warn", _("That is not on this order."), key="receive")
            return
        sounds.yes()
        self.lines.select_key(row[0])
        self._set(row, row.shipped + found.qty)

    def _tell(self) -> None:
        shipped = [row for row in self.lines.rows() if row.shipped]
        if not self._orders.rows:
            self._said.setText(_("No order is sent. Send one first, in Orders."))
        elif not shipped:
            self._said.setText(_("Type what was shipped of each line, or scan it."))
        else:
            words = ngettext("{n} line is on its way", "{n} lines are on their way", len(shipped))
            self._said.setText(words.format(n=fmt.number(len(shipped))))
        self.post_key.setEnabled(bool(shipped))

    def _post(self) -> None:
        if self._order is None:
            return
        lines = [(row.order_line_id, row.shipped) for row in self.lines.rows() if row.shipped]
        self._shop.run(
            receiving.ship, self._order.row.id, self._key, lines, reference=self.reference.text().strip(),
            then=self._posted, asked_by=self,
        )  # fmt: skip

    def _posted(self, _changes: Changes) -> None:
        assert self._order is not None
        self._key, number, self._order = new_key(), self._order.row.number, None
        self.reference.setText("")
        self.lines.show_rows([])
        self._shop.say(
            "ok", _("{number} is on its way.").format(number=number), _("Receive it when it arrives."), key="receive"
        )
        self.came_into_view()
