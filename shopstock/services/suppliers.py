"""Keep the suppliers and what each of them sells."""

from __future__ import annotations

from shopstock.core import catalogue, currency, names, purchasing
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Changes, Refused
from shopstock.core.purchasing import SupplierFields, SupplierItemFields, SupplierSaved
from shopstock.core.text import _
from shopstock.core.units import MAX_QTY, ItemId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db, transaction

_TOPICS = frozenset(("suppliers",))
_MOST_BREAKS = 20
_MOST_TEXT = 2_000


def save_supplier(db: Db, acting: Acting, supplier_id: int | None, fields: SupplierFields) -> SupplierSaved:
    """Add a supplier (``None``) or replace what is said about one. Needs ``ORDER``."""
    acting.require(Permission.ORDER)
    name = names.label(fields.name)
    code = currency.of(fields.currency).code if fields.currency.strip() else ""
    texts = (fields.contact, fields.email, fields.phone, fields.customer_number)
    contact, email, phone, customer_number = (_line(text) for text in texts)
    values = (
        name, names.key(name), contact, email, phone, _lines(fields.address), customer_number, code,
        check_lead_days(fields.lead_days), catalogue.check_price(fields.minimum_order),
        catalogue.check_price(fields.free_delivery_from), _lines(fields.note),
    )  # fmt: skip
    with transaction(db):
        taken = db.row("SELECT id, name FROM supplier WHERE name_key = ?", (names.key(name),))
        if taken is not None and taken[0] != supplier_id:
            raise Refused(_("There is a supplier {name} already. Change that one, or choose another name.").format(
                name=taken[1]
            ))  # fmt: skip
        if supplier_id is None:
            supplier_id = db.value(
                "INSERT INTO supplier (name, name_key, contact, email, phone, address, customer_number, currency,"
                " lead_days, minimum_order, free_delivery_from, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " RETURNING id",
                values,
            )
        else:
            _check_exists(db, supplier_id)
            db.run(
                "UPDATE supplier SET name = ?, name_key = ?, contact = ?, email = ?, phone = ?, address = ?,"
                " customer_number = ?, currency = ?, lead_days = ?, minimum_order = ?, free_delivery_from = ?,"
                " note = ?, active = 1 WHERE id = ?",
                (*values, supplier_id),
            )
        assert supplier_id is not None
    return SupplierSaved(topics=_TOPICS, supplier_id=supplier_id)


def retire_supplier(db: Db, acting: Acting, supplier_id: int) -> Changes:
    """Take a supplier off the lists; refused while an order to them is open. Saving them brings them back."""
    acting.require(Permission.ORDER)
    with transaction(db):
        _check_exists(db, supplier_id)
        number = db.value(
            "SELECT number FROM purchase_order WHERE supplier_id = ? AND state NOT IN"
            " ('received', 'closed', 'cancelled') ORDER BY id LIMIT 1",
            (supplier_id,),
        )
        if number is not None:
            raise Refused(_("The order {number} to this supplier is open. Close or cancel it first.").format(
                number=purchasing.order_number(number)
            ))  # fmt: skip
        db.run("UPDATE supplier SET active = 0 WHERE id = ?", (supplier_id,))
    return Changes(topics=_TOPICS)


def save_supplier_item(db: Db, acting: Acting, supplier_id: int, fields: SupplierItemFields) -> Changes:
    """Say how a supplier sells an item, with its price breaks. Needs ``ORDER``; see :func:`check_item_fields`."""
    acting.require(Permission.ORDER)
    with transaction(db):
        _check_exists(db, supplier_id)
        code, breaks = check_item_fields(db, supplier_id, fields)
        row_id = db.value(
            "INSERT INTO supplier_item (supplier_id, item_id, code, code_key, price, pack_qty, minimum_qty, lead_days)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (supplier_id, item_id) DO UPDATE SET code = excluded.code,"
            " code_key = excluded.code_key, price = excluded.price, pack_qty = excluded.pack_qty,"
            " minimum_qty = excluded.minimum_qty, lead_days = excluded.lead_days, active = 1 RETURNING id",
            (
                supplier_id, fields.item_id, code, names.key(code) if code else "", fields.price, fields.pack_qty,
                fields.minimum_qty, fields.lead_days,
            ),
        )  # fmt: skip
        db.run("DELETE FROM price_break WHERE supplier_item_id = ?", (row_id,))
        db.run_many(
            "INSERT INTO price_break (supplier_item_id, from_qty, price) VALUES (?, ?, ?)",
            [(row_id, from_qty, at) for from_qty, at in breaks],
        )
    return Changes(items=frozenset((fields.item_id,)), topics=_TOPICS)


