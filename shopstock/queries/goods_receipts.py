"""Posted goods receipts as a list to choose from, and what of their lines may still go back to the supplier.

Reversed ones are left out. What goods cost is given only to those who may see it.
"""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core.acting import Acting, Permission
from shopstock.core.units import DocumentId, Instant, ItemId, LineId, LocationId, Money, Qty, share
from shopstock.db.connection import Db

_STANDS = "NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = d.id)"


class ReceiptRow(NamedTuple):
    """A goods receipt; ``value`` is ``None`` for who may not see costs."""

    document_id: DocumentId
    document: str
    occurred_at: Instant
    supplier: str
    reference: str
    lines: int
    value: Money | None


class ReturnableLine(NamedTuple):
    """A received line: ``left`` of ``qty`` did not go back yet, and is worth ``value`` (``None``: not to be seen)."""

    line_id: LineId
    item_id: ItemId
    sku: str
    name: str
    location_id: LocationId
    qty: Qty
    left: Qty
    value: Money | None


def receipts(db: Db, acting: Acting, limit: int = 500) -> list[ReceiptRow]:
    """Return the goods receipts, the newest first."""
    may_see = acting.may(Permission.SEE_COST)
    return [
        ReceiptRow(
            id_, f"{prefix}-{number}", at, party, reference, lines, Money(value or 0) if may_see else None
        )
        for id_, prefix, number, at, party, reference, lines, value in db.rows(
            "SELECT d.id, s.prefix, d.number, d.occurred_at, d.party, d.reference, COUNT(l.id), SUM(l.value) "
            "FROM document d JOIN station s ON s.id = d.station_id JOIN document_line l ON l.document_id = d.id "
            f"AND l.kind = 'goods_receipt' WHERE d.kind = 'goods_receipt' AND {_STANDS} "
            "GROUP BY d.id, s.prefix, d.number, d.occurred_at, d.party, d.reference ORDER BY d.id DESC LIMIT ?",
            (limit,),
        )
    ]  # fmt: skip


def returnable(db: Db, acting: Acting, document_id: DocumentId) -> list[ReturnableLine]:
    """Return the lines of a goods receipt of which something may still go back."""
    may_see = acting.may(Permission.SEE_COST)
    found = []
    for line_id, item_id, sku, name, place, qty, value, gone in db.rows(
        "SELECT l.id, l.item_id, i.sku, i.name, l.location_id, l.qty, COALESCE(l.value, 0), "
        "COALESCE((SELECT SUM(b.qty) FROM document_line b WHERE b.of_line_id = l.id AND b.kind = 'supplier_return' "
        "AND NOT EXISTS (SELECT 1 FROM document_line r WHERE r.of_line_id = b.id AND r.kind = 'reversal')), 0) "
        "FROM document_line l JOIN item i ON i.id = l.item_id WHERE l.document_id = ? AND l.kind = 'goods_receipt' "
        "ORDER BY l.id",
        (document_id,),
    ):
        left = Qty(qty - gone)
        if left > 0:
            worth = share(Money(value), left, Qty(qty)) if may_see else None
            found.append(ReturnableLine(line_id, item_id, sku, name, place, Qty(qty), left, worth))
    return found
