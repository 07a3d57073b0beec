"""Try an ordering policy on the shop's own past: what would it have served, and how much money would have lain there.

One day after the other: what was ordered arrives, once a review period orders are placed, the day's demand is served
from what is there and the rest is lost. A day's demand lines are counted as filled in proportion when the stock does
not suffice for all. Both policies and the calibration see only the days before the one they decide on.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shopstock.core.stock_plan import WEEKS, Demand, Floats, Ints, Sales, levels, measure

#: θ is sought between these, in demand lines a week for one unit of money.
DEAREST, CHEAPEST = 1e-9, 1e3
STEPS = 18
RECALIBRATE_DAYS = 28
CALIBRATE_DAYS = 91


class Levels(NamedTuple):
    """Order what is at or below ``at`` up to ``up_to``, in units."""

    at: Floats
    up_to: Floats


class Result(NamedTuple):
    """What became of a policy: demand lines and those filled, money in stock at the average day's end, units lost."""

    lines: float
    filled: float
    money: float

    @property
    def service(self) -> float:
        """The share of the lines that were filled; 1 when nothing was asked for."""
        return self.filled / self.lines if self.lines else 1.0


@dataclass(frozen=True)
class Terms:
    """How each item is bought: unit cost, days until it comes, their spread, pack; and how often orders are made."""

    cost: Floats
    lead: Ints
    lead_sd: Floats
    pack: Floats
    review: int = 7

    @property
    def protection(self) -> Floats:
        """The days that an order must last."""
        return (self.lead + self.review).astype(float)


Policy = Callable[[int], Levels]


def known(sales: Sales, day: int) -> NDArray[np.bool_]:
    """Tell which items sold in the thirteen weeks before a day: nobody can stock what nobody has asked for yet."""
    rows = sales.between(max(0, day - 7 * WEEKS), day)
    return np.bincount(sales.item[rows], minlength=sales.items) > 0


def simulate(sales: Sales, terms: Terms, first: int, end: int, policy: Policy, warm_up: int = 0) -> Result:
    """Run a policy over the days from ``first`` to before ``end``; the ``warm_up`` days count for nothing.

    It begins with every item filled up, so the first days flatter: let them be the warm-up. Counted are the items that
    were known on the first day.
    """
    counted = known(sales, first)
    items = sales.items
    horizon = int(terms.lead.max(initial=0)) + 1
    coming = np.zeros((horizon, items))
    stock = np.zeros(items)
    lines = filled = money = 0.0
    rows = np.arange(items)
    for day in range(first, end):
        slot = day % horizon
        stock += coming[slot]
        coming[slot] = 0
        if (day - first) % terms.review == 0:
            decided = policy(day)
            if day == first:
                stock = _in_packs(decided.up_to, terms.pack)
            position = stock + coming.sum(0)
            order = np.where(position <= decided.at, np.maximum(decided.up_to - position, 0), 0)
            coming[(day + terms.lead) % horizon, rows] += _in_packs(order, terms.pack)
            if not terms.lead.all():  # what has no lead time is there at once
                at_once = terms.lead == 0
                stock[at_once] += coming[slot, at_once]
                coming[slot, at_once] = 0
        span = sales.between(day, day + 1)
        item, asked, wanted = sales.item[span], sales.qty[span], sales.lines[span]
        there = stock[item]
        if day >= first + warm_up:
            share = np.where(asked <= there + 1e-9, 1.0, there / np.maximum(asked, 1e-12))
            mine = counted[item]
            filled += float(np.where(share >= 1, wanted, np.floor(wanted * share + 1e-9))[mine].sum())
            lines += float(wanted[mine].sum())
        stock[item] = np.maximum(0.0, there - asked)
        if day >= first + warm_up:
            money += float(stock[counted] @ terms.cost[counted])
    days = max(1, end - first - warm_up)
    return Result(lines, filled, money / days)


def _in_packs(qty: Floats, pack: Floats) -> Floats:
    rounded: Floats = np.ceil(np.maximum(qty, 0) / pack - 1e-9) * pack
    return rounded


def allocation(sales: Sales, terms: Terms, theta: Callable[[int], float]) -> Policy:
    """Return the policy of marginal allocation at the price ``theta`` of the day."""
    measured: dict[int, Demand] = {}

    def decide(day: int) -> Levels:
        if day not in measured:
            measured[day] = measure(sales, day)
        level = levels(measured[day], terms.cost, terms.protection, terms.lead_sd, theta(day))
        return Levels(np.full(sales.items, np.inf), np.ceil(level - 1e-9))

    return decide


def cover(sales: Sales, days: float, more: float = 14.0, since: int | None = None) -> Policy:
    """Return what shops do: below ``days`` of cover order up to ``more`` days on top.

    The rate is that of the last thirteen weeks, at every review, or once at the day ``since``.
    """

    def decide(day: int) -> Levels:
        until = day if since is None else since
        start = max(0, until - 91)
        rows = sales.between(start, until)
        rate = np.bincount(sales.item[rows], weights=sales.qty[rows], minlength=sales.items) / max(1, until - start)
        return Levels(rate * days, np.ceil(rate * (days + more) - 1e-9))

    return decide


def price_for(service: float, run: Callable[[float], Result]) -> float:
    """Return the θ whose run fills this share of the lines, by bisection on its logarithm."""
    low, high = math.log(DEAREST), math.log(CHEAPEST)
    for _step in range(STEPS):
        middle = (low + high) / 2
        if run(math.exp(middle)).service < service:
            high = middle
        else:
            low = middle
    return math.exp(low)


def calibrated(
    sales: Sales, terms: Terms, service: float, until: int, days: int = CALIBRATE_DAYS, policy: Policy | None = None
) -> float:
    """Return the θ that would have served this share of the lines in the ``days`` before ``until``.

    With less history than its weeks of measuring ask for, the days are fewer.
    """
    days = max(7, min(days, until - 28))
    first = max(0, until - days)
    warm_up = min(int(terms.protection.max(initial=0.0)), days // 2)
    price = [0.0]
    decide = allocation(sales, terms, lambda _day: price[0])

    def run(theta: float) -> Result:
        price[0] = theta
        return simulate(sales, terms, first, until, policy or decide, warm_up)

    return price_for(service, run)


def rolling(
    sales: Sales, terms: Terms, service: float, first: int, end: int, warm_up: int
) -> tuple[Result, tuple[float, ...]]:
    """Run the shop's own policy as it would have been: θ calibrated anew every four weeks on what was past then."""
    prices: dict[int, float] = {}

    def theta(day: int) -> float:
        origin = first + (day - first) // RECALIBRATE_DAYS * RECALIBRATE_DAYS
        if origin not in prices:
            prices[origin] = calibrated(sales, terms, service, origin)
        return prices[origin]

    result = simulate(sales, terms, first, end, allocation(sales, terms, theta), warm_up)
    return result, tuple(prices.values())
