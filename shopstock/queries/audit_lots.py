"""Prove the lots: each level is what its movements add up to, and the lots of an item are on hand where they lie."""

from __future__ import annotations

from collections.abc import Iterator

from shopstock.db.connection import Db
from shopstock.queries.audit_streams import Finding

_LEVELS = (
    "SELECT lot_id, location_id, SUM(level), SUM(moved) FROM ("
    "SELECT lot_id, location_id, on_hand AS level, 0 AS moved FROM lot_level UNION ALL "
    "SELECT lot_id, location_id, 0, qty FROM lot_movement) both_sides "
    "GROUP BY lot_id, location_id HAVING SUM(level) <> SUM(moved) OR SUM(level) < 0 ORDER BY lot_id, location_id"
)
_TOO_MANY = (
    "SELECT o.item_id, l.location_id, SUM(l.on_hand), MAX(COALESCE(s.on_hand, 0)) FROM lot_level l "
    "JOIN lot o ON o.id = l.lot_id LEFT JOIN stock_level s ON s.item_id = o.item_id AND s.location_id = l.location_id "
    "GROUP BY o.item_id, l.location_id "
    "HAVING SUM(l.on_hand) > CASE WHEN MAX(COALESCE(s.on_hand, 0)) > 0 THEN MAX(COALESCE(s.on_hand, 0)) ELSE 0 END "
    "ORDER BY o.item_id, l.location_id"
)
# A count may say of what lot something is, and a reversal may take lots off that are gone, beyond what they move.
_STRAY = (
    "SELECT v.movement_id, MIN(m.qty), SUM(v.qty) FROM lot_movement v JOIN lot o ON o.id = v.lot_id "
    "JOIN stock_movement m ON m.id = v.movement_id JOIN document_line l ON l.id = m.line_id GROUP BY v.movement_id "
    "HAVING MIN(m.item_id) <> MIN(o.item_id) OR MAX(m.item_id) <> MAX(o.item_id) "
    "OR MIN(m.location_id) <> MIN(v.location_id) OR MAX(m.location_id) <> MAX(v.location_id) "
    "OR (MIN(l.kind) NOT IN ('count', 'reversal') AND "
    "(ABS(SUM(v.qty)) > ABS(MIN(m.qty)) OR SUM(CASE WHEN (v.qty < 0) = (m.qty < 0) THEN 0 ELSE 1 END) > 0)) "
    "ORDER BY v.movement_id"
)


def check(db: Db) -> Iterator[Finding]:
    """Yield every level, place and movement of lots that disagrees."""
    for lot_id, place, level, moved in db.stream(_LEVELS):
        yield "lot_level", f"lot {lot_id} at {place}", f"on_hand is {level}, its movements add up to {moved}"
    for item_id, place, lots, on_hand in db.stream(_TOO_MANY):
        yield "lot_level", f"item {item_id} at {place}", f"its lots add up to {lots}, on hand are {on_hand}"
    for movement_id, qty, lots in db.stream(_STRAY):
        yield "lot_movement", f"movement {movement_id}", f"it moved {qty}, of lots {lots}; or another item or place"
