"""Change one line: its quantity, price or discount, or take it off. Opened by a tap, F6 or F8."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from shopstock.core.cart import Cart
from shopstock.core.entry import parse_amount, parse_percent, parse_quantity
from shopstock.core.text import _
from shopstock.core.units import Money, format_money, format_qty
from shopstock.ui import format as fmt
from shopstock.ui import theme
from shopstock.ui.fields import MoneyEdit, label
from shopstock.ui.sell.open_sale import OpenSale
from shopstock.ui.sell.panel import Form, Panel, action
from shopstock.ui.sell.till_button import TillButton

MODES = ("quantity", "price", "percent", "amount")


class LinePanel(Panel):
    """Quantity, price and discount of one line, by keyboard or by finger; ``whole`` discounts the whole sale."""

    priced = Signal()  # a discount or another price was given

    def __init__(
        self, sale: OpenSale, uid: int, mode: str, may_price: bool, digits: int, parent: QWidget | None = None
    ) -> None:
        super().__init__("", parent=parent)
        self._sale = sale
        self.uid = uid
        self._digits = digits
        self._mode = mode
        self._whole = False
        form = Form()
        tabs = QGridLayout()
        tabs.setSpacing(theme.S2)
        self.tabs: dict[str, TillButton] = {}
        for name, text in (
            ("quantity", _("Quantity")), ("price", _("Price")), ("percent", _("Discount %")), ("amount", _("Discount")),
        ):  # fmt: skip
            if name == "price" and not may_price:
                continue
            key = TillButton(text, centered=True, height=theme.CONTROL)
            key.clicked.connect(lambda _checked=False, n=name: self.show_mode(n))
            tabs.addWidget(key, len(self.tabs) // 2, len(self.tabs) % 2)
            self.tabs[name] = key
        form.column.addLayout(tabs)
        self.field = MoneyEdit(_("Quantity"))
        self._words = form.add_field(_("Quantity"), self.field)
        self.field.returnPressed.connect(self._apply)
        self.scope = TillButton(_("On this line"), centered=True)
        self.scope.clicked.connect(self._change_scope)
        self.void_key = action(_("Void"), self._void, "quiet", "trash")
        self.apply_key = action(_("Apply"), self._apply, "primary")
        form.add_keys(self.void_key, self.scope, self.apply_key)
        self.facts = label("", "label", theme.SMALL)
        form.column.addWidget(self.facts)
        form.column.addStretch(1)
        self.body.addWidget(form)
        self.first = self.field
        self.show_mode(mode)

    def show_mode(self, mode: str) -> None:
        """Ask for the quantity, the price, or a discount in percent or as an amount."""
        self._mode = mode
        if mode in ("quantity", "price"):
            self._whole = False
        for name, key in self.tabs.items():
            key.kind = "chosen" if name == mode else "quiet"
            key.update()
        line = self._sale.cart.line(self.uid)
        texts = {
            "quantity": (_("Quantity"), format_qty(line.qty)),
            "price": (_("Price of one"), format_money(line.unit_price, self._digits)),
            "percent": (_("Discount in percent"), format_qty(line.discount_percent)),  # type: ignore[arg-type]
            "amount": (_("Discount as an amount"), format_money(line.discount_amount, self._digits)),
        }
        if self._whole:
            cart = self._sale.cart
            texts["percent"] = (_("Discount in percent on everything"), format_qty(cart.sale_percent))  # type: ignore[arg-type]
            texts["amount"] = (_("Discount as an amount on everything"), format_money(cart.sale_amount, self._digits))
        words, text = texts[mode]
        self._words.setText(words)
        self.field.setAccessibleName(words)
        self.field.setText(text.replace(".", fmt.locale().decimalPoint()))
        self.field.selectAll()
        self.field.setFocus()
        self.scope.setVisible(mode in ("percent", "amount"))
        self.scope.show_text(_("On everything") if self._whole else _("On this line"))
        self.sale_changed()

    def sale_changed(self) -> None:
        found = [line for line in self._sale.cart.lines if line.uid == self.uid]
        if not found:
            self.closed.emit()
            return
        line = found[0]
        self.title.setText(_("The whole sale") if self._whole else line.description or line.code)
        facts = [line.sku, _("{price} each").format(price=fmt.money(line.unit_price, self._digits))]
        if line.item_id in self._sale.on_hand:
            facts.append(_("{qty} on hand").format(qty=fmt.qty(self._sale.on_hand[line.item_id])))
        self.facts.setText(" · ".join(fact for fact in facts if fact))

    def _change_scope(self) -> None:
        self._whole = not self._whole
        self.show_mode(self._mode)

    def _void(self) -> None:
        uid = self.uid
        self._sale.then_do(lambda: self._sale.void(uid))
        self.closed.emit()

    def _apply(self) -> None:
        text = self.field.plain()
        self._sale.then_do(lambda: self._take(text))

    def _take(self, text: str) -> None:
        if self._sale.change_line(lambda cart: self._changed(cart, text), lambda cart: self._changed(cart, text, True)):
            by_hand = self._mode != "quantity"
            self.closed.emit()
            if by_hand:
                self.priced.emit()

    def _changed(self, cart: Cart, text: str, confirmed: bool = False) -> Cart:
        match self._mode:
            case "quantity":
                return cart.set_qty(self.uid, parse_quantity(text), confirmed=confirmed)
            case "price":
                return cart.set_price(self.uid, parse_amount(text))
            case "percent":
                percent = parse_percent(text)
                return cart.discount_sale(percent=percent) if self._whole else cart.discount(self.uid, percent=percent)
            case _:
                amount = Money(parse_amount(text))
                return cart.discount_sale(amount=amount) if self._whole else cart.discount(self.uid, amount=amount)
