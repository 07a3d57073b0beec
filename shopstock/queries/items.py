"""Look items up: by a scanned code in one statement, the item's card, quick keys, unknown codes.

What costs is given only to those who may see it.
"""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core import catalogue, code_rules, codes, names
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import Instant, ItemId, LocationId, Money, PersonId, Qty
from shopstock.db.connection import Db
from shopstock.queries import lots, places


class Found(NamedTuple):
    """What a code stands for, with what the till needs to sell it.

    ``tax_rate`` is in 1/1,000 of a percent. ``qty`` is what one scan stands for (a pack of six is 6,000).
    ``on_hand`` and ``available`` are those of all places for sale in the shop of the asked location. ``embedded`` says
    what ``amount`` of a price- or weight-embedded code is (``Money`` or ``Qty``). ``stocked``, ``asks_price`` and
    ``active`` are 0 or 1. ``tracks`` is one of ``catalogue.TRACKS``, ``trace`` what a GS1 code says besides, ``lots``
    are those of an item that is tracked by them at the same places, first expired first.
    """

    id: ItemId
    sku: str
    name: str
    unit: str
    price: Money
    tax_rate: int
    stocked: int
    asks_price: int
    on_hand: Qty
    available: Qty
    code: str
    qty: Qty
    embedded: code_rules.Kind | None = None
    amount: int = 0
    tracks: str = ""
    trace: codes.Trace = codes.NO_TRACE
    lots: tuple[lots.LotHere, ...] = ()


_FOUND = """
SELECT i.id, i.sku, i.name, i.unit, i.price, coalesce(t.rate, 0), i.stocked, i.asks_price, {here}, c.code, c.qty,
  NULL, 0, i.tracks
FROM ({arms} LIMIT 1) c
JOIN item i ON i.id = c.item_id
LEFT JOIN tax_rate t ON t.id = i.tax_rate_id"""
_BY_KEY = "SELECT item_id, code, qty FROM item_code WHERE key = ? AND retired_at IS NULL"
_BY_SKU = "SELECT id AS item_id, sku AS code, 1000 AS qty FROM item WHERE sku_key = ? AND active = 1"
_BY_ID = "SELECT id AS item_id, '' AS code, 1000 AS qty FROM item WHERE id = ?"
_FIND_PLAIN = _FOUND.format(here=places.FOR_SALE, arms=f"{_BY_KEY} UNION ALL {_BY_SKU}")
_FIND_EITHER = _FOUND.format(here=places.FOR_SALE, arms=f"{_BY_KEY} UNION ALL {_BY_KEY} UNION ALL {_BY_SKU}")
_FIND_ID = _FOUND.format(here=places.FOR_SALE, arms=_BY_ID)


def by_code(db: Db, code: str, location_id: LocationId, rules: code_rules.Rules = code_rules.NO_RULES) -> Found | None:
    """Return the item of a scanned or typed code, or of a SKU; ``None`` when there is none.

    A code registered as it stands goes before what a rule reads out of it. Raises ``BadCode`` for what cannot be a
    code. ``rules`` come from :func:`code_rules_of`, read once by whoever scans.
    """
    reading = codes.read(code, rules)
    sku = code.strip().casefold()
    if not reading.base_key:
        row = db.row(_FIND_PLAIN, (location_id, location_id, reading.key, sku))
    else:
        row = db.row(_FIND_EITHER, (location_id, location_id, reading.key, reading.base_key, sku))
    if row is None:
        return None
    found = _tracked(db, Found._make((*row, reading.trace, ())), location_id)
    if reading.kind is None or (reading.key != reading.base_key and codes.key(found.code) == reading.key):
        return found
    return found._replace(embedded=reading.kind, amount=reading.amount)


def by_id(db: Db, item_id: ItemId, location_id: LocationId) -> Found | None:
    """Return an item as :func:`by_code` would, for one chosen from a list."""
    row = db.row(_FIND_ID, (location_id, location_id, item_id))
    return None if row is None else _tracked(db, Found._make((*row, codes.NO_TRACE, ())), location_id)


def _tracked(db: Db, found: Found, location_id: LocationId) -> Found:
    """Add the lots that are for sale, for an item that is tracked by them; all others cost nothing more."""
    if found.tracks != catalogue.LOTS:
        return found
    return found._replace(lots=tuple(lots.for_sale(db, found.id, location_id)))


