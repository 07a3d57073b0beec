"""The figures of the owner's page: the five of the mission and their neighbours, with trend and the period before.

Read from the day totals, the spans without stock and the counted lines: the cost grows with days and items, not with
what was ever sold. COGS includes true-ups and is lowered by returns, as the posting door keeps it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import Any, NamedTuple

from shopstock.core import counting, days, kpi
from shopstock.core.acting import Acting, Permission
from shopstock.core.kpi import Figure, Unit
from shopstock.core.text import _
from shopstock.core.units import Day, Money, divide_half_even, format_scaled
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import report_span, settings
from shopstock.queries.report_span import Span

#: How many periods the trend shows, the present one included.
TREND = 10
USUAL_DAYS = 28
#: Stocked items that neither sold nor came in for so long are not active.
ACTIVE_DAYS = 90


_TELL_COSTS = frozenset(("turnover", "days", "gmroi", "shrinkage", "cover"))


class Sums(NamedTuple):
    """What the shop did in a span; ``average`` is the time-weighted value of the stock, ``None`` without a day."""

    net: Money
    cogs: Money
    lost: Money
    average: Money | None
    days: int


class Now(NamedTuple):
    """Today so far, or a day before it up to the same time: ``basket`` is net a customer."""

    net: Money
    margin: Money | None
    customers: int
    basket: Money | None


class Today(NamedTuple):
    """Today beside the same weekday a week ago, by this time of the day."""

    now: Now
    before: Now


def usual_span() -> Span:
    """Return the last four weeks, today included."""
    today = clock.day_of(clock.now())
    return Span(days.shift(today, 1 - USUAL_DAYS), today)


def figures(db: Db, acting: Acting, span: Span | None = None) -> tuple[Figure, ...]:
    """Return the figures of a span; those that tell costs are left without a value for who may not see them."""
    acting.require(Permission.SEE_REPORTS)
    found = of_span(db, span or usual_span())
    if acting.may(Permission.SEE_COST):
        return found
    hidden = _("costs are not yours to see")
    return tuple(
        replace(one, value=None, before=None, trend=(), note=hidden) if one.name in _TELL_COSTS else one
        for one in found
    )


def of_span(db: Db, span: Span) -> tuple[Figure, ...]:
    """Return the figures of a span, for whoever may see all of them."""
    chosen = settings.load(db)
    windows = [span.earlier(times) for times in range(TREND - 1, -1, -1)]
    sums = _sums(db, windows)
    accuracy = _accuracy(db, windows)
    outs = _Outs(db, windows)
    return (
        _with_trend(
            Figure(
                "accuracy", _("Inventory accuracy"), Unit.PERCENT, None, None, chosen.target_accuracy * 100, 1,
                _("lines right / lines counted, A items"), "accuracy", accuracy[-1][1],
            ), [one[0] for one in accuracy],
        ),
        _with_trend(
            Figure(
                "turnover", _("Inventory turnover"), Unit.TURNS, None, None, chosen.target_turnover * 10, 1,
                _("cost of sales / average stock, as in a year"), "category-health",
                _("no cost of sales, or no stock, in this time"),
            ), [kpi.turns_a_year(one.cogs, one.average, one.days) if one else None for one in sums],
        ),
        _with_trend(
            Figure(
                "days", _("Days of inventory"), Unit.DAYS, None, None, chosen.target_days * 1_000, -1,
                _("average stock / cost of sales a day"), "category-health", _("no cost of sales in this time"),
            ), [kpi.days_of_inventory(one.cogs, one.average, one.days) if one else None for one in sums],
        ),
        Figure(
            "pick", _("Pick accuracy"), Unit.PERCENT, None, None, chosen.target_pick * 100, 1,
            _("right at the first scan / lines picked"), "pick-accuracy",
            _("comes with orders that are picked: right item, quantity and lot at the first scan"),
        ),
        _with_trend(
            Figure(
                "stockout", _("Stockout rate"), Unit.PERCENT, None, None, chosen.target_stockout * 100, -1,
                _("items with none left / all items"), "stockouts", _("no item is kept in stock"),
            ), outs.rates(),
        ),
        *_neighbours(db, span, windows, sums, outs),
    )  # fmt: skip


def today(db: Db, acting: Acting) -> Today:
    """Return what was sold today, and on the same weekday a week ago until this time of the day."""
    acting.require(Permission.SEE_REPORTS)
    local = clock.to_local(clock.now())
    day = clock.as_day(local)
    may = acting.may(Permission.SEE_COST)
    return Today(_day(db, day, 24, 0, may), _day(db, days.shift(day, -7), local.hour, local.minute, may))


def _day(db: Db, day: Day, hour: int, minute: int, may: bool) -> Now:
    net = margin = customers = 0
    for at, sold, cost, sales in db.rows(
        "SELECT hour, sum(net), sum(cogs), sum(sales) FROM sales_hour WHERE day = ? AND hour <= ? GROUP BY hour",
        (day, hour),
    ):
        part = minute if at == hour else 60
        net += divide_half_even(sold * part, 60)
        margin += divide_half_even((sold - cost) * part, 60)
        customers += divide_half_even(sales * part, 60)
    basket = Money(divide_half_even(net, customers)) if customers > 0 else None
    return Now(Money(net), Money(margin) if may else None, customers, basket)


def _with_trend(figure: Figure, trend: list[int | None]) -> Figure:
    note = figure.note
    if trend[-1] is not None and figure.name != "accuracy":
        note = ""
    return replace(figure, value=trend[-1], before=trend[-2], trend=tuple(trend), note=note)


def _sums(db: Db, windows: list[Span]) -> list[Sums | None]:
    """Return the sums of each window; ``None`` for one that begins before the shop did."""
    opened = report_span.opened_on(db)
    if opened is None:
        return [None] * len(windows)
    whole = Span(windows[0].first, windows[-1].last)
    flow: dict[int, tuple[int, int, int]] = {
        day: (net, cogs, lost)
        for day, net, cogs, lost in db.rows(
            "SELECT day, sum(net), sum(cogs), sum(lost_value) FROM day_total WHERE day >= ? AND day <= ? GROUP BY day",
            whole,
        )
    }
    ends = report_span.value_at_ends(db, whole)
    sums: list[Sums | None] = []
    for number, window in enumerate(windows):
        # The present period says what there is, even when the shop opened in the middle of it.
        if (window.first < opened and number < len(windows) - 1) or window.last < opened:
            sums.append(None)
            continue
        part = ends[number * window.days : (number + 1) * window.days]
        lived = [(day, value) for day, value in part if day >= opened]
        moved = [flow.get(day, (0, 0, 0)) for day, _value in lived]
        sums.append(
            Sums(
                Money(sum(one[0] for one in moved)), Money(sum(one[1] for one in moved)),
                Money(sum(one[2] for one in moved)), kpi.average_inventory([Money(value) for _day, value in lived]),
                len(lived),
            )
        )  # fmt: skip
    return sums


def _accuracy(db: Db, windows: list[Span]) -> list[tuple[int | None, str]]:
    """Return the record accuracy of A items in each window, in 1/1,000 of a percent, with its interval in words."""
    starts = [clock.start_of(window.first) for window in windows]
    counted = [[0, 0] for _window in windows]
    for at, lines, hits in db.rows(
        "SELECT c.ended_at, count(*), sum(l.hit) FROM stock_count c JOIN count_line l ON l.count_id = c.id "
        "WHERE c.ended_at >= ? AND c.ended_at < ? AND c.opening = 0 AND l.state = 'posted' AND l.abc = 'A' "
        "GROUP BY c.id, c.ended_at",
        (starts[0], clock.end_of(windows[-1].last)),
    ):
        place = bisect_right(starts, at) - 1
        counted[place][0] += lines
        counted[place][1] += hits
    found: list[tuple[int | None, str]] = []
    for lines, hits in counted:
        interval = counting.wilson(hits, lines)
        words = _("no A item was counted in this time")
        if interval is not None:
            words = _("{low} to {high} % with 95 % confidence, {hits} of {lines}").format(
                low=format_scaled(interval.low, 2), high=format_scaled(interval.high, 2), hits=hits, lines=lines
            )
        found.append((kpi.percent(hits, lines), words))
    return found


class _Outs:
    """The stockouts of the windows: who was out at their end, and for how many days in them."""

    def __init__(self, db: Db, windows: list[Span]) -> None:
        self.windows = windows
        self._db = db
        now = clock.now()
        self._bounds = [(clock.start_of(one.first), min(clock.end_of(one.last), now)) for one in windows]
        self._created = sorted(
            row[0] for row in db.rows("SELECT created_at FROM item WHERE active = 1 AND stocked = 1")
        )
        self._spans: list[tuple[int, int, int | None, int, int]] = db.rows(
            "SELECT s.item_id, s.started_at, s.ended_at, coalesce(a.lines, 0), "
            "CASE WHEN coalesce(p.sold_at, 0) >= ? OR coalesce(p.received_at, 0) >= ? THEN 1 ELSE 0 END "
            "FROM stockout_span s JOIN item i ON i.id = s.item_id AND i.active = 1 AND i.stocked = 1 "
            "LEFT JOIN item_demand a ON a.item_id = s.item_id LEFT JOIN item_pool p ON p.item_id = s.item_id "
            "WHERE s.ended_at IS NULL OR s.ended_at >= ?",
            (now - ACTIVE_DAYS * 86_400_000_000, now - ACTIVE_DAYS * 86_400_000_000, self._bounds[0][0]),
        )
        open_now = sum(1 for span in self._spans if span[2] is None)
        # Never in stock, or all of it held by parked sales: nothing available, though no span says so.
        self._others = max(0, out_now(db) - open_now)

    def rates(self) -> list[int | None]:
        """Return the mission's rate at the end of each window."""
        opened = report_span.opened_on(self._db)
        return [
            None if opened is None or window.last < opened else self._rate_at(end)
            for window, (_start, end) in zip(self.windows, self._bounds, strict=True)
        ]

    def _rate_at(self, end: int) -> int | None:
        items = bisect_right(self._created, end)
        out = sum(1 for span in self._spans if span[1] <= end and (span[2] is None or span[2] > end))
        return kpi.stockout_rate(min(items, out + self._others), items)

    def item_days(self, number: int) -> tuple[int, int]:
        """Return for a window the microseconds that active items were out, and the lines unserved by it in 1/1,000."""
        start, end = self._bounds[number]
        out = lost = 0
        for _item, began, ended, lines, active in self._spans:
            overlap = min(end, ended if ended is not None else end) - max(start, began)
            if overlap > 0:
                out += overlap * active
                lost += lines * overlap // (7 * 86_400_000_000)
        return out, lost


