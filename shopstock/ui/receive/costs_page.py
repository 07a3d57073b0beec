"""The Costs step: what each line cost, the rate, and freight or duty with the parts that each line will carry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core import purchasing
from shopstock.core.outcome import Refused
from shopstock.core.receiving import Basis, Spreadable, spread_cost
from shopstock.core.text import _
from shopstock.core.units import ItemId, Money, Qty, format_scaled, times
from shopstock.queries import delivery_lines
from shopstock.services import receiving
from shopstock.ui import fields, sounds, theme
from shopstock.ui import format as fmt
from shopstock.ui.receive.figures import FigureColumn, FiguresTable
from shopstock.ui.receive.page import card, heading, sentence, table_card
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table


class Priced(NamedTuple):
    """One line that came: its price in the delivery's currency, and whether nothing more is asked."""

    item_id: ItemId
    name: str
    sku: str
    qty: Qty
    price: Money | None
    confirmed: bool


class Charge(NamedTuple):
    """Freight or duty of the delivery, in the shop's money."""

    id: int
    name: str
    amount: Money
    basis: Basis
    shares: tuple[tuple[ItemId, Money], ...] = ()


class CostRow(NamedTuple):
    """One line: ``share`` is what of the charges it carries, ``value`` all it costs, in the shop's money."""

    item_id: ItemId
    name: str
    sku: str
    qty: Qty
    price: Money | None
    share: Money
    value: Money
    asks: bool


def basis_words(basis: Basis) -> str:
    """Say how a cost is spread."""
    return {
        Basis.VALUE: _("by value"),
        Basis.WEIGHT: _("by weight"),
        Basis.QUANTITY: _("by quantity"),
        Basis.BY_HAND: _("by hand"),
    }[basis]


