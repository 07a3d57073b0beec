"""The quick keys below the rows: goods without a code, sorted by what this shop sells."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from shopstock.core.text import _
from shopstock.queries.items import QuickKey
from shopstock.ui import theme
from shopstock.ui.sell.till_button import TillButton

COLUMNS = 5
NUMBERED = 9
_LTR = "\N{LEFT-TO-RIGHT MARK}"


class QuickKeys(QWidget):
    """Nine keys, /1 to /9, and More."""

    chosen = Signal(int)  # item id
    more = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.S2)
        self.keys: list[TillButton] = []
        self._items: dict[int, QuickKey] = {}
        for place in range(NUMBERED):
            key = TillButton(stacked=True)
            key.clicked.connect(lambda _checked=False, n=place + 1: self.press(n))
            self.keys.append(key)
            grid.addWidget(key, place // COLUMNS, place % COLUMNS)
        self.more_key = TillButton(stacked=True)
        self.more_key.show_text(_("More"), _("all quick keys"))
        self.more_key.clicked.connect(self.more)
        grid.addWidget(self.more_key, 1, COLUMNS - 1)
        for column in range(COLUMNS):
            grid.setColumnStretch(column, 1)
        self.show_items(())

    def show_items(self, found: Sequence[QuickKey]) -> None:
        """Put items on the keys: those with a number of their own on it, the rest on what is free."""
        self._items = {one.key: one for one in found if 1 <= one.key <= NUMBERED}
        rest = [one for one in found if one.key not in self._items]
        for number in range(1, NUMBERED + 1):
            if number not in self._items and rest:
                self._items[number] = rest.pop(0)
            key, item = self.keys[number - 1], self._items.get(number)
            key.show_text(item.name if item is not None else "", f"{_LTR}/{number}")
            key.waiting = item is None

    def item(self, number: int) -> QuickKey | None:
        """Return what is on a key."""
        return self._items.get(number)

    def press(self, number: int) -> None:
        """Sell what is on a key."""
        item = self._items.get(number)
        if item is not None:
            self.chosen.emit(item.item_id)
