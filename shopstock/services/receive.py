"""Take goods in: opening balance, goods receipt, and the costs that come late. Each function is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shopstock.core.acting import Acting, Permission
from shopstock.core.document import Draft, DraftLine, Goods, Head
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.units import DocumentId, Money
from shopstock.db.connection import Db
from shopstock.services import landed_cost, permitted


def goods_receipt_draft(acting: Acting, head: Head, goods: Iterable[Goods]) -> Draft:
    """Build a goods receipt; every ``value`` is the whole cost of its line, net of recoverable tax and discount."""
    return _arrival(acting, head, goods, DocumentKind.GOODS_RECEIPT, MovementKind.GOODS_RECEIPT)


def opening_draft(acting: Acting, head: Head, goods: Iterable[Goods]) -> Draft:
    """Build an opening balance: what was there, and what it cost, when the shop began with this program."""
    return _arrival(acting, head, goods, DocumentKind.OPENING, MovementKind.OPENING)


def _arrival(acting: Acting, head: Head, goods: Iterable[Goods], kind: DocumentKind, line_kind: MovementKind) -> Draft:
    lines = []
    for one in goods:
        if one.value is None or one.value < 0:
            raise Refused(_("Goods come in at a cost of 0 or more. Enter what they cost."))
        place = one.location_id if one.location_id is not None else acting.location_id
        lines.append(
            DraftLine(line_kind, one.item_id, one.qty, place, value=one.value, lot=one.lot, expires=one.expires)
        )
    return Draft(
        kind, head.key, head.occurred_at, tuple(lines), reference=head.reference, party=head.party, note=head.note
    )


def post_goods_receipt(db: Db, acting: Acting, head: Head, goods: Sequence[Goods]) -> Changes:
    """Book goods in from a supplier."""
    return permitted.post(db, acting, head.key, Permission.RECEIVE, lambda: goods_receipt_draft(acting, head, goods))


def post_opening(db: Db, acting: Acting, head: Head, goods: Sequence[Goods]) -> Changes:
    """Book an opening balance."""
    return permitted.post(db, acting, head.key, Permission.OPENING, lambda: opening_draft(acting, head, goods))


def post_landed_cost(
    db: Db, acting: Acting, head: Head, of_document_id: DocumentId, amount: Money, *, invoice_difference: bool = False
) -> Changes:
    """Add freight, duty or a changed invoice to goods that were booked in before."""

    def build() -> Draft:
        return landed_cost.draft(db, head, [of_document_id], amount, invoice_difference=invoice_difference)

    return permitted.post(db, acting, head.key, Permission.LANDED_COST, build)
