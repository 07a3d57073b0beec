"""The back room on a screen: the real window with the stock screen in front, three items, and hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit

from shopstock import app
from shopstock.core.catalogue import ItemFields
from shopstock.core.document import Goods, Head
from shopstock.core.units import Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db, open_shop
from shopstock.services import items, receive
from shopstock.ui.main_window import MainWindow
from shopstock.ui.stock import StockScreen
from shopstock.ui.table import Table
from tests import till as shop
from tests.conftest import acting_as_owner

Key, Left = Qt.Key, Qt.MouseButton.LeftButton


class Back:
    """The back room at work on the stock screen."""

    def __init__(self, window: MainWindow, qtbot: Any, url: str) -> None:
        self.window, self._qtbot, self._url = window, qtbot, url
        self.screen: StockScreen = window.opened("stock")
        self.rows = self.table("Stock of every item")
        self.wait(lambda: self.rows.model().rowCount() == 3)

    def wait(self, done: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(done()), timeout=10_000)

    def value(self, sql: str, *params: Any) -> Any:
        with open_shop(self._url) as db:
            return db.value(sql, params)

    def table(self, name: str) -> Table:
        return next(one for one in self.window.findChildren(Table) if one.accessibleName() == name)

    def button(self, name: str) -> QAbstractButton:
        QApplication.processEvents()
        found = (b for b in self.window.findChildren(QAbstractButton) if b.isVisible())
        return next(b for b in found if name in (b.text(), b.accessibleName()))

    def field(self, name: str) -> QLineEdit:
        found = (f for f in self.window.findChildren(QLineEdit) if f.isVisible())
        return next(f for f in found if f.accessibleName() == name)

    def click(self, name: str) -> None:
        QTest.mouseClick(self.button(name), Left)

    def fill(self, name: str, text: str) -> None:
        field = self.field(name)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)

    def shown(self, column: int = 0) -> list[str]:
        """Return a column of the table as it is written, once no row is blank."""
        model = self.rows.model()
        self.wait(lambda: all(model.index(row, 0).data() for row in range(model.rowCount())))
        return [str(model.index(row, column).data()) for row in range(model.rowCount())]

    def filter(self, text: str, *, enter: bool = True) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, Key.Key_F2)
        QTest.keyClicks(self.field("Filter the stock table"), text)
        if enter:
            QTest.keyClick(self.field("Filter the stock table"), Key.Key_Return)

    def pick(self, name: str, column: int, *, twice: bool = False) -> None:
        where = self.rows.visualRect(self.rows.model().index(self.shown().index(name), column)).center()
        QTest.mouseClick(self.rows.viewport(), Left, pos=where)
        if twice:
            QTest.mouseDClick(self.rows.viewport(), Left, pos=where)

    def reads(self, text: str) -> bool:
        QApplication.processEvents()
        return any(label.isVisible() and label.text() == text for label in self.window.findChildren(QLabel))

    def reads_about(self, beginning: str) -> bool:
        """Tell whether a text that begins so is in sight."""
        QApplication.processEvents()
        return any(one.isVisible() and one.text().startswith(beginning) for one in self.window.findChildren(QLabel))

    def said(self) -> str:
        message = self.window.messages.current()
        return "" if message is None else message.fact


def stock_up(db: Db) -> None:
    """Three items, one of them low, one out; tea came in twice, and some was sold."""
    owner = acting_as_owner(db)
    with clock.freeze(datetime(2026, 3, 2, 10, 0)):
        tea = shop.goods(db, owner, "TEA", "2.50", "10", "10.00", code="5000112637922")
        shop.goods(db, owner, "CANDLE", "4.00", "2", "3.00")
        items.create(db, owner, ItemFields(name="Lantern", sku="LANTERN", category="Candles", price=Money(180_000)))
    with clock.freeze(datetime(2026, 3, 12, 10, 0)):
        goods = [Goods(tea.item_id, Qty(8_000), Money(80_000))]
        receive.post_goods_receipt(db, owner, Head("more", clock.now()), goods)
    with clock.freeze(datetime(2026, 3, 20, 10, 0)):
        shop.sold(db, owner, tea, "3")


@pytest.fixture
def machine(tmp_path: Path) -> QSettings:
    settings = QSettings(str(tmp_path / "machine.ini"), QSettings.Format.IniFormat)
    settings.setValue("window/appearance", "light")
    settings.setValue("window/screen", "stock")
    return settings


@pytest.fixture
def stocked(sqlite_url: str) -> str:
    with open_shop(sqlite_url) as db:
        stock_up(db)
    return sqlite_url


@pytest.fixture
def open_back(stocked: str, machine: QSettings, qtbot: Any) -> Iterator[Callable[..., Back]]:
    """Open the stock screen; with ``lines`` on worker threads, as the program does."""
    windows: list[MainWindow] = []

    def opened(as_name: str | None = None, *, lines: bool = False) -> Back:
        window = app.build(stocked, machine=machine, as_name=as_name, inline=not lines, devices=False)
        windows.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitActive(window)
        return Back(window, qtbot, stocked)

    with clock.freeze(datetime(2026, 3, 31, 12, 0)):
        yield opened
        for window in windows:
            window.close()
            window.deleteLater()


@pytest.fixture
def back(open_back: Callable[..., Back]) -> Back:
    return open_back()
