"""The price check says where goods lie: here, in the other places of the shop, in the other shops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt

from shopstock.core.document import Goods as Moved
from shopstock.core.document import Head
from shopstock.core.places import Level, PlaceFields
from shopstock.core.units import ItemId, LocationId, Qty
from shopstock.db import clock
from shopstock.db.connection import open_shop
from shopstock.services import adjust, places, transfer
from tests.conftest import acting_as_owner
from tests.ui.sell.conftest import BREAD, MILK, Till


@pytest.fixture
def spread(sqlite_url: str, stocked: Any) -> None:
    """Of the 10 loaves 4 lie in bin B-04 of the back room; the market hall has 3 more, and 1 upstairs."""
    with open_shop(sqlite_url) as db:
        owner = acting_as_owner(db)
        room = places.add_place(db, owner, PlaceFields("Back room", Level.ROOM, owner.location_id)).location_id
        bin_ = places.add_place(db, owner, PlaceFields("B-04", Level.BIN, room)).location_id
        hall = places.add_place(db, owner, PlaceFields("Market hall", Level.SHOP)).location_id
        upstairs = places.add_place(db, owner, PlaceFields("Upstairs", Level.ROOM, hall)).location_id
        bread = ItemId(db.value("SELECT id FROM item WHERE sku = 'BREAD'"))
        moved = [Moved(bread, Qty(4_000), location_id=owner.location_id)]
        transfer.put_away(db, owner, Head("bin", clock.now()), moved, LocationId(bin_))
        for number, (place, qty) in enumerate(((hall, 3_000), (upstairs, 1_000))):
            found = [Moved(bread, Qty(qty), location_id=place, cause="found")]
            adjust.found(db, owner, Head(f"hall {number}", clock.now()), found)


def test_the_price_check_says_where_goods_lie(spread: None, open_till: Callable[..., Till]) -> None:
    till = open_till()
    till.press(Qt.Key.Key_F7)
    till.scan(BREAD)
    panel: Any = till.screen.panel
    assert panel.where.text() == "6 here · 4 in Back room, B-04 · 4 in Market hall"
    assert panel.facts["on_hand"].text() == "10", "what this shop has for sale"
    till.scan(MILK)
    assert panel.where.text() == "10 here"
    assert till.rows() == []


def test_a_shop_of_one_place_is_told_nothing_of_places(till: Till) -> None:
    till.press(Qt.Key.Key_F7)
    till.scan(BREAD)
    panel: Any = till.screen.panel
    assert panel.facts["on_hand"].text() == "10"
    assert not panel.where.isVisible()
    assert panel.where.text() == ""
