"""Cycle counting: how often each class is counted, what that costs a day, and what to count today.

An item's priority is r = working days since its last count / its interval; it is due at 1. Counting just what is due
each day would send people to every corner of the shop. So whoever goes to a place also counts what there is soon due
(r of at least 0.75), and a day is filled up to its cap from the place with most of that. Working days are counted on
from an epoch (:func:`working_day`); r is in 1/1,000.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from shopstock.core.abc_classes import AbcClass
from shopstock.core.settings import Settings
from shopstock.core.units import Day, ItemId, LocationId

#: r at which an item must be counted, and from which it is worth counting when somebody is there anyway.
DUE = 1_000
SOON = 750
WEEKS_A_YEAR = 52
_MONDAY = date(2001, 1, 1).toordinal()


class Trigger(StrEnum):
    """What happened that asks for a count. The value is what ``count_due.reason`` holds."""

    OVERSOLD = "oversold"
    NEGATIVE = "negative"
    RECEIPT_VARIANCE = "receipt_variance"
    RETURN_WITHOUT_SALE = "return_without_sale"
    TWO_MISSES = "two_misses"
    REACHED_ZERO = "reached_zero"


class Plan(NamedTuple):
    """How the shop counts: days a week, counts a year by class (0: never by itself), and the most items a day.

    A ``cap`` of 0 follows the workload.
    """

    work_days: int
    counts_a_year: Mapping[AbcClass, int]
    cap: int

    @property
    def days_a_year(self) -> int:
        """Working days in a year."""
        return self.work_days * WEEKS_A_YEAR

    def priority(self, abc: AbcClass, since: int) -> int:
        """Return r in 1/1,000 of an item counted so many working days ago; 0 for what is never due by itself."""
        return since * 1_000 * self.counts_a_year[abc] // self.days_a_year


def plan_of(settings: Settings) -> Plan:
    """Read the plan out of the shop's settings."""
    return Plan(
        min(max(settings.count_work_days, 1), 7),
        {
            AbcClass.A: settings.counts_a_year_a,
            AbcClass.B: settings.counts_a_year_b,
            AbcClass.C: settings.counts_a_year_c,
        },
        settings.count_daily_cap,
    )


def working_day(day: date, work_days: int) -> int:
    """Return how many working days lie between an epoch and a day; days off belong to the working day before them.

    A week of six working days runs from Monday to Saturday.
    """
    weeks, weekday = divmod(day.toordinal() - _MONDAY, 7)
    return weeks * work_days + min(weekday, work_days - 1)


def day_of_working_day(number: int, work_days: int) -> Day:
    """Return the last day (YYYYMMDD) that :func:`working_day` gives this number, days off after it included."""
    weeks, weekday = divmod(number, work_days)
    last = 6 if weekday == work_days - 1 else weekday
    day = date.fromordinal(_MONDAY + weeks * 7 + last)
    return Day(day.year * 10_000 + day.month * 100 + day.day)


def is_working_day(day: date, work_days: int) -> bool:
    """Tell whether the shop counts on a day."""
    return day.weekday() < work_days


class Workload(NamedTuple):
    """What a plan asks for: counts a year by class and in all, and items a working day (rounded up)."""

    a_year: Mapping[AbcClass, int]
    in_a_year: int
    a_day: int
    cap: int

    @property
    def too_much(self) -> bool:
        """Whether the cap is below what the plan asks for, so that counts would fall ever further behind."""
        return self.cap < self.a_day


def workload(items: Mapping[AbcClass, int], plan: Plan) -> Workload:
    """Return what counting so many items of each class costs."""
    a_year = {abc: items.get(abc, 0) * plan.counts_a_year[abc] for abc in AbcClass}
    total = sum(a_year.values())
    a_day = -(-total // plan.days_a_year)
    return Workload(a_year, total, a_day, daily_cap(a_day, plan))


def daily_cap(a_day: int, plan: Plan) -> int:
    """Return the most items a day: the plan's own figure, else the workload and a tenth."""
    return plan.cap if plan.cap > 0 else -(-a_day * 11 // 10)


class Waiting(NamedTuple):
    """An item that a day's list may take in; ``since``: working days since it was counted last."""

    item_id: ItemId
    place: LocationId
    abc: AbcClass
    since: int


def pick(waiting: Iterable[Waiting], plan: Plan, cap: int, quick: Sequence[Waiting] = ()) -> list[Waiting]:
    """Choose what to count in a day, by place and then by urgency.

    What is due comes first, the most overdue before all; then what is ``quick`` to count, in its order; then what is
    soon due at the places of the day; then the next places, the one with most that is soon due first, until the cap is
    reached. What is beyond the cap waits.
    """
    ranked: list[tuple[int, Waiting]] = []
    for one in waiting:
        r = plan.priority(one.abc, one.since)
        if r >= SOON:
            ranked.append((r, one))
    ranked.sort(key=lambda pair: (-pair[0], pair[1].place, pair[1].item_id))
    chosen = [(r, one) for r, one in ranked if r >= DUE][:cap]
    there = {one.item_id for _r, one in chosen}
    more = [(plan.priority(one.abc, one.since), one) for one in quick if one.item_id not in there]
    chosen += more[: max(cap - len(chosen), 0)]
    there.update(one.item_id for _r, one in chosen)
    by_place: defaultdict[LocationId, list[tuple[int, Waiting]]] = defaultdict(list)
    for r, one in ranked:
        if r < DUE and one.item_id not in there:
            by_place[one.place].append((r, one))
    here = {one.place for _r, one in chosen}
    first = sorted(here, key=lambda place: _weight(by_place[place]))
    then = sorted((place for place in by_place if place not in here), key=lambda place: _weight(by_place[place]))
    for place in (*first, *then):
        room = cap - len(chosen)
        if room <= 0:
            break
        chosen += by_place[place][:room]
    chosen.sort(key=lambda pair: (pair[1].place, -pair[0], pair[1].item_id))
    return [one for _r, one in chosen]


def _weight(soon: Sequence[tuple[int, Waiting]]) -> tuple[int, int]:
    """Order places by how much that is soon due lies there, the most first."""
    return (-sum(r for r, _one in soon), soon[0][1].place if soon else 0)


def stagger(items: Sequence[tuple[ItemId, LocationId, AbcClass]], plan: Plan) -> dict[ItemId, int]:
    """Spread first counts evenly over each class's interval: how many working days ago to say each was counted.

    Neighbours get neighbouring days, so that the lists of the first year keep to few places.
    """
    ago: dict[ItemId, int] = {}
    for abc in AbcClass:
        of_class = sorted((one for one in items if one[2] == abc), key=lambda one: (one[1], one[0]))
        apart = plan.days_a_year // plan.counts_a_year[abc] if plan.counts_a_year[abc] > 0 else 0
        for number, (item_id, _place, _abc) in enumerate(of_class):
            ago[item_id] = number * apart // len(of_class)
    return ago
