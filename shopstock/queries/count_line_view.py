"""One line of a closed count with all that was done about it: entries of every round, steps, clues, actions."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core.acting import Acting, Permission
from shopstock.core.counting import LineState, Step
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import Day, Instant, ItemId, LocationId, Money, PersonId, Qty
from shopstock.core.write_offs import Purpose
from shopstock.db.connection import Db
from shopstock.queries import causes, place_paths


class EntryRow(NamedTuple):
    """What somebody entered for the line, in which round, and with what."""

    round: int
    qty: Qty
    person: str
    device: str
    station: str
    at: Instant


class StepRow(NamedTuple):
    """What was done about the line, and by whom."""

    step: Step
    detail: str
    person: str
    at: Instant


class Clue(NamedTuple):
    """A likely cause, what speaks for it, and the documents that do; ``score`` of 1,000."""

    rank: int
    cause: str
    name: str
    score: int
    words: str
    documents: tuple[int, ...]


class ActionRow(NamedTuple):
    """A corrective action; ``done_at`` is ``None`` while it is open."""

    id: int
    action: str
    owner_id: PersonId
    owner: str
    due_day: Day
    done_at: Instant | None
    outcome: str


class LineView(NamedTuple):
    """A line of a closed count. Values are ``None`` for who may not see costs."""

    id: int
    count_id: int
    item_id: ItemId
    sku: str
    name: str
    unit: str
    location_id: LocationId
    place: str
    abc: str
    round: int
    counted: Qty
    expected: Qty
    low: Qty
    high: Qty
    variance: Qty
    value: Money | None
    book_value: Money | None
    tolerance: int
    hit: bool
    state: LineState
    cause: str
    cause_note: str
    suggested: str
    counted_by: str
    counted_at: Instant
    decided_by: str
    approved_by: str
    unit_cost_given: Money | None
    document_id: int | None
    entries: tuple[EntryRow, ...]
    steps: tuple[StepRow, ...]
    clues: tuple[Clue, ...]
    actions: tuple[ActionRow, ...]


def line(db: Db, acting: Acting, line_id: int) -> LineView:
    """Return a line with all about it. Needs ``POST_COUNT``."""
    acting.require(Permission.POST_COUNT)
    row = db.row(
        "SELECT l.count_id, l.item_id, i.sku, i.name, i.unit, l.location_id, l.abc, l.round, l.counted, l.expected, "
        "l.expected_low, l.expected_high, l.variance, l.value, l.book_value, l.tolerance, l.hit, l.state, l.cause, "
        "l.cause_note, l.suggested, p.name, l.counted_at, COALESCE(d.name, ''), COALESCE(a.name, ''), "
        "l.unit_cost_given, l.document_id FROM count_line l JOIN item i ON i.id = l.item_id "
        "JOIN person p ON p.id = l.counted_by LEFT JOIN person d ON d.id = l.decided_by "
        "LEFT JOIN person a ON a.id = l.approved_by WHERE l.id = ?",
        (line_id,),
    )
    if row is None:
        raise Refused(_("There is no such line any more."))
    (
        count_id, item_id, sku, name, unit, place, abc, round_, counted, expected, low, high, variance, value, book,
        tolerance, hit, state, cause, note, suggested, counted_by, counted_at, decided_by, approved_by, cost, document,
    ) = row  # fmt: skip
    sees = acting.may(Permission.SEE_COST)
    return LineView(
        line_id, count_id, item_id, sku, name, unit, place, place_paths.paths(db).get(place, ""), abc, round_, counted,
        expected, low, high, variance, Money(value) if sees else None, Money(book) if sees else None, tolerance,
        bool(hit), LineState(state), cause, note, suggested, counted_by, counted_at, decided_by, approved_by,
        Money(cost) if sees and cost is not None else None, document, _entries(db, count_id, item_id, place),
        _steps(db, line_id), _clues(db, line_id), _actions(db, line_id),
    )  # fmt: skip


def _entries(db: Db, count_id: int, item_id: ItemId, place: LocationId) -> tuple[EntryRow, ...]:
    return tuple(
        EntryRow._make(row)
        for row in db.rows(
            "SELECT s.round, e.qty * CASE WHEN e.item_id IS NULL THEN m.qty ELSE 1000 END / 1000, p.name, e.device, "
            "t.name, e.at FROM count_sheet s JOIN count_entry e ON e.sheet_id = s.id "
            "LEFT JOIN count_match m ON m.count_id = s.count_id AND m.code = e.code AND e.item_id IS NULL "
            "JOIN person p ON p.id = e.person_id JOIN station t ON t.id = e.station_id "
            "WHERE s.count_id = ? AND s.location_id = ? AND COALESCE(e.item_id, m.item_id) = ? ORDER BY e.id",
            (count_id, place, item_id),
        )
    )


def _steps(db: Db, line_id: int) -> tuple[StepRow, ...]:
    return tuple(
        StepRow(Step(step), detail, person, at)
        for step, detail, person, at in db.rows(
            "SELECT c.step, c.detail, p.name, c.at FROM count_step c JOIN person p ON p.id = c.person_id "
            "WHERE c.line_id = ? ORDER BY c.id",
            (line_id,),
        )
    )


def _clues(db: Db, line_id: int) -> tuple[Clue, ...]:
    names = causes.names_of(db, Purpose.COUNT)
    return tuple(
        Clue(rank, cause, str(names.get(cause, cause)), score, words, tuple(int(one) for one in documents.split()))
        for rank, cause, score, words, documents in db.rows(
            "SELECT rank, cause, score, words, documents FROM count_clue WHERE line_id = ? ORDER BY rank", (line_id,)
        )
    )


def _actions(db: Db, line_id: int) -> tuple[ActionRow, ...]:
    return tuple(
        ActionRow._make(row)
        for row in db.rows(
            "SELECT a.id, a.action, a.owner_id, p.name, a.due_day, a.done_at, a.outcome FROM count_action a "
            "JOIN person p ON p.id = a.owner_id WHERE a.line_id = ? ORDER BY a.id",
            (line_id,),
        )
    )
