"""What speaks about a variance: documents since the item was counted last, what is not posted yet, where else it lies.

Reads the movements of one item, of the last 120 days at most, so that it costs the same in an old shop.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from shopstock.core.acting import Acting, Permission
from shopstock.core.movements import MovementKind
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import Instant, ItemId, LocationId, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import place_paths

_REACH_US = 120 * 86_400 * 1_000_000
_MOST = 40


class What(StrEnum):
    """What a row of evidence is."""

    DOCUMENT = "document"
    SOLD = "sold"
    PARKED = "parked"
    ON_ITS_WAY = "on_its_way"
    BEING_RECEIVED = "being_received"
    ELSEWHERE = "elsewhere"
    OPPOSITE = "opposite"


class Row(NamedTuple):
    """One row. ``kind`` and ``number`` are those of a document; ``name`` says who or what, ``place`` where.

    ``at`` is when, ``None`` for what is so now. ``qty`` is signed as it moved.
    """

    what: What
    kind: str
    number: str
    name: str
    place: str
    qty: Qty
    at: Instant | None
    document_id: int | None


def rows(db: Db, acting: Acting, line_id: int) -> list[Row]:
    """Return what speaks about a line of a closed count, what is closest to its variance in size first."""
    acting.require(Permission.POST_COUNT)
    line = db.row(
        "SELECT count_id, item_id, location_id, ledger_position, variance, counted_at FROM count_line WHERE id = ?",
        (line_id,),
    )
    if line is None:
        raise Refused(_("There is no such line any more."))
    count_id, item_id, place, position, variance, counted_at = line
    since = _since(db, item_id, place, count_id, counted_at)
    paths = place_paths.paths(db)
    found = [
        *_documents(db, item_id, position, since, paths),
        *_not_posted(db, item_id, paths),
        *_others(db, line_id, count_id, item_id, place, paths),
    ]
    found.sort(key=lambda row: (row.what is What.SOLD, abs(abs(row.qty) - abs(variance)), -(row.at or clock.now())))
    return found[:_MOST]


def _since(db: Db, item_id: ItemId, place: LocationId, count_id: int, counted_at: int) -> int:
    last = db.value(
        "SELECT max(l.counted_at) FROM count_line l WHERE l.item_id = ? AND l.location_id = ? AND l.count_id <> ? "
        "AND l.state = 'posted' AND l.counted_at < ?",
        (item_id, place, count_id, counted_at),
    )
    return int(max(last or 0, counted_at - _REACH_US))


def _documents(db: Db, item_id: ItemId, position: int, since: int, paths: dict[LocationId, str]) -> list[Row]:
    found: list[Row] = []
    sold = 0
    for kind, document_kind, prefix, number, party, place, qty, at, document_id in db.rows(
        "SELECT m.kind, d.kind, s.prefix, d.number, d.party, m.location_id, m.qty, m.occurred_at, d.id "
        "FROM stock_movement m JOIN document d ON d.id = m.document_id JOIN station s ON s.id = d.station_id "
        "WHERE m.item_id = ? AND m.occurred_at >= ? AND m.qty <> 0 AND m.id <= ? "
        "ORDER BY m.occurred_at DESC, m.id DESC",
        (item_id, since, position),
    ):
        if kind == MovementKind.SALE:
            sold += qty
        elif len(found) < _MOST:
            found.append(
                Row(What.DOCUMENT, document_kind, f"{prefix}-{number}", party, paths.get(place, ""), Qty(qty), at,
                    document_id)
            )  # fmt: skip
    if sold:
        found.append(Row(What.SOLD, "", "", "", "", Qty(sold), Instant(since), None))
    return found


def _not_posted(db: Db, item_id: ItemId, paths: dict[LocationId, str]) -> list[Row]:
    return [
        Row(What(what), "", number, name, paths.get(place, ""), Qty(qty), at, None)
        for what, number, name, place, qty, at in db.rows(
            "SELECT 'parked', '', p.label, a.location_id, -a.qty, p.parked_at FROM allocation a "
            "JOIN parked_sale p ON p.id = a.parked_id WHERE a.item_id = ? AND a.qty <> 0 UNION ALL "
            "SELECT 'on_its_way', 'T-' || t.number, '', t.to_id, l.dispatched_qty - l.arrived_qty - l.damaged_qty "
            "- l.lost_qty - l.came_back_qty, t.dispatched_at FROM transfer_line l JOIN transfer t "
            "ON t.id = l.transfer_id WHERE l.item_id = ? AND t.state IN ('dispatched', 'partly_arrived') "
            "AND l.dispatched_qty > l.arrived_qty + l.damaged_qty + l.lost_qty + l.came_back_qty UNION ALL "
            "SELECT 'being_received', d.reference, COALESCE(s.name, ''), d.location_id, sum(n.qty), d.started_at "
            "FROM delivery_scan n JOIN delivery d ON d.id = n.delivery_id LEFT JOIN supplier s ON s.id = d.supplier_id "
            "WHERE n.item_id = ? AND d.state = 'open' GROUP BY d.id, d.reference, s.name, d.location_id, d.started_at",
            (item_id, item_id, item_id),
        )
    ]


def _others(
    db: Db, line_id: int, count_id: int, item_id: ItemId, place: LocationId, paths: dict[LocationId, str]
) -> list[Row]:  # fmt: skip
    """Return where else the item lies, and other lines of the count that are off by as much the other way."""
    found = [
        Row(What.ELSEWHERE, "", "", "", paths.get(where, ""), Qty(qty), None, None)
        for where, qty in db.rows(
            "SELECT location_id, on_hand FROM stock_level WHERE item_id = ? AND location_id <> ? AND on_hand <> 0",
            (item_id, place),
        )
    ]
    found += [
        Row(What.OPPOSITE, "", sku, name, paths.get(where, ""), Qty(qty), None, None)
        for sku, name, where, qty in db.rows(
            "SELECT i.sku, i.name, o.location_id, o.variance FROM count_line l JOIN count_line o "
            "ON o.count_id = l.count_id AND o.id <> l.id AND o.variance = -l.variance JOIN item i ON i.id = o.item_id "
            "WHERE l.id = ? AND l.variance <> 0 ORDER BY i.name LIMIT 5",
            (line_id,),
        )
    ]
    return found
