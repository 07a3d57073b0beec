"""Photos kept as evidence."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core.units import Instant
from shopstock.db.connection import Db


class Attachment(NamedTuple):
    """A kept photo: its content as JPEG, and who added it when."""

    id: int
    name: str
    mime: str
    size: int
    added_at: Instant
    person: str
    content: bytes


def attachment(db: Db, attachment_id: int) -> Attachment | None:
    """Return a photo."""
    row = db.row(
        "SELECT a.id, a.name, a.mime, a.size, a.added_at, COALESCE(p.name, ''), a.content FROM attachment a "
        "LEFT JOIN person p ON p.id = a.person_id WHERE a.id = ?",
        (attachment_id,),
    )
    return None if row is None else Attachment._make((*row[:6], bytes(row[6])))
