"""Cycle counting from day to day: the list that is made each morning, and when each item was counted last.

The list of a day is a count of kind ``cycle`` with one sheet a place. What events ask for comes on top of the cap, but
for what was sold out: that keeps within it, behind what is due, as there may be much of it. A sheet that nobody began
is taken up again the next day: its items are still due, so they are on the new list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

from shopstock.core import cycle
from shopstock.core.abc_classes import AbcClass
from shopstock.core.acting import Acting, Permission
from shopstock.core.counting import CountKind, CountState, SheetState, Step
from shopstock.core.cycle import Trigger, Waiting
from shopstock.core.days import as_date
from shopstock.core.outcome import Changes
from shopstock.core.units import Day, ItemId, LocationId, PersonId
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.queries import cycle_due, places
from shopstock.queries import settings as settings_of

TOPICS = frozenset(("counts",))
#: Why an item is on a list that no event asked for.
IN_TURN = ""
TWO_MISSES = Trigger.TWO_MISSES.value


class CountedItem(NamedTuple):
    """An item that was counted at a place: on which day, whether it was right, and by whom."""

    item_id: ItemId
    location_id: LocationId
    day: Day
    hit: bool
    counted_by: PersonId


def is_due(db: Db, shop_id: LocationId) -> bool:
    """Tell whether today's list of a shop is still to be made: the shop counts in cycles, and today it works."""
    chosen = settings_of.load(db)
    today = clock.day_of(clock.now())
    return (
        chosen.cycle_counts
        and cycle.is_working_day(as_date(today), cycle.plan_of(chosen).work_days)
        and not _made(db, shop_id, today)
    )


def _made(db: Db, shop_id: LocationId, day: Day) -> bool:
    found = db.value("SELECT 1 FROM stock_count WHERE kind = 'cycle' AND shop_id = ? AND day = ?", (shop_id, day))
    return found is not None


def make_list(db: Db, acting: Acting, shop_id: LocationId) -> Changes:
    """Make today's list of a shop, once: what events ask for, then what is due, place by place."""
    acting.require(Permission.COUNT)
    today = clock.day_of(clock.now())
    plan = cycle.plan_of(settings_of.load(db))
    with transaction(db):
        if db.engine == "postgresql":  # two stations in the morning make one list
            db.value("SELECT pg_advisory_xact_lock(hashtextextended('stock_count', 0))")
        if _made(db, shop_id, today):
            return Changes()
        _take_in(db, shop_id, plan)
        _drop_unbegun(db, acting, shop_id)
        busy = cycle_due.being_counted(db, shop_id)
        events = [one for one in cycle_due.events(db, shop_id) if one.item_id not in busy]
        first = {one.item_id: one.reason for one in reversed(events) if one.reason != Trigger.REACHED_ZERO}
        gone = {one.item_id: one for one in events if one.item_id not in first}
        waiting = [
            one
            for one in cycle_due.waiting(db, shop_id, plan, as_date(today))
            if one.item_id not in busy and one.item_id not in first
        ]
        cap = cycle_due.workload(db, shop_id, plan).cap
        quick = [Waiting(one.item_id, one.location_id, AbcClass.B, 0) for one in gone.values()]
        in_turn = [one.item_id for one in cycle.pick(waiting, plan, cap, quick)]
        reasons = first | {item: gone[item].reason for item in in_turn if item in gone}
        chosen = [*reversed(first), *in_turn]
        if chosen:
            _write(db, acting, shop_id, today, chosen, reasons, events)
    return Changes(topics=TOPICS)


