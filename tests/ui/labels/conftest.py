"""A back room that prints labels: the real window with its scanner filter on a shop of four items, and hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLineEdit, QWidget

from shopstock import app
from shopstock.core.acting import Acting
from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.labels import Reason
from shopstock.core.units import ItemId, Money
from shopstock.db.connection import Db, open_shop, transaction
from shopstock.services import items, label_due
from shopstock.ui.labels.screen import LabelsScreen
from shopstock.ui.main_window import MainWindow
from shopstock.ui.scanner import Scanner
from tests.conftest import acting_as_owner

TEA, CANDLE, LANTERN, BOWL = "TEA", "CANDLE", "LANTERN", "BOWL"
CODES = {TEA: "5000112637922", CANDLE: "4006381333931"}
PRICES = {TEA: 49_500, CANDLE: 12_000, LANTERN: 180_000, BOWL: 95_000}


class Hands:
    """The window with the Labels screen in front, a keyboard and a scanner."""

    def __init__(self, window: MainWindow, qtbot: Any, url: str) -> None:
        self.window, self._qtbot, self._url = window, qtbot, url
        self.screen: LabelsScreen = window.opened("labels")
        self.page, self.output = self.screen.page, self.screen.output
        self._now = 1_000

    # -- hands

    def key(self, key: Qt.Key, text: str = "", *, pause: int = 120) -> None:
        """Press and release one key, ``pause`` milliseconds after the one before, by the event's own time."""
        self._now += pause
        target = QApplication.focusWidget()
        assert target is not None, "nothing has the focus"
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(self._now)
            QCoreApplication.sendEvent(target, event)

    def type(self, text: str) -> None:
        """Type as a hand does, where the focus is."""
        for character in text:
            self.key(Qt.Key(ord(character.upper())), character)
            self.settle()

    def enter(self) -> None:
        self.key(Qt.Key.Key_Return, "\r")
        self.settle()

    def scan(self, code: str) -> None:
        """Scan as a keyboard-wedge scanner does: every key within milliseconds, Enter at the end."""
        for place, character in enumerate(code):
            self.key(Qt.Key(ord(character.upper())), character, pause=120 if not place else 3)
        self.key(Qt.Key.Key_Return, "\r", pause=3)
        self.settle()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key that is a command, or one that a widget takes."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        self.settle()

    def click(self, widget: QWidget) -> None:
        assert widget.isVisible(), f"{widget.accessibleName()} is not to be seen"
        assert widget.isEnabled(), f"{widget.accessibleName()} waits"
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        self.settle()

    def save_as(self, path: Path) -> None:
        """Answer the question where to save."""
        dialog = self.window.findChild(QFileDialog)
        assert dialog is not None
        assert not dialog.isModal()
        dialog.findChild(QLineEdit).setText(str(path))
        dialog.accept()
        self.settle()

    def wait(self, done: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(done()), timeout=20_000)

    def settle(self) -> None:
        """Wait until every key is where it belongs and every answer is in."""
        scanner = self.window.findChild(Scanner)
        for _turn in range(3):
            QCoreApplication.processEvents()
            self._qtbot.waitUntil(lambda: scanner.quiet and self.window.shop.idle, timeout=10_000)

    # -- eyes

    def button(self, name: str) -> QAbstractButton:
        found = (b for b in self.window.findChildren(QAbstractButton) if b.isVisible())
        return next(b for b in found if name in (b.text(), b.accessibleName()))

    def lines(self) -> list[tuple[str, int, bool]]:
        """Return the lines on show: SKU, copies, ticked."""
        return [(line.sku, line.copies, line.on) for line in self.page.table.lines.rows]

    def counts(self) -> list[str]:
        return [self.page.segments.segment(name).accessibleName() for name in self.page.segments._values]

    def said(self) -> str:
        message = self.window.messages.current()
        return "" if message is None else f"{message.fact} {message.consequence}".strip()

    def value(self, sql: str, *params: Any) -> Any:
        """Ask the database, past the program."""
        with open_shop(self._url) as db:
            return db.value(sql, params)


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
    settings = QSettings(str(tmp_path / "machine.ini"), QSettings.Format.IniFormat)
    settings.setValue("window/appearance", "light")
    settings.setValue("window/screen", "labels")
    return settings


@pytest.fixture
def opened_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the program asked the desktop to open."""
    asked: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url.toLocalFile()) or True)
    return asked


@pytest.fixture
def open_labels(sqlite_url: str, machine: QSettings, qtbot: Any) -> Iterator[Callable[..., Hands]]:
    """Open the window; with ``devices`` and ``lines`` as the program does."""
    windows: list[MainWindow] = []

    def opened(as_name: str | None = None, *, devices: bool = False, lines: bool = False) -> Hands:
        window = app.build(sqlite_url, machine=machine, as_name=as_name, inline=not lines, devices=devices,
                           backs_up=False)  # fmt: skip
        windows.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitActive(window)
        hands = Hands(window, qtbot, sqlite_url)
        hands.settle()
        return hands

    yield opened
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def hands(goods: dict[str, ItemId], open_labels: Callable[..., Hands]) -> Hands:
    return open_labels()
