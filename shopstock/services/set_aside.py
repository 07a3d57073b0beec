"""The place for damaged goods: on hand and valued, but not for sale."""

from __future__ import annotations

from shopstock.core import names
from shopstock.core.text import _
from shopstock.core.units import LocationId
from shopstock.db.connection import Db


def location(db: Db) -> LocationId:
    """Return the place where goods are set aside, made when it is first needed. Inside a transaction."""
    if db.engine == "postgresql":
        db.value("SELECT pg_advisory_xact_lock(hashtextextended('set_aside', 0))")
    found = db.value("SELECT id FROM location WHERE kind = 'set_aside' ORDER BY id LIMIT 1")
    if found is None:
        label = name = _("Set aside")
        number = 1
        while db.value("SELECT 1 FROM location WHERE name_key = ?", (names.key(name),)):
            number += 1
            name = f"{label} {number}"
        found = db.value(
            "INSERT INTO location (name, name_key, kind) VALUES (?, ?, 'set_aside') RETURNING id",
            (name, names.key(name)),
        )
    return LocationId(found)
