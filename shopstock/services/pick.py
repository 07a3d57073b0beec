"""Where a sale takes its goods from, and where they go back: places of the till's shop.

A line is taken from one place: the till's own if it holds enough; else the item's home place if that does; else the
place for sale in this shop that holds most, if it does; else the home place if there is one, else the till's own, which
goes below zero. Of goods that are tracked by lots a place is asked first for the lot that the line names, then for what
may still be sold. A shop with one place is asked nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shopstock.core import lots
from shopstock.core.acting import Acting
from shopstock.core.lots import Holding
from shopstock.core.units import Day, ItemId, LocationId, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries.places import SHOP_OF

#: Whether the shop of a place (its id is the parameter) has several places for sale: 1 or 0.
SEVERAL = (
    "CASE WHEN (SELECT count(*) FROM location o WHERE o.kind = 'shop' AND o.active = 1 AND COALESCE(o.shop_id, o.id) ="
    f" {SHOP_OF}) > 1 THEN 1 ELSE 0 END"
)
_FOR_SALE = f"o.kind = 'shop' AND o.active = 1 AND COALESCE(o.shop_id, o.id) = {SHOP_OF}"
_HELD = f"""
    SELECT l.item_id, l.location_id, l.on_hand, 0 AS what, '', 0
    FROM stock_level l JOIN location o ON o.id = l.location_id
    WHERE l.item_id IN ({{marks}}) AND {_FOR_SALE}
    UNION ALL
    SELECT h.item_id, h.location_id, 0, 1, '', 0 FROM home_place h
    WHERE h.item_id IN ({{marks}}) AND h.shop_id = {SHOP_OF}
    UNION ALL
    SELECT b.item_id, l.location_id, l.on_hand, b.id + 1, b.code, b.expires
    FROM lot b JOIN lot_level l ON l.lot_id = b.id JOIN location o ON o.id = l.location_id
    WHERE b.item_id IN ({{marks}}) AND l.on_hand > 0 AND {_FOR_SALE}"""


class Wanted(NamedTuple):
    """So much of an item that a line takes, below zero what comes back; with the lot that it names, if it does."""

    item_id: ItemId
    qty: Qty
    lot: str = ""
    expires: Day = Day(0)


class _Shelf:
    """What lies of an item in the shop, as the lines of a sale take it."""

    def __init__(self) -> None:
        self.home: LocationId | None = None
        self.on_hand: dict[LocationId, int] = {}
        self.lots: dict[LocationId, list[Holding]] = {}

    def take(self, wanted: Wanted, own: LocationId, today: Day) -> LocationId:
        """Return the place of a line, and see it gone from there."""
        place = choose(wanted.qty, own, self.home, *self._levels(wanted, today))
        self.on_hand[place] = self.on_hand.get(place, 0) - wanted.qty
        held = self.lots.get(place, [])
        gone = dict(lots.take(wanted.qty, held, wanted.lot, wanted.expires, today))
        self.lots[place] = [one._replace(qty=one.qty - gone.get(one.lot_id, 0)) for one in held]
        return place

    def _levels(self, wanted: Wanted, today: Day) -> list[dict[LocationId, int]]:
        """Return what each place holds of the lot that is named, then of what may be sold, then of anything."""
        found = []
        if wanted.lot or wanted.expires:
            found.append({
                place: sum(one.qty for one in held if lots.is_named(one, wanted.lot, wanted.expires))
                for place, held in self.lots.items()
            })  # fmt: skip
        if self.lots:
            found.append({
                place: on_hand - sum(one.qty for one in self.lots.get(place, ()) if lots.expired(one.expires, today))
                for place, on_hand in self.on_hand.items()
            })  # fmt: skip
        return [*found, self.on_hand]


def places_for(db: Db, acting: Acting, goods: Sequence[Wanted]) -> list[LocationId]:
    """Return the place of each line of a sale, in their order; lines see what those before them take. One statement.

    Inside a transaction. On PostgreSQL the pools of the items are locked first, in item order.
    """
    shelves = {item_id: _Shelf() for item_id in sorted({one.item_id for one in goods})}
    item_ids = list(shelves)
    for start in range(0, len(item_ids), 200):
        few = item_ids[start : start + 200]
        marks = ", ".join("?" * len(few))
        if db.engine == "postgresql":
            db.rows(f"SELECT item_id FROM item_pool WHERE item_id IN ({marks}) ORDER BY item_id FOR UPDATE", few)
        here = (*few, acting.location_id)
        for item_id, location_id, qty, what, code, expires in db.rows(_HELD.format(marks=marks), here * 3):
            shelf = shelves[item_id]
            if what == 0:
                shelf.on_hand[location_id] = qty
            elif what == 1:
                shelf.home = location_id
            else:
                shelf.lots.setdefault(location_id, []).append(Holding(what - 1, code, expires, qty))
    today = clock.day_of(clock.now())
    return [shelves[one.item_id].take(one, acting.location_id, today) for one in goods]


def choose(
    qty: Qty, own: LocationId, home: LocationId | None, *levels: Mapping[LocationId, int]
) -> LocationId:  # fmt: skip
    """Return the place that so much is taken from, given what lies where; below zero, where it goes back to.

    Of several ``levels`` the first one that has enough at a place decides.
    """
    usual = own if home is None else home
    if qty > 0:
        for held in levels:
            most = max(held, key=lambda place: (held[place], -place), default=own)
            for place in (own, usual, most):
                if held.get(place, 0) >= qty:
                    return place
    return usual
