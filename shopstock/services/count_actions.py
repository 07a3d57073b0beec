"""Corrective actions: what is done so that a variance does not come back, by whom and until when."""

from __future__ import annotations

from shopstock.core import names
from shopstock.core.acting import Acting, Permission
from shopstock.core.counting import CountState, Step
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.units import Day, PersonId
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.services.count_held import TOPICS, held, step


def add(db: Db, acting: Acting, line_id: int, action: str, owner_id: PersonId, due_day: Day) -> Changes:
    """Decide on an action for a line of a closed count; its owner answers for it. Needs ``POST_COUNT``."""
    acting.require(Permission.POST_COUNT)
    words = names.clean(action)[:200]
    if not words:
        raise Refused(_("Say what is to be done."))
    if due_day < clock.day_of(clock.now()):
        raise Refused(_("This day is over. Choose one until which it can be done."))
    with transaction(db):
        row = db.row("SELECT count_id, item_id, cause FROM count_line WHERE id = ?", (line_id,))
        if row is None:
            raise Refused(_("There is no such line any more."))
        count_id, item_id, cause = row
        held(db, count_id, CountState.RECONCILING, CountState.POSTED)
        if db.value("SELECT count(*) FROM person WHERE id = ? AND active = 1", (owner_id,)) == 0:
            raise Refused(_("Choose who does it."))
        db.run(
            "INSERT INTO count_action (count_id, line_id, item_id, cause, action, owner_id, due_day, made_at, made_by) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (count_id, line_id, item_id, cause, words, owner_id, due_day, clock.now(), acting.person_id),
        )
        step(db, acting, count_id, Step.ACTION, words, line_id)
    return Changes(topics=TOPICS)


def finish(db: Db, acting: Acting, action_id: int, outcome: str) -> Changes:
    """Say that an action was done and what came of it: its owner, or who has ``POST_COUNT``; once."""
    acting.require(Permission.COUNT)
    with transaction(db):
        row = db.row("SELECT count_id, line_id, owner_id, action FROM count_action WHERE id = ?", (action_id,))
        if row is None:
            raise Refused(_("There is no such action any more."))
        count_id, line_id, owner_id, action = row
        if acting.person_id != owner_id:
            acting.require(Permission.POST_COUNT)
        words = names.clean(outcome)[:200]
        ended = db.rows(
            "UPDATE count_action SET done_at = ?, done_by = ?, outcome = ? "
            "WHERE id = ? AND done_at IS NULL RETURNING id",
            (clock.now(), acting.person_id, words, action_id),
        )
        if not ended:
            raise Refused(_("This is done already."))
        step(db, acting, count_id, Step.ACTION_DONE, words or action, line_id)
    return Changes(topics=TOPICS)
