"""Post what was counted: the ledger adjusts to it, against shrinkage. One transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shopstock.core.acting import Acting, Permission
from shopstock.core.document import Draft, DraftLine, Goods, Head
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.outcome import Changes
from shopstock.db.connection import Db
from shopstock.services import permitted


def count_draft(acting: Acting, head: Head, counted: Iterable[Goods]) -> Draft:
    """Build a count: ``qty`` is what is there, 0 included; what was expected is found out when it is posted.

    A ``lot`` says of what lot everything is that has no known one.
    """
    lines = tuple(
        DraftLine(
            MovementKind.COUNT, one.item_id, one.qty,
            one.location_id if one.location_id is not None else acting.location_id, cause=one.cause.strip(),
            lot=one.lot, expires=one.expires,
        )
        for one in counted
    )  # fmt: skip
    return Draft(
        DocumentKind.COUNT, head.key, head.occurred_at, lines, reference=head.reference, party=head.party,
        note=head.note,
    )  # fmt: skip


def post_count(db: Db, acting: Acting, head: Head, counted: Sequence[Goods]) -> Changes:
    """Adjust stock to what was counted."""
    return permitted.post(db, acting, head.key, Permission.POST_COUNT, lambda: count_draft(acting, head, counted))
