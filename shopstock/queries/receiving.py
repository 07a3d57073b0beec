"""Deliveries: what is being received, how far each is, what is expected, and what posting one settled.

What goods cost is left out for whoever may not see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from shopstock.core import purchasing
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import DocumentRef, Refused
from shopstock.core.purchasing import OrderState
from shopstock.core.receiving import Basis, Condition, DeliveryRow, DeliveryState, RowState, Step
from shopstock.core.text import _
from shopstock.core.units import Day, DocumentId, Instant, ItemId, LocationId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import delivery_lines
from shopstock.queries.delivery_lines import Expected, Price


class OpenDelivery(NamedTuple):
    """A delivery that somebody began; ``orders`` are their numbers, empty without an order."""

    id: int
    supplier: str
    orders: tuple[str, ...]
    reference: str
    step: Step
    counted: Qty
    ordered: Qty
    started_at: Instant
    started_by: str
    last_at: Instant | None


class ExpectedOrder(NamedTuple):
    """An order whose goods are expected; ``delivery_id`` is the delivery in which it is being received already."""

    order_id: int
    number: str
    state: OrderState
    supplier_id: int
    supplier: str
    sent_at: Instant | None
    expected_day: Day | None
    late: bool
    lines: int
    open_qty: Qty
    shipped_qty: Qty
    delivery_id: int | None


class DeliveryOrder(NamedTuple):
    """An order that a delivery is received against."""

    order_id: int
    number: str
    state: OrderState
    sent_at: Instant | None
    expected_day: Day | None


class DeliveryLine(NamedTuple):
    """One item of a delivery: ``row`` says how it stands.

    ``code`` is its first code, empty when it has none. ``pack_qty`` is the order's, ``orders`` the numbers of those
    that name it. ``price`` is what one stock unit costs in the delivery's currency (``None`` for who may not see it, or
    when nobody knows); ``price_asked`` says that it must be entered or confirmed. ``photos`` are attachments.
    """

    item_id: ItemId
    sku: str
    name: str
    unit: str
    code: str
    pack_qty: Qty
    tracks: str
    active: int
    orders: tuple[str, ...]
    row: DeliveryRow
    price: Money | None
    price_typed: bool
    price_asked: bool
    photos: tuple[int, ...]


class Scan(NamedTuple):
    """One count. ``item_id`` is ``None`` for a code that belongs to no item."""

    id: int
    key: str
    item_id: ItemId | None
    code: str
    qty: Qty
    condition: Condition
    lot: str
    expires: Day | None
    location_id: LocationId | None
    attachment_id: int | None
    note: str
    person: str
    station: str
    at: Instant


class Charge(NamedTuple):
    """Freight or duty known with the delivery; ``shares`` by hand as stored (JSON by item)."""

    id: int
    name: str
    amount: Money
    basis: Basis
    shares: str


class Progress(NamedTuple):
    """The sums of a delivery: quantities, lines of the orders, how many are complete, rows that ask for a decision."""

    counted: Qty
    ordered: Qty
    lines: int
    complete: int
    to_look_at: int


class Delivery(NamedTuple):
    """A delivery with everything that its screen shows. ``charges`` are empty for who may not see costs."""

    id: int
    key: str
    state: DeliveryState
    step: Step
    supplier_id: int | None
    supplier: str
    location_id: LocationId
    location: str
    currency: str
    rate: int
    reference: str
    note: str
    started_at: Instant
    started_by: str
    orders: tuple[DeliveryOrder, ...]
    rows: tuple[DeliveryLine, ...]
    unknown: tuple[tuple[str, Qty], ...]
    charges: tuple[Charge, ...]
    progress: Progress
    last_scan: Scan | None
    documents: tuple[DocumentRef, ...]


class Settled(NamedTuple):
    """What was sold before it arrived: ``more`` is by how much its cost changed (negative: less).

    ``more`` is ``None`` for who may not see costs.
    """

    item_id: ItemId
    name: str
    qty: Qty
    more: Money | None


def open_deliveries(db: Db) -> list[OpenDelivery]:
    """Return the deliveries that are being received, the newest first."""
    rows = db.rows(
        "SELECT d.id, COALESCE(s.name, ''), d.reference, d.step, d.started_at, p.name, "
        "COALESCE((SELECT SUM(c.qty) FROM delivery_scan c WHERE c.delivery_id = d.id), 0), "
        "COALESCE((SELECT SUM(l.open_qty + l.shipped_qty) FROM delivery_order o JOIN purchase_order_line l "
        "ON l.order_id = o.order_id WHERE o.delivery_id = d.id), 0), "
        "(SELECT MAX(c.at) FROM delivery_scan c WHERE c.delivery_id = d.id) "
        "FROM delivery d JOIN person p ON p.id = d.started_by LEFT JOIN supplier s ON s.id = d.supplier_id "
        "WHERE d.state = 'open' ORDER BY d.id DESC"
    )
    numbers: dict[int, list[str]] = {}
    for delivery_id, number in db.rows(
        "SELECT o.delivery_id, p.number FROM delivery_order o JOIN delivery d ON d.id = o.delivery_id "
        "JOIN purchase_order p ON p.id = o.order_id WHERE d.state = 'open' ORDER BY p.number"
    ):
        numbers.setdefault(delivery_id, []).append(purchasing.order_number(number))
    return [
        OpenDelivery(
            id_, supplier, tuple(numbers.get(id_, ())), reference, Step(step), Qty(counted), Qty(ordered), started,
            person, last,
        )
        for id_, supplier, reference, step, started, person, counted, ordered, last in rows
    ]  # fmt: skip


def expected_orders(db: Db) -> list[ExpectedOrder]:
    """Return the orders whose goods are expected, the one that is due first at the top."""
    today = clock.day_of(clock.now())
    rows = db.rows(
        "SELECT o.id, o.number, o.state, o.supplier_id, s.name, o.sent_at, o.expected_day, COUNT(l.id), "
        "SUM(l.open_qty), SUM(l.shipped_qty), (SELECT MIN(d.id) FROM delivery d JOIN delivery_order x "
        "ON x.delivery_id = d.id WHERE x.order_id = o.id AND d.state = 'open') "
        "FROM purchase_order o JOIN supplier s ON s.id = o.supplier_id JOIN purchase_order_line l "
        "ON l.order_id = o.id AND (l.open_qty > 0 OR l.shipped_qty > 0) "
        "WHERE o.state IN ('sent', 'partly_received') "
        "GROUP BY o.id, o.number, o.state, o.supplier_id, s.name, o.sent_at, o.expected_day "
        "ORDER BY COALESCE(o.expected_day, 99999999), o.number"
    )
    return [
        ExpectedOrder(
            id_, purchasing.order_number(number), OrderState(state), supplier_id, supplier, sent, day,
            day is not None and day < today, lines, Qty(open_qty), Qty(shipped), delivery_id,
        )
        for id_, number, state, supplier_id, supplier, sent, day, lines, open_qty, shipped, delivery_id in rows
    ]  # fmt: skip


def delivery(db: Db, acting: Acting, delivery_id: int) -> Delivery:
    """Return a delivery as it stands; raise ``Refused`` when there is none."""
    head = db.row(
        "SELECT d.id, d.key, d.state, d.step, d.supplier_id, COALESCE(s.name, ''), d.location_id, l.name, d.currency, "
        "d.rate, d.reference, d.note, d.started_at, p.name FROM delivery d JOIN location l ON l.id = d.location_id "
        "JOIN person p ON p.id = d.started_by LEFT JOIN supplier s ON s.id = d.supplier_id WHERE d.id = ?",
        (delivery_id,),
    )
    if head is None:
        raise Refused(_("There is no such delivery any more. Look at the list again."))
    expected = delivery_lines.expected(db, delivery_id)
    piles = delivery_lines.piles(db, delivery_id)
    compared = delivery_lines.compared(db, delivery_id, expected, piles)
    unknown = tuple(delivery_lines.unknown_codes(db, delivery_id))
    may_see = acting.may(Permission.SEE_COST)
    rows = _rows(db, head, expected, compared, may_see)
    progress = Progress(
        Qty(sum(row.counted for row in compared) + sum(qty for _code, qty in unknown)),
        Qty(sum(row.ordered for row in compared)),
        sum(1 for row in compared if row.ordered),
        sum(1 for row in compared if row.ordered and row.state == RowState.COMPLETE),
        sum(1 for row in compared if row.to_decide) + len(unknown),
    )
    charges = tuple(
        Charge(id_, name, amount, Basis(basis), shares)
        for id_, name, amount, basis, shares in db.rows(
            "SELECT id, name, amount, basis, shares FROM delivery_charge WHERE delivery_id = ? ORDER BY id",
            (delivery_id,),
        )
    )
    last = _scans(db, "c.delivery_id = ? ORDER BY c.id DESC LIMIT 1", (delivery_id,))
    return Delivery._make((
        head[0], head[1], DeliveryState(head[2]), Step(head[3]), *head[4:], _orders(db, delivery_id), rows, unknown,
        charges if may_see else (), progress, last[0] if last else None, documents_of(db, delivery_id),
    ))  # fmt: skip


def _orders(db: Db, delivery_id: int) -> tuple[DeliveryOrder, ...]:
    return tuple(
        DeliveryOrder(id_, purchasing.order_number(number), OrderState(state), sent, day)
        for id_, number, state, sent, day in db.rows(
            "SELECT p.id, p.number, p.state, p.sent_at, p.expected_day FROM delivery_order o "
            "JOIN purchase_order p ON p.id = o.order_id WHERE o.delivery_id = ? ORDER BY p.number",
            (delivery_id,),
        )
    )


def _rows(
    db: Db, head: Sequence[Any], expected: Sequence[Expected], compared: Sequence[DeliveryRow], may_see: bool
) -> tuple[DeliveryLine, ...]:
    by_item: dict[ItemId, list[Expected]] = {}
    for one in expected:
        by_item.setdefault(one.line.item_id, []).append(one)
    typed = delivery_lines.own_prices(db, head[0])
    unordered = {row.item_id: row.counted for row in compared if row.item_id not in by_item and row.counted}
    usual = delivery_lines.usual_prices(db, head[4], head[8], head[9], unordered)
    cards = _cards(db, head[0], [row.item_id for row in compared])
    photos: dict[int, list[int]] = {}
    for item_id, photo in db.rows(
        "SELECT item_id, attachment_id FROM delivery_scan WHERE delivery_id = ? AND attachment_id IS NOT NULL "
        "ORDER BY id",
        (head[0],),
    ):
        photos.setdefault(item_id, []).append(photo)
    rows = []
    for row in compared:
        lines = by_item.get(row.item_id, [])
        own = typed.get(row.item_id)
        price: Price | None
        if own is not None:
            price = Price(own[0], head[9], own[1])
        elif lines:
            price = min((Price(one.price, one.rate, one.zero_confirmed) for one in lines), key=lambda p: p.known)
        else:
            price = usual.get(row.item_id)
        coming = row.good_in + row.set_aside > 0
        sku, name, unit, tracks, active, code, pack = cards[row.item_id]
        rows.append(
            DeliveryLine(
                row.item_id, sku, name, unit, code, pack, tracks, active, tuple(one.number for one in lines), row,
                price.price if price is not None and may_see else None, own is not None,
                coming and (price is None or not price.known), tuple(photos.get(row.item_id, ())),
            )
        )  # fmt: skip
    return tuple(rows)


def _cards(db: Db, delivery_id: int, ids: Sequence[ItemId]) -> dict[int, tuple[str, str, str, str, int, str, Qty]]:
    """Return (sku, name, unit, tracks, active, first code, pack) of items."""
    packs: dict[int, int] = dict(
        db.rows(
            "SELECT l.item_id, MAX(l.pack_qty) FROM delivery_order o JOIN purchase_order_line l "
            "ON l.order_id = o.order_id WHERE o.delivery_id = ? GROUP BY l.item_id",
            (delivery_id,),
        )
    )
    found: dict[int, tuple[str, str, str, str, int, str, Qty]] = {}
    for start in range(0, len(ids), 500):
        few = ids[start : start + 500]
        for row in db.rows(
            "SELECT i.id, i.sku, i.name, i.unit, i.tracks, i.active, COALESCE((SELECT c.code FROM item_code c "
            "WHERE c.item_id = i.id AND c.retired_at IS NULL ORDER BY c.qty <> 1000, c.id LIMIT 1), '') FROM item i "
            f"WHERE i.id IN ({', '.join('?' * len(few))})",
            few,
        ):
            found[row[0]] = (*row[1:], Qty(packs.get(row[0], 1000)))
    return found


def changes_since(db: Db, delivery_id: int, scan_id: int = 0) -> list[Scan]:
    """Return the counts after ``scan_id``, by whomever, in the order of counting; all of them from 0."""
    return _scans(db, "c.delivery_id = ? AND c.id > ? ORDER BY c.id", (delivery_id, scan_id))


def _scans(db: Db, where: str, params: Sequence[int]) -> list[Scan]:
    return [
        Scan._make((*row[:5], Condition(row[5]), *row[6:]))
        for row in db.rows(
            "SELECT c.id, c.key, c.item_id, c.code, c.qty, c.condition, c.lot, c.expires, c.location_id, "
            "c.attachment_id, c.note, p.name, s.name, c.at FROM delivery_scan c JOIN person p ON p.id = c.person_id "
            f"JOIN station s ON s.id = c.station_id WHERE {where}",
            params,
        )
    ]


def documents_of(db: Db, delivery_id: int) -> tuple[DocumentRef, ...]:
    """Return the documents that posting a delivery made."""
    return tuple(
        DocumentRef(DocumentId(id_), kind, f"{prefix}-{number}")
        for id_, kind, prefix, number in db.rows(
            "SELECT d.id, d.kind, s.prefix, d.number FROM delivery_document x JOIN document d ON d.id = x.document_id "
            "JOIN station s ON s.id = d.station_id WHERE x.delivery_id = ? ORDER BY d.id",
            (delivery_id,),
        )
    )


def settled(db: Db, acting: Acting, document_ids: Sequence[DocumentId]) -> list[Settled]:
    """Return what these documents settled of goods that were sold before they arrived, by item."""
    if not document_ids:
        return []
    may_see = acting.may(Permission.SEE_COST)
    marks = ", ".join("?" * len(document_ids))
    return [
        Settled(item_id, name, Qty(qty), Money(more) if may_see else None)
        for item_id, name, qty, more in db.rows(
            "SELECT m.item_id, i.name, SUM(c.qty), -SUM(m.value) FROM stock_movement m "
            "JOIN consumption c ON c.movement_id = m.id JOIN item i ON i.id = m.item_id "
            f"WHERE m.document_id IN ({marks}) AND m.kind = 'cost_adjustment' GROUP BY m.item_id, i.name "
            "ORDER BY m.item_id",
            list(document_ids),
        )
    ]
