"""A write-off in the database: begun with its first scan, its scans on their way there, and read again.

None stands about that holds nothing, and nothing is kept on the screen alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from shopstock.core.outcome import ShopError
from shopstock.core.text import _
from shopstock.core.units import LocationId
from shopstock.queries import write_offs
from shopstock.queries.write_offs import WriteOff
from shopstock.services import write_offs as service
from shopstock.services.write_offs import WriteOffLine
from shopstock.ui import format as fmt
from shopstock.ui.back.tally import Tally
from shopstock.ui.receive.page import new_key
from shopstock.ui.scanning.outbox import Outbox
from shopstock.ui.shop import Shop

READ_PAUSE_MS = 400
_AGAIN_MS = 1_000


class Keeping(QObject):
    """One write-off. ``stuck`` says what keeps its scans waiting, if anything does."""

    changed = Signal()
    refused = Signal(object, str)  # WriteOffLine, why
    ended = Signal(object)  # WriteOff: it waits, or was posted or rejected meanwhile

    def __init__(self, shop: Shop, tally: Tally, write_off_id: int | None, parent: QObject) -> None:
        super().__init__(parent)
        self._shop = shop
        self._tally = tally
        self._key = new_key()
        self._place: LocationId | None = None
        self._begins = False
        self._early: list[WriteOffLine] = []
        self._once_begun: list[Callable[[], object]] = []
        self._outbox: Outbox | None = None
        self.write_off_id = write_off_id
        self.stuck = ""
        self._pause = QTimer(self, singleShot=True, interval=READ_PAUSE_MS)
        self._pause.timeout.connect(self.read)
        self._again = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._again.timeout.connect(self._start)
        if write_off_id is not None:
            self._use_outbox(write_off_id)

    @property
    def idle(self) -> bool:
        """Tell whether every scan is kept and the rows are as they were read."""
        kept = self._outbox is None or self._outbox.idle
        return kept and not self._begins and not self._pause.isActive()

    # -- writing ----------------------------------------------------------------------------------------------------

    def add(self, line: WriteOffLine, place: LocationId | None) -> None:
        """Keep one line; the first begins the write-off, at ``place``."""
        self._tally.add(line)
        if self._outbox is not None:
            self._outbox.add(line)
            return
        self._early.append(line)
        self._begin(place)

    def after_written(self, then: Callable[[], object], place: LocationId | None = None) -> None:
        """Do something when the database has everything scanned so far, beginning the write-off if need be."""

        def once_begun() -> None:
            if self._outbox is not None:
                self._outbox.when_idle(then)

        if self.write_off_id is not None:
            once_begun()
        else:
            self._once_begun.append(once_begun)
            self._begin(place)

    def run(self, fn: Callable[..., Any], *args: Any, failed: Callable[[ShopError], object] | None = None) -> None:
        """Do something to the write-off when all is written: ``fn(db, acting, write_off_id, ...)``; then read it."""

        def then(_changes: object) -> None:
            self.read()

        self.after_written(
            lambda: self._shop.run(fn, self.write_off_id, *args, then=then, failed=failed, asked_by=self)
        )

    def send_all(self) -> None:
        """Send all that waits: the window closes."""
        if self._outbox is not None:
            self._outbox.send_all()

    def _begin(self, place: LocationId | None) -> None:
        if not self._begins:
            self._begins = True
            self._place = place
            self._start()

    def _start(self) -> None:
        self._shop.run(
            service.start, self._key, self._place, then=self._has_begun, failed=self._not_begun, asked_by=self
        )

    def _not_begun(self, error: ShopError) -> None:
        self.stuck = _("What was scanned waits to be kept. It is tried again. {why}").format(why=error.sentence())
        self._again.start()
        self.changed.emit()

    def _has_begun(self, started: service.Started) -> None:
        self._begins = False
        self.stuck = ""
        self.write_off_id = started.write_off_id
        self._shop.announce(started.changes)
        outbox = self._use_outbox(started.write_off_id)
        early, self._early = self._early, []
        for line in early:
            outbox.add(line)
        waiting, self._once_begun = self._once_begun, []
        for then in waiting:
            then()
        self.read_soon()

    def _use_outbox(self, write_off_id: int) -> Outbox:
        outbox = Outbox(self._shop, write_off_id, self, service.scan)
        outbox.written.connect(self._written)
        outbox.refused.connect(self._line_lost)
        outbox.stuck.connect(self._show_stuck)
        self._outbox = outbox
        return outbox

    def _written(self, lines: list[WriteOffLine]) -> None:
        self._tally.wrote(lines)
        self.read_soon()

    def _line_lost(self, line: WriteOffLine, why: str) -> None:
        self._tally.take_off(line)
        self.changed.emit()
        self.refused.emit(line, why)
        self.read_soon()

    def _show_stuck(self, why: str) -> None:
        waiting = len(self._outbox.waiting) if self._outbox is not None else 0
        self.stuck = _("{n} scans wait to be kept. They are tried again. {why}").format(
            n=fmt.number(waiting), why=why
        ) if waiting and why else ""  # fmt: skip
        self.changed.emit()

    # -- reading ----------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read the write-off again; what is written by now is then part of what was read."""
        if self.write_off_id is None:
            return
        known = self._tally.known()

        def then(read: WriteOff) -> None:
            self._tally.take_over(read, known)
            self.changed.emit()
            if read.state != "open":
                self.ended.emit(read)

        self._shop.read(
            write_offs.write_off, self.write_off_id, then=then, key=("write-off", id(self)), asked_by=self
        )  # fmt: skip

    def read_soon(self) -> None:
        """Read again when the scans pause."""
        if not self._pause.isActive():
            self._pause.start()
