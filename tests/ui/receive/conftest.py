"""The back room on a screen: the real window with the Receive screen in front, an order on its way, and hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSettings, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit

from shopstock import app
from shopstock.core.acting import Acting
from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.purchasing import OrderFields, SupplierFields
from shopstock.core.units import ItemId, Qty, parse_money, parse_qty
from shopstock.db.connection import Db, open_shop
from shopstock.services import items, order_lines, purchase, suppliers
from shopstock.ui.main_window import MainWindow
from shopstock.ui.receive.screen import ReceiveScreen
from shopstock.ui.receive.wizard import Wizard
from shopstock.ui.scanner import Scanner
from tests.conftest import acting_as_owner

#: SKU: (name, code, pack code, pack, ordered, price)
GOODS: dict[str, tuple[str, str, str, str, str, str]] = {
    "CN-0201": ("Beeswax candle, 20 cm", "2900000002018", "12900000002015", "6", "24", "1.10"),
    "CN-0203": ("Beeswax candle, 30 cm", "2900000002032", "", "1", "12", "1.60"),
    "CN-0110": ("Dinner candle, ivory", "2900000001103", "12900000001100", "12", "48", "0.45"),
    "CN-0111": ("Dinner candle, red", "2900000001110", "12900000001117", "12", "48", "0.45"),
    "CN-0418": ("Candle holder, brass", "2900000004180", "", "1", "12", "4.20"),
    "CN-0306": ("Floating candles, 10", "", "", "1", "20", "2.10"),
}
LANTERN, LANTERN_CODE = "CN-0704", "2900000007044"


def item(db: Db, owner: Acting, sku: str, name: str, codes: list[NewCode], price: str = "3.00") -> ItemId:
    """Add an item with its codes."""
    (made,) = items.create(db, owner, ItemFields(name=name, sku=sku, price=parse_money(price)), codes).items
    return made


def order_of(db: Db, owner: Acting, supplier_id: int, lines: dict[ItemId, tuple[str, str]]) -> int:
    """Send an order of ``item: (quantity, price)``."""
    order_id = purchase.new_order(db, owner, OrderFields(supplier_id)).order_id
    for item_id, (qty, price) in lines.items():
        order_lines.set_line(db, owner, order_id, item_id, parse_qty(qty), parse_money(price))
    purchase.approve(db, owner, order_id)
    purchase.send(db, owner, order_id, "on paper")
    return order_id


class Stocked:
    """What the shop knows before the lorry comes."""

    def __init__(self, db: Db) -> None:
        owner = acting_as_owner(db)
        self.supplier = suppliers.save_supplier(db, owner, None, SupplierFields("Noor & Zoon Candles")).supplier_id
        self.items: dict[str, ItemId] = {}
        lines: dict[ItemId, tuple[str, str]] = {}
        for sku, (name, code, pack_code, pack, qty, price) in GOODS.items():
            codes = [NewCode(code)] if code else []
            if pack_code:
                codes.append(NewCode(pack_code, parse_qty(pack)))
            self.items[sku] = item(db, owner, sku, name, codes)
            lines[self.items[sku]] = (qty, price)
        self.items[LANTERN] = item(db, owner, LANTERN, "Lantern, large", [NewCode(LANTERN_CODE)])
        self.order = order_of(db, owner, self.supplier, lines)
        self.number = f"P-{int(db.value('SELECT number FROM purchase_order WHERE id = ?', (self.order,))):04d}"


class BackRoom:
    """A window with the Receive screen in front, and hands."""

    def __init__(self, window: MainWindow, qtbot: Any, url: str) -> None:
        self.window, self._qtbot, self._url = window, qtbot, url
        self.screen: ReceiveScreen = window.opened("receive")
        self._now = 1_000

    # -- hands

    def key(self, key: Qt.Key, text: str = "", *, pause: int = 120, to: QObject | None = None) -> None:
        """Press and release one key, ``pause`` milliseconds after the one before, by the event's own time."""
        self._now += pause
        target = to or QApplication.focusWidget() or self.window
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(self._now)
            QCoreApplication.sendEvent(target, event)

    def burst(self, code: str) -> None:
        """Scan as a keyboard-wedge scanner does: every key within milliseconds, Enter at the end."""
        for place, character in enumerate(code):
            self.key(Qt.Key(ord(character.upper())), character, pause=120 if not place else 3)
        self.key(Qt.Key.Key_Return, "\r", pause=3)

    def scan(self, *codes: str) -> None:
        """Scan codes and wait until each is counted and kept."""
        for code in codes:
            self.burst(code)
        self.settle()

    def line(self, text: str, *, enter: bool = True) -> None:
        """Type a line as a hand does, wherever the focus is."""
        for character in text:
            self.key(Qt.Key(ord(character.upper())), character)
            self._qtbot.waitUntil(lambda: not self._scanner()._held, timeout=5_000)
        if enter:
            self.key(Qt.Key.Key_Return, "\r")
        self.settle()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key, which may be a shortcut of the window."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        self.settle()

    def button(self, name: str) -> QAbstractButton:
        """Return the button of that name."""
        QApplication.processEvents()
        found = [b for b in self.window.findChildren(QAbstractButton) if b.isVisible()]
        return next(b for b in found if name in (b.text(), b.accessibleName()))

    def click(self, name: str) -> None:
        """Press a button by the mouse."""
        button = self.button(name)
        assert button.isEnabled(), f"{name} cannot be pressed"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def fill(self, name: str, text: str) -> None:
        """Replace what stands in a field by typing."""
        field = next(
            f for f in self.window.findChildren(QLineEdit) if f.isVisible() and f.accessibleName() == name
        )  # fmt: skip
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        self.settle()

    def settle(self) -> None:
        """Wait until every scan is counted and kept, and every answer is there."""
        scanner = self._scanner()

        def done() -> bool:
            wizard = self.screen.wizard
            counted = wizard is None or wizard.counting.idle
            return scanner.quiet and counted and self.window.shop.idle

        for _turn in range(3):
            QCoreApplication.processEvents()
            self._qtbot.waitUntil(done, timeout=60_000)

    def wait(self, done: Callable[[], object]) -> None:
        """Wait until something is so."""
        self._qtbot.waitUntil(lambda: bool(done()), timeout=20_000)

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

    def rows(self) -> dict[str, tuple[str, str, str]]:
        """Return the rows of the delivery: what is counted, ordered, and what is said about it, by SKU or code."""
        model = self.wizard.count.table.count_rows
        texts: dict[str, tuple[str, str, str]] = {}
        for number, row in enumerate(model.rows):
            shown = [str(model.index(number, column).data()) for column in (1, 2, 3)]
            texts[row.code if row.unknown else row.second.split(" · ")[0]] = (shown[0], shown[1], shown[2])
        return texts

    def counted(self, sku: str) -> str:
        """Return the counted figure of a row."""
        return self.rows()[sku][0]

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
        with open_shop(self._url) as db:
            return db.value(sql, params)

    def table(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Ask the database for rows, past the program."""
        with open_shop(self._url) as db:
            return list(db.rows(sql, params))


@pytest.fixture
def stocked(sqlite_url: str) -> Stocked:
    """A shop with an order on its way."""
    with open_shop(sqlite_url) as db:
        return Stocked(db)


@pytest.fixture
def open_room(sqlite_url: str, tmp_path: Path, qtbot: Any) -> Iterator[Callable[..., BackRoom]]:
    """Open a window on the test's shop; ``as_name`` names who works there, ``lines`` puts it on worker threads."""
    windows: list[MainWindow] = []

    def opened(as_name: str | None = None, *, lines: bool = True) -> BackRoom:
        settings = QSettings(str(tmp_path / f"machine-{len(windows)}.ini"), QSettings.Format.IniFormat)
        settings.setValue("window/appearance", "light")
        settings.setValue("window/screen", "receive")
        window = app.build(sqlite_url, machine=settings, as_name=as_name, inline=not lines, devices=False)
        windows.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitActive(window)
        room = BackRoom(window, qtbot, sqlite_url)
        room.settle()
        return room

    yield opened
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def room(stocked: Stocked, open_room: Callable[..., BackRoom]) -> BackRoom:
    """The owner in the back room, with an order on its way."""
    return open_room()


def pieces(count: int) -> Qty:
    """Return so many pieces."""
    return Qty(count * 1_000)
