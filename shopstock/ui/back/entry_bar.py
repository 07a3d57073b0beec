"""The line where a code, words or a number is typed, with what the words find above it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from shopstock.core.text import _
from shopstock.core.units import ItemId, Qty
from shopstock.ui import format as fmt
from shopstock.ui import theme
from shopstock.ui.back.scanning import Scanning
from shopstock.ui.sell.entry_line import EntryLine
from shopstock.ui.sell.finder import Finder
from shopstock.ui.sell.results import Results
from shopstock.ui.shop import Shop


class EntryBar(QWidget):
    """The line. ``moved`` goes up or down in the rows, ``left`` gives the keys back to them."""

    moved = Signal(int)
    left = Signal()

    def __init__(self, shop: Shop, digits: int) -> None:
        super().__init__()
        self._scanning: Scanning | None = None
        self.finding = ""
        self.entry = EntryLine()
        self.entry.setFixedHeight(theme.CONTROL + 2)
        self.results = Results(digits)
        self.finder = Finder(shop, self.entry, self.results, self)
        self.entry.line.entered.connect(self._entered)
        self.entry.line.stepped.connect(self._stepped)
        self.entry.line.moved.connect(self._moved)
        self.entry.line.escaped.connect(self._escaped)
        self.entry.chip_pressed.connect(lambda: self._scanning.set_times(None) if self._scanning else None)
        self.results.chosen.connect(self._chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S2)
        column.addWidget(self.results)
        column.addWidget(self.entry)
        self.setFocusProxy(self.entry)

    def use(self, scanning: Scanning) -> None:
        """Type into this queue of scans."""
        self._scanning = scanning
        scanning.times_changed.connect(self._times_changed)
        scanning.looked_up.connect(self._looked_up)
        scanning.line_refused.connect(self._give_back)

    def go(self) -> None:
        """Put the keys here."""
        self.entry.line.setFocus()

    def type(self, text: str) -> None:
        """Go on with a text that was typed elsewhere."""
        self.entry.type(text)

    def take_key(self, event: QKeyEvent) -> bool:
        """Take a key that was pressed on the rows, if it is one of a line."""
        text = event.text()
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if plain and text in ("+", "-"):
            self._stepped(1 if text == "+" else -1)
            return True
        if plain and text.strip() and text.isprintable():
            self.type(text)
            return True
        return False

    def find_for(self, code: str) -> None:
        """Look for the item that an unknown code belongs to."""
        self.finding = code
        self.go()
        self.entry.show_task(_("Find the item for {code}").format(code=code))

    def escape(self) -> bool:
        """Esc closes one thing, and tells whether there was one."""
        if self.entry.line.text() or self.results.isVisible():
            self.entry.set_text("")
            self.finder.hide()
        elif self.finding:
            self.finding = ""
            self.entry.show_task("")
        elif self._scanning is not None and self._scanning.times is not None:
            self._scanning.set_times(None)
        else:
            return False
        return True

    def _escaped(self) -> None:
        if not self.escape():
            self.left.emit()

    def _entered(self, text: str) -> None:
        if self.results.isVisible() and (self.results.picked or not text.strip()) and self.results.take():
            return
        if text.strip() and self._scanning is not None:
            self.finder.hide()
            self.entry.set_text("")
            self._scanning.type(text)

    def _stepped(self, by: int) -> None:
        if self._scanning is not None:
            self._scanning.step(by)

    def _moved(self, by: int) -> None:
        if self.results.isVisible():
            self.results.go(by)
        else:
            self.moved.emit(by)

    def _give_back(self, text: str) -> None:
        self.go()
        if not self.entry.line.text():
            self.entry.set_text(text)
            self.entry.line.selectAll()

    def _looked_up(self, text: str, hits: list[object]) -> None:
        self._give_back(text)
        self.finder.show(text, hits)  # type: ignore[arg-type]

    def _chosen(self, item_id: int) -> None:
        before, star, _after = self.entry.line.text().partition("*")
        self.entry.set_text("")
        self.finder.hide()
        if self._scanning is None:
            return
        if star and before.strip():
            self._scanning.type(f"{before}*")
        code, self.finding = self.finding, ""
        self.entry.show_task("")
        self._scanning.choose(ItemId(item_id), code)

    def _times_changed(self, qty: Qty | None) -> None:
        self.entry.show_times(fmt.qty(qty) if qty is not None else "")
