"""What a sale comes to: discounts, tax inside or on top, rounding, to the last cent on every line.

The rules, in the order they are applied:

1. The amount of a line is quantity × price, rounded to the currency's smallest amount, half away from zero.
2. A line's discount (percent, rounded the same way, or an amount) never makes it less than 0.
3. A discount on the whole sale is shared out over the sold lines in proportion to what is left of them.
4. Tax is computed **once for each rate on the sum of its lines**, rounded, and then shared out over those lines in
   proportion to their amounts. So the tax table of the paper is right by the law's arithmetic, and still
   ``net + tax == gross`` holds on every line, for every rate and for the document.
5. Goods that come back with their sale carry the share of price, discount and tax that was charged; the last one takes
   the remainder. Goods that come back without it are priced and taxed as today, as a group of their own.

"Shared out" means by largest remainder in the currency's smallest amount; of equal ones the earlier line is first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopstock.core import currency
from shopstock.core.entry import WHOLE_PERCENT
from shopstock.core.units import ZERO_MONEY, Money, Qty, round_to, share, times

if TYPE_CHECKING:
    from shopstock.core.cart import Cart
    from shopstock.core.cart_lines import CartLine


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its figures, all 0 or more; ``sign`` is -1 for goods that come back.

    ``amount`` is before ``discount``, both as the price is labelled (with tax inside, without it on top).
    """

    line: CartLine
    amount: Money
    discount: Money
    net: Money
    tax: Money

    @property
    def gross(self) -> Money:
        """What is paid for the line, tax included."""
        return Money(self.net + self.tax)

    @property
    def charged(self) -> Money:
        """The amount after discount, as the price is labelled: what stands at the end of the row."""
        return Money(self.amount - self.discount)

    @property
    def sign(self) -> int:
        """Return -1 for a line that comes back, else 1."""
        return -1 if self.line.comes_back else 1


@dataclass(frozen=True, slots=True)
class RateTotal:
    """What the sale comes to at one rate (1/1,000 of a percent); returned goods count negative."""

    rate: int
    net: Money
    tax: Money

    @property
    def gross(self) -> Money:
        """Net and tax."""
        return Money(self.net + self.tax)


@dataclass(frozen=True, slots=True)
class Totals:
    """A whole sale, priced. ``lines`` are those of the cart without the unresolved ones, in their order.

    ``subtotal`` is the sum of the rows as labelled; ``total`` is what is due before cash rounding, negative when money
    goes back to the customer; ``discount`` is what was given on sold lines.
    """

    lines: tuple[PricedLine, ...]
    taxes: tuple[RateTotal, ...]
    subtotal: Money
    discount: Money
    net: Money
    tax: Money

    @property
    def total(self) -> Money:
        """What is due, tax included, before cash rounding."""
        return Money(self.net + self.tax)


def spread(total: Money, weights: Sequence[int], step: Money) -> list[Money]:
    """Share ``total`` (a multiple of ``step``) out in proportion to ``weights``, by largest remainder in steps."""
    whole = sum(weights)
    if not whole:
        return [ZERO_MONEY] * len(weights)
    units = total // step
    parts = [divmod(units * weight, whole) for weight in weights]
    left = units - sum(part for part, _rest in parts)
    lucky = sorted(range(len(weights)), key=lambda index: (-parts[index][1], index))[:left]
    shares = [part for part, _rest in parts]
    for index in lucky:
        shares[index] += 1
    return [Money(part * step) for part in shares]


