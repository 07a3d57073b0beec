"""The small questions of the till: an open price, a new item, a reason or a name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from shopstock.core.cart_lines import Goods
from shopstock.core.text import _
from shopstock.core.units import Money
from shopstock.ui.fields import MoneyEdit
from shopstock.ui.sell.panel import Form, Panel, action
from shopstock.ui.sell.till_button import TillButton


class OpenPricePanel(Panel):
    """Ask the price of goods without a code, or of an item that has none of its own."""

    def __init__(
        self, goods: Goods, code: str, take: Callable[[Money, str], object], parent: QWidget | None = None
    ) -> None:
        named = bool(goods.sku) and not goods.sku.startswith("OPEN-")
        heading = goods.name if named else _("Open price")
        super().__init__(heading, _("For code {code}").format(code=code) if code else "", parent)
        self._take = take
        form = Form()
        self.price = MoneyEdit(_("Price of one"))
        form.add_field(_("Price of one"), self.price)
        self.words = QLineEdit()
        self.words.setMaxLength(80)
        if not named:
            form.add_field(_("What it is (on the receipt)"), self.words)
            self.words.setPlaceholderText(goods.name)
        self.apply_key = action(_("Add"), self._apply, "primary")
        form.add_keys(self.apply_key)
        form.column.addStretch(1)
        self.price.returnPressed.connect(self._apply)
        self.words.returnPressed.connect(self._apply)
        self.body.addWidget(form)
        self.first = self.price

    def _apply(self) -> None:
        price = self.price.read()
        if price is None:
            self.say(_("Type the price, such as 2.50."))
            self.price.setFocus()
            return
        self._take(price, self.words.text())


class NewItemPanel(Panel):
    """Make an item out of an unknown code, with no more than a name and a price."""

    def __init__(self, code: str, take: Callable[[str, Money], object], parent: QWidget | None = None) -> None:
        super().__init__(_("New item"), _("It gets the code {code} and the usual tax rate.").format(code=code), parent)
        self._take = take
        form = Form()
        self.name = QLineEdit()
        self.name.setMaxLength(300)
        form.add_field(_("Name"), self.name)
        self.price = MoneyEdit(_("Price"))
        form.add_field(_("Price"), self.price)
        self.apply_key = action(_("Save and add"), self._apply, "primary")
        form.add_keys(self.apply_key)
        form.column.addStretch(1)
        self.name.returnPressed.connect(self.price.setFocus)
        self.price.returnPressed.connect(self._apply)
        self.body.addWidget(form)
        self.first = self.name

    def _apply(self) -> None:
        price = self.price.read()
        if not self.name.text().strip() or price is None:
            self.say(_("Type a name and a price."))
            (self.price if self.name.text().strip() else self.name).setFocus()
            return
        self._take(self.name.text(), price)


class WordsPanel(Panel):
    """Ask for words: a reason for the drawer, a name on the sale. ``ready`` are answers for one tap."""

    def __init__(
        self, heading: str, sentence: str, field: str, take: Callable[[str], object], button: str,
        ready: tuple[str, ...] = (), text: str = "", parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(heading, sentence, parent)
        self._take = take
        form = Form(pad=False)
        self.words = QLineEdit(text)
        self.words.setMaxLength(80)
        form.add_field(field, self.words)
        if ready:
            self.ready_keys = [self._ready_key(words) for words in ready]
            form.add_keys(*self.ready_keys)
        self.apply_key = action(button, self._apply, "primary")
        form.add_keys(self.apply_key)
        form.column.addStretch(1)
        self.words.returnPressed.connect(self._apply)
        self.body.addWidget(form)
        self.first = self.words

    def _ready_key(self, words: str) -> TillButton:
        return action(words, lambda: self._take(words))

    def _apply(self) -> None:
        self._take(self.words.text())
