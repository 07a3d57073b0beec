"""Counting 100,000 items: classed, entered from a batch file, and chosen for the list of a day."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from shopstock.core.units import LocationId
from shopstock.db import clock
from shopstock.db.connection import Db, open_shop, transaction
from shopstock.formats import batch_scanner
from shopstock.services import count_files, counts, cycle_plan, ranking, settings
from tests.benchmarks import large_shop, shops
from tests.benchmarks.table import Figure, Timings, microseconds

TURNS = 5
ROWS = 50_000
MOVED_SINCE = 20_000
ROOMS = 100
_CLASSED = "DELETE FROM setting WHERE key IN ('ranked_on', 'classed_in')"


def measure() -> Iterator[Figure]:
    """Measure what counting asks of a large shop."""
    with shops.copy(shops.LARGE) as path, open_shop(str(path)) as db:
        yield from _classes(db)
        yield from _batch_file(db, Path(path))
        yield from _list_of_a_day(db)


# --- classes


def _classes(db: Db) -> Iterator[Figure]:
    monthly, first, floor = Timings(), Timings(), Timings()
    for _turn in range(TURNS):
        db.run(_CLASSED)
        monthly.of(lambda: ranking.refresh(db))
        floor.of(lambda: _sums(db))
        db.run(_CLASSED)
        db.run("DELETE FROM item_rank")
        first.of(lambda: ranking.refresh(db))
    items = db.value("SELECT count(*) FROM item_rank")
    words = f"{microseconds(floor.cpu_median)} to sum their sales"
    for name, times, limit in (
        (": CPU, median", monthly, 3),
        (" for the first time, each written", first, None),
    ):
        yield Figure(
            f"{items:,} items classed{name}", microseconds(times.cpu_median), words,
            times.cpu_median / floor.cpu_median, limit,
        )  # fmt: skip


def _sums(db: Db) -> None:
    """Run one aggregate query over the rows that classes are made of."""
    today = clock.to_local(clock.now())
    year_ago, quarter_ago = (clock.as_day(today - timedelta(days=days)) for days in (365, 90))
    db.rows(
        "SELECT item_id, sum(sold_qty - returned_qty), sum(CASE WHEN day >= ? THEN sold_qty - returned_qty ELSE 0 END) "
        "FROM item_day WHERE day >= ? GROUP BY item_id",
        (quarter_ago, year_ago),
    )


# --- a batch file


def _batch_file(db: Db, path: Path) -> Iterator[Figure]:
    """Enter a file of a batch scanner that was filled before the last movements were posted, beside reading it."""
    owner, chance = shops.owner(db), random.Random(1)
    begun = db.value("SELECT posted_at FROM stock_movement ORDER BY id DESC LIMIT 1 OFFSET ?", (MOVED_SINCE,))
    ours, floor = Timings(), Timings()
    for turn in range(TURNS):
        file = path.with_name(f"DATA{turn}.TXT")
        file.write_text("".join(_row(chance, clock.to_local(begun), number) for number in range(ROWS)))
        count_id = counts.new_count(db, owner, counts.CountFields(owner.location_id)).count_id
        floor.of(lambda file=file: list(batch_scanner.read(file)))
        ours.of(lambda file=file, id=count_id: count_files.take(db, owner, id, file))
        entered = db.value("SELECT count(*) FROM count_entry e JOIN count_sheet s ON s.id = e.sheet_id "
                           "WHERE s.count_id = ?", (count_id,))  # fmt: skip
        if entered != ROWS:
            raise SystemExit(f"{entered} rows were entered of {ROWS}.")
        counts.cancel(db, owner, count_id)
        db.checkpoint()
    yield Figure(
        f"batch file of {ROWS:,} lines entered: CPU, median", microseconds(ours.cpu_median),
        microseconds(floor.cpu_median) + " to read it", ours.cpu_median / floor.cpu_median, 6,
    )  # fmt: skip
    yield Figure(
        "… on the clock", microseconds(ours.wall_median), microseconds(floor.wall_median) + " to read it",
        ours.wall_median / floor.wall_median, 6,
    )  # fmt: skip


def _row(chance: random.Random, begun: datetime, number: int) -> str:
    at = begun + timedelta(seconds=number // 1_000)
    return f"{large_shop.ean(chance.randint(1, 100_000))},{chance.randint(1, 9)},{at:%d/%m/%Y,%H:%M:%S}\n"


# --- the list of a day


def _list_of_a_day(db: Db) -> Iterator[Figure]:
    """Make the list of each morning in a shop of a hundred rooms, beside choosing and writing it by hand."""
    owner = shops.owner(db)
    _lay_out(db, owner.location_id)
    settings.save(db, owner, {"cycle_counts": True, "count_work_days": 7})
    cycle_plan.make_list(db, owner, owner.location_id)  # the first one takes every item in
    ours, floor = Timings(), Timings()
    for day in range(1, TURNS + 1):
        with _days_later(day):
            ours.of(lambda: cycle_plan.make_list(db, owner, owner.location_id))
            cap = db.value("SELECT count(*) FROM count_sheet_item")
            floor.of(lambda cap=cap: _by_hand(db.raw, owner.location_id, cap))
        db.checkpoint()
    items = db.value("SELECT count(*) FROM cycle_item")
    name = f"the day's list of {items:,} items in {ROOMS} rooms"
    yield Figure(
        f"{name}: CPU, median", microseconds(ours.cpu_median), microseconds(floor.cpu_median) + " by hand",
        ours.cpu_median / floor.cpu_median, 3,
    )  # fmt: skip
    yield Figure(
        f"{name}: on the clock, beside half a second", microseconds(ours.wall_median), "500 ms",
        ours.wall_median / 500_000, 1,
    )  # fmt: skip


def _lay_out(db: Db, shop_id: LocationId) -> None:
    with transaction(db):
        rooms = [
            db.value(
                "INSERT INTO location (name, name_key, level, parent_id, shop_id) VALUES (?, ?, 'room', ?, ?) "
                "RETURNING id",
                (f"Room {number}", f"room {number}", shop_id, shop_id),
            )
            for number in range(ROOMS)
        ]
        db.run_many(
            "INSERT INTO home_place (item_id, shop_id, location_id) VALUES (?, ?, ?)",
            [(item, shop_id, rooms[item % ROOMS]) for (item,) in db.rows("SELECT id FROM item ORDER BY id")],
        )


@contextmanager
def _days_later(days: int) -> Iterator[None]:
    with clock.freeze(datetime.now().replace(microsecond=0) + timedelta(days=days)):
        yield


def _by_hand(connection: Any, shop_id: int, cap: int) -> None:
    """Choose the items that wait longest, with where they lie, and write a sheet a room; nothing is checked."""
    run, many = connection.execute, connection.executemany
    run("BEGIN IMMEDIATE")
    run(
        "SELECT COALESCE(r.abc, 'B'), count(*) FROM item i LEFT JOIN item_rank r ON r.item_id = i.id "
        "JOIN stock_level s ON s.item_id = i.id WHERE i.stocked = 1 GROUP BY 1"
    ).fetchall()
    due = run(
        "SELECT c.item_id, COALESCE(h.location_id, c.shop_id) FROM cycle_item c JOIN item i ON i.id = c.item_id "
        "LEFT JOIN item_rank r ON r.item_id = c.item_id LEFT JOIN home_place h ON h.item_id = c.item_id "
        "WHERE c.shop_id = ? AND i.stocked = 1 ORDER BY c.since_day * CASE r.abc WHEN 'A' THEN 1 WHEN 'B' THEN 3 "
        "ELSE 6 END LIMIT ?",
        (shop_id, cap),
    ).fetchall()
    places = run("SELECT item_id, location_id, on_hand FROM stock_level WHERE on_hand <> 0").fetchall()
    lying = {item: place for item, place, _on_hand in places}
    (number,) = run("SELECT max(number) + 1 FROM stock_count").fetchone()
    (count_id,) = run(
        "INSERT INTO stock_count (number, kind, state, shop_id, day, started_at, started_by, changed_at) "
        "VALUES (?, 'cycle', 'cancelled', ?, 0, 0, 1, 0) RETURNING id",
        (number, shop_id),
    ).fetchone()
    sheets: dict[int, int] = {}
    rows = []
    for item, home in due:
        for place in {home, lying.get(item, home)}:
            if place not in sheets:
                (sheets[place],) = run(
                    "INSERT INTO count_sheet (count_id, location_id, state, whole) VALUES (?, ?, 'cancelled', 0) "
                    "RETURNING id",
                    (count_id, place),
                ).fetchone()
            rows.append((sheets[place], item, len(rows)))
    many("INSERT INTO count_sheet_item (sheet_id, item_id, position) VALUES (?, ?, ?)", rows)
    run("COMMIT")
