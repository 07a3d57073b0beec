"""Set-aside goods on the screen: back to sale, into a write-off; and the list of what customers brought back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shopstock.core.document import Goods, Head
from shopstock.core.purchasing import SupplierFields
from shopstock.core.units import ItemId, parse_qty
from shopstock.db import clock
from shopstock.db.connection import open_shop
from shopstock.services import set_aside, suppliers, transfer
from tests.conftest import acting_as_owner
from tests.ui.back.conftest import CUP, PLATE, Desk
from tests.ui.desk import CTRL, KEY


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


def test_sound_goods_are_scanned_and_set_aside_with_a_reason(aside: Desk, goods: dict[str, ItemId]) -> None:
    aside.click("Set goods aside")
    form = aside.screen.page("set_aside").put_form
    assert aside.reads("Nothing is scanned yet.")
    for code in (CUP, CUP, PLATE):
        aside.scan(code)
    assert [(row.name, row.qty // 1000) for row in form.table.rows()] == [("Cup", 2), ("Plate", 1)]
    assert form.why.text() == ""  # a scan never lands in a field
    assert not form.post_key.isEnabled()
    aside.type("Recalled")
    aside.press(KEY.Key_Return)
    assert [available(aside, goods[code]) for code in (CUP, PLATE)] == [5, 7]
    rows = aside.screen.page("set_aside")._rows.rows
    assert {(row.name, row.why, row.qty // 1000) for row in rows} == {
        ("Cup", "Wet box", 3), ("Cup", "Recalled", 2), ("Plate", "Wet box", 2), ("Plate", "Recalled", 1)
    }  # fmt: skip
    assert "not for sale" in aside.said()


def test_more_than_is_there_stays_where_it_is(aside: Desk, goods: dict[str, ItemId]) -> None:
    aside.click("Set goods aside")
    aside.scan(CUP)
    form = aside.screen.page("set_aside").put_form
    form.table.entered.emit(form.table.rows()[0], 99_000)
    aside.type("Recalled")
    aside.press(KEY.Key_Return)
    assert "7 at" in aside.said()
    assert form.isVisible()
    assert available(aside, goods[CUP]) == 7
    aside.press(KEY.Key_Escape)
    assert not form.isVisible()


def test_what_was_chosen_goes_back_to_its_supplier_from_where_it_lies(
    sqlite_url: str, goods: dict[str, ItemId], aside: Desk
) -> None:
    with open_shop(sqlite_url) as db:
        owner = acting_as_owner(db)
        mill = suppliers.save_supplier(db, owner, None, SupplierFields("Mill")).supplier_id
        db.run("UPDATE item SET supplier_id = ? WHERE id = ?", (mill, goods[PLATE]))
    aside.screen.page("set_aside").refresh()
    aside.scan(CUP)
    aside.scan(PLATE)
    aside.click("To the supplier")
    form = aside.screen.page("set_aside").supplier_form
    assert "One return for each supplier" in aside.said()
    assert aside.reads("Back to Mill")
    assert [(row.name, row.qty // 1000) for row in form.table.rows()] == [("Plate", 2)]
    assert form.why.text() == "Wet box"
    aside.type("RMA 7")
    aside.click("It goes back")
    assert "is posted" in aside.said()
    assert aside.on_hand(goods[PLATE]) == 8
    assert available(aside, goods[PLATE]) == 8
    assert aside.value("SELECT party || ' ' || reference FROM document WHERE kind = 'supplier_return'") == "Mill RMA 7"
    assert [row.name for row in aside.screen.page("set_aside")._rows.rows] == ["Cup"]


def test_goods_of_no_known_supplier_stay(aside: Desk) -> None:
    aside.scan(CUP)
    aside.click("To the supplier")
    assert "No supplier is known" in aside.said()


def test_an_empty_list_says_what_would_be_there(desk: Desk) -> None:
    desk.press(KEY.Key_3, CTRL)
    assert desk.reads("Nothing is set aside.")
    desk.press(KEY.Key_4, CTRL)
    assert desk.reads("Nothing came back in this period.")
    desk.click("Take goods back")
    assert desk.window.current_screen == "sell"
