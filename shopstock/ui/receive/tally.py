"""The figures of a delivery as they stand: what the database said last, and what was counted here since.

A reading that begins when a scan is written holds that scan already: it replaces what the scan added here. So a scan
shows at once, and those of another station come with the next reading.
"""

from __future__ import annotations

from collections import Counter

from shopstock.core.receiving import Condition, DeliveryRow
from shopstock.core.units import ZERO_QTY, ItemId, Qty
from shopstock.queries.receiving import Delivery
from shopstock.services.receiving import CountLine
from shopstock.ui.receive import view
from shopstock.ui.receive.count_table import CountRow
from shopstock.ui.receive.view import Line, LookAt, Totals
from shopstock.ui.scanning.since import Since


class Tally(Since[CountLine]):
    """The figures. ``rows``, ``totals`` and ``look_at`` are what the screen shows."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[CountRow] = []
        self.totals = Totals()
        self.look_at: list[LookAt] = []
        self.lines: dict[ItemId, Line] = {}
        self.held: dict[ItemId, DeliveryRow] = {}
        self.orders: set[int] = set()
        self._shown: dict[ItemId, CountRow] = {}
        self._unknown: Counter[str] = Counter()  # what was read, in thousandths
        self._new_unknown: Counter[str] = Counter()
        self._good: Counter[ItemId] = Counter()
        self._damaged: Counter[ItemId] = Counter()

    # -- what changes it --------------------------------------------------------------------------------------------

    def take_over(self, delivery: Delivery, known: set[str]) -> None:
        """Take what was read; ``known`` are the lines that it holds."""
        self._read_holds(known)
        before = self.lines
        counted = {*self._good, *self._damaged}
        self.lines = {line.item_id: line for line in view.lines_of(delivery, self.lines)}
        self.orders = {order.order_id for order in delivery.orders}
        self._unknown = Counter({code: int(qty) for code, qty in delivery.unknown})
        for sums in (self._good, self._damaged, self._new_unknown):
            sums.clear()
        for line in self._since:
            self._sum(line, 1)
        for item_id in [*self.held.keys() - self.lines.keys()]:
            del self.held[item_id], self._shown[item_id]
        # A delivery may have thousands of lines, and is read again with every few scans: what is as it was stays.
        counted |= {*self._good, *self._damaged}
        for item_id, read in self.lines.items():
            if item_id in counted or before.get(item_id) != read:
                self._compare(item_id)
        self._rebuild()

    def know(self, line: Line) -> None:
        """Learn an item, or a larger pack of one that is known."""
        before = self.lines.get(line.item_id)
        self.lines[line.item_id] = line if before is None else before._replace(pack=max(before.pack, line.pack))

    def add(self, line: CountLine) -> None:
        """Add one line of the count."""
        self._since.append(line)
        self._count(line, 1)

    def take_off(self, line: CountLine) -> None:
        """Take a line off that the database refused."""
        self._let_go(line)
        self._count(line, -1)

    def _count(self, line: CountLine, sign: int) -> None:
        self._sum(line, sign)
        if line.item_id is not None and line.item_id in self.lines:
            self._compare(line.item_id)
        self._rebuild()

    def _sum(self, line: CountLine, sign: int) -> None:
        if line.item_id is None:
            self._new_unknown[line.code] += sign * line.qty
        elif line.condition is Condition.DAMAGED:
            self._damaged[line.item_id] += sign * line.qty
        else:
            self._good[line.item_id] += sign * line.qty

    def _compare(self, item_id: ItemId) -> None:
        line = self.lines[item_id]
        held = view.compared(line, Qty(self._good[item_id]), Qty(self._damaged[item_id]))
        if held is None:
            self.held.pop(item_id, None)
            self._shown.pop(item_id, None)
        else:
            self.held[item_id] = held
            self._shown[item_id] = view.row_of(line, held)

    def _rebuild(self) -> None:
        codes = {code: self.unknown(code) for code in {**self._unknown, **self._new_unknown}}
        unknown = [view.unknown_row(code, qty) for code, qty in codes.items() if qty > 0]
        held = [(self.lines[item_id], self.held[item_id]) for item_id in self.lines if item_id in self.held]
        self.rows = [*unknown, *(self._shown[line.item_id] for line, _one in held)]
        self.look_at = [LookAt(row.key, row.name, row.code) for row in unknown]
        self.look_at += [one for one in (view.look_at(line, row) for line, row in held) if one is not None]
        ordered = [row for line, row in held if line.ordered is not None]
        self.totals = Totals(
            Qty(sum(row.counted for _line, row in held)),
            Qty(sum(row.ordered for row in ordered)),
            sum(1 for row in ordered if row.counted >= row.ordered),
            len(ordered),
            len(self.look_at),
        )

    # -- what it says -----------------------------------------------------------------------------------------------

    def unknown(self, code: str) -> Qty:
        """Return how often a code was counted that nobody knows."""
        return Qty(self._unknown[code] + self._new_unknown[code])

    def good(self, item_id: ItemId | None) -> Qty:
        """Return how many undamaged ones of an item are counted."""
        return self.held[item_id].good if item_id is not None and item_id in self.held else ZERO_QTY

    def came(self) -> list[tuple[ItemId, Qty]]:
        """Return what came of each item and stays."""
        return [(row.item_id, Qty(row.good_in + row.set_aside)) for row in self.held.values() if row.counted]

    def pairs(self) -> list[tuple[Line, DeliveryRow]]:
        """Return every line with how it stands."""
        return [(self.lines[item_id], row) for item_id, row in self.held.items()]