def id_of_sku(db: Db, sku: str) -> ItemId | None:
    """Return the item of a SKU, retired ones included."""
    found: ItemId | None = db.value("SELECT id FROM item WHERE sku_key = ?", (names.key(sku),))
    return found


def code_rules_of(db: Db) -> code_rules.Rules:
    """Return the shop's rules for price- and weight-embedded codes, compiled, in their order."""
    return code_rules.Rules(
        code_rules.Rule(name, pattern, code_rules.Kind(kind))
        for name, pattern, kind in db.rows(
            "SELECT name, pattern, kind FROM code_rule WHERE active = 1 ORDER BY position, id"
        )
    )


class ItemCode(NamedTuple):
    """One code of an item and what one scan of it stands for."""

    id: int
    code: str
    kind: str
    qty: Qty
    created_at: Instant
    retired_at: Instant | None


class Level(NamedTuple):
    """What an item has at one location."""

    location_id: LocationId
    location: str
    on_hand: Qty
    allocated: Qty
    kind: str = "shop"

    @property
    def available(self) -> Qty:
        """What is for sale and not promised to anyone."""
        return Qty(0) if self.kind == "set_aside" else Qty(self.on_hand - self.allocated)


class Card(NamedTuple):
    """Everything about one item. ``value`` and ``supplier_cost`` are ``None`` for who may not see costs.

    ``tracks`` is one of ``catalogue.TRACKS``, ``weight`` is in grams a unit, ``content`` what one unit holds.
    """

    id: ItemId
    sku: str
    name: str
    unit: str
    price: Money
    category_id: int | None
    category: str
    supplier_id: int | None
    supplier: str
    tax_rate_id: int | None
    tax_rate: int
    tax_name: str
    stocked: int
    asks_price: int
    reorder_point: Qty | None
    order_up_to: Qty | None
    quick_key: int | None
    active: int
    created_at: Instant
    changed_at: Instant
    on_hand: Qty
    value: Money | None
    supplier_cost: Money | None
    tracks: str = ""
    weight: int | None = None
    content: Qty | None = None
    content_unit: str = ""
    codes: tuple[ItemCode, ...] = ()
    levels: tuple[Level, ...] = ()
    on_order: Qty = Qty(0)


def card(db: Db, acting: Acting, item_id: ItemId) -> Card:
    """Return an item's card with its codes and levels; raise ``Refused`` when there is no such item."""
    row = db.row(
        "SELECT i.id, i.sku, i.name, i.unit, i.price, i.category_id, coalesce(c.name, ''), i.supplier_id,"
        " coalesce(s.name, ''), i.tax_rate_id, coalesce(t.rate, 0), coalesce(t.name, ''), i.stocked,"
        " i.asks_price, i.reorder_point, i.order_up_to, i.quick_key, i.active, i.created_at, i.changed_at,"
        " coalesce(p.qty, 0), coalesce(p.value, 0), i.supplier_cost,"
        " i.tracks, i.weight, i.content, i.content_unit"
        " FROM item i LEFT JOIN category c ON c.id = i.category_id LEFT JOIN supplier s ON s.id = i.supplier_id"
        " LEFT JOIN tax_rate t ON t.id = i.tax_rate_id LEFT JOIN item_pool p ON p.item_id = i.id WHERE i.id = ?",
        (item_id,),
    )
    if row is None:
        raise Refused(_("This item is not in the catalogue any more. Search for it again."))
    found = Card(*row)
    if not acting.may(Permission.SEE_COST):
        found = found._replace(value=None, supplier_cost=None)
    on_order = db.value(
        "SELECT coalesce(sum(open_qty), 0) FROM purchase_order_line WHERE item_id = ? AND open_qty > 0", (item_id,)
    )
    return found._replace(codes=tuple(codes_of(db, item_id)), levels=tuple(levels(db, item_id)), on_order=Qty(on_order))


def codes_of(db: Db, item_id: ItemId, *, retired: bool = False) -> list[ItemCode]:
    """Return the codes of an item, oldest first; the retired ones only when asked for."""
    only = "" if retired else " AND retired_at IS NULL"
    return [
        ItemCode._make(row)
        for row in db.rows(
            f"SELECT id, code, kind, qty, created_at, retired_at FROM item_code WHERE item_id = ?{only} ORDER BY id",
            (item_id,),
        )
    ]


def levels(db: Db, item_id: ItemId) -> list[Level]:
    """Return what an item has at each location that ever held it."""
    return [
        Level._make(row)
        for row in db.rows(
            "SELECT l.location_id, p.name, l.on_hand, l.allocated, p.kind FROM stock_level l"
            " JOIN location p ON p.id = l.location_id WHERE l.item_id = ? ORDER BY l.location_id",
            (item_id,),
        )
    ]


