"""What posting has to know before it decides: pools, layers, shortfalls, and the lines that a draft refers to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shopstock.core.cost_layers import Layer, Part, Shortfall
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.db.connection import Db
from shopstock.services.posting_rows import ItemState

_POOLS = (
    "SELECT i.id, i.stocked, i.tracks, i.supplier_cost, i.standard_cost, p.qty, p.value, p.survival, p.epoch, "
    "p.last_cost_qty, p.last_cost_value, p.last_cost_line, p.layer_id, p.sold_at, p.received_at, p.counted_at "
    "FROM item_pool p JOIN item i ON i.id = p.item_id WHERE p.item_id IN ({marks}) ORDER BY p.item_id"
)
_NEW_POOLS = (
    "INSERT INTO item_pool (item_id) SELECT id FROM item WHERE id IN ({marks}) ORDER BY id ON CONFLICT DO NOTHING"
)
_LAYER_COLUMNS = "id, item_id, source_line, qty_in, value_in, qty_left, value_left"
_OPEN_LAYERS = (
    f"SELECT {_LAYER_COLUMNS} FROM cost_layer WHERE qty_left > 0 AND item_id IN ({{marks}}) ORDER BY item_id, id"
)
_LAYERS = f"SELECT {_LAYER_COLUMNS} FROM cost_layer WHERE id IN ({{marks}})"
_LAYER_OF_LINE = f"SELECT {_LAYER_COLUMNS} FROM cost_layer WHERE source_line = ?"
_SHORTFALL_COLUMNS = "id, item_id, sale_line, qty, value, qty_open, value_open, uncosted, account, detail"
_OPEN_SHORTFALLS = (
    f"SELECT {_SHORTFALL_COLUMNS} FROM shortfall WHERE qty_open > 0 AND item_id IN ({{marks}}) ORDER BY item_id, id"
)

_SENT = (
    "SELECT l.id, l.document_id, d.kind, l.kind, l.item_id, l.qty, l.value, l.cause, l.of_line_id, l.location_id, "
    "l.to_location_id FROM document_line l JOIN document d ON d.id = l.document_id WHERE l.id IN ({marks})"
)
_SENT_BACK = (
    "SELECT l.of_line_id, SUM(CASE WHEN l.kind = 'transfer' AND r.id IS NULL THEN l.qty ELSE 0 END), "
    "SUM(CASE WHEN l.kind = 'reversal' THEN l.qty ELSE 0 END) FROM document_line l LEFT JOIN document_line r "
    "ON r.of_line_id = l.id AND r.kind = 'reversal' WHERE l.of_line_id IN ({marks}) GROUP BY l.of_line_id"
)

#: Lists of ids are padded to these lengths, so that few statements have to be prepared.
_LENGTHS = (1, 2, 4, 8, 12, 16, 24, 32, 64, 128, 256, 512)


def _padded(sql: str, ids: Sequence[int], tail: str = "") -> list[tuple[str, list[int]]]:
    """Return the statements to run, with parameters, for a list of ids of any length."""
    statements = []
    for start in range(0, len(ids), _LENGTHS[-1]):
        part = list(ids[start : start + _LENGTHS[-1]])
        length = next(one for one in _LENGTHS if one >= len(part))
        part += [part[-1]] * (length - len(part))
        statements.append((_statement(sql, length) + tail, part))
    return statements


_statements: dict[tuple[str, int], str] = {}


def _statement(sql: str, length: int) -> str:
    text = _statements.get((sql, length))
    if text is None:
        text = _statements[sql, length] = sql.format(marks=", ".join("?" * length))
    return text


def _layer(row: Sequence[int]) -> Layer:
    layer = Layer(row[0], row[2], row[3], row[4], row[5], row[6])
    layer.stored = (row[3], row[4], row[5], row[6])
    return layer


def load_items(db: Db, item_ids: Sequence[int], average: bool) -> dict[int, ItemState]:
    """Load (on PostgreSQL: lock) the pools of items in item order, with their open layers."""
    lock = " FOR UPDATE OF p" if db.engine == "postgresql" else ""
    states: dict[int, ItemState] = {}
    layer_items: dict[int, ItemState] = {}
    filled: list[int] = []
    rows = [row for sql, ids in _padded(_POOLS, item_ids, lock) for row in db.rows(sql, ids)]
    if len(rows) < len(item_ids):
        for sql, ids in _padded(_NEW_POOLS, item_ids):
            db.run(sql, ids)
        rows = [row for sql, ids in _padded(_POOLS, item_ids, lock) for row in db.rows(sql, ids)]
    for row in rows:
        state = ItemState(row[0], average)
        (
            item_id, stocked, tracks, supplier, standard, state.qty, state.value, state.survival, state.epoch,
            state.last_qty, state.last_value, state.last_line, layer_id, state.sold_at, state.received_at,
            state.counted_at,
        ) = row  # fmt: skip
        state.stocked = bool(stocked)
        state.by_lots = tracks == "lot"
        state.fallback = supplier if supplier is not None else standard
        state.stored = (state.qty, state.value)
        states[item_id] = state
        if state.qty > 0:
            filled.append(item_id)
        state.shortfalls_known = state.qty >= 0
        if average and layer_id is not None:
            layer_items[layer_id] = state
    if average:
        for sql, ids in _padded(_LAYERS, list(layer_items)) if layer_items else []:
            for row in db.rows(sql, ids):
                layer_items[row[0]].layers.append(_layer(row))
    else:
        for sql, ids in _padded(_OPEN_LAYERS, filled) if filled else []:
            for row in db.rows(sql, ids):
                states[row[1]].layers.append(_layer(row))
    return states


def hold_pools(db: Db, item_ids: Sequence[int]) -> None:
    """Let others wait who would move these items, in item order; the first goods of a new item too. PostgreSQL only."""
    hold = "SELECT item_id FROM item_pool WHERE item_id IN ({marks}) ORDER BY item_id"
    statements = _padded(hold, item_ids, " FOR UPDATE") if item_ids else []
    if sum(len(db.rows(sql, ids)) for sql, ids in statements) < len(item_ids):
        for sql, ids in _padded(_NEW_POOLS, item_ids):
            db.run(sql, ids)
        for sql, ids in statements:
            db.rows(sql, ids)


def load_shortfalls(db: Db, states: Sequence[ItemState]) -> None:
    """Load the open shortfalls of items that were loaded (and locked) before, oldest first.

    What was opened since the item was loaded is at hand already, written or not, and newer than all the rest.
    """
    by_item = {state.item_id: state for state in states}
    stored: dict[int, list[Shortfall]] = {item_id: [] for item_id in by_item}
    for sql, ids in _padded(_OPEN_SHORTFALLS, sorted(by_item)) if by_item else []:
        for row in db.rows(sql, ids):
            stored[row[1]].append(_shortfall(row))
    for item_id, state in by_item.items():
        at_hand = {short.id for short in state.shortfalls}
        state.shortfalls[:0] = [short for short in stored[item_id] if short.id not in at_hand]
        state.shortfalls_known = True


def _shortfall(row: Sequence[object]) -> Shortfall:
    found = Shortfall(row[0], *row[2:])  # type: ignore[arg-type]
    found.stored = (found.qty_open, found.value_open)
    return found


def layer(db: Db, layer_id: int) -> Layer:
    """Load one layer by its id."""
    return _layer(db.rows(_statement(_LAYERS, 1), (layer_id,))[0])


def layer_of_line(db: Db, line_id: int) -> Layer | None:
    """Load the layer that a line brought in, if it has one."""
    row = db.row(_LAYER_OF_LINE, (line_id,))
    return None if row is None else _layer(row)


def parts_of_line(db: Db, line_id: int) -> list[Part]:
    """Load what a line took from which layers, oldest first."""
    return [
        Part(*row)
        for row in db.rows(
            "SELECT id, layer_id, qty, value, returned_qty, returned_value FROM consumption WHERE line_id = ? "
            "ORDER BY id",
            (line_id,),
        )
    ]


class PostedLine(NamedTuple):
    """A line that a draft refers to."""

    id: int
    document_id: int
    document_kind: str
    kind: str
    item_id: int
    qty: int
    value: int | None
    cause: str
    of_line_id: int | None
    location_id: int
    to_location_id: int | None


def posted_line(db: Db, line_id: int) -> PostedLine:
    """Load a posted line; raise ``Refused`` when there is none of that id."""
    row = db.row(
        "SELECT l.id, l.document_id, d.kind, l.kind, l.item_id, l.qty, l.value, l.cause, l.of_line_id, l.location_id, "
        "l.to_location_id FROM document_line l JOIN document d ON d.id = l.document_id WHERE l.id = ?",
        (line_id,),
    )
    if row is None:
        raise Refused(_("The line that this refers to was never posted."))
    return PostedLine(*row)


class SentLine(NamedTuple):
    """A posted line, with how much of it has arrived, and how much was reversed."""

    line: PostedLine
    arrived: int
    reversed: int


def sent_lines(db: Db, line_ids: Sequence[int]) -> dict[int, SentLine]:
    """Load lines that transfers name, with what has arrived of each; those that were never posted are left out."""
    back: dict[int, tuple[int, int]] = {}
    for sql, ids in _padded(_SENT_BACK, line_ids):
        back.update((row[0], (row[1], row[2])) for row in db.rows(sql, ids))
    return {
        row[0]: SentLine(PostedLine(*row), *back.get(row[0], (0, 0)))
        for sql, ids in _padded(_SENT, line_ids)
        for row in db.rows(sql, ids)
    }


def taken_back(db: Db, line_id: int, kind: str) -> int:
    """Return how much of a line has come back (or gone back) by lines of ``kind``, reversed ones left out."""
    return int(
        db.value(
            "SELECT COALESCE(SUM(CASE WHEN r.id IS NULL THEN l.qty ELSE 0 END), 0) FROM document_line l "
            "LEFT JOIN document_line r ON r.of_line_id = l.id AND r.kind = 'reversal' "
            "WHERE l.of_line_id = ? AND l.kind = ?",
            (line_id, kind),
        )
    )


def uninvoiced(db: Db, line_id: int) -> tuple[int, int]:
    """Return the quantity and value of a received line that no invoice covers, locked."""
    lock = " FOR UPDATE" if db.engine == "postgresql" else ""
    row = db.row(f"SELECT qty, value FROM uninvoiced WHERE line_id = ?{lock}", (line_id,))
    return (0, 0) if row is None else (row[0], row[1])


def moved(db: Db, line_id: int) -> tuple[int, int]:
    """Return the quantity and value that a line itself moved in or out, without later true-ups."""
    row = db.row(
        "SELECT COALESCE(SUM(m.qty), 0), COALESCE(SUM(m.value), 0) FROM document_line l JOIN stock_movement m "
        "ON m.document_id = l.document_id AND m.line_id = l.id WHERE l.id = ?",
        (line_id,),
    )
    assert row is not None
    return int(row[0]), int(row[1])


def arrival_before(db: Db, item_id: int, document_id: int) -> tuple[int, int, int | None]:
    """Return (quantity, value, line) of an item's latest arrival that stands, one document left out; zeros for none."""
    row = db.row(
        "SELECT m.qty, m.value, m.line_id FROM stock_movement m WHERE m.item_id = ? AND m.document_id <> ? "
        "AND m.kind IN ('goods_receipt', 'opening') AND NOT EXISTS (SELECT 1 FROM document_line r "
        "WHERE r.of_line_id = m.line_id AND r.kind = 'reversal') ORDER BY m.id DESC LIMIT 1",
        (item_id, document_id),
    )
    return (0, 0, None) if row is None else (row[0], row[1], row[2])


