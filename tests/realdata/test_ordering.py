"""Half a million real sales: the ordering advice holds less stock at the same service than what shops do.

The data has no costs: cost is set to half the middle price. Two quarters that the policy was not made on, lead times of
7 and 14 days, weekly review, lost sales; items that sold on ten days of the half year before.
"""

from __future__ import annotations

import datetime
import statistics
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from shopstock.core import backtest
from shopstock.core.backtest import Levels, Result, Terms
from shopstock.core.stock_plan import Sales
from tests.realdata import online_retail

FIRST = datetime.date(2010, 12, 1)
WINDOWS = ((182, 280), (273, 372))
SERVICE = 0.95


@pytest.fixture(scope="module")
def days(realdata: Path) -> tuple[dict[tuple[str, int], list[float]], dict[str, float]]:
    """Return pieces and lines by item and day, and the middle price of each item."""
    sold: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    prices: dict[str, list[float]] = defaultdict(list)
    for line in online_retail.lines(realdata, None):
        # Two orders of 74,215 and 80,995 pieces were taken back within minutes.
        if not online_retail.is_stock(line.code) or not 0 < line.quantity < 20_000 or float(line.price) <= 0:
            continue
        day = (datetime.date.fromisoformat(line.at[:10]) - FIRST).days
        figures = sold[line.code.upper(), day]
        figures[0] += line.quantity
        figures[1] += 1
        prices[line.code.upper()].append(float(line.price))
    return dict(sold), {code: statistics.median(found) for code, found in prices.items()}


def window(
    days: tuple[dict[tuple[str, int], list[float]], dict[str, float]], first: int, lead: int
) -> tuple[Sales, Terms]:
    sold, prices = days
    times: dict[str, float] = defaultdict(float)
    for (code, day), (_qty, lines) in sold.items():
        if first - 182 <= day < first:
            times[code] += lines
    codes = {code: place for place, code in enumerate(sorted(code for code, n in times.items() if n >= 10))}
    rows = sorted((day, codes[code], qty, lines) for (code, day), (qty, lines) in sold.items() if code in codes)
    day, item, qty, lines = (np.array(column) for column in zip(*rows, strict=True))
    sales = Sales(len(codes), 374, item, day, qty, lines)
    n = len(codes)
    return sales, Terms(np.array([prices[code] / 2 for code in codes]), np.full(n, lead), np.zeros(n), np.ones(n))


def money_at_service(run: Callable[[float], Result], low: float, high: float) -> float:
    """Return the money in stock where a policy that serves more with more reaches the service."""
    for _step in range(16):
        middle = (low + high) / 2
        low, high = (middle, high) if run(middle).service < SERVICE else (low, middle)
    return run(high).money


@pytest.mark.parametrize("lead", [7, 14])
@pytest.mark.parametrize(("first", "end"), WINDOWS)
def test_the_advice_holds_less_stock_at_the_same_service(
    days: tuple[dict[tuple[str, int], list[float]], dict[str, float]], first: int, end: int, lead: int
) -> None:
    sales, terms = window(days, first, lead)
    warm_up = lead + 7
    price = [0.0]
    decide = backtest.allocation(sales, terms, lambda _day: price[0])

    def advised(theta: float) -> Result:
        price[0] = theta
        return backtest.simulate(sales, terms, first, end, decide, warm_up)

    ours = advised(backtest.price_for(SERVICE, advised))
    assert ours.service == pytest.approx(SERVICE, abs=0.002)

    def shops(since: int | None) -> Callable[[float], Result]:
        return lambda cover: backtest.simulate(
            sales, terms, first, end, backtest.cover(sales, cover, since=since), warm_up
        )

    weekly = money_at_service(shops(None), 0, 300)
    once = money_at_service(shops(first), 0, 600)
    assert ours.money < 0.74 * weekly
    assert ours.money < 0.5 * once


@pytest.mark.parametrize("lead", [7, 14])
@pytest.mark.parametrize(("first", "end"), WINDOWS)
def test_achieved_service_is_within_two_points_of_what_was_promised(
    days: tuple[dict[tuple[str, int], list[float]], dict[str, float]], first: int, end: int, lead: int
) -> None:
    sales, terms = window(days, first, lead)
    for promised in (0.90, 0.95, 0.97):
        achieved, _prices = backtest.rolling(sales, terms, promised, first, end, lead + 7)
        assert achieved.service == pytest.approx(promised, abs=0.02)
    assert isinstance(backtest.cover(sales, 14)(first), Levels)
