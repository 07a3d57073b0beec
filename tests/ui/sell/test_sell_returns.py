"""Goods that come back at the till: the sale found, lines scanned, their condition, money back as it was paid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt

from shopstock.core.acting import Role
from shopstock.core.returns import Condition, Outcome
from shopstock.core.units import Money
from shopstock.db.connection import open_shop
from shopstock.ui.sell.pay_panel import PayPanel
from shopstock.ui.sell.return_panel import ReturnPanel
from tests import till as shop
from tests.conftest import acting_as_owner
from tests.ui.sell.conftest import BREAD, MILK, Till

NUMBER = (
    "SELECT s.prefix || '-' || d.number FROM document d JOIN station s ON s.id = d.station_id"
    " WHERE d.kind = 'sale' ORDER BY d.id DESC LIMIT 1"
)
PAYMENTS = (
    "SELECT m.name, p.amount FROM payment p JOIN payment_method m ON m.id = p.method_id"
    " WHERE p.document_id = (SELECT max(id) FROM document) ORDER BY p.id"
)
KINDS = "SELECT l.kind, i.sku, l.qty FROM document_line l JOIN item i ON i.id = l.item_id WHERE l.document_id = (SELECT max(id) FROM document) ORDER BY l.line_no"  # noqa: E501
CONDITIONS = "SELECT condition, outcome, cause FROM return_line ORDER BY line_id"


def back(till: Till) -> ReturnPanel:
    panel = till.screen.panel
    assert isinstance(panel, ReturnPanel)
    return panel


def pay(till: Till) -> PayPanel:
    panel = till.screen.panel
    assert isinstance(panel, PayPanel)
    return panel


def sold(till: Till, *codes: str, card: bool = False) -> str:
    """Sell and return the receipt's number."""
    till.scan(*codes)
    if card:
        till.click(till.screen.totals.card_key)
    else:
        till.press(Qt.Key.Key_F10)
    return str(till.value(NUMBER))


def chips(till: Till) -> list[list[str]]:
    return [[chip.text for chip in row.chips] for row in till.screen.table.sale_rows.rows]


def come_back(till: Till) -> list[tuple[str, int, bool]]:
    return [(line.sku, line.qty, line.comes_back) for line in till.sale.cart.lines]


def test_a_scan_of_an_item_of_the_sale_takes_one_back_and_never_more_than_is_left(till: Till) -> None:
    number = sold(till, MILK, MILK, BREAD)
    till.scan(number, MILK, MILK)
    assert come_back(till) == [("MILK", 2_000, True)]
    till.scan(MILK)
    assert till.said().startswith(f"Nothing of Milk is left on sale {number}")
    assert come_back(till) == [("MILK", 2_000, True)]
    till.line("5*")
    till.scan(BREAD)
    assert till.said().startswith("Only 1 of Bread can still come back")
    assert come_back(till) == [("MILK", 2_000, True)]
    till.press(Qt.Key.Key_F10)
    assert till.on_hand("MILK") == 10_000
    assert till.table(CONDITIONS) == [("as_new", "stock", "")]
    till.scan(number, MILK)
    assert till.said().startswith("Nothing of Milk is left")
    assert till.rows() == []


def test_an_exchange_by_the_scanner_alone(till: Till) -> None:
    number = sold(till, MILK)
    till.scan(number, MILK, "$DAMAGED", BREAD, "$EXACT")
    assert till.table(KINDS) == [
        ("customer_return", "MILK", 1_000), ("sale", "BREAD", 1_000), ("write_off", "MILK", 1_000),
    ]  # fmt: skip
    assert till.on_hand("MILK") == 9_000
    assert till.table(PAYMENTS) == [("Cash", 11_600)]


def test_everything_comes_back_and_money_as_it_was_paid_by_the_scanner_alone(till: Till) -> None:
    number = sold(till, MILK, BREAD, card=True)
    till.scan(number, "$ALLBACK", "$PAY", "$TAKE")
    assert till.table(PAYMENTS) == [("Card", -35_400)]
    assert till.on_hand("BREAD") == 10_000


