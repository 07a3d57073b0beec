"""The goods receipts to choose from: one, or several that are ticked."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from shopstock.core.text import _
from shopstock.core.units import DocumentId, Instant, Money
from shopstock.queries.goods_receipts import ReceiptRow
from shopstock.ui import format as fmt
from shopstock.ui import theme
from shopstock.ui.receive.start_page import TickDelegate
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.table import Table


class _Row(NamedTuple):
    id: DocumentId
    document: str
    second: str
    at: Instant
    value: Money | None
    ticked: bool


class ReceiptList(Table):
    """The list. ``chosen`` tells the selected goods receipt; with ``several`` a click or Space ticks."""

    chosen = Signal(object)  # ReceiptRow
    ticked_changed = Signal()

    def __init__(self, digits: int, parent: QWidget | None = None, *, several: bool = False) -> None:
        columns = [
            Column("document", _("Goods receipt"), weight=theme.MEDIUM, second="second"),
            Column("at", _("When"), width=144, text=lambda row: fmt.instant(row.at), token="ink2"),
        ]
        if several:
            columns.insert(0, Column("ticked", "", width=52, text=lambda row: _("ticked") if row.ticked else ""))
            columns.append(Column("value", _("Cost"), "money", 100, theme.SEMIBOLD))
        self._rows_model = RowsModel(columns, key="id", money_decimals=digits)
        super().__init__(self._rows_model, _("Goods receipts"), parent, row_height=theme.ROW_TWO_LINES)
        self._rows_model.setParent(self)
        self._several = several
        self._receipts: dict[DocumentId, ReceiptRow] = {}
        self._ticks: set[DocumentId] = set()
        self.setMinimumWidth(300)
        self.installEventFilter(self)
        self.selectionModel().currentRowChanged.connect(lambda _now, _before: self._selected())
        if several:
            self.setItemDelegate(TickDelegate(self))
            self.clicked.connect(lambda index: self._tick(self._rows_model.row_at(index.row())))
            self.opened.connect(self._tick)

    @property
    def count(self) -> int:
        """How many goods receipts there are."""
        return len(self._receipts)

    @property
    def ticked(self) -> list[ReceiptRow]:
        """The goods receipts that are ticked."""
        return [one for id_, one in self._receipts.items() if id_ in self._ticks]

    def show_receipts(self, receipts: list[ReceiptRow]) -> None:
        """Show these; ticks stay."""
        self._receipts = {one.document_id: one for one in receipts}
        self._ticks &= set(self._receipts)
        self._show()
        if self.selected_row() is None and receipts:
            self.select(0)

    def untick(self) -> None:
        """Take every tick away."""
        self._ticks.clear()
        self._show()

    def _show(self) -> None:
        self._rows_model.set_rows(
            _Row(
                one.document_id, one.document, " · ".join(part for part in (one.supplier, one.reference) if part),
                one.occurred_at, one.value, one.document_id in self._ticks,
            )
            for one in self._receipts.values()
        )  # fmt: skip

    def _selected(self) -> None:
        row = self.selected_row()
        if row is not None and row.id in self._receipts:
            self.chosen.emit(self._receipts[row.id])

    def _tick(self, row: _Row | None) -> None:
        if row is not None:
            self._ticks ^= {row.id}
            self._show()
            self.ticked_changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            self._several
            and watched is self
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
        ):
            self._tick(self.selected_row())
            return True
        return super().eventFilter(watched, event)
