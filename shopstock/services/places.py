"""Keep the tree of places, and where items belong.

Needs ``EDIT_PLACES``. A place belongs to the shop at the top of its branch (``location.shop_id``, null for a shop
itself); a place whose stock would change shop, or stop being for sale, has to be empty first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shopstock.core import names
from shopstock.core import places as rules
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Changes, Refused
from shopstock.core.places import Kind, Level, PlaceFields
from shopstock.core.text import _, ngettext
from shopstock.core.units import ItemId, LocationId
from shopstock.db.connection import Db, transaction
from shopstock.queries import places
from shopstock.queries.places import Place

_TOPICS = frozenset(("settings", "places"))
_INSERT = (
    "INSERT INTO location (name, name_key, kind, level, parent_id, shop_id) VALUES (?, ?, ?, ?, ?, ?) RETURNING id"
)


class Added(NamedTuple):
    """A place that is new, or that was retired and is back."""

    changes: Changes
    location_id: LocationId


class Retired(NamedTuple):
    """What went with a place: how many places (itself and those in it) and how many items' home places."""

    changes: Changes
    places: int
    homes: int


def add_place(db: Db, acting: Acting, fields: PlaceFields) -> Added:
    """Add a place; a retired one of that name at the same parent comes back as it is described now.

    Raises ``Refused`` for a name or code that is taken, a level that does not fit, a parent that is retired.
    """
    acting.require(Permission.EDIT_PLACES)
    name = rules.place_name(fields.name)
    with transaction(db):
        hold(db)
        parent = _parent(db, fields)
        _check_kind(fields)
        key = rules.name_key(fields.parent_id, name)
        known = db.row("SELECT id, active FROM location WHERE name_key = ?", (key,))
        if known is not None and known[1]:
            raise _taken(name)
        if known is None:
            location_id = _insert(db, name, fields.kind, fields.level, parent, key)
        else:
            location_id = LocationId(known[0])
            db.run(
                "UPDATE location SET name = ?, kind = ?, level = ?, active = 1 WHERE id = ?",
                (name, fields.kind, fields.level, location_id),
            )
        _write_code(db, location_id, fields.code)
    return Added(Changes(topics=_TOPICS), location_id)


def change_place(db: Db, acting: Acting, location_id: LocationId, fields: PlaceFields) -> Changes:
    """Give a place another name, level, code or kind, or move it elsewhere in the tree with all that lie in it.

    Raises ``Refused`` as :func:`add_place` does, for a place moved into itself, and while stock lies there that would
    change shop or stop being for sale.
    """
    acting.require(Permission.EDIT_PLACES)
    name = rules.place_name(fields.name)
    with transaction(db):
        hold(db)
        now = _held(db, location_id)
        branch = places.below(db, location_id)
        if fields.parent_id in branch:
            raise Refused(_("A place cannot lie in itself. Choose another one that it lies in."))
        parent = _parent(db, fields)
        _check_kind(fields)
        _check_children(db, location_id, fields.level)
        key = rules.name_key(fields.parent_id, name)
        if db.value("SELECT 1 FROM location WHERE name_key = ? AND id <> ?", (key, location_id)):
            raise _taken(name)
        shop_id = location_id if parent is None else parent.shop_id
        if shop_id != now.shop_id:
            _check_empty(db, branch, now.name)
        if fields.kind != now.kind:
            _check_new_kind(db, now, fields.kind)
        db.run(
            "UPDATE location SET name = ?, name_key = ?, kind = ?, level = ?, parent_id = ? WHERE id = ?",
            (name, key, fields.kind, fields.level, fields.parent_id, location_id),
        )
        _write_code(db, location_id, fields.code or now.code)
        if shop_id != now.shop_id:
            _change_shop(db, branch, shop_id)
    return Changes(topics=_TOPICS)


