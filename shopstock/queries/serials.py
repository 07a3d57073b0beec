"""Serial numbers: who sold which piece when, and which came back."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core import names
from shopstock.core.units import DocumentId, Instant, ItemId, LineId
from shopstock.db.connection import Db


class SerialRow(NamedTuple):
    """A serial number as a sale or a return (``kind`` of the line) named it."""

    number: str
    item_id: ItemId
    sku: str
    name: str
    kind: str
    document_id: DocumentId
    document: str
    at: Instant
    person: str
    customer: str


def find(db: Db, words: str, limit: int = 50) -> list[SerialRow]:
    """Return the sales and returns of serial numbers that begin with what was typed, the latest first."""
    key = names.key(words)
    if not key:
        return []
    return [
        SerialRow._make(row)
        for row in db.rows(
            "SELECT n.number, n.item_id, i.sku, i.name, l.kind, d.id, s.prefix || '-' || d.number, d.occurred_at,"
            " p.name, d.party FROM serial_number n JOIN item i ON i.id = n.item_id"
            " JOIN document_line l ON l.id = n.line_id JOIN document d ON d.id = l.document_id"
            " JOIN station s ON s.id = d.station_id JOIN person p ON p.id = d.by_id"
            " WHERE n.number_key >= ? AND n.number_key < ? ORDER BY d.occurred_at DESC, n.id DESC LIMIT ?",
            (key, key + "\U0010ffff", limit),
        )
    ]


def of_document(db: Db, document_id: DocumentId) -> dict[LineId, tuple[str, ...]]:
    """Return the serial numbers that the lines of a document name."""
    found: dict[LineId, tuple[str, ...]] = {}
    for line_id, number in db.rows(
        "SELECT n.line_id, n.number FROM document_line l JOIN serial_number n ON n.line_id = l.id"
        " WHERE l.document_id = ? ORDER BY n.id",
        (document_id,),
    ):
        found[line_id] = (*found.get(line_id, ()), number)
    return found


def not_back(db: Db, document_id: DocumentId) -> dict[LineId, tuple[str, ...]]:
    """Return, by line of a sale, the serial numbers that no return that stands has brought back."""
    back = {
        (line_id, number_key)
        for line_id, number_key in db.rows(
            "SELECT b.of_line_id, n.number_key FROM document_line l JOIN document_line b ON b.of_line_id = l.id"
            " JOIN serial_number n ON n.line_id = b.id WHERE l.document_id = ? AND b.kind = 'customer_return'"
            " AND NOT EXISTS (SELECT 1 FROM document v WHERE v.reverses_id = b.document_id)",
            (document_id,),
        )
    }
    return {
        line_id: tuple(number for number in numbers if (line_id, names.key(number)) not in back)
        for line_id, numbers in of_document(db, document_id).items()
    }
