"""Practice mode: the whole till on a private copy, and back to the shop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from shopstock import app
from shopstock.ui.crash import CrashReporter
from shopstock.ui.main_window import MainWindow
from tests.ui.sell.conftest import MILK, Till, machine


@pytest.fixture
def program(
    stocked: Any, sqlite_url: str, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[app.Program]:
    """The program with its first window open, without devices."""
    build = app.build
    monkeypatch.setattr(app, "build", lambda url, **more: build(url, machine=machine(tmp_path), devices=False, **more))
    application = app.application()
    made = app.Program(application, CrashReporter(application))
    made.open(sqlite_url)
    yield made
    assert made.window is not None
    made.window.close()


def at_the_till(program: app.Program, qtbot: Any) -> Till:
    window = program.window
    assert isinstance(window, MainWindow)
    window.activateWindow()
    qtbot.waitActive(window)
    till = Till(window, qtbot, window.shop.url)
    till.settle()
    return till


def test_what_is_sold_in_practice_is_sold_nowhere(program: app.Program, qtbot: Any) -> None:
    first = at_the_till(program, qtbot)
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    first.screen.work.practise()
    qtbot.waitUntil(lambda: program.window is not first.window, timeout=5_000)
    practice = at_the_till(program, qtbot)
    banner = [
        label.text() for label in practice.window.findChildren(QLabel) if label.text().startswith("Practice mode")
    ]
    assert len(banner) == 1
    practice.scan(MILK)
    practice.press(Qt.Key.Key_F10)
    assert practice.value("SELECT count(*) FROM document WHERE kind = 'sale'") == 1
    copy = Path(practice.window.shop.url)
    QTest.keyClick(practice.screen.entry.line, Qt.Key.Key_P, keys)
    qtbot.waitUntil(lambda: program.window is not practice.window, timeout=5_000)
    again = at_the_till(program, qtbot)
    assert again.value("SELECT count(*) FROM document WHERE kind = 'sale'") == 0
    assert again.on_hand("MILK") == 10_000
    assert not copy.exists()
