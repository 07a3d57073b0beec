"""Search as you type: asks after a short pause, shows the newest answer only, in the list under the entry line."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from shopstock.queries import search
from shopstock.queries.search import Hit
from shopstock.ui.sell.entry_line import EntryLine
from shopstock.ui.sell.results import Results
from shopstock.ui.shop import Shop

PAUSE_MS = 60
_KEY = "till search"
_SAYS_NOTHING_FROM = 3


def words_of(line: str) -> str:
    """Return what of a typed line is searched for: not its quantity, and nothing that is no words."""
    text = line.rpartition("*")[2].strip()
    return "" if len(text) < 2 or text[0] in "/+-$" or text[-1] in "%-" else text


class Finder(QObject):
    """Fills the list while somebody types."""

    shown = Signal(bool)

    def __init__(
        self, shop: Shop, entry: EntryLine, results: Results, parent: QObject | None = None,
        find: Callable[..., list[Hit]] = search.find_or_nearest,
    ) -> None:  # fmt: skip
        """Fill ``results`` from ``entry``; ``find`` is asked where another search than the till's is wanted."""
        super().__init__(parent)
        self._find = find
        self._shop = shop
        self._entry = entry
        self._results = results
        self.on = True
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        entry.typed.connect(lambda _text: self._pause.start())

    def show(self, text: str, hits: list[Hit]) -> None:
        """Show what was found for words."""
        self._results.show_hits(text, hits)
        self.shown.emit(True)

    def hide(self) -> None:
        """Close the list and drop an answer that is still on its way."""
        self._pause.stop()
        self._shop.forget(_KEY)
        self._results.hide()
        self.shown.emit(False)

    def _ask(self) -> None:
        text = words_of(self._entry.line.text())
        acting = self._shop.acting
        if not text or acting is None or not self.on:
            self.hide()
            return
        self._shop.read(
            self._find, text, acting.location_id, then=lambda hits: self._found(text, hits),
            failed=lambda _error: None, key=_KEY, asked_by=self,
        )  # fmt: skip

    def _found(self, text: str, hits: list[Hit]) -> None:
        if words_of(self._entry.line.text()) != text:
            return
        if hits or (len(text) >= _SAYS_NOTHING_FROM and not text.isdigit()):
            self.show(text, hits)
        else:
            self.hide()
