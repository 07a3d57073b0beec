"""Tender: the amount due stands selected, Enter is cash; a part amount and a method leave the rest filled in.

Money that goes back is offered as it was paid: Enter takes that. Store credit asks for its voucher, which a scan gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import shiboken6
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from shopstock.core import tender
from shopstock.core import vouchers as voucher_numbers
from shopstock.core.currency import Currency
from shopstock.core.tender import Method, Tender
from shopstock.core.text import _
from shopstock.core.units import DocumentId, Money
from shopstock.queries import sales, vouchers
from shopstock.ui import format as fmt
from shopstock.ui import sounds, theme
from shopstock.ui.fields import MoneyEdit, label
from shopstock.ui.sell import papers
from shopstock.ui.sell.find_sale import card_digits_field
from shopstock.ui.sell.notice import Notice
from shopstock.ui.sell.open_sale import OpenSale
from shopstock.ui.sell.panel import Form, Panel
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.shop import Shop

Pay = Callable[[tuple[Tender, ...]], None]


class PayPanel(Panel):
    """Takes amounts by method until the sale is paid; then, or when Enter was given, ``pay`` gets all tenders."""

    def __init__(self, shop: Shop, sale: OpenSale, methods: Sequence[Method], currency: Currency, pay: Pay) -> None:
        super().__init__(_("Pay"))
        self._shop = shop
        self._sale = sale
        self._currency = currency
        self._pay = pay
        self._cash = next((method for method in methods if method.is_cash), None)
        self._methods = tuple(methods)
        self.taken: list[Tender] = []
        self.offer: tuple[Tender, ...] = ()
        self._asking_voucher = False
        self._form = Form(decimal=currency.digits > 0)
        self.offer_key = TillButton(kind="primary", stacked=True)
        self.offer_key.clicked.connect(lambda _checked=False: self.take_offered())
        self.offer_key.hide()
        self._form.column.addWidget(self.offer_key)
        self._build_fields()
        self._build_methods()
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.S1)
        self._form.column.addLayout(self._list)
        self._form.column.addStretch(1)
        self.body.addWidget(self._form)
        self.first = self.amount
        self._show_rest()
        self._read_offer()

    def _build_fields(self) -> None:
        sale = self._sale
        self.amount = MoneyEdit(_("Amount"))
        self._words = self._form.add_field(_("Amount"), self.amount)
        self.amount.returnPressed.connect(lambda: sale.then_do(self._entered))
        self.amount.textChanged.connect(self._show_back)
        self.number = QLineEdit()
        self.number.setMaxLength(40)
        self._number_words = self._form.add_field(_("Scan the voucher, or type its number"), self.number)
        self.number.returnPressed.connect(self._voucher_typed)
        below = QHBoxLayout()
        below.setSpacing(theme.S2)
        self.back_words = label("", "label")
        self.card_digits = card_digits_field()
        self.card_digits.setPlaceholderText(_("Card …"))
        self.card_digits.setToolTip(_("Last four digits of the card, if wanted: they help to find the sale again."))
        self.card_digits.setFixedWidth(92)
        self.card_digits.returnPressed.connect(lambda: self._take_by(lambda one: one.account == "card"))
        if not any(method.account == "card" for method in self._methods):
            self.card_digits.hide()
        below.addWidget(self.back_words, 1)
        below.addWidget(self.card_digits)
        self._form.column.addLayout(below)
        self._ask_voucher(False)

    def _build_methods(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(theme.S2)
        self.method_keys: dict[str, TillButton] = {}
        for place, method in enumerate(self._methods):
            icon = "cash" if method.is_cash else "credit-card" if method.account == "card" else ""
            key = TillButton(method.name, icon="receipt" if method.is_store_credit else icon, centered=True)
            key.clicked.connect(lambda _checked=False, m=method: self.take(m))
            self.method_keys[method.name] = key
            grid.addWidget(key, place // 2, place % 2)
        self._form.column.addLayout(grid)

    @property
    def rest(self) -> Money:
        """What is still to pay, negative when money goes back, as cash would pay it."""
        return tender.rest(self._sale.totals.total, self.taken, self._currency, in_cash=self._cash is not None)

    def set_amount(self, amount: Money) -> None:
        """Put a plausible amount in the field; Enter takes it as cash."""
        self._ask_voucher(False)
        self.amount.write(amount, self._currency.digits)
        self.amount.setFocus()

    def take(self, method: Method) -> None:
        """Take the amount in the field by a method; the sale is paid when nothing is left."""
        due = self._sale.totals.total
        if method.is_store_credit and due > 0 and self.rest:
            self._ask_voucher(True)
            return
        self._ask_voucher(False)
        amount = self._typed()
        if amount is None:
            return
        given = Tender(method, amount, self.card_digits.text() if method.account == "card" else "")
        if not method.is_cash and amount == self.rest:
            # The field shows what coins can pay; a card pays to the cent.
            given = replace(given, amount=tender.rest(due, self.taken, self._currency, in_cash=False))
        paid = sum(one.amount for one in (*self.taken, given))
        asked = tender.cash_due(due, self._currency) if method.is_cash else due
        if abs(paid) >= abs(asked) or not amount:
            self._finish((*self.taken, given))
            return
        self.taken.append(given)
        self._show_rest()
        self.say(_("{left} is still to pay. Choose how.").format(left=self._shown(self.rest)))

    def take_rest(self, *, cash: bool) -> None:
        """Take all that is left in cash or by card."""
        self._take_by(lambda one: one.is_cash if cash else one.account == "card", rest=True)

    def _take_by(self, wanted: Callable[[Method], bool], *, rest: bool = False) -> None:
        method = next((one for one in self._methods if wanted(one)), None)
        if method is not None:
            if rest:
                self.set_amount(Money(abs(self.rest)))
            self.take(method)

    def take_offered(self) -> None:
        """Take what Enter would: money back as it was paid, what vouchers have paid, else cash."""
        if self.offer and not self.taken:
            self._finish(self.offer)
        elif self.taken and not self.rest:
            self._finish(tuple(self.taken))
        else:
            self.take_rest(cash=True)

    def back(self) -> bool:
        if not self._asking_voucher:
            return False
        self._ask_voucher(False)
        self.amount.setFocus()
        return True

    def sale_changed(self) -> None:
        if not self._sale.cart.lines:
            self.closed.emit()
            return
        self._fit_vouchers()
        self._show_rest()
        self._read_offer()

    def _entered(self) -> None:
        if not shiboken6.isValid(self.amount):
            return
        amount = self._typed()
        if amount is None:
            return
        if amount == self.rest and (self.offer or self.taken) and not (self.taken and self.rest):
            self.take_offered()
        elif self._cash is not None:
            self._finish((*self.taken, Tender(self._cash, amount)))

    def _finish(self, tenders: tuple[Tender, ...]) -> None:
        self._pay(tenders)

    def _typed(self) -> Money | None:
        amount = self.amount.read()
        if amount is None:
            self.say(_("Type the amount, such as 20 or 17.50."))
            self.amount.setFocus()
            return None
        return Money(-abs(amount)) if self._sale.totals.total < 0 else amount

    # -- giving back as it was paid -------------------------------------------------------------------------------

    def _read_offer(self) -> None:
        cart, total = self._sale.cart, self._sale.totals.total
        documents = list(dict.fromkeys(line.of_document_id for line in cart.lines if line.of_document_id is not None))
        if total < 0 and documents:
            of = [DocumentId(document_id) for document_id in documents]
            # Enter, pressed at once, takes the offer too: the queue waits for it.
            ticket, busy = self._sale.steps.hold()

            def found(tenders: tuple[Tender, ...]) -> None:
                if shiboken6.isValid(self):
                    self._offered(total, tenders)
                self._sale.steps.release(ticket)

            self._shop.read(
                sales.suggest_give_back, of, Money(-total), then=found, key="give back", busy=busy, asked_by=self._sale
            )
        else:
            self._shop.forget("give back")
            self._offered(total, ())

    def _offered(self, total: Money, tenders: tuple[Tender, ...]) -> None:
        if total != self._sale.totals.total:
            return
        self.offer = tenders
        parts = (f"{self._shown(one.amount)} {one.method.name}" for one in tenders)
        self.offer_key.show_text(" + ".join(parts), _("as it was paid: Enter"))
        self._show_first()

    def _show_first(self) -> None:
        offered = bool(self.offer) and not self.taken
        self.offer_key.setVisible(offered)
        for method in self._methods:
            first = method is self._cash and not offered
            self.method_keys[method.name].kind = "primary" if first else "outline"
            self.method_keys[method.name].update()
        self._show_back()

    # -- vouchers -------------------------------------------------------------------------------------------------

    def _ask_voucher(self, asks: bool) -> None:
        self._asking_voucher = asks
        self.amount.setVisible(not asks)
        self._words.setVisible(not asks)
        self.number.setVisible(asks)
        self._number_words.setVisible(asks)
        if asks:
            self.number.setText("")
            self.number.setFocus()

    def _voucher_typed(self) -> None:
        text = self.number.text().strip()
        number = voucher_numbers.normal(papers.digits_as_voucher(text))
        if number is None:
            self._refuse(_("“{text}” is no voucher's number. Scan the voucher.").format(text=text[:40]))
            return
        self._shop.read(
            vouchers.by_number, number, then=lambda found: self._voucher_found(number, found), asked_by=self
        )

    def _voucher_found(self, number: str, found: vouchers.Voucher | None) -> None:
        if found is None:
            self._refuse(_("There is no voucher {number}. Check the number.").format(number=number))
        else:
            self.take_voucher(found)

    def take_voucher(self, voucher: vouchers.Voucher) -> None:
        """Take as much of a voucher as it holds, or as is due."""
        method = next((one for one in self._methods if one.is_store_credit), None)
        left = tender.rest(self._sale.totals.total, self.taken, self._currency, in_cash=False)
        if method is None:
            self._refuse(_("This shop takes no store credit. Choose another way to pay."))
        elif any(one.reference == voucher.number for one in self.taken):
            self._refuse(_("Voucher {number} is taken already. Scan another one.").format(number=voucher.number))
        elif voucher.balance <= 0:
            self._refuse(_("Voucher {number} is used up.").format(number=voucher.number))
        elif left <= 0:
            self._refuse(_("Nothing is left to pay. Voucher {number} stays as it is.").format(number=voucher.number))
        else:
            amount = Money(min(voucher.balance, left))
            self.taken.append(Tender(method, amount, voucher.number, voucher.balance))
            self._ask_voucher(False)
            self._show_rest()
            self.amount.setFocus()
            sounds.yes()
            self.say(self._voucher_words(self.taken[-1]))

    def _voucher_words(self, one: Tender) -> str:
        stays = self._shown(Money((one.balance or 0) - one.amount))
        said = _("Voucher {number} pays {amount}, {stays} stays on it.").format(
            number=one.reference, amount=self._shown(one.amount), stays=stays
        )
        if self.rest:
            return said + " " + _("{left} is still to pay. Choose how.").format(left=self._shown(self.rest))
        return said + " " + _("Enter ends the sale.")

    def _fit_vouchers(self) -> None:
        """Let vouchers pay what is due now: a row came or went since they were scanned."""
        left = int(self._sale.totals.total) - sum(one.amount for one in self.taken if one.balance is None)
        fitted = []
        for one in self.taken:
            amount = one.amount if one.balance is None else Money(max(0, min(one.balance, left)))
            left -= 0 if one.balance is None else amount
            if amount:
                fitted.append(replace(one, amount=amount))
        self.taken = fitted

    def _refuse(self, said: str) -> None:
        self._sale.noticed.emit(Notice("bad", said))

    # -- showing --------------------------------------------------------------------------------------------------

    def _show_rest(self) -> None:
        rest = self.rest
        words = _("Give back {amount}") if rest < 0 else _("Pay {amount}")
        paid = bool(self.taken) and not rest
        self.title.setText(_("All is paid") if paid else words.format(amount=self._shown(rest)))
        self.amount.write(Money(abs(rest)), self._currency.digits)
        if not self._asking_voucher:
            self.amount.setFocus()
        while self._list.count():
            item = self._list.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for place, one in enumerate(self.taken):
            key = TillButton(self._taken_words(one), icon="check", height=theme.CONTROL)
            key.show_text(key.text(), _("take back"))
            key.clicked.connect(lambda _checked=False, n=place: self._untake(n))
            self._list.addWidget(key)
        self._show_first()

    def _taken_words(self, one: Tender) -> str:
        words = f"{one.method.name} {self._shown(one.amount)}"
        return f"{words} · {one.reference}" if one.reference else words

    def _untake(self, place: int) -> None:
        del self.taken[place]
        self.say("")
        self._show_rest()

    def _show_back(self) -> None:
        amount = self.amount.read()
        due = abs(self.rest)
        if self.taken and not due:
            self.back_words.setText(_("Enter ends the sale"))
        elif amount is not None and amount == due and self.offer and not self.taken:
            self.back_words.setText(_("Enter gives it back as paid"))
        elif amount is None or amount == due or self._sale.totals.total < 0:
            self.back_words.setText(_("Enter takes it in cash") if self._cash is not None else "")
        elif amount > due:
            self.back_words.setText(_("back {amount}").format(amount=self._shown(Money(amount - due))))
        else:
            self.back_words.setText(_("{left} less than is due").format(left=self._shown(Money(due - amount))))

    def _shown(self, amount: Money) -> str:
        return fmt.money(abs(amount), self._currency.digits)
