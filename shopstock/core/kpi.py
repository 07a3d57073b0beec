"""The figures by which a shop is steered: arithmetic only.

Every figure is an integer in 1/1,000 of what it is read in (turns, days, percent), ``None`` where the data do not
carry it: a figure with nothing to divide by is not available, never infinite. Money is in 1/10,000.

- average inventory: time-weighted, the sum of the day-end values by the number of days
- turnover: COGS in the window / average inventory; a year's when multiplied by 365 / days
- days sales of inventory (DSI): average inventory / COGS × days of the window; DSI × turns = days
- inventory accuracy: lines within tolerance / lines counted (``core.counting.accuracy`` has its interval)
- order pick accuracy: lines with the right item, quantity and lot at the first scan / lines picked
- stockout rate: items with nothing available / all items; beside it item-days out / item-days
- GMROI: margin / average inventory at cost; sell-through: sold / (opening + received); days of cover: on hand /
  daily demand; shrinkage: (write-offs + net count loss at cost) / net sales
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from shopstock.core.units import Money, divide_half_even

SCALE = 1_000
YEAR = 365


class Unit(StrEnum):
    """What a figure is read in."""

    PERCENT = "percent"
    TURNS = "turns"
    DAYS = "days"
    TIMES = "times"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the shop: its value, what it should be, what it was, and how it comes about.

    ``better`` is 1 when more is better and -1 when less is; ``trend`` ends with ``value``. ``formula`` is the sentence
    under it, ``note`` what there is to know (an interval, why there is none), ``report`` the rows behind it.
    """

    name: str
    title: str
    unit: Unit
    value: int | None
    before: int | None
    target: int | None
    better: int
    formula: str
    report: str
    note: str = ""
    trend: tuple[int | None, ...] = ()

    @property
    def met(self) -> bool | None:
        """Tell whether the target is reached; ``None`` without a value or a target."""
        if self.value is None or self.target is None:
            return None
        return self.value > self.target if self.better > 0 else self.value < self.target

    @property
    def change(self) -> int | None:
        """How far the value is from the one of the period before."""
        return None if self.value is None or self.before is None else self.value - self.before


def ratio(part: int, whole: int, scale: int = SCALE) -> int | None:
    """Return ``part / whole`` in 1/``scale``; ``None`` unless there is something to divide by."""
    return divide_half_even(part * scale, whole) if whole > 0 else None


def percent(part: int, whole: int) -> int | None:
    """Return ``part`` as percent of ``whole``, in 1/1,000 of a percent."""
    return ratio(part, whole, 100 * SCALE)


def average_inventory(day_ends: Sequence[Money]) -> Money | None:
    """Return the time-weighted average of the values at the end of each day."""
    return Money(divide_half_even(sum(day_ends), len(day_ends))) if day_ends else None


def turnover(cogs: Money, average: Money | None) -> int | None:
    """Return how often the stock turned in the window; ``None`` when nothing was sold or nothing was there."""
    return ratio(cogs, average) if average is not None and cogs > 0 else None


def a_year(turns: int | None, days: int) -> int | None:
    """Return the turns of a window as those of a year."""
    return None if turns is None or days <= 0 else divide_half_even(turns * YEAR, days)


def turns_a_year(cogs: Money, average: Money | None, days: int) -> int | None:
    """Return the turns of a year at the pace of the window, rounded once."""
    if average is None or cogs <= 0 or days <= 0:
        return None
    return ratio(cogs * YEAR, average * days)


def days_of_inventory(cogs: Money, average: Money | None, days: int) -> int | None:
    """Return for how many days the average stock lasts at the window's cost of sales."""
    return None if average is None or average < 0 else ratio(average * days, cogs)


def pick_accuracy(correct: int, picked: int) -> int | None:
    """Return the lines right at the first scan, in percent."""
    return percent(correct, picked)


def stockout_rate(out: int, items: int) -> int | None:
    """Return the items (or item-days) with nothing left, in percent."""
    return percent(out, items)


def filled(lines: int, lost: int) -> int | None:
    """Return the share of the demand lines that were served, in percent; both in the same unit."""
    return percent(lines, lines + lost)


def gmroi(margin: Money, average: Money | None) -> int | None:
    """Return the margin that each unit of money in stock brought."""
    return None if average is None else ratio(margin, average)


def sell_through(sold: int, opening: int, received: int) -> int | None:
    """Return what was sold of what was there to sell, in percent."""
    return percent(sold, opening + received)


def days_of_cover(on_hand: int, a_week: int) -> int | None:
    """Return for how many days the stock lasts at a demand of so much a week."""
    return ratio(max(0, on_hand) * 7, a_week)


def shrinkage(written_off: Money, count_loss: Money, net_sales: Money) -> int | None:
    """Return what was lost beside what was sold, in percent; a net gain of the counts lowers it."""
    return percent(written_off + count_loss, net_sales)


def margin_rate(net: Money, cogs: Money) -> int | None:
    """Return the margin in percent of net sales."""
    return percent(net - cogs, net)


def mark_up(net: Money, cogs: Money) -> int | None:
    """Return the margin in percent of the cost."""
    return percent(net - cogs, cogs)


def carrying_cost(average: Money | None, rate: int, days: int) -> Money | None:
    """Return what holding the stock cost in the window, at a yearly rate in 1/1,000 of a percent."""
    return None if average is None else Money(divide_half_even(average * rate * days, 100 * SCALE * YEAR))
