"""What cycle counting asks for: the items that are due or soon due, the events that ask for a count, the workload.

An item of a shop is counted at all its places at once; its main place (home, else where most lies) decides with whom it
is counted. Reading costs a scan of the items of the shop, never of movements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from shopstock.core import cycle
from shopstock.core.abc_classes import AbcClass
from shopstock.core.cycle import Plan, Trigger, Waiting, Workload
from shopstock.core.days import as_date
from shopstock.core.units import Day, ItemId, LocationId
from shopstock.db.connection import Db


class Event(NamedTuple):
    """Something happened to an item at a place that a count should clear up."""

    item_id: ItemId
    location_id: LocationId
    reason: str


def waiting(db: Db, shop_id: LocationId, plan: Plan, today: date) -> list[Waiting]:
    """Return the items of a shop that are due or soon due today, among those that have a day of a last count."""
    now = cycle.working_day(today, plan.work_days)
    condition, values = _soon(plan, now)
    if not values:
        return []
    rows = db.rows(
        "SELECT c.item_id, c.since_day, COALESCE(r.abc, 'B') FROM cycle_item c JOIN item i ON i.id = c.item_id "
        "LEFT JOIN item_rank r ON r.item_id = c.item_id "
        f"WHERE c.shop_id = ? AND i.stocked = 1 AND i.active = 1 AND ({condition})",
        (shop_id, *values),
    )
    main = main_places(db, shop_id)
    since: dict[Day, int] = {}
    found = []
    for item_id, day, abc in rows:
        if day not in since:
            since[day] = now - cycle.working_day(as_date(day), plan.work_days)
        found.append(Waiting(item_id, main.get(item_id, shop_id), AbcClass(abc), since[day]))
    return found


def _soon(plan: Plan, now: int) -> tuple[str, list[object]]:
    """Return the condition on (class, day of the last count) from which an item is soon due, with its parameters."""
    parts: list[str] = []
    values: list[object] = []
    for abc in AbcClass:
        times = plan.counts_a_year[abc]
        if times > 0:
            days = -(-cycle.SOON * plan.days_a_year // (1_000 * times))
            parts.append("(COALESCE(r.abc, 'B') = ? AND c.since_day <= ?)")
            values += [abc.value, cycle.day_of_working_day(now - days, plan.work_days)]
    return " OR ".join(parts), values


def main_places(db: Db, shop_id: LocationId) -> dict[ItemId, LocationId]:
    """Return where each item of a shop mainly lies: its home, else the place for sale that holds most."""
    found: dict[ItemId, LocationId] = {}
    most: dict[ItemId, int] = {}
    for item_id, location_id, on_hand in db.rows(
        "SELECT s.item_id, s.location_id, s.on_hand FROM stock_level s JOIN location o ON o.id = s.location_id "
        "WHERE COALESCE(o.shop_id, o.id) = ? AND o.kind = 'shop' ORDER BY s.item_id, s.location_id",
        (shop_id,),
    ):
        if item_id not in found or on_hand > most[item_id]:
            found[item_id], most[item_id] = location_id, on_hand
    found.update(db.rows("SELECT item_id, location_id FROM home_place WHERE shop_id = ?", (shop_id,)))
    return found


def places_of(db: Db, shop_id: LocationId, item_ids: Sequence[ItemId]) -> dict[ItemId, list[LocationId]]:
    """Return every place of a shop where an item is to be looked for: where the ledger has some, and its home."""
    found: defaultdict[ItemId, list[LocationId]] = defaultdict(list)
    for start in range(0, len(item_ids), 500):
        few = item_ids[start : start + 500]
        marks = ", ".join("?" * len(few))
        for item_id, location_id in db.rows(
            "SELECT s.item_id, s.location_id FROM stock_level s JOIN location o ON o.id = s.location_id "
            f"WHERE s.item_id IN ({marks}) AND COALESCE(o.shop_id, o.id) = ? AND o.kind = 'shop' AND s.on_hand <> 0 "
            f"UNION SELECT item_id, location_id FROM home_place WHERE item_id IN ({marks}) AND shop_id = ? "
            "ORDER BY 1, 2",
            (*few, shop_id, *few, shop_id),
        ):
            found[item_id].append(location_id)
    return {item_id: found.get(item_id) or [shop_id] for item_id in item_ids}


def events(db: Db, shop_id: LocationId) -> list[Event]:
    """Return what happened since and asks for a count, the oldest first.

    What was sold out asks for one only as long as it is: then a look at an empty place is enough.
    """
    return [
        Event(*row)
        for row in db.rows(
            "SELECT d.item_id, d.location_id, d.reason FROM count_due d JOIN location o ON o.id = d.location_id "
            "JOIN item i ON i.id = d.item_id LEFT JOIN stock_level s ON s.item_id = d.item_id "
            "AND s.location_id = d.location_id WHERE d.done_at IS NULL AND COALESCE(o.shop_id, o.id) = ? "
            "AND o.kind = 'shop' AND i.stocked = 1 AND (d.reason <> ? OR s.on_hand = 0) ORDER BY d.at, d.id",
            (shop_id, Trigger.REACHED_ZERO.value),
        )
    ]


def being_counted(db: Db, shop_id: LocationId) -> set[ItemId]:
    """Return the items that an open sheet of a shop lists already."""
    return {
        item_id
        for (item_id,) in db.rows(
            "SELECT DISTINCT n.item_id FROM stock_count c JOIN count_sheet s ON s.count_id = c.id "
            "JOIN count_sheet_item n ON n.sheet_id = s.id WHERE c.state IN ('open', 'reconciling') "
            "AND c.shop_id = ? AND s.state IN ('open', 'counting')",
            (shop_id,),
        )
    }


class Unlisted(NamedTuple):
    """An item of a shop that cycle counting does not know yet; ``counted_at``: when it was counted last, if ever."""

    item_id: ItemId
    place: LocationId
    abc: AbcClass
    counted_at: int | None


def unlisted(db: Db, shop_id: LocationId) -> list[Unlisted]:
    """Return the items that lie in a shop, or belong there, and have no day of a last count yet."""
    rows = db.rows(
        "SELECT i.id, COALESCE(r.abc, 'B'), p.counted_at FROM item i LEFT JOIN item_rank r ON r.item_id = i.id "
        "LEFT JOIN item_pool p ON p.item_id = i.id WHERE i.stocked = 1 AND i.active = 1 AND NOT EXISTS "
        "(SELECT 1 FROM cycle_item c WHERE c.item_id = i.id AND c.shop_id = ?) ORDER BY i.id",
        (shop_id,),
    )
    main = main_places(db, shop_id) if rows else {}
    return [Unlisted(item, main[item], AbcClass(abc), counted) for item, abc, counted in rows if item in main]


def classes(db: Db, shop_id: LocationId) -> dict[AbcClass, int]:
    """Return how many items of each class lie in a shop or belong there; one never classed counts as a new one."""
    counts: dict[str, int] = dict(
        db.rows(
            "SELECT COALESCE(r.abc, 'B'), count(*) FROM item i LEFT JOIN item_rank r ON r.item_id = i.id "
            "WHERE i.stocked = 1 AND i.active = 1 AND (EXISTS (SELECT 1 FROM home_place h WHERE h.item_id = i.id "
            "AND h.shop_id = ?) OR EXISTS (SELECT 1 FROM stock_level s JOIN location o ON o.id = s.location_id "
            "WHERE s.item_id = i.id AND COALESCE(o.shop_id, o.id) = ? AND o.kind = 'shop')) GROUP BY 1",
            (shop_id, shop_id),
        )
    )
    return {abc: counts.get(abc.value, 0) for abc in AbcClass}


def workload(db: Db, shop_id: LocationId, plan: Plan) -> Workload:
    """Return what a plan would cost this shop, before anybody commits to it."""
    return cycle.workload(classes(db, shop_id), plan)


class ListRow(NamedTuple):
    """An item on the list of a day; ``counted`` tells whether somebody has entered a figure, not which."""

    count_id: int
    sheet_id: int
    location_id: LocationId
    item_id: ItemId
    sku: str
    name: str
    abc: str
    reason: str
    last_counted: int | None
    counted: bool


def listed(db: Db, shop_id: LocationId, day: Day) -> list[ListRow]:
    """Return the list of a day in the order of walking."""
    return [
        ListRow._make((*row[:9], bool(row[9])))
        for row in db.rows(
            "SELECT c.id, s.id, s.location_id, n.item_id, i.sku, i.name, COALESCE(r.abc, ''), n.reason, p.counted_at, "
            "EXISTS (SELECT 1 FROM count_entry e WHERE e.sheet_id = s.id AND e.item_id = n.item_id) "
            "FROM stock_count c JOIN count_sheet s ON s.count_id = c.id JOIN count_sheet_item n ON n.sheet_id = s.id "
            "JOIN item i ON i.id = n.item_id LEFT JOIN item_rank r ON r.item_id = n.item_id "
            "LEFT JOIN item_pool p ON p.item_id = n.item_id WHERE c.kind = 'cycle' AND c.shop_id = ? AND c.day = ? "
            "AND c.state <> 'cancelled' AND s.state <> 'cancelled' ORDER BY s.position, s.id, n.position, n.item_id",
            (shop_id, day),
        )
    ]
