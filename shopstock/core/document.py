"""A document before it is posted: what a service function fills and hands to ``services/posting.py``.

Quantities are positive as people say them (sold 3, returned 1); the kind of the line carries the sign. Amounts are
``Money`` in 1/10,000; ``net + tax == gross`` holds on every priced line, and the payments of a document sum to the
gross of its sale lines minus the gross of its return lines (plus rounding).
"""

from __future__ import annotations

from dataclasses import dataclass

from shopstock.core.movements import Account, DocumentKind, MovementKind
from shopstock.core.units import NO_DAY, ZERO_MONEY, Day, DocumentId, Instant, ItemId, LineId, LocationId, Money, Qty


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line.

    ``value`` is the total cost for ``opening`` and ``goods_receipt``, the supplier's credit for ``supplier_return`` and
    the amount for ``landed_cost``; ``None`` means "at the cost the ledger knows". ``of_line_id`` names the line that a
    return, a landed cost or a reversal refers to. For ``count``, ``qty`` is what was counted at ``location_id`` and
    ``expected`` what the ledger had there at that moment, where the count knows it; else the posting finds it out.
    ``list_price`` is the catalogue's price of one unit at the time, ``unit_price`` what was asked for one unit.

    ``lot`` and ``expires`` (0: none) name the lot of an item that is tracked by lots: what comes in makes or joins it,
    what goes out is taken from it first. Items without tracking ignore them. ``serials`` are the serial numbers of the
    pieces that a sale or a customer return names.
    """

    kind: MovementKind
    item_id: ItemId
    qty: Qty
    location_id: LocationId
    to_location_id: LocationId | None = None
    value: Money | None = None
    unit_price: Money = ZERO_MONEY
    list_price: Money = ZERO_MONEY
    discount: Money = ZERO_MONEY
    net: Money = ZERO_MONEY
    tax: Money = ZERO_MONEY
    tax_rate: int = 0
    cause: str = ""
    of_line_id: LineId | None = None
    code: str = ""
    description: str = ""
    lot: str = ""
    expires: Day = NO_DAY
    serials: tuple[str, ...] = ()
    expected: Qty | None = None

    @property
    def gross(self) -> Money:
        """What the customer pays for the line."""
        return Money(self.net + self.tax)


@dataclass(frozen=True, slots=True)
class DraftPayment:
    """What was taken by one method: ``amount`` counts towards the total, ``tendered - change == amount``."""

    method_id: int
    account: Account
    method_name: str
    amount: Money
    tendered: Money
    change: Money
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole document.

    ``key`` is the idempotency key: the same key with the same content posts once, with other content is refused.
    ``reference`` is the number the outside world uses (an invoice, a delivery note). ``amounts`` are journal amounts of
    documents that move no stock (paid in and out, cash-up), as ``(account, detail, debit-positive amount)``.
    """

    kind: DocumentKind
    key: str
    occurred_at: Instant
    lines: tuple[DraftLine, ...] = ()
    payments: tuple[DraftPayment, ...] = ()
    amounts: tuple[tuple[Account, str, Money], ...] = ()
    reference: str = ""
    party: str = ""
    note: str = ""
    of_document_id: DocumentId | None = None
    reverses_id: DocumentId | None = None
    shift_id: int | None = None
    rounding: Money = ZERO_MONEY


@dataclass(frozen=True, slots=True)
class Head:
    """What a business event says about itself besides its goods; see :class:`Draft` for the fields."""

    key: str
    occurred_at: Instant
    reference: str = ""
    party: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Goods:
    """So much of an item. ``value`` is a total, never a unit cost; ``location_id`` unset is the acting person's place.

    ``of_line_id`` names the posted line that it belongs to, ``cause`` says why, where the event asks for either.
    ``lot`` and ``expires`` are as in :class:`DraftLine`.
    """

    item_id: ItemId
    qty: Qty
    value: Money | None = None
    location_id: LocationId | None = None
    of_line_id: LineId | None = None
    cause: str = ""
    lot: str = ""
    expires: Day = NO_DAY
