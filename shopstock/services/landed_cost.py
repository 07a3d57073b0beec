"""Add freight, duty or other costs to goods that were booked in before, spread over one goods receipt or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shopstock.core import receiving
from shopstock.core.acting import Acting, Permission
from shopstock.core.document import Draft, DraftLine, Head
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.outcome import Changes, Refused
from shopstock.core.receiving import Basis, Spreadable
from shopstock.core.text import _
from shopstock.core.units import DocumentId, ItemId, LineId, LocationId, Money, Qty
from shopstock.db.connection import Db
from shopstock.services import permitted
from shopstock.services.posting_lines import INVOICE_DIFFERENCE

_LINES = (
    "SELECT l.id, l.item_id, l.location_id, l.qty, COALESCE(l.value, 0), i.name, i.weight FROM document_line l "
    "JOIN document d ON d.id = l.document_id JOIN item i ON i.id = l.item_id WHERE l.document_id IN ({marks}) "
    "AND l.kind IN ('goods_receipt', 'opening') AND d.kind IN ('goods_receipt', 'opening') ORDER BY l.id"
)


def lines_of(db: Db, document_ids: Sequence[DocumentId]) -> list[tuple[Any, ...]]:
    """Return (line, item, place, quantity, value, name, grams) of goods receipts; ``Refused`` for anything else."""
    ids = sorted(set(document_ids))
    rows = db.rows(
        _LINES.format(marks=", ".join("?" * len(ids))).replace("SELECT l.id", "SELECT l.document_id, l.id"), ids
    ) if ids else []  # fmt: skip
    if not ids or {row[0] for row in rows} != set(ids):
        raise Refused(_("A cost that comes late belongs to a goods receipt. Choose one."))
    return [row[1:] for row in rows]


def parts(
    db: Db, document_ids: Sequence[DocumentId], amount: Money, basis: Basis = Basis.VALUE,
    shares: Mapping[LineId, Money] | None = None,
) -> list[tuple[LineId, str, Money]]:  # fmt: skip
    """Return how a cost would be spread: (line, item's name, part); the parts sum to the amount."""
    rows = lines_of(db, document_ids)
    goods = [Spreadable(row[0], row[5], Qty(row[3]), Money(row[4]), row[6]) for row in rows]
    by_hand = {int(line): part for line, part in (shares or {}).items()}
    found = receiving.spread_cost(amount, goods, Basis(basis), by_hand)
    return [(LineId(row[0]), row[5], part) for row, part in zip(rows, found, strict=True)]


def draft(
    db: Db, head: Head, document_ids: Sequence[DocumentId], amount: Money, basis: Basis = Basis.VALUE,
    shares: Mapping[LineId, Money] | None = None, *, invoice_difference: bool = False,
) -> Draft:  # fmt: skip
    """Build a late cost. What is still held takes its share; what has gone is COGS, or price variance if asked."""
    if not amount:
        raise Refused(_("The amount is 0. Enter what the goods cost in addition."))
    rows = {row[0]: row for row in lines_of(db, document_ids)}
    lines = tuple(
        DraftLine(
            MovementKind.LANDED_COST, ItemId(rows[line_id][1]), Qty(rows[line_id][3]), LocationId(rows[line_id][2]),
            value=part, cause=INVOICE_DIFFERENCE if invoice_difference else "", of_line_id=line_id,
        )
        for line_id, _name, part in parts(db, document_ids, amount, basis, shares)
        if part
    )  # fmt: skip
    return Draft(
        DocumentKind.LANDED_COST, head.key, head.occurred_at, lines, reference=head.reference, party=head.party,
        note=head.note, of_document_id=document_ids[0] if len(set(document_ids)) == 1 else None,
    )  # fmt: skip


def post(
    db: Db, acting: Acting, head: Head, document_ids: Sequence[DocumentId], amount: Money,
    basis: Basis = Basis.VALUE, shares: Mapping[LineId, Money] | None = None,
) -> Changes:  # fmt: skip
    """Add a cost to one goods receipt or several; ``shares`` say by line what each carries, for ``Basis.BY_HAND``.

    A negative amount is a credit. Raises ``Refused`` for goods without a weight and parts that do not add up.
    """
    return permitted.post(
        db, acting, head.key, Permission.LANDED_COST, lambda: draft(db, head, document_ids, amount, basis, shares)
    )
