"""Lists of the till: parked sales, every quick key."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shopstock.core.text import _
from shopstock.core.units import ItemId
from shopstock.queries import items, till
from shopstock.ui import format as fmt
from shopstock.ui import theme
from shopstock.ui.sell.key_list import KeyList
from shopstock.ui.sell.open_sale import OpenSale
from shopstock.ui.sell.panel import Panel
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.shop import Shop


class RecallPanel(Panel):
    """The parked sales of this place; choosing one makes it the open sale."""

    def __init__(self, shop: Shop, sale: OpenSale, digits: int, recall: Callable[[int], object]) -> None:
        super().__init__(_("Recall a parked sale"))
        self._shop, self._sale, self._digits, self._recall = shop, sale, digits, recall
        self.list = KeyList()
        self.list.setMinimumHeight(3 * (theme.TILL_KEY + theme.S2))
        self.body.addWidget(self.list)
        self.read()

    def read(self) -> None:
        """Read the list again."""
        self._shop.read(till.parked_sales, self._sale.acting.location_id, then=self._show, key="parked", asked_by=self)

    def _show(self, parked: list[till.Parked]) -> None:
        keys = []
        for one in parked:
            key = TillButton(kind="outline", icon="player-pause", size=theme.BODY)
            words = one.label or _("Sale of {person}").format(person=one.person)
            key.show_text(f"{words} · {fmt.instant(one.parked_at)}", fmt.money(one.total, self._digits))
            key.clicked.connect(lambda _checked=False, n=one.id: self._recall(n))
            keys.append(key)
        self.list.show_keys(keys)
        self.say("" if keys else _("No sale is parked. F4 parks the open one and keeps its goods."))
        if keys and self.isVisible():
            keys[0].setFocus()
        self.first = keys[0] if keys else None


class QuickPanel(Panel):
    """Every quick key of the shop, for the finger."""

    def __init__(self, keys: Sequence[items.QuickKey], digits: int, choose: Callable[[ItemId], object]) -> None:
        super().__init__(_("Quick keys"))
        self.list = KeyList(4)
        self.list.setMinimumHeight(3 * (theme.TILL_KEY + theme.S2))
        self.body.addWidget(self.list)
        buttons = []
        for one in keys:
            button = TillButton(one.name, stacked=True)
            button.show_text(one.name, fmt.money(one.price, digits))
            button.clicked.connect(lambda _checked=False, n=one.item_id: choose(n))
            buttons.append(button)
        self.list.show_keys(buttons)
        none = _("No quick keys yet. Goods without a code come here by themselves once they sell.")
        self.say("" if buttons else none)
        self.first = buttons[0] if buttons else None
