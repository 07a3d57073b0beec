"""Open the real window on a shop of the test, without devices and without threads."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from shopstock import app
from shopstock.ui.main_window import MainWindow


def opened(url: str, machine: QSettings, qtbot: Any, as_name: str | None = None) -> MainWindow:
    """Return the window of a shop, shown and active."""
    window = app.build(url, machine=machine, as_name=as_name, inline=True, devices=False)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    return window


def click(button: QWidget) -> None:
    """Press a button by the mouse; one that nobody could press fails the test."""
    assert button.isVisible(), "the button is not on the screen"
    assert button.isEnabled(), "the button is not enabled"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def type_into(field: Any, text: str) -> None:
    """Replace what stands in a field by typing."""
    assert field.isVisible()
    assert field.isEnabled()
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)
