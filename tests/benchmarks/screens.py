"""The window on the large shop: scan to painted row, the Stock screen's first rows, and scrolling it."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter_ns, thread_time_ns
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QEvent,
    QEventLoop,
    QModelIndex,
    QObject,
    QSettings,
    Qt,
    QTimer,
)
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from shopstock import app
from shopstock.queries import till
from shopstock.ui.main_window import MainWindow
from shopstock.ui.stock import StockScreen
from shopstock.ui.table import Table
from tests.benchmarks import large_shop, shops
from tests.benchmarks.table import Figure, microseconds

SCANS = 400
OPENINGS = 9
FRAME = 16_700
_WAIT = QEventLoop.ProcessEventsFlag.WaitForMoreEvents


class Eyes(QObject):
    """Sees when a widget was painted with something to show."""

    def __init__(self, widget: QWidget, there: Callable[[], bool] = lambda: True) -> None:
        super().__init__()
        self.painted = 0
        self._there = there
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._there():
            self.painted += 1
        return False


def until(done: Callable[[], bool]) -> None:
    """Let the event loop run until something is so."""
    while not done():
        QCoreApplication.processEvents(_WAIT)


class Hand:
    """Types as a keyboard-wedge scanner does: by real key events with their own times."""

    def __init__(self) -> None:
        self._now = 1_000

    def scan(self, code: str) -> None:
        """Type a code and Enter, each key two milliseconds after the one before, by the events' own time."""
        self._now += 40
        for character in code:
            self._key(Qt.Key(ord(character)), character)
        self._key(Qt.Key.Key_Return, "\r")

    def _key(self, key: Qt.Key, text: str) -> None:
        self._now += 2
        target = QApplication.focusWidget()
        assert target is not None
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(self._now)
            QCoreApplication.sendEvent(target, event)


def open_window(shop: Path, folder: str) -> MainWindow:
    """Open the window with the Sell screen, ready for a scan."""
    machine = QSettings(str(Path(folder, "machine.ini")), QSettings.Format.IniFormat)
    machine.setValue("window/screen", "sell")
    machine.setValue("window/appearance", "light")
    window = app.build(str(shop), machine=machine, devices=False)
    window.show()
    window.activateWindow()
    until(lambda: bool(window.opened("sell").sale.ready) and QApplication.focusWidget() is not None)
    return window


def measure() -> Iterator[Figure]:
    """Measure the window."""
    with shops.copy(shops.LARGE) as shop, tempfile.TemporaryDirectory() as folder:
        window = open_window(shop, folder)
        yield from _scans(window)
        yield from _stock(window)
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _scans(window: MainWindow) -> Iterator[Figure]:
    sale, table = window.opened("sell").sale, window.opened("sell").table
    added: list[int] = []
    asked = 0
    eyes, hand = Eyes(table.viewport(), lambda: len(added) >= asked), Hand()
    sale.row_added.connect(lambda uid, _known: added.append(uid))
    chosen = random.Random(11).sample(range(1, shops.LARGE[0] + 1), SCANS + 20)
    wall: list[int] = []
    gui: list[int] = []
    for turn, number in enumerate(chosen):
        if turn % 12 == 0:
            sale.then_do(lambda: sale.put(till.next_cart(sale.cart)))
            until(lambda: not sale.cart.lines and bool(sale.saved))
        asked += 1
        seen = eyes.painted
        began, cpu = perf_counter_ns(), thread_time_ns()
        hand.scan(large_shop.ean(number))
        until(lambda seen=seen: eyes.painted > seen)
        if turn >= 20:
            gui.append(thread_time_ns() - cpu)
            wall.append(perf_counter_ns() - began)
        until(lambda: bool(sale.saved))
    yield Figure(
        "scan → row painted, 100,000 items: GUI thread, median", microseconds(median(gui) / 1000), "16.7 ms frame",
        median(gui) / 1000 / FRAME, 0.5,
    )  # fmt: skip
    worst = quantiles(gui, n=100)[98] / 1000
    yield Figure("… GUI thread, p99", microseconds(worst), "16.7 ms frame", worst / FRAME, 1)
    yield Figure(
        "… on the clock, median", microseconds(median(wall) / 1000), "16.7 ms frame", median(wall) / 1000 / FRAME
    )


