"""Read the shop's settings."""

from __future__ import annotations

from shopstock.core.settings import Settings, from_texts
from shopstock.db.connection import Db


def load(db: Db) -> Settings:
    """Return every setting of the shop."""
    return from_texts(dict(db.rows("SELECT key, value FROM setting")))
