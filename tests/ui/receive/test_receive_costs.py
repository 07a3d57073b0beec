"""The Costs and Labels steps by keys: charges by weight, by quantity and by hand, labels printed and on sheets."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from shopstock.core.receiving import Basis
from shopstock.db.connection import open_shop
from shopstock.services import printing
from shopstock.ui import files
from tests.conftest import acting_as_owner
from tests.ui.receive.conftest import BackRoom, Stocked
from tests.ui.receive.test_receive_post import count_some

Key = Qt.Key


def to_costs(room: BackRoom) -> None:
    """Go to the Costs step."""
    room.press(Key.Key_F9)
    room.press(Key.Key_F9)
    assert room.wizard.stack.currentWidget() is room.wizard.costs


def charge(room: BackRoom, amount: str, basis: Basis) -> None:
    """Type a charge and how it is spread."""
    costs = room.wizard.costs
    room.fill("Name of the charge", "Freight")
    room.fill("Amount of the charge", amount)
    costs.basis.setFocus()
    while costs.basis.currentData() != basis.value:
        before = costs.basis.currentIndex()
        QTest.keyClick(costs.basis, Key.Key_Down)
        assert costs.basis.currentIndex() > before, "no such way of spreading"
    room.settle()


def shares(room: BackRoom) -> dict[str, int]:
    """Return what each line carries."""
    return {row.sku: row.share for row in room.wizard.costs.table.rows()}


def finish(room: BackRoom) -> dict[str, int]:
    """Post, and return what each item cost."""
    room.press(Key.Key_F9)
    room.press(Key.Key_F9)
    room.wait(lambda: room.reads("Posted: order"))
    return dict(room.table(
        "SELECT i.sku, l.value FROM document_line l JOIN item i ON i.id = l.item_id WHERE l.kind = 'goods_receipt'"
    ))  # fmt: skip


def test_a_charge_is_spread_by_weight(room: BackRoom, stocked: Stocked) -> None:
    with open_shop(room.url) as db:
        db.run("UPDATE item SET weight = 100 WHERE sku = 'CN-0201'")
    count_some(room, stocked)
    to_costs(room)
    charge(room, "4.80", Basis.WEIGHT)
    assert not room.button("Add").isEnabled()
    with open_shop(room.url) as db:
        db.run("UPDATE item SET weight = 200 WHERE sku = 'CN-0203'")
    room.wizard.counting.read()
    room.settle()
    assert shares(room) == {"CN-0201": 24_000, "CN-0203": 24_000}
    room.click("Add")
    assert finish(room) == {"CN-0201": 264_000 + 24_000, "CN-0203": 192_000 + 24_000}


def test_a_charge_is_spread_by_quantity_and_taken_off_again(room: BackRoom, stocked: Stocked) -> None:
    count_some(room, stocked)
    to_costs(room)
    charge(room, "3.60", Basis.QUANTITY)
    assert shares(room) == {"CN-0201": 24_000, "CN-0203": 12_000}
    room.click("Add")
    room.fill("Amount of the charge", "1.20")
    room.click("Add")
    room.wizard.costs.charges.select(1)
    room.click("Remove")
    assert room.table("SELECT amount, basis FROM delivery_charge") == [(36_000, "quantity")]
    assert finish(room) == {"CN-0201": 264_000 + 24_000, "CN-0203": 192_000 + 12_000}


def test_a_charge_is_spread_by_hand(room: BackRoom, stocked: Stocked) -> None:
    count_some(room, stocked)
    to_costs(room)
    charge(room, "5.00", Basis.BY_HAND)
    hand = room.wizard.costs.hand
    for number, part in ((0, "1.50"), (1, "3.00")):
        hand.setFocus()
        hand.select(number)
        room.key(Key.Key_Return, to=hand)
        QTest.keyClicks(hand.field, part)
        QTest.keyClick(hand.field, Key.Key_Return)
        room.settle()
    assert room.reads("0.50 are still to be spread")
    assert not room.button("Add").isEnabled()
    hand.select(1)
    hand.setFocus()
    room.key(Key.Key_Return, to=hand)
    QTest.keyClicks(hand.field, "3.50")
    QTest.keyClick(hand.field, Key.Key_Return)
    room.settle()
    room.click("Add")
    assert finish(room) == {"CN-0201": 264_000 + 15_000, "CN-0203": 192_000 + 35_000}


def test_labels_of_what_came_go_to_the_printer_as_one_job(room: BackRoom, stocked: Stocked) -> None:
    count_some(room, stocked)
    room.press(Key.Key_F9)
    assert not room.button("Print labels").isEnabled()
    room.click("All")
    room.click("Print 36 labels")
    assert "No label printer is set up" in room.said()
    with open_shop(room.url) as db:
        owner = acting_as_owner(db)
        printing.set_device(db, owner, printing.LABEL_PRINTER, "tcp://127.0.0.1:9", settings={"size": "50x25"})
    room.click("Print 36 labels")
    assert "36 labels go to the printer" in room.said()
    assert room.value("SELECT count(*) FROM print_job") == 1


def test_goods_without_a_code_get_one_and_their_labels_on_a_sheet(
    room: BackRoom, stocked: Stocked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "labels.pdf"
    monkeypatch.setattr(files, "ask_save", lambda _parent, _title, _name, then: then(str(target)))
    room.burst(stocked.number)
    room.wait(lambda: room.screen.wizard is not None)
    room.settle()
    room.line("20*CN-0306")
    assert room.counted("CN-0306") == "20"
    room.press(Key.Key_F9)
    room.click("Give 1 item a code")
    code = room.value("SELECT code FROM item_code c JOIN item i ON i.id = c.item_id WHERE i.sku = 'CN-0306'")
    assert code
    room.wait(lambda: [row.code for row in room.wizard.labels.table.rows()] == [code])
    assert room.button("Print 20 labels").isEnabled()
    room.click("Sheet as PDF")
    assert target.read_bytes().startswith(b"%PDF")
    room.press(Key.Key_F8)
    room.scan(code)
    assert room.counted("CN-0306") == "21"


def test_the_rate_of_a_foreign_delivery_is_typed_and_booked(room: BackRoom, stocked: Stocked) -> None:
    with open_shop(room.url) as db:
        db.run("UPDATE supplier SET currency = 'EUR'")
        db.run("UPDATE purchase_order SET currency = 'EUR', rate = 857300")
    count_some(room, stocked)
    to_costs(room)
    assert room.wizard.costs.rate.text() == "0.8573"
    room.fill("Exchange rate", "nothing")
    QTest.keyClick(room.wizard.costs.rate, Key.Key_Return)
    room.settle()
    assert "Type the rate" in room.said()
    room.fill("Exchange rate", "0,5")
    QTest.keyClick(room.wizard.costs.rate, Key.Key_Return)
    room.settle()
    assert {row.sku: row.value for row in room.wizard.costs.table.rows()} == {"CN-0201": 132_000, "CN-0203": 96_000}
    assert finish(room) == {"CN-0201": 132_000, "CN-0203": 96_000}
