"""The screen of returns and write-offs at work: the real window on a shop with four items, three people, and hands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage

from shopstock.core.acting import Role
from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.document import Goods, Head
from shopstock.core.units import ItemId, Money, parse_money, parse_qty
from shopstock.db import clock
from shopstock.db.connection import Db, open_shop
from shopstock.services import items, people, receive
from shopstock.ui.back.screen import BackScreen
from shopstock.ui.back.work_panel import WorkPanel
from tests.conftest import acting_as_owner
from tests.ui.conftest import OpenWindow
from tests.ui.desk import Station, machine_at

CUP, PLATE, VASE, TEA = "4006381333931", "4005808730209", "5010009000001", "5000112637922"
CASE = "15000112637929"  # a case of six TEA
BADGE = "BADGE-OF-MIA"


def stocked(db: Db) -> dict[str, ItemId]:
    """Put four items on hand: ten cups at 2.00, ten plates at 3.00, two vases at 400.00, 24 teas at 1.50."""
    owner = acting_as_owner(db)
    made: dict[str, ItemId] = {}
    for name, code, qty, value in (
        ("Cup", CUP, "10", "20"), ("Plate", PLATE, "10", "30"), ("Vase", VASE, "2", "800"), ("Tea", TEA, "24", "36"),
    ):  # fmt: skip
        codes = [NewCode(code)] + ([NewCode(CASE, parse_qty("6"))] if code == TEA else [])
        (item_id,) = items.create(db, owner, ItemFields(name=name, price=parse_money("5")), codes).items
        made[code] = item_id
        receive.post_opening(
            db, owner, Head(f"open {name}", clock.now()), [Goods(item_id, parse_qty(qty), parse_money(value))]
        )
    return made


def staffed(db: Db) -> None:
    """Add a person in the stockroom and a manager, each with a PIN; the manager has a badge."""
    owner = acting_as_owner(db)
    people.set_pin(db, owner, owner.person_id, "1382")
    people.add_person(db, owner, "Ann", Role.STOCKROOM, pin="2749")
    people.add_person(db, owner, "Mia", Role.INVENTORY_MANAGER, pin="3951", badge=BADGE)


def picture(path: Path) -> Path:
    """Write a small photo."""
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    image.fill(QColor("#a4573c"))
    assert image.save(str(path))
    return path


class Desk(Station):
    """The screen of returns and write-offs."""

    SCREEN = "back"
    screen: BackScreen

    def at_rest(self) -> bool:
        """Tell whether every scan of the write-off is understood and kept."""
        page = self.screen._built.get("write_off")
        return page is None or bool(page.scanning.idle)  # type: ignore[attr-defined]

    @property
    def work(self) -> WorkPanel:
        """The write-off on show."""
        work = self.screen.page("write_off").work
        assert isinstance(work, WorkPanel)
        return work

    def rows(self) -> list[tuple[str, str, str]]:
        """Return the rows of the write-off: item, cause, quantity."""
        return [(row.name, row.cause, str(row.qty // 1000)) for row in self.work.scanning.tally.rows]

    def on_hand(self, item_id: ItemId) -> int:
        """Return how many pieces of an item are on hand in all."""
        return int(self.value("SELECT SUM(on_hand) FROM stock_level WHERE item_id = ?", item_id)) // 1000

    def written_off(self) -> Money:
        """Return what was written off in all, at cost."""
        return Money(self.value("SELECT COALESCE(-SUM(value), 0) FROM stock_movement WHERE kind = 'write_off'"))


@pytest.fixture
def goods(sqlite_url: str) -> dict[str, ItemId]:
    """The items of the shop, on hand, by their code."""
    with open_shop(sqlite_url) as db:
        return stocked(db)


@pytest.fixture
def crew(sqlite_url: str, goods: dict[str, ItemId]) -> None:
    """A shop of three people."""
    with open_shop(sqlite_url) as db:
        staffed(db)


@pytest.fixture
def open_desk(sqlite_url: str, open_window: OpenWindow, tmp_path: Path, qtbot: Any) -> Callable[..., Desk]:
    """Open a window on the test's shop; ``as_name`` names who works there."""
    machine = machine_at(tmp_path / "machine.ini", "back")

    def opened(as_name: str | None = None) -> Desk:
        return Desk(open_window(machine, as_name), qtbot, sqlite_url)

    return opened


@pytest.fixture
def desk(goods: dict[str, ItemId], open_desk: Callable[..., Desk]) -> Desk:
    """The owner of a shop of one person."""
    return open_desk()
