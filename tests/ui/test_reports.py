"""The reports on screen, and the palette that opens them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit

from shopstock.core.acting import Acting, Role
from shopstock.db.connection import Db
from shopstock.queries import reports
from shopstock.ui.main_window import MainWindow
from tests import till as tills
from tests.windows import click, type_into


@pytest.fixture
def traded(window: MainWindow, sqlite_db: Db, owner: Acting) -> MainWindow:
    """A window on a shop that sold three teas for 2.50 that had cost 1.00."""
    tills.sold(sqlite_db, owner, tills.goods(sqlite_db, owner, "TEA"), "3")
    return window


def figures(screen: Any) -> list[list[str]]:
    model = screen.table.model()
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def find(window: MainWindow, words: str) -> None:
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(window.palette_.line, words)
    QTest.keyClick(window.palette_.line, Qt.Key.Key_Return)


def test_sales_by_item_are_read_with_their_total(traded: MainWindow) -> None:
    QTest.keyClick(traded, Qt.Key.Key_8, Qt.KeyboardModifier.AltModifier)
    screen = traded.opened("reports")
    assert figures(screen) == [["TEA", "Tea", "3", "7.50", "6.25", "1.25", "0.00", "3.00", "3.25"]]
    assert "Margin 3.25" in screen.total.text()


TRADE = ("valuation", "stock", "cogs", "sales", "movements", "journal")


@pytest.mark.parametrize("name", list(reports.REPORTS))
def test_every_report_is_found_by_its_words_and_is_readable(traded: MainWindow, name: str) -> None:
    find(traded, reports.REPORTS[name].title)
    screen = traded.opened("reports")
    assert traded.current_screen == "reports"
    assert screen.report().name == name
    assert figures(screen) or name not in TRADE, "the shop has traded, so there is something to read"
    assert not any("Column(" in cell for row in figures(screen) for cell in row)


def test_another_time_and_one_item_are_asked_for(traded: MainWindow) -> None:
    traded.open_screen("reports")
    screen = traded.opened("reports")
    type_into(screen.since, "2001-01-01")
    type_into(screen.until, "2001-01-31")
    QTest.keyClick(screen.until, Qt.Key.Key_Return)
    assert figures(screen) == []
    assert "another period" in screen._about.text()
    type_into(screen.until, "yesterday or so")
    click(screen._show_button)
    assert "is no date" in traded.messages.current().fact
    screen.open_report("stock")
    type_into(screen.sku, "nothing")
    QTest.keyClick(screen.sku, Qt.Key.Key_Return)
    assert "no item" in traded.messages.current().fact


def choose(window: MainWindow, path: Path) -> None:
    """Name a file in the dialog that is open, as a person does who types it."""
    dialog = window.findChild(QFileDialog)
    assert not dialog.isModal(), "the till goes on while somebody thinks of a name"
    dialog.findChild(QLineEdit).setText(str(path))
    dialog.accept()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_report_is_saved_as_csv(traded: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    traded.open_screen("reports")
    QTest.keyClick(traded, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    choose(traded, path)
    with path.open(encoding="utf-8-sig", newline="") as saved:
        rows = list(csv.DictReader(saved))
    assert [(row["sku"], row["quantity"], row["margin"]) for row in rows] == [("TEA", "3", "3.25")]
    path.unlink()
    path.mkdir()
    traded.opened("reports")._write(str(path), traded.opened("reports")._answer)
    assert "cannot be written" in traded.messages.current().fact


def test_a_sale_elsewhere_shows_without_asking(traded: MainWindow, sqlite_db: Db, owner: Acting) -> None:
    traded.open_screen("reports")
    traded.shop.changed.emit(tills.sold(sqlite_db, owner, tills.goods(sqlite_db, owner, "MILK")))
    assert [row[0] for row in figures(traded.opened("reports"))] == ["MILK", "TEA"]


def test_the_palette_opens_an_item_and_a_document_by_its_number(traded: MainWindow, sqlite_db: Db) -> None:
    find(traded, "tea")
    stock = traded.opened("stock")
    assert traded.current_screen == "stock"
    assert stock._card._title.text() == "Tea"
    number = sqlite_db.value("SELECT max(number) FROM document")
    find(traded, f"1-{number}")
    assert traded.current_screen == "back"
    shown = [one.text() for one in traded.opened("back").findChildren(QLabel) if one.isVisible()]
    assert f"Sale 1-{number}" in shown


def test_nobody_is_offered_what_is_not_theirs(traded: MainWindow, sqlite_db: Db, owner: Acting) -> None:
    traded.shop.acting = tills.person(sqlite_db, owner, "Mira", Role.CASHIER)
    QTest.keyClick(traded, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(traded.palette_.line, "s")
    assert {entry.kind for entry in traded.palette_.entries()} <= {"command", "screen", "item"}
    assert "Reports" not in {entry.text for entry in traded.palette_.entries()}
    QTest.keyClick(traded.palette_.line, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is not None
