"""Many places named at once."""

from __future__ import annotations

import pytest

from shopstock.core import place_names
from shopstock.core.outcome import Refused


@pytest.mark.parametrize(
    ("typed", "first", "last", "count"),
    [
        ("B-01 .. B-24", "B-01", "B-24", 24),
        ("B-01..24", "B-01", "B-24", 24),
        (" b-8 … B-12 ", "b-8", "b-12", 5),
        ("B-08 ... B-112", "B-08", "B-112", 105),
        ("A .. F", "A", "F", 6),
        ("R2-S1 .. R2-S3", "R2-S1", "R2-S3", 3),
        ("Shelf 9 left .. Shelf 12 left", "Shelf 9 left", "Shelf 12 left", 4),
        ("  Back   room ", "Back room", "Back room", 1),
        ("B-01 ..", "B-01 ..", "B-01 ..", 1),
    ],
)
def test_a_series_counts_by_its_last_number(typed: str, first: str, last: str, count: int) -> None:
    found = place_names.series(typed)
    assert (found[0], found[-1], len(found)) == (first, last, count)
    assert len(set(found)) == count


def test_nothing_is_no_name() -> None:
    assert place_names.series("  ") == ()


@pytest.mark.parametrize(
    "typed", ["B-01 .. C-05", "B-05 .. B-02", "room .. hall", "A .. f", "1 .. 1", "B-1 left .. B-2 right"]
)
def test_two_ends_of_no_series_are_refused(typed: str) -> None:
    with pytest.raises(Refused, match=r"like B-01 \.\. B-24"):
        place_names.series(typed)


def test_a_slip_of_the_finger_makes_no_thousand_places() -> None:
    with pytest.raises(Refused, match="1001 places; at most 500"):
        place_names.series("B-0 .. B-1000")
    assert len(place_names.series("B-1 .. B-500")) == 500
    with pytest.raises(Refused):
        place_names.series("B-1 .. B-99999999999999999999")
