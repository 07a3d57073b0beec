"""What is handed over the counter beside goods and money: receipts to return from, vouchers, customers' cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from shopstock.core.cart import Cart
from shopstock.core.returns import Condition
from shopstock.core.text import _
from shopstock.core.units import DocumentId
from shopstock.queries import sales, vouchers
from shopstock.queries.customers import CustomerRow
from shopstock.ui import format as fmt
from shopstock.ui import sounds
from shopstock.ui.sell import papers
from shopstock.ui.sell.customer_panel import CustomerPanel
from shopstock.ui.sell.notice import Notice
from shopstock.ui.sell.pay_panel import PayPanel
from shopstock.ui.sell.return_panel import ReturnPanel
from shopstock.ui.shop import Shop

if TYPE_CHECKING:
    from shopstock.ui.sell.desk import Desk
    from shopstock.ui.sell.screen import SellScreen


class HandedOver(QObject):
    """Takes each paper to where it belongs."""

    def __init__(self, desk: Desk, screen: SellScreen, shop: Shop) -> None:
        super().__init__(desk)
        self._desk, self._screen, self._shop = desk, screen, shop
        self._sale = screen.sale
        self._digits = screen.digits

    def paper(self, paper: papers.Paper) -> None:
        """Take what was scanned: a receipt offers its lines, a voucher pays, a card names the customer."""
        if isinstance(paper, sales.Sale):
            self.open_return(paper)
        elif isinstance(paper, CustomerRow):
            self.choose(paper)
        else:
            self._voucher(paper)

    # -- goods that come back -------------------------------------------------------------------------------------

    def take_back(self) -> None:
        """F11: goods come back; again goes back to the sale."""
        self._sale.then_do(self._take_back)

    def _take_back(self) -> None:
        if isinstance(self._screen.panel, ReturnPanel):
            self._screen.close_panel()
        else:
            self.open_return(None)

    def open_return(self, sold: sales.Sale | None) -> ReturnPanel:
        """Open the return panel, on a sale if one is known."""
        panel = ReturnPanel(self._shop, self._sale, self._digits, sold)
        panel.quantity.connect(lambda uid: self._desk.open_line(uid, "typed"))
        self._screen.open_panel(panel)
        return panel

    def open_row(self, uid: int) -> None:
        """A row that comes back was touched: show its condition, and offer more of its sale."""
        line = self._sale.cart.line(uid)
        panel = self._screen.panel
        if isinstance(panel, ReturnPanel):
            panel.open_row()
        elif line.of_document_id is None:
            panel = self.open_return(None)
            panel.start_loose()
            panel.open_row()
        else:
            self._shop.read(sales.by_id, DocumentId(line.of_document_id), then=self._open_row_of, asked_by=self)

    def _open_row_of(self, sold: sales.Sale | None) -> None:
        if sold is not None and any(line.comes_back for line in self._sale.cart.lines):
            self.open_return(sold).open_row()

    def everything(self) -> None:
        """Take back everything of the sale on show, for the command sheet."""
        panel = self._screen.panel
        if isinstance(panel, ReturnPanel):
            panel.take_all()
        else:
            self._screen.say(Notice("bad", _("Scan the receipt first, then what comes back.")))

    def condition(self, condition: Condition) -> None:
        """Say in what condition the row that comes back is, for the command sheet."""
        panel = self._screen.panel
        if isinstance(panel, ReturnPanel):
            panel.set_condition(condition)
            return
        sale = self._sale
        line = next((one for one in sale.cart.lines if one.uid == sale.cart.selected and one.comes_back), None)
        if line is None:
            self._screen.say(Notice("bad", _("Select the row that came back first.")))
        else:
            sale.change(lambda: sale.cart.set_condition(line.uid, condition, None, line.reason))

    # -- customers ------------------------------------------------------------------------------------------------

    def customer(self) -> None:
        """F3: whose sale this is; again goes back."""
        self._sale.then_do(self._customer)

    def _customer(self) -> None:
        if isinstance(self._screen.panel, CustomerPanel):
            self._screen.close_panel()
            return
        panel = CustomerPanel(self._shop, self._sale, self._digits)
        panel.chosen.connect(self.choose)
        panel.purchase.connect(self._return_from)
        self._screen.open_panel(panel)

    def choose(self, row: CustomerRow) -> None:
        """Put a customer on the sale; one with a tax number gets an invoice unless that is taken off again."""
        sale = self._sale

        def act() -> Cart:
            return sale.cart.for_customer(row.name, row.id).with_invoice(bool(row.tax_number))

        sale.then_do(lambda: sale.put(act()))
        if isinstance(self._screen.panel, CustomerPanel):
            self._screen.close_panel()
        sounds.yes()
        facts = []
        if row.credit:
            facts.append(_("Store credit {amount}.").format(amount=fmt.money(row.credit, self._digits)))
        if row.tax_number:
            facts.append(_("The receipt is an invoice."))
        said = _("{name} ({number}) is the customer.").format(name=row.name, number=row.number)
        self._screen.say(Notice("ok", said, " ".join(facts), _("Purchases"), self.customer))

    def nobody(self) -> None:
        """Take the customer off the sale."""
        self._sale.then_do(lambda: self._sale.put(self._sale.cart.for_customer("")))
        if isinstance(self._screen.panel, CustomerPanel):
            self._screen.close_panel()

    def _return_from(self, document_id: int) -> None:
        self._shop.read(sales.by_id, DocumentId(document_id), then=self._open_sold, asked_by=self)

    def _open_sold(self, sold: sales.Sale | None) -> None:
        if sold is not None:
            self.open_return(sold)

    # -- vouchers -------------------------------------------------------------------------------------------------

    def _voucher(self, voucher: vouchers.Voucher | papers.NoVoucher) -> None:
        if isinstance(voucher, papers.NoVoucher):
            said = _("There is no voucher {number}. Check the number.").format(number=voucher.number)
            self._screen.say(Notice("bad", said))
            return
        held = _("Voucher {number} has {left} left of {amount}.").format(
            number=voucher.number, left=fmt.money(voucher.balance, self._digits),
            amount=fmt.money(voucher.amount, self._digits),
        )  # fmt: skip
        sale = self._sale
        if not sale.cart.lines:
            self._screen.say(Notice("info", held, _("Scan goods, then the voucher to pay with it.")))
        elif sale.totals.total <= 0 and not isinstance(self._screen.panel, PayPanel):
            self._screen.say(Notice("info", held, _("Nothing is due that it could pay.")))
        else:
            panel = self._desk.open_tender(None)
            if panel is not None:
                panel.take_voucher(voucher)
