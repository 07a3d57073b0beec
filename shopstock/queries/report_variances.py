"""What the variance log comes to: accuracy by place, person and month, what recurs, actions, the first count."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from shopstock.core import counting
from shopstock.core.counting import Accuracy
from shopstock.core.text import _
from shopstock.core.units import QTY_SCALE, Day, Instant, Money, Qty
from shopstock.core.write_offs import Purpose
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import causes, place_paths
from shopstock.queries.report_query import ReportQuery

_POSTED = (
    "FROM count_line l JOIN stock_count c ON c.id = l.count_id JOIN item i ON i.id = l.item_id "
    "WHERE l.state = 'posted' AND c.opening = 0 AND c.ended_at >= ? AND c.ended_at < ?"
)


def _asked(query: ReportQuery) -> tuple[str, list[Any]]:
    """Return the lines that are asked for, as SQL, and its parameters."""
    at, places_asked = query.at("l.location_id")
    item, items = ("", []) if query.item_id is None else (" AND l.item_id = ?", [query.item_id])
    return f"{_POSTED}{at}{item}", [query.start, query.end, *places_asked, *items]


class AccurateBy(NamedTuple):
    """How right the records were of one place, person or month; as in the report by class."""

    by: str
    of: str
    lines: Qty
    right: Qty
    records: Qty | None
    low: Qty | None
    high: Qty | None
    gross: Qty | None
    net: Qty | None


def accuracy_by(db: Db, query: ReportQuery) -> list[AccurateBy]:
    """Return the three figures by class, place, person and month."""
    condition, values = _asked(query)
    rows = db.rows(
        "SELECT l.abc, l.location_id, p.name, c.ended_at, l.hit, l.book_value, l.value "
        + condition.replace("FROM count_line l", "FROM count_line l JOIN person p ON p.id = l.counted_by", 1),
        values,
    )
    paths = place_paths.paths(db)
    sums: defaultdict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    # By the month a count was posted in, as the period goes by it too: one asked for holds no other's lines.
    months = {ended: clock.to_local(ended).strftime("%Y-%m") for _a, _l, _p, ended, *_figures in rows}
    for abc, place, person, ended, hit, book, off in rows:
        for rank, (by, of) in enumerate((
            (_("Class"), abc), (_("Place"), paths.get(place, "")), (_("Person"), person),
            (_("Month"), months[ended]),
        )):  # fmt: skip
            told = sums[rank, by, of]
            for number, figure in enumerate((1, hit, book, abs(off), off)):
                told[number] += figure
    return [
        _accurate(by, of, counting.accuracy(told[0], told[1], Money(told[2]), Money(told[3]), Money(told[4])))
        for (_rank, by, of), told in sorted(sums.items())
    ]


def _accurate(by: str, of: str, told: Accuracy) -> AccurateBy:
    figures = (*(told.records or (None, None, None)), told.gross, told.net)
    share, low, high, gross, net = (None if one is None else Qty(one * QTY_SCALE // 100) for one in figures)
    return AccurateBy(
        by, of, Qty(told.lines * QTY_SCALE), Qty(told.hits * QTY_SCALE), share, low, high, gross, net
    )  # fmt: skip


class Recurring(NamedTuple):
    """Something that was off more than once: how often, by how much in money, and when last."""

    by: str
    of: str
    times: Qty
    net: Money
    gross: Money
    last: Day


def recurrences(db: Db, query: ReportQuery) -> list[Recurring]:
    """Return the items, people, suppliers, places and causes with two variances or more, the dearest first."""
    condition, values = _asked(query)
    condition = condition.replace(
        "WHERE", "JOIN person p ON p.id = l.counted_by LEFT JOIN supplier s ON s.id = i.supplier_id WHERE", 1
    )
    paths, words = place_paths.paths(db), causes.names_of(db, Purpose.COUNT)
    found: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for sku, name, person, supplier, place, cause, value, day in db.rows(
        "SELECT i.sku, i.name, p.name, COALESCE(s.name, ''), l.location_id, l.cause, l.value, l.day "
        f"{condition} AND l.variance <> 0 AND l.hit = 0", values,
    ):  # fmt: skip
        # Items may share a name, the others cannot.
        for by, of, own in (
            (_("Item"), name, sku), (_("Counted by"), person, ""), (_("Supplier"), supplier, ""),
            (_("Place"), paths.get(place, ""), ""), (_("Root cause"), str(words.get(cause, cause)), ""),
        ):  # fmt: skip
            if of:
                told = found[by, of, own]
                told[:] = [told[0] + 1, told[1] + value, told[2] + abs(value), max(told[3], day)]
    rows = [
        Recurring(by, f"{of} ({own})" if own else of, Qty(times * QTY_SCALE), Money(net), Money(gross), Day(last))
        for (by, of, own), (times, net, gross, last) in found.items()
        if times > 1
    ]
    return sorted(rows, key=lambda row: (row.by, -row.gross, row.of))


class ActionRow(NamedTuple):
    """A corrective action; ``state`` says whether it is open, late, kept or was kept late."""

    action_id: Qty
    action: str
    sku: str
    name: str
    cause: str
    owner: str
    due: Day
    state: str
    done: Day | None
    outcome: str


def actions(db: Db, query: ReportQuery) -> list[ActionRow]:
    """Return the corrective actions that stood in the period, whenever decided: the open ones first, by due day."""
    today, words = clock.day_of(clock.now()), causes.names_of(db, Purpose.COUNT)
    item, items = ("", []) if query.item_id is None else (" AND a.item_id = ?", [query.item_id])
    return [
        ActionRow(
            Qty(id_ * QTY_SCALE), action, sku, name, str(words.get(cause, cause)), owner, due,
            action_state(due, done, today), None if done is None else clock.day_of(Instant(done)), outcome,
        )
        for id_, action, sku, name, cause, owner, due, done, outcome in db.rows(
            "SELECT a.id, a.action, COALESCE(i.sku, ''), COALESCE(i.name, ''), COALESCE(l.cause, a.cause), p.name, "
            "a.due_day, a.done_at, a.outcome FROM count_action a JOIN person p ON p.id = a.owner_id "
            "LEFT JOIN item i ON i.id = a.item_id LEFT JOIN count_line l ON l.id = a.line_id "
            f"WHERE (a.done_at IS NULL OR a.done_at >= ?) AND a.made_at < ?{item} "
            "ORDER BY CASE WHEN a.done_at IS NULL THEN 0 ELSE 1 END, a.due_day, a.id",
            (query.start, query.end, *items),
        )
    ]  # fmt: skip


def action_state(due: Day, done: int | None, today: Day) -> str:
    """Say how an action stands."""
    if done is None:
        return _("late") if due < today else _("open")
    return _("kept") if clock.day_of(Instant(done)) <= due else _("kept late")


class Opened(NamedTuple):
    """What the first count of a shop showed about an item; ``finding`` says what is the matter."""

    finding: str
    sku: str
    name: str
    place: str
    counted: Qty
    expected: Qty
    value: Money
    told: str


_DEAD_DAYS = 180


def opening(db: Db, query: ReportQuery) -> list[Opened]:
    """Return what first counts found: shrinkage against earlier records, goods out of place, goods nobody buys.

    Goods are called dead that were not sold for 180 days, as far back as the shop's records of sales reach: while they
    reach less far (from the first sale on record, else the count), nothing can be said, and nothing is.
    """
    at, places_asked = query.at("l.location_id")
    paths = place_paths.paths(db)
    now = clock.now()
    long_ago = now - _DEAD_DAYS * 86_400 * 1_000_000
    first_sale = db.value("SELECT occurred_at FROM document WHERE kind = 'sale' ORDER BY occurred_at LIMIT 1")
    found = []
    for sku, name, place, counted, expected, off, value, home, sold, cost, ended in db.rows(
        "SELECT i.sku, i.name, l.location_id, l.counted, l.expected, l.variance, l.value, h.location_id, "
        "(SELECT max(m.occurred_at) FROM stock_movement m WHERE m.item_id = l.item_id AND m.kind = 'sale'), "
        "COALESCE(l.unit_cost_given, i.supplier_cost, i.standard_cost, 0), c.ended_at FROM count_line l "
        "JOIN stock_count c ON c.id = l.count_id JOIN item i ON i.id = l.item_id "
        "LEFT JOIN home_place h ON h.item_id = l.item_id AND h.shop_id = c.shop_id "
        f"WHERE c.opening = 1 AND l.state = 'posted' AND c.ended_at >= ? AND c.ended_at < ?{at} ORDER BY i.name, l.id",
        (query.start, query.end, *places_asked),
    ):
        row = (sku, name, paths.get(place, ""), Qty(counted), Qty(expected))
        if off < 0:
            found.append(Opened(_("Shrinkage"), *row, Money(value), _("less than the records before said")))
        if counted > 0 and home is not None and home != place:
            told = _("belongs to {place}").format(place=paths.get(home, ""))
            found.append(Opened(_("Out of place"), *row, Money(0), told))
        told_back_to = min(ended, now if first_sale is None else first_sale)
        if counted > 0 and told_back_to <= long_ago and (sold is None or sold < long_ago):
            worth = Money(cost * counted // 1_000)
            told = _("never sold") if sold is None else _("last sold {day}").format(
                day=clock.to_local(Instant(sold)).strftime("%Y-%m-%d")
            )  # fmt: skip
            found.append(Opened(_("Dead stock"), *row, worth, told))
    return sorted(found, key=lambda one: (one.finding, -abs(one.value), one.name))
