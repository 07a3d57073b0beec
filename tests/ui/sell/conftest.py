"""A till on a screen: the real window, worker threads and scanner filter on a fresh shop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSettings, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from shopstock import app
from shopstock.core.cart_lines import Goods
from shopstock.db.connection import Db, open_shop
from shopstock.ui.main_window import MainWindow
from shopstock.ui.sell.screen import SellScreen
from tests import till as shop
from tests.conftest import acting_as_owner

MILK, BREAD, GOUDA, STAMPS = "5000112637922", "5010009000001", "GOUDA", "STAMPS"


class Till:
    """A window with the Sell screen in front, and hands."""

    def __init__(self, window: MainWindow, qtbot: Any, url: str) -> None:
        self.window = window
        self.screen: SellScreen = window.opened("sell")
        self.sale = self.screen.sale
        self._qtbot = qtbot
        self._url = url
        self._now = 1_000

    # -- hands

    def key(self, key: Qt.Key, text: str = "", *, pause: int = 120, to: QObject | None = None) -> None:
        """Press and release one key, ``pause`` milliseconds after the one before, by the event's own time."""
        self._now += pause
        target = to or QApplication.focusWidget()
        assert target is not None, "nothing has the focus"
        modifiers = Qt.KeyboardModifier.NoModifier
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, modifiers, text)
            event.setTimestamp(self._now)
            QCoreApplication.sendEvent(target, event)

    def burst(self, code: str) -> None:
        """Scan as a keyboard-wedge scanner does: every key within milliseconds, Enter at the end."""
        for place, character in enumerate(code):
            self.key(Qt.Key(ord(character.upper())), character, pause=120 if not place else 3)
        self.key(Qt.Key.Key_Return, "\r", pause=3)

    def scan(self, *codes: str) -> None:
        """Scan codes one after the other and wait until each is a row."""
        for code in codes:
            self.burst(code)
        self.settle()

    def line(self, text: str, *, enter: bool = True) -> None:
        """Type a line as a hand does."""
        self.screen.entry.line.setFocus()
        for character in text:
            self.key(Qt.Key(ord(character.upper())), character)
            self.rest()
        if enter:
            self.key(Qt.Key.Key_Return, "\r")
        self.settle()

    def rest(self) -> None:
        """Let the scanner filter give typed keys back."""
        self._qtbot.waitUntil(lambda: not self.window_scanner()._held, timeout=2_000)

    def window_scanner(self) -> Any:
        """Return the scanner filter of the window."""
        from shopstock.ui.scanner import Scanner

        return self.window.findChild(Scanner)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a function key, which goes through the window's shortcuts."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        self.settle()

    def click(self, widget: QWidget) -> None:
        """Click a widget with the mouse."""
        assert widget.isVisible(), f"{widget.accessibleName()} is not to be seen"
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        self.settle()

    def settle(self) -> None:
        """Wait until every scan and key is done and saved."""
        scanner = self.window_scanner()

        def done() -> bool:
            quiet = not scanner._held and not scanner._queue and not scanner._draining
            return quiet and self.sale.ready and self.sale.steps.idle and self.sale.saved and not self._busy()

        for _turn in range(2):
            QCoreApplication.processEvents()
            self._qtbot.waitUntil(done, timeout=10_000)

    def _busy(self) -> bool:
        """Tell whether an answer is on its way, by asking both lines one more question behind it."""
        answers: list[int] = []
        self.window.shop.run(_nothing, then=answers.append)
        self._qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
        for _reader in range(3):
            self.window.shop.read(_nothing, then=answers.append)
        self._qtbot.waitUntil(lambda: len(answers) == 4, timeout=10_000)
        return False

    # -- eyes

    def rows(self) -> list[tuple[str, int]]:
        """Return the rows as name (or code) and quantity in thousandths."""
        return [(line.code if line.unknown else line.sku, line.qty) for line in self.sale.cart.lines]

    def said(self) -> str:
        """Return what the message bar says."""
        message = self.window.messages.current()
        return "" if message is None else f"{message.fact} {message.consequence}".strip()

    def value(self, sql: str, *params: Any) -> Any:
        """Ask the database, past the program."""
        with open_shop(self._url) as db:
            return db.value(sql, params)

    def table(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Ask the database for rows, past the program."""
        with open_shop(self._url) as db:
            return list(db.rows(sql, params))

    def on_hand(self, sku: str) -> int:
        """Return what the database says is on hand, in thousandths."""
        sql = "SELECT coalesce(sum(l.on_hand), 0) FROM stock_level l JOIN item i ON i.id = l.item_id WHERE i.sku = ?"
        return int(self.value(sql, sku))

    def has_entry_focus(self) -> bool:
        """Tell whether typing goes to the entry line."""
        return QApplication.focusWidget() is self.screen.entry.line


def _nothing(db: Db) -> int:
    return 1


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
    settings = QSettings(str(tmp_path / "machine.ini"), QSettings.Format.IniFormat)
    settings.setValue("window/appearance", "light")
    settings.setValue("window/screen", "sell")
    return settings


@pytest.fixture
def open_till(sqlite_url: str, tmp_path: Path, qtbot: Any) -> Iterator[Callable[..., Till]]:
    """Open a window on the test's shop; ``as_name`` names who works there."""
    windows: list[MainWindow] = []

    def opened(as_name: str | None = None) -> Till:
        window = app.build(sqlite_url, machine=machine(tmp_path), as_name=as_name, devices=False)
        windows.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitActive(window)
        made = Till(window, qtbot, sqlite_url)
        made.settle()
        return made

    yield opened
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def stocked(sqlite_url: str) -> dict[str, Goods]:
    """Goods on the shelves of the test's shop."""
    with open_shop(sqlite_url) as db:
        return stock(db)


@pytest.fixture
def till(stocked: dict[str, Goods], open_till: Callable[..., Till]) -> Till:
    """The owner's till on a stocked shop."""
    return open_till()
