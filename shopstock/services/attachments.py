"""Keep photos as evidence, once by their content."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.formats import photos
from shopstock.formats.photos import Photo


def read(db: Db, path: str | Path) -> Photo:
    """Read a photo and scale it down; done before a transaction is open.

    Raises ``Refused`` as :func:`shopstock.formats.photos.read` does, and for the shop's own file.
    """
    _refuse_shop_file(db, Path(path))
    return photos.read(path)


def store(db: Db, acting: Acting, photo: Photo) -> int:
    """Store a photo and return its id; the same content is stored once. Inside a transaction."""
    digest = hashlib.sha256(photo.content).hexdigest()
    found: int = db.value(
        "INSERT INTO attachment (sha256, name, mime, size, content, added_at, person_id) "
        "VALUES (?, ?, 'image/jpeg', ?, ?, ?, ?) ON CONFLICT (sha256) DO UPDATE SET sha256 = excluded.sha256 "
        "RETURNING id",
        (digest, photo.name, len(photo.content), photo.content, clock.now(), acting.person_id),
    )
    return found


def _refuse_shop_file(db: Db, place: Path) -> None:
    # Opening the shop's own file would drop SQLite's locks on it.
    if db.engine != "sqlite":
        return
    for suffix in ("", "-wal", "-shm"):
        own = f"{db.url}{suffix}"
        if place.exists() and os.path.exists(own) and os.path.samefile(place, own):
            raise Refused(
                _("{name} is no photo that can be read. Choose a JPEG or PNG.").format(name=photos.name_of(place))
            )
