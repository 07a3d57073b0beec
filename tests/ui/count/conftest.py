"""A shop to count: a shelf, a back room, four items, an owner who posts and two who count, each at a computer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.document import Goods, Head
from shopstock.core.places import Level, PlaceFields
from shopstock.core.units import ItemId, LocationId, Qty, parse_money, parse_qty
from shopstock.db import clock
from shopstock.db.connection import Db, open_shop
from shopstock.queries import audit
from shopstock.services import count_entries, counts, items, people, places, receive, settings
from shopstock.services.count_entries import EntryLine
from shopstock.services.counts import CountFields
from shopstock.ui.count.board_page import BoardPage
from shopstock.ui.count.lines_page import LinesPage
from shopstock.ui.count.screen import CountScreen
from shopstock.ui.count.sheet_page import SheetPage
from tests.conftest import acting_as_owner
from tests.ui.conftest import OpenWindow
from tests.ui.desk import Station, machine_at

GREEN, GREEN_CASE = "5000112637922", "15000112637929"  # one, a case of six
BLACK, CUP, RADIO, NOBODY = "4006381333931", "4005808730209", "4902430735063", "5010009000001"
SHELF, BACK = "SHELF-1", "BACK-ROOM"


def person_acting(db: Db, name: str) -> Acting:
    """Return somebody who works at the shop's first station."""
    id_, role = db.rows("SELECT id, role FROM person WHERE name = ?", (name,))[0]
    owner = acting_as_owner(db)
    return replace(owner, person_id=id_, name=name, role=Role(role), alone=False)


class Stocked:
    """A shop with two places beside its floor."""

    def __init__(self, db: Db, *, alone: bool = False, opening: bool = True) -> None:
        owner = acting_as_owner(db)
        self.owner = owner
        self.main = owner.location_id
        self.shelf = self.place(db, "Shelf 1", Level.BIN, self.main, SHELF)
        self.back = self.place(db, "Back room", Level.ROOM, self.main, BACK)
        self.items: dict[str, ItemId] = {}
        for name, sku, codes, at in (
            ("Green tea", "TEA-G", [NewCode(GREEN), NewCode(GREEN_CASE, parse_qty("6"))], {self.shelf: "24"}),
            ("Black tea", "TEA-B", [NewCode(BLACK)], {self.shelf: "10", self.back: "6"}),
            ("Cup", "CUP-1", [NewCode(CUP)], {self.back: "5"}),
            ("Radio", "RADIO", [NewCode(RADIO)], {self.back: "4"}),
        ):
            price = parse_money("90" if sku == "RADIO" else "5")
            (item_id,) = items.create(
                db, owner, ItemFields(name=name, sku=sku, price=price, supplier_cost=parse_money("2")), codes
            ).items
            self.items[sku] = item_id
            for place, qty in at.items() if opening else ():
                worth = parse_money("40") if sku == "RADIO" else parse_money("2")
                receive.post_opening(
                    db, owner, Head(f"open {sku} {place}", clock.now()),
                    [Goods(item_id, parse_qty(qty), worth, place)],
                )  # fmt: skip
        settings.save(db, owner, {"count_recount_value": 0})
        if alone:
            return
        people.set_pin(db, owner, owner.person_id, "1382")
        people.add_person(db, owner, "Ann", Role.STOCKROOM, pin="2749")
        people.add_person(db, owner, "Bo", Role.STOCKROOM, pin="3750")

    def count_begun(self, url: str) -> None:
        """Let the owner begin a count of the whole shop."""
        with open_shop(url) as db:
            counts.new_count(db, self.owner, CountFields(self.main))

    def counts(self, url: str, name: str, place: LocationId, *, done: bool = True, **pieces: int) -> None:
        """Let somebody count a place at another station; names of items as ``TEA_G``."""
        with open_shop(url) as db:
            who = person_acting(db, name)
            sheet_id = db.value(
                "SELECT id FROM count_sheet WHERE location_id = ? AND state IN ('open', 'counting')", (place,)
            )
            entries = [
                EntryLine(f"{name} {sheet_id} {sku}", self.items[sku.replace("_", "-")], Qty(qty * 1000))
                for sku, qty in pieces.items()
            ]
            counts.begin_sheet(db, who, sheet_id)
            if entries:
                count_entries.enter(db, who, sheet_id, entries)
            if done:
                counts.finish_sheet(db, who, sheet_id)

    def place(self, db: Db, name: str, level: Level, parent: LocationId | None, code: str) -> LocationId:
        """Add a place."""
        places.add_place(db, self.owner, PlaceFields(name, level, parent, code))
        return LocationId(db.value("SELECT id FROM location WHERE name = ?", (name,)))


