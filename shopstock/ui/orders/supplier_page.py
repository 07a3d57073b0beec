"""One supplier: how to reach them, their terms, how long they really take, and what they sell the shop."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from shopstock.core import currency
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.purchasing import SupplierFields, SupplierSaved
from shopstock.core.scan import Scan
from shopstock.core.text import _, ngettext
from shopstock.core.units import ZERO_MONEY
from shopstock.db.connection import Db
from shopstock.queries import purchase, suppliers
from shopstock.queries.suppliers import Supplier
from shopstock.services import suppliers as supplier_services
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt
from shopstock.ui.elided import Elided
from shopstock.ui.orders import frame, words
from shopstock.ui.orders.reading import PARTS
from shopstock.ui.orders.supplier_items import SupplierItems
from shopstock.ui.shop import ELSEWHERE, Shop


class Known(NamedTuple):
    """A supplier with how many orders went to them and how many invoices came."""

    supplier: Supplier
    open_orders: int
    orders: int
    invoices: int


def read(db: Db, acting: Acting, supplier_id: int) -> Known:
    """Return a supplier; raise ``Refused`` when there is none."""
    return Known(
        suppliers.supplier(db, acting, supplier_id),
        len(purchase.orders(db, acting, (*PARTS["drafts"], *PARTS["open"]), supplier_id)),
        len(purchase.orders(db, acting, PARTS["all"], supplier_id)),
        suppliers.invoices_of(db, supplier_id),
    )


class SupplierPage(QWidget):
    """The page. ``left`` asks for the list, ``order_asked`` for a new order to the supplier of this name."""

    left = Signal()
    order_asked = Signal(str)
    orders_asked = Signal(str)

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._supplier_id: int | None = None
        self._known: Known | None = None
        self._title = fields.title("")
        self._facts = Elided()
        self.back = fields.Button(_("Suppliers"), icon="chevron-left", key="F8", on_click=self.left.emit)
        self.orders = fields.Button(_("Their orders"), icon="list", on_click=self._show_orders)
        self.order = fields.Button(_("New order"), fields.OUTLINE, icon="plus", on_click=self._order)
        head = QHBoxLayout()
        head.setSpacing(theme.S3)
        head.addWidget(self._title)
        head.addWidget(self._facts, 1)
        for button in (self.back, self.orders, self.order):
            head.addWidget(button)
        self._build_card()
        self.items = SupplierItems(shop)
        body = QHBoxLayout()
        body.setSpacing(theme.S4)
        body.addWidget(self._card, 0, Qt.AlignmentFlag.AlignLeft)
        body.addWidget(self.items, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addLayout(head)
        layout.addLayout(body, 1)
        shop.changed.connect(self._changed)
        shop.acting_changed.connect(lambda _acting: self.refresh())

    def _build_card(self) -> None:
        self._card = frame.SidePanel(_("Supplier"), _("Back to the suppliers"), self.left.emit, 320)
        self.name, self.contact, self.email, self.phone = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
        self.customer_number, self.lead_days = QLineEdit(), QLineEdit()
        self.address, self.note = QPlainTextEdit(), QPlainTextEdit()
        for text in (self.address, self.note):
            text.setTabChangesFocus(True)
            text.setFixedHeight(76)
        self.minimum, self.free_from = (
            fields.MoneyEdit(_("Least they deliver")),
            fields.MoneyEdit(_("Free delivery from")),
        )
        for amount in (self.minimum, self.free_from):
            amount.setFont(theme.font(theme.BODY, theme.MEDIUM))
        self.currency = QComboBox()
        self.currency.addItem(_("the shop's own"), "")
        for code in currency.codes():
            self.currency.addItem(code, code)
        self.lead_days.setMaxLength(4)
        self._measured = fields.label("", "small", theme.SMALL)
        self._measured.setWordWrap(True)
        self._wrong = fields.label("", "bad", theme.SMALL)
        self._wrong.setWordWrap(True)
        self._wrong.hide()
        rows: tuple[tuple[str, QWidget], ...] = (
            (_("Name"), self.name), (_("Contact"), self.contact), (_("E-mail"), self.email), (_("Phone"), self.phone),
            (_("Our customer number"), self.customer_number), (_("Lead time promised, days"), self.lead_days),
        )  # fmt: skip
        for said, widget in rows:
            self._card.body.addLayout(frame.over(said, widget))
        self._card.body.addWidget(self._measured)
        rows = (
            (_("Currency"), self.currency), (_("Least they deliver"), self.minimum),
            (_("Free delivery from"), self.free_from), (_("Address"), self.address), (_("Note"), self.note),
        )  # fmt: skip
        for said, widget in rows:
            self._card.body.addLayout(frame.over(said, widget))
        self._card.body.addStretch(1)
        self.keep = fields.Button(_("Save"), fields.PRIMARY, icon="device-floppy", on_click=self.save)
        self.retire = fields.Button(_("Retire"), on_click=self._retire)
        self._card.layout().insertWidget(2, self._wrong)  # type: ignore[union-attr]
        self._card.foot.addWidget(self.keep, 1)
        self._card.foot.addWidget(self.retire)
        for line in (self.name, self.contact, self.email, self.phone, self.customer_number, self.lead_days,
                     self.minimum, self.free_from):  # fmt: skip
            line.returnPressed.connect(self.save)

    # -- showing ------------------------------------------------------------------------------------------------------

    def open(self, supplier_id: int) -> None:
        """Show a supplier."""
        self._supplier_id, self._known = supplier_id, None
        self.refresh()

    def begin(self) -> None:
        """Show the empty card of a new supplier."""
        self._supplier_id, self._known = None, None
        self._title.setText(_("New supplier"))
        self._facts.setText(_("Only the name is needed."))
        self._put(SupplierFields(""))
        self._measured.hide()
        self._wrong.hide()
        self.keep.setText(_("Create supplier"))
        for widget in (self.retire, self.orders, self.order, self.items):
            widget.hide()
        self.name.setFocus()

    def refresh(self) -> None:
        """Read the supplier again."""
        if self._supplier_id is not None and self._shop.acting is not None:
            self._shop.read(read, self._supplier_id, then=self._show, failed=self._gone, key=("supplier", id(self)))

    def _gone(self, error: ShopError) -> None:
        self._shop.say("bad", str(error), key="order")
        self.left.emit()

    def _show(self, known: Known) -> None:
        if known.supplier.id != self._supplier_id:
            return
        before, self._known = self._known, known
        of = known.supplier
        self._title.setText(of.name)
        told = [
            ngettext("{n} open order", "{n} open orders", known.open_orders).format(n=fmt.number(known.open_orders)),
            ngettext("{n} order in all", "{n} orders in all", known.orders).format(n=fmt.number(known.orders)),
            ngettext("{n} invoice", "{n} invoices", known.invoices).format(n=fmt.number(known.invoices)),
        ]
        self._facts.setText(" · ".join([_("retired"), *told] if not of.active else told))
        if before is None or before.supplier != of:
            self._put(_fields(of))
        self._measured.setText(_("Measured: {words}").format(words=words.lead_words(of.lead_time)))
        self._measured.show()
        self._wrong.hide()
        self.keep.setText(_("Save") if of.active else _("Save and use again"))
        for widget in (self.orders, self.order, self.items):
            widget.show()
        self.order.setEnabled(bool(of.active))
        self.retire.setVisible(bool(of.active))
        code = of.currency or self._shop.settings.currency
        self.items.use(of.id, code, costs=frame.may(self._shop, Permission.SEE_COST))
        if before is None:
            self.items.take_focus()

    def _put(self, of: SupplierFields) -> None:
        for line, text in (
            (self.name, of.name), (self.contact, of.contact), (self.email, of.email), (self.phone, of.phone),
            (self.customer_number, of.customer_number),
            (self.lead_days, "" if of.lead_days is None else str(of.lead_days)),
        ):  # fmt: skip
            line.setText(text)
            line.setCursorPosition(0)
        self.lead_days.setPlaceholderText(str(self._shop.settings.lead_time_days))
        self.address.setPlainText(of.address)
        self.note.setPlainText(of.note)
        self.currency.setCurrentIndex(max(self.currency.findData(of.currency), 0))
        decimals = currency.of(of.currency or self._shop.settings.currency).digits
        for amount, value in ((self.minimum, of.minimum_order), (self.free_from, of.free_delivery_from)):
            if value:
                amount.write(value, decimals)
                amount.deselect()
            else:
                amount.setText("")

    # -- keeping ------------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Keep the card."""
        days = self.lead_days.text().strip()
        if days and not (days.isascii() and days.isdigit()):
            self._complain(self.lead_days, _("The lead time is a whole number of days."))
            return
        for amount, said in (
            (self.minimum, _("The least they deliver is no amount. Type a number, such as 150.")),
            (self.free_from, _("“Free delivery from” is no amount. Type a number, such as 250.")),
        ):
            if amount.text().strip() and amount.read() is None:
                self._complain(amount, said)
                return
        typed = SupplierFields(
            self.name.text(), self.contact.text(), self.email.text(), self.phone.text(), self.address.toPlainText(),
            self.customer_number.text(), self.currency.currentData(), int(days) if days else None,
            self.minimum.read() or ZERO_MONEY, self.free_from.read() or ZERO_MONEY, self.note.toPlainText(),
        )  # fmt: skip
        self._shop.run(
            supplier_services.save_supplier, self._supplier_id, typed, then=self._saved,
            failed=lambda error: self._complain(self.name, str(error)), asked_by=self,
        )  # fmt: skip

    def _complain(self, field: QWidget, sentence: str) -> None:
        self._wrong.setText(sentence)
        self._wrong.show()
        field.setFocus()

    def _saved(self, done: SupplierSaved) -> None:
        self._shop.say("ok", _("The supplier is saved."))
        self.open(done.supplier_id)

    def _retire(self) -> None:
        if self._supplier_id is not None:
            self._shop.run(supplier_services.retire_supplier, self._supplier_id, then=self._retired)

    def _retired(self, _changes: Changes) -> None:
        self._shop.say(
            "ok", _("The supplier is retired."), _("Past orders keep the name. Saving the card brings it back.")
        )
        self.left.emit()

    def _order(self) -> None:
        if self._known is not None:
            self.order_asked.emit(self._known.supplier.name)

    def _show_orders(self) -> None:
        if self._known is not None:
            self.orders_asked.emit(self._known.supplier.name)

    # -- keys, scans, changes -----------------------------------------------------------------------------------------

    def on_scan(self, scan: Scan) -> None:
        """Find the scanned item among what the supplier sells, or begin to say how they sell it."""
        if self._supplier_id is not None:
            self.items.on_scan(scan)

    def take_focus(self) -> None:
        """Put the keys where one goes on."""
        if self._supplier_id is None:
            self.name.setFocus()
        else:
            self.items.take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and changes.topics & {"suppliers", "orders", ELSEWHERE}:
            self.refresh()
            self.items.refresh()


def _fields(of: Supplier) -> SupplierFields:
    return SupplierFields(
        of.name, of.contact, of.email, of.phone, of.address, of.customer_number, of.currency, of.lead_days,
        of.minimum_order, of.free_delivery_from, of.note,
    )  # fmt: skip
