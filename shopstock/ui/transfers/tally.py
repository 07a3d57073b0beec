"""The figures of a transfer that is packed or unpacked: what the database said last, and what was counted since.

A reading that begins when a scan is written holds that scan already: it replaces what the scan added here. So a scan
shows at once, and those of another station come with the next reading.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from shopstock.core import places as place_rules
from shopstock.core.receiving import Condition
from shopstock.core.text import _
from shopstock.core.transfers import ScanLine, Stage
from shopstock.core.units import ZERO_QTY, ItemId, Qty
from shopstock.queries.transfers import Row, Transfer
from shopstock.ui import format as fmt
from shopstock.ui.receive import view
from shopstock.ui.receive.count_table import CountRow
from shopstock.ui.receive.view import LookAt, Totals
from shopstock.ui.rows import Chip
from shopstock.ui.scanning.since import Since


class Line(NamedTuple):
    """One item as it was read. ``wanted`` is what was asked for or sent, ``None`` when it was not.

    ``booked`` is what was posted before, ``good`` and ``damaged`` are counted and not posted. ``there`` is what the
    sender has, ``None`` where that does not matter. ``where`` says where it goes.
    """

    item_id: ItemId
    sku: str
    name: str
    code: str
    wanted: Qty | None
    booked: Qty = ZERO_QTY
    good: Qty = ZERO_QTY
    damaged: Qty = ZERO_QTY
    there: Qty | None = None
    where: str = ""


class Held(NamedTuple):
    """What is counted of a line now."""

    good: Qty
    damaged: Qty

    @property
    def all(self) -> Qty:
        """What is counted, whatever its condition."""
        return Qty(self.good + self.damaged)


class Tally(Since[ScanLine]):
    """The figures of one stage. ``rows``, ``totals`` and ``look_at`` are what the screen shows."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self.rows: list[CountRow] = []
        self.totals = Totals()
        self.look_at: list[LookAt] = []
        self.lines: dict[ItemId, Line] = {}
        self._good: Counter[ItemId] = Counter()
        self._damaged: Counter[ItemId] = Counter()
        self._unknown: Counter[str] = Counter()

    # -- what changes it --------------------------------------------------------------------------------------------

    def take_over(self, transfer: Transfer, known: set[str]) -> None:
        """Take what was read; ``known`` are the lines that it holds."""
        self._read_holds(known)
        learned = self.lines
        self.lines = {row.item_id: self._line(row) for row in transfer.rows}
        self._good.clear()
        self._damaged.clear()
        for line in self._since:
            if line.item_id not in self.lines and line.item_id in learned:
                self.lines[line.item_id] = learned[line.item_id]._replace(good=ZERO_QTY, damaged=ZERO_QTY)
            self._sum(line, 1)
        self._rebuild()

    def _line(self, row: Row) -> Line:
        figures = row.figures
        if self.stage is Stage.DISPATCH:
            return Line(
                row.item_id, row.sku, row.name, row.code, figures.requested or None, ZERO_QTY, figures.counted,
                ZERO_QTY, row.at_from, _("{qty} there").format(qty=fmt.qty(row.at_from)),
            )  # fmt: skip
        booked = Qty(figures.arrived + figures.damaged + figures.over + figures.lost + figures.came_back)
        return Line(
            row.item_id, row.sku, row.name, row.code, figures.dispatched or None, booked, figures.counted,
            figures.damaged_now, None, _("to {place}").format(place=place_rules.inside(row.home)),
        )  # fmt: skip

    def know(self, line: Line) -> None:
        """Learn an item that is on no line yet."""
        self.lines.setdefault(line.item_id, line)

    def add(self, line: ScanLine) -> None:
        """Add one scan."""
        self._since.append(line)
        self._sum(line, 1)
        self._rebuild()

    def take_off(self, line: ScanLine) -> None:
        """Take a scan off that the database refused."""
        self._let_go(line)
        self._sum(line, -1)
        self._rebuild()

    def add_unknown(self, code: str, qty: Qty) -> None:
        """Keep a code that nobody knows, or take it away by a negative quantity."""
        self._unknown[code] += qty
        self._rebuild()

    def _sum(self, line: ScanLine, sign: int) -> None:
        into = self._damaged if line.condition is Condition.DAMAGED else self._good
        into[line.item_id] += sign * line.qty

    def _rebuild(self) -> None:
        unknown = [view.unknown_row(code, Qty(qty)) for code, qty in self._unknown.items() if qty > 0]
        shown = [(line, self.held(line.item_id)) for line in self.lines.values()]
        shown = [(line, held) for line, held in shown if line.wanted is not None or line.booked or held.all]
        self.rows = [*unknown, *(self._row(line, held) for line, held in shown)]
        self.look_at = [LookAt(row.key, row.name, row.code) for row in unknown]
        for line, held in shown:
            words = self._look_at(line, held)
            if words:
                self.look_at.append(LookAt(view.key_of(line.item_id), line.name, words))
        wanted = [(line, held) for line, held in shown if line.wanted is not None]
        self.totals = Totals(
            Qty(sum(line.booked + held.all for line, held in shown)),
            Qty(sum(line.wanted or 0 for line, _held in wanted)),
            sum(1 for line, held in wanted if line.booked + held.all >= (line.wanted or 0)),
            len(wanted),
            len(self.look_at),
        )

    # -- what it says -----------------------------------------------------------------------------------------------

    def held(self, item_id: ItemId) -> Held:
        """Return what is counted of an item now."""
        line = self.lines.get(item_id)
        good, damaged = (line.good, line.damaged) if line is not None else (ZERO_QTY, ZERO_QTY)
        return Held(Qty(good + self._good[item_id]), Qty(damaged + self._damaged[item_id]))

    def unknown(self, code: str) -> Qty:
        """Return how often a code was scanned that nobody knows."""
        return Qty(self._unknown[code])

    def counted(self) -> list[tuple[Line, Held]]:
        """Return what is counted and not posted."""
        pairs = [(line, self.held(line.item_id)) for line in self.lines.values()]
        return [(line, held) for line, held in pairs if held.all]

    def _row(self, line: Line, held: Held) -> CountRow:
        chip = self._chip(line, held)
        second = f"{line.sku} · {line.where}" if line.where else line.sku
        return CountRow(
            view.key_of(line.item_id), line.item_id, line.name, second, Qty(line.booked + held.all), line.wanted, chip,
            "bad" if chip.tone == "bad" else None,
        )  # fmt: skip

    def _look_at(self, line: Line, held: Held) -> str:
        chip = self._chip(line, held)
        return chip.text if chip.tone in ("bad", "warn") else ""

    def _chip(self, line: Line, held: Held) -> Chip:
        counted = Qty(line.booked + held.all)
        if line.there is not None and held.all > max(0, line.there):
            return Chip(_("Only {qty} there").format(qty=fmt.qty(Qty(max(0, line.there)))), "alert-triangle", "bad")
        if line.wanted is None:
            words = _("Not asked for") if self.stage is Stage.DISPATCH else _("Not on the slip")
            return Chip(words, "alert-triangle", "warn")
        if counted > line.wanted:
            over = fmt.qty(Qty(counted - line.wanted))
            return Chip(_("Over by {qty}").format(qty=over), "alert-triangle", "warn")
        if held.damaged:
            return Chip(_("{qty} damaged").format(qty=fmt.qty(held.damaged)), "alert-triangle", "warn")
        if counted == line.wanted:
            return Chip(_("Complete"), "check", "done")
        if not counted:
            return Chip(_("Not packed") if self.stage is Stage.DISPATCH else _("Not counted"), "circle-minus")
        return Chip(_("{qty} to go").format(qty=fmt.qty(Qty(line.wanted - counted))), "arrow-down", "accent")
