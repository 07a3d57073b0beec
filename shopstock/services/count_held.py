"""What every service of counting reads first: the count, held against others, its sheets, where the ledger stands."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from shopstock.core import counting
from shopstock.core.acting import Acting
from shopstock.core.counting import CountKind, CountState, Scope, SheetState, Step
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import ItemId, LocationId, PersonId
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.services import posting_read

TOPICS = frozenset(("counts",))


class HeldCount(NamedTuple):
    """A count as a service sees it."""

    id: int
    number: int
    kind: CountKind
    state: CountState
    shop_id: LocationId
    scope: Scope
    opening: bool

    @property
    def name(self) -> str:
        """The number that people know it by."""
        return counting.number_words(self.number)


class HeldSheet(NamedTuple):
    """A sheet as a service sees it."""

    id: int
    count_id: int
    location_id: LocationId
    round: int
    whole: bool
    state: SheetState
    assigned_to: PersonId | None
    ledger_position: int | None


def held(db: Db, count_id: int, *states: CountState) -> HeldCount:
    """Lock a count and return it; raise ``Refused`` when it is in none of these states."""
    lock = " FOR UPDATE" if db.engine == "postgresql" else ""
    row = db.row(
        f"SELECT id, number, kind, state, shop_id, scope, opening FROM stock_count WHERE id = ?{lock}", (count_id,)
    )
    if row is None:
        raise Refused(_("There is no such count any more."))
    one = HeldCount(
        row[0], row[1], CountKind(row[2]), CountState(row[3]), LocationId(row[4]), Scope.from_text(row[5]), bool(row[6])
    )
    if states and one.state not in states:
        raise Refused(_("{count} is {state}. Look at it again.").format(count=one.name, state=one.state.words.lower()))
    return one


def sheets(db: Db, count_id: int) -> list[HeldSheet]:
    """Return the sheets of a count, round by round in the order of walking."""
    return [
        HeldSheet(id_, count, location, round_, bool(whole), SheetState(state), who, position)
        for id_, count, location, round_, whole, state, who, position in db.rows(
            "SELECT id, count_id, location_id, round, whole, state, assigned_to, ledger_position FROM count_sheet "
            "WHERE count_id = ? ORDER BY round, position, id",
            (count_id,),
        )
    ]


def sheet(db: Db, sheet_id: int) -> HeldSheet:
    """Return one sheet."""
    count_id = db.value("SELECT count_id FROM count_sheet WHERE id = ?", (sheet_id,))
    if count_id is None:
        raise Refused(_("There is no such sheet any more."))
    return next(one for one in sheets(db, int(count_id)) if one.id == sheet_id)


def position(db: Db, item_ids: Collection[ItemId]) -> int:
    """Return where the ledger stands: every movement of these items up to here is there, and none after it.

    Inside a transaction. On PostgreSQL the items are held first, as posting holds them before it draws its numbers;
    one that never moved gets its row for that, so that its first goods receipt waits too.
    """
    if db.engine != "postgresql":
        return int(db.value("SELECT COALESCE(max(id), 0) FROM stock_movement"))
    posting_read.hold_pools(db, sorted(set(item_ids)))
    return int(db.value("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM stock_movement_id_seq"))


def step(db: Db, acting: Acting, count_id: int, what: Step, detail: str = "", line_id: int | None = None) -> None:
    """Write down who did what."""
    db.run(
        "INSERT INTO count_step (count_id, line_id, step, detail, person_id, at) VALUES (?, ?, ?, ?, ?, ?)",
        (count_id, line_id, what.value, detail, acting.person_id, clock.now()),
    )
