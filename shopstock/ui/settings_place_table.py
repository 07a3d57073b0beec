"""The table of the tree of places: each indented below what it lies in, with an icon that says what it is."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from shopstock.core.places import Kind, Level
from shopstock.core.text import _
from shopstock.queries.places import Place
from shopstock.ui import format as fmt
from shopstock.ui import icons, theme
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.table import RowDelegate, Table

LEVEL_ICONS = {Level.SHOP: "building-store", Level.ROOM: "door", Level.ZONE: "layout-grid", Level.BIN: "archive"}
_STEP, _ICON = 24, 20
_MOST_ROWS = 7


def _chips(place: Place) -> list[Chip]:
    chips = []
    if place.kind == Kind.SET_ASIDE:
        chips.append(Chip(_("set aside"), "lock", "warn"))
    if not place.active:
        chips.append(Chip(_("retired"), "archive", "outline"))
    return chips


class _Delegate(RowDelegate):
    """Indents the name and paints the icon of its level before it."""

    def paint_cell(
        self, painter: QPainter, view: Table, inner: QRect, column: Column, row: Any, index: Any, tinted: bool
    ) -> None:
        if column.field != "name":
            super().paint_cell(painter, view, inner, column, row, index, tinted)
            return
        indent = row.depth * _STEP
        spot = QRect(QPoint(0, 0), QSize(_ICON, _ICON))
        spot.moveCenter(QPoint(0, inner.center().y()))
        if view.isRightToLeft():
            spot.moveRight(inner.right() - indent)
            inner = inner.adjusted(0, 0, -indent - _ICON - theme.S2, 0)
        else:
            spot.moveLeft(inner.left() + indent)
            inner = inner.adjusted(indent + _ICON + theme.S2, 0, 0, 0)
        icons.paint(painter, LEVEL_ICONS[row.level], spot, theme.current().ink2)
        super().paint_cell(painter, view, inner, column, row, index, tinted)


class PlaceTable(Table):
    """The table; it grows with its rows up to a limit, then scrolls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.rows = RowsModel(
            (
                Column("name", _("Place"), weight=theme.MEDIUM, chips=_chips),
                Column("code", _("Label code"), width=116, token="ink2"),
                Column("stations", _("Tills and desks"), width=140, token="ink2", text=_stations),
                Column("items", _("Items"), "number", 76, text=lambda row: fmt.number(row.items) if row.items else ""),
            ),
            key="id",
        )
        super().__init__(self.rows, _("Places"), parent, row_height=theme.ROW_DENSE)
        self.rows.setParent(self)
        self.setItemDelegate(_Delegate(self))

    def show_places(self, places: list[Place]) -> None:
        """Show these places; the selected one stays, else the first is."""
        before = self.selected_row()
        self.rows.set_rows(places)
        at = -1 if before is None else self.rows.index_of(before.id)
        if at >= 0 and at != self.currentIndex().row():
            self.select(at)  # it lies elsewhere now
        head = self.horizontalHeader().height()
        self.setFixedHeight(head + max(1, min(len(places), _MOST_ROWS)) * theme.ROW_DENSE + 2)
        if self.selected_row() is None:
            self.select(0)

    def choose(self, place_id: int) -> None:
        """Select a place."""
        self.select(self.rows.index_of(place_id))


def _stations(place: Place) -> str:
    return ", ".join(place.stations)
