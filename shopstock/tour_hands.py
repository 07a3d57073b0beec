"""Hands and eyes of the tour: real keys, scans and clicks on the real window, pictures of it, and a loopback printer.

Keys are events with timestamps, so they go through the scanner filter as those of a keyboard or a scanner do; nothing
here calls what a button would call.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any

from PySide6.QtCore import QAbstractAnimation, QCoreApplication, QEvent, QPoint, Qt, QVariantAnimation
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QFileDialog, QLabel, QLineEdit, QWidget

from shopstock.db.connection import Db, open_shop
from shopstock.ui import theme
from shopstock.ui.main_window import MainWindow
from shopstock.ui.scanner import Scanner
from shopstock.ui.table import Table

PATIENCE_SECONDS = 15.0
#: What hands and scanners take between two keys, by the events' own time.
HAND_MS, SCANNER_MS = 120, 3
LARGE, SMALL = (1280, 800), (1024, 768)
#: Quick rather than small.
PNG_QUALITY = 80
#: How a label printer says that nothing is the matter and nothing waits, and how it is told how many to print.
HEALTHY = (b"030,0,0,0200,000,0,0,0,000,0,0,0", b"001,0,0,0,0,2,4,0,00000000,1,000", b"1234,0")
_COPIES = re.compile(rb"\^PQ(\d+)")
DAY, NIGHT, CONTRAST = "light", "dark", "contrast"


class TourError(Exception):
    """Something did not happen as it should have."""


def check(true: object, what: str) -> None:
    """Stop the tour with a sentence unless something is true."""
    if not true:
        raise TourError(what)


class Hands:
    """Works at one window and takes pictures of it into a folder."""

    def __init__(self, window: MainWindow, folder: Path, mode: str) -> None:
        self.window = window
        self.folder = folder
        self._mode = mode
        self.pictures: list[Path] = []
        self._scanner = window.findChild(Scanner)
        self._now = 1_000
        self._number = 0
        #: What has to be so, besides, before the next step.
        self.patient: list[Callable[[], bool]] = []

    # -- waiting --------------------------------------------------------------------------------------------------

    def wait(self, done: Callable[[], object], what: str) -> None:
        """Let the window work until something is so."""
        until = monotonic() + PATIENCE_SECONDS
        while not done():
            check(monotonic() < until, f"waited in vain: {what}")
            QTest.qWait(3)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def settle(self) -> None:
        """Wait until every key and scan so far is done, saved and shown."""
        sale = self.window.opened("sell").sale
        if QApplication.activeWindow() is None:
            self.window.activateWindow()
        for _turn in range(2):
            QCoreApplication.processEvents()
            self.wait(lambda: self._scanner is None or self._scanner.quiet, "the scanner filter gives the keys back")
            self.wait(lambda: not sale.ready or (sale.steps.idle and sale.saved), "the sale is saved")
            self.wait(lambda: all(done() for done in self.patient), "what was counted is kept")
            self.wait(lambda: self.window.shop.idle, "everything that was asked is answered")

    def rest(self, milliseconds: int) -> None:
        """Let timers of the window run."""
        QTest.qWait(milliseconds)

    # -- hands ----------------------------------------------------------------------------------------------------

    def _key(self, key: Qt.Key, text: str, pause: int) -> None:
        self._now += pause
        target = QApplication.focusWidget()
        check(target is not None, "nothing has the focus")
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(self._now)
            QCoreApplication.sendEvent(target, event)  # type: ignore[arg-type]

    def type(self, text: str) -> None:
        """Type as a hand does, where the focus is."""
        for character in text:
            self._key(Qt.Key(ord(character.upper())), character, HAND_MS)
        self.settle()

    def enter(self) -> None:
        """Press Enter as a hand does."""
        self._key(Qt.Key.Key_Return, "\r", HAND_MS)
        self.settle()

    def scan(self, *codes: str) -> None:
        """Scan codes one after the other, as fast as a scanner."""
        for code in codes:
            for place, character in enumerate(code):
                self._key(Qt.Key(ord(character.upper())), character, SCANNER_MS if place else HAND_MS)
            self._key(Qt.Key.Key_Return, "\r", SCANNER_MS)
        self.settle()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key of the keyboard that is a command."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        self.settle()

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click a widget in its middle, or at a place."""
        check(widget.isVisible(), f"“{widget.accessibleName()}” is not to be seen")
        where = at if at is not None else widget.rect().center()
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)
        self.settle()

    def button(self, name: str) -> QAbstractButton:
        """Find a visible button by what it says."""
        for one in self.window.findChildren(QAbstractButton):
            if one.isVisible() and name in (one.text(), one.accessibleName()):
                return one
        raise TourError(f"there is no button “{name}”")

    def field(self, name: str) -> QLineEdit:
        """Find a visible field by its accessible name."""
        for one in self.window.findChildren(QLineEdit):
            if one.isVisible() and one.accessibleName() == name:
                return one
        raise TourError(f"there is no field “{name}”")

    def fill(self, name: str, text: str) -> None:
        """Click into a field and type a text in the place of what it holds."""
        field = self.field(name)
        self.click(field)
        field.selectAll()
        self.type(text)

    def save_as(self, path: Path) -> None:
        """Answer the question where to save, by the name of the file."""
        dialog = next((one for one in self.window.findChildren(QFileDialog) if one.isVisible()), None)
        check(dialog is not None, "it is asked where to save")
        assert dialog is not None
        dialog.findChildren(QLineEdit)[0].setText(str(path))
        dialog.accept()
        self.window.activateWindow()
        self.wait(self.window.isActiveWindow, "the window is in front again")
        self.settle()

    def close_message(self) -> None:
        """Close what the message bar says, if it says anything."""
        if self.said():
            self.click(self.button("Close the message"))

    def click_cell(self, view: QAbstractItemView, row: int, column: int, *, twice: bool = False) -> None:
        """Click a cell of a table, or click it twice."""
        model = view.model()
        rect = view.visualRect(model.index(row, column))
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, rect.center())
        if twice:
            QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, rect.center())
        self.settle()

    # -- eyes -----------------------------------------------------------------------------------------------------

    def table(self, name: str) -> Table:
        """Find a visible table by its accessible name."""
        for one in self.window.findChildren(Table):
            if one.isVisible() and one.accessibleName() == name:
                return one
        raise TourError(f"there is no table “{name}”")

    def cell(self, rows: Table, row: int, column: int) -> str:
        """Return what stands in a cell of a table."""
        return str(rows.model().index(row, column).data())

    def row_of(self, rows: Table, text: str, column: int = 0) -> int:
        """Return the row of a table with a text in a column."""
        for row in range(rows.model().rowCount()):
            if self.cell(rows, row, column) == text:
                return row
        raise TourError(f"“{text}” is not in the table “{rows.accessibleName()}”")

    def reads(self, text: str) -> bool:
        """Tell whether a text stands somewhere in the window."""
        return any(one.isVisible() and one.text() == text for one in self.window.findChildren(QLabel))

    def said(self) -> str:
        """Return what the message bar says."""
        message = self.window.messages.current()
        return "" if message is None else f"{message.fact} {message.consequence}".strip()

    def ask(self, query: Callable[[Db], Any]) -> Any:
        """Ask the database, past the program."""
        with open_shop(self.window.shop.url, query_only=True) as db:
            return query(db)

    def value(self, sql: str, *params: Any) -> Any:
        """Ask the database for one value, past the program."""
        return self.ask(lambda db: db.value(sql, params))

    def on_hand(self, name: str) -> int:
        """Return what the database says is on hand of an item, in thousandths."""
        return int(
            self.value(
                "SELECT coalesce(sum(l.on_hand), 0) FROM stock_level l JOIN item i ON i.id = l.item_id "
                "WHERE i.name = ?",
                name,
            )
        )

    def code_of(self, name: str) -> str:
        """Return a code of an item."""
        code = self.value(
            "SELECT c.code FROM item_code c JOIN item i ON i.id = c.item_id WHERE i.name = ? ORDER BY c.id LIMIT 1",
            name,
        )
        check(code, f"“{name}” has no code")
        return str(code)

    # -- pictures -------------------------------------------------------------------------------------------------

    def picture(self, name: str, *, contrast: bool = False, small: bool = False, double: bool = False) -> None:
        """Save the window as it is.

        The light tour also takes some at 1024 × 768 (``small``) and with twice the pixels (``double``), the dark one
        takes some in high contrast.
        """
        self._number += 1
        stem = f"{self._number:02}-{name}"
        self._still()
        self._save(f"{stem}-{self._mode}")
        if self._mode == DAY:
            if double:
                self._save(f"{stem}-{DAY}-2x", 2)
            if small:
                with self._size(SMALL):
                    self._save(f"{stem}-{DAY}-1024")
        elif contrast:
            self._dress(CONTRAST)
            self._save(f"{stem}-{CONTRAST}")
            self._dress(self._mode)

    def _dress(self, mode: str) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, mode)
        QCoreApplication.processEvents()

    @contextmanager
    def _size(self, size: tuple[int, int]) -> Iterator[None]:
        self.window.resize(*size)
        self.settle()
        yield
        self.window.resize(*LARGE)
        self.settle()

    def _still(self) -> None:
        """Wait until nothing moves: a row that was scanned has faded, a panel has opened."""
        running = QAbstractAnimation.State.Running
        self.wait(
            lambda: not any(one.state() == running for one in self.window.findChildren(QVariantAnimation)),
            "the window comes to rest",
        )

    def _save(self, stem: str, scale: int = 1) -> None:
        QCoreApplication.processEvents()
        shot = QPixmap(self.window.size() * scale)
        shot.setDevicePixelRatio(scale)
        shot.fill(theme.current().color("canvas"))
        self.window.render(shot)
        target = self.folder / f"{stem}.png"
        check(shot.save(str(target), "PNG", PNG_QUALITY), f"{target} cannot be written")
        self.pictures.append(target)


