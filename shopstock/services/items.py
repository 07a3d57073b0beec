"""Keep the catalogue: items, their codes, prices and quick keys.

The search index follows every change in the same transaction. A code belongs to one item at a time; what is retired
stays in the tables, because documents name it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from shopstock.core import catalogue, code_rules, codes, names
from shopstock.core.acting import Acting, Permission
from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.outcome import Changes, Refused, ShopError
from shopstock.core.text import _
from shopstock.core.units import ONE, ItemId, Money, Qty, format_qty
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.queries import items as catalogue_rows
from shopstock.queries import settings
from shopstock.services import item_index, label_due, people


class CodeTaken(ShopError):
    """A code that belongs to another item; ``item_id`` names it."""

    def __init__(self, code: str, item_id: ItemId, sku: str, name: str) -> None:
        super().__init__(
            _("{code} belongs to {sku}, {name}, already. Retire it there first, or use another code.").format(
                code=code, sku=sku, name=name
            )
        )
        self.code = code
        self.item_id = item_id


def create(db: Db, acting: Acting, fields: ItemFields, new_codes: Iterable[NewCode] = ()) -> Changes:
    """Add an item with its codes; ``Changes.items`` holds its id. Needs ``NEW_ITEM``.

    Raises ``Refused`` for an empty or taken SKU, a name too long and the like, ``CodeTaken`` for another item's code.
    """
    with transaction(db):
        acting = people.allow(db, acting, Permission.NEW_ITEM, f"new item {fields.name}")
        item_id = _insert(db, fields)
        for new in new_codes:
            _insert_code(db, item_id, new, rules_for(db, fields.unit, fields.asks_price))
        item_index.index(db, item_id)
        settle_known(db)
    return Changes(items=frozenset((item_id,)), topics=frozenset(("catalogue",)))


def update(db: Db, acting: Acting, item_id: ItemId, fields: ItemFields) -> Changes:
    """Replace what is said about an item; a new price is logged. Needs ``EDIT_ITEMS``.

    The unit of an item that has ever moved stays. What it costs stays for who may not see it.
    """
    with transaction(db):
        acting = people.allow(db, acting, Permission.EDIT_ITEMS, f"change item {item_id}")
        before = catalogue_rows.card(db, acting, item_id)
        unit = catalogue.unit_of(fields.unit)
        if unit != before.unit:
            check_unit_may_change(db, item_id, before.name, before.unit)
        sku = names.sku(fields.sku or before.sku)
        _check_sku(db, sku, item_id)
        values = _values(db, fields, sku)
        check_tracks_may_change(db, item_id, before.name, before.tracks, values["tracks"])
        if not acting.may(Permission.SEE_COST):
            values["supplier_cost"] = db.value("SELECT supplier_cost FROM item WHERE id = ?", (item_id,))
        _log_price(db, acting, item_id, before.price, values["price"])
        setting = ", ".join(f"{column} = ?" for column in values)
        db.run(f"UPDATE item SET {setting} WHERE id = ?", (*values.values(), item_id))
        item_index.index(db, item_id)
    return Changes(items=frozenset((item_id,)), topics=frozenset(("catalogue",)))


def set_price(db: Db, acting: Acting, item_id: ItemId, price: Money) -> Changes:
    """Change an item's price and log it. Needs ``EDIT_ITEMS``."""
    catalogue.check_price(price)
    with transaction(db):
        acting = people.allow(db, acting, Permission.EDIT_ITEMS, f"price of item {item_id}: {price}")
        before = catalogue_rows.card(db, acting, item_id)
        _log_price(db, acting, item_id, before.price, price)
        db.run("UPDATE item SET price = ?, changed_at = ? WHERE id = ?", (price, clock.now(), item_id))
    return Changes(items=frozenset((item_id,)), topics=frozenset(("catalogue",)))


