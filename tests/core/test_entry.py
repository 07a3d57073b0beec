"""What a typed line at the till means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopstock.core.entry import Entry, EntryKind, parse_entry
from shopstock.core.outcome import Refused
from shopstock.core.units import Money, Qty

K = EntryKind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Entry(K.PAY)),
        ("   ", Entry(K.PAY)),
        ("5012345678900", Entry(K.CODE, text="5012345678900")),
        ("3*5012345678900", Entry(K.CODE, text="5012345678900", qty=Qty(3000), multiplied=True)),
        ("0.25*TEA", Entry(K.CODE, text="TEA", qty=Qty(250), multiplied=True)),
        ("0,25*TEA", Entry(K.CODE, text="TEA", qty=Qty(250), multiplied=True)),
        ("0,250*TEA", Entry(K.CODE, text="TEA", qty=Qty(250), multiplied=True)),
        ("3*", Entry(K.TIMES, qty=Qty(3000), multiplied=True)),
        ("3 * green tea", Entry(K.WORDS, text="green tea", qty=Qty(3000), multiplied=True)),
        ("*5", Entry(K.SET_QTY, qty=Qty(5000), multiplied=True)),
        ("*1.5", Entry(K.SET_QTY, qty=Qty(1500), multiplied=True)),
        ("+", Entry(K.MORE)),
        ("-", Entry(K.LESS)),
        ("10%", Entry(K.PERCENT, percent=10_000)),
        ("12.5%", Entry(K.PERCENT, percent=12_500)),
        ("0%", Entry(K.PERCENT, percent=0)),
        ("1.50-", Entry(K.AMOUNT, amount=Money(15_000))),
        ("1,50-", Entry(K.AMOUNT, amount=Money(15_000))),
        ("/1", Entry(K.QUICK, number=1)),
        ("/9", Entry(K.QUICK, number=9)),
        ("/²", Entry(K.CODE, text="/²")),
        ("green tea", Entry(K.WORDS, text="green tea")),
        ("  green \t tea\n", Entry(K.WORDS, text="green tea")),
        ("TEA-", Entry(K.CODE, text="TEA-")),
        ("A-12", Entry(K.CODE, text="A-12")),
        ("100%cotton", Entry(K.CODE, text="100%cotton")),
        ("שלום 🫖", Entry(K.WORDS, text="שלום 🫖")),
        ("12\x1b34", Entry(K.CODE, text="1234")),
    ],
)
def test_each_form_is_understood(text: str, expected: Entry) -> None:
    assert parse_entry(text) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("abc*", "no quantity"), ("abc*TEA", "no quantity"), ("*abc", "no quantity"), ("*", "no quantity"),
        ("0*TEA", "adds nothing"), ("*0", "adds nothing"), ("-3*TEA", "F11"),
        ("1e9*TEA", "no quantity"), ("1000000000*TEA", "too many"), ("*1000000000", "too many"),
        ("1,000*TEA", "no quantity"), ("0.0001*TEA", "no quantity"), ("2**TEA*", None),
        ("101%", "between"), ("-5%", "between"), ("99999999999-", "more than one amount"),
        ("/0", "/1 to /9"), ("/10", "/1 to /9"), ("x" * 500, "too long"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(text: str, says: str | None) -> None:
    if says is None:
        assert parse_entry(text).text == "*TEA*"  # what stands behind the first star is a code, whatever it holds
        return
    with pytest.raises(Refused, match=says):
        parse_entry(text)


@given(st.text(max_size=200))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        entry = parse_entry(text)
    except Refused:
        return
    assert entry.qty > 0
    assert 0 <= entry.percent <= 100_000
    assert entry.amount >= 0
    assert all(c.isprintable() for c in entry.text)
