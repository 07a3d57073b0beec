"""The back room's list of unknown codes, by real keys and clicks."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from shopstock.core.acting import Acting, Role
from shopstock.core.units import parse_qty
from shopstock.db.connection import Db
from shopstock.queries import items as items_query
from shopstock.services import items
from shopstock.ui.main_window import MainWindow
from tests import till as tills
from tests.windows import click, type_into


@pytest.fixture
def panel(window: MainWindow, sqlite_db: Db, owner: Acting) -> Any:
    """The list with two codes, opened by its button on the stock screen."""
    tills.goods(sqlite_db, owner, "TEA")
    for _again in range(3):
        items.record_unknown(sqlite_db, owner, "4006381333931")
    items.record_unknown(sqlite_db, owner, "ABC-77")
    window.open_screen("stock")
    screen = window.opened("stock")
    assert "2" in screen._unknown_button.text()
    click(screen._unknown_button)
    return screen._unknown


def waiting(db: Db) -> list[str]:
    return [row.code for row in items_query.unknown_codes(db)]


def test_the_list_says_how_often_when_and_by_whom(panel: Any) -> None:
    row = panel.table.selected_row()
    assert row.code == "4006381333931"
    assert "3 times" in row.about
    assert "today" in row.about
    assert "Owner" in row.about


def test_a_code_is_given_to_an_item_with_what_a_pack_holds(
    window: MainWindow, panel: Any, sqlite_db: Db, owner: Acting
) -> None:
    type_into(panel.pack, "6")
    type_into(panel.line, "tea")
    QTest.keyClick(panel.line, Qt.Key.Key_Return)
    assert panel.hits.selected_row().sku == "TEA", "Enter asks for what is typed now"
    QTest.keyClick(panel.line, Qt.Key.Key_Return)
    found = items_query.by_code(sqlite_db, "4006381333931", owner.location_id)
    assert found is not None
    assert (found.sku, found.qty) == ("TEA", parse_qty("6"))
    assert waiting(sqlite_db) == ["ABC-77"]
    assert "1" in window.opened("stock")._unknown_button.text()


def test_a_new_item_is_made_of_a_code(window: MainWindow, panel: Any, sqlite_db: Db, owner: Acting) -> None:
    click(panel.make)
    card = window.opened("stock")._card
    assert card.isVisible()
    assert card._new_code.text() == "4006381333931"
    type_into(card._name, "Highlighter")
    click(card._save)
    found = items_query.by_code(sqlite_db, "4006381333931", owner.location_id)
    assert found is not None
    assert found.name == "Highlighter"
    assert waiting(sqlite_db) == ["ABC-77"]


def test_a_misread_is_dismissed_and_the_button_goes_with_the_last(
    window: MainWindow, panel: Any, sqlite_db: Db
) -> None:
    click(panel.dismiss)
    click(panel.dismiss)
    assert waiting(sqlite_db) == []
    assert not window.opened("stock")._unknown_button.isVisible()
    assert panel._empty.isVisible()


def test_who_may_make_no_items_may_only_look(window: MainWindow, panel: Any, sqlite_db: Db, owner: Acting) -> None:
    window.shop._acting = tills.person(sqlite_db, owner, "Mira", Role.CASHIER)
    panel.refresh()
    assert not any(button.isEnabled() for button in (panel.give, panel.make, panel.dismiss))


def test_every_command_of_the_stock_screen_does_something(window: MainWindow, panel: Any) -> None:
    screen = window.opened("stock")
    QTest.keyClick(window, Qt.Key.Key_F2)
    assert screen._line._line.hasFocus()
    screen._table.select(0)
    QTest.keyClick(window, Qt.Key.Key_F3)
    assert screen._explanation.isVisible()
    QTest.keyClick(window, Qt.Key.Key_F4)
    assert screen._card.isVisible()
    QTest.keyClick(window, Qt.Key.Key_F7)
    assert screen._unknown.isVisible()
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert screen._card._title.text() == "New item"
    track = screen._slider._track
    track.setEnabled(True)
    track.setRange(0, 30)
    track.setValue(5)
    QTest.keyClick(window, Qt.Key.Key_F5)
    assert screen._slider.moment() is None


def test_nothing_in_the_table_of_commands_does_nothing(window: MainWindow) -> None:
    for screen in window.allowed_screens():
        window.open_screen(screen)
    assert [c.id for c in window.actions_.all() if window.actions_.bound(c.id) is None] == []
