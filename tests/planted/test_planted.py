"""The detective finds what was planted into a month of trade."""

from __future__ import annotations

from pathlib import Path

from tests.planted.measure import measure


def test_planted_faults_are_found(tmp_path: Path) -> None:
    ranks = [(found.fault, found.seed, rank) for found in measure(tmp_path, (1, 2, 3)) for rank in found.ranks]
    first = sum(rank == 1 for _fault, _seed, rank in ranks)
    in_three = sum(1 <= rank <= 3 for _fault, _seed, rank in ranks)
    assert first * 100 >= 80 * len(ranks), ranks
    assert in_three * 100 >= 95 * len(ranks), ranks
