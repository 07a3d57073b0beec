"""Many places added at once: all of them, or none."""

from __future__ import annotations

import pytest

from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.core.place_names import series
from shopstock.core.places import Level, PlaceFields
from shopstock.db.connection import Db
from shopstock.queries import places as stored
from shopstock.queries import settings as settings_query
from shopstock.services import place_series, places, settings


def below(db: Db, parent: int) -> list[str]:
    return [place.name for place in stored.tree(db) if place.parent_id == parent]


def test_a_series_of_bins_each_with_a_label_of_its_own(db: Db, owner: Acting) -> None:
    room = places.add_place(db, owner, PlaceFields("Back room", Level.ROOM, owner.location_id)).location_id
    added = place_series.add_places(db, owner, PlaceFields("", Level.BIN, room), series("B-08 .. B-11"))
    assert below(db, room) == ["B-08", "B-09", "B-10", "B-11"]
    codes = [stored.place(db, place).code for place in added.location_ids]
    assert codes == [f"L-{place}" for place in added.location_ids]
    assert "places" in added.changes.topics


def test_one_name_that_is_taken_adds_none(db: Db, owner: Acting) -> None:
    room = places.add_place(db, owner, PlaceFields("Back room", Level.ROOM, owner.location_id)).location_id
    places.add_place(db, owner, PlaceFields("B-10", Level.BIN, room))
    with pytest.raises(Refused, match="B-10 already"):
        place_series.add_places(db, owner, PlaceFields("", Level.BIN, room), series("B-08 .. B-11"))
    assert below(db, room) == ["B-10"]
    with pytest.raises(Refused, match="empty"):
        place_series.add_places(db, owner, PlaceFields("", Level.BIN, room), ())


def test_a_till_stands_elsewhere_so_that_its_place_can_be_retired(db: Db, owner: Acting) -> None:
    hall = places.add_place(db, owner, PlaceFields("Market hall", Level.SHOP)).location_id
    settings.add_station(db, owner, "Hall till", hall)
    with pytest.raises(Refused, match="Hall till stands at Market hall"):
        places.retire_place(db, owner, hall)
    (till,) = [station for station in settings_query.stations(db) if station.name == "Hall till"]
    settings.move_station(db, owner, till.id, owner.location_id)
    assert [s.location_id for s in settings_query.stations(db) if s.id == till.id] == [owner.location_id]
    assert places.retire_place(db, owner, hall).places == 1
    with pytest.raises(Refused, match="Choose the place"):
        settings.move_station(db, owner, till.id, hall)
