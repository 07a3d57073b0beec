"""Names keep every script and lose what nobody can see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopstock.core import catalogue, names
from shopstock.core.outcome import Refused
from shopstock.core.units import Money, Qty


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Tea \t cup\n", "Tea cup"),
        ("Te\x00a\x1b[31m", "Te a [31m"),
        ("👩‍👩‍👧 set", "👩‍👩‍👧 set"),
        ("شاي أخضر", "شاي أخضر"),
        ("\u202egnp.exe", "gnp.exe"),
        ("e\u0301clair", "éclair"),
        ("\ufeffTea", "Tea"),
    ],
)
def test_a_name_is_cleaned(typed: str, kept: str) -> None:
    assert names.item_name(typed) == kept


@pytest.mark.parametrize("typed", ["", "  ", "\x00\x01", "\u200b", "x" * 301])
def test_an_empty_or_endless_name_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match=r"\.$"):
        names.item_name(typed)


@given(st.text(max_size=50))
def test_cleaning_and_folding_settle(text: str) -> None:
    assert names.clean(names.clean(text)) == names.clean(text)
    assert names.fold(names.fold(text)) == names.fold(text)


def test_folding_forgives_case_and_accents() -> None:
    assert names.fold("Crème BRÛLÉE") == "creme brulee"
    assert names.key("Crème") != names.key("Creme")


def test_units_are_known_by_their_usual_words() -> None:
    assert [catalogue.unit_of(word) for word in ("", "Pcs", "KG", "litre", "lbs.")] == [
        "piece",
        "piece",
        "kg",
        "l",
        "lb",
    ]
    with pytest.raises(Refused, match="furlong"):
        catalogue.unit_of("furlong")


def test_figures_beyond_belief_are_refused() -> None:
    for check in (
        lambda: catalogue.check_price(Money(-1)),
        lambda: catalogue.check_price(Money(10**14)),
        lambda: catalogue.check_pack(Qty(0)),
        lambda: catalogue.check_pack(Qty(10**12)),
        lambda: catalogue.check_level(Qty(-1)),
    ):
        with pytest.raises(Refused):
            check()
