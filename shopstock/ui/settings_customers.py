"""Settings, Customers: find one by a word or a card, keep what is known, see purchases and credit, erase on request."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from shopstock.core import currency
from shopstock.core.acting import Acting
from shopstock.core.customers import CustomerFields, CustomerSaved
from shopstock.core.outcome import Changes, NotAllowed, ShopError
from shopstock.core.scan import Scan
from shopstock.core.text import _, ngettext
from shopstock.queries import customers as query
from shopstock.queries.customers import Customer, CustomerDocument, CustomerRow
from shopstock.services import customers as service
from shopstock.ui import document_links, fields, settings_form, sounds, theme
from shopstock.ui import format as fmt
from shopstock.ui.approve import ApprovalPanel
from shopstock.ui.customers_form import CustomerForm
from shopstock.ui.movement_words import document_words
from shopstock.ui.orders.frame import FilterField
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.shop import ELSEWHERE, Shop
from shopstock.ui.table import Table

_HEARD = {"customers", ELSEWHERE}


class CustomersPage(QWidget):
    """The list of customers, and one of them."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self.customer: Customer | None = None
        self._digits = currency.of(shop.settings.currency).digits
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._build_list())
        self._stack.addWidget(self._build_one())
        shop.changed.connect(self._changed)
        shop.acting_changed.connect(lambda _acting: self.show_list())

    # -- the list ---------------------------------------------------------------------------------------------------

    def _build_list(self) -> QWidget:
        self.filter = FilterField(_("Find customers"), _("name, phone, e-mail, number, or scan a card"))
        self.filter.changed.connect(lambda _words: self._read_list())
        self.filter.left.connect(self._into_list)
        self.new = fields.Button(_("New customer"), fields.OUTLINE, icon="plus", on_click=self.begin)
        head = QHBoxLayout()
        head.setSpacing(theme.S3)
        head.addWidget(self.filter, 1)
        head.addWidget(self.new)
        self._rows = RowsModel(
            (
                Column("name", _("Customer"), weight=theme.MEDIUM, second="number", chips=_chips),
                Column("phone", _("Phone"), width=160, token="ink2"),
                Column("credit", _("Store credit"), "money", 128, theme.SEMIBOLD,
                       text=lambda row: fmt.money(row.credit, self._digits) if row.credit else fmt.EMPTY),
            ),
            self, money_decimals=self._digits,
        )  # fmt: skip
        self.table = Table(self._rows, _("Customers"), row_height=theme.ROW_TWO_LINES)
        self.table.setMinimumHeight(theme.TABLE_HEAD + 6 * theme.ROW_TWO_LINES)
        self.table.opened.connect(self._open_row)
        self.table.clicked.connect(lambda index: self._open_row(self._rows.row_at(index.row())))
        self.none = fields.label("", "label")
        self.none.setWordWrap(True)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S3)
        column.addLayout(head)
        column.addWidget(self.none)
        column.addWidget(self.table, 1)
        return page

    def came_into_view(self) -> None:
        """Read the list, or the customer on show unless something is typed there."""
        if self.customer is None:
            self._read_list()
        elif not self._dirty():
            self.open(self.customer.id)

    def _read_list(self) -> None:
        self._shop.read(query.find, self.filter.text().strip(), then=self._show_list, key="settings customers")

    def _show_list(self, rows: list[CustomerRow]) -> None:
        self._rows.set_rows(rows)
        if rows and self.table.selected_row() is None:
            self.table.select(0)
        searched = bool(self.filter.text().strip())
        self.none.setText(
            _("Nobody is found by these words.") if searched
            else _("No customer is on record yet. Nobody has to be: add one who wants an invoice or store credit.")
        )  # fmt: skip
        self.none.setVisible(not rows)
        self.table.setVisible(bool(rows))

    def _into_list(self) -> None:
        if self._rows.rowCount():
            self.table.setFocus()

    def _open_row(self, row: CustomerRow | None) -> None:
        if row is not None:
            self.open(row.id)

    # -- one customer -----------------------------------------------------------------------------------------------

    def _build_one(self) -> QWidget:
        back = fields.Button("", fields.BARE, icon="chevron-left", on_click=self.show_list)
        back.setAccessibleName(_("Back to the customers"))
        back.setToolTip(_("Back to the customers (Esc)"))
        back.setFixedWidth(theme.CONTROL)
        self.title = fields.title("")
        self.facts = fields.label("", "label")
        head = QHBoxLayout()
        head.setSpacing(theme.S2)
        head.addWidget(back)
        head.addWidget(self.title)
        head.addWidget(self.facts, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.form = CustomerForm()
        self.form.kept.connect(self.save)
        self.keep = fields.Button(_("Save customer"), fields.PRIMARY, icon="check", on_click=self.save)
        self.erase = fields.Button(_("Erase this person"), fields.BAD, icon="trash", on_click=self._ask_erase)
        deeds = QHBoxLayout()
        deeds.addWidget(self.keep)
        deeds.addStretch(1)
        deeds.addWidget(self.erase)
        self._bought = RowsModel(
            (
                Column("number", _("Sale or return"), weight=theme.MEDIUM, chips=_reversed,
                       text=lambda row: document_words(row.kind, row.number)),
                Column("occurred_at", _("When"), "instant", 160, token="ink2"),
                Column("total", _("Total"), "money", 120, theme.SEMIBOLD),
            ),
            self, money_decimals=self._digits,
        )  # fmt: skip
        self.bought = Table(self._bought, _("Sales and returns of this customer"))
        self.bought.setMinimumHeight(theme.TABLE_HEAD + 4 * theme.ROW_COMFORTABLE)
        self.bought.opened.connect(self._open_document)
        self._bought_title = settings_form.heading(_("Purchases"))
        self.no_purchase = fields.label(_("Nothing has been sold to this customer yet."), "label")
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S4)
        column.addLayout(head)
        column.addWidget(self.form)
        column.addLayout(deeds)
        column.addWidget(self._build_erasing())
        self.approval = ApprovalPanel(self._shop)
        column.addWidget(self.approval)
        for part in (self._bought_title, self.no_purchase, self.bought):
            column.addWidget(part)
        column.addStretch(1)
        return page

    def _build_erasing(self) -> QWidget:
        self.typed = QLineEdit()
        self.typed.setMaxLength(20)
        self.typed.setFixedWidth(140)
        self.typed.setAccessibleName(_("The customer's number, to confirm"))
        self.typed.textChanged.connect(lambda _text: self._judge())
        self.typed.returnPressed.connect(self._erase)
        self.erase_now = fields.Button(_("Erase now"), fields.BAD, icon="trash", on_click=self._erase)
        leave = fields.Button(_("Leave it"), key="Esc", on_click=self._leave_erasing)
        self._erase_words = fields.label("", "wrap")
        row = QHBoxLayout()
        row.setSpacing(theme.S2)
        row.addWidget(self.typed)
        row.addWidget(self.erase_now)
        row.addWidget(leave)
        row.addStretch(1)
        self.erasing = QWidget()
        column = QVBoxLayout(self.erasing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S2)
        column.addWidget(self._erase_words)
        column.addLayout(row)
        self.erasing.hide()
        return self.erasing

    def show_list(self) -> None:
        """Go back to the list."""
        self.customer = None
        self._leave_erasing()
        self._stack.setCurrentIndex(0)
        if self.isVisible() and self._shop.acting is not None:
            self._read_list()
            self.filter.setFocus()

    def open(self, customer_id: int) -> None:
        """Show one customer."""
        self._shop.read(query.customer, customer_id, then=self._show, key="settings customer")

    def begin(self, card: str = "") -> None:
        """Begin a customer, with the card that was scanned."""
        self.customer = None
        self._stack.setCurrentIndex(1)
        self.title.setText(_("New customer"))
        self.facts.setText("")
        self.form.put(CustomerFields("", card))
        for part in (self.erase, self._bought_title, self.bought, self.no_purchase):
            part.hide()
        self._leave_erasing()
        self.form.name.setFocus()

    def _show(self, customer: Customer | None) -> None:
        if customer is None:
            return
        if customer.erased_at is not None:
            self.show_list()
            return
        self.customer = customer
        self._stack.setCurrentIndex(1)
        self.title.setText(customer.fields.name)
        self.facts.setText(self._facts_of(customer))
        self.form.put(customer.fields)
        self._bought.set_rows(customer.documents)
        self.erase.show()
        self._bought_title.show()
        self.bought.setVisible(bool(customer.documents))
        self.no_purchase.setVisible(not customer.documents)

    def _facts_of(self, customer: Customer) -> str:
        count = len(customer.documents)
        facts = [
            customer.number,
            ngettext("{n} sale or return", "{n} sales and returns", count).format(n=fmt.number(count)),
            _("bought {amount}").format(amount=fmt.money(customer.bought, self._digits)),
        ]
        if customer.returned:
            facts.append(_("returned {amount}").format(amount=fmt.money(customer.returned, self._digits)))
        if customer.credit:
            facts.append(_("store credit {amount}").format(amount=fmt.money(customer.credit, self._digits)))
        return " · ".join(facts)

    def _dirty(self) -> bool:
        return self.customer is not None and self.form.typed() != self.customer.fields

    def save(self) -> None:
        """Keep what is typed."""
        customer_id = self.customer.id if self.customer is not None else None
        self._shop.run(service.save, customer_id, self.form.typed(), then=self._saved)

    def _saved(self, saved: CustomerSaved) -> None:
        self._shop.say("ok", _("Customer saved."))
        self.open(saved.customer_id)

    # -- erasing ----------------------------------------------------------------------------------------------------

    def _ask_erase(self) -> None:
        if self.customer is None:
            return
        self._erase_words.setText(
            _("Name, card, contact and note are gone for good, here and on papers that wait. The sales stay, under"
              " {number}. Type {number} to erase {name}.").format(
                number=self.customer.number, name=self.customer.fields.name
            )
        )  # fmt: skip
        self.typed.setText("")
        self.typed.setPlaceholderText(self.customer.number)
        self._judge()
        self.erasing.show()
        self.typed.setFocus()

    def _judge(self) -> None:
        wanted = self.customer.number if self.customer is not None else ""
        self.erase_now.setEnabled(bool(wanted) and self.typed.text().strip().casefold() == wanted.casefold())

    def _leave_erasing(self) -> None:
        self.erasing.hide()
        self.typed.setText("")
        self.approval.hide()

    def _erase(self, acting: Acting | None = None) -> None:
        customer = self.customer
        if customer is not None and self.erase_now.isEnabled():
            self._shop.run(
                service.erase, customer.id, then=lambda _changes: self._erased(customer.number),
                failed=self._not_erased, acting=acting, asked_by=self,
            )  # fmt: skip

    def _not_erased(self, error: ShopError) -> None:
        if isinstance(error, NotAllowed):
            self.approval.ask(error, self._erase)
        else:
            self._shop.say("bad", error.sentence())

    def _erased(self, number: str) -> None:
        self.show_list()
        self._shop.say("ok", _("{number} is erased.").format(number=number), _("The sales stay, without a name."))

    # -- scans, keys, what others change --------------------------------------------------------------------------

    def on_scan(self, scan: Scan) -> None:
        """Open the customer of a card; on an open one, the card becomes theirs once it is saved."""
        if self.approval.isVisible():
            self.approval.on_scan(scan)
        elif self._stack.currentIndex() == 1:
            sounds.yes()
            self.form.card.setText(scan.code)
        else:
            self._shop.read(query.by_card, scan.code, then=lambda row: self._scanned(scan.code, row), asked_by=self)

    def _scanned(self, code: str, row: CustomerRow | None) -> None:
        if row is not None:
            sounds.yes()
            self.open(row.id)
            return
        sounds.no()
        self._shop.say(
            "warn", _("Nobody has the card {code}.").format(code=code[:40]), "", _("New customer"),
            lambda: self.begin(code), key="card",
        )  # fmt: skip

    def _open_document(self, row: CustomerDocument | None) -> None:
        window = self.window()
        if row is not None and hasattr(window, "allowed_screens") and document_links.may_open(window):
            document_links.open_document(window, row.document_id)

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and changes.topics & _HEARD:
            self.came_into_view()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._stack.currentIndex() == 1:
            if self.erasing.isVisible():
                self._leave_erasing()
            else:
                self.show_list()
            return
        super().keyPressEvent(event)


def _chips(row: CustomerRow) -> list[Chip]:
    return [Chip(_("invoice"), "file-text")] if row.tax_number else []


def _reversed(row: CustomerDocument) -> list[Chip]:
    return [Chip(_("reversed"), "arrow-back-up", "warn")] if row.reversed else []
