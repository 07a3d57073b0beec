"""A quarter of counting, as plain data: accuracy by month, causes, what recurs, actions kept and missed."""

from __future__ import annotations

import re
from typing import NamedTuple

from shopstock.core.counting import Accuracy
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import Day, Money

_QUARTER = re.compile(r"(\d{4})-?[qQ]([1-4])")
#: The share of A items whose records should be right, in 1/10,000.
TARGET = 9_800


class Quarter(NamedTuple):
    """A quarter of a year."""

    year: int
    number: int

    @property
    def name(self) -> str:
        """The quarter as people write it."""
        return f"{self.year}Q{self.number}"

    @property
    def months(self) -> tuple[tuple[int, int], ...]:
        """Its months, as (year, month)."""
        return tuple((self.year, (self.number - 1) * 3 + month) for month in (1, 2, 3))

    @property
    def before(self) -> Quarter:
        """The quarter before."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)


def quarter_of(text: str) -> Quarter:
    """Read a quarter (``2026Q3``); raise ``Refused``."""
    found = _QUARTER.fullmatch(text.strip())
    if found is None:
        raise Refused(_("“{text}” is no quarter; write it like 2026Q3.").format(text=text[:20]))
    return Quarter(int(found[1]), int(found[2]))


class MonthFigures(NamedTuple):
    """The accuracy of a month, of A items and of all."""

    name: str
    a: Accuracy
    all: Accuracy


class CauseValue(NamedTuple):
    """A root cause, how often it was given and what it came to at cost."""

    name: str
    times: int
    net: Money
    gross: Money


class Recurring(NamedTuple):
    """An item that was off more than once: how often, by how much in money, and when last."""

    name: str
    times: int
    net: Money
    gross: Money
    last: Day


class ActionKept(NamedTuple):
    """A corrective action that stood in the quarter, whenever decided, and how it stands now."""

    action: str
    item: str
    owner: str
    due: Day
    state: str
    outcome: str


class Review(NamedTuple):
    """What a quarter of counting found. ``before`` is the quarter before as a whole."""

    shop: str
    currency: str
    quarter: Quarter
    counts: int
    whole: MonthFigures
    before: MonthFigures
    months: tuple[MonthFigures, ...]
    causes: tuple[CauseValue, ...]
    recurring: tuple[Recurring, ...]
    actions: tuple[ActionKept, ...]
