"""From the start of the process to a window that is ready for the first scan, beside a window that shows one label."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.benchmarks import shops
from tests.benchmarks.table import Figure, microseconds

STARTS = 9

_LABEL = """
import json, os, sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
application = QApplication([])
window = QMainWindow()
label = QLabel("Ready")
window.setCentralWidget(label)
window.resize(1280, 800)
{report}
window.show()
application.exec()
"""
_SHOP = """
import json, os, sys, time
from shopstock import app
from PySide6.QtCore import QEvent, QObject, QTimer
from shopstock.ui.main_window import MainWindow
application = app.application()
{report}
app.main({url!r})
"""
#: Says when the window was painted and (in the shop) the Sell screen took scans, and ends the process at once.
_REPORT = """
painted = set()
class Eyes(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            painted.add(watched)
        return False
eyes = Eyes()
application.installEventFilter(eyes)
def look():
    if {ready}:
        at = time.monotonic()
        status = dict(line.split(":", 1) for line in open("/proc/self/status"))
        threads = time.process_time()
        print(json.dumps([at, threads, int(status["VmRSS"].split()[0]), int(status["VmHWM"].split()[0])]), flush=True)
        os._exit(0)
timer = QTimer(interval=1, timeout=look)
timer.start()
"""
_SELL = (
    "any(isinstance(w, MainWindow) and w.current_screen == 'sell' and w.opened('sell').sale.ready "
    "and w.opened('sell').table.viewport() in painted for w in application.topLevelWidgets())"
)


class Start(NamedTuple):
    """One start: seconds on the clock and of the processor, and memory at that moment in KiB."""

    seconds: float
    cpu: float
    resident: int
    highest: int


def start(code: str) -> Start:
    """Run a program in a process of its own until it says that it is ready. Compiled modules are kept, as installed."""
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "XDG_STATE_HOME": home,
            "XDG_CACHE_HOME": home, "PYTHONPYCACHEPREFIX": str(shops.folder() / "compiled"),
        }  # fmt: skip
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        began = time.monotonic()
        said = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120, check=False
        )
    if not said.stdout:
        raise SystemExit(f"The program did not start: {said.stderr[-2000:]}")
    at, cpu, resident, highest = json.loads(said.stdout.splitlines()[-1])
    return Start(at - began, cpu, resident, highest)


def programs(shop: Path) -> tuple[str, str]:
    """Return the two programs: the shop's window, and the label."""
    ours = _SHOP.format(url=str(shop), report=_REPORT.format(ready=_SELL))
    return ours, _LABEL.format(report=_REPORT.format(ready="label in painted"))


def measure() -> Iterator[Figure]:
    """Measure the start on the large shop."""
    with shops.copy(shops.LARGE) as shop:
        ours, label = programs(shop)
        start(ours)
        pairs = [(start(ours), start(label)) for _turn in range(STARTS)]
    ready, bare = (Start(*map(median, zip(*side, strict=True))) for side in zip(*pairs, strict=True))
    yield Figure(
        "window ready for the first scan, large shop", microseconds(ready.seconds * 1e6),
        microseconds(bare.seconds * 1e6) + " label", ready.seconds / bare.seconds, 1.5,
    )  # fmt: skip
    yield Figure(
        "… CPU until then", microseconds(ready.cpu * 1e6), microseconds(bare.cpu * 1e6) + " label",
        ready.cpu / bare.cpu,
    )  # fmt: skip
    yield Figure(
        "… memory, highest", f"{ready.highest // 1024} MiB", f"{bare.highest // 1024} MiB label",
        ready.highest / bare.highest, 2,
    )  # fmt: skip
