"""What tests of screens share: windows of earlier tests are really gone before the next begins."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QCoreApplication, QEvent


@pytest.fixture(autouse=True)
def _old_windows_are_gone() -> None:
    """Carry out the deletions that a closed window asked for; outside an event loop Qt puts them off."""
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