def retire(db: Db, acting: Acting, item_id: ItemId) -> Changes:
    """Take an item out of the catalogue, with its codes. Needs ``EDIT_ITEMS``; refused while there is any on hand."""
    with transaction(db):
        acting = people.allow(db, acting, Permission.EDIT_ITEMS, f"retire item {item_id}")
        card = catalogue_rows.card(db, acting, item_id)
        if any(level.on_hand or level.allocated for level in card.levels):
            raise Refused(
                _("{name} is still on hand ({qty}) or promised. Sell it, write it off or count it to 0 first.").format(
                    name=card.name, qty=format_qty(Qty(sum(level.on_hand for level in card.levels)))
                )
            )
        now = clock.now()
        db.run("UPDATE item SET active = 0, quick_key = NULL, changed_at = ? WHERE id = ?", (now, item_id))
        db.run("UPDATE item_code SET retired_at = ? WHERE item_id = ? AND retired_at IS NULL", (now, item_id))
        db.run("DELETE FROM item_search WHERE rowid = ?", (item_id,))
    return Changes(items=frozenset((item_id,)), topics=frozenset(("catalogue",)))


def restore(db: Db, acting: Acting, item_id: ItemId) -> Changes:
    """Bring a retired item back, with those of its codes that were retired with it and are still free."""
    with transaction(db):
        acting = people.allow(db, acting, Permission.EDIT_ITEMS, f"restore item {item_id}")
        changed = db.value("SELECT changed_at FROM item WHERE id = ? AND active = 0", (item_id,))
        if changed is None:
            return Changes(existing=True)
        db.run(
            "UPDATE item_code SET retired_at = NULL WHERE item_id = ? AND retired_at = ? AND NOT EXISTS"
            " (SELECT 1 FROM item_code o WHERE o.key = item_code.key AND o.retired_at IS NULL)",
            (item_id, changed),
        )
        db.run("UPDATE item SET active = 1, changed_at = ? WHERE id = ?", (clock.now(), item_id))
        item_index.index(db, item_id)
    return Changes(items=frozenset((item_id,)), topics=frozenset(("catalogue",)))


def add_code(db: Db, acting: Acting, item_id: ItemId, code: str, qty: Qty = ONE) -> Changes:
    """Give an item one more code; one scan of it stands for ``qty``. Needs ``NEW_ITEM``.

    A scale's label given to goods sold by weight (or at a price of their own) registers the item's part of it. Raises
    ``CodeTaken``, ``BadCode``, or ``Refused`` for a pack of nothing. Unknown scans of the code are settled.
    """
    with transaction(db):
        acting = people.allow(db, acting, Permission.NEW_ITEM, f"code {code} for item {item_id}")
        card = catalogue_rows.card(db, acting, item_id)
        rules = rules_for(db, card.unit, bool(card.asks_price))
        _insert_code(db, item_id, NewCode(code, qty), rules)
        item_index.index(db, item_id)
        settle_known(db)
    return Changes(items=frozenset((item_id,)), topics=frozenset(("catalogue", "unknown_codes")))


def retire_code(db: Db, acting: Acting, code_id: int) -> Changes:
    """Take a code off its item; what was sold by it stays. Needs ``EDIT_ITEMS``."""
    with transaction(db):
        acting = people.allow(db, acting, Permission.EDIT_ITEMS, f"retire code {code_id}")
        item_id = db.value("SELECT item_id FROM item_code WHERE id = ? AND retired_at IS NULL", (code_id,))
        if item_id is None:
            return Changes(existing=True)
        db.run("UPDATE item_code SET retired_at = ? WHERE id = ?", (clock.now(), code_id))
        item_index.index(db, item_id)
    return Changes(items=frozenset((item_id,)), topics=frozenset(("catalogue",)))


