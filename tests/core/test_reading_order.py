"""Right-to-left text in the order in which it stands on paper."""

from __future__ import annotations

import pytest

from shopstock.core import reading_order


@pytest.mark.parametrize(
    ("logical", "visual"),
    [
        ("Tea 5 kg", "Tea 5 kg"),
        ("אבג", "גבא"),
        ("אב 12 גד", "דג 12 בא"),
        ("אב Tea גד", "דג Tea בא"),
        ("Tea אב גד 3", "Tea דג בא 3"),
        ("אב (גד)", "(דג) בא"),
    ],
)
def test_hebrew_runs_to_the_left_and_figures_do_not(logical: str, visual: str) -> None:
    assert reading_order.visual(logical) == visual


def test_arabic_letters_join() -> None:
    # seen, lam-alef, meem: initial seen, final lam-alef, isolated meem, read from the right
    assert reading_order.visual("سلام") == "\ufee1\ufefc\ufeb3"
    assert reading_order.visual("شاي") == "\ufef1\ufe8e\ufeb7"
