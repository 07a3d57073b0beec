"""From "pay" to the change: check, ask who must be asked, detach the sale, commit, tell.

The next customer's first scan may come while the sale is still being committed: it falls into a new cart, because the
one that is paid was taken out of the screen's hands first. When the commit is refused, the cart comes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from shopstock.core import currency, tender
from shopstock.core.acting import Permission
from shopstock.core.cart import Cart
from shopstock.core.outcome import Changes, DocumentRef, NotAllowed, Refused, ShopError
from shopstock.core.tender import Method, Tender
from shopstock.core.text import _
from shopstock.core.units import Money
from shopstock.ui import format as fmt
from shopstock.ui.sell.notice import Notice
from shopstock.ui.sell.open_sale import OpenSale
from shopstock.ui.shop import Shop

if TYPE_CHECKING:
    from shopstock.services import sell


class Paid(NamedTuple):
    """A sale that is committed: its document, what it came to, and the change to hand out.

    ``left_on`` are the vouchers that paid, each with what is left on it.
    """

    document: DocumentRef
    total: Money
    change: Money
    methods: str
    left_on: tuple[tuple[str, Money], ...] = ()

    def words(self, digits: int) -> tuple[str, str]:
        """Say what was paid or given back and how, and what is left on the vouchers that paid."""
        back = _("{number}: {amount} given back, {method}.")
        word = _("Sale {number} paid, {method} {amount}.") if self.total >= 0 else back
        fact = word.format(number=self.document.number, method=self.methods, amount=fmt.money(abs(self.total), digits))
        left = _("{left} is left on {number}.")
        return fact, " ".join(left.format(left=fmt.money(rest, digits), number=number) for number, rest in self.left_on)


class Paying(QObject):
    """Pays the open sale. ``paid`` comes after the commit, ``needed`` when a second person has to say yes first."""

    paid = Signal(object)  # Paid
    detached = Signal()  # the sale is on its way; the screen is free
    needed = Signal(object, object)  # sell.Need, tenders

    def __init__(self, shop: Shop, sale: OpenSale, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._sale = sale
        self.methods: tuple[Method, ...] = ()

    def use(self, methods: list[Method]) -> None:
        """Take these named ways to pay from now on."""
        self.methods = tuple(methods)

    def exact(self) -> None:
        """Take the whole amount in cash, after the scans that are still on their way."""
        self._sale.then_do(lambda: self._exact(cash=True))

    def by_card(self) -> None:
        """Take the whole amount by the first card method."""
        self._sale.then_do(lambda: self._exact(cash=False))

    def pay(self, tenders: tuple[Tender, ...]) -> None:
        """Pay with these tenders, after the scans that are still on their way."""
        self._sale.then_do(lambda: self._check(tenders))

    def ask_needs(self) -> None:
        """Ask at once for the yes that a discount or a price by hand needs, instead of when the customer pays."""
        from shopstock.services import sell

        self._shop.read(sell.needs, self._sale.cart, then=self._needs_read, key="needs", asked_by=self)

    def _needs_read(self, needs: tuple[sell.Need, ...]) -> None:
        if needs:
            self.needed.emit(needs[0], ())

    def why_not(self) -> str:
        """Say why the sale cannot be paid now; empty when it can."""
        cart = self._sale.cart
        if not cart.lines:
            return _("There is nothing to pay yet. Scan the first item.")
        return self.waits_for()

    def waits_for(self) -> str:
        """Say what a sale with rows waits for; empty when it is ready."""
        red = sum(1 for line in self._sale.cart.lines if line.unknown)
        if not red:
            return ""
        return _("Settle 1 red row, then pay") if red == 1 else _("Settle {n} red rows, then pay").format(n=red)

    def _exact(self, *, cash: bool) -> None:
        method = next((one for one in self.methods if (one.is_cash if cash else one.account == "card")), None)
        if method is None:
            self._sale.noticed.emit(
                Notice("bad", _("This shop takes no cash.") if cash else _("This shop has no card method."))
            )
            return
        due = self._sale.totals.total
        asked = tender.cash_due(due, currency.of(self._sale.cart.currency)) if cash else due
        self._check((Tender(method, asked),))

    def _check(self, tenders: tuple[Tender, ...]) -> None:
        from shopstock.services import sell

        why = self.why_not()
        if why:
            self._sale.noticed.emit(Notice("bad", why))
            return
        sale = self._sale
        if not sale.attempt(lambda: tender.settle(sale.totals.total, tenders, currency.of(sale.cart.currency))):
            return
        ticket, busy = sale.steps.hold()

        def answered(needs: tuple[sell.Need, ...]) -> None:
            if sale.steps.holds(ticket):
                if needs:
                    self.needed.emit(needs[0], tenders)
                else:
                    self._commit(tenders)
                sale.steps.release(ticket)

        def failed(error: ShopError) -> None:
            sale.noticed.emit(Notice("bad", error.sentence()))
            sale.steps.release(ticket)

        self._shop.read(sell.needs, sale.cart, then=answered, failed=failed, busy=busy, asked_by=self)

    def _commit(self, tenders: tuple[Tender, ...]) -> None:
        from shopstock.services import sell

        sale = self._sale
        totals = sale.totals
        settlement = tender.settle(totals.total, tenders, currency.of(sale.cart.currency))
        cart = sale.detach()
        self.detached.emit()

        def done(changes: Changes) -> None:
            assert changes.document is not None
            names = ", ".join(dict.fromkeys(payment.method_name for payment in settlement.payments))
            left_on = tuple(
                (one.reference, Money(one.balance - one.amount)) for one in tenders if one.balance is not None
            )
            self.paid.emit(Paid(changes.document, totals.total, settlement.change, names, left_on))

        def failed(error: ShopError) -> None:
            self._failed(cart, tenders, error)

        self._shop.run(sell.complete_sale, cart, tenders, then=done, failed=failed, asked_by=self)
        sale.save()

    def _failed(self, cart: Cart, tenders: tuple[Tender, ...], error: ShopError) -> None:
        self._sale.give_back(cart)
        if isinstance(error, NotAllowed) and error.subject:
            from shopstock.services import sell

            self.needed.emit(sell.Need(Permission(error.permission), error.subject, error.sentence()), tenders)
            return
        follows = "" if isinstance(error, Refused) else _("The sale is not lost: it is open again.")
        self._sale.noticed.emit(Notice("bad", error.sentence(), follows))
