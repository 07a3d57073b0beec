"""Currencies: decimals, cash rounding, and a table whose rows are all usable."""

from __future__ import annotations

import pytest

from shopstock.core import currency
from shopstock.core.outcome import Refused
from shopstock.core.units import Money, parse_money


@pytest.mark.parametrize(
    ("code", "digits", "step", "cash_step"),
    [("GBP", 2, 100, 100), ("JPY", 0, 10_000, 10_000), ("KRW", 0, 10_000, 100_000), ("KWD", 3, 10, 50),
     ("CHF", 2, 100, 500), ("SEK", 2, 100, 10_000), ("eur ", 2, 100, 100)],
)  # fmt: skip
def test_decimals_and_cash_rounding(code: str, digits: int, step: int, cash_step: int) -> None:
    found = currency.of(code)
    assert (found.digits, found.step, found.cash_step) == (digits, step, cash_step)


def test_an_unknown_currency_names_the_known_ones() -> None:
    with pytest.raises(Refused, match=r"XXX.*GBP"):
        currency.of("XXX")


def test_swiss_cash_rounds_to_five_centimes() -> None:
    francs = currency.of("CHF")
    assert francs.round_cash(parse_money("12.32")) == parse_money("12.30")
    assert francs.round_cash(parse_money("12.33")) == parse_money("12.35")
    assert francs.round(parse_money("12.325")) == parse_money("12.33")


def test_amounts_are_written_with_the_decimals_of_the_currency() -> None:
    assert currency.of("JPY").format(parse_money("1200")) == "1200"
    assert currency.of("KWD").format(parse_money("1.5")) == "1.500"
    assert currency.of("GBP").format(Money(-45)) == "-0.0045"


@pytest.mark.parametrize("code", currency.codes())
def test_every_row_of_the_table_is_sound(code: str) -> None:
    found = currency.of(code)
    assert len(code) == 3
    assert code.isupper()
    assert found.symbol
    assert list(found.denominations) == sorted(set(found.denominations), reverse=True)
    assert found.cash_step % found.step == 0
    assert all(note % found.step == 0 for note in found.denominations)
    assert len(found.denominations) >= 8


def test_thirty_currencies_at_least() -> None:
    assert len(currency.codes()) >= 30
