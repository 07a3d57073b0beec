"""The statements of the posting door: what a :class:`~shopstock.services.posting.Book` has decided, written in one go.

Every stock figure moves by ``on_hand = on_hand + ?``; none is ever assigned. The rows wait in plain lists, one
statement is run for many of them.
"""

from __future__ import annotations

from typing import Any

from shopstock.core import chain
from shopstock.core.cost_layers import Layer, Part, Shortfall
from shopstock.core.costing import ItemCost
from shopstock.core.cycle import Trigger
from shopstock.db.connection import Db
from shopstock.services import posting_lots

Row = tuple[Any, ...]


def _insert(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def _add(table: str, keys: tuple[str, ...], figures: tuple[str, ...]) -> str:
    """Build an upsert that adds to the figures of a row."""
    adding = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in figures)
    return f"{_insert(table, keys + figures)} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {adding}"


#: Figures of ``item_day`` and ``sales_hour``, in the order in which the accumulators hold them.
DAY_FIGURES = (
    "qty", "value", "sold_qty", "returned_qty", "lines", "net", "tax", "discount", "cogs", "received_qty",
    "received_value", "lost_qty", "lost_value",
)  # fmt: skip
HOUR_FIGURES = ("sales", "returns", "lines", "net", "tax", "discount", "cogs")

DOCUMENT = _insert("document", (*chain.DOCUMENT, "hash"))
LINE = _insert("document_line", chain.LINE)
MOVEMENT = _insert("stock_movement", chain.MOVEMENT)
PAYMENT = _insert("payment", chain.PAYMENT)
JOURNAL = _insert("journal_line", chain.JOURNAL)
LAYER = _insert("cost_layer", ("id", "item_id", "source_line", "qty_in", "value_in", "qty_left", "value_left"))
SHORTFALL = _insert(
    "shortfall",
    ("id", "item_id", "sale_line", "qty", "value", "qty_open", "value_open", "uncosted", "account", "detail"),
)
CONSUMPTION = _insert("consumption", ("id", "line_id", "movement_id", "layer_id", "qty", "value"))
MARK = _insert("receipt_mark", ("line_id", "item_id", "qty", "held", "survival", "epoch"))
UNINVOICED = _add("uninvoiced", ("line_id",), ("qty", "value"))
SETTLED = "DELETE FROM uninvoiced WHERE line_id = ? AND qty = 0"
LEVEL = _add("stock_level", ("item_id", "location_id"), ("on_hand",))
LEVEL_NOW = LEVEL + " RETURNING item_id, location_id, on_hand"
DAY = _add("item_day", ("item_id", "day"), DAY_FIGURES)
HOUR = _add("sales_hour", ("day", "hour", "station_id"), HOUR_FIGURES)
#: What the shop's days add up, of the figures of its items' days.
TOTAL_FIGURES = ("value", "net", "tax", "discount", "cogs", "received_value", "lost_value")
_TOTALLED = tuple(DAY_FIGURES.index(name) for name in TOTAL_FIGURES)
TOTAL = _add("day_total", ("day", "station_id"), TOTAL_FIGURES)
# Goods on their way and set aside are not counted.
COUNT_DUE = (
    "INSERT INTO count_due (item_id, location_id, reason, document_id, at) SELECT CAST(? AS BIGINT), id, "
    "CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS BIGINT) FROM location WHERE id = ? AND kind = 'shop' "
    "ON CONFLICT DO NOTHING"
)
COUNTED = "UPDATE count_due SET done_at = ? WHERE item_id = ? AND location_id = ? AND done_at IS NULL"
LAYER_MOVES = (
    "UPDATE cost_layer SET qty_in = qty_in + ?, value_in = value_in + ?, qty_left = qty_left + ?, "
    "value_left = value_left + ? WHERE id = ?"
)
SHORTFALL_MOVES = "UPDATE shortfall SET qty_open = qty_open + ?, value_open = value_open + ? WHERE id = ?"
RETURNED = "UPDATE consumption SET returned_qty = ?, returned_value = ? WHERE id = ?"
POOL = (
    "UPDATE item_pool SET qty = qty + ?, value = value + ?, survival = ?, epoch = ?, last_cost_qty = ?, "
    "last_cost_value = ?, last_cost_line = ?, layer_id = ?, sold_at = ?, received_at = ?, counted_at = ? "
    "WHERE item_id = ?"
)
# What is new opens with the closing of the latest month before; "true" tells SQLite that a conflict clause follows.
MONTH = (
    "INSERT INTO item_month (item_id, location_id, month, qty, value, closing_qty, closing_value) "
    "SELECT n.*, COALESCE(b.closing_qty, 0) + n.qty, COALESCE(b.closing_value, 0) + n.value "
    "FROM (SELECT CAST(? AS BIGINT) AS item_id, CAST(? AS BIGINT) AS location_id, CAST(? AS BIGINT) AS month, "
    "CAST(? AS BIGINT) AS qty, CAST(? AS BIGINT) AS value) n "
    "LEFT JOIN item_month b ON b.item_id = n.item_id AND b.location_id = n.location_id AND b.month = "
    "(SELECT max(month) FROM item_month WHERE item_id = n.item_id AND location_id = n.location_id AND month < n.month) "
    "WHERE true ON CONFLICT (item_id, location_id, month) DO UPDATE SET qty = item_month.qty + excluded.qty, "
    "value = item_month.value + excluded.value, closing_qty = item_month.closing_qty + excluded.qty, "
    "closing_value = item_month.closing_value + excluded.value"
)
LATER_MONTHS = (
    "UPDATE item_month SET closing_qty = closing_qty + ?, closing_value = closing_value + ? "
    "WHERE item_id = ? AND location_id = ? AND month > ?"
)
OUT_OF_STOCK = (
    "INSERT INTO stockout_span (item_id, started_at) VALUES (?, ?) "
    "ON CONFLICT (item_id, started_at) DO UPDATE SET ended_at = NULL"
)
IN_STOCK = (
    "UPDATE stockout_span SET ended_at = CASE WHEN started_at > ? THEN started_at ELSE ? END "
    "WHERE item_id = ? AND ended_at IS NULL"
)
STATION = "UPDATE station SET last_number = last_number + ?, head_hash = ? WHERE id = ?"