class Desk(Station):
    """The screen of counts."""

    SCREEN = "count"
    screen: CountScreen

    def at_rest(self) -> bool:
        """Tell whether every scan is carried out and kept."""
        return self.screen.idle

    @property
    def sheet(self) -> SheetPage:
        """The place that is counted."""
        assert isinstance(self.screen.page, SheetPage)
        return self.screen.page

    @property
    def board(self) -> BoardPage:
        """The count on show."""
        assert isinstance(self.screen.page, BoardPage)
        return self.screen.page

    @property
    def lines(self) -> LinesPage:
        """The closed count on show."""
        assert isinstance(self.screen.page, LinesPage)
        return self.screen.page

    def rows(self) -> dict[str, tuple[str, str]]:
        """Return what is counted and what is said about it, by SKU or code."""
        found = {}
        for row in self.sheet.step.table.count_rows.rows:
            found[row.code if row.unknown else row.second.split(" · ")[0]] = (str(row.counted / 1000), row.chip.text)
        return found

    def listed(self) -> list[tuple[str, str]]:
        """Return what the start page lists: name and state."""
        return [(row.name, row.chip.text) for row in self.screen.start.rows.rows]

    def variances(self) -> dict[str, tuple[int, str]]:
        """Return the lines on show: variance in pieces, and what they wait for."""
        return {row.second.split(" · ")[0]: (row.variance // 1000, row.chip.text) for row in self.lines.rows.rows}

    def choose_line(self, sku: str) -> None:
        """Select a line."""
        rows = self.lines.rows.rows
        self.lines.table.select(next(n for n, row in enumerate(rows) if row.second.startswith(sku)))
        self.settle()

    def ask(self, sql: str, *params: Any) -> Any:
        """Ask the database, past the program; the ledger is proved with it."""
        with open_shop(self.url) as db:
            assert audit.discrepancies(db) == []
            return db.value(sql, params)

    def on_hand(self, item_id: ItemId, place: LocationId) -> int:
        """Return how many pieces a place has."""
        found = self.ask("SELECT on_hand FROM stock_level WHERE item_id = ? AND location_id = ?", item_id, place)
        return int(found or 0) // 1_000


@pytest.fixture
def stocked(sqlite_url: str) -> Stocked:
    """A shop with goods."""
    with open_shop(sqlite_url) as db:
        return Stocked(db)


@pytest.fixture
def open_desk(sqlite_url: str, open_window: OpenWindow, tmp_path: Path, qtbot: Any) -> Callable[..., Desk]:
    """Open a window on the test's shop, each on a computer of its own; ``as_name`` names who works there."""
    machines = count()

    def opened(as_name: str | None = "Owner", *, lines: bool = True, screen: str = "count") -> Desk:
        machine = machine_at(tmp_path / f"machine-{next(machines)}.ini", screen)
        return Desk(open_window(machine, as_name, lines=lines), qtbot, sqlite_url)

    return opened


@pytest.fixture
def desk(stocked: Stocked, open_desk: Callable[..., Desk]) -> Desk:
    """The owner."""
    return open_desk()
