"""Write goods off, and take in what was found. Each function is one transaction, each line has its cause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shopstock.core.acting import Acting, Permission
from shopstock.core.document import Draft, DraftLine, Goods, Head
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.db.connection import Db
from shopstock.services import permitted


def write_off_draft(acting: Acting, head: Head, goods: Iterable[Goods]) -> Draft:
    """Build a write-off: out at cost, against write-offs by cause."""
    return _adjustment(acting, head, goods, DocumentKind.WRITE_OFF, MovementKind.WRITE_OFF)


def found_draft(acting: Acting, head: Head, goods: Iterable[Goods]) -> Draft:
    """Build found goods: in at the newest cost, or at their ``value`` if one is given."""
    return _adjustment(acting, head, goods, DocumentKind.FOUND, MovementKind.FOUND)


def _adjustment(
    acting: Acting, head: Head, goods: Iterable[Goods], kind: DocumentKind, line_kind: MovementKind
) -> Draft:
    lines = []
    for one in goods:
        if not one.cause.strip():
            raise Refused(_("Say why: every write-off and every find needs a cause."))
        place = one.location_id if one.location_id is not None else acting.location_id
        value = one.value if kind == DocumentKind.FOUND else None
        if value is not None and value < 0:
            raise Refused(_("Goods come in at a cost of 0 or more. Enter what they cost."))
        lines.append(
            DraftLine(
                line_kind, one.item_id, one.qty, place, value=value, cause=one.cause.strip(), lot=one.lot,
                expires=one.expires,
            )
        )  # fmt: skip
    return Draft(
        kind, head.key, head.occurred_at, tuple(lines), reference=head.reference, party=head.party, note=head.note
    )


def write_off(db: Db, acting: Acting, head: Head, goods: Sequence[Goods]) -> Changes:
    """Write goods off."""
    return permitted.post(db, acting, head.key, Permission.WRITE_OFF, lambda: write_off_draft(acting, head, goods))


def found(db: Db, acting: Acting, head: Head, goods: Sequence[Goods]) -> Changes:
    """Take in what was found; a cost other than the newest one needs the right to set costs."""
    own_cost = any(one.value is not None for one in goods)
    permission = Permission.LANDED_COST if own_cost else Permission.FOUND
    return permitted.post(db, acting, head.key, permission, lambda: found_draft(acting, head, goods))
