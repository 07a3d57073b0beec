"""Streams of rows side by side: what the audit compares, and the words with which it names a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

Row = tuple[Any, ...]
#: (table, row, what) of something that disagrees.
Finding = tuple[str, str, str]

#: What a line is at heart: for the reversal of a line, the kind of the line it reverses.
BASE = "CASE WHEN l.kind = 'reversal' THEN o.kind ELSE l.kind END"
#: Whether a line counts for (+1) or against (-1) its kind.
SIGN = "CASE WHEN l.kind = 'reversal' THEN -1 ELSE 1 END"
#: Movements that are COGS: sales, returns and their reversals, true-ups of sales, what is gone of a late cost.
IS_COGS = (
    f"(m.kind IN ('sale', 'customer_return') OR (m.kind = 'reversal' AND {BASE} IN ('sale', 'customer_return')) "
    f"OR (m.kind = 'cost_adjustment' AND {BASE} IN ('sale', 'landed_cost')))"
)
MOVEMENT_LINES = (
    "stock_movement m JOIN document_line l ON l.id = m.line_id LEFT JOIN document_line o ON o.id = l.of_line_id "
    "AND l.kind = 'reversal'"
)


def name(keys: Sequence[str], values: Sequence[Any]) -> str:
    """Name a row by its key: ``item_id 3, day 20260302``."""
    return ", ".join(f"{key} {value}" for key, value in zip(keys, values, strict=True))


def grouped(rows: Iterator[Row], width: int = 1) -> Iterator[tuple[Row, list[Row]]]:
    """Gather consecutive rows that share their first ``width`` columns."""
    for key, group in groupby(rows, key=lambda row: row[:width]):
        yield key, list(group)


class Follower:
    """Walks a stream of groups beside another one that leads; what the leader never asks for is left over."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._next: tuple[Any, list[Row]] | None = None
        self.orphans: list[Row] = []
        self._advance()

    def _advance(self) -> None:
        pair = next(self._groups, None)
        self._next = None if pair is None else (pair[0], list(pair[1]))

    def at(self, key: Any) -> list[Row]:
        """Return the rows of a key; keys must be asked for in rising order."""
        while self._next is not None and self._next[0] < key:
            self.orphans += self._next[1]
            self._advance()
        if self._next is not None and self._next[0] == key:
            rows = self._next[1]
            self._advance()
            return rows
        return []

    def rest(self) -> list[Row]:
        """Return what no key was asked for."""
        while self._next is not None:
            self.orphans += self._next[1]
            self._advance()
        return self.orphans


def compare(
    table: str, keys: Sequence[str], figures: Sequence[str], stored: Iterator[Row], expected: Sequence[Iterator[Row]]
) -> Iterator[Finding]:
    """Compare a summary with what the movements add up to; a row that is missing counts as zeros.

    Every stream is sorted by the key columns, which come first; the figures of the expected streams are added up.
    """
    width, count = len(keys), len(figures)
    streams = [stored, *expected]
    heads: list[Row | None] = [next(stream, None) for stream in streams]
    while any(head is not None for head in heads):
        key = min(head[:width] for head in heads if head is not None)
        found = [0] * count
        wanted = [0] * count
        for number, stream in enumerate(streams):
            total = wanted if number else found
            while (head := heads[number]) is not None and head[:width] == key:
                for place in range(count):
                    total[place] += head[width + place]
                heads[number] = next(stream, None)
        for place, figure in enumerate(figures):
            if found[place] != wanted[place]:
                yield table, name(keys, key), f"{figure} is {found[place]}, the movements say {wanted[place]}"