def proportion(value: Money, numerator: int, denominator: int, step: Money) -> Money:
    """Return ``value × numerator / denominator`` (all 0 or more) rounded once to ``step``, half up."""
    unit = step * denominator
    return Money((2 * value * numerator + unit) // (2 * unit) * step)


def price(cart: Cart) -> Totals:
    """Price a cart by the rules above. Lines whose code is still unknown are left out."""
    step = currency.of(cart.currency).step
    lines = [line for line in cart.lines if not line.unknown]
    amounts, discounts = _amounts(cart, lines, step)
    taxes = _taxes(cart, lines, amounts, discounts, step)
    priced = []
    for line, amount, discount, tax in zip(lines, amounts, discounts, taxes, strict=True):
        charged = amount - discount
        net = charged - tax if cart.tax_inside else charged
        priced.append(PricedLine(line, amount, discount, Money(net), tax))
    return _totals(priced)


def _amounts(cart: Cart, lines: list[CartLine], step: Money) -> tuple[list[Money], list[Money]]:
    amounts: list[Money] = []
    discounts: list[Money] = []
    for line, before in zip(lines, _before(lines), strict=True):
        if line.of_line_id is not None:
            gross, tax = _refunded(line, before, step)
            discount = _part(line.rest_discount, line, before, step)
            amount = Money((gross if cart.tax_inside else gross - tax) + discount)
        else:
            amount = line.fixed_amount if line.fixed_amount is not None else times(line.unit_price, line.qty)
            amount = round_to(amount, step)
            if line.discount_percent:
                discount = proportion(amount, line.discount_percent, WHOLE_PERCENT, step)
            else:
                discount = min(amount, round_to(line.discount_amount, step))
        amounts.append(amount)
        discounts.append(discount)
    _share_sale_discount(cart, lines, amounts, discounts, step)
    return amounts, discounts


def _before(lines: list[CartLine]) -> list[Qty]:
    """Return for each row how much rows above it take back of the same sold line."""
    taken: dict[int, int] = {}
    out = []
    for line in lines:
        of_line = line.of_line_id or 0
        out.append(Qty(taken.get(of_line, 0)))
        taken[of_line] = taken.get(of_line, 0) + line.qty
    return out


def _refunded(line: CartLine, before: Qty, step: Money) -> tuple[Money, Money]:
    gross = _part(line.rest_gross, line, before, step)
    return gross, min(gross, _part(line.rest_tax, line, before, step))


def _part(rest: Money, line: CartLine, before: Qty, step: Money) -> Money:
    """Return what a row carries of the money left on its sold line: rows of one line sum to what one row would."""
    upto = round_to(share(rest, Qty(before + line.qty), line.most), step)
    return Money(upto - round_to(share(rest, before, line.most), step))


def _share_sale_discount(
    cart: Cart, lines: list[CartLine], amounts: list[Money], discounts: list[Money], step: Money
) -> None:
    sold = [index for index, line in enumerate(lines) if not line.comes_back]
    left = [amounts[index] - discounts[index] for index in sold]
    whole = Money(sum(left))
    if cart.sale_percent:
        total = proportion(whole, cart.sale_percent, WHOLE_PERCENT, step)
    else:
        total = min(whole, round_to(cart.sale_amount, step))
    for index, part in zip(sold, spread(total, left, step), strict=True):
        discounts[index] = Money(discounts[index] + part)


def _taxes(cart: Cart, lines: list[CartLine], amounts: list[Money], discounts: list[Money], step: Money) -> list[Money]:
    taxes = [ZERO_MONEY] * len(lines)
    groups: dict[tuple[bool, int], list[int]] = {}
    for index, (line, before) in enumerate(zip(lines, _before(lines), strict=True)):
        if line.of_line_id is not None:
            taxes[index] = _refunded(line, before, step)[1]
        elif line.tax_rate:
            groups.setdefault((line.comes_back, line.tax_rate), []).append(index)
    for (_back, rate), members in groups.items():
        charged = [amounts[index] - discounts[index] for index in members]
        base = WHOLE_PERCENT + rate if cart.tax_inside else WHOLE_PERCENT
        tax = proportion(Money(sum(charged)), rate, base, step)
        for index, part in zip(members, spread(tax, charged, step), strict=True):
            taxes[index] = part
    return taxes


def _totals(priced: list[PricedLine]) -> Totals:
    rates: dict[int, tuple[int, int]] = {}
    for line in priced:
        net, tax = rates.get(line.line.tax_rate, (0, 0))
        rates[line.line.tax_rate] = (net + line.sign * line.net, tax + line.sign * line.tax)
    return Totals(
        lines=tuple(priced),
        taxes=tuple(RateTotal(rate, Money(net), Money(tax)) for rate, (net, tax) in sorted(rates.items())),
        subtotal=Money(sum(line.sign * line.charged for line in priced)),
        discount=Money(sum(line.discount for line in priced if not line.line.comes_back)),
        net=Money(sum(line.sign * line.net for line in priced)),
        tax=Money(sum(line.sign * line.tax for line in priced)),
    )
