"""Move goods between places: at once, or dispatched first and arrived later. Value never moves.

Goods on their way are stock at the place of kind ``transit``. Each function is one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from shopstock.core.acting import Acting, Permission
from shopstock.core.document import Draft, DraftLine, Goods, Head
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.units import DocumentId, LocationId
from shopstock.db.connection import Db
from shopstock.services import permitted


def transfer_draft(
    acting: Acting, head: Head, goods: Iterable[Goods], to_location_id: LocationId,
    of_document_id: DocumentId | None = None,
) -> Draft:  # fmt: skip
    """Build a transfer that leaves and arrives at once."""
    lines = []
    for one in goods:
        place = one.location_id if one.location_id is not None else acting.location_id
        if place == to_location_id:
            raise Refused(_("Goods are there already. Choose two different places."))
        lines.append(
            DraftLine(
                MovementKind.TRANSFER, one.item_id, one.qty, place, to_location_id=to_location_id,
                of_line_id=one.of_line_id, lot=one.lot, expires=one.expires,
            )
        )  # fmt: skip
    return Draft(
        DocumentKind.TRANSFER, head.key, head.occurred_at, tuple(lines), reference=head.reference, party=head.party,
        note=head.note, of_document_id=of_document_id,
    )  # fmt: skip


def transfer(db: Db, acting: Acting, head: Head, goods: Sequence[Goods], to_location_id: LocationId) -> Changes:
    """Move goods from place to place at once."""
    return permitted.post(
        db, acting, head.key, Permission.TRANSFER, lambda: transfer_draft(acting, head, goods, to_location_id)
    )


def put_away(db: Db, acting: Acting, head: Head, goods: Sequence[Goods], to_location_id: LocationId) -> Changes:
    """Put goods away at another place of the shop they are in, at once.

    Raises ``Refused`` for goods that are there already, for a place of another shop, and for more than is there.
    """
    return transfer(db, acting, head, goods, to_location_id)


def transit_location(db: Db) -> LocationId:
    """Return the place where goods are while they are on their way."""
    found = db.value("SELECT id FROM location WHERE kind = 'transit' ORDER BY id LIMIT 1")
    if found is None:
        raise Refused(_("The shop has no place for goods in transit. Add one in the settings."))
    return LocationId(found)


def dispatch(db: Db, acting: Acting, head: Head, goods: Sequence[Goods]) -> Changes:
    """Send goods off: they are in transit until they arrive."""
    return transfer(db, acting, head, goods, transit_location(db))


def arrive(
    db: Db, acting: Acting, head: Head, goods: Iterable[Goods], to_location_id: LocationId, of_document_id: DocumentId
) -> Changes:
    """Book dispatched goods in, whole or in parts; each of the goods names the dispatched line by ``of_line_id``."""
    transit = transit_location(db)
    arriving = [replace(one, value=None, location_id=transit) for one in goods]
    if any(one.of_line_id is None for one in arriving):
        raise Refused(_("What arrives has to name what was dispatched."))
    return permitted.post(
        db,
        acting,
        head.key,
        Permission.TRANSFER,
        lambda: transfer_draft(acting, head, arriving, to_location_id, of_document_id),
    )
