"""What tests of screens share: windows of earlier tests are really gone before the next begins."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings

from shopstock.ui.main_window import MainWindow
from tests.windows import opened


@pytest.fixture(autouse=True)
def _old_windows_are_gone() -> None:
    """Carry out the deletions that a closed window asked for; outside an event loop Qt puts them off."""
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


@pytest.fixture
def machine(tmp_path: Path) -> QSettings:
    """The settings of the test's computer: light, beginning in the settings."""
    settings = QSettings(str(tmp_path / "machine.ini"), QSettings.Format.IniFormat)
    settings.setValue("window/appearance", "light")
    settings.setValue("window/screen", "settings")
    return settings


@pytest.fixture
def window(sqlite_url: str, machine: QSettings, qtbot: Any) -> Iterator[MainWindow]:
    """The window of a fresh shop of one person."""
    window = opened(sqlite_url, machine, qtbot)
    yield window
    window.close()
