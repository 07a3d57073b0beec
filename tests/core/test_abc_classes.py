"""ABC classes by the definitions of INSIGHT's table: share before the item, ties up, zero is C, new is B."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shopstock.core.abc_classes import AbcClass, classify, steadied
from shopstock.core.units import ItemId, Money


def classes(*values: int, new: frozenset[int] = frozenset()) -> str:
    found = classify((ItemId(n), Money(value), n in new) for n, value in enumerate(values))
    return "".join(found[ItemId(n)] for n in range(len(values)))


def test_the_item_that_crosses_a_line_goes_up() -> None:
    # Shares before: 0, 50, 79 (A, it crosses 80), 94 (B, it crosses 95), 98, 100.
    assert classes(50, 29, 15, 4, 2) == "AAABC"


def test_ties_across_a_line_all_go_up() -> None:
    assert classes(70, 10, 10, 10) == "AAAA"


def test_what_sells_nothing_is_c_and_what_is_new_is_b() -> None:
    assert classes(100, 0, -5) == "ACC"
    assert classes(100, 0, new=frozenset({1})) == "AB"


def test_a_shop_without_sales_has_only_c() -> None:
    assert classes(0, 0) == "CC"


@given(st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=60))
def test_a_higher_value_never_has_a_lower_class(values: list[int]) -> None:
    found = classes(*values)
    by_value = sorted(zip(values, found, strict=True), reverse=True)
    assert [letter for _value, letter in by_value] == sorted(found)
    if any(values):
        assert by_value[0][1] == AbcClass.A


def test_an_item_goes_up_at_once_but_down_after_two_runs_in_a_row() -> None:
    a, b, c = AbcClass
    assert steadied(None, c, 0) == (c, 0)
    assert steadied(c, a, 1) == (a, 0)
    assert steadied(a, b, 0) == (a, 1)
    assert steadied(a, c, 1) == (c, 0)
    assert steadied(a, a, 1) == (a, 0)