class QuickKey(NamedTuple):
    """An item behind a key; ``key`` 0 means that the shop's sales put it there, not a person."""

    key: int
    item_id: ItemId
    sku: str
    name: str
    price: Money
    unit: str


def quick_keys(db: Db, count: int = 9) -> list[QuickKey]:
    """Return the assigned quick keys, then goods without a code by what this shop sold, up to ``count``.

    What was sold is what the ranks of the day say (see ``services.ranking``): sums over all days take too long here.
    """
    assigned = [
        QuickKey._make(row)
        for row in db.rows(
            "SELECT quick_key, id, sku, name, price, unit FROM item"
            " WHERE quick_key IS NOT NULL AND active = 1 ORDER BY quick_key, id LIMIT ?",
            (count,),
        )
    ]
    sold = db.rows(
        "SELECT 0, i.id, i.sku, i.name, i.price, i.unit FROM item_rank r JOIN item i ON i.id = r.item_id"
        " WHERE r.sold_90_days > 0 AND i.active = 1 AND i.quick_key IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM item_code c WHERE c.item_id = r.item_id AND c.retired_at IS NULL)"
        " ORDER BY r.sold_90_days DESC, i.id LIMIT ?",
        (count - len(assigned),),
    )
    return assigned + [QuickKey._make(row) for row in sold]


class UnknownRow(NamedTuple):
    """A code that was scanned and belongs to no item yet."""

    id: int
    code: str
    times: int
    first_at: Instant
    last_at: Instant
    person: str


def unknown_codes(db: Db, limit: int = 500) -> list[UnknownRow]:
    """Return the unsettled unknown codes, the most often scanned first."""
    return [
        UnknownRow._make(row)
        for row in db.rows(
            "SELECT u.id, u.code, u.times, u.first_at, u.last_at, coalesce(p.name, '') FROM unknown_code u"
            " LEFT JOIN person p ON p.id = u.person_id WHERE u.settled_at IS NULL"
            " ORDER BY u.times DESC, u.last_at DESC, u.id LIMIT ?",
            (limit,),
        )
    ]


def unknown_count(db: Db, limit: int = 500) -> int:
    """Return how many unknown codes wait, ``limit`` at most."""
    count: int = db.value(
        "SELECT count(*) FROM (SELECT 1 FROM unknown_code WHERE settled_at IS NULL LIMIT ?) AS waiting", (limit,)
    )
    return count


class PriceChange(NamedTuple):
    """One change of an item's price."""

    at: Instant
    person_id: PersonId | None
    person: str
    old_price: Money
    new_price: Money


def price_history(db: Db, item_id: ItemId) -> list[PriceChange]:
    """Return the changes of an item's price, the latest first."""
    return [
        PriceChange._make(row)
        for row in db.rows(
            "SELECT c.at, c.person_id, coalesce(p.name, ''), c.old_price, c.new_price FROM price_change c"
            " LEFT JOIN person p ON p.id = c.person_id WHERE c.item_id = ? ORDER BY c.at DESC, c.id DESC",
            (item_id,),
        )
    ]


class Named(NamedTuple):
    """A category or supplier, with the number of items in use that name it."""

    id: int
    name: str
    items: int


def categories(db: Db) -> list[Named]:
    """Return the categories by name."""
    return _named(db, "category", "category_id")


def suppliers(db: Db) -> list[Named]:
    """Return the suppliers by name."""
    return _named(db, "supplier", "supplier_id")


def _named(db: Db, table: str, column: str) -> list[Named]:
    return [
        Named._make(row)
        for row in db.rows(
            f"SELECT n.id, n.name, (SELECT count(*) FROM item i WHERE i.{column} = n.id AND i.active = 1)"
            f" FROM {table} n ORDER BY n.name_key"
        )
    ]


class TaxRate(NamedTuple):
    """A tax rate in 1/1,000 of a percent; ``active`` ones are offered for items."""

    id: int
    name: str
    rate: int
    active: int


def tax_rates(db: Db, *, retired: bool = False) -> list[TaxRate]:
    """Return the tax rates, the highest first."""
    only = "" if retired else " WHERE active = 1"
    return [
        TaxRate._make(row)
        for row in db.rows(f"SELECT id, name, rate, active FROM tax_rate{only} ORDER BY rate DESC, id")
    ]
