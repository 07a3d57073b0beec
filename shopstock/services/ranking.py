"""Refresh what the stock table ranks by: the ABC class and the sales of the last 90 days, once a day.

Derived figures, not books: they are rebuilt from the daily summaries, written in small transactions so that a sale
never waits for them, and only where something changed.
"""

from __future__ import annotations

from datetime import timedelta

from shopstock.core import abc_classes
from shopstock.core.outcome import Changes
from shopstock.core.units import Day, ItemId, Money, Qty, share
from shopstock.db import clock
from shopstock.db.connection import Db, transaction

ROWS_A_TRANSACTION = 1_000


def is_due(db: Db) -> bool:
    """Tell whether the ranks are from another day than today."""
    ranked_on = db.value("SELECT value FROM setting WHERE key = 'ranked_on'")
    return bool(ranked_on != str(clock.day_of(clock.now())))


def refresh(db: Db) -> Changes:
    """Class every stocked item anew and store what it sold in 90 days; return the items whose rank changed."""
    today = clock.to_local(clock.now())
    year_ago, quarter_ago = (clock.as_day(today - timedelta(days=days)) for days in (365, 90))
    new_since = clock.start_of(clock.as_day(today - timedelta(days=abc_classes.NEW_FOR_DAYS)))
    sold = {
        item: (Qty(year), Qty(quarter))
        for item, year, quarter in db.stream(
            "SELECT item_id, sum(sold_qty - returned_qty), "
            "sum(CASE WHEN day >= ? THEN sold_qty - returned_qty ELSE 0 END) FROM item_day WHERE day >= ? "
            "GROUP BY item_id",
            (quarter_ago, year_ago),
        )
    }
    values = []
    before: dict[ItemId, tuple[str, int]] = {}
    for item, created, qty, value, cost_qty, cost_value, abc, quarter in db.stream(
        "SELECT i.id, i.created_at, coalesce(p.qty, 0), coalesce(p.value, 0), coalesce(p.last_cost_qty, 0), "
        "coalesce(p.last_cost_value, 0), coalesce(r.abc, ''), coalesce(r.sold_90_days, -1) FROM item i "
        "LEFT JOIN item_pool p ON p.item_id = i.id LEFT JOIN item_rank r ON r.item_id = i.id WHERE i.stocked = 1"
    ):
        issued = sold.get(item, (Qty(0), Qty(0)))[0]
        cost = _cost_of(issued, qty, value, cost_qty, cost_value)
        values.append((item, cost, created > new_since))
        before[item] = (abc, quarter)
    classes = abc_classes.classify(values)
    changed = [
        (item, str(abc), sold.get(item, (0, Qty(0)))[1])
        for item, abc in classes.items()
        if before[item] != (abc, sold.get(item, (0, Qty(0)))[1])
    ]
    _store(db, changed, clock.as_day(today))
    return Changes(items=frozenset(item for item, _abc, _sold in changed), topics=frozenset({"ranks"}))


def _cost_of(issued: Qty, qty: Qty, value: Money, cost_qty: Qty, cost_value: Money) -> Money:
    """Value what was issued at the current unit cost: the pool's, or the last known one when nothing is on hand."""
    if qty > 0:
        return share(value, issued, qty)
    return share(cost_value, issued, cost_qty) if cost_qty > 0 else Money(0)


def _store(db: Db, rows: list[tuple[ItemId, str, Qty]], today: Day) -> None:
    with transaction(db):
        db.run(
            "INSERT INTO setting (key, value) VALUES ('ranked_on', ?) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (str(today),),
        )
    for first in range(0, len(rows), ROWS_A_TRANSACTION):
        with transaction(db):
            db.run_many(
                "INSERT INTO item_rank (item_id, abc, sold_90_days, ranked_on) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (item_id) DO UPDATE SET abc = excluded.abc, sold_90_days = excluded.sold_90_days, "
                "ranked_on = excluded.ranked_on",
                [(*row, today) for row in rows[first : first + ROWS_A_TRANSACTION]],
            )
