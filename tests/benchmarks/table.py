"""One figure of the table, and how the table is printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median, quantiles
from time import perf_counter_ns, thread_time_ns
from typing import NamedTuple


class Figure(NamedTuple):
    """What was measured: ours, the floor beside it, the figure that has a limit, and the limit.

    ``limit`` is ``None`` for what is only stated. ``ours`` and ``floor`` are texts with their unit.
    """

    name: str
    ours: str
    floor: str = ""
    ratio: float | None = None
    limit: float | None = None

    @property
    def missed(self) -> bool:
        """Tell whether the figure is beyond its limit."""
        return self.limit is not None and self.ratio is not None and self.ratio > self.limit


HEAD = ("figure", "ours", "floor", "ratio", "limit", "verdict")


def text_of(figures: Sequence[Figure]) -> str:
    """Write the table."""
    rows = [HEAD]
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        limit = "" if figure.limit is None else f"{figure.limit:g}"
        verdict = "" if figure.limit is None else "MISSED" if figure.missed else "ok"
        rows.append((figure.name, figure.ours, figure.floor, ratio, limit, verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [
        "  ".join(cell.ljust(width) if column < 3 else cell.rjust(width) for column, (cell, width) in enumerate(pairs))
        for pairs in (list(zip(row, widths, strict=True)) for row in rows)
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


class Timings:
    """Times of one thing, in nanoseconds: on the clock, and of this thread on the processor."""

    def __init__(self) -> None:
        self.wall: list[int] = []
        self.cpu: list[int] = []

    def of(self, work: Callable[[], object]) -> None:
        """Do something once and keep how long it took."""
        wall, cpu = perf_counter_ns(), thread_time_ns()
        work()
        self.cpu.append(thread_time_ns() - cpu)
        self.wall.append(perf_counter_ns() - wall)

    @property
    def cpu_median(self) -> float:
        """The median of the processor's time, in microseconds."""
        return median(self.cpu) / 1000

    @property
    def wall_median(self) -> float:
        """The median on the clock, in microseconds."""
        return median(self.wall) / 1000

    @property
    def wall_p99(self) -> float:
        """The 99th percentile on the clock, in microseconds."""
        return quantiles(self.wall, n=100)[98] / 1000


def microseconds(value: float) -> str:
    """Write a time with the unit that suits it."""
    return f"{value:.0f} µs" if value < 1_000 else f"{value / 1_000:.2f} ms" if value < 1e6 else f"{value / 1e6:.2f} s"
