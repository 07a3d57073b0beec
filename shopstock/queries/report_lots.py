"""What expires when, and what has: the lots on hand by the day on which they expire."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core import lots
from shopstock.core.units import QTY_SCALE, Day, Money, Qty, share
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries.report_query import ReportQuery


class Expiring(NamedTuple):
    """A lot on hand at a place; ``days_left`` is 0 on its last day and negative once it has expired (in 1/1,000).

    ``value`` is the lot's share of what the item is worth.
    """

    sku: str
    name: str
    lot: str
    expires: Day
    days_left: Qty
    location: str
    on_hand: Qty
    value: Money


def expiry(db: Db, query: ReportQuery) -> list[Expiring]:
    """Return the lots with a day that are on hand, the first to expire at the top; by item and location if asked."""
    today = clock.day_of(clock.now())
    only, params = query.at("l.location_id")
    if query.item_id is not None:
        only += " AND o.item_id = ?"
        params.append(query.item_id)
    return [
        Expiring(
            sku, name, code, Day(expires), Qty(lots.days_left(expires, today) * QTY_SCALE), place, Qty(on_hand),
            share(Money(worth), Qty(on_hand), Qty(held)) if held > 0 else Money(0),
        )
        for sku, name, code, expires, place, on_hand, held, worth in db.rows(
            "SELECT i.sku, i.name, o.code, o.expires, p.name, l.on_hand, coalesce(w.qty, 0), coalesce(w.value, 0)"
            " FROM lot o JOIN lot_level l ON l.lot_id = o.id JOIN item i ON i.id = o.item_id"
            " JOIN location p ON p.id = l.location_id LEFT JOIN item_pool w ON w.item_id = o.item_id"
            f" WHERE o.expires > 0 AND l.on_hand > 0{only} ORDER BY o.expires, i.sku_key, o.id, l.location_id",
            params,
        )
    ]  # fmt: skip
