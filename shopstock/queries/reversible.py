"""Whether a posted document can be undone by a counter-document, and if not, why, without trying.

Services ask the same questions once they hold the document; see :func:`shopstock.services.reverse.reversal_draft`.
"""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core.movements import DocumentKind
from shopstock.core.text import _
from shopstock.core.units import DocumentId
from shopstock.db.connection import Db
from shopstock.queries import supplier_invoices

_NEVER = (DocumentKind.REVERSAL, DocumentKind.CASH_UP)
_REFERRED = (
    "SELECT s.prefix, d.number FROM document_line l JOIN document_line r ON r.of_line_id = l.id "
    "JOIN document d ON d.id = r.document_id JOIN station s ON s.id = d.station_id "
    "WHERE l.document_id = ? AND d.reverses_id IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = d.id) ORDER BY d.id LIMIT 1"
)


class Obstacle(NamedTuple):
    """Why a document cannot be reversed; ``as_return`` tells that its goods may come back as a customer return."""

    sentence: str
    as_return: bool = False


def obstacle(db: Db, document_id: DocumentId) -> Obstacle | None:
    """Return what stands against reversing a document; ``None`` if nothing does."""
    row = db.row(
        "SELECT d.kind, s.closed_at, EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = d.id) FROM document d "
        "LEFT JOIN shift s ON s.id = d.shift_id WHERE d.id = ?",
        (document_id,),
    )
    if row is None:
        return Obstacle(_("There is no such document."))
    kind, closed_at, was_reversed = row
    if kind in _NEVER:
        return Obstacle(_("A document of this kind cannot be reversed. Post a new one instead."))
    if was_reversed:
        return Obstacle(_("This document was reversed before."))
    if closed_at is not None:
        return Obstacle(
            _("This stands on a Z report already. Take the goods back as a return, or pay the money in or out."),
            kind == DocumentKind.SALE,
        )
    referring = db.row(_REFERRED, (document_id,))
    if referring is not None:
        return Obstacle(
            _("Document {number} builds on this one. Reverse that one first.").format(
                number=f"{referring[0]}-{referring[1]}"
            )
        )
    invoice = supplier_invoices.built_on(db, document_id)
    if invoice is not None:
        return Obstacle(_("Invoice {number} builds on this. Reverse that one first.").format(number=invoice))
    return None
