"""Set-aside goods on the screen: back to sale, into a write-off; and the list of what customers brought back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shopstock.core.document import Goods, Head
from shopstock.core.units import ItemId, parse_qty
from shopstock.db import clock
from shopstock.db.connection import open_shop
from shopstock.services import set_aside, transfer
from tests.conftest import acting_as_owner
from tests.ui.back.conftest import CTRL, CUP, KEY, PLATE, Desk


@pytest.fixture
def aside(sqlite_url: str, goods: dict[str, ItemId], open_desk: Callable[..., Desk]) -> Desk:
    """Three cups and two plates are set aside."""
    with open_shop(sqlite_url) as db:
        owner = acting_as_owner(db)
        place = set_aside.location(db, owner.location_id)
        for code, qty in ((CUP, "3"), (PLATE, "2")):
            transfer.put_away(
                db, owner, Head(f"aside {code}", clock.now(), note="Wet box"),
                [Goods(goods[code], parse_qty(qty), location_id=owner.location_id)], place,
            )  # fmt: skip
    desk = open_desk()
    desk.press(KEY.Key_3, CTRL)
    return desk


def available(desk: Desk, item_id: ItemId) -> int:
    found = desk.value(
        "SELECT SUM(l.on_hand) FROM stock_level l JOIN location o ON o.id = l.location_id"
        " WHERE o.kind = 'shop' AND l.item_id = ?", item_id,
    )  # fmt: skip
    return int(found) // 1000


def test_scanned_goods_go_back_to_sale(aside: Desk, goods: dict[str, ItemId]) -> None:
    page = aside.screen.page("set_aside")
    assert [(row.name, row.why) for row in page._rows.rows] == [("Cup", "Wet box"), ("Plate", "Wet box")]
    aside.scan("9780201379624")
    assert "not among what is set aside" in aside.said()
    aside.scan(PLATE)
    aside.click("Back to sale")
    assert available(aside, goods[PLATE]) == 10
    assert available(aside, goods[CUP]) == 7
    assert [row.name for row in page._rows.rows] == ["Cup"]


def test_they_are_written_off_from_where_they_lie(aside: Desk, goods: dict[str, ItemId]) -> None:
    aside.scan(CUP)
    aside.click("Write it off")
    assert aside.rows() == [("Cup", "", "3")]
    aside.click("Donation")
    aside.press(KEY.Key_F9)
    assert aside.on_hand(goods[CUP]) == 7
    assert available(aside, goods[CUP]) == 7


def test_an_empty_list_says_what_would_be_there(desk: Desk) -> None:
    desk.press(KEY.Key_3, CTRL)
    assert desk.reads("Nothing is set aside.")
    desk.press(KEY.Key_4, CTRL)
    assert desk.reads("Nothing came back in this period.")
    desk.click("Take goods back")
    assert desk.window.current_screen == "sell"
