"""The Stock screen: one live table of every item, by words, at any past moment; its figures explain themselves."""

from __future__ import annotations

from array import array
from dataclasses import replace
from functools import cached_property, partial
from typing import Any, TypeVar

from PySide6.QtCore import QPoint, QSettings, QTimer
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from shopstock.core import currency
from shopstock.core.acting import Permission
from shopstock.core.outcome import Changes
from shopstock.core.scan import Scan
from shopstock.core.settings import Settings
from shopstock.core.text import _, ngettext
from shopstock.core.units import Instant
from shopstock.queries import items, stock, stock_places
from shopstock.ui import fields, sounds, stock_columns, theme
from shopstock.ui import format as fmt
from shopstock.ui.actions import Actions
from shopstock.ui.explain_panel import ExplainPanel
from shopstock.ui.item_card import ItemCard
from shopstock.ui.moment_slider import MomentSlider
from shopstock.ui.rows import PAGE, PagedRowsModel
from shopstock.ui.shop import ELSEWHERE, Shop
from shopstock.ui.stock_filter import FilterLine
from shopstock.ui.table import Table
from shopstock.ui.unknown_codes import HEARD, UnknownCodes

_Panel = TypeVar("_Panel", bound=QWidget)
RESORT_PAUSE_MS = 400
NAME_ROOM = 236
#: Columns that go first when the window is narrow.
DISPENSABLE = ("in_transit", "on_order", "last_sold_at", "abc", "available", "value")


