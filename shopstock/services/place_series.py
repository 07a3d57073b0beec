"""Add many places at once: all of them, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Changes, Refused
from shopstock.core.places import PlaceFields
from shopstock.core.text import _
from shopstock.core.units import LocationId
from shopstock.db.connection import Db, transaction
from shopstock.services import places


class AddedPlaces(NamedTuple):
    """The places that are new, in the order they were asked for."""

    changes: Changes
    location_ids: tuple[LocationId, ...]


def add_places(db: Db, acting: Acting, fields: PlaceFields, names: Sequence[str]) -> AddedPlaces:
    """Add a place for every name, each as ``fields`` says, with a code of its own; needs ``EDIT_PLACES``.

    Raises ``Refused`` as ``services.places.add_place`` does, and when there is no name at all; then none is added.
    """
    acting.require(Permission.EDIT_PLACES)
    with transaction(db):
        added = [places.add_place(db, acting, replace(fields, name=name, code="")) for name in names]
        if not added:
            raise Refused(_("The name is empty. Type one."))
    return AddedPlaces(added[-1].changes, tuple(one.location_id for one in added))
