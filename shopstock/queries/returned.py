"""What customers brought back, line by line: when, in what condition, what became of it, why, and who took it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from shopstock.core import names
from shopstock.core.outcome import DocumentRef
from shopstock.core.units import Day, DocumentId, Instant, LineId, Money, Qty
from shopstock.core.write_offs import Purpose
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import causes


@dataclass(frozen=True, slots=True)
class ReturnSearch:
    """Which lines: of local days, both included; ``words`` are of the item, the number, the reason or the person."""

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


# Goods that come back stand on returns and, in an exchange, on sales. Their kind is written out for the index of them.
_ROWS = (
    "SELECT l.id, d.id, d.kind, s.prefix, d.number, d.occurred_at, p.name, i.sku, i.name, l.qty, l.net + l.tax, "
    "COALESCE(r.condition, ''), COALESCE(r.outcome, ''), COALESCE(r.cause, ''), "
    "COALESCE((SELECT x.prefix || '-' || o.number FROM document_line ol JOIN document o ON o.id = ol.document_id "
    " JOIN station x ON x.id = o.station_id WHERE ol.id = l.of_line_id), ''), "
    "(SELECT count(*) FROM document u WHERE u.reverses_id = d.id) "
    "FROM document_line l JOIN document d ON d.id = l.document_id JOIN item i ON i.id = l.item_id "
    "JOIN station s ON s.id = d.station_id JOIN person p ON p.id = d.by_id LEFT JOIN return_line r ON r.line_id = l.id "
    "LEFT JOIN item_search w ON w.rowid = i.id "
    "WHERE l.kind = 'customer_return' AND d.occurred_at >= ? AND d.occurred_at < ? {words} "
    "ORDER BY d.occurred_at DESC, l.id LIMIT ?"
)
_WORD = (
    "AND ({holds}(COALESCE(w.text, i.name_key || ' ' || i.sku_key), ?) > 0 "
    "OR {holds}(s.prefix || '-' || d.number, ?) > 0 OR d.by_id IN ({people}) OR r.cause IN ({causes}))"
)


def lines(db: Db, search: ReturnSearch, limit: int = 500) -> list[ReturnedLine]:
    """Return the latest lines that came back and hold every word, the latest first."""
    low = 0 if search.since is None else clock.start_of(search.since)
    high = 2**62 if search.until is None else clock.end_of(search.until)
    reasons = {key: str(name) for key, name in causes.names_of(db, Purpose.RETURN).items()}
    conditions, values = _words(db, search.words, reasons)
    return [
        ReturnedLine(
            LineId(line_id), DocumentRef(DocumentId(id_), kind, f"{prefix}-{number}"), at, person, sku, name, Qty(qty),
            Money(amount), condition, outcome, str(reasons.get(cause, cause)), of, bool(undone),
        )
        for (
            line_id, id_, kind, prefix, number, at, person, sku, name, qty, amount, condition, outcome, cause, of,
            undone,
        ) in db.rows(_ROWS.format(words=conditions), (low, high, *values, limit))
    ]  # fmt: skip


def _words(db: Db, text: str, reasons: Mapping[str, str]) -> tuple[str, list[object]]:
    """Return the condition that a line holds every word: its item (with its codes), number, person or reason."""
    wanted = list(dict.fromkeys(names.fold(text).split()))
    staff = [(id_, names.fold(name)) for id_, name in db.rows("SELECT id, name FROM person ORDER BY id")]
    conditions, values = [], list[object]()
    for word in wanted:
        people = [id_ for id_, name in staff if word in name]
        keys = [key for key, name in reasons.items() if word in names.fold(name)]
        conditions.append(
            _WORD.format(
                holds="strpos" if db.engine == "postgresql" else "instr",
                people=", ".join("?" * len(people)) or "NULL", causes=", ".join("?" * len(keys)) or "NULL",
            )
        )  # fmt: skip
        values += [word, word, *people, *keys]
    return " ".join(conditions), values
