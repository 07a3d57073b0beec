"""The suppliers: who they are, how long they promise and really take, what they sell the shop."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from shopstock.core.text import _, ngettext
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt
from shopstock.ui.orders import frame, reading, words
from shopstock.ui.orders.reading import SupplierLine
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table

DISPENSABLE = ("currency", "items")
NAME_ROOM = 220


class SuppliersPage(QWidget):
    """The list. ``opened`` tells which supplier somebody wants to see, ``new_asked`` that a new one is wanted."""

    opened = Signal(int)
    new_asked = Signal()
    shown = Signal()

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._count = 0
        self.filter = frame.FilterField(_("Filter the suppliers"), _("a part of the name"))
        self.filter.changed.connect(lambda _words: self.refresh())
        self.retired = QCheckBox(_("Retired too"))
        self.retired.toggled.connect(lambda _on: self.refresh())
        self._model = RowsModel(
            (
                Column("name", _("Supplier"), weight=theme.MEDIUM, second="about", chips=_retired),
                Column("currency", _("Currency"), width=92, token="ink2", text=lambda row: row.currency or fmt.EMPTY),
                Column("lead_days", _("Promised, days"), "number", 124, token="ink2"),
                Column("lead", _("Measured"), width=236, text=lambda row: words.lead_words(row.lead)),
                Column("items", _("Items"), "number", 76),
                Column("open_orders", _("Open orders"), "number", 112, theme.SEMIBOLD),
            ),
            self,
        )
        self.table = Table(self._model, _("Suppliers"), row_height=theme.ROW_TWO_LINES, head_height=theme.CONTROL)
        self.table.opened.connect(self._open)
        self.filter.left.connect(self._into_table)
        new = fields.Button(_("New supplier"), fields.PRIMARY, icon="plus", on_click=self.new_asked.emit)
        self._empty = frame.EmptyPage(
            _("The shop has no suppliers yet."),
            _("A supplier is who goods are ordered from: with them stand their codes, prices, packs and how long they"
              " take. Make the first, or import a list from the command line."), new,
        )  # fmt: skip
        self._none = frame.EmptyPage(_("No supplier matches these words."), _("Clear them with Esc."))
        body = QWidget()
        self._stack = QStackedLayout(body)
        for part in (frame.card(self.table), self._empty, self._none):
            self._stack.addWidget(part)
        line = QHBoxLayout()
        line.setSpacing(theme.S3)
        line.addWidget(self.filter, 1)
        line.addWidget(self.retired)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addLayout(line)
        layout.addWidget(body, 1)
        self.setFocusProxy(self.table)

    def refresh(self) -> None:
        """Read the list."""
        self._shop.read(
            reading.supplier_list, self.filter.text(), self.retired.isChecked(), then=self._show,
            key=("suppliers", id(self)),
        )  # fmt: skip

    def summary(self) -> str:
        """Say how many suppliers are listed."""
        return ngettext("{n} supplier", "{n} suppliers", self._count).format(n=fmt.number(self._count))

    def _show(self, view: reading.SuppliersView) -> None:
        self._count = len(view.rows)
        self._model.set_rows(view.rows)
        self._stack.setCurrentIndex(0 if view.rows else 2 if view.any else 1)
        if view.rows and self.table.selected_row() is None:
            self.table.select(0)
        self._fit()
        self.shown.emit()

    def _open(self, row: SupplierLine | None) -> None:
        if row is not None:
            self.opened.emit(row.id)

    def _into_table(self) -> None:
        self.table.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        frame.fit_columns(self.table, DISPENSABLE, NAME_ROOM, width=self.width())


def _retired(row: SupplierLine) -> tuple[Chip, ...]:
    return () if row.active else (Chip(_("retired"), "archive", "outline"),)
