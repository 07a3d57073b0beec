"""The Order step: which orders came with this delivery, its note, and how to give it up."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.text import _
from shopstock.core.units import Day, Qty
from shopstock.queries import receiving
from shopstock.queries.receiving import Delivery
from shopstock.services import receiving as service
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt
from shopstock.ui.receive.page import card, heading, sentence, table_card
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table


class _Row(NamedTuple):
    id: int
    number: str
    second: str
    due: Day | None
    open_qty: Qty | None


class OrderPage(QWidget):
    """The step. ``abandoned`` gives the delivery up; ``changed`` tells that its orders or its note changed."""

    next_asked = Signal()
    abandoned = Signal()
    changed = Signal()

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._delivery: Delivery | None = None
        self._giving_up = False
        columns = (
            Column("number", _("Order"), weight=theme.MEDIUM, second="second"),
            Column("due", _("Due"), "day", 110, token="ink2"),
        )
        self._here = RowsModel(columns)
        self.here = Table(self._here, _("Orders of this delivery"), row_height=theme.ROW_TWO_LINES)
        self._here.setParent(self.here)
        self._others = RowsModel((*columns, Column("open_qty", _("To come"), "qty", 110, theme.SEMIBOLD)))
        self.others = Table(self._others, _("Other orders that may have come with it"), row_height=theme.ROW_TWO_LINES)
        self._others.setParent(self.others)
        self.others.opened.connect(self._add)
        self.add_key = fields.Button(_("It came too"), icon="plus", on_click=lambda: self._add(None))
        self.remove_key = fields.Button(_("It did not come"), icon="minus", on_click=self._remove)
        left = QVBoxLayout()
        left.setSpacing(theme.S2)
        left.addWidget(heading(_("In this delivery")))
        left.addWidget(table_card(self.here), 1)
        keys = QHBoxLayout()
        keys.addWidget(heading(_("Other orders of this supplier")), 1)
        keys.addWidget(self.remove_key)
        keys.addWidget(self.add_key)
        left.addLayout(keys)
        left.addWidget(table_card(self.others), 1)
        self.side, column = card(padding=theme.S6, spacing=theme.S2)
        self.reference = QLineEdit()
        self.reference.setMaxLength(80)
        self.note = QLineEdit()
        self.note.setMaxLength(200)
        for name, field in ((_("Delivery note"), self.reference), (_("Remark"), self.note)):
            column.addWidget(fields.label(name, "label", theme.SMALL))
            field.setAccessibleName(name)
            field.editingFinished.connect(self._write)
            column.addWidget(field)
        self._begun = sentence()
        column.addWidget(self._begun)
        column.addStretch(1)
        self.give_up_key = TillButton(_("Give this delivery up"), icon="trash", height=theme.CONTROL)
        self.give_up_key.clicked.connect(self._give_up)
        self.next_key = TillButton(
            _("Next: count"), kind="primary", size=theme.TITLE, height=theme.MAIN_ACTION, centered=True, keycap="F9"
        )
        self.next_key.clicked.connect(self.next_asked)
        column.addWidget(self.give_up_key)
        column.addWidget(self.next_key)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S4)
        row.addLayout(left, 1)
        row.addWidget(self.side)
        self.setFocusProxy(self.here)

    def show_delivery(self, delivery: Delivery) -> None:
        """Show the orders of a delivery."""
        self._delivery = delivery
        self._here.set_rows(
            _Row(order.order_id, order.number, delivery.supplier, order.expected_day, None) for order in delivery.orders
        )
        for field, text in ((self.reference, delivery.reference), (self.note, delivery.note)):
            if not field.hasFocus():
                field.setText(text)
        self._begun.setText(
            _("Begun {when} by {name}.").format(when=fmt.instant(delivery.started_at), name=delivery.started_by)
        )
        self._shop.read(receiving.expected_orders, then=self._show_others, key=("receive-others", id(self)))

    def _show_others(self, orders: list[receiving.ExpectedOrder]) -> None:
        delivery = self._delivery
        if delivery is None:
            return
        here = {order.order_id for order in delivery.orders}
        self._others.set_rows(
            _Row(one.order_id, one.number, one.supplier, one.expected_day, Qty(one.open_qty + one.shipped_qty))
            for one in orders
            if one.order_id not in here and one.delivery_id is None and delivery.supplier_id in (None, one.supplier_id)
        )
        self.add_key.setEnabled(bool(self._others.rows))
        self.remove_key.setEnabled(bool(self._here.rows))

    def _add(self, row: _Row | None) -> None:
        row = row or self.others.selected_row()
        if row is not None and self._delivery is not None:
            self._shop.run(
                service.add_order, self._delivery.id, row.id, then=lambda _started: self.changed.emit(), asked_by=self
            )

    def _remove(self) -> None:
        row = self.here.selected_row()
        if row is not None and self._delivery is not None:
            self._shop.run(
                service.remove_order, self._delivery.id, row.id, then=lambda _changes: self.changed.emit(),
                asked_by=self,
            )  # fmt: skip

    def _write(self) -> None:
        delivery, texts = self._delivery, (self.reference.text().strip(), self.note.text().strip())
        if delivery is not None and texts != (delivery.reference, delivery.note):
            self._shop.run(service.set_note, delivery.id, *texts, then=lambda _c: self.changed.emit(), asked_by=self)

    def _give_up(self) -> None:
        # Twice, in place of a question that covers the screen.
        if self._giving_up:
            self.abandoned.emit()
            return
        self._giving_up = True
        self.give_up_key.show_text(_("Press again: nothing is booked in"))
