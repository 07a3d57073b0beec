"""Late costs: freight or duty that is billed after the goods came, spread over one goods receipt or several."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from shopstock.core.acting import Permission
from shopstock.core.document import Head
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.receiving import Basis
from shopstock.core.text import _
from shopstock.core.units import LineId, Money
from shopstock.db import clock
from shopstock.queries import goods_receipts
from shopstock.queries.goods_receipts import ReceiptRow
from shopstock.services import landed_cost
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt
from shopstock.ui.receive.costs_page import basis_words
from shopstock.ui.receive.figures import FigureColumn, FiguresTable
from shopstock.ui.receive.page import Page, card, new_key, sentence, table_card
from shopstock.ui.receive.receipt_list import ReceiptList
from shopstock.ui.rows import Column
from shopstock.ui.shop import Shop


class _Part(NamedTuple):
    line_id: LineId
    name: str
    part: Money


class LateCostPage(Page):
    """Tick goods receipts, type the cost, look at the parts, post it."""

    permission = Permission.LANDED_COST

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(shop, _("Late costs"), parent)
        self.facts.setText(_("What is still here takes its share into stock; what is gone, into cost of sales."))
        self._key = new_key()
        self._by_hand: dict[LineId, Money] = {}
        self.receipts = ReceiptList(self.digits, several=True)
        self.receipts.ticked_changed.connect(self._changed_choice)
        self.parts = FiguresTable(
            _("Parts"),
            (
                Column("name", _("Item"), weight=theme.MEDIUM),
                Column("part", _("Carries"), "money", 140, theme.SEMIBOLD),
            ),
            FigureColumn("part", "money"), digits=self.digits,
        )  # fmt: skip
        self.parts.locked = True
        self.parts.entered.connect(self._by_hand_entered)
        body = QHBoxLayout()
        body.setSpacing(theme.S4)
        body.addWidget(table_card(self.receipts), 3)
        body.addWidget(table_card(self.parts), 2)
        self.column.addLayout(body, 1)
        frame, column = card(padding=theme.S3)
        self._said = sentence()
        self.reference = QLineEdit()
        self.reference.setMaxLength(80)
        self.reference.setPlaceholderText(_("Carrier's invoice"))
        self.reference.setAccessibleName(_("Number of the carrier's invoice"))
        self.amount = fields.MoneyEdit(_("Amount"))
        self.amount.setFixedWidth(140)
        theme.style_font(self.amount, theme.BODY, theme.SEMIBOLD)
        self.amount.textChanged.connect(lambda _text: self._preview())
        self.basis = QComboBox()
        self.basis.setAccessibleName(_("How the cost is spread"))
        for basis in Basis:
            self.basis.addItem(basis_words(basis), basis.value)
        self.basis.currentIndexChanged.connect(lambda _place: self._changed_choice())
        self.post_key = fields.Button(_("Post the cost"), fields.PRIMARY, icon="coins", on_click=self._post)
        row = QHBoxLayout()
        row.addWidget(self._said, 1)
        for part in (self.reference, self.amount, self.basis, self.post_key):
            row.addWidget(part)
        column.addLayout(row)
        self.column.addWidget(frame)
        self._tell("")

    def came_into_view(self) -> None:
        self._read()
        self.receipts.setFocus()

    def changed(self, changes: Changes) -> None:
        self._read()

    def _read(self) -> None:
        self._shop.read(goods_receipts.receipts, then=self._show_receipts, key=("late-costs", id(self)))

    def _show_receipts(self, rows: list[ReceiptRow]) -> None:
        self.receipts.show_receipts(rows)
        self._preview()

    def _basis(self) -> Basis:
        return Basis(self.basis.currentData())

    def _changed_choice(self) -> None:
        self._by_hand.clear()
        self._preview()

    def _preview(self) -> None:
        ids = [one.document_id for one in self.receipts.ticked]
        amount = self.amount.read()
        by_hand = self._basis() is Basis.BY_HAND
        self.parts.locked = not by_hand
        if not ids or not amount:
            self.parts.show_rows([])
            self._tell("")
            return
        # By hand the parts are typed: what the value would say is only where the lines come from.
        basis = Basis.VALUE if by_hand else self._basis()
        self._shop.read(
            landed_cost.parts, ids, amount, basis, then=self._show_parts, failed=self._cannot,
            key=("late-parts", id(self)), asked_by=self,
        )  # fmt: skip

    def _cannot(self, error: ShopError) -> None:
        self.parts.show_rows([])
        self._tell(error.sentence())

    def _show_parts(self, parts: list[tuple[LineId, str, Money]]) -> None:
        by_hand = self._basis() is Basis.BY_HAND
        self.parts.show_rows(
            [_Part(line, name, self._by_hand.get(line, Money(0)) if by_hand else part) for line, name, part in parts]
        )
        self._tell("")

    def _by_hand_entered(self, row: _Part, part: Money) -> None:
        self._by_hand[row.line_id] = part
        self.parts.replace_row(row._replace(part=part))
        self._tell("")

    def _tell(self, why: str) -> None:
        amount = self.amount.read()
        rows = self.parts.rows()
        left = (amount or 0) - sum(row.part for row in rows)
        if not self.receipts.ticked:
            why = why or _("Tick the goods receipts that the cost belongs to.")
        elif not amount:
            why = why or _("Type what it comes to. A credit is negative.")
        elif not why and left:
            why = _("{amount} are still to be spread.").format(amount=fmt.money(left, self.digits))
        self._said.setText(why or _("This is how it is spread."))
        self.post_key.setEnabled(bool(rows) and not why)

    def _post(self) -> None:
        amount = self.amount.read()
        if not amount:
            return
        ids = [one.document_id for one in self.receipts.ticked]
        suppliers = {one.supplier for one in self.receipts.ticked}
        head = Head(
            self._key, clock.now(), reference=self.reference.text().strip(),
            party=suppliers.pop() if len(suppliers) == 1 else "",
        )  # fmt: skip
        shares = {line: part for line, part in self._by_hand.items() if part}
        self._shop.run(
            landed_cost.post, head, ids, amount, self._basis(),
            shares if self._basis() is Basis.BY_HAND else None, then=self._posted, asked_by=self,
        )  # fmt: skip

    def _posted(self, changes: Changes) -> None:
        self._key = new_key()
        self._by_hand.clear()
        self.amount.setText("")
        self.reference.setText("")
        self.receipts.untick()
        self.parts.show_rows([])
        number = changes.document.number if changes.document is not None else ""
        self._shop.say("ok", _("Late cost {number} is posted.").format(number=number), key="receive")
        self._read()
