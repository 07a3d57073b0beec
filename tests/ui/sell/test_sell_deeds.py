"""Park and recall, returns, red rows, the drawer and the shift, touch alone and scanner alone."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPushButton

from shopstock.ui.sell.return_panel import ReturnPanel
from tests.ui.sell.conftest import BREAD, MILK, Till

UNKNOWN = "4006381333931"


def red_key(till: Till, text: str) -> QPushButton:
    uid = next(line.uid for line in till.sale.cart.lines if line.unknown)
    return next(button for button in till.screen.table.actions_of(uid) if button.text() == text)


def panel(till: Till) -> Any:
    assert till.screen.panel is not None
    return till.screen.panel


def test_parked_goods_are_held_and_come_back(till: Till) -> None:
    till.scan(MILK, MILK)
    till.press(Qt.Key.Key_F4)
    assert till.rows() == []
    assert till.screen.totals.recall_key.badge() == "1"
    assert till.value("SELECT sum(allocated) FROM stock_level") == 2_000
    till.scan(BREAD)
    till.press(Qt.Key.Key_F5)
    till.click(panel(till).list.keys[0])
    assert till.rows() == [("MILK", 2_000)]
    assert till.value("SELECT sum(allocated) FROM stock_level") == 1_000
    assert till.screen.totals.recall_key.badge() == "1"


def test_the_bar_code_of_a_receipt_offers_its_lines_and_never_more_than_is_left(till: Till) -> None:
    till.scan(MILK, MILK, BREAD)
    till.press(Qt.Key.Key_F10)
    number = till.value("SELECT s.prefix || '-' || d.number FROM document d JOIN station s ON s.id = d.station_id"
                        " WHERE d.kind = 'sale'")  # fmt: skip
    till.scan(number)
    assert isinstance(till.screen.panel, ReturnPanel)
    milk = panel(till).list.keys[0]
    assert milk.second() == "2 of 2 left · 1.19"
    for _press in range(3):
        till.click(panel(till).list.keys[0])
    assert till.rows() == [("MILK", 2_000)]
    assert till.screen.totals.due_word.text() == "To give back"
    till.press(Qt.Key.Key_F10)
    assert till.on_hand("MILK") == 10_000
    assert till.value("SELECT sum(p.amount) FROM payment p") == 23_500
    till.scan(number)
    assert panel(till).list.keys[0].second().startswith("0 of 2 left")


def test_an_exchange_is_one_document(till: Till) -> None:
    till.scan(MILK)
    till.press(Qt.Key.Key_F10)
    till.press(Qt.Key.Key_F11)
    till.line(till.value("SELECT s.prefix || '-' || d.number FROM document d JOIN station s ON s.id = d.station_id"
                         " WHERE d.kind = 'sale'"))  # fmt: skip
    till.click(panel(till).all_key)
    till.scan(BREAD)
    assert till.rows() == [("MILK", 1_000), ("BREAD", 1_000)]
    assert till.screen.totals.due.text() == "1.16"
    till.press(Qt.Key.Key_F10)
    assert till.table("SELECT kind, qty FROM document_line ORDER BY id")[-2:] == [
        ("customer_return", 1_000), ("sale", 1_000),
    ]  # fmt: skip


def test_a_return_without_a_receipt(till: Till) -> None:
    till.press(Qt.Key.Key_F11)
    till.click(panel(till).finder.loose_key)
    till.scan(MILK)
    assert [(line.comes_back, line.sku) for line in till.sale.cart.lines] == [(True, "MILK")]
    till.press(Qt.Key.Key_F10)
    assert till.on_hand("MILK") == 11_000


def test_a_red_row_is_found_by_words(till: Till) -> None:
    till.scan(UNKNOWN)
    till.click(red_key(till, "Find"))
    till.line("goud", enter=False)
    till._qtbot.waitUntil(till.screen.results.isVisible, timeout=3_000)
    till.key(Qt.Key.Key_Return, "\r")
    till.settle()
    assert till.rows() == [("GOUDA", 1_000)]


def test_a_red_row_gets_an_open_price(till: Till) -> None:
    till.scan(UNKNOWN)
    till.click(red_key(till, "Open price"))
    till.key(Qt.Key.Key_2, "2")
    till.wait(lambda: till.scanner.quiet)
    till.click(panel(till).apply_key)
    assert not till.sale.cart.blocked
    assert till.screen.totals.due.text() == "2.00"
    till.press(Qt.Key.Key_F10)
    assert till.value("SELECT sum(net + tax) FROM document WHERE kind = 'sale'") == 20_000


def test_a_red_row_becomes_a_new_item(till: Till) -> None:
    till.scan(UNKNOWN)
    till.click(red_key(till, "New item"))
    panel(till).name.setText("Olive oil")
    panel(till).price.setText("7.50")
    till.click(panel(till).apply_key)
    named = "SELECT i.name FROM item i JOIN item_code c ON c.item_id = i.id WHERE c.code = ?"
    assert till.value(named, UNKNOWN) == "Olive oil"
    till.scan(UNKNOWN)
    assert [(line.description, line.qty) for line in till.sale.cart.lines] == [("Olive oil", 2_000)]


def test_the_drawer_opens_with_a_reason_that_is_kept(till: Till) -> None:
    till.press(Qt.Key.Key_F12)
    till.click(panel(till).apply_key)
    assert "Say why" in till.said()
    till.click(panel(till).ready_keys[0])
    assert till.value("SELECT detail FROM event_log WHERE kind = 'no_sale'") == "Change money"


def test_a_shift_from_float_to_z(till: Till) -> None:
    shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    till.press(Qt.Key.Key_F, shift)
    panel(till).amount.setText("100")
    till.click(panel(till).apply_key)
    till.scan(BREAD)
    till.press(Qt.Key.Key_F10)
    till.work = till.screen.work
    till.click(till.screen.totals.menu_key)
    out = next(key for key in panel(till).keys if key.text() == "Paid out")
    till.click(out)
    panel(till).amount.setText("12.35")
    panel(till).reason.setText("Window cleaner")
    till.click(panel(till).apply_key)
    till.press(Qt.Key.Key_F, shift)
    assert "Count all the money" in panel(till).sentence.text()
    assert "90" not in panel(till).sentence.text()
    panel(till).amount.setText("89")
    till.click(panel(till).apply_key)
    assert panel(till).sentence.text() == "Counted 89.00, expected 90.00: 1.00 short."
    till.click(panel(till).apply_key)
    assert till.table("SELECT z_number, counted, expected FROM shift") == [(1, 890_000, 900_000)]


def test_a_name_on_the_sale(till: Till) -> None:
    till.scan(MILK)
    till.press(Qt.Key.Key_F3)
    till.line("Ada")
    till.click(panel(till).name_key)
    assert till.screen.totals.customer_key.text() == "Ada"
    till.press(Qt.Key.Key_F10)
    assert till.value("SELECT party FROM document WHERE kind = 'sale'") == "Ada"


def test_touch_alone_is_enough(till: Till) -> None:
    till.scan(MILK)
    table = till.screen.table
    spot = table.visualRect(table.sale_rows.index(0, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    till.settle()
    pad = {button.text(): button for button in panel(till).findChildren(QAbstractButton)}
    till.click(pad["4"])
    till.click(panel(till).apply_key)
    assert till.rows() == [("MILK", 4_000)]
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    till.settle()
    till.click(panel(till).tabs["percent"])
    till.click(next(b for b in panel(till).findChildren(QAbstractButton) if b.text() == "5" and b.isVisible()))
    till.click(panel(till).apply_key)
    assert till.sale.totals.discount == 2_400
    till.click(till.screen.totals.exact_key)
    assert till.on_hand("MILK") == 6_000


def test_the_scanner_alone_is_enough(till: Till) -> None:
    till.scan(MILK, "$3X", BREAD, UNKNOWN, "$DROP", "$VOID", "$UNDO", "$PARK", "$RECALL", "$MINUS")
    assert till.rows() == [("MILK", 1_000), ("BREAD", 2_000)]
    till.scan("$EXACT")
    assert till.on_hand("BREAD") == 8_000
    till.scan("$NONSENSE")
    assert "not known" in till.said()
    assert till.rows() == []


def test_every_control_has_a_name_and_nothing_is_a_window(till: Till) -> None:
    till.scan(MILK, UNKNOWN)
    for key in (Qt.Key.Key_F3, Qt.Key.Key_F7, Qt.Key.Key_F11, Qt.Key.Key_F12):
        till.press(key)
        for control in till.screen.findChildren(QAbstractButton) + till.screen.findChildren(QLineEdit):
            if control.isVisible():
                assert control.accessibleName() or control.text(), control
        shown = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
        assert shown == [till.window]
        assert QApplication.activeModalWidget() is None


def test_till_keys_are_large_enough_for_a_finger(till: Till) -> None:
    till.scan(MILK)
    totals = till.screen.totals
    for key in (*totals.amount_keys, totals.card_key, totals.other_key, totals.park_key, *till.screen.quick.keys):
        assert key.height() == 56
    assert totals.exact_key.height() == 60
    assert till.screen.childAt(QPoint(5, 5)) is not None


def test_nothing_is_cut_off_in_the_smallest_window(till: Till) -> None:
    till.window.resize(1024, 768)
    till.scan(MILK, UNKNOWN)
    screen = till.screen
    for control in screen.findChildren(QAbstractButton):
        if control.isVisible():
            box = control.rect().translated(control.mapTo(screen, QPoint(0, 0)))
            assert screen.rect().contains(box), f"{control.accessibleName()} {box} outside {screen.rect()}"
