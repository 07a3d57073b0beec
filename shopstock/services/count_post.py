"""Reconcile the lines of a closed count and post it: root cause, corrective action, approval, adjustment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shopstock.core import counting, names
from shopstock.core.acting import Acting, Permission
from shopstock.core.counting import CountState, LineState, Step
from shopstock.core.document import Draft, DraftLine
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.outcome import Changes, NotAllowed, Refused
from shopstock.core.text import _
from shopstock.core.units import ItemId, LocationId, Money, PersonId, Qty, share, times
from shopstock.core.write_offs import Purpose
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.queries import causes, settings
from shopstock.services import cycle_plan, posting
from shopstock.services.count_held import TOPICS, HeldCount, held, step
from shopstock.services.cycle_plan import CountedItem


def explain(db: Db, acting: Acting, line_id: int, cause: str, note: str = "") -> Changes:
    """Give a variance its root cause; above the limit of who explains it then needs approval. Needs ``POST_COUNT``."""
    acting.require(Permission.POST_COUNT)
    with transaction(db):
        count_id, value = _line(db, line_id, LineState.EXPLAIN, LineState.APPROVE, LineState.READY)
        if cause not in {one.key for one in causes.causes(db, Purpose.COUNT)}:
            raise Refused(_("There is no root cause “{cause}”.").format(cause=cause[:40]))
        most = counting.limit(settings.load(db), acting.role.value)
        state = LineState.READY if abs(value) <= most else LineState.APPROVE
        db.run(
            "UPDATE count_line SET cause = ?, cause_note = ?, state = ?, decided_at = ?, decided_by = ?, "
            "approved_at = NULL, approved_by = NULL WHERE id = ?",
            (cause, names.clean(note)[:200], state.value, clock.now(), acting.person_id, line_id),
        )
        step(db, acting, count_id, Step.CAUSE, cause, line_id)
    return Changes(topics=TOPICS)


def approve(db: Db, acting: Acting, line_ids: Sequence[int]) -> Changes:
    """Approve variances above a limit; nobody approves what they counted or explained, except in a shop of one."""
    acting.require(Permission.POST_COUNT)
    acting.require(Permission.APPROVE)
    with transaction(db):
        for line_id in line_ids:
            count_id, _value = _line(db, line_id, LineState.APPROVE)
            mine = acting.person_id in _involved(db, line_id)
            if mine and not acting.alone:
                words = _("Someone else has to approve this: you counted or explained it.")
                raise NotAllowed(Permission.APPROVE, words)
            db.run(
                "UPDATE count_line SET state = ?, approved_at = ?, approved_by = ? WHERE id = ?",
                (LineState.READY.value, clock.now(), acting.person_id, line_id),
            )
            step(db, acting, count_id, Step.APPROVAL, "self" if mine else "", line_id)
    return Changes(topics=TOPICS)


def _line(db: Db, line_id: int, *states: LineState) -> tuple[int, Money]:
    row = db.row("SELECT count_id, value, state FROM count_line WHERE id = ?", (line_id,))
    if row is None:
        raise Refused(_("There is no such line any more."))
    held(db, row[0], CountState.RECONCILING)
    state = LineState(db.value("SELECT state FROM count_line WHERE id = ?", (line_id,)))
    if state not in states:
        raise Refused(_("This line is “{state}” already.").format(state=state.words))
    return row[0], Money(row[1])


def _involved(db: Db, line_id: int) -> set[PersonId]:
    """Return who counted a line, in any round, and who explained it."""
    return {
        who
        for (who,) in db.rows(
            "SELECT e.person_id FROM count_line l JOIN count_sheet s ON s.count_id = l.count_id "
            "AND s.location_id = l.location_id JOIN count_entry e ON e.sheet_id = s.id AND e.item_id = l.item_id "
            "WHERE l.id = ? UNION SELECT counted_by FROM count_line WHERE id = ? "
            "UNION SELECT decided_by FROM count_line WHERE id = ? AND decided_by IS NOT NULL",
            (line_id, line_id, line_id),
        )
    }


def set_cost(db: Db, acting: Acting, line_id: int, unit_cost: Money) -> Changes:
    """Say what a unit costs that an opening count found and nobody knows the cost of."""
    acting.require(Permission.POST_COUNT)
    with transaction(db):
        _line(db, line_id, LineState.READY)
        if unit_cost < 0:
            raise Refused(_("Goods come in at a cost of 0 or more. Enter what they cost."))
        db.run("UPDATE count_line SET unit_cost_given = ? WHERE id = ?", (unit_cost, line_id))
    return Changes(topics=TOPICS)


def post(db: Db, acting: Acting, count_id: int) -> Changes:
    """Post a count whose lines are all ready: each moves the ledger by its variance, whatever was sold meanwhile.

    One that was posted before is left as it is. An opening count posts the opening balance at cost.
    """
    acting.require(Permission.POST_COUNT)

    def work() -> Changes:
        count = held(db, count_id)
        for key in (f"opening/{count.number}", f"count/{count.number}"):
            there = posting.there_already(db, key)
            if there is not None:
                return there
        count = held(db, count_id, CountState.RECONCILING)
        waiting = db.value("SELECT count(*) FROM count_line WHERE count_id = ? AND state <> 'ready'", (count_id,))
        if waiting:
            raise Refused(_("{n} lines still need a root cause or approval.").format(n=waiting))
        posted = [_post_part(db, acting, count, part) for part in _parts(db, count)]
        _end(db, acting, count, posted)
        items = frozenset(item for changes in posted for item in changes.items)
        return Changes(posted[0].document if posted else None, items, TOPICS)

    return posting.as_a_whole(db, work)


class _Part(NamedTuple):
    """A document of a count, and the lines that it is about."""

    kind: DocumentKind
    lines: list[DraftLine]
    of: list[int]


def _parts(db: Db, count: HeldCount) -> list[_Part]:
    """Return what is posted: the count; for the first one what was there all along, and what is less than booked."""
    opening, less = _Part(DocumentKind.OPENING, [], []), _Part(DocumentKind.COUNT, [], [])
    for id_, item, place, counted, expected, off, cause in db.rows(
        "SELECT id, item_id, location_id, counted, expected, variance, cause FROM count_line WHERE count_id = ? "
        "ORDER BY id",
        (count.id,),
    ):
        if not count.opening or off < 0:
            line = DraftLine(MovementKind.COUNT, item, counted, place, cause=cause, expected=Qty(expected))
            part = less
        elif off > 0:  # what was sold before it was counted was there at first, too
            line = DraftLine(MovementKind.OPENING, item, off, place, value=_worth(db, id_, Qty(off)))
            part = opening
        else:
            continue
        part.lines.append(line)
        part.of.append(id_)
    return [part for part in (opening, less) if part.lines]


def _worth(db: Db, line_id: int, qty: Qty) -> Money:
    """Return what goods of an opening balance cost: as typed, the supplier's price, the standard, or last known."""
    name, *costs, last_qty, last_value = db.rows(
        "SELECT i.name, l.unit_cost_given, i.supplier_cost, i.standard_cost, COALESCE(p.last_cost_qty, 0), "
        "COALESCE(p.last_cost_value, 0) FROM count_line l JOIN item i ON i.id = l.item_id "
        "LEFT JOIN item_pool p ON p.item_id = l.item_id WHERE l.id = ?",
        (line_id,),
    )[0]
    for cost in costs:
        if cost is not None:
            return times(Money(cost), qty)
    if not last_qty:
        raise Refused(_("What does {item} cost? Enter it, so that the opening balance has a value.").format(item=name))
    return share(Money(last_value), qty, Qty(last_qty))


