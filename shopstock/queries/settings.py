"""Read the shop's settings."""

from __future__ import annotations

from functools import lru_cache

from shopstock.core.settings import Settings, from_texts
from shopstock.db.connection import Db, Row


def load(db: Db) -> Settings:
    """Return every setting of the shop."""
    return _understood(tuple(db.rows("SELECT key, value FROM setting")))


@lru_cache(maxsize=8)
def _understood(rows: tuple[Row, ...]) -> Settings:
    # Every sale reads the settings and hardly any changes them: the texts are turned into values once.
    return from_texts(dict(rows))
