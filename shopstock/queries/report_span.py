"""The whole days that a report of a period goes by, and the figures of items in them.

Sums by item are sought item by item (the key of ``item_day`` begins with the item): their cost grows with the items and
with the days that are asked for, not with the age of the shop.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from shopstock.core import days
from shopstock.core.units import Day, Instant
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries.report_query import FIRST, LAST, ReportQuery


class Span(NamedTuple):
    """Days from first to last, both included."""

    first: Day
    last: Day

    @property
    def days(self) -> int:
        """How many there are."""
        return days.length(self.first, self.last)

    @property
    def before(self) -> Span:
        """The days before, as many."""
        return Span(days.shift(self.first, -self.days), days.shift(self.first, -1))

    def earlier(self, times: int) -> Span:
        """The days that many spans earlier."""
        return Span(days.shift(self.first, -self.days * times), days.shift(self.last, -self.days * times))


def opened_on(db: Db) -> Day | None:
    """Return the shop's first day, ``None`` before anything was posted."""
    found: int | None = db.value("SELECT min(day) FROM day_total")
    return None if found is None else Day(found)


def of(db: Db, query: ReportQuery) -> Span:
    """Return the days of a query; an open beginning is the shop's first day, an open end today."""
    today = clock.day_of(clock.now())
    last = today if query.end == LAST else clock.day_of(Instant(query.end - 1))
    if query.start != FIRST:
        return Span(clock.day_of(query.start), last)
    return Span(min(opened_on(db) or last, last), last)


#: What :func:`by_item` sums, in its order after item.
FIGURES = ("sold_qty - returned_qty", "net", "cogs", "lines", "received_qty", "lost_value", "discount", "qty", "value")


class ItemSums(NamedTuple):
    """What an item did in a span: pieces sold net of returns, net sales, COGS, lines, received, lost, discount.

    ``moved_qty`` and ``moved_value`` are the changes of stock.
    """

    item_id: int
    sold: int
    net: int
    cogs: int
    lines: int
    received: int
    lost: int
    discount: int
    moved_qty: int
    moved_value: int


def by_item(db: Db, span: Span) -> dict[int, ItemSums]:
    """Return the sums of each item that did anything in a span."""
    sums = ", ".join(f"sum({figure})" for figure in FIGURES)
    return {
        row[0]: ItemSums._make(row)
        for row in db.stream(
            f"SELECT d.item_id, {sums} FROM item i JOIN item_day d ON d.item_id = i.id AND d.day >= ? AND d.day <= ? "
            "GROUP BY d.item_id",
            span,
        )
    }


def value_at_ends(db: Db, span: Span) -> list[tuple[Day, int]]:
    """Return the value of the whole stock at the end of each day."""
    value: int = db.value("SELECT coalesce(sum(value), 0) FROM day_total WHERE day < ?", (span.first,))
    moved: dict[Any, int] = dict(
        db.rows("SELECT day, sum(value) FROM day_total WHERE day >= ? AND day <= ? GROUP BY day", span)
    )
    ends = []
    for day in days.every(span.first, span.last):
        value += moved.get(day, 0)
        ends.append((day, value))
    return ends
