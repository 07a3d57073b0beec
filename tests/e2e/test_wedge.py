"""A keyboard-wedge scanner on a real display: xdotool types into a window of another process as a scanner would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

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


@pytest.fixture
def display() -> Iterator[str]:
    missing = [name for name in ("Xvfb", "xdotool", "openbox") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()
    environment = {**os.environ, "DISPLAY": f":{number}"}
    manager = subprocess.Popen(["openbox"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield f":{number}"
    manager.terminate()
    manager.wait(10)
    server.terminate()
    server.wait(10)


def test_a_burst_is_a_scan_and_slow_keys_are_typing(display: str) -> None:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    window = subprocess.Popen(
        [sys.executable, "-c", WINDOW], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert window.stdout is not None
    try:
        assert window.stdout.readline().strip() == "ready"
        _focus(environment)
        _press(environment, "key", "--delay", "4", *"4006381333931", "Return")
        assert [window.stdout.readline().strip() for _line in range(2)] == ["scan 4006381333931", "line ''"]
        _press(environment, "key", "--delay", "120", *"apple", "Return")
        assert window.stdout.readline().strip() == "typed apple"
        _press(environment, "key", "Tab")
        _press(environment, "key", "--delay", "4", *"0012345678905", "Linefeed")
        assert window.stdout.readline().strip() == "scan 0012345678905"
    finally:
        window.terminate()
        window.wait(10)
        window.stdout.close()


def _press(environment: dict[str, str], *words: str) -> None:
    subprocess.run(["xdotool", *words], env=environment, check=True, timeout=30)


def _focus(environment: dict[str, str]) -> None:
    """Give the window the keyboard, once it and the window manager are there."""
    command = ["xdotool", "search", "--onlyvisible", "--name", "^wedge$", "windowactivate", "--sync"]
    until = time.monotonic() + 20
    while time.monotonic() < until:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=20, check=False)
        if done.returncode == 0:
            return
    raise AssertionError("the window did not come")
