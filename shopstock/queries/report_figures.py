"""The figures of the owner's page as a report."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core.kpi import Figure, Unit
from shopstock.core.text import _
from shopstock.core.units import Qty
from shopstock.db.connection import Db
from shopstock.queries import figures, report_span
from shopstock.queries.report_query import FIRST, ReportQuery


class Kpi(NamedTuple):
    """A figure: value, the period before and the target in the unit that ``unit`` names."""

    figure: str
    value: Qty | None
    unit: str
    before: Qty | None
    target: Qty | None
    met: str
    formula: str
    note: str


def unit_words(unit: Unit) -> str:
    """Return what a figure is read in."""
    return {
        Unit.PERCENT: "%", Unit.TURNS: _("turns a year"), Unit.DAYS: _("days"), Unit.TIMES: "×", Unit.MONEY: "",
    }[unit]  # fmt: skip


def met_words(figure: Figure) -> str:
    """Say whether the target is reached."""
    return {True: _("met"), False: _("missed"), None: ""}[figure.met]


def kpi(db: Db, query: ReportQuery) -> list[Kpi]:
    """Return every figure of a period; of the last four weeks without one."""
    span = figures.usual_span() if query.start == FIRST else report_span.of(db, query)
    return [
        Kpi(
            one.title, _qty(one.value), unit_words(one.unit), _qty(one.before), _qty(one.target), met_words(one),
            one.formula, one.note,
        )
        for one in figures.of_span(db, span)
    ]  # fmt: skip


def _qty(figure: int | None) -> Qty | None:
    return None if figure is None else Qty(figure)
