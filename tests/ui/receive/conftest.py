"""The back room on a screen: the real window with the Receive screen in front, an order on its way, and hands."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from shopstock.core.acting import Acting
from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.purchasing import OrderFields, SupplierFields
from shopstock.core.units import ItemId, Qty, parse_money, parse_qty
from shopstock.db.connection import Db, open_shop
from shopstock.services import items, order_lines, purchase, suppliers
from shopstock.ui.receive.screen import ReceiveScreen
from shopstock.ui.receive.wizard import Wizard
from tests.conftest import acting_as_owner
from tests.ui.conftest import OpenWindow
from tests.ui.desk import Station, machine_at

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


class BackRoom(Station):
    """The Receive screen."""

    SCREEN = "receive"
    screen: ReceiveScreen

    def at_rest(self) -> bool:
        """Tell whether every scan is counted and kept."""
        wizard = self.screen.wizard
        return wizard is None or wizard.counting.idle

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


@pytest.fixture
def stocked(sqlite_url: str) -> Stocked:
    """A shop with an order on its way."""
    with open_shop(sqlite_url) as db:
        return Stocked(db)


@pytest.fixture
def open_room(sqlite_url: str, open_window: OpenWindow, tmp_path: Path, qtbot: Any) -> Callable[..., BackRoom]:
    """Open a window on the test's shop, each on a computer of its own; ``as_name`` names who works there."""
    machines = count()

    def opened(as_name: str | None = None, *, lines: bool = True) -> BackRoom:
        machine = machine_at(tmp_path / f"machine-{next(machines)}.ini", "receive")
        return BackRoom(open_window(machine, as_name, lines=lines), qtbot, sqlite_url)

    return opened


@pytest.fixture
def room(stocked: Stocked, open_room: Callable[..., BackRoom]) -> BackRoom:
    """The owner in the back room, with an order on its way."""
    return open_room()


def pieces(count: int) -> Qty:
    """Return so many pieces."""
    return Qty(count * 1_000)
