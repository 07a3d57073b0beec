"""Counted held against ordered, and costs spread: whatever comes, nothing is lost and nothing is made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopstock.core.outcome import Refused
from shopstock.core.receiving import (
    CHOICES,
    About,
    Basis,
    Counted,
    Decision,
    Ordered,
    RowState,
    Spreadable,
    allocate,
    compare,
    net_piles,
    spread,
    spread_cost,
    take,
)
from shopstock.core.units import ItemId, LocationId, Money, Qty

ITEMS = st.integers(1, 5).map(ItemId)
QTYS = st.integers(0, 50_000).map(Qty)
ORDERED = st.lists(
    st.builds(
        lambda item, order, qty, part: Ordered(item, order, order * 10 + item, qty, Qty(qty * part // 4)),
        ITEMS, st.integers(1, 3), QTYS, st.integers(0, 4),
    ),
    unique_by=lambda line: (line.item_id, line.order_id),
)  # fmt: skip
COUNTED = st.lists(st.builds(Counted, ITEMS, QTYS, QTYS))
DECISIONS = st.dictionaries(
    st.tuples(ITEMS, st.sampled_from(About)), st.integers(0, 1)
).map(lambda said: {key: CHOICES[key[1]][number] for key, number in said.items()})  # fmt: skip


@given(ORDERED, COUNTED, DECISIONS)
def test_every_counted_piece_is_booked_set_aside_or_refused(ordered, counted, decisions) -> None:
    rows = compare(ordered, counted, decisions)
    assert len({row.item_id for row in rows}) == len(rows)
    assert sum(row.counted for row in rows) == sum(one.good + one.damaged for one in counted)
    assert sum(row.ordered for row in rows) == sum(line.qty for line in ordered)
    for row in rows:
        assert row.good_in + row.set_aside + row.refused == row.counted
        assert 0 <= row.good_in <= row.good
        assert 0 <= row.set_aside <= row.damaged
        assert row.short == max(0, row.ordered - row.good_in - row.set_aside)
        assert not set(row.to_decide) & {about for about, _decision in row.decided}
        if row.state == RowState.COMPLETE:
            assert row.counted == row.ordered
            assert not row.to_decide
        if (About.OVER, Decision.REFUSE) in row.decided:
            assert row.good_in + row.set_aside <= row.ordered
        if (About.UNEXPECTED, Decision.REFUSE) in row.decided:
            assert row.refused == row.counted


@given(ORDERED, COUNTED)
def test_answering_every_question_leaves_none(ordered, counted) -> None:
    decisions = {}
    for _round in range(4):
        rows = compare(ordered, counted, decisions)
        asked = [(row.item_id, about) for row in rows for about in row.to_decide]
        if not asked:
            break
        decisions |= {key: CHOICES[key[1]][(key[0] + len(decisions)) % 2] for key in asked}
    assert not any(row.to_decide for row in compare(ordered, counted, decisions))


@given(ORDERED.map(lambda lines: [line for line in lines if line.item_id == 1]), QTYS)
def test_the_oldest_order_gets_its_goods_first(lines, qty) -> None:
    parts = allocate(qty, lines)
    assert sum(part.qty for part in parts) == qty
    by_line = {part.order_line_id: part for part in parts}
    waiting = False
    for line in lines:
        part = by_line.get(line.order_line_id)
        got = part.qty if part else 0
        assert not (waiting and got), "a later order got what an earlier one still waits for"
        waiting = waiting or got < line.qty
        assert (part.arrived if part else 0) == min(got, line.shipped)


def test_goods_on_no_order_are_one_part() -> None:
    assert allocate(Qty(3_000), []) == [(None, None, 3_000, 0)]
    assert allocate(Qty(0), []) == []


@given(st.integers(-(10**9), 10**9).map(Money), st.lists(st.integers(0, 10**6), min_size=1, max_size=40))
def test_the_parts_of_a_cost_sum_to_it(amount, weights) -> None:
    parts = spread(amount, weights)
    assert sum(parts) == amount
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        if whole:
            assert abs(part * whole - amount * weight) <= whole * len(weights)


GOODS = st.lists(
    st.builds(
        Spreadable, st.integers(1, 10**6), st.just("Item"), st.integers(1, 10**6).map(Qty),
        st.integers(0, 10**9).map(Money), st.integers(1, 10**5),
    ),
    min_size=1, max_size=20, unique_by=lambda one: one.key,
)  # fmt: skip


@given(st.integers(1, 10**9).map(Money), GOODS, st.sampled_from([Basis.VALUE, Basis.WEIGHT, Basis.QUANTITY]))
def test_a_cost_spread_by_any_measure_sums_to_it(amount, goods, basis) -> None:
    parts = spread_cost(amount, goods, basis)
    assert sum(parts) == amount
    assert spread_cost(amount, goods, Basis.BY_HAND, {
        one.key: part for one, part in zip(goods, parts, strict=True)
    }) == parts  # fmt: skip


def test_shares_by_hand_that_do_not_add_up_are_refused() -> None:
    goods = [Spreadable(1, "A", Qty(1_000), Money(10)), Spreadable(2, "B", Qty(1_000), Money(10))]
    for shares in ({1: Money(4)}, {1: Money(4), 2: Money(7)}, {1: Money(10), 3: Money(0)}):
        with pytest.raises(Refused, match="add up"):
            spread_cost(Money(10), goods, Basis.BY_HAND, shares)


def test_goods_without_a_weight_are_named() -> None:
    goods = [Spreadable(1, "Feather", Qty(1_000), Money(10))]
    with pytest.raises(Refused, match="Feather"):
        spread_cost(Money(10), goods, Basis.WEIGHT)


KEYS = st.tuples(st.sampled_from(["", "L1", "L2"]), st.none(), st.sampled_from([None, LocationId(2)]))


@given(st.lists(st.tuples(KEYS, st.integers(-20, 40))), st.integers(0, 500))
def test_piles_hold_what_was_counted_less_what_was_taken_back(counted, wanted) -> None:
    piles = net_piles(counted)
    whole = max(0, sum(qty for _key, qty in counted))
    assert sum(qty for _key, qty in piles) == whole
    assert all(qty > 0 for _key, qty in piles)
    taken = take(piles, Qty(wanted))
    assert sum(qty for _key, qty in taken) == min(wanted, whole)
    assert sum(qty for _key, qty in piles) == whole - min(wanted, whole)
