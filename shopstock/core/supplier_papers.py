"""What a person fills in of a supplier's invoice or credit note."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from shopstock.core.units import ZERO_MONEY, Day, DocumentId, LineId, Money, Qty


class InvoiceLine(NamedTuple):
    """What an invoice says about a received line: quantity and net value, in the invoice's currency."""

    line_id: LineId
    qty: Qty
    value: Money


class InvoiceCharge(NamedTuple):
    """What an invoice says about a charge that was received with goods (``receipt_charge``), in its currency."""

    charge_id: int
    amount: Money


@dataclass(frozen=True, slots=True)
class InvoiceFields:
    """A supplier's invoice. ``rate`` is the shop's money for one unit of ``currency``, in 1/1,000,000.

    ``key`` is the idempotency key. ``currency`` empty is the shop's own. ``tax`` is recoverable input tax.
    """

    key: str
    supplier_id: int
    number: str
    day: Day
    lines: tuple[InvoiceLine, ...] = ()
    charges: tuple[InvoiceCharge, ...] = ()
    tax: Money = ZERO_MONEY
    due_day: Day | None = None
    currency: str = ""
    rate: int = 1_000_000
    attachment_id: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CreditFields:
    """A supplier's credit note for goods sent back by a posted supplier return; amounts in its currency."""

    key: str
    supplier_id: int
    number: str
    day: Day
    return_id: DocumentId
    net: Money
    tax: Money = ZERO_MONEY
    currency: str = ""
    rate: int = 1_000_000
    attachment_id: int | None = None
    note: str = ""
