"""Settings, Customers: added, found by words and by card, changed, and erased with a typed confirmation."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from shopstock.core.acting import Role
from shopstock.core.customers import CustomerFields
from shopstock.core.scan import Scan
from shopstock.db.connection import Db
from shopstock.queries import customers as query
from shopstock.services import customers, people
from shopstock.ui.main_window import MainWindow
from tests.conftest import acting_as_owner
from tests.windows import click, type_into


def page_of(window: MainWindow) -> Any:
    window.show_settings("customers")
    return window.opened("settings").page("customers")


def said(window: MainWindow) -> str:
    message = window.messages.current()
    return message.fact if message is not None else ""


def test_a_customer_is_added_with_a_card_and_found_by_it(window: MainWindow, sqlite_db: Db) -> None:
    page = page_of(window)
    assert "Nobody has to be" in page.none.text()
    click(page.new)
    type_into(page.form.name, "Ada Ferry")
    window.on_scan(Scan("CARD-7"))
    type_into(page.form.tax_number, "GB 12")
    click(page.keep)
    assert page.title.text() == "Ada Ferry"
    found = query.by_card(sqlite_db, "CARD-7")
    assert found is not None
    assert (found.number, found.name, found.tax_number) == ("C-0001", "Ada Ferry", "GB 12")
    page.show_list()
    window.on_scan(Scan("CARD-7"))
    assert page.customer is not None
    assert page.customer.number == "C-0001"


def test_a_card_that_nobody_has_begins_a_customer(window: MainWindow) -> None:
    page = page_of(window)
    window.on_scan(Scan("CARD-9"))
    assert "Nobody has the card" in said(window)
    message = window.messages.current()
    assert message is not None
    assert message.on_action is not None
    message.on_action()
    assert page.form.card.text() == "CARD-9"


def test_another_ones_card_is_refused(window: MainWindow, sqlite_db: Db) -> None:
    owner = acting_as_owner(sqlite_db)
    customers.save(sqlite_db, owner, None, CustomerFields("Ada", "CARD-7"))
    bob = customers.save(sqlite_db, owner, None, CustomerFields("Bob")).customer_id
    page = page_of(window)
    page.open(bob)
    window.on_scan(Scan("CARD-7"))
    click(page.keep)
    assert "C-0001" in said(window)
    row = query.by_id(sqlite_db, bob)
    assert row is not None
    assert row.card == ""


def test_erasing_asks_for_the_number(window: MainWindow, sqlite_db: Db) -> None:
    made = customers.save(sqlite_db, acting_as_owner(sqlite_db), None, CustomerFields("Ada", phone="555")).customer_id
    page = page_of(window)
    page.open(made)
    click(page.erase)
    assert not page.erase_now.isEnabled()
    type_into(page.typed, "C-0002")
    assert not page.erase_now.isEnabled()
    type_into(page.typed, "c-0001")
    click(page.erase_now)
    assert "C-0001 is erased" in said(window)
    assert query.by_id(sqlite_db, made) is None
    gone = query.customer(sqlite_db, made)
    assert gone is not None
    assert gone.fields == CustomerFields("")


def test_esc_leaves_the_question_then_the_customer(window: MainWindow, sqlite_db: Db) -> None:
    made = customers.save(sqlite_db, acting_as_owner(sqlite_db), None, CustomerFields("Ada")).customer_id
    page = page_of(window)
    page.open(made)
    click(page.erase)
    QTest.keyClick(page.typed, Qt.Key.Key_Escape)
    assert not page.erasing.isVisible()
    assert page.customer is not None
    QTest.keyClick(page.form.name, Qt.Key.Key_Escape)
    assert page.customer is None
    assert query.by_id(sqlite_db, made) is not None


def test_a_cashier_sees_customers_and_few_other_sections(window: MainWindow, sqlite_db: Db) -> None:
    owner = acting_as_owner(sqlite_db)
    people.set_pin(sqlite_db, owner, owner.person_id, "1382")
    people.add_person(sqlite_db, owner, "Cara", Role.CASHIER, pin="2749")
    cara = sqlite_db.value("SELECT id FROM person WHERE name = 'Cara'")
    window.shop.acting = people.sign_in(sqlite_db, cara, "2749", owner.station_id)
    screen = window.opened("settings")
    shown = [
        name for row, name in enumerate(screen.sections()) if not screen._list.isRowHidden(row)
    ]  # fmt: skip
    assert "customers" in shown
    assert "write_offs" not in shown
