"""The report of goods on their way."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core.text import _
from shopstock.core.units import QTY_SCALE, Day, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import in_transit as moving
from shopstock.queries.report_query import ReportQuery


class InTransit(NamedTuple):
    """Goods on their way; ``number`` is that of a transfer, an order or a document. ``days`` are in 1/1,000.

    ``overdue`` is a word, empty for what is in time.
    """

    number: str
    origin: str
    target: str
    sku: str
    name: str
    quantity: Qty
    value: Money
    dispatched: Day | None
    days: Qty
    expected: Day | None
    overdue: str


def in_transit(db: Db, query: ReportQuery) -> list[InTransit]:
    """Return what is on its way, the longest under way first; of an item, and from or to a place, if asked."""
    return [
        InTransit(
            row.number, row.from_place, row.to_place, row.sku, row.name, row.qty, row.value or Money(0),
            None if row.dispatched_at is None else clock.day_of(row.dispatched_at), Qty(row.days * QTY_SCALE),
            row.expected_day, _("overdue") if row.overdue else "",
        )
        for row in moving.listed(db, query.item_id)
        if query.takes(row.from_id, row.to_id)
    ]  # fmt: skip
