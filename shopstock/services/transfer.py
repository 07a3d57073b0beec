"""Move goods between places: at once, or dispatched first and arrived later. Value never moves.

Goods on their way are stock at the place of kind ``transit``. Each function is one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from shopstock.core import lots, names
from shopstock.core.acting import Acting, Permission
from shopstock.core.document import Draft, DraftLine, Goods, Head
from shopstock.core.lots import Holding
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.units import DocumentId, ItemId, LineId, LocationId, Qty, format_qty
from shopstock.db.connection import Db
from shopstock.services import permitted, posting


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

    Raises ``Refused`` for goods that are there already, for a place of another shop, and for more than is there: of an
    item over all lines, and of a lot that a line names. On PostgreSQL the items are held until it is posted.
    """
    if not goods:
        raise Refused(_("Nothing is put away. Scan the goods first."))

    def build() -> Draft:
        draft = transfer_draft(acting, head, goods, to_location_id)
        posting.hold(db, acting, key=head.key)
        if posting.there_already(db, head.key) is None:
            _check_shop(db, draft.lines, to_location_id)
            check_there(db, draft.lines)
        return draft

    return permitted.post(db, acting, head.key, Permission.TRANSFER, build)


def _check_shop(db: Db, lines: Sequence[DraftLine], to_location_id: LocationId) -> None:
    ids = [to_location_id, *sorted({line.location_id for line in lines})]
    rows = {
        row[0]: row[1:]
        for row in db.rows(
            "SELECT id, name, COALESCE(shop_id, id) FROM location WHERE kind <> 'transit' "
            f"AND (active = 1 OR id <> ?) AND id IN ({', '.join('?' * len(ids))})",
            (to_location_id, *ids),
        )
    }
    for place in ids:
        if place not in rows:
            raise Refused(_("There is no such place any more. Choose another one."))
        if rows[place][1] != rows[to_location_id][1]:
            raise Refused(
                _("{place} is in another shop than {other}. Begin a transfer to send goods there.").format(
                    place=rows[to_location_id][0], other=rows[place][0]
                )
            )


def check_there(db: Db, lines: Sequence[DraftLine]) -> None:
    """Raise ``Refused`` for more than is at a place, by item and by lot; nobody else moves these items from here on."""
    asked: dict[tuple[ItemId, LocationId], int] = {}
    lots_asked: dict[tuple[ItemId, LocationId], dict[tuple[str, int], int]] = {}
    for line in lines:
        place = (line.item_id, line.location_id)
        asked[place] = asked.get(place, 0) + line.qty
        if line.lot or line.expires:
            named = lots_asked.setdefault(place, {})
            lot = (names.clean(line.lot), int(line.expires))
            named[lot] = named.get(lot, 0) + line.qty
    ids = sorted({item_id for item_id, _place in asked})
    there: dict[tuple[ItemId, LocationId], int] = {}
    held: dict[tuple[ItemId, LocationId], list[Holding]] = {}
    for start in range(0, len(ids), 500):
        few = ids[start : start + 500]
        marks = ", ".join("?" * len(few))
        if db.engine == "postgresql":
            db.rows(f"SELECT item_id FROM item_pool WHERE item_id IN ({marks}) ORDER BY item_id FOR UPDATE", few)
        for item_id, location_id, qty in db.rows(
            f"SELECT item_id, location_id, on_hand FROM stock_level WHERE item_id IN ({marks})", few
        ):
            there[item_id, location_id] = qty
        if lots_asked:
            for item_id, location_id, *lot_row in db.rows(
                "SELECT o.item_id, l.location_id, o.id, o.code, o.expires, l.on_hand FROM lot o JOIN lot_level l "
                "ON l.lot_id = o.id JOIN item i ON i.id = o.item_id AND i.tracks = 'lot' "
                f"WHERE l.on_hand > 0 AND o.item_id IN ({marks})",
                few,
            ):
                held.setdefault((item_id, location_id), []).append(Holding._make(lot_row))
    for place, qty in asked.items():
        on_hand = max(0, there.get(place, 0))
        if qty > on_hand:
            raise Refused(_too_much(db, place, Qty(on_hand), Qty(qty)))
        unknown = on_hand - sum(one.qty for one in held.get(place, ()))
        for lot, wanted in lots_asked.get(place, {}).items() if place in held else ():
            of_lot = sum(one.qty for one in held[place] if lots.is_named(one, *lot))
            if wanted > of_lot + unknown:
                raise Refused(_too_much(db, place, Qty(of_lot + unknown), Qty(wanted), lot[0]))
            unknown -= max(0, wanted - of_lot)


def _too_much(db: Db, place: tuple[ItemId, LocationId], there: Qty, asked: Qty, lot: str = "") -> str:
    item, where = db.rows("SELECT i.name, o.name FROM item i, location o WHERE i.id = ? AND o.id = ?", place)[0]
    words = _("{item}: {there} at {place}, not {asked}. Take less, or count it there first.")
    if lot:
        words = _("{item}, lot {lot}: {there} at {place}, not {asked}. Take less, or count it there first.")
    return words.format(item=item, lot=lot, there=format_qty(there), place=where, asked=format_qty(asked))


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
    if any(belongs_to_one(db, one.of_line_id) for one in arriving if one.of_line_id is not None):
        raise Refused(_("These goods were sent by a transfer with a number. Book them in there."))
    return permitted.post(
        db,
        acting,
        head.key,
        Permission.TRANSFER,
        lambda: transfer_draft(acting, head, arriving, to_location_id, of_document_id),
    )


def belongs_to_one(db: Db, line_id: LineId) -> bool:
    """Tell whether a posted line is of a transfer with a number, which keeps account of what arrives of it."""
    return bool(
        db.value(
            "SELECT 1 FROM document_line l JOIN transfer_document t ON t.document_id = l.document_id WHERE l.id = ?",
            (line_id,),
        )
    )
