"""The reports of counting: ABC classes, today's list, and the workload of the plan."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core import cycle
from shopstock.core.abc_classes import AbcClass
from shopstock.core.text import _
from shopstock.core.units import QTY_SCALE, Day, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import cycle_due, place_paths, places
from shopstock.queries import settings as settings_of
from shopstock.queries.report_query import ReportQuery


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
    known = {"oversold": _("sold at none on hand"), "two_misses": _("wrong twice in a row")}
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