def out_now(db: Db) -> int:
    """Return how many stocked items have nothing available: what is set aside or on its way does not count."""
    found: int = db.value(
        "SELECT count(*) FROM item i LEFT JOIN (SELECT l.item_id, sum(CASE WHEN o.kind = 'shop' "
        "THEN l.on_hand - l.allocated ELSE 0 END) AS free FROM stock_level l JOIN location o ON o.id = l.location_id "
        "GROUP BY l.item_id) f ON f.item_id = i.id WHERE i.active = 1 AND i.stocked = 1 AND coalesce(f.free, 0) <= 0"
    )
    return found


def _neighbours(
    db: Db, span: Span, windows: list[Span], sums: list[Sums | None], outs: _Outs
) -> tuple[Figure, ...]:  # fmt: skip
    active: int = db.value(
        "SELECT count(*) FROM item i JOIN item_pool p ON p.item_id = i.id WHERE i.active = 1 AND i.stocked = 1 "
        "AND (p.sold_at >= ? OR p.received_at >= ?)",
        (clock.now() - ACTIVE_DAYS * 86_400_000_000,) * 2,
    )
    last = len(windows) - 1
    item_days, filled = [], []
    lines = _lines(db, windows)
    for number, window in enumerate(windows):
        out, lost = outs.item_days(number)
        item_days.append(kpi.percent(out, active * window.days * 86_400_000_000) if sums[number] else None)
        filled.append(kpi.filled(lines[number] * 1_000, lost) if sums[number] else None)
    through = [_sell_through(db, one) if sums[last - place] else None for place, one in ((1, span.before), (0, span))]
    return (
        _with_trend(
            Figure(
                "gmroi", _("GMROI"), Unit.TIMES, None, None, None, 1, _("margin / average stock"), "category-health",
                _("no stock in this time"),
            ), [kpi.gmroi(Money(one.net - one.cogs), one.average) if one else None for one in sums],
        ),
        _with_trend(
            Figure(
                "through", _("Sell-through"), Unit.PERCENT, None, None, None, 1,
                _("sold / (there at first + received)"), "category-health", _("nothing was there to sell"),
            ), through,
        ),
        _with_trend(
            Figure(
                "shrinkage", _("Shrinkage"), Unit.PERCENT, None, None, None, -1,
                _("(write-offs + count losses) / net sales"), "shrinkage", _("no sales in this time"),
            ), [kpi.shrinkage(one.lost, Money(0), one.net) if one else None for one in sums],
        ),
        _with_trend(
            Figure(
                "cover", _("Days of cover"), Unit.DAYS, None, None, None, -1,
                _("stock / what sells a day, at cost"), "item-health", _("nothing sells yet"),
            ), [None, _cover(db)],
        ),
        _with_trend(
            Figure(
                "item-days", _("Item-days out"), Unit.PERCENT, None, None, None, -1,
                _("days without stock / all days, active items"), "stockouts", _("no item is active"),
            ), item_days,
        ),
        _with_trend(
            Figure(
                "filled", _("Lines served"), Unit.PERCENT, None, None, None, 1,
                _("sold lines / (sold + missed while out)"), "stockouts", _("nothing was asked for"),
            ), filled,
        ),
    )  # fmt: skip


