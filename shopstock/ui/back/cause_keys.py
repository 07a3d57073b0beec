"""The causes as large keys: what is scanned next is written off for the chosen one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from shopstock.core.text import _
from shopstock.queries.causes import Cause
from shopstock.ui import theme
from shopstock.ui.sell.till_button import TillButton

_LEAST = 136
_MOST = 8


class CauseKeys(QWidget):
    """The keys. ``chosen`` tells the cause that was pressed."""

    chosen = Signal(str)

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name or _("Why goods are written off"))
        self.keys: dict[str, TillButton] = {}
        self._causes: tuple[Cause, ...] = ()
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.S2)

    def show_causes(self, causes: Sequence[Cause], chosen: str = "") -> None:
        """Show these, one of them chosen."""
        if tuple(causes) != self._causes:
            self._causes = tuple(causes)
            for key in self.keys.values():
                self._grid.removeWidget(key)
                key.hide()
                key.deleteLater()
            self.keys = {}
            for cause in causes:
                made = TillButton(cause.name, stacked=cause.needs_evidence, centered=not cause.needs_evidence)
                if cause.needs_evidence:
                    made.show_text(cause.name, _("with a photo or file"))
                made.clicked.connect(partial(self._press, cause.key))
                self.keys[cause.key] = made
            self._columns = 0
            self._lay_out()
        self.mark(chosen)

    def mark(self, chosen: str) -> None:
        """Show one as chosen."""
        for cause, key in self.keys.items():
            kind = "chosen" if cause == chosen else "outline"
            if key.kind != kind:
                key.kind = kind
                key.setAccessibleDescription(_("chosen") if cause == chosen else "")
                key.update()

    def choose(self, place: int) -> None:
        """Press the key at a place, counted from 0."""
        keys = list(self.keys)
        if 0 <= place < len(keys):
            self._press(keys[place])

    def _press(self, cause: str, _checked: bool = False) -> None:
        self.mark(cause)
        self.chosen.emit(cause)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        columns = max(1, min(_MOST, self.width() // _LEAST, len(self.keys) or 1))
        if columns == self._columns:
            return
        self._columns = columns
        for place, key in enumerate(self.keys.values()):
            self._grid.addWidget(key, place // columns, place % columns)
            key.show()
