"""Lists of the till: parked sales, the lines of a sale that may come back, every quick key."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from shopstock.core.cart_lines import SoldLine
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import ONE, ItemId, Qty
from shopstock.queries import items, sales, till
from shopstock.ui import format as fmt
from shopstock.ui import theme
from shopstock.ui.sell.open_sale import OpenSale
from shopstock.ui.sell.panel import Panel, action
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.shop import Shop


class _KeyList(QScrollArea):
    """Keys one below the other, or in columns; the arrow keys go from one to the next."""

    def __init__(self, columns: int = 1) -> None:
        super().__init__()
        self._columns = columns
        self.keys: list[TillButton] = []
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        page.setObjectName("page")
        outer = QVBoxLayout(page)
        outer.setContentsMargins(2, 2, 6, 2)
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.S2)
        outer.addLayout(self._grid)
        outer.addStretch(1)
        self.setWidget(page)

    def show_keys(self, keys: Sequence[TillButton]) -> None:
        """Show these keys instead."""
        for key in self.keys:
            self._grid.removeWidget(key)
            key.deleteLater()
        self.keys = list(keys)
        for place, key in enumerate(keys):
            self._grid.addWidget(key, place // self._columns, place % self._columns)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: self._columns, Qt.Key.Key_Up: -self._columns, Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        by = step.get(Qt.Key(event.key()))
        here = next((n for n, key in enumerate(self.keys) if key.hasFocus()), -1)
        if by is None or here < 0:
            super().keyPressEvent(event)
            return
        key = self.keys[max(0, min(here + by, len(self.keys) - 1))]
        key.setFocus()
        self.ensureWidgetVisible(key)


class RecallPanel(Panel):
    """The parked sales of this place; choosing one makes it the open sale."""

    def __init__(self, shop: Shop, sale: OpenSale, digits: int, recall: Callable[[int], object]) -> None:
        super().__init__(_("Recall a parked sale"))
        self._shop, self._sale, self._digits, self._recall = shop, sale, digits, recall
        self.list = _KeyList()
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


class ReturnPanel(Panel):
    """Goods come back: with their sale, never more than is left of it, or without one by permission."""

    def __init__(self, shop: Shop, sale: OpenSale, digits: int, sold: sales.Sale | None = None) -> None:
        super().__init__(_("Return or exchange"))
        self.prompt = _("Scan the receipt, or type its number")
        self._shop, self._sale, self._digits = shop, sale, digits
        self._sold = sold
        self._loose = False
        self.list = _KeyList()
        self.list.setMinimumHeight(3 * (theme.TILL_KEY + theme.S2))
        self.all_key = action(_("Everything comes back"), self._take_all, "outline", "arrow-back-up")
        self.loose_key = action(_("Without receipt"), self._change_loose, "quiet")
        side = QVBoxLayout()
        side.setSpacing(theme.S2)
        side.addWidget(self.all_key)
        side.addWidget(self.loose_key)
        side.addStretch(1)
        for key in (self.all_key, self.loose_key):
            key.setFixedWidth(232)
        self.body.addWidget(self.list, 1)
        self.body.addLayout(side)
        self._show()

    def take_scan(self, scan: Scan) -> bool:
        """A receipt shows its lines; while goods come back without one, a scanned item is one of them."""
        text = scan.code
        self._shop.read(
            sales.by_number, text, then=lambda sold: self.show_sale(sold) if sold else self._goods(text), asked_by=self
        )
        return True

    def take_line(self, text: str) -> None:
        self._shop.read(
            sales.by_number, text, then=lambda sold: self.show_sale(sold) if sold else self._no_sale(text),
            asked_by=self,
        )  # fmt: skip

    def show_sale(self, sold: sales.Sale) -> None:
        """Offer the lines of a sale."""
        self._sold = sold
        self._loose = False
        self._show()

    def sale_changed(self) -> None:
        self._show()

    def _goods(self, code: str) -> None:
        if not self._loose:
            # New goods of an exchange: they are sold as ever.
            self._sale.scan(Scan(code))
            return
        self._shop.read(
            items.by_code, code, self._sale.acting.location_id, self._sale.rules,
            then=lambda found: self._back(code, found), asked_by=self,
        )  # fmt: skip

    def _back(self, code: str, found: items.Found | None) -> None:
        if found is None:
            if self._sale.take_serial(code):
                return
            self.say(_("No item has this code. Find it by its name in a sale of its own."))
            return
        item = till.goods_of(found)
        self._sale.then_do(
            lambda: self._sale.change(
                lambda: self._sale.cart.add_return_without_sale(item, found.qty, trace=found.trace), added=True
            )
        )

    def _no_sale(self, text: str) -> None:
        self.say(_("There is no sale {number}. Check the number on the receipt.").format(number=text[:30]))

    def _taken(self, line: SoldLine) -> Qty:
        return Qty(sum(row.qty for row in self._sale.cart.lines if row.of_line_id == line.line_id))

    def _take(self, line: SoldLine) -> None:
        left = Qty(line.left_qty - self._taken(line))
        qty = left if line.goods.unit != "piece" else Qty(min(ONE, left))
        self._sale.then_do(lambda: self._sale.change(lambda: self._sale.cart.add_return(line, qty), added=True))

    def _take_whole(self, line: SoldLine) -> None:
        self._sale.then_do(lambda: self._sale.change(lambda: self._sale.cart.add_return(line), added=True))

    def _take_all(self) -> None:
        for line in self._sold.lines if self._sold is not None else ():
            if line.left_qty > self._taken(line):
                self._take_whole(line)

    def _change_loose(self) -> None:
        self._loose = not self._loose
        self._show()

    def _show(self) -> None:
        self.loose_key.kind = "chosen" if self._loose else "quiet"
        self.loose_key.update()
        if self._loose:
            self.title.setText(_("Return without receipt"))
            self.say(_("Scan the goods that come back. They count at today's price."))
            self.list.show_keys([])
        elif self._sold is None:
            self.say(_("Scan the bar code of the sales receipt, or type its number and press Enter."))
            self.list.show_keys([])
        else:
            self.title.setText(_("Return from sale {number}").format(number=self._sold.number))
            self.say(
                _("This sale was reversed: nothing of it can come back.") if self._sold.reversed
                else _("Press what comes back, once for each piece. New goods are scanned as ever.")
            )  # fmt: skip
            self.list.show_keys([self._line_key(line) for line in self._sold.lines])
        self.all_key.setVisible(self._sold is not None and not self._loose and bool(self._sold.returnable))

    def _line_key(self, line: SoldLine) -> TillButton:
        left = Qty(line.left_qty - self._taken(line))
        key = TillButton(kind="outline")
        unit = "" if line.goods.unit == "piece" else f" {line.goods.unit}"
        key.show_text(
            line.description,
            _("{left} of {sold} left · {price}").format(
                left=fmt.qty(left) + unit, sold=fmt.qty(line.sold_qty), price=fmt.money(line.unit_price, self._digits)
            ),
        )
        key.waiting = left <= 0
        key.clicked.connect(lambda _checked=False: self._take(line))
        return key


class QuickPanel(Panel):
    """Every quick key of the shop, for the finger."""

    def __init__(self, keys: Sequence[items.QuickKey], digits: int, choose: Callable[[ItemId], object]) -> None:
        super().__init__(_("Quick keys"))
        self.list = _KeyList(4)
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
