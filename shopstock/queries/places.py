"""The tree of places, what lies where, and where items belong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from shopstock.core import places
from shopstock.core.outcome import Refused, UnknownCode
from shopstock.core.places import Kind, Level
from shopstock.core.text import _
from shopstock.core.units import ItemId, LocationId, Qty, format_qty
from shopstock.db.connection import Db


class Place(NamedTuple):
    """A place that holds stock.

    ``path`` goes from its shop down, ``depth`` is 0 for a shop. ``shop_id`` is the shop it belongs to (itself, for a
    shop). ``stations`` are the names of the tills and desks that stand there, ``items`` how many items lie right there
    (counted by :func:`tree` alone). ``active`` is 0 or 1.
    """

    id: LocationId
    name: str
    path: str = ""
    level: Level = Level.SHOP
    kind: str = Kind.SALE
    parent_id: LocationId | None = None
    shop_id: LocationId = LocationId(0)
    depth: int = 0
    code: str = ""
    active: int = 1
    stations: tuple[str, ...] = ()
    items: int = 0


#: The shop of a place, whose id is the parameter.
SHOP_OF = "(SELECT COALESCE(t.shop_id, t.id) FROM location t WHERE t.id = ?)"
#: What is on hand, then what of it is available, of item ``i`` at all places for sale of the shop of a place (its id is
#: the parameter of each).
_SUM = (
    "coalesce((SELECT sum({what}) FROM stock_level l JOIN location o ON o.id = l.location_id"
    f" WHERE l.item_id = i.id AND o.kind = 'shop' AND COALESCE(o.shop_id, o.id) = {SHOP_OF}), 0)"
)
FOR_SALE = f"{_SUM.format(what='l.on_hand')}, {_SUM.format(what='l.on_hand - l.allocated')}"
_PLACES = """
    SELECT o.id, o.name, o.level, o.kind, o.parent_id, COALESCE(o.shop_id, o.id), o.code, o.active
    FROM location o WHERE o.kind <> 'transit'"""
_ITEMS = "SELECT location_id, count(*) FROM stock_level WHERE on_hand <> 0 GROUP BY location_id"
_PARTS = re.compile(r"(\d+)")


def tree(db: Db, *, retired: bool = False) -> list[Place]:
    """Return the places as :func:`listed` does, with how many items lie right there."""
    items: dict[LocationId, int] = dict(db.rows(_ITEMS))
    return [one._replace(items=items.get(one.id, 0)) for one in listed(db, retired=retired)]


def listed(db: Db, *, retired: bool = False) -> list[Place]:
    """Return the places, each right before those that lie in it; shops in the order they were added.

    Places of one parent are in natural order (B-2 before B-10), those for sale first. Without goods in transit.
    """
    stations: dict[int, list[str]] = {}
    for location_id, name in db.rows("SELECT location_id, name FROM station ORDER BY id"):
        stations.setdefault(location_id, []).append(name)
    below: dict[int | None, list[Place]] = {}
    for id_, name, level, kind, parent_id, shop_id, code, active in db.rows(_PLACES):
        if active or retired:
            place = Place(
                id_, name, "", Level(level), kind, parent_id, shop_id, 0, code, active, tuple(stations.get(id_, ()))
            )
            below.setdefault(parent_id, []).append(place)
    found: list[Place] = []
    _walk(below, None, (), found)
    return found


def _walk(below: dict[int | None, list[Place]], parent: int | None, path: tuple[str, ...], found: list[Place]) -> None:
    siblings = below.get(parent, ())
    for place in sorted(siblings, key=_by_id if parent is None else _by_name):
        steps = (*path, place.name)
        found.append(place._replace(path=places.path_text(steps), depth=len(path)))
        _walk(below, place.id, steps, found)


def _by_id(place: Place) -> tuple[bool, int]:
    return place.kind != Kind.SALE, place.id


def _by_name(place: Place) -> tuple[bool, list[tuple[bool, int, str]], int]:
    return place.kind != Kind.SALE, natural(place.name), place.id


def natural(name: str) -> list[tuple[bool, int, str]]:
    """Return what sorts names as people count: B-2 before B-10."""
    return [
        (not part.isdecimal(), int(part) if part.isdecimal() else 0, part)
        for part in _PARTS.split(name.casefold())
        if part
    ]


def shops(db: Db) -> list[Place]:
    """Return the shops: the places that lie in no other."""
    return [place for place in listed(db) if place.depth == 0 and place.kind == Kind.SALE]


def saleable(db: Db, shop_id: LocationId | None = None) -> list[Place]:
    """Return the places whose goods are for sale, of one shop or of all."""
    return [place for place in listed(db) if place.kind == Kind.SALE and shop_id in (None, place.shop_id)]


def place(db: Db, location_id: LocationId) -> Place:
    """Return a place, a retired one too; raise ``Refused`` when there is none."""
    for one in listed(db, retired=True):
        if one.id == location_id:
            return one
    raise Refused(_("There is no such place any more. Choose another one."))


def by_code(db: Db, text: str) -> Place | None:
    """Return the place of a scanned label, or of a typed name or path; ``None`` when none or several are meant."""
    return named(listed(db), text)


def named(among: Iterable[Place], text: str) -> Place | None:
    """Return the one place that a label's code, a name, or a path from anywhere down stands for."""
    wanted = [name.casefold() for name in places.path_names(text)]
    if not wanted:
        return None
    known = list(among)
    key = _key(text)
    found = [one for one in known if key and _key(one.code) == key]
    steps = [(one, one.path.casefold().split(places.STEP)) for one in known]
    found = found or [one for one, path in steps if path == wanted]
    found = found or [one for one, path in steps if path[-len(wanted) :] == wanted]
    return found[0] if len(found) == 1 else None


