"""The rules of counting, against worked examples and known figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopstock.core import counting
from shopstock.core.counting import Moment
from shopstock.core.units import Money, Qty


def pieces(number: float) -> Qty:
    return Qty(round(number * 1_000))


def test_a_figure_between_the_lowest_and_the_highest_on_hand_is_no_variance() -> None:
    assert [counting.variance(pieces(n), pieces(3), pieces(5)) for n in (1, 3, 4, 5, 7)] == [
        pieces(n) for n in (-2, 0, 0, 0, 2)
    ]


def test_entries_add_up_and_what_came_and_went_widens_what_is_right() -> None:
    moments = [Moment(7, pieces(2), pieces(5)), Moment(9, pieces(2), pieces(5))]
    assert counting.counted(moments, [pieces(1), pieces(-2), pieces(1)]) == (pieces(4), pieces(3), pieces(7), 7, 9)


@pytest.mark.parametrize(
    ("book", "counted", "per_mille", "hit"),
    [
        (100, 95, 10, False), (100, 105, 10, False),  # sums of the two would be 100 % right: neither line is
        (100, 95, 30, False), (100, 105, 30, False),
        (100, 95, 50, True), (100, 105, 50, True),
        (10, 9, 50, False), (300, 299, 5, True), (300, 298, 5, False), (0, 1, 50, False), (-2, 0, 50, False),
        (0, 0, 5, True), (-2, -2, 5, True),
    ],
)  # fmt: skip
def test_a_line_is_right_within_its_tolerance(book: int, counted: int, per_mille: int, hit: bool) -> None:
    assert counting.is_hit(pieces(counted - book), pieces(book), per_mille) is hit


def test_goods_by_weight_have_a_tolerance_in_grams() -> None:
    assert counting.is_hit(pieces(-0.1), pieces(5.3), 20, whole=False)
    assert not counting.is_hit(pieces(-0.1), pieces(5.3), 20)


def test_a_floor_in_money_lets_trifles_pass_but_not_what_the_book_did_not_have() -> None:
    assert counting.is_hit(pieces(-1), pieces(10), 5, value=Money(-9_000), floor=Money(10_000))
    assert not counting.is_hit(pieces(-1), pieces(10), 5, value=Money(-11_000), floor=Money(10_000))
    assert not counting.is_hit(pieces(1), pieces(0), 5, value=Money(9_000), floor=Money(10_000))


def test_two_rounds_that_agree_stand_and_two_that_differ_ask_for_a_third() -> None:
    five, six, seven = pieces(5), pieces(6), pieces(7)
    assert counting.accept([five], 1).round == 1
    assert counting.accept([five], 2).round == 0
    assert counting.accept([five, five], 2).round == 2
    assert counting.accept([five, six], 2).round == 0
    assert counting.accept([five, six, five], 3).round == 3
    assert counting.accept([five, five, six], 3).round == 2
    assert counting.accept([five, six, seven], 3).round == 3


def test_nobody_counts_again_what_they_counted_but_in_a_shop_of_one() -> None:
    from shopstock.core.units import PersonId

    one, other = PersonId(1), PersonId(2)
    assert counting.may_count(other, frozenset({one}), alone=False)
    assert not counting.may_count(one, frozenset({one}), alone=False)
    assert counting.may_count(one, frozenset({one}), alone=True)


def test_record_accuracy_has_its_interval() -> None:
    assert counting.wilson(47, 48) == (9_792, 8_910, 9_963)
    assert counting.wilson(485, 500).share == 9_700  # type: ignore[union-attr]
    assert counting.wilson(0, 0) is None


def test_sums_hide_errors_that_records_and_money_show() -> None:
    cost = 10_000
    told = counting.accuracy(2, 0, Money(200 * cost), Money(10 * cost), Money(0))
    assert (told.records.share, told.gross, told.net) == (0, 500, 0)  # type: ignore[union-attr]
    assert counting.ratio(pieces(105), pieces(100)) == 10_500
    assert counting.ratio(pieces(1), pieces(0)) is None


@given(hits=st.integers(0, 500), more=st.integers(0, 500))
def test_the_interval_holds_the_share(hits: int, more: int) -> None:
    told = counting.wilson(hits, hits + more)
    if hits + more:
        assert told is not None
        assert 0 <= told.low <= told.share <= told.high <= 10_000
    else:
        assert told is None


def test_numbers_are_read_as_they_are_shown() -> None:
    assert counting.number_words(7) == "N-0007"
    assert [counting.number_in(text) for text in ("N-0007", "n 7", "7", "x7", "")] == [7, 7, 7, None, None]


def test_a_scope_comes_back_as_it_was_written() -> None:
    scope = counting.Scope((3, 5), (2,))
    assert counting.Scope.from_text(scope.to_text()) == scope
    assert counting.Scope.from_text("") == counting.Scope()
