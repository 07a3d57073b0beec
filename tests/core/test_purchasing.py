"""The rules of buying: packs, breaks, rates and the numbers of orders."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopstock.core import currency, purchasing
from shopstock.core.units import Money, Qty

quantities = st.integers(1, 10**9).map(Qty)
prices = st.integers(0, 10**9).map(Money)
breaks = st.lists(st.tuples(quantities, prices), max_size=5).map(tuple)


@given(quantities, quantities, st.integers(0, 10**9).map(Qty))
def test_packs_hold_what_is_wanted_and_not_a_pack_more(qty: Qty, pack: Qty, minimum: Qty) -> None:
    ordered = purchasing.round_up_to_pack(qty, pack, minimum)
    assert ordered % pack == 0
    assert ordered >= max(qty, minimum)
    assert ordered - pack < max(qty, minimum)
    assert purchasing.round_up_to_pack(ordered, pack, minimum) == ordered


@pytest.mark.parametrize("nothing", [0, -1, -5_000])
def test_nothing_wanted_is_nothing_ordered_whatever_the_minimum(nothing: int) -> None:
    assert purchasing.round_up_to_pack(Qty(nothing), Qty(6_000), Qty(12_000)) == 0


@given(quantities, quantities, prices, breaks)
def test_more_never_costs_more_apiece(qty: Qty, more: Qty, price: Money, ladder: tuple[tuple[Qty, Money], ...]) -> None:
    one = purchasing.price_at(qty, price, ladder)
    many = purchasing.price_at(Qty(qty + more), price, ladder)
    assert one is not None
    assert many is not None
    assert many <= one <= price
    assert one in {price, *(at for from_qty, at in ladder if from_qty <= qty)}


def test_a_break_begins_at_its_quantity() -> None:
    ladder = ((Qty(24_000), Money(20_000)), (Qty(48_000), Money(18_000)))
    at = [purchasing.price_at(Qty(qty), Money(25_000), ladder) for qty in (1_000, 23_999, 24_000, 47_999, 48_000)]
    assert at == [25_000, 25_000, 20_000, 20_000, 18_000]
    assert purchasing.price_at(Qty(1_000), None, ladder) is None
    assert purchasing.price_at(Qty(24_000), None, ladder) == 20_000


def test_a_rate_turns_foreign_money_into_the_shops() -> None:
    assert purchasing.in_shop_money(Money(100_0000), 850_000) == 85_0000
    assert purchasing.in_shop_money(Money(1), 500_000) == 0  # half to even
    assert purchasing.in_shop_money(Money(3), 500_000) == 2
    assert purchasing.in_shop_money(Money(-1_2345), purchasing.RATE_SCALE) == -1_2345


def test_a_line_is_rounded_to_the_smallest_amount_of_its_currency() -> None:
    assert purchasing.line_value(Qty(3_000), Money(3_333), currency.of("GBP")) == 10_000
    assert purchasing.line_value(Qty(3_000), Money(3_333), currency.of("JPY")) == 10_000
    assert purchasing.line_value(Qty(1_000), Money(14_999), currency.of("JPY")) == 10_000


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("P-0188", 188), ("p-188", 188), ("P 188", 188), ("188", 188), ("P-12345", 12345), (" P-0188 ", 188),
        ("P-", None), ("0", None), ("P-0000", None), ("PO-1", None), ("1-188", None), ("5000112637922x", None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_typed_and_scanned(text: str, number: int | None) -> None:
    assert purchasing.number_in(text) == number


@given(st.integers(1, 10**12))
def test_a_number_reads_back_from_its_barcode(number: int) -> None:
    assert purchasing.number_in(purchasing.order_number(number)) == number


def test_packs_are_named_only_where_they_are_whole() -> None:
    assert purchasing.whole_packs(Qty(24_000), Qty(6_000)) == 4
    assert purchasing.whole_packs(Qty(25_000), Qty(6_000)) is None
    assert purchasing.whole_packs(Qty(24_000), Qty(1_000)) is None
