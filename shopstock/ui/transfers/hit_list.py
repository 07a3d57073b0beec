"""What words find, right under the entry line: places first, then items; Up, Down and Enter, or a tap."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from shopstock.core import places as place_rules
from shopstock.core.text import _
from shopstock.core.units import ItemId, Qty
from shopstock.queries.places import Place
from shopstock.ui import theme
from shopstock.ui.fields import label
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.table import Table
from shopstock.ui.transfers.reading import Hits

_MOST, _SHOWN = 10, 4


class HitRow(NamedTuple):
    """One place or item found."""

    key: str
    name: str
    second: str
    on_hand: Qty | None
    place: Place | None
    item_id: ItemId


class HitList(QFrame):
    """The list. The focus stays in the entry line."""

    place_chosen = Signal(object)  # queries.places.Place
    item_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.picked = False
        self.rows = RowsModel(
            (
                Column("name", _("Place or item"), weight=theme.MEDIUM, second="second", chips=_place_chip),
                Column("on_hand", _("Here"), "qty", 120, token="ink2"),
            )
        )
        self.table = Table(self.rows, _("Places and items found"), row_height=theme.ROW_TWO_LINES)
        self.rows.setParent(self.table)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.clicked.connect(self._clicked)
        self._none = label(_("Nothing found. Check the words, or scan."), "label")
        self._none.setContentsMargins(16, 12, 16, 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self.table)
        column.addWidget(self._none)
        self.hide()

    def show_hits(self, hits: Hits) -> None:
        """Show what the words found; the first stands selected."""
        rows = [
            HitRow(f"p{place.id}", place.name, place_rules.inside(place.path), None, place, ItemId(0))
            for place in hits.places
        ]
        rows += [
            HitRow(f"i{hit.id}", hit.name, hit.sku, hit.on_hand, None, hit.id) for hit in hits.items if hit.stocked
        ]
        self.picked = False
        self.rows.set_rows(rows[:_MOST])
        count = self.rows.rowCount()
        bar = Qt.ScrollBarPolicy
        self.table.setVerticalScrollBarPolicy(bar.ScrollBarAsNeeded if count > _SHOWN else bar.ScrollBarAlwaysOff)
        self.table.setVisible(count > 0)
        self._none.setVisible(not count)
        if count:
            self.table.select(0)
            self.table.scrollToTop()
        self.setFixedHeight(2 + theme.TABLE_HEAD + theme.ROW_TWO_LINES * min(count, _SHOWN) if count else 48)
        self.show()

    def go(self, by: int) -> None:
        """Select the row above or below."""
        self.picked = True
        self.table.select(max(0, min(self.table.currentIndex().row() + by, self.rows.rowCount() - 1)))

    def take(self) -> bool:
        """Choose the selected row; false when there is none."""
        row = self.table.selected_row() if self.isVisible() else None
        if row is None:
            return False
        self._choose(row)
        return True

    def _clicked(self, index: QModelIndex) -> None:
        row = self.rows.row_at(index.row())
        if row is not None:
            self._choose(row)

    def _choose(self, row: HitRow) -> None:
        if row.place is not None:
            self.place_chosen.emit(row.place)
        else:
            self.item_chosen.emit(int(row.item_id))


def _place_chip(row: HitRow) -> tuple[Chip, ...]:
    return (Chip(_("place"), "building-store", "plain"),) if row.place is not None else ()
