"""A till on a screen: the real window, worker threads and scanner filter on a fresh shop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from shopstock.core.cart_lines import Goods
from shopstock.db.connection import Db, open_shop
from shopstock.ui.sell.screen import SellScreen
from tests import till as shop
from tests.conftest import acting_as_owner
from tests.ui.conftest import OpenWindow
from tests.ui.desk import Station, machine_at

MILK, BREAD, GOUDA, STAMPS = "5000112637922", "5010009000001", "GOUDA", "STAMPS"


class Till(Station):
    """The Sell screen."""

    SCREEN = "sell"
    screen: SellScreen

    def begin(self) -> None:
        self.sale = self.screen.sale

    def at_rest(self) -> bool:
        """Tell whether every scan and key is a row, and saved."""
        return self.sale.ready and self.sale.steps.idle and self.sale.saved

    def line(self, text: str, *, enter: bool = True) -> None:
        """Type into the entry line as a hand does."""
        self.screen.entry.line.setFocus()
        super().line(text, enter=enter)

    def rows(self) -> list[tuple[str, int]]:
        """Return the rows as name (or code) and quantity in thousandths."""
        return [(line.code if line.unknown else line.sku, line.qty) for line in self.sale.cart.lines]

    def on_hand(self, sku: str) -> int:
        """Return what the database says is on hand, in thousandths."""
        sql = "SELECT coalesce(sum(l.on_hand), 0) FROM stock_level l JOIN item i ON i.id = l.item_id WHERE i.sku = ?"
        return int(self.value(sql, sku))

    def has_entry_focus(self) -> bool:
        """Tell whether typing goes to the entry line."""
        return QApplication.focusWidget() is self.screen.entry.line


def stock(db: Db) -> dict[str, Goods]:
    """Put goods on the shelves: two with codes, one by weight, one without a code or stock."""
    owner = acting_as_owner(db)
    return {
        "MILK": shop.goods(db, owner, "MILK", "1.19", "10", code=MILK),
        "BREAD": shop.goods(db, owner, "BREAD", "2.35", "10", code=BREAD),
        "GOUDA": shop.goods(db, owner, "GOUDA", "14.90", "5", unit="kg"),
        "STAMPS": shop.goods(db, owner, "STAMPS", "0.85", "0"),
    }


def machine(tmp_path: Path) -> QSettings:
    """Return settings of a computer that starts with the Sell screen in light colours."""
    return machine_at(tmp_path / "machine.ini", "sell")


@pytest.fixture
def open_till(sqlite_url: str, open_window: OpenWindow, tmp_path: Path, qtbot: Any) -> Callable[..., Till]:
    """Open a window on the test's shop; ``as_name`` names who works there."""

    def opened(as_name: str | None = None) -> Till:
        return Till(open_window(machine(tmp_path), as_name, lines=True), qtbot, sqlite_url)

    return opened


@pytest.fixture
def stocked(sqlite_url: str) -> dict[str, Goods]:
    """Goods on the shelves of the test's shop."""
    with open_shop(sqlite_url) as db:
        return stock(db)


@pytest.fixture
def till(stocked: dict[str, Goods], open_till: Callable[..., Till]) -> Till:
    """The owner's till on a stocked shop."""
    return open_till()
