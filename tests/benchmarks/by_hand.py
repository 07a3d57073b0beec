"""A sale written by hand: the same rows as the program writes, by prepared statements straight on the driver.

It reads what anyone has to read (the next number, the oldest open layer of each item), does the sums of ten lines and
writes. It checks nothing, seals nothing, and knows neither other costing methods nor goods that are not there: the
floor beside which the program's own sale is measured.
"""

from __future__ import annotations

from typing import Any

_STATION = "SELECT last_number, head_hash FROM station WHERE id = ?"
_LAYERS = (
    "SELECT item_id, id, qty_left, value_left FROM cost_layer WHERE qty_left > 0 AND item_id IN ({marks}) "
    "ORDER BY item_id, id DESC"
)
_DOCUMENT = (
    "INSERT INTO document (kind, station_id, number, occurred_at, posted_at, utc_offset, day, by_id, self_approved, "
    "location_id, idempotency_key, request_hash, shift_id, net, tax, cogs, previous_hash, hash) "
    "VALUES ('sale', ?, ?, ?, ?, 0, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_LINE = (
    "INSERT INTO document_line (document_id, line_no, kind, item_id, qty, location_id, unit_price, list_price, net, "
    "tax, tax_rate, code, description) VALUES (?, ?, 'sale', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_MOVEMENT = (
    "INSERT INTO stock_movement (document_id, line_id, item_id, location_id, kind, qty, value, occurred_at, posted_at) "
    "VALUES (?, ?, ?, ?, 'sale', ?, ?, ?, ?)"
)
_PAYMENT = "INSERT INTO payment (document_id, method_id, amount, tendered, change) VALUES (?, 1, ?, ?, 0)"
_JOURNAL = "INSERT INTO journal_line (document_id, account, detail, amount) VALUES (?, ?, ?, ?)"
_LAYER = "UPDATE cost_layer SET qty_left = qty_left - ?, value_left = value_left - ? WHERE id = ?"
_CONSUMPTION = "INSERT INTO consumption (line_id, movement_id, layer_id, qty, value) VALUES (?, ?, ?, ?, ?)"
_POOL = "UPDATE item_pool SET qty = qty - ?, value = value - ?, sold_at = ? WHERE item_id = ?"
_LEVEL = (
    "INSERT INTO stock_level (item_id, location_id, on_hand) VALUES (?, ?, ?) "
    "ON CONFLICT (item_id, location_id) DO UPDATE SET on_hand = on_hand + excluded.on_hand"
)
_DAY = (
    "INSERT INTO item_day (item_id, day, qty, value, sold_qty, lines, net, tax, cogs) "
    "VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?) ON CONFLICT (item_id, day) DO UPDATE "
    "SET qty = qty + excluded.qty, value = value + excluded.value, "
    "sold_qty = sold_qty + excluded.sold_qty, lines = lines + 1, net = net + excluded.net, tax = tax + excluded.tax, "
    "cogs = cogs + excluded.cogs"
)
# The plus signs keep SQLite from planning anew for every row, as its statistics of the columns would let it.
MONTH = (
    "INSERT INTO item_month (item_id, location_id, month, qty, value, closing_qty, closing_value) "
    "SELECT ?1, ?2, ?3, ?4, ?5, ?4 + coalesce(max(b.closing_qty), 0), ?5 + coalesce(max(b.closing_value), 0) "
    "FROM (SELECT closing_qty, closing_value FROM item_month WHERE item_id = +?1 AND location_id = +?2 AND month < +?3 "
    "ORDER BY month DESC LIMIT 1) b WHERE true "
    "ON CONFLICT (item_id, location_id, month) DO UPDATE SET qty = qty + excluded.qty, value = value + excluded.value, "
    "closing_qty = closing_qty + excluded.qty, closing_value = closing_value + excluded.value"
)
_HOUR = (
    "INSERT INTO sales_hour (day, hour, station_id, sales, lines, net, tax, cogs) VALUES (?, ?, ?, 1, ?, ?, ?, ?) "
    "ON CONFLICT (day, hour, station_id) DO UPDATE SET sales = sales + 1, lines = lines + excluded.lines, "
    "net = net + excluded.net, tax = tax + excluded.tax, cogs = cogs + excluded.cogs"
)
_COUNTED_ON = "UPDATE station SET last_number = ?, head_hash = ? WHERE id = ?"
_PAPER = (
    "INSERT INTO print_job (station_id, role, kind, paper, document_id, state, created_at, expires_at, error, "
    "person_id) VALUES (?, ?, ?, ?, ?, 'cancelled', ?, ?, 'no_device', ?)"
)
_HASH = "0" * 64


def sell(
    connection: Any,
    key: str,
    basket: list[tuple[int, int]],
    now: int,
    day: int,
    hour: int,
    papers: tuple[str, ...] = (),
) -> None:
    """Sell one piece of each (item, price with tax inside) for cash; ``papers`` are stored as print jobs."""
    run = connection.execute
    run("BEGIN IMMEDIATE")
    number, head = run(_STATION, (1,)).fetchone()
    items = [item for item, _price in basket]
    marks = ", ".join("?" * len(items))
    layers = {row[0]: row for row in run(_LAYERS.format(marks=marks), items).fetchall()}
    lines = []
    total = nets = taxes = costs = 0
    for item, price in basket:
        net = price * 5 // 6
        cost = layers[item][3] * 1000 // layers[item][2]
        lines.append((item, price, net, price - net, layers[item][1], cost))
        total += price
        nets += net
        taxes += price - net
        costs += cost
    run(_DOCUMENT, (1, number + 1, now, now, day, 1, 1, key, _HASH, None, nets, taxes, costs, head, _HASH))
    document = connection.last_insert_rowid()
    for line_no, (item, price, net, tax, layer, cost) in enumerate(lines, 1):
        run(_LINE, (document, line_no, item, 1000, 1, price, price, net, tax, 20_000, "", "Item"))
        line_id = connection.last_insert_rowid()
        run(_MOVEMENT, (document, line_id, item, 1, -1000, -cost, now, now))
        run(_CONSUMPTION, (line_id, connection.last_insert_rowid(), layer, 1000, cost))
        run(_LAYER, (1000, cost, layer))
        run(_POOL, (1000, cost, now, item))
        run(_LEVEL, (item, 1, -1000))
        run(_DAY, (item, day, -1000, -cost, 1000, net, tax, cost))
        run(MONTH, (item, 1, day // 100, -1000, -cost))
    run(_PAYMENT, (document, total, total))
    run(_JOURNAL, (document, "cash", "Cash", total))
    run(_JOURNAL, (document, "sales", "", -nets))
    run(_JOURNAL, (document, "tax", "20%", -taxes))
    run(_JOURNAL, (document, "cogs", "", costs))
    run(_JOURNAL, (document, "inventory", "", -costs))
    run(_HOUR, (day, hour, 1, len(lines), nets, taxes, costs))
    run(_COUNTED_ON, (number + 1, _HASH, 1))
    for paper in papers:
        run(_PAPER, (1, "receipt-printer", "sales_receipt", paper, document, now, now, 1))
    run("COMMIT")