def _take_in(db: Db, shop_id: LocationId, plan: cycle.Plan) -> None:
    """Give items that are new to cycle counting a day: that of their last count, else days spread over an interval."""
    fresh = cycle_due.unlisted(db, shop_id)
    if not fresh:
        return
    ago = cycle.stagger([(one.item_id, one.place, one.abc) for one in fresh if one.counted_at is None], plan)
    now = clock.to_local(clock.now())
    rows = []
    for one in fresh:
        if one.counted_at is not None:
            day = clock.day_of(one.counted_at)  # type: ignore[arg-type]
        else:
            day = clock.as_day(now - timedelta(days=ago[one.item_id] * 7 // plan.work_days))
        rows.append((one.item_id, shop_id, day))
    db.run_many("INSERT INTO cycle_item (item_id, shop_id, since_day) VALUES (?, ?, ?)", rows)


def _drop_unbegun(db: Db, acting: Acting, shop_id: LocationId) -> None:
    """Cancel the sheets of earlier lists that nobody began, and the lists of which nothing was counted at all."""
    now = clock.now()
    earlier = (
        "SELECT id FROM stock_count WHERE kind = 'cycle' AND state = 'open' AND shop_id = ? AND day < ?",
        (shop_id, clock.day_of(now)),
    )
    ids = [count_id for (count_id,) in db.rows(*earlier)]
    for count_id in ids:
        db.run(
            "UPDATE count_sheet SET state = ? WHERE count_id = ? AND state = ? AND round = 1",
            (SheetState.CANCELLED.value, count_id, SheetState.OPEN.value),
        )
        if db.value("SELECT count(*) FROM count_sheet WHERE count_id = ? AND state <> 'cancelled'", (count_id,)) == 0:
            db.run(
                "UPDATE stock_count SET state = ?, ended_at = ?, ended_by = ?, changed_at = ? WHERE id = ?",
                (CountState.CANCELLED.value, now, acting.person_id, now, count_id),
            )
            _step(db, acting, count_id, Step.CANCELLED)


def _step(db: Db, acting: Acting, count_id: int, step: Step) -> None:
    db.run(
        "INSERT INTO count_step (count_id, step, person_id, at) VALUES (?, ?, ?, ?)",
        (count_id, step.value, acting.person_id, clock.now()),
    )


def _write(
    db: Db, acting: Acting, shop_id: LocationId, today: Day, items: Sequence[ItemId], reasons: dict[ItemId, str],
    events: Sequence[cycle_due.Event],
) -> None:  # fmt: skip
    now = clock.now()
    count_id = db.value(
        "INSERT INTO stock_count (number, kind, shop_id, day, started_at, started_by, changed_at) "
        "VALUES ((SELECT coalesce(max(number), 0) + 1 FROM stock_count), ?, ?, ?, ?, ?, ?) RETURNING id",
        (CountKind.CYCLE.value, shop_id, today, now, acting.person_id, now),
    )
    at: defaultdict[LocationId, list[ItemId]] = defaultdict(list)
    for item_id, locations in cycle_due.places_of(db, shop_id, items).items():
        for location_id in locations:
            at[location_id].append(item_id)
    for event in events:  # where something happened is looked at, though the ledger has nothing there any more
        if event.item_id in reasons and event.item_id not in at[event.location_id]:
            at[event.location_id].append(event.item_id)
    order = {item: number for number, item in enumerate(items)}
    for listed in at.values():
        listed.sort(key=order.__getitem__)
    walk = [place.id for place in places.tree(db) if place.id in at]
    for position, location_id in enumerate(walk):
        sheet_id = db.value(
            "INSERT INTO count_sheet (count_id, location_id, whole, position) VALUES (?, ?, 0, ?) RETURNING id",
            (count_id, location_id, position),
        )
        db.run_many(
            "INSERT INTO count_sheet_item (sheet_id, item_id, reason, position) VALUES (?, ?, ?, ?)",
            [(sheet_id, item, reasons.get(item, IN_TURN), number) for number, item in enumerate(at[location_id])],
        )
    _step(db, acting, int(count_id), Step.STARTED)


def note_counted(db: Db, shop_id: LocationId, counted: Iterable[CountedItem]) -> None:
    """Keep when items were counted and how often in a row they were wrong; in the transaction that posts the count.

    An item that was wrong twice in a row is counted by another person the next day.
    """
    found = list(counted)
    rows = [(one.item_id, shop_id, one.day, int(not one.hit), None if one.hit else one.counted_by) for one in found]
    db.run_many(
        "INSERT INTO cycle_item (item_id, shop_id, since_day, misses, missed_by) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (item_id, shop_id) DO UPDATE SET since_day = excluded.since_day, missed_by = excluded.missed_by, "
        "misses = CASE WHEN excluded.misses = 0 THEN 0 ELSE cycle_item.misses + 1 END",
        rows,
    )
    db.run_many(
        "INSERT INTO count_due (item_id, location_id, reason, at) SELECT item_id, ?, ?, ? FROM cycle_item "
        "WHERE item_id = ? AND shop_id = ? AND misses >= 2 "
        "ON CONFLICT (item_id, location_id, reason) WHERE done_at IS NULL DO NOTHING",
        [(one.location_id, TWO_MISSES, clock.now(), one.item_id, shop_id) for one in found if not one.hit],
    )
