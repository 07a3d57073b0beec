"""Prove layers, shortfalls and what lines took: together they are the pool, and each adds up by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shopstock.db.connection import Db
from shopstock.queries.audit_streams import BASE, MOVEMENT_LINES, Finding, Follower, compare

_OPEN_LAYERS = "SELECT item_id, SUM(qty_left), SUM(value_left) FROM cost_layer GROUP BY item_id ORDER BY item_id"
_OPEN_SHORT = "SELECT item_id, -SUM(qty_open), -SUM(value_open) FROM shortfall GROUP BY item_id ORDER BY item_id"
_POOLS = "SELECT item_id, qty, value FROM item_pool ORDER BY item_id"
_BOTH_OPEN = (
    "SELECT DISTINCT s.item_id FROM shortfall s JOIN cost_layer c ON c.item_id = s.item_id AND c.qty_left > 0 "
    "WHERE s.qty_open > 0 ORDER BY s.item_id"
)
_ODD_LAYERS = (
    "SELECT id FROM cost_layer WHERE qty_left < 0 OR qty_left > qty_in OR value_left < 0 OR value_left > value_in "
    "OR (qty_left = 0 AND value_left <> 0) ORDER BY id"
)
_ODD_SHORTFALLS = (
    "SELECT id FROM shortfall WHERE qty_open < 0 OR qty_open > qty OR value_open < 0 OR value_open > value "
    "OR (qty_open = 0 AND value_open <> 0) OR qty <= 0 ORDER BY id"
)
_ODD_PARTS = (
    "SELECT id FROM consumption WHERE qty <= 0 OR value < 0 OR returned_qty < 0 OR returned_qty > qty "
    "OR returned_value < 0 OR returned_value > value OR (returned_qty = qty AND returned_value <> value) "
    "OR (returned_qty = 0 AND returned_value <> 0) ORDER BY id"
)
#: FIFO: a layer stands for the arrival of its line, as long as that was not reversed.
_LAYER_SOURCES = (
    "SELECT c.id FROM cost_layer c LEFT JOIN document_line l ON l.id = c.source_line LEFT JOIN stock_movement m "
    "ON m.document_id = l.document_id AND m.line_id = l.id AND m.qty > 0 "
    "LEFT JOIN document_line r ON r.of_line_id = l.id AND r.kind = 'reversal' "
    "WHERE m.id IS NULL OR m.item_id <> c.item_id OR c.qty_in <> (CASE WHEN r.id IS NULL THEN m.qty ELSE 0 END) "
    "OR (SELECT COUNT(*) FROM cost_layer t WHERE t.source_line = c.source_line) > 1 ORDER BY c.id"
)
_LAYERS = "SELECT id, qty_in - qty_left, value_in - value_left FROM cost_layer ORDER BY id"
_TAKEN_BY_LAYER = (
    "SELECT layer_id, SUM(qty - returned_qty), SUM(value - returned_value) FROM consumption "
    "GROUP BY layer_id ORDER BY layer_id"
)
#: What movements took: issues from their layers (and a shortfall), true-ups from the layer that settled.
_TAKEN_BY_MOVEMENT = (
    "SELECT c.movement_id, SUM(c.qty), SUM(c.value) FROM consumption c JOIN stock_movement m ON m.id = c.movement_id "
    "WHERE m.kind <> 'cost_adjustment' GROUP BY c.movement_id ORDER BY c.movement_id"
)
_SHORT_BY_MOVEMENT = (
    "SELECT m.id, SUM(s.qty), SUM(s.value) FROM shortfall s JOIN document_line l ON l.id = s.sale_line "
    "JOIN stock_movement m ON m.document_id = l.document_id AND m.line_id = l.id AND m.kind <> 'cost_adjustment' "
    "GROUP BY m.id ORDER BY m.id"
)
_ISSUES = (
    "SELECT m.id, -m.qty, -m.value FROM stock_movement m WHERE m.qty < 0 AND m.kind NOT IN ('transfer', 'reversal') "
    "ORDER BY m.id"
)
_WRONG_LINES = (
    "SELECT c.id FROM consumption c LEFT JOIN stock_movement m ON m.id = c.movement_id "
    "LEFT JOIN cost_layer y ON y.id = c.layer_id WHERE m.id IS NULL OR m.line_id <> c.line_id OR y.id IS NULL "
    "OR y.item_id <> m.item_id ORDER BY c.id"
)
#: What came back of a line: its returns and its reversal, less the returns that were reversed.
_TARGET = (
    "CASE WHEN l.kind = 'customer_return' THEN l.of_line_id WHEN o.kind = 'customer_return' THEN o.of_line_id "
    "ELSE l.of_line_id END"
)
_CAME_BACK = (
    f"SELECT {_TARGET} AS target, SUM(m.qty), SUM(m.value) FROM {MOVEMENT_LINES} WHERE m.kind IN ('customer_return', "
    "'reversal') AND ((l.kind = 'customer_return' AND l.of_line_id IS NOT NULL) OR (l.kind = 'reversal' AND "
    "((o.kind = 'customer_return' AND o.of_line_id IS NOT NULL) OR m.qty > 0))) GROUP BY 1 ORDER BY 1"
)
_RETURNED_BY_LINE = (
    "SELECT line_id, SUM(returned_qty), SUM(returned_value) FROM consumption GROUP BY line_id ORDER BY line_id"
)
_SETTLED = (
    "SELECT c.line_id, SUM(c.qty), SUM(c.value + m.value) FROM consumption c JOIN stock_movement m "
    "ON m.id = c.movement_id WHERE m.kind = 'cost_adjustment' GROUP BY c.line_id ORDER BY c.line_id"
)
_SHORTFALLS = (
    f"SELECT s.sale_line, s.id, s.qty - s.qty_open, s.value - s.value_open, s.uncosted, s.account, s.detail, {BASE}, "
    "l.flags, l.cause, s.item_id = l.item_id FROM shortfall s LEFT JOIN document_line l ON l.id = s.sale_line "
    "LEFT JOIN document_line o ON o.id = l.of_line_id AND l.kind = 'reversal' ORDER BY s.sale_line, s.id"
)
_ACCOUNTS = {
    "sale": "cogs", "write_off": "write_offs", "count": "shrinkage", "supplier_return": "price_variance",
}  # fmt: skip


def check(db: Db, average: bool) -> Iterator[Finding]:
    """Compare cost_layer, shortfall and consumption with each other, with the pools and with the movements."""
    yield from compare(
        "item_pool", ("item_id",), ("qty of layers less shortfalls", "value of layers less shortfalls"),
        db.stream(_POOLS), [db.stream(_OPEN_LAYERS), db.stream(_OPEN_SHORT)],
    )  # fmt: skip
    for table, query, what in (
        ("item_pool", _BOTH_OPEN, "has open layers and open shortfalls together"),
        ("cost_layer", _ODD_LAYERS, "holds less than nothing, more than came in, or value without quantity"),
        ("shortfall", _ODD_SHORTFALLS, "is open for less than nothing, for more than it was, or for value alone"),
        ("consumption", _ODD_PARTS, "took nothing, or more came back than it took"),
        ("consumption", _WRONG_LINES, "belongs to no movement of its line, or to a layer of another item"),
    ):
        key = "item_id" if table == "item_pool" else "id"
        for (id,) in db.stream(query):
            yield table, f"{key} {id}", what
    if not average:
        for (id,) in db.stream(_LAYER_SOURCES):
            yield "cost_layer", f"id {id}", "is not what its line brought in"
    yield from compare(
        "cost_layer", ("id",), ("quantity taken", "value taken"), db.stream(_LAYERS), [db.stream(_TAKEN_BY_LAYER)]
    )
    yield from compare(
        "stock_movement", ("id",), ("quantity out", "value out"), db.stream(_ISSUES),
        [db.stream(_TAKEN_BY_MOVEMENT), db.stream(_SHORT_BY_MOVEMENT)],
    )  # fmt: skip
    yield from _lines(db)


def _lines(db: Db) -> Iterator[Finding]:
    """What came back of a line was in its layers, or cancelled its shortfall; the rest of a shortfall was settled."""
    settled = Follower(db.stream(_SETTLED))
    back = Follower(db.stream(_CAME_BACK))
    returned = Follower(db.stream(_RETURNED_BY_LINE))
    short = Follower(db.stream(_SHORTFALLS))
    for (line_id,) in db.stream("SELECT line_id FROM consumption UNION SELECT sale_line FROM shortfall ORDER BY 1"):
        row = f"line_id {line_id}"
        came_qty, came_value = _pair(back, line_id)
        part_qty, part_value = _pair(returned, line_id)
        done_qty, done_value = _pair(settled, line_id)
        cancelled = (came_qty - part_qty, came_value - part_value)
        shortfalls = short.at(line_id)
        closed = (sum(one[2] for one in shortfalls), sum(one[3] for one in shortfalls))
        if not shortfalls and cancelled != (0, 0):
            yield "consumption", row, "what came back is not what the returns say"
        if shortfalls and (closed[0] - done_qty, closed[1] - done_value) != cancelled:
            yield "shortfall", row, "what was settled and cancelled is not what the movements say"
        for _line, id, _qty, _value, uncosted, account, detail, kind, flags, cause, own in shortfalls:
            if uncosted != int("uncosted" in (flags or "").split()) or account != _ACCOUNTS.get(kind):
                yield "shortfall", f"id {id}", "its account or its flag is not that of its line"
            if not own:
                yield "shortfall", f"id {id}", "is about another item than its line"
            if detail != (cause if kind in ("write_off", "count") else ""):
                yield "shortfall", f"id {id}", "its cause is not that of its line"
    for target, qty, value in (*back.rest(), *settled.rest()):
        if qty or value:
            yield "consumption", f"line_id {target}", "something came back of a line that took nothing"


def _pair(follower: Follower, line_id: Any) -> tuple[int, int]:
    rows = follower.at(line_id)
    return (rows[0][1], rows[0][2]) if rows else (0, 0)
