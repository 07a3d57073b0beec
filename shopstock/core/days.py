"""Days as the tables hold them (YYYYMMDD) and as the calendar counts them."""

from __future__ import annotations

from datetime import date, timedelta

from shopstock.core.units import Day


def as_date(day: Day | int) -> date:
    """Return the calendar date of a day; raise ``ValueError`` where there is no such day."""
    return date(day // 10_000, day // 100 % 100, day % 100)


def as_day(of: date) -> Day:
    """Return a date as YYYYMMDD."""
    return Day(of.year * 10_000 + of.month * 100 + of.day)


def shift(day: Day | int, by: int) -> Day:
    """Return the day so many days later, or earlier."""
    return as_day(as_date(day) + timedelta(days=by))


def length(first: Day | int, last: Day | int) -> int:
    """Return how many days a period has, both ends included; 0 when it ends before it begins."""
    return max(0, (as_date(last) - as_date(first)).days + 1)


def every(first: Day | int, last: Day | int) -> list[Day]:
    """Return each day from the first to the last."""
    start = as_date(first)
    return [as_day(start + timedelta(days=number)) for number in range(length(first, last))]
