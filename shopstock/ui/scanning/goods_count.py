"""A count that grows by scans: what is shown of the last one, and how each gets into the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from shopstock.core.text import _
from shopstock.core.units import LocationId, Qty
from shopstock.db import clock
from shopstock.queries import search
from shopstock.services import items as item_services
from shopstock.ui import format as fmt
from shopstock.ui.receive import view
from shopstock.ui.receive.count_table import CountRow
from shopstock.ui.receive.counting import READ_PAUSE_MS
from shopstock.ui.scanning.outbox import Outbox
from shopstock.ui.scanning.scan_work import ScanWork
from shopstock.ui.shop import Shop


class Shown(NamedTuple):
    """The last scan: its row's key, what it added, and when."""

    key: str
    words: str
    tone: str
    at: str
    code: str


class GoodsCount(ScanWork):
    """The count as a page of scans needs it; who counts says what a code means and how its tally is read.

    ``key`` is that of its messages, ``here`` the place whose goods are looked up, ``stuck`` says why scans wait.
    """

    changed = Signal()
    scanned = Signal(str, bool)  # the row's key, whether nobody has to look
    looked_up = Signal(str, object)  # text typed, list of search.Hit
    lot_asked = Signal(str)
    key = ""
    find = staticmethod(search.find_or_nearest)
    tally: Any

    def __init__(
        self, shop: Shop, subject_id: int, write: Callable[..., Any], parent: QObject | None = None
    ) -> None:  # fmt: skip
        super().__init__(shop, parent)
        self.here = LocationId(0)
        self.stuck = ""
        self._last: Shown | None = None
        self._turn = ""
        self._selected = ""
        self.outbox = Outbox(shop, subject_id, self, write)
        self.outbox.written.connect(self._batch_written)
        self.outbox.refused.connect(self._line_lost)
        self.outbox.stuck.connect(self._show_stuck)
        self._pause = QTimer(self, singleShot=True, interval=READ_PAUSE_MS)
        self._pause.timeout.connect(self.read)

    @property
    def idle(self) -> bool:
        """Tell whether every scan was understood, counted and kept."""
        return self.steps.idle and self.outbox.idle and not self._pause.isActive()

    def read(self) -> None:
        """Read the count again; what is written by now is then part of what was read."""
        raise NotImplementedError

    def read_soon(self) -> None:
        """Read again when the scans pause: somebody counted elsewhere, or here."""
        if not self._pause.isActive():
            self._pause.start()

    # -- what words and codes come to ---------------------------------------------------------------------------------

    def look_for(self, text: str, typed: str) -> None:
        """Look for items by words, for the person to choose."""
        ticket, busy = self.steps.hold()

        def then(hits: list[search.Hit]) -> None:
            if self.steps.holds(ticket):
                self.looked_up.emit(typed, hits)
                self.steps.release(ticket)

        self._shop.read(self.find, text, self.here, then=then, busy=busy, asked_by=self)

    def note_unknown(self, code: str) -> None:
        """Show the red row of a code that nobody knows, and keep it to be looked after."""
        self._note(f"u{code}", "", "bad", code)
        self._shop.run(item_services.record_unknown, code, failed=lambda _error: None, asked_by=self)

    def refuse(self, fact: str, plain: str = "", *, text: str = "") -> None:
        self._shop.say("bad", fact, plain, key=self.key)
        self.scanned.emit("", False)
        if text:
            self.line_refused.emit(text)

    def _note(self, key: str, words: str, tone: str, code: str) -> None:
        at = clock.to_local(clock.now()).strftime("%H:%M:%S")
        self._last = Shown(key, words, tone, at, code)
        self._turn = key
        self.changed.emit()
        self.scanned.emit(key, tone == "ok")

    # -- lines on their way -------------------------------------------------------------------------------------------

    def add(self, line: Any) -> None:
        """Count a line: it shows at once and goes into the database."""
        self.tally.add(line)
        self.changed.emit()
        self.outbox.add(line)

    def row_key(self, line: Any) -> str:
        """Return the key of the row that a line belongs to."""
        return view.key_of(line.item_id)

    def _batch_written(self, lines: list[Any]) -> None:
        self.tally.wrote(lines)
        self.read_soon()

    def _line_lost(self, line: Any, why: str) -> None:
        self.tally.take_off(line)
        self.changed.emit()
        self._shop.say("bad", why, key=self.key)
        self.scanned.emit(self.row_key(line), False)
        self.read_soon()

    def _show_stuck(self, why: str) -> None:
        waiting = len(self.outbox.waiting)
        self.stuck = _("{n} scans wait to be kept. They are tried again. {why}").format(
            n=fmt.number(waiting), why=why
        ) if waiting and why else ""  # fmt: skip
        self.changed.emit()

    def after_written(self, then: Callable[[], object]) -> None:
        """Do something when the database has everything counted so far."""
        self.outbox.when_idle(then)

    # -- what the page asks -------------------------------------------------------------------------------------------

    def select(self, key: str) -> None:
        """Remember the row that figures typed next belong to."""
        self._selected = key

    def set_selected(self, qty: Qty) -> None:
        self.set_qty(self._selected, qty)

    def set_qty(self, key: str, qty: Qty) -> None:
        """Set how many of a row are counted."""
        raise NotImplementedError

    def take_turn(self) -> str:
        """Return the row to select because it was just scanned, once."""
        turn, self._turn = self._turn, ""
        return turn

    def is_last(self, row: CountRow | None) -> bool:
        """Tell whether a row is the one of the last scan."""
        return self._last is not None and (row is None or row.key == self._last.key)

    def last_of(self, row: CountRow) -> Shown | None:
        """Return the last scan where it is of this row."""
        return self._last if self._last is not None and self._last.key == row.key else None

    def choices_of(self, _row: CountRow) -> list[view.Asked]:
        """Return what may be decided about a row: nothing, unless who counts says otherwise."""
        return []