def _month_last_first(entry: tuple[tuple[int, int, int], list[int]]) -> tuple[int, int, int]:
    (item_id, location_id, month), _figures = entry
    return item_id, location_id, -month


class ItemState(ItemCost):
    """The pool of an item with what else posting has to know and keep about it."""

    __slots__ = ("by_lots", "counted_at", "item_id", "received_at", "shortfalls_known", "sold_at", "stocked", "stored")

    def __init__(self, item_id: int, average: bool) -> None:
        super().__init__(average)
        self.item_id = item_id
        self.stocked = True
        self.by_lots = False
        self.sold_at: int | None = None
        self.received_at: int | None = None
        self.counted_at: int | None = None
        self.stored = (0, 0)
        #: Open shortfalls are loaded only for what may settle them: an item nobody books in would gather ever more.
        self.shortfalls_known = True


class Rows:
    """Everything decided and not yet written."""

    def __init__(self) -> None:
        self.documents: list[Row] = []
        self.lines: list[Row] = []
        self.movements: list[Row] = []
        self.payments: list[Row] = []
        self.journal: list[Row] = []
        self.layers: dict[int, tuple[int, Layer]] = {}
        self.shortfalls: dict[int, tuple[int, Shortfall]] = {}
        self.old_shortfalls: dict[int, Shortfall] = {}
        self.consumption: list[Row] = []
        self.parts: dict[int, Part] = {}
        self.marks: list[Row] = []
        self.levels: dict[tuple[int, int], int] = {}
        #: Where something just went out: by which document, when, and whether it was sold.
        self.lowered: dict[tuple[int, int], tuple[int, int, bool]] = {}
        self.days: dict[tuple[int, int], list[int]] = {}
        self.months: dict[tuple[int, int, int], list[int]] = {}
        self.hours: dict[tuple[int, int, int], list[int]] = {}
        #: What asks for a count: item, reason, document, instant, place; each once until it is counted.
        self.count_due: list[Row] = []
        self.spans: list[tuple[bool, int, int]] = []
        self.counted: list[Row] = []
        self.states: dict[int, ItemState] = {}
        self.lot_lines: list[posting_lots.LotLine] = []
        self.serials: list[Row] = []
        #: What received lines have more (or less) of that no invoice covers: quantity and value by line.
        self.uninvoiced: dict[int, tuple[int, int]] = {}

    def more_uninvoiced(self, line_id: int, qty: int, value: int) -> None:
        """Remember that so much more (or less) of a received line is not invoiced."""
        before = self.uninvoiced.get(line_id, (0, 0))
        self.uninvoiced[line_id] = (before[0] + qty, before[1] + value)

    def write(self, db: Db, station_id: int) -> None:
        """Write everything, in an order that the tables' references allow and that is the same for every writer."""
        many = db.run_many
        latest = db.value("SELECT day FROM document ORDER BY occurred_at DESC LIMIT 1") if self.months else None
        many(DOCUMENT, self.documents)
        many(LINE, self.lines)
        if self.movements:
            many(MOVEMENT, self.movements)
        if self.lot_lines:
            posting_lots.write(db, self.lot_lines)
        if self.serials:
            posting_lots.write_serials(db, self.serials)
        if self.payments:
            many(PAYMENT, self.payments)
        if self.journal:
            many(JOURNAL, self.journal)
        self._write_costs(db)
        if self.levels:
            self._write_levels(db, [(*key, moved) for key, moved in sorted(self.levels.items())])
        if self.uninvoiced:
            self._write_uninvoiced(db)
        if self.days:
            many(DAY, [(*key, *figures) for key, figures in sorted(self.days.items())])
            many(TOTAL, [(day, station_id, *figures) for day, figures in sorted(self._totals().items())])
        self._write_months(db, latest)
        for out, item_id, at in self.spans:
            if out:
                db.run(OUT_OF_STOCK, (item_id, at))
            else:
                db.run(IN_STOCK, (at, at, item_id))
        if self.count_due:
            many(COUNT_DUE, self.count_due)
        if self.counted:
            many(COUNTED, self.counted)
        if self.hours:
            many(HOUR, [(*key, *figures) for key, figures in sorted(self.hours.items())])

    def _totals(self) -> dict[int, list[int]]:
        """Add up the figures of the items by day."""
        totals: dict[int, list[int]] = {}
        for (_item, day), figures in self.days.items():
            total = totals.setdefault(day, [0] * len(TOTAL_FIGURES))
            for place, index in enumerate(_TOTALLED):
                total[place] += figures[index]
        return totals

    def _write_levels(self, db: Db, levels: list[Row]) -> None:
        """Move what is on hand; where that ran out just now, or went below nothing, a count is due."""
        if not self.lowered:
            db.run_many(LEVEL, levels)
            return
        oversold = {(row[0], row[4]) for row in self.count_due if row[1] == Trigger.OVERSOLD}
        for item_id, location_id, on_hand in db.many_rows(LEVEL_NOW, levels):
            place = (item_id, location_id)
            if on_hand > 0 or place not in self.lowered or place in oversold:
                continue
            document_id, at, was_sold = self.lowered[place]
            if on_hand < 0 or was_sold:
                reason = Trigger.NEGATIVE if on_hand < 0 else Trigger.REACHED_ZERO
                self.count_due.append((item_id, reason.value, document_id, at, location_id))

    def _write_costs(self, db: Db) -> None:
        new_layers: list[Row] = []
        moved_layers: list[Row] = []
        for item_id, layer in self.layers.values():
            now = (layer.qty_in, layer.value_in, layer.qty_left, layer.value_left)
            was = layer.stored
            if was is None:
                new_layers.append((layer.id, item_id, layer.source_line, *now))
            elif was != now:
                moved_layers.append((now[0] - was[0], now[1] - was[1], now[2] - was[2], now[3] - was[3], layer.id))
            layer.stored = now
        if new_layers:
            db.run_many(LAYER, new_layers)
        if moved_layers:
            db.run_many(LAYER_MOVES, moved_layers)
        if self.consumption:
            db.run_many(CONSUMPTION, self.consumption)
        if self.shortfalls or self.old_shortfalls:
            self._write_shortfalls(db)
        if self.parts:
            db.run_many(RETURNED, [(part.returned_qty, part.returned_value, part.id) for part in self.parts.values()])
        if self.marks:
            db.run_many(MARK, self.marks)
        pools: list[Row] = []
        for state in sorted(self.states.values(), key=lambda one: one.item_id):
            qty, value = state.stored
            layer_id = state.layers[0].id if state.average and state.layers else None
            pools.append(
                (
                    state.qty - qty, state.value - value, state.survival, state.epoch, state.last_qty, state.last_value,
                    state.last_line, layer_id, state.sold_at, state.received_at, state.counted_at, state.item_id,
                )
            )  # fmt: skip
            state.stored = (state.qty, state.value)
            if state.shortfalls:
                state.shortfalls.clear()
                state.shortfalls_known = False
        if pools:
            db.run_many(POOL, pools)

    def _write_uninvoiced(self, db: Db) -> None:
        moved = [(line_id, *more) for line_id, more in sorted(self.uninvoiced.items()) if more[0]]
        db.run_many(UNINVOICED, moved)
        less = [(line_id,) for line_id, qty, _value in moved if qty < 0]
        if less:
            db.run_many(SETTLED, less)

    def _write_shortfalls(self, db: Db) -> None:
        new: list[Row] = []
        for item_id, short in self.shortfalls.values():
            new.append(
                (
                    short.id, item_id, short.line_id, short.qty, short.value, short.qty_open, short.value_open,
                    short.uncosted, short.account, short.detail,
                )
            )  # fmt: skip
            short.stored = (short.qty_open, short.value_open)
        db.run_many(SHORTFALL, new)
        moved: list[Row] = []
        for short in self.old_shortfalls.values():
            qty, value = short.stored or (0, 0)
            if (qty, value) != (short.qty_open, short.value_open):
                moved.append((short.qty_open - qty, short.value_open - value, short.id))
                short.stored = (short.qty_open, short.value_open)
        db.run_many(SHORTFALL_MOVES, moved)

    def _write_months(self, db: Db, latest: int | None) -> None:
        rows: list[Row] = []
        earlier: list[Row] = []
        # Never by the clock, which may stand before what is posted already.
        last_month = max((latest or 0) // 100, max((key[2] for key in self.months), default=0))
        # The latest month of an item first: a row that is new takes its opening from the months before as they were
        # stored, and gets what this batch adds to those by the second statement.
        for key, (qty, value) in sorted(self.months.items(), key=_month_last_first):
            rows.append((*key, qty, value))
            if key[2] < last_month:
                earlier.append((qty, value, *key))
        if rows:
            db.run_many(MONTH, rows)
        if earlier:
            db.run_many(LATER_MONTHS, earlier)
