"""A transfer of 500 lines: put away, dispatched and booked in, beside the same rows written by hand."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from shopstock.core.cart import new_key
from shopstock.core.document import Goods, Head
from shopstock.core.transfers import Stage, TransferFields
from shopstock.core.units import ItemId, LocationId, Qty
from shopstock.db import clock
from shopstock.db.connection import Db, open_shop, transaction
from shopstock.services import transfer, transfers
from tests.benchmarks import shops
from tests.benchmarks.table import Figure, Timings, microseconds

LINES = 500
ROUNDS = 20
WARM_UP = 2
QTY = 100
_HASH = "0" * 64
_LEVEL = (
    "INSERT INTO stock_level (item_id, location_id, on_hand) VALUES (?, ?, ?) "
    "ON CONFLICT (item_id, location_id) DO UPDATE SET on_hand = on_hand + excluded.on_hand"
)
# A month that is new opens with what was there before; transfers move no value, so an old one's stays. The plus signs
# keep SQLite from planning anew for every row.
_MONTH = (
    "INSERT INTO item_month (item_id, location_id, month, qty, value, closing_qty, closing_value) SELECT ?1, ?2, ?3, "
    "?4, 0, ?4 + coalesce(b.closing_qty, 0), coalesce(b.closing_value, 0) FROM (SELECT 1) LEFT JOIN item_month b "
    "ON b.item_id = +?1 AND b.location_id = +?2 AND b.month = (SELECT max(month) FROM item_month "
    "WHERE item_id = +?1 AND location_id = +?2 AND month < +?3) WHERE true ON CONFLICT (item_id, location_id, month) "
    "DO UPDATE SET qty = qty + excluded.qty, closing_qty = closing_qty + excluded.qty"
)
_SCAN = (
    "INSERT INTO transfer_scan (transfer_id, stage, key, item_id, qty, person_id, station_id, at) "
    "VALUES (?, ?, ?, ?, ?, 1, 1, ?)"
)


def place(db: Db, name: str, shop_id: int | None = None) -> LocationId:
    """Add a place: a shop, or a room of one."""
    return LocationId(
        db.value(
            "INSERT INTO location (name, name_key, level, parent_id, shop_id) VALUES (?, ?, ?, ?, ?) RETURNING id",
            (name, name.casefold(), "shop" if shop_id is None else "room", shop_id, shop_id),
        )
    )


def move_by_hand(connection: Any, items: list[int], origin: int, target: int) -> None:
    """Post a transfer: the rows that the program writes, by prepared statements, checking nothing."""
    run, many = connection.execute, connection.executemany
    now = clock.now()
    local = clock.to_local(now)
    day, month = clock.as_day(local), clock.as_day(local) // 100
    run("BEGIN IMMEDIATE")
    _write_by_hand(run, many, items, origin, target, (now, day, month))
    run("COMMIT")


def dispatch_by_hand(connection: Any, transfer_id: int, items: list[int], transit: int) -> None:
    """Dispatch a packed transfer: the rows that the program writes, checking nothing."""
    run, many = connection.execute, connection.executemany
    now = clock.now()
    local = clock.to_local(now)
    day, month = clock.as_day(local), clock.as_day(local) // 100
    run("BEGIN IMMEDIATE")
    packed = [
        item for (item,) in run(
            "SELECT item_id FROM transfer_scan WHERE transfer_id = ? AND stage = 'dispatch' GROUP BY item_id",
            (transfer_id,),
        ).fetchall()
    ]  # fmt: skip
    document = _write_by_hand(run, many, packed, 1, transit, (now, day, month))
    many(
        "INSERT INTO transfer_line (transfer_id, line_no, item_id, dispatched_qty) VALUES (?, ?, ?, ?)",
        [(transfer_id, number, item, QTY) for number, item in enumerate(packed, 1)],
    )
    run("INSERT INTO transfer_document (document_id, transfer_id, stage) VALUES (?, ?, 'dispatch')", (
        document, transfer_id
    ))  # fmt: skip
    run("UPDATE transfer_scan SET document_id = ? WHERE transfer_id = ?", (document, transfer_id))
    run(
        "UPDATE transfer SET state = 'dispatched', dispatched_at = ?, dispatched_by = 1, changed_at = ? WHERE id = ?",
        (now, now, transfer_id),
    )
    run("COMMIT")


def _write_by_hand(run: Any, many: Any, items: list[int], origin: int, target: int, when: tuple[int, int, int]) -> int:
    now, day, month = when
    number, head = run("SELECT last_number, head_hash FROM station WHERE id = 1").fetchone()
    (document,) = run(
        "INSERT INTO document (kind, station_id, number, occurred_at, posted_at, utc_offset, day, by_id, "
        "self_approved, location_id, idempotency_key, request_hash, previous_hash, hash) "
        "VALUES ('transfer', 1, ?, ?, ?, 0, ?, 1, 1, 1, ?, ?, ?, ?) RETURNING id",
        (number + 1, now, now, day, new_key(), _HASH, head, _HASH),
    ).fetchone()
    line_id, movement = (
        run(f"SELECT COALESCE(MAX(id), 0) FROM {table}").fetchone()[0] for table in ("document_line", "stock_movement")
    )
    many(
        "INSERT INTO document_line (id, document_id, line_no, kind, item_id, qty, location_id, to_location_id) "
        "VALUES (?, ?, ?, 'transfer', ?, ?, ?, ?)",
        [(line_id + n, document, n, item, QTY, origin, target) for n, item in enumerate(items, 1)],
    )
    moved = [(item, n, at, qty) for n, item in enumerate(items, 1) for at, qty in ((origin, -QTY), (target, QTY))]
    many(
        "INSERT INTO stock_movement (id, document_id, line_id, item_id, location_id, kind, qty, value, occurred_at, "
        "posted_at) VALUES (?, ?, ?, ?, ?, 'transfer', ?, 0, ?, ?)",
        [
            (movement + k, document, line_id + n, item, at, qty, now, now)
            for k, (item, n, at, qty) in enumerate(moved, 1)
        ],
    )
    many(_LEVEL, [(item, at, qty) for item, _n, at, qty in moved])
    many(_MONTH, [(item, at, month, qty) for item, _n, at, qty in moved])
    run("UPDATE station SET last_number = ?, head_hash = ? WHERE id = 1", (number + 1, _HASH))
    return int(document)


def _items(db: Db) -> list[int]:
    return [
        item
        for (item,) in db.rows(
            "SELECT item_id FROM stock_level WHERE location_id = 1 AND on_hand >= 20000 ORDER BY item_id"
        )
    ]


def packed(db: Db, target: LocationId, items: list[int]) -> int:
    """Begin a transfer and pack it."""
    transfer_id = transfers.send_now(db, shops.owner(db), TransferFields(LocationId(1), target)).transfer_id
    _scans(db, transfer_id, Stage.DISPATCH, items)
    return transfer_id


def _scans(db: Db, transfer_id: int, stage: Stage, items: list[int]) -> None:
    now = clock.now()
    with transaction(db):
        db.run_many(_SCAN, [(transfer_id, stage.value, new_key(), item, QTY, now) for item in items])


def put_away(db: Db, items: list[int], target: LocationId) -> None:
    """Put some of each item away."""
    goods = [Goods(ItemId(item), Qty(QTY), location_id=LocationId(1)) for item in items]
    transfer.put_away(db, shops.owner(db), Head(new_key(), clock.now()), goods, target)


def timings(path: Path) -> dict[str, Timings]:
    """Time the three, ours and by hand, by turns."""
    times = {name: Timings() for name in ("put away", "move by hand", "dispatch", "dispatch by hand", "arrive")}
    chance = random.Random(7)
    with open_shop(str(path)) as db:
        owner = shops.owner(db)
        room, market = place(db, "Back room", 1), place(db, "Market hall")
        transit = transfer.transit_location(db)
        known = _items(db)
        for turn in range(WARM_UP + ROUNDS):
            if turn == WARM_UP:
                for one in times.values():
                    one.wall.clear()
                    one.cpu.clear()
            items = sorted(chance.sample(known, LINES))
            ours, hand = packed(db, market, items), packed(db, market, items)
            times["put away"].of(lambda i=items: put_away(db, i, room))
            times["move by hand"].of(lambda i=items: move_by_hand(db.raw, i, 1, room))
            times["dispatch"].of(lambda t=ours: transfers.dispatch(db, owner, t))
            times["dispatch by hand"].of(lambda t=hand, i=items: dispatch_by_hand(db.raw, t, i, transit))
            _scans(db, ours, Stage.ARRIVE, items)
            times["arrive"].of(lambda t=ours: transfers.arrive(db, owner, t, complete=True))
            db.checkpoint()
    return times


def _questions(db: Db, target: LocationId, items: list[int]) -> int:
    """Dispatch a transfer and book it in; return how many questions both asked."""
    asked = 0

    def trace(_cursor: object, sql: str, _bindings: object) -> bool:
        nonlocal asked
        asked += sql.lstrip().upper().startswith(("SELECT", "WITH"))
        return True

    owner = shops.owner(db)
    transfer_id = packed(db, target, items)
    db.raw.exec_trace = trace
    transfers.dispatch(db, owner, transfer_id)
    db.raw.exec_trace = None
    _scans(db, transfer_id, Stage.ARRIVE, items)
    db.raw.exec_trace = trace
    transfers.arrive(db, owner, transfer_id, complete=True)
    db.raw.exec_trace = None
    return asked


def measure() -> Iterator[Figure]:
    """Measure transfers of 500 lines."""
    with shops.copy(shops.SMALL) as path:
        times = timings(path)
        with open_shop(str(path)) as db:
            items, market = _items(db), place(db, "Station")
            short, long = (
                median(_questions(db, market, items[:lines]) for _three in range(3)) for lines in (100, LINES)
            )
    for name, hand in (("put away", "move by hand"), ("dispatch", "dispatch by hand"), ("arrive", "dispatch by hand")):
        yield Figure(
            f"500-line transfer, {name}: CPU, median", microseconds(times[name].cpu_median),
            microseconds(times[hand].cpu_median) + " by hand", times[name].cpu_median / times[hand].cpu_median, 3,
        )  # fmt: skip
        yield Figure(
            f"500-line transfer, {name}: median", microseconds(times[name].wall_median),
            microseconds(times[hand].wall_median) + " by hand", times[name].wall_median / times[hand].wall_median, 3,
        )  # fmt: skip
    yield Figure(
        "dispatch and arrive: questions, 500 lines against 100", f"{long:g}", f"{short:g}", long / short, 1.5
    )  # fmt: skip
