"""A back room that prints labels: the real window with its scanner filter on a shop of four items, and hands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QLineEdit

from shopstock.core.acting import Acting
from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.labels import Reason
from shopstock.core.units import ItemId, Money
from shopstock.db.connection import Db, open_shop, transaction
from shopstock.services import items, label_due
from shopstock.ui.labels.screen import LabelsScreen
from tests.conftest import acting_as_owner
from tests.ui.conftest import OpenWindow
from tests.ui.desk import Station, machine_at

TEA, CANDLE, LANTERN, BOWL = "TEA", "CANDLE", "LANTERN", "BOWL"
CODES = {TEA: "5000112637922", CANDLE: "4006381333931"}
PRICES = {TEA: 49_500, CANDLE: 12_000, LANTERN: 180_000, BOWL: 95_000}


class Hands(Station):
    """The Labels screen."""

    SCREEN = "labels"
    screen: LabelsScreen

    def begin(self) -> None:
        self.page, self.output = self.screen.page, self.screen.output

    def enter(self) -> None:
        self.line("")

    def save_as(self, path: Path) -> None:
        """Answer the question where to save."""
        dialog = self.window.findChild(QFileDialog)
        assert dialog is not None
        assert not dialog.isModal()
        dialog.findChild(QLineEdit).setText(str(path))
        dialog.accept()
        self.settle()

    def lines(self) -> list[tuple[str, int, bool]]:
        """Return the lines on show: SKU, copies, ticked."""
        return [(line.sku, line.copies, line.on) for line in self.page.table.lines.rows]

    def counts(self) -> list[str]:
        return [self.page.segments.segment(name).accessibleName() for name in self.page.segments._values]


def stock_up(db: Db, owner: Acting) -> dict[str, ItemId]:
    """Four items, two of them with a code."""
    made = {}
    for sku, price in PRICES.items():
        codes = [NewCode(CODES[sku])] if sku in CODES else []
        (made[sku],) = items.create(
            db, owner, ItemFields(name=sku.capitalize(), sku=sku, price=Money(price)), codes
        ).items
    return made


@pytest.fixture
def goods(sqlite_url: str) -> dict[str, ItemId]:
    with open_shop(sqlite_url) as db:
        return stock_up(db, acting_as_owner(db))


@pytest.fixture
def wants(sqlite_url: str, goods: dict[str, ItemId]) -> dict[str, ItemId]:
    """Tea and the lantern came in, the price of the candle changed."""
    with open_shop(sqlite_url) as db:
        owner = acting_as_owner(db)
        with transaction(db):
            label_due.wanted(db, [(goods[LANTERN], 2), (goods[TEA], 3)], Reason.RECEIVED)
        items.set_price(db, owner, goods[CANDLE], Money(15_000))
    return goods


@pytest.fixture
def machine(tmp_path: Path) -> QSettings:
    return machine_at(tmp_path / "machine.ini", "labels")


@pytest.fixture
def opened_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the program asked the desktop to open."""
    asked: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url.toLocalFile()) or True)
    return asked


@pytest.fixture
def open_labels(sqlite_url: str, machine: QSettings, open_window: OpenWindow, qtbot: Any) -> Callable[..., Hands]:
    """Open the window; with ``devices`` and ``lines`` as the program does."""

    def opened(as_name: str | None = None, *, devices: bool = False, lines: bool = False) -> Hands:
        window = open_window(machine, as_name, lines=lines, devices=devices, backs_up=False)
        return Hands(window, qtbot, sqlite_url)

    return opened


@pytest.fixture
def hands(goods: dict[str, ItemId], open_labels: Callable[..., Hands]) -> Hands:
    return open_labels()
