"""What was written off, by cause and beside the period before; what is set aside, and for how long."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core.units import Day, Instant, Money, Qty
from shopstock.core.write_offs import Purpose
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import causes, set_aside
from shopstock.queries.report_query import FIRST, ReportQuery


class WrittenOff(NamedTuple):
    """What was written off for a cause, at cost. ``before`` and ``change`` compare with the period before, as long.

    Without a first day there is no period before: then ``before`` is 0.
    """

    cause: str
    quantity: Qty
    value: Money
    before: Money
    change: Money


class Aside(NamedTuple):
    """So much of an item that is on hand and not for sale; ``days`` is its age (written as a quantity)."""

    place: str
    sku: str
    name: str
    quantity: Qty
    value: Money
    since: Day | None
    days: Qty
    why: str
    document: str


# A reversed write-off counts against its cause at the moment of the reversal, whose line bears the same cause.
_LINES = """
    SELECT l.cause, sum(-m.qty), sum(-m.value)
    FROM document d JOIN document_line l ON l.document_id = d.id
    JOIN stock_movement m ON m.document_id = d.id AND m.line_id = l.id
    LEFT JOIN document_line o ON o.id = l.of_line_id AND l.kind = 'reversal'
    WHERE d.occurred_at >= ? AND d.occurred_at < ? AND coalesce(o.kind, l.kind) = 'write_off' {narrow}
    GROUP BY l.cause ORDER BY l.cause"""


def by_cause(db: Db, query: ReportQuery) -> list[WrittenOff]:
    """Return what was written off for each cause, the largest value first; also what customers brought back damaged."""
    now = _sums(db, query, query.start, query.end)
    before: dict[str, tuple[int, int]] = {}
    if query.start > FIRST:
        end = min(query.end, clock.now())
        before = _sums(db, query, Instant(query.start - max(0, end - query.start)), query.start)
    names = causes.names_of(db, Purpose.WRITE_OFF)
    rows = []
    for key in {*now, *before}:
        qty, value = now.get(key, (0, 0))
        then = before.get(key, (0, 0))[1]
        rows.append(WrittenOff(names.get(key, key), Qty(qty), Money(value), Money(then), Money(value - then)))
    return sorted(rows, key=lambda row: (-row.value, -row.before, row.cause))


def aside(db: Db, query: ReportQuery) -> list[Aside]:
    """Return what is set aside, what has lain there longest first within an item."""
    return [
        Aside(
            row.place, row.sku, row.name, row.qty, row.value or Money(0),
            None if row.since is None else clock.day_of(row.since), Qty(row.days * 1_000), row.why,
            "" if row.document is None else row.document.number,
        )
        for row in set_aside.listed(db, with_cost=True)
        if query.takes(row.location_id) and query.item_id in (None, row.item_id)
    ]  # fmt: skip


def _sums(db: Db, query: ReportQuery, start: Instant, end: Instant) -> dict[str, tuple[int, int]]:
    narrow, places = query.at("m.location_id")
    values: list[int] = [start, end, *places]
    if query.item_id is not None:
        narrow += " AND l.item_id = ?"
        values.append(query.item_id)
    return {
        cause: (int(qty), int(value))
        for cause, qty, value in db.rows(_LINES.format(narrow=narrow), values)
        if qty or value
    }
