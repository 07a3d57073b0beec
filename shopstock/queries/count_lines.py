"""The lines of a closed count with what was expected: for who reconciles, never for who counts."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core.acting import Acting, Permission
from shopstock.core.counting import LineState
from shopstock.core.outcome import UnknownCode
from shopstock.core.units import ItemId, LocationId, Money, Qty
from shopstock.core.write_offs import Purpose
from shopstock.db.connection import Db
from shopstock.queries import causes, items, place_paths


class LineRow(NamedTuple):
    """An item at a place: counted against expected. ``value`` is the variance at cost (``None`` without the right)."""

    id: int
    item_id: ItemId
    sku: str
    name: str
    location_id: LocationId
    place: str
    abc: str
    round: int
    counted: Qty
    expected: Qty
    variance: Qty
    value: Money | None
    hit: bool
    state: LineState
    cause: str
    cause_note: str


def lines(db: Db, acting: Acting, count_id: int) -> list[LineRow]:
    """Return the lines of a count, the largest variance in money first. Needs ``POST_COUNT``."""
    acting.require(Permission.POST_COUNT)
    paths, names = place_paths.paths(db), causes.names_of(db, Purpose.COUNT)
    sees = acting.may(Permission.SEE_COST)
    return [
        LineRow(
            id_, item, sku, name, place, paths.get(place, ""), abc, round_, counted, expected, variance,
            Money(value) if sees else None, bool(hit), LineState(state), str(names.get(cause, cause)), said,
        )
        for (
            id_, item, sku, name, place, abc, round_, counted, expected, variance, value, hit, state, cause, said,
        ) in db.rows(
            "SELECT l.id, l.item_id, i.sku, i.name, l.location_id, l.abc, l.round, l.counted, l.expected, l.variance, "
            "l.value, l.hit, l.state, l.cause, l.cause_note FROM count_line l JOIN item i ON i.id = l.item_id "
            "WHERE l.count_id = ? ORDER BY abs(l.value) DESC, i.name, l.id",
            (count_id,),
        )
    ]  # fmt: skip


def by_code(db: Db, acting: Acting, count_id: int, code: str) -> int | None:
    """Return the line of the item that a code stands for, the one worth most where several places have it."""
    acting.require(Permission.POST_COUNT)
    try:
        found = items.by_code(db, code, acting.location_id)
    except UnknownCode:
        found = None
    if found is None:
        return None
    line_id: int | None = db.value(
        "SELECT id FROM count_line WHERE count_id = ? AND item_id = ? ORDER BY abs(value) DESC, id LIMIT 1",
        (count_id, found.id),
    )
    return line_id
