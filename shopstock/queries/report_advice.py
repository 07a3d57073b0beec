"""What to order and why, what service costs, what ordering would have done in the past, how long suppliers take."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from shopstock.core import backtest, days, kpi, purchasing, replenishment
from shopstock.core.backtest import Result
from shopstock.core.replenishment import Advice
from shopstock.core.text import _
from shopstock.core.units import MONEY_SCALE, QTY_SCALE, Day, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import low_stock, ordering, report_span, settings
from shopstock.queries.low_stock import LowRow
from shopstock.queries.report_flow import of_percent
from shopstock.queries.report_query import ReportQuery

#: What is tried of the past, after so many weeks that are needed to measure from.
TRIED_DAYS = 91
#: Less history than this says nothing about ordering.
LEAST_DAYS = 70
_SERVICES = (0.70, 0.80, 0.85, 0.90, 0.925, 0.95, 0.97, 0.98, 0.99)


class Reorder(NamedTuple):
    """What to order of an item, and the sentence that says why. ``rate`` is a week's, ``lead`` in days."""

    sku: str
    name: str
    supplier: str
    order: Qty
    packs: Qty | None
    rate: Qty
    lead: Qty
    safety: Qty
    reorder_point: Qty
    order_up_to: Qty | None
    on_hand: Qty
    coming: Qty
    price: Money | None
    currency: str
    why: str


class Served(NamedTuple):
    """A point of the shop's own curve: what this service would have needed in stock; ``which`` marks two of them."""

    money: Money
    service: Qty
    which: str


class Tried(NamedTuple):
    """What a policy would have done in the past weeks; ``more`` is its stock money beside the advice, in percent."""

    policy: str
    promised: Qty | None
    achieved: Qty
    money: Money
    more: Qty | None
    items: Qty
    days: Qty


class LeadTime(NamedTuple):
    """How long a supplier took in the last year, beside what they say; ``late`` orders wait past their day now."""

    supplier: str
    orders: Qty
    days: Qty | None
    spread: Qty | None
    told: Qty | None
    on_time: Qty | None
    late: Qty


class Season(NamedTuple):
    """A week of the year: net sales this year and the same week last year, and beside the year's average week."""

    week: str
    net: Money | None
    last_year: Money | None
    factor: Qty | None


class _Measured(NamedTuple):
    rate: int
    season: int
    lead: int
    expected: int
    basis: str


def advice_for(db: Db, rows: list[LowRow]) -> list[Advice]:
    """Return the advice behind rows of what is low, in their order."""
    review = max(1, settings.load(db).order_review_days)
    usual = settings.load(db).lead_time_days
    measured = {
        item: _Measured._make(figures)
        for item, *figures in db.stream("SELECT item_id, rate, season, lead, expected, basis FROM item_demand")
    }
    none = _Measured(0, 1_000, usual * 10, 0, "own")
    found = []
    for row in rows:
        of = measured.get(row.item_id, none)
        order = row.suggested if row.supplier_id is not None else row.wanted
        found.append(
            Advice(
                Qty(of.rate), of.lead, review, Qty(max(0, row.reorder_point - of.expected)), row.reorder_point,
                Qty(row.order_up_to or 0), row.on_hand, Qty(row.on_order + row.in_drafts + row.in_transit), order,
                purchasing.whole_packs(order, row.pack_qty) if row.pack_qty > QTY_SCALE and order else None,
                of.season, of.basis, row.unit,
            )
        )  # fmt: skip
    return found


def reorder(db: Db, query: ReportQuery) -> list[Reorder]:
    """Return what is at or below its reorder point and what to order of it, by supplier and name."""
    rows = low_stock.rows(db, item_id=query.item_id, levels=query.at("l.location_id"))
    found = [
        Reorder(
            row.sku, row.name, row.supplier, one.order, None if one.packs is None else Qty(one.packs * QTY_SCALE),
            replenishment.rounded(one.rate), Qty(one.lead_days * 100), one.safety, row.reorder_point, row.order_up_to,
            row.on_hand, one.on_order, row.price, row.currency, one.sentence,
        )
        for row, one in zip(rows, advice_for(db, rows), strict=True)
    ]  # fmt: skip
    return sorted(found, key=lambda row: (row.supplier == "", row.supplier, row.name, row.sku))


