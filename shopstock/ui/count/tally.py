"""The figures of a sheet: what the database said last, and what was counted since. Nothing of what is expected."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from shopstock.core.text import _
from shopstock.core.units import ZERO_QTY, ItemId, Qty
from shopstock.queries.counting import Counted, Thing
from shopstock.services.count_entries import EntryLine
from shopstock.ui.receive import view
from shopstock.ui.receive.count_table import CountRow
from shopstock.ui.receive.view import LookAt, Totals
from shopstock.ui.rows import Chip
from shopstock.ui.scanning.since import Since


class Line(NamedTuple):
    """One item of the sheet; ``qty`` is ``None`` while it has no figure."""

    item_id: ItemId
    sku: str
    name: str
    listed: bool
    qty: Qty | None
    by: str = ""


class Tally(Since[EntryLine]):
    """The figures. ``rows``, ``totals`` and ``look_at`` are what the screen shows, ``lines`` the items by their id."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[CountRow] = []
        self.totals = Totals()
        self.look_at: list[LookAt] = []
        self.lines: dict[ItemId, Line] = {}
        self._codes: dict[str, Qty] = {}

    # -- what changes it ----------------------------------------------------------------------------------------------

    def take_over(self, counted: Counted, known: set[str]) -> None:
        """Take what was read; ``known`` are the lines that it holds."""
        self._read_holds(known)
        learned = self.lines
        self.lines, self._codes = {}, {}
        for row in counted.rows:
            if row.item_id is None:
                self._codes[row.code] = row.qty or ZERO_QTY
            else:
                self.lines[row.item_id] = Line(row.item_id, row.sku, row.name, row.listed, row.qty, row.last_by)
        for line in self._since:
            if line.item_id is not None and line.item_id not in self.lines:
                self.lines[line.item_id] = learned[line.item_id]._replace(qty=None, by="")
        self._rebuild()

    def know(self, thing: Thing) -> None:
        """Learn an item that is on no line yet."""
        self.lines.setdefault(thing.id, Line(thing.id, thing.sku, thing.name, False, None))

    def add(self, line: EntryLine) -> None:
        """Add one entry."""
        self._since.append(line)
        self._rebuild()

    def take_off(self, line: EntryLine) -> None:
        """Take an entry off that the database refused."""
        self._let_go(line)
        self._rebuild()

    def _rebuild(self) -> None:
        more: Counter[ItemId] = Counter()
        codes: Counter[str] = Counter(self._codes)
        told = {line.item_id for line in self._since if line.item_id is not None}
        for line in self._since:
            if line.item_id is None:
                codes[line.code] += line.qty
            else:
                more[line.item_id] += line.qty
        self._now = {
            item: Qty((line.qty or 0) + more[item]) if line.qty is not None or item in told else None
            for item, line in self.lines.items()
        }
        self._codes_now = {code: Qty(qty) for code, qty in codes.items() if qty}
        unknown = [view.unknown_row(code, qty) for code, qty in self._codes_now.items()]
        shown = [line for line in self.lines.values() if line.listed or self._now[line.item_id] is not None]
        self.rows = [*unknown, *(self._row(line) for line in shown)]
        self.look_at = [LookAt(row.key, row.name, row.code) for row in unknown]
        listed = [line for line in shown if line.listed]
        self.totals = Totals(
            Qty(sum(self._now[line.item_id] or 0 for line in shown)), ZERO_QTY,
            sum(self._now[line.item_id] is not None for line in listed), len(listed), len(unknown),
        )  # fmt: skip

    # -- what it says -------------------------------------------------------------------------------------------------

    def qty(self, item_id: ItemId) -> Qty | None:
        """Return what is counted of an item; ``None`` while it has no figure."""
        return self._now.get(item_id)

    def unknown(self, code: str) -> Qty:
        """Return how often a code was scanned that nobody knows."""
        return self._codes_now.get(code, ZERO_QTY)

    @property
    def open(self) -> tuple[Line, ...]:
        """The listed items that have no figure yet."""
        return tuple(line for line in self.lines.values() if line.listed and self._now[line.item_id] is None)

    def _row(self, line: Line) -> CountRow:
        qty = self._now[line.item_id]
        if qty is None:
            chip = Chip(_("Not counted yet"), "circle-minus")
        elif not qty:
            chip = Chip(_("None here"), "check", "done")
        else:
            chip = Chip(_("Counted"), "check", "done")
        if not line.listed and any(one.listed for one in self.lines.values()):
            chip = Chip(_("Found besides"), "plus", "accent")
        second = f"{line.sku} · {line.by}" if line.by else line.sku
        return CountRow(view.key_of(line.item_id), line.item_id, line.name, second, qty or ZERO_QTY, None, chip)
