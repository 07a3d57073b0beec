"""What is low: reorder point, what is here and on its way, what to order of it; one draft for each supplier."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from shopstock.core.purchasing import Proposed
from shopstock.core.text import _, ngettext
from shopstock.core.units import ItemId
from shopstock.queries.low_stock import LowRow
from shopstock.services import purchase
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt
from shopstock.ui.orders import frame, reading, words
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table

DISPENSABLE = ("order_up_to", "reorder_point", "on_hand")
NAME_ROOM = 190


class LowPage(QWidget):
    """The page. ``order_asked`` tells which order somebody wants to see, ``list_asked`` that the drafts are wanted."""

    order_asked = Signal(int)
    list_asked = Signal()
    shown = Signal()

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._chosen: set[ItemId] = set()
        self._rows: list[LowRow] = []
        self.filter = frame.FilterField(_("Filter what is low"), _("a name, a SKU or a supplier"))
        self.filter.changed.connect(lambda _words: self._filter())
        self._model = RowsModel(self._columns(), self)
        self.table = Table(self._model, _("Low stock"), row_height=theme.ROW_TWO_LINES, head_height=theme.CONTROL)
        self.table.clicked.connect(self._clicked)
        self.table.installEventFilter(self)
        self.filter.left.connect(self._into_table)
        self.draft = fields.Button(
            _("Draft orders for all"), fields.PRIMARY, icon="clipboard-check", on_click=self.propose
        )
        self._about = fields.label("", "label")
        self._empty = frame.EmptyPage(
            _("Nothing is low."),
            _("An item is listed here when its stock is at or below its reorder point. Set the reorder point and “order"
              " up to” on the item's card in Stock."),
        )  # fmt: skip
        body = QWidget()
        self._stack = QStackedLayout(body)
        for part in (frame.card(self.table), self._empty):
            self._stack.addWidget(part)
        line = QHBoxLayout()
        line.setSpacing(theme.S3)
        line.addWidget(self.filter, 1)
        line.addWidget(self.draft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addLayout(line)
        layout.addWidget(body, 1)
        layout.addWidget(self._about)
        self.setFocusProxy(self.table)

    def _columns(self) -> list[Column]:
        return [
            Column("item_id", "", "chip", 62, chips=self._tick),
            Column("name", _("Item"), second="sku"),
            Column("supplier", _("Supplier"), width=150, size=theme.SMALL, text=_supplier),
            Column("on_hand", _("On hand"), "qty", 78, token="ink2"),
            Column("available", _("Available"), "qty", 84, theme.SEMIBOLD),
            Column("reorder_point", _("Reorder at"), "qty", 92, token="ink2"),
            Column("order_up_to", _("Up to"), "qty", 70, token="ink2"),
            Column("on_order", _("On order"), "qty", 84, text=_expected),
            Column("suggested", _("Order"), "qty", 92, theme.SEMIBOLD, text=_suggested),
            Column("pack_qty", _("Packs"), "number", 88, token="ink2", text=_packs),
        ]  # fmt: skip

    def _tick(self, row: LowRow) -> tuple[Chip, ...]:
        if row.suggested <= 0 or row.supplier_id is None:
            return ()
        there = row.item_id in self._chosen
        return (Chip("", "circle-check" if there else "circle", "accent" if there else "plain"),)

    def refresh(self) -> None:
        """Read the list."""
        self._shop.read(reading.low, then=self._show, key=("low", id(self)))

    def summary(self) -> str:
        """Say how many items have to be ordered."""
        count = len(self._to_order())
        return ngettext("{n} item to order", "{n} items to order", count).format(n=fmt.number(count))

    def _to_order(self) -> list[LowRow]:
        return [row for row in self._rows if row.suggested > 0]

    def _show(self, rows: list[LowRow]) -> None:
        self._rows = rows
        self._chosen &= {row.item_id for row in rows if row.suggested > 0}
        self._filter()
        self.shown.emit()

    def _filter(self) -> None:
        typed = self.filter.text().casefold().split()
        rows = [
            row for row in self._rows
            if all(word in f"{row.name} {row.sku} {row.supplier}".casefold() for word in typed)
        ]  # fmt: skip
        self._model.set_rows(rows)
        self._stack.setCurrentIndex(0 if self._rows else 1)
        if rows and self.table.selected_row() is None:
            self.table.select(0)
        self._say()
        self._fit()

    def _say(self) -> None:
        to_order = self._to_order()
        sellers = {row.supplier_id for row in to_order if row.supplier_id is not None}
        orphans = sum(row.supplier_id is None for row in to_order)
        count = len(self._chosen)
        text = _("Draft orders for all") if not count else ngettext(
            "Draft orders for {n} item", "Draft orders for {n} items", count
        ).format(n=fmt.number(count))  # fmt: skip
        self.draft.setText(text)
        self.draft.setAccessibleName(text)
        self.draft.setEnabled(bool(sellers))
        parts = []
        if sellers:
            parts.append(ngettext("{n} supplier", "{n} suppliers", len(sellers)).format(n=fmt.number(len(sellers))))
        if orphans:
            parts.append(ngettext("{n} item has no supplier yet: name one on its card in Stock",
                                  "{n} items have no supplier yet: name one on their cards in Stock",
                                  orphans).format(n=fmt.number(orphans)))  # fmt: skip
        waiting = len(self._rows) - len(to_order)
        if waiting:
            said = ngettext(
                "{n} more is low, but enough is on its way", "{n} more are low, but enough is on its way", waiting
            )
            parts.append(said.format(n=fmt.number(waiting)))
        if not count and sellers:
            parts.append(_("the space bar chooses single items"))
        self._about.setText(" · ".join(parts))
        self._about.setVisible(bool(self._rows))

    # -- choosing -----------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space:
            self._toggle(self.table.selected_row())
            return True
        return False

    def _clicked(self, index: QModelIndex) -> None:
        if self._model.columns[index.column()].field == "item_id":
            self._toggle(self._model.row_at(index.row()))

    def _toggle(self, row: LowRow | None) -> None:
        if row is None or row.suggested <= 0 or row.supplier_id is None:
            return
        self._chosen ^= {row.item_id}
        self.table.viewport().update()
        self._say()

    def _into_table(self) -> None:
        self.table.setFocus()

    # -- ordering -----------------------------------------------------------------------------------------------------

    def propose(self) -> None:
        """Draft orders for the chosen items, or for all that have to be ordered."""
        chosen = frozenset(self._chosen) or None
        self._shop.run(purchase.propose, item_ids=chosen, then=self._proposed)

    def _proposed(self, made: Proposed) -> None:
        self._chosen.clear()
        self.refresh()
        if not made.lines:
            self._shop.say("info", _("There is nothing to order."), _("Enough is on its way, or in drafts."))
            return
        lines = ngettext("{n} line", "{n} lines", made.lines).format(n=fmt.number(made.lines))
        if len(made.order_ids) == 1:
            self._shop.say("ok", _("A draft with {lines} is ready.").format(lines=lines))
            self.order_asked.emit(made.order_ids[0])
        else:
            drafts = _("{n} drafts with {lines} are ready.").format(n=fmt.number(len(made.order_ids)), lines=lines)
            self._shop.say("ok", drafts, _("Look at each, then approve it."))
            self.list_asked.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        frame.fit_columns(self.table, DISPENSABLE, NAME_ROOM, width=self.width())


def _supplier(row: LowRow) -> str:
    return row.supplier or _("nobody known")


def _suggested(row: LowRow) -> str:
    return fmt.qty(row.suggested) if row.suggested > 0 else fmt.EMPTY


def _expected(row: LowRow) -> str:
    coming = row.on_order + row.in_drafts + row.in_transit
    return fmt.qty(coming) if coming else fmt.EMPTY


def _packs(row: LowRow) -> Any:
    return words.packs_words(row.suggested, row.pack_qty) or fmt.EMPTY if row.suggested > 0 else fmt.EMPTY
