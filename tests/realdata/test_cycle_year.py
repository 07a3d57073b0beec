"""Cycle counting on the real catalogue: nothing falls behind, every day is alike, and people stay in few zones."""

from __future__ import annotations

from pathlib import Path

from shopstock.core.abc_classes import AbcClass
from tests.realdata import cycle_year


def test_two_years_of_cycle_counts_keep_the_plan(realdata: Path) -> None:
    year = cycle_year.live(cycle_year.classes(realdata), cycle_year.PLAN)
    assert year.worst <= 1_020
    assert year.most_lines <= year.cap
    assert year.fewest_lines >= year.a_day
    assert year.zones_a_day <= 5.9 < year.zones_if_only_due
    for abc, times in ((AbcClass.A, 12), (AbcClass.B, 4), (AbcClass.C, 2)):
        assert year.visits_a_year[abc] >= times
