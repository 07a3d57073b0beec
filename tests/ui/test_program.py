"""The program as a whole: first start, demo, a file that is no shop, another till, a restored backup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from shopstock import app, resources
from shopstock.app import Program
from shopstock.core.acting import Acting
from shopstock.db.connection import Db, open_shop
from shopstock.queries import settings as settings_query
from shopstock.services import settings
from shopstock.ui import crash
from shopstock.ui.first_run import FirstRun
from shopstock.ui.main_window import MainWindow
from tests.windows import click, type_into


@pytest.fixture
def program(qapp: QApplication, machine: QSettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """A program on a computer of its own."""
    machine.clear()
    monkeypatch.setattr(app, "machine_settings", lambda: machine)
    program = Program(qapp, crash.CrashReporter(qapp))
    yield program
    if isinstance(program.window, MainWindow):
        program.window.close_now()
    elif program.window is not None:
        program.window.close()
    program.clear_up()


def page_of(program: Program, url: str, qtbot: Any) -> FirstRun:
    program.first_run(url)
    page = program.window
    assert isinstance(page, FirstRun)
    qtbot.waitActive(page)
    return page


def window_of(program: Program) -> MainWindow:
    assert isinstance(program.window, MainWindow)
    return program.window


def name_file(page: FirstRun, path: Path) -> None:
    click(page.file)
    dialog = page.findChild(QFileDialog)
    assert not dialog.isModal()
    dialog.findChild(QLineEdit).setText(str(path))
    dialog.accept()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_the_first_shop_is_made_by_keys_alone(program: Program, tmp_path: Path, qtbot: Any) -> None:
    url = str(tmp_path / "new" / "shop.db")
    page = page_of(program, url, qtbot)
    QTest.keyClicks(page.name, "Tea Corner")
    QTest.keyClick(page.name, Qt.Key.Key_Return)
    window = window_of(program)
    assert not page.isVisible()
    assert window.current_screen == "sell"
    assert window.windowTitle().startswith("Tea Corner")
    with open_shop(url, query_only=True) as db:
        assert settings_query.load(db).name == "Tea Corner"


def test_a_file_that_is_no_shop_is_refused_on_the_page_and_a_shop_opens(
    program: Program, tmp_path: Path, sqlite_url: str, qtbot: Any
) -> None:
    page = page_of(program, str(tmp_path / "none.db"), qtbot)
    other = tmp_path / "letter.txt"
    other.write_text("Dear customer, " * 100, encoding="utf-8")
    name_file(page, other)
    assert page.isVisible()
    assert page._said.isVisible()
    assert page._said.text().endswith(".")
    assert other.read_text(encoding="utf-8").startswith("Dear"), "it was not written to"
    name_file(page, Path(sqlite_url))
    assert window_of(program).windowTitle().startswith("Corner Shop")


def test_the_demo_leaves_nothing(
    program: Program, tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    monkeypatch.setattr(resources, "sample_db", lambda: Path(sqlite_url))
    page = page_of(program, str(tmp_path / "none.db"), qtbot)
    click(page.demo)
    window = window_of(program)
    assert window.shop.url != sqlite_url
    window.close()
    assert not window.isVisible(), "a demo is closed without a backup"
    program.clear_up()
    cache = Path(platformdirs.user_cache_dir("shopstock", appauthor=False))
    assert list(cache.glob("demo-*")) == []


def test_another_till_opens_in_the_window_s_place(
    program: Program, sqlite_db: Db, owner: Acting, sqlite_url: str, qtbot: Any
) -> None:
    settings.add_station(sqlite_db, owner, "Till 2", owner.location_id)
    program.open(sqlite_url)
    before = window_of(program)
    before.show_settings("places")
    page = before.opened("settings").page("places")
    qtbot.waitUntil(lambda: page.tills.stations.model().rowCount() == 2)
    page.tills.stations.select(1)
    click(page.tills.use)
    after = window_of(program)
    assert after is not before
    assert not before.isVisible()
    assert after.shop.acting is not None
    assert after.shop.acting.station_id != owner.station_id


def test_a_backup_is_restored_and_the_shop_of_before_is_kept(
    program: Program, sqlite_url: str, tmp_path: Path, qtbot: Any
) -> None:
    program.open(sqlite_url)
    before = window_of(program)
    before.show_settings("backup")
    page = before.opened("settings").page("backup")
    page.back_up()
    qtbot.waitUntil(lambda: page._table.model().rowCount() == 1, timeout=15_000)
    before.show_settings("shop")
    field = next(f for f in before.findChildren(QLineEdit) if f.accessibleName() == "Shop name")
    type_into(field, "Renamed")
    QTest.keyClick(before, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: before.windowTitle().startswith("Renamed"))
    before.show_settings("backup")
    qtbot.waitUntil(lambda: page._table.selected_row() is not None or page._table.model().rowCount() == 1)
    page._table.select(0)
    click(page._restore)
    page._restore_now()
    after = window_of(program)
    assert after.windowTitle().startswith("Corner Shop")
    assert "kept at" in after.messages.current().consequence
    assert list(Path(sqlite_url).parent.glob("*replaced*"))