class LoopbackPrinter:
    """A receipt printer on the loopback interface: it answers status questions, takes papers, and can run out."""

    def __init__(self) -> None:
        self.out_of_paper = False
        self.papers: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, name="loopback printer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Switch it off."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _peer = self._listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                connection.settimeout(5)
                paper = self._talk(connection)
                if paper:
                    self.papers.append(paper)

    def _talk(self, connection: socket.socket) -> bytes:
        # DLE EOT n asks for a status at once; GS r 1 at the end of a paper is answered when it has been printed.
        paper = b""
        while data := connection.recv(65536):
            while data[:2] == b"\x10\x04" and len(data) >= 3:
                out = {1: b"\x1a", 4: b"\x72"} if self.out_of_paper else {}
                connection.sendall(out.get(data[2], b"\x12"))
                data = data[3:]
            paper += data
            if paper.endswith(b"\x1dr\x01"):
                connection.sendall(b"\x00")
        return paper


class LoopbackLabelPrinter:
    """A label printer on the loopback interface: it prints what it is sent and says, when asked, that all is well."""

    def __init__(self) -> None:
        self.labels = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, name="loopback label printer", daemon=True).start()

    def close(self) -> None:
        """Switch it off."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _peer = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), name="label printer's line", daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        held = b""
        with connection, suppress(OSError):
            while data := connection.recv(65536):
                held += data
                while (end := held.find(b"\n")) >= 0:
                    line, held = held[: end + 1], held[end + 1 :]
                    copies = _COPIES.search(line)
                    if copies is not None:
                        self.labels += int(copies.group(1))
                    elif b"~HS" in line:
                        connection.sendall(b"".join(b"\x02" + one + b"\x03\r\n" for one in HEALTHY))
