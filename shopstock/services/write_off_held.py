"""A write-off held until the transaction ends: what every act on it begins with, and what it says by then."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core import write_offs
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import Day, ItemId, LocationId, PersonId, Qty
from shopstock.core.write_offs import RowId, WriteOffState
from shopstock.db.connection import Db

TOPICS = frozenset(("write_offs",))
_STATE_SENTENCES = {
    WriteOffState.WAITING: lambda: _("{number} waits for approval. Take it back first to change it."),
    WriteOffState.POSTED: lambda: _("{number} was posted meanwhile. Begin another one."),
    WriteOffState.REJECTED: lambda: _("{number} was rejected meanwhile. Begin another one."),
}


class Held(NamedTuple):
    """The head of a write-off; ``requesters`` are who began it and who asked for its approval."""

    id: int
    key: str
    state: WriteOffState
    location_id: LocationId
    note: str
    document_id: int | None
    sent_by: PersonId | None
    requesters: frozenset[PersonId]

    @property
    def number(self) -> str:
        """The number that people know it by."""
        return write_offs.number(self.id)


def held(db: Db, write_off_id: int, *states: WriteOffState) -> Held:
    """Return the head of a write-off, locked; raise ``Refused`` when there is none, or it is in no such state."""
    lock = " FOR UPDATE" if db.engine == "postgresql" else ""
    row = db.row(
        f"SELECT id, key, state, location_id, note, document_id, sent_by, started_by FROM write_off WHERE id = ?{lock}",
        (write_off_id,),
    )
    if row is None:
        raise Refused(_("There is no such write-off any more. Look at the list again."))
    *head, state_sent_by, started_by = row
    people = frozenset(PersonId(one) for one in (state_sent_by, started_by) if one is not None)
    found = Held(head[0], head[1], WriteOffState(head[2]), head[3], head[4], head[5], state_sent_by, people)
    if states and found.state not in states:
        if found.state == WriteOffState.OPEN:
            raise Refused(_("{number} does not wait for approval.").format(number=found.number))
        raise Refused(_STATE_SENTENCES[found.state]().format(number=found.number))
    return found


def rows_of(db: Db, write_off_id: int) -> list[tuple[RowId, Qty]]:
    """Return the rows of a write-off and how much of each, in the order in which they were first scanned."""
    return [
        (RowId(ItemId(item), cause, LocationId(place), lot, Day(expires)), Qty(qty))
        for item, cause, place, lot, expires, qty in db.rows(
            "SELECT item_id, cause, location_id, lot, expires, SUM(qty) FROM write_off_scan WHERE write_off_id = ? "
            "GROUP BY item_id, cause, location_id, lot, expires HAVING SUM(qty) <> 0 ORDER BY MIN(id)",
            (write_off_id,),
        )
    ]


def evidence_of(db: Db, write_off_id: int) -> list[tuple[int, str]]:
    """Return the attachments that speak for a write-off not yet posted, and the SHA-256 of each."""
    return [
        (attachment_id, digest)
        for attachment_id, digest in db.rows(
            "SELECT e.attachment_id, a.sha256 FROM write_off_evidence e JOIN attachment a ON a.id = e.attachment_id "
            "WHERE e.write_off_id = ? ORDER BY e.attachment_id",
            (write_off_id,),
        )
    ]


def subject(db: Db, held_: Held) -> str:
    """Return the one act that an approval of this write-off as it stands is bound to."""
    digest = write_offs.content(
        rows_of(db, held_.id), [digest for _id, digest in evidence_of(db, held_.id)], held_.note
    )
    return f"{held_.number} {digest}"
