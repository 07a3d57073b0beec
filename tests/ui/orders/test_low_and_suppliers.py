"""What is low becomes drafts; suppliers, their terms and their items are kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shopstock.core.outcome import Refused
from shopstock.core.scan import Scan
from shopstock.core.units import Money, Qty
from shopstock.ui.orders import supplier_items
from tests.ui.desk import CTRL, KEY, SHIFT
from tests.ui.orders.conftest import CANDLE, LANTERN, ROPE, TEA, Desk, an_order, unnamed


def supplier(desk: Desk, name: str) -> int:
    return int(desk.value("SELECT id FROM supplier WHERE name = ?", name))


@pytest.mark.parametrize("lines", [False, True])
def test_all_that_is_low_becomes_one_draft_for_each_supplier(open_desk: Callable[..., Desk], lines: bool) -> None:
    desk = open_desk(lines=lines)
    desk.press(KEY.Key_F7)
    low = desk.screen.low
    assert desk.shown(low.table, 1, 2, 8, 9) == [
        ("Lantern", "Brass Ltd", "20", "–"), ("Candle", "North & Sons", "20", "–"),
        ("Tea", "North & Sons", "24", "4 × 6"),
    ]  # fmt: skip
    assert unnamed(desk.window) == []
    desk.press(KEY.Key_D, CTRL | SHIFT)
    assert desk.value("SELECT count(*) FROM purchase_order") == 2
    assert desk.shown(desk.screen.list.table, 0) == ["P-0002", "P-0001"]
    assert desk.screen.list.parts.current == "drafts"
    desk.press(KEY.Key_F7)
    assert "–" in desk.shown(low.table, 8)
    assert not low.draft.isEnabled(), "what is in drafts is not ordered twice"


def test_chosen_items_alone_are_ordered(desk: Desk) -> None:
    desk.press(KEY.Key_F7)
    low = desk.screen.low
    low.table.setFocus()
    low.table.select(2)
    desk.press(KEY.Key_Space)
    assert desk.sees("Draft orders for 1 item")
    desk.click("Draft orders for 1 item")
    assert desk.lines() == {"TEA": (24_000, 20_000)}
    assert desk.reads("Order P-0001"), "one draft is opened at once"


def test_a_supplier_is_made_changed_and_retired(desk: Desk) -> None:
    desk.press(KEY.Key_F8)
    assert desk.shown(desk.screen.suppliers.table, 0) == ["Brass Ltd", "North & Sons"]
    desk.press(KEY.Key_N, CTRL | SHIFT)
    desk.fill("Name", "Wax Works")
    desk.fill("Lead time promised, days", "a week")
    desk.click("Create supplier")
    assert desk.reads("The lead time is a whole number of days.")
    desk.fill("Lead time promised, days", "7")
    desk.fill("Least they deliver", "150")
    desk.press(KEY.Key_Return)
    assert (
        desk.value("SELECT lead_days * 10000000 + minimum_order FROM supplier WHERE name = 'Wax Works'") == 71_500_000
    )
    desk.fill("Name", "Brass Ltd")
    desk.click("Save")
    assert desk.reads("There is a supplier Brass Ltd already.")
    desk.screen.open_supplier(supplier(desk, "Wax Works"))
    desk.settle()
    desk.click("Retire")
    assert desk.shown(desk.screen.suppliers.table, 0) == ["Brass Ltd", "North & Sons"]


def test_a_supplier_with_an_open_order_is_not_retired(shop_url: str, desk: Desk) -> None:
    an_order(shop_url, ("TEA", "6"))
    desk.screen.open_supplier(supplier(desk, "North & Sons"))
    desk.settle()
    assert desk.reads("1 open order")
    desk.click("Retire")
    assert "is open" in desk.said()


def test_their_items_are_changed_by_keys(desk: Desk) -> None:
    desk.screen.open_supplier(supplier(desk, "North & Sons"))
    desk.settle()
    page = desk.screen.supplier.items
    assert desk.shown(page.table, 0, 1, 2, 3) == [("Candle", "C-1", "–", "1"), ("Tea", "T-6", "2.00", "6")]
    desk.scan(CANDLE)
    assert page.price.hasFocus()
    desk.type("1.80")
    desk.fill("Price breaks", "24 = 1.60; 48=1.5")
    desk.press(KEY.Key_Return)
    assert desk.shown(page.table, 0, 2, 5)[0] == ("Candle", "1.80", "24 = 1.60; 48 = 1.50")
    desk.scan(CANDLE)
    desk.fill("Price breaks", "24: cheap")
    desk.press(KEY.Key_Return)
    assert desk.reads("is no amount")
    assert desk.value("SELECT count(*) FROM price_break") == 2


def test_an_item_they_did_not_sell_is_added_by_scan_and_taken_off(desk: Desk) -> None:
    north = supplier(desk, "North & Sons")
    desk.screen.open_supplier(north)
    desk.settle()
    desk.scan(ROPE)
    assert desk.reads("New with them: Rope · ROPE")
    desk.fill("Their code", "R-9")
    desk.fill("Pack", "0")
    desk.press(KEY.Key_Return)
    assert desk.value("SELECT count(*) FROM supplier_item WHERE code = 'R-9'") == 0
    desk.fill("Pack", "50")
    desk.press(KEY.Key_Return)
    assert desk.value("SELECT pack_qty FROM supplier_item WHERE code = 'R-9'") == 50_000
    desk.window.on_scan(Scan("T-6"))
    desk.settle()
    assert desk.reads("Tea · TEA"), "their own code finds the item"
    desk.scan(ROPE)
    desk.click("Take off")
    assert desk.value("SELECT count(*) FROM supplier_item WHERE supplier_id = ?", north) == 2
    desk.scan("7777777777772")
    assert "No item has the code" in desk.said()


def test_an_item_ordered_elsewhere_may_be_ordered_here(desk: Desk) -> None:
    desk.screen.open_supplier(supplier(desk, "North & Sons"))
    desk.settle()
    desk.scan(LANTERN)
    desk.press(KEY.Key_Return)
    desk.click("Order it here")
    assert desk.value("SELECT s.name FROM item i JOIN supplier s ON s.id = i.supplier_id WHERE i.sku = 'LANTERN'") == (
        "North & Sons"
    )


def test_an_order_is_begun_from_the_card(desk: Desk) -> None:
    desk.screen.open_supplier(supplier(desk, "Brass Ltd"))
    desk.settle()
    assert unnamed(desk.window) == []
    desk.click("New order")
    desk.click("Create the draft")
    assert desk.reads("Order P-0001")
    desk.scan(TEA)
    assert desk.reads("Tea comes from North & Sons.")


def test_price_breaks_are_read_as_they_are_written() -> None:
    breaks = ((Qty(24_000), Money(11_000)), (Qty(48_500), Money(10_250)))
    assert supplier_items.breaks_typed(supplier_items.breaks_written(breaks)) == breaks
    assert supplier_items.breaks_typed(" ; ") == ()
    with pytest.raises(Refused):
        supplier_items.breaks_typed("24")
