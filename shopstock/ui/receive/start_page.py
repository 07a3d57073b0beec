"""Where receiving begins: deliveries to go on with, orders that are expected, goods that come without an order."""

from __future__ import annotations

from typing import Any, NamedTuple

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.scan import Scan
from shopstock.core.text import _, ngettext
from shopstock.core.units import Day, Instant, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import purchase, receiving, suppliers
from shopstock.queries.suppliers import SupplierRow
from shopstock.ui import fields, icons, sounds, theme
from shopstock.ui import format as fmt
from shopstock.ui.receive.page import NARROW, Page, card, heading, narrow_side, sentence, table_card
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.sell.totals import hairline
from shopstock.ui.shop import Shop
from shopstock.ui.table import RowDelegate, Table

_ANY = QModelIndex | QPersistentModelIndex
_SHOWN = 3


class OpenRow(NamedTuple):
    """A delivery that somebody began."""

    id: int
    title: str
    second: str
    progress: str
    counted: Qty
    ordered: Qty
    started_at: Instant


class ExpectedRow(NamedTuple):
    """An order whose goods are expected."""

    id: int
    number: str
    second: str
    due: Day | None
    open_qty: Qty
    lines: int
    late: bool
    ticked: bool


class _Lists(NamedTuple):
    open: list[receiving.OpenDelivery]
    expected: list[receiving.ExpectedOrder]
    suppliers: list[SupplierRow]


def read_lists(db: Db, acting: Acting) -> _Lists:
    """Return what the page shows."""
    return _Lists(
        receiving.open_deliveries(db), receiving.expected_orders(db), suppliers.suppliers(db, acting)
    )  # fmt: skip


class TickDelegate(RowDelegate):
    """Paints the tick of an order before its number."""

    def paint_cell(
        self, painter: QPainter, view: Table, inner: QRect, column: Column, row: Any, index: _ANY, tinted: bool
    ) -> None:
        if column.field != "ticked":
            super().paint_cell(painter, view, inner, column, row, index, tinted)
            return
        t = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRect(0, 0, 20, 20)
        box.moveCenter(inner.center())
        painter.setPen(QPen(t.color("accent" if row.ticked else "edge"), 1))
        painter.setBrush(t.color("accent" if row.ticked else "surface"))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS_CHIP, theme.RADIUS_CHIP)
        if row.ticked:
            icons.paint(painter, "check", box.adjusted(2, 2, -2, -2), t.onaccent)


