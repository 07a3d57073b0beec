"""Goods sold by weight at a till with a scale: the queue of the till waits for the scale, nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from shopstock.core.outcome import Changes, ShopError
from shopstock.core.text import _
from shopstock.core.units import ONE, Qty
from shopstock.queries import items, till
from shopstock.ui.sell.notice import Notice
from shopstock.ui.shop import Shop

if TYPE_CHECKING:
    from shopstock.devices.scale import Weight
    from shopstock.ui.sell.open_sale import OpenSale


class Weighing(QObject):
    """Asks the scale of the till. ``there``: it has one."""

    def __init__(self, shop: Shop, sale: OpenSale) -> None:
        super().__init__(sale)
        self._shop = shop
        self._sale = sale
        self.there = False
        shop.changed.connect(self._changed)
        shop.acting_changed.connect(lambda _acting: self._read())
        QTimer.singleShot(0, self, self._read)

    def _changed(self, changes: Changes) -> None:
        if "devices" in changes.topics:
            self._read()

    def _read(self) -> None:
        acting = self._shop.acting
        if acting is not None:
            self._shop.read(till.has_device, acting.station_id, till.SCALE, then=self._use, key="till scale")

    def _use(self, there: bool) -> None:
        self.there = there

    def takes(self, found: items.Found, qty: Qty) -> bool:
        """Weigh an item that is sold by weight and came without one; false for all others."""
        if not (self.there and found.unit == "kg" and found.embedded is None and qty == found.qty == ONE):
            return False
        self._ask(lambda weight: self._add(found, weight))
        return True

    def line(self) -> None:
        """Let the scale say the quantity of the selected row."""
        uid = self._sale.cart.selected
        if not self._sale.cart.empty and uid:
            self._ask(lambda weight: weight is not None and self._sale.set_qty(uid, weight))

    def _ask(self, use: Callable[[Qty | None], object]) -> None:
        # Only a till with a scale waits for what talks to devices.
        from shopstock.services import weighing

        ticket, busy = self._sale.steps.hold(lambda: use(None))

        def weighed(weight: Weight | None, why: str = "") -> None:
            if not self._sale.steps.holds(ticket):
                return
            use(weight.qty if weight is not None else None)
            if weight is None or weight.qty is None:
                reason = why if weight is None else weight.why
                self._sale.noticed.emit(Notice("warn", reason, _("Type the weight, for example *0.540.")))
            self._sale.steps.release(ticket)

        def failed(error: ShopError) -> None:
            weighed(None, error.sentence())

        self._shop.read(weighing.weigh, then=weighed, failed=failed, busy=busy, asked_by=self)

    def _add(self, found: items.Found, weight: Qty | None) -> None:
        """Add so much of an item as a row of its own; without a weight one of it, to be typed over."""
        sale, goods = self._sale, till.goods_of(found)
        once, alone = (ONE, False) if weight is None else (weight, True)
        sale.change(
            lambda: sale.cart.add(goods, once, code=found.code, alone=alone, trace=found.trace),
            confirmed=lambda: sale.cart.add(
                goods, once, code=found.code, alone=alone, trace=found.trace, confirmed=True
            ),
            added=True,
        )
