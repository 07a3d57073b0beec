"""Read a file of suppliers and what they sell: every row checked for its form, none for what the shop knows.

The header names ``supplier,contact,email,phone,address,customer_number,currency,lead_days,minimum_order,
free_delivery_from,note,sku,supplier_code,price,pack_quantity,minimum_quantity,item_lead_days,price_breaks`` in any
order; ``supplier`` must be there. A row with a ``sku`` also says how that supplier sells that item. An empty cell says
nothing. Price breaks are written ``24:2.00 48:1.80``: from which quantity on, what one unit costs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from shopstock.core import catalogue, currency, names
from shopstock.core.outcome import Refused, RefusedRow
from shopstock.core.text import _
from shopstock.core.units import Money, Qty
from shopstock.formats import csv_reading

COLUMNS = (
    "supplier", "contact", "email", "phone", "address", "customer_number", "currency", "lead_days", "minimum_order",
    "free_delivery_from", "note", "sku", "supplier_code", "price", "pack_quantity", "minimum_quantity",
    "item_lead_days", "price_breaks",
)  # fmt: skip
REQUIRED = ("supplier",)
_OF_ITEM = ("supplier_code", "price", "pack_quantity", "minimum_quantity", "item_lead_days", "price_breaks")


class SupplierRow(NamedTuple):
    """A row that is right in itself; ``None`` and empty texts are what the file does not say."""

    line: int
    supplier: str
    contact: str
    email: str
    phone: str
    address: str
    customer_number: str
    currency: str
    lead_days: int | None
    minimum_order: Money | None
    free_delivery_from: Money | None
    note: str
    sku: str
    supplier_code: str
    price: Money | None
    pack_qty: Qty | None
    minimum_qty: Qty | None
    item_lead_days: int | None
    breaks: tuple[tuple[Qty, Money], ...] | None


def read(path: Path | str) -> Iterator[tuple[SupplierRow | RefusedRow, tuple[int, int]]]:
    """Yield every row of a file with the bytes read so far and in all; raise ``BadFile`` when it cannot be used."""
    return csv_reading.records(path, COLUMNS, REQUIRED, _checked)


def _checked(line: int, cells: dict[str, str], delimiter: str) -> SupplierRow:
    def money(column: str) -> Money | None:
        return csv_reading.named(column, csv_reading.money, cells[column], delimiter) if cells[column] else None

    def qty(column: str) -> Qty | None:
        return csv_reading.named(column, csv_reading.qty, cells[column], delimiter) if cells[column] else None

    def days(column: str) -> int | None:
        return csv_reading.named(column, _whole, cells[column], delimiter) if cells[column] else None

    stray = [column for column in _OF_ITEM if cells[column]]
    if stray and not cells["sku"]:
        raise Refused(_("{column} says something about an item; the row needs its sku.").format(column=stray[0]))
    pack = qty("pack_quantity")
    return SupplierRow(
        line,
        names.label(cells["supplier"]),
        names.clean(cells["contact"]),
        names.clean(cells["email"]),
        names.clean(cells["phone"]),
        "\n".join(names.clean(part) for part in cells["address"].replace("|", "\n").splitlines()),
        names.clean(cells["customer_number"]),
        currency.of(cells["currency"]).code if cells["currency"] else "",
        days("lead_days"),
        money("minimum_order"),
        money("free_delivery_from"),
        names.clean(cells["note"]),
        names.sku(cells["sku"]) if cells["sku"] else "",
        names.clean(cells["supplier_code"]),
        money("price"),
        None if pack is None else catalogue.check_pack(pack),
        qty("minimum_quantity"),
        days("item_lead_days"),
        csv_reading.named("price_breaks", _breaks, cells["price_breaks"], delimiter) if cells["price_breaks"] else None,
    )


def _whole(text: str, _delimiter: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise Refused(_("“{text}” is not a whole number.").format(text=text[:30]))
    return int(text)


def _breaks(text: str, delimiter: str) -> tuple[tuple[Qty, Money], ...]:
    found = []
    for part in text.split():
        from_qty, colon, price = part.partition(":")
        if not colon:
            raise Refused(_("“{text}” is no price break. Write them like 24:2.00 48:1.80.").format(text=part[:30]))
        found.append((csv_reading.qty(from_qty, delimiter), csv_reading.money(price, delimiter)))
    return tuple(sorted(found))
