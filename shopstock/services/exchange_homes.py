"""Home places that a catalogue file names: read once each, written with the batch of their items."""

from __future__ import annotations

from shopstock.core.acting import Acting, Permission
from shopstock.core.units import ItemId, LocationId
from shopstock.db.connection import Db
from shopstock.queries import places as stored
from shopstock.services import places


class Homes:
    """The home places of a file, as its rows are taken. Inside a transaction."""

    def __init__(self, db: Db, acting: Acting) -> None:
        self._db = db
        self._acting = acting
        self._places: dict[str, LocationId] = {}
        self._noted: list[tuple[ItemId, LocationId]] = []

    def place(self, text: str) -> LocationId | None:
        """Return the place that a cell names, made when it is new; ``None`` for an empty one.

        Raises ``NotAllowed`` without ``EDIT_PLACES``, ``Refused`` for what can be no home place.
        """
        if not text:
            return None
        if text not in self._places:
            self._acting.require(Permission.EDIT_PLACES)
            found = places.place_of(self._db, text)
            places.check_home(self._db, found)
            self._places[text] = found
        return self._places[text]

    def note(self, item_id: ItemId, place: LocationId | None) -> bool:
        """Note where an item belongs; tell whether that is new."""
        if place is None or stored.home(self._db, item_id, stored.shop_of(self._db, place)) == place:
            return False
        self._noted.append((item_id, place))
        return True

    def write(self) -> None:
        """Write what was noted, once the items are there."""
        for item_id, place in self._noted:
            places.write_home(self._db, item_id, place)
        self._noted.clear()
