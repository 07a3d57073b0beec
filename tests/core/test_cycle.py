"""Cycle counting: the workload of a plan, and what a day's list takes in."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopstock.core import cycle
from shopstock.core.abc_classes import AbcClass
from shopstock.core.cycle import Plan, Waiting
from shopstock.core.days import as_date
from shopstock.core.units import ItemId, LocationId

PLAN = Plan(5, {AbcClass.A: 12, AbcClass.B: 4, AbcClass.C: 2}, 0)


def waiting(item: int, place: int, abc: AbcClass, since: int) -> Waiting:
    return Waiting(ItemId(item), LocationId(place), abc, since)


def test_the_workload_is_counts_a_year_over_working_days_rounded_up() -> None:
    weekly = Plan(5, {AbcClass.A: 52, AbcClass.B: 0, AbcClass.C: 0}, 0)
    assert cycle.workload({AbcClass.A: 131, AbcClass.C: 900}, weekly).a_day == -(-131 * 52 // 260)
    told = cycle.workload({AbcClass.A: 100, AbcClass.B: 200, AbcClass.C: 700}, PLAN)
    assert (told.in_a_year, told.a_day, told.cap, told.too_much) == (1_200 + 800 + 1_400, 14, 16, False)


def test_a_cap_below_the_workload_is_told() -> None:
    assert cycle.workload({AbcClass.A: 1_000}, PLAN._replace(cap=10)).too_much


def test_what_is_due_comes_first_and_then_what_is_soon_due_at_the_same_place() -> None:
    due = waiting(1, 7, AbcClass.A, 22)
    soon_here, soon_there = waiting(2, 7, AbcClass.A, 17), waiting(3, 8, AbcClass.A, 20)
    fresh = waiting(4, 7, AbcClass.A, 3)
    rows = [fresh, soon_there, soon_here, due]
    assert cycle.pick(rows, PLAN, 1) == [due]
    assert cycle.pick(rows, PLAN, 2) == [due, soon_here]
    assert cycle.pick(rows, PLAN, 9) == [due, soon_here, soon_there]


def test_the_most_overdue_are_not_left_behind_by_a_cap() -> None:
    rows = [waiting(n, n, AbcClass.A, 22 + n) for n in range(1, 6)]
    assert [one.item_id for one in cycle.pick(rows, PLAN, 2)] == [4, 5]


def test_a_class_that_is_never_counted_is_never_on_the_list() -> None:
    never = Plan(5, {AbcClass.A: 12, AbcClass.B: 4, AbcClass.C: 0}, 0)
    assert cycle.pick([waiting(1, 1, AbcClass.C, 9_999)], never, 9) == []


@pytest.mark.parametrize(("work_days", "days"), [(5, 260), (6, 312), (7, 364)])
def test_working_days_run_on_over_days_off(work_days: int, days: int) -> None:
    friday, sunday, monday = date(2026, 11, 27), date(2026, 11, 29), date(2026, 11, 30)
    assert cycle.working_day(monday, work_days) - cycle.working_day(friday, work_days) == work_days - 4
    assert cycle.working_day(sunday, 5) == cycle.working_day(friday, 5)
    assert cycle.working_day(date(2026, 12, 27), work_days) - cycle.working_day(date(2025, 12, 28), work_days) == days
    assert cycle.is_working_day(sunday, work_days) is (work_days == 7)


@given(st.lists(st.tuples(st.integers(1, 5), st.sampled_from(AbcClass)), min_size=1, max_size=60), st.integers(1, 20))
def test_a_list_never_goes_beyond_its_cap_and_names_nothing_twice(items: list[tuple[int, AbcClass]], cap: int) -> None:
    rows = [waiting(n, place, abc, n * 7 % 140) for n, (place, abc) in enumerate(items, 1)]
    chosen = cycle.pick(rows, PLAN, cap)
    assert len(chosen) <= cap
    assert len({one.item_id for one in chosen}) == len(chosen)
    due = [one for one in rows if PLAN.priority(one.abc, one.since) >= cycle.DUE]
    assert len(set(due) & set(chosen)) == min(len(due), cap)


def test_first_counts_are_spread_evenly_and_by_place() -> None:
    items = [(ItemId(n), LocationId(n // 10), AbcClass.A) for n in range(100)]
    ago = cycle.stagger(items, PLAN)
    assert min(ago.values()) == 0
    assert max(ago.values()) == 20
    assert max(list(ago.values()).count(days) for days in set(ago.values())) <= 5
    assert all(ago[ItemId(n)] <= ago[ItemId(n + 1)] for n in range(99))


@given(st.integers(0, 9_000), st.integers(1, 7))
def test_a_working_day_is_found_again(days: int, work_days: int) -> None:
    day = date.fromordinal(date(2005, 1, 1).toordinal() + days)
    number = cycle.working_day(day, work_days)
    last = as_date(cycle.day_of_working_day(number, work_days))
    assert day <= last
    assert cycle.working_day(last, work_days) == number
    assert cycle.working_day(date.fromordinal(last.toordinal() + 1), work_days) == number + 1
