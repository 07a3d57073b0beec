"""Receiving a delivery of 1,000 lines: scanned one by one, and posted, beside the same rows written by hand."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from shopstock.core.cart import new_key
from shopstock.core.units import ItemId, Qty
from shopstock.db import clock
from shopstock.db.connection import Db, open_shop, transaction
from shopstock.services import receiving
from tests.benchmarks import by_hand, shops
from tests.benchmarks.table import Figure, Timings, microseconds

LINES = 1_000
ROUNDS = 12
WARM_UP = 2
_HASH = "0" * 64
_SCAN = (
    "INSERT INTO delivery_scan (delivery_id, key, item_id, qty, person_id, station_id, at) VALUES (?, ?, ?, ?, 1, 1, ?)"
)


class Delivery:
    """An order of so many lines that is sent, and the delivery in which it is received."""

    def __init__(self, db: Db, items: list[int], *, counted: bool) -> None:
        self.items = items
        now = clock.now()
        with transaction(db):
            supplier = db.value("SELECT id FROM supplier ORDER BY id LIMIT 1")
            if supplier is None:
                supplier = db.value("INSERT INTO supplier (name, name_key) VALUES ('S', 's') RETURNING id")
            self.order: int = db.value(
                "INSERT INTO purchase_order (number, supplier_id, location_id, state, currency, created_at, "
                "created_by, sent_at, sent_by, changed_at) VALUES "
                "((SELECT COALESCE(MAX(number), 0) + 1 FROM purchase_order), ?, 1, 'sent', 'GBP', ?, 1, ?, 1, ?) "
                "RETURNING id",
                (supplier, now, now, now),
            )
            db.run_many(
                "INSERT INTO purchase_order_line (order_id, line_no, item_id, qty, price, open_qty) "
                "VALUES (?, ?, ?, 6000, ?, 6000)",
                [(self.order, number, item, 10_000 + number) for number, item in enumerate(items, 1)],
            )
            self.id: int = db.value(
                "INSERT INTO delivery (key, supplier_id, location_id, currency, started_at, started_by) "
                "VALUES (?, ?, 1, 'GBP', ?, 1) RETURNING id",
                (new_key(), supplier, now),
            )
            db.run("INSERT INTO delivery_order (delivery_id, order_id) VALUES (?, ?)", (self.id, self.order))
            if counted:
                db.run_many(_SCAN, [(self.id, new_key(), item, 6_000, now) for item in items])


def post_by_hand(connection: Any, delivery_id: int, order_id: int) -> None:
    """Post a counted delivery: the rows that the program writes, by prepared statements, checking nothing."""
    run, many = connection.execute, connection.executemany
    now = clock.now()
    local = clock.to_local(now)
    day, month = clock.as_day(local), clock.as_day(local) // 100
    run("BEGIN IMMEDIATE")
    number, head = run("SELECT last_number, head_hash FROM station WHERE id = 1").fetchone()
    lines = run(
        "SELECT l.id, l.item_id, SUM(c.qty), l.price FROM purchase_order_line l JOIN delivery_scan c "
        "ON c.delivery_id = ? AND c.item_id = l.item_id WHERE l.order_id = ? GROUP BY l.id",
        (delivery_id, order_id),
    ).fetchall()
    goods = [(order_line, item, qty, price * qty // 1_000) for order_line, item, qty, price in lines]
    whole = sum(value for *_line, value in goods)
    run(
        "INSERT INTO document (kind, station_id, number, occurred_at, posted_at, utc_offset, day, by_id, "
        "self_approved, location_id, idempotency_key, request_hash, previous_hash, hash) "
        "VALUES ('goods_receipt', 1, ?, ?, ?, 0, ?, 1, 1, 1, ?, ?, ?, ?)",
        (number + 1, now, now, day, new_key(), _HASH, head, _HASH),
    )
    document = connection.last_insert_rowid()
    line_id, movement, layer = (
        run(f"SELECT COALESCE(MAX(id), 0) FROM {table}").fetchone()[0]
        for table in ("document_line", "stock_movement", "cost_layer")
    )
    many(
        "INSERT INTO document_line (id, document_id, line_no, kind, item_id, qty, location_id, value, net) "
        "VALUES (?, ?, ?, 'goods_receipt', ?, ?, 1, ?, ?)",
        [(line_id + n, document, n, item, qty, value, value) for n, (_line, item, qty, value) in enumerate(goods, 1)],
    )
    many(
        "INSERT INTO stock_movement (id, document_id, line_id, item_id, location_id, kind, qty, value, occurred_at, "
        "posted_at) VALUES (?, ?, ?, ?, 1, 'goods_receipt', ?, ?, ?, ?)",
        [
            (movement + n, document, line_id + n, item, qty, value, now, now)
            for n, (_line, item, qty, value) in enumerate(goods, 1)
        ],
    )
    many(
        "INSERT INTO cost_layer (id, item_id, source_line, qty_in, value_in, qty_left, value_left) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (layer + n, item, line_id + n, qty, value, qty, value)
            for n, (_line, item, qty, value) in enumerate(goods, 1)
        ],
    )
    many(
        "UPDATE item_pool SET qty = qty + ?, value = value + ?, last_cost_qty = ?, last_cost_value = ?, "
        "last_cost_line = ?, received_at = ? WHERE item_id = ?",
        [(qty, value, qty, value, line_id + n, now, item) for n, (_line, item, qty, value) in enumerate(goods, 1)],
    )
    many(
        "INSERT INTO stock_level (item_id, location_id, on_hand) VALUES (?, 1, ?) "
        "ON CONFLICT (item_id, location_id) DO UPDATE SET on_hand = on_hand + excluded.on_hand",
        [(item, qty) for _line, item, qty, _value in goods],
    )
    many(
        "INSERT INTO item_day (item_id, day, qty, value, received_qty, received_value) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (item_id, day) DO UPDATE SET qty = qty + excluded.qty, value = value + excluded.value, "
        "received_qty = received_qty + excluded.received_qty, "
        "received_value = received_value + excluded.received_value",
        [(item, day, qty, value, qty, value) for _line, item, qty, value in goods],
    )
    many(by_hand.MONTH, [(item, 1, month, qty, value) for _line, item, qty, value in goods])
    run(
        "INSERT INTO journal_line (document_id, account, detail, amount) VALUES (?, 'inventory', '', ?), "
        "(?, 'goods_received_not_invoiced', '', ?)",
        (document, whole, document, -whole),
    )
    many(
        "INSERT INTO order_receipt (line_id, order_line_id, qty) VALUES (?, ?, ?)",
        [(line_id + n, order_line, qty) for n, (order_line, _item, qty, _value) in enumerate(goods, 1)],
    )
    many(
        "UPDATE purchase_order_line SET received_qty = received_qty + ?, open_qty = open_qty - ? WHERE id = ?",
        [(qty, qty, order_line) for order_line, _item, qty, _value in goods],
    )
    run(
        "UPDATE purchase_order SET state = 'received', first_receipt_at = ?, changed_at = ? WHERE id = ?",
        (now, now, order_id),
    )
    run("INSERT INTO delivery_document (document_id, delivery_id, order_id) VALUES (?, ?, ?)", (
        document, delivery_id, order_id
    ))  # fmt: skip
    run("UPDATE delivery SET state = 'posted', ended_at = ?, ended_by = 1 WHERE id = ?", (now, delivery_id))
    run("UPDATE station SET last_number = ?, head_hash = ? WHERE id = 1", (number + 1, _HASH))
    run("COMMIT")


def _statements(db: Db, delivery_id: int) -> int:
    """Post a delivery and return how many questions it asked."""
    asked = 0

    def trace(_cursor: object, sql: str, _bindings: object) -> bool:
        nonlocal asked
        asked += sql.lstrip().upper().startswith(("SELECT", "WITH"))
        return True

    db.raw.exec_trace = trace
    receiving.post(db, shops.owner(db), delivery_id)
    db.raw.exec_trace = None
    return asked


def _items(db: Db) -> list[int]:
    return [item for (item,) in db.rows("SELECT item_id FROM item_pool WHERE qty > 0 ORDER BY item_id")]


def timings(path: Path) -> dict[str, Timings]:
    """Time posting and scanning, ours and by hand, by turns."""
    times = {name: Timings() for name in ("post", "post by hand", "scan", "scan by hand")}
    chance = random.Random(7)
    with open_shop(str(path)) as db:
        owner = shops.owner(db)
        known = _items(db)
        for turn in range(WARM_UP + ROUNDS):
            if turn == WARM_UP:
                for one in times.values():
                    one.wall.clear()
                    one.cpu.clear()
            items = sorted(chance.sample(known, LINES))
            ours, hand = Delivery(db, items, counted=True), Delivery(db, items, counted=True)
            times["post"].of(lambda d=ours: receiving.post(db, owner, d.id))
            times["post by hand"].of(lambda d=hand: post_by_hand(db.raw, d.id, d.order))
            db.checkpoint()
    return times


def scanned(path: Path) -> tuple[Timings, Timings, int]:
    """Scan a delivery one by one, each its own commit, ours and by hand; return also how many scans are missing."""
    ours, hand = Timings(), Timings()
    with open_shop(str(path)) as db:
        owner = shops.owner(db)
        items = _items(db)[:LINES]
        delivery, other = Delivery(db, items, counted=False), Delivery(db, items, counted=False)
        for item in items:
            line = receiving.CountLine(new_key(), ItemId(item), Qty(1_000))
            ours.of(lambda line=line: receiving.count_many(db, owner, delivery.id, [line, line]))
            hand.of(lambda item=item: _scan_by_hand(db.raw, other.id, item))
        found = db.value("SELECT SUM(qty) FROM delivery_scan WHERE delivery_id = ?", (delivery.id,))
    return ours, hand, abs(LINES - found // 1_000)


def _scan_by_hand(connection: Any, delivery_id: int, item: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(_SCAN, (delivery_id, new_key(), item, 1_000, clock.now()))
    connection.execute("COMMIT")


def measure() -> Iterator[Figure]:
    """Measure a delivery of 1,000 lines."""
    with shops.copy(shops.SMALL) as path:
        ours, hand, missing = scanned(path)
    yield Figure("1,000 scans of a delivery, each sent twice: lost or doubled", str(missing), "0", missing, 0)
    yield Figure(
        "One scan counted and committed: median", microseconds(ours.wall_median), microseconds(hand.wall_median),
        ours.wall_median / hand.wall_median,
    )  # fmt: skip
    yield Figure("Scans a second counted", f"{1e6 / ours.wall_median:.0f}", "10 wanted", 10 * ours.wall_median / 1e6, 1)
    with shops.copy(shops.SMALL) as path:
        times = timings(path)
        with open_shop(str(path)) as db:
            items = _items(db)
            short, long = (
                median(_statements(db, Delivery(db, items[:lines], counted=True).id) for _three in range(3))
                for lines in (100, LINES)
            )
    yield Figure(
        "1,000-line delivery, receiving.post: CPU, median", microseconds(times["post"].cpu_median),
        microseconds(times["post by hand"].cpu_median) + " by hand",
        times["post"].cpu_median / times["post by hand"].cpu_median, 3,
    )  # fmt: skip
    yield Figure(
        "1,000-line delivery, receiving.post: median", microseconds(times["post"].wall_median),
        microseconds(times["post by hand"].wall_median) + " by hand",
        times["post"].wall_median / times["post by hand"].wall_median, 3,
    )  # fmt: skip
    yield Figure("receiving.post: questions, 1,000 lines against 100", f"{long:g}", f"{short:g}", long / short, 1.5)
