"""The path of every place, for lists that name places of any kind."""

from __future__ import annotations

from shopstock.core.units import LocationId
from shopstock.db.connection import Db
from shopstock.queries import places


def paths(db: Db) -> dict[LocationId, str]:
    """Return the path of every place, retired ones and goods in transit too."""
    found = {place.id: place.path for place in places.listed(db, retired=True)}
    found.update(db.rows("SELECT id, name FROM location WHERE kind = 'transit'"))
    return found
