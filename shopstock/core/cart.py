"""The open sale: its lines and everything that may be done to them before it is paid.

A :class:`Cart` is immutable: every act returns a new one, so that the cart handed to the service can never change under
it while the next customer's goods are scanned. The till holds one variable. What a cart comes to is told by
:func:`shopstock.core.pricing.price`, how it is paid by :mod:`shopstock.core.tender`, how it is kept by
:mod:`shopstock.core.cart_json`.

Lines: goods sold, goods that come back (with or without their sale), and red rows, codes that belong to nothing yet and
block paying until they are resolved. A line is named by its ``uid``, which stays the same while the line lives.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from shopstock.core import currency, lots, names
from shopstock.core.acting import Approval
from shopstock.core.cart_lines import MAX_CODE, CartLine, Goods, SoldLine, Voided, row_of
from shopstock.core.codes import NO_TRACE, Trace
from shopstock.core.entry import WHOLE_PERCENT, clean
from shopstock.core.outcome import Refused, ShopError
from shopstock.core.returns import Condition, Outcome, outcomes_for, usual_outcome
from shopstock.core.text import _
from shopstock.core.units import (
    MAX_MONEY,
    MAX_QTY,
    ONE,
    ZERO_MONEY,
    ItemId,
    Money,
    Qty,
    format_qty,
    round_to,
    times,
)

#: The quantity above which the till asks once more, unless the shop sets another.
ASK_ABOVE = Qty(999 * ONE)


class ConfirmQuantity(ShopError):
    """A quantity above the shop's limit: ask once more, then call again with ``confirmed=True``."""

    def __init__(self, qty: Qty) -> None:
        super().__init__(_("Really {qty}? Press Enter to take it, Esc to leave it.").format(qty=format_qty(qty)))
        self.qty = qty


def new_key() -> str:
    """Return a fresh idempotency key for a sale."""
    return f"{random.SystemRandom().getrandbits(128):032x}"


