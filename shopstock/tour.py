"""The tour: a day at the shop on the real window, by keys, scans and clicks, with a picture of every step.

It works on a private copy of the demo shop, needs neither a display nor a network, and looks at the ledger as it goes:
what did not happen as it should ends the tour with a sentence and exit code 1. Nothing of the machine's own settings is
read or written.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSettings, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from shopstock import (
    app,
    resources,
    tour_back,
    tour_count,
    tour_labels,
    tour_orders,
    tour_receive,
    tour_stock,
    tour_till,
    tour_transfers,
)
from shopstock.core.outcome import ShopError
from shopstock.db import backup
from shopstock.db.connection import open_shop
from shopstock.queries import audit
from shopstock.tour_hands import DAY, LARGE, NIGHT, Hands, TourError, check

#: The day in its order; who works here comes last, for then somebody has to sign in.
PARTS = (tour_till, tour_orders, tour_receive, tour_transfers, tour_back, tour_count, tour_labels, tour_stock)
CHAPTERS = tuple(chapter for part in PARTS for chapter in part.CHAPTERS)
BANNER = "Demo shop: look around and try everything; nothing is kept."


def main(out: str | None = None, sample: Path | None = None, modes: Sequence[str] = (DAY, NIGHT)) -> int:
    """Take the tour once in each mode; pictures go to ``out`` (a new folder, unless named). Returns the exit code."""
    folder = Path(out) if out else Path(tempfile.mkdtemp(prefix="shopstock-tour-"))
    folder.mkdir(parents=True, exist_ok=True)
    _at_home_nowhere()
    complaints: list[str] = []
    before = qInstallMessageHandler(lambda kind, _where, text: _listen(complaints, kind, text))
    started = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="shopstock-tour-shop-") as place:
            pictures = 0
            for mode in modes:
                pictures += _walk(Path(place) / mode, folder, sample or resources.sample_db(), complaints, mode)
    except (TourError, ShopError) as error:
        sys.stderr.write("\n".join([f"The tour ended: {error}", *complaints, f"Pictures up to there: {folder}", ""]))
        return 1
    finally:
        qInstallMessageHandler(before)
    seconds = time.monotonic() - started
    sys.stdout.write(f"{pictures} pictures in {seconds:.0f} s: {folder}\n")
    return 0


def _walk(place: Path, folder: Path, sample: Path, complaints: list[str], mode: str) -> int:
    """Walk through the day in one mode and return how many pictures were taken."""
    place.mkdir()
    shop = place / "shop.db"
    backup.restore(sample, str(shop))
    app.go_on_where_it_was_left(str(shop))
    machine = QSettings(str(place / "window.ini"), QSettings.Format.IniFormat)
    machine.setValue("window/appearance", mode)
    machine.setValue("window/screen", "sell")
    machine.setValue("window/still", True)
    window = app.build(str(shop), machine=machine, banner=BANNER, backs_up=False)
    window.shop.crashed.connect(lambda error: complaints.append(repr(error)))
    try:
        QApplication.setCursorFlashTime(0)
        window.resize(*LARGE)
        window.show()
        window.activateWindow()
        hands = Hands(window, folder, mode)
        hands.wait(window.isActiveWindow, "the window comes to the front")
        hands.settle()
        for chapter in CHAPTERS:
            chapter(hands)
            check(not complaints, "; ".join(complaints[:3]))
        with open_shop(str(shop), query_only=True) as db:
            wrong = audit.discrepancies(db)
        check(not wrong, f"the ledger does not add up: {wrong[:3]}")
        return len(hands.pictures)
    finally:
        window.close()
        window.deleteLater()


def _at_home_nowhere() -> None:
    """Choose a platform without a display and the demo shop's own time, before there is an application."""
    if QApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["TZ"] = "UTC"
    if hasattr(time, "tzset"):
        time.tzset()


def _listen(complaints: list[str], kind: QtMsgType, text: str) -> None:
    """Note what Qt complains about; the offscreen platform says one thing of no interest."""
    if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and "propagateSizeHints" not in text:
        complaints.append(text)
