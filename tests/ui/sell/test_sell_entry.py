"""The grammar of the entry line, typed by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt

from tests.ui.sell.conftest import BREAD, MILK, Till


def test_three_times_a_scan(till: Till) -> None:
    till.line("3*")
    assert till.screen.entry.chip.text() == "3 ×"
    till.scan(MILK)
    assert till.rows() == [("MILK", 3_000)]
    assert not till.screen.entry.chip.isVisible()


def test_esc_clears_the_waiting_three(till: Till) -> None:
    till.line("3*")
    till.press(Qt.Key.Key_Escape)
    assert till.sale.times is None
    till.scan(MILK)
    assert till.rows() == [("MILK", 1_000)]


def test_three_times_a_typed_code_and_decimals(till: Till) -> None:
    till.line(f"2.5*{MILK}")
    assert till.rows() == [("MILK", 2_500)]


def test_setting_the_last_line_starts_afresh_each_time(till: Till) -> None:
    till.scan(MILK)
    till.line("*2")
    till.line("*2")
    assert till.rows() == [("MILK", 2_000)]


def test_plus_and_minus_on_an_empty_line(till: Till) -> None:
    till.scan(MILK)
    till.line("++-", enter=False)
    assert till.rows() == [("MILK", 2_000)]


def test_discounts_in_percent_and_as_an_amount(till: Till) -> None:
    till.scan(BREAD)
    till.line("10%")
    assert till.sale.totals.discount == 2_400
    till.line("0.50-")
    assert till.sale.totals.discount == 5_000
    till.press(Qt.Key.Key_F10)
    assert till.table("SELECT net + tax, discount FROM document_line WHERE kind = 'sale'") == [(18_500, 5_000)]


def test_words_are_searched_while_they_are_typed_and_enter_takes_the_first(till: Till) -> None:
    till.line("goud", enter=False)
    till._qtbot.waitUntil(till.screen.results.isVisible, timeout=3_000)
    assert [row.sku for row in till.screen.results.rows.rows] == ["GOUDA"]
    till.key(Qt.Key.Key_Return, "\r")
    till.settle()
    assert till.rows() == [("GOUDA", 1_000)]
    assert not till.screen.results.isVisible()
    assert till.screen.entry.line.text() == ""


def test_words_that_nobody_knows_stay_to_be_put_right(till: Till) -> None:
    till.line("gooda chese")
    assert till.screen.results.isVisible()
    assert till.screen.entry.line.text() == "gooda chese"
    assert till.rows() == []


def test_a_refused_line_comes_back_with_a_sentence(till: Till) -> None:
    till.scan(MILK)
    till.line("*0")
    assert till.screen.entry.line.text() == "*0"
    assert till.said().startswith("A quantity of 0 adds nothing")
    assert till.rows() == [("MILK", 1_000)]


def test_a_quantity_over_999_is_asked_for_once_more_in_the_message_bar(till: Till) -> None:
    till.scan(MILK)
    till.line("*1200")
    assert till.said().startswith("Really 1200?")
    assert till.rows() == [("MILK", 1_000)]
    till.line("")
    assert till.rows() == [("MILK", 1_200_000)]
    till.scan(BREAD)
    till.line("*1300")
    till.press(Qt.Key.Key_Escape)
    assert till.rows() == [("MILK", 1_200_000), ("BREAD", 1_000)]


def test_quick_keys(till: Till, stocked: Any) -> None:
    from shopstock.services import items

    till.window.shop.run(items.assign_quick_key, stocked["STAMPS"].item_id, 4)
    till.settle()
    till.line("/4")
    assert till.rows() == [("STAMPS", 1_000)]
    till.click(till.screen.quick.keys[3])
    assert till.rows() == [("STAMPS", 2_000)]
    till.line("/9")
    assert "There is no quick key /9" in till.said()
    till.click(till.screen.quick.more_key)
    assert till.screen.panel is not None


def test_enter_on_an_empty_line_opens_the_tender(till: Till) -> None:
    till.line("")
    assert till.said().startswith("There is nothing to pay yet")
    till.scan(MILK)
    till.line("")
    assert till.screen.panel is not None
    assert till.screen.panel.title.text() == "Pay 1.19"


def test_void_and_bring_back(till: Till) -> None:
    till.scan(MILK, BREAD)
    till.press(Qt.Key.Key_Delete)
    assert till.rows() == [("MILK", 1_000)]
    till.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert till.rows() == [("MILK", 1_000), ("BREAD", 1_000)]


def test_price_check_adds_nothing(till: Till) -> None:
    till.press(Qt.Key.Key_F7)
    till.scan(BREAD)
    panel: Any = till.screen.panel
    assert panel.title.text() == "Bread"
    assert panel.facts["price"].text() == "2.35"
    assert panel.facts["on_hand"].text() == "10"
    assert till.rows() == []


def test_the_open_sale_is_back_after_the_program_ended(
    stocked: Any, open_till: Callable[..., Till], qtbot: Any
) -> None:
    first = open_till()
    first.scan(MILK, MILK, "4006381333931")
    first.window.shop.close()
    second = open_till()
    assert second.rows() == [("MILK", 2_000), ("4006381333931", 1_000)]
    assert "The open sale is back" in second.said()
