"""Tender at the till: what was handed over, the change, and what then stands in the ledger."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from shopstock.core.acting import Role
from shopstock.db.connection import Db, open_shop
from shopstock.services import people, printing
from shopstock.ui.sell.pay_panel import PayPanel
from tests.conftest import acting_as_owner
from tests.till import PIN, set_setting
from tests.ui.sell.conftest import BREAD, MILK, Till

PAYMENTS = (
    "SELECT m.name, p.amount, p.tendered, p.change FROM payment p"
    " JOIN payment_method m ON m.id = p.method_id ORDER BY p.id"
)


def tender(till: Till) -> PayPanel:
    panel = till.screen.panel
    assert isinstance(panel, PayPanel)
    return panel


def test_exact_cash_is_one_key(till: Till) -> None:
    till.scan(MILK, BREAD)
    till.press(Qt.Key.Key_F10)
    assert till.table(PAYMENTS) == [("Cash", 35_400, 35_400, 0)]
    assert till.on_hand("MILK") == 9_000
    assert till.on_hand("BREAD") == 9_000
    assert till.rows() == []
    assert till.value("SELECT count(*) FROM open_sale") == 0
    assert till.screen.totals.due_word.text() == "Change"
    assert till.said().startswith("Sale 1-")
    assert till.has_entry_focus()


def test_the_amount_due_is_selected_and_enter_takes_it(till: Till) -> None:
    till.scan(BREAD)
    till.press(Qt.Key.Key_F9)
    assert tender(till).amount.selectedText() == "2.35"
    till.key(Qt.Key.Key_Return, "\r")
    till.settle()
    assert till.table(PAYMENTS) == [("Cash", 23_500, 23_500, 0)]


def test_the_change_stays_until_the_next_scan(till: Till) -> None:
    till.scan(BREAD)
    till.press(Qt.Key.Key_F9)
    for character in "5":
        till.key(Qt.Key.Key_5, character)
        till.wait(lambda: till.scanner.quiet)
    till.key(Qt.Key.Key_Return, "\r")
    till.settle()
    assert till.screen.totals.due.text() == "2.65"
    till.press(Qt.Key.Key_F7)
    till.press(Qt.Key.Key_Escape)
    assert till.screen.totals.due.text() == "2.65"
    till.scan(MILK)
    assert till.screen.totals.due_word.text() == "To pay"
    assert till.screen.totals.due.text() == "1.19"
    assert till.table(PAYMENTS) == [("Cash", 23_500, 50_000, 26_500)]


def test_too_little_is_refused_with_a_sentence(till: Till) -> None:
    till.scan(BREAD)
    till.press(Qt.Key.Key_F9)
    till.key(Qt.Key.Key_1, "1")
    till.wait(lambda: till.scanner.quiet)
    till.key(Qt.Key.Key_Return, "\r")
    till.settle()
    assert till.said() == "1.35 is still to pay."
    assert till.rows() == [("BREAD", 1_000)]
    assert till.value("SELECT count(*) FROM payment") == 0


def test_a_plausible_amount_is_set_not_added(till: Till) -> None:
    till.scan(BREAD, MILK)
    keys = till.screen.totals.amount_keys
    assert [(key.text(), key.second()) for key in keys] == [
        ("3.60", "back 0.06"), ("4", "back 0.46"), ("5", "back 1.46"), ("10", "back 6.46"),
    ]  # fmt: skip
    till.click(keys[1])
    till.click(keys[3])
    assert tender(till).amount.text() == "10.00"
    assert tender(till).back_words.text() == "back 6.46"
    till.click(tender(till).method_keys["Cash"])
    assert till.table(PAYMENTS) == [("Cash", 35_400, 100_000, 64_600)]


def test_card_is_one_key(till: Till) -> None:
    till.scan(BREAD)
    till.click(till.screen.totals.card_key)
    assert till.table(PAYMENTS) == [("Card", 23_500, 23_500, 0)]


def test_a_part_and_a_method_leave_the_rest_filled_in(till: Till) -> None:
    till.scan(BREAD, MILK)
    till.press(Qt.Key.Key_F9)
    tender(till).amount.setText("1")
    till.click(tender(till).method_keys["Voucher"])
    assert tender(till).amount.text() == "2.54"
    assert tender(till).amount.hasFocus()
    tender(till).amount.setText("2")
    till.click(tender(till).method_keys["Card"])
    till.key(Qt.Key.Key_Return, "\r")
    till.settle()
    assert till.table(PAYMENTS) == [
        ("Voucher", 10_000, 10_000, 0), ("Card", 20_000, 20_000, 0), ("Cash", 5_400, 5_400, 0),
    ]  # fmt: skip


def test_the_next_scan_opens_the_next_sale_while_the_commit_still_runs(till: Till) -> None:
    till.scan(MILK)
    go_on = threading.Event()
    till.window.shop.run(_wait, go_on)
    till.screen.paying.exact()
    till._qtbot.waitUntil(lambda: not till.sale.cart.lines, timeout=3_000)
    till.burst(BREAD)
    till._qtbot.waitUntil(lambda: bool(till.sale.cart.lines), timeout=3_000)
    go_on.set()
    till.settle()
    assert till.rows() == [("BREAD", 1_000)]
    sold = "SELECT l.qty, i.sku FROM document_line l JOIN item i ON i.id = l.item_id WHERE l.kind = 'sale'"
    assert till.table(sold) == [(1_000, "MILK")]
    assert "BREAD" in till.value("SELECT content FROM open_sale")


def _wait(db: Db, go_on: threading.Event) -> None:
    go_on.wait(10)


def test_a_sale_that_cannot_be_posted_comes_back_whole(
    stocked: Any, sqlite_url: str, open_till: Callable[..., Till]
) -> None:
    with open_shop(sqlite_url) as db:
        set_setting(db, "require_shift", True)
    till = open_till()
    till.scan(MILK, BREAD)
    till.press(Qt.Key.Key_F10)
    assert till.rows() == [("MILK", 1_000), ("BREAD", 1_000)]
    assert till.said().startswith("Count the float")
    till.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    panel: Any = till.screen.panel
    panel.amount.setText("50")
    till.click(panel.apply_key)
    till.press(Qt.Key.Key_F10)
    assert till.rows() == []
    assert till.value("SELECT opening_float FROM shift") == 500_000


def test_a_large_discount_asks_a_second_person_on_the_same_screen(
    stocked: Any, sqlite_url: str, open_till: Callable[..., Till]
) -> None:
    with open_shop(sqlite_url) as db:
        owner = acting_as_owner(db)
        people.set_pin(db, owner, owner.person_id, PIN)
        people.add_person(db, owner, "Mira", Role.CASHIER, pin="2683")
    till = open_till("Mira")
    till.scan(BREAD)
    till.line("50%")
    till._qtbot.waitUntil(till.screen.approval.isVisible, timeout=3_000)
    tiles = till.screen.approval.form.tiles.findChildren(QAbstractButton)
    till.click(next(tile for tile in tiles if tile.text() == "Owner"))
    _approve(till)
    assert not till.screen.approval.isVisible()
    till.press(Qt.Key.Key_F10)
    assert till.table("SELECT p.name, d.net + d.tax FROM document d JOIN person p ON p.id = d.approved_by") == [
        ("Owner", 11_700)
    ]


def test_a_badge_approves_and_the_cashier_stays_signed_in(
    stocked: Any, sqlite_url: str, open_till: Callable[..., Till]
) -> None:
    with open_shop(sqlite_url) as db:
        owner = acting_as_owner(db)
        people.set_pin(db, owner, owner.person_id, PIN)
        people.set_badge(db, owner, owner.person_id, "BADGE-0001")
        people.add_person(db, owner, "Mira", Role.CASHIER, pin="2683")
    till = open_till("Mira")
    till.press(Qt.Key.Key_F11)
    panel: Any = till.screen.panel
    till.click(panel.finder.loose_key)
    till.scan(MILK)
    till.press(Qt.Key.Key_F10)
    till._qtbot.waitUntil(till.screen.approval.isVisible, timeout=3_000)
    till.scan("NOBODYS")
    assert till.screen.approval.isVisible()
    till.scan("BADGE-0001")
    assert till.rows() == []
    assert till.table("SELECT kind, approved_by IS NOT NULL FROM document ORDER BY id")[-1] == ("customer_return", 1)
    assert till.window.shop.acting is not None
    assert till.window.shop.acting.name == "Mira"


def test_goods_scanned_while_a_second_person_is_asked_for_are_rows(
    stocked: Any, sqlite_url: str, open_till: Callable[..., Till]
) -> None:
    with open_shop(sqlite_url) as db:
        owner = acting_as_owner(db)
        people.set_pin(db, owner, owner.person_id, PIN)
        people.add_person(db, owner, "Mira", Role.CASHIER, pin="2683")
    till = open_till("Mira")
    till.scan(BREAD)
    till.line("50%")
    till._qtbot.waitUntil(till.screen.approval.isVisible, timeout=3_000)
    till.scan(MILK)
    assert till.rows() == [("BREAD", 1_000), ("MILK", 1_000)]
    assert till.screen.approval.isVisible()
    assert till.screen.approval.form.pad.line.text() == ""


def _approve(till: Till) -> None:
    field = till.screen.approval.form.pad.line
    field.setFocus()
    for character in PIN:
        till.key(Qt.Key(ord(character)), character)
        till.wait(lambda: till.scanner.quiet)
    till.key(Qt.Key.Key_Return, "\r")
    till.settle()


def test_receipt_and_drawer_are_queued_with_the_sale_and_a_reprint_is_marked(
    stocked: Any, sqlite_url: str, open_till: Callable[..., Till]
) -> None:
    with open_shop(sqlite_url) as db:
        printing.set_device(db, acting_as_owner(db), printing.RECEIPT_PRINTER, "tcp://127.0.0.1:9")
    till = open_till()
    till.scan(MILK)
    till.press(Qt.Key.Key_F10)
    assert till.table("SELECT kind, copy_no FROM print_job ORDER BY id") == [("drawer_pulse", 0), ("sales_receipt", 0)]
    assert "The receipt is printing." in till.said()
    till.press(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert till.table("SELECT kind, copy_no FROM print_job ORDER BY id")[2:] == [("sales_receipt", 1)]
    assert till.value("SELECT detail FROM event_log WHERE kind = 'reprint'") == "COPY 1"
