"""Add and take off what speaks for a write-off: photos and PDF files."""

from __future__ import annotations

from pathlib import Path

from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.write_offs import WriteOffState
from shopstock.db import clock
from shopstock.db.connection import Db, retrying, transaction
from shopstock.services import attachments
from shopstock.services.write_off_held import TOPICS, held

#: So many files are evidence enough.
MOST = 20


def attach(db: Db, acting: Acting, write_off_id: int, path: str | Path) -> Changes:
    """Add a photo or a PDF; the same content is added once. Raises ``Refused`` for any other file."""
    acting.require(Permission.WRITE_OFF)
    file = attachments.read_evidence(db, path)

    def work() -> Changes:
        with transaction(db):
            held(db, write_off_id, WriteOffState.OPEN)
            attachment_id = attachments.store(db, acting, file)
            new = db.value(
                "INSERT INTO write_off_evidence (write_off_id, attachment_id, added_at, person_id) "
                "VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING attachment_id",
                (write_off_id, attachment_id, clock.now(), acting.person_id),
            )
            if db.value("SELECT count(*) FROM write_off_evidence WHERE write_off_id = ?", (write_off_id,)) > MOST:
                raise Refused(_("A write-off has at most {most} photos and files.").format(most=MOST))
        return Changes(topics=TOPICS, existing=new is None)

    return retrying(db, work)


def detach(db: Db, acting: Acting, write_off_id: int, attachment_id: int) -> Changes:
    """Take a photo or a file off again."""
    acting.require(Permission.WRITE_OFF)
    with transaction(db):
        held(db, write_off_id, WriteOffState.OPEN)
        db.run(
            "DELETE FROM write_off_evidence WHERE write_off_id = ? AND attachment_id = ?", (write_off_id, attachment_id)
        )
        attachments.drop_unused(db, [attachment_id])
    return Changes(topics=TOPICS)
