"""The figures agree with published exercises, and say nothing where there is nothing to say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopstock.core import counting, kpi
from shopstock.core.kpi import Figure, Unit
from shopstock.core.units import Money

WHOLE = 10_000


def money(amount: float) -> Money:
    return Money(round(amount * WHOLE))


def test_turnover_and_days_of_a_printed_exercise() -> None:
    turns = kpi.turnover(money(4_380_000), money(870_000))
    assert turns == 5_034
    assert kpi.days_of_inventory(money(4_380_000), money(870_000), 365) == 72_500


def test_average_of_two_ends_of_a_printed_exercise() -> None:
    average = kpi.average_inventory([money(88_800), money(111_200)])
    assert average == money(100_000)
    assert kpi.turnover(money(484_000), average) == 4_840
    assert kpi.days_of_inventory(money(484_000), average, 365) == 75_413


def test_average_inventory_is_weighted_by_time_and_not_by_its_ends() -> None:
    average = kpi.average_inventory([money(40_000)] * 15 + [money(10_000)] * 15)
    assert average == money(25_000)
    assert kpi.turnover(money(30_000), average) == 1_200
    ends = kpi.average_inventory([money(10_000), money(10_000)])
    assert kpi.turnover(money(30_000), ends) == 3_000


def test_margin_markup_and_gmroi_of_printed_exercises() -> None:
    assert kpi.margin_rate(money(49.95), money(30)) == 39_940
    assert kpi.mark_up(money(49.95), money(30)) == 66_500
    assert kpi.gmroi(money(50_000), money(25_000)) == 2_000
    assert kpi.gmroi(money(24_000_000 * 0.3994), money(6_000_000)) == 1_598


def test_accuracy_pick_stockout_sell_through_cover_and_shrinkage() -> None:
    assert kpi.percent(485, 500) == 97_000
    assert kpi.pick_accuracy(1_991, 2_000) == 99_550
    assert kpi.stockout_rate(7, 350) == 2_000
    assert kpi.sell_through(180, 100, 140) == 75_000
    assert kpi.days_of_cover(8_000, 2_000) == 28_000
    assert kpi.shrinkage(money(500), money(200), money(140_000)) == 500
    assert kpi.filled(95, 5) == 95_000


def test_sums_of_counts_hide_what_record_accuracy_shows() -> None:
    assert (95 + 105) * 100 // 200 == 100
    for per_mille, hits in ((10, 0), (30, 0), (50, 2)):
        assert sum(abs(c - 100_000) <= counting.allowed(100_000, per_mille) for c in (95_000, 105_000)) == hits


def test_carrying_cost_is_the_owners_rate_on_the_average_stock() -> None:
    assert kpi.carrying_cost(money(36_500), 20_000, 30) == money(600)


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12), st.integers(-3, 400))
def test_no_figure_ever_divides_by_nothing(part: int, whole: int, days: int) -> None:
    average = Money(whole)
    for value in (
        kpi.turnover(Money(part), average), kpi.days_of_inventory(Money(part), average, days), kpi.percent(part, whole),
        kpi.gmroi(Money(part), average), kpi.sell_through(part, whole, 0), kpi.days_of_cover(part, whole),
        kpi.turns_a_year(Money(part), average, days), kpi.filled(part, whole), kpi.margin_rate(Money(part), average),
    ):  # fmt: skip
        assert value is None or isinstance(value, int)
    if part <= 0:
        assert kpi.turnover(Money(part), average) is None
        assert kpi.days_of_inventory(Money(part), average, days) is None


@pytest.mark.parametrize(("value", "better", "met"), [(98_001, 1, True), (98_000, 1, False), (97_000, -1, True)])
def test_a_target_is_over_or_under(value: int, better: int, met: bool) -> None:
    figure = Figure("a", "A", Unit.PERCENT, value, value - 5, 98_000, better, "", "accuracy")
    assert figure.met is met
    assert figure.change == 5
    assert Figure("a", "A", Unit.PERCENT, None, 1, 2, 1, "", "").met is None
