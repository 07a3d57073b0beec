"""F3: whose sale this is. Found by words, a number or a card; or a new one; or no more than a name on the sale."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.acting import Permission
from shopstock.core.cart import Cart
from shopstock.core.customers import CustomerFields, CustomerSaved
from shopstock.core.movements import DocumentKind
from shopstock.core.outcome import Changes
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.queries import customers as query
from shopstock.queries.customers import Customer, CustomerRow
from shopstock.services import customers as service
from shopstock.ui import format as fmt
from shopstock.ui import theme
from shopstock.ui.fields import label
from shopstock.ui.sell import papers
from shopstock.ui.sell.key_list import KeyList
from shopstock.ui.sell.open_sale import OpenSale
from shopstock.ui.sell.panel import Panel, action
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.shop import Shop

_SIDE = 208
_MOST = 12
_PURCHASES = 12


class CustomerPanel(Panel):
    """Pages: the list, one customer with what they bought before, a new one."""

    finds_items = False
    chosen = Signal(object)  # CustomerRow
    purchase = Signal(int)  # document id of a sale to return from

    def __init__(self, shop: Shop, sale: OpenSale, digits: int) -> None:
        super().__init__(_("Customer"))
        self._prompt = self.prompt = _("Name, number or phone, or scan the card")
        self._shop, self._sale, self._digits = shop, sale, digits
        self._words = ""
        self.customer: Customer | None = None
        self._build()
        if sale.cart.customer_id is None:
            self.show_list("")
        else:
            self.open(sale.cart.customer_id)

    def _build(self) -> None:
        self.list = KeyList()
        self.list.setMinimumHeight(3 * theme.TILL_KEY + 2 * theme.S2)
        self.name_key = action("", self._only_name, "outline")
        self.new_key = action(_("New customer"), self.begin, "quiet", "plus")
        self.invoice_key = action(_("Invoice receipt"), self._toggle_invoice, "quiet", "file-text")
        self.other_key = action(_("Another customer"), lambda: self.show_list(""), "quiet", "search")
        self.off_key = action(_("Take off the sale"), self._take_off, "quiet", "x")
        side = QVBoxLayout()
        side.setSpacing(theme.S2)
        for key in (self.name_key, self.new_key, self.invoice_key, self.other_key, self.off_key):
            key.setFixedWidth(_SIDE)
            side.addWidget(key)
        side.addStretch(1)
        self._list_page = QWidget()
        row = QHBoxLayout(self._list_page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S4)
        row.addWidget(self.list, 1)
        row.addLayout(side)
        self.body.addWidget(self._list_page, 1)
        self.body.addWidget(self._build_form(), 1)

    def _build_form(self) -> QWidget:
        self.form = QWidget()
        grid = QGridLayout(self.form)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.S4)
        grid.setVerticalSpacing(theme.S1)
        self.name, self.card, self.phone, self.tax_number = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
        self.card.setPlaceholderText(_("scan the card"))
        self.tax_number.setPlaceholderText(_("makes the receipt an invoice"))
        for place, (words, field) in enumerate((
            (_("Name"), self.name), (_("Customer card"), self.card), (_("Phone"), self.phone),
            (_("Tax number"), self.tax_number),
        )):  # fmt: skip
            name = label(words, "label", theme.SMALL)
            name.setBuddy(field)
            field.setAccessibleName(words)
            field.setMaxLength(120)
            field.setFixedHeight(theme.CONTROL)
            field.returnPressed.connect(self._save)
            grid.addWidget(name, place // 2 * 2, place % 2)
            grid.addWidget(field, place // 2 * 2 + 1, place % 2)
        self.save_key = action(_("Save, and put on the sale"), self._save, "primary", "check")
        grid.setRowMinimumHeight(4, theme.S1)
        grid.addWidget(self.save_key, 5, 0, 1, 2)
        grid.setRowStretch(6, 1)
        self.form.hide()
        return self.form

    # -- scans and typed lines ------------------------------------------------------------------------------------

    def take_scan(self, scan: Scan) -> bool:
        """A card chooses its customer; on the page of a new one, an unknown card becomes theirs."""
        sale = self._sale
        ticket, busy = sale.steps.hold(lambda: sale.carry_out(scan.code))

        def found(answer: object) -> None:
            if not sale.steps.holds(ticket):
                return
            if isinstance(answer, CustomerRow):
                sale.paper_scanned.emit(answer)
            elif answer is None and shiboken6.isValid(self) and self.form.isVisible():
                self.card.setText(scan.code)
                self.name.setFocus()
            else:
                sale.carry_out(scan.code)
                return
            sale.steps.release(ticket)

        self._shop.read(
            papers.anything, scan.code, sale.acting.location_id, sale.rules, then=found,
            busy=busy, asked_by=sale,
        )  # fmt: skip
        return True

    def take_line(self, text: str) -> None:
        self.show_list(text)

    def back(self) -> bool:
        if not self.form.isVisible():
            return False
        self.show_list(self._words)
        return True

    # -- the list -------------------------------------------------------------------------------------------------

    def show_list(self, words: str) -> None:
        """Show the customers that words find; without words, those who were changed last."""
        self._words = words
        self.customer = None
        self._shop.read(query.find, words, _MOST, then=self._show_found, key="till customers", asked_by=self)

    def _show_found(self, found: list[CustomerRow]) -> None:
        self._show_page()
        self.title.setText(_("Customer"))
        keys = []
        for row in found:
            key = TillButton(kind="outline", icon="user", stacked=True)
            credit = _("credit {amount}").format(amount=fmt.money(row.credit, self._digits)) if row.credit else ""
            key.show_text(row.name, " · ".join(part for part in (row.number, row.phone, row.email, credit) if part))
            key.clicked.connect(lambda _checked=False, one=row: self.chosen.emit(one))
            keys.append(key)
        self.list.show_keys(keys)
        self.name_key.show_text(_("Only “{name}”").format(name=self._words[:40]) if self._words else "")
        self.name_key.setAccessibleName(_("Write only the name {name} on the sale").format(name=self._words))
        self.name_key.kind = "outline" if found else "primary"
        self.name_key.setVisible(bool(self._words))
        if not found and self._words:
            self.say(_("Nobody on record is called so. Write only the name on the sale, or add a new customer."))
        elif not found:
            self.say(_("Nobody is on record yet. Type a name for the sale, or add who wants credit or an invoice."))
        else:
            self.say(_("Choose, or type a name. Only a name can stand on the sale too."))
        if self._words and self.isVisible():
            (keys[0] if keys else self.name_key).setFocus()

    def _only_name(self) -> None:
        words = self._words
        self._put(lambda cart: cart.for_customer(words))

    # -- one customer ---------------------------------------------------------------------------------------------

    def open(self, customer_id: int) -> None:
        """Show the customer of the sale and what they bought before."""
        self._shop.read(query.customer, customer_id, _PURCHASES, then=self._show_customer, asked_by=self)

    def _show_customer(self, customer: Customer | None) -> None:
        if customer is None or customer.erased_at is not None:
            self.show_list("")
            return
        self.customer = customer
        self._show_page()
        self.title.setText(f"{customer.fields.name} · {customer.number}")
        facts = [customer.fields.phone, customer.fields.email]
        facts.append(_("bought {amount}").format(amount=fmt.money(customer.bought, self._digits)))
        if customer.credit:
            facts.append(_("store credit {amount}").format(amount=fmt.money(customer.credit, self._digits)))
        if not customer.documents:
            facts.append(_("nothing bought before"))
        self.say(" · ".join(fact for fact in facts if fact))
        keys = []
        for one in customer.documents:
            sold = one.kind == DocumentKind.SALE
            key = TillButton(kind="outline", icon="receipt" if sold else "arrow-back-up", stacked=True)
            amount = fmt.money(one.total, self._digits)
            words = _("reversed") if one.reversed else _("press to take goods back") if sold else _("return")
            key.show_text(f"{one.number} · {fmt.instant(one.occurred_at)} · {amount}", words)
            key.waiting = one.reversed or not sold
            key.clicked.connect(lambda _checked=False, n=one.document_id, s=sold: self._purchase(n, s))
            keys.append(key)
        self.list.show_keys(keys)

    def _purchase(self, document_id: int, sold: bool) -> None:
        if sold:
            self.purchase.emit(document_id)

    def _toggle_invoice(self) -> None:
        sale = self._sale
        sale.then_do(lambda: sale.change(lambda: sale.cart.with_invoice(not sale.cart.invoice)))

    def sale_changed(self) -> None:
        if not self.form.isVisible():
            self._show_page()

    def _take_off(self) -> None:
        self._put(lambda cart: cart.for_customer(""))

    def _put(self, act: Callable[[Cart], Cart]) -> None:
        sale = self._sale
        sale.then_do(lambda: sale.put(act(sale.cart)))
        self.closed.emit()

    # -- a new one ------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Ask for a new customer; words typed before are the name."""
        self._list_page.hide()
        self.form.show()
        self.title.setText(_("New customer"))
        self.say(_("A name is enough. Scan a card to make it theirs."))
        if not self.name.text():
            self.name.setText(self._words)
        self.name.setFocus()

    def _save(self) -> None:
        fields = CustomerFields(
            self.name.text(), self.card.text(), phone=self.phone.text(), tax_number=self.tax_number.text()
        )
        self._shop.run(service.save, None, fields, then=self._saved, failed=lambda error: self.say(error.sentence()),
                       asked_by=self)  # fmt: skip

    def _saved(self, saved: Changes) -> None:
        assert isinstance(saved, CustomerSaved)
        self._shop.read(query.by_id, saved.customer_id, then=self._found_saved, asked_by=self)

    def _found_saved(self, row: CustomerRow | None) -> None:
        if row is not None:
            self.chosen.emit(row)

    def _show_page(self) -> None:
        cart, one = self._sale.cart, self.customer
        self.form.hide()
        self._list_page.show()
        self.name_key.setVisible(one is None and bool(self._words))
        acting = self._sale.acting
        self.new_key.setVisible(one is None and acting.may(Permission.EDIT_CUSTOMERS))
        self.other_key.setVisible(one is not None)
        self.off_key.setVisible(bool(cart.customer))
        invoice = one is not None and cart.customer_id == one.id and bool(one.fields.tax_number)
        self.invoice_key.setVisible(invoice)
        self.invoice_key.kind = "chosen" if cart.invoice else "quiet"
        self.invoice_key.setAccessibleName(_("Invoice receipt, chosen") if cart.invoice else _("Invoice receipt"))
        self.invoice_key.update()
