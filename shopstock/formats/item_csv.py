"""Read a catalogue file: every row checked for its form, none for what the shop knows.

The header names ``sku,name,category,price,cost,barcode,pack_barcode,pack_quantity,unit,tax_rate,on_hand,reorder_point,
order_up_to,supplier,tracks,weight,content,content_unit,home`` in any order; ``sku`` and ``name`` must be there.
``weight`` is in grams, ``tracks`` is ``lot``, ``serial`` or ``no``, ``home`` a place ("Main shop/Back room/B-04"). An
empty cell says nothing about the item.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple, TypeVar

from shopstock.core import catalogue, codes, names
from shopstock.core.outcome import Refused, RefusedRow, ShopError
from shopstock.core.text import _
from shopstock.core.units import ONE, Money, Qty, value_at
from shopstock.formats import csv_reading

COLUMNS = (
    "sku", "name", "category", "price", "cost", "barcode", "pack_barcode", "pack_quantity", "unit", "tax_rate",
    "on_hand", "reorder_point", "supplier", "order_up_to", "tracks", "weight", "content", "content_unit", "home",
)  # fmt: skip
REQUIRED = ("sku", "name")
T = TypeVar("T")

_SCIENTIFIC = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)


class ItemRow(NamedTuple):
    """A row that is right in itself; ``None`` and empty texts are what the file does not say.

    ``tax`` is a percentage or the name of a rate. ``opening_value`` is the cost of all that is on hand, rounded once.
    """

    line: int
    sku: str
    name: str
    category: str
    supplier: str
    price: Money | None
    cost: Money | None
    barcode: str
    pack_barcode: str
    pack_quantity: Qty
    unit: str
    tax: str
    on_hand: Qty | None
    opening_value: Money
    reorder_point: Qty | None
    order_up_to: Qty | None = None
    tracks: str | None = None
    weight: int | None = None
    content: Qty | None = None
    content_unit: str = ""
    home: str = ""


class Progress(NamedTuple):
    """How far a reader has come, in bytes."""

    done: int
    whole: int


def read(path: Path | str) -> Iterator[tuple[ItemRow | RefusedRow, Progress]]:
    """Yield every row of a file in its order, with how far that is; raise ``BadFile`` when it cannot be used at all."""
    with csv_reading.open_table(path) as table:
        columns = csv_reading.columns_of(table.header, COLUMNS, REQUIRED)
        places = [columns.index(name) if name in columns else -1 for name in COLUMNS]
        width = len(columns)
        for line, cells in table.rows:
            yield _row(line, cells, places, width, table.delimiter), Progress(table.position, table.size)


def _row(line: int, cells: list[str], places: Sequence[int], width: int, delimiter: str) -> ItemRow | RefusedRow:
    if len(cells) != width:
        if not cells:
            return RefusedRow(line, _("A quotation mark is out of place or never closed."))
        return RefusedRow(
            line, _("There are {found} cells; the header has {wanted}.").format(found=len(cells), wanted=width)
        )
    try:
        return _checked(line, [cells[place].strip() if place >= 0 else "" for place in places], delimiter)
    except ShopError as error:
        return RefusedRow(line, str(error))


def _checked(line: int, cells: Sequence[str], delimiter: str) -> ItemRow:
    (
        sku, name, category, price, cost, barcode, pack_barcode, pack, unit, tax, on_hand, reorder, supplier, up_to,
        tracks, weight, content, content_unit, home,
    ) = cells  # fmt: skip
    quantity = _named("on_hand", csv_reading.qty, on_hand, delimiter) if on_hand else None
    unit_cost = _named("cost", csv_reading.decimal, cost, delimiter) if cost else None
    held = _named("content", csv_reading.qty, content, delimiter) if content else None
    return ItemRow(
        line,
        names.sku(sku),
        names.item_name(name),
        names.label(category) if category else "",
        names.label(supplier) if supplier else "",
        _named("price", csv_reading.money, price, delimiter) if price else None,
        None if unit_cost is None else value_at(unit_cost, ONE),
        _code("barcode", barcode) if barcode else "",
        _code("pack_barcode", pack_barcode) if pack_barcode else "",
        _pack(pack, pack_barcode, delimiter),
        catalogue.unit_of(unit) if unit else "",
        csv_reading.number(tax.removesuffix("%").rstrip(), delimiter) if tax[:1].isdigit() else names.clean(tax),
        quantity,
        value_at(unit_cost or Decimal(0), quantity or Qty(0)),
        _named("reorder_point", csv_reading.qty, reorder, delimiter) if reorder else None,
        _named("order_up_to", csv_reading.qty, up_to, delimiter) if up_to else None,
        catalogue.tracks_of(tracks) if tracks else None,
        _named("weight", _grams, weight, delimiter) if weight else None,
        *catalogue.check_content(held, content_unit),
        names.label(home) if home else "",
    )


def _grams(text: str, delimiter: str) -> int:
    grams, rest = divmod(csv_reading.qty(text, delimiter), ONE)
    if rest:
        raise Refused(_("Write the weight in whole grams."))
    return catalogue.check_weight(grams) or 0


def _pack(text: str, pack_barcode: str, delimiter: str) -> Qty:
    if not text:
        if pack_barcode:
            raise Refused(_("A pack_barcode needs a pack_quantity: how many one scan of it stands for."))
        return ONE
    return catalogue.check_pack(_named("pack_quantity", csv_reading.qty, text, delimiter))


def _code(column: str, text: str) -> str:
    if _SCIENTIFIC.fullmatch(text):
        raise Refused(
            _("{column}: a spreadsheet has turned the code into {text}. Format the column as text and export it again.")
            .format(column=column, text=text)
        )  # fmt: skip
    return codes.tidy(text)


def _named(column: str, read_it: Callable[[str, str], T], text: str, delimiter: str) -> T:
    try:
        return read_it(text, delimiter)
    except Refused as refused:
        raise Refused(f"{column}: {refused}") from refused