def retire_place(db: Db, acting: Acting, location_id: LocationId) -> Retired:
    """Offer a place and those that lie in it no more; items that belong there belong nowhere.

    Raises ``Refused`` while stock lies or is promised there, a till or desk stands there, or a transfer, delivery,
    order or write-off that is still open names it; and for the last shop.
    """
    acting.require(Permission.EDIT_PLACES)
    with transaction(db):
        hold(db)
        now = _held(db, location_id)
        branch = places.below(db, location_id)
        if now.parent_id is None and len(places.shops(db)) < 2:
            raise Refused(_("{name} is the only shop. Add another one first.").format(name=now.name))
        _check_empty(db, branch, now.name)
        _check_unused(db, branch, now.name)
        marks = _marks(branch)
        homes = db.rows(f"DELETE FROM home_place WHERE location_id IN ({marks}) RETURNING item_id", branch)
        gone = db.rows(f"UPDATE location SET active = 0 WHERE id IN ({marks}) AND active = 1 RETURNING id", branch)
    items = frozenset(ItemId(row[0]) for row in homes)
    return Retired(Changes(items=items, topics=_TOPICS), len(gone), len(homes))


def set_home(db: Db, acting: Acting, item_id: ItemId, location_id: LocationId) -> Changes:
    """Say where an item belongs in the shop of a place."""
    acting.require(Permission.EDIT_PLACES)
    with transaction(db):
        write_home(db, item_id, location_id)
    return Changes(items=frozenset((item_id,)), topics=frozenset(("places",)))


def write_home(db: Db, item_id: ItemId, location_id: LocationId) -> None:
    """Write where an item belongs in the shop of a place. Inside a transaction."""
    db.run(
        "INSERT INTO home_place (item_id, shop_id, location_id) VALUES (?, ?, ?) "
        "ON CONFLICT (item_id, shop_id) DO UPDATE SET location_id = excluded.location_id",
        (item_id, check_home(db, location_id), location_id),
    )


def check_home(db: Db, location_id: LocationId) -> LocationId:
    """Return the shop of a place where items may belong; raise ``Refused`` for one that is not for sale or retired."""
    row = db.row("SELECT COALESCE(shop_id, id), kind, active FROM location WHERE id = ?", (location_id,))
    if row is None or row[1] != Kind.SALE or not row[2]:
        raise Refused(_("An item belongs at a place whose goods are for sale. Choose one."))
    return LocationId(row[0])


def forget_home(db: Db, acting: Acting, item_id: ItemId, shop_id: LocationId) -> Changes:
    """Say that an item belongs nowhere in a shop."""
    acting.require(Permission.EDIT_PLACES)
    with transaction(db):
        db.run("DELETE FROM home_place WHERE item_id = ? AND shop_id = ?", (item_id, shop_id))
    return Changes(items=frozenset((item_id,)), topics=frozenset(("places",)))


def place_of(db: Db, text: str) -> LocationId:
    """Return the place of a name or path as files write it, made when it is new. Inside a transaction.

    A name alone is the one place of that name, else a new shop. Of a path ("Main shop › Back room › B-04", with ``›``
    or ``/``) whatever is missing is made: a room in a shop, in that a zone, at the end a bin. Raises ``Refused`` for a
    name that several places have, and for more than four steps.
    """
    hold(db)
    path = rules.path_names(text)
    if not path:
        raise Refused(_("The name is empty. Type one."))
    known = db.row("SELECT id, active FROM location WHERE name_key = ?", (names.key(text),))
    if known is not None:
        if not known[1]:
            db.run("UPDATE location SET active = 1 WHERE id = ?", (known[0],))
        return LocationId(known[0])
    if len(path) > 1 and db.value("SELECT 1 FROM location WHERE name_key = ?", (rules.name_key(None, path[0]),)):
        return _make_path(db, path)
    listed = places.listed(db, retired=True)
    found = places.named(listed, text)
    if found is not None:
        if not found.active:
            db.run("UPDATE location SET active = 1 WHERE id = ?", (found.id,))
        return found.id
    if len(path) == 1 and sum(one.name.casefold() == path[0].casefold() for one in listed) > 1:
        raise Refused(_("There are several places {name}. Write the whole path.").format(name=path[0]))
    return _make_path(db, path)


