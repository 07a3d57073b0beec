"""Make the chart of a report from its rows: the same points for the screen, a PDF page and a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shopstock.core.charts import Chart, Measure, Plot, Series, Shape
from shopstock.core.text import _
from shopstock.core.units import MONEY_SCALE, QTY_SCALE
from shopstock.formats.report_files import Column, Kind, Rows, text_of

_SCALE = {Kind.MONEY: MONEY_SCALE, Kind.QTY: QTY_SCALE}
_LONGEST = 40


def number(kind: Kind, value: Any) -> float | None:
    """Return a figure of a report as a plain number: money in whole currency, quantities in units."""
    return None if value is None else value / _SCALE.get(kind, 1)


def chart(
    title: str, plot: Plot, columns: Sequence[Column], rows: Rows, *, currency: str = "", digits: int = 2,
    measure: str = "", last: bool = False,
) -> Chart | None:  # fmt: skip
    """Return the chart of these rows; ``None`` when a column it needs may not be seen.

    ``measure`` chooses another one than the first, ``last`` the least of it instead of the most. ``digits`` are those
    of the currency.
    """
    place = {column.name: index for index, column in enumerate(columns)}
    measures = [Measure(measure)] if measure else [one for one in plot.measures if one.column in place]
    if not measures or any(one.column not in place for one in measures) or any(a not in place for a in plot.along):
        return None
    kinds = {one.column: columns[place[one.column]].kind for one in measures}
    money = kinds[measures[0].column] is Kind.MONEY
    unit, decimals = (currency, digits) if money else ("", 3)
    kept = list(range(len(rows)))
    if plot.shape is Shape.HEAT:
        return _heat(title, plot, columns, rows, place, measures[0], unit, decimals)
    if plot.first:
        by = place[measures[0].column]
        kept = [index for index in kept if rows[index][by] is not None]
        kept.sort(key=lambda index: rows[index][by], reverse=not last)
        kept = kept[: plot.first]
    curve = plot.shape is Shape.CURVE
    along = columns[place[plot.along[0]]] if plot.along else Column("", _("Rank"))
    series = tuple(
        Series(
            _(columns[place[one.column]].title), one.style,
            tuple(number(kinds[one.column], rows[index][place[one.column]]) for index in kept),
        )
        for one in measures
    )  # fmt: skip
    values = [rows[index][place[plot.along[0]]] for index in kept] if plot.along else [n + 1 for n in range(len(kept))]
    xs = tuple(number(along.kind, value) or 0.0 for value in values) if curve else ()
    marked = -1
    if plot.marked in place:
        marked = next((n for n, index in enumerate(kept) if rows[index][place[plot.marked]]), -1)
    labels = tuple(_shortened(text_of(along.kind, value)) for value in values)
    return Chart(
        title, plot.shape, unit, decimals, labels, series, xs=xs, x_title=_(along.title), rows=tuple(kept),
        marked=marked,
    )  # fmt: skip


def _heat(
    title: str, plot: Plot, columns: Sequence[Column], rows: Rows, place: dict[str, int], measure: Measure, unit: str,
    decimals: int,
) -> Chart:  # fmt: skip
    across_at, down_at, at = place[plot.along[0]], place[plot.along[1]], place[measure.column]
    kind = columns[at].kind
    across = list(dict.fromkeys(row[across_at] for row in rows))
    across.sort()
    down = list(dict.fromkeys(row[down_at] for row in rows))
    found = {(row[down_at], row[across_at]): index for index, row in enumerate(rows)}
    order = [found.get((one, other), -1) for one in down for other in across]
    values = tuple(None if index < 0 else number(kind, rows[index][at]) for index in order)
    names = [text_of(columns[across_at].kind, one) for one in across]
    return Chart(
        title, plot.shape, unit, decimals, tuple(names), (Series(_(columns[at].title), measure.style, values),),
        down=tuple(str(one) for one in down), rows=tuple(order),
    )  # fmt: skip


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
