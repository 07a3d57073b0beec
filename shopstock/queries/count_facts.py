"""What the detective reads about the variances of a closed count: set queries over the days since each was counted.

Costs grow with the lines that are off and what moved of them in 120 days, not with the age of the shop.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from shopstock.core import purchasing
from shopstock.core.detective import DAY_US, Facts, Off, Receipt, Waiting
from shopstock.core.likeness import Goods
from shopstock.core.movements import MovementKind
from shopstock.core.text import _
from shopstock.core.units import Instant, ItemId, LocationId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import place_paths

_REACH_US = 120 * DAY_US
_SOON_DAYS = 3
_AT_ONCE = 500
_MOST_LINES, _MOST_NEAR = 5_000, 60


def of_count(db: Db, count_id: int) -> dict[int, Facts]:
    """Return the facts of every line of a count that needs a root cause, by line.

    The most valuable come first, and no more than people can look at: who has thousands of variances has another
    trouble than any of them.
    """
    wanted_lines = {
        line_id
        for (line_id,) in db.rows(
            "SELECT id FROM count_line WHERE count_id = ? AND state = 'explain' ORDER BY abs(value) DESC, id LIMIT ?",
            (count_id, _MOST_LINES),
        )
    }
    rows = db.rows(
        "SELECT id, item_id, location_id, variance, expected, counted, counted_at, hit, "
        "CASE WHEN variance = 0 THEN 0 ELSE value * 1000 / variance END FROM count_line "
        "WHERE count_id = ? AND variance <> 0 ORDER BY id",
        (count_id,),
    )
    paths = place_paths.paths(db)
    goods = _goods(db, sorted({row[1] for row in rows}))
    offs = {
        id_: Off(
            goods[item], place, paths.get(place, ""), Qty(off), Qty(expected), Qty(counted), Money(value), Instant(at)
        )
        for id_, item, place, off, expected, counted, at, _hit, value in rows
    }
    wanted = sorted({one.goods.id for id_, one in offs.items() if id_ in wanted_lines})
    since, counted = _since(db, wanted, count_id), _counted(db, wanted, count_id)
    receipts, sold, sales = _moved(db, wanted, since, max((one.counted_at for one in offs.values()), default=0))
    shop_of: dict[LocationId, LocationId] = dict(db.rows("SELECT id, COALESCE(shop_id, id) FROM location"))
    waiting, elsewhere = _waiting(db, wanted), _elsewhere(db, wanted, paths)
    before, spoils = _short_before(db, wanted, count_id), _expires(db, wanted)
    said = _Confirmed(db, wanted)
    dear = Money(db.value(
        "SELECT COALESCE(max(cost), 0) FROM (SELECT value * 1000 / qty AS cost FROM item_pool WHERE qty > 0 "
        "ORDER BY 1 LIMIT (SELECT count(*) * 9 / 10 FROM item_pool WHERE qty > 0)) t"
    ))  # fmt: skip
    near = _Near(tuple(offs.values()))
    found = {}
    for id_, one in offs.items():
        if id_ not in wanted_lines:
            continue
        item = one.goods.id
        other_places = {place: told for place, told in elsewhere[item].items() if (item, place) not in counted}
        found[id_] = Facts(
            one, near.of(one), tuple(receipts[item]),
            tuple(what for place, what in waiting[item] if shop_of[place] == shop_of[one.location_id]),
            Qty(sold[item]), sales[item],
            other_places, before[item], item in spoils, dear, said.item[item],
            said.category[one.goods.category_id] - said.item[item],
            said.supplier[one.goods.supplier_id] - said.item[item],
        )  # fmt: skip
    return found


class _Near:
    """The other lines that may have to do with one: of the same item, off by as much the other way, or of its kind."""

    def __init__(self, lines: Sequence[Off]) -> None:
        self._by_item: defaultdict[ItemId, list[Off]] = defaultdict(list)
        self._by_variance: defaultdict[int, list[Off]] = defaultdict(list)
        self._by_price: defaultdict[tuple[int, Money], list[Off]] = defaultdict(list)
        self._by_category: defaultdict[int | None, list[Off]] = defaultdict(list)
        for one in lines:
            self._by_price[one.variance, one.goods.price].append(one)
            self._by_item[one.goods.id].append(one)
            self._by_variance[one.variance].append(one)
            self._by_category[one.goods.category_id].append(one)

    def of(self, line: Off) -> tuple[Off, ...]:
        """Return the lines that may have to do with ``line``, each once."""
        found: dict[int, Off] = {}
        for others in (
            self._by_item[line.goods.id], self._by_price[-line.variance, line.goods.price],
            self._by_variance[-line.variance], self._by_category[line.goods.category_id],
        ):  # fmt: skip
            for other in others[:_MOST_NEAR]:
                found.setdefault(id(other), other)
        found.pop(id(line), None)
        return tuple(found.values())


def _chunks(items: Sequence[ItemId]) -> list[tuple[str, Sequence[ItemId]]]:
    return [
        (", ".join("?" * len(items[start : start + _AT_ONCE])), items[start : start + _AT_ONCE])
        for start in range(0, len(items), _AT_ONCE)
    ]


def _rows(db: Db, items: Sequence[ItemId], sql: str, *more: Any) -> list[tuple[Any, ...]]:
    """Ask for rows of items, a part of them at a time; ``{}`` stands for their marks, ``more`` comes after them."""
    return [row for marks, few in _chunks(items) for row in db.rows(sql.format(marks), (*few, *more))]


def _goods(db: Db, items: Sequence[ItemId]) -> dict[ItemId, Goods]:
    packs: defaultdict[ItemId, set[int]] = defaultdict(set)
    code: dict[ItemId, str] = {}
    for item, text, qty in _rows(
        db, items, "SELECT item_id, code, qty FROM item_code WHERE item_id IN ({}) AND retired_at IS NULL ORDER BY id"
    ):
        if qty == 1_000:
            code.setdefault(item, text)
        packs[item].add(qty)
    for item, qty in _rows(db, items, "SELECT item_id, pack_qty FROM supplier_item WHERE item_id IN ({})"):
        packs[item].add(qty)
    return {
        item: Goods(
            item, sku, name, code.get(item, ""), price, category, supplier,
            tuple(Qty(qty) for qty in sorted(packs[item]) if qty > 1_000),
        )
        for item, sku, name, price, category, supplier in _rows(
            db, items, "SELECT id, sku, name, price, category_id, supplier_id FROM item WHERE id IN ({})"
        )
    }  # fmt: skip


def _since(db: Db, items: Sequence[ItemId], count_id: int) -> dict[tuple[ItemId, LocationId], int]:
    counted = (
        "SELECT item_id, location_id, max(counted_at) FROM count_line WHERE item_id IN ({}) AND count_id <> ? "
        "AND state = 'posted' GROUP BY item_id, location_id"
    )
    return {(item, place): at for item, place, at in _rows(db, items, counted, count_id)}


def _counted(db: Db, items: Sequence[ItemId], count_id: int) -> set[tuple[ItemId, LocationId]]:
    """Return where this count has looked for the items: what the book has there was found, or is off by itself."""
    looked = "SELECT item_id, location_id FROM count_line WHERE item_id IN ({}) AND count_id = ?"
    return {(item, place) for item, place in _rows(db, items, looked, count_id)}


def _moved(
    db: Db, items: Sequence[ItemId], since: dict[tuple[ItemId, LocationId], int], until: int
) -> tuple[defaultdict[ItemId, list[Receipt]], Counter[ItemId], Counter[ItemId]]:  # fmt: skip
    receipts: defaultdict[ItemId, list[Receipt]] = defaultdict(list)
    sold: Counter[ItemId] = Counter()
    sales: Counter[ItemId] = Counter()
    for item, place, kind, document_id, prefix, number, party, qty, at, ordered in _rows(
        db, items,
        "SELECT m.item_id, m.location_id, m.kind, m.document_id, s.prefix, d.number, d.party, m.qty, m.occurred_at, "
        "(SELECT max(m.qty + p.qty - p.received_qty) FROM order_receipt r "
        "JOIN purchase_order_line p ON p.id = r.order_line_id WHERE r.line_id = m.line_id) "
        "FROM stock_movement m JOIN document d ON d.id = m.document_id JOIN station s ON s.id = d.station_id "
        f"WHERE m.item_id IN ({{}}) AND m.kind IN ('{MovementKind.GOODS_RECEIPT}', '{MovementKind.SALE}') "
        "AND m.occurred_at >= ? AND m.occurred_at <= ? ORDER BY m.occurred_at, m.id", until - _REACH_US, until,
    ):  # fmt: skip
        if at < since.get((item, place), 0):
            continue
        if kind == MovementKind.GOODS_RECEIPT and qty > 0:
            receipts[item].append(
                Receipt(document_id, f"{prefix}-{number}", party, Qty(qty), Instant(at), ordered, place)
            )
        elif kind == MovementKind.SALE:
            sold[item] -= qty
            sales[item] += 1
    return receipts, sold, sales


def _waiting(db: Db, items: Sequence[ItemId]) -> defaultdict[ItemId, list[tuple[LocationId, Waiting]]]:
    found: defaultdict[ItemId, list[tuple[LocationId, Waiting]]] = defaultdict(list)
    words = {
        "parked": _("The parked sale {name}"), "sent": _("Transfer {name}"), "packed": _("Transfer {name}"),
        "delivery": _("The delivery {name}"), "ordered": _("What order {name} waits for"),
        "write_off": _("The write-off {name}"),
    }  # fmt: skip
    causes = {"ordered": "receiving_error", "write_off": "unrecorded_damage"}
    for what, sql in (
        ("parked", "SELECT a.item_id, a.location_id, -a.qty, p.label FROM allocation a JOIN parked_sale p "
                   "ON p.id = a.parked_id WHERE a.item_id IN ({})"),
        ("sent", "SELECT l.item_id, t.to_id, l.dispatched_qty - l.arrived_qty - l.damaged_qty - l.lost_qty "
                 "- l.came_back_qty, 'T-' || t.number FROM transfer_line l JOIN transfer t ON t.id = l.transfer_id "
                 "WHERE l.item_id IN ({}) AND t.state IN ('dispatched', 'partly_arrived')"),
        ("packed", "SELECT n.item_id, t.from_id, -sum(n.qty), 'T-' || t.number FROM transfer_scan n JOIN transfer t "
                   "ON t.id = n.transfer_id WHERE n.item_id IN ({}) AND t.state = 'requested' "
                   "GROUP BY n.item_id, t.from_id, t.number"),
        ("delivery", "SELECT n.item_id, d.location_id, sum(n.qty), d.reference FROM delivery_scan n JOIN delivery d "
                     "ON d.id = n.delivery_id WHERE n.item_id IN ({}) AND d.state = 'open' "
                     "GROUP BY n.item_id, d.location_id, d.id, d.reference"),
        ("ordered", "SELECT l.item_id, o.location_id, l.open_qty, o.number FROM purchase_order_line l "
                    "JOIN purchase_order o ON o.id = l.order_id WHERE l.item_id IN ({}) AND l.open_qty > 0"),
        ("write_off", "SELECT x.item_id, x.location_id, -sum(x.qty), w.note FROM write_off_scan x JOIN write_off w "
                      "ON w.id = x.write_off_id WHERE x.item_id IN ({}) AND w.state IN ('open', 'waiting') "
                      "GROUP BY x.item_id, x.location_id, w.id, w.note"),
    ):  # fmt: skip
        for item, place, qty, name in _rows(db, items, sql):
            told = words[what].format(name=purchasing.order_number(name) if what == "ordered" else name).strip()
            moves, cause = what in ("sent", "packed"), causes.get(what, "data_entry")
            found[item].append((place, Waiting(Qty(int(qty)), told, moves, cause)))
    return found


def _elsewhere(
    db: Db, items: Sequence[ItemId], paths: dict[LocationId, str]
) -> defaultdict[ItemId, dict[LocationId, tuple[str, Qty]]]:
    found: defaultdict[ItemId, dict[LocationId, tuple[str, Qty]]] = defaultdict(dict)
    for item, place, qty in _rows(
        db, items, "SELECT item_id, location_id, on_hand FROM stock_level WHERE item_id IN ({}) AND on_hand > 0"
    ):
        found[item][place] = (paths.get(place, ""), Qty(qty))
    return found


def _short_before(db: Db, items: Sequence[ItemId], count_id: int) -> Counter[ItemId]:
    return Counter(
        dict(
            _rows(
                db, items,
                "SELECT item_id, count(*) FROM count_line WHERE item_id IN ({}) AND count_id <> ? AND variance < 0 "
                "AND cause IN ('', 'theft', 'unknown') "
                "AND hit = 0 AND state = 'posted' GROUP BY item_id", count_id,
            )
        )
    )  # fmt: skip


def _expires(db: Db, items: Sequence[ItemId]) -> set[ItemId]:
    soon = clock.as_day(clock.to_local(clock.now()) + timedelta(days=_SOON_DAYS))
    return {
        item
        for (item,) in _rows(
            db, items,
            "SELECT DISTINCT l.item_id FROM lot l JOIN lot_level v ON v.lot_id = l.id WHERE l.item_id IN ({}) "
            "AND l.expires > 0 AND l.expires <= ? AND v.on_hand > 0", soon,
        )
    }  # fmt: skip


class _Confirmed:
    """How often people gave each cause before: by item, and by the category and the supplier of these items."""

    def __init__(self, db: Db, items: Sequence[ItemId]) -> None:
        self.item: defaultdict[ItemId, Counter[str]] = defaultdict(Counter)
        self.category: defaultdict[int | None, Counter[str]] = defaultdict(Counter)
        self.supplier: defaultdict[int | None, Counter[str]] = defaultdict(Counter)
        for item, category, supplier, cause, times in db.rows(
            "SELECT l.item_id, i.category_id, i.supplier_id, l.cause, count(*) FROM count_line l "
            "JOIN item i ON i.id = l.item_id WHERE l.state = 'posted' AND l.cause <> '' AND l.day >= ? "
            "GROUP BY l.item_id, i.category_id, i.supplier_id, l.cause",
            (clock.as_day(clock.to_local(clock.now()) - timedelta(days=730)),),
        ):
            self.item[item][cause] += times
            if category is not None:
                self.category[category][cause] += times
            if supplier is not None:
                self.supplier[supplier][cause] += times
