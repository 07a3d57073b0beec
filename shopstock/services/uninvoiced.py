"""What was received and is not invoiced, kept line by line so that nobody ever has to look through all receipts.

Posting writes what comes in; invoices settle it here. What goes back to the supplier is owed as a credit and changes
nothing here: the invoice is for what came, the credit note for what went back. A row that is settled whole
is gone. Every function runs inside the transaction of its document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shopstock.core.units import DocumentId, LineId, Money, Qty
from shopstock.db.connection import Db

_MORE = (
    "INSERT INTO uninvoiced (line_id, qty, value) VALUES (?, ?, ?) ON CONFLICT (line_id) "
    "DO UPDATE SET qty = uninvoiced.qty + excluded.qty, value = uninvoiced.value + excluded.value"
)


def hold(db: Db, line_ids: Iterable[LineId]) -> None:
    """Let others wait who would invoice, send back or undo the same received lines."""
    if db.engine == "postgresql":
        for line_id in sorted(set(line_ids)):
            db.row("SELECT id FROM document_line WHERE id = ? FOR NO KEY UPDATE", (line_id,))
            db.row("SELECT line_id FROM uninvoiced WHERE line_id = ? FOR UPDATE", (line_id,))


def hold_document(db: Db, document_id: DocumentId) -> None:
    """Let others wait who would invoice what a goods receipt brought."""
    if db.engine == "postgresql":
        lines = "SELECT id FROM document_line WHERE document_id = ? AND kind = 'goods_receipt'"
        hold(db, [LineId(line_id) for (line_id,) in db.rows(lines, (document_id,))])


def goods_alone(db: Db, document_ids: Sequence[DocumentId]) -> None:
    """Take the charges that goods receipts carry out of what is not invoiced of their lines: they are kept apart."""
    db.run_many(
        "UPDATE uninvoiced SET value = (SELECT l.net FROM document_line l WHERE l.id = uninvoiced.line_id) "
        "WHERE line_id IN (SELECT id FROM document_line WHERE document_id = ?)",
        [(document_id,) for document_id in document_ids],
    )


def settle(db: Db, lines: Sequence[tuple[LineId, Qty, Money]]) -> None:
    """Take what an invoice covers off; ``(line, quantity, value it was received at)``."""
    db.run_many(
        "UPDATE uninvoiced SET qty = qty - ?, value = value - ? WHERE line_id = ?",
        [(qty, value, line_id) for line_id, qty, value in lines],
    )
    db.run_many("DELETE FROM uninvoiced WHERE line_id = ? AND qty = 0", [(line_id,) for line_id, _qty, _value in lines])


def open_again(db: Db, invoice_id: int) -> None:
    """Put what a reversed invoice covered back."""
    db.run_many(
        _MORE,
        db.rows(
            "SELECT line_id, qty, received_value FROM supplier_invoice_line WHERE invoice_id = ? AND qty > 0 "
            "ORDER BY line_id",
            (invoice_id,),
        ),
    )
