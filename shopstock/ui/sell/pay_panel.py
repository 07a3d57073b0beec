"""Tender: the amount due stands selected, Enter is cash; a part amount and a method leave the rest filled in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from shopstock.core import tender
from shopstock.core.currency import Currency
from shopstock.core.tender import Method, Tender
from shopstock.core.text import _
from shopstock.core.units import Money
from shopstock.ui import format as fmt
from shopstock.ui import theme
from shopstock.ui.fields import MoneyEdit, label
from shopstock.ui.sell.open_sale import OpenSale
from shopstock.ui.sell.panel import Form, Panel
from shopstock.ui.sell.till_button import TillButton

Pay = Callable[[tuple[Tender, ...]], None]


class PayPanel(Panel):
    """Takes amounts by method until the sale is paid; then, or when Enter was given, ``pay`` gets all tenders."""

    def __init__(
        self, sale: OpenSale, methods: Sequence[Method], currency: Currency, pay: Pay, parent: QWidget | None = None
    ) -> None:
        super().__init__(_("Pay"), parent=parent)
        self._sale = sale
        self._currency = currency
        self._pay = pay
        self._methods = tuple(methods)
        self._cash = next((method for method in methods if method.is_cash), None)
        self.taken: list[Tender] = []
        form = Form(decimal=currency.digits > 0)
        self.amount = MoneyEdit(_("Amount"))
        self._words = form.add_field(_("Amount"), self.amount)
        self.amount.returnPressed.connect(self._entered)
        self.amount.textChanged.connect(self._show_back)
        self.back = label("", "label")
        form.column.addWidget(self.back)
        grid = QGridLayout()
        grid.setSpacing(theme.S2)
        self.method_keys: dict[str, TillButton] = {}
        for place, method in enumerate(methods):
            icon = "cash" if method.is_cash else "credit-card" if method.account == "card" else ""
            kind = "primary" if method is self._cash else "outline"
            key = TillButton(method.name, kind=kind, icon=icon, centered=True)
            key.clicked.connect(lambda _checked=False, m=method: self.take(m))
            self.method_keys[method.name] = key
            grid.addWidget(key, place // 2, place % 2)
        form.column.addLayout(grid)
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.S1)
        form.column.addLayout(self._list)
        form.column.addStretch(1)
        self.body.addWidget(form)
        self.first = self.amount
        self._show_rest()

    @property
    def rest(self) -> Money:
        """What is still to pay, negative when money goes back, as cash would pay it."""
        return tender.rest(self._sale.totals.total, self.taken, self._currency, in_cash=self._cash is not None)

    def set_amount(self, amount: Money) -> None:
        """Put a plausible amount in the field; Enter takes it as cash."""
        self.amount.write(amount, self._currency.digits)
        self.amount.setFocus()

    def take(self, method: Method) -> None:
        """Take the amount in the field by a method; the sale is paid when nothing is left."""
        amount = self._typed()
        if amount is None:
            return
        given = Tender(method, amount)
        due = self._sale.totals.total
        if not method.is_cash and amount == self.rest:
            # The field shows what coins can pay; a card pays to the cent.
            given = Tender(method, tender.rest(due, self.taken, self._currency, in_cash=False))
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
        method = next((one for one in self._methods if (one.is_cash if cash else one.account == "card")), None)
        if method is not None:
            self.set_amount(Money(abs(self.rest)))
            self.take(method)

    def sale_changed(self) -> None:
        if not self._sale.cart.lines:
            self.closed.emit()
            return
        self._show_rest()

    def _entered(self) -> None:
        amount = self._typed()
        if amount is not None and self._cash is not None:
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

    def _show_rest(self) -> None:
        rest = self.rest
        self.title.setText(_("Give back {amount}") if rest < 0 else _("Pay {amount}"))
        self.title.setText(self.title.text().format(amount=self._shown(rest)))
        self.set_amount(Money(abs(rest)))
        while self._list.count():
            item = self._list.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for place, one in enumerate(self.taken):
            key = TillButton(f"{one.method.name} {self._shown(one.amount)}", icon="check", height=theme.CONTROL)
            key.show_text(key.text(), _("take back"))
            key.clicked.connect(lambda _checked=False, n=place: self._untake(n))
            self._list.addWidget(key)

    def _untake(self, place: int) -> None:
        del self.taken[place]
        self.say("")
        self._show_rest()

    def _show_back(self) -> None:
        amount = self.amount.read()
        due = abs(self.rest)
        if amount is None or amount == due or self._sale.totals.total < 0:
            self.back.setText(_("Enter takes it in cash") if self._cash is not None else "")
        elif amount > due:
            self.back.setText(_("back {amount}").format(amount=self._shown(Money(amount - due))))
        else:
            self.back.setText(_("{left} less than is due").format(left=self._shown(Money(due - amount))))

    def _shown(self, amount: Money) -> str:
        return fmt.money(abs(amount), self._currency.digits)
