"""Choose a place: by its label, by typing its name, or from the list of all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from shopstock.core import places as place_rules
from shopstock.core.outcome import UnknownCode
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import LocationId
from shopstock.queries import places
from shopstock.queries.places import Place
from shopstock.ui import sounds, theme
from shopstock.ui.receive.page import table_card
from shopstock.ui.receive.panels import SidePanel
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.table import Table


class _Row(NamedTuple):
    id: LocationId
    path: str


class PlacePanel(SidePanel):
    """The panel. ``every`` offers a first row that chooses no place at all, with its words."""

    def __init__(
        self, title: str, plain: str, among: Sequence[Place], take: Callable[[Place], object],
        now: LocationId | None = None, *, every: str = "", take_every: Callable[[], object] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(title, plain)
        self._among = {place.id: place for place in among}
        self._take, self._every, self._take_every = take, every, take_every
        self.line = QLineEdit()
        self.line.setMaxLength(80)
        self.line.setFixedHeight(theme.CONTROL)
        self.line.setPlaceholderText(_("Name of the place"))
        self.line.setAccessibleName(_("Name of the place"))
        self.line.textChanged.connect(lambda _text: self._fill())
        self.line.installEventFilter(self)
        self.rows = RowsModel((Column("path", _("Place"), weight=theme.MEDIUM),))
        self.table = Table(self.rows, _("Places"))
        self.rows.setParent(self.table)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.clicked.connect(lambda index: self._choose(self.rows.row_at(index.row())))
        self.add(self.line)
        self.parts.addWidget(table_card(self.table), 1)
        self.first = self.line
        self._fill()
        if now is not None:
            self.table.select(self.rows.index_of(now))

    def _fill(self) -> None:
        words = self.line.text().casefold().split()
        rows = [_Row(LocationId(0), self._every)] if self._every and not words else []
        rows += [
            _Row(place.id, place_rules.inside(place.path))
            for place in self._among.values()
            if all(word in f"{place.path} {place.code}".casefold() for word in words)
        ]
        self.rows.set_rows(rows)
        self.table.select(0)

    def _choose(self, row: _Row | None) -> None:
        if row is None:
            self.say(_("No place has this name. Clear it to see all."))
        elif row.id:
            self._take(self._among[row.id])
        elif self._take_every is not None:
            self._take_every()

    def take_scan(self, scan: Scan) -> bool:
        """Take the label of a place; anything else belongs to the page."""
        try:
            key = place_rules.code_key(scan.code)
        except UnknownCode:
            return False
        found = next((one for one in self._among.values() if place_rules.code_key(one.code or one.name) == key), None)
        found = found or places.named(self._among.values(), scan.code)
        if found is None:
            return False
        sounds.yes()
        self._take(found)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
            if by is not None:
                row = self.table.currentIndex().row() + by
                self.table.select(max(0, min(row, self.rows.rowCount() - 1)))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose(self.table.selected_row())
                return True
        return super().eventFilter(watched, event)