def generate_code(db: Db, acting: Acting, item_id: ItemId) -> Changes:
    """Give an item a code of the shop's own: the next EAN-13 in a range that no rule uses. Needs ``NEW_ITEM``."""
    with transaction(db):
        be_alone_with_codes(db)
        acting = people.allow(db, acting, Permission.NEW_ITEM, f"new code for item {item_id}")
        catalogue_rows.card(db, acting, item_id)
        rules = catalogue_rows.code_rules_of(db)
        last = db.value(
            "SELECT max(code) FROM item_code WHERE kind = ? AND substr(code, 1, 2) = ?",
            (codes.CodeKind.INTERNAL, codes.in_store_range(rules)),
        )
        sequence = int(last[2:12]) + 1 if last else 1
        while _owner_of(db, codes.key(code := codes.in_store(sequence, rules))) is not None:
            sequence += 1
        _write_code(db, item_id, code, codes.key(code), codes.CodeKind.INTERNAL, ONE)
        item_index.index(db, item_id)
    return Changes(items=frozenset((item_id,)), topics=frozenset(("catalogue",)))


def be_alone_with_codes(db: Db) -> None:
    """Let others wait who would write codes, so that two never take the same next one. Inside a transaction.

    On SQLite a writer is alone anyway.
    """
    if db.engine == "postgresql":
        db.run("LOCK TABLE item_code IN SHARE ROW EXCLUSIVE MODE")


def assign_quick_key(db: Db, acting: Acting, item_id: ItemId, number: int | None) -> Changes:
    """Put an item behind ``/number`` (1 to 99), taking it from another, or free it with ``None``."""
    if number is not None and not 1 <= number <= catalogue.MAX_QUICK_KEY:
        raise Refused(_("Quick keys go from 1 to {most}.").format(most=catalogue.MAX_QUICK_KEY))
    with transaction(db):
        acting = people.allow(db, acting, Permission.EDIT_ITEMS, f"quick key for item {item_id}")
        catalogue_rows.card(db, acting, item_id)
        others = [row[0] for row in db.rows("SELECT id FROM item WHERE quick_key = ?", (number,))]
        db.run("UPDATE item SET quick_key = NULL WHERE quick_key = ?", (number,))
        db.run("UPDATE item SET quick_key = ? WHERE id = ?", (number, item_id))
    return Changes(items=frozenset((item_id, *others)), topics=frozenset(("quick_keys",)))


def record_unknown(db: Db, acting: Acting, code: str) -> Changes:
    """Note that a code was scanned that belongs to nothing, for the back room's list."""
    tidied = codes.tidy(code)
    now = clock.now()
    with transaction(db):
        db.run(
            "INSERT INTO unknown_code (code, times, first_at, last_at, person_id) VALUES (?, 1, ?, ?, ?)"
            " ON CONFLICT (code) DO UPDATE SET times = unknown_code.times + 1, last_at = excluded.last_at,"
            " person_id = excluded.person_id, settled_at = NULL, item_id = NULL",
            (tidied, now, now, acting.person_id),
        )
    return Changes(topics=frozenset(("unknown_codes",)))


def settle_unknown(db: Db, acting: Acting, unknown_id: int, item_id: ItemId, qty: Qty = ONE) -> Changes:
    """Give an unknown code to an item: the code is added to it, and the entry leaves the list."""
    code = db.value("SELECT code FROM unknown_code WHERE id = ?", (unknown_id,))
    if code is None:
        raise Refused(_("This code is not on the list any more."))
    return add_code(db, acting, item_id, code, qty)


def dismiss_unknown(db: Db, acting: Acting, unknown_id: int) -> Changes:
    """Take an unknown code off the list without giving it to an item (a misread, a customer's own goods)."""
    with transaction(db):
        acting = people.allow(db, acting, Permission.NEW_ITEM, f"dismiss unknown code {unknown_id}")
        _settle(db, unknown_id, None)
    return Changes(topics=frozenset(("unknown_codes",)))


