"""What gets onto an order, and how: scans, typed lines, questions, figures changed where they stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shopstock.core.units import Qty
from shopstock.ui.orders import order_lines
from tests.ui.desk import KEY
from tests.ui.orders.conftest import CANDLE, CASE, LANTERN, TEA, Desk, an_order, unnamed


@pytest.fixture
def draft(shop_url: str, desk: Desk) -> Desk:
    desk.screen.open_order(an_order(shop_url))
    desk.settle()
    return desk


@pytest.mark.parametrize("lines", [False, True])
def test_each_scan_adds_a_pack_and_none_is_lost(shop_url: str, open_desk: Callable[..., Desk], lines: bool) -> None:
    order = an_order(shop_url)
    desk = open_desk(lines=lines)
    desk.screen.open_order(order)
    desk.settle()
    for _again in range(12):
        desk.burst(TEA)
    desk.settle()
    assert desk.lines() == {"TEA": (72_000, 20_000)}
    table = desk.screen.order.table
    desk.wait(lambda: desk.shown(table, 0, 1, 2) == [("Tea", "12 × 6", "72")])


def test_a_case_code_adds_its_case_and_a_number_before_a_scan_counts_items(draft: Desk) -> None:
    draft.scan(CASE)
    assert draft.lines()["TEA"][0] == 24_000
    draft.line("24*")
    assert draft.screen.order.work.times == Qty(24_000)
    draft.scan(TEA)
    assert draft.lines()["TEA"][0] == 48_000
    draft.line("3*TEA")
    assert draft.lines()["TEA"][0] == 51_000
    draft.line("*20")
    assert draft.lines()["TEA"][0] == 20_000
    assert draft.screen.order.work.times is None


def test_plus_and_minus_are_one_pack_of_the_selected_line(draft: Desk) -> None:
    draft.scan(TEA)
    draft.screen.order.entry.setFocus()
    draft.type("+")
    draft.settle()
    assert draft.lines()["TEA"][0] == 12_000
    draft.type("-")
    draft.type("-")
    draft.settle()
    assert draft.lines()["TEA"][0] == 6_000, "the last pack stays"


def test_words_find_items_while_they_are_typed_the_suppliers_first(draft: Desk) -> None:
    results = draft.screen.order.results
    draft.screen.order.entry.setFocus()
    draft.type("n")
    draft.type("d")
    draft.wait(lambda: results.isVisible() and results.rows.rowCount())
    assert draft.shown(results.table, 0) == ["Candle"]
    draft.press(KEY.Key_Return)
    assert list(draft.lines()) == ["CANDLE"]
    assert not results.isVisible()
    assert draft.screen.order.entry.line.text() == ""


def test_their_own_code_means_the_item(draft: Desk) -> None:
    draft.line("t-6")
    assert draft.lines() == {"TEA": (6_000, 20_000)}


def test_an_unknown_code_is_said_in_red_and_leads_to_a_new_item(draft: Desk) -> None:
    draft.scan("9999999999994")
    assert draft.said() == "No item has the code 9999999999994."
    assert draft.lines() == {}
    draft.click("New item")
    assert draft.window.current_screen == "stock"
    assert draft.field("New code").text() == "9999999999994"


def test_an_item_of_another_supplier_is_asked_about(draft: Desk) -> None:
    draft.scan(LANTERN, TEA)
    assert list(draft.lines()) == ["TEA"], "the scan behind the question went on"
    assert draft.reads("Lantern comes from Brass Ltd.")
    draft.press(KEY.Key_Escape)
    assert not draft.screen.order.questions.isVisible()
    draft.scan(LANTERN)
    draft.press(KEY.Key_Return)
    assert draft.lines()["LANTERN"][0] == 1_000


def test_what_has_no_price_is_asked_for_it(draft: Desk) -> None:
    draft.scan(CANDLE)
    assert draft.reads("Candle has no price.")
    draft.type("1.75")
    draft.press(KEY.Key_Return)
    assert draft.lines()["CANDLE"] == (1_000, 17_500)
    assert draft.screen.order.questions.waiting == 0


def test_a_price_of_nothing_is_asked_about_and_kept_as_free(draft: Desk) -> None:
    draft.scan(TEA)
    draft.screen.order.table.setFocus()
    draft.press(KEY.Key_F3)
    draft.type("0")
    draft.press(KEY.Key_Return)
    assert draft.lines()["TEA"][1] == 20_000, "not before somebody said so"
    assert draft.reads("Is Tea free?")
    draft.press(KEY.Key_Return)
    assert draft.lines()["TEA"] == (6_000, 0)
    draft.press(KEY.Key_F9)
    assert draft.state() == "approved", "it was confirmed already"


def test_figures_are_changed_where_they_stand(draft: Desk) -> None:
    draft.scan(TEA, CANDLE)
    draft.press(KEY.Key_Escape)
    table = draft.screen.order.table
    table.setFocus()
    table.select(0)
    draft.press(KEY.Key_F6)
    draft.type("18")
    draft.press(KEY.Key_Return)
    assert draft.lines()["TEA"][0] == 18_000
    assert table.currentIndex().row() == 1, "Enter goes on below"
    table.select(0)
    draft.type("7")
    draft.press(KEY.Key_Tab)
    assert draft.lines()["TEA"][0] == 7_000
    draft.type("2.5")
    draft.press(KEY.Key_Return)
    assert draft.lines()["TEA"][1] == 25_000
    assert draft.screen.order.cells.is_open is False
    draft.press(KEY.Key_F6)
    draft.type("99")
    draft.press(KEY.Key_Escape)
    assert 99_000 not in [qty for qty, _price in draft.lines().values()]


def test_what_is_no_figure_is_refused_and_a_scan_keeps_what_was_typed(draft: Desk) -> None:
    draft.scan(TEA)
    draft.screen.order.table.setFocus()
    draft.press(KEY.Key_F6)
    draft.type("1.2.3")
    draft.press(KEY.Key_Return)
    assert "no figure" in draft.said()
    draft.screen.order.table.setFocus()
    draft.press(KEY.Key_F6)
    draft.type("30")
    draft.scan(TEA)
    assert draft.lines()["TEA"][0] == 36_000


def test_del_takes_a_line_off_and_so_does_nothing_of_it(draft: Desk) -> None:
    draft.scan(TEA)
    draft.screen.order.table.setFocus()
    draft.press(KEY.Key_Delete)
    assert draft.lines() == {}
    draft.scan(TEA)
    draft.screen.order.table.setFocus()
    draft.press(KEY.Key_F6)
    draft.type("0")
    draft.press(KEY.Key_Return)
    assert draft.lines() == {}


def test_packs_and_the_minimum_are_hinted_at(draft: Desk) -> None:
    draft.line("8*TEA")
    assert draft.reads("84.00 to the minimum of 100.00: 7 packs of Tea")
    assert order_lines.hint(draft.screen.order.table.selected_row()) == ("4 more fill the pack of 6", "warn")
    draft.line("*60")
    assert not draft.reads("to the minimum")


def test_a_sent_order_is_not_changed_by_a_scan(shop_url: str, desk: Desk) -> None:
    desk.screen.open_order(an_order(shop_url, ("TEA", "6"), upto="sent"))
    desk.settle()
    desk.scan(TEA)
    assert desk.lines()["TEA"][0] == 6_000
    assert "Put it back to draft" in desk.said()
    desk.screen.order.table.setFocus()
    desk.press(KEY.Key_F6)
    assert not desk.screen.order.cells.is_open


def test_every_control_has_a_name(draft: Desk) -> None:
    draft.scan(LANTERN)
    assert unnamed(draft.window) == []
    draft.press(KEY.Key_Escape)
    draft.press(KEY.Key_F10)
    assert unnamed(draft.window) == []


def test_a_small_window_keeps_name_and_figures(draft: Desk) -> None:
    draft.window.resize(1024, 768)
    draft.scan(TEA)
    draft.press(KEY.Key_F4)
    table = draft.screen.order.table
    assert table.columnWidth(0) >= 150
    assert not table.isColumnHidden(2)
    assert table.horizontalScrollBar().maximum() == 0
