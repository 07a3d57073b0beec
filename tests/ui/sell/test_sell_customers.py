"""Customers at the till: found by words, number and card; a new one; purchases; only a name; taken off again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from shopstock.core.customers import CustomerFields
from shopstock.db.connection import open_shop
from shopstock.services import customers
from shopstock.ui.sell.customer_panel import CustomerPanel
from shopstock.ui.sell.return_panel import ReturnPanel
from tests.conftest import acting_as_owner
from tests.ui.sell.conftest import MILK, Till

CARD = "9810000000017"
LINKED = "SELECT c.number FROM customer_document k JOIN customer c ON c.id = k.customer_id"


@pytest.fixture
def ada(sqlite_url: str) -> int:
    """A customer with a card and a tax number, and one with a name alone."""
    with open_shop(sqlite_url) as db:
        owner = acting_as_owner(db)
        saved = customers.save(db, owner, None, CustomerFields("Ada Byron", CARD, phone="0171 555", tax_number="GB 1"))
        customers.save(db, owner, None, CustomerFields("Bert Adams"))
        return saved.customer_id


def panel(till: Till) -> CustomerPanel:
    found = till.screen.panel
    assert isinstance(found, CustomerPanel)
    return found


def on_sale(till: Till) -> tuple[str, int | None, bool]:
    cart = till.sale.cart
    return cart.customer, cart.customer_id, cart.invoice


def test_a_card_puts_the_customer_on_the_sale_and_one_press_takes_them_off(ada: int, till: Till) -> None:
    till.scan(MILK, CARD)
    assert till.rows() == [("MILK", 1_000)]
    assert on_sale(till) == ("Ada Byron", ada, True)
    assert till.screen.totals.customer_key.text() == "Ada Byron"
    assert till.said().startswith("Ada Byron (C-0001) is the customer.")
    till.click(till.screen.totals.nobody_key)
    assert on_sale(till) == ("", None, False)
    assert not till.screen.totals.nobody_key.isVisible()
    till.scan(CARD)
    till.press(Qt.Key.Key_F10)
    assert till.value("SELECT party FROM document WHERE kind = 'sale'") == "C-0001"
    assert till.table(LINKED) == [(1,)]
    assert till.screen.totals.customer_key.text() == "Walk-in customer"


def test_a_customer_is_found_by_words_and_the_invoice_is_turned_off(ada: int, till: Till) -> None:
    till.scan(MILK)
    till.press(Qt.Key.Key_F3)
    till.line("ada")
    assert [key.text() for key in panel(till).list.keys] == ["Ada Byron", "Bert Adams"]
    till.key(Qt.Key.Key_Return, "\r")
    till.settle()
    assert on_sale(till) == ("Ada Byron", ada, True)
    assert till.has_entry_focus()
    till.press(Qt.Key.Key_F3)
    till.click(panel(till).invoice_key)
    assert on_sale(till) == ("Ada Byron", ada, False)
    till.click(panel(till).off_key)
    assert on_sale(till) == ("", None, False)


def test_only_a_name_stands_on_a_parked_sale(ada: int, till: Till) -> None:
    till.scan(MILK)
    till.press(Qt.Key.Key_F3)
    till.line("Zed")
    assert "Nobody on record is called so" in panel(till).sentence.text()
    till.key(Qt.Key.Key_Return, "\r")
    till.settle()
    assert on_sale(till) == ("Zed", None, False)
    till.press(Qt.Key.Key_F4)
    assert till.value("SELECT label FROM parked_sale") == "Zed"


def test_a_new_customer_gets_the_scanned_card(ada: int, till: Till) -> None:
    till.press(Qt.Key.Key_F3)
    till.click(panel(till).new_key)
    till.scan("9810000000024")
    assert panel(till).card.text() == "9810000000024"
    assert till.rows() == []
    till.click(panel(till).save_key)
    assert "name" in panel(till).sentence.text().casefold()
    assert till.value("SELECT count(*) FROM customer") == 2
    panel(till).name.setText("Grace Hopper")
    till.click(panel(till).save_key)
    assert on_sale(till)[0] == "Grace Hopper"
    till.scan(MILK, "9810000000024")
    assert till.rows() == [("MILK", 1_000)]
    assert on_sale(till)[0] == "Grace Hopper"


def test_a_card_that_is_another_customers_is_refused(ada: int, till: Till) -> None:
    till.press(Qt.Key.Key_F3)
    till.click(panel(till).new_key)
    panel(till).name.setText("Carl")
    panel(till).card.setText(CARD)
    till.click(panel(till).save_key)
    assert panel(till).sentence.text().startswith("This card is that of C-0001")
    assert till.value("SELECT count(*) FROM customer") == 2


def test_a_purchase_of_before_opens_for_return(ada: int, till: Till) -> None:
    till.scan(CARD, MILK)
    till.press(Qt.Key.Key_F10)
    till.scan(CARD)
    till.press(Qt.Key.Key_F3)
    assert panel(till).title.text() == "Ada Byron · C-0001"
    assert len(panel(till).list.keys) == 1
    till.click(panel(till).list.keys[0])
    assert isinstance(till.screen.panel, ReturnPanel)
    till.scan(MILK)
    assert [(line.sku, line.comes_back) for line in till.sale.cart.lines] == [("MILK", True)]
    till.press(Qt.Key.Key_F10)
    assert till.on_hand("MILK") == 10_000
    assert till.table(LINKED) == [(1,), (1,)]


def test_a_card_finds_the_customers_sales_while_goods_come_back(ada: int, till: Till) -> None:
    till.scan(CARD, MILK)
    till.press(Qt.Key.Key_F10)
    till.scan(MILK)
    till.press(Qt.Key.Key_F10)
    till.press(Qt.Key.Key_F11)
    back = till.screen.panel
    assert isinstance(back, ReturnPanel)
    assert len(back.finder.list.keys) == 2
    till.scan(CARD)
    assert len(back.finder.list.keys) == 1
    assert "Ada Byron" in back.finder.list.keys[0].second()


def test_goods_scanned_while_a_customer_is_looked_for_are_sold(ada: int, till: Till) -> None:
    till.press(Qt.Key.Key_F3)
    till.scan(MILK)
    assert till.rows() == [("MILK", 1_000)]
    assert isinstance(till.screen.panel, CustomerPanel)
