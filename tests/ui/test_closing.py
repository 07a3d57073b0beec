"""Closing: a backup is saved without freezing, and an open sale stays."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest

from shopstock import app
from shopstock.core.outcome import Refused
from shopstock.core.scan import Scan
from shopstock.db.connection import Db, open_shop
from shopstock.services import people
from shopstock.ui.main_window import MainWindow
from tests import till as tills
from tests.windows import click


@pytest.fixture
def living(sqlite_url: str, machine: QSettings, qtbot: Any) -> Iterator[MainWindow]:
    """A window with its real threads."""
    with open_shop(sqlite_url) as db:
        tills.goods(db, people.acting_for_owner(db), "TEA", code="4006381333931")
    machine.setValue("window/screen", "sell")
    window = app.build(sqlite_url, machine=machine)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitActive(window)
    yield window
    window.close_now()


def test_a_backup_is_saved_and_the_open_sale_stays(living: MainWindow, sqlite_url: str, qtbot: Any) -> None:
    living.on_scan(Scan("4006381333931"))
    sale = living.opened("sell").sale
    qtbot.waitUntil(lambda: len(sale.cart.lines) == 1)
    living.close()
    assert living.isVisible(), "it waits for the backup"
    assert living.farewell.isVisible()
    qtbot.waitUntil(lambda: not living.isVisible(), timeout=20_000)
    assert list(Path(sqlite_url).parent.glob("shop-backups/shop-*.db"))
    with open_shop(sqlite_url) as db:
        assert db.value("SELECT count(*) FROM open_sale") == 1


def test_the_window_answers_while_the_backup_is_saved(living: MainWindow, qtbot: Any) -> None:
    gate, started = threading.Event(), threading.Event()

    def slow(_db: Db) -> None:
        started.set()
        gate.wait(20)

    living.farewell.work = slow
    living.close()
    qtbot.waitUntil(started.is_set)
    living.on_scan(Scan("4006381333931"))
    living.resize(1100, 800)
    QTest.qWait(30)
    assert living.farewell.size() == living.centralWidget().size(), "it was drawn anew meanwhile"
    assert living.opened("sell").sale.cart.lines == (), "what is scanned now is not sold"
    gate.set()
    qtbot.waitUntil(lambda: not living.isVisible())


def test_nobody_has_to_wait(living: MainWindow, qtbot: Any) -> None:
    gate = threading.Event()
    living.farewell.work = lambda _db: gate.wait(3)
    living.close()
    gate.set()
    QTest.mouseClick(living.farewell.close_now, Qt.MouseButton.LeftButton)
    assert not living.isVisible()


def test_a_backup_that_fails_is_not_passed_over(living: MainWindow, qtbot: Any) -> None:
    def fails(_db: Db) -> None:
        raise Refused("The disk is full.")

    living.farewell.work = fails
    living.close()
    qtbot.waitUntil(living.farewell.stay.isVisible)
    assert "disk is full" in living.farewell._more.text()
    click(living.farewell.stay)
    assert living.isVisible()
    assert not living.farewell.isVisible()


def test_without_a_daily_backup_it_closes_at_once(living: MainWindow, sqlite_url: str, qtbot: Any) -> None:
    with open_shop(sqlite_url) as db:
        tills.set_setting(db, "backup_daily", False)
    living.close()
    qtbot.waitUntil(lambda: not living.isVisible())
    assert not list(Path(sqlite_url).parent.glob("shop-backups/*"))
