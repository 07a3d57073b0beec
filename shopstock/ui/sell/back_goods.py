"""What comes back: how much of a sold line is left, which line a scan means, and the price without a receipt."""

from __future__ import annotations

from collections.abc import Callable

from shopstock.core.cart import Cart
from shopstock.core.cart_lines import SoldLine
from shopstock.core.code_rules import Kind
from shopstock.core.outcome import Refused, ShopError
from shopstock.core.returns import Condition
from shopstock.core.text import _
from shopstock.core.units import ONE, Money, Qty
from shopstock.queries import items, sales, till
from shopstock.ui import format as fmt
from shopstock.ui.sell.notice import Notice
from shopstock.ui.sell.open_sale import OpenSale
from shopstock.ui.shop import Shop

#: So far back the lowest price of an item is looked for.
DAYS = 90


def left_of(sale: OpenSale, line: SoldLine) -> Qty:
    """Return how much of a sold line may still come back, less what the open sale takes back already."""
    taken = sum(row.qty for row in sale.cart.lines if row.of_line_id == line.line_id)
    return Qty(line.left_qty - taken)


def of_sale(sale: OpenSale, sold: sales.Sale, found: items.Found) -> bool:
    """Take back of a sale what was scanned; say so when nothing, or less, is left of it."""
    times = sale.take_times()

    def act() -> Cart:
        lines = [line for line in sold.lines if line.goods.item_id == found.id]
        line = next((one for one in lines if left_of(sale, one) > 0), None)
        if line is None:
            raise Refused(
                _("Nothing of {name} is left on sale {number}. To sell one, close the return first.").format(
                    name=found.name, number=sold.number
                )
            )
        left = left_of(sale, line)
        wanted = Qty(times * found.qty // ONE) if line.goods.unit == "piece" else left
        if wanted > left:
            raise Refused(
                _("Only {left} of {name} can still come back from sale {number}.").format(
                    left=fmt.qty(left), name=found.name, number=sold.number
                )
            )
        cart = sale.cart.add_return(line, wanted)
        row = cart.line(cart.selected)
        return cart.add_serial(row.uid, found.trace.serial) if found.trace.serial and row.serials_wanted else cart

    return sale.change(act, added=True)


def without_sale(
    shop: Shop, sale: OpenSale, found: items.Found, digits: int, say: Callable[[str], object]
) -> None:  # fmt: skip
    """Take goods back whose sale nobody can show, at the lowest price of late; ``say`` tells the price and why."""
    ticket, busy = sale.steps.hold()
    times = sale.take_times()

    def priced(lowest: Money | None) -> None:
        if sale.steps.holds(ticket):
            _add(sale, found, times, lowest, digits, say)
            sale.steps.release(ticket)

    def failed(error: ShopError) -> None:
        sale.noticed.emit(Notice("bad", error.sentence()))
        sale.steps.release(ticket)

    shop.read(sales.lowest_recent_price, found.id, DAYS, then=priced, failed=failed, busy=busy, asked_by=sale)


def _add(
    sale: OpenSale, found: items.Found, times: Qty, lowest: Money | None, digits: int, say: Callable[[str], object]
) -> None:
    item = till.goods_of(found)
    if item.asks_price and lowest is None:
        said = _("{name} has no price of its own, and none was sold in {days} days. Find its sale instead.")
        sale.noticed.emit(Notice("bad", said.format(name=item.name, days=DAYS)))
        return
    price = item.price if lowest is None or (lowest > item.price and not item.asks_price) else lowest
    qty = _qty(found, times)

    def act() -> Cart:
        cart = sale.cart
        for line in cart.lines:
            same = line.comes_back and line.of_line_id is None and line.item_id == item.item_id
            if same and line.unit_price == price and line.condition == Condition.AS_NEW and not line.tracks:
                return cart.set_qty(line.uid, Qty(line.qty + qty), confirmed=True).select(line.uid)
        return cart.add_return_without_sale(item, qty, price=price, confirmed=True, trace=found.trace)

    if sale.change(act, added=True):
        amount, today = fmt.money(price, digits), fmt.money(item.price, digits)
        if price < item.price or item.asks_price:
            words = _("{name}: {price}, the lowest price in {days} days. Today's is {today}.")
        elif lowest is None:
            words = _("{name}: {price}, today's price. None was sold in {days} days.")
        else:
            words = _("{name}: {price}, today's price. None was sold for less in {days} days.")
        say(words.format(name=item.name, price=amount, days=DAYS, today=today))


def _qty(found: items.Found, times: Qty) -> Qty:
    if found.embedded == Kind.PRICE:
        return Qty(max(1, (2 * found.amount * ONE + found.price) // (2 * found.price))) if found.price else ONE
    once = found.amount if found.embedded is not None else found.qty
    return Qty(times * once // ONE)
