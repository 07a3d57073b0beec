"""What a search found, as a list right under the entry line: Up, Down and Enter, or a tap."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from shopstock.core.text import _
from shopstock.core.units import ItemId, Money, Qty
from shopstock.queries.search import Hit
from shopstock.ui import theme
from shopstock.ui.fields import label
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.table import Table

MOST = 8
_SHOWN = 5


class ResultRow(NamedTuple):
    """One item found."""

    id: ItemId
    name: str
    sku: str
    on_hand: Qty | None
    unit: str
    price: Money | None


class Results(QFrame):
    """The list. The focus stays in the entry line; ``chosen`` tells which item was picked."""

    chosen = Signal(int)

    def __init__(self, decimals: int, parent: QWidget | None = None, *, with_stock: bool = True) -> None:
        """Show what is on hand, unless whoever looks is not to know it."""
        super().__init__(parent)
        self.setProperty("role", "card")
        columns = (
            Column("name", _("Item"), weight=theme.MEDIUM, second="sku"),
            *((Column("on_hand", _("On hand"), "qty", 120, token="ink2", unit="unit"),) if with_stock else ()),
            Column("price", _("Price"), "money", 110, weight=theme.SEMIBOLD),
        )
        self.rows = RowsModel(columns, money_decimals=decimals)
        self.text = ""
        self.picked = False
        self.hide()

    @cached_property
    def table(self) -> Table:
        """The rows, made with the first search: many tills only ever scan."""
        table = Table(self.rows, _("Items found"), row_height=theme.ROW_TWO_LINES)
        self.rows.setParent(table)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.clicked.connect(self._clicked)
        return table

    def _build(self) -> None:
        self._none = label(_("Nothing found. Check the words, or scan the item."), "label")
        self._none.setContentsMargins(16, 12, 16, 12)
        self._none.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self.table)
        column.addWidget(self._none)

    def show_hits(self, text: str, hits: Sequence[Hit]) -> None:
        """Show what the words found; the best stands selected."""
        if self.layout() is None:
            self._build()
        self.text = text
        self.picked = False
        self.rows.set_rows(
            ResultRow(
                hit.id, hit.name, hit.sku, hit.on_hand if hit.stocked else None,
                "" if hit.unit == "piece" else hit.unit, None if hit.asks_price else hit.price,
            )
            for hit in hits[:MOST]
        )  # fmt: skip
        count = self.rows.rowCount()
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if count > _SHOWN else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.table.setVerticalScrollBarPolicy(policy)
        self.table.setVisible(count > 0)
        self._none.setVisible(count == 0)
        if count:
            self.table.select(0)
            self.table.scrollToTop()
        self.setFixedHeight(2 + theme.TABLE_HEAD + theme.ROW_TWO_LINES * min(count, _SHOWN) if count else 48)
        self.show()

    def go(self, by: int) -> None:
        """Select the row above or below."""
        count = self.rows.rowCount()
        self.picked = True
        self.table.select(max(0, min(self.table.currentIndex().row() + by, count - 1)))

    def first(self) -> int:
        """Return the item at the top of the list on show; 0 when there is none."""
        row = self.rows.row_at(0) if self.isVisible() else None
        return int(row.id) if row is not None else 0

    def take(self) -> bool:
        """Choose the selected item; false when there is none."""
        row = self.table.selected_row() if self.isVisible() else None
        if row is None:
            return False
        self.chosen.emit(row.id)
        return True

    def _clicked(self, index: QModelIndex) -> None:
        row = self.rows.row_at(index.row())
        if row is not None:
            self.chosen.emit(row.id)
