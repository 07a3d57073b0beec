"""Count the real catalogue in cycles for two years and print the figures: ``python -m tests.realdata.cycle_year``.

Every item of the Online Retail data that sold in its last twelve months is classed by what it sold there (at a cost of
half its usual price, as the data has none), laid out in 60 zones, and counted by :mod:`shopstock.core.cycle` alone.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from shopstock.core import abc_classes, cycle
from shopstock.core.abc_classes import AbcClass
from shopstock.core.cycle import Plan, Waiting
from shopstock.core.units import ItemId, LocationId, Money
from tests.realdata import online_retail

ZONES = 60
DAYS = 520
PLAN = Plan(5, {AbcClass.A: 12, AbcClass.B: 4, AbcClass.C: 2}, 0)


class Year(NamedTuple):
    """What came of it; ``worst`` is the highest r at which an item was counted, in 1/1,000."""

    items: int
    by_class: dict[AbcClass, int]
    a_day: int
    cap: int
    lines_a_day: float
    most_lines: int
    fewest_lines: int
    zones_a_day: float
    zones_if_only_due: float
    worst: int
    visits_a_year: dict[AbcClass, float]


def classes(folder: Path) -> dict[ItemId, AbcClass]:
    """Class the items of the data by what they sold at cost."""
    return abc_classes.classify(values(folder))


def values(folder: Path) -> list[tuple[ItemId, Money, bool]]:
    """Return what the items of the data sold at cost in twelve months; none of them is new."""
    sold: defaultdict[str, float] = defaultdict(float)
    for line in online_retail.lines(folder, None):
        sold[line.code.upper()] += line.quantity * float(line.price) / 2
    return [
        (ItemId(number), Money(round(value * 10_000)), False)
        for number, (_code, value) in enumerate(sorted(sold.items()), 1)
    ]


def live(of: dict[ItemId, AbcClass], plan: Plan, *, only_due: bool = False) -> Year:
    """Let two years of working days go by; with ``only_due`` each day counts what is due and nothing else."""
    chance = random.Random(4)
    place = {item: LocationId(chance.randrange(ZONES)) for item in of}
    load = cycle.workload(Counter(of.values()), plan)
    cap = len(of) if only_due else load.cap
    ago = cycle.stagger([(item, place[item], abc) for item, abc in of.items()], plan)
    if only_due:  # without a thought for places: spread by item alone
        ago = cycle.stagger([(item, LocationId(0), abc) for item, abc in of.items()], plan)
    last = {item: -days for item, days in ago.items()}
    visits: Counter[AbcClass] = Counter()
    lines, zones, worst = [], [], 0
    for day in range(1, DAYS + 1):
        waiting: Sequence[Waiting] = [Waiting(item, place[item], abc, day - last[item]) for item, abc in of.items()]
        if only_due:
            waiting = [one for one in waiting if plan.priority(one.abc, one.since) >= cycle.DUE]
        chosen = cycle.pick(waiting, plan, cap)
        for one in chosen:
            worst = max(worst, plan.priority(one.abc, one.since))
            last[one.item_id] = day
            visits[one.abc] += 1
        lines.append(len(chosen))
        zones.append(len({one.place for one in chosen}))
    size = Counter(of.values())
    naive = 0.0 if only_due else live(of, plan, only_due=True).zones_a_day
    return Year(
        len(of), dict(size), load.a_day, cap, statistics.fmean(lines), max(lines), min(lines), statistics.fmean(zones),
        naive, worst, {abc: visits[abc] / size[abc] * plan.days_a_year / DAYS for abc in AbcClass if size[abc]},
    )  # fmt: skip


def main() -> None:
    """Print the figures."""
    source = Path(os.environ.get("SHOPSTOCK_REALDATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
    if not source.is_dir():
        sys.exit(f"No real data in {source}: set SHOPSTOCK_REALDATA to the folder that holds it.")
    year = live(classes(source), PLAN)
    print(f"{year.items} items ({', '.join(f'{abc} {count}' for abc, count in sorted(year.by_class.items()))})")
    print(f"{year.a_day} counts a working day asked for, cap {year.cap}, {ZONES} zones, {DAYS} working days")
    print(f"{year.lines_a_day:.1f} lines a day ({year.fewest_lines} to {year.most_lines})")
    print(f"{year.zones_a_day:.1f} zones a day; {year.zones_if_only_due:.1f} if just what is due were counted")
    print(f"worst lateness: r {year.worst / 1_000:.2f}")
    for abc, visits in sorted(year.visits_a_year.items()):
        print(f"{abc}: {visits:.2f} counts an item a year")


if __name__ == "__main__":
    main()
