"""Keep the advice on what to order: demand measured anew every day, the price of service, advice that is put off.

Derived figures like the ranks, not books: rebuilt from the daily summaries in small transactions, so that no sale
waits. An item's own reorder point always stands before the advice.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import numpy as np

from shopstock.core import backtest, names, replenishment, stock_plan
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Changes, Refused
from shopstock.core.settings import Settings
from shopstock.core.stock_plan import Demand, Floats
from shopstock.core.text import _
from shopstock.core.units import QTY_SCALE, Day, ItemId
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.queries import ordering, settings
from shopstock.services.events import Event, log

TOPICS = frozenset({"advice"})
ROWS_A_TRANSACTION = 1_000
#: What is tried to say what a promise really brought.
TRIED_DAYS = 56
#: A shop that sold on fewer days of the half year has no past to calibrate on.
LEAST_DAYS = 70
MOST_SKIPPED_DAYS = 366
SERVICES = (500, 999)
_LARGEST = 10**12


def is_due(db: Db) -> bool:
    """Tell whether the advice is from another day than today."""
    return bool(db.value("SELECT value FROM setting WHERE key = 'demand_on'") != str(clock.day_of(clock.now())))


def refresh(db: Db) -> Changes:
    """Measure the demand of every item, find the price of service, and store what follows: when to order, up to what.

    Returns the items whose advice changed.
    """
    past = ordering.past(db)
    chosen = settings.load(db)
    goods, sales = past.goods, past.sales
    today = clock.day_of(clock.now())
    if not chosen.order_advice or not goods.ids:
        with transaction(db):
            db.run("DELETE FROM item_demand")
            _remember(db, demand_on=today)
        return Changes(topics=TOPICS)
    measured = stock_plan.measure(sales, sales.days, category=goods.category, first_day=goods.first_day)
    terms = ordering.terms(goods, chosen)
    season = ordering.season(db, goods, round(float(terms.protection.max(initial=0))))
    ahead = Demand(
        measured.rate * season, measured.before, measured.spread * season, measured.lines * season, measured.borrowed
    )
    promise = chosen.order_service / 1_000
    if len(np.unique(sales.day)) >= LEAST_DAYS:
        theta = backtest.calibrated(sales, terms, promise, sales.days)
        first = sales.days - TRIED_DAYS
        tried, _prices = backtest.rolling(sales, terms, promise, first, sales.days, TRIED_DAYS // 4)
        achieved: Any = round(tried.service * 1_000) if tried.lines else ""
    else:
        theta, achieved = _by_the_model(ahead, terms, promise), ""
    rows = _rows(past, ahead, season, terms, theta, chosen, today)
    changed = _store(db, rows)
    with transaction(db):  # last: what was broken off is due again
        _remember(db, demand_on=today, order_theta=repr(theta), order_achieved=achieved)
    return Changes(items=changed, topics=TOPICS)


def choose_service(db: Db, acting: Acting, per_mille: int) -> Changes:
    """Promise another share of the demand lines, and advise anew by it; raise ``Refused`` outside 50 to 99.9 %."""
    acting.require(Permission.EDIT_SETTINGS)
    if not SERVICES[0] <= per_mille <= SERVICES[1]:
        raise Refused(_("Choose a service between 50 and 99.9 %."))
    with transaction(db):
        _remember(db, order_service=per_mille)
        log(db, Event.SERVICE_CHOSEN, f"{per_mille / 10:g} %", acting=acting)
    return refresh(db)


def skip(db: Db, acting: Acting, item_id: ItemId, days: int, reason: str) -> Changes:
    """Advise nothing on an item for so many days, and remember why."""
    acting.require(Permission.ORDER)
    said = names.label(reason)
    if not 1 <= days <= MOST_SKIPPED_DAYS:
        raise Refused(_("Skip the advice for 1 to {most} days.").format(most=MOST_SKIPPED_DAYS))
    until = clock.as_day(clock.to_local(clock.now()) + timedelta(days=days))
    with transaction(db):
        sku = db.value("SELECT sku FROM item WHERE id = ?", (item_id,))
        if sku is None:
            raise Refused(_("This item is not in the catalogue any more. Look it up again."))
        db.run(
            "INSERT INTO advice_skip (item_id, until_day, reason, person_id, at) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (item_id) DO UPDATE SET until_day = excluded.until_day, reason = excluded.reason, "
            "person_id = excluded.person_id, at = excluded.at",
            (item_id, until, said, acting.person_id, clock.now()),
        )
        log(db, Event.ADVICE_SKIPPED, f"{sku}: {said}", acting=acting)
    return Changes(items=frozenset({item_id}), topics=TOPICS)


def resume(db: Db, acting: Acting, item_id: ItemId) -> Changes:
    """Advise on an item again at once."""
    acting.require(Permission.ORDER)
    with transaction(db):
        db.run("DELETE FROM advice_skip WHERE item_id = ?", (item_id,))
    return Changes(items=frozenset({item_id}), topics=TOPICS)


def _by_the_model(demand: Demand, terms: backtest.Terms, promise: float) -> float:
    """Return the price of service at which the measured demand would be served so, where there is no past to try."""
    low, high = math.log(backtest.DEAREST), math.log(backtest.CHEAPEST)
    for _step in range(40):
        middle = (low + high) / 2
        level = stock_plan.levels(demand, terms.cost, terms.protection, terms.lead_sd, math.exp(middle))
        if stock_plan.promised(demand, level, terms.protection, terms.lead_sd) < promise:
            high = middle
        else:
            low = middle
    return math.exp(low)


def _rows(
    past: ordering.Past, demand: Demand, season: Floats, terms: backtest.Terms, theta: float, chosen: Settings,
    today: Day,
) -> list[tuple[Any, ...]]:  # fmt: skip
    goods = past.goods
    level = stock_plan.levels(demand, terms.cost, terms.protection, terms.lead_sd, theta)
    expected = demand.rate * terms.protection / 7
    whole = np.where(goods.whole, np.ceil(level - 1e-9), level)
    # Ordering at or below it: of pieces, the last one that is enough is not low yet.
    at = np.where(goods.whole, whole - 1, whole)
    economic = _economic(demand, terms, chosen)
    up_to = np.maximum(whole, at + np.maximum(np.maximum(economic, goods.pack), goods.minimum))

    def stored(figures: Floats) -> list[int]:
        return [int(one) for one in np.minimum(np.rint(np.maximum(figures, 0) * QTY_SCALE), _LARGEST)]

    columns = [stored(one) for one in (demand.rate, demand.before, demand.spread, demand.lines, season)]
    leads, expecteds, ats, ups = (
        [int(one) for one in np.rint(goods.lead * 10)],
        stored(expected),
        stored(at),
        stored(up_to),
    )
    rows: list[tuple[Any, ...]] = []
    for index, item in enumerate(goods.ids):
        asked = whole[index] > 0
        basis = "category" if demand.borrowed[index] else "own"
        rows.append(
            (
                item, *(column[index] for column in columns), basis, leads[index], expecteds[index],
                ats[index] if asked else None, ups[index] if asked else None, today,
            )
        )  # fmt: skip
    return rows


def _economic(demand: Demand, terms: backtest.Terms, chosen: Settings) -> Floats:
    holding = terms.cost * max(chosen.carrying_rate_percent, 1) / 100
    if not chosen.order_cost:
        return np.zeros(len(holding))
    return np.array(
        [
            replenishment.economic_order_quantity(float(rate) * 52, chosen.order_cost, float(cost))
            for rate, cost in zip(demand.rate, holding, strict=True)
        ]
    )


_COLUMNS = (
    "item_id", "rate", "before", "spread", "lines", "season", "basis", "lead", "expected", "reorder_at", "order_up_to",
    "made_on",
)  # fmt: skip


def _store(db: Db, rows: list[tuple[Any, ...]]) -> frozenset[ItemId]:
    """Write what changed, take away what is not advised on any more; return the items that are ordered otherwise."""
    before = {row[0]: row for row in db.stream(f"SELECT {', '.join(_COLUMNS)} FROM item_demand")}
    gone = sorted(set(before) - {row[0] for row in rows})
    changed = [row for row in rows if before.get(row[0], ())[1:-1] != row[1:-1]]
    update = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
    for start in range(0, len(changed), ROWS_A_TRANSACTION):
        with transaction(db):
            db.run_many(
                f"INSERT INTO item_demand ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) "
                f"ON CONFLICT (item_id) DO UPDATE SET {update}",
                changed[start : start + ROWS_A_TRANSACTION],
            )
    with transaction(db):
        db.run_many("DELETE FROM item_demand WHERE item_id = ?", [(item,) for item in gone])
    return frozenset({ItemId(row[0]) for row in changed} | {ItemId(item) for item in gone})


def _remember(db: Db, **figures: object) -> None:
    db.run_many(
        "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [(name, str(value)) for name, value in figures.items()],
    )
