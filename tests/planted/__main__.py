"""Print how often the right cause came first, and among the first three, for every kind of fault."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.planted.faults import FAULTS
from tests.planted.measure import measure


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), range(asked.first, asked.first + asked.seeds))
    print(f"{'fault':<26}{'lines':>7}{'first':>8}{'in three':>10}")
    for name in (*FAULTS, ""):
        ranks = [rank for one in found if name in ("", one.fault) for rank in one.ranks]
        first = sum(rank == 1 for rank in ranks) / len(ranks)
        three = sum(1 <= rank <= 3 for rank in ranks) / len(ranks)
        print(f"{name or 'all':<26}{len(ranks):>7}{first:>8.0%}{three:>10.0%}")


if __name__ == "__main__":
    main()
