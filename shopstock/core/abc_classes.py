"""ABC classes: which few items carry most of the value, and so deserve most of the care.

Value = 12-month issued quantity × current unit cost. Sorted from the highest, an item is A while the share *before* it
is below 80 %, B below 95 %, else C; so the item that crosses a line goes up, and so do all that tie with it. Zero or
negative value is C; items younger than 90 days are B, whatever they sold. Classes are made anew once a month; an item
goes up at once but down only after two such runs in a row, so that one poor month does not change how it is cared for.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from operator import itemgetter

from shopstock.core.units import ItemId, Money

A_BELOW_PERCENT = 80
B_BELOW_PERCENT = 95
NEW_FOR_DAYS = 90
RUNS_TO_GO_DOWN = 2


class AbcClass(StrEnum):
    """A: most of the value; C: the long tail."""

    A = "A"
    B = "B"
    C = "C"


def classify(values: Iterable[tuple[ItemId, Money, bool]]) -> dict[ItemId, AbcClass]:
    """Class every item of ``(item, 12-month value, is new)``."""
    rows = sorted(values, key=itemgetter(1), reverse=True)
    total = sum([value for _item, value, _new in rows if value > 0])
    classes: dict[ItemId, AbcClass] = {}
    before = 0
    last: Money | None = None
    of_value = AbcClass.C
    for item, value, new in rows:
        if value != last:  # what ties goes together, so the order among equals does not matter
            last = value
            if value <= 0:
                of_value = AbcClass.C
            elif before * 100 < total * A_BELOW_PERCENT:
                of_value = AbcClass.A
            else:
                of_value = AbcClass.B if before * 100 < total * B_BELOW_PERCENT else AbcClass.C
        classes[item] = AbcClass.B if new else of_value
        if value > 0:
            before += value
    return classes


def steadied(before: AbcClass | None, found: AbcClass, lower_runs: int) -> tuple[AbcClass, int]:
    """Return the class to keep and in how many runs in a row the item was found lower than that."""
    if before is None or found.value <= before.value:
        return found, 0
    return (found, 0) if lower_runs + 1 >= RUNS_TO_GO_DOWN else (before, lower_runs + 1)
