"""Vouchers at the till: scanned at any time, taken for what they hold or what is due, wrong ones refused."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from shopstock.core.tender import Tender
from shopstock.core.units import Money
from shopstock.db.connection import open_shop
from shopstock.services import sell
from shopstock.ui.sell.pay_panel import PayPanel
from tests import till as shop
from tests.conftest import acting_as_owner
from tests.ui.sell.conftest import BREAD, MILK, Till

PAYMENTS = (
    "SELECT m.name, p.amount, p.reference FROM payment p JOIN payment_method m ON m.id = p.method_id"
    " WHERE p.document_id = (SELECT max(id) FROM document) ORDER BY p.id"
)


def voucher(url: str, goods: Any, amount: int) -> str:
    """Issue a voucher for goods that came back without a receipt, and return its number."""
    with open_shop(url) as db:
        owner = acting_as_owner(db)
        cart = shop.new_cart(db).add_return_without_sale(goods, price=Money(amount))
        sell.complete_sale(db, owner, cart, [Tender(shop.method(db, "Store credit"), Money(-amount))])
        return str(db.value("SELECT number FROM voucher ORDER BY id DESC LIMIT 1"))


@pytest.fixture
def number(stocked: dict[str, Any], sqlite_url: str) -> str:
    """A voucher of 5.00."""
    return voucher(sqlite_url, stocked["GOUDA"], 50_000)


def pay(till: Till) -> PayPanel:
    panel = till.screen.panel
    assert isinstance(panel, PayPanel)
    return panel


def balance(till: Till, number: str) -> int:
    return int(till.value("SELECT balance FROM voucher WHERE number = ?", number))


def test_a_voucher_pays_what_is_due_and_says_what_is_left(number: str, till: Till) -> None:
    till.scan(MILK, BREAD, number)
    assert pay(till).title.text() == "All is paid"
    assert f"Voucher {number} pays 3.54, 1.46 stays on it." in pay(till).sentence.text()
    till.key(Qt.Key.Key_Return, "\r")
    till.settle()
    assert till.table(PAYMENTS) == [("Store credit", 35_400, number)]
    assert balance(till, number) == 14_600
    assert f"1.46 is left on {number}." in till.said()


def test_goods_scanned_after_the_voucher_are_paid_by_it_too(number: str, till: Till) -> None:
    till.scan(MILK, number, BREAD)
    assert [one.amount for one in pay(till).taken] == [35_400]
    till.scan("$VOID")
    assert [one.amount for one in pay(till).taken] == [11_900]
    till.scan("$TAKE")
    assert till.table(PAYMENTS) == [("Store credit", 11_900, number)]


def test_two_vouchers_and_cash_pay_one_sale_and_the_same_one_twice_is_refused(
    number: str, stocked: dict[str, Any], sqlite_url: str, till: Till
) -> None:
    second = voucher(sqlite_url, stocked["GOUDA"], 10_000)
    till.line("3*")
    till.scan(BREAD, number)
    assert pay(till).title.text() == "Pay 2.05"
    till.scan(number)
    assert till.said() == f"Voucher {number} is taken already. Scan another one."
    till.scan(second)
    assert pay(till).title.text() == "Pay 1.05"
    assert len(pay(till).taken) == 2
    till.key(Qt.Key.Key_Return, "\r")
    till.settle()
    assert till.table(PAYMENTS) == [
        ("Store credit", 50_000, number), ("Store credit", 10_000, second), ("Cash", 10_500, ""),
    ]  # fmt: skip
    till.scan(MILK, second)
    assert till.said() == f"Voucher {second} is used up."
    assert pay(till).taken == []


def test_on_an_empty_till_a_voucher_only_tells_what_it_holds(number: str, till: Till) -> None:
    till.scan(number)
    assert till.said().startswith(f"Voucher {number} has 5.00 left of 5.00.")
    assert till.rows() == []
    assert till.screen.panel is None
    assert till.has_entry_focus()


def test_a_voucher_that_nobody_knows_is_no_red_row(number: str, till: Till) -> None:
    till.scan(MILK, "V-000099-1234")
    assert till.said() == "There is no voucher V-000099-1234. Check the number."
    assert till.rows() == [("MILK", 1_000)]
    assert till.value("SELECT count(*) FROM unknown_code") == 0


def test_the_key_asks_for_the_voucher_and_takes_a_typed_number(number: str, till: Till) -> None:
    till.scan(BREAD)
    till.press(Qt.Key.Key_F9)
    till.click(pay(till).method_keys["Store credit"])
    assert pay(till).number.hasFocus()
    till.press(Qt.Key.Key_Escape)
    assert pay(till).amount.hasFocus()
    till.click(pay(till).method_keys["Store credit"])
    pay(till).number.setText("12")
    till.key(Qt.Key.Key_Return, "\r")
    till.settle()
    assert "is no voucher's number" in till.said()
    pay(till).number.setText(number.replace("V-", "").replace("-", ""))
    till.key(Qt.Key.Key_Return, "\r")
    till.settle()
    assert pay(till).title.text() == "All is paid"
    till.press(Qt.Key.Key_F10)
    assert balance(till, number) == 26_500


def test_a_voucher_spent_elsewhere_meanwhile_gives_the_sale_back(number: str, sqlite_url: str, till: Till) -> None:
    till.scan(BREAD, number)
    with open_shop(sqlite_url) as db:
        other = shop.second_till(db, acting_as_owner(db))
        from shopstock.queries import items
        from shopstock.queries import till as till_query

        found = items.by_code(db, BREAD, other.location_id)
        assert found is not None
        cart = shop.new_cart(db).add(till_query.goods_of(found))
        cart = cart.set_qty(cart.lines[0].uid, shop.qty("2"))
        sell.complete_sale(db, other, cart, [Tender(shop.method(db, "Store credit"), Money(47_000), number)])
    till.key(Qt.Key.Key_Return, "\r")
    till.settle()
    assert f"Voucher {number} has 0.30 left" in till.said()
    assert till.rows() == [("BREAD", 1_000)]
    assert balance(till, number) == 3_000


def test_no_voucher_pays_where_money_goes_back(number: str, till: Till) -> None:
    till.scan(MILK)
    till.press(Qt.Key.Key_F10)
    sale = till.value("SELECT s.prefix || '-' || d.number FROM document d JOIN station s ON s.id = d.station_id"
                      " WHERE d.kind = 'sale'")  # fmt: skip
    till.scan(sale, MILK, number)
    assert "Nothing is due that it could pay" in till.said()
    assert balance(till, number) == 50_000
