"""Where a sale takes its goods from, and where they go back: places of the till's shop.

A line is taken from one place: the till's own if it holds enough; else the item's home place if that does; else the
place for sale in this shop that holds most, if it does; else the home place if there is one, else the till's own, which
goes below zero. A shop with one place is asked nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from shopstock.core.acting import Acting
from shopstock.core.units import ItemId, LocationId, Qty
from shopstock.db.connection import Db

#: Tells whether the till's shop has more than one place for sale: 1 or 0, for a place id.
SEVERAL = (
    "CASE WHEN (SELECT count(*) FROM location o WHERE o.kind = 'shop' AND o.active = 1 AND COALESCE(o.shop_id, o.id) ="
    " (SELECT COALESCE(t.shop_id, t.id) FROM location t WHERE t.id = ?)) > 1 THEN 1 ELSE 0 END"
)
_HELD = """
    SELECT l.item_id, l.location_id, l.on_hand, 0 FROM stock_level l JOIN location o ON o.id = l.location_id
    WHERE l.item_id IN ({marks}) AND o.kind = 'shop' AND o.active = 1 AND COALESCE(o.shop_id, o.id) =
        (SELECT COALESCE(t.shop_id, t.id) FROM location t WHERE t.id = ?)
    UNION ALL
    SELECT h.item_id, h.location_id, 0, 1 FROM home_place h WHERE h.item_id IN ({marks}) AND h.shop_id =
        (SELECT COALESCE(t.shop_id, t.id) FROM location t WHERE t.id = ?)"""


def places_for(db: Db, acting: Acting, goods: Sequence[tuple[ItemId, Qty]]) -> list[LocationId]:
    """Return the place of each line of a sale, in their order; a quantity below zero comes back. One statement.

    Lines of the same item see what those before them take.
    """
    held: dict[ItemId, dict[LocationId, int]] = {}
    homes: dict[ItemId, LocationId] = {}
    item_ids = sorted({item_id for item_id, _qty in goods})
    for start in range(0, len(item_ids), 400):
        few = item_ids[start : start + 400]
        sql = _HELD.format(marks=", ".join("?" * len(few)))
        for item_id, location_id, on_hand, is_home in db.rows(sql, (*few, acting.location_id) * 2):
            if is_home:
                homes[item_id] = location_id
            else:
                held.setdefault(item_id, {})[location_id] = on_hand
    found = []
    for item_id, qty in goods:
        levels = held.setdefault(item_id, {})
        place = choose(qty, acting.location_id, homes.get(item_id), levels)
        levels[place] = levels.get(place, 0) - qty
        found.append(place)
    return found


def choose(qty: Qty, own: LocationId, home: LocationId | None, levels: dict[LocationId, int]) -> LocationId:
    """Return the place that so much is taken from, given what lies where; below zero, where it goes back to."""
    if qty > 0:
        most = max(levels, key=lambda place: (levels[place], -place), default=own)
        for place in (own, own if home is None else home, most):
            if levels.get(place, 0) >= qty:
                return place
    return own if home is None else home


def return_place(db: Db, acting: Acting, item_id: ItemId) -> LocationId:
    """Return the place of the till's shop where an item goes that comes back for sale: its home place, else here."""
    found = db.value(
        "SELECT h.location_id FROM home_place h WHERE h.item_id = ? AND h.shop_id ="
        " (SELECT COALESCE(t.shop_id, t.id) FROM location t WHERE t.id = ?)",
        (item_id, acting.location_id),
    )
    return acting.location_id if found is None else LocationId(found)