def _key(code: str) -> str:
    try:
        return places.code_key(code) if code else ""
    except UnknownCode:
        return ""


def shop_of(db: Db, location_id: LocationId) -> LocationId:
    """Return the shop that a place belongs to: itself, for a shop."""
    found = db.value("SELECT COALESCE(shop_id, id) FROM location WHERE id = ?", (location_id,))
    return location_id if found is None else LocationId(found)


def below(db: Db, location_id: LocationId) -> list[LocationId]:
    """Return a place and all that lie in it, at any depth, retired ones included."""
    return [
        LocationId(row[0])
        for row in db.rows(
            "WITH RECURSIVE down(id) AS (SELECT id FROM location WHERE id = ? "
            "UNION SELECT o.id FROM location o JOIN down d ON o.parent_id = d.id) SELECT id FROM down ORDER BY id",
            (location_id,),
        )
    ]


class Home(NamedTuple):
    """Where an item belongs in a shop."""

    shop_id: LocationId
    shop: str
    location_id: LocationId
    path: str


def home(db: Db, item_id: ItemId, shop_id: LocationId) -> LocationId | None:
    """Return the place where an item belongs in a shop, if someone said one."""
    found: LocationId | None = db.value(
        "SELECT location_id FROM home_place WHERE item_id = ? AND shop_id = ?", (item_id, shop_id)
    )
    return found


def homes(db: Db, item_id: ItemId) -> list[Home]:
    """Return where an item belongs, shop by shop."""
    by_id = {one.id: one for one in listed(db, retired=True)}
    return [
        Home(shop_id, by_id[shop_id].name, location_id, by_id[location_id].path)
        for shop_id, location_id in db.rows(
            "SELECT shop_id, location_id FROM home_place WHERE item_id = ? ORDER BY shop_id", (item_id,)
        )
    ]


def homes_of(db: Db, item_ids: Sequence[ItemId], shop_id: LocationId) -> dict[ItemId, LocationId]:
    """Return where items belong in a shop; those without a home place are left out."""
    found: dict[ItemId, LocationId] = {}
    for start in range(0, len(item_ids), 500):
        few = item_ids[start : start + 500]
        found.update(
            db.rows(
                f"SELECT item_id, location_id FROM home_place WHERE shop_id = ? "
                f"AND item_id IN ({', '.join('?' * len(few))})",
                (shop_id, *few),
            )
        )
    return found


def for_sale(db: Db, item_ids: Sequence[ItemId], location_id: LocationId) -> dict[ItemId, Qty]:
    """Return what is on hand of items at all places for sale of the shop that a place belongs to."""
    found: dict[ItemId, Qty] = {}
    for start in range(0, len(item_ids), 500):
        few = item_ids[start : start + 500]
        for item_id, qty in db.rows(
            "SELECT l.item_id, SUM(l.on_hand) FROM stock_level l JOIN location o ON o.id = l.location_id"
            f" WHERE l.item_id IN ({', '.join('?' * len(few))}) AND o.kind = 'shop'"
            f" AND COALESCE(o.shop_id, o.id) = {SHOP_OF} GROUP BY l.item_id",
            (*few, location_id),
        ):
            found[item_id] = Qty(int(qty))
    return found


