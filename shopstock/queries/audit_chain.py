"""Prove the documents: seals, numbers, balance, and that Inventory moves by what the movements carry."""

from __future__ import annotations

from collections.abc import Iterator

from shopstock.core import chain
from shopstock.db.connection import Db
from shopstock.queries.audit_streams import Finding, Follower, Row

_TOTAL = ("net", "tax", "discount", "cogs", "rounding")
_COGS_BY_DOCUMENT = (
    "SELECT m.document_id, -SUM(m.value) FROM stock_movement m JOIN document_line l ON l.id = m.line_id "
    "LEFT JOIN document_line o ON o.id = l.of_line_id AND l.kind = 'reversal' WHERE m.kind IN ('sale', "
    "'customer_return') OR (m.kind = 'reversal' AND o.kind IN ('sale', 'customer_return')) "
    "GROUP BY m.document_id ORDER BY m.document_id"
)
_REVENUE_BY_DOCUMENT = (
    "SELECT l.document_id, SUM({sign} * l.net), SUM({sign} * l.tax), SUM({sign} * l.discount) FROM document_line l "
    "LEFT JOIN document_line o ON o.id = l.of_line_id AND l.kind = 'reversal' "
    "GROUP BY l.document_id ORDER BY l.document_id"
).format(
    sign="(CASE WHEN l.kind = 'sale' THEN 1 WHEN l.kind = 'customer_return' THEN -1 WHEN o.kind = 'sale' THEN -1 "
    "WHEN o.kind = 'customer_return' THEN 1 ELSE 0 END)"
)


def check(db: Db) -> Iterator[Finding]:
    """Walk all documents in the order of posting."""
    lines = Follower(_by_document(db, "document_line", chain.LINE, "document_id, id", 1))
    movements = Follower(_by_document(db, "stock_movement", chain.MOVEMENT, "document_id, id", 1))
    payments = Follower(_by_document(db, "payment", chain.PAYMENT, "document_id, id", 0))
    journal = Follower(_by_document(db, "journal_line", chain.JOURNAL, "document_id, id", 0))
    costs = Follower(db.stream(_COGS_BY_DOCUMENT))
    revenue = Follower(db.stream(_REVENUE_BY_DOCUMENT))
    numbers: dict[int, int] = {}
    heads: dict[int, str] = {}
    columns = ", ".join((*chain.DOCUMENT, "hash"))
    for row in db.stream(f"SELECT {columns} FROM document ORDER BY id"):
        document, seal = row[:-1], row[-1]
        id, station = document[0], document[2]
        label = f"id {id}, station {station}, number {document[3]}"
        if document[3] != numbers.get(station, 0) + 1:
            yield "document", label, f"the number after {numbers.get(station, 0)} is missing"
        if document[-1] != heads.get(station, ""):
            yield "document", label, "does not follow on the seal of the document before it"
        numbers[station], heads[station] = document[3], seal
        own_lines, own_movements = _own(lines.at(id)), _own(movements.at(id))
        own_payments, own_journal = _own(payments.at(id)), _own(journal.at(id))
        if chain.seal(document, own_lines, own_movements, own_payments, own_journal) != seal:
            yield "document", label, "it, its lines, movements, payments or journal were changed after posting"
        yield from _balance(label, own_movements, own_journal)
        totals = dict(zip(chain.DOCUMENT, document, strict=True))
        wanted = (*(revenue.at(id) or [(id, 0, 0, 0)])[0][1:], (costs.at(id) or [(id, 0)])[0][1])
        for figure, value in zip(_TOTAL, wanted, strict=False):
            if totals[figure] != value:
                yield "document", label, f"{figure} is {totals[figure]}, its lines say {value}"
        if own_payments and sum(row[2] for row in own_payments) != totals["net"] + totals["tax"] + totals["rounding"]:
            yield "payment", label, "the payments do not sum to the document's total"
    for table, follower in (
        ("document_line", lines), ("stock_movement", movements), ("payment", payments), ("journal_line", journal),
    ):  # fmt: skip
        for row in follower.rest():
            yield table, f"document_id {row[0]}", "belongs to no document"
    for id, number, head in db.rows("SELECT id, last_number, head_hash FROM station ORDER BY id"):
        if number != numbers.get(id, 0):
            yield "station", f"id {id}", f"last_number is {number}, its last document has {numbers.get(id, 0)}"
        if head != heads.get(id, ""):
            yield "station", f"id {id}", "head_hash is not the seal of its last document"


def _by_document(db: Db, table: str, columns: tuple[str, ...], order: str, document: int) -> Iterator[Row]:
    """Stream a table's sealed columns behind the id of their document."""
    return db.stream(f"SELECT {columns[document]}, {', '.join(columns)} FROM {table} ORDER BY {order}")


def _own(rows: list[Row]) -> list[Row]:
    return [row[1:] for row in rows]


def _balance(label: str, movements: list[Row], journal: list[Row]) -> Iterator[Finding]:
    amounts = [row[3] for row in journal]
    if sum(amounts):
        yield "journal_line", label, f"the journal entry lacks {-sum(amounts)} to balance"
    inventory = sum(row[3] for row in journal if row[1] == "inventory")
    carried = sum(row[7] for row in movements)
    if inventory != carried:
        yield "journal_line", label, f"Inventory moves by {inventory}, the movements carry {carried}"
