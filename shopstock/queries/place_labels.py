"""What the labels of places say."""

from __future__ import annotations

from collections.abc import Sequence

from shopstock.core import places as rules
from shopstock.core.labels import LabelData, WantedPlace
from shopstock.db.connection import Db
from shopstock.queries import places


def data_for(db: Db, wanted: Sequence[WantedPlace]) -> list[LabelData]:
    """Return what the labels of these places say, in their order; places that are not there any more are left out.

    The name stands large, the names of what it lies in below it; the code is the place's own, which a scan finds.
    """
    if not wanted:
        return []
    known = {place.id: place for place in places.tree(db)}
    return [
        LabelData(
            name=place.name,
            code=place.code,
            copies=wish.copies,
            place=place.name,
            path=rules.path_text(place.path.split(rules.STEP)[:-1]),
        )
        for wish in wanted
        if (place := known.get(wish.place_id)) is not None
    ]
