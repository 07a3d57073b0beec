"""Unit prices, sizes and templates as text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopstock.core import labels
from shopstock.core.labels import ITEM, SHELF, Align, Element, LabelTemplate, Part, Symbol, Zone
from shopstock.core.outcome import Refused
from shopstock.core.units import Money, Qty

CENT = Money(100)


@pytest.mark.parametrize(
    ("price", "content", "unit", "expected"),
    [
        (19_900, 250_000, "g", (79_600, "kg")),
        (19_900, 750_000, "ml", (26_500, "l")),  # 2.6533…
        (10_000, 300_000, "g", (33_300, "kg")),  # 3.3333…
        (1_000, 800_000, "g", (1_300, "kg")),  # 0.125 is 0.13: half up
        (124_000, 1_000, "kg", (124_000, "kg")),
        (5_000, 6_000, "piece", (800, "piece")),  # 0.08333…
        (30_000, 8_000, "oz", (60_000, "lb")),
        (50_000, 250_000, "cm", (20_000, "m")),
        (1, 1, "g", (10_000_00, "kg")),
    ],
)
def test_unit_prices_are_rounded_once(price: int, content: int, unit: str, expected: tuple[int, str]) -> None:
    assert labels.unit_price(Money(price), Qty(content), unit, CENT) == expected


@pytest.mark.parametrize(("content", "unit"), [(0, "g"), (-1, "g"), (1_000, "piece"), (1_000, ""), (1_000, "box")])
def test_where_nothing_can_be_compared_there_is_no_unit_price(content: int, unit: str) -> None:
    assert labels.unit_price(Money(10_000), Qty(content), unit, CENT) is None


def test_a_unit_price_in_a_currency_without_cents() -> None:
    assert labels.unit_price(Money(2_480_0000), Qty(100_000), "g", Money(10_000)) == (24_800_0000, "kg")


@pytest.mark.parametrize("text", ["50x25", "50 x 25", "50×25 mm", "50.0x25.0", "50,0X25"])
def test_sizes_are_read_as_people_write_them(text: str) -> None:
    assert labels.parse_size(text) == (500, 250)


@pytest.mark.parametrize("text", ["", "50", "50x", "x", "50x25x2", "1e3x10", "-50x25", "9x25", "50x301", "infx25"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="no size of a label"):
        labels.parse_size(text)


_elements = st.builds(
    Element, st.sampled_from(Part), st.sampled_from(Zone), st.integers(25, 400), st.booleans(), st.sampled_from(Align),
    st.integers(1, 10), st.text(max_size=20), st.sampled_from(Symbol), st.booleans(),
)  # fmt: skip


@given(st.lists(_elements, min_size=1, max_size=8), st.sampled_from([0, 100, 3_000]), st.integers(0, 200))
def test_a_template_survives_its_json(elements: list[Element], width: int, margin: int) -> None:
    template = LabelTemplate("Name", tuple(elements), width, 0, margin, True)
    assert labels.from_json(labels.to_json(template)) == template


@given(
    st.text(max_size=40) | st.sampled_from(['{"elements":[{"part":"name","size":1e9}]}', '{"elements":[{"part":1}]}'])
)
def test_no_text_breaks_the_reading_of_templates(text: str) -> None:
    with pytest.raises(Refused):
        labels.from_json(text)


def test_a_label_fits_paper_of_its_size_or_larger() -> None:
    assert labels.fitted(SHELF, 500, 250) == replace(SHELF, width=500, height=250)
    small = replace(ITEM, width=300, height=200)
    assert labels.fitted(small, 500, 250) == small
    with pytest.raises(Refused, match="“Item label” is 60 × 25 mm"):
        labels.fitted(replace(ITEM, width=600), 500, 250)