class _Empty(QAbstractTableModel):
    """As many rows and columns as the Stock screen, with nothing in them."""

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__()
        self._shape = rows, columns

    def rowCount(self, _parent: Any = QModelIndex()) -> int:
        return self._shape[0]

    def columnCount(self, _parent: Any = QModelIndex()) -> int:
        return self._shape[1]

    def data(self, _index: Any, _role: int = 0) -> Any:
        return None


class _FirstPaint:
    """Takes the time from now until a table has painted itself with something to show."""

    def __init__(self, there: Callable[[], bool]) -> None:
        self._there = there
        self._wall, self._cpu = perf_counter_ns(), thread_time_ns()
        self.took: tuple[int, int] | None = None

    def painted(self) -> None:
        """Be told that the table was painted."""
        if self.took is None and self._there():
            self.took = perf_counter_ns() - self._wall, thread_time_ns() - self._cpu


class _Watched(QTableView):
    """A table that says when it has painted itself; the Stock screen's is made to do the same."""

    watch: _FirstPaint | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        QTableView.paintEvent(self, event)
        if self.watch is not None:
            self.watch.painted()


def _stock(window: MainWindow) -> Iterator[Figure]:
    times: dict[str, list[tuple[int, int]]] = {"ours": [], "bare": []}
    size = window.stack.size()
    Table.watch = None  # type: ignore[attr-defined]
    Table.paintEvent = _Watched.paintEvent  # type: ignore[method-assign, assignment]
    shown: list[QWidget] = []

    def open_ours() -> _FirstPaint:
        watch = _FirstPaint(lambda: screen._model.row_at(0) is not None)
        screen = StockScreen(window.shop)
        screen._table.watch = watch  # type: ignore[attr-defined]
        shown.append(screen)
        screen.resize(size)
        screen.show()
        return watch

    def open_bare() -> _FirstPaint:
        watch = _FirstPaint(lambda: True)
        view = _Watched()
        view.watch = watch
        shown.append(view)
        view.setModel(_Empty(shops.LARGE[0], 9))
        view.resize(size)
        view.show()
        return watch

    for turn in range(OPENINGS + 1):
        for name, open_one in (("bare", open_bare), ("ours", open_ours)):
            watch = open_one()
            until(lambda watch=watch: watch.took is not None)
            if turn and watch.took is not None:
                times[name].append(watch.took)
            _rest()
            if turn < OPENINGS or name == "bare":
                _put_away(shown)
    wall, bare_wall = (median(one[0] for one in times[name]) / 1000 for name in ("ours", "bare"))
    cpu, bare_cpu = (median(one[1] for one in times[name]) / 1000 for name in ("ours", "bare"))
    yield Figure(
        "Stock screen, 100,000 items: first rows painted, on the clock", microseconds(wall),
        microseconds(bare_wall) + " empty table", wall / bare_wall, 3,
    )  # fmt: skip
    yield Figure("… GUI thread", microseconds(cpu), microseconds(bare_cpu) + " empty table", cpu / bare_cpu, 3)
    screen = shown[0]
    assert isinstance(screen, StockScreen)
    yield from _scrolling(screen)
    _put_away(shown)


def _rest() -> None:
    """Let what was begun come to its end."""
    ended: list[bool] = []
    QTimer.singleShot(400, lambda: ended.append(True))
    until(lambda: bool(ended))


def _scrolling(screen: StockScreen) -> Iterator[Figure]:
    """Page through the table and jump about; note the longest that the GUI thread was busy at one go."""
    bar = screen._table.verticalScrollBar()
    viewport = screen._table.viewport()
    until(lambda: bar.maximum() > 0)
    busy: list[int] = []
    steps = [bar.maximum() * part // 40 for part in range(41)]
    steps += [place + page * bar.pageStep() for place in (0, bar.maximum() // 2) for page in range(60)]
    for place in steps:
        cpu = thread_time_ns()
        bar.setValue(place)
        viewport.repaint()
        busy.append(thread_time_ns() - cpu)
        for _turn in range(4):
            cpu = thread_time_ns()
            QCoreApplication.processEvents()
            busy.append(thread_time_ns() - cpu)
    longest = max(busy) / 1000
    yield Figure(
        "Stock screen: longest that scrolling held the GUI thread",
        microseconds(longest), "16.7 ms frame", longest / FRAME,
        3,
    )  # fmt: skip


def _put_away(widgets: list[QWidget]) -> None:
    for widget in widgets:
        widget.close()
        widget.deleteLater()
    widgets.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
