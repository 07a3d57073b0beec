"""The list of transfers: what is asked of this shop, what is on its way, what is over; what is overdue on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from shopstock.core.text import _
from shopstock.core.transfers import ON_THE_WAY, TransferState
from shopstock.core.units import LocationId
from shopstock.queries.transfers import Summary
from shopstock.ui import format as fmt
from shopstock.ui import theme
from shopstock.ui.orders.frame import FilterField
from shopstock.ui.receive.page import sentence, table_card
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.segments import Segments
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table
from shopstock.ui.transfers import reading, words

_NARROW = 560
OPEN, ASKED, WAY, OVER = "open", "asked", "way", "over"


class ListRow(NamedTuple):
    """One transfer of the list."""

    id: int
    number: str
    way: str
    second: str
    chip: Chip
    when: str
    overdue: bool


class TransferList(QWidget):
    """The list. ``opened`` tells which transfer somebody wants to see."""

    opened = Signal(int)

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._open: list[Summary] = []
        self._recent: list[Summary] = []
        self._named: list[Summary] | None = None
        self.here = LocationId(0)
        self.parts = Segments(_("Which transfers"))
        for value, text in (
            (OPEN, _("Open")), (ASKED, _("Asked of us")), (WAY, _("On their way")), (OVER, _("Recent"))
        ):  # fmt: skip
            self.parts.add(value, text)
        self.parts.chosen.connect(lambda _part: self._show())
        self.filter = FilterField(_("Search the transfers"), _("Search"))
        self.filter.changed.connect(self._search)
        self.rows = RowsModel(
            (
                Column("number", _("Transfer"), width=96, weight=theme.MEDIUM),
                Column("way", _("From → to"), second="second", weight=theme.MEDIUM),
                Column("chip", _("State"), "chip", 148, chips=lambda row: (row.chip,)),
                Column("when", _("Since"), width=168, token="ink2"),
            )
        )
        self.table = Table(self.rows, _("Transfers"), row_height=theme.ROW_TWO_LINES)
        self.rows.setParent(self.table)
        self.table.opened.connect(lambda row: self.opened.emit(row.id))
        self.table.clicked.connect(lambda index: self.opened.emit(self.rows.row_at(index.row()).id))
        self.filter.left.connect(self.take_focus)
        self._none = sentence("")
        self._none.setContentsMargins(0, theme.S3, 0, 0)
        empty = QWidget()
        column = QVBoxLayout(empty)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._none)
        column.addStretch(1)
        body = QWidget()
        self._stack = QStackedLayout(body)
        self._stack.addWidget(table_card(self.table))
        self._stack.addWidget(empty)
        line = QHBoxLayout()
        line.setSpacing(theme.S3)
        line.addWidget(self.parts)
        line.addWidget(self.filter, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S2)
        layout.addLayout(line)
        layout.addWidget(body, 1)

    def show_lists(self, open_: Sequence[Summary], recent: Sequence[Summary], here: LocationId) -> None:
        """Show these transfers, as seen from a shop."""
        self._open, self._recent, self.here = list(open_), list(recent), here
        self._show()

    def take_focus(self) -> None:
        """Go to the rows."""
        if self.table.selected_row() is None:
            self.table.select(0)
        self.table.setFocus()

    def _search(self, text: str) -> None:
        if not text.strip():
            self._named = None
            self._show()
            return
        self._shop.read(
            reading.transfers_named, text.strip(), then=self._found, key=("transfers-search", id(self)), asked_by=self
        )

    def _found(self, found: list[Summary]) -> None:
        if self.filter.text().strip():
            self._named = found
            self._show()

    def _part(self, part: str) -> list[Summary]:
        match part:
            case "asked":
                return [
                    one for one in self._open
                    if one.head.state is TransferState.REQUESTED and one.head.from_shop_id == self.here
                ]  # fmt: skip
            case "way":
                return [one for one in self._open if one.head.state in ON_THE_WAY]
            case "over":
                return self._recent
        return self._open

    def _show(self) -> None:
        for part in (OPEN, ASKED, WAY):
            self.parts.count(part, len(self._part(part)))
        shown = self._named if self._named is not None else self._part(self.parts.value())
        # What is overdue stands on top; the rest keeps its order, the newest first.
        ordered = sorted(shown, key=lambda one: not one.head.overdue)
        self.rows.set_rows(_row(one, self.here) for one in ordered)
        self._stack.setCurrentIndex(0 if ordered else 1)
        self._none.setText(self._nothing())

    def _nothing(self) -> str:
        if self._named is not None:
            return _("No transfer matches these words. Clear them with Esc.")
        return {
            OPEN: _("No transfer is open. Ask another shop for goods (Ctrl+N), or send some (Ctrl+T)."),
            ASKED: _("Nobody asks this shop for goods."),
            WAY: _("Nothing is on its way between shops."),
            OVER: _("No transfer has arrived yet."),
        }[self.parts.value()]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.setColumnHidden(3, self.width() < _NARROW + 168)
        self.filter.setVisible(self.width() > _NARROW)


def _row(one: Summary, here: LocationId) -> ListRow:
    head = one.head
    return ListRow(
        head.id, head.number, words.way(head), words.second(one), words.state_chip(head, here), words.when(head),
        head.overdue,
    )  # fmt: skip


def summary_words(rows: Sequence[Summary], here: LocationId) -> str:
    """Say in a line what waits: how many are asked for from here, on their way to here, and overdue."""
    to_pack = sum(1 for one in rows if one.head.state is TransferState.REQUESTED and one.head.from_shop_id == here)
    coming = sum(1 for one in rows if one.head.state in ON_THE_WAY and one.head.to_shop_id == here)
    late = sum(1 for one in rows if one.head.overdue)
    parts = [
        words_.format(n=fmt.number(count))
        for count, words_ in (
            (to_pack, _("{n} to pack")), (coming, _("{n} on the way here")), (late, _("{n} overdue"))
        )
        if count
    ]  # fmt: skip
    return " · ".join(parts)
