"""The rules of buying: states of a purchase order, packs and price breaks, exchange rates, and the paper of an order.

Prices are ``Money`` for one stock unit in the currency of the order; a rate is the shop's money for one unit of that
currency in 1/1,000,000 (0 while nobody has said it). Quantities are in stock units, days are YYYYMMDD.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from shopstock.core.currency import Currency
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _, ngettext
from shopstock.core.units import (
    ONE,
    ZERO_MONEY,
    ZERO_QTY,
    Day,
    ItemId,
    LocationId,
    Money,
    Qty,
    divide_half_even,
    parse_decimal,
    times,
)

#: A rate of one: the order is in the shop's own money.
RATE_SCALE = 1_000_000
MAX_RATE = 1_000_000 * RATE_SCALE
MAX_LEAD_DAYS = 730
_NUMBER = re.compile(r"(?:p[-\s]?)?0*(\d{1,15})", re.IGNORECASE)


class OrderState(StrEnum):
    """How far a purchase order is. The value is what ``purchase_order.state`` holds."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENT = "sent"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def words(self) -> str:
        """The state as people read it."""
        return {
            OrderState.DRAFT: _("Draft"),
            OrderState.APPROVED: _("Approved"),
            OrderState.SENT: _("Sent"),
            OrderState.PARTLY_RECEIVED: _("Partly received"),
            OrderState.RECEIVED: _("Received"),
            OrderState.CLOSED: _("Closed"),
            OrderState.CANCELLED: _("Cancelled"),
        }[self]


#: Orders that somebody still works on.
OPEN_STATES = (OrderState.DRAFT, OrderState.APPROVED, OrderState.SENT, OrderState.PARTLY_RECEIVED)
#: Orders whose goods are expected.
EXPECTED_STATES = (OrderState.SENT, OrderState.PARTLY_RECEIVED)
#: Orders that are meant and not yet at the supplier.
UNSENT_STATES = (OrderState.DRAFT, OrderState.APPROVED)


class PageSize(StrEnum):
    """The sheet that orders are printed on."""

    A4 = "A4"
    LETTER = "Letter"


class ZeroPrice(Refused):
    """A price of 0 that nobody has confirmed; ``item_ids`` are the items. Ask, then call again with the yes."""

    def __init__(self, item_ids: Sequence[ItemId], names: Sequence[str]) -> None:
        shown = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
        super().__init__(
            ngettext(
                "The price of {names} is 0. Enter what it costs, or confirm that it is free.",
                "The prices of {names} are 0. Enter what they cost, or confirm that they are free.",
                len(names),
            ).format(names=shown)
        )
        self.item_ids = tuple(item_ids)


@dataclass(frozen=True, slots=True)
class SupplierFields:
    """Everything a person says about a supplier.

    An empty ``currency`` is the shop's own; ``lead_days`` ``None`` is the shop's usual lead time. ``minimum_order`` and
    ``free_delivery_from`` are in the supplier's currency, 0 for none.
    """

    name: str
    contact: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    customer_number: str = ""
    currency: str = ""
    lead_days: int | None = None
    minimum_order: Money = ZERO_MONEY
    free_delivery_from: Money = ZERO_MONEY
    note: str = ""


@dataclass(frozen=True, slots=True)
class SupplierItemFields:
    """An item as a supplier sells it: their code, price of one stock unit, pack, minimum, lead time.

    ``breaks`` are ``(from_qty, price)``: what one stock unit costs from that quantity on.
    """

    item_id: ItemId
    code: str = ""
    price: Money | None = None
    pack_qty: Qty = ONE
    minimum_qty: Qty = ZERO_QTY
    lead_days: int | None = None
    breaks: tuple[tuple[Qty, Money], ...] = ()


@dataclass(frozen=True, slots=True)
class OrderFields:
    """The head of an order.

    ``location_id`` unset is the acting person's place, an empty ``currency`` the supplier's, ``rate`` unset the one of
    the last order in that currency. ``expected_day`` unset follows from the lead time when the order is sent.
    """

    supplier_id: int
    location_id: LocationId | None = None
    currency: str = ""
    rate: int | None = None
    reference: str = ""
    note: str = ""
    expected_day: Day | None = None


