"""The orders screen at work: the real window on a shop with two suppliers and four items, and hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.purchasing import OrderFields, SupplierFields, SupplierItemFields
from shopstock.core.units import ONE, ItemId, parse_money, parse_qty
from shopstock.db import clock
from shopstock.db.connection import Db, open_shop
from shopstock.services import items, purchase, suppliers
from shopstock.ui.orders.screen import OrdersScreen
from shopstock.ui.table import Table
from tests.conftest import acting_as_owner
from tests.ui.conftest import OpenWindow
from tests.ui.desk import Station, machine_at

TEA, CANDLE, LANTERN, ROPE = "5000112637922", "4006381333931", "4005808730209", "5010009000001"
CASE = "15000112637929"
TODAY = datetime(2026, 3, 2, 10, 0)


class Desk(Station):
    """The orders screen."""

    SCREEN = "orders"
    screen: OrdersScreen

    def at_rest(self) -> bool:
        """Tell whether everything asked of the order on show is done."""
        return self.screen.order.work.idle

    def line(self, text: str, *, enter: bool = True) -> None:
        """Type into the entry line and press Enter."""
        self.screen.order.entry.setFocus()
        super().line(text, enter=enter)

    def shown(self, table: Table, *columns: int) -> list[Any]:
        model = table.model()
        rows = [tuple(str(model.index(row, column).data()) for column in columns) for row in range(model.rowCount())]
        return [row[0] for row in rows] if len(columns) == 1 else rows

    def said(self) -> str:
        message = self.window.messages.current()
        return "" if message is None else message.fact

    def lines(self, order_id: int = 1) -> dict[str, tuple[int, int]]:
        """Return quantity and price of each line, by SKU."""
        with open_shop(self.url) as db:
            return {
                sku: (qty, price)
                for sku, qty, price in db.rows(
                    "SELECT i.sku, l.qty, l.price FROM purchase_order_line l JOIN item i ON i.id = l.item_id"
                    " WHERE l.order_id = ? ORDER BY l.line_no",
                    (order_id,),
                )
            }

    def state(self, order_id: int = 1) -> str:
        return str(self.value("SELECT state FROM purchase_order WHERE id = ?", order_id))


def stock_up(db: Db) -> dict[str, ItemId]:
    """Tea and candles of one supplier, a lantern of the other, rope of nobody; all of them out of stock."""
    owner = acting_as_owner(db)
    ids = {}
    for name, code, supplier, reorder in (
        ("Tea", TEA, "North & Sons", "10"), ("Candle", CANDLE, "North & Sons", "5"),
        ("Lantern", LANTERN, "Brass Ltd", "2"), ("Rope", ROPE, "", ""),
    ):  # fmt: skip
        fields = ItemFields(
            name=name, sku=name.upper(), price=parse_money("9"), supplier=supplier,
            reorder_point=parse_qty(reorder) if reorder else None,
            order_up_to=parse_qty("20") if reorder else None,
        )  # fmt: skip
        codes = [NewCode(code, ONE)]
        if name == "Tea":
            codes.append(NewCode(CASE, parse_qty("24")))
        (ids[name],) = items.create(db, owner, fields, codes).items
    north, brass = (
        db.value("SELECT id FROM supplier WHERE name = ?", (name,)) for name in ("North & Sons", "Brass Ltd")
    )
    suppliers.save_supplier(
        db, owner, north,
        SupplierFields("North & Sons", email="desk@north.example", lead_days=5, minimum_order=parse_money("100")),
    )  # fmt: skip
    suppliers.save_supplier_item(
        db, owner, north, SupplierItemFields(ids["Tea"], "T-6", parse_money("2"), parse_qty("6"))
    )
    suppliers.save_supplier_item(db, owner, north, SupplierItemFields(ids["Candle"], "C-1", None, ONE))
    suppliers.save_supplier_item(db, owner, brass, SupplierItemFields(ids["Lantern"], "L-1", parse_money("15"), ONE))
    return ids


def an_order(url: str, *lines: tuple[str, str], upto: str = "draft", expected: int | None = None) -> int:
    """Make an order to North & Sons, a draft or further on."""
    with open_shop(url) as db:
        owner = acting_as_owner(db)
        supplier = db.value("SELECT id FROM supplier WHERE name = 'North & Sons'")
        made = purchase.new_order(db, owner, OrderFields(supplier, expected_day=expected)).order_id  # type: ignore[arg-type]
        for sku, qty in lines:
            item = db.value("SELECT id FROM item WHERE sku = ?", (sku,))
            purchase.set_line(db, owner, made, item, parse_qty(qty), parse_money("3") if sku == "CANDLE" else None)
        if upto in ("approved", "sent"):
            purchase.approve(db, owner, made)
        if upto == "sent":
            purchase.send(db, owner, made)
    return made


@pytest.fixture
def machine(tmp_path: Path) -> QSettings:
    return machine_at(tmp_path / "machine.ini", "orders", still="true")


@pytest.fixture
def shop_url(sqlite_url: str) -> Iterator[str]:
    with clock.freeze(TODAY):
        with open_shop(sqlite_url) as db:
            stock_up(db)
        yield sqlite_url


@pytest.fixture
def open_desk(shop_url: str, machine: QSettings, open_window: OpenWindow, qtbot: Any) -> Callable[..., Desk]:
    """Open the orders screen; with ``lines`` on worker threads, as the program does."""

    def opened(as_name: str | None = None, *, lines: bool = False) -> Desk:
        return Desk(open_window(machine, as_name, lines=lines), qtbot, shop_url)

    return opened


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk()


def unnamed(root: QWidget) -> list[str]:
    """List the visible controls that a screen reader could not name."""
    kinds = (QAbstractButton, QLineEdit, QComboBox, Table)
    return [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for kind in kinds
        for widget in root.findChildren(kind)
        if widget.isVisible()
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
        and not isinstance(widget.parent(), (QComboBox, QLineEdit))
    ]
