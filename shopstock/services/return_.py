"""Take goods back from customers, and send goods back to suppliers. Each function is one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from shopstock.core.acting import Acting, Permission
from shopstock.core.document import Draft, DraftLine, DraftPayment, Goods, Head
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.units import Day, DocumentId, ItemId, LineId, LocationId, Money, Qty, share
from shopstock.db.connection import Db
from shopstock.services import permitted

_SALE_LINE = (
    "SELECT kind, item_id, qty, unit_price, list_price, discount, net, tax, tax_rate, code, description "
    "FROM document_line WHERE id = ?"
)
_BACK_ALREADY = (
    "SELECT COALESCE(SUM(l.qty), 0), COALESCE(SUM(l.discount), 0), COALESCE(SUM(l.net), 0), COALESCE(SUM(l.tax), 0) "
    "FROM document_line l WHERE l.of_line_id = ? AND l.kind = 'customer_return' "
    "AND NOT EXISTS (SELECT 1 FROM document_line r WHERE r.of_line_id = l.id AND r.kind = 'reversal')"
)
# What a sale's line took of each lot, less what came back, the last one first: as the ledger puts it back.
_LOTS_LEFT = (
    "SELECT o.code, o.expires, -SUM(v.qty) FROM (SELECT id, document_id FROM document_line WHERE id = ? "
    "UNION SELECT id, document_id FROM document_line WHERE of_line_id = ? "
    "UNION SELECT r.id, r.document_id FROM document_line r JOIN document_line l ON r.of_line_id = l.id "
    "WHERE l.of_line_id = ?) f JOIN stock_movement m ON m.document_id = f.document_id AND m.line_id = f.id "
    "JOIN lot_movement v ON v.movement_id = m.id JOIN lot o ON o.id = v.lot_id "
    "GROUP BY v.lot_id, o.code, o.expires HAVING SUM(v.qty) < 0 ORDER BY MIN(v.id) DESC"
)


class LotLeft(NamedTuple):
    """So much of a lot that left with a sale and has not come back."""

    lot: str
    expires: Day
    qty: Qty


def lots_left(db: Db, of_line_id: LineId) -> list[LotLeft]:
    """Return the lots that left with a line of a sale and have not come back, in the order in which they do."""
    return [LotLeft(code, Day(expires), Qty(int(qty))) for code, expires, qty in db.rows(_LOTS_LEFT, (of_line_id,) * 3)]


def of_lots(line: DraftLine, left: list[LotLeft]) -> list[tuple[DraftLine, Qty]]:
    """Split what comes back by the lots that it is of, taking them out of ``left``; the rest has an unknown lot."""
    parts = []
    rest = line.qty
    while rest and left:
        first = left.pop(0)
        qty = Qty(min(rest, first.qty))
        parts.append((replace(line, lot=first.lot, expires=first.expires), qty))
        rest = Qty(rest - qty)
        if qty < first.qty:
            left.insert(0, first._replace(qty=Qty(first.qty - qty)))
    return [*parts, (line, rest)] if rest else parts


def line_of_sale(db: Db, of_line_id: LineId, qty: Qty, location_id: LocationId) -> DraftLine:
    """Build the line that takes ``qty`` of a sold line back at the price paid; the last unit takes the remainder.

    Raises ``Refused`` when that line is no sale or less of it is left.
    """
    sold = db.row(_SALE_LINE, (of_line_id,))
    if sold is None or sold[0] != MovementKind.SALE:
        raise Refused(_("A return can only name a sale."))
    _kind, item_id, sold_qty, unit_price, list_price, discount, net, tax, tax_rate, code, description = sold
    back = db.row(_BACK_ALREADY, (of_line_id,))
    assert back is not None
    left = Qty(sold_qty - back[0])
    if not 0 < qty <= left:
        raise Refused(_("More comes back than is left of that line. Check the quantity."))
    parts = [share(Money(whole - gone), qty, left) for whole, gone in zip((discount, net, tax), back[1:], strict=True)]
    return DraftLine(
        MovementKind.CUSTOMER_RETURN, ItemId(item_id), qty, location_id, unit_price=unit_price, list_price=list_price,
        discount=parts[0], net=parts[1], tax=parts[2], tax_rate=tax_rate, of_line_id=of_line_id, code=code,
        description=description,
    )  # fmt: skip


def damaged(line: DraftLine, cause: str) -> DraftLine:
    """Build the write-off that follows a returned line whose goods cannot be sold again."""
    return DraftLine(
        MovementKind.WRITE_OFF, line.item_id, line.qty, line.location_id, cause=cause, lot=line.lot,
        expires=line.expires,
    )  # fmt: skip


def customer_return_draft(
    head: Head,
    lines: Sequence[DraftLine],
    payments: Sequence[DraftPayment] = (),
    *,
    of_document_id: DocumentId | None = None,
    rounding: Money = Money(0),
    shift_id: int | None = None,
) -> Draft:
    """Build a customer return from priced lines; the payments are negative and sum to what is paid back."""
    return Draft(
        DocumentKind.CUSTOMER_RETURN, head.key, head.occurred_at, tuple(lines), tuple(payments),
        reference=head.reference, party=head.party, note=head.note, of_document_id=of_document_id, rounding=rounding,
        shift_id=shift_id,
    )  # fmt: skip


def post_customer_return(db: Db, acting: Acting, draft: Draft) -> Changes:
    """Take goods back: at the cost that left when each line names its sale, else at current cost, by another right.

    Whoever may take goods back may write off in the same document what came back damaged, and nothing else.
    """
    returned = [line for line in draft.lines if line.kind == MovementKind.CUSTOMER_RETURN]
    back = Counter[ItemId]()
    for line in draft.lines:
        back[line.item_id] += line.qty if line.kind == MovementKind.CUSTOMER_RETURN else -line.qty
    others = {line.kind for line in draft.lines} - {MovementKind.CUSTOMER_RETURN, MovementKind.WRITE_OFF}
    if others or min(back.values(), default=0) < 0:
        raise Refused(_("Only what came back can be written off with it. Write other goods off by themselves."))
    named = all(line.of_line_id is not None for line in returned)
    permission = Permission.RETURN_WITH_SALE if named else Permission.RETURN_WITHOUT_SALE
    return permitted.post(db, acting, draft.key, permission, lambda: draft)


def supplier_return_draft(acting: Acting, head: Head, goods: Iterable[Goods]) -> Draft:
    """Build a return to a supplier; ``value`` is the supplier's credit for the line (its cost if unset)."""
    lines = tuple(
        DraftLine(
            MovementKind.SUPPLIER_RETURN, one.item_id, one.qty,
            one.location_id if one.location_id is not None else acting.location_id, value=one.value,
            of_line_id=one.of_line_id, cause=one.cause, lot=one.lot, expires=one.expires,
        )
        for one in goods
    )  # fmt: skip
    return Draft(
        DocumentKind.SUPPLIER_RETURN, head.key, head.occurred_at, lines, reference=head.reference, party=head.party,
        note=head.note,
    )  # fmt: skip


def post_supplier_return(db: Db, acting: Acting, head: Head, goods: Sequence[Goods]) -> Changes:
    """Send goods back at carrying cost; what the credit differs is price variance."""
    return permitted.post(
        db, acting, head.key, Permission.SUPPLIER_RETURN, lambda: supplier_return_draft(acting, head, goods)
    )
