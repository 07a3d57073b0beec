"""Follow an item's movements: what each did, and how much there was and what it was worth after it."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core.units import Instant, Money, Qty
from shopstock.db.connection import Db
from shopstock.queries import report_stock
from shopstock.queries.report_query import FIRST, ReportQuery


class Movement(NamedTuple):
    """One row of the ledger; ``on_hand`` and ``pool_value`` are the item's in the whole shop after it."""

    at: Instant
    document: str
    kind: str
    location: str
    quantity: Qty
    value: Money
    on_hand: Qty
    pool_value: Money


class ItemMovement(NamedTuple):
    """The same with the item in front, when several are listed."""

    sku: str
    at: Instant
    document: str
    kind: str
    location: str
    quantity: Qty
    value: Money
    on_hand: Qty
    pool_value: Money


_ROWS = """
    SELECT m.item_id, i.sku, m.occurred_at, s.prefix || '-' || d.number, m.kind, m.location_id, o.name, m.qty, m.value
    FROM stock_movement m JOIN document d ON d.id = m.document_id JOIN station s ON s.id = d.station_id
    JOIN location o ON o.id = m.location_id JOIN item i ON i.id = m.item_id
    WHERE {item} m.occurred_at >= ? AND m.occurred_at < ? ORDER BY m.occurred_at, m.id"""


def movements(db: Db, query: ReportQuery) -> list[Movement] | list[ItemMovement]:
    """List the movements of a period by ``occurred_at``, then posting, of one item or (with its SKU) of all.

    Narrowing to a location leaves rows out; the running figures stay those of the whole shop.
    """
    running: dict[int, tuple[int, int]] = {}
    if query.start > FIRST:
        found, values = report_stock.holdings(db, query.start, query.item_id)
        for holding in found:
            before = running.get(holding.item_id, (0, 0))[0]
            running[holding.item_id] = (before + holding.qty, values.get(holding.item_id, 0))
    item, params = ("", ()) if query.item_id is None else ("m.item_id = ? AND", (query.item_id,))
    rows: list[ItemMovement] = []
    for item_id, sku, at, document, kind, place, name, qty, value in db.rows(
        _ROWS.format(item=item), (*params, query.start, query.end)
    ):
        on_hand, pool = running.get(item_id, (0, 0))
        running[item_id] = on_hand, pool = on_hand + qty, pool + value
        if query.takes(place):
            rows.append(ItemMovement(sku, at, document, kind, name, qty, value, Qty(on_hand), Money(pool)))
    return rows if query.item_id is None else [Movement(*row[1:]) for row in rows]
