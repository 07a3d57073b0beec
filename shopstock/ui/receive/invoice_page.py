"""Supplier invoices: what was received and not invoiced, beside what the invoice says; differences before posting."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.supplier_papers import InvoiceCharge, InvoiceFields, InvoiceLine
from shopstock.core.text import _
from shopstock.core.units import LineId, Money, Qty, share
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import supplier_invoices as query
from shopstock.queries.supplier_invoices import Match, Uninvoiced, UninvoicedCharge
from shopstock.services import supplier_invoices
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt
from shopstock.ui.receive.figures import FigureColumn, FiguresTable
from shopstock.ui.receive.page import Page, card, new_key, sentence, table_card
from shopstock.ui.receive.panels import read_day, written_day
from shopstock.ui.receive.rate_field import Payee, RateField, payees
from shopstock.ui.rows import Chip, Column
from shopstock.ui.shop import Shop

_NOTHING: tuple[Money | None, Money] = (None, Money(0))


class _Row(NamedTuple):
    """A received line (or a charge: it has no quantity) and what the invoice says about it."""

    key: str
    name: str
    second: str
    left_qty: Qty | None
    left_value: Money
    qty: Qty | None
    value: Money | None
    difference: Money | None
    disputed: Money


class _Read(NamedTuple):
    lines: list[Uninvoiced]
    charges: list[UninvoicedCharge]
    suppliers: list[Payee]


def read_open(db: Db, acting: Acting, usual: str) -> _Read:
    """Return what is not invoiced, and the suppliers with the rate of their currency."""
    return _Read(query.uninvoiced(db, acting), query.uninvoiced_charges(db, acting), payees(db, acting, usual))


class InvoicePage(Page):
    """Choose the supplier, say what the invoice says of each line, look at the differences, post."""

    permission = Permission.MATCH_INVOICE

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(shop, _("Supplier invoices"), parent)
        self._key = new_key()
        self._open = _Read([], [], [])
        self._said_of: dict[str, tuple[Qty | None, Money]] = {}
        self._match: Match | None = None
        self.credit_key = fields.Button(
            _("Credit note"), icon="arrow-back-up", on_click=lambda: self.page_asked.emit("credit")
        )
        self.posted_key = fields.Button(
            _("Posted"), icon="file-text", on_click=lambda: self.page_asked.emit("posted_invoices")
        )
        self.head.addWidget(self.posted_key)
        self.head.addWidget(self.credit_key)
        self.lines = FiguresTable(
            _("Received and not invoiced"),
            (
                Column("name", _("Item"), weight=theme.MEDIUM, second="second", chips=_disputed),
                Column("left_qty", _("Received"), "qty", 92, token="ink2"),
                Column("left_value", _("At"), "money", 100, token="ink2"),
                Column("qty", _("Invoiced"), "qty", 104, theme.SEMIBOLD),
                Column("value", _("Amount"), "money", 116, theme.SEMIBOLD),
                Column("difference", _("Difference"), "money", 108),
            ),
            FigureColumn("qty", "qty"), FigureColumn("value", "money"), digits=self.digits,
        )  # fmt: skip
        self.lines.entered.connect(self._entered)
        self.column.addWidget(table_card(self.lines), 1)
        self._build_foot()

    def _build_foot(self) -> None:
        frame, column = card(padding=theme.S3, spacing=theme.S2)
        grid = QGridLayout()
        grid.setSpacing(theme.S2)
        self.supplier = QComboBox()
        self.supplier.currentIndexChanged.connect(lambda _place: self._choose_supplier())
        self.number, self.day, self.due_day, self.rate = QLineEdit(), QLineEdit(), QLineEdit(), RateField()
        self.tax = fields.MoneyEdit(_("Tax"))
        theme.style_font(self.tax, theme.BODY, theme.SEMIBOLD)
        self.number.setMaxLength(80)
        for place, (name, field) in enumerate(
            (
                (_("Supplier"), self.supplier), (_("Invoice number"), self.number), (_("Day"), self.day),
                (_("Due"), self.due_day), (_("Tax"), self.tax),
            )
        ):  # fmt: skip
            words = fields.label(name, "label", theme.SMALL)
            words.setBuddy(field)
            field.setAccessibleName(name)
            grid.addWidget(words, 0, place)
            grid.addWidget(field, 1, place)
            grid.setColumnStretch(place, 2 if place < 2 else 1)
        grid.addWidget(self.rate.words, 0, 5)
        grid.addWidget(self.rate, 1, 5)
        grid.setColumnStretch(5, 1)
        for field in (self.number, self.day, self.due_day, self.rate, self.tax):
            field.textChanged.connect(lambda _text: self._look())
        self.day.setPlaceholderText(_("year-month-day"))
        for field in (self.day, self.due_day):
            field.setMinimumWidth(124)
        column.addLayout(grid)
        self._said = sentence()
        self.all_key = fields.Button(_("As received"), icon="check", on_click=self._all)
        self.post_key = fields.Button(_("Post the invoice"), fields.PRIMARY, icon="file-text", on_click=self._post)
        foot = QGridLayout()
        foot.addWidget(self._said, 0, 0)
        foot.addWidget(self.all_key, 0, 1)
        foot.addWidget(self.post_key, 0, 2)
        foot.setColumnStretch(0, 1)
        column.addLayout(foot)
        self.column.addWidget(frame)

    # -- reading ----------------------------------------------------------------------------------------------------

    def came_into_view(self) -> None:
        if not self.day.text():
            self.day.setText(written_day(clock.day_of(clock.now())))
        self._read()
        self.lines.setFocus()

    def changed(self, changes: Changes) -> None:
        self._read()

    def _read(self) -> None:
        self._shop.read(read_open, self._shop.settings.currency, then=self._show_open, key=("uninvoiced", id(self)))

    def _show_open(self, found: _Read) -> None:
        self._open = found
        chosen = self.supplier.currentData()
        owed = {line.supplier_id for line in found.lines}
        self.supplier.blockSignals(True)
        self.supplier.clear()
        for one in sorted(found.suppliers, key=lambda one: one.id not in owed):
            self.supplier.addItem(one.name, one.id)
        self.supplier.setCurrentIndex(max(0, self.supplier.findData(chosen)))
        self.supplier.blockSignals(False)
        self.rate.show_for(self._chosen(), self._shop.settings.currency)
        self._look()

    def _choose_supplier(self) -> None:
        self._said_of.clear()
        self.rate.show_for(self._chosen(), self._shop.settings.currency)
        self._look()

    def _chosen(self) -> Payee | None:
        return next((one for one in self._open.suppliers if one.id == self.supplier.currentData()), None)

    # -- what the invoice says --------------------------------------------------------------------------------------

    def _of_supplier(self) -> tuple[list[Uninvoiced], list[UninvoicedCharge]]:
        chosen = self.supplier.currentData()
        lines = [one for one in self._open.lines if one.supplier_id in (chosen, None)]
        documents = {one.document_id for one in lines}
        return lines, [one for one in self._open.charges if one.document_id in documents]

    def _rows(self) -> list[_Row]:
        lines, charges = self._of_supplier()
        matched = (
            {f"l{one.line_id}": (one.difference, one.disputed) for one in self._match.lines} if self._match else {}
        )
        if self._match is not None:
            matched |= {f"c{one.charge_id}": (one.difference, Money(0)) for one in self._match.charges}
        rows = []
        for one in lines:
            key = f"l{one.line_id}"
            qty, value = self._said_of.get(key, (None, None))
            difference, disputed = matched.get(key, _NOTHING)
            second = " · ".join(part for part in (one.sku, one.document, one.order, one.reference) if part)
            rows.append(
                _Row(key, one.name, second, one.left_qty, one.left_value, qty, value, difference, disputed)
            )  # fmt: skip
        for charge in charges:
            key = f"c{charge.charge_id}"
            said = self._said_of.get(key)
            difference = matched.get(key, _NOTHING)[0]
            rows.append(
                _Row(
                    key, charge.name, charge.document, None, charge.amount, None, said[1] if said else None,
                    difference, Money(0),
                )
            )  # fmt: skip
        return rows

    def _entered(self, row: _Row, figure: int) -> None:
        qty, value = self._said_of.get(row.key, (None, None))
        if self.lines.field_name == "qty" and row.left_qty is not None:
            qty = Qty(max(0, figure))
            # The amount follows the price it was received at until somebody types what the invoice says.
            value = Money(share(row.left_value, qty, row.left_qty)) if qty <= row.left_qty else Money(
                row.left_value * qty // row.left_qty
            )  # fmt: skip
        elif self.lines.field_name == "value":
            value = Money(max(0, figure))
            if qty is None and row.left_qty is not None:
                qty = row.left_qty
        if row.left_qty is not None and not qty:
            self._said_of.pop(row.key, None)
        elif value is not None:
            self._said_of[row.key] = (qty, value)
        self._look()

    def _all(self) -> None:
        lines, charges = self._of_supplier()
        for one in lines:
            self._said_of[f"l{one.line_id}"] = (one.left_qty, one.left_value)
        for charge in charges:
            self._said_of[f"c{charge.charge_id}"] = (None, charge.amount)
        self._look()

    def fields_of(self) -> InvoiceFields | None:
        """Return the invoice as it is filled in; ``None`` while a part of it cannot be read."""
        day, due, rate = read_day(self.day.text()), read_day(self.due_day.text()), self.rate.rate()
        tax = self.tax.read() if self.tax.text().strip() else Money(0)
        one = self._chosen()
        if one is None or not day or due is None or rate is None or tax is None:
            return None
        lines = tuple(
            InvoiceLine(LineId(int(key[1:])), qty, value)
            for key, (qty, value) in self._said_of.items()
            if key[0] == "l" and qty
        )
        charges = tuple(
            InvoiceCharge(int(key[1:]), value) for key, (_qty, value) in self._said_of.items() if key[0] == "c"
        )
        return InvoiceFields(
            self._key, one.id, self.number.text().strip(), day, lines, charges, tax, due or None, one.currency, rate
        )

    def _look(self) -> None:
        filled = self.fields_of()
        if filled is None or not (filled.lines or filled.charges):
            self._match = None
            self.lines.show_rows(self._rows())
            self._tell("")
            return
        self._shop.read(
            query.match, filled, then=self._matched, failed=self._cannot, key=("match", id(self)), asked_by=self
        )  # fmt: skip

    def _matched(self, match: Match) -> None:
        self._match = match
        self.lines.show_rows(self._rows())
        self._tell("")

    def _cannot(self, error: ShopError) -> None:
        self._match = None
        self.lines.show_rows(self._rows())
        self._tell(error.sentence())

    def _tell(self, why: str) -> None:
        match = self._match
        if not self._open.lines:
            why = _("Everything that was received is invoiced.")
        elif not why and match is None:
            why = (
                _("Type what the invoice says of each line, or take it as received.")
                if self.fields_of() is not None
                else _("The day, the rate or the tax cannot be read.")
            )
        elif not why and not self.number.text().strip():
            why = _("Type the number of the invoice.")
        said = why
        if match is not None:
            parts = [
                _("{net} net").format(net=fmt.money(match.net, self.digits)),
                _("received at {value}").format(value=fmt.money(match.received, self.digits)),
                _("difference {more}").format(more=fmt.money(match.difference, self.digits)),
            ]
            if match.disputed:
                parts.append(_("{amount} disputed, not booked").format(amount=fmt.money(match.disputed, self.digits)))
            said = " · ".join([*parts, *([why] if why else [])])
        self._said.setText(said)
        self.post_key.setEnabled(match is not None and not why)

    def _post(self) -> None:
        filled = self.fields_of()
        if filled is not None:
            self._shop.run(supplier_invoices.post_invoice, filled, then=self._posted, asked_by=self)

    def _posted(self, changes: Changes) -> None:
        number = changes.document.number if changes.document is not None else ""
        self._key = new_key()
        self._said_of.clear()
        for field in (self.number, self.due_day, self.tax):
            field.setText("")
        self._shop.say("ok", _("Supplier invoice {number} is posted.").format(number=number), key="receive")
        self._read()


def _disputed(row: _Row) -> list[Chip]:
    return [Chip(_("more than received"), "alert-triangle", "warn")] if row.disputed else []
