"""The queue of the till: scans and keys are carried out one after the other, in the order they were made."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

Step = Callable[[], object]
Busy = Callable[[bool], None]


class Steps(QObject):
    """Carries out steps in order. A step that asks the database holds the queue until its answer is there."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: deque[Step] = deque()
        self._ticket: object = None
        self._stepping = False
        self._next = 0  # where in the queue goes what the step at work asks for
        self._open = False

    @property
    def idle(self) -> bool:
        """Tell whether everything so far was done."""
        return not self._queue and self._ticket is None

    def start(self) -> None:
        """Begin; what was queued before waits until now."""
        self._open = True
        self._go_on()

    def then_do(self, step: Step) -> None:
        """Do something after everything before it is done; what a step asks for comes right behind that step."""
        if self._stepping:
            self._queue.insert(self._next, step)
            self._next += 1
        else:
            self._queue.append(step)
            self._go_on()

    def hold(self, if_lost: Step = lambda: None) -> tuple[object, Busy]:
        """Hold the queue until :meth:`release`; returns a ticket and the shop's ``busy`` call-back.

        ``if_lost`` is done when the answer never comes (a fault below): a scan must become a row all the same.
        """
        ticket = object()
        self._ticket = ticket

        def busy(still: bool) -> None:
            if not still:
                QTimer.singleShot(0, self, lambda: self._lost(ticket, if_lost))

        return ticket, busy

    def holds(self, ticket: object) -> bool:
        """Tell whether the queue still waits for this ticket."""
        return self._ticket is ticket

    def release(self, ticket: object) -> None:
        """Go on: the answer is there."""
        if self._ticket is not ticket:
            return
        self._ticket = None
        self._go_on()

    def _lost(self, ticket: object, if_lost: Step) -> None:
        if self._ticket is ticket:
            if_lost()
            self.release(ticket)

    def _go_on(self) -> None:
        if self._stepping or not self._open:
            return
        self._stepping = True
        try:
            while self._queue and self._ticket is None:
                self._next = 0
                self._queue.popleft()()
        finally:
            self._stepping = False
            if self._queue and self._ticket is None:
                # A step failed by a fault of the program: it is reported, and the scans behind it are carried out.
                QTimer.singleShot(0, self, self._go_on)
