"""What ordering is decided from: sales by day, days out of stock, costs, and how long suppliers really take.

Arrays for :mod:`shopstock.core.stock_plan` and :mod:`shopstock.core.backtest`: quantities in stock units, money in
whole currency, days counted from the first of the history. Only items that are kept in stock and sold now.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np

from shopstock.core import backtest, stock_plan
from shopstock.core import days as days_
from shopstock.core.settings import Settings
from shopstock.core.stock_plan import Floats, Ints, Sales
from shopstock.core.units import MONEY_SCALE, QTY_SCALE, ItemId
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import settings

#: Half a year: thirteen weeks to measure, and thirteen to try it on.
DAYS = 182
#: A supplier's lead time is measured from this many orders of a year on.
LEAST_ORDERS = 3
_CHUNK = 50_000


class Goods(NamedTuple):
    """The items, in the order of the arrays: what they cost, where they come from, since when they are there.

    ``lead`` is in days, ``first_day`` counts in the history, ``whole`` tells pieces from what is weighed.
    """

    ids: list[ItemId]
    cost: Floats
    category: Ints
    lead: Floats
    lead_sd: Floats
    pack: Floats
    minimum: Floats
    first_day: Ints
    whole: Any
    measured_lead: Any


class Lead(NamedTuple):
    """How long a supplier took: orders measured, mean and standard deviation in days."""

    orders: int
    days: float
    spread: float


class Past(NamedTuple):
    """The history of the shop that ordering goes by: ``end`` is the day after the last (today, which is not over)."""

    goods: Goods
    sales: Sales
    end: date


_GOODS = """
    SELECT i.id, coalesce(i.category_id, 0), i.unit, i.created_at, i.supplier_id, coalesce(p.qty, 0),
           coalesce(p.value, 0), coalesce(p.last_cost_qty, 0), coalesce(p.last_cost_value, 0), i.supplier_cost,
           i.standard_cost, i.price
    FROM item i LEFT JOIN item_pool p ON p.item_id = i.id WHERE i.active = 1 AND i.stocked = 1 ORDER BY i.id"""

_SOLD = """
    SELECT d.item_id, d.day, d.sold_qty, d.lines FROM item i JOIN item_day d ON d.item_id = i.id
    WHERE i.active = 1 AND i.stocked = 1 AND d.day >= ? AND d.day < ? AND d.sold_qty > 0"""


def past(db: Db, days: int = DAYS) -> Past:
    """Read the last so many days up to yesterday, and the items as they are."""
    end = clock.to_local(clock.now()).date()
    start = end - timedelta(days=days)
    goods = _goods(db, start)
    sales = _sales(db, goods, start, days)
    # What stood in the catalogue before the shop's first day could not be sold yet.
    opened: Any = db.value("SELECT min(day) FROM day_total")
    opened_on = days if opened is None else (days_.as_date(opened) - start).days
    first = np.minimum(np.maximum(goods.first_day, opened_on), _first_sold(sales))
    return Past(goods._replace(first_day=first), sales, end)


def terms(goods: Goods, chosen: Settings) -> backtest.Terms:
    """Return how the items are bought, for a backtest."""
    return backtest.Terms(
        goods.cost, np.rint(goods.lead).astype(np.int64), goods.lead_sd, np.maximum(goods.pack, goods.minimum),
        max(1, chosen.order_review_days),
    )  # fmt: skip


def lead_times(db: Db) -> dict[int, Lead]:
    """Return how long each supplier took from an order sent to its first goods receipt, in the last year."""
    since = clock.start_of(clock.as_day(clock.to_local(clock.now()) - timedelta(days=365)))
    found: dict[int, list[float]] = {}
    for supplier, sent, came in db.rows(
        "SELECT supplier_id, sent_at, first_receipt_at FROM purchase_order "
        "WHERE sent_at >= ? AND first_receipt_at >= sent_at",
        (since,),
    ):
        found.setdefault(supplier, []).append((came - sent) / 86_400_000_000)
    return {
        supplier: Lead(len(days), float(np.mean(days)), float(np.std(days, ddof=1)) if len(days) > 1 else 0.0)
        for supplier, days in found.items()
    }


def season(db: Db, goods: Goods, ahead: int) -> Floats:
    """Return for each item what its category sold in the coming days a year ago, beside the weeks before them.

    1 where there is no such year. Compared 364 days back, so that weekdays meet, also in a year of 53 weeks.
    """
    today = clock.to_local(clock.now()).date() - timedelta(days=364)
    width, past_days = max(stock_plan.SEASON_DAYS, ahead), 7 * stock_plan.WEEKS
    groups = int(goods.category.max(initial=0)) + 1
    row: Any = db.row("SELECT min(day) FROM day_total")
    if row is None or row[0] is None or row[0] > days_.as_day(today - timedelta(days=past_days)):
        return np.ones(len(goods.ids))
    then, coming = (
        _lines_by_category(db, first, first + timedelta(days=length), groups) / length
        for first, length in ((today - timedelta(days=past_days), past_days), (today, width))
    )
    return stock_plan.season(then, coming, past_days)[goods.category]


def _lines_by_category(db: Db, first: date, end: date, groups: int) -> Floats:
    counted = np.zeros(groups)
    for category, lines in db.rows(
        "SELECT coalesce(i.category_id, 0), sum(d.lines) FROM item i JOIN item_day d ON d.item_id = i.id "
        "WHERE i.active = 1 AND i.stocked = 1 AND d.day >= ? AND d.day < ? GROUP BY coalesce(i.category_id, 0)",
        (days_.as_day(first), days_.as_day(end)),
    ):
        if category < groups:
            counted[category] = lines
    return counted


def _goods(db: Db, start: date) -> Goods:
    usual = settings.load(db).lead_time_days
    measured = lead_times(db)
    own_lead: dict[int | None, int] = dict(db.rows("SELECT id, lead_days FROM supplier WHERE lead_days IS NOT NULL"))
    sold_by: dict[int, dict[int, tuple[int, int, int | None]]] = {}
    for item, supplier, pack, minimum, lead in db.stream(
        "SELECT x.item_id, x.supplier_id, x.pack_qty, x.minimum_qty, x.lead_days FROM supplier_item x "
        "JOIN supplier s ON s.id = x.supplier_id WHERE x.active = 1 AND s.active = 1 ORDER BY x.item_id, x.supplier_id"
    ):
        sold_by.setdefault(item, {})[supplier] = (pack, minimum, lead)
    ids: list[ItemId] = []
    rows: list[tuple[float, int, float, float, float, float, int, bool, bool]] = []
    for item, category, unit, created, supplier, qty, value, last_qty, last_value, bought, standard, price in db.stream(
        _GOODS
    ):
        sellers = sold_by.get(item, {})
        by = supplier if supplier is not None else next(iter(sellers), None)
        pack, minimum, item_lead = sellers.get(by, (QTY_SCALE, 0, None)) if by is not None else (QTY_SCALE, 0, None)
        took = measured.get(by) if by is not None else None
        enough = took is not None and took.orders >= LEAST_ORDERS
        if took is not None and enough:
            lead, spread = took.days, took.spread
        else:
            told = item_lead if item_lead is not None else own_lead.get(by)
            lead, spread = float(usual if told is None else told), 0.0
        if qty > 0 and value > 0:
            cost = value / qty
        elif last_qty > 0:
            cost = last_value / last_qty
        else:
            cost = (bought or standard or price / 2) / QTY_SCALE
        ids.append(ItemId(item))
        rows.append(
            (
                max(cost * QTY_SCALE / MONEY_SCALE, 1e-4), category, lead, spread, max(pack, 1) / QTY_SCALE,
                minimum / QTY_SCALE, (clock.to_local(created).date() - start).days, unit == "piece", enough,
            )
        )  # fmt: skip
    columns = list(zip(*rows, strict=True)) if rows else [()] * 9
    numbers = [np.array(column, dtype=float) for column in columns]
    return Goods(
        ids, numbers[0], numbers[1].astype(np.int64), numbers[2], numbers[3], numbers[4], numbers[5],
        numbers[6].astype(np.int64), numbers[7] > 0, numbers[8] > 0,
    )  # fmt: skip


def _sales(db: Db, goods: Goods, start: date, days: int) -> Sales:
    place = {item: index for index, item in enumerate(goods.ids)}
    numbered = {days_.as_day(start + timedelta(days=number)): number for number in range(days)}
    parts: list[Any] = []
    chunk: list[tuple[int, int, int, int]] = []
    for item, day, qty, lines in db.stream(_SOLD, (days_.as_day(start), days_.as_day(start + timedelta(days=days)))):
        chunk.append((place[item], numbered[day], qty, lines))
        if len(chunk) == _CHUNK:
            parts.append(np.array(chunk, dtype=np.int64))
            chunk = []
    parts.append(np.array(chunk, dtype=np.int64).reshape(len(chunk), 4))
    table = np.concatenate(parts)
    table = table[np.argsort(table[:, 1], kind="stable")]
    return Sales(
        len(place), days, table[:, 0], table[:, 1], table[:, 2] / QTY_SCALE, np.maximum(table[:, 3], 1).astype(float),
        _out(db, place, start, days),
    )  # fmt: skip


def _out(db: Db, place: dict[ItemId, int], start: date, days: int) -> Any:
    """Tell for each item and day whether it was out of stock all day."""
    out = np.zeros((len(place), days), dtype=bool)
    since = clock.start_of(days_.as_day(start))

    def day_number(at: int) -> int:
        return (clock.to_local(at).date() - start).days  # type: ignore[arg-type]

    for item, began, ended in db.stream(
        "SELECT item_id, started_at, ended_at FROM stockout_span WHERE ended_at IS NULL OR ended_at >= ?", (since,)
    ):
        index = place.get(item)
        if index is not None:
            first = max(0, day_number(began) + 1)
            out[index, first : days if ended is None else max(first, day_number(ended))] = True
    return out


def _first_sold(sales: Sales) -> Ints:
    first = np.full(sales.items, sales.days, dtype=np.int64)
    np.minimum.at(first, sales.item, sales.day)
    return first
