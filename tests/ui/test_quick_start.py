"""The start of the program: what it does not do before the first scan. Counted, not timed."""

from __future__ import annotations

import gc
import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shopstock.ui import quick_start

_PROGRAM = """
import sys
from PySide6.QtCore import QCoreApplication, QEventLoop, QSettings
from shopstock import app
app.application()
window = app.build(sys.argv[1], machine=QSettings(sys.argv[2], QSettings.Format.IniFormat), backs_up=False)
sale = window.opened("sell").sale
there = []
sale.changed.connect(lambda: sale.ready and there.append(sorted(sys.modules)))
window.show()
while not there:
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
before = len(there[0])
while not {"shopstock.ui.sell.desk", "shopstock.ui.sell.till_work", "shopstock.ui.device_desk"} <= set(sys.modules):
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
window.close_now()
print(*there[0])
"""

#: What stands behind payments, printing and the day's work; each takes longer to load than a scan to look up.
LATER = (
    "shopstock.core.papers", "shopstock.services.posting", "shopstock.services.sell", "shopstock.services.printing",
    "shopstock.devices", "shopstock.jobs", "shopstock.formats", "shopstock.ui.stock", "shopstock.ui.sell.desk",
    "shopstock.ui.sell.till_work", "shopstock.ui.people_tiles", "peewee", "biip", "reportlab", "PIL", "serial", "click",
    "subprocess", "logging.handlers", "hashlib", "shopstock.db.models",
)  # fmt: skip


def test_what_the_first_scan_does_not_need_comes_after_it(sqlite_url: str, tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", _PROGRAM, sqlite_url, str(tmp_path / "machine.ini")],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path)},
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    loaded = set(said.stdout.split())
    assert "shopstock.ui.sell.screen" in loaded
    assert loaded.isdisjoint(LATER)


def test_no_source_is_read_for_a_module_that_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert quick_start.spare_reading_sources()
    (tmp_path / "newcomer.py").write_text("from PySide6.QtCore import QObject\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    asked: list[object] = []

    def getsource(about: object) -> str:
        asked.append(about)
        return ""

    monkeypatch.setattr(inspect, "getsource", getsource)
    newcomer = __import__("newcomer")
    assert newcomer.QObject().objectName() == ""
    assert asked == []


def test_garbage_is_collected_again_after_the_start() -> None:
    quick_start.collect_later()
    try:
        assert not gc.isenabled()
        quick_start.collect_from_now()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
        gc.enable()