def test_what_came_back_in_the_meantime_is_refused_when_it_is_paid(till: Till, sqlite_url: str) -> None:
    number = sold(till, MILK)
    till.scan(number, MILK)
    with open_shop(sqlite_url) as db:
        other = shop.second_till(db, acting_as_owner(db))
        from shopstock.queries import sales

        found = sales.by_number(db, number)
        assert found is not None
        shop.pay(db, other, shop.new_cart(db).add_return(found.lines[0]))
    till.press(Qt.Key.Key_F10)
    assert "only 0 of this sale can still come back" in till.said()
    assert come_back(till) == [("MILK", 1_000, True)]
    assert till.value("SELECT count(*) FROM document WHERE kind = 'customer_return'") == 1


def test_the_condition_decides_what_happens_and_the_row_says_so(till: Till) -> None:
    number = sold(till, MILK, MILK, MILK)
    till.scan(number)
    till.click(back(till).all_key)
    assert chips(till) == [["Comes back"]]
    strip = back(till).conditions.keys
    assert [key.height() for key in strip.values()] == [56] * 4
    assert strip[Condition.OPENED].second() == "Set aside"
    till.click(strip[Condition.OPENED])
    assert chips(till) == [["Opened: Set aside"]]
    till.click(back(till).conditions.more_key)
    row = back(till).row
    till.click(row.split_key)
    till.click(row.conditions.keys[Condition.DAMAGED])
    assert chips(till) == [["Opened: Set aside"], ["Damaged: Write off"]]
    till.click(row.outcome_keys[Outcome.SUPPLIER])
    till.click(row.reason_keys["defective"])
    assert not row.outcome_keys[Outcome.STOCK].isVisible()
    till.press(Qt.Key.Key_Escape)
    assert back(till).list.isVisible()
    till.press(Qt.Key.Key_F10)
    assert till.table(CONDITIONS) == [("opened", "set_aside", ""), ("damaged", "supplier", "defective")]
    levels = "SELECT o.kind, l.on_hand FROM stock_level l JOIN location o ON o.id = l.location_id JOIN item i ON i.id = l.item_id WHERE i.sku = 'MILK' AND l.on_hand <> 0 ORDER BY o.kind"  # noqa: E501
    assert till.table(levels) == [("set_aside", 3_000), ("shop", 7_000)]


def test_a_row_that_comes_back_opens_its_condition_by_f6_and_takes_a_quantity(till: Till) -> None:
    number = sold(till, MILK, MILK)
    till.scan(number, MILK)
    till.press(Qt.Key.Key_Escape)
    assert till.screen.panel is None
    till.press(Qt.Key.Key_F6)
    assert back(till).row.isVisible()
    till.click(back(till).row.more_key)
    assert come_back(till) == [("MILK", 2_000, True)]
    till.click(back(till).row.more_key)
    assert "Only 2 of this line" in till.said()
    till.click(back(till).row.done_key)
    assert back(till).title.text() == f"Return from sale {number}"


def test_the_sale_is_found_by_item_words_day_and_card(till: Till, sqlite_url: str) -> None:
    first = sold(till, MILK)
    second = sold(till, BREAD)
    till.scan(BREAD)
    till.press(Qt.Key.Key_F9)
    pay(till).card_digits.setFocus()
    for digit in "4711":
        till.key(Qt.Key(ord(digit)), digit)
        till.wait(lambda: till.scanner.quiet)
    till.key(Qt.Key.Key_Return, "\r")
    till.settle()
    third = str(till.value(NUMBER))
    assert till.value("SELECT reference FROM payment ORDER BY id DESC LIMIT 1") == "4711"
    till.press(Qt.Key.Key_F11)
    keys = back(till).finder.list.keys
    assert [key.text().split(" ")[0] for key in keys] == [third, second, first]
    assert "Bread" in keys[0].second()
    till.scan(MILK)
    assert [key.text().split(" ")[0] for key in back(till).finder.list.keys] == [first]
    till.click(back(till).finder.about_key)
    till.line("#4711")
    assert [key.text().split(" ")[0] for key in back(till).finder.list.keys] == [third]
    till.click(back(till).finder.card_key)
    till.line("bread")
    assert [key.text().split(" ")[0] for key in back(till).finder.list.keys] == [third, second]
    till.click(back(till).finder.earlier_key)
    assert back(till).finder.day_key.text() == "Today"
    till.click(back(till).finder.earlier_key)
    assert back(till).finder.list.keys == []
    assert back(till).sentence.text().startswith("No sale matches")
    till.click(back(till).finder.later_key)
    till.key(Qt.Key.Key_Return, "\r")
    till.settle()
    assert back(till).title.text() == f"Return from sale {third}"
    assert till.rows() == []


