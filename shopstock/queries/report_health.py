"""How items and categories are doing: velocity, cover, margin, turns, what gathers dust, how old the stock is."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from shopstock.core import days, kpi
from shopstock.core.text import _
from shopstock.core.units import QTY_SCALE, Day, Instant, Money, Qty, divide_half_even
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import report_span, settings
from shopstock.queries.report_flow import of_percent
from shopstock.queries.report_query import ReportQuery
from shopstock.queries.report_span import Span

WINDOW = 90


class Velocity(NamedTuple):
    """How fast an item sells: a week now, in the weeks before, the trend in percent; ``cover`` is in days."""

    sku: str
    name: str
    category: str
    rate: Qty
    before: Qty
    trend: Qty | None
    lines: Qty
    season: Qty
    on_hand: Qty
    cover: Qty | None


class ItemHealth(NamedTuple):
    """Everything about an item in one line, over the last 90 days; margin and trend in percent, turns a year.

    ``dusty`` is how many days it has not sold, where that is too long, and ``ties_up`` what lies there then.
    """

    sku: str
    name: str
    category: str
    abc: str
    rate: Qty
    trend: Qty | None
    on_hand: Qty
    cover: Qty | None
    net: Money
    margin: Qty | None
    turns: Qty | None
    gmroi: Qty | None
    last_sold: Day | None
    dusty: Qty | None
    ties_up: Money | None
    season: Qty


class CategoryHealth(NamedTuple):
    """A category over the days asked for: what its stock earns and how fast it turns."""

    category: str
    items: Qty
    net: Money
    margin: Money
    rate: Qty | None
    stock: Money
    average: Money | None
    turns: Qty | None
    days: Qty | None
    gmroi: Qty | None
    sell_through: Qty | None


class Dead(NamedTuple):
    """An item that has not sold for long; ``days`` since, or since it came, ``value`` is what it ties up."""

    sku: str
    name: str
    category: str
    on_hand: Qty
    value: Money
    last_sold: Day | None
    days: Qty


class Aged(NamedTuple):
    """The stock of an age; ``share`` in percent of all."""

    age: str
    items: Qty
    quantity: Qty
    value: Money
    share: Qty | None


class DayValue(NamedTuple):
    """What the whole stock was worth at the end of a day."""

    day: Day
    value: Money


class Out(NamedTuple):
    """An item with nothing left; ``lost`` are the demand lines that went unserved by its usual pace."""

    sku: str
    name: str
    abc: str
    since: Day
    days: Qty
    rate: Qty
    lost: Qty
    on_order: Qty
    expected: Day | None


_ITEMS = """
    SELECT i.id, i.sku, i.name, coalesce(c.name, ''), coalesce(r.abc, 'C'), coalesce(a.rate, 0), coalesce(a.before, 0),
           coalesce(a.lines, 0), coalesce(a.season, 1000), coalesce(p.qty, 0), coalesce(p.value, 0), p.sold_at,
           i.created_at
    FROM item i LEFT JOIN category c ON c.id = i.category_id LEFT JOIN item_rank r ON r.item_id = i.id
    LEFT JOIN item_demand a ON a.item_id = i.id LEFT JOIN item_pool p ON p.item_id = i.id
    WHERE i.active = 1 AND i.stocked = 1 {item} ORDER BY i.sku_key"""


def _items(db: Db, query: ReportQuery) -> list[tuple[Any, ...]]:
    item, only = ("", ()) if query.item_id is None else ("AND i.id = ?", (query.item_id,))
    return db.rows(_ITEMS.format(item=item), only)


def velocity(db: Db, query: ReportQuery) -> list[Velocity]:
    """Return how fast every item that sells does so, the most demand lines first."""
    rows = [
        Velocity(
            sku, name, category, Qty(rate), Qty(before), _trend(rate, before), Qty(lines), Qty(season), Qty(on_hand),
            of_percent(kpi.days_of_cover(on_hand, rate)),
        )
        for _id, sku, name, category, _abc, rate, before, lines, season, on_hand, *_rest in _items(db, query)
        if rate or before
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row.lines, -row.rate, row.sku))


def _trend(rate: int, before: int) -> Qty | None:
    return of_percent(kpi.percent(rate - before, before))


def item_health(db: Db, query: ReportQuery) -> list[ItemHealth]:
    """Return every item in one line, by SKU."""
    today = clock.day_of(clock.now())
    span = Span(days.shift(today, -WINDOW), days.shift(today, -1))
    sums = report_span.by_item(db, span)
    averages = averages_by_item(db, span)
    limit = settings.load(db).dusty_days
    found = []
    for id_, sku, name, category, abc, rate, before, _lines, season, on_hand, value, sold_at, created in _items(
        db, query
    ):
        one = sums.get(id_)
        net, cogs = (Money(one.net), Money(one.cogs)) if one else (Money(0), Money(0))
        average = Money(averages.get(id_, value))
        idle = _days_since(sold_at or created, today)
        dusty = on_hand > 0 and idle >= limit
        found.append(
            ItemHealth(
                sku, name, category, abc, Qty(rate), _trend(rate, before), Qty(on_hand),
                of_percent(kpi.days_of_cover(on_hand, rate)), net, of_percent(kpi.margin_rate(net, cogs)),
                of_percent(kpi.turns_a_year(cogs, average, span.days)),
                of_percent(kpi.gmroi(Money(net - cogs), average)), None if sold_at is None else clock.day_of(sold_at),
                Qty(idle * QTY_SCALE) if dusty else None, Money(value) if dusty else None, Qty(season),
            )
        )  # fmt: skip
    return found


def averages_by_item(db: Db, span: Span) -> dict[int, int]:
    """Return the time-weighted average value of each item that moved in or after a span."""
    sums: dict[int, list[int]] = {}
    for item, weighted in _weighted(db, span, "i.id"):
        sums[item] = [weighted]
    if not sums:
        return {}
    values: dict[int, int] = dict(db.rows("SELECT item_id, value FROM item_pool"))
    return {item: divide_half_even(values.get(item, 0) * span.days - one[0], span.days) for item, one in sums.items()}


def _weighted(db: Db, span: Span, by: str) -> list[tuple[Any, int]]:
    """Return for each group how much its day-ends of the span, added up, lack of what it is worth now.

    A change on the n-th day is missing from the n - 1 day-ends before it, one after the span from all of them.
    """
    number = {day: place for place, day in enumerate(days.every(*span))}
    sums: defaultdict[Any, int] = defaultdict(int)
    for key, day, value in db.stream(
        f"SELECT {by}, d.day, sum(d.value) FROM item i JOIN item_day d ON d.item_id = i.id AND d.day >= ? "
        f"LEFT JOIN category c ON c.id = i.category_id GROUP BY {by}, d.day",
        (span.first,),
    ):
        sums[key] += value * number.get(day, len(number))
    return list(sums.items())


def category_health(db: Db, query: ReportQuery) -> list[CategoryHealth]:
    """Return margin, turns and GMROI of each category, the most stock money first."""
    span = report_span.of(db, query)
    weighted = dict(_weighted(db, span, "coalesce(c.name, '')"))
    stock: dict[str, tuple[int, int, int]] = {
        name: (items, value, qty)
        for name, items, value, qty in db.rows(
            "SELECT coalesce(c.name, ''), count(*), sum(coalesce(p.value, 0)), sum(coalesce(p.qty, 0)) FROM item i "
            "LEFT JOIN category c ON c.id = i.category_id LEFT JOIN item_pool p ON p.item_id = i.id "
            "WHERE i.stocked = 1 GROUP BY coalesce(c.name, '')"
        )
    }
    flow = {
        name: figures
        for name, *figures in db.rows(
            "SELECT coalesce(c.name, ''), sum(d.sold_qty - d.returned_qty), sum(d.net), sum(d.cogs), "
            "sum(d.received_qty), sum(d.qty) FROM item i JOIN item_day d ON d.item_id = i.id AND d.day >= ? "
            "AND d.day <= ? LEFT JOIN category c ON c.id = i.category_id GROUP BY coalesce(c.name, '')",
            span,
        )
    }
    rows = []
    for name, (items, value, on_hand) in stock.items():
        sold, net, cogs, received, moved = flow.get(name, [0, 0, 0, 0, 0])
        average = Money(divide_half_even(value * span.days - weighted.get(name, 0), span.days)) if span.days else None
        rows.append(
            CategoryHealth(
                name or _("No category"), Qty(items * QTY_SCALE), Money(net), Money(net - cogs),
                of_percent(kpi.margin_rate(Money(net), Money(cogs))), Money(value), average,
                of_percent(kpi.turns_a_year(Money(cogs), average, span.days)),
                of_percent(kpi.days_of_inventory(Money(cogs), average, span.days)),
                of_percent(kpi.gmroi(Money(net - cogs), average)),
                of_percent(kpi.sell_through(sold, on_hand - moved, received)),
            )
        )  # fmt: skip
    return sorted(rows, key=lambda row: (-row.stock, row.category))


def dead_stock(db: Db, query: ReportQuery) -> list[Dead]:
    """Return what has not sold for as many days as the shop calls dusty, what ties up most first."""
    limit, today = settings.load(db).dusty_days, clock.day_of(clock.now())
    rows = []
    for _id, sku, name, category, _abc, _rate, _before, _lines, _season, on_hand, value, sold_at, created in _items(
        db, query
    ):
        idle = _days_since(sold_at or created, today)
        if on_hand > 0 and idle >= limit:
            last = None if sold_at is None else clock.day_of(sold_at)
            rows.append(Dead(sku, name, category, Qty(on_hand), Money(value), last, Qty(idle * QTY_SCALE)))
    return sorted(rows, key=lambda row: (-row.value, row.sku))


def _days_since(at: int, today: Day) -> int:
    return max(0, days.length(clock.day_of(Instant(at)), today) - 1)


def _ages() -> tuple[tuple[str, int], ...]:
    return ((_("up to 30 days"), 30), (_("31 to 90 days"), 90), (_("91 to 180 days"), 180),
            (_("181 to 365 days"), 365), (_("over a year"), 10**9))  # fmt: skip


def stock_age(db: Db, query: ReportQuery) -> list[Aged]:
    """Return the stock by the age of its cost layers: since they came, or the last came in at moving average."""
    item, only = ("", ()) if query.item_id is None else ("AND y.item_id = ?", (query.item_id,))
    today = clock.day_of(clock.now())
    names = _ages()
    sums: list[list[Any]] = [[set(), 0, 0] for _age in names]
    for item_id, qty, value, day, received_at in db.stream(
        "SELECT y.item_id, y.qty_left, y.value_left, d.day, p.received_at FROM cost_layer y "
        "LEFT JOIN document_line l ON l.id = y.source_line LEFT JOIN document d ON d.id = l.document_id "
        f"LEFT JOIN item_pool p ON p.item_id = y.item_id WHERE y.qty_left > 0 {item}",
        only,
    ):
        came = clock.day_of(Instant(received_at)) if day is None and received_at is not None else day or today
        age = max(0, days.length(came, today) - 1)
        place = next(number for number, (_name, most) in enumerate(names) if age <= most)
        sums[place][0].add(item_id)
        sums[place][1] += qty
        sums[place][2] += value
    total = sum(one[2] for one in sums)
    return [
        Aged(name, Qty(len(one[0]) * QTY_SCALE), Qty(one[1]), Money(one[2]), of_percent(kpi.percent(one[2], total)))
        for (name, _most), one in zip(names, sums, strict=True)
    ]


def stock_value(db: Db, query: ReportQuery) -> list[DayValue]:
    """Return what the stock was worth at the end of each day."""
    return [DayValue(day, Money(value)) for day, value in report_span.value_at_ends(db, report_span.of(db, query))]


def stockouts(db: Db, query: ReportQuery) -> list[Out]:
    """Return what is out of stock, where most demand goes unserved first."""
    item, only = ("", ()) if query.item_id is None else ("AND i.id = ?", (query.item_id,))
    now = clock.now()
    rows = []
    for sku, name, abc, since, rate, lines, on_order, expected in db.rows(
        "SELECT i.sku, i.name, coalesce(r.abc, 'C'), s.started_at, coalesce(a.rate, 0), coalesce(a.lines, 0), "
        "(SELECT coalesce(sum(n.open_qty), 0) FROM purchase_order_line n WHERE n.item_id = i.id AND n.open_qty > 0), "
        "(SELECT min(o.expected_day) FROM purchase_order_line n JOIN purchase_order o ON o.id = n.order_id "
        "WHERE n.item_id = i.id AND n.open_qty > 0) FROM stockout_span s JOIN item i ON i.id = s.item_id "
        "LEFT JOIN item_rank r ON r.item_id = i.id LEFT JOIN item_demand a ON a.item_id = i.id "
        f"WHERE s.ended_at IS NULL AND i.active = 1 AND i.stocked = 1 {item}",
        only,
    ):
        out_days = max(0, now - since) / 86_400_000_000
        rows.append(
            Out(
                sku, name, abc, clock.day_of(Instant(since)), Qty(int(out_days) * QTY_SCALE), Qty(rate),
                Qty(round(lines * out_days / 7)), Qty(on_order), None if expected is None else Day(expected),
            )
        )  # fmt: skip
    return sorted(rows, key=lambda row: (-row.lost, row.abc, row.sku))
