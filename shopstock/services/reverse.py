"""Undo a posted document by a counter-document that names it: at the very values it moved, or not at all.

What stands on a Z report stays: goods of such a sale come back as a return, in a shift of today.
"""

from __future__ import annotations

from dataclasses import replace

from shopstock.core.acting import Acting, Permission
from shopstock.core.document import Draft, DraftLine, DraftPayment, Head
from shopstock.core.movements import Account, DocumentKind, MovementKind
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.units import DocumentId, LineId, Money
from shopstock.db.connection import Db
from shopstock.queries import reversible
from shopstock.services import (
    cash,
    order_goods,
    order_lines,
    permitted,
    posting,
    supplier_invoices,
    transfers,
    vouchers,
)

_LINES = (
    "SELECT id, item_id, qty, location_id, to_location_id, value, unit_price, list_price, discount, net, tax, "
    "tax_rate, cause, code, description FROM document_line WHERE document_id = ? ORDER BY id DESC"
)
_PAYMENTS = (
    "SELECT p.method_id, m.account, m.name, p.amount, p.reference FROM payment p "
    "JOIN payment_method m ON m.id = p.method_id WHERE p.document_id = ? ORDER BY p.id"
)


def reversal_draft(db: Db, acting: Acting, head: Head, document_id: DocumentId) -> Draft:
    """Build the counter-document of a posted one; raise ``Refused`` for what cannot be undone by one.

    The note of the head is the reason. What stands against it is told by :func:`queries.reversible.obstacle`.
    What moved money in a shift is paid back from the drawer at this station, in the shift that runs there.
    """
    if not head.note.strip():
        raise Refused(_("Say why it is reversed: the reason stands on both documents."))
    supplier_invoices.hold_document(db, document_id)
    obstacle = reversible.obstacle(db, document_id)
    if obstacle is not None:
        raise Refused(obstacle.sentence)
    kind, rounding, shift_id = db.rows("SELECT kind, rounding, shift_id FROM document WHERE id = ?", (document_id,))[0]
    lines = tuple(
        DraftLine(
            MovementKind.REVERSAL, item_id, qty, location_id, to_location_id, value, unit_price, list_price, discount,
            net, tax, tax_rate, cause, LineId(id), code, description,
        )
        for (
            id, item_id, qty, location_id, to_location_id, value, unit_price, list_price, discount, net, tax, tax_rate,
            cause, code, description,
        ) in db.rows(_LINES, (document_id,))
    )  # fmt: skip
    payments = tuple(
        DraftPayment(method_id, Account(account), name, Money(-amount), Money(-amount), Money(0), reference)
        for method_id, account, name, amount, reference in db.rows(_PAYMENTS, (document_id,))
    )
    amounts: tuple[tuple[Account, str, Money], ...] = ()
    if not lines:
        amounts = tuple(
            (Account(account), detail, Money(-amount))
            for account, detail, amount in db.rows(
                "SELECT account, detail, amount FROM journal_line WHERE document_id = ? ORDER BY id", (document_id,)
            )
        )
    elif kind == DocumentKind.SUPPLIER_INVOICE:
        amounts = supplier_invoices.reversal_amounts(db, document_id)
    return Draft(
        DocumentKind.REVERSAL, head.key, head.occurred_at, lines, payments, amounts, reference=head.reference,
        party=head.party, note=head.note, of_document_id=document_id, reverses_id=document_id,
        shift_id=None if shift_id is None else cash.ensure_shift(db, acting), rounding=Money(-rounding),
    )  # fmt: skip


def reverse(db: Db, acting: Acting, head: Head, document_id: DocumentId) -> Changes:
    """Undo a posted document; goods of a purchase order are on order again."""
    there = posting.there_already(db, head.key)
    if there is not None:
        return there

    def work() -> Changes:
        transfers.before_reversal(db, document_id)
        changes = permitted.post(
            db, acting, head.key, Permission.REVERSE, lambda: reversal_draft(db, acting, head, document_id)
        )
        if changes.existing or changes.document is None:
            return changes
        topics = changes.topics
        if order_goods.note_reversed(db, changes.document.id):
            topics |= order_lines.TOPICS
        if supplier_invoices.note_reversed(db, document_id):
            topics |= supplier_invoices.TOPICS
        if transfers.note_reversed(db, document_id):
            topics |= transfers.TOPICS
        if vouchers.note_reversed(db, acting, document_id, changes.document.id):
            topics |= {"vouchers"}
        return replace(changes, topics=topics)

    return posting.as_a_whole(db, work)
