"""Sales over time and by what they are asked: day, hour, category, person, payment, tax; discounts and margins."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core import days, kpi
from shopstock.core.text import _
from shopstock.core.units import QTY_SCALE, Day, Money, Qty, divide_half_even
from shopstock.db.connection import Db
from shopstock.queries import report_span
from shopstock.queries.report_query import ReportQuery
from shopstock.queries.report_span import Span


class DaySales(NamedTuple):
    """A day beside the day that lies one period before. ``customers`` are sales, ``basket`` is net a sale."""

    day: Day
    net: Money
    net_before: Money
    margin: Money
    margin_before: Money
    customers: Qty
    basket: Money | None


class HourSales(NamedTuple):
    """An hour of a weekday on the average of those in the period."""

    weekday: str
    hour: str
    receipts: Qty
    net: Money


class CategorySales(NamedTuple):
    """A category beside the period before; ``rate`` is the margin, ``share`` the part of all sales, both in percent."""

    category: str
    quantity: Qty
    net: Money
    before: Money
    cogs: Money
    margin: Money
    rate: Qty | None
    share: Qty | None


class PersonSales(NamedTuple):
    """What somebody sold; ``given`` are discounts, in money and in percent of what it would have been."""

    person: str
    sales: Qty
    net: Money
    basket: Money | None
    given: Money
    given_rate: Qty | None


class Paid(NamedTuple):
    """What was taken (and given back) by a method."""

    method: str
    times: Qty
    amount: Money
    share: Qty | None


class Taxed(NamedTuple):
    """What was sold at a rate, and the tax in it."""

    rate: str
    net: Money
    tax: Money
    gross: Money


class Discounted(NamedTuple):
    """A line that was sold for less than its price; ``rate`` in percent."""

    day: Day
    document: str
    person: str
    sku: str
    name: str
    before: Money
    discount: Money
    rate: Qty | None


class Margin(NamedTuple):
    """What an item earned: margin and mark-up in percent."""

    sku: str
    name: str
    net: Money
    cogs: Money
    margin: Money
    rate: Qty | None
    mark_up: Qty | None


def of_percent(figure: int | None) -> Qty | None:
    """Write a percentage in 1/1,000 as the quantity that reports show."""
    return None if figure is None else Qty(figure)


def by_day(db: Db, query: ReportQuery) -> list[DaySales]:
    """Return net sales, margin, customers and basket of each day, beside the period before."""
    span = report_span.of(db, query)
    before = span.before
    sold = {
        day: (net, net - cogs)
        for day, net, cogs in db.rows(
            "SELECT day, sum(net), sum(cogs) FROM day_total WHERE day >= ? AND day <= ? GROUP BY day",
            (before.first, span.last),
        )
    }
    customers: dict[int, int] = dict(
        db.rows("SELECT day, sum(sales) FROM sales_hour WHERE day >= ? AND day <= ? GROUP BY day", span)
    )
    rows = []
    for day, then in zip(days.every(*span), days.every(*before), strict=True):
        net, margin = sold.get(day, (0, 0))
        count = customers.get(day, 0)
        basket = Money(divide_half_even(net, count)) if count > 0 else None
        earlier = sold.get(then, (0, 0))
        rows.append(
            DaySales(
                day, Money(net), Money(earlier[0]), Money(margin), Money(earlier[1]), Qty(count * QTY_SCALE), basket
            )
        )
    return rows


def weekdays() -> tuple[str, ...]:
    """Return the names of the weekdays, Monday first."""
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


def by_hour(db: Db, query: ReportQuery) -> list[HourSales]:
    """Return receipts and net sales an hour, by weekday; only the hours of the day at which anything was sold."""
    span = report_span.of(db, query)
    times = [0] * 7
    for day in days.every(*span):
        times[days.as_date(day).weekday()] += 1
    sums: dict[tuple[int, int], list[int]] = {}
    for day, hour, sales, net in db.rows(
        "SELECT day, hour, sum(sales), sum(net) FROM sales_hour WHERE day >= ? AND day <= ? GROUP BY day, hour", span
    ):
        figures = sums.setdefault((days.as_date(day).weekday(), hour), [0, 0])
        figures[0] += sales
        figures[1] += net
    hours = sorted({hour for (_weekday, hour), figures in sums.items() if figures[0]})
    rows = []
    for weekday, name in enumerate(weekdays()):
        for hour in range(hours[0], hours[-1] + 1) if hours and times[weekday] else ():
            sales, net = sums.get((weekday, hour), (0, 0))
            rows.append(
                HourSales(
                    name, f"{hour:02d}", Qty(divide_half_even(sales * QTY_SCALE, times[weekday])),
                    Money(divide_half_even(net, times[weekday])),
                )
            )  # fmt: skip
    return rows


def by_category(db: Db, query: ReportQuery) -> list[CategorySales]:
    """Return the sales of each category, the largest first."""
    span = report_span.of(db, query)
    now, before = (_by_category(db, one) for one in (span, span.before))
    total = sum(figures[1] for figures in now.values())
    rows = []
    for category in {*now, *before}:
        qty, net, cogs = now.get(category, (0, 0, 0))
        then = before.get(category, (0, 0, 0))[1]
        rows.append(
            CategorySales(
                category or _("No category"), Qty(qty), Money(net), Money(then), Money(cogs), Money(net - cogs),
                of_percent(kpi.percent(net - cogs, net)), of_percent(kpi.percent(net, total)),
            )
        )  # fmt: skip
    return sorted(rows, key=lambda row: (-row.net, row.category))


def _by_category(db: Db, span: Span) -> dict[str, tuple[int, int, int]]:
    return {
        name: (qty, net, cogs)
        for name, qty, net, cogs in db.rows(
            "SELECT coalesce(c.name, ''), sum(d.sold_qty - d.returned_qty), sum(d.net), sum(d.cogs) FROM item i "
            "JOIN item_day d ON d.item_id = i.id AND d.day >= ? AND d.day <= ? "
            "LEFT JOIN category c ON c.id = i.category_id GROUP BY coalesce(c.name, '')",
            span,
        )
        if qty or net or cogs
    }


_SOLD_BY = """
    SELECT p.name, sum(CASE WHEN d.kind = 'sale' THEN 1 WHEN r.kind = 'sale' THEN -1 ELSE 0 END), sum(d.net),
           sum(d.discount)
    FROM document d LEFT JOIN document r ON r.id = d.reverses_id JOIN person p ON p.id = d.by_id
    WHERE d.occurred_at >= ? AND d.occurred_at < ?
      AND coalesce(r.kind, d.kind) IN ('sale', 'customer_return') GROUP BY p.name"""


def by_person(db: Db, query: ReportQuery) -> list[PersonSales]:
    """Return what each person sold, net of what they took back, the most first."""
    rows = [
        PersonSales(
            name, Qty(sales * QTY_SCALE), Money(net), Money(divide_half_even(net, sales)) if sales > 0 else None,
            Money(given), of_percent(kpi.percent(given, net + given)),
        )
        for name, sales, net, given in db.rows(_SOLD_BY, (query.start, query.end))
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row.net, row.person))


def by_method(db: Db, query: ReportQuery) -> list[Paid]:
    """Return what was taken by each payment method, less what was given back."""
    found = db.rows(
        "SELECT m.name, count(*), sum(p.amount) FROM document d JOIN payment p ON p.document_id = d.id "
        "JOIN payment_method m ON m.id = p.method_id WHERE d.occurred_at >= ? AND d.occurred_at < ? GROUP BY m.name",
        (query.start, query.end),
    )
    total = sum(max(0, amount) for _name, _times, amount in found)
    rows = [
        Paid(name, Qty(times * QTY_SCALE), Money(amount), of_percent(kpi.percent(amount, total)))
        for name, times, amount in found
    ]
    return sorted(rows, key=lambda row: (-row.amount, row.method))


_TAXED = """
    SELECT l.tax_rate, sum(s * l.net), sum(s * l.tax) FROM (
        SELECT n.tax_rate, n.net, n.tax, (CASE coalesce(o.kind, n.kind) WHEN 'sale' THEN 1 ELSE -1 END)
               * (CASE n.kind WHEN 'reversal' THEN -1 ELSE 1 END) AS s
        FROM document d JOIN document_line n ON n.document_id = d.id
        LEFT JOIN document_line o ON o.id = n.of_line_id AND n.kind = 'reversal'
        WHERE d.occurred_at >= ? AND d.occurred_at < ? AND coalesce(o.kind, n.kind) IN ('sale', 'customer_return')
    ) l GROUP BY l.tax_rate ORDER BY l.tax_rate"""


def by_tax(db: Db, query: ReportQuery) -> list[Taxed]:
    """Return net sales and tax by rate."""
    return [
        Taxed(f"{rate / 1000:g} %", Money(net), Money(tax), Money(net + tax))
        for rate, net, tax in db.rows(_TAXED, (query.start, query.end))
    ]


def discounts(db: Db, query: ReportQuery) -> list[Discounted]:
    """Return every discounted line, the largest discount first."""
    item, only = ("", []) if query.item_id is None else (" AND l.item_id = ?", [int(query.item_id)])
    rows = [
        Discounted(
            Day(day), f"{prefix}-{number}", person, sku, name, Money(net + tax + given), Money(given),
            of_percent(kpi.percent(given, net + tax + given)),
        )
        for day, prefix, number, person, sku, name, net, tax, given in db.rows(
            "SELECT d.day, s.prefix, d.number, p.name, i.sku, i.name, l.net, l.tax, l.discount FROM document d "
            "JOIN document_line l ON l.document_id = d.id JOIN station s ON s.id = d.station_id "
            "JOIN person p ON p.id = d.by_id JOIN item i ON i.id = l.item_id "
            f"WHERE d.occurred_at >= ? AND d.occurred_at < ? AND l.kind = 'sale' AND l.discount > 0{item}",
            [int(query.start), int(query.end), *only],
        )
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row.discount, row.document, row.sku))


def margins(db: Db, query: ReportQuery) -> list[Margin]:
    """Return what each item earned, the least margin in percent first."""
    sums = report_span.by_item(db, report_span.of(db, query))
    rows = []
    for item, sku, name in db.stream("SELECT id, sku, name FROM item"):
        one = sums.get(item)
        if one is None or not (one.net or one.cogs):
            continue
        net, cogs = Money(one.net), Money(one.cogs)
        rows.append(
            Margin(
                sku, name, net, cogs, Money(net - cogs), of_percent(kpi.margin_rate(net, cogs)),
                of_percent(kpi.mark_up(net, cogs)),
            )
        )  # fmt: skip
    return sorted(rows, key=lambda row: (row.rate if row.rate is not None else -(10**9), row.margin, row.sku))
