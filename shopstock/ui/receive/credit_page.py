"""Credit notes: what the supplier gives back for goods that went back, beside what was expected."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from shopstock.core import purchasing
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Changes
from shopstock.core.supplier_papers import CreditFields
from shopstock.core.text import _
from shopstock.core.units import DocumentId, Instant, Money
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import supplier_invoices as query
from shopstock.services import supplier_invoices
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt
from shopstock.ui.receive.page import Page, card, new_key, sentence, table_card
from shopstock.ui.receive.panels import read_day, written_day
from shopstock.ui.receive.rate_field import Payee, RateField, payees
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table


class _Row(NamedTuple):
    id: DocumentId
    document: str
    party: str
    at: Instant
    credit: Money


class _Read(NamedTuple):
    returns: list[query.Return]
    suppliers: list[Payee]


def read_returns(db: Db, acting: Acting, usual: str) -> _Read:
    """Return the supplier returns without a credit note, and the suppliers with the rate of their currency."""
    return _Read(query.returns(db, acting), payees(db, acting, usual))


class CreditPage(Page):
    """Choose the return, type the note, post it."""

    permission = Permission.MATCH_INVOICE

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(shop, _("Credit note of a supplier"), parent)
        self.facts.setText(_("For goods that went back. What it differs goes to purchase price variance."))
        self._key = new_key()
        self._payees: list[Payee] = []
        self._rows = RowsModel(
            (
                Column("document", _("Supplier return"), weight=theme.MEDIUM, second="party"),
                Column("at", _("When"), "instant", 150, token="ink2"),
                Column("credit", _("Expected"), "money", 120, theme.SEMIBOLD),
            ),
            money_decimals=self.digits,
        )
        self.returns = Table(self._rows, _("Supplier returns without a credit note"), row_height=theme.ROW_TWO_LINES)
        self._rows.setParent(self.returns)
        self.returns.selectionModel().currentRowChanged.connect(lambda _now, _before: self._chosen())
        self.column.addWidget(table_card(self.returns), 1)
        frame, column = card(padding=theme.S3, spacing=theme.S2)
        grid = QGridLayout()
        grid.setSpacing(theme.S2)
        self.supplier = QComboBox()
        self.supplier.currentIndexChanged.connect(lambda _place: self._supplier_chosen())
        self.number, self.day, self.rate = QLineEdit(), QLineEdit(), RateField()
        self.number.setMaxLength(80)
        self.day.setMinimumWidth(124)
        self.net, self.tax = fields.MoneyEdit(_("Net")), fields.MoneyEdit(_("Tax"))
        for amount in (self.net, self.tax):
            theme.style_font(amount, theme.BODY, theme.SEMIBOLD)
        for place, (name, field) in enumerate(
            (
                (_("Supplier"), self.supplier), (_("Number of the credit note"), self.number), (_("Day"), self.day),
                (_("Net"), self.net), (_("Tax"), self.tax),
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
        self.rate.show_for(None, "")
        for line in (self.number, self.day, self.net, self.tax, self.rate):
            line.textChanged.connect(lambda _text: self._tell())
        column.addLayout(grid)
        self._said = sentence()
        self.post_key = fields.Button(_("Post the credit note"), fields.PRIMARY, on_click=self._post)
        foot = QGridLayout()
        foot.addWidget(self._said, 0, 0)
        foot.addWidget(self.post_key, 0, 1)
        foot.setColumnStretch(0, 1)
        column.addLayout(foot)
        self.column.addWidget(frame)

    def came_into_view(self) -> None:
        if not self.day.text():
            self.day.setText(written_day(clock.day_of(clock.now())))
        self._read()
        self.returns.setFocus()

    def changed(self, changes: Changes) -> None:
        self._read()

    def _read(self) -> None:
        self._shop.read(read_returns, self._shop.settings.currency, then=self._show, key=("credit", id(self)))

    def _show(self, found: _Read) -> None:
        self._payees = found.suppliers
        self._rows.set_rows(_Row(one.document_id, one.document, one.party, one.at, one.credit) for one in found.returns)
        chosen = self.supplier.currentData()
        self.supplier.blockSignals(True)
        self.supplier.clear()
        for row in found.suppliers:
            self.supplier.addItem(row.name, row.id)
        self.supplier.setCurrentIndex(max(0, self.supplier.findData(chosen)))
        self.supplier.blockSignals(False)
        self._supplier_chosen()
        if self.returns.selected_row() is None and found.returns:
            self.returns.select(0)
        self._chosen()

    def _chosen(self) -> None:
        row = self.returns.selected_row()
        if row is not None:
            place = self.supplier.findText(row.party)
            if place >= 0:
                self.supplier.setCurrentIndex(place)
            if not self.net.text() and not self.rate.currency:
                self.net.write(self._in_coins(row.credit), self.digits)
        self._tell()

    def _supplier_chosen(self) -> None:
        payee = next((one for one in self._payees if one.id == self.supplier.currentData()), None)
        self.rate.show_for(payee, self._shop.settings.currency)
        self._tell()

    def _in_coins(self, amount: Money) -> Money:
        """Round what was expected to what can be paid."""
        coin = 10 ** (4 - self.digits)
        return Money((amount + coin // 2) // coin * coin)

    def _filled(self) -> CreditFields | None:
        row, day, net = self.returns.selected_row(), read_day(self.day.text()), self.net.read()
        tax = self.tax.read() if self.tax.text().strip() else Money(0)
        supplier = self.supplier.currentData()
        number, rate = self.number.text().strip(), self.rate.rate()
        if row is None or not day or net is None or tax is None or supplier is None or not number or not rate:
            return None
        return CreditFields(self._key, supplier, number, day, row.id, net, tax, self.rate.currency, rate)

    def _tell(self) -> None:
        row, net = self.returns.selected_row(), self.net.read()
        if row is None:
            self._said.setText(_("Every return has its credit note."))
        elif net is None or self._filled() is None:
            self._said.setText(_("Type the number, the day and what the supplier gives back."))
        else:
            told = purchasing.in_shop_money(net, self.rate.rate() or purchasing.RATE_SCALE)
            more = fmt.money(told - row.credit, self.digits)
            self._said.setText(_("{more} against what was expected.").format(more=more))
        self.post_key.setEnabled(self._filled() is not None)

    def _post(self) -> None:
        filled = self._filled()
        if filled is not None:
            self._shop.run(supplier_invoices.post_credit_note, filled, then=self._posted, asked_by=self)

    def _posted(self, changes: Changes) -> None:
        self._key = new_key()
        for field in (self.number, self.net, self.tax):
            field.setText("")
        number = changes.document.number if changes.document is not None else ""
        self._shop.say("ok", _("Credit note {number} is posted.").format(number=number), key="receive")
        self.came_into_view()
