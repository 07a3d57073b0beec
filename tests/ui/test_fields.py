"""Fields for figures: a comma or a point for the decimals, and nothing guessed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QLocale

from shopstock.core.units import parse_money
from shopstock.ui import fields


@pytest.fixture(params=["en_GB", "de_DE", "fr_FR", "de_CH"])
def locale(request: pytest.FixtureRequest) -> Iterator[str]:
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield str(request.param)
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1.50", "1.50"), ("1,50", "1.50"), ("27,4", "27.40"), ("0,250", "0.25"), ("0.250", "0.25"), ("1234", "1234"),
        ("12 345,50", "12345.50"), ("−3", "-3"), (" 7 ", "7"),
    ],
)  # fmt: skip
def test_a_comma_and_a_point_are_the_same_in_every_country(qtbot: Any, locale: str, typed: str, amount: str) -> None:
    field = fields.MoneyEdit("Price")
    qtbot.addWidget(field)
    field.setText(typed)
    assert field.read() == parse_money(amount)


@pytest.mark.parametrize("typed", ["", "abc", "1e9", "1.2.3", "1,2,3", "½", "²", "NaN", "1.23456", "9" * 20, "--1"])
def test_what_is_no_figure_is_none(qtbot: Any, locale: str, typed: str) -> None:
    for field in (fields.MoneyEdit("Price"), fields.QtyEdit("Pack")):
        qtbot.addWidget(field)
        field.setText(typed)
        assert field.read() is None


@pytest.mark.parametrize(
    ("where", "typed", "amount"),
    [
        ("en_GB", "1,234", None), ("en_GB", "1,234.50", "1234.50"), ("en_GB", "1,234,567", "1234567"),
        ("de_DE", "1.234", None), ("de_DE", "1.234,50", "1234.50"), ("de_DE", "1.234.567", "1234567"),
        ("en_GB", "1.234", "1.234"), ("de_DE", "1,234", "1.234"), ("de_CH", "1’234.50", "1234.50"),
    ],
)  # fmt: skip
def test_what_may_be_a_thousand_or_one_is_not_guessed(qtbot: Any, where: str, typed: str, amount: str | None) -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(where))
    try:
        field = fields.MoneyEdit("Price")
        qtbot.addWidget(field)
        field.setText(typed)
        assert field.read() == (None if amount is None else parse_money(amount))
    finally:
        QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("typed", "count"), [("7", 7), ("", 1), ("²", 1), ("abc", 1), ("0", 1), ("999", 90), ("-3", 1)]
)
def test_a_count_stays_between_its_limits(qtbot: Any, typed: str, count: int) -> None:
    field = fields.CountEdit(1, 90, "Seconds")
    qtbot.addWidget(field)
    field.setMaxLength(20)
    field.setText(typed)
    assert field.value() == count
