"""What was there and what it was worth, now or at any past moment.

The past is the closing of the month before plus at most a month of movements; nothing scans history. Locations hold
quantity only: the value of an item is one pool, and a report by location splits it by largest remainder, so that the
parts sum to the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from shopstock.core.units import ONE, ZERO_MONEY, Day, Instant, ItemId, LocationId, Money, Qty, share
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import places as places_rows
from shopstock.queries.report_query import ReportQuery


class Valuation(NamedTuple):
    """An item's quantity (goods in transit included) and value; ``unit_cost`` is their quotient, for reading only."""

    sku: str
    name: str
    on_hand: Qty
    unit_cost: Money
    value: Money


class Stock(NamedTuple):
    """An item at a location; what is in transit stands in its own column at the location of that kind."""

    sku: str
    name: str
    location: str
    on_hand: Qty
    available: Qty
    in_transit: Qty
    value: Money


class AtPlace(NamedTuple):
    """An item at a place; ``place`` is the path from its shop down. What is in transit is in no shop.

    ``value`` is the place's share of the item's pool.
    """

    shop: str
    place: str
    sku: str
    name: str
    on_hand: Qty
    allocated: Qty
    value: Money


class Holding(NamedTuple):
    """What lies of an item at a location, and what parked sales hold of it (0 in the past)."""

    item_id: ItemId
    location_id: LocationId
    qty: Qty
    allocated: Qty


_LEVELS_NOW = "SELECT item_id, location_id, on_hand, allocated FROM stock_level {where} ORDER BY item_id, location_id"

_POOLS_NOW = "SELECT item_id, value FROM item_pool {where}"

_THEN = """
    SELECT item_id, location_id, sum(qty), sum(value) FROM (
        SELECT m.item_id, m.location_id, m.closing_qty AS qty, m.closing_value AS value
        FROM stock_level l JOIN item_month m ON m.item_id = l.item_id AND m.location_id = l.location_id
        WHERE m.month = (SELECT max(b.month) FROM item_month b
                         WHERE b.item_id = l.item_id AND b.location_id = l.location_id AND b.month < ?) {level}
        UNION ALL
        SELECT s.item_id, s.location_id, s.qty, s.value
        FROM document d JOIN stock_movement s ON s.document_id = d.id
        WHERE d.occurred_at >= ? AND d.occurred_at < ? {movement}
    ) past GROUP BY item_id, location_id ORDER BY item_id, location_id"""


def holdings(db: Db, end: Instant, item_id: ItemId | None = None) -> tuple[list[Holding], dict[int, int]]:
    """Return what lay where before ``end`` (exclusive), in order of item and location, and each item's pool value."""
    only = () if item_id is None else (item_id,)
    if end > clock.now():
        where = "" if item_id is None else "WHERE item_id = ?"
        levels = db.rows(_LEVELS_NOW.format(where=where), only)
        return [Holding(*row) for row in levels], dict(db.rows(_POOLS_NOW.format(where=where), only))
    month = clock.day_of(Instant(end - 1)) // 100
    sql = _THEN.format(
        level="" if item_id is None else "AND l.item_id = ?", movement="" if item_id is None else "AND s.item_id = ?"
    )
    found: list[Holding] = []
    values: dict[int, int] = {}
    first = clock.start_of(Day(month * 100 + 1))
    for item, location, qty, value in db.rows(sql, (month, *only, first, end, *only)):
        found.append(Holding(item, location, qty, Qty(0)))
        values[item] = values.get(item, 0) + value
    return found, values


def split(value: int, quantities: Sequence[int]) -> list[Money]:
    """Split a pool's value over the quantities at its places by largest remainder; the parts sum to the whole."""
    whole = sum(quantities)
    if not whole:
        return [ZERO_MONEY] * len(quantities)
    sign = 1 if whole > 0 else -1
    parts = [divmod(value * qty * sign, whole * sign) for qty in quantities]
    shares = [part for part, _rest in parts]
    left = value - sum(shares)
    for index in sorted(range(len(parts)), key=lambda index: (-parts[index][1], index))[:left]:
        shares[index] += 1
    return [Money(part) for part in shares]


