"""Rolling backups grow thinner with age and never vanish altogether."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shopstock.core import retention

CLOSING = datetime(2026, 3, 2, 18, 0)


def days_back(count: int) -> list[datetime]:
    return [CLOSING - timedelta(days=back) for back in range(count)]


def test_keeps_the_newest_of_each_of_the_last_seven_days() -> None:
    week = days_back(7)
    mornings = [at - timedelta(hours=9) for at in week]
    assert retention.kept(week + mornings) == set(week)


def test_three_years_of_daily_backups_come_down_to_two_dozen() -> None:
    kept = retention.kept(days_back(3 * 365))
    assert set(days_back(7)) <= kept
    assert {at.year for at in kept} == {2023, 2024, 2025, 2026}
    months = {(at.year, at.month) for at in kept}
    assert {(2025, month) for month in range(4, 13)} | {(2026, 1), (2026, 2), (2026, 3)} <= months
    assert 7 + 12 <= len(kept) <= 7 + 5 + 12 + 4


def test_a_shop_that_was_closed_for_a_month_loses_nothing_by_it() -> None:
    before = [CLOSING - timedelta(days=40 + back) for back in range(3)]
    assert retention.expired(before) == set()


@given(st.lists(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)), min_size=1))
def test_the_newest_stays_and_pruning_again_changes_nothing(taken: list[datetime]) -> None:
    kept = retention.kept(taken)
    assert max(taken) in kept
    assert retention.kept(kept) == kept
    assert kept | retention.expired(taken) == set(taken)
