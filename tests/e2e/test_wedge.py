"""A keyboard-wedge scanner on a real display: xdotool types into a window of another process as a scanner would."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.e2e.conftest import Display

pytestmark = pytest.mark.e2e

WINDOW = """
import sys
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from shopstock.ui.scanner import Scanner
app = QApplication([])
scanner = Scanner()
scanner.install(app)
window, line, pay = QWidget(), QLineEdit(), QPushButton("Pay")
box = QVBoxLayout(window)
box.addWidget(line)
box.addWidget(pay)
say = lambda *words: print(*words, flush=True)
scanner.scanned.connect(lambda scan: (say("scan", scan.code), say("line", repr(line.text()))))
line.returnPressed.connect(lambda: (say("typed", line.text()), line.setText("")))
pay.clicked.connect(lambda: say("pressed"))
window.setWindowTitle("wedge")
window.show()
window.activateWindow()
line.setFocus()
say("ready")
sys.exit(app.exec())
"""


def test_a_burst_is_a_scan_and_slow_keys_are_typing(screen: Display) -> None:
    window = subprocess.Popen(
        [sys.executable, "-c", WINDOW],
        env=screen.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert window.stdout is not None
    try:
        assert window.stdout.readline().strip() == "ready"
        screen.focus("^wedge$")
        screen.scan("4006381333931")
        assert [window.stdout.readline().strip() for _line in range(2)] == ["scan 4006381333931", "line ''"]
        screen.press("key", "--delay", "120", *"apple", "Return")
        assert window.stdout.readline().strip() == "typed apple"
        screen.press("key", "Tab")
        screen.press("key", "--delay", "4", *"0012345678905", "Linefeed")
        assert window.stdout.readline().strip() == "scan 0012345678905"
    finally:
        window.terminate()
        window.wait(10)
        window.stdout.close()
