"""What putting away, packing and unpacking share: scans and typed lines, carried out one after the other."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from shopstock.core.code_rules import NO_RULES, Rules
from shopstock.core.entry import EntryKind, parse_entry
from shopstock.core.outcome import Refused
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import ONE, Qty
from shopstock.queries import items
from shopstock.ui.scanning.scan_queue import ScanQueue
from shopstock.ui.sell.steps import Steps
from shopstock.ui.shop import Shop


class ScanWork(QObject):
    """The queue. Who carries the work out says what a code, a quantity and an empty line mean to it."""

    times_changed = Signal(object)  # Qty or None
    line_refused = Signal(str)  # what was typed goes back into the line

    def __init__(self, shop: Shop, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self.times: Qty | None = None
        self._rules: Rules = NO_RULES
        self.steps = Steps(self)
        self.scans = ScanQueue(self.steps, lambda scan: self.ask(scan.aim + scan.code, self._take_times()))

    def _start(self) -> None:
        """Read how this shop's codes are read, then begin."""
        self._shop.read(items.code_rules_of, then=self._begin, asked_by=self)

    def _begin(self, rules: Rules) -> None:
        self._rules = rules
        self.steps.start()

    def scan(self, scan: Scan) -> None:
        """Take a scan, after those before it."""
        self.scans.add(scan)

    def type(self, text: str) -> None:
        """Take a typed line: a code, a place, ``3*CODE``, ``3*``, ``*5``, words; what it cannot be goes back."""
        self.steps.then_do(lambda: self._typed(text))

    def _typed(self, text: str) -> None:
        try:
            entry = parse_entry(text)
        except Refused as error:
            self.refuse(error.sentence(), text=text)
            return
        match entry.kind:
            case EntryKind.PAY:
                self.nothing_typed()
            case EntryKind.CODE | EntryKind.WORDS:
                self.ask(entry.text, entry.qty if entry.multiplied else self._take_times(), typed=text)
            case EntryKind.TIMES:
                self.set_times(entry.qty)
            case EntryKind.SET_QTY:
                self.set_selected(entry.qty)
            case EntryKind.MORE | EntryKind.LESS:
                self.step(1 if entry.kind == EntryKind.MORE else -1)
            case _:
                self.refuse(_("That means nothing here. Type a place, a code, words, 3* or *5."), text=text)

    def set_times(self, qty: Qty | None) -> None:
        """Let the next scan count so often (``None``: once)."""
        self.times = qty
        self.times_changed.emit(qty)

    def _take_times(self) -> Qty:
        qty = self.times
        if qty is not None:
            self.set_times(None)
        return ONE if qty is None else qty

    # -- what the work says of itself ---------------------------------------------------------------------------------

    def ask(self, code: str, times: Qty, typed: str = "") -> None:
        """Ask what a code is, and carry it out ``times`` times; ``typed`` is the line it was typed in."""
        raise NotImplementedError

    def set_selected(self, qty: Qty) -> None:
        """Set the quantity of the selected row."""
        raise NotImplementedError

    def step(self, by: int) -> None:
        """Take one more or one less of the selected row."""
        raise NotImplementedError

    def refuse(self, fact: str, plain: str = "", *, text: str = "") -> None:
        """Say what cannot be done; ``text`` goes back into the line."""
        raise NotImplementedError

    def nothing_typed(self) -> None:
        """Do what Enter on an empty line does."""
