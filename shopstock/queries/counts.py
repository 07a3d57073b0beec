"""The counts of the shop and how far each is: nothing here tells what the ledger expects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import NamedTuple

from shopstock.core import counting
from shopstock.core.acting import Acting, Permission
from shopstock.core.counting import CountState, SheetState
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import Day, Instant, ItemId, LocationId, PersonId, Qty
from shopstock.db.connection import Db
from shopstock.queries import place_paths


class CountRow(NamedTuple):
    """A count as a list shows it; ``done`` of its ``sheets`` are finished."""

    id: int
    number: str
    kind: str
    state: str
    shop: str
    day: Day
    name: str
    sheets: int
    done: int


def counts(db: Db, states: Collection[CountState]) -> list[CountRow]:
    """Return the counts in these states, the newest first."""
    marks = ", ".join("?" * len(states))
    return [
        CountRow(id_, counting.number_words(number), *rest)
        for id_, number, *rest in db.rows(
            "SELECT c.id, c.number, c.kind, c.state, o.name, c.day, c.name, "
            "(SELECT count(*) FROM count_sheet s WHERE s.count_id = c.id AND s.state <> 'cancelled'), "
            "(SELECT count(*) FROM count_sheet s WHERE s.count_id = c.id AND s.state = 'done') "
            f"FROM stock_count c JOIN location o ON o.id = c.shop_id WHERE c.state IN ({marks}) ORDER BY c.id DESC",
            [state.value for state in states],
        )
    ]


class SheetRow(NamedTuple):
    """A place of a count in one round, and how many entries were made there."""

    id: int
    location_id: LocationId
    place: str
    round: int
    state: SheetState
    entries: int


def sheets(db: Db, count_id: int) -> list[SheetRow]:
    """Return the sheets of a count, round by round in the order of walking."""
    paths = place_paths.paths(db)
    return [
        SheetRow(id_, location, paths.get(location, ""), round_, SheetState(state), entries)
        for id_, location, round_, state, entries in db.rows(
            "SELECT s.id, s.location_id, s.round, s.state, "
            "(SELECT count(*) FROM count_entry e WHERE e.sheet_id = s.id) "
            "FROM count_sheet s WHERE s.count_id = ? ORDER BY s.round, s.position, s.id",
            (count_id,),
        )
    ]


class SheetProgress(NamedTuple):
    """A place of a count and how far it is; ``counted`` how many items or codes have a figure."""

    id: int
    location_id: LocationId
    place: str
    round: int
    state: SheetState
    items: int
    counted: int
    assigned_to: PersonId | None
    assigned: str
    team: str
    counters: str
    last_at: Instant | None


class Misplaced(NamedTuple):
    """An item that was counted elsewhere than at its home place."""

    item_id: ItemId
    sku: str
    name: str
    place: str
    home: str
    qty: Qty


class UnknownScan(NamedTuple):
    """A code of a count that nobody knows yet."""

    code: str
    places: str
    times: Qty


class Progress(NamedTuple):
    """A count with its places, what lies where it does not belong, and the codes that wait for a word."""

    head: CountRow
    note: str
    opening: bool
    sheets: tuple[SheetProgress, ...]
    misplaced: tuple[Misplaced, ...]
    unknown: tuple[UnknownScan, ...]

    @property
    def never(self) -> tuple[SheetProgress, ...]:
        """The places where nobody has counted anything yet."""
        return tuple(one for one in self.sheets if one.state is SheetState.OPEN)


def progress(db: Db, acting: Acting, count_id: int) -> Progress:
    """Return how far a count is. Needs ``POST_COUNT``."""
    acting.require(Permission.POST_COUNT)
    head = next((one for one in counts(db, tuple(CountState)) if one.id == count_id), None)
    if head is None:
        raise Refused(_("There is no such count any more."))
    note, opening = db.rows("SELECT note, opening FROM stock_count WHERE id = ?", (count_id,))[0]
    paths = place_paths.paths(db)
    return Progress(
        head, note, bool(opening), tuple(_sheets(db, count_id, paths)), tuple(_misplaced(db, count_id, paths)),
        tuple(_unknown(db, count_id, paths)),
    )  # fmt: skip


def _sheets(db: Db, count_id: int, paths: Mapping[LocationId, str]) -> list[SheetProgress]:
    who: defaultdict[int, list[str]] = defaultdict(list)
    last: dict[int, int] = {}
    for sheet_id, name, at in db.rows(
        "SELECT e.sheet_id, p.name, max(e.at) FROM count_entry e JOIN count_sheet s ON s.id = e.sheet_id "
        "JOIN person p ON p.id = e.person_id WHERE s.count_id = ? GROUP BY e.sheet_id, p.name ORDER BY p.name",
        (count_id,),
    ):
        who[sheet_id].append(name)
        last[sheet_id] = max(at, last.get(sheet_id, at))
    return [
        SheetProgress(
            id_, place, paths.get(place, ""), round_, SheetState(state), listed, counted, to, assigned, team,
            ", ".join(who[id_]), Instant(last[id_]) if id_ in last else None,
        )
        for id_, place, round_, state, listed, counted, to, assigned, team in db.rows(
            "SELECT s.id, s.location_id, s.round, s.state, "
            "(SELECT count(*) FROM count_sheet_item n WHERE n.sheet_id = s.id), "
            "(SELECT count(DISTINCT COALESCE(CAST(e.item_id AS TEXT), '/' || e.code)) FROM count_entry e "
            "WHERE e.sheet_id = s.id), s.assigned_to, COALESCE(p.name, ''), s.team FROM count_sheet s "
            "LEFT JOIN person p ON p.id = s.assigned_to WHERE s.count_id = ? AND s.state <> 'cancelled' "
            "ORDER BY s.round DESC, s.position, s.id",
            (count_id,),
        )
    ]  # fmt: skip


def _misplaced(db: Db, count_id: int, paths: Mapping[LocationId, str]) -> list[Misplaced]:
    return [
        Misplaced(item, sku, name, paths.get(place, ""), paths.get(home, ""), Qty(int(qty)))
        for item, sku, name, place, home, qty in db.rows(
            "SELECT i.id, i.sku, i.name, s.location_id, h.location_id, sum(e.qty) FROM count_entry e "
            "JOIN count_sheet s ON s.id = e.sheet_id JOIN stock_count c ON c.id = s.count_id "
            "JOIN item i ON i.id = e.item_id JOIN home_place h ON h.item_id = e.item_id AND h.shop_id = c.shop_id "
            "WHERE c.id = ? AND h.location_id <> s.location_id GROUP BY i.id, i.sku, i.name, s.id, s.location_id, "
            "h.location_id HAVING sum(e.qty) > 0 ORDER BY i.name, s.id",
            (count_id,),
        )
    ]


def _unknown(db: Db, count_id: int, paths: Mapping[LocationId, str]) -> list[UnknownScan]:
    found: dict[str, UnknownScan] = {}
    for code, place, qty in db.rows(
        "SELECT e.code, s.location_id, sum(e.qty) FROM count_entry e JOIN count_sheet s ON s.id = e.sheet_id "
        "WHERE s.count_id = ? AND e.item_id IS NULL AND NOT EXISTS (SELECT 1 FROM count_match m "
        "WHERE m.count_id = s.count_id AND m.code = e.code) GROUP BY e.code, s.location_id "
        "HAVING sum(e.qty) <> 0 ORDER BY e.code, s.location_id",
        (count_id,),
    ):
        before = found.get(code)
        where = paths.get(place, "")
        found[code] = UnknownScan(
            code, where if before is None else f"{before.places}, {where}", Qty(qty + (before.times if before else 0))
        )
    return list(found.values())
