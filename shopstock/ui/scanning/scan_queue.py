"""Scans that wait for those before them; when one of them opens another page, the rest goes there."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from shopstock.core.scan import Scan
from shopstock.ui.sell.steps import Steps


class ScanQueue:
    """The scans of one queue of steps."""

    def __init__(self, steps: Steps, ask: Callable[[Scan], object]) -> None:
        self._steps, self._ask = steps, ask
        self._waiting: deque[Scan] = deque()

    def add(self, scan: Scan) -> None:
        """Take a scan, to be carried out after everything before it."""
        self._waiting.append(scan)
        self._steps.then_do(self._next)

    def take(self) -> list[Scan]:
        """Hand over the scans that were not carried out yet."""
        rest = list(self._waiting)
        self._waiting.clear()
        return rest

    def _next(self) -> None:
        if self._waiting:
            self._ask(self._waiting.popleft())
