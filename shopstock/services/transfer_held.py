"""A transfer held until the transaction ends: what every act on it begins with."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.transfers import TransferFields, TransferState, transfer_number
from shopstock.core.units import Day, Instant, LocationId
from shopstock.db import clock
from shopstock.db.connection import Db

TOPICS = frozenset(("transfers",))
CHANGED = Changes(topics=TOPICS)


class Held(NamedTuple):
    """The head of a transfer."""

    id: int
    number: int
    state: TransferState
    from_id: LocationId
    to_id: LocationId
    note: str
    expected_day: Day | None
    dispatched_at: Instant | None
    ended_at: Instant | None

    @property
    def name(self) -> str:
        """The number as people know it."""
        return transfer_number(self.number)

    @property
    def fields(self) -> TransferFields:
        """What a person said of it."""
        return TransferFields(self.from_id, self.to_id, self.note, self.expected_day)


def held(db: Db, transfer_id: int, *states: TransferState) -> Held:
    """Return the head of a transfer, locked; raise ``Refused`` unless it is in one of ``states`` (none: in any)."""
    lock = " FOR UPDATE" if db.engine == "postgresql" else ""
    row = db.row(
        "SELECT id, number, state, from_id, to_id, note, expected_day, dispatched_at, ended_at FROM transfer "
        f"WHERE id = ?{lock}",
        (transfer_id,),
    )
    if row is None:
        raise Refused(_("There is no such transfer any more. Look at the list again."))
    transfer = Held(row[0], row[1], TransferState(row[2]), *row[3:])
    if states and transfer.state not in states:
        raise Refused(_IS[transfer.state]().format(number=transfer.name))
    return transfer


_IS = {
    TransferState.REQUESTED: lambda: _("{number} was not dispatched yet. Pack and dispatch it first."),
    TransferState.DISPATCHED: lambda: _("{number} was dispatched already. Look at what is on its way."),
    TransferState.PARTLY_ARRIVED: lambda: _("{number} was dispatched already, and some of it has arrived."),
    TransferState.ARRIVED: lambda: _("{number} has arrived already. Begin another transfer for what came since."),
    TransferState.CANCELLED: lambda: _("{number} was cancelled. Begin another transfer."),
}


def touch(db: Db, transfer_id: int) -> None:
    """Note that a transfer was changed just now."""
    db.run("UPDATE transfer SET changed_at = ? WHERE id = ?", (clock.now(), transfer_id))
