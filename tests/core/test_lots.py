"""Which lot goes first, and when goods have expired."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopstock.core import lots
from shopstock.core.lots import Holding
from shopstock.core.outcome import Refused

HELD = [Holding(1, "A", 20260501, 3), Holding(2, "B", 20260301, 2), Holding(3, "C", 0, 9), Holding(4, "A", 20260601, 1)]


@pytest.mark.parametrize(
    ("qty", "code", "expires", "taken"),
    [
        (1, "", 0, [(2, 1)]),
        (6, "", 0, [(2, 2), (1, 3), (4, 1)]),
        (20, "", 0, [(2, 2), (1, 3), (4, 1), (3, 9)]),
        (2, "c", 0, [(3, 2)]),
        (2, "A", 20260601, [(4, 1), (1, 1)]),  # the rest of that code first, whatever its day
        (2, "", 20260601, [(4, 1), (2, 1)]),
        (2, "Z", 0, [(2, 2)]),
        (0, "", 0, []),
    ],
)
def test_the_named_lot_goes_first_then_the_first_expired(qty: int, code: str, expires: int, taken: object) -> None:
    assert lots.take(qty, HELD, code, expires) == taken


@given(
    st.integers(0, 50),
    st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from([0, 20260301, 20260401]), st.integers(-2, 20))),
    st.sampled_from(["", "A"]),
)
def test_no_lot_gives_more_than_it_has(qty: int, rows: list[tuple[str, int, int]], code: str) -> None:
    held = [Holding(number, *row) for number, row in enumerate(rows)]
    taken = dict(lots.take(qty, held, code))
    assert all(0 < part <= held[lot_id].qty for lot_id, part in taken.items())
    assert sum(taken.values()) == min(qty, sum(max(0, one.qty) for one in held))


def test_goods_are_good_on_their_last_day() -> None:
    assert not lots.expired(20261103, 20261103)
    assert lots.expired(20261103, 20261104)
    assert not lots.expired(0, 20261104)
    assert [lots.days_left(20261103, day) for day in (20261103, 20261101, 20261105)] == [0, 2, -2]


@pytest.mark.parametrize("day", [20260230, 20261301, 7])
def test_a_day_that_is_none_is_refused(day: int) -> None:
    with pytest.raises(Refused):
        lots.check_expires(day)


def test_codes_and_numbers_are_kept_clean() -> None:
    assert lots.clean_code("  A 17\t") == "A 17"
    assert lots.clean_code("") == ""
    for refused in (
        lambda: lots.clean_code("x" * 41),
        lambda: lots.clean_serial(" "),
        lambda: lots.clean_serial("x" * 41),
    ):
        with pytest.raises(Refused):
            refused()
