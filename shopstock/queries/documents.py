"""Find a document by the number that is printed on it."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core.units import DocumentId, Instant
from shopstock.db.connection import Db

_MOST_DIGITS = 15


class FoundDocument(NamedTuple):
    """A document as a list names it; ``by`` is who made it."""

    id: DocumentId
    kind: str
    number: str
    occurred_at: Instant
    by: str


def numbered(db: Db, text: str, limit: int = 8) -> list[FoundDocument]:
    """Return the documents of a number as it is printed (``1-10418``) or of its last part (``10418``), latest first.

    Words before the number ("sale 1-10418") do not matter; a text without a number finds nothing.
    """
    last = text.rsplit(maxsplit=1)[-1] if text.split() else ""
    prefix, dash, number = last.rpartition("-")
    if not (number.isascii() and number.isdigit()) or len(number) > _MOST_DIGITS:
        return []
    # By station, because a number is kept under its station: a few of them, each one step in the index.
    stations = db.rows("SELECT id, prefix FROM station ORDER BY id")
    found = [
        FoundDocument(id_, kind, f"{known}-{counted}", at, by)
        for station, known in stations
        if not dash or known.casefold() == prefix.casefold()
        for id_, kind, counted, at, by in db.rows(
            "SELECT d.id, d.kind, d.number, d.occurred_at, p.name FROM document d JOIN person p ON p.id = d.by_id"
            " WHERE d.station_id = ? AND d.number = ?",
            (station, int(number)),
        )
    ]
    return sorted(found, key=lambda document: -document.occurred_at)[:limit]
