"""What tests of screens share: windows of earlier tests are really gone before the next begins."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings

from shopstock import app
from shopstock.ui.main_window import MainWindow
from tests.ui.desk import machine_at
from tests.windows import opened

#: Opens one more window on the test's shop: a computer, who works there, and whether on worker threads.
OpenWindow = Callable[..., MainWindow]


@pytest.fixture(autouse=True)
def _old_windows_are_gone() -> None:
    """Carry out the deletions that a closed window asked for; outside an event loop Qt puts them off."""
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


@pytest.fixture
def machine(tmp_path: Path) -> QSettings:
    """The settings of the test's computer: light, beginning in the settings."""
    return machine_at(tmp_path / "machine.ini", "settings")


@pytest.fixture
def window(sqlite_url: str, machine: QSettings, qtbot: Any) -> Iterator[MainWindow]:
    """The window of a fresh shop of one person."""
    window = opened(sqlite_url, machine, qtbot)
    yield window
    window.close()


@pytest.fixture
def open_window(sqlite_url: str, qtbot: Any) -> Iterator[OpenWindow]:
    """Open windows of the test's shop: each of one computer, for whom ``as_name`` names.

    ``lines`` puts a window on worker threads, as the program does. All are closed when the test ends.
    """
    windows: list[MainWindow] = []

    def opened(
        machine: QSettings, as_name: str | None = None, *, lines: bool = False, devices: bool = False, **more: Any
    ) -> MainWindow:
        window = app.build(sqlite_url, machine=machine, as_name=as_name, inline=not lines, devices=devices, **more)
        windows.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitActive(window)
        return window

    yield opened
    for window in windows:
        window.close()
        window.deleteLater()
