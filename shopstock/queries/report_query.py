"""What is asked of a report: shared by the registry and the reports themselves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from shopstock.core.units import Instant, ItemId, LocationId

#: The ends of an open period.
FIRST, LAST = Instant(-(2**62)), Instant(2**62)


class Filter(StrEnum):
    """What a report may be narrowed by."""

    AS_OF = "as_of"
    PERIOD = "period"
    ITEM = "item"
    LOCATION = "location"


class Moment(NamedTuple):
    """A point a person named: as it was written back, and the instants its first and last moment stand for.

    ``start`` is where it begins, ``end`` the first instant after it: a whole local day, or one microsecond.
    """

    text: str
    start: Instant
    end: Instant


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """What is asked: ``as_of`` for a state, ``since`` and ``until`` (both included) for a period, and narrowings.

    ``within`` are the places that lie in the asked location, itself included; :func:`reports.run` finds them out.
    """

    as_of: Moment | None = None
    since: Moment | None = None
    until: Moment | None = None
    item_id: ItemId | None = None
    location_id: LocationId | None = None
    within: frozenset[LocationId] = frozenset()

    def takes(self, *location_ids: LocationId | None) -> bool:
        """Tell whether one of these places is asked for: any is without a location, else those that lie in it."""
        return self.location_id is None or not self.within.union((self.location_id,)).isdisjoint(location_ids)

    def at(self, column: str) -> tuple[str, list[int]]:
        """Return the condition on a column of places, and its parameters; nothing without a location."""
        if self.location_id is None:
            return "", []
        ids = sorted(self.within.union((self.location_id,)))
        return f" AND {column} IN ({', '.join('?' * len(ids))})", [int(one) for one in ids]

    @property
    def start(self) -> Instant:
        """The first instant of the period; the beginning of time when it is open."""
        return self.since.start if self.since is not None else FIRST

    @property
    def end(self) -> Instant:
        """The first instant after the period, or after ``as_of``; the end of time when it is open."""
        last = self.until or self.as_of
        return last.end if last is not None else LAST
