"""The sale of the till as frames for the customer."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from shopstock.core import currency
from shopstock.core.customer_display import Frame, Moment, Row
from shopstock.core.text import _
from shopstock.core.units import ONE, Money
from shopstock.ui import format as fmt
from shopstock.ui.sell.paying import Paid
from shopstock.ui.sell.screen import SellScreen
from shopstock.ui.shop import Shop


class Feed(QObject):
    """Follows a till. ``shown`` carries each frame that differs from the one before."""

    shown = Signal(object)  # Frame

    def __init__(self, shop: Shop, screen: SellScreen, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shop, self._sale = shop, screen.sale
        self._paid: Paid | None = None
        self.frame = Frame(shop=shop.settings.name)
        screen.sale.changed.connect(self._changed)
        screen.paying.paid.connect(self._was_paid)
        shop.acting_changed.connect(lambda _acting: self._signed_off())

    def _changed(self) -> None:
        rows = []
        digits = currency.of(self._sale.cart.currency).digits
        for priced in self._sale.totals.lines:
            line = priced.line
            quantity = ""
            if line.qty != ONE or line.unit != "piece":
                unit = "" if line.unit == "piece" else f" {line.unit}"
                quantity = f"{fmt.qty(line.qty)}{unit}" if unit else f"{fmt.qty(line.qty)} ×"
            name = _("{name} (back)").format(name=line.description) if line.comes_back else line.description
            rows.append(Row(name, quantity, fmt.money(Money(priced.sign * priced.charged), digits)))
        if rows:
            self._paid = None
            total = fmt.money(self._sale.totals.total, digits)
            selected = next(
                (at for at, priced in enumerate(self._sale.totals.lines)
                 if priced.line.uid == self._sale.cart.selected), len(rows) - 1,
            )  # fmt: skip
            self._show(Frame(Moment.SALE, self._shop.settings.name, tuple(rows), total, shown=selected))
        elif self._paid is None:
            self._show(Frame(shop=self._shop.settings.name))

    def _was_paid(self, paid: Paid) -> None:
        if not self._sale.cart.empty:
            return  # the next customer's goods are on it already
        self._paid = paid
        digits = currency.of(self._shop.settings.currency).digits
        change = paid.change if paid.total >= 0 else Money(-paid.total)
        self._show(
            Frame(Moment.PAID, self._shop.settings.name, total=fmt.money(paid.total, digits),
                  change=fmt.money(change, digits) if change else "")
        )  # fmt: skip

    def _signed_off(self) -> None:
        self._paid = None
        self._changed()

    def _show(self, frame: Frame) -> None:
        if frame != self.frame:
            self.frame = frame
            self.shown.emit(frame)
