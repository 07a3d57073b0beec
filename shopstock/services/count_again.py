"""Have lines of a count counted again: blind, on a sheet of the next round, by somebody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from shopstock.core.acting import Acting, Permission
from shopstock.core.counting import CountState, LineState, SheetState, Step
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.units import ItemId, LocationId
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.services import count_held
from shopstock.services.count_held import TOPICS, HeldSheet, held, step


def recount(db: Db, acting: Acting, line_ids: Sequence[int]) -> Changes:
    """Send lines of a closed count back: their places get a sheet more and the count is open again, until it is closed.

    What was decided about them is dropped; the other lines keep their causes and approvals. Needs ``POST_COUNT``.
    """
    acting.require(Permission.POST_COUNT)
    with transaction(db):
        wanted = sorted(set(line_ids))
        if not wanted:
            raise Refused(_("Choose the lines that are to be counted again."))
        marks = ", ".join("?" * len(wanted))
        lines = db.rows(f"SELECT count_id, location_id, item_id FROM count_line WHERE id IN ({marks})", wanted)
        if len(lines) < len(wanted):
            raise Refused(_("There is no such line any more."))
        count_id = lines[0][0]
        if any(line[0] != count_id for line in lines):
            raise Refused(_("These lines are of different counts. Choose lines of one."))
        held(db, count_id, CountState.RECONCILING)
        at: defaultdict[LocationId, list[ItemId]] = defaultdict(list)
        for _count, place, item in lines:
            at[place].append(item)
        last = {one.location_id: one for one in count_held.sheets(db, count_id) if one.state is SheetState.DONE}
        for place, items in sorted(at.items()):
            ask(db, acting, last[place], items)
        send_back(db, wanted)
        for line_id in wanted:
            step(db, acting, count_id, Step.RECOUNT, line_id=line_id)
        now = clock.now()
        db.run("UPDATE stock_count SET state = 'open', changed_at = ? WHERE id = ?", (now, count_id))
    return Changes(topics=TOPICS)


def ask(db: Db, acting: Acting, last: HeldSheet, items: Iterable[ItemId]) -> None:
    """Make the sheet of the next round of a place, for these items; in the caller's transaction."""
    sheet_id = db.value(
        "INSERT INTO count_sheet (count_id, location_id, round, whole, position) SELECT s.count_id, s.location_id, "
        "(SELECT max(round) + 1 FROM count_sheet WHERE count_id = s.count_id AND location_id = s.location_id), 0, "
        "s.position FROM count_sheet s WHERE s.id = ? RETURNING id",
        (last.id,),
    )
    db.run_many(
        "INSERT INTO count_sheet_item (sheet_id, item_id, position) VALUES (?, ?, ?)",
        [(sheet_id, item, number) for number, item in enumerate(sorted(items))],
    )
    step(db, acting, last.count_id, Step.RECOUNT, str(sheet_id))


def send_back(db: Db, line_ids: Sequence[int]) -> None:
    """Drop what was decided and found out about lines, as their figures are in doubt; in the caller's transaction."""
    db.run_many(
        "UPDATE count_line SET state = ?, cause = '', cause_note = '', suggested = '', decided_at = NULL, "
        "decided_by = NULL, approved_at = NULL, approved_by = NULL WHERE id = ?",
        [(LineState.RECOUNT.value, line_id) for line_id in line_ids],
    )
    db.run_many("DELETE FROM count_clue WHERE line_id = ?", [(line_id,) for line_id in line_ids])
