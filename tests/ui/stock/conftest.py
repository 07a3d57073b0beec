"""The back room on a screen: the real window with the stock screen in front, three items, and hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from shopstock.core.catalogue import ItemFields
from shopstock.core.document import Goods, Head
from shopstock.core.units import Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db, open_shop
from shopstock.services import items, receive
from shopstock.ui.stock import StockScreen
from shopstock.ui.table import Table
from tests import till as shop
from tests.conftest import acting_as_owner
from tests.ui.conftest import OpenWindow
from tests.ui.desk import KEY, Station, machine_at


class Back(Station):
    """The back room at work on the stock screen."""

    SCREEN = "stock"
    screen: StockScreen

    def begin(self) -> None:
        self.rows = self.grid("Stock of every item")
        self.wait(lambda: self.rows.model().rowCount() == 3)

    def grid(self, name: str) -> Table:
        """Return the table of that name."""
        return next(one for one in self.window.findChildren(Table) if one.accessibleName() == name)

    def shown(self, column: int = 0) -> list[str]:
        """Return a column of the table as it is written, once no row is blank."""
        model = self.rows.model()
        self.wait(lambda: all(model.index(row, 0).data() for row in range(model.rowCount())))
        return [str(model.index(row, column).data()) for row in range(model.rowCount())]

    def filter(self, text: str, *, enter: bool = True) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, KEY.Key_F2)
        QTest.keyClicks(self.field("Filter the stock table"), text)
        if enter:
            QTest.keyClick(self.field("Filter the stock table"), KEY.Key_Return)

    def pick(self, name: str, column: int, *, twice: bool = False) -> None:
        where = self.rows.visualRect(self.rows.model().index(self.shown().index(name), column)).center()
        QTest.mouseClick(self.rows.viewport(), Qt.MouseButton.LeftButton, pos=where)
        if twice:
            QTest.mouseDClick(self.rows.viewport(), Qt.MouseButton.LeftButton, pos=where)

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
    return machine_at(tmp_path / "machine.ini", "stock")


@pytest.fixture
def stocked(sqlite_url: str) -> str:
    with open_shop(sqlite_url) as db:
        stock_up(db)
    return sqlite_url


@pytest.fixture
def open_back(stocked: str, machine: QSettings, open_window: OpenWindow, qtbot: Any) -> Iterator[Callable[..., Back]]:
    """Open the stock screen on the last day of March; with ``lines`` on worker threads, as the program does."""

    def opened(as_name: str | None = None, *, lines: bool = False) -> Back:
        return Back(open_window(machine, as_name, lines=lines), qtbot, stocked)

    with clock.freeze(datetime(2026, 3, 31, 12, 0)):
        yield opened


@pytest.fixture
def back(open_back: Callable[..., Back]) -> Back:
    return open_back()
