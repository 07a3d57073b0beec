"""Begin a count, hand out its sheets, and finish them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shopstock.core import counting, names
from shopstock.core.acting import ROLES, Acting, Permission
from shopstock.core.counting import CountKind, CountState, Scope, SheetState, Step
from shopstock.core.outcome import Changes, NotAllowed, Refused
from shopstock.core.text import _
from shopstock.core.units import ItemId, LocationId, PersonId
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.queries import people, places
from shopstock.services import count_again, count_held
from shopstock.services.count_held import TOPICS, HeldSheet, held, step

EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class CountFields:
    """What is to be counted: places and categories of a shop; neither means everything in it."""

    shop_id: LocationId
    scope: Scope = EVERYTHING
    name: str = ""
    note: str = ""


class Begun(NamedTuple):
    """A count that was begun."""

    changes: Changes
    count_id: int
    number: str


def new_count(db: Db, acting: Acting, fields: CountFields) -> Begun:
    """Begin a full count: a sheet for every place for sale in its scope. Needs ``POST_COUNT``.

    The first count of a shop in which nothing ever moved posts its opening balance.
    """
    acting.require(Permission.POST_COUNT)
    with transaction(db):
        if db.engine == "postgresql":
            db.value("SELECT pg_advisory_xact_lock(hashtextextended('stock_count', 0))")
        wanted = _places(db, fields)
        busy = _being_counted(db, fields.shop_id)
        twice = [place for place in wanted if place.id in busy]
        if twice:
            raise Refused(
                _("{place} is being counted already. Finish or cancel that count first.").format(place=twice[0].path)
            )
        now = clock.now()
        opening = not _has_history(db, fields.shop_id)
        count_id, number = db.rows(
            "INSERT INTO stock_count (number, kind, shop_id, scope, name, note, opening, day, started_at, started_by, "
            "changed_at) VALUES ((SELECT coalesce(max(number), 0) + 1 FROM stock_count), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "RETURNING id, number",
            (
                CountKind.FULL.value, fields.shop_id, fields.scope.to_text(), names.clean(fields.name)[:80],
                names.clean(fields.note)[:200], int(opening), clock.day_of(now), now, acting.person_id, now,
            ),
        )[0]  # fmt: skip
        db.run_many(
            "INSERT INTO count_sheet (count_id, location_id, position) VALUES (?, ?, ?)",
            [(count_id, place.id, position) for position, place in enumerate(wanted)],
        )
        step(db, acting, count_id, Step.STARTED)
    return Begun(Changes(topics=TOPICS), count_id, counting.number_words(number))


def _has_history(db: Db, shop_id: LocationId) -> bool:
    """Tell whether anything ever moved in a shop."""
    found = db.value(
        "SELECT 1 FROM stock_level l JOIN location o ON o.id = l.location_id WHERE COALESCE(o.shop_id, o.id) = ? "
        "LIMIT 1",
        (shop_id,),
    )
    return found is not None


def _places(db: Db, fields: CountFields) -> list[places.Place]:
    within: set[LocationId] = set()
    for place in fields.scope.places:
        within.update(places.below(db, LocationId(place)), (LocationId(place),))
    found = [
        place
        for place in places.tree(db)
        if place.shop_id == fields.shop_id and place.kind == "shop" and (not within or place.id in within)
    ]
    if not found:
        raise Refused(_("There is no place to count. Choose a shop, or places of it."))
    return found


def _being_counted(db: Db, shop_id: LocationId) -> set[LocationId]:
    return {
        location
        for (location,) in db.rows(
            "SELECT s.location_id FROM count_sheet s JOIN stock_count c ON c.id = s.count_id "
            "WHERE c.kind = 'full' AND c.state IN ('open', 'reconciling') AND c.shop_id = ?",
            (shop_id,),
        )
    }


def assign(db: Db, acting: Acting, sheet_id: int, person_id: PersonId | None, team: str = "") -> Changes:
    """Give a sheet to a person or a team, or to whoever comes (``None`` and no team)."""
    acting.require(Permission.POST_COUNT)
    with transaction(db):
        one = _open_sheet(db, sheet_id)
        if person_id is not None:
            _check_counter(db, acting, one, person_id)
        db.run(
            "UPDATE count_sheet SET assigned_to = ?, team = ? WHERE id = ?",
            (person_id, names.clean(team)[:80], sheet_id),
        )
    return Changes(topics=TOPICS)


def begin_sheet(db: Db, acting: Acting, sheet_id: int) -> Changes:
    """Begin to count a sheet; several people may count one. Raises ``NotAllowed`` for who counted the round before."""
    acting.require(Permission.COUNT)
    with transaction(db):
        one = _open_sheet(db, sheet_id)
        _check_counter(db, acting, one, acting.person_id)
        if one.assigned_to not in (None, acting.person_id):
            raise NotAllowed(Permission.COUNT, _("This place is somebody else's to count."))
        if one.state is SheetState.OPEN:
            db.run(
                "UPDATE count_sheet SET state = 'counting', started_at = ?, started_by = ? WHERE id = ?",
                (clock.now(), acting.person_id, sheet_id),
            )
    return Changes(topics=TOPICS)


def finish_sheet(db: Db, acting: Acting, sheet_id: int) -> Changes:
    """Say that a place is counted: what the ledger has there and nobody entered counts as none."""
    acting.require(Permission.COUNT)
    with transaction(db):
        one = _open_sheet(db, sheet_id)
        if one.state is not SheetState.COUNTING:
            raise Refused(_("Nobody has begun to count here. Scan something, or say that the place is empty."))
        missing = db.value(
            "SELECT count(*) FROM count_sheet_item n WHERE n.sheet_id = ? AND NOT EXISTS "
            "(SELECT 1 FROM count_entry e WHERE e.sheet_id = n.sheet_id AND e.item_id = n.item_id)",
            (sheet_id,),
        )
        if missing:
            raise Refused(
                _("{n} items of the list have no figure yet. Enter 0 for what is not there.").format(n=missing)
            )
        # What nobody entered counts as none up to here: a sale of it that is being posted is waited for.
        where = count_held.position(db, _lying(db, one.location_id) if one.whole else ())
        db.run(
            "UPDATE count_sheet SET state = 'done', done_at = ?, done_by = ?, ledger_position = ? WHERE id = ?",
            (clock.now(), acting.person_id, where, sheet_id),
        )
        step(db, acting, one.count_id, Step.SHEET_DONE, str(sheet_id))
    return Changes(topics=TOPICS)


def reopen_sheet(db: Db, acting: Acting, sheet_id: int) -> Changes:
    """Let counting go on at a place that was finished too early, by whoever counts it. Needs ``POST_COUNT``.

    What was decided about its lines meanwhile is dropped. Raises ``Refused`` once it is being counted again.
    """
    acting.require(Permission.POST_COUNT)
    with transaction(db):
        one = count_held.sheet(db, sheet_id)
        held(db, one.count_id, CountState.OPEN)
        rounds = [each for each in count_held.sheets(db, one.count_id) if each.location_id == one.location_id]
        if count_held.sheet(db, sheet_id).state is not SheetState.DONE:
            raise Refused(_("This place is not finished. Go on counting there."))
        if any(each.round > one.round and each.state is not SheetState.CANCELLED for each in rounds):
            raise Refused(_("This place is being counted again already. Count it there."))
        db.run(
            "UPDATE count_sheet SET state = 'counting', done_at = NULL, done_by = NULL, ledger_position = NULL "
            "WHERE id = ?",
            (sheet_id,),
        )
        lines = db.rows(
            "SELECT id FROM count_line WHERE count_id = ? AND location_id = ?", (one.count_id, one.location_id)
        )
        count_again.send_back(db, [line_id for (line_id,) in lines])
        step(db, acting, one.count_id, Step.SHEET_REOPENED, str(sheet_id))
    return Changes(topics=TOPICS)


def _lying(db: Db, location_id: LocationId) -> list[ItemId]:
    return [item for (item,) in db.rows("SELECT item_id FROM stock_level WHERE location_id = ?", (location_id,))]


def cancel(db: Db, acting: Acting, count_id: int) -> Changes:
    """Give a count up: its entries stay to be read, the ledger is left alone. Needs ``POST_COUNT``."""
    acting.require(Permission.POST_COUNT)
    with transaction(db):
        held(db, count_id, CountState.OPEN, CountState.RECONCILING)
        now = clock.now()
        db.run(
            "UPDATE stock_count SET state = 'cancelled', ended_at = ?, ended_by = ?, changed_at = ? WHERE id = ?",
            (now, acting.person_id, now, count_id),
        )
        db.run(
            "UPDATE count_sheet SET state = 'cancelled' WHERE count_id = ? AND state IN ('open', 'counting')",
            (count_id,),
        )
        db.run("UPDATE count_file SET active = 0 WHERE count_id = ?", (count_id,))
        step(db, acting, count_id, Step.CANCELLED)
    return Changes(topics=TOPICS)


def _open_sheet(db: Db, sheet_id: int) -> HeldSheet:
    one = count_held.sheet(db, sheet_id)
    held(db, one.count_id, CountState.OPEN)
    if one.state in (SheetState.DONE, SheetState.CANCELLED):
        raise Refused(_("This place is counted already. Ask for it to be counted again."))
    return one


def _check_counter(db: Db, acting: Acting, one: HeldSheet, person_id: PersonId) -> None:
    """Let nobody count again what they counted before: a second look is worth most from other eyes."""
    if one.round == 1:
        listed = db.value("SELECT count(*) FROM count_sheet_item WHERE sheet_id = ?", (one.id,))
        if listed and listed == len(for_others(db, acting, one, person_id)):
            raise NotAllowed(Permission.COUNT, _("Somebody else counts this: it was wrong twice in a row."))
        return
    earlier = frozenset(counters(db, one.count_id, one.location_id, range(1, one.round)))
    if counting.may_count(person_id, earlier, alone=acting.alone):
        return
    able = {each.id for each in people.people(db) if Permission.COUNT in ROLES[each.role]}
    if able <= earlier:  # nobody is left: then at least not who did it last
        earlier = frozenset(counters(db, one.count_id, one.location_id, (one.round - 1,)))
    if person_id in earlier and able - earlier:
        raise NotAllowed(Permission.COUNT, _("Somebody else counts this again: you counted it before."))


def for_others(db: Db, acting: Acting, one: HeldSheet, person_id: PersonId) -> dict[ItemId, str]:
    """Return the items of a sheet, with their names, that were wrong twice in a row, the last time by this person.

    Somebody else has to count them, except in a shop of one.
    """
    if acting.alone or one.whole:
        return {}
    return dict(
        db.rows(
            "SELECT i.id, i.name FROM count_sheet_item n JOIN count_sheet s ON s.id = n.sheet_id "
            "JOIN stock_count k ON k.id = s.count_id JOIN item i ON i.id = n.item_id "
            "JOIN cycle_item c ON c.item_id = n.item_id AND c.shop_id = k.shop_id "
            "WHERE n.sheet_id = ? AND c.misses >= 2 AND c.missed_by = ?",
            (one.id, person_id),
        )
    )


def counters(db: Db, count_id: int, location_id: LocationId, rounds: Sequence[int]) -> list[PersonId]:
    """Return who counted a place in these rounds."""
    return [
        who
        for who, round_ in db.rows(
            "SELECT DISTINCT e.person_id, s.round FROM count_entry e JOIN count_sheet s ON s.id = e.sheet_id "
            "WHERE s.count_id = ? AND s.location_id = ?",
            (count_id, location_id),
        )
        if round_ in rounds
    ]
