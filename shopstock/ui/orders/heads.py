"""The head of an order as it is typed, and how it is read, checked and kept."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from shopstock.core import purchasing
from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.core.purchasing import OrderFields, OrderSaved
from shopstock.core.text import _
from shopstock.core.units import Day, format_scaled, parse_decimal
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import settings, suppliers
from shopstock.queries.suppliers import SupplierRow
from shopstock.services import purchase

_LATER = re.compile(r"\+\s*(\d{1,3})")


class Typed(NamedTuple):
    """The fields of the head as a person wrote them."""

    supplier: str
    currency: str
    rate: str
    expected: str
    reference: str
    note: str


class Choices(NamedTuple):
    """What the boxes of the head offer."""

    suppliers: tuple[SupplierRow, ...]
    currency: str


def choices(db: Db, acting: Acting) -> Choices:
    """Return the suppliers to choose from, and the shop's own currency."""
    return Choices(tuple(suppliers.suppliers(db, acting)), settings.load(db).currency)


def save(db: Db, acting: Acting, order_id: int | None, typed: Typed) -> OrderSaved:
    """Begin an order (``None``) or replace the head of one; raise ``Refused`` for what cannot be read."""
    if not typed.supplier.strip():
        raise Refused(_("Choose the supplier first."))
    fields = OrderFields(
        suppliers.by_name(db, typed.supplier), currency=typed.currency, rate=rate_typed(typed.rate),
        reference=typed.reference, note=typed.note, expected_day=day_typed(typed.expected),
    )  # fmt: skip
    if order_id is None:
        return purchase.new_order(db, acting, fields)
    return purchase.change_order(db, acting, order_id, fields)


def day_typed(text: str) -> Day | None:
    """Read a day (``2026-11-30``, or ``+7`` for a week from today); nothing is no day. Raises ``Refused``."""
    typed = text.strip()
    if not typed:
        return None
    later = _LATER.fullmatch(typed)
    try:
        if later is not None:
            found = clock.to_local(clock.now()).date() + timedelta(days=int(later.group(1)))
        else:
            found = date.fromisoformat(typed)
    except ValueError as error:
        raise Refused(
            _("“{text}” is no day. Write it as 2026-11-30, or +7 for a week from today.").format(text=typed[:40])
        ) from error
    return Day(found.year * 10_000 + found.month * 100 + found.day)


def day_written(day: Day | None) -> str:
    """Write a day as :func:`day_typed` reads it."""
    return "" if day is None else f"{day // 10_000:04d}-{day // 100 % 100:02d}-{day % 100:02d}"


def rate_typed(text: str) -> int | None:
    """Read a rate of at most six decimals; nothing is the last rate of the currency. Raises ``Refused``."""
    typed = text.strip().replace(",", ".")
    if not typed:
        return None
    try:
        rate = parse_decimal(typed) * purchasing.RATE_SCALE
    except ValueError as error:
        raise Refused(
            _("“{text}” is no rate. Type a number, such as 0.8523.").format(text=text.strip()[:40])
        ) from error
    if rate != int(rate):
        raise Refused(_("A rate has at most six decimals."))
    return int(rate)


def rate_written(rate: int) -> str:
    """Write a rate as :func:`rate_typed` reads it; empty while nobody has said it."""
    return format_scaled(rate, 6) if rate else ""
