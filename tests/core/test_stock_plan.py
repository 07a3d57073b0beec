"""Demand measured from sales, and levels that spend money where it serves."""

from __future__ import annotations

import numpy as np
import pytest

from shopstock.core import backtest, stock_plan
from shopstock.core.stock_plan import Demand, Sales


def history(*rows: tuple[int, int, float, float], items: int = 1, days: int = 182, out: object = None) -> Sales:
    ordered = sorted(rows, key=lambda row: row[1])
    columns = [np.array(column) for column in zip(*ordered, strict=True)] or [np.zeros(0)] * 4
    item, day, qty, lines = columns
    return Sales(
        items, days, item.astype(np.int64), day.astype(np.int64), qty.astype(float), lines.astype(float), out  # type: ignore[arg-type]
    )  # fmt: skip


def weekly(item: int, qty: float, days: int = 182, first: int = 3) -> list[tuple[int, int, float, float]]:
    return [(item, day, qty, 1.0) for day in range(first, days, 7)]


def test_a_steady_item_sells_what_it_sells() -> None:
    demand = stock_plan.measure(history(*weekly(0, 6.0)), 182)
    assert demand.rate[0] == pytest.approx(6)
    assert demand.lines[0] == pytest.approx(1)
    assert demand.before[0] == pytest.approx(6)


def test_days_out_of_stock_are_not_days_without_demand() -> None:
    every_day = [(0, day, 1.0, 1.0) for day in range(182) if day % 2 == 0 or day < 140]
    out = np.zeros((1, 182), dtype=bool)
    out[0, 141::2] = True
    blind = stock_plan.measure(history(*every_day), 182)
    seeing = stock_plan.measure(history(*every_day, out=out), 182)
    assert blind.rate[0] < 5
    assert seeing.rate[0] == pytest.approx(7)


def test_one_bulk_order_does_not_make_a_stock_for_years() -> None:
    rows = [*weekly(0, 2.0), (0, 170, 5_000.0, 1.0)]
    assert stock_plan.measure(history(*rows), 182).rate[0] < 8


def test_a_new_item_borrows_from_its_category() -> None:
    rows = [row for item in range(4) for row in weekly(item, 5.0)]
    demand = stock_plan.measure(
        history(*rows, items=6), 182, category=np.array([0, 0, 0, 0, 0, 1]),
        first_day=np.array([0, 0, 0, 0, 175, 175]),
    )  # fmt: skip
    assert demand.rate[4] == pytest.approx(5)
    assert list(demand.borrowed) == [False, False, False, False, True, False]
    assert demand.rate[5] == 0


def test_the_season_is_what_the_coming_weeks_sold_a_year_before() -> None:
    factor = stock_plan.season(np.array([1.0, 1.0, 0.2, 0.0, 5.0]), np.array([3.0, 0.1, 9.0, 4.0, 50.0]), 91)
    assert list(factor) == [3, stock_plan.SMALLEST, 1, 1, stock_plan.LARGEST]


def test_levels_solve_what_they_say() -> None:
    demand = Demand(
        np.array([10.0, 0.5, 0.0]), np.zeros(3), np.array([6.0, 0.9, 0.0]), np.array([4.0, 0.4, 0.0]), np.zeros(3, bool)
    )  # fmt: skip
    cost, days = np.array([2.0, 30.0, 5.0]), np.full(3, 14.0)
    theta = 0.002
    level = stock_plan.levels(demand, cost, days, np.zeros(3), theta)
    assert level[2] == 0
    for item in range(2):
        mean = demand.rate[item] * 2
        s2 = np.log1p((demand.spread[item] * np.sqrt(2) / mean) ** 2)
        m, s = np.log(mean) - s2 / 2, np.sqrt(s2)
        g = np.log(level[item])
        density = np.exp(-((g - m) ** 2) / (2 * s2)) / (level[item] * s * np.sqrt(2 * np.pi))
        assert demand.lines[item] * density / cost[item] == pytest.approx(theta)
    dearer = stock_plan.levels(demand, cost, days, np.zeros(3), theta * 4)
    assert (dearer[:2] < level[:2]).all()


def test_what_levels_promise_is_the_share_of_lines_below_them() -> None:
    z = np.array([-2.0, -0.5, 0.0, 1.0, 2.326])
    assert stock_plan.normal_share(z) == pytest.approx([0.02275, 0.30854, 0.5, 0.84134, 0.99], abs=1e-5)
    demand = stock_plan.measure(history(*weekly(0, 6.0)), 182)
    days, none = np.full(1, 14.0), np.zeros(1)
    assert stock_plan.promised(demand, np.array([1e-3]), days, none) < 0.01
    assert stock_plan.promised(demand, np.array([1e3]), days, none) > 0.99


@pytest.mark.parametrize("rows", [[], [(0, 5, 3.0, 1.0)], [(0, 181, 1e9, 1.0)]])
def test_a_shop_with_next_to_no_history_gets_numbers_and_no_infinity(rows: list[tuple[int, int, float, float]]) -> None:
    sales = history(*rows)
    demand = stock_plan.measure(sales, 182)
    level = stock_plan.levels(demand, np.zeros(1), np.full(1, 14.0), np.zeros(1), 0.01)
    for figures in (demand.rate, demand.spread, demand.lines, level):
        assert np.isfinite(figures).all()
    terms = backtest.Terms(np.ones(1), np.array([7]), np.zeros(1), np.ones(1))
    result = backtest.simulate(sales, terms, 100, 182, backtest.cover(sales, 14))
    assert 0 <= result.service <= 1


def test_a_backtest_counts_what_it_serves() -> None:
    sales = history(*[(0, day, 1.0, 1.0) for day in range(182)])
    terms = backtest.Terms(np.array([2.0]), np.array([7]), np.zeros(1), np.ones(1))
    plenty = backtest.simulate(sales, terms, 98, 182, backtest.cover(sales, 30), 14)
    nothing = backtest.simulate(sales, terms, 98, 182, backtest.cover(sales, 0, 0), 14)
    assert plenty.service == 1
    assert nothing.service == 0
    assert plenty.money > 0 == nothing.money


def test_packs_are_bought_whole_in_a_backtest() -> None:
    sales = history(*[(0, day, 1.0, 1.0) for day in range(182)])
    by_pack = backtest.Terms(np.ones(1), np.array([7]), np.zeros(1), np.full(1, 50.0))
    single = backtest.Terms(np.ones(1), np.array([7]), np.zeros(1), np.ones(1))
    few = backtest.simulate(sales, single, 98, 182, backtest.cover(sales, 16, 0))
    many = backtest.simulate(sales, by_pack, 98, 182, backtest.cover(sales, 16, 0))
    assert many.money > few.money + 10


def test_what_is_promised_is_calibrated_on_the_past_only() -> None:
    generator = np.random.default_rng(7)
    rows = [
        (item, day, float(generator.integers(1, 6)), 1.0)
        for item in range(60) for day in range(300) if generator.random() < 0.15 + item / 120
    ]  # fmt: skip
    sales = history(*rows, items=60, days=300)
    terms = backtest.Terms(np.linspace(1, 20, 60), np.full(60, 7), np.zeros(60), np.ones(60))
    for promised in (0.9, 0.97):
        achieved, prices = backtest.rolling(sales, terms, promised, 200, 300, 14)
        assert achieved.service == pytest.approx(promised, abs=0.02)
        assert len(prices) == 4
