"""Prove the pools: replay the movements of every item, in the order of posting, by the rules of ``core.costing``.

Quantity and value, survival, last known cost, dates, receipt marks and the spans without stock all follow from them.
"""

from __future__ import annotations

from collections.abc import Iterator

from shopstock.core.costing import SURVIVAL_ONE, wear
from shopstock.db.connection import Db
from shopstock.queries.audit_streams import BASE, MOVEMENT_LINES, Finding, Follower, Row, grouped

_MOVEMENTS = (
    f"SELECT m.item_id, m.id, m.line_id, m.kind, {BASE}, m.qty, m.value, m.occurred_at, l.of_line_id, o.of_line_id "
    f"FROM {MOVEMENT_LINES} WHERE m.kind <> 'transfer' ORDER BY m.item_id, m.id"
)
_FIGURES = (
    "qty", "value", "survival", "epoch", "last_cost_qty", "last_cost_value", "last_cost_line", "sold_at", "received_at",
    "counted_at",
)  # fmt: skip
_ARRIVALS = ("opening", "goods_receipt")


class Replay:
    """One item's pool, followed from movement to movement."""

    def __init__(self, average: bool) -> None:
        self.average = average
        self.qty = self.value = 0
        self.survival, self.epoch = SURVIVAL_ONE, 0
        self.last: tuple[int, int, int | None] = (0, 0, None)
        self.dates: dict[str, int | None] = {"sale": None, "goods_receipt": None, "count": None}
        self.marks: list[Row] = []
        self.spans: dict[int, int | None] = {}
        self.first_line: int | None = None
        #: Arrivals that stand: line → (quantity, value), in order.
        self.arrivals: dict[int, tuple[int, int]] = {}

    def figures(self) -> tuple[int | None, ...]:
        """Return what ``item_pool`` should hold, in the order of its columns."""
        return (
            self.qty, self.value, self.survival, self.epoch, *self.last, self.dates["sale"],
            self.dates["goods_receipt"], self.dates["count"],
        )  # fmt: skip

    def follow(self, row: Row) -> None:
        """Take one movement into account."""
        _item, _id, line_id, kind, base, qty, value, at, of_line, of_of_line = row
        before = self.qty
        self.qty += qty
        self.value += value
        if qty < 0:
            self._left(kind, before, -qty)
        elif qty > 0:
            self._came(kind, line_id, of_line, before, qty)
        self._last_cost(kind, base, line_id, qty, value, of_of_line if kind == "reversal" else of_line)
        if kind in _ARRIVALS:
            self.arrivals[line_id] = (qty, value)
        elif kind == "reversal" and base in _ARRIVALS:
            self._undone(of_line)
        self._dated(kind, at)
        if before > 0 >= self.qty:
            self.spans[at] = None
        elif before <= 0 < self.qty:
            for start, end in self.spans.items():
                if end is None:
                    self.spans[start] = max(start, at)

    def _left(self, kind: str, before: int, qty: int) -> None:
        if self.average and before > 0 and (kind != "reversal" or qty == before):
            self.survival, self.epoch = wear(self.survival, self.epoch, before, min(qty, before))

    def _came(self, kind: str, line_id: int, of_line: int | None, before: int, qty: int) -> None:
        if kind == "reversal" or (kind == "customer_return" and of_line is not None):
            return
        if self.first_line is None:
            self.first_line = line_id
        if self.average:
            held = qty - min(qty, max(0, -before))
            self.marks.append((line_id, qty, held, self.survival, self.epoch))

    def _last_cost(self, kind: str, base: str, line_id: int, qty: int, value: int, of_line: int | None) -> None:
        if self.average:
            repriced = qty > 0 or (qty == 0 and kind != "count" and value) or (qty < 0 and kind == "reversal")
            if self.qty > 0 and repriced:
                self.last = (self.qty, self.value, None)
            elif kind in _ARRIVALS:
                self.last = (qty, value, line_id)
        elif kind in _ARRIVALS:
            self.last = (qty, value, line_id)
        elif base == "landed_cost" and kind in ("landed_cost", "reversal") and of_line == self.last[2]:
            self.last = (self.last[0], max(0, self.last[1] + value), self.last[2])

    def _undone(self, line_id: int | None) -> None:
        self.arrivals.pop(line_id or 0, None)
        if (self.qty <= 0) if self.average else (self.last[2] == line_id):
            line, (qty, value) = next(reversed(self.arrivals.items()), (None, (0, 0)))
            self.last = (qty, value, line)

    def _dated(self, kind: str, at: int) -> None:
        moment = "goods_receipt" if kind == "opening" else kind
        if moment in self.dates:
            self.dates[moment] = max(self.dates[moment] or 0, at)


def check(db: Db, average: bool) -> Iterator[Finding]:
    """Compare item_pool, receipt_mark, stockout_span and the moving average's one layer with a replay."""
    movements = Follower(db.stream(_MOVEMENTS))
    marks = Follower(
        db.stream("SELECT item_id, line_id, qty, held, survival, epoch FROM receipt_mark ORDER BY item_id, line_id")
    )
    spans = Follower(db.stream("SELECT item_id, started_at, ended_at FROM stockout_span ORDER BY item_id, started_at"))
    layers = Follower(db.stream("SELECT item_id, id, source_line FROM cost_layer ORDER BY item_id, id"))
    columns = ", ".join(_FIGURES)
    for row in db.stream(f"SELECT item_id, {columns}, layer_id FROM item_pool ORDER BY item_id"):
        item_id, stored, layer_id = row[0], row[1:-1], row[-1]
        replay = Replay(average)
        for movement in movements.at(item_id):
            replay.follow(movement)
        for figure, found, wanted in zip(_FIGURES, stored, replay.figures(), strict=True):
            if found != wanted:
                yield "item_pool", f"item_id {item_id}", f"{figure} is {found}, the movements say {wanted}"
        if [tuple(mark[1:]) for mark in marks.at(item_id)] != replay.marks:
            yield "receipt_mark", f"item_id {item_id}", "the marks are not those of its arrivals"
        if {span[1]: span[2] for span in spans.at(item_id)} != replay.spans:
            yield "stockout_span", f"item_id {item_id}", "the spans are not those in which it was out of stock"
        yield from _one_layer(item_id, average, layer_id, layers.at(item_id), replay.first_line)
    for table, follower in (
        ("stock_movement", movements), ("receipt_mark", marks), ("stockout_span", spans), ("cost_layer", layers),
    ):  # fmt: skip
        for (item_id,), _rows in grouped(iter(follower.rest())):
            yield table, f"item_id {item_id}", "belongs to an item without a pool"


def _one_layer(
    item_id: int, average: bool, layer_id: int | None, layers: list[Row], first_line: int | None
) -> Iterator[Finding]:
    wanted = [(item_id, layer_id, first_line)] if average and layer_id is not None else []
    if (layers if average else []) != wanted or (layer_id is not None) != (average and bool(layers)):
        yield "item_pool", f"item_id {item_id}", f"layer_id is {layer_id}; that is not its one layer"
