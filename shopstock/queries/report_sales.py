"""What was sold and what it cost: net of returns and reversals, with the true-ups that came later.

Whole days come from the day summaries, the parts of days at the ends of a period (and anything narrowed to a location)
from the lines themselves. A true-up belongs to the moment of the document that brought it, not to the sale it corrects.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from shopstock.core.units import Day, Instant, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries.report_query import FIRST, LAST, ReportQuery


class Cogs(NamedTuple):
    """What an item's sales cost."""

    sku: str
    quantity: Qty
    cogs: Money


class Sales(NamedTuple):
    """What an item's sales brought and cost; ``margin`` is net less cost of goods sold."""

    sku: str
    name: str
    quantity: Qty
    gross: Money
    net: Money
    tax: Money
    discount: Money
    cogs: Money
    margin: Money


_DAYS = """
    SELECT item_id, sum(sold_qty - returned_qty), sum(net), sum(tax), sum(discount), sum(cogs) FROM item_day
    WHERE day >= ? AND day < ? AND (sold_qty <> 0 OR returned_qty <> 0 OR cogs <> 0 OR net <> 0) {item}
    GROUP BY item_id"""

# The kind of a reversal is that of the line it reverses, with the other sign.
_SOLD = """
    SELECT item_id, sum(sign * qty), sum(sign * net), sum(sign * tax), sum(sign * discount), 0 FROM (
        SELECT l.item_id, coalesce(o.qty, l.qty) AS qty, l.net, l.tax, l.discount,
               (CASE coalesce(o.kind, l.kind) WHEN 'sale' THEN 1 ELSE -1 END)
               * (CASE l.kind WHEN 'reversal' THEN -1 ELSE 1 END) AS sign
        FROM document d JOIN document_line l ON l.document_id = d.id
        LEFT JOIN document_line o ON o.id = l.of_line_id AND l.kind = 'reversal'
        WHERE d.occurred_at >= ? AND d.occurred_at < ? AND coalesce(o.kind, l.kind) IN ('sale', 'customer_return')
        {item} {location}
    ) sold GROUP BY item_id"""

_COST = """
    SELECT l.item_id, 0, 0, 0, 0, -sum(l.value)
    FROM document d JOIN stock_movement l ON l.document_id = d.id JOIN document_line n ON n.id = l.line_id
    LEFT JOIN document_line o ON o.id = n.of_line_id AND n.kind = 'reversal'
    WHERE d.occurred_at >= ? AND d.occurred_at < ? AND (
        l.kind IN ('sale', 'customer_return')
        OR l.kind = 'reversal' AND coalesce(o.kind, n.kind) IN ('sale', 'customer_return')
        OR l.kind = 'cost_adjustment' AND coalesce(o.kind, n.kind) IN ('sale', 'customer_return', 'landed_cost')
    ) {item} {location} GROUP BY l.item_id"""


def cogs(db: Db, query: ReportQuery) -> list[Cogs]:
    """Return quantity and cost of what was sold, by item in order of SKU."""
    return [Cogs(sku, qty, cost) for sku, _name, qty, _net, _tax, _discount, cost in _figures(db, query)]


def sales(db: Db, query: ReportQuery) -> list[Sales]:
    """Return what was sold, what it brought and what it cost, by item in order of SKU."""
    return [
        Sales(sku, name, qty, Money(net + tax), net, tax, discount, cost, Money(net - cost))
        for sku, name, qty, net, tax, discount, cost in _figures(db, query)
    ]


def _figures(db: Db, query: ReportQuery) -> list[tuple[str, str, Qty, Money, Money, Money, Money]]:
    sums: dict[int, list[int]] = {} if query.item_id is None else {query.item_id: [0] * 5}
    for row in _parts(db, query):
        figures = sums.setdefault(row[0], [0] * 5)
        for index, figure in enumerate(row[1:]):
            figures[index] += figure
    where, only = ("", ()) if query.item_id is None else (" WHERE id = ?", (query.item_id,))
    named = [
        (sku, name, *sums[item])
        for item, sku, name in db.rows(f"SELECT id, sku, name FROM item{where}", only)
        if item in sums
    ]
    return sorted(named, key=lambda row: (row[0].casefold(), row[0]))


def _parts(db: Db, query: ReportQuery) -> list[tuple[Any, ...]]:
    start, end = query.start, query.end
    if query.location_id is not None:
        return _from_lines(db, query, start, end)
    first = Day(0) if start == FIRST else clock.day_of(start)
    if start != FIRST and clock.start_of(first) != start:
        first = clock.day_of(clock.end_of(first))
    last = Day(99_999_999) if end == LAST else clock.day_of(end)
    if first >= last:
        return _from_lines(db, query, start, end)
    item, only = ("", ()) if query.item_id is None else ("AND item_id = ?", (query.item_id,))
    rows = db.rows(_DAYS.format(item=item), (first, last, *only))
    if start != FIRST:
        rows += _from_lines(db, query, start, clock.start_of(first))
    if end != LAST:
        rows += _from_lines(db, query, clock.start_of(last), end)
    return rows


def _from_lines(db: Db, query: ReportQuery, start: Instant, end: Instant) -> list[tuple[Any, ...]]:
    if start >= end:
        return []
    params: list[int] = [start, end]
    item = ""
    if query.item_id is not None:
        item = "AND l.item_id = ?"
        params.append(query.item_id)
    location, places = query.at("l.location_id")
    params += places
    return [row for sql in (_SOLD, _COST) for row in db.rows(sql.format(item=item, location=location), params)]
