"""The program as a process of its own with hands on it, without a display: for what only a whole process can show.

``python -m tests.e2e.till_process SHOP`` runs ``app.main`` and carries out commands, one JSON object a line on standard
input; each is answered by one on standard output. Keys and scans are real key events to whatever has the focus.
:class:`TillProcess` is the other end of the pipe.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shopstock.db.connection import open_shop

BURST_MS, TYPED_MS = 3, 120
ANSWER_SECONDS = 60.0


class TillProcess:
    """A till that runs. ``home`` is its computer: settings and logs; ``station`` is the till that it is."""

    def __init__(self, url: str, home: Path, *, station: int = 0, screen: str = "sell", as_name: str = "") -> None:
        self.url = url
        self._home = home
        config = home / "config" / "shopstock"
        config.mkdir(parents=True, exist_ok=True)
        (config / "window.ini").write_text(
            f"[General]\nstation={station}\n\n[window]\nappearance=light\nscreen={screen}\n", encoding="utf-8"
        )
        folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "CACHE", "DATA", "STATE")}
        self._errors = open(home / "stderr.txt", "ab")  # noqa: SIM115 - closed in ``end``
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.till_process", url, as_name],
            cwd=Path(__file__).resolve().parents[2], env={**os.environ, **folders, "QT_QPA_PLATFORM": "offscreen"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, text=True, encoding="utf-8",
        )  # fmt: skip
        self.until(lambda: self.state()["ready"], "the till did not come up")

    def __enter__(self) -> TillProcess:
        return self

    def __exit__(self, *exc: object) -> None:
        self.kill()

    def kill(self) -> None:
        """Pull the plug."""
        self.process.kill()
        self._ended()

    def close(self) -> int:
        """Close the window as its cross does, and return the exit code."""
        self._tell({"do": "close"})
        self._ended()
        return self.process.returncode

    def _ended(self) -> None:
        self.process.wait(ANSWER_SECONDS)
        for pipe in (self.process.stdin, self.process.stdout, self._errors):
            if pipe is not None and not pipe.closed:
                try:
                    pipe.close()
                except BrokenPipeError:
                    pass

    # -- hands ----------------------------------------------------------------------------------------------------

    def scan(self, *codes: str) -> None:
        """Scan codes; each is a row, red or not, when this returns."""
        for code in codes:
            self.ask(do="scan", code=code)
        self.rest()

    def type(self, text: str) -> None:
        """Type a line into whatever has the focus, and press Enter."""
        self.ask(do="type", text=text)
        self.rest()

    def key(self, name: str) -> None:
        """Press a key: ``F10``, ``Ctrl+Z``, ``Alt+2``."""
        self.ask(do="key", name=name)
        self.rest()

    def rest(self) -> None:
        """Wait until nothing is on its way any more."""
        self.until(lambda: self.state()["quiet"], "the till does not come to rest")

    # -- eyes -----------------------------------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """Return what a person sees: rows, message, lamps, open windows."""
        return self.ask(do="state")

    def rows(self) -> list[tuple[str, int]]:
        """Return the rows of the open sale as SKU (or unknown code) and quantity in thousandths."""
        return [(name, qty) for name, qty in self.state()["rows"]]

    def said(self) -> str:
        """Return what the message bar says."""
        return str(self.state()["said"])

    def on_screen(self, sku: str) -> str:
        """Return the on-hand figure of an item as the Stock screen shows it, or an empty text."""
        return str(self.ask(do="stock", sku=sku)["on_hand"])

    def value(self, sql: str, *params: Any) -> Any:
        """Ask the database, past the program."""
        with open_shop(self.url) as db:
            return db.value(sql, params)

    def sales(self) -> int:
        """Return how many sales are posted."""
        return int(self.value("SELECT count(*) FROM document WHERE kind = 'sale'"))

    def errors(self) -> str:
        """Return what the program wrote to its standard error and its logs."""
        texts = [self._home / "stderr.txt", *self._home.rglob("*.log")]
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in texts)

    def until(self, done: Callable[[], object], otherwise: str, seconds: float = ANSWER_SECONDS) -> None:
        """Wait until the other process has done something; fail with a sentence."""
        pause, end = threading.Event(), time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, otherwise
            assert self.process.poll() is None, f"the till ended: {self.errors()[-2_000:]}"
            pause.wait(0.02)

    def ask(self, **command: Any) -> dict[str, Any]:
        """Have one command carried out and return the answer."""
        self._tell(command)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the till ended: {self.errors()[-2_000:]}"
        answer: dict[str, Any] = json.loads(line)
        assert "mistake" not in answer, answer["mistake"]
        return answer

    def _tell(self, command: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()


# --- the process itself


def main(url: str, as_name: str) -> int:
    """Run the program and the hands beside it."""
    from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
    from PySide6.QtGui import QKeyEvent, QKeySequence
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from shopstock import app
    from shopstock.ui.crash import CrashDialog
    from shopstock.ui.main_window import MainWindow
    from shopstock.ui.scanner import Scanner

    class Hands(QObject):
        told = Signal(str)

        def __init__(self) -> None:
            super().__init__()
            self._now = 1_000
            self.told.connect(self._do, Qt.ConnectionType.QueuedConnection)
            threading.Thread(target=self._listen, daemon=True).start()

        def _listen(self) -> None:
            for line in sys.stdin:
                self.told.emit(line)

        def _do(self, line: str) -> None:
            command = json.loads(line)
            if command["do"] == "close":
                self.window().close()
                return
            try:
                answer = getattr(self, command.pop("do"))(**command) or {}
            except Exception as error:
                answer = {"mistake": repr(error)}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()

        def window(self) -> Any:
            return next((w for w in application.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()), None)

        def _press(self, key: Qt.Key, text: str, pause: int) -> None:
            self._now += pause
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
                event.setTimestamp(self._now)
                QCoreApplication.sendEvent(QApplication.focusWidget() or self.window(), event)

        def _write(self, text: str, first: int, then: int) -> None:
            for place, character in enumerate(text):
                key = Qt.Key(ord(character.upper())) if ord(character) < 128 else Qt.Key.Key_unknown
                self._press(key, character, then if place else first)
                if then == TYPED_MS:
                    self._settle()
            self._press(Qt.Key.Key_Return, "\r", then)

        def _settle(self) -> None:
            scanner = self.window().findChild(Scanner)
            while scanner._held:
                application.processEvents()

        def scan(self, code: str) -> None:
            self._write(code, TYPED_MS, BURST_MS)

        def type(self, text: str) -> None:
            self._write(text, TYPED_MS, TYPED_MS)

        def key(self, name: str) -> None:
            combination = QKeySequence(name)[0]
            QTest.keyClick(QApplication.focusWidget() or self.window(), combination.key(),
                           combination.keyboardModifiers())  # fmt: skip

        def state(self) -> dict[str, Any]:
            window = self.window()
            if window is None or window.shop.acting is None:
                return {"ready": False}
            sale, message = window.opened("sell").sale, window.messages.current()
            return {
                "ready": sale.ready,
                "quiet": window.findChild(Scanner).quiet and sale.idle,
                "saved": sale.saved,
                "rows": [[line.code if line.unknown else line.sku, line.qty] for line in sale.cart.lines],
                "said": "" if message is None else f"{message.fact} {message.consequence}".strip(),
                "lamps": {name: lamp.accessibleName() for name, lamp in window.strip._lamps.items()},
                "crashed": any(isinstance(w, CrashDialog) and w.isVisible() for w in application.topLevelWidgets()),
                "modal": application.activeModalWidget() is not None,
            }

        def stock(self, sku: str) -> dict[str, str]:
            model = self.window().opened("stock")._model
            for number in range(model.rowCount()):
                row = model.row_at(number)
                if row is not None and row.sku == sku:
                    column = next(n for n, one in enumerate(model.columns) if one.field == "on_hand")
                    return {"on_hand": str(model.index(number, column).data())}
            return {"on_hand": ""}

        def full(self, pages: int) -> None:
            """Let the file grow by no more than so many pages from now on, as on a full disk (SQLite)."""

            def limit(db: Any) -> None:
                most = db.value("PRAGMA page_count") + pages if pages >= 0 else 1_000_000_000
                db.value(f"PRAGMA max_page_count = {most}")

            self.window().shop.run(limit)

    application = app.application()
    hands = Hands()
    hands.setParent(application)
    return app.main(url, as_name=as_name or None)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