def check_item_fields(
    db: Db, supplier_id: int | None, fields: SupplierItemFields
) -> tuple[str, list[tuple[Qty, Money]]]:
    """Return code and price breaks fit to store; ``supplier_id`` ``None`` is a supplier that is yet to be added.

    Raises ``Refused`` for a pack of nothing, a retired item, two breaks at one quantity, and a code that is another
    item's with this supplier.
    """
    catalogue.check_pack(fields.pack_qty)
    if not 0 <= fields.minimum_qty <= MAX_QTY:
        raise Refused(_("A minimum is between 0 and 1,000,000. Check it."))
    catalogue.check_cost(fields.price)
    check_lead_days(fields.lead_days)
    breaks = _checked_breaks(fields.breaks)
    item = db.row("SELECT name, active FROM item WHERE id = ?", (fields.item_id,))
    if item is None or not item[1]:
        raise Refused(_("This item was retired or is gone. Choose another, or bring it back first."))
    code = _line(fields.code)
    taken = db.row(
        "SELECT i.id, i.sku, i.name FROM supplier_item x JOIN item i ON i.id = x.item_id"
        " WHERE x.supplier_id = ? AND x.code_key = ? AND x.code_key <> ''",
        (supplier_id, names.key(code)),
    )
    if taken is not None and taken[0] != fields.item_id:
        raise Refused(
            _("{code} is this supplier's code for {sku}, {name}, already. Change it there first.").format(
                code=code, sku=taken[1], name=taken[2]
            )
        )
    return code, breaks


def remove_supplier_item(db: Db, acting: Acting, supplier_id: int, item_id: ItemId) -> Changes:
    """Say that a supplier no longer sells an item; its orders stay."""
    acting.require(Permission.ORDER)
    with transaction(db):
        db.run(
            "DELETE FROM price_break WHERE supplier_item_id IN"
            " (SELECT id FROM supplier_item WHERE supplier_id = ? AND item_id = ?)",
            (supplier_id, item_id),
        )
        db.run("DELETE FROM supplier_item WHERE supplier_id = ? AND item_id = ?", (supplier_id, item_id))
    return Changes(items=frozenset((item_id,)), topics=_TOPICS)


def prefer(db: Db, acting: Acting, supplier_id: int, item_id: ItemId) -> Changes:
    """Make a supplier the one that an item is ordered from."""
    acting.require(Permission.ORDER)
    with transaction(db):
        _check_exists(db, supplier_id)
        db.run("UPDATE item SET supplier_id = ?, changed_at = ? WHERE id = ?", (supplier_id, clock.now(), item_id))
    return Changes(items=frozenset((item_id,)), topics=_TOPICS | {"catalogue"})


def check_lead_days(days: int | None) -> int | None:
    """Return a lead time; raise ``Refused`` when it is below nothing or beyond belief."""
    if days is not None and not 0 <= days <= purchasing.MAX_LEAD_DAYS:
        raise Refused(_("A lead time is between 0 and {most} days. Check it.").format(most=purchasing.MAX_LEAD_DAYS))
    return days


def _check_exists(db: Db, supplier_id: int) -> None:
    if db.value("SELECT 1 FROM supplier WHERE id = ?", (supplier_id,)) is None:
        raise Refused(_("There is no such supplier any more. Choose another."))


def _checked_breaks(breaks: tuple[tuple[Qty, Money], ...]) -> list[tuple[Qty, Money]]:
    if len(breaks) > _MOST_BREAKS:
        raise Refused(_("There are more than {most} price breaks. Keep those that matter.").format(most=_MOST_BREAKS))
    quantities = [from_qty for from_qty, _price in breaks]
    if len(set(quantities)) < len(quantities):
        raise Refused(_("Two price breaks begin at the same quantity. Keep one of them."))
    for from_qty, price in breaks:
        if not 0 < from_qty <= MAX_QTY:
            raise Refused(_("A price break begins at more than 0 and at most 1,000,000. Check it."))
        catalogue.check_price(price)
    return sorted(breaks)


def _line(text: str) -> str:
    return _limited(names.clean(text))


def _lines(text: str) -> str:
    return _limited("\n".join(names.clean(line) for line in text.strip().splitlines()))


def _limited(text: str) -> str:
    if len(text) > _MOST_TEXT:
        raise Refused(_("“{start}…” is longer than {most} characters. Shorten it.").format(
            start=text[:20], most=_MOST_TEXT
        ))  # fmt: skip
    return text