def make(db: Db, name: str, level: Level, parent_id: LocationId | None, kind: str = Kind.SALE) -> LocationId:
    """Write a new place under a free name of its parent's (a number is added if need be). Inside a transaction."""
    parent = None if parent_id is None else places.place(db, parent_id)
    label, number = name, 1
    while db.value("SELECT 1 FROM location WHERE name_key = ?", (rules.name_key(parent_id, label),)):
        number += 1
        label = f"{name} {number}"
    made = _insert(db, label, kind, level, parent, rules.name_key(parent_id, label))
    _write_code(db, made, "")
    return made


def hold(db: Db) -> None:
    """Let others wait who would change the tree of places. Inside a transaction; SQLite has one writer anyway."""
    if db.engine == "postgresql":
        db.value("SELECT pg_advisory_xact_lock(hashtextextended('places', 0))")


# --- what is checked


def _held(db: Db, location_id: LocationId) -> Place:
    """Return a place and let those wait who would post to it or to one that lies in it."""
    now = places.place(db, location_id)
    if db.engine == "postgresql":
        branch = places.below(db, location_id)
        db.rows(f"SELECT id FROM location WHERE id IN ({_marks(branch)}) ORDER BY id FOR UPDATE", branch)
    return now


def _parent(db: Db, fields: PlaceFields) -> Place | None:
    parent = None if fields.parent_id is None else places.place(db, fields.parent_id)
    if parent is not None and not parent.active:
        raise Refused(_("{name} is retired. Choose another place that it lies in.").format(name=parent.name))
    if not rules.fits(Level(fields.level), None if parent is None else parent.level):
        if parent is None:
            raise Refused(_("Only a shop lies in no other place. Choose the place that it lies in."))
        raise Refused(
            _("A {level} does not lie in a {parent}. Choose another place or level.").format(
                level=rules.level_name(Level(fields.level)).lower(), parent=rules.level_name(parent.level).lower()
            )
        )
    return parent


def _check_children(db: Db, location_id: LocationId, level: Level) -> None:
    for name, below in db.rows("SELECT name, level FROM location WHERE parent_id = ? AND active = 1", (location_id,)):
        if not rules.fits(Level(below), level):
            raise Refused(
                _("{name} lies in it and is a {level}. Choose a larger level.").format(
                    name=name, level=rules.level_name(Level(below)).lower()
                )
            )


def _check_kind(fields: PlaceFields) -> None:
    if fields.kind not in (Kind.SALE, Kind.SET_ASIDE):
        raise Refused(_("A place is for goods for sale or for goods set aside. Choose one of them."))
    if fields.level == Level.SHOP and fields.kind != Kind.SALE:
        raise Refused(_("A shop is for goods for sale. Add a room in it for what is set aside."))


def _check_new_kind(db: Db, now: Place, kind: str) -> None:
    _check_empty(db, [now.id], now.name)
    if kind != Kind.SALE and now.stations:
        raise Refused(
            _("{station} stands at {name}: it has to be for sale.").format(station=now.stations[0], name=now.name)
        )
    if kind != Kind.SALE:
        db.run("DELETE FROM home_place WHERE location_id = ?", (now.id,))


def _check_empty(db: Db, branch: Sequence[LocationId], name: str) -> None:
    held = db.rows(
        "SELECT o.name, count(*) FROM stock_level l JOIN location o ON o.id = l.location_id "
        f"WHERE l.location_id IN ({_marks(branch)}) AND (l.on_hand <> 0 OR l.allocated <> 0) "
        "GROUP BY o.id, o.name ORDER BY o.id",
        branch,
    )
    if held:
        place, count = held[0]
        raise Refused(
            ngettext(
                "{count} item still lies at {place}. Move it elsewhere first.",
                "{count} items still lie at {place}. Move them elsewhere first.",
                count,
            ).format(count=count, place=place)
        )


