"""The item card by real events: what it writes, what it refuses, codes, new and retired items."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from shopstock.core.scan import Scan
from tests.ui.stock.conftest import Back

PRICE = "SELECT price FROM item WHERE sku = 'TEA'"
CODES = (
    "SELECT count(*) FROM item_code c JOIN item i ON i.id = c.item_id "
    "WHERE i.name = ? AND c.retired_at IS NULL AND (? = '' OR c.code = ?)"
)


def codes(back: Back, name: str, code: str = "") -> int:
    return int(back.value(CODES, name, code, code))


def test_the_card_changes_the_price_and_the_row_shows_the_new_name(back: Back) -> None:
    back.pick("Tea", 0, twice=True)
    assert back.field("Price").text() == "2.50"
    back.fill("Price", "2.75")
    back.fill("Name", "Tea, green")
    back.click("Save")
    assert back.value(PRICE) == 27_500
    back.wait(lambda: back.shown() == ["Candle", "Lantern", "Tea, green"])


def test_an_amount_that_is_none_is_refused_and_nothing_is_written(back: Back) -> None:
    back.pick("Tea", 0, twice=True)
    back.fill("Price", "two fifty")
    back.click("Save")
    assert back.reads_about("The price is no")
    assert back.value(PRICE) == 25_000


def test_codes_are_added_with_their_pack_made_and_taken_off(back: Back) -> None:
    back.pick("Candle", 0, twice=True)
    back.fill("New code", "4006381333931")
    back.fill("Pack quantity", "6")
    back.click("Add")
    assert codes(back, "Candle", "4006381333931") == 1
    assert back.value("SELECT qty FROM item_code WHERE code = '4006381333931'") == 6_000
    back.click("Make a code")
    assert codes(back, "Candle") == 2
    back.click("Take the code 4006381333931 off this item")
    assert codes(back, "Candle") == 1
    assert codes(back, "Candle", "4006381333931") == 0


def test_a_code_of_another_item_is_refused(back: Back) -> None:
    back.pick("Candle", 0, twice=True)
    back.fill("New code", "5000112637922")
    back.click("Add")
    assert "Tea" in back.said()
    assert codes(back, "Candle") == 0


def test_a_scan_lands_in_the_field_for_a_new_code_while_it_has_the_focus(back: Back) -> None:
    back.pick("Candle", 0, twice=True)
    back.field("New code").setFocus()
    back.window.on_scan(Scan("4006381333931"))
    assert back.field("New code").text() == "4006381333931"
    back.field("Name").setFocus()
    back.window.on_scan(Scan("5000112637922"))
    assert back.shown() == ["Tea"]


def test_a_new_item_is_made_with_its_code(back: Back) -> None:
    QTest.keyClick(back.rows, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert back.field("SKU").placeholderText() == "next free number"
    back.fill("Name", "Rope candle")
    back.fill("Price", "3.80")
    back.fill("New code", "4006381333931")
    back.click("Create item")
    assert codes(back, "Rope candle", "4006381333931") == 1
    assert back.value("SELECT price FROM item WHERE name = 'Rope candle'") == 38_000
    back.wait(lambda: "Rope candle" in back.shown())
    assert back.button("Save").isVisible()


def test_an_item_on_hand_is_not_retired_and_one_that_is_gone_is(back: Back) -> None:
    back.pick("Tea", 0, twice=True)
    back.click("Retire")
    assert "on hand" in back.said()
    back.pick("Lantern", 0, twice=True)
    back.click("Retire")
    back.wait(lambda: back.shown() == ["Candle", "Tea"])


def choose(back: Back, name: str, text: str) -> None:
    """Choose an entry of a box as the keyboard does."""
    box = next(b for b in back.window.findChildren(QComboBox) if b.isVisible() and b.accessibleName() == name)
    box.setFocus()
    while box.currentText() != text:
        QTest.keyClick(box, Qt.Key.Key_Down)


def test_what_is_kept_of_single_goods_is_written_and_shown_again(back: Back) -> None:
    back.pick("Tea", 0, twice=True)
    back.fill("Weight, g", "250")
    back.fill("Content", "0.25")
    choose(back, "Track", "Lots and expiry")
    choose(back, "Content in", "kg")
    back.click("Save")
    kept = "SELECT tracks || weight || ' ' || content || content_unit FROM item WHERE sku = 'TEA'"
    assert back.value(kept) == "lot250 250kg"
    assert (back.field("Weight, g").text(), back.field("Content").text()) == ("250", "0.25")
    for weight in ("heavy", "250.5"):
        back.fill("Weight, g", weight)
        back.click("Save")
        assert back.reads_about("The weight is no number")
    assert back.value(kept) == "lot250 250kg"
