"""The exchange rate of a supplier's paper: asked only where the supplier's money is not the shop's."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtWidgets import QLineEdit, QWidget

from shopstock.core import purchasing
from shopstock.core.acting import Acting
from shopstock.core.text import _
from shopstock.core.units import format_scaled
from shopstock.db.connection import Db
from shopstock.queries import low_stock, suppliers
from shopstock.ui import fields, theme


class Payee(NamedTuple):
    """A supplier, the currency they are paid in and its last rate (the shop's money for one, in 1/1,000,000)."""

    id: int
    name: str
    currency: str
    rate: int


def payees(db: Db, acting: Acting, usual: str) -> list[Payee]:
    """Return the suppliers with the rate of their currency, 0 where none is known; ``usual`` is the shop's own."""
    return [
        Payee(
            row.id, row.name, row.currency or usual,
            purchasing.RATE_SCALE if row.currency in ("", usual) else low_stock.rate_for(db, row.currency) or 0,
        )
        for row in suppliers.suppliers(db, acting)
    ]  # fmt: skip


class RateField(QLineEdit):
    """The field; ``words`` stand above it. Both are hidden for the shop's own money."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._currency = ""
        self.words = fields.label(_("Rate"), "label", theme.SMALL)
        self.words.setBuddy(self)
        self.setAccessibleName(_("Exchange rate"))
        self.setMaxLength(14)

    def show_for(self, payee: Payee | None, usual: str) -> None:
        """Ask for the rate of a supplier's currency; what somebody typed for it stays."""
        foreign = payee is not None and payee.currency != usual
        self.setVisible(foreign)
        self.words.setVisible(foreign)
        wanted = payee.currency if payee is not None and foreign else ""
        if wanted != self._currency:
            self._currency = wanted
            self.words.setText(_("One {currency} is").format(currency=wanted))
            self.setText(format_scaled(payee.rate, 6) if payee is not None and foreign else "")

    @property
    def currency(self) -> str:
        """The foreign currency that is asked about; empty for the shop's own."""
        return self._currency

    def rate(self) -> int | None:
        """Return the rate in 1/1,000,000, ``None`` when what is typed is none."""
        return purchasing.read_rate(self.text()) if self._currency else purchasing.RATE_SCALE
