"""Which of the rolling backups are kept: by age, ever thinner.

The newest of each of the last seven days, of the last five weeks, of the last twelve months, and of every year. Periods
are those that have a backup at all: a shop that was closed for a month loses nothing by it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime

DAILY = 7
WEEKLY = 5
MONTHLY = 12


def kept(taken: Iterable[datetime]) -> set[datetime]:
    """Return those of the local times at which backups were taken whose backups stay."""
    newest_first = sorted(set(taken), reverse=True)
    return (
        _newest_of_each(newest_first, lambda at: at.date(), DAILY)
        | _newest_of_each(newest_first, lambda at: at.isocalendar()[:2], WEEKLY)
        | _newest_of_each(newest_first, lambda at: (at.year, at.month), MONTHLY)
        | _newest_of_each(newest_first, lambda at: at.year, None)
    )


def expired(taken: Iterable[datetime]) -> set[datetime]:
    """Return those whose backups may go."""
    every = set(taken)
    return every - kept(every)


def _newest_of_each(
    newest_first: list[datetime], period: Callable[[datetime], Hashable], at_most: int | None
) -> set[datetime]:
    chosen: dict[Hashable, datetime] = {}
    for at in newest_first:
        if period(at) not in chosen:
            if at_most is not None and len(chosen) == at_most:
                break
            chosen[period(at)] = at
    return set(chosen.values())
