"""What customers brought back: in what condition, what became of it, why, and who took it."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from shopstock.core.acting import Permission
from shopstock.core.outcome import Changes
from shopstock.core.returns import Condition, Outcome
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.queries import returned
from shopstock.queries.returned import ReturnedLine, ReturnSearch
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt
from shopstock.ui.back import periods
from shopstock.ui.back.page import Page
from shopstock.ui.orders.frame import EmptyPage, FilterField, card, fit_columns
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table

_TONES = {Outcome.STOCK: "ok", Outcome.SET_ASIDE: "warn", Outcome.SUPPLIER: "warn", Outcome.WRITE_OFF: "bad"}


class ReturnsPage(Page):
    """The list. Enter opens the document; goods are taken back on Sell."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop)
        self.filter = FilterField(_("Find returns"), _("an item, a reason or a person"))
        self.filter.changed.connect(lambda _words: self.refresh())
        self.filter.left.connect(self._into_table)
        self.period = periods.box(self.refresh)
        self.take_key = fields.Button(
            _("Take goods back"), fields.PRIMARY, icon="arrow-back-up", on_click=self.take_back
        )
        line = QHBoxLayout()
        line.setSpacing(theme.S3)
        line.addWidget(self.filter, 1)
        line.addWidget(self.period)
        line.addWidget(self.take_key)
        self._rows = RowsModel(
            (
                Column("name", _("Item"), weight=theme.MEDIUM, second="sku", chips=_undone),
                Column("condition", _("Condition"), width=116, text=_condition),
                Column("outcome", _("What became of it"), "chip", 176, chips=_outcome),
                Column("reason", _("Why"), width=140, token="ink2"),
                Column("person", _("Taken by"), width=120, token="ink2"),
                Column("at", _("When"), "instant", 144, token="ink2"),
                Column("qty", _("Quantity"), "qty", 92),
                Column("amount", _("Given back"), "money", 104, theme.SEMIBOLD),
            ),
            money_decimals=self.digits,
        )  # fmt: skip
        self.table = Table(self._rows, _("Goods that came back"), row_height=theme.ROW_TWO_LINES)
        self._rows.setParent(self.table)
        self.table.opened.connect(self._open)
        self._empty = EmptyPage("", "")
        body = QWidget()
        self._stack = QStackedLayout(body)
        self._stack.addWidget(card(self.table))
        self._stack.addWidget(self._empty)
        self.column.addLayout(line)
        self.column.addWidget(body, 1)
        self.setFocusProxy(self.table)

    def came_into_view(self) -> None:
        self.take_key.setVisible(self.may(Permission.SELL) and self.may(Permission.RETURN_WITH_SALE))
        self.refresh()

    def changed(self, changes: Changes) -> None:
        if changes.document is not None or "elsewhere" in changes.topics:
            self.refresh()

    def refresh(self) -> None:
        """Read the list."""
        since, until = periods.days(self.period)
        self._shop.read(
            returned.lines, ReturnSearch(since, until, self.filter.text().strip()), then=self._show,
            key=("returned", id(self)), asked_by=self,
        )  # fmt: skip

    def _show(self, rows: list[ReturnedLine]) -> None:
        self._rows.set_rows(rows)
        if rows and self.table.selected_row() is None:
            self.table.select(0)
        if self.filter.text().strip():
            self._empty.say(_("No return matches these words."), _("Clear them with Esc, or choose a longer period."))
        else:
            self._empty.say(
                _("Nothing came back in this period."),
                _("At the till, F11 takes goods back: scan the receipt, or find the sale."),
            )  # fmt: skip
        self._stack.setCurrentIndex(0 if rows else 1)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fit_columns(self.table, ("person", "condition", "reason", "at"), 200, width=self.width())

    def _into_table(self) -> None:
        self.table.setFocus()

    def _open(self, row: ReturnedLine | None) -> None:
        if row is not None:
            self.document_asked.emit(row.document.id)

    def take_back(self) -> None:
        """Go to the till, where goods are taken back."""
        window: Any = self.window()
        window.open_screen("sell")
        if window.current_screen == "sell":
            window.actions_.run("sell.return")

    def on_scan(self, scan: Scan) -> None:
        self.filter.setText(scan.code)

    def entry(self) -> None:
        self.filter.setFocus()

    def escape(self) -> bool:
        if self.filter.text():
            self.filter.setText("")
            return True
        return False


def _condition(row: ReturnedLine) -> str:
    return Condition(row.condition).words if row.condition else fmt.EMPTY


def _outcome(row: ReturnedLine) -> list[Chip]:
    if not row.outcome:
        return []
    outcome = Outcome(row.outcome)
    icon = {Outcome.STOCK: "check", Outcome.WRITE_OFF: "trash", Outcome.SUPPLIER: "truck"}.get(outcome, "archive")
    return [Chip(outcome.words, icon, _TONES[outcome])]


def _undone(row: ReturnedLine) -> list[Chip]:
    chips = [] if row.of else [Chip(_("no receipt"), "alert-triangle", "warn")]
    return [*chips, Chip(_("reversed"), "rotate-clockwise", "outline")] if row.reversed else chips