def settle_known(db: Db) -> None:
    """Settle every unknown code that finds an item by now. Inside a transaction."""
    rows = db.rows("SELECT id, code FROM unknown_code WHERE settled_at IS NULL")
    rules = catalogue_rows.code_rules_of(db) if rows else code_rules.NO_RULES
    for unknown_id, code in rows:
        reading = codes.read(code, rules)
        owner = _owner_of(db, reading.key) or _owner_of(db, reading.base_key)
        if owner is not None:
            _settle(db, unknown_id, owner)


def category_id(db: Db, name: str) -> int | None:
    """Return the category of that name, made when it is new; ``None`` for an empty name. Inside a transaction."""
    return _get_or_create(db, "category", name)


def supplier_id(db: Db, name: str) -> int | None:
    """Return the supplier of that name, made when it is new; ``None`` for an empty name. Inside a transaction."""
    return _get_or_create(db, "supplier", name)


def check_unit_may_change(db: Db, item_id: ItemId, name: str, unit: str) -> None:
    """Raise ``Refused`` when an item has been traded: its quantities are in the unit it had."""
    if db.value("SELECT 1 FROM stock_movement WHERE item_id = ? LIMIT 1", (item_id,)):
        raise Refused(
            _("{name} has been traded in “{unit}”. Make a new item to count it in another unit.").format(
                name=name, unit=unit
            )
        )


def check_tracks_may_change(db: Db, item_id: ItemId, name: str, before: str, after: str) -> None:
    """Raise ``Refused`` when lots would be forgotten that are on hand."""
    if before == catalogue.LOTS != after and db.value(
        "SELECT 1 FROM lot o JOIN lot_level l ON l.lot_id = o.id WHERE o.item_id = ? AND l.on_hand <> 0 LIMIT 1",
        (item_id,),
    ):
        raise Refused(_("Lots of {name} are on hand. Go on tracking them until they are sold.").format(name=name))


class StoredCode(NamedTuple):
    """How a code is kept: as shown, by what key it is found, and what it is."""

    code: str
    key: str
    kind: codes.CodeKind


def stored_code(text: str, rules: code_rules.Rules) -> StoredCode:
    """Return how a code is kept for goods that ``rules`` apply to; raise ``BadCode``."""
    code = codes.tidy(text)
    reading = codes.read(text, rules)
    if reading.kind is not None:
        return StoredCode(reading.base_key.removeprefix("0"), reading.base_key, codes.CodeKind.EMBEDDED)
    if not codes.is_gtin(reading.key):
        return StoredCode(code, reading.key, codes.CodeKind.RAW)
    if not code.isdigit():
        code = reading.key.removeprefix("0")  # of a GS1 element string, the item's part
    return StoredCode(code, reading.key, codes.CodeKind.GTIN)


def _insert(db: Db, fields: ItemFields) -> ItemId:
    sku = names.sku(fields.sku) if names.clean(fields.sku) else _next_sku(db)
    _check_sku(db, sku, None)
    values = _values(db, fields, sku)
    values["created_at"] = values["changed_at"]
    marks = ", ".join("?" * len(values))
    made: ItemId = db.value(
        f"INSERT INTO item ({', '.join(values)}) VALUES ({marks}) RETURNING id", tuple(values.values())
    )
    return made


def _values(db: Db, fields: ItemFields, sku: str) -> dict[str, Any]:
    """Return the columns that hold what a person says about an item, checked."""
    name, unit = names.item_name(fields.name), catalogue.unit_of(fields.unit)
    content, content_unit = catalogue.check_content(fields.content, fields.content_unit)
    return {
        "sku": sku, "sku_key": names.key(sku), "name": name, "name_key": names.fold(name),
        "category_id": category_id(db, fields.category), "supplier_id": supplier_id(db, fields.supplier),
        "tax_rate_id": _tax_rate(db, fields.tax_rate_id), "unit": unit,
        "price": catalogue.check_price(fields.price), "supplier_cost": catalogue.check_cost(fields.supplier_cost),
        "stocked": int(fields.stocked), "asks_price": int(fields.asks_price),
        "reorder_point": catalogue.check_level(fields.reorder_point),
        "order_up_to": catalogue.check_level(fields.order_up_to),
        "tracks": catalogue.check_tracks(fields.tracks, unit, stocked=fields.stocked),
        "weight": catalogue.check_weight(fields.weight), "content": content, "content_unit": content_unit,
        "changed_at": clock.now(),
    }  # fmt: skip