class StockScreen(QWidget):
    """The screen. ``on_scan`` shows the scanned item and explains what is on hand."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._filter = stock.StockFilter(dusty_days=shop.settings.dusty_days)
        self._decimals = currency.of(shop.settings.currency).digits
        self._all_items = 0
        self._panels: list[QWidget] = []
        self._machine: QSettings | None = None
        self._build()
        self._resort = QTimer(self, singleShot=True, interval=RESORT_PAUSE_MS)
        self._resort.timeout.connect(self._read_ids)
        shop.changed.connect(self._changed)
        shop.acting_changed.connect(lambda _acting: self._fit_columns())
        shop.settings_changed.connect(self._settings_changed)
        # Asked for at once: the rows are here when the screen is painted for the first time.
        shop.read(stock.first_page, self._filter, PAGE, then=self._show_first, with_cost=self._may_see_cost())

    def _build(self) -> None:
        title = QLabel(_("Stock"))
        title.setFont(theme.font(theme.TITLE, theme.SEMIBOLD))
        self._summary = QLabel()
        self._summary.setProperty("role", "label")
        self._new = fields.Button(_("New item"), icon="plus", on_click=self.new_item)
        self._columns_button = fields.Button(_("Columns"), icon="columns-3", on_click=self._choose_columns)
        self._unknown_button = fields.Button(_("Unknown codes"), icon="help", on_click=self._show_unknown)
        self._unknown_button.hide()
        head = QHBoxLayout()
        head.setSpacing(theme.S2)
        head.addWidget(title)
        head.addSpacing(theme.S3)
        head.addWidget(self._summary, 1)
        head.addWidget(self._unknown_button)
        head.addWidget(self._new)
        head.addWidget(self._columns_button)
        self._line = FilterLine()
        self._line.changed.connect(self._words_changed)
        self._slider = MomentSlider()
        self._slider.moved.connect(self._moment_changed)
        self._model = PagedRowsModel(stock_columns.columns(), self._fetch, self, money_decimals=self._decimals)
        self._model.tone_of = lambda _row: None
        self._table = Table(self._model, _("Stock of every item"), row_height=theme.ROW_DENSE, head_height=44)
        self._table.setItemDelegate(stock_columns.StockDelegate(self._table, self._shop.settings.lead_time_days))
        self._table.picked.connect(self._explain)
        self._table.opened.connect(self._open_card)
        self._table.sort_asked.connect(self._sort)
        self._table.show_sort("name", descending=False)
        last = len(self._model.columns) - 1
        self._table.horizontalHeader().moveSection(last, 1)
        self._empty = QLabel()
        self._empty.setProperty("role", "label")
        self._empty.setWordWrap(True)
        self._empty.hide()
        frame = _card_frame(self._table)
        left = QVBoxLayout()
        left.setSpacing(theme.S3)
        left.addWidget(self._slider)
        left.addWidget(self._empty)
        left.addWidget(frame, 1)
        self._body = QHBoxLayout()
        self._body.setSpacing(theme.S4)
        self._body.addLayout(left, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addLayout(head)
        layout.addWidget(self._line)
        layout.addLayout(self._body, 1)

    # -- the panels beside the table, made when first asked for: they take longer than the table ----------------------

    @cached_property
    def _explanation(self) -> ExplainPanel:
        panel = ExplainPanel(self._shop, self._decimals)
        panel.closed.connect(self._close_panels)
        return self._placed(panel)

    @cached_property
    def _card(self) -> ItemCard:
        panel = ItemCard(self._shop)
        panel.closed.connect(self._close_panels)
        panel.label_asked.connect(self._print_label)
        return self._placed(panel)

    @cached_property
    def _unknown(self) -> UnknownCodes:
        panel = UnknownCodes(self._shop)
        panel.closed.connect(self._close_panels)
        panel.counted.connect(self._count_unknown)
        panel.new_item_asked.connect(self.new_item)
        return self._placed(panel)

    def _placed(self, panel: _Panel) -> _Panel:
        panel.hide()
        self._panels.append(panel)
        self._body.addWidget(panel)
        return panel

    def _look_again(self, *about: Any) -> None:
        """Let the explanation read again, when there is one."""
        if "_explanation" in vars(self):
            self._explanation.look_again(*about)

    # -- reading ----------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._line.setFocus()

    def _show_first(self, found: tuple[array[int], list[stock.StockRow]]) -> None:
        # The first rows are painted before the rest of a long list is even asked for.
        if not self._model.ids:
            self._model.set_ids(*found)
            self._table.viewport().repaint()
        self._shop.read(stock.earliest, then=self._slider.set_range)
        self._read_ids()
        self._read_unknown()
        self._read_places()

    def _read_places(self) -> None:
        self._shop.read(stock_places.words, then=self._line.offer_places, key=("stock places", id(self)))

    def _read_unknown(self) -> None:
        self._shop.read(items.unknown_count, then=self._count_unknown, key=("unknown count", id(self)))

    def _read_ids(self) -> None:
        self._shop.read(stock.ids, self._filter, then=self._show_ids, key=("stock-ids", id(self)))
        self._shop.read(stock.summary, then=self._show_summary, key=("stock-summary", id(self)))

    def _show_ids(self, ids: array[int]) -> None:
        if ids == self._model.ids:
            self._model.refresh()
        else:
            selected = self._table.selected_row()
            self._model.set_ids(ids)
            if selected is not None and selected.item_id in ids:
                self._table.select(ids.index(selected.item_id))
        self._line.show_count(len(ids), self._all_items)
        self._show_empty(len(ids))

    def _show_empty(self, shown: int) -> None:
        self._empty.setVisible(shown == 0)
        if self._all_items == 0:
            self._empty.setText(_("There are no items yet. Create the first with “New item”, or import a list."))
        else:
            self._empty.setText(_("Nothing matches these words. Take one away with Backspace, or clear with Esc."))

    def _show_summary(self, summary: stock.StockSummary) -> None:
        self._all_items = summary.items
        text = ngettext("{n} item", "{n} items", summary.items).format(n=fmt.number(summary.items))
        if self._may_see_cost():
            text += " · " + _("{value} at cost").format(value=fmt.money(summary.value, self._decimals))
        self._summary.setText(text)
        self._line.show_count(len(self._model.ids), summary.items)
        self._show_empty(len(self._model.ids))

    def _fetch(self, ids: list[int], deliver: Any) -> None:
        self._shop.read(stock.page, ids, self._filter, then=deliver, with_cost=self._may_see_cost())

    def _may_see_cost(self) -> bool:
        return self._shop.acting is not None and self._shop.acting.may(Permission.SEE_COST)

    # -- what people do ---------------------------------------------------------------------------------------------

    def on_scan(self, scan: Scan) -> None:
        """Show the item of a scanned code, or what lies at a scanned place."""
        if self._shop.acting is not None:
            self._shop.read(stock_places.scanned, scan.code, then=partial(self._show_scanned, scan.code))

    def _show_scanned(self, code: str, found: items.Found | str | None) -> None:
        card = self._card if "_card" in vars(self) else None
        if isinstance(found, str):
            sounds.yes()
            self._line.set_words((found,))
        elif card is not None and card.isVisible() and card.accepts_scan():
            card.take_code(code)
        elif found is None:
            sounds.no()
            acting = self._shop.acting
            create = acting is not None and acting.may(Permission.NEW_ITEM)
            self._shop.say(
                "warn", _("No item has the code {code}.").format(code=code), "",
                _("New item") if create else "", partial(self.new_item, code) if create else None, key="stock",
            )  # fmt: skip
        else:
            sounds.yes()
            self._line.set_words((found.sku,))
            self._explain_id(found.id, "on_hand")

    def _settings_changed(self, settings: Settings) -> None:
        self._filter = replace(self._filter, dusty_days=settings.dusty_days)
        self._read_ids()

    def _words_changed(self, words: tuple[str, ...]) -> None:
        self._filter = replace(self._filter, words=words)
        self._fit_columns()
        self._read_ids()

    def _moment_changed(self, moment: Instant | None) -> None:
        self._filter = replace(self._filter, as_of=moment)
        self._fit_columns()
        self._read_ids()
        self._look_again(moment)

    def _sort(self, field: str, descending: bool) -> None:
        self._filter = replace(self._filter, sort=field, descending=descending)
        self._read_ids()

    def _explain(self, row: stock.StockRow, field: str) -> None:
        self._explain_id(row.item_id, field)

    def _explain_id(self, item_id: Any, field: str) -> None:
        self._show_panel(self._explanation)
        self._explanation.show_item(item_id, field, self._filter.as_of)

    def _explain_selected(self) -> None:
        row = self._table.selected_row()
        if row is not None:
            column = self._model.columns[self._table.currentIndex().column()]
            self._explain_id(row.item_id, column.field if column.explains else "on_hand")

    def _open_card(self, row: stock.StockRow | None) -> None:
        if row is not None:
            self.open_item(row.item_id)

    def new_item(self, code: str = "") -> None:
        """Show the empty card for a new item, with a code where one is known."""
        self._show_panel(self._card)
        self._card.new_item(code)

    def _label_selected(self) -> None:
        row = self._table.selected_row()
        if row is not None:
            self._print_label(row.item_id)

    def _print_label(self, item_id: Any) -> None:
        window: Any = self.window()
        window.open_screen("labels")
        if window.current_screen == "labels":
            window.opened("labels").add_items([item_id])

    def open_item(self, item_id: Any) -> None:
        """Show one item's card."""
        self._show_panel(self._card)
        self._card.show_item(item_id)

    def open_document(self, document_id: Any) -> None:
        """Show one document, as the end of an explanation."""
        self._show_panel(self._explanation)
        self._explanation.open_document(document_id)

    def _show_unknown(self) -> None:
        self._show_panel(self._unknown)
        self._unknown.refresh()
        self._unknown.table.setFocus()

    def _count_unknown(self, count: int) -> None:
        words = ngettext("{n} unknown code", "{n} unknown codes", count).format(n=fmt.number(count))
        self._unknown_button.setText(words)
        self._unknown_button.setAccessibleName(words)
        self._unknown_button.setVisible(count > 0)

    def _show_panel(self, wanted: QWidget) -> None:
        for panel in self._panels:
            panel.setVisible(panel is wanted)
        self._fit_columns()

    def _close_panels(self) -> None:
        for panel in self._panels:
            panel.hide()
        self._fit_columns()
        self._table.setFocus()

    def bind_actions(self, actions: Actions) -> None:
        """Give every key of the screen its deed; which columns are hidden is kept on this machine."""
        self._machine = actions.machine
        for id_, do in {
            "stock.filter": self._line.setFocus,
            "stock.explain": self._explain_selected,
            "stock.card": lambda: self._open_card(self._table.selected_row()),
            "stock.now": self._slider.go_to_now,
            "stock.columns": self._choose_columns,
            "stock.new_item": self.new_item,
            "stock.unknown": self._show_unknown,
            "stock.label": self._label_selected,
        }.items():
            actions.bind(id_, do, self)

    def _changed(self, changes: Changes) -> None:
        if changes.topics & HEARD and "_unknown" not in vars(self):
            self._read_unknown()
        if changes.topics & {"places", ELSEWHERE}:
            self._read_places()
        if ELSEWHERE in changes.topics or "ranks" in changes.topics:
            self._model.refresh()
            self._resort.start()
            self._look_again(self._filter.as_of)
        elif changes.items:
            self._model.refresh(changes.items)
            self._resort.start()
            self._look_again(self._filter.as_of, changes.items)

    # -- columns ----------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _hidden_by_choice(self) -> set[str]:
        stored = self._machine.value("stock/hidden_columns", []) if self._machine is not None else []
        return set(stored if isinstance(stored, list) else [str(stored)])

    def _fit_columns(self) -> None:
        panel = sum(p.width() + theme.S4 for p in self._panels if not p.isHidden())
        hidden = self._hidden_by_choice()
        if not self._may_see_cost():
            hidden.add("value")
        at_a_place = any(word.casefold().startswith(stock_places.PREFIX) for word in self._filter.words)
        here = at_a_place and self._filter.as_of is None
        (hidden.discard if here else hidden.add)(stock_columns.HERE)
        room = self.width() - panel - NAME_ROOM
        for field in (*DISPENSABLE, "cover_days") if here else DISPENSABLE:
            wide = sum(c.width for c in self._model.columns if c.field not in hidden)
            if wide <= room:
                break
            hidden.add(field)
        for number, column in enumerate(self._model.columns):
            self._table.setColumnHidden(number, column.field in hidden)

    def _choose_columns(self) -> None:
        menu = QMenu(self)
        hidden = self._hidden_by_choice()
        for column in self._model.columns[1:-1]:  # what lies at a place is on show while one is asked for
            action = QAction(column.title, menu, checkable=True, checked=column.field not in hidden)
            action.setData(column.field)
            menu.addAction(action)
        menu.triggered.connect(self._column_chosen)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._columns_button.mapToGlobal(QPoint(0, self._columns_button.height() + 4)))

    def _column_chosen(self, action: QAction) -> None:
        hidden = self._hidden_by_choice()
        (hidden.discard if action.isChecked() else hidden.add)(str(action.data()))
        if self._machine is not None:
            self._machine.setValue("stock/hidden_columns", sorted(hidden))
        self._fit_columns()


def _card_frame(table: Table) -> QFrame:
    frame = QFrame()
    frame.setProperty("role", "card")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(1, 1, 1, 1)
    layout.addWidget(table)
    return frame