def _has_past(past: ordering.Past) -> bool:
    return len(np.unique(past.sales.day)) >= LEAST_DAYS


def service_curve(db: Db, query: ReportQuery) -> list[Served]:
    """Return what each service would have needed in the last weeks, by the shop's own past; nothing without one.

    Two rows are marked: what is promised now, and where the shop stood: what it served, with what it had.
    """
    past = ordering.past(db)
    chosen = settings.load(db)
    if not _has_past(past):
        return []
    terms = ordering.terms(past.goods, chosen)
    price = [0.0]
    decide = backtest.allocation(past.sales, terms, lambda _day: price[0])
    first = past.sales.days - TRIED_DAYS
    warm_up = min(int(terms.protection.max(initial=0)), TRIED_DAYS // 2)

    def run(theta: float) -> Result:
        price[0] = theta
        return backtest.simulate(past.sales, terms, first, past.sales.days, decide, warm_up)

    rows = []
    for service in sorted({*_SERVICES, chosen.order_service / 1_000}):
        result = run(backtest.price_for(service, run))
        mark = _("promised") if service == chosen.order_service / 1_000 else ""
        rows.append(Served(_money(result.money), Qty(round(result.service * 100 * QTY_SCALE)), mark))
    now = _stood(db)
    return sorted([*rows, *([now] if now is not None else [])], key=lambda row: (row.money, row.service))


def _stood(db: Db) -> Served | None:
    """Return where the shop stood in the last thirteen weeks."""
    today = clock.day_of(clock.now())
    span = report_span.Span(days.shift(today, -TRIED_DAYS), days.shift(today, -1))
    lines: int = db.value("SELECT coalesce(sum(lines), 0) FROM sales_hour WHERE day >= ? AND day <= ?", span)
    start, end = clock.start_of(span.first), clock.end_of(span.last)
    lost = 0
    for began, ended, a_week in db.rows(
        "SELECT s.started_at, s.ended_at, a.lines FROM stockout_span s JOIN item_demand a ON a.item_id = s.item_id "
        "WHERE s.ended_at IS NULL OR s.ended_at >= ?",
        (start,),
    ):
        overlap = min(end, end if ended is None else ended) - max(start, began)
        lost += max(0, overlap) * a_week // (7 * 86_400_000_000)
    served = kpi.filled(lines * 1_000, lost)
    average = kpi.average_inventory([Money(value) for _day, value in report_span.value_at_ends(db, span)])
    return None if served is None or average is None else Served(average, Qty(served), _("the shop as it was"))


def tried(db: Db, query: ReportQuery) -> list[Tried]:
    """Return the advice beside what shops do, on the shop's own past; nothing for a shop without half a year.

    The advice is calibrated only on what was past then. The others hold what the same service asks of them: min/max as
    days of cover, refreshed weekly or set once, each tuned to serve as many lines as the advice did.
    """
    past = ordering.past(db, ordering.DAYS + TRIED_DAYS)
    chosen = settings.load(db)
    if not _has_past(past):
        return []
    sales, terms = past.sales, ordering.terms(past.goods, chosen)
    first, end = sales.days - TRIED_DAYS, sales.days
    warm_up = min(int(terms.protection.max(initial=0)), TRIED_DAYS // 2)
    items = Qty(int(backtest.known(sales, first).sum()) * QTY_SCALE)
    ours, _prices = backtest.rolling(sales, terms, chosen.order_service / 1_000, first, end, warm_up)

    def same(since: int | None) -> Result:
        low, high = 0.0, 400.0
        for _step in range(backtest.STEPS):
            middle = (low + high) / 2
            found = backtest.simulate(sales, terms, first, end, backtest.cover(sales, middle, since=since), warm_up)
            low, high = (middle, high) if found.service < ours.service else (low, middle)
        return backtest.simulate(sales, terms, first, end, backtest.cover(sales, high, since=since), warm_up)

    rows = []
    for name, promised, result in (
        (_("marginal allocation (the advice)"), Qty(chosen.order_service * 100), ours),
        (_("min/max as days of cover, refreshed weekly"), None, same(None)),
        (_("min/max set once"), None, same(first)),
    ):
        more = kpi.percent(round((result.money - ours.money) * MONEY_SCALE), round(ours.money * MONEY_SCALE))
        rows.append(
            Tried(
                name, promised, Qty(round(result.service * 100 * QTY_SCALE)), _money(result.money), of_percent(more),
                items, Qty((TRIED_DAYS - warm_up) * QTY_SCALE),
            )
        )  # fmt: skip
    return rows


def _money(amount: float) -> Money:
    return Money(round(amount * MONEY_SCALE))


def lead_times(db: Db, query: ReportQuery) -> list[LeadTime]:
    """Return how long each supplier really took, the slowest first; those nobody ordered from are left out."""
    measured = ordering.lead_times(db)
    today = clock.day_of(clock.now())
    since = clock.start_of(days.shift(today, -365))
    kept: dict[int, list[int]] = {}
    for supplier, expected, came in db.rows(
        "SELECT supplier_id, expected_day, first_receipt_at FROM purchase_order "
        "WHERE sent_at >= ? AND first_receipt_at IS NOT NULL AND expected_day IS NOT NULL",
        (since,),
    ):
        figures = kept.setdefault(supplier, [0, 0])
        figures[0] += 1
        figures[1] += clock.day_of(came) <= expected
    late: dict[int, int] = dict(
        db.rows(
            "SELECT supplier_id, count(*) FROM purchase_order WHERE state IN ('sent', 'partly_received') "
            "AND expected_day < ? GROUP BY supplier_id",
            (today,),
        )
    )
    rows = []
    for id_, name, told in db.rows("SELECT id, name, lead_days FROM supplier"):
        took = measured.get(id_)
        if took is None and id_ not in late:
            continue
        total, right = kept.get(id_, (0, 0))
        rows.append(
            LeadTime(
                name, Qty((took.orders if took else 0) * QTY_SCALE),
                Qty(round(took.days * QTY_SCALE)) if took else None,
                Qty(round(took.spread * QTY_SCALE)) if took and took.orders > 1 else None,
                None if told is None else Qty(told * QTY_SCALE), of_percent(kpi.percent(right, total)),
                Qty(late.get(id_, 0) * QTY_SCALE),
            )
        )  # fmt: skip
    return sorted(rows, key=lambda row: (-(row.days or 0), row.supplier))


def seasonality(db: Db, query: ReportQuery) -> list[Season]:
    """Return this year's weeks beside the same weeks of last year; ISO weeks, so some years have 53.

    The running week is not over and stands empty; of the future nothing is known.
    """
    today = clock.to_local(clock.now()).date()
    this = today.isocalendar()
    sums: dict[tuple[int, int], int] = {}
    for day, net in db.rows(
        "SELECT day, sum(net) FROM day_total WHERE day >= ? GROUP BY day", (Day((this.year - 2) * 10_000 + 1201),)
    ):
        year, number, _weekday = days.as_date(day).isocalendar()
        sums[year, number] = sums.get((year, number), 0) + net
    full = [net for (year, _number), net in sums.items() if year == this.year - 1]
    average = sum(full) / len(full) if len(full) >= 26 else 0
    rows = []
    for week in range(1, 54):
        net, before = sums.get((this.year, week)), sums.get((this.year - 1, week))
        if net is None and before is None:
            continue
        known = net is not None and week < this.week
        rows.append(
            Season(
                f"{week:02d}", Money(net) if known and net is not None else None,
                None if before is None else Money(before),
                Qty(round(before / average * QTY_SCALE)) if before is not None and average > 0 else None,
            )
        )  # fmt: skip
    return rows
