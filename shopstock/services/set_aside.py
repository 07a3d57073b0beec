"""The place of each shop for goods set aside: on hand and valued, but not for sale."""

from __future__ import annotations

from shopstock.core.places import Kind, Level
from shopstock.core.text import _
from shopstock.core.units import LocationId
from shopstock.db.connection import Db
from shopstock.queries import places as stored
from shopstock.services import places

_FOUND = (
    "SELECT id, active FROM location WHERE kind = 'set_aside' AND COALESCE(shop_id, id) = "
    f"{stored.SHOP_OF} ORDER BY active DESC, id LIMIT 1"
)


def location(db: Db, shop_id: LocationId) -> LocationId:
    """Return where a shop sets goods aside, made when it is first needed. Inside a transaction.

    Any place of the shop stands for it.
    """
    found = db.row(_FOUND, (shop_id,))
    if found is None or not found[1]:
        places.hold(db)
        found = db.row(_FOUND, (shop_id,))
    if found is None:
        return places.make(db, _("Set aside"), Level.ZONE, stored.shop_of(db, shop_id), Kind.SET_ASIDE)
    if not found[1]:
        db.run("UPDATE location SET active = 1 WHERE id = ?", (found[0],))
    return LocationId(found[0])
