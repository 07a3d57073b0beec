"""A quarter of counting, for the owner's table: accuracy by month, causes, what recurs, actions kept and missed."""

from __future__ import annotations

from datetime import datetime

from shopstock.core import counting
from shopstock.core.acting import Acting, Permission
from shopstock.core.count_review import ActionKept, CauseValue, MonthFigures, Quarter, Recurring, Review
from shopstock.core.text import _
from shopstock.core.units import QTY_SCALE, Instant, Money
from shopstock.core.write_offs import Purpose
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import causes, report_variances, settings
from shopstock.queries.report_query import Moment, ReportQuery


def review(db: Db, acting: Acting, quarter: Quarter) -> Review:
    """Return the review of a quarter. Needs ``POST_COUNT`` and ``SEE_COST``."""
    acting.require(Permission.POST_COUNT)
    acting.require(Permission.SEE_COST)
    shop = settings.load(db)
    start, end = _start(*quarter.months[0]), _start(*_next(quarter.months[-1]))
    query = ReportQuery(since=Moment("", start, start), until=Moment("", end, end))
    return Review(
        shop.name, shop.currency, quarter,
        db.value(
            "SELECT count(*) FROM stock_count WHERE state = 'posted' AND ended_at >= ? AND ended_at < ?", (start, end)
        ),
        _figures(db, quarter.name, start, end),
        _figures(db, quarter.before.name, _start(*quarter.before.months[0]), start),
        tuple(
            _figures(db, f"{year}-{month:02d}", _start(year, month), _start(*_next((year, month))))
            for year, month in quarter.months
        ),
        _causes(db, start, end),
        tuple(
            Recurring(row.of, row.times // QTY_SCALE, row.net, row.gross, row.last)
            for row in report_variances.recurrences(db, query)
            if row.by == _("Item")
        ),
        tuple(
            ActionKept(row.action, row.name, row.owner, row.due, row.state, row.outcome)
            for row in report_variances.actions(db, query)
        ),
    )  # fmt: skip


def _next(month: tuple[int, int]) -> tuple[int, int]:
    year, number = month
    return (year, number + 1) if number < 12 else (year + 1, 1)


def _start(year: int, month: int) -> Instant:
    return clock.to_instant(datetime(year, month, 1).astimezone())


def _figures(db: Db, name: str, start: Instant, end: Instant) -> MonthFigures:
    told = {"A": [0, 0, 0, 0, 0], "": [0, 0, 0, 0, 0]}
    for abc, *figures in db.rows(
        "SELECT l.abc, count(*), sum(l.hit), sum(l.book_value), sum(abs(l.value)), sum(l.value) FROM count_line l "
        "JOIN stock_count c ON c.id = l.count_id WHERE l.state = 'posted' AND c.opening = 0 AND c.ended_at >= ? "
        "AND c.ended_at < ? GROUP BY l.abc",
        (start, end),
    ):
        for key in {abc, ""} & told.keys():
            told[key] = [one + int(other) for one, other in zip(told[key], figures, strict=True)]
    a, whole = (counting.accuracy(one[0], one[1], Money(one[2]), Money(one[3]), Money(one[4])) for one in told.values())
    return MonthFigures(name, a, whole)


def _causes(db: Db, start: Instant, end: Instant) -> tuple[CauseValue, ...]:
    words = causes.names_of(db, Purpose.COUNT)
    return tuple(
        CauseValue(str(words.get(cause, cause)), times, Money(int(net)), Money(int(gross)))
        for cause, times, net, gross in db.rows(
            "SELECT l.cause, count(*), sum(l.value), sum(abs(l.value)) FROM count_line l "
            "JOIN stock_count c ON c.id = l.count_id WHERE l.state = 'posted' AND c.opening = 0 AND l.cause <> '' "
            "AND c.ended_at >= ? AND c.ended_at < ? GROUP BY l.cause ORDER BY sum(abs(l.value)) DESC, l.cause",
            (start, end),
        )
    )
