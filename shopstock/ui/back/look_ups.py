"""What a scanned or typed code stands for when goods are written off: the item, where it lies, and of which lot."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core import catalogue
from shopstock.core.acting import Acting
from shopstock.core.code_rules import Rules
from shopstock.core.units import ItemId, LocationId
from shopstock.core.write_offs import Purpose
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import causes, items, places, write_offs
from shopstock.queries.causes import Cause
from shopstock.queries.lots import LotHere
from shopstock.queries.places import Place
from shopstock.services import pick

#: By this cause, what is past its last day is taken first.
EXPIRY = "expiry"


class Basis(NamedTuple):
    """What scanning needs to know first."""

    rules: Rules
    causes: list[Cause]
    places: list[Place]


class Looked(NamedTuple):
    """What a code stands for: an item with the place and lot it is likely taken from, or a place."""

    found: items.Found | None
    location_id: LocationId | None = None
    lot: LotHere | None = None
    place: Place | None = None


class Expired(NamedTuple):
    """A lot past its last day that is still on hand."""

    key: str
    item_id: ItemId
    name: str
    sku: str
    lot: LotHere
    location_id: LocationId
    place: str


def basis(db: Db) -> Basis:
    """Return the rules for codes, the causes of write-offs and the places."""
    return Basis(items.code_rules_of(db), causes.causes(db, Purpose.WRITE_OFF, retired=True), places.tree(db))


def look_up(db: Db, acting: Acting, code: str, place: LocationId | None, cause: str, rules: Rules) -> Looked:
    """Say what a scanned code is. ``place`` is where everything is taken from just now; unset, where it lies."""
    found = items.by_code(db, code, place or acting.location_id, rules)
    if found is None:
        return Looked(None, place=places.by_code(db, code))
    return placed(db, acting, found, place, cause)


def by_id(db: Db, acting: Acting, item_id: ItemId, place: LocationId | None, cause: str) -> Looked:
    """Say the same of an item that was picked from a list."""
    found = items.by_id(db, item_id, place or acting.location_id)
    return Looked(None) if found is None else placed(db, acting, found, place, cause)


def placed(db: Db, acting: Acting, found: items.Found, place: LocationId | None, cause: str) -> Looked:
    """Add where an item is likely taken from, and of which lot."""
    if place is None:
        here, shop = acting.location_id, places.shop_of(db, acting.location_id)
        mine = [one for one in places.stock_by_place(db, found.id, here) if one.kind == "shop" and one.shop_id == shop]
        home = next((one.location_id for one in mine if one.is_home), None)
        place = pick.choose(found.qty, here, home, {one.location_id: one.on_hand for one in mine})
    lot = None
    if found.tracks == catalogue.LOTS and not found.trace.lot and not found.trace.expires and cause == EXPIRY:
        first = write_offs.suggested_lot(db, found.id, place)
        lot = first if first is not None and 0 < first.expires < clock.day_of(clock.now()) else None
    return Looked(found, place, lot)


def expired(db: Db, acting: Acting) -> list[Expired]:
    """Return what has expired and is still on hand in the shop, what expired first at the front."""
    shop = places.shop_of(db, acting.location_id)
    found = [
        (place, item_id, lot)
        for place in places.saleable(db, shop)
        for item_id, lot in write_offs.expired_at(db, place.id)
    ]
    made = []
    for place, item_id, lot in sorted(found, key=lambda one: (one[2].expires, one[2].lot_id)):
        item = items.by_id(db, item_id, place.id)
        if item is not None:
            key = f"{lot.lot_id}|{place.id}"
            made.append(Expired(key, item_id, item.name, item.sku, lot, place.id, place.path))
    return made
