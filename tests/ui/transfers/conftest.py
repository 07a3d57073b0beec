"""Two shops on a screen: the real window with Transfers in front, goods in a back room and in bins, and hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit

from shopstock import app
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
from shopstock.ui.main_window import MainWindow
from shopstock.ui.scanner import Scanner
from shopstock.ui.transfers.screen import TransfersScreen
from shopstock.ui.transfers.wizard import Wizard
from tests.conftest import acting_as_owner

GREEN, GREEN_CASE = "5000112637922", "15000112637929"  # one, a case of six
BLACK, CUP, NOBODY = "4006381333931", "4005808730209", "5010009000001"
BACK, B04, B07, HALL, SHOP = "BACK-ROOM", "B-04", "B-07", "HALL", "L-1"
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


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


class Desk:
    """A window with the screen in front, and hands."""

    def __init__(self, window: MainWindow, qtbot: Any, url: str) -> None:
        self.window, self._qtbot, self.url = window, qtbot, url
        self.screen: TransfersScreen = window.opened("transfers")
        self._now = 1_000

    # -- hands

    def key(self, key: Qt.Key, text: str = "", *, pause: int = 120) -> None:
        """Press and release one key, ``pause`` milliseconds after the one before, by the event's own time."""
        self._now += pause
        target = QApplication.focusWidget() or self.window
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(self._now)
            QCoreApplication.sendEvent(target, event)

    def burst(self, code: str) -> None:
        """Scan as a keyboard-wedge scanner does: every key within milliseconds, Enter at the end."""
        for place, character in enumerate(code):
            self.key(Qt.Key(ord(character.upper())), character, pause=120 if not place else 3)
        self.key(KEY.Key_Return, "\r", pause=3)

    def scan(self, *codes: str) -> None:
        """Scan codes, then wait until each is carried out."""
        for code in codes:
            self.burst(code)
        self.settle()

    def line(self, text: str, *, enter: bool = True) -> None:
        """Type a line as a hand does, wherever the focus is."""
        for character in text:
            self.key(Qt.Key(ord(character.upper())), character)
            self._qtbot.waitUntil(lambda: not self._scanner()._held, timeout=20_000)
        if enter:
            self.key(KEY.Key_Return, "\r")
        self.settle()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key, which may be a shortcut of the window."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        self.settle()

    def button(self, name: str) -> QAbstractButton:
        """Return the button of that name that is in sight."""
        QApplication.processEvents()
        found = [b for b in self.window.findChildren(QAbstractButton) if b.isVisible()]
        return next(b for b in found if name in (b.text(), b.accessibleName()))

    def sees(self, name: str) -> bool:
        """Tell whether a button of that name is in sight."""
        QApplication.processEvents()
        return any(
            b.isVisible() and name in (b.text(), b.accessibleName()) for b in self.window.findChildren(QAbstractButton)
        )

    def click(self, name: str) -> None:
        """Press a button by the mouse."""
        button = self.button(name)
        assert button.isEnabled(), f"{name} cannot be pressed"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def fill(self, name: str, text: str) -> None:
        """Replace what stands in a field by typing."""
        field = next(f for f in self.window.findChildren(QLineEdit) if f.isVisible() and f.accessibleName() == name)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        self.settle()

    def settle(self) -> None:
        """Wait until every scan is carried out and kept, and every answer is there."""
        scanner = self._scanner()

        def done() -> bool:
            return scanner.quiet and self.screen.idle and self.window.shop.idle

        for _turn in range(3):
            QCoreApplication.processEvents()
            self._qtbot.waitUntil(done, timeout=60_000)

    def _scanner(self) -> Scanner:
        found = self.window.findChild(Scanner)
        assert found is not None
        return found

    # -- eyes

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

    def said(self) -> str:
        """Return what the message bar says."""
        message = self.window.messages.current()
        return "" if message is None else f"{message.fact} {message.consequence}".strip()

    def reads(self, text: str) -> bool:
        """Tell whether a text is in sight."""
        QApplication.processEvents()
        return any(label.isVisible() and text in label.text() for label in self.window.findChildren(QLabel))

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
def open_desk(sqlite_url: str, tmp_path: Path, qtbot: Any) -> Iterator[Callable[..., Desk]]:
    """Open a window on the test's shop; ``as_name`` names who works there, ``lines`` puts it on worker threads."""
    windows: list[MainWindow] = []

    def opened(as_name: str | None = "Owner", *, lines: bool = True, screen: str = "transfers") -> Desk:
        settings = QSettings(str(tmp_path / f"machine-{len(windows)}.ini"), QSettings.Format.IniFormat)
        settings.setValue("window/appearance", "light")
        settings.setValue("window/screen", screen)
        window = app.build(sqlite_url, machine=settings, as_name=as_name, inline=not lines, devices=False)
        windows.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitActive(window)
        desk = Desk(window, qtbot, sqlite_url)
        desk.settle()
        return desk

    yield opened
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def desk(stocked: Stocked, open_desk: Callable[..., Desk]) -> Desk:
    """The owner in the main shop."""
    return open_desk()


def pieces(count: int) -> Qty:
    """Return so many pieces."""
    return Qty(count * 1_000)
