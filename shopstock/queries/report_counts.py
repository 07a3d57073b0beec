"""The reports of counting: ABC classes, today's list, the workload of the plan, accuracy, and the variance log."""

from __future__ import annotations

from typing import Any, NamedTuple

from shopstock.core import counting, cycle
from shopstock.core.abc_classes import AbcClass
from shopstock.core.cycle import Trigger
from shopstock.core.text import _
from shopstock.core.units import QTY_SCALE, Day, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import cycle_due, place_paths, places, variance_log
from shopstock.queries import settings as settings_of
from shopstock.queries.report_query import ReportQuery
from shopstock.queries.variance_log import Variance


class Classed(NamedTuple):
    """An item with its class; shares are in percent, written as quantities. ``pinned`` is a word or empty."""

    abc: str
    sku: str
    name: str
    value: Money
    share: Qty
    cumulative: Qty
    pinned: str


def abc(db: Db, query: ReportQuery) -> list[Classed]:
    """Return every ranked item, the highest twelve-month value first, with its share of the whole."""
    rows = db.rows(
        "SELECT r.abc, i.sku, i.name, r.value, r.pinned, i.id FROM item_rank r JOIN item i ON i.id = r.item_id "
        "WHERE i.stocked = 1 ORDER BY r.value DESC, i.id"
    )
    whole = sum(value for _abc, _sku, _name, value, _pinned, _id in rows if value > 0)
    found, before = [], 0
    for of, sku, name, value, pinned, item_id in rows:
        part = max(value, 0)
        before += part
        if query.item_id in (None, item_id):
            found.append(
                Classed(
                    of, sku, name, value, _percent(part, whole), _percent(before, whole), _("pinned") * bool(pinned)
                )
            )
    return found


def _percent(part: int, whole: int) -> Qty:
    return Qty((part * 100 * QTY_SCALE + whole // 2) // whole if whole else 0)


def reason_words(reason: str) -> str:
    """Say why an item is on a list; nothing for what is there in its turn."""
    known: dict[str, str] = {
        Trigger.OVERSOLD: _("sold at none on hand"),
        Trigger.NEGATIVE: _("below none on hand"),
        Trigger.RECEIPT_VARIANCE: _("came otherwise than ordered"),
        Trigger.RETURN_WITHOUT_SALE: _("brought back without its sale"),
        Trigger.TWO_MISSES: _("wrong twice in a row, for somebody else"),
        Trigger.REACHED_ZERO: _("sold out: quick to check"),
    }
    return known.get(reason, reason)


class Listed(NamedTuple):
    """An item of today's list; what is expected is not told. ``counted`` is a word or empty."""

    shop: str
    place: str
    sku: str
    name: str
    abc: str
    reason: str
    last_counted: Day | None
    counted: str


def count_list(db: Db, query: ReportQuery) -> list[Listed]:
    """Return today's list of every shop in the order of walking."""
    paths, today = place_paths.paths(db), clock.day_of(clock.now())
    return [
        Listed(
            shop.name, paths.get(row.location_id, ""), row.sku, row.name, row.abc, reason_words(row.reason),
            None if row.last_counted is None else clock.day_of(row.last_counted),  # type: ignore[arg-type]
            _("counted") if row.counted else "",
        )
        for shop in places.shops(db)
        for row in cycle_due.listed(db, shop.id, today)
        if query.takes(row.location_id, shop.id) and query.item_id in (None, row.item_id)
    ]  # fmt: skip


class Work(NamedTuple):
    """What a class asks for; counts and quantities are in 1/1,000."""

    shop: str
    abc: str
    items: Qty
    counts_a_year: Qty
    in_a_year: Qty
    a_day: Qty


def count_workload(db: Db, query: ReportQuery) -> list[Work]:
    """Return what the plan costs each shop, by class."""
    plan = cycle.plan_of(settings_of.load(db))
    found = []
    for shop in places.shops(db):
        if not query.takes(shop.id):
            continue
        classes = cycle_due.classes(db, shop.id)
        told = cycle.workload(classes, plan)
        found += [
            Work(
                shop.name, of.value, Qty(classes[of] * QTY_SCALE), Qty(plan.counts_a_year[of] * QTY_SCALE),
                Qty(told.a_year[of] * QTY_SCALE), Qty(told.a_year[of] * QTY_SCALE // plan.days_a_year),
            )
            for of in AbcClass
        ]  # fmt: skip
    return found


class Accurate(NamedTuple):
    """How right the records of a class were: three figures that are never mixed, in percent written as quantities.

    ``records``: lines within tolerance of lines counted, with its 95 % interval; ``gross`` and ``net``: what lines were
    off, of what the book had, in money. ``None`` where nothing was counted or the book had nothing.
    """

    abc: str
    lines: Qty
    right: Qty
    records: Qty | None
    low: Qty | None
    high: Qty | None
    gross: Qty | None
    net: Qty | None


def accuracy(db: Db, query: ReportQuery) -> list[Accurate]:
    """Return the accuracy of each class and of all together, from the counts posted in the period."""
    told: dict[str, counting.Accuracy] = {}
    sums = [0, 0, 0, 0, 0]
    for of, *row in _counted(db, query, "l.abc", "GROUP BY l.abc ORDER BY l.abc"):
        told[of] = counting.accuracy(row[0], row[1], Money(row[2]), Money(row[3]), Money(row[4]))
        sums = [one + other for one, other in zip(sums, row, strict=True)]
    if told:
        told[_("All")] = counting.accuracy(sums[0], sums[1], Money(sums[2]), Money(sums[3]), Money(sums[4]))
    return [
        Accurate(
            of, Qty(one.lines * QTY_SCALE), Qty(one.hits * QTY_SCALE), *(
                _of_ten_thousand(figure) for figure in (*(one.records or (None,) * 3), one.gross, one.net)
            ),
        )
        for of, one in told.items()
    ]  # fmt: skip


def _of_ten_thousand(figure: int | None) -> Qty | None:
    return None if figure is None else Qty(figure * QTY_SCALE // 100)


def _counted(db: Db, query: ReportQuery, by: str, end: str) -> list[tuple[Any, ...]]:
    at, places_asked = query.at("l.location_id")
    item = "" if query.item_id is None else " AND l.item_id = ?"
    return db.rows(
        f"SELECT {by}, count(*), sum(l.hit), sum(l.book_value), sum(abs(l.value)), sum(l.value) FROM count_line l "
        f"JOIN stock_count c ON c.id = l.count_id WHERE l.state = 'posted' AND c.opening = 0 AND c.ended_at >= ? "
        f"AND c.ended_at < ?{at}{item} {end}",
        (query.start, query.end, *places_asked, *(() if query.item_id is None else (query.item_id,))),
    )


def variances(db: Db, query: ReportQuery) -> list[Variance]:
    """Return the variance log of the period, the latest first."""
    at, places_asked = query.at("l.location_id")
    item, items = ("", []) if query.item_id is None else (" AND l.item_id = ?", [query.item_id])
    return variance_log.posted(db, query.start, query.end, f"{at}{item}", [*places_asked, *items])