@dataclass(frozen=True, slots=True)
class SupplierSaved(Changes):
    """What saving a supplier changed, and its id."""

    supplier_id: int = 0


@dataclass(frozen=True, slots=True)
class OrderSaved(Changes):
    """What an act on an order changed, and the order's id."""

    order_id: int = 0


@dataclass(frozen=True, slots=True)
class Proposed(Changes):
    """What a proposal came to: the drafts it wrote to, the lines added or raised, the low items nobody supplies."""

    order_ids: tuple[int, ...] = ()
    lines: int = 0
    without_supplier: tuple[ItemId, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderPaperLine:
    """One line of the paper: the supplier's code, what it is, packs and stock units, price of one unit and value.

    ``packs`` is ``None`` where the quantity is no whole number of packs or the pack is one. ``price`` and ``value`` are
    ``None`` on a paper without prices.
    """

    line_no: int
    supplier_code: str
    sku: str
    description: str
    qty: Qty
    unit: str
    pack_qty: Qty = ONE
    packs: int | None = None
    price: Money | None = None
    value: Money | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class OrderPaper:
    """A purchase order as the supplier gets it; days are text, ``number`` is its barcode (Code 128).

    ``state`` is said only where the paper is no order: of a draft and of one that was cancelled.
    """

    number: str
    state: str
    ordered: str
    expected: str
    currency: str
    lines: tuple[OrderPaperLine, ...]
    total: Money | None
    shop_name: str
    shop_lines: tuple[str, ...] = ()
    supplier_name: str = ""
    supplier_lines: tuple[str, ...] = ()
    supplier_email: str = ""
    customer_number: str = ""
    deliver_to: str = ""
    reference: str = ""
    note: str = ""
    ordered_by: str = ""


def price_at(qty: Qty, price: Money | None, breaks: Sequence[tuple[Qty, Money]] = ()) -> Money | None:
    """Return the cheapest price of one stock unit that ``qty`` earns; ``None`` when no price is known."""
    earned = [break_price for from_qty, break_price in breaks if qty >= from_qty]
    if price is not None:
        earned.append(price)
    return min(earned, default=None)


def round_up_to_pack(qty: Qty, pack: Qty = ONE, minimum: Qty = ZERO_QTY) -> Qty:
    """Return the least whole number of packs that holds ``qty`` and the supplier's minimum; nothing for nothing."""
    if qty <= 0:
        return ZERO_QTY
    wanted = max(qty, minimum)
    return Qty(-(-wanted // pack) * pack)


def whole_packs(qty: Qty, pack: Qty) -> int | None:
    """Return how many packs a quantity is; ``None`` when the pack is one unit or the quantity is no whole number."""
    return None if pack == ONE or qty % pack else qty // pack


def line_value(qty: Qty, price: Money, currency: Currency) -> Money:
    """Return what a line comes to, rounded to the smallest amount of the order's currency: totals sum these."""
    return currency.round(times(price, qty))


def read_rate(text: str) -> int | None:
    """Read a typed rate, with point or comma, in 1/1,000,000; ``None`` for what is none."""
    try:
        rate = int(parse_decimal(text.strip().replace(",", ".")) * RATE_SCALE)
    except ValueError:
        return None
    return rate if 0 < rate <= MAX_RATE else None


def in_shop_money(money: Money, rate: int) -> Money:
    """Return an amount of an order's currency in the shop's money, rounded once to 1/10,000."""
    return Money(divide_half_even(money * rate, RATE_SCALE))


def order_number(number: int) -> str:
    """Write an order's number as people and barcodes know it: ``P-0188``."""
    return f"P-{number:04d}"


def number_in(text: str) -> int | None:
    """Read an order's number as typed or scanned (``P-0188``, ``p 188``, ``188``); ``None`` for anything else."""
    found = _NUMBER.fullmatch(text.strip())
    return None if found is None or not int(found.group(1)) else int(found.group(1))


def open_qty(qty: Qty, received: Qty, shipped: Qty, cancelled: Qty) -> Qty:
    """Return what is still on order: what was neither received, shipped (owned, on its way) nor given up."""
    return Qty(max(0, qty - received - shipped - cancelled))
