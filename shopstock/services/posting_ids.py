"""Where the ids of new rows come from: counted on SQLite, drawn from the sequences in blocks on PostgreSQL.

Movements of an item must rise in the order of posting (the audit replays them by id), so on PostgreSQL ids are drawn
only after the items are locked, and a block is dropped when more items are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from shopstock.db.connection import Db

_TABLES = ("document", "document_line", "stock_movement", "cost_layer", "shortfall", "consumption")


@dataclass(slots=True)
class Ids:
    """Each hands out the next id of its table."""

    document: Callable[[], int]
    line: Callable[[], int]
    movement: Callable[[], int]
    layer: Callable[[], int]
    shortfall: Callable[[], int]
    consumption: Callable[[], int]


def counted(db: Db) -> Ids:
    """Count on from the largest ids: inside the write transaction nobody else can take them."""
    top = db.row("SELECT " + ", ".join(f"(SELECT max(id) FROM {table})" for table in _TABLES))
    assert top is not None
    return Ids(*(count((largest or 0) + 1).__next__ for largest in top))


class Blocks:
    """Ids drawn from PostgreSQL's sequences, many at a time."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._blocks: dict[str, list[int]] = {table: [] for table in _TABLES}
        self.ids = Ids(*(self._drawing(table) for table in _TABLES))

    def _drawing(self, table: str) -> Callable[[], int]:
        block = self._blocks[table]

        def draw() -> int:
            if not block:
                self._draw({table: 200})
            return block.pop()

        return draw

    def _draw(self, wanted: dict[str, int]) -> None:
        one = "SELECT {0}, nextval('{1}_id_seq') FROM generate_series(1, {2})"
        tables = list(wanted)
        text = " UNION ALL ".join(one.format(n, table, wanted[table]) for n, table in enumerate(tables))
        drawn: list[list[int]] = [[] for _table in tables]
        for n, id in self._db.rows(text):
            drawn[n].append(id)
        for table, ids in zip(tables, drawn, strict=True):
            self._blocks[table][:] = sorted(ids, reverse=True)

    def prepare(self, lines: int, *, more_items: bool) -> None:
        """Have ids at hand for a document of so many lines, with one statement; afresh when items were locked."""
        if not more_items and self._blocks["document"]:
            return
        most = 1 if more_items else 100  # many items already locked means many documents: draw ahead
        self._draw(
            {
                "document": most, "document_line": max(lines, 4 * most), "stock_movement": max(lines + 2, 4 * most),
                "consumption": max(lines + 4, 4 * most), "cost_layer": max(lines, most), "shortfall": most,
            }
        )  # fmt: skip
