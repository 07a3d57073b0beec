"""Goods that are set aside: on hand and not for sale, with why, since when, and what is wanted to become of them.

Each row is what a document brought to such a place and still lies there: what left is taken off the oldest first.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from shopstock.core.acting import Acting, Permission
from shopstock.core.movements import DocumentKind
from shopstock.core.outcome import DocumentRef
from shopstock.core.returns import Outcome
from shopstock.core.text import _
from shopstock.core.units import DocumentId, Instant, ItemId, LineId, LocationId, Money, Qty, share
from shopstock.core.write_offs import Purpose
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import causes, place_paths


class Wanted(StrEnum):
    """What is wanted to become of goods that are set aside."""

    DECIDE = "decide"
    SUPPLIER = "supplier"


class SetAsideRow(NamedTuple):
    """So much of an item that a document set aside (``None``: nothing tells how it came there).

    ``why`` is the cause or note that the document gives, ``condition`` that of a returned line. ``days`` is its age.
    ``supplier`` is who delivers the item. ``value`` is its share of the pool (``None`` for who may not see costs).
    """

    item_id: ItemId
    sku: str
    name: str
    unit: str
    location_id: LocationId
    place: str
    shop_id: LocationId
    qty: Qty
    since: Instant | None
    days: int
    why: str
    condition: str
    document: DocumentRef | None
    line_id: LineId | None
    wanted: Wanted
    supplier_id: int | None
    supplier: str
    value: Money | None


_HELD = (
    "SELECT l.item_id, i.sku, i.name, i.unit, l.location_id, COALESCE(o.shop_id, o.id), l.on_hand, i.supplier_id, "
    "COALESCE(s.name, ''), COALESCE(p.qty, 0), COALESCE(p.value, 0) FROM stock_level l "
    "JOIN location o ON o.id = l.location_id AND o.kind = 'set_aside' JOIN item i ON i.id = l.item_id "
    "LEFT JOIN supplier s ON s.id = i.supplier_id LEFT JOIN item_pool p ON p.item_id = l.item_id "
    "WHERE l.on_hand > 0 ORDER BY i.name, l.item_id, l.location_id"
)
# The latest first: what left is taken off the oldest, so the latest are what lies there.
# What went back to the supplier from just this line is off it already.
_CAME = (
    "SELECT m.qty - COALESCE((SELECT SUM(b.qty) FROM document_line b WHERE b.of_line_id = m.line_id "
    "AND b.kind = 'supplier_return' AND b.location_id = m.location_id "
    "AND NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = b.document_id)), 0), "
    "m.occurred_at, d.id, d.kind, x.prefix, d.number, d.note, m.line_id, l.cause, "
    "COALESCE(r.condition, ''), COALESCE(r.outcome, ''), COALESCE(r.cause, ''), COALESCE(t.stage, '') "
    "FROM stock_movement m LEFT JOIN transfer_document t ON t.document_id = m.document_id "
    "JOIN document d ON d.id = m.document_id JOIN station x ON x.id = d.station_id "
    "JOIN document_line l ON l.id = m.line_id LEFT JOIN return_line r ON r.line_id = m.line_id "
    "WHERE m.item_id = ? AND m.location_id = ? AND m.qty > 0 "
    "AND NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = d.id) ORDER BY m.id DESC LIMIT 200"
)


class _Held(NamedTuple):
    item_id: ItemId
    sku: str
    name: str
    unit: str
    location_id: LocationId
    shop_id: LocationId
    on_hand: int
    supplier_id: int | None
    supplier: str
    pool_qty: int
    pool_value: int


def rows(db: Db, acting: Acting) -> list[SetAsideRow]:
    """Return what is set aside, by item; what has lain there longest first."""
    return listed(db, with_cost=acting.may(Permission.SEE_COST))


def listed(db: Db, *, with_cost: bool) -> list[SetAsideRow]:
    """Return the same for a report, which hides costs by itself."""
    paths = place_paths.paths(db)
    why = {of: causes.names_of(db, of) for of in Purpose}
    today = clock.to_local(clock.now()).date()
    found: list[SetAsideRow] = []
    for held in (_Held._make(row) for row in db.rows(_HELD)):
        left = held.on_hand
        mine: list[SetAsideRow] = []
        for qty, at, id_, kind, prefix, number, note, line_id, cause, condition, outcome, reason, stage in db.rows(
            _CAME, (held.item_id, held.location_id)
        ):
            taken = min(left, qty)
            if taken <= 0:
                continue
            left -= taken
            said = why[Purpose.RETURN].get(reason, reason) or why[Purpose.WRITE_OFF].get(cause, cause) or note
            if not said and kind == DocumentKind.GOODS_RECEIPT:
                said = _("Damaged on arrival")
            elif not said and stage == "arrive":
                said = _("Damaged on the way")
            mine.append(
                _row(held, paths, Qty(taken), with_cost)._replace(
                    since=Instant(at), days=(today - clock.to_local(at).date()).days, why=str(said),
                    condition=condition, document=DocumentRef(DocumentId(id_), kind, f"{prefix}-{number}"),
                    line_id=LineId(line_id),
                    wanted=Wanted.SUPPLIER if outcome == Outcome.SUPPLIER else Wanted.DECIDE,
                )
            )  # fmt: skip
            if not left:
                break
        if left:
            mine.append(_row(held, paths, Qty(left), with_cost))
        found += reversed(mine)
    return found


def _row(held: _Held, paths: dict[LocationId, str], qty: Qty, with_cost: bool) -> SetAsideRow:
    value = None
    if with_cost:
        inside = Qty(max(0, min(qty, held.pool_qty)))
        value = share(Money(held.pool_value), inside, Qty(held.pool_qty)) if inside else Money(0)
    return SetAsideRow(
        held.item_id, held.sku, held.name, held.unit, held.location_id, paths.get(held.location_id, ""), held.shop_id,
        qty, None, 0, "", "", None, None, Wanted.DECIDE, held.supplier_id, held.supplier, value,
    )  # fmt: skip