def _check_unused(db: Db, branch: Sequence[LocationId], name: str) -> None:
    marks = _marks(branch)
    station = db.value(f"SELECT name FROM station WHERE location_id IN ({marks}) ORDER BY id LIMIT 1", branch)
    if station is not None:
        raise Refused(_("{station} stands at {name}. Let it stand elsewhere first.").format(station=station, name=name))
    transfer = db.value(
        f"SELECT number FROM transfer WHERE state NOT IN ('arrived', 'cancelled') AND (from_id IN ({marks}) "
        f"OR to_id IN ({marks})) ORDER BY id LIMIT 1",
        [*branch, *branch],
    )
    if transfer is not None:
        raise Refused(
            _("Transfer {number} still goes from or to {name}. Finish or cancel it first.").format(
                number=f"T-{transfer:04d}", name=name
            )
        )
    if db.value(f"SELECT 1 FROM delivery WHERE state = 'open' AND location_id IN ({marks}) LIMIT 1", branch):
        raise Refused(_("A delivery is being booked in at {name}. Finish it first.").format(name=name))
    if db.value(f"SELECT 1 FROM write_off WHERE state IN ('open', 'waiting') AND location_id IN ({marks})", branch):
        raise Refused(_("A write-off at {name} is still open. Finish it first.").format(name=name))


def _check_code_free(db: Db, location_id: LocationId, code: str, key: str) -> None:
    if db.value("SELECT 1 FROM location WHERE code_key = ? AND id <> ?", (key, location_id)):
        raise Refused(_("Another place has the code {code}. Choose another one.").format(code=code))
    item = db.value(
        "SELECT i.name FROM item i WHERE i.sku_key = ? OR i.id IN "
        "(SELECT item_id FROM item_code WHERE key = ? AND retired_at IS NULL) ORDER BY i.id LIMIT 1",
        (key, key),
    )
    if item is not None:
        raise Refused(_("{code} is the code of {name}. Choose another one.").format(code=code, name=item))


def _taken(name: str) -> Refused:
    return Refused(_("There is a place {name} already. Choose another name.").format(name=name))


# --- what is written


def _insert(db: Db, name: str, kind: str, level: Level, parent: Place | None, key: str) -> LocationId:
    above = (None, None) if parent is None else (parent.id, parent.shop_id)
    return LocationId(db.value(_INSERT, (name, key, kind, level, *above)))


def _write_code(db: Db, location_id: LocationId, code: str) -> None:
    chosen = rules.check_code(code, location_id) if code.strip() else rules.own_code(location_id)
    key = rules.code_key(chosen)
    _check_code_free(db, location_id, chosen, key)
    db.run("UPDATE location SET code = ?, code_key = ? WHERE id = ?", (chosen, key, location_id))


def _change_shop(db: Db, branch: Sequence[LocationId], shop_id: LocationId) -> None:
    """Let a branch belong to another shop; an item's home there stays unless it has one in that shop already."""
    marks = _marks(branch)
    db.run(
        f"UPDATE location SET shop_id = CASE WHEN id = ? THEN NULL ELSE CAST(? AS BIGINT) END WHERE id IN ({marks})",
        (shop_id, shop_id, *branch),
    )
    homes = db.rows(f"DELETE FROM home_place WHERE location_id IN ({marks}) RETURNING item_id, location_id", branch)
    db.run_many(
        "INSERT INTO home_place (item_id, shop_id, location_id) VALUES (?, ?, ?) "
        "ON CONFLICT (item_id, shop_id) DO NOTHING",
        [(item_id, shop_id, location_id) for item_id, location_id in sorted(homes)],
    )


def _make_path(db: Db, path: Sequence[str]) -> LocationId:
    if len(path) > len(Level):
        raise Refused(_("{path}: a path goes from a shop to a room, a zone and a bin.").format(
            path=rules.path_text(path)
        ))  # fmt: skip
    above: LocationId | None = None
    for depth, step in enumerate(path):
        name = rules.place_name(step)
        found = db.row("SELECT id, active FROM location WHERE name_key = ?", (rules.name_key(above, name),))
        if found is None:
            level = Level.BIN if 2 <= depth == len(path) - 1 else list(Level)[depth]
            above = make(db, name, level, above)
        else:
            db.run("UPDATE location SET active = 1 WHERE id = ? AND active = 0", (found[0],))
            above = LocationId(found[0])
    assert above is not None
    return above


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