class PlaceStock(NamedTuple):
    """What lies of an item at a place. ``is_home`` and ``here`` (where it was asked from) are 0 or 1.

    Goods in transit have no shop: ``shop_id`` 0 and an empty ``shop``.
    """

    location_id: LocationId
    name: str
    path: str
    shop_id: LocationId
    shop: str
    kind: str
    on_hand: Qty
    allocated: Qty
    is_home: int
    here: int

    @property
    def available(self) -> Qty:
        """What is for sale and not promised to anyone."""
        return Qty(self.on_hand - self.allocated) if self.kind == Kind.SALE else Qty(0)


def stock_by_place(db: Db, item_id: ItemId, from_location_id: LocationId) -> list[PlaceStock]:
    """Return where an item lies: here first, then this shop, then the others, then what is in transit.

    A place is listed that holds any of it or is its home; the asking place always.
    """
    by_id = {one.id: one for one in listed(db, retired=True)}
    held = {
        location_id: (on_hand, allocated)
        for location_id, on_hand, allocated in db.rows(
            "SELECT location_id, on_hand, allocated FROM stock_level WHERE item_id = ?", (item_id,)
        )
    }
    home_ids = {row[0] for row in db.rows("SELECT location_id FROM home_place WHERE item_id = ?", (item_id,))}
    shop_id = by_id[from_location_id].shop_id
    rows = []
    for one in by_id.values():
        on_hand, allocated = held.get(one.id, (0, 0))
        here, is_home = one.id == from_location_id, one.id in home_ids
        if on_hand or allocated or here or is_home:
            rows.append(
                PlaceStock(
                    one.id, one.name, one.path, one.shop_id, by_id[one.shop_id].name, one.kind, Qty(on_hand),
                    Qty(allocated), int(is_home), int(here),
                )
            )  # fmt: skip
    rows.sort(key=lambda row: (not row.here, row.shop_id != shop_id))
    for location_id, name in db.rows("SELECT id, name FROM location WHERE kind = 'transit' ORDER BY id"):
        on_hand, allocated = held.get(location_id, (0, 0))
        if on_hand:
            rows.append(
                PlaceStock(location_id, name, name, LocationId(0), "", Kind.TRANSIT, Qty(on_hand), Qty(allocated), 0, 0)
            )
    return rows


def where_words(rows: Sequence[PlaceStock]) -> str:
    """Say where an item lies in one line: ``2 here · 5 in Back room, B-04 · 3 in Market hall``.

    Other shops are one figure each, with what they have for sale; empty places are left out.
    """
    own_shop = next((row.shop_id for row in rows if row.here), LocationId(0))
    parts: list[str] = []
    others: dict[LocationId, tuple[str, int]] = {}
    for row in rows:
        if row.kind == Kind.TRANSIT:
            continue
        if row.shop_id != own_shop:
            if row.kind == Kind.SALE:
                others[row.shop_id] = (row.shop, others.get(row.shop_id, ("", 0))[1] + row.on_hand)
        elif row.here:
            parts.append(_("{qty} here").format(qty=format_qty(row.on_hand)))
        elif row.on_hand:
            qty = format_qty(row.on_hand)
            parts.append(_("{qty} in {place}").format(qty=qty, place=places.inside(row.path)))
    parts += [
        _("{qty} in {place}").format(qty=format_qty(Qty(qty)), place=shop) for shop, qty in others.values() if qty
    ]
    moving = sum(row.on_hand for row in rows if row.kind == Kind.TRANSIT)
    if moving:
        parts.append(_("{qty} in transit").format(qty=format_qty(Qty(moving))))
    return " · ".join(parts)


class Content(NamedTuple):
    """An item at a place. ``is_home`` is 0 or 1: it belongs there."""

    item_id: ItemId
    sku: str
    name: str
    unit: str
    on_hand: Qty
    allocated: Qty
    is_home: int


def contents(db: Db, location_id: LocationId) -> list[Content]:
    """Return what lies at a place or belongs there, by name."""
    return [
        Content._make(row)
        for row in db.rows(
            "SELECT i.id, i.sku, i.name, i.unit, COALESCE(l.on_hand, 0), COALESCE(l.allocated, 0),"
            " CASE WHEN h.item_id IS NULL THEN 0 ELSE 1 END FROM item i"
            " LEFT JOIN stock_level l ON l.item_id = i.id AND l.location_id = ?"
            " LEFT JOIN home_place h ON h.item_id = i.id AND h.location_id = ?"
            " WHERE i.id IN (SELECT item_id FROM stock_level WHERE location_id = ? AND on_hand <> 0"
            " UNION SELECT item_id FROM home_place WHERE location_id = ?) ORDER BY i.name_key, i.id",
            (location_id,) * 4,
        )
    ]
