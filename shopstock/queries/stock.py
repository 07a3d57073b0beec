"""The stock table: every item with what is on hand, where it is, what it is worth and how long it lasts.

The table is asked in two steps, so that 100,000 items open at once: :func:`ids` gives the filtered, sorted row ids from
SQL alone, :func:`page` the rows of the few that are on screen. Both answer for now or for any past moment: the closing
of the month before plus at most a month of movements, never the whole history.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from shopstock.core.text import _
from shopstock.core.units import Day, Instant, ItemId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import stock_places

RANK_DAYS = 90
#: Cover of an item that does not sell: longer than any other.
NEVER = 1 << 40


class State(StrEnum):
    """How an item stands; the first that is true counts."""

    OVERSOLD = "oversold"
    OUT = "out"
    LOW = "low"
    DUSTY = "dusty"
    IN_STOCK = "in stock"


class StockRow(NamedTuple):
    """One item. ``cover_days`` is on hand over the daily sales of the last 90 days, ``None`` without sales.

    ``value`` is ``None`` for whoever may not see costs. ``available`` is on hand less what parked sales
    hold and what is set aside.
    ``here`` is what lies at the places that the filter asks for, ``None`` while it asks for none or for the past.
    ``on_order`` is what sent purchase orders still bring, always as of now (0 when the past is asked).
    """

    item_id: ItemId
    sku: str
    name: str
    unit: str
    category: str
    on_hand: Qty
    available: Qty
    in_transit: Qty
    on_order: Qty
    value: Money | None
    last_sold_at: Instant | None
    cover_days: int | None
    abc: str
    state: State
    reorder_point: Qty | None
    price: Money
    here: Qty | None = None


class StockSummary(NamedTuple):
    """The line above the table: how many items, and what they cost together."""

    items: int
    value: Money


@dataclass(frozen=True, slots=True)
class StockFilter:
    """What the table shows.

    ``words`` are the typed words: a state ("out", "oversold", "low", "dusty", "expiring"), a class ("A"), "category
    NAME", "supplier NAME" or "place NAME" (what lies there, or in what lies in it) as one word each, anything else is
    searched in name, SKU and code. ``sort`` is a column of :class:`StockRow`; ``as_of`` a past moment, or ``None``
    for now.
    """

    words: tuple[str, ...] = ()
    sort: str = "name"
    descending: bool = False
    as_of: Instant | None = None
    dusty_days: int = 90


#: The word for items of which a lot on hand now expires within so many days, or has.
EXPIRING = "expiring"
EXPIRING_DAYS = 14
_EXPIRING = (
    "EXISTS (SELECT 1 FROM lot o JOIN lot_level v ON v.lot_id = o.id "
    "WHERE o.item_id = i.id AND v.on_hand > 0 AND o.expires > 0 AND o.expires <= ?)"
)
_SORTS = {
    "name": "i.name_key",
    "sku": "i.sku_key",
    "category": "coalesce(c.name_key, '')",
    "on_hand": "{on_hand}",
    "available": "{on_hand} - {held}",
    "in_transit": "{in_transit}",
    "on_order": "{on_order}",
    "value": "{value}",
    "last_sold_at": "coalesce(p.sold_at, 0)",
    "cover_days": "CASE WHEN coalesce(r.sold_90_days, 0) <= 0 THEN {never} ELSE {on_hand} * 90 / r.sold_90_days END",
    "abc": "coalesce(r.abc, 'C')",
    "price": "i.price",
}  # fmt: skip

_NOW = """
    SELECT l.item_id, sum(CASE WHEN o.kind = 'transit' THEN 0 ELSE l.on_hand END) AS on_hand,
           sum(CASE WHEN o.kind = 'transit' THEN l.on_hand ELSE 0 END) AS in_transit,
           sum(l.allocated + CASE WHEN o.kind = 'set_aside' THEN l.on_hand ELSE 0 END) AS held
    FROM stock_level l JOIN location o ON o.id = l.location_id {where} GROUP BY l.item_id"""

_THEN = """
    SELECT item_id, sum(CASE WHEN kind = 'transit' THEN 0 ELSE qty END) AS on_hand,
           sum(CASE WHEN kind = 'transit' THEN qty ELSE 0 END) AS in_transit,
           sum(CASE WHEN kind = 'set_aside' THEN qty ELSE 0 END) AS held, sum(value) AS value
    FROM (
        SELECT m.item_id, o.kind, m.closing_qty AS qty, m.closing_value AS value
        FROM item_month m JOIN location o ON o.id = m.location_id
        WHERE m.month = (SELECT max(b.month) FROM item_month b
                         WHERE b.item_id = m.item_id AND b.location_id = m.location_id AND b.month < ?) {month_where}
        UNION ALL
        SELECT s.item_id, o.kind, s.qty, s.value
        FROM stock_movement s JOIN location o ON o.id = s.location_id
        WHERE s.occurred_at >= ? AND s.occurred_at <= ? {movement_where}
    ) past GROUP BY item_id"""

_JOINS = {
    "f": "LEFT JOIN figures f ON f.item_id = i.id",
    "p": "LEFT JOIN item_pool p ON p.item_id = i.id",
    "r": "LEFT JOIN item_rank r ON r.item_id = i.id",
    "c": "LEFT JOIN category c ON c.id = i.category_id",
    "a": "LEFT JOIN item_demand a ON a.item_id = i.id",
    "u": "LEFT JOIN supplier u ON u.id = i.supplier_id",
    # Reads the open lines alone (a partial index), however many orders there ever were.
    "n": "LEFT JOIN (SELECT item_id, sum(open_qty) AS qty FROM purchase_order_line WHERE open_qty > 0 GROUP BY item_id)"
    " n ON n.item_id = i.id",
}
_FROM = "FROM item i " + " ".join(join for alias, join in _JOINS.items() if alias != "n")
_ON_ORDER = "(SELECT coalesce(sum(n.open_qty), 0) FROM purchase_order_line n WHERE n.item_id = i.id AND n.open_qty > 0)"


def _figures(as_of: Instant | None, ids: Sequence[int] | None) -> tuple[str, list[Any]]:
    """Return the common table of on hand, in transit, held and value, for all items or for a few."""
    marks = "" if ids is None else ", ".join("?" * len(ids))
    if as_of is None:
        figures = _NOW.format(where=f"WHERE l.item_id IN ({marks})" if ids is not None else "")
        return f"WITH figures AS ({figures})", list(ids or ())
    month = clock.day_of(as_of) // 100
    first = clock.start_of(Day(month * 100 + 1))
    figures = _THEN.format(
        month_where=f"AND m.item_id IN ({marks})" if ids is not None else "",
        movement_where=f"AND s.item_id IN ({marks})" if ids is not None else "",
    )
    few = list(ids or ())
    return f"WITH figures AS ({figures})", [month, *few, first, as_of, *few]


def _expressions(as_of: Instant | None) -> dict[str, str]:
    """Return the SQL of each figure, by its name."""
    return {
        "on_hand": "coalesce(f.on_hand, 0)",
        "in_transit": "coalesce(f.in_transit, 0)",
        "held": "coalesce(f.held, 0)",
        "value": "coalesce(p.value, 0)" if as_of is None else "coalesce(f.value, 0)",
    }


def _dusty_before(filter_: StockFilter) -> int:
    return (filter_.as_of or clock.now()) - filter_.dusty_days * 86_400_000_000


def _condition(db: Db, word: str, filter_: StockFilter) -> tuple[str, list[Any]]:
    """Turn one word of the filter line into SQL over the joined tables."""
    plain = word.strip().casefold()
    on_hand = "coalesce(f.on_hand, 0)"
    if plain == State.OVERSOLD:
        return f"{on_hand} < 0", []
    if plain == State.OUT:
        return f"{on_hand} <= 0", []
    if plain == State.LOW:
        return f"{on_hand} <= coalesce(i.reorder_point, a.reorder_at) AND {on_hand} > 0", []
    if plain == State.DUSTY:
        return f"{on_hand} > 0 AND coalesce(p.sold_at, i.created_at) < ?", [_dusty_before(filter_)]
    if plain == EXPIRING:
        return _EXPIRING, [clock.day_of(Instant(clock.now() + EXPIRING_DAYS * 86_400_000_000))]
    if plain in ("a", "b", "c"):
        return "coalesce(r.abc, 'C') = ?", [plain.upper()]
    location_ids = stock_places.meant(db, word)
    if location_ids is not None:
        return stock_places.condition(location_ids, filter_.as_of)
    for prefix, column in (("category ", "c.name_key"), ("supplier ", "u.name_key")):
        if plain.startswith(prefix):
            return f"coalesce({column}, '') LIKE ? ESCAPE '\\'", [_like(plain.removeprefix(prefix).strip()) + "%"]
    if len(plain) < 3:
        # Too short for the index of triples: the beginning of the name, of a later word in it, or of the SKU.
        begins = _like(plain) + "%"
        like = "LIKE ? ESCAPE '\\'"
        return f"(i.name_key {like} OR i.name_key {like} OR i.sku_key {like})", [begins, f"% {begins}", begins]
    if db.engine == "sqlite":
        quoted = '"' + plain.replace('"', '""') + '"'
        return "i.id IN (SELECT rowid FROM item_search WHERE item_search MATCH ?)", [quoted]
    return "i.id IN (SELECT rowid FROM item_search WHERE text ILIKE ? ESCAPE '\\')", [f"%{_like(plain)}%"]


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def ids(db: Db, filter_: StockFilter, limit: int | None = None) -> array[int]:
    """Return the ids of the items that the filter lets through, in the order it asks for; the first ``limit`` of them.

    Only the tables that filter and order name are joined: the plain list by name is read off an index, and its
    beginning comes at once however long it is.
    """
    where, order = ["i.active = 1", "i.stocked = 1"], _SORTS.get(filter_.sort, _SORTS["name"])
    params: list[Any] = []
    for word in filter_.words:
        if word.strip():
            condition, more = _condition(db, word, filter_)
            where.append(f"({condition})")
            params += more
    direction = "DESC" if filter_.descending else "ASC"
    # Of the past it is not known; what is the same for all of them leaves the order to the name.
    on_order = "coalesce(n.qty, 0)" if filter_.as_of is None else "i.stocked"
    order = f"{order.format(**_expressions(filter_.as_of), never=NEVER, on_order=on_order)} {direction}"
    asked = " AND ".join(where) + " " + order
    joins = [join for alias, join in _JOINS.items() if re.search(rf"\b{alias}\.", asked)]
    head = ""
    if _JOINS["f"] in joins:
        head, more = _figures(filter_.as_of, None)
        params = more + params
    order += "" if filter_.sort == "name" else ", i.name_key"
    found = f"SELECT i.id AS id FROM item i {' '.join(joins)} WHERE {' AND '.join(where)} ORDER BY {order}, i.id"
    if limit is not None:
        found += f" LIMIT {limit}"
    if db.engine == "sqlite":
        # As one text: with 100,000 rows the driver would give the interpreter up and take it again for each of them,
        # and the window would have to fight for its turns.
        text = db.value(f"{head} SELECT group_concat(id) FROM ({found})", params)
        return array("q", map(int, text.split(","))) if text else array("q")
    return array("q", [row[0] for row in db.rows(f"{head} {found}", params)])


def first_page(
    db: Db, filter_: StockFilter, count: int, *, with_cost: bool = True
) -> tuple[array[int], list[StockRow]]:
    """Return the first ``count`` ids and their rows: what a table shows while the rest of its ids is still read."""
    first = ids(db, filter_, count)
    return first, page(db, [ItemId(id_) for id_ in first], filter_, with_cost=with_cost)


def page(db: Db, item_ids: Sequence[ItemId], filter_: StockFilter, *, with_cost: bool = True) -> list[StockRow]:
    """Return the rows of a few items, in the order of ``item_ids``; retired ones are left out."""
    if not item_ids:
        return []
    head, params = _figures(filter_.as_of, item_ids)
    marks = ", ".join("?" * len(item_ids))
    figures = ", ".join(_expressions(filter_.as_of).values())
    on_order = _ON_ORDER if filter_.as_of is None else "0"
    here = stock_places.figure(stock_places.all_meant(db, filter_.words) if filter_.as_of is None else None)
    rows = db.rows(
        f"{head} SELECT i.id, i.sku, i.name, i.unit, coalesce(c.name, ''), {figures}, "
        f"p.sold_at, coalesce(r.sold_90_days, 0), coalesce(r.abc, 'C'), "
        f"coalesce(i.reorder_point, a.reorder_at), i.price, i.created_at, "
        f"{on_order}, {here} {_FROM} WHERE i.id IN ({marks})",
        [*params, *item_ids],
    )
    dusty_before = _dusty_before(filter_)
    by_id = {row[0]: _row(row, dusty_before, with_cost) for row in rows}
    return [by_id[item] for item in item_ids if item in by_id]


def _row(row: tuple[Any, ...], dusty_before: int, with_cost: bool) -> StockRow:
    (
        item, sku, name, unit, category, on_hand, transit, held, value, sold_at, sold, abc, point, price, created,
        on_order, here,
    ) = row  # fmt: skip
    if on_hand < 0:
        state = State.OVERSOLD
    elif on_hand == 0:
        state = State.OUT
    elif point is not None and on_hand <= point:
        state = State.LOW
    elif (sold_at or created) < dusty_before:
        state = State.DUSTY
    else:
        state = State.IN_STOCK
    cover = None if sold <= 0 else max(0, on_hand) * RANK_DAYS // sold
    return StockRow(
        item, sku, name, unit, category, on_hand, Qty(on_hand - held), transit, on_order,
        value if with_cost else None, sold_at, cover, abc, state, point, price, here,
    )  # fmt: skip


def summary(db: Db) -> StockSummary:
    """Return how many stocked items there are and what everything on hand cost."""
    found = db.row(
        "SELECT (SELECT count(*) FROM item WHERE active = 1 AND stocked = 1), "
        "(SELECT coalesce(sum(value), 0) FROM item_pool)"
    )
    assert found is not None
    return StockSummary(found[0], found[1])


def words() -> tuple[tuple[str, str], ...]:
    """Return the filter words with what they mean, for the completer under the filter line."""
    return (
        (State.OUT, _("nothing on hand")),
        (State.OVERSOLD, _("sold beyond what was booked in")),
        (State.LOW, _("at or below the reorder point")),
        (State.DUSTY, _("on hand and long unsold")),
        (EXPIRING, _("lots on hand that expire within {days} days, or have").format(days=EXPIRING_DAYS)),
        ("A", _("the few that carry most of the value")),
        ("B", _("the middle")),
        ("C", _("the long tail")),
    )


def earliest(db: Db) -> Instant | None:
    """Return the instant of the first movement, where the slider into the past begins."""
    found: Instant | None = db.value("SELECT min(occurred_at) FROM document")
    return found
