"""Counted scans on their way into the database: in batches, each under its own key, until the database has them.

The screen never waits: what is scanned while a batch is written goes with the next one. A batch that fails is sent
again under the same keys, which count once however often they arrive. One that breaks a rule is sent scan by scan, so
that a single refused scan holds up no other; it is handed back with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from shopstock.core.acting import Acting
from shopstock.core.outcome import Changes, NotAllowed, Refused, ShopError
from shopstock.db.connection import Db
from shopstock.services import receiving
from shopstock.ui.shop import Shop

MOST_AT_ONCE = 200
#: How long to wait before a batch that failed is sent again: longer each time.
RETRY_MS = (300, 1_000, 3_000, 5_000)


class Outbox(QObject):
    """The queue of one delivery. ``waiting`` is what the database has not confirmed yet, in the order of scanning.

    ``write`` takes the id of what is counted and the lines, each of which carries its own key: another deed of the
    same kind (goods that are written off, a transfer that is packed) names its own.
    """

    written = Signal(list)  # of lines: the database has them
    refused = Signal(object, str)  # a line, why: it is taken out of the queue
    stuck = Signal(str)  # what keeps the counts waiting; empty once they go again

    def __init__(
        self, shop: Shop, delivery_id: int, parent: QObject | None = None,
        write: Callable[..., Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._shop = shop
        self._delivery_id = delivery_id
        self._write = write if write is not None else _count
        self.waiting: list[Any] = []
        self._sent: list[Any] = []
        self._singly = 0
        self._failures = 0
        self._then: list[Callable[[], object]] = []
        self._retry = QTimer(self, singleShot=True)
        self._retry.timeout.connect(self.send)

    @property
    def idle(self) -> bool:
        """Tell whether the database has everything."""
        return not self.waiting

    def add(self, line: Any) -> None:
        """Take one line; it is sent at once when no other is on its way."""
        self.waiting.append(line)
        if not self._retry.isActive():
            self.send()

    def when_idle(self, then: Callable[[], object]) -> None:
        """Call ``then`` once the database has everything; at once when it has."""
        if self.idle:
            then()
        else:
            self._then.append(then)

    def send(self) -> None:
        """Send what waits, unless a batch is on its way."""
        if self._sent or not self.waiting:
            return
        most = 1 if self._singly else MOST_AT_ONCE
        self._sent = self.waiting[:most]
        self._hand_over(self._sent)

    def send_all(self) -> None:
        """Send all that waits behind the batch on its way: the window closes, the writer line finishes what it has."""
        rest = self.waiting[len(self._sent) :]
        if rest:
            self._shop.run(self._write, self._delivery_id, rest, failed=_ignore)

    def _hand_over(self, batch: list[Any]) -> None:
        def then(_result: Any) -> None:
            self._done(batch)

        def failed(error: ShopError) -> None:
            self._failed(batch, error)

        def busy(still: bool) -> None:
            if not still:
                QTimer.singleShot(0, self, lambda: self._lost(batch))

        self._shop.run(self._write, self._delivery_id, batch, then=then, failed=failed, busy=busy, asked_by=self)

    def _done(self, batch: list[Any]) -> None:
        if self._sent is not batch:
            return
        self._sent = []
        self._singly = max(0, self._singly - len(batch))
        del self.waiting[: len(batch)]
        if self._failures:
            self._failures = 0
            self.stuck.emit("")
        self.written.emit(batch)
        self._go_on()

    def _failed(self, batch: list[Any], error: ShopError) -> None:
        if self._sent is not batch:
            return
        self._sent = []
        if not isinstance(error, Refused | NotAllowed):
            self._again(error.sentence())
        elif len(batch) > 1:
            self._singly = len(batch)
            self.send()
        else:
            self._singly = max(0, self._singly - 1)
            del self.waiting[:1]
            self.refused.emit(batch[0], error.sentence())
            self._go_on()

    def _go_on(self) -> None:
        self.send()
        if self.idle:
            waiting, self._then = self._then, []
            for then in waiting:
                then()

    def _lost(self, batch: list[Any]) -> None:
        """A fault of the program took the answer: it is reported elsewhere, and the batch is sent again."""
        if self._sent is batch:
            self._sent = []
            self._again("")

    def _again(self, why: str) -> None:
        pause = RETRY_MS[min(self._failures, len(RETRY_MS) - 1)]
        self._failures += 1
        self._retry.start(pause)
        self.stuck.emit(why)


def _ignore(_error: ShopError) -> None:
    """The window closes: there is nobody left to tell."""


def _count(db: Db, acting: Acting, delivery_id: int, lines: list[Any]) -> Changes:
    return receiving.count_many(db, acting, delivery_id, lines)
