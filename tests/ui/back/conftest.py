"""The screen of returns and write-offs at work: the real window on a shop with four items, three people, and hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit

from shopstock import app
from shopstock.core.acting import Role
from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.document import Goods, Head
from shopstock.core.units import ItemId, Money, parse_money, parse_qty
from shopstock.db import clock
from shopstock.db.connection import Db, open_shop
from shopstock.services import items, people, receive
from shopstock.ui.back.screen import BackScreen
from shopstock.ui.back.work_panel import WorkPanel
from shopstock.ui.main_window import MainWindow
from shopstock.ui.scanner import Scanner
from tests.conftest import acting_as_owner

CUP, PLATE, VASE, TEA = "4006381333931", "4005808730209", "5010009000001", "5000112637922"
CASE = "15000112637929"  # a case of six TEA
KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
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


class Desk:
    """A window with the screen in front, and hands."""

    def __init__(self, window: MainWindow, qtbot: Any, url: str) -> None:
        self.window, self._qtbot, self.url = window, qtbot, url
        self.screen: BackScreen = window.opened("back")
        self._now = 1_000
        self.settle()

    # -- hands

    def key(self, key: Qt.Key, text: str = "", *, pause: int = 120) -> None:
        """Press and release one key, ``pause`` milliseconds after the one before, by the event's own time."""
        self._now += pause
        target = QApplication.focusWidget() or self.window
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(self._now)
            QCoreApplication.sendEvent(target, event)

    def scan(self, *codes: str) -> None:
        """Scan as a keyboard-wedge scanner does: every key within milliseconds, Enter at the end."""
        for code in codes:
            for place, character in enumerate(code):
                self.key(Qt.Key(ord(character.upper())), character, pause=120 if not place else 3)
            self.key(KEY.Key_Return, "\r", pause=3)
        self.settle()

    def line(self, text: str) -> None:
        """Type a line as a hand does, wherever the focus is."""
        for character in text:
            self.key(Qt.Key(ord(character.upper())), character)
            self._qtbot.waitUntil(lambda: not self._scanner()._held, timeout=5_000)
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
        """Wait until every scan is understood and kept, and every answer is there."""

        def done() -> bool:
            page = self.screen._built.get("write_off")
            kept = page is None or page.scanning.idle  # type: ignore[attr-defined]
            return self._scanner().quiet and kept and self.window.shop.idle

        for _turn in range(3):
            QCoreApplication.processEvents()
            self._qtbot.waitUntil(done, timeout=60_000)

    def _scanner(self) -> Scanner:
        found = self.window.findChild(Scanner)
        assert found is not None
        return found

    # -- eyes

    @property
    def work(self) -> WorkPanel:
        """The write-off on show."""
        work = self.screen.page("write_off").work
        assert isinstance(work, WorkPanel)
        return work

    def rows(self) -> list[tuple[str, str, str]]:
        """Return the rows of the write-off: item, cause, quantity."""
        return [(row.name, row.cause, str(row.qty // 1000)) for row in self.work.scanning.tally.rows]

    def said(self) -> str:
        """Return what the message bar says."""
        message = self.window.messages.current()
        return "" if message is None else f"{message.fact} {message.consequence}".strip()

    def reads(self, text: str) -> bool:
        """Tell whether a text is in sight."""
        QApplication.processEvents()
        return any(label.isVisible() and text in label.text() for label in self.window.findChildren(QLabel))

    def value(self, sql: str, *params: Any) -> Any:
        """Ask the database, past the program."""
        with open_shop(self.url) as db:
            return db.value(sql, params)

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
def open_desk(sqlite_url: str, tmp_path: Path, qtbot: Any) -> Iterator[Callable[..., Desk]]:
    """Open a window on the test's shop; ``as_name`` names who works there."""
    windows: list[MainWindow] = []
    settings = QSettings(str(tmp_path / "machine.ini"), QSettings.Format.IniFormat)
    settings.setValue("window/appearance", "light")
    settings.setValue("window/screen", "back")

    def opened(as_name: str | None = None) -> Desk:
        window = app.build(sqlite_url, machine=settings, as_name=as_name, inline=True, devices=False)
        windows.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitActive(window)
        return Desk(window, qtbot, sqlite_url)

    yield opened
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def desk(goods: dict[str, ItemId], open_desk: Callable[..., Desk]) -> Desk:
    """The owner of a shop of one person."""
    return open_desk()