def test_the_card_is_typed_on_the_pad_by_touch_alone(till: Till) -> None:
    sold(till, MILK)
    till.press(Qt.Key.Key_F11)
    finder = back(till).finder
    till.click(finder.card_key)
    assert finder.pad_page.isVisible()
    till.press(Qt.Key.Key_Escape)
    assert not finder.pad_page.isVisible()
    till.click(finder.list.keys[0])
    assert back(till).title.text().startswith("Return from sale")


def test_a_receipt_number_that_nobody_knows_says_so(till: Till) -> None:
    number = sold(till, MILK)
    till.scan(number)
    till.line("1-999")
    assert till.said() == "There is no sale 1-999. Check the number on the receipt."
    till.press(Qt.Key.Key_F11)
    till.press(Qt.Key.Key_F11)
    till.scan("nothing-of-this")
    assert "No item has the code" in till.said()
    assert till.rows() == []


def test_money_goes_back_as_it_was_paid_or_as_asked(till: Till) -> None:
    till.scan(MILK, BREAD)
    till.press(Qt.Key.Key_F9)
    pay(till).amount.setText("2")
    till.click(pay(till).method_keys["Card"])
    till.key(Qt.Key.Key_Return, "\r")
    till.settle()
    assert till.table(PAYMENTS) == [("Card", 20_000), ("Cash", 15_400)]
    number = till.value(NUMBER)
    till.scan(number, BREAD)
    till.press(Qt.Key.Key_F9)
    assert pay(till).offer_key.text() == "2.00 Card + 0.35 Cash"
    assert pay(till).method_keys["Cash"].kind == "outline"
    till.key(Qt.Key.Key_Return, "\r")
    till.settle()
    assert till.table(PAYMENTS) == [("Card", -20_000), ("Cash", -3_500)]
    assert till.screen.totals.due.text() == "2.35"
    till.scan(number, MILK)
    till.press(Qt.Key.Key_F9)
    pay(till).amount.setText("1")
    till.click(pay(till).method_keys["Store credit"])
    assert pay(till).title.text() == "Give back 0.19"
    till.key(Qt.Key.Key_Return, "\r")
    till.settle()
    assert till.table(PAYMENTS) == [("Store credit", -10_000), ("Cash", -1_900)]
    assert till.value("SELECT balance FROM voucher") == 10_000


def test_without_a_receipt_the_lowest_price_of_late_counts(till: Till, sqlite_url: str, stocked: Any) -> None:
    with open_shop(sqlite_url) as db:
        owner = acting_as_owner(db)
        cart = shop.new_cart(db).add(stocked["MILK"])
        cart = cart.set_price(cart.lines[0].uid, Money(9_900))
        shop.pay(db, owner, cart)
    till.press(Qt.Key.Key_F11)
    till.click(back(till).finder.loose_key)
    till.scan(MILK, MILK, BREAD)
    assert come_back(till) == [("MILK", 2_000, True), ("BREAD", 1_000, True)]
    assert [line.unit_price for line in till.sale.cart.lines] == [9_900, 23_500]
    assert "today's price. None was sold in 90 days" in back(till).sentence.text()
    assert chips(till)[0] == ["Comes back", "Lowest price"]
    till.scan(MILK)
    assert back(till).sentence.text() == "Milk: 0.99, the lowest price in 90 days. Today's is 1.19."
    till.press(Qt.Key.Key_F10)
    assert till.on_hand("MILK") == 12_000


def test_without_a_receipt_somebody_who_may_is_asked(
    stocked: Any, sqlite_url: str, open_till: Callable[..., Till]
) -> None:
    with open_shop(sqlite_url) as db:
        shop.person(db, acting_as_owner(db), "Cass", Role.CASHIER)
    till = open_till("Cass")
    till.press(Qt.Key.Key_F11)
    till.click(back(till).finder.loose_key)
    till.scan(MILK)
    till.press(Qt.Key.Key_F10)
    assert till.screen.approval.isVisible()
    assert till.value("SELECT count(*) FROM document WHERE kind = 'customer_return'") == 0
    assert come_back(till) == [("MILK", 1_000, True)]
