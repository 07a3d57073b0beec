"""What is on its way: transfers, goods that suppliers shipped, anything else; and what of it waits for somebody.

The quantities of an item on its way sum to what is on hand of it at the place of kind ``transit``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from shopstock.core import purchasing
from shopstock.core.acting import Acting, Permission
from shopstock.core.transfers import TransferState
from shopstock.core.units import Day, Instant, ItemId, LocationId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import places, report_stock, settings, transfers
from shopstock.queries.transfers import Head


class Why(StrEnum):
    """Why goods are on their way."""

    TRANSFER = "transfer"
    ORDER = "order"
    OTHER = "other"


class InTransit(NamedTuple):
    """Goods on their way.

    ``id`` is the transfer's, the order's or the document's (0: of no known one), ``number`` as people know it. A
    supplier stands in ``from_place``, and has no ``from_id``. ``days`` is how long they have been under way. ``short``:
    everything else was counted. ``value`` is ``None`` for who may not see costs.
    """

    why: Why
    id: int
    number: str
    from_id: LocationId | None
    from_place: str
    to_id: LocationId | None
    to_place: str
    item_id: ItemId
    sku: str
    name: str
    unit: str
    qty: Qty
    value: Money | None
    dispatched_at: Instant | None
    expected_day: Day | None
    days: int
    overdue: bool
    short: bool


class Attention(NamedTuple):
    """How many transfers wait for somebody, in all shops or in the one asked about.

    ``to_pack`` are asked for from it, ``to_unpack`` are on their way to it, ``overdue`` should have arrived, ``short``
    miss goods that nobody has decided about. ``waiting`` is what a badge shows: each transfer once.
    """

    to_pack: int
    to_unpack: int
    overdue: int
    short: int
    waiting: int


_OPEN = "t.state NOT IN ('arrived', 'cancelled')"
_LEVELS = (
    "SELECT l.item_id, l.location_id, l.on_hand, o.kind FROM stock_level l JOIN location o ON o.id = l.location_id "
    "WHERE l.item_id IN (SELECT m.item_id FROM stock_level m JOIN location t ON t.id = m.location_id "
    "AND t.kind = 'transit' WHERE m.on_hand <> 0{only}) ORDER BY l.item_id, l.location_id"
)
_TRANSFERS = (
    "SELECT l.item_id, t.id, l.dispatched_qty - l.arrived_qty - l.damaged_qty - l.lost_qty - l.came_back_qty "
    f"FROM transfer t JOIN transfer_line l ON l.transfer_id = t.id WHERE {_OPEN} "
    "AND l.dispatched_qty - l.arrived_qty - l.damaged_qty - l.lost_qty - l.came_back_qty > 0 ORDER BY t.id, l.line_no"
)
_ORDERS = (
    "SELECT l.item_id, o.id, o.number, s.name, o.location_id, o.expected_day, l.shipped_qty, "
    "(SELECT MAX(d.occurred_at) FROM order_receipt r JOIN document_line x ON x.id = r.line_id "
    "JOIN document d ON d.id = x.document_id JOIN location p ON p.id = x.location_id AND p.kind = 'transit' "
    "WHERE r.order_line_id = l.id AND r.qty > 0 AND x.kind <> 'transfer') "
    "FROM purchase_order_line l JOIN purchase_order o ON o.id = l.order_id JOIN supplier s ON s.id = o.supplier_id "
    "WHERE l.shipped_qty > 0 ORDER BY o.id, l.line_no"
)
# What documents of no transfer and no order sent off, less what named it when it arrived.
_OTHERS = (
    "SELECT m.item_id, d.id, s.prefix, d.number, d.reference, l.location_id, d.occurred_at, l.qty - COALESCE((SELECT "
    "SUM(a.qty) FROM document_line a WHERE a.of_line_id = l.id AND a.kind = 'transfer' AND NOT EXISTS "
    "(SELECT 1 FROM document u WHERE u.reverses_id = a.document_id)), 0) FROM stock_movement m "
    "JOIN location t ON t.id = m.location_id AND t.kind = 'transit' "
    "JOIN document_line l ON l.document_id = m.document_id AND l.id = m.line_id AND l.to_location_id = m.location_id "
    "JOIN document d ON d.id = m.document_id JOIN station s ON s.id = d.station_id "
    "WHERE m.item_id IN ({marks}) AND m.kind = 'transfer' AND l.kind = 'transfer' "
    "AND NOT EXISTS (SELECT 1 FROM transfer_document x WHERE x.document_id = d.id) "
    "AND NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = d.id) ORDER BY l.id"
)


def in_transit(db: Db, acting: Acting, item_id: ItemId | None = None) -> list[InTransit]:
    """List what is on its way, the longest under way first."""
    may_see = acting.may(Permission.SEE_COST)
    rows = listed(db, item_id)
    return rows if may_see else [row._replace(value=None) for row in rows]


def listed(db: Db, item_id: ItemId | None = None) -> list[InTransit]:
    """List what is on its way with its value, for callers that see to it who is told."""
    only, params = ("", ()) if item_id is None else (" AND m.item_id = ?", (item_id,))
    levels: dict[ItemId, list[tuple[int, bool]]] = {}
    for item, _place, on_hand, kind in db.rows(_LEVELS.format(only=only), params):
        levels.setdefault(item, []).append((on_hand, kind == "transit"))
    if not levels:
        return []
    moving = {item: sum(qty for qty, transit in held if transit) for item, held in levels.items()}
    today = clock.day_of(clock.now())
    found = [*_of_transfers(db, moving), *_of_orders(db, moving, today)]
    rest = dict(moving)
    for row in found:
        rest[row.item_id] -= row.qty
    found += _others(db, rest, today)
    cards = _cards(db, levels)
    values = _values(levels, cards, found)
    found = [
        row._replace(sku=cards[row.item_id][0], name=cards[row.item_id][1], unit=cards[row.item_id][2], value=value)
        for row, value in zip(found, values, strict=True)
    ]
    return sorted(found, key=lambda row: (-row.days, row.why, row.number, row.sku))


def _of_transfers(db: Db, items: Iterable[ItemId]) -> list[InTransit]:
    wanted = set(items)
    lines = [row for row in db.rows(_TRANSFERS) if row[0] in wanted]
    heads = {head.id: head for head in transfers.heads(db, _OPEN)} if lines else {}
    return [
        InTransit(
            Why.TRANSFER, head.id, head.number, head.from_id, head.from_place, head.to_id, head.to_place, item, "", "",
            "", qty, None, head.dispatched_at, head.expected_day, head.days or 0, head.overdue, head.unpacked,
        )
        for item, transfer_id, qty in lines
        for head in (heads[transfer_id],)
    ]  # fmt: skip


def _of_orders(db: Db, items: Iterable[ItemId], today: Day) -> list[InTransit]:
    wanted = set(items)
    lines = [row for row in db.rows(_ORDERS) if row[0] in wanted]
    known = transfers.paths(db, {row[4] for row in lines})
    return [
        InTransit(
            Why.ORDER, order_id, purchasing.order_number(number), None, supplier, place, known[place].path, item, "",
            "", "", qty, None, at, expected, _days(at, today), expected is not None and expected < today, False,
        )
        for item, order_id, number, supplier, place, expected, qty, at in lines
    ]  # fmt: skip


def _others(db: Db, rest: dict[ItemId, int], today: Day) -> list[InTransit]:
    """List what documents outside transfers and orders sent off, and what of no known document is on its way."""
    ids = sorted(item for item, qty in rest.items() if qty)
    late_after = settings.load(db).transfer_overdue_days
    lines: list[tuple[Any, ...]] = []
    for start in range(0, len(ids), 500):
        few = ids[start : start + 500]
        lines += db.rows(_OTHERS.format(marks=", ".join("?" * len(few))), few)
    known = transfers.paths(db, {row[5] for row in lines})
    found = []
    for item, document_id, prefix, number, reference, place, at, left in lines:
        part = min(left, max(0, rest[item]))
        rest[item] -= part
        if part:
            days = _days(at, today)
            found.append(
                InTransit(
                    Why.OTHER, document_id, reference or f"{prefix}-{number}", place, known[place].path, None, "", item,
                    "", "", "", Qty(part), None, at, None, days, days > late_after, False,
                )
            )  # fmt: skip
    found += [
        InTransit(
            Why.OTHER, 0, "", None, "", None, "", item, "", "", "", Qty(qty), None, None, None, 0, False, False
        )
        for item, qty in rest.items()
        if qty
    ]  # fmt: skip
    return found


def _days(at: Instant | None, today: Day) -> int:
    return 0 if at is None else transfers.days_between(clock.day_of(at), today)


def _cards(db: Db, items: Iterable[ItemId]) -> dict[ItemId, tuple[str, str, str, int]]:
    ids = sorted(items)
    found: dict[ItemId, tuple[str, str, str, int]] = {}
    for start in range(0, len(ids), 500):
        few = ids[start : start + 500]
        for row in db.rows(
            "SELECT i.id, i.sku, i.name, i.unit, COALESCE(p.value, 0) FROM item i LEFT JOIN item_pool p "
            f"ON p.item_id = i.id WHERE i.id IN ({', '.join('?' * len(few))})",
            few,
        ):
            found[row[0]] = (row[1], row[2], row[3], row[4])
    return found


def _values(
    levels: dict[ItemId, list[tuple[int, bool]]], cards: dict[ItemId, tuple[str, str, str, int]],
    rows: Sequence[InTransit],
) -> list[Money]:  # fmt: skip
    """Return the value of each row: what the item is worth in transit (as in Stock by place), split over its rows."""
    by_item: dict[ItemId, list[int]] = {}
    for number, row in enumerate(rows):
        by_item.setdefault(row.item_id, []).append(number)
    values = [Money(0)] * len(rows)
    for item, numbers in by_item.items():
        parts = report_stock.split(cards[item][3], [qty for qty, _transit in levels[item]])
        moving = sum(part for part, (_qty, transit) in zip(parts, levels[item], strict=True) if transit)
        split = report_stock.split(moving, [rows[number].qty for number in numbers])
        for number, value in zip(numbers, split, strict=True):
            values[number] = value
    return values


def overdue(db: Db) -> list[Head]:
    """List transfers that should have arrived by now, the one that is due longest first."""
    late = (head for head in transfers.heads(db, f"{_OPEN} ORDER BY t.id") if head.overdue)
    return sorted(late, key=lambda head: head.dispatched_at or head.requested_at)


def attention(db: Db, acting: Acting) -> Attention:
    """Count what waits for somebody in the shop of the acting person's place; cheap enough to ask often."""
    return _waiting(db, places.shop_of(db, acting.location_id))


def waiting_count(db: Db, shop_id: LocationId | None = None) -> int:
    """Count the transfers that wait for somebody in a shop (in any, when none is named)."""
    return _waiting(db, shop_id).waiting


def _waiting(db: Db, shop_id: LocationId | None) -> Attention:
    heads = [
        head
        for head in transfers.heads(db, _OPEN)
        if shop_id is None or shop_id in (head.from_shop_id, head.to_shop_id)
    ]
    to_pack = [head for head in heads if head.state == TransferState.REQUESTED and shop_id in (None, head.from_shop_id)]
    to_unpack = [
        head for head in heads
        if head.state != TransferState.REQUESTED and shop_id in (None, head.to_shop_id) and not head.unpacked
    ]  # fmt: skip
    late = [head for head in heads if head.overdue]
    short = [head for head in heads if head.unpacked]
    waiting = {head.id for group in (to_pack, to_unpack, late, short) for head in group}
    return Attention(len(to_pack), len(to_unpack), len(late), len(short), len(waiting))
