"""What a chart shows, whoever draws it: the screen, a PDF page or a spreadsheet.

A chart is made from the rows of a report by its :class:`Plot` (``formats.report_charts``). Values are plain numbers in
the unit that ``kind`` names (money in whole currency, quantities in units, percentages as they are read), ``None``
where nothing is known; a point that can be clicked names the row of the report it came from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Shape(StrEnum):
    """How the points are drawn."""

    LINE = "line"
    COLUMNS = "columns"
    BARS = "bars"
    HEAT = "heat"
    CURVE = "curve"


class Style(StrEnum):
    """What a series stands for: the period itself, the one before it, a target, a further figure."""

    NOW = "now"
    BEFORE = "before"
    TARGET = "target"
    OTHER = "other"


class Measure(NamedTuple):
    """A column of a report that a chart draws."""

    column: str
    style: Style = Style.NOW


@dataclass(frozen=True, slots=True)
class Plot:
    """How the rows of a report become a chart.

    ``along`` is the column whose words stand along the axis; of a curve, the figure that runs along it (none: the rank
    of the row); of a heat map, ``(column across, column down)``. Bars show the ``first`` so many rows. ``choices`` are
    further measures to switch to, for bars of one measure.
    """

    shape: Shape
    along: tuple[str, ...]
    measures: tuple[Measure, ...]
    first: int = 0
    choices: tuple[str, ...] = ()
    #: The column that is not empty in the row that stands for today, of a curve.
    marked: str = ""


class Series(NamedTuple):
    """One line or one set of bars; ``values`` run along the labels of the chart."""

    title: str
    style: Style
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that is drawn.

    ``labels`` stand along the axis (a heat map: across), ``down`` are the rows of a heat map, whose one series holds
    the values row by row. ``xs`` are the places along a curve. ``rows`` are the places in the report of what was drawn,
    in the order of the values; ``marked`` is the point that stands for today, or -1.
    """

    title: str
    shape: Shape
    unit: str
    decimals: int
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    down: tuple[str, ...] = ()
    xs: tuple[float, ...] = ()
    x_title: str = ""
    rows: tuple[int, ...] = field(default=())
    marked: int = -1

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value is not None for one in self.series for value in one.values)
