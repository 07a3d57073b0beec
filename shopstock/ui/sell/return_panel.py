"""Goods come back: with their sale, never more than is left of it, or without one at the lowest price of late.

The panel has pages: the search for the sale, its lines, and one row with its condition. What is scanned is taken in
its order through the queue of the till: an item of the chosen sale comes back, other goods are sold as ever.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import shiboken6
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shopstock.core.cart_lines import CartLine, SoldLine
from shopstock.core.outcome import ShopError
from shopstock.core.returns import Condition
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import ONE, DocumentId, Qty
from shopstock.core.write_offs import Purpose
from shopstock.queries import causes, items, sales
from shopstock.queries.customers import CustomerRow
from shopstock.ui import format as fmt
from shopstock.ui import theme
from shopstock.ui.fields import label
from shopstock.ui.sell import back_goods, papers
from shopstock.ui.sell.back_row import BackRow
from shopstock.ui.sell.condition_keys import ConditionKeys
from shopstock.ui.sell.find_sale import FindSale
from shopstock.ui.sell.key_list import KeyList
from shopstock.ui.sell.notice import Notice
from shopstock.ui.sell.open_sale import OpenSale
from shopstock.ui.sell.panel import Panel, action
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.shop import Shop

_SIDE = 208


class ReturnPanel(Panel):
    """Find the sale, take its lines back, say in what condition they are."""

    finds_items = False
    quantity = Signal(int)  # uid of a row whose quantity is typed

    def __init__(self, shop: Shop, sale: OpenSale, digits: int, sold: sales.Sale | None = None) -> None:
        super().__init__(_("Return or exchange"))
        self.prompt = _("Scan the receipt or an item, or type its number or words")
        self._shop, self._sale, self._digits = shop, sale, digits
        self._sold = sold
        self.loose = False
        self._on_row = False
        self._keys_of: tuple[int, ...] = ()
        self._build()
        shop.read(causes.causes, Purpose.RETURN, then=self.row.show_causes, asked_by=self)
        self._show()
        if sold is None:
            self.finder.read()

    def _build(self) -> None:
        self.finder = FindSale(self._shop, self._digits)
        self.finder.chosen.connect(self.choose)
        self.finder.told.connect(self._told)
        self.finder.loose.connect(self.start_loose)
        self.list = KeyList()
        self.list.setMinimumHeight(3 * theme.TILL_KEY + 2 * theme.S2)
        self.all_key = action(_("Everything comes back"), self._take_all, "outline")
        self.find_key = action(_("Find the sale"), self._go_find, "quiet", "search")
        self.loose_key = action(_("Without receipt"), self._change_loose, "quiet")
        self._side = QWidget()
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(theme.S2)
        for key in (self.all_key, self.find_key, self.loose_key):
            side.addWidget(key)
        side.addStretch(1)
        self._side.setFixedWidth(_SIDE)
        self.conditions = ConditionKeys(more=True)
        self.conditions.chosen.connect(lambda name: self.set_condition(Condition(name)))
        self.conditions.more.connect(self.open_row)
        self._which = label("", "label", theme.SMALL)
        self.strip = QWidget()
        strip = QVBoxLayout(self.strip)
        strip.setContentsMargins(0, 0, 0, 0)
        strip.setSpacing(theme.S1)
        strip.addWidget(self._which)
        strip.addWidget(self.conditions)
        self.row = BackRow(self._sale)
        self.row.done.connect(self._leave_row)
        self.row.quantity.connect(self.quantity)
        top = QHBoxLayout()
        top.setSpacing(theme.S4)
        top.addWidget(self.finder, 1)
        top.addWidget(self.list, 1)
        top.addWidget(self._side)
        column = QVBoxLayout()
        column.setSpacing(theme.S2)
        column.addLayout(top, 1)
        column.addWidget(self.strip)
        column.addWidget(self.row)
        self.body.addLayout(column, 1)

    # -- scans and typed lines ------------------------------------------------------------------------------------

    def take_scan(self, scan: Scan) -> bool:
        self._look(scan.code)
        return True

    def take_line(self, text: str) -> None:
        if text.startswith("*") or text.endswith("*"):
            self._sale.type(text)
        else:
            self._sale.then_do(lambda: self._look(text, typed=True))

    def _look(self, code: str, *, typed: bool = False) -> None:
        """Ask what a code is while the queue waits; the panel may have been closed meanwhile."""
        sale = self._sale
        if not shiboken6.isValid(self):
            sale.carry_out(code)
            return
        ticket, busy = sale.steps.hold()

        def found(answer: Any) -> None:
            if sale.steps.holds(ticket):
                if not shiboken6.isValid(self):
                    sale.carry_out(code)
                    return
                self._found(answer, code, typed)
                sale.steps.release(ticket)

        def failed(error: ShopError) -> None:
            sale.noticed.emit(Notice("bad", error.sentence()))
            sale.steps.release(ticket)

        place = sale.acting.location_id
        self._shop.read(
            papers.anything, code, place, sale.rules, then=found, failed=failed, busy=busy, asked_by=self._shop
        )

    def _found(self, answer: items.Found | papers.Paper | None, code: str, typed: bool) -> None:
        if isinstance(answer, sales.Sale):
            self.show_sale(answer)
        elif isinstance(answer, items.Found):
            self._item(answer)
        elif isinstance(answer, CustomerRow) and self._searching:
            self.finder.customer(answer)
        elif answer is not None:
            self._sale.paper_scanned.emit(answer)
        elif self._sale.take_serial(code):
            return
        elif typed and self._searching:
            self.finder.line(code)
        elif self._sold is None or typed:
            self._unknown(code, typed)
        else:
            self._sale.add_red(code, self._sale.take_times())

    def _unknown(self, code: str, typed: bool) -> None:
        if typed and not self.loose:
            said = _("There is no sale {number}. Check the number on the receipt.").format(number=code[:30])
        else:
            said = _("No item has the code {code}.").format(code=code[:40])
        self._sale.noticed.emit(Notice("bad", said))

    @property
    def _searching(self) -> bool:
        return self._sold is None and not self.loose

    def _item(self, found: items.Found) -> None:
        sale = self._sale
        if self.loose:
            back_goods.without_sale(self._shop, sale, found, self._digits, self.say)
        elif self._sold is None:
            self.finder.item(found.id, found.name)
        elif not any(line.goods.item_id == found.id for line in self._sold.lines):
            # New goods of an exchange: they are sold as ever.
            sale.take(found, sale.take_times())
        else:
            back_goods.of_sale(sale, self._sold, found)

    # -- which sale -----------------------------------------------------------------------------------------------

    def choose(self, document_id: int) -> None:
        """Offer the lines of the sale that was found."""
        self._shop.read(sales.by_id, DocumentId(document_id), then=self._chosen, asked_by=self)

    def _chosen(self, sold: sales.Sale | None) -> None:
        if sold is not None:
            self.show_sale(sold)

    def show_sale(self, sold: sales.Sale) -> None:
        """Offer the lines of a sale."""
        self._sold = sold
        self.loose = self._on_row = False
        self._show()
        self._focus()

    def start_loose(self) -> None:
        """Take goods back whose sale nobody can show."""
        self._sold, self.loose, self._on_row = None, True, False
        self._show()
        self._focus()

    def _go_find(self) -> None:
        self._sold, self.loose, self._on_row = None, False, False
        self._show()
        self._focus()
        self.finder.read()

    def _change_loose(self) -> None:
        (self._go_find if self.loose else self.start_loose)()

    def back(self) -> bool:
        if self._on_row:
            self._leave_row()
            return True
        return self._searching and self.finder.back()

    # -- taking back ----------------------------------------------------------------------------------------------

    def _take(self, line: SoldLine) -> None:
        left = back_goods.left_of(self._sale, line)
        qty = left if line.goods.unit != "piece" else Qty(min(ONE, left))
        self._sale.then_do(lambda: self._sale.change(lambda: self._sale.cart.add_return(line, qty), added=True))

    def _take_all(self) -> None:
        for line in self._sold.lines if self._sold is not None else ():
            if back_goods.left_of(self._sale, line) > 0:
                self._sale.then_do(partial(self._take_whole, line))

    def _take_whole(self, line: SoldLine) -> None:
        self._sale.change(lambda: self._sale.cart.add_return(line), added=True)

    def take_all(self) -> None:
        """Take back everything of the sale that is left."""
        if self._sold is None:
            self._sale.noticed.emit(Notice("bad", _("Scan the receipt first, then what comes back.")))
        else:
            self._take_all()

    # -- the row that comes back ----------------------------------------------------------------------------------

    def row_now(self) -> CartLine | None:
        """Return the row whose condition is asked for: the selected one, else the last that comes back."""
        cart = self._sale.cart
        back = [line for line in cart.lines if line.comes_back]
        return next((line for line in back if line.uid == cart.selected), back[-1] if back else None)

    def set_condition(self, condition: Condition) -> None:
        """Say in what condition the row now is; what becomes of it is what usually does."""
        self._sale.then_do(lambda: self._set_condition(condition))

    def _set_condition(self, condition: Condition) -> None:
        line = self.row_now()
        if line is None:
            self._sale.noticed.emit(Notice("bad", _("Nothing has come back yet. Scan or press what comes back first.")))
            return
        self._sale.change(lambda: self._sale.cart.set_condition(line.uid, condition, None, line.reason))

    def open_row(self) -> None:
        """Show all that can be said about the row now."""
        if self.row_now() is not None:
            self._on_row = True
            self._show()
            self.row.done_key.setFocus()

    def _leave_row(self) -> None:
        self._on_row = False
        self._show()
        self._focus()

    def _focus(self) -> None:
        """Put the focus on the first line, or where typing goes: what had it may be hidden now."""
        screen = self.parentWidget()
        if self.list.isVisible() and self.list.keys:
            self.list.keys[0].setFocus()
        elif screen is not None:
            screen.setFocus()

    # -- showing --------------------------------------------------------------------------------------------------

    def sale_changed(self) -> None:
        self._show()

    def _told(self, text: str) -> None:
        if self._searching and not self._on_row:
            self.say(text)

    def _show(self) -> None:
        row = self.row_now()
        self._on_row = self._on_row and row is not None
        on_row = self._on_row
        self.row.setVisible(on_row)
        self._side.setVisible(not on_row and not self._searching)
        self.finder.setVisible(self._searching and not on_row)
        self.list.setVisible(not self._searching and not on_row)
        self.strip.setVisible(row is not None and not on_row and not self._searching)
        self.loose_key.kind = "chosen" if self.loose else "quiet"
        self.loose_key.update()
        left = self._sold is not None and any(back_goods.left_of(self._sale, line) > 0 for line in self._sold.lines)
        self.all_key.setVisible(self._sold is not None)
        self.all_key.waiting = not left
        if row is not None:
            self._which.setText(self._row_words(row))
            self.conditions.show_line(row)
        if on_row and row is not None:
            self.title.setText(row.description)
            self.say(self._row_words(row))
            self.row.show_line(row)
        elif self.loose:
            self._show_loose()
        elif self._sold is not None:
            self._show_lines(self._sold)
        else:
            self.title.setText(_("Return or exchange"))
            self._show_keys(())

    def _show_loose(self) -> None:
        if self.title.text() != _("Return without receipt"):
            self.title.setText(_("Return without receipt"))
            self.say(_("Scan what comes back. It counts at the lowest price of the last 90 days, or today's if lower."))
        self._show_keys(())

    def _show_lines(self, sold: sales.Sale) -> None:
        self.title.setText(_("Return from sale {number}").format(number=sold.number))
        self.say(
            _("This sale was reversed: nothing of it can come back.") if sold.reversed
            else _("Scan or press what comes back. Other goods are sold as ever.")
        )  # fmt: skip
        self._show_keys(sold.lines)

    def _show_keys(self, lines: tuple[SoldLine, ...]) -> None:
        ids = tuple(line.line_id for line in lines)
        if ids != self._keys_of:
            self._keys_of = ids
            self.list.show_keys([self._line_key(line) for line in lines])
        for key, line in zip(self.list.keys, lines, strict=True):
            self._write_key(key, line)

    def _line_key(self, line: SoldLine) -> TillButton:
        key = TillButton(kind="outline", stacked=True)
        key.clicked.connect(lambda _checked=False: self._take(line))
        return key

    def _write_key(self, key: TillButton, line: SoldLine) -> None:
        left = back_goods.left_of(self._sale, line)
        unit = "" if line.goods.unit == "piece" else f" {line.goods.unit}"
        key.show_text(
            line.description,
            _("{left} of {sold} left · {price}").format(
                left=fmt.qty(left) + unit, sold=fmt.qty(line.sold_qty), price=fmt.money(line.unit_price, self._digits)
            ),
        )
        key.waiting = left <= 0

    def _row_words(self, line: CartLine) -> str:
        qty = fmt.qty(line.qty) + ("" if line.unit == "piece" else f" {line.unit}")
        where = _("{qty} × {name} from sale {number}") if line.of_number else _("{qty} × {name} without receipt")
        words = where.format(qty=qty, name=line.description, number=line.of_number)
        reason = self.row.name_of(line.reason)
        return f"{words} · {reason}" if reason else words
