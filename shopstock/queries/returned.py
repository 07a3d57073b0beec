"""What customers brought back, line by line: when, in what condition, what became of it, why, and who took it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from shopstock.core import names
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.outcome import DocumentRef
from shopstock.core.units import Day, DocumentId, Instant, LineId, Money, Qty
from shopstock.core.write_offs import Purpose
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import causes


@dataclass(frozen=True, slots=True)
class ReturnSearch:
    """Which lines: of local days, both included; ``words`` are those of the item, the reason or the person."""

    since: Day | None = None
    until: Day | None = None
    words: str = ""


class ReturnedLine(NamedTuple):
    """One line that came back. ``condition``, ``outcome`` and ``reason`` are empty where nobody said any.

    ``of`` is the number of the sale it came from, empty without a receipt. ``amount`` is what was given back for it.
    """

    line_id: LineId
    document: DocumentRef
    at: Instant
    person: str
    sku: str
    name: str
    qty: Qty
    amount: Money
    condition: str
    outcome: str
    reason: str
    of: str
    reversed: bool


# Goods that come back stand on returns and, in an exchange, on sales.
_ROWS = (
    "SELECT l.id, d.id, d.kind, s.prefix, d.number, d.occurred_at, p.name, i.sku, i.name, l.qty, l.net + l.tax, "
    "COALESCE(r.condition, ''), COALESCE(r.outcome, ''), COALESCE(r.cause, ''), "
    "COALESCE((SELECT x.prefix || '-' || o.number FROM document_line ol JOIN document o ON o.id = ol.document_id "
    " JOIN station x ON x.id = o.station_id WHERE ol.id = l.of_line_id), ''), "
    "(SELECT count(*) FROM document u WHERE u.reverses_id = d.id) "
    "FROM document d JOIN document_line l ON l.document_id = d.id AND l.kind = ? JOIN item i ON i.id = l.item_id "
    "JOIN station s ON s.id = d.station_id JOIN person p ON p.id = d.by_id LEFT JOIN return_line r ON r.line_id = l.id "
    "WHERE d.kind IN (?, ?) AND d.occurred_at >= ? AND d.occurred_at < ? ORDER BY d.occurred_at DESC, l.id LIMIT ?"
)


def lines(db: Db, search: ReturnSearch, limit: int = 500) -> list[ReturnedLine]:
    """Return the lines that came back, the latest first."""
    low = 0 if search.since is None else clock.start_of(search.since)
    high = 2**62 if search.until is None else clock.end_of(search.until)
    reasons = causes.names_of(db, Purpose.RETURN)
    wanted = names.fold(search.words).split()
    found = []
    kinds = (MovementKind.CUSTOMER_RETURN, DocumentKind.CUSTOMER_RETURN, DocumentKind.SALE)
    for row in db.rows(_ROWS, (*kinds, low, high, limit)):
        (
            line_id,
            id_,
            kind,
            prefix,
            number,
            at,
            person,
            sku,
            name,
            qty,
            amount,
            condition,
            outcome,
            cause,
            of,
            undone,
        ) = row
        line = ReturnedLine(
            LineId(line_id), DocumentRef(DocumentId(id_), kind, f"{prefix}-{number}"), at, person, sku, name, Qty(qty),
            Money(amount), condition, outcome, str(reasons.get(cause, cause)), of, bool(undone),
        )  # fmt: skip
        text = names.fold(" ".join((line.sku, line.name, line.reason, line.person, line.document.number)))
        if all(word in text for word in wanted):
            found.append(line)
    return found