def mark(db: Db, line_id: int) -> tuple[int, int, int, int] | None:
    """Return (quantity, held, survival, epoch) of the pool when a line came in; moving average only."""
    row = db.row("SELECT qty, held, survival, epoch FROM receipt_mark WHERE line_id = ?", (line_id,))
    return None if row is None else (row[0], row[1], row[2], row[3])


def counted_later(db: Db, item_id: int, location_id: int, after: int) -> bool:
    """Tell whether an item was counted at a place after an instant, by a count that stands."""
    return bool(
        db.value(
            "SELECT 1 FROM stock_movement m WHERE m.item_id = ? AND m.location_id = ? AND m.kind = 'count' "
            "AND m.occurred_at > ? AND NOT EXISTS "
            "(SELECT 1 FROM document_line r WHERE r.of_line_id = m.line_id AND r.kind = 'reversal') LIMIT 1",
            (item_id, location_id, after),
        )
    )


def on_hand(db: Db, item_id: int, location_id: int) -> int:
    """Return what is on hand of an item at a place."""
    found = db.value("SELECT on_hand FROM stock_level WHERE item_id = ? AND location_id = ?", (item_id, location_id))
    return int(found or 0)


def moved_after(db: Db, item_id: int, location_id: int, after: int) -> int:
    """Return what has moved of an item at a place after an instant."""
    return int(
        db.value(
            "SELECT COALESCE(SUM(qty), 0) FROM stock_movement WHERE item_id = ? AND location_id = ? "
            "AND occurred_at > ?",
            (item_id, location_id, after),
        )
    )


def document_posted(db: Db, key: str) -> tuple[int, str, str, int, str] | None:
    """Return (id, kind, station's prefix, number, request hash) of the document with an idempotency key."""
    row = db.row(
        "SELECT d.id, d.kind, s.prefix, d.number, d.request_hash FROM document d JOIN station s ON s.id = d.station_id "
        "WHERE d.idempotency_key = ?",
        (key,),
    )
    return None if row is None else (row[0], row[1], row[2], row[3], row[4])