@dataclass(frozen=True, slots=True)
class Cart:
    """An open sale.

    ``key`` is the idempotency key that the sale will be posted under. ``selected`` is the uid of the row that ``*5``,
    ``+`` and a discount act on: the last one touched (0: none). ``ask_above`` is the quantity asked for twice.
    ``sale_percent`` and ``sale_amount`` are a discount on the whole sale. ``customer`` is what is shown as the
    customer; ``customer_id`` names the one on record, ``invoice`` asks for a receipt that is an invoice to them.
    """

    key: str
    currency: str
    tax_inside: bool = True
    ask_above: Qty = ASK_ABOVE
    lines: tuple[CartLine, ...] = ()
    selected: int = 0
    next_uid: int = 1
    customer: str = ""
    sale_percent: int = 0
    sale_amount: Money = ZERO_MONEY
    voided: tuple[Voided, ...] = ()
    approvals: tuple[Approval, ...] = ()
    customer_id: int | None = None
    invoice: bool = False

    # --- asking

    @property
    def empty(self) -> bool:
        """Tell whether there is no row."""
        return not self.lines

    @property
    def blocked(self) -> bool:
        """Tell whether a red row keeps the sale from being paid."""
        return any(line.unknown for line in self.lines)

    @property
    def returns_only(self) -> bool:
        """Tell whether goods only come back."""
        return bool(self.lines) and all(line.comes_back for line in self.lines)

    def line(self, uid: int) -> CartLine:
        """Return the line of that uid; raise ``Refused`` if it is gone."""
        for line in self.lines:
            if line.uid == uid:
                return line
        raise Refused(_("Select a line first: this one is no longer on the sale."))

    def qty_of(self, item_id: ItemId) -> Qty:
        """Return how much of an item leaves with this sale."""
        return Qty(sum(line.qty for line in self.lines if line.item_id == item_id and not line.comes_back))

    # --- adding rows

    def add(
        self, goods: Goods, qty: Qty = ONE, *, code: str = "", alone: bool = False, confirmed: bool = False,
        trace: Trace = NO_TRACE,
    ) -> Cart:  # fmt: skip
        """Sell ``qty`` of an item at its price; joins the item's last row unless that is discounted or of another lot.

        ``alone`` keeps the row by itself (each weighed pack is a row), ``trace`` is what its code says. Raises
        ``Refused`` for a quantity of 0 or too much, or if the item asks for a price, and ``ConfirmQuantity`` above the
        limit.
        """
        if goods.asks_price:
            raise Refused(_("{name} has no fixed price. Type the price.").format(name=goods.name))
        new = row_of(goods, qty, code, alone=alone, trace=trace)
        self._check_serials(new)
        for line in reversed(self.lines):
            if line.item_id == goods.item_id and not line.comes_back and not line.unknown:
                joins = line.unit_price == line.list_price == goods.price and line.fixed_amount is None
                same = (line.lot, line.expires) == (new.lot, new.expires)
                if joins and same and not (alone or line.alone or line.discounted or line.open_price):
                    more = self.set_qty(line.uid, Qty(line.qty + qty), confirmed=confirmed)
                    return more.add_serial(line.uid, new.serials[0]) if new.serials else more
                break
        return self._append(new, confirmed)

    def add_priced(self, goods: Goods, amount: Money, *, code: str = "", trace: Trace = NO_TRACE) -> Cart:
        """Sell what a price-embedded code stands for: ``amount`` is the whole price, the quantity follows from it.

        An item without a price per unit counts as one piece.
        """
        amount = self._amount(amount)
        qty = Qty(max(1, (2 * amount * ONE + goods.price) // (2 * goods.price))) if goods.price else ONE
        row = row_of(goods, qty, code, alone=True, trace=trace)
        return self._append(replace(row, fixed_amount=amount), True)

    def add_open_price(
        self, goods: Goods, price: Money, *, description: str = "", qty: Qty = ONE, confirmed: bool = False
    ) -> Cart:
        """Sell something at a price typed at the till: an item that asks for one, or goods without a code."""
        row = row_of(goods, qty, "", alone=True)
        price = self._amount(price)
        row = replace(row, unit_price=price, list_price=price, open_price=True)
        return self._append(replace(row, description=clean(description)[:MAX_CODE] or goods.name), confirmed)

    def add_return(self, sold: SoldLine, qty: Qty | None = None) -> Cart:
        """Take goods back with their sale (all that is left of the line, or ``qty``); refuse more than is left."""
        taken = Qty(sum(line.qty for line in self.lines if line.of_line_id == sold.line_id))
        left = Qty(sold.left_qty - taken)
        if left <= 0:
            raise Refused(_("{name} has come back already.").format(name=sold.description))
        if taken:
            row = next(line for line in self.lines if line.of_line_id == sold.line_id)
            return self.set_qty(row.uid, Qty(row.qty + (left if qty is None else qty)), confirmed=True)
        row = replace(
            row_of(sold.goods, left if qty is None else qty, sold.code, alone=True),
            description=sold.description, unit_price=sold.unit_price, list_price=sold.unit_price, comes_back=True,
            of_line_id=sold.line_id, of_document_id=sold.document_id, of_number=sold.document_number,
            most=sold.left_qty, rest_gross=sold.left_gross, rest_tax=sold.left_tax, rest_discount=sold.left_discount,
        )  # fmt: skip
        if row.qty == sold.left_qty and len(sold.serials) == row.serials_wanted:
            row = replace(row, serials=sold.serials)
        return self._append(row, True)

    def add_return_without_sale(
        self, goods: Goods, qty: Qty = ONE, *, price: Money | None = None, confirmed: bool = False,
        trace: Trace = NO_TRACE,
    ) -> Cart:  # fmt: skip
        """Take goods back whose sale nobody can show, at today's price or at ``price``."""
        asked = goods.price if price is None else self._amount(price)
        row = row_of(goods, qty, "", alone=True, trace=trace)
        return self._append(replace(row, unit_price=asked, comes_back=True), confirmed)

    def set_condition(self, uid: int, condition: Condition, outcome: Outcome | None = None, reason: str = "") -> Cart:
        """Say in what condition goods came back, what becomes of them (the usual outcome if unset) and why they came.

        Raises ``Refused`` for a row that is sold, and for an outcome that the condition does not allow.
        """
        line = self.line(uid)
        if not line.comes_back:
            raise Refused(_("Only goods that come back have a condition."))
        chosen = usual_outcome(condition) if outcome is None else outcome
        if chosen not in outcomes_for(condition):
            raise Refused(
                _("Goods in the condition “{condition}” cannot go “{outcome}”. Choose another outcome.").format(
                    condition=condition.words, outcome=chosen.words
                )
            )
        if not line.stocked:
            chosen = Outcome.STOCK
        words = clean(reason)[:MAX_CODE]
        return self._change(uid, lambda old: replace(old, condition=condition, outcome=chosen, reason=words))

    def split(self, uid: int, qty: Qty) -> Cart:
        """Put ``qty`` of goods that come back on a row of their own, so that they can have another condition."""
        line = self.line(uid)
        if not line.comes_back or not 0 < qty < line.qty:
            raise Refused(_("Type less than the {qty} of this line that come back.").format(qty=format_qty(line.qty)))
        kept = Qty(line.qty - qty)
        pieces = kept // ONE
        first = replace(line, qty=kept, serials=line.serials[:pieces], no_serial=min(line.no_serial, pieces))
        rest = replace(
            line, uid=self.next_uid, qty=qty, serials=line.serials[pieces:], no_serial=line.no_serial - first.no_serial
        )
        index = self.lines.index(line)
        lines = (*self.lines[:index], first, rest, *self.lines[index + 1 :])
        return replace(self, lines=lines, selected=rest.uid, next_uid=self.next_uid + 1)

    def add_unknown(self, code: str, qty: Qty = ONE) -> Cart:
        """Put a red row for a code that belongs to nothing; the same code again counts up its row."""
        shown = clean(code)
        shown = shown if len(shown) <= MAX_CODE else shown[: MAX_CODE - 1] + "…"
        for line in self.lines:
            if line.unknown and line.code == shown:
                return self.set_qty(line.uid, Qty(line.qty + qty), confirmed=True)
        return self._append(CartLine(uid=0, qty=qty, code=shown, unknown=True, stocked=False), True)

    def resolve(self, uid: int, goods: Goods, *, price: Money | None = None, qty: Qty | None = None) -> Cart:
        """Make a red row the goods it turned out to be (``price``: at an open price), where it stands."""
        red = self.line(uid)
        row = row_of(goods, red.qty if qty is None else qty, red.code, alone=price is not None)
        if price is not None:
            price = self._amount(price)
            row = replace(row, unit_price=price, list_price=price, open_price=True)
        elif goods.asks_price:
            raise Refused(_("{name} has no fixed price. Type the price.").format(name=goods.name))
        self._check(row, True)
        return self._change(uid, lambda _old: replace(row, uid=uid))

    # --- serial numbers

    @property
    def asks_serial(self) -> CartLine | None:
        """The row that still wants a serial number, the one touched last before others."""
        wanting = [line for line in self.lines if line.serials_wanted]
        return next((line for line in wanting if line.uid == self.selected), wanting[-1] if wanting else None)

    def add_serial(self, uid: int, number: str) -> Cart:
        """Give a piece of a row its serial number; raise ``Refused`` for one that is on the sale already."""
        line = self.line(uid)
        changed = replace(line, serials=(*line.serials, lots.clean_serial(number)))
        if len(changed.serials) > line.qty // ONE:
            raise Refused(_("Every piece of {name} has its serial number.").format(name=line.description))
        self._check_serials(changed, len(line.serials))
        return self._change(uid, lambda _old: changed)

    def skip_serials(self, uid: int) -> Cart:
        """Let the pieces of a row that have no serial number go without one."""
        return self._change(uid, lambda old: replace(old, no_serial=old.no_serial + old.serials_wanted))

    # --- changing rows

    def select(self, uid: int) -> Cart:
        """Make a row the one that the next ``*5``, ``+`` or discount acts on."""
        return replace(self, selected=self.line(uid).uid)

    def set_qty(self, uid: int, qty: Qty, *, confirmed: bool = False) -> Cart:
        """Set a row's quantity; raise ``Refused`` if impossible, ``ConfirmQuantity`` above the limit."""
        line = self.line(uid)
        if line.fixed_amount is not None:
            raise Refused(_("The price on the label decides this line. Scan each pack."))
        pieces = max(0, qty // ONE)
        changed = replace(line, qty=qty, serials=line.serials[:pieces], no_serial=min(line.no_serial, pieces))
        self._check(changed, confirmed or line.qty > self.ask_above or qty <= line.qty)
        return self._change(uid, lambda _old: changed)

    def step(self, uid: int, by: int) -> Cart:
        """One more (``by`` 1) or one less (-1) of a row; the last one less takes the row off the sale."""
        line = self.line(uid)
        qty = Qty(line.qty + by * ONE)
        if qty <= 0 or (by < 0 and line.fixed_amount is not None):
            return self.void(uid)
        return self.set_qty(uid, qty)

    def set_price(self, uid: int, price: Money) -> Cart:
        """Ask another price for one unit than the catalogue's."""
        line = self.line(uid)
        if line.unknown or line.of_line_id is not None or line.fixed_amount is not None:
            raise Refused(_("The price of this line cannot be changed."))
        changed = replace(line, unit_price=self._amount(price))
        self._check(changed, True)
        return self._change(uid, lambda _old: changed)

    def discount(self, uid: int, *, percent: int = 0, amount: Money = ZERO_MONEY) -> Cart:
        """Give a row a discount in 1/1,000 of a percent or as an amount; neither takes it off again."""
        line = self.line(uid)
        if line.unknown or line.comes_back:
            raise Refused(_("Only goods that are sold can have a discount."))
        worth = line.fixed_amount if line.fixed_amount is not None else times(line.unit_price, line.qty)
        if amount > self._amount(worth):
            raise Refused(_("The discount is more than the line is worth."))
        self._check_percent(percent)
        amount = self._amount(amount)
        return self._change(uid, lambda old: replace(old, discount_percent=percent, discount_amount=amount))

    def discount_sale(self, *, percent: int = 0, amount: Money = ZERO_MONEY) -> Cart:
        """Give a discount on everything sold; neither takes it off again. It never makes the sale less than 0."""
        self._check_percent(percent)
        return replace(self, sale_percent=percent, sale_amount=self._amount(amount))

    def void(self, uid: int) -> Cart:
        """Take a row off the sale; :meth:`undo` brings it back."""
        line = self.line(uid)
        index = self.lines.index(line)
        lines = self.lines[:index] + self.lines[index + 1 :]
        neighbour = lines[min(index, len(lines) - 1)].uid if lines else 0
        return replace(self, lines=lines, selected=neighbour, voided=(*self.voided, Voided(index, line)))

    def undo(self) -> Cart:
        """Bring the row that was voided last back to where it stood; raise ``Refused`` if there is none."""
        if not self.voided:
            raise Refused(_("There is no voided line to bring back."))
        last = self.voided[-1]
        index = min(last.index, len(self.lines))
        lines = (*self.lines[:index], last.line, *self.lines[index:])
        return replace(self, lines=lines, selected=last.line.uid, voided=self.voided[:-1])

    def for_customer(self, name: str, customer_id: int | None = None) -> Cart:
        """Write the customer's name on the sale; ``customer_id`` names one on record. Nobody: an empty name."""
        shown = clean(name)[:MAX_CODE]
        return replace(self, customer=shown, customer_id=customer_id, invoice=self.invoice and customer_id is not None)

    def with_invoice(self, wanted: bool = True) -> Cart:
        """Ask for an invoice instead of a plain receipt; refused without a customer on record."""
        if wanted and self.customer_id is None:
            raise Refused(_("An invoice names its customer. Choose the customer first."))
        return replace(self, invoice=wanted)

    def approved(self, approval: Approval) -> Cart:
        """Keep a second person's yes with the sale until it is posted."""
        return replace(self, approvals=(*self.approvals, approval))

    # --- inside

    def _check_serials(self, new: CartLine, start: int = 0) -> None:
        """Refuse a serial number that another row of the item names, or the row itself before ``start``."""
        others = [line for line in self.lines if line.item_id == new.item_id and line.comes_back == new.comes_back]
        known = {names.key(number) for line in others for number in line.serials}
        for number in new.serials[start:]:
            if names.key(number) in known:
                raise Refused(_("Serial number {number} is on this sale already.").format(number=number))

    def _append(self, row: CartLine, confirmed: bool) -> Cart:
        self._check(row, confirmed)
        row = replace(row, uid=self.next_uid)
        return replace(self, lines=(*self.lines, row), selected=row.uid, next_uid=self.next_uid + 1)

    def _change(self, uid: int, change: Callable[[CartLine], CartLine]) -> Cart:
        self.line(uid)
        return replace(self, lines=tuple(change(x) if x.uid == uid else x for x in self.lines), selected=uid)

    def _check(self, line: CartLine, confirmed: bool) -> None:
        if line.qty <= 0:
            raise Refused(_("A quantity must be more than 0."))
        if line.of_line_id is not None and line.qty + self._others_of(line) > line.most:
            raise Refused(_("Only {left} of this line can still come back.").format(left=format_qty(line.most)))
        if line.qty > MAX_QTY:
            raise Refused(_("That is too many. The most on one line is {most}.").format(most=format_qty(MAX_QTY)))
        if times(line.unit_price, line.qty) > MAX_MONEY:
            raise Refused(_("This line would cost more than one amount may be. Check quantity and price."))
        if line.qty > self.ask_above and not confirmed:
            raise ConfirmQuantity(line.qty)

    def _others_of(self, line: CartLine) -> Qty:
        """Return how much other rows take back of the same sold line."""
        rows = (row for row in self.lines if row.of_line_id == line.of_line_id and row.uid != line.uid)
        return Qty(sum(row.qty for row in rows))

    def _amount(self, amount: Money) -> Money:
        if amount < 0:
            raise Refused(_("A price or an amount cannot be negative. To take goods back press F11."))
        if amount > MAX_MONEY:
            raise Refused(_("That is more than one amount may be. Check what was typed."))
        return round_to(amount, currency.of(self.currency).step)

    @staticmethod
    def _check_percent(percent: int) -> None:
        if not 0 <= percent <= WHOLE_PERCENT:
            raise Refused(_("A discount lies between 0% and 100%."))
