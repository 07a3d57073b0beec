"""Take goods in: opening balance, goods receipt, and the costs that come late. Each function is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shopstock.core.acting import Acting, Permission
from shopstock.core.document import Draft, DraftLine, Goods, Head
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.units import DocumentId, ItemId, LineId, LocationId, Money, Qty, divide_half_even
from shopstock.db.connection import Db
from shopstock.services import permitted
from shopstock.services.posting_lines import INVOICE_DIFFERENCE


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


def spread_by_value(amount: Money, values: Sequence[int]) -> list[Money]:
    """Split an amount over values in proportion, so that the parts sum to it; over equal shares when all are 0."""
    weights = list(values) if any(values) else [1] * len(values)
    left, whole = int(amount), sum(weights)
    parts = []
    for weight in weights:
        part = left if weight == whole else divide_half_even(left * weight, whole) if whole else 0
        parts.append(Money(part))
        left -= part
        whole -= weight
    return parts


def landed_cost_draft(
    db: Db, acting: Acting, head: Head, of_document_id: DocumentId, amount: Money, *, invoice_difference: bool = False
) -> Draft:
    """Build a late cost of a posted goods receipt, spread over its lines by value.

    What is still held takes its share into stock; what has gone is COGS, or price variance for ``invoice_difference``
    (the supplier's invoice differs from what was received at). A negative amount is a credit.
    """
    rows = db.rows(
        "SELECT l.id, l.item_id, l.location_id, l.qty, l.value FROM document_line l JOIN document d "
        "ON d.id = l.document_id WHERE l.document_id = ? AND l.kind IN ('goods_receipt', 'opening') "
        "AND d.kind IN ('goods_receipt', 'opening') ORDER BY l.id",
        (of_document_id,),
    )
    if not rows:
        raise Refused(_("A cost that comes late belongs to a goods receipt. Choose one."))
    if not amount:
        raise Refused(_("The amount is 0. Enter what the goods cost in addition."))
    cause = INVOICE_DIFFERENCE if invoice_difference else ""
    parts = spread_by_value(amount, [value for *_rest, value in rows])
    lines = tuple(
        DraftLine(
            MovementKind.LANDED_COST, ItemId(item_id), Qty(qty), LocationId(location_id), value=part, cause=cause,
            of_line_id=LineId(line_id),
        )
        for (line_id, item_id, location_id, qty, _value), part in zip(rows, parts, strict=True)
        if part
    )  # fmt: skip
    return Draft(
        DocumentKind.LANDED_COST, head.key, head.occurred_at, lines, reference=head.reference, party=head.party,
        note=head.note, of_document_id=of_document_id,
    )  # fmt: skip


def post_landed_cost(
    db: Db, acting: Acting, head: Head, of_document_id: DocumentId, amount: Money, *, invoice_difference: bool = False
) -> Changes:
    """Add freight, duty or a changed invoice to goods that were booked in before."""

    def build() -> Draft:
        return landed_cost_draft(db, acting, head, of_document_id, amount, invoice_difference=invoice_difference)

    return permitted.post(db, acting, head.key, Permission.LANDED_COST, build)