class StartPage(Page):
    """The page. Its signals say what to begin or to go on with."""

    resumed = Signal(int)
    answered = Signal()  # what was scanned names no order
    order_started = Signal(list)  # ids of the orders of one delivery
    no_order_started = Signal(object, str)  # supplier or None, delivery note

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(shop, _("Receive"), parent, back=False)
        self.column.setSpacing(theme.S3)
        self._ticked: set[int] = set()
        #: Whether a scanned number is being looked up: what is scanned meanwhile waits.
        self.asks = False
        self._build_tables()
        self._build_side()
        left = QVBoxLayout()
        left.setSpacing(theme.S2)
        for part, stretch in (
            (self._open_title, 0), (self._open_card, 0), (self._expected_title, 0), (self._expected_card, 1),
            (self._empty, 1),
        ):  # fmt: skip
            left.addWidget(part, stretch)
        row = QHBoxLayout()
        row.setSpacing(theme.S4)
        row.addLayout(left, 1)
        row.addWidget(self.side)
        self.column.addLayout(row, 1)
        self._tell()

    def _build_tables(self) -> None:
        self._open = RowsModel(
            (
                Column("title", _("Delivery"), weight=theme.MEDIUM, second="second"),
                Column("progress", _("Counted"), width=150, token="ink2"),
                Column("started_at", _("Begun"), "instant", 150, token="ink2"),
            )
        )
        self.open = Table(self._open, _("Deliveries to go on with"), row_height=theme.ROW_TWO_LINES)
        self._open.setParent(self.open)
        self.open.opened.connect(lambda row: self.resumed.emit(row.id))
        self.open.clicked.connect(lambda index: self.resumed.emit(self._open.row_at(index.row()).id))
        self._expected = RowsModel(
            (
                Column("ticked", "", width=52, text=lambda row: _("ticked") if row.ticked else ""),
                Column("number", _("Order"), weight=theme.MEDIUM, second="second"),
                Column("due", _("Due"), width=170, chips=_late_chip, text=lambda row: fmt.day(row.due)),
                Column("lines", _("Lines"), "number", 72, token="ink2"),
                Column("open_qty", _("To come"), "qty", 104, theme.SEMIBOLD),
            )
        )
        self.expected = Table(self._expected, _("Expected orders"), row_height=theme.ROW_TWO_LINES)
        self._expected.setParent(self.expected)
        self.expected.setItemDelegate(TickDelegate(self.expected))
        self.expected.opened.connect(self._begin_row)
        self.expected.clicked.connect(lambda index: self._toggle(self._expected.row_at(index.row())))
        self.expected.installEventFilter(self)
        self._open_title, self._expected_title = heading(_("Go on with")), heading(_("Expected"))
        self._open_card, self._expected_card = table_card(self.open), table_card(self.expected)
        self._empty = sentence(
            _("No order is on its way. Send one in Orders, or receive goods that came without an order.")
        )
        self._empty.setContentsMargins(0, theme.S4, 0, 0)

    def _build_side(self) -> None:
        self.side, column = card(padding=theme.S6, spacing=theme.S2)
        title = fields.label(_("Scan the number of an order"), "", theme.TITLE, theme.MEDIUM)
        title.setWordWrap(True)
        column.addWidget(title)
        column.addWidget(sentence(_("Or tick one; tick several that came together. Space ticks, Enter begins.")))
        column.addSpacing(theme.S2)
        column.addWidget(hairline())
        column.addSpacing(theme.S1)
        column.addWidget(heading(_("No order")))
        self.supplier = QComboBox()
        self.supplier.setAccessibleName(_("Supplier of goods without an order"))
        self.reference = QLineEdit()
        self.reference.setMaxLength(80)
        self.reference.setPlaceholderText(_("Delivery note"))
        self.reference.setAccessibleName(_("Delivery note"))
        self.without_key = TillButton(_("Without an order"), icon="plus", keycap="Ctrl+N", height=theme.CONTROL)
        self.without_key.clicked.connect(self.begin_without_order)
        for part in (self.supplier, self.reference, self.without_key):
            column.addWidget(part)
        column.addSpacing(theme.S2)
        column.addWidget(hairline())
        self.pages: dict[str, TillButton] = {}
        for name, words, icon, key in (
            ("ship", _("Goods on their way"), "truck", "Ctrl+T"),
            ("invoices", _("Supplier invoices"), "file-text", "Ctrl+I"),
            ("late_costs", _("Late costs"), "coins", "Ctrl+D"),
            ("return", _("Return to a supplier"), "arrow-back-up", "Ctrl+B"),
        ):
            button = TillButton(words, kind="bare", icon=icon, keycap=key, height=theme.CONTROL)
            button.clicked.connect(lambda _checked=False, name=name: self.page_asked.emit(name))
            self.pages[name] = button
            column.addWidget(button)
        column.addStretch(1)
        self.begin_key = TillButton(
            _("Start counting"), kind="primary", size=theme.TITLE, height=theme.MAIN_ACTION, centered=True
        )
        self.begin_key.clicked.connect(self.begin)
        column.addWidget(self.begin_key)

    # -- reading ----------------------------------------------------------------------------------------------------

    def came_into_view(self) -> None:
        self._allow()
        self._shop.read(read_lists, then=self._show, key=("receive-start", id(self)))
        if not self.open.hasFocus() and not self.side.isAncestorOf(self.focusWidget() or self):
            self.expected.setFocus()

    def changed(self, changes: Changes) -> None:
        self._shop.read(read_lists, then=self._show, key=("receive-start", id(self)))

    def _allow(self) -> None:
        for name, permission in (
            ("ship", Permission.RECEIVE), ("invoices", Permission.MATCH_INVOICE),
            ("late_costs", Permission.LANDED_COST), ("return", Permission.SUPPLIER_RETURN),
        ):  # fmt: skip
            self.pages[name].setVisible(self.may(permission))

    def _show(self, lists: _Lists) -> None:
        self._open.set_rows(_open_row(one) for one in lists.open)
        self._ticked &= {one.order_id for one in lists.expected}
        self._expected.set_rows(_expected_row(one, one.order_id in self._ticked) for one in lists.expected)
        shown = min(len(lists.open), _SHOWN)
        self._open_card.setFixedHeight(theme.S1 + theme.TABLE_HEAD + theme.ROW_TWO_LINES * max(shown, 1))
        for part in (self._open_title, self._open_card):
            part.setVisible(bool(lists.open))
        for part in (self._expected_title, self._expected_card):
            part.setVisible(bool(lists.expected))
        self._empty.setVisible(not lists.expected)
        chosen = self.supplier.currentData()
        self.supplier.clear()
        self.supplier.addItem(_("Supplier unknown"), None)
        for row in lists.suppliers:
            if row.active:
                self.supplier.addItem(row.name, row.id)
        self.supplier.setCurrentIndex(max(0, self.supplier.findData(chosen)))
        if self.expected.selected_row() is None and lists.expected:
            self.expected.select(0)
        late = sum(1 for row in self._expected.rows if row.late)
        words = ngettext("{n} order expected", "{n} orders expected", len(lists.expected))
        text = words.format(n=fmt.number(len(lists.expected)))
        if late:
            text += " · " + ngettext("{n} late", "{n} late", late).format(n=fmt.number(late))
        self.facts.setText(text)
        self._tell()

    # -- choosing ---------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.expected
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
        ):
            self._toggle(self.expected.selected_row())
            return True
        return super().eventFilter(watched, event)

    def _toggle(self, row: ExpectedRow | None) -> None:
        if row is None:
            return
        self._ticked ^= {row.id}
        self._expected.set_rows(one._replace(ticked=one.id in self._ticked) for one in self._expected.rows)
        self._tell()

    def _begin_row(self, row: ExpectedRow | None) -> None:
        if row is not None:
            self._ticked.add(row.id)
            self.begin()

    def begin(self) -> None:
        """Begin one delivery of the ticked orders."""
        if self._ticked:
            ids = [row.id for row in self._expected.rows if row.id in self._ticked]
            self._ticked.clear()
            self.order_started.emit(ids)

    def begin_without_order(self) -> None:
        """Begin a delivery of goods that nobody ordered."""
        self.no_order_started.emit(self.supplier.currentData(), self.reference.text().strip())
        self.reference.setText("")

    def _tell(self) -> None:
        numbers = [row.number for row in self._expected.rows if row.id in self._ticked]
        self.begin_key.setEnabled(bool(numbers))
        self.begin_key.waiting = not numbers
        shown = numbers[0] if len(numbers) == 1 else ngettext("{n} order", "{n} orders", len(numbers))
        self.begin_key.show_text(
            _("Count {what}").format(what=shown.format(n=fmt.number(len(numbers)))) if numbers else _("Tick an order")
        )

    # -- scans ------------------------------------------------------------------------------------------------------

    def on_scan(self, scan: Scan) -> None:
        if not scan.code.strip().upper().startswith("P"):
            sounds.no()
            self._shop.say(
                "warn", _("{code} is not the number of an order.").format(code=scan.code[:40]),
                _("Scan P-… on the paper of the order, or begin without an order."), key="receive",
            )  # fmt: skip
            return
        self.asks = True
        self._shop.read(
            purchase.by_number, scan.code, then=lambda found: self._scanned(scan.code, found),
            failed=self._not_looked_up, asked_by=self,
        )  # fmt: skip

    def _not_looked_up(self, error: ShopError) -> None:
        self.asks = False
        self._shop.say("bad", error.sentence(), key="receive")
        self.answered.emit()

    def _scanned(self, code: str, order_id: int | None) -> None:
        self.asks = False
        if order_id is None:
            sounds.no()
            self.answered.emit()
            self._shop.say("warn", _("There is no order {number}.").format(number=code[:40]), key="receive")
            return
        sounds.yes()
        self.order_started.emit([order_id])

    def escape(self) -> None:
        self._ticked.clear()
        self._toggle(None)
        self._expected.set_rows(one._replace(ticked=False) for one in self._expected.rows)
        self._tell()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow_side(self.side, self.width() < NARROW)
        self.expected.setColumnHidden(3, self.width() < NARROW)


