"""The templates at the side of the editor, each with what waits to be saved, which is usual, and its size."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from shopstock.core import labels
from shopstock.core.text import _
from shopstock.ui import theme
from shopstock.ui.labels.draft import Entry
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.table import Table


class _Row(NamedTuple):
    place: int
    name: str
    about: str


class TemplateList(Table):
    """The list. ``chosen`` tells the place of the template that a person went to."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._rows = RowsModel((Column("name", _("Template"), weight=theme.MEDIUM, second="about"),))
        super().__init__(self._rows, _("Label templates"), parent, row_height=theme.ROW_TWO_LINES)
        self._rows.setParent(self)
        self.selectionModel().currentRowChanged.connect(lambda now, _before: self.chosen.emit(now.row()))

    def show_entries(self, entries: list[Entry]) -> None:
        """Show the templates."""
        self._rows.set_rows(
            _Row(place, entry.now.name or _("no name"), _about(entry)) for place, entry in enumerate(entries)
        )


def _about(entry: Entry) -> str:
    now = entry.now
    size = _("{size} mm").format(size=labels.size_text(now.width, now.height)) if now.width and now.height else ""
    parts = (_("not saved") if entry.edited else "", _("usual") if entry.usual else "", size or _("any size"))
    return " · ".join(part for part in parts if part)