def _post_part(db: Db, acting: Acting, count: HeldCount, part: _Part) -> Changes:
    key = f"count/{count.number}" if part.kind == DocumentKind.COUNT else f"opening/{count.number}"
    draft = Draft(part.kind, key, clock.now(), tuple(part.lines), reference=count.name)
    changes = posting.post(db, acting, draft, topics=TOPICS)
    assert changes.document is not None
    document_id = changes.document.id
    db.run_many("UPDATE count_line SET document_id = ? WHERE id = ?", [(document_id, line) for line in part.of])
    return changes


def _end(db: Db, acting: Acting, count: HeldCount, posted: Sequence[Changes]) -> None:
    now = clock.now()
    db.run("UPDATE count_line SET state = 'posted' WHERE count_id = ?", (count.id,))
    db.run(
        "UPDATE stock_count SET state = 'posted', ended_at = ?, ended_by = ?, changed_at = ? WHERE id = ?",
        (now, acting.person_id, now, count.id),
    )
    found = [
        CountedItem(ItemId(item), LocationId(place), clock.day_of(now), bool(hit), PersonId(by))
        for item, place, hit, by in db.rows(
            "SELECT item_id, COALESCE(min(CASE WHEN hit = 0 THEN location_id END), min(location_id)), min(hit), "
            "COALESCE(min(CASE WHEN hit = 0 THEN counted_by END), min(counted_by)) FROM count_line "
            "WHERE count_id = ? GROUP BY item_id",
            (count.id,),
        )
    ]
    cycle_plan.note_counted(db, count.shop_id, found)
    documents = " ".join(str(changes.document.id) for changes in posted if changes.document is not None)
    step(db, acting, count.id, Step.POSTED, documents)
    step(db, acting, count.id, Step.MASTER_RECORD, str(len(found)))
