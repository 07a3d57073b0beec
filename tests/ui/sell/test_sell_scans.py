"""Scans at the till: each a row or a red row, in order, none lost, none twice, none in a field."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from shopstock.core.scan import Scan
from shopstock.queries import items
from shopstock.ui.sell.pay_panel import PayPanel
from tests.ui.sell.conftest import BREAD, MILK, Till


def test_a_scan_becomes_a_row_and_the_same_item_joins_it(till: Till) -> None:
    till.scan(MILK, BREAD, MILK)
    assert till.rows() == [("MILK", 2_000), ("BREAD", 1_000)]
    assert till.screen.entry.line.text() == ""
    assert till.screen.totals.due.text() == "4.73"


def test_an_unknown_code_is_a_red_row_and_joins_the_list_of_the_back_room(till: Till) -> None:
    till.scan(MILK, "4006381333931")
    assert till.rows() == [("MILK", 1_000), ("4006381333931", 1_000)]
    assert till.screen.totals.notice_text.text() == "Settle 1 red row, then pay"
    assert till.value("SELECT times FROM unknown_code WHERE code = '4006381333931'") == 1
    till.press(Qt.Key.Key_F10)
    assert till.value("SELECT count(*) FROM document WHERE kind = 'sale'") == 0
    assert "Settle 1 red row" in till.said()


def test_a_flood_of_scans_becomes_rows_and_none_twice(till: Till) -> None:
    codes = [MILK, BREAD, "4006381333931"] * 100
    for code in codes:
        till.screen.on_scan(Scan(code))
    till.settle()
    assert sum(qty for _sku, qty in till.rows()) == 300 * 1_000
    saved = till.value("SELECT content FROM open_sale")
    assert saved is not None


def test_the_enter_of_a_scan_presses_no_key_that_has_the_focus(till: Till) -> None:
    till.scan(MILK)
    till.screen.totals.exact_key.setFocus()
    till.scan(BREAD)
    assert till.rows() == [("MILK", 1_000), ("BREAD", 1_000)]
    assert till.value("SELECT count(*) FROM document WHERE kind = 'sale'") == 0


def test_a_scan_never_lands_in_a_field(till: Till) -> None:
    till.scan(MILK)
    till.press(Qt.Key.Key_F9)
    panel = till.screen.panel
    assert isinstance(panel, PayPanel)
    assert panel.amount.hasFocus()
    till.scan(BREAD)
    assert till.rows() == [("MILK", 1_000), ("BREAD", 1_000)]
    assert panel.amount.text() == "3.54"
    assert till.value("SELECT count(*) FROM document WHERE kind = 'sale'") == 0


def test_a_scan_in_the_middle_of_typing_leaves_what_was_typed(till: Till) -> None:
    till.line("go", enter=False)
    till.scan(MILK)
    assert till.rows() == [("MILK", 1_000)]
    assert till.screen.entry.line.text() == "go"


def test_pay_right_behind_a_scan_pays_for_it_too(till: Till) -> None:
    till.burst(MILK)
    till.burst(BREAD)
    till.press(Qt.Key.Key_F10)
    assert till.table("SELECT net + tax FROM document WHERE kind = 'sale'") == [(35_400,)]


def test_damaged_codes_are_red_rows_too(till: Till) -> None:
    for code in ("x" * 500, "\x07\x08bell", "🦆🦆🦆", "שלום"):
        till.screen.on_scan(Scan(code))
    till.settle()
    assert len(till.rows()) == 4
    assert all(line.unknown for line in till.sale.cart.lines)


def test_what_the_system_says_is_an_amber_word_and_blocks_nothing(till: Till, stocked: Any) -> None:
    till.sale.choose(stocked["STAMPS"].item_id)
    till.settle()
    row = till.screen.table.sale_rows.rows[0]
    assert [chip.text for chip in row.chips] == ["System says 0"]
    till.press(Qt.Key.Key_F10)
    assert till.on_hand("STAMPS") == -1_000


def test_the_focus_is_in_the_entry_line_whatever_was_pressed(till: Till) -> None:
    assert till.has_entry_focus()
    till.scan(MILK)
    for key in (Qt.Key.Key_F6, Qt.Key.Key_F7, Qt.Key.Key_F8, Qt.Key.Key_F9, Qt.Key.Key_F11, Qt.Key.Key_F12):
        till.press(key)
        assert till.screen.panel is not None
        till.press(Qt.Key.Key_Escape)
        assert till.screen.panel is None
        assert till.has_entry_focus()
    QTest.mouseClick(till.screen.totals.park_key, Qt.MouseButton.LeftButton)
    till.settle()
    assert till.has_entry_focus()


def test_a_scan_whose_look_up_fails_by_a_fault_is_a_red_row(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any) -> None:
        raise ZeroDivisionError

    crashes: list[BaseException] = []
    till.window.shop.crashed.connect(crashes.append)
    monkeypatch.setattr(items, "by_code", broken)
    till.scan(MILK)
    monkeypatch.undo()
    till.scan(BREAD)
    assert till.rows() == [(MILK, 1_000), ("BREAD", 1_000)]
    assert [type(crash) for crash in crashes] == [ZeroDivisionError]
