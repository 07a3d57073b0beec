"""One purchase order: entry line, lines, what is missing to the minimum, and what can be done with it as it stands."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from shopstock.core import currency
from shopstock.core.acting import Permission
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.purchasing import OrderState
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import Money, Qty
from shopstock.queries.purchase import OrderRow
from shopstock.ui import fields, sounds, theme
from shopstock.ui.elided import Elided
from shopstock.ui.orders import frame, order_lines, reading, words
from shopstock.ui.orders.cell_edit import CellEdit
from shopstock.ui.orders.details_panel import DetailsPanel
from shopstock.ui.orders.order_deeds import OrderDeeds
from shopstock.ui.orders.order_entry import OrderEntry
from shopstock.ui.orders.order_foot import OrderFoot
from shopstock.ui.orders.questions import Questions
from shopstock.ui.orders.reading import LineRow, OrderView
from shopstock.ui.orders.send_panel import SendPanel
from shopstock.ui.rows import RowsModel
from shopstock.ui.sell.entry_line import EntryLine
from shopstock.ui.sell.results import Results
from shopstock.ui.shop import ELSEWHERE, Shop
from shopstock.ui.stylesheet import restyle
from shopstock.ui.table import Table

#: From this width of the page on the details stand beside the lines unless they were put away.
WIDE = 1100


class OrderPage(QWidget):
    """The page. ``left`` asks for the list, ``other_asked`` for another order, ``new_item_asked`` for Stock."""

    left = Signal()
    other_asked = Signal(int)
    new_item_asked = Signal(str)

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._order_id: int | None = None
        self.view: OrderView | None = None
        self._side = ""
        self._flash: int | None = None
        self._build()
        self._connect()

    def _build(self) -> None:
        self._title = fields.title("")
        self._chip = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        theme.style_font(self._chip, theme.SMALL, theme.MEDIUM)
        self._facts = Elided()
        self.back = fields.Button(_("Orders"), icon="chevron-left", key="F5", on_click=self.left.emit)
        self.details_button = fields.Button(_("Details"), icon="edit", key="F4", on_click=self.toggle_details)
        head = QHBoxLayout()
        head.setSpacing(theme.S3)
        for widget, stretch in ((self._title, 0), (self._chip, 0), (self._facts, 1), (self.back, 0)):
            head.addWidget(widget, stretch)
        head.addWidget(self.details_button)
        self.entry = EntryLine()
        self.results = Results(2)
        self.questions = Questions(self.take_focus)
        self._model = RowsModel(order_lines.columns(), self)
        self._model.tone_of = lambda row: "bad" if not row.active else None
        self.table = Table(self._model, _("Lines of the order"), row_height=theme.ROW_TWO_LINES)
        self.table.setItemDelegate(order_lines.LinesDelegate(self.table))
        self.cells = CellEdit(self.table, {"qty": "qty", "packs": "qty", "price": "money"})
        self._empty = frame.EmptyPage(
            _("Nothing is on this order yet."),
            _("Scan what to buy, or type its name in the line above. The low-stock list (F7) fills whole orders."),
        )
        self._lines = QWidget()
        self._stack = QStackedLayout(self._lines)
        for part in (frame.card(self.table), self._empty):
            self._stack.addWidget(part)
        self.foot = OrderFoot()
        self.details = DetailsPanel(self._shop, partial(self._show_side, ""))
        self.send_panel = SendPanel(self._shop, partial(self._show_side, ""))
        column = QVBoxLayout()
        column.setSpacing(theme.S3)
        for part in (self.entry, self.questions, self.results):
            column.addWidget(part)
        column.addWidget(self._lines, 1)
        self._body = QHBoxLayout()
        self._body.setSpacing(theme.S4)
        self._body.addLayout(column, 1)
        for panel in (self.details, self.send_panel):
            panel.hide()
            self._body.addWidget(panel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addLayout(head)
        layout.addLayout(self._body, 1)
        layout.addWidget(self.foot)
        self.deeds = OrderDeeds(self._shop, self.questions, self)
        self.work = OrderEntry(self._shop, self.entry, self.results, self.questions, self)

    def _connect(self) -> None:
        self.cells.entered.connect(self._cell_entered)
        self.cells.refused.connect(lambda said: self._shop.say("bad", said, key="order"))
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._tell_reach())
        self.details.saved.connect(self._head_saved)
        work = self.work
        work.added.connect(self._added)
        work.order_scanned.connect(self._order_scanned)
        work.unknown.connect(self._unknown)
        work.set_asked.connect(self._set_selected)
        work.step_asked.connect(self._step)
        foot = self.foot
        for button, do in (
            (foot.approve, self.approve), (foot.send, self.send), (foot.again, self.send),
            (foot.draft, self.deeds.back_to_draft), (foot.cancel, self.deeds.cancel),
            (foot.close_rest, self.deeds.close_rest),
        ):  # fmt: skip
            button.clicked.connect(lambda _checked=False, do=do: do())
        self._shop.changed.connect(self._changed)
        self._shop.acting_changed.connect(lambda _acting: self.refresh())

    # -- which order --------------------------------------------------------------------------------------------------

    @property
    def order_id(self) -> int | None:
        """The order on show, or ``None`` while a new one has no supplier yet."""
        return self._order_id

    def open(self, order_id: int) -> None:
        """Show an order."""
        self.cells.finish()
        if order_id != self._order_id:
            self._order_id, self.view, self.deeds.view = order_id, None, None
            self._model.set_rows(())
            self._show_side("details" if self.width() >= WIDE else "")
        self.refresh()

    def begin(self, supplier: str = "") -> None:
        """Begin a new order: who it goes to is asked first."""
        self.cells.finish()
        self._order_id, self.view, self.deeds.view = None, None, None
        self._model.set_rows(())
        self._title.setText(_("New order"))
        self._facts.setText("")
        for widget in (self._chip, self.details_button, self.foot, self.entry):
            widget.hide()
        self._stack.setCurrentIndex(1)
        self._empty.say(
            _("Who is it for?"), _("Choose the supplier beside this and press Enter. Then add what to buy.")
        )
        self.work.use(None, None, "", _("Choose the supplier first."))
        self.details.begin(supplier)
        self._show_side("details")
        self.details.supplier.setFocus()

    def refresh(self) -> None:
        """Read the order again."""
        if self._order_id is not None and self._shop.acting is not None:
            self._shop.read(
                reading.order_view, self._order_id, then=self._show, failed=self._gone, key=("order", id(self))
            )

    def _gone(self, error: ShopError) -> None:
        self._shop.say("bad", str(error), key="order")
        self.left.emit()

    def take_focus(self) -> None:
        """Put the keys where one goes on."""
        if self._order_id is None:
            self.details.supplier.setFocus()
        elif self.questions.waiting:
            self.questions.take_focus()
        elif self.entry.isVisible():
            self.entry.setFocus()
        else:
            self.table.setFocus()

    # -- showing ------------------------------------------------------------------------------------------------------

    def _show(self, view: OrderView) -> None:
        row = view.order.row
        if row.id != self._order_id:
            return
        first = self.view is None
        if self.view is not None and self.view.order.row.state is not row.state:
            self.questions.forget()
        self.view = self.deeds.view = view
        decimals = currency.of(row.currency).digits
        self._model.money_decimals = self.cells.decimals = self.results.rows.money_decimals = decimals
        self._title.setText(_("Order {number}").format(number=row.number))
        self._show_state(row)
        draft = row.state is OrderState.DRAFT
        self.cells.allowed = draft
        self.entry.setVisible(draft)
        if not draft:
            self.results.hide()
        self.table.setProperty("plain", not draft)
        self._model.set_rows(view.lines)
        self._empty.say(
            _("Nothing is on this order yet."),
            _("Scan what to buy, or type its name in the line above. The low-stock list (F7) fills whole orders.")
            if draft else _("It was ended without lines."),
        )  # fmt: skip
        self._stack.setCurrentIndex(0 if view.lines else 1)
        if self.table.selected_row() is None and view.lines:
            self.table.select(0)
        refusal = (
            ""
            if draft
            else _("{number} is {state}. Put it back to draft to change it.").format(
                number=row.number, state=row.state.words.lower()
            )
        )
        self.work.use(row.id, row.supplier_id, row.supplier, refusal)
        self.foot.show_view(view, self._shop)
        self.foot.show()
        self.details_button.show()
        self.details.show_view(view)
        self.send_panel.show_view(view)
        self._tell_reach()
        self._fit()
        self._show_added()
        if first and self.isVisible():
            self.take_focus()

    def _show_state(self, row: OrderRow) -> None:
        said, role = words.state_words(row)
        self._chip.setText(said)
        restyle(self._chip, role=role)
        room = theme.metrics(theme.SMALL, theme.MEDIUM).horizontalAdvance(said)
        self._chip.setFixedSize(room + (0 if role == "label" else 2 * theme.S2) + 1, theme.S6)
        self._chip.show()
        self._facts.setText(words.facts(row))

    def _show_added(self) -> None:
        """Bring the line that was added into view; one without a price is asked about."""
        item_id, self._flash = self._flash, None
        place = -1 if item_id is None else self._model.index_of(item_id)
        if place < 0:
            return
        self.table.select(place)
        self.table.flash(place)
        row: LineRow = self._model.row_at(place)
        if row.price == 0 and not row.zero_confirmed:
            self.deeds.ask_price(row)

    def _tell_reach(self) -> None:
        view = self.view
        if view is not None and view.order.row.state is OrderState.DRAFT:
            told = order_lines.reach_words(view, self.table.selected_row(), self._model.money_decimals)
            self.foot.tell(told)
        else:
            self.foot.tell([])

    # -- panels -------------------------------------------------------------------------------------------------------

    def toggle_details(self) -> None:
        """Open the details, or put them away."""
        if self._order_id is None:
            return
        self._show_side("" if self._side == "details" else "details")
        if self._side:
            self.details.expected.setFocus()
        else:
            self.take_focus()

    def _show_side(self, which: str) -> None:
        if self._order_id is None and which != "details":
            self.left.emit()
            return
        held = self.send_panel if self._side == "send" else self.details
        had_focus = held.isAncestorOf(held.focusWidget() or self)
        self._side = which
        self.details.setVisible(which == "details")
        self.send_panel.setVisible(which == "send")
        self._fit()
        if had_focus and not which:
            self.take_focus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self.view is None:
            return
        hidden = order_lines.hidden(self.view.order.row.state, costs=frame.may(self._shop, Permission.SEE_COST))
        panel = frame.PANEL + theme.S4 if self._side else 0
        frame.fit_columns(
            self.table, order_lines.DISPENSABLE, order_lines.NAME_ROOM, hidden, width=self.width() - panel
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._side == "send":
            self._show_side("")
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    # -- lines --------------------------------------------------------------------------------------------------------

    def on_scan(self, scan: Scan) -> None:
        """Put a pack of what was scanned on the order; an order's number opens that order."""
        self.cells.finish()
        self.work.scan(scan.code)

    def _added(self, item_id: int) -> None:
        self._flash = item_id
        self.refresh()

    def _order_scanned(self, order_id: int) -> None:
        sounds.yes()
        if order_id != self._order_id:
            self.other_asked.emit(order_id)

    def _unknown(self, code: str) -> None:
        sounds.no()
        may = frame.may(self._shop, Permission.NEW_ITEM)
        self._shop.say(
            "bad", _("No item has the code {code}.").format(code=code),
            _("Type its name, or make it first."), _("New item") if may else "",
            partial(self.new_item_asked.emit, code) if may else None, key="order",
        )  # fmt: skip

    def open_cell(self, field: str) -> None:
        """Open a figure of the selected line for typing."""
        self.cells.open(field)

    def _cell_entered(self, row: LineRow, field: str, value: int) -> None:
        if field == "price":
            self.deeds.set_line(row, row.qty, Money(value))
        elif field == "packs":
            self.deeds.set_line(row, Qty(value * row.pack_qty // 1000))
        else:
            self.deeds.set_line(row, Qty(value))

    def _set_selected(self, qty: Qty) -> None:
        row = self.table.selected_row()
        if row is not None:
            self.deeds.set_line(row, qty)

    def _step(self, by: int) -> None:
        row = self.table.selected_row()
        if row is not None and self.cells.allowed and row.qty + by * row.pack_qty > 0:
            self.deeds.set_line(row, Qty(row.qty + by * row.pack_qty))

    def remove_line(self) -> None:
        """Take the selected line off the order."""
        row = self.table.selected_row()
        if row is not None and self.cells.allowed and not self.cells.is_open:
            self.deeds.remove(row.item_id)

    # -- the order as a whole -----------------------------------------------------------------------------------------

    def approve(self) -> None:
        """Approve the draft; what was typed into its head is kept first."""
        if self.view is not None:
            self._kept(self.deeds.approve)

    def _kept(self, then: Callable[[], object]) -> None:
        """Go on when nothing typed into a cell or the head waits to be kept."""
        self.cells.finish()
        if self.details.dirty:
            self.details.save(then)
        else:
            then()

    def send(self) -> None:
        """Show the ways to send the order."""
        if self.view is not None:
            self._kept(self._offer_ways)

    def _offer_ways(self) -> None:
        self._show_side("send")
        self.send_panel.first().setFocus()

    def _head_saved(self, order_id: int) -> None:
        if self._order_id is None:
            self.open(order_id)
        else:
            self.refresh()
            self._shop.say("ok", _("The details are saved."))

    def _changed(self, changes: Changes) -> None:
        view = self.view
        if view is None or not self.isVisible():
            return
        mine = any(line.item_id in changes.items for line in view.lines)
        if mine or changes.topics & {"orders", "suppliers", ELSEWHERE}:
            self.refresh()
