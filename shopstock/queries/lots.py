"""Lots of an item: which are where, which goes first, and what a posted line moved of them.

First expired, first out: lots with a day come before lots without one, the nearest day first. What no lot covers of an
item's stock has an unknown lot; it is the difference between what is on hand and the sum of its lots.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shopstock.core import lots, names
from shopstock.core.units import Day, DocumentId, ItemId, LineId, LocationId, Qty
from shopstock.db.connection import Db
from shopstock.queries.places import SHOP_OF

#: The order in which lots go: by the day on which they expire, those without one last, then as they came.
_FIRST_EXPIRED = "CASE WHEN o.expires > 0 THEN o.expires ELSE 99999999 END, o.id"


class LotHere(NamedTuple):
    """What is on hand of a lot at one place; ``expires`` is 0 for a lot without a day."""

    lot_id: int
    code: str
    expires: Day
    on_hand: Qty


class LotLevel(NamedTuple):
    """What is on hand of a lot, place by place."""

    lot_id: int
    code: str
    expires: Day
    location_id: LocationId
    location: str
    on_hand: Qty


class LotMoved(NamedTuple):
    """What a posted line moved of a lot: negative out, positive in."""

    line_id: LineId
    code: str
    expires: Day
    location_id: LocationId
    qty: Qty


def lots_at(db: Db, item_id: ItemId, location_id: LocationId) -> list[LotHere]:
    """Return the lots of an item on hand at a place, the one to take first at the top."""
    return [
        LotHere._make(row)
        for row in db.rows(
            "SELECT o.id, o.code, o.expires, l.on_hand FROM lot o JOIN lot_level l ON l.lot_id = o.id"
            f" WHERE o.item_id = ? AND l.location_id = ? AND l.on_hand > 0 ORDER BY {_FIRST_EXPIRED}",
            (item_id, location_id),
        )
    ]


def for_sale(db: Db, item_id: ItemId, location_id: LocationId) -> list[LotHere]:
    """Return the lots of an item at all places for sale of the shop that a place belongs to, as :func:`lots_at`."""
    return [
        LotHere._make(row)
        for row in db.rows(
            "SELECT o.id, o.code, o.expires, SUM(l.on_hand) FROM lot o JOIN lot_level l ON l.lot_id = o.id"
            " JOIN location p ON p.id = l.location_id WHERE o.item_id = ? AND l.on_hand > 0 AND p.kind = 'shop'"
            f" AND COALESCE(p.shop_id, p.id) = {SHOP_OF} GROUP BY o.id, o.code, o.expires ORDER BY {_FIRST_EXPIRED}",
            (item_id, location_id),
        )
    ]


def to_take_first(here: Sequence[LotHere], today: Day) -> LotHere | None:
    """Return the lot that goes first of those at a place: one that may still be sold, as long as there is any."""
    good = [lot for lot in here if not lots.expired(lot.expires, today)]
    return next(iter((*good, *here)), None)


def expired_on(code: str, expires: int, here: Sequence[LotHere], today: Day) -> int:
    """Return the day on which goods for sale expired (0: they have not).

    By the day on them, by their lot, or, where neither is known, because only expired lots are left.
    """
    if not expires:
        named = next((lot for lot in here if code and names.key(lot.code) == names.key(code)), None)
        first = to_take_first(here, today) if not code else named
        expires = first.expires if first is not None else 0
    return expires if lots.expired(expires, today) else 0


def lots_of(db: Db, item_id: ItemId) -> list[LotLevel]:
    """Return the lots of an item on hand anywhere, first expired first."""
    return [
        LotLevel._make(row)
        for row in db.rows(
            "SELECT o.id, o.code, o.expires, l.location_id, p.name, l.on_hand FROM lot o"
            " JOIN lot_level l ON l.lot_id = o.id JOIN location p ON p.id = l.location_id"
            f" WHERE o.item_id = ? AND l.on_hand > 0 ORDER BY {_FIRST_EXPIRED}, l.location_id",
            (item_id,),
        )
    ]


def of_document(db: Db, document_id: DocumentId) -> list[LotMoved]:
    """Return what the lines of a document moved of which lots, in the order of posting."""
    return [
        LotMoved._make(row)
        for row in db.rows(
            "SELECT m.line_id, o.code, o.expires, v.location_id, v.qty FROM stock_movement m"
            " JOIN lot_movement v ON v.movement_id = m.id JOIN lot o ON o.id = v.lot_id"
            " WHERE m.document_id = ? ORDER BY v.id",
            (document_id,),
        )
    ]


def tracked(db: Db, item_ids: Sequence[ItemId]) -> dict[ItemId, str]:
    """Return how items are tracked (``lot`` or ``serial``); items that are not are left out."""
    found: dict[ItemId, str] = {}
    for start in range(0, len(item_ids), 500):
        part = list(item_ids[start : start + 500])
        marks = ", ".join("?" * len(part))
        found.update(db.rows(f"SELECT id, tracks FROM item WHERE tracks <> '' AND id IN ({marks})", part))
    return found