def _next_sku(db: Db) -> str:
    number = 1 + db.value("SELECT coalesce(max(id), 0) FROM item")
    while db.value("SELECT 1 FROM item WHERE sku_key = ?", (str(10_000 + number),)):
        number += 1
    return str(10_000 + number)


def _check_sku(db: Db, sku: str, item_id: ItemId | None) -> None:
    row = db.row("SELECT id, name FROM item WHERE sku_key = ?", (names.key(sku),))
    if row is not None and row[0] != item_id:
        raise Refused(_("The SKU {sku} belongs to {name} already. Choose another.").format(sku=sku, name=row[1]))


def rules_for(db: Db, unit: str, asks_price: bool) -> code_rules.Rules:
    """Return the rules for an item's codes: goods sold by the piece keep a code whole, even in a scale's range."""
    if asks_price or catalogue.unit_of(unit) != catalogue.PIECE:
        return catalogue_rows.code_rules_of(db)
    return code_rules.NO_RULES


def _insert_code(db: Db, item_id: ItemId, new: NewCode, rules: code_rules.Rules) -> None:
    qty = catalogue.check_pack(new.qty)
    code, key, kind = stored_code(new.code, rules)
    taken = db.row(
        "SELECT i.id, i.sku, i.name FROM item_code c JOIN item i ON i.id = c.item_id"
        " WHERE c.key = ? AND c.retired_at IS NULL",
        (key,),
    )
    if taken is None:
        _write_code(db, item_id, code, key, kind, qty)
    elif taken[0] == item_id:
        db.run("UPDATE item_code SET qty = ? WHERE key = ? AND retired_at IS NULL", (qty, key))
    else:
        raise CodeTaken(code, *taken)


def _write_code(db: Db, item_id: ItemId, code: str, key: str, kind: codes.CodeKind, qty: Qty) -> None:
    db.run(
        "INSERT INTO item_code (item_id, code, key, kind, qty, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        (item_id, code, key, kind, qty, clock.now()),
    )


def _owner_of(db: Db, key: str) -> ItemId | None:
    owner: ItemId | None = db.value("SELECT item_id FROM item_code WHERE key = ? AND retired_at IS NULL", (key,))
    return owner


def _settle(db: Db, unknown_id: int, item_id: ItemId | None) -> None:
    db.run("UPDATE unknown_code SET item_id = ?, settled_at = ? WHERE id = ?", (item_id, clock.now(), unknown_id))


def _tax_rate(db: Db, tax_rate_id: int | None) -> int:
    if tax_rate_id is None:
        return settings.load(db).default_tax_rate_id
    if db.value("SELECT 1 FROM tax_rate WHERE id = ?", (tax_rate_id,)) is None:
        raise Refused(_("This tax rate does not exist any more. Choose another."))
    return tax_rate_id


def _log_price(db: Db, acting: Acting, item_id: ItemId, old: Money, new: Money) -> None:
    if old != new:
        db.run(
            "INSERT INTO price_change (item_id, at, person_id, old_price, new_price) VALUES (?, ?, ?, ?, ?)",
            (item_id, clock.now(), acting.person_id, old, new),
        )
        label_due.price_changed(db, (item_id,))


def _get_or_create(db: Db, table: str, name: str) -> int | None:
    if not names.clean(name):
        return None
    label = names.label(name)
    found: int | None = db.value(f"SELECT id FROM {table} WHERE name_key = ?", (names.key(label),))
    if found is None:
        found = db.value(f"INSERT INTO {table} (name, name_key) VALUES (?, ?) RETURNING id", (label, names.key(label)))
    return found
