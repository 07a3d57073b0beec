"""Ordering by the textbook: printed exercises, and advice that explains itself."""

from __future__ import annotations

import math

import pytest

from shopstock.core import replenishment as r
from shopstock.core.replenishment import Advice
from shopstock.core.units import Qty


def test_reorder_points_of_printed_exercises() -> None:
    assert r.reorder_point(12, 4, r.safety_stock(1.96, 4, 2.54)) == pytest.approx(57.957, abs=0.001)
    assert r.reorder_point(2, 12, r.safety_stock(1.64, 1, 20)) == pytest.approx(56.8)
    assert r.reorder_point(12_500, 4, r.safety_stock(1.88, 4, 0, rate=12_500, lead_sd=1)) == pytest.approx(73_500)


def test_economic_order_quantities_of_printed_exercises() -> None:
    assert r.economic_order_quantity(250, 20, 1) == pytest.approx(100)
    assert r.economic_order_quantity(250, 45, 1) == pytest.approx(150)
    assert r.economic_order_quantity(1_300, 8, 0.225) == pytest.approx(304.0467800264)
    assert r.economic_order_quantity(1_300, 0, 0.225) == 0


def test_an_order_fills_up_in_whole_packs_and_only_from_the_reorder_point_down() -> None:
    up_to = r.order_up_to(10, economic=5, pack=12, minimum=6)
    assert up_to == 22
    assert r.order_quantity(10.5, 10, up_to, 12) == 0
    assert r.order_quantity(10, 10, up_to, 12) == 12
    assert r.order_quantity(-3, 10, up_to, 12) == 36
    assert r.order_quantity(9, 10, 11, 1, minimum=6) == 6


def test_the_marginal_z_is_where_money_buys_as_much_service_everywhere() -> None:
    for lines, spread, cost, theta in ((3.0, 4.0, 2.5, 0.01), (0.5, 2.0, 9.0, 0.001), (40.0, 90.0, 0.4, 0.05)):
        z = r.marginal_z(lines, spread, cost, theta)
        density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        assert lines * density / (spread * cost) == pytest.approx(theta)
    assert r.marginal_z(3, 4, 2.5, 100) == -0.5
    assert r.marginal_z(3, 4, 2.5, 1e-12) == 4.0
    assert r.z_of(0.975) == pytest.approx(1.959964, abs=1e-6)


def test_advice_explains_itself_in_one_line() -> None:
    advice = Advice(
        Qty(3_140), 140, 7, Qty(4_000), Qty(13_000), Qty(25_000), Qty(2_000), Qty(6_000), Qty(12_000), 1, 1_000, "own",
        "piece",
    )  # fmt: skip
    assert advice.sentence == ("sells 3.1 a week, 14 days’ lead, safety 4, 2 on hand, 6 on order → order 12 = 1 case")
