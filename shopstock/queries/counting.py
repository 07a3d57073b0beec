"""What who counts is given: places, items, what was entered so far. Never what the ledger has, in any function here.

A recount shows the figures of its own round alone. What is expected is read by those who reconcile
(:mod:`shopstock.queries.count_lines`), who need another right.
"""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core import codes, counting
from shopstock.core import places as place_rules
from shopstock.core.acting import Acting, Permission
from shopstock.core.code_rules import Kind, Rules
from shopstock.core.counting import CountKind, SheetState
from shopstock.core.outcome import Refused, UnknownCode
from shopstock.core.text import _
from shopstock.core.units import ZERO_QTY, Instant, ItemId, LocationId, PersonId, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import items, place_paths, places, search
from shopstock.queries.places import Place
from shopstock.queries.search import Hit


class Sheet(NamedTuple):
    """A place to count in one round. ``items`` are listed (0 for a whole place), ``counted`` how many have a figure.

    ``barred``: who asks counted it before, so somebody else counts it now.
    """

    id: int
    count_id: int
    number: str
    kind: CountKind
    name: str
    location_id: LocationId
    place: str
    round: int
    whole: bool
    state: SheetState
    assigned_to: PersonId | None
    assigned: str
    team: str
    items: int
    counted: int
    barred: bool


_SHEETS = """
SELECT s.id, s.count_id, c.number, c.kind, c.name, s.location_id, s.round, s.whole, s.state, s.assigned_to,
  COALESCE(p.name, ''), s.team, (SELECT count(*) FROM count_sheet_item n WHERE n.sheet_id = s.id),
  (SELECT count(DISTINCT COALESCE(CAST(e.item_id AS TEXT), '/' || e.code)) FROM count_entry e WHERE e.sheet_id = s.id),
  CASE WHEN s.round > 1 AND EXISTS (SELECT 1 FROM count_entry e JOIN count_sheet o ON o.id = e.sheet_id
    WHERE o.count_id = s.count_id AND o.location_id = s.location_id AND o.round < s.round AND e.person_id = ?)
  THEN 1 ELSE 0 END
FROM count_sheet s JOIN stock_count c ON c.id = s.count_id LEFT JOIN person p ON p.id = s.assigned_to
"""


def _sheets(db: Db, acting: Acting, condition: str, *params: object) -> list[Sheet]:
    acting.require(Permission.COUNT)
    paths = place_paths.paths(db)
    return [
        Sheet(
            id_, count_id, counting.number_words(number), CountKind(kind), name, place, paths.get(place, ""), round_,
            bool(whole), SheetState(state), to, assigned, team, listed, counted, bool(barred) and not acting.alone,
        )
        for (
            id_, count_id, number, kind, name, place, round_, whole, state, to, assigned, team, listed, counted, barred,
        ) in db.rows(f"{_SHEETS} {condition}", (acting.person_id, *params))
    ]  # fmt: skip


def to_count(db: Db, acting: Acting) -> list[Sheet]:
    """Return the places of this shop that are to be counted now: short lists first, then in the order of walking."""
    shop_id = places.shop_of(db, acting.location_id)
    return _sheets(
        db, acting,
        "WHERE c.state = 'open' AND c.shop_id = ? AND s.state IN ('open', 'counting') "
        "ORDER BY CASE c.kind WHEN 'full' THEN 1 ELSE 0 END, s.count_id, s.round DESC, s.position, s.id",
        shop_id,
    )  # fmt: skip


def waiting(db: Db, acting: Acting) -> int:
    """Count the places that wait to be counted by whoever asks."""
    return sum(not one.barred and one.assigned_to in (None, acting.person_id) for one in to_count(db, acting))


def today(db: Db, acting: Acting) -> tuple[int, int]:
    """Return how many items today's list of this shop has, and how many of them have a figure."""
    acting.require(Permission.COUNT)
    listed, done = db.rows(
        "SELECT count(*), COALESCE(sum(CASE WHEN EXISTS (SELECT 1 FROM count_entry e WHERE e.sheet_id = n.sheet_id "
        "AND e.item_id = n.item_id) THEN 1 ELSE 0 END), 0) FROM stock_count c JOIN count_sheet s ON s.count_id = c.id "
        "JOIN count_sheet_item n ON n.sheet_id = s.id WHERE c.kind = 'cycle' AND c.day = ? AND c.shop_id = ? "
        "AND s.state <> 'cancelled' AND s.round = 1",
        (clock.day_of(clock.now()), places.shop_of(db, acting.location_id)),
    )[0]
    return int(listed), int(done)


