"""Choose the picture at the top of the sales receipt.

A logo that was ever chosen is kept: a receipt of years ago is printed again with the one it had.
"""

from __future__ import annotations

from pathlib import Path

from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Changes
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.formats import logo

_CHANGED = Changes(topics=frozenset(("settings",)))


def choose(db: Db, acting: Acting, path: str | Path) -> Changes:
    """Print this picture at the top of receipts and vouchers from now on. Needs ``EDIT_SETTINGS``.

    Raises ``Refused`` as :func:`shopstock.formats.logo.read` does.
    """
    acting.require(Permission.EDIT_SETTINGS)
    made = logo.read(path)
    with transaction(db):
        db.run(
            "INSERT INTO picture (sha256, content, width, height, added_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (sha256) DO NOTHING",
            (made.sha256, made.content, made.width, made.height, clock.now()),
        )
        _set(db, made.sha256)
    return _CHANGED


def remove(db: Db, acting: Acting) -> Changes:
    """Print no picture from now on. Needs ``EDIT_SETTINGS``."""
    acting.require(Permission.EDIT_SETTINGS)
    with transaction(db):
        _set(db, "")
    return _CHANGED


def _set(db: Db, sha256: str) -> None:
    db.run(
        "INSERT INTO setting (key, value) VALUES ('receipt_logo', ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (sha256,),
    )