def _items(db: Db, item_id: ItemId | None) -> dict[int, tuple[str, str]]:
    where, only = ("", ()) if item_id is None else (" WHERE id = ?", (item_id,))
    return {item: (sku, name) for item, sku, name in db.rows(f"SELECT id, sku, name FROM item{where}", only)}


def valuation(db: Db, query: ReportQuery) -> list[Valuation]:
    """Value every item that has ever moved, in order of SKU; at a location and in it, its share of the pool."""
    placed = _placed(db, query)
    sums: dict[int, list[int]] = {}
    if query.item_id is not None:
        sums[query.item_id] = [0, 0]
    for holding, value in placed:
        if query.takes(holding.location_id):
            sums.setdefault(holding.item_id, [0, 0])
            sums[holding.item_id][0] += holding.qty
            sums[holding.item_id][1] += value
    items = _items(db, query.item_id)
    rows = [
        Valuation(*items[item], Qty(qty), share(Money(value), ONE, Qty(qty)) if qty else ZERO_MONEY, Money(value))
        for item, (qty, value) in sums.items()
    ]
    return sorted(rows, key=_by_sku)


def stock(db: Db, query: ReportQuery) -> list[Stock]:
    """List every item at every place where it has ever been, in order of SKU and location."""
    items = _items(db, query.item_id)
    places = {place: (name, kind) for place, name, kind in db.rows("SELECT id, name, kind FROM location")}
    rows = []
    for holding, value in _placed(db, query):
        if not query.takes(holding.location_id):
            continue
        name, kind = places[holding.location_id]
        moving = kind == "transit"
        on_hand = Qty(0) if moving else holding.qty
        in_transit = holding.qty if moving else Qty(0)
        available = Qty(0) if kind == "set_aside" else Qty(on_hand - holding.allocated)
        rows.append(Stock(*items[holding.item_id], name, on_hand, available, in_transit, value))
    return sorted(rows, key=lambda row: (_by_sku(row), row.location.casefold()))


def places(db: Db, query: ReportQuery) -> list[AtPlace]:
    """List what lies at every place, in the order of the tree of places, then of SKU."""
    items = _items(db, query.item_id)
    tree = places_rows.listed(db, retired=True)
    order = {one.id: number for number, one in enumerate(tree)}
    shops = {one.id: one.name for one in tree}
    named = {one.id: (shops[one.shop_id], one.path) for one in tree}
    moving: dict[LocationId, str] = dict(db.rows("SELECT id, name FROM location WHERE kind = 'transit'"))
    found = []
    for holding, value in _placed(db, query):
        if query.takes(holding.location_id) and (holding.qty or holding.allocated):
            shop, path = named.get(holding.location_id) or ("", moving[holding.location_id])
            row = AtPlace(shop, path, *items[holding.item_id], holding.qty, holding.allocated, value)
            found.append((order.get(holding.location_id, len(order)), row))
    return [row for _place, row in sorted(found, key=lambda one: (one[0], _by_sku(one[1])))]


def _placed(db: Db, query: ReportQuery) -> list[tuple[Holding, Money]]:
    found, values = holdings(db, query.end, query.item_id)
    placed: list[tuple[Holding, Money]] = []
    start = 0
    while start < len(found):
        item = found[start].item_id
        stop = start
        while stop < len(found) and found[stop].item_id == item:
            stop += 1
        group = found[start:stop]
        placed += zip(group, split(values.get(item, 0), [holding.qty for holding in group]), strict=True)
        start = stop
    return placed


def _by_sku(row: Any) -> tuple[str, str]:
    return row.sku.casefold(), row.sku
