"""What a transfer holds: lines, scans, and what the ledger says of it. Read by screens, posting and the audit alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from shopstock.core import receiving
from shopstock.core.receiving import PileKey
from shopstock.core.transfers import DAMAGED, Figures, OnItsWay, Pile, Stage
from shopstock.core.units import NO_DAY, ZERO_QTY, Day, ItemId, LineId, LocationId, Qty
from shopstock.db.connection import Db
from shopstock.queries import places

_STANDS = "NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = t.document_id)"
#: What posted documents moved of each item, by transfer: out of a reversed one nothing.
POSTED = (
    "SELECT t.transfer_id, l.item_id, "
    "SUM(CASE WHEN t.stage = 'dispatch' THEN l.qty ELSE 0 END), "
    f"SUM(CASE WHEN t.stage = 'arrive' AND l.of_line_id IS NOT NULL AND l.cause <> '{DAMAGED}' THEN l.qty ELSE 0 END), "
    f"SUM(CASE WHEN t.stage = 'arrive' AND l.of_line_id IS NOT NULL AND l.cause = '{DAMAGED}' THEN l.qty ELSE 0 END), "
    "SUM(CASE WHEN t.stage = 'arrive' AND l.of_line_id IS NULL THEN l.qty ELSE 0 END), "
    "SUM(CASE WHEN t.stage = 'lost' THEN l.qty ELSE 0 END), "
    "SUM(CASE WHEN t.stage = 'came_back' THEN l.qty ELSE 0 END) "
    f"FROM transfer_document t JOIN document_line l ON l.document_id = t.document_id WHERE {_STANDS}"
)
_LEFT = (
    "SELECT l.id, l.item_id, l.location_id, l.qty - COALESCE((SELECT SUM(a.qty) FROM document_line a "
    "JOIN transfer_document x ON x.document_id = a.document_id WHERE a.of_line_id = l.id "
    "AND NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = x.document_id)), 0) "
    "FROM transfer_document t JOIN document_line l ON l.document_id = t.document_id "
    f"WHERE t.transfer_id = ? AND t.stage = 'dispatch' AND {_STANDS} ORDER BY l.id"
)
# Of which lots a dispatched line and all that came of it left how much in transit.
_LOTS = (
    "SELECT COALESCE(l.of_line_id, l.id), o.code, o.expires, SUM(v.qty) FROM transfer_document t "
    "JOIN document_line l ON l.document_id = t.document_id AND (t.stage = 'dispatch' OR l.of_line_id IS NOT NULL) "
    "JOIN stock_movement m ON m.document_id = t.document_id AND m.line_id = l.id "
    "JOIN lot_movement v ON v.movement_id = m.id JOIN location p ON p.id = v.location_id AND p.kind = 'transit' "
    f"JOIN lot o ON o.id = v.lot_id WHERE t.transfer_id = ? AND {_STANDS} "
    "GROUP BY COALESCE(l.of_line_id, l.id), o.code, o.expires HAVING SUM(v.qty) > 0 ORDER BY MIN(v.id)"
)


class Taken(NamedTuple):
    """So much of an item at a place."""

    item_id: ItemId
    location_id: LocationId
    qty: Qty


def posted(db: Db, transfer_id: int) -> dict[ItemId, Figures]:
    """Return what the documents of a transfer moved of each item."""
    return {
        row[1]: Figures(ZERO_QTY, *row[2:])
        for row in db.rows(f"{POSTED} AND t.transfer_id = ? GROUP BY t.transfer_id, l.item_id", (transfer_id,))
    }


def figures(db: Db, transfer_id: int, stage: Stage | None) -> dict[ItemId, Figures]:
    """Return the figures of each item, in the order in which they came up; with what is scanned for ``stage``."""
    found = {
        row[0]: Figures(*row[1:])
        for row in db.rows(
            "SELECT item_id, requested_qty, dispatched_qty, arrived_qty, damaged_qty, over_qty, lost_qty, "
            "came_back_qty FROM transfer_line WHERE transfer_id = ? ORDER BY line_no",
            (transfer_id,),
        )
    }
    for pile in piles(db, transfer_id, stage) if stage is not None else ():
        before = found.get(pile.item_id, Figures())
        if pile.damaged:
            found[pile.item_id] = before._replace(damaged_now=Qty(before.damaged_now + pile.qty))
        else:
            found[pile.item_id] = before._replace(counted=Qty(before.counted + pile.qty))
    return found


def piles(db: Db, transfer_id: int, stage: Stage) -> list[Pile]:
    """Return what was scanned and not yet posted by item, condition, lot and place, corrections taken off."""
    scanned: dict[tuple[ItemId, bool], list[tuple[PileKey, int]]] = {}
    for item_id, condition, lot, expires, place, qty in db.rows(
        "SELECT item_id, condition, lot, COALESCE(expires, 0), location_id, SUM(qty) FROM transfer_scan "
        "WHERE transfer_id = ? AND stage = ? AND document_id IS NULL "
        "GROUP BY item_id, condition, lot, COALESCE(expires, 0), location_id ORDER BY MIN(id)",
        (transfer_id, stage.value),
    ):
        scanned.setdefault((item_id, condition == "damaged"), []).append(((lot, expires, place), qty))
    return [
        Pile(item_id, damaged, lot, expires or NO_DAY, place, qty)
        for (item_id, damaged), listed in scanned.items()
        for (lot, expires, place), qty in receiving.net_piles(listed)
    ]


def on_its_way(db: Db, transfer_id: int) -> list[OnItsWay]:
    """Return what of each dispatched line is still on its way, lot by lot, what has no known lot last."""
    lines = [row for row in db.rows(_LEFT, (transfer_id,)) if row[3] > 0]
    lots: dict[LineId, list[tuple[str, Day, int]]] = {}
    if lines:
        for line_id, code, expires, qty in db.rows(_LOTS, (transfer_id,)):
            lots.setdefault(line_id, []).append((code, expires, qty))
    found: list[OnItsWay] = []
    for line_id, item_id, from_id, qty_left in lines:
        left = qty_left
        for code, expires, qty in (*lots.get(line_id, ()), ("", NO_DAY, qty_left)):
            part = min(qty, left)
            left -= part
            if part:
                found.append(OnItsWay(line_id, item_id, from_id, code, expires, Qty(part)))
    return found


def sources(
    db: Db, from_id: LocationId, wanted: Mapping[ItemId, Qty], avoid: Collection[LocationId] = ()
) -> list[Taken]:
    """Say from which places goods leave that nobody named a place for.

    One place that holds enough, if there is one: the sender's own, the item's home, the one that holds most. Else what
    there is, in that order, and the rest from the sender's own place, whatever the book has there. Places to ``avoid``
    are where the goods go.
    """
    here = set(places.below(db, from_id))
    homes = home_places(db, from_id, wanted)
    held: dict[ItemId, list[tuple[int, LocationId]]] = {}
    for item_id, place, on_hand in _in_parts(
        db, "SELECT l.item_id, l.location_id, l.on_hand FROM stock_level l JOIN location o ON o.id = l.location_id "
        "WHERE l.on_hand > 0 AND (o.kind = 'shop' OR o.id = ?) AND l.item_id IN ({marks}) ORDER BY l.location_id",
        (from_id,), wanted,
    ):  # fmt: skip
        if place in here and place not in avoid:
            held.setdefault(item_id, []).append((on_hand, place))
    found: list[Taken] = []
    for item_id, qty in wanted.items():
        first = (from_id, homes.get(item_id))
        listed = sorted(held.get(item_id, ()), key=lambda one: (*(one[1] != place for place in first), -one[0], one[1]))
        enough = next((place for on_hand, place in listed if on_hand >= qty), None)
        left = int(qty)
        for on_hand, place in ((qty, enough),) if enough is not None else listed:
            part = min(left, on_hand)
            left -= part
            found.append(Taken(item_id, place, Qty(part)))
        if left:
            found.append(Taken(item_id, from_id, Qty(left)))
    return found


def on_hand(db: Db, place_id: LocationId, item_ids: Iterable[ItemId]) -> dict[ItemId, Qty]:
    """Return what a place and those for sale below it have of items."""
    here = set(places.below(db, place_id))
    found: dict[ItemId, Qty] = {}
    for item_id, place, qty in _in_parts(
        db, "SELECT l.item_id, l.location_id, l.on_hand FROM stock_level l JOIN location o ON o.id = l.location_id "
        "WHERE (o.kind = 'shop' OR o.id = ?) AND l.item_id IN ({marks})", (place_id,), item_ids,
    ):  # fmt: skip
        if place in here:
            found[item_id] = Qty(found.get(item_id, 0) + qty)
    return found


def home_places(db: Db, place_id: LocationId, item_ids: Iterable[ItemId]) -> dict[ItemId, LocationId]:
    """Return where items belong at a place or below it; items that belong elsewhere are left out."""
    here = set(places.below(db, place_id))
    return {
        item_id: home
        for item_id, home in _in_parts(
            db,
            "SELECT item_id, location_id FROM home_place WHERE shop_id = ? AND item_id IN ({marks})",
            (places.shop_of(db, place_id),),
            item_ids,
        )
        if home in here
    }


def _in_parts(db: Db, sql: str, params: Sequence[object], item_ids: Iterable[ItemId]) -> list[tuple[Any, ...]]:
    ids = sorted(item_ids)
    return [
        row
        for start in range(0, len(ids), 500)
        for few in (ids[start : start + 500],)
        for row in db.rows(sql.format(marks=", ".join("?" * len(few))), (*params, *few))
    ]
