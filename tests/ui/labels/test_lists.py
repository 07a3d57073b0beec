"""The lists of the Labels screen by real keys and scans: what wants a label, any other item, copies, codes, done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from shopstock.core.acting import Acting, Role
from shopstock.core.units import ItemId
from shopstock.db.connection import Db
from shopstock.ui.labels.lines import List
from tests import till
from tests.ui.labels.conftest import BOWL, CANDLE, CODES, LANTERN, TEA, Hands

Key = Qt.Key


def test_the_lists_count_and_the_first_that_waits_is_open(
    wants: dict[str, ItemId], open_labels: Callable[..., Hands]
) -> None:
    hands = open_labels()
    assert hands.counts() == ["Received, 2", "Price changed, 1", "No code, 2", "Any item, 0", "Places"]
    assert hands.page.list is List.RECEIVED
    assert sorted(hands.lines()) == [(LANTERN, 2, True), (TEA, 3, True)]
    assert hands.output.go.text() in ("Print 5 labels", "Save 5 labels as PDF")
    hands.press(Key.Key_F3)
    assert hands.lines() == [(CANDLE, 1, True)]
    assert "before 1.20" in hands.page.table.lines.rows[0].about
    hands.press(Key.Key_F3)
    assert [sku for sku, _copies, _on in hands.lines()] == [BOWL, LANTERN]


def test_a_scan_adds_a_line_and_a_star_before_it_prints_three(hands: Hands) -> None:
    hands.scan(CODES[TEA])
    assert hands.page.list is List.ANY
    assert hands.lines() == [(TEA, 1, True)]
    hands.page.entry.line.setFocus()
    hands.type("3*")
    hands.scan(CODES[CANDLE])
    assert hands.lines() == [(CANDLE, 3, True), (TEA, 1, True)]
    assert hands.page.entry.line.text() == ""
    hands.type("2*")
    hands.enter()
    assert hands.page.entry.chip.text() == "2 ×"
    hands.scan(CODES[TEA])
    assert hands.lines() == [(TEA, 3, True), (CANDLE, 3, True)]
    assert not hands.page.entry.chip.isVisible()


def test_an_unknown_code_adds_nothing_and_says_so(hands: Hands) -> None:
    hands.scan("9780201379624")
    assert "Any item, 0" in hands.counts()
    assert "9780201379624" in hands.said()


def test_words_find_an_item(hands: Hands) -> None:
    hands.press(Key.Key_F3)
    assert hands.page.list is List.ANY
    hands.page.entry.line.setFocus()
    hands.type("2*lant")
    hands.wait(hands.page.results.isVisible)
    hands.enter()
    assert hands.lines() == [(LANTERN, 2, True)]
    hands.type("nothing-like-it")
    hands.enter()
    assert hands.lines() == [(LANTERN, 2, True)]
    hands.press(Key.Key_Escape)
    hands.type("3.5*TEA")
    hands.enter()
    assert "whole numbers" in hands.said()


def test_copies_and_ticks_by_keys(wants: dict[str, ItemId], open_labels: Callable[..., Hands]) -> None:
    hands = open_labels()
    table = hands.page.table
    hands.press(Key.Key_Down)
    assert table.hasFocus()
    first, second = (sku for sku, _copies, _on in hands.lines())
    hands.type("12")
    assert hands.lines()[0] == (first, 12, True)
    hands.press(Key.Key_Down)
    hands.type("7")
    assert hands.lines()[1] == (second, 7, True), "each line starts afresh"
    hands.type("+")
    assert hands.lines()[1] == (second, 8, True)
    hands.press(Key.Key_Space)
    assert hands.lines()[1] == (second, 8, False)
    assert hands.page.summary.text() == "12 labels · 1 item"
    hands.type("5*")
    assert hands.lines()[1] == (second, 8, True), "the figure was meant for the scan"
    assert hands.page.entry.line.text() == "5*"
    hands.scan(CODES[CANDLE])
    assert hands.lines() == [(CANDLE, 5, True)]


def test_a_scan_of_what_stands_on_the_list_goes_to_its_line(
    wants: dict[str, ItemId], open_labels: Callable[..., Hands]
) -> None:
    hands = open_labels()
    QTest.mouseClick(hands.page.table.all, Qt.MouseButton.LeftButton, pos=QPoint(10, 22))
    hands.settle()
    assert [on for _sku, _copies, on in hands.lines()] == [False, False]
    hands.scan(CODES[TEA])
    assert hands.page.list is List.RECEIVED
    assert hands.page.selected() is not None
    assert hands.page.selected().sku == TEA
    assert (TEA, 3, True) in hands.lines()
    assert (LANTERN, 2, False) in hands.lines()


def test_what_was_changed_outlives_news_from_elsewhere(
    wants: dict[str, ItemId], open_labels: Callable[..., Hands]
) -> None:
    hands = open_labels()
    hands.press(Key.Key_Down)
    hands.type("9")
    sku = hands.lines()[0][0]
    hands.screen.came_into_view()
    assert hands.lines()[0] == (sku, 9, True)


def test_done_takes_the_ticked_lines_off(wants: dict[str, ItemId], open_labels: Callable[..., Hands]) -> None:
    hands = open_labels()
    hands.press(Key.Key_Down)
    kept = hands.lines()[0][0]
    hands.press(Key.Key_Space)
    hands.press(Key.Key_F8)
    assert [sku for sku, _copies, _on in hands.lines()] == [kept]
    assert hands.value("SELECT count(*) FROM label_due WHERE reason = 'received' AND done_at IS NULL") == 1


def test_goods_without_a_code_get_one(goods: dict[str, ItemId], open_labels: Callable[..., Hands]) -> None:
    hands = open_labels()
    assert hands.page.list is List.MISSING
    assert [sku for sku, _copies, _on in hands.lines()] == [BOWL, LANTERN]
    hands.press(Key.Key_F8)
    assert "until they have one" in hands.said()
    hands.click(hands.page.all_codes)
    codes = [hands.value("SELECT code FROM item_code WHERE item_id = ?", goods[sku]) for sku in (BOWL, LANTERN)]
    assert all(len(code) == 13 and code.startswith("2") for code in codes)
    assert codes[0] != codes[1]
    assert not hands.page.all_codes.isVisible()
    assert sorted(line.code for line in hands.page.table.lines.rows) == sorted(codes)
    hands.scan(codes[0])
    assert hands.page.list is List.MISSING, "its label is on the list on show"
    hands.press(Key.Key_F8)
    assert hands.lines() == []


def test_who_may_not_print_labels_has_no_screen(
    sqlite_db: Db, owner: Acting, open_labels: Callable[..., Hands]
) -> None:
    cashier = till.person(sqlite_db, owner, "Mira", Role.CASHIER)
    window = open_labels(cashier.name).window
    assert "labels" not in window.allowed_screens()


def test_stock_hands_an_item_over(hands: Hands) -> None:
    hands.window.open_screen("stock")
    hands.settle()
    stock = hands.window.opened("stock")
    hands.wait(lambda: stock._model.row_at(0) is not None)
    stock._table.select(1)
    hands.press(Key.Key_F8)
    assert hands.window.current_screen == "labels"
    assert hands.lines() == [(CANDLE, 1, True)]
    hands.window.open_screen("stock")
    stock._open_card(stock._table.selected_row())
    hands.settle()
    hands.click(hands.button("Print label"))
    assert hands.lines() == [(CANDLE, 2, True)]
