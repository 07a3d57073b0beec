"""Twenty scans a second for a minute: every one a row, none twice.

``measure`` posts the key events of that minute with their own timestamps as fast as the window takes them. With a
display and ``xdotool``, ``python -m tests.benchmarks scanning_live`` types them at a real window in real time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication

from shopstock.ui.main_window import MainWindow
from shopstock.ui.scanner import Scanner
from tests.benchmarks import large_shop, screens, shops
from tests.benchmarks.table import Figure, microseconds

SCANS = 20 * 60
KEY_MS, SCAN_MS = 2, 50
#: xdotool waits a little less than it is told: this makes some twenty scans a second.
TYPED_KEY_MS = 4


def measure() -> Iterator[Figure]:
    """Post a minute of scanning and count the rows."""
    with shops.copy(shops.LARGE) as shop, tempfile.TemporaryDirectory() as folder:
        window = screens.open_window(shop, folder)
        began = time.perf_counter()
        for number in range(1, SCANS + 1):
            _post(large_shop.ean(number), 1_000 + number * SCAN_MS)
            if number % 20 == 0:
                screens.until(lambda number=number: _rows(window) >= number)
        took = time.perf_counter() - began
        yield from _verdict(window, took, "posted with their timestamps")
        _close(window)


def _post(code: str, at: int) -> None:
    target = QApplication.focusWidget()
    assert target is not None
    keys = [(Qt.Key(ord(character)), character) for character in code] + [(Qt.Key.Key_Return, "\r")]
    for place, (key, text) in enumerate(keys):
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(at + place * KEY_MS)
            QCoreApplication.postEvent(target, event)


def _rows(window: MainWindow) -> int:
    return len(window.opened("sell").sale.cart.lines)


def _verdict(window: MainWindow, took: float, how: str) -> Iterator[Figure]:
    lines = window.opened("sell").sale.cart.lines
    codes = Counter(line.code.lstrip("0") for line in lines)
    wanted = Counter(large_shop.ean(number) for number in range(1, SCANS + 1))
    wrong = sum(((codes - wanted) + (wanted - codes)).values()) + sum(line.qty != 1000 for line in lines)
    yield Figure(
        f"{SCANS} scans, {how}: missing, doubled or changed", str(wrong), f"{len(lines)} rows", float(wrong), 0
    )
    yield Figure("… time for what a hand scans in a minute", microseconds(took * 1e6), "60 s", took / 60, 1.05)


def _close(window: MainWindow) -> None:
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def live() -> Iterator[Figure]:
    """Let xdotool type a minute of scanning at a window on a display of its own."""
    missing = [name for name in ("Xvfb", "xdotool", "openbox") if shutil.which(name) is None]
    if missing:
        sys.stderr.write(f"Not installed: {', '.join(missing)}\n")
        return
    read, write = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        os.close(write)
        with os.fdopen(read) as answer:
            display = f":{answer.readline().strip()}"
        os.environ.update(DISPLAY=display, QT_QPA_PLATFORM="xcb")
        manager = subprocess.Popen(["openbox"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield from _typed()
        finally:
            manager.terminate()
            manager.wait(10)
            server.terminate()


class _Hand(QObject):
    """Sees the keys as they come, and how often the hand itself stumbled: a pause inside a code is no scanner's."""

    def __init__(self, allowed: int) -> None:
        super().__init__()
        self.keys = self.stumbled = 0
        self._allowed, self._last = allowed, 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and isinstance(watched, QWindow):
            self.keys += 1
            inside = (self.keys - 1) % 14 > 0
            self.stumbled += inside and event.timestamp() - self._last > self._allowed
            self._last = event.timestamp()
        return False


def _typed() -> Iterator[Figure]:
    with shops.copy(shops.LARGE) as shop, tempfile.TemporaryDirectory() as folder:
        window = screens.open_window(shop, folder)
        window.raise_()
        screens.until(window.isActiveWindow)
        hand_seen = _Hand(window.findChild(Scanner).options.gap_ms)
        QCoreApplication.instance().installEventFilter(hand_seen)
        codes = Path(folder, "codes.txt")
        codes.write_text("".join(f"{large_shop.ean(number)}\n" for number in range(1, SCANS + 1)), encoding="ascii")
        began = time.perf_counter()
        hand = subprocess.Popen(["xdotool", "type", "--delay", str(TYPED_KEY_MS), "--file", str(codes)])
        while hand.poll() is None:
            QCoreApplication.processEvents()
        typed = time.perf_counter() - began
        until = time.perf_counter() + 10
        while _rows(window) < SCANS and time.perf_counter() < until:
            QCoreApplication.processEvents()
        sys.stderr.write(f"{hand_seen.keys} keys; pauses inside a code: {hand_seen.stumbled}\n")
        yield from _verdict(window, time.perf_counter() - began, f"typed by xdotool at {SCANS / typed:.0f} a second")
        _close(window)