class Row(NamedTuple):
    """An item (or an unknown code) of a sheet; ``qty`` is ``None`` where nothing was entered yet.

    ``listed`` is false for what was found besides. Why it is listed is not told: sold out means that none is expected.
    """

    item_id: ItemId | None
    code: str
    sku: str
    name: str
    unit: str
    listed: bool
    qty: Qty | None
    entries: int
    last_by: str
    last_at: Instant | None


class Counted(NamedTuple):
    """A sheet with its rows: those that are listed in their order, then what was found besides, the latest first."""

    head: Sheet
    rows: tuple[Row, ...]


def sheet(db: Db, acting: Acting, sheet_id: int) -> Counted:
    """Return a sheet as it stands."""
    found = _sheets(db, acting, "WHERE s.id = ?", sheet_id)
    if not found:
        raise Refused(_("There is no such sheet any more."))
    entered = {
        (item, code): (Qty(qty), entries, who, at)
        for item, code, qty, entries, who, at in db.rows(
            "SELECT t.item_id, t.code, t.qty, t.entries, p.name, l.at FROM "
            "(SELECT item_id, CASE WHEN item_id IS NULL THEN code ELSE '' END AS code, sum(qty) AS qty, "
            "count(*) AS entries, max(id) AS last FROM count_entry WHERE sheet_id = ? "
            "GROUP BY item_id, CASE WHEN item_id IS NULL THEN code ELSE '' END) t "
            "JOIN count_entry l ON l.id = t.last JOIN person p ON p.id = l.person_id ORDER BY t.last DESC",
            (sheet_id,),
        )
    }
    rows: list[Row] = []
    for item, sku, name, unit in db.rows(
        "SELECT i.id, i.sku, i.name, i.unit FROM count_sheet_item n JOIN item i ON i.id = n.item_id "
        "WHERE n.sheet_id = ? ORDER BY n.position, i.id",
        (sheet_id,),
    ):
        qty, entries, who, at = entered.pop((item, ""), (None, 0, "", None))
        rows.append(Row(item, "", sku, name, unit, True, qty, entries, who, at))
    cards: dict[ItemId, tuple[str, str, str]] = {
        id_: (sku, name, unit)
        for id_, sku, name, unit in db.rows(
            "SELECT i.id, i.sku, i.name, i.unit FROM item i WHERE i.id IN "
            "(SELECT e.item_id FROM count_entry e WHERE e.sheet_id = ?)",
            (sheet_id,),
        )
    }
    for (item, code), (qty, entries, who, at) in entered.items():
        if item is not None or qty:
            sku, name, unit = cards.get(item, ("", "", ""))
            rows.append(Row(item, code, sku, name, unit, False, qty, entries, who, at))
    return Counted(found[0], tuple(rows))


class Thing(NamedTuple):
    """An item as who counts sees it; one scan of its code stands for ``qty``, or for ``amount`` where it is weighed."""

    id: ItemId
    sku: str
    name: str
    unit: str
    stocked: bool
    code: str
    qty: Qty
    embedded: Kind | None
    amount: int
    trace: codes.Trace


class Looked(NamedTuple):
    """What a code stands for: the sheet of a place, a place that is not counted, an item, or nothing."""

    thing: Thing | None = None
    sheet_id: int | None = None
    place: Place | None = None


def look_up(db: Db, acting: Acting, code: str, count_id: int | None, rules: Rules) -> Looked:
    """Ask what a code is: the label of a place first, then an item. ``count_id``: whose sheets are preferred."""
    place = places.by_code(db, code)
    if place is not None and _is_label(place, code):
        found = [one for one in to_count(db, acting) if one.location_id == place.id]
        found.sort(key=lambda one: (one.count_id != count_id, one.barred))
        return Looked(sheet_id=found[0].id if found else None, place=place)
    try:
        known = items.by_code(db, code, acting.location_id, rules)
    except UnknownCode:
        known = None
    return Looked(None if known is None else _blind(known))


def _is_label(place: Place, code: str) -> bool:
    try:
        return place_rules.code_key(code) in {place_rules.code_key(one) for one in (place.code, place.name) if one}
    except UnknownCode:
        return False


def thing(db: Db, acting: Acting, item_id: ItemId) -> Thing | None:
    """Return an item that was chosen from a list."""
    known = items.by_id(db, item_id, acting.location_id)
    return None if known is None else _blind(known)


def _blind(found: items.Found) -> Thing:
    return Thing(
        found.id, found.sku, found.name, found.unit, bool(found.stocked), found.code, found.qty, found.embedded,
        found.amount, found.trace,
    )  # fmt: skip


def find(db: Db, text: str, location_id: LocationId) -> list[Hit]:
    """Return the items that words find, without what of them is here."""
    return [
        hit._replace(on_hand=ZERO_QTY, available=ZERO_QTY)
        for hit in search.find_or_nearest(db, text, location_id)
        if hit.stocked
    ]
