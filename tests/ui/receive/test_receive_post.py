"""From the count to the books, and the supplier's papers after it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from shopstock.core.acting import Role
from shopstock.core.outcome import Changes
from shopstock.core.units import Money
from shopstock.db.connection import open_shop, transaction
from shopstock.queries import till
from shopstock.ui.receive.credit_page import CreditPage
from shopstock.ui.receive.invoice_page import InvoicePage
from shopstock.ui.receive.late_cost_page import LateCostPage
from shopstock.ui.receive.ship_page import ShipPage
from shopstock.ui.receive.supplier_return_page import SupplierReturnPage
from tests import till as till_shop
from tests.conftest import acting_as_owner
from tests.ui.receive.conftest import BackRoom, Stocked

Key = Qt.Key


def count_some(room: BackRoom, stocked: Stocked) -> None:
    """Count in 24 and 12 of two items."""
    room.burst(stocked.number)
    room.wait(lambda: room.screen.wizard is not None)
    room.settle()
    room.line("4*")
    room.scan("12900000002015")
    room.line("12*2900000002032")


def post(room: BackRoom) -> None:
    """Go through the steps to the end."""
    for _step in range(4):
        room.press(Key.Key_F9)
    room.wait(lambda: room.reads("Posted: order"))


def on_hand(room: BackRoom, sku: str) -> int:
    return int(room.value(
        "SELECT coalesce(sum(l.on_hand), 0) FROM stock_level l JOIN item i ON i.id = l.item_id"
        " JOIN location p ON p.id = l.location_id WHERE p.kind = 'shop' AND i.sku = ?", sku
    ))  # fmt: skip


def test_posting_books_what_was_counted_and_keeps_the_rest_on_order(room: BackRoom, stocked: Stocked) -> None:
    count_some(room, stocked)
    post(room)
    assert (on_hand(room, "CN-0201"), on_hand(room, "CN-0203")) == (24_000, 12_000)
    assert room.value("SELECT sum(value) FROM document_line WHERE kind = 'goods_receipt'") == 264_000 + 192_000
    assert room.value("SELECT state FROM purchase_order") == "partly_received"
    assert room.reads("Stays on back-order")
    room.press(Key.Key_F9)
    assert room.screen.wizard is None
    assert room.value("SELECT count(*) FROM document WHERE kind = 'goods_receipt'") == 1


def test_a_charge_becomes_part_of_the_cost(room: BackRoom, stocked: Stocked) -> None:
    count_some(room, stocked)
    room.press(Key.Key_F9)
    room.press(Key.Key_F9)
    room.fill("Name of the charge", "Freight")
    room.fill("Amount of the charge", "4.56")
    shares = {row.sku: row.share for row in room.wizard.costs.table.rows()}
    assert shares == {"CN-0201": 26_400, "CN-0203": 19_200}
    room.click("Add")
    room.press(Key.Key_F9)
    room.press(Key.Key_F9)
    room.wait(lambda: room.reads("Posted: order"))
    assert room.value("SELECT sum(value) FROM document_line WHERE kind = 'goods_receipt'") == 456_000 + 45_600


def test_a_delivery_that_waits_is_not_posted(room: BackRoom, stocked: Stocked) -> None:
    count_some(room, stocked)
    room.line("1*2900000002032")
    room.wizard.go(4)
    room.settle()
    room.press(Key.Key_F9)
    assert "1 over" in room.said()
    assert room.value("SELECT count(*) FROM document WHERE kind = 'goods_receipt'") == 0


def test_goods_sold_before_they_arrive_are_told(room: BackRoom, stocked: Stocked) -> None:
    with open_shop(room.url) as db:
        owner = acting_as_owner(db)
        till_shop.sold(db, owner, till.goods(db, stocked.items["CN-0201"], owner.location_id), "3")
    count_some(room, stocked)
    post(room)
    assert room.reads("3 × Beeswax candle, 20 cm were sold before they arrived")


def test_who_may_not_see_costs_sees_none(sqlite_url: str, stocked: Stocked, open_room: Callable[..., BackRoom]) -> None:
    with open_shop(sqlite_url) as db:
        till_shop.person(db, acting_as_owner(db), "Pat", Role.STOCKROOM)
    other = open_room("Pat")
    count_some(other, stocked)
    other.press(Key.Key_F9)
    other.press(Key.Key_F9)
    assert other.wizard.stack.currentWidget() is other.wizard.post
    other.press(Key.Key_F9)
    other.wait(lambda: other.reads("Posted: order"))
    assert other.wizard.costs.table.rows() == ()


def test_goods_on_their_way_are_the_shops_and_then_arrive(room: BackRoom, stocked: Stocked) -> None:
    room.press(Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    page = room.screen.page
    assert isinstance(page, ShipPage)
    room.wait(lambda: len(page.lines.rows()) == 6)
    room.click("All of it")
    room.click("They are on their way")
    assert room.value("SELECT sum(shipped_qty) FROM purchase_order_line") == 164_000
    room.press(Key.Key_Escape)
    count_some(room, stocked)
    post(room)
    assert on_hand(room, "CN-0201") == 24_000


def test_an_invoice_shows_its_differences_before_it_is_posted(room: BackRoom, stocked: Stocked) -> None:
    count_some(room, stocked)
    post(room)
    room.press(Key.Key_F9)
    room.press(Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    page = room.screen.page
    assert isinstance(page, InvoicePage)
    room.wait(lambda: len(page.lines.rows()) == 2)
    room.click("As received")
    page.lines.edit_row(0, which=1)
    room.settle()
    QTest.keyClicks(page.lines.field, "27.40")
    QTest.keyClick(page.lines.field, Key.Key_Return)
    room.settle()
    assert page.lines.rows()[0].difference == 10_000
    room.fill("Invoice number", "R-77")
    assert room.reads("difference 1.00")
    room.click("Post the invoice")
    assert room.value("SELECT net FROM supplier_invoice") == 466_000
    assert page.lines.rows() == ()


def test_late_costs_are_spread_over_what_came(room: BackRoom, stocked: Stocked) -> None:
    count_some(room, stocked)
    post(room)
    room.press(Key.Key_F9)
    room.press(Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    page = room.screen.page
    assert isinstance(page, LateCostPage)
    room.wait(lambda: page.receipts.count == 1)
    page.receipts.setFocus()
    room.press(Key.Key_Space)
    room.fill("Amount", "4.56")
    room.wait(lambda: [row.part for row in page.parts.rows()] == [26_400, 19_200])
    room.click("Post the cost")
    assert room.value("SELECT sum(value) FROM item_pool") == 456_000 + 45_600


def test_a_supplier_return_goes_no_further_than_its_receipt_and_is_credited(room: BackRoom, stocked: Stocked) -> None:
    count_some(room, stocked)
    post(room)
    room.press(Key.Key_F9)
    room.press(Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    page = room.screen.page
    assert isinstance(page, SupplierReturnPage)
    room.wait(lambda: len(page.lines.rows()) == 2)
    for _scan in range(13):
        room.scan("2900000002032")
    assert [row.back for row in page.lines.rows()] == [0, 12_000]
    assert "No more than 12" in room.said()
    room.click("It goes back")
    assert on_hand(room, "CN-0203") == 0
    room.screen.open_page("credit")
    room.settle()
    credit = room.screen.page
    assert isinstance(credit, CreditPage)
    assert credit.net.read() == Money(192_000)
    room.fill("Number of the credit note", "C-1")
    room.fill("Net", "19.00")
    room.click("Post the credit note")
    assert room.value("SELECT net FROM supplier_invoice WHERE kind = 'credit'") == 190_000


def test_a_credit_note_in_foreign_money_asks_for_the_rate(room: BackRoom, stocked: Stocked) -> None:
    count_some(room, stocked)
    post(room)
    room.press(Key.Key_F9)
    room.press(Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    room.wait(lambda: len(room.screen.page.lines.rows()) == 2)
    room.scan("2900000002032")
    room.click("It goes back")
    with open_shop(room.window.shop.url) as db, transaction(db):
        db.run("UPDATE supplier SET currency = 'USD'")
    room.screen.open_page("credit")
    room.settle()
    credit = room.screen.page
    assert isinstance(credit, CreditPage)
    assert (credit.rate.isVisibleTo(credit), credit.rate.words.text(), credit.net.text()) == (True, "One USD is", "")
    room.fill("Number of the credit note", "C-2")
    room.fill("Net", "2.00")
    room.fill("Exchange rate", "nonsense")
    assert not credit.post_key.isEnabled()
    room.fill("Exchange rate", "0.9")
    room.window.shop.announce(Changes(topics=frozenset({"elsewhere"})))
    room.settle()
    assert credit.rate.text() == "0.9", "what somebody types stays when another till changes something"
    room.click("Post the credit note")
    assert room.table("SELECT currency, rate, net FROM supplier_invoice WHERE kind = 'credit'") == [
        ("USD", 900_000, 18_000)
    ]
