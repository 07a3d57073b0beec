"""Two shops on a screen: the real window with Transfers in front, goods in a back room and in bins, and hands."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from shopstock.core.acting import Role
from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.document import Goods, Head
from shopstock.core.places import Level, PlaceFields
from shopstock.core.transfers import TransferFields
from shopstock.core.units import ItemId, LocationId, Qty, parse_money, parse_qty
from shopstock.db import clock
from shopstock.db.connection import Db, open_shop
from shopstock.queries import audit
from shopstock.services import items, people, places, receive, transfers
from shopstock.ui.transfers.screen import TransfersScreen
from shopstock.ui.transfers.wizard import Wizard
from tests.conftest import acting_as_owner
from tests.ui.conftest import OpenWindow
from tests.ui.desk import Station, machine_at

GREEN, GREEN_CASE = "5000112637922", "15000112637929"  # one, a case of six
BLACK, CUP, NOBODY = "4006381333931", "4005808730209", "5010009000001"
BACK, B04, B07, HALL, SHOP = "BACK-ROOM", "B-04", "B-07", "HALL", "L-1"


class Stocked:
    """Two shops: Main shop with a back room and two bins in it, and a market hall."""

    def __init__(self, db: Db, *, alone: bool = False) -> None:
        owner = acting_as_owner(db)
        self.owner = owner
        self.main = owner.location_id
        self.back = self.place(db, "Back room", Level.ROOM, self.main, BACK)
        self.b04 = self.place(db, "Bin 4", Level.BIN, self.back, B04)
        self.b07 = self.place(db, "Bin 7", Level.BIN, self.back, B07)
        self.hall = self.place(db, "Market hall", Level.SHOP, None, HALL)
        self.items: dict[str, ItemId] = {}
        for name, sku, codes, at in (
            ("Green tea", "TEA-G", [NewCode(GREEN), NewCode(GREEN_CASE, parse_qty("6"))], {self.back: "24"}),
            ("Black tea", "TEA-B", [NewCode(BLACK)], {self.back: "10", self.b07: "3"}),
            ("Cup", "CUP-1", [NewCode(CUP)], {self.main: "5"}),
        ):
            (item_id,) = items.create(db, owner, ItemFields(name=name, sku=sku, price=parse_money("5")), codes).items
            self.items[sku] = item_id
            for place, qty in at.items():
                receive.post_opening(
                    db, owner, Head(f"open {sku} {place}", clock.now()),
                    [Goods(item_id, parse_qty(qty), parse_money(qty), place)],
                )  # fmt: skip
        places.set_home(db, owner, self.items["TEA-G"], self.b04)
        if alone:
            return
        people.set_pin(db, owner, owner.person_id, "1382")
        people.add_person(db, owner, "Ann", Role.STOCKROOM, pin="2749")

    def place(self, db: Db, name: str, level: Level, parent: LocationId | None, code: str) -> LocationId:
        """Add a place."""
        places.add_place(db, self.owner, PlaceFields(name, level, parent, code))
        return LocationId(db.value("SELECT id FROM location WHERE name = ?", (name,)))

    def asked(self, db: Db, **wanted: str) -> int:
        """Let the market hall ask the main shop for goods."""
        lines = [(self.items[sku.replace("_", "-")], parse_qty(qty)) for sku, qty in wanted.items()]
        return transfers.request(db, self.owner, TransferFields(self.main, self.hall), lines).transfer_id


class Desk(Station):
    """The screen of transfers."""

    SCREEN = "transfers"
    screen: TransfersScreen

    def at_rest(self) -> bool:
        """Tell whether every scan is carried out and kept."""
        return self.screen.idle

    @property
    def wizard(self) -> Wizard:
        """The wizard on show."""
        assert self.screen.wizard is not None
        return self.screen.wizard

    def hand(self) -> list[tuple[str, int, str]]:
        """Return what is in hand: name, pieces, from where."""
        return [(row.name, row.qty // 1_000, row.source.name) for row in self.screen.start.deed.rows]

    def rows(self) -> dict[str, tuple[str, str, str]]:
        """Return the rows of the count: what is counted, wanted, and what is said about it, by SKU or code."""
        model = self.wizard.count.table.count_rows
        found: dict[str, tuple[str, str, str]] = {}
        for number, row in enumerate(model.rows):
            shown = [str(model.index(number, column).data()) for column in (1, 2, 3)]
            found[row.code if row.unknown else row.second.split(" · ")[0]] = (shown[0], shown[1], shown[2])
        return found

    def listed(self) -> list[tuple[str, str]]:
        """Return the transfers of the list: number and state."""
        return [(row.number, row.chip.text) for row in self.screen.start.list.rows.rows]

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
    """Two shops with goods."""
    with open_shop(sqlite_url) as db:
        return Stocked(db)


@pytest.fixture
def open_desk(sqlite_url: str, open_window: OpenWindow, tmp_path: Path, qtbot: Any) -> Callable[..., Desk]:
    """Open a window on the test's shop, each on a computer of its own; ``as_name`` names who works there."""
    machines = count()

    def opened(as_name: str | None = "Owner", *, lines: bool = True, screen: str = "transfers") -> Desk:
        machine = machine_at(tmp_path / f"machine-{next(machines)}.ini", screen)
        return Desk(open_window(machine, as_name, lines=lines), qtbot, sqlite_url)

    return opened


@pytest.fixture
def desk(stocked: Stocked, open_desk: Callable[..., Desk]) -> Desk:
    """The owner in the main shop."""
    return open_desk()


def pieces(count: int) -> Qty:
    """Return so many pieces."""
    return Qty(count * 1_000)