class CostsPage(QWidget):
    """The step. ``next_asked`` goes on to posting; ``changed`` tells that a price or a charge was written."""

    next_asked = Signal()
    changed = Signal()

    def __init__(self, shop: Shop, delivery_id: int, digits: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop, self._delivery_id, self._digits = shop, delivery_id, digits
        self._lines: tuple[Priced, ...] = ()
        self._charges: tuple[Charge, ...] = ()
        self._rate = purchasing.RATE_SCALE
        self._currency = shop.settings.currency
        self._wait = ""
        self._weights: dict[ItemId, int | None] = {}
        self._by_hand: dict[ItemId, Money] = {}
        self._build()

    def _build(self) -> None:
        self.table = FiguresTable(
            _("Costs of the lines"),
            (
                Column("name", _("Item"), weight=theme.MEDIUM, second="sku", chips=_asks),
                Column("qty", _("Came"), "qty", 68, token="ink2"),
                Column("price", _("Price"), "money", 96, theme.SEMIBOLD),
                Column("share", _("Charges"), "money", 84, token="ink2"),
                Column("value", _("Costs"), "money", 96, theme.SEMIBOLD),
            ),
            FigureColumn("price", "money"), digits=self._digits,
        )  # fmt: skip
        self.table.entered.connect(self._priced)
        self.hand = FiguresTable(
            _("Parts by hand"),
            (
                Column("name", _("Item"), weight=theme.MEDIUM, second="sku"),
                Column("share", _("Part"), "money", 140, theme.SEMIBOLD),
            ),
            FigureColumn("share", "money"), digits=self._digits,
        )  # fmt: skip
        self.hand.entered.connect(self._hand_entered)
        self._hand_card = table_card(self.hand)
        self._hand_card.hide()
        self._rows = RowsModel(
            (
                Column("name", _("Charge"), weight=theme.MEDIUM, text=lambda row: row.name),
                Column("basis", _("Spread"), width=92, text=lambda row: basis_words(row.basis), token="ink2"),
                Column("amount", _("Amount"), "money", 92, theme.SEMIBOLD),
            ),
            money_decimals=self._digits,
        )
        self.charges = Table(self._rows, _("Charges"))
        self._rows.setParent(self.charges)
        self.charges.setFixedHeight(theme.TABLE_HEAD + 2 * theme.ROW_COMFORTABLE)
        self.name = QLineEdit()
        self.name.setMaxLength(80)
        self.name.setPlaceholderText(_("Freight, duty …"))
        self.name.setAccessibleName(_("Name of the charge"))
        self.amount = fields.MoneyEdit(_("Amount of the charge"))
        theme.style_font(self.amount, theme.BODY, theme.SEMIBOLD)
        self.basis = QComboBox()
        self.basis.setAccessibleName(_("How the charge is spread"))
        for basis in Basis:
            self.basis.addItem(basis_words(basis), basis.value)
        self.basis.currentIndexChanged.connect(lambda _place: self._show())
        self.amount.textChanged.connect(lambda _text: self._show())
        self.name.returnPressed.connect(self.amount.setFocus)
        self.amount.returnPressed.connect(self.add_charge)
        self.add_key = TillButton(_("Add"), icon="plus", height=theme.CONTROL)
        self.add_key.clicked.connect(self.add_charge)
        self.drop_key = TillButton(_("Remove"), icon="trash", height=theme.CONTROL)
        self.drop_key.clicked.connect(self.drop_charge)
        self.free_key = TillButton(_("It is free"), icon="check", height=theme.CONTROL)
        self.free_key.clicked.connect(self.confirm_free)
        self.rate = QLineEdit()
        self.rate.setMaxLength(14)
        self.rate.setAccessibleName(_("Exchange rate"))
        self.rate.editingFinished.connect(self._rate_typed)
        self._rate_words = fields.label("", "label")
        self._rate_words.setBuddy(self.rate)
        self._said = sentence()
        self._sum = fields.label("", "", theme.TITLE, theme.SEMIBOLD)
        self.next_key = TillButton(
            _("Next: post"), kind="primary", size=theme.TITLE, height=theme.MAIN_ACTION, centered=True, keycap="F9"
        )
        self.next_key.clicked.connect(self.next_asked)
        self.side, column = card(padding=theme.S6, spacing=theme.S2)
        rate = QHBoxLayout()
        rate.addWidget(self._rate_words, 1)
        rate.addWidget(self.rate, 1)
        column.addLayout(rate)
        column.addWidget(heading(_("Freight and duty")))
        column.addWidget(self.charges)
        both = QHBoxLayout()
        both.addWidget(self.amount, 1)
        both.addWidget(self.basis, 1)
        column.addWidget(self.name)
        column.addLayout(both)
        keys = QHBoxLayout()
        keys.setSpacing(theme.S2)
        keys.addWidget(self.add_key)
        keys.addWidget(self.drop_key)
        column.addLayout(keys)
        column.addWidget(self._said)
        column.addWidget(self.free_key)
        column.addStretch(1)
        column.addWidget(self._sum)
        column.addWidget(self.next_key)
        left = QVBoxLayout()
        left.setSpacing(theme.S3)
        left.addWidget(table_card(self.table), 2)
        left.addWidget(self._hand_card, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S4)
        row.addLayout(left, 1)
        row.addWidget(self.side)
        for table in (self.table, self.charges):
            table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._tell())
        self.setFocusProxy(self.table)

    # -- showing ----------------------------------------------------------------------------------------------------

    def show_costs(self, lines: Sequence[Priced], charges: Sequence[Charge], currency_: str, rate: int) -> None:
        """Show what the lines cost."""
        self._lines, self._charges, self._rate = tuple(lines), tuple(charges), rate
        self._currency = currency_
        foreign = currency_ != self._shop.settings.currency
        for part in (self.rate, self._rate_words):
            part.setVisible(foreign)
        self._rate_words.setText(_("One {currency} is").format(currency=currency_))
        if not self.rate.hasFocus():
            self.rate.setText(format_scaled(rate, 6))
        self._rows.set_rows(charges)
        self._show()
        self._shop.read(
            delivery_lines.weights, self._delivery_id, then=self._weigh, key=("receive-weights", id(self))
        )  # fmt: skip

    def _weigh(self, weights: dict[ItemId, int | None]) -> None:
        self._weights = weights
        self._show()

    def _value(self, line: Priced) -> Money:
        return purchasing.in_shop_money(times(line.price or Money(0), line.qty), self._rate)

    def _goods(self) -> list[Spreadable]:
        weigh = self._weights.get
        return [
            Spreadable(line.item_id, line.name, line.qty, self._value(line), weigh(line.item_id))
            for line in self._lines
        ]

    def _parts(self, amount: Money, basis: Basis, shares: dict[int, Money]) -> list[Money]:
        return spread_cost(amount, self._goods(), basis, shares)

    def _pending(self) -> Charge | None:
        """Return the charge that is typed and not added yet."""
        amount = self.amount.read()
        if amount is None or amount <= 0:
            return None
        return Charge(0, self.name.text().strip() or _("Freight"), amount, Basis(self.basis.currentData()))

    def _show(self) -> None:
        carried = dict.fromkeys((line.item_id for line in self._lines), 0)
        said = ""
        pending = self._pending()
        for charge in (*self._charges, *((pending,) if pending is not None else ())):
            shares = dict(charge.shares) if charge.id else self._by_hand
            try:
                parts = self._parts(charge.amount, charge.basis, {int(key): part for key, part in shares.items()})
            except Refused as error:
                said = error.sentence()
                continue
            for line, part in zip(self._lines, parts, strict=True):
                carried[line.item_id] += part
        rows = [
            CostRow(
                line.item_id, line.name, line.sku, line.qty, line.price, Money(carried[line.item_id]),
                Money(self._value(line) + carried[line.item_id]),
                not line.confirmed,
            )
            for line in self._lines
        ]  # fmt: skip
        self.table.show_rows(rows)
        self._hand_card.setVisible(pending is not None and pending.basis is Basis.BY_HAND)
        if self._hand_card.isVisible():
            self.hand.show_rows(
                [row._replace(share=self._by_hand.get(row.item_id, Money(0))) for row in rows]
            )  # fmt: skip
            assert pending is not None
            left = pending.amount - sum(self._by_hand.values())
            said = _("{amount} are still to be spread.").format(amount=fmt.money(left, self._digits)) if left else ""
        self.add_key.setEnabled(pending is not None and not said)
        self._wait = said
        self._sum.setText(_("{amount} in all").format(amount=fmt.money(sum(row.value for row in rows), self._digits)))
        self._tell()

    def _tell(self) -> None:
        row = self.table.selected_row()
        asks = [one for one in self.table.rows() if one.asks]
        said = self._wait if self._lines else ""
        if not said and asks:
            said = _("{item} has no price. Type it, or say that it is free.").format(item=asks[0].name)
        if not said and self._currency != self._shop.settings.currency:
            said = _("Prices are in {currency}.").format(currency=self._currency)
        self._said.setText(said)
        self.free_key.setVisible(row is not None and row.asks)
        self.drop_key.setEnabled(self.charges.selected_row() is not None)

    # -- doing ------------------------------------------------------------------------------------------------------

    def _priced(self, row: CostRow, price: Money) -> None:
        if price < 0:
            sounds.no()
            return
        self._set_price(row.item_id, price, zero_confirmed=False)

    def confirm_free(self) -> None:
        """Say that the selected goods are free."""
        row = self.table.selected_row()
        if row is not None:
            self._set_price(row.item_id, Money(0), zero_confirmed=True)

    def _set_price(self, item_id: ItemId, price: Money, *, zero_confirmed: bool) -> None:
        self._shop.run(
            receiving.set_price, self._delivery_id, item_id, price, zero_confirmed=zero_confirmed,
            then=self._written, asked_by=self,
        )  # fmt: skip

    def _rate_typed(self) -> None:
        rate = purchasing.read_rate(self.rate.text())
        if rate is None:
            self.rate.setText(format_scaled(self._rate, 6))
            self._shop.say("bad", _("Type the rate as 0.8573: what one {currency} costs.").format(
                currency=self._currency
            ), key="receive")  # fmt: skip
        elif rate != self._rate:
            self._shop.run(receiving.set_rate, self._delivery_id, rate, then=self._written, asked_by=self)

    def _hand_entered(self, row: CostRow, part: Money) -> None:
        self._by_hand[row.item_id] = part
        self._show()

    def add_charge(self) -> None:
        """Add the charge that is typed."""
        charge = self._pending()
        if charge is None or not self.add_key.isEnabled():
            return
        shares = {item_id: part for item_id, part in self._by_hand.items() if part}
        self._shop.run(
            receiving.set_charge, self._delivery_id, charge.name, charge.amount, charge.basis,
            shares if charge.basis is Basis.BY_HAND else None, then=self._added, asked_by=self,
        )  # fmt: skip

    def _added(self, changes: object) -> None:
        self.name.setText("")
        self.amount.setText("")
        self._by_hand.clear()
        self._written(changes)

    def drop_charge(self) -> None:
        """Take the selected charge off."""
        row = self.charges.selected_row()
        if row is not None:
            self._shop.run(
                receiving.remove_charge, self._delivery_id, row.id, then=self._written, asked_by=self
            )  # fmt: skip

    def _written(self, _changes: object) -> None:
        self.changed.emit()


def _asks(row: CostRow) -> list[Chip]:
    return [Chip(_("price?"), "alert-triangle", "warn")] if row.asks else []
