"""The one place that reads the clock. Tests freeze it with :func:`freeze`.

Instants are microseconds since 1970-01-01 UTC. The business day is the local calendar day of an instant as YYYYMMDD;
what is stored is the instant, the local offset in minutes at that moment, and that day. Order is never taken from the
clock, which may go back: it is the sequence of posting.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from shopstock.core.units import Day, Instant

_frozen: Instant | None = None
_ahead = 0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> Instant:
    """Return the current instant."""
    return _frozen if _frozen is not None else Instant(time.time_ns() // 1000 + _ahead)


def go_on_from(at: Instant) -> None:
    """Let the clock go on from ``at`` (the demo shop takes up its day where it was left)."""
    global _ahead
    _ahead = at - time.time_ns() // 1000


@contextmanager
def freeze(at: Instant | datetime) -> Iterator[None]:
    """Stand the clock still at ``at`` inside the block (for tests and for building the demo shop)."""
    global _frozen
    before, _frozen = _frozen, at if isinstance(at, int) else to_instant(at)
    try:
        yield
    finally:
        _frozen = before


def to_instant(moment: datetime) -> Instant:
    """Turn a datetime into an instant; one without an offset is local time."""
    delta = (moment if moment.tzinfo is not None else moment.astimezone()) - _EPOCH
    return Instant((delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds)


def to_local(instant: Instant) -> datetime:
    """Turn an instant into local time with its offset."""
    return (_EPOCH + timedelta(microseconds=instant)).astimezone()


def offset_minutes(local: datetime) -> int:
    """Return the offset from UTC of a local time, in minutes."""
    offset = local.utcoffset()
    return 0 if offset is None else (offset.days * 86_400 + offset.seconds) // 60


def day_of(instant: Instant) -> Day:
    """Return the local calendar day of an instant."""
    return as_day(to_local(instant))


def as_day(moment: datetime) -> Day:
    """Return the calendar day that a datetime shows on its own clock."""
    return Day(moment.year * 10_000 + moment.month * 100 + moment.day)


def start_of(day: Day) -> Instant:
    """Return the instant at which a local day begins."""
    return to_instant(_midnight(day))


def end_of(day: Day) -> Instant:
    """Return the instant at which a local day ends (the start of the next one, exclusive)."""
    return to_instant(_midnight(day) + timedelta(days=1))


def _midnight(day: Day) -> datetime:
    # Without an offset on purpose: it is the shop's own wall clock, whatever its offset is on that day.
    return datetime(day // 10_000, day // 100 % 100, day % 100)  # noqa: DTZ001
