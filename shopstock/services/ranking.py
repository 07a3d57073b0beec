"""Refresh what the stock table ranks by: the ABC class once a month, and the sales of the last 90 days once a day.

Derived figures, not books: they are rebuilt from the daily summaries, written in small transactions so that a sale
never waits for them, and only where something changed.
"""

from __future__ import annotations

from datetime import timedelta

from shopstock.core import abc_classes
from shopstock.core.abc_classes import AbcClass
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.units import Day, ItemId, Money, Qty, share
from shopstock.db import clock
from shopstock.db.connection import Db, transaction

ROWS_A_TRANSACTION = 1_000
TOPICS = frozenset({"ranks"})


def is_due(db: Db) -> bool:
    """Tell whether the ranks are from another day than today."""
    ranked_on = db.value("SELECT value FROM setting WHERE key = 'ranked_on'")
    return bool(ranked_on != str(clock.day_of(clock.now())))


def refresh(db: Db) -> Changes:
    """Store what every stocked item sold in 90 days and issued in a year; class them anew in a new month.

    Items that have no class yet get one at once. Return the items whose rank changed.
    """
    today = clock.to_local(clock.now())
    year_ago, quarter_ago = (clock.as_day(today - timedelta(days=days)) for days in (365, 90))
    new_since = clock.start_of(clock.as_day(today - timedelta(days=abc_classes.NEW_FOR_DAYS)))
    sold: dict[ItemId, tuple[Qty, Qty]] = {
        item: (year, quarter)
        for item, year, quarter in db.stream(
            "SELECT item_id, sum(sold_qty - returned_qty), "
            "sum(CASE WHEN day >= ? THEN sold_qty - returned_qty ELSE 0 END) FROM item_day WHERE day >= ? "
            "GROUP BY item_id",
            (quarter_ago, year_ago),
        )
    }
    values: list[tuple[ItemId, Money, bool]] = []
    before: list[tuple[str | None, int, int, int, str]] = []
    for item, created, qty, value, cost_qty, cost_value, *stored in db.stream(
        "SELECT i.id, i.created_at, coalesce(p.qty, 0), coalesce(p.value, 0), coalesce(p.last_cost_qty, 0), "
        "coalesce(p.last_cost_value, 0), r.abc, r.sold_90_days, r.value, r.lower_runs, coalesce(r.pinned, '') "
        "FROM item i LEFT JOIN item_pool p ON p.item_id = i.id LEFT JOIN item_rank r ON r.item_id = i.id "
        "WHERE i.stocked = 1"
    ):
        issued = sold[item][0] if item in sold else Qty(0)
        worth = _cost_of(issued, qty, value, cost_qty, cost_value) if issued else Money(0)
        values.append((item, worth, created > new_since))
        before.append(tuple(stored))
    found = abc_classes.classify(values)
    day = clock.as_day(today)
    monthly = db.value("SELECT value FROM setting WHERE key = 'classed_in'") != str(day // 100)
    changed: list[tuple[ItemId, str, int, int, int]] = []
    for (item, worth, new), (abc, old_sold, old_worth, old_runs, pinned) in zip(values, before, strict=True):
        if found[item] == abc and not (new or pinned):
            kept, runs = abc, 0 if monthly else old_runs  # as most are
        else:
            kept, runs = _rank(found[item], abc, old_runs, pinned, new=new, monthly=monthly)
        quarter = sold[item][1] if item in sold else 0
        if kept != abc or runs != old_runs or quarter != old_sold or worth != old_worth:
            changed.append((item, kept, quarter, worth, runs))
    _store(db, changed, day)
    return Changes(items=frozenset(row[0] for row in changed), topics=TOPICS)


def _rank(found: AbcClass, old: str | None, runs: int, pinned: str, *, new: bool, monthly: bool) -> tuple[str, int]:
    """Return the class to keep, and in how many runs in a row the item was found lower."""
    if pinned:
        return pinned, 0
    if new:  # its class says nothing about its sales yet, so the first run after may put it down at once
        return found.value, abc_classes.RUNS_TO_GO_DOWN - 1
    if old is None:
        return found.value, 0
    if not monthly:
        return old, runs
    kept, runs = abc_classes.steadied(AbcClass(old), found, runs)
    return kept.value, runs


def pin(db: Db, acting: Acting, item_id: ItemId, abc: AbcClass | None) -> Changes:
    """Keep an item in a class whatever it sells; ``None`` lets the next run class it again."""
    acting.require(Permission.POST_COUNT)
    with transaction(db):
        if db.value("SELECT stocked FROM item WHERE id = ?", (item_id,)) != 1:
            raise Refused(_("Only items that are kept in stock have a class."))
        db.run(
            "INSERT INTO item_rank (item_id, abc, sold_90_days, ranked_on, pinned) VALUES (?, ?, 0, 0, ?) "
            "ON CONFLICT (item_id) DO UPDATE SET abc = excluded.abc, pinned = excluded.pinned, lower_runs = 0"
            if abc is not None
            else "UPDATE item_rank SET pinned = '' WHERE item_id = ?",
            (item_id, abc.value, abc.value) if abc is not None else (item_id,),
        )
    return Changes(items=frozenset({item_id}), topics=TOPICS)


def _cost_of(issued: Qty, qty: Qty, value: Money, cost_qty: Qty, cost_value: Money) -> Money:
    """Value what was issued at the current unit cost: the pool's, or the last known one when nothing is on hand."""
    if qty > 0:
        return share(value, issued, qty)
    return share(cost_value, issued, cost_qty) if cost_qty > 0 else Money(0)


def _store(db: Db, rows: list[tuple[ItemId, str, int, int, int]], today: Day) -> None:
    for first in range(0, len(rows), ROWS_A_TRANSACTION):
        with transaction(db):
            db.run_many(
                "INSERT INTO item_rank (item_id, abc, sold_90_days, value, lower_runs, ranked_on) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (item_id) DO UPDATE SET abc = excluded.abc, "
                "sold_90_days = excluded.sold_90_days, value = excluded.value, lower_runs = excluded.lower_runs, "
                "ranked_on = excluded.ranked_on",
                [(*row, today) for row in rows[first : first + ROWS_A_TRANSACTION]],
            )
    with transaction(db):  # last: what was broken off is due again
        db.run_many(
            "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [("ranked_on", str(today)), ("classed_in", str(today // 100))],
        )
