"""The counts of the shop and how far each is: nothing here tells what the ledger expects."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from shopstock.core import counting
from shopstock.core.counting import CountState, SheetState
from shopstock.core.units import Day, LocationId
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