def _lines(db: Db, windows: list[Span]) -> list[int]:
    firsts = [int(window.first) for window in windows]
    sums = [0] * len(windows)
    for day, lines in db.rows(
        "SELECT day, sum(lines) FROM sales_hour WHERE day >= ? AND day <= ? GROUP BY day",
        (firsts[0], windows[-1].last),
    ):
        sums[bisect_right(firsts, day) - 1] += lines
    return sums


def _sell_through(db: Db, span: Span) -> int | None:
    row: Any = db.row(
        "SELECT coalesce(sum(CASE WHEN d.day <= ? THEN d.sold_qty - d.returned_qty ELSE 0 END), 0), "
        "coalesce(sum(CASE WHEN d.day <= ? THEN d.received_qty ELSE 0 END), 0), coalesce(sum(d.qty), 0) "
        "FROM item i JOIN item_day d ON d.item_id = i.id AND d.day >= ?",
        (span.last, span.last, span.first),
    )
    sold, received, moved = row
    on_hand: int = db.value("SELECT coalesce(sum(qty), 0) FROM item_pool")
    return kpi.sell_through(sold, max(0, on_hand - moved), received)


def _cover(db: Db) -> int | None:
    value, a_week = db.row(
        "SELECT coalesce(sum(p.value), 0), coalesce(sum(CASE WHEN p.qty > 0 THEN a.rate * 1.0 * p.value / p.qty "
        "WHEN p.last_cost_qty > 0 THEN a.rate * 1.0 * p.last_cost_value / p.last_cost_qty ELSE 0 END), 0) "
        "FROM item_pool p LEFT JOIN item_demand a ON a.item_id = p.item_id"
    ) or (0, 0)
    return kpi.days_of_cover(value, round(a_week))
