"""Measure the demand of a whole shop at once, and share stock money out where it serves most lines. Arrays (numpy).

**Demand** is measured over the last thirteen weeks, later weeks weighing more (each earlier one 12 % less). Days on
which an item was out of stock say nothing about demand and are left out: a week counts by its days in stock. One day's
sale above ten times the item's usual selling day is taken for a single bulk order and capped there, as stock for it
would lie for years. The spread of a few weeks is a poor guess, so it is drawn towards what items that sell as much show
in this shop (its own power law of spread by rate, worth eight weeks of evidence).

**Marginal allocation**: money goes where one more unit of it fills most demand lines. With demand over the protection
interval H lognormal (a shop's demand is skewed, and never negative), item i gets the level S at which

    λ · f(S) / c = θ        λ lines a week, f the density, c the unit cost

which has the closed solution of :func:`levels`. θ is the one price of service for all items: the slider between money
in stock and service. It optimises lines, not pieces or sales. What it promises is calibrated on the shop's own past.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WEEKS = 13
FADE = 0.12
BULK = 10.0
PRIOR_WEEKS = 8.0
NEW_FOR_DAYS = 28
#: Fewer items than this have no law of their own.
LAW_FROM = 20
LEAST_Z, MOST_Z = -1.0, 4.0
SMALLEST, LARGEST = 0.33, 3.0
#: What the season is read from: that many weeks around the coming ones, a year ago.
SEASON_DAYS = 28


@dataclass(frozen=True)
class Sales:
    """What was sold, one row an item and day, in order of day; quantities in units.

    ``items`` and ``days`` are how many there are: items count from 0, days from the first one of the history. ``out``
    tells for each item and day whether it was out of stock; ``None`` when nothing is known of that.
    """

    items: int
    days: int
    item: Ints
    day: Ints
    qty: Floats
    lines: Floats
    out: NDArray[np.bool_] | None = None

    def between(self, first: int, end: int) -> slice:
        """Return the rows of these days, the end not included."""
        return slice(int(np.searchsorted(self.day, first)), int(np.searchsorted(self.day, end)))


@dataclass(frozen=True)
class Demand:
    """The demand for every item: units a week now and in the weeks before, spread of a week, demand lines a week.

    ``borrowed`` are new items with the rate of their category.
    """

    rate: Floats
    before: Floats
    spread: Floats
    lines: Floats
    borrowed: NDArray[np.bool_]


def measure(
    sales: Sales, until: int, *, category: Ints | None = None, first_day: Ints | None = None, weeks: int = WEEKS
) -> Demand:
    """Measure the demand from the weeks that end before the day ``until``.

    ``category`` numbers the category of each item, ``first_day`` is the day since which it could be sold; with both,
    items that are new borrow the middle rate of their category.
    """
    weeks = max(1, min(weeks, until // 7))
    start = max(0, until - 7 * weeks)
    rows = sales.between(start, until)
    item, qty, lines = sales.item[rows], sales.qty[rows], sales.lines[rows]
    week = np.minimum((sales.day[rows] - start) // 7, weeks - 1)
    qty = np.minimum(qty, BULK * np.maximum(usual(item, qty, sales.items), 1e-9)[item]) if len(item) else qty
    sold = np.zeros((sales.items, weeks))
    np.add.at(sold, (item, week), qty)
    asked = np.zeros(sales.items)
    np.add.at(asked, item, lines)
    there = _days_there(sales, start, until, weeks, first_day)
    with np.errstate(all="ignore"):
        a_week = np.where(there > 0, sold * 7 / np.maximum(there, 1e-9), 0.0)
    weight = (there / 7) * (1 - FADE) ** np.arange(weeks - 1, -1, -1)
    total = weight.sum(1)
    share = weight / np.maximum(total, 1e-12)[:, None]
    rate = (a_week * share).sum(1)
    independent = np.maximum(1 - (share**2).sum(1), 1e-9)
    variance = ((a_week - rate[:, None]) ** 2 * share).sum(1) / independent
    known_weeks = there.sum(1) / 7
    spread = _steadied(rate, np.sqrt(np.where(known_weeks > 1, variance, 0.0)), known_weeks)
    lines_a_week = asked / np.maximum(known_weeks, 1 / 7)
    half = weeks // 2
    before = (a_week[:, :half].sum(1) / half) if half else rate.copy()
    borrowed = np.zeros(sales.items, dtype=bool)
    if category is not None and first_day is not None:
        rate, lines_a_week, spread, borrowed = _borrow(
            rate, lines_a_week, spread, category, until - first_day, known_weeks
        )
    return Demand(rate, before, spread, lines_a_week, borrowed)


def usual(item: Ints, qty: Floats, items: int) -> Floats:
    """Return the middle quantity of the selling days of each item, 0 for one without."""
    order = np.lexsort((qty, item))
    counts = np.bincount(item, minlength=items)
    first = np.concatenate(([0], np.cumsum(counts)[:-1]))
    middle = np.zeros(items)
    some = counts > 0
    low, high = first + (counts - 1) // 2, first + counts // 2
    middle[some] = (qty[order][low[some]] + qty[order][high[some]]) / 2
    return middle


def season(then: Floats, coming: Floats, days: int) -> Floats:
    """Return what the coming days sell beside the weeks before them, by the same days a year before.

    By group (the category), as one item's year says too little: ``then`` and ``coming`` are demand lines a day of each
    group in the ``days`` before and in those that come. 1 for a group that says too little.
    """
    factor = np.ones(len(then))
    enough = then * days >= 2 * LAW_FROM
    factor[enough] = np.clip(coming[enough] / then[enough], SMALLEST, LARGEST)
    return factor


def spread_over(demand: Demand, days: Floats, lead_sd: Floats) -> Floats:
    """Return the standard deviation of the demand over so many days of protection, whose length varies too."""
    result: Floats = np.sqrt(demand.spread**2 * days / 7 + (demand.rate / 7) ** 2 * lead_sd**2)
    return result


def levels(demand: Demand, cost: Floats, days: Floats, lead_sd: Floats, theta: float) -> Floats:
    """Return the stock level S of each item at which one more unit of money fills ``theta`` lines a week.

    ``cost`` is a unit's, ``days`` the protection interval, ``lead_sd`` the standard deviation of the lead time in days.
    The logarithm g of S solves (g - m)² / 2s² + g + ln(θ·c·s·√2π / λ) = 0, with m and s of the lognormal demand; z = (g
    - m) / s is held between -1 and 4.
    """
    expected = demand.rate * days / 7
    with np.errstate(all="ignore"):
        s2 = np.log1p((spread_over(demand, days, lead_sd) / expected) ** 2)
        s, m = np.sqrt(s2), np.log(expected) - s2 / 2
        right = np.log(theta * cost * s * np.sqrt(2 * np.pi) / demand.lines)
        inside = 1 - 2 * (m + right) / s2
        z = np.where(inside > 0, s * (-1 + np.sqrt(np.maximum(inside, 0))), LEAST_Z)
        found = np.exp(m + np.clip(np.nan_to_num(z, nan=LEAST_Z), LEAST_Z, MOST_Z) * s)
    some: Floats = np.where((demand.rate > 0) & np.isfinite(found), found, np.where(demand.rate > 0, expected, 0.0))
    return some


def promised(demand: Demand, level: Floats, days: Floats, lead_sd: Floats) -> float:
    """Return the share of the demand lines that these levels serve if demand is as it was measured."""
    some = (demand.rate > 0) & (level > 0)
    if not demand.lines.sum():
        return 1.0
    expected = demand.rate[some] * days[some] / 7
    s2 = np.log1p((spread_over(demand, days, lead_sd)[some] / expected) ** 2)
    z = (np.log(level[some]) - np.log(expected) + s2 / 2) / np.sqrt(s2)
    return float((demand.lines[some] * normal_share(z)).sum() / demand.lines.sum())


def normal_share(z: Floats) -> Floats:
    """Return how much of the normal distribution lies below z, to 7 digits (Abramowitz and Stegun, 26.2.17)."""
    x = np.abs(z)
    t = 1 / (1 + 0.2316419 * x)
    powers = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    above = np.exp(-x * x / 2) / np.sqrt(2 * np.pi) * powers
    below: Floats = np.where(z >= 0, 1 - above, above)
    return below


def _days_there(sales: Sales, start: int, until: int, weeks: int, first_day: Ints | None) -> Floats:
    """Return on how many days of each week an item could be sold."""
    there = np.full((sales.items, weeks), 7.0)
    if sales.out is None and first_day is None:
        return there
    days = np.ones((sales.items, weeks * 7), dtype=bool)
    if sales.out is not None:
        days &= ~sales.out[:, start : start + weeks * 7]
    if first_day is not None:
        days &= np.arange(start, start + weeks * 7)[None, :] >= first_day[:, None]
    # What was sold on a day was there on that day, whatever the book said.
    rows = sales.between(start, start + weeks * 7)
    days[sales.item[rows], sales.day[rows] - start] = True
    counted: Floats = days.reshape(sales.items, weeks, 7).sum(2).astype(float)
    return counted


def _steadied(rate: Floats, spread: Floats, weeks: Floats) -> Floats:
    """Draw each spread towards what items of the same rate show in this shop."""
    some = (rate > 0) & (spread > 0)
    if some.sum() < LAW_FROM:
        # A few items have no law; counted events spread as the root of their number.
        few: Floats = np.where(rate > 0, np.maximum(spread, np.sqrt(rate)), 0.0)
        return few
    x, y = np.log(rate[some]), np.log(spread[some])
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / max(((x - x.mean()) ** 2).sum(), 1e-12))
    law = np.exp(y.mean() + slope * (np.log(np.maximum(rate, 1e-12)) - x.mean()))
    own = np.where(some, np.log(np.maximum(spread, 1e-12)), np.log(np.maximum(law, 1e-12)))
    drawn = np.exp((weeks * own + PRIOR_WEEKS * np.log(np.maximum(law, 1e-12))) / (weeks + PRIOR_WEEKS))
    result: Floats = np.where(rate > 0, drawn, 0.0)
    return result


def _borrow(
    rate: Floats, lines: Floats, spread: Floats, category: Ints, age: Ints, weeks: Floats
) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """Give new items the middle rate, lines and spread of what sells in their category."""
    new = (age < NEW_FOR_DAYS) | (weeks < NEW_FOR_DAYS / 7 / 2)
    rate, lines, spread = rate.copy(), lines.copy(), spread.copy()
    borrowed = np.zeros(len(rate), dtype=bool)
    for one in np.unique(category[new]):
        mates = (category == one) & ~new & (rate > 0)
        mine = (category == one) & new & (age >= 0)
        if mates.any() and mine.any():
            for figures in (rate, lines, spread):
                figures[mine] = np.maximum(figures[mine], np.median(figures[mates]))
            borrowed |= mine
    return rate, lines, spread, borrowed