def _late_chip(row: ExpectedRow) -> list[Chip]:
    return [Chip(_("late"), "clock", "warn")] if row.late else []


def _open_row(one: receiving.OpenDelivery) -> OpenRow:
    title = " + ".join(one.orders) if one.orders else _("Without an order")
    by = _("begun by {name}").format(name=one.started_by)
    second = " · ".join(part for part in (one.supplier, one.reference, by) if part)
    progress = (
        _("{counted} of {ordered}").format(counted=fmt.qty(one.counted), ordered=fmt.qty(one.ordered))
        if one.ordered
        else fmt.qty(one.counted)
    )
    return OpenRow(one.id, title, second, progress, one.counted, one.ordered, one.started_at)


def _expected_row(one: receiving.ExpectedOrder, ticked: bool) -> ExpectedRow:
    parts = [one.supplier]
    if one.sent_at is not None:
        parts.append(_("sent {day}").format(day=fmt.day(clock.day_of(one.sent_at))))
    if one.shipped_qty:
        parts.append(_("{qty} on the way").format(qty=fmt.qty(one.shipped_qty)))
    if one.delivery_id is not None:
        parts.append(_("being received"))
    open_qty = Qty(one.open_qty + one.shipped_qty)
    return ExpectedRow(
        one.order_id, one.number, " · ".join(parts), one.expected_day, open_qty, one.lines, one.late, ticked
    )
