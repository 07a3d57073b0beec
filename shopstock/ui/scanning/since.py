"""What was counted since the database was read last: it shows at once, and gives way to the reading that holds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar


class Keyed(Protocol):
    """A line that carries its own key."""

    @property
    def key(self) -> str:
        """What it counts under, once however often it is sent."""


L = TypeVar("L", bound=Keyed)


class Since(Generic[L]):
    """The lines since the last reading, for a tally to add to what was read."""

    def __init__(self) -> None:
        self._since: list[L] = []
        self._written: set[str] = set()

    def wrote(self, lines: Sequence[L]) -> None:
        """Note that the database has these lines."""
        self._written.update(line.key for line in lines)

    def known(self) -> set[str]:
        """Return the lines that a reading which begins now will hold."""
        return {line.key for line in self._since} & self._written

    def _read_holds(self, known: set[str]) -> None:
        """Let go of the lines that a reading holds."""
        self._since = [line for line in self._since if line.key not in known]
        self._written -= known

    def _let_go(self, line: L) -> None:
        """Let go of a line that the database refused."""
        self._since = [one for one in self._since if one.key != line.key]
