"""Read a file of purchase orders: every row checked for its form, none for what the shop knows.

The header names ``order,supplier,sku,supplier_code,quantity,price,pack_quantity,currency,rate,location,expected,note``
in any order; ``order``, ``supplier`` and ``quantity`` must be there. Rows of one supplier with the same ``order`` (a
number of whoever wrote the file) are one purchase order; each names its item by ``sku`` or by the supplier's own code.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from shopstock.core import catalogue, currency, names, purchasing
from shopstock.core.outcome import Refused, RefusedRow
from shopstock.core.text import _
from shopstock.core.units import Day, Money, Qty
from shopstock.formats import csv_reading

COLUMNS = (
    "order", "supplier", "sku", "supplier_code", "quantity", "price", "pack_quantity", "currency", "rate", "location",
    "expected", "note",
)  # fmt: skip
REQUIRED = ("order", "supplier", "quantity")


class OrderRow(NamedTuple):
    """A row that is right in itself; ``None`` and empty texts are what the file does not say."""

    line: int
    order: str
    supplier: str
    sku: str
    supplier_code: str
    qty: Qty
    price: Money | None
    pack_qty: Qty | None
    currency: str
    rate: int | None
    location: str
    expected: Day | None
    note: str


def read(path: Path | str) -> Iterator[tuple[OrderRow | RefusedRow, tuple[int, int]]]:
    """Yield every row of a file with the bytes read so far and in all; raise ``BadFile`` when it cannot be used."""
    return csv_reading.records(path, COLUMNS, REQUIRED, _checked)


def _checked(line: int, cells: dict[str, str], delimiter: str) -> OrderRow:
    order = names.clean(cells["order"])
    if not order:
        raise Refused(_("The order is empty. Write the number that its rows share."))
    if not cells["sku"] and not cells["supplier_code"]:
        raise Refused(_("The row names no item. Write its sku or the supplier_code."))
    if not cells["quantity"]:
        raise Refused(_("The quantity is empty. Write how much is ordered."))
    qty = csv_reading.named("quantity", csv_reading.qty, cells["quantity"], delimiter)
    if not qty:
        raise Refused(_("The quantity is 0. Leave the row out to order nothing of it."))
    pack, price, rate = cells["pack_quantity"], cells["price"], cells["rate"]
    return OrderRow(
        line,
        order,
        names.label(cells["supplier"]),
        names.sku(cells["sku"]) if cells["sku"] else "",
        names.clean(cells["supplier_code"]),
        qty,
        csv_reading.named("price", csv_reading.money, price, delimiter) if price else None,
        catalogue.check_pack(csv_reading.named("pack_quantity", csv_reading.qty, pack, delimiter)) if pack else None,
        currency.of(cells["currency"]).code if cells["currency"] else "",
        csv_reading.named("rate", _rate, rate, delimiter) if rate else None,
        names.clean(cells["location"]),
        csv_reading.named("expected", _day, cells["expected"], delimiter) if cells["expected"] else None,
        names.clean(cells["note"]),
    )


def _rate(text: str, delimiter: str) -> int:
    scaled = csv_reading.decimal(text, delimiter) * purchasing.RATE_SCALE
    rate = int(scaled)
    if rate != scaled or not 0 < rate <= purchasing.MAX_RATE:
        raise Refused(_("“{text}” is no rate: above 0, at most 1,000,000, with at most 6 decimals.").format(text=text))
    return rate


def _day(text: str, _delimiter: str) -> Day:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Refused(_("“{text}” is no date. Write it like 2026-03-02.").format(text=text[:20])) from error
    return Day(day.year * 10_000 + day.month * 100 + day.day)
