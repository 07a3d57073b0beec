"""When to order and how much: reorder point, safety stock, order-up-to, and one sentence that explains it.

Plain arithmetic on floats in units of stock and days; :mod:`shopstock.core.stock_plan` does the same for a whole shop
at once. Protection interval H = lead time + review period: what is ordered today must last until what is ordered at the
next review has come.

- safety stock = z · √(H · sd² + d² · sdL²); reorder point = d · H + safety stock
- order up to = reorder point + the largest of economic order quantity, pack and minimum, in whole packs
- economic order quantity = √(2 · D · S / h): a year's demand D, the cost S of an order, the cost h of holding a unit
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from shopstock.core.text import _, ngettext
from shopstock.core.units import ONE, Qty, format_qty

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Advice:
    """What to order of one item, and everything that led there. Quantities in 1/1,000, days in 1/10."""

    rate: Qty
    lead_days: int
    review_days: int
    safety: Qty
    reorder_point: Qty
    order_up_to: Qty
    on_hand: Qty
    on_order: Qty
    order: Qty
    packs: int | None
    season: int
    basis: str
    unit: str

    @property
    def sentence(self) -> str:
        """Explain the advice in one line."""
        parts = [_("sells {rate} a week").format(rate=format_qty(rounded(self.rate)))]
        if self.basis == "category":
            parts[0] = _("new: its category sells {rate} a week").format(rate=format_qty(rounded(self.rate)))
        if self.season != 1_000:
            parts.append(_("season × {factor}").format(factor=f"{self.season / 1000:.1f}"))
        days = round(self.lead_days / 10)
        parts.append(ngettext("{n} day’s lead", "{n} days’ lead", days).format(n=days))
        parts.append(_("safety {qty}").format(qty=format_qty(rounded(self.safety))))
        parts.append(_("{qty} on hand").format(qty=format_qty(self.on_hand)))
        if self.on_order:
            parts.append(_("{qty} on order").format(qty=format_qty(self.on_order)))
        said = ", ".join(parts) + " → "
        if not self.order:
            return said + _("nothing to order")
        said += _("order {qty}").format(qty=format_qty(self.order))
        if self.packs is not None:
            said += " = " + ngettext("{n} case", "{n} cases", self.packs).format(n=self.packs)
        return said


def rounded(qty: Qty) -> Qty:
    """Return a quantity that reads well: one decimal below ten, none above."""
    step = 100 if abs(qty) < 10 * ONE else 1_000
    return Qty((qty + step // 2) // step * step)


def safety_stock(z: float, days: float, sd: float, *, rate: float = 0.0, lead_sd: float = 0.0) -> float:
    """Return the stock that meets ``z`` standard deviations of the demand over ``days``; ``sd`` is that of one day."""
    return z * math.sqrt(days * sd * sd + rate * rate * lead_sd * lead_sd)


def reorder_point(rate: float, days: float, safety: float) -> float:
    """Return the stock at which to order: the demand over ``days`` and the safety stock."""
    return rate * days + safety


def economic_order_quantity(demand_a_year: float, cost_of_order: float, holding_cost: float) -> float:
    """Return the quantity that costs least to order and to hold; 0 where one of the two costs nothing."""
    if min(demand_a_year, cost_of_order, holding_cost) <= 0:
        return 0.0
    return math.sqrt(2 * demand_a_year * cost_of_order / holding_cost)


def order_up_to(reorder_at: float, *, economic: float = 0.0, pack: float = 1.0, minimum: float = 0.0) -> float:
    """Return how far to fill up when ordering."""
    return reorder_at + max(economic, pack, minimum)


def order_quantity(position: float, reorder_at: float, up_to: float, pack: float = 1.0, minimum: float = 0.0) -> float:
    """Return what to order, in whole packs: nothing while the position is above the reorder point."""
    if position > reorder_at:
        return 0.0
    return math.ceil(round(max(up_to - position, minimum) / pack, 9)) * pack


def z_of(service: float) -> float:
    """Return how many standard deviations cover this share of the demand, were it normal."""
    return _NORMAL.inv_cdf(service)


def marginal_z(lines: float, spread: float, cost: float, theta: float) -> float:
    """Return the z at which one more unit of money in this item buys ``theta`` lines a week, for normal demand.

    λ·φ(z) / (S·c) = θ, clipped to [-0.5, 4]: ``lines`` λ a week, ``spread`` S over the protection interval, ``cost`` c.
    """
    if min(lines, spread, cost, theta) <= 0:
        return -0.5
    inside = lines / (spread * cost * theta * math.sqrt(2 * math.pi))
    return min(4.0, math.sqrt(2 * math.log(inside))) if inside > 1 else -0.5
