"""The cost rules by themselves: exact sums, survival, and the invariants that need no tables."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopstock.core.cost_layers import Layer, Part
from shopstock.core.costing import EPOCH_STEP, SURVIVAL_FINE, SURVIVAL_ONE, ItemCost, wear

METHODS = pytest.mark.parametrize("average", [False, True], ids=["fifo", "average"])
QTY = st.integers(1, 20_000)
VALUE = st.integers(0, 5_000_000)
ARRIVALS = st.lists(st.tuples(QTY, VALUE), min_size=1, max_size=6)


class Pool:
    """An item with ids that count up."""

    def __init__(self, average: bool) -> None:
        self.cost = ItemCost(average)
        self._ids = count(1)
        self.layers: dict[int, Layer] = {}

    def receive(self, qty: int, value: int) -> tuple[Layer, list]:
        layer, settled = self.cost.receive(qty, value, next(self._ids), self._ids.__next__, priced=True)
        self.layers[layer.id] = layer
        return layer, settled

    def sell(self, qty: int) -> tuple[int, list[Part]]:
        issue = self.cost.issue(qty)
        if issue.short_qty:
            self.cost.open_shortfall(next(self._ids), next(self._ids), issue, "cogs", "")
        return issue.cost, [Part(next(self._ids), layer.id, out, value, 0, 0) for layer, out, value in issue.taken]

    def proved(self) -> None:
        layers, shortfalls = self.cost.layers, self.cost.shortfalls
        assert sum(one.qty_left for one in layers) - sum(one.qty_open for one in shortfalls) == self.cost.qty
        assert sum(one.value_left for one in layers) - sum(one.value_open for one in shortfalls) == self.cost.value
        assert not (shortfalls and any(one.qty_left for one in layers))
        assert all(one.value_left >= 0 and (one.qty_left or not one.value_left) for one in layers)


@METHODS
@given(arrivals=ARRIVALS, sales=st.lists(QTY, max_size=8))
def test_what_comes_in_is_what_goes_out(average: bool, arrivals: list[tuple[int, int]], sales: list[int]) -> None:
    """Opening + purchases = COGS + closing, true-ups included, in any order of buying and selling."""
    pool = Pool(average)
    bought = sold = 0
    for number, (qty, value) in enumerate(arrivals):
        _layer, settled = pool.receive(qty, value)
        bought += value
        sold += sum(one.actual - one.provisional for one in settled)
        if number < len(sales):
            sold += pool.sell(sales[number])[0]
        pool.proved()
    assert bought == sold + pool.cost.value


@METHODS
@given(arrivals=ARRIVALS, parts=st.lists(QTY, min_size=1, max_size=10))
def test_small_sales_cost_what_one_large_sale_costs(
    average: bool, arrivals: list[tuple[int, int]], parts: list[int]
) -> None:
    pool, other = Pool(average), Pool(average)
    for qty, value in arrivals:
        pool.receive(qty, value)
        other.receive(qty, value)
    left = pool.cost.qty
    cost = 0
    for part in parts:
        take = min(part, left)
        if take:
            cost += pool.sell(take)[0]
            left -= take
    if left:
        cost += pool.sell(left)[0]
    assert cost == other.sell(other.cost.qty)[0]
    assert (pool.cost.qty, pool.cost.value) == (0, 0)


@given(first=QTY, arrivals=ARRIVALS)
def test_fifo_sold_before_bought_costs_the_same_once_settled(first: int, arrivals: list[tuple[int, int]]) -> None:
    total = sum(qty for qty, _value in arrivals)
    sold = min(first, total)
    before, after = Pool(False), Pool(False)
    cost_before = before.sell(sold)[0]
    for qty, value in arrivals:
        _layer, settled = before.receive(qty, value)
        cost_before += sum(one.actual - one.provisional for one in settled)
        after.receive(qty, value)
    # Settling takes a layer in one piece or two, selling afterwards in one: the remainder lies with whoever is last.
    assert before.cost.value == after.cost.value - after.sell(sold)[0]
    assert cost_before == sum(value for _qty, value in arrivals) - before.cost.value


@METHODS
@given(arrivals=ARRIVALS, sold=QTY)
def test_a_sale_fully_returned_leaves_the_layers_as_they_were(
    average: bool, arrivals: list[tuple[int, int]], sold: int
) -> None:
    pool = Pool(average)
    for qty, value in arrivals:
        pool.receive(qty, value)
    sold = min(sold, pool.cost.qty)
    before = [(one.id, one.qty_left, one.value_left) for one in pool.cost.layers]
    cost, parts = pool.sell(sold)
    back, settled = pool.cost.put_back(sold, [], parts, lambda id: pool.layers[id])
    assert (back, settled) == (cost, [])
    assert [(one.id, one.qty_left, one.value_left) for one in pool.cost.layers] == before


@given(arrivals=ARRIVALS)
def test_the_average_stays_within_dearest_and_cheapest(arrivals: list[tuple[int, int]]) -> None:
    pool = Pool(True)
    for qty, value in arrivals:
        pool.receive(qty, value)
    dearest, cheapest = max(value / qty for qty, value in arrivals), min(value / qty for qty, value in arrivals)
    assert cheapest - 1e-9 <= pool.cost.value / pool.cost.qty <= dearest + 1e-9


def test_survival_stays_fine_however_long_the_pool_lives() -> None:
    """Half the stock sold and bought again, two hundred times: a late cost still finds its share to nine digits."""
    pool = Pool(True)
    pool.receive(1_000, 1_000_000)
    for _ in range(200):
        pool.receive(pool.cost.qty, pool.cost.value)
        pool.sell(pool.cost.qty // 2)
        assert pool.cost.survival >= SURVIVAL_FINE
    survival, epoch, held = pool.cost.survival, pool.cost.epoch, pool.cost.qty
    for _ in range(10):
        pool.receive(pool.cost.qty, pool.cost.value)
        pool.sell(pool.cost.qty // 2)
    spread = pool.cost.spread_average(1_024_000_000, held, held, survival, epoch)
    assert abs(spread.held - 1_000_000) <= 1
    assert spread.held + spread.gone + spread.capped == 1_024_000_000


def test_an_empty_pool_forgets_what_was_in_it() -> None:
    assert wear(SURVIVAL_ONE // 2, 3, 10, 10) == (SURVIVAL_ONE, EPOCH_STEP)
    pool = Pool(True)
    pool.receive(10, 100)
    survival, epoch = pool.cost.survival, pool.cost.epoch
    pool.sell(10)
    pool.receive(10, 300)
    assert pool.cost.spread_average(50, 10, 10, survival, epoch) == (0, 50, 0)


@METHODS
def test_what_was_never_known_costs_nothing_and_says_so(average: bool) -> None:
    pool = Pool(average)
    assert pool.cost.issue(5).uncosted
    pool = Pool(average)
    pool.cost.fallback = 30_000
    assert (pool.cost.issue(500).cost, pool.cost.provisional(1_000)) == (15_000, (30_000, False))
