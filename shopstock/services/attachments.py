"""Keep photos and files as evidence, once by their content, for as long as anything names them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.formats import evidence, photos
from shopstock.formats.evidence import Evidence
from shopstock.formats.photos import Photo

#: Where an attachment may be named; one that nothing names is not kept.
_NAMED_IN = (
    ("delivery_scan", "attachment_id"),
    ("supplier_invoice", "attachment_id"),
    ("transfer_scan", "attachment_id"),
    ("write_off_evidence", "attachment_id"),
    ("document_attachment", "attachment_id"),
)
_UNUSED = " AND ".join(
    f"NOT EXISTS (SELECT 1 FROM {table} x WHERE x.{column} = attachment.id)" for table, column in _NAMED_IN
)


def read(db: Db, path: str | Path) -> Photo:
    """Read a photo and scale it down; done before a transaction is open.

    Raises ``Refused`` as :func:`shopstock.formats.photos.read` does, and for the shop's own file.
    """
    _refuse_shop_file(db, Path(path))
    return photos.read(path)


def read_evidence(db: Db, path: str | Path) -> Evidence:
    """Read a photo or a PDF, as :func:`read` does a photo."""
    _refuse_shop_file(db, Path(path))
    return evidence.read(path)


def store(db: Db, acting: Acting, file: Photo | Evidence) -> int:
    """Store a photo or a file and return its id; the same content is stored once. Inside a transaction."""
    digest = hashlib.sha256(file.content).hexdigest()
    mime = file.mime if isinstance(file, Evidence) else evidence.JPEG
    found: int = db.value(
        "INSERT INTO attachment (sha256, name, mime, size, content, added_at, person_id) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sha256) DO UPDATE SET sha256 = excluded.sha256 RETURNING id",
        (digest, file.name, mime, len(file.content), file.content, clock.now(), acting.person_id),
    )
    return found


def drop_unused(db: Db, attachment_ids: Iterable[int]) -> None:
    """Delete those of the attachments that nothing names any more. Inside a transaction."""
    for attachment_id in sorted(set(attachment_ids)):
        if db.engine == "postgresql":  # who stores the same content meanwhile names it before this looks
            db.row("SELECT id FROM attachment WHERE id = ? FOR UPDATE", (attachment_id,))
        db.run(f"DELETE FROM attachment WHERE id = ? AND {_UNUSED}", (attachment_id,))


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
