"""What each key of the till does: it opens a panel or acts at once, always after the scans before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from shopstock.core import commands
from shopstock.core.acting import Acting, Approval, Permission
from shopstock.core.cart import Cart
from shopstock.core.cart_lines import Goods
from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.outcome import Changes, NotAllowed, ShopError
from shopstock.core.returns import Condition
from shopstock.core.scan import Scan
from shopstock.core.tender import Tender
from shopstock.core.text import _
from shopstock.core.units import ONE, DocumentId, ItemId, Money, Qty
from shopstock.queries import items, sales, till
from shopstock.services import items as item_services
from shopstock.services import parked, printing, sell
from shopstock.ui.sell.ask_panels import NewItemPanel, OpenPricePanel
from shopstock.ui.sell.handed_over import HandedOver
from shopstock.ui.sell.line_panel import LinePanel
from shopstock.ui.sell.list_panels import RecallPanel
from shopstock.ui.sell.notice import Notice
from shopstock.ui.sell.pay_panel import PayPanel
from shopstock.ui.sell.price_panel import PricePanel
from shopstock.ui.shop import Shop

if TYPE_CHECKING:
    from shopstock.ui.sell.screen import SellScreen


class Desk(QObject):
    """The deeds of the till. ``finding`` is the red row that the next item picked from the list settles."""

    def __init__(self, screen: SellScreen, shop: Shop) -> None:
        super().__init__(screen)
        self._screen = screen
        self._shop = shop
        self._sale = screen.sale
        self._paying = screen.paying
        self._digits = screen.digits
        self.finding = 0
        self.last_document: DocumentId | None = None
        self.handed = HandedOver(self, screen, shop)

    # -- lines ----------------------------------------------------------------------------------------------------

    def tapped(self, uid: int) -> None:
        """A finger on a line: quantity, price, discount, void."""
        self._sale.then_do(lambda: self.open_line(uid, "quantity"))

    def change_line(self, mode: str) -> None:
        """F6 and F8: change the selected line."""
        self._sale.then_do(lambda: self.open_line(self._sale.cart.selected, mode))

    def open_line(self, uid: int, mode: str) -> None:
        """Open what a row offers: its condition if it comes back, else quantity, price and discount."""
        sale = self._sale
        if not sale.change(lambda: sale.cart.select(uid)):
            return
        if sale.cart.line(uid).unknown:
            self._screen.close_panel()
            return
        if sale.cart.line(uid).comes_back and mode == "quantity":
            self.handed.open_row(uid)
            return
        mode = "quantity" if mode == "typed" else mode
        panel = LinePanel(sale, uid, mode, sale.acting.may(Permission.OPEN_PRICE), self._digits)
        panel.priced.connect(self._paying.ask_needs)
        self._screen.open_panel(panel)

    # -- serial numbers -------------------------------------------------------------------------------------------

    def show_task(self) -> None:
        """Ask in the entry line for the serial number that a row wants, unless something else is asked for."""
        if self._screen.panel is not None or self.finding or not self._screen.approval.isHidden():
            return
        line = self._sale.cart.asks_serial
        asked = _("Scan or type the serial number of {name}").format(name=line.description) if line else ""
        self._screen.entry.show_task(asked, _("Esc: without one"))

    def skip_serial(self) -> bool:
        """Esc: the row that asks goes without a serial number; false when it was not asked for."""
        return self._screen.panel is None and not self.finding and self._sale.skip_serial()

    # -- red rows -------------------------------------------------------------------------------------------------

    def cure(self, uid: int, how: str) -> None:
        """Find, open price or new item, for a red row."""
        line = self._sale.cart.line(uid)
        screen = self._screen
        screen.close_panel()
        if how == "find":
            self.finding = uid
            screen.entry.show_task(_("Find the item for {code}").format(code=line.code))
        elif how == "price":
            screen.work.run(sell.open_price_goods, then=lambda goods: self._price_red(uid, goods))
        else:
            screen.open_panel(NewItemPanel(line.code, lambda name, price: self._make_item(uid, line.code, name, price)))

    def _price_red(self, uid: int, goods: Goods) -> None:
        sale, code = self._sale, self._sale.cart.line(uid).code

        def take(price: Money, words: str) -> None:
            named = Goods(
                goods.item_id, goods.sku, words.strip() or code, goods.price, goods.tax_rate, goods.unit,
                goods.stocked, goods.asks_price,
            )  # fmt: skip
            sale.then_do(lambda: self._close_if(sale.change(lambda: sale.cart.resolve(uid, named, price=price))))

        self._screen.open_panel(OpenPricePanel(goods, code, take))

    def _make_item(self, uid: int, code: str, name: str, price: Money) -> None:
        def made(changes: Changes) -> None:
            self._screen.close_panel()
            self._sale.choose(next(iter(changes.items)), uid)

        fields = ItemFields(name=name, price=price)
        self._screen.work.run(item_services.create, fields, [NewCode(code)], then=made)

    def chosen(self, item_id: ItemId) -> None:
        """An item was picked from the list: for the price check, for a red row, or for the sale."""
        panel = self._screen.panel
        if isinstance(panel, PricePanel):
            panel.choose(item_id)
            return
        red, self.finding = self.finding, 0
        self.show_task()
        self._sale.choose(item_id, red)

    # -- prices ---------------------------------------------------------------------------------------------------

    def open_price(self) -> None:
        """Sell goods without a code at a price that is typed."""
        self._screen.work.run(sell.open_price_goods, then=lambda goods: self.ask_price(goods, ONE))

    def ask_price(self, goods: Goods, qty: Qty) -> None:
        """Ask the price of an item that has none of its own."""
        sale = self._sale

        def take(price: Money, words: str) -> None:
            def add() -> Cart:
                return sale.cart.add_open_price(goods, price, description=words, qty=qty)

            sale.then_do(lambda: self._close_if(sale.change(add, added=True)))

        self._screen.open_panel(OpenPricePanel(goods, "", take))

    def _close_if(self, taken: bool) -> None:
        if taken:
            self._screen.close_panel()

    def check_price(self) -> None:
        """F7: look at price and stock, adding nothing; again goes back."""
        self._sale.then_do(self._check_price)

    def _check_price(self) -> None:
        if isinstance(self._screen.panel, PricePanel):
            self._screen.close_panel()
        else:
            self._screen.open_panel(PricePanel(self._shop, self._sale, self._digits))

    # -- paying ---------------------------------------------------------------------------------------------------

    def pay(self) -> None:
        """F9 and Enter on an empty line: open the tender."""
        self._sale.then_do(lambda: self.open_tender(None))

    def pay_amount(self, amount: int) -> None:
        """A plausible amount was pressed: it is set, Enter or the method takes it."""
        self._sale.then_do(lambda: self.open_tender(Money(amount)))

    def open_tender(self, amount: Money | None) -> PayPanel | None:
        """Open the tender, or go on in the one that is open; ``None`` when the sale cannot be paid yet."""
        why = self._paying.why_not()
        if why:
            self._screen.say(Notice("bad", why))
            return None
        panel = self._screen.panel
        if not isinstance(panel, PayPanel):
            panel = PayPanel(self._shop, self._sale, self._paying.methods, self._screen.currency, self._paying.pay)
            self._screen.open_panel(panel)
        if amount is not None:
            panel.set_amount(amount)
        return panel

    def offered(self) -> None:
        """Take what the tender offers: all that vouchers paid, money back as it was paid, else exact cash."""
        panel = self._screen.panel
        if isinstance(panel, PayPanel):
            panel.take_offered()
        else:
            self.pay()

    def exact(self) -> None:
        """F10: everything in cash, done; in an open tender what is left of it."""
        panel = self._screen.panel
        if isinstance(panel, PayPanel):
            panel.take_rest(cash=True)
        else:
            self._paying.exact()

    def card(self) -> None:
        """Everything by card, done; in an open tender what is left of it."""
        panel = self._screen.panel
        if isinstance(panel, PayPanel):
            panel.take_rest(cash=False)
        else:
            self._paying.by_card()

    def ask_need(self, need: sell.Need, tenders: tuple[Tender, ...]) -> None:
        """Ask a second person to allow what the cart needs, then go on paying."""
        error = NotAllowed(need.permission, need.sentence, need.subject)

        def approved(acting: Acting) -> None:
            approval = acting.approval
            if approval is not None:
                self._sale.then_do(lambda: self._keep(approval))
            if tenders:
                self._paying.pay(tenders)

        self._screen.ask_approval(error, approved)

    def badge_or_goods(self, scan: Scan) -> None:
        """Take a scan while a second person is asked for: goods are a row as ever, all else is tried as their badge."""
        badge = self._screen.approval.on_scan

        def found(item: items.Found | None) -> None:
            if item is None:
                badge(scan)
            else:
                self._sale.scan(scan)

        self._shop.read(
            items.by_code, scan.code, self._sale.acting.location_id, self._sale.rules, then=found,
            failed=lambda _error: badge(scan), asked_by=self,
        )  # fmt: skip

    def _keep(self, approval: Approval) -> None:
        self._sale.put(self._sale.cart.approved(approval))

    # -- park and recall -------------------------------------------------------------------------------------

    def park(self) -> None:
        """F4: put the sale aside; its goods are held."""
        self._sale.then_do(self._park)

    def _park(self) -> None:
        sale = self._sale
        if not sale.cart.lines:
            self._screen.say(Notice("bad", _("There is nothing to park yet.")))
            return
        cart = sale.detach()
        self._screen.close_panel()
        # What comes next may be "recall": it has to find this sale parked.
        ticket, busy = sale.steps.hold()

        def done(_changes: Changes) -> None:
            sale.steps.release(ticket)
            held = _("Its goods are held. F5 brings it back.")
            self._screen.say(Notice("ok", _("The sale is parked."), held, _("Recall"), self.recall))

        def failed(error: ShopError) -> None:
            sale.give_back(cart)
            sale.steps.release(ticket)
            self._screen.say(Notice("bad", error.sentence()))

        self._shop.run(parked.park, cart, then=done, failed=failed, busy=busy, asked_by=self)
        sale.save()

    def recall(self) -> None:
        """F5: the list of parked sales; again goes back."""
        if isinstance(self._screen.panel, RecallPanel):
            self._screen.close_panel()
        else:
            self._screen.open_panel(RecallPanel(self._shop, self._sale, self._digits, self._recall))

    def _recall(self, parked_id: int) -> None:
        self._sale.then_do(lambda: self._recall_now(parked_id))

    def _recall_now(self, parked_id: int) -> None:
        sale = self._sale
        if sale.cart.lines:
            self._park()
        ticket, busy = sale.steps.hold()

        def back(cart: Cart) -> None:
            sale.put(cart)
            sale.read_stock(line.item_id for line in cart.lines)
            self._screen.close_panel()
            self._shop.announce(Changes(topics=frozenset({"parked"})))
            sale.steps.release(ticket)

        def failed(error: ShopError) -> None:
            self._screen.say(Notice("bad", error.sentence()))
            sale.steps.release(ticket)

        self._shop.run(parked.recall, parked_id, then=back, failed=failed, busy=busy, asked_by=self)

    def recall_last(self) -> None:
        """Bring back the sale that was parked last, for the command sheet."""
        self._sale.then_do(self._recall_last)

    def _recall_last(self) -> None:
        ticket, busy = self._sale.steps.hold()

        def found(rows: list[till.Parked]) -> None:
            if rows:
                self._recall_now(rows[0].id)
            else:
                self._screen.say(Notice("bad", _("No sale is parked.")))
                self._sale.steps.release(ticket)

        self._shop.read(till.parked_sales, self._sale.acting.location_id, then=found, busy=busy, asked_by=self)

    # -- the rest -------------------------------------------------------------------------------------------------

    def reprint(self) -> None:
        """Ctrl+R: print the last receipt of this till again, marked COPY."""
        if self.last_document is not None:
            self._reprint(self.last_document)
            return

        def found(rows: list[sales.SaleRow]) -> None:
            if rows:
                self._reprint(rows[0].document_id)
            else:
                self._screen.say(Notice("bad", _("Nothing was sold at this till yet.")))

        self._shop.read(sales.recent, self._sale.acting.station_id, 1, then=found, asked_by=self)

    def _reprint(self, document_id: DocumentId) -> None:
        said = Notice("ok", _("The receipt is printed again, marked COPY."))
        self._screen.work.run(printing.reprint, document_id, then=lambda _changes: self._screen.say(said))

    def command(self, command: commands.Command) -> None:
        """Do what a code of the command sheet says."""
        sale, action = self._sale, commands.Action
        deeds: dict[commands.Action, Any] = {
            action.PAY: self.pay,
            action.EXACT: self.exact,
            action.CARD: self.card,
            action.VOID: lambda: sale.void(sale.cart.selected),
            action.UNDO: sale.undo,
            action.PARK: self.park,
            action.RECALL: self.recall_last,
            action.DROP: self._drop_red,
            action.TIMES: lambda: sale.set_times(Qty(command.times * ONE)),
            action.MINUS: lambda: sale.step(-1),
            action.REPRINT: self.reprint,
            action.CANCEL: self._screen.escape,
            action.OFFERED: self.offered,
            action.RETURN: self.handed.take_back,
            action.EVERYTHING: self.handed.everything,
            action.AS_NEW: lambda: self.handed.condition(Condition.AS_NEW),
            action.OPENED: lambda: self.handed.condition(Condition.OPENED),
            action.DAMAGED: lambda: self.handed.condition(Condition.DAMAGED),
            action.EXPIRED: lambda: self.handed.condition(Condition.EXPIRED),
        }
        deeds[command.action]()

    def _drop_red(self) -> None:
        red = [line.uid for line in self._sale.cart.lines if line.unknown]
        if red:
            self._sale.void(red[-1])
        else:
            self._screen.say(Notice("bad", _("There is no red row.")))
