"""The stock screen by real events: words, sort, figures that explain themselves, the past, what others sell."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLabel, QLineEdit, QMenu, QSlider, QWidget

from shopstock.core.acting import Role
from shopstock.core.scan import Scan
from shopstock.db import clock
from shopstock.db.connection import open_shop
from shopstock.ui import stock_columns
from shopstock.ui.rows import PagedRowsModel
from shopstock.ui.table import Table
from tests import till as shop
from tests.conftest import acting_as_owner
from tests.ui.stock.conftest import Back

Key, Left = Qt.Key, Qt.MouseButton.LeftButton
ON_HAND, AVAILABLE, VALUE = 1, 2, 5


def test_words_filter_at_once_and_become_chips(back: Back) -> None:
    assert back.shown() == ["Candle", "Lantern", "Tea"]
    back.filter("out", enter=False)
    back.wait(lambda: back.shown() == ["Lantern"])
    QTest.keyClick(back.field("Filter the stock table"), Key.Key_Return)
    assert back.button("Remove the filter out").isVisible()
    back.filter("category candles")
    assert back.shown() == ["Lantern"]
    back.click("Remove the filter out")
    back.click("Remove the filter category candles")
    back.wait(lambda: len(back.shown()) == 3)
    back.filter("tea")
    assert back.reads("1 of 3")
    QTest.keyClick(back.field("Filter the stock table"), Key.Key_Backspace)
    back.wait(lambda: back.reads("3 of 3"))
    back.filter("nothing-is-called-so")
    assert back.shown() == []
    assert back.reads("Nothing matches these words. Take one away with Backspace, or clear with Esc.")
    QTest.keyClick(back.field("Filter the stock table"), Key.Key_Escape)
    back.wait(lambda: len(back.shown()) == 3)


def test_a_click_on_a_title_sorts(back: Back) -> None:
    head = back.rows.horizontalHeader()

    def click_title(column: int) -> None:
        where = QPoint(head.sectionViewportPosition(column) + 20, 10)
        QTest.mouseClick(head.viewport(), Left, pos=where)

    click_title(ON_HAND)
    assert back.shown() == ["Tea", "Candle", "Lantern"]
    click_title(ON_HAND)
    assert back.shown() == ["Lantern", "Candle", "Tea"]
    click_title(0)
    assert back.shown() == ["Candle", "Lantern", "Tea"]


def test_a_figure_explains_itself_and_leads_to_its_documents(back: Back) -> None:
    back.pick("Tea", ON_HAND)
    assert back.reads("Why 15?")
    back.wait(lambda: back.reads("On hand now"))
    behind = back.grid("Movements behind the figure")
    told = [(behind.model().index(r, 0).data(), behind.model().index(r, 1).data()) for r in range(3)]
    assert [words.split()[0] for words, _change in told] == ["Sale", "Goods", "Opening"]
    assert [change for _words, change in told] == ["−3", "+8", "+10"]
    QTest.mouseClick(behind.viewport(), Left, pos=behind.visualRect(behind.model().index(0, 0)).center())
    lines = back.grid("Lines of the document")
    assert lines.isVisible()
    assert [lines.model().index(0, column).data() for column in range(3)] == ["Tea", "3", "7.50"]
    back.click("Back to the figure")
    assert behind.isVisible()
    back.pick("Tea", VALUE)
    assert back.reads("Why 15.00?")
    back.click("Close the explanation")
    assert not behind.isVisible()


def test_f3_explains_the_selected_figure_and_f4_opens_the_card(back: Back) -> None:
    back.pick("Candle", 0)
    QTest.keyClick(back.rows, Key.Key_F3)
    assert back.reads("Why 2?")
    QTest.keyClick(back.rows, Key.Key_F4)
    assert back.field("Name").text() == "Candle"
    assert not back.reads("Why 2?")


def test_the_slider_moves_the_table_and_the_explanation_into_the_past(back: Back) -> None:
    back.pick("Tea", ON_HAND)
    track = next(one for one in back.window.findChildren(QSlider) if one.isVisible())
    track.setFocus()
    for _day in range(11 + 9):  # from the 31st to the evening of the 11th
        QTest.keyClick(track, Key.Key_Left)
    back.wait(lambda: back.shown(ON_HAND) == ["2", "0", "10"])
    assert back.reads("Why 10?")
    back.wait(lambda: back.reads("On hand then"))
    back.click("Back to now")
    back.wait(lambda: back.shown(ON_HAND) == ["2", "0", "15"])
    assert back.reads("Why 15?")


def test_a_sale_elsewhere_moves_the_row_and_its_explanation(open_back: Callable[..., Back], stocked: str) -> None:
    back = open_back(lines=True)
    back.pick("Tea", ON_HAND)
    back.wait(lambda: back.reads("Why 15?"))
    with clock.freeze(datetime(2026, 3, 31, 12, 5)), open_shop(stocked) as db:
        owner = acting_as_owner(db)
        tea = shop.till.goods(db, db.value("SELECT id FROM item WHERE sku = 'TEA'"), owner.location_id)
        shop.sold(db, owner, tea, "5")
    back.wait(lambda: back.shown(ON_HAND) == ["2", "0", "10"])
    back.wait(lambda: back.reads("Why 10?"))


def test_a_scan_shows_its_item_and_an_unknown_one_offers_to_make_it(back: Back) -> None:
    back.window.on_scan(Scan("5000112637922"))
    back.wait(lambda: back.shown() == ["Tea"])
    assert back.reads("Why 15?")
    back.window.on_scan(Scan("4006381333931"))
    assert back.said() == "No item has the code 4006381333931."
    action = next(b for b in back.window.messages.findChildren(QAbstractButton) if b.text() == "New item")
    QTest.mouseClick(action, Left)
    assert back.field("New code").text() == "4006381333931"


def test_a_cashier_sees_no_cost(open_back: Callable[..., Back], stocked: str) -> None:
    with open_shop(stocked) as db:
        shop.person(db, acting_as_owner(db), "Mira", Role.CASHIER)
    back = open_back("Mira")
    assert back.rows.isColumnHidden(VALUE)
    assert {row.value for row in (back.rows.rows_model().row_at(n) for n in range(3))} == {None}
    assert not any("at cost" in label.text() for label in back.window.findChildren(QLabel))
    back.pick("Tea", 0, twice=True)
    assert not back.button("Save").isEnabled()
    assert "Cost" not in [f.accessibleName() for f in back.window.findChildren(QLineEdit) if f.isVisible()]


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # said of menus by the offscreen platform
def test_columns_are_chosen_and_stay_chosen(back: Back, machine: QSettings) -> None:
    assert not back.rows.isColumnHidden(AVAILABLE)
    QTest.keyClick(back.rows, Key.Key_F6)
    menu = next(one for one in back.window.findChildren(QMenu) if one.isVisible())
    action = next(one for one in menu.actions() if one.text() == "Available")
    QTest.mouseClick(menu, Left, pos=menu.actionGeometry(action).center())
    assert back.rows.isColumnHidden(AVAILABLE)
    machine.sync()
    again = QSettings(machine.fileName(), QSettings.Format.IniFormat).value("stock/hidden_columns")
    assert again in ("available", ["available"])


def test_figures_keep_their_room_when_the_window_is_small(back: Back) -> None:
    back.window.resize(1024, 768)
    back.pick("Tea", ON_HAND)
    assert back.rows.columnWidth(0) >= 200
    assert not back.rows.isColumnHidden(ON_HAND)
    back.wait(lambda: back.rows.horizontalScrollBar().maximum() == 0)


def test_every_control_has_a_name(back: Back) -> None:
    back.pick("Tea", ON_HAND)
    assert unnamed(back.window) == []
    back.pick("Tea", 0, twice=True)
    assert unnamed(back.window) == []


def unnamed(root: QWidget) -> list[str]:
    kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView, QSlider)
    return [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for kind in kinds
        for widget in root.findChildren(kind)
        if widget.isVisible()
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
        and not isinstance(widget.parent(), QComboBox)
    ]


def test_a_hundred_thousand_rows_are_read_a_page_at_a_time(qtbot: Any) -> None:
    asked: list[int] = []
    model = PagedRowsModel(stock_columns.columns(), lambda ids, _deliver: asked.append(len(ids)))
    table = Table(model, "Stock")
    qtbot.addWidget(table)
    table.resize(1000, 700)
    table.show()
    qtbot.waitExposed(table)
    model.set_ids(array("q", range(100_000)))
    qtbot.wait(50)
    assert 0 < sum(asked) <= 512
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum() // 2)
    qtbot.wait(50)
    assert sum(asked) <= 1_024
