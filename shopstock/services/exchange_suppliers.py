"""Take a file of suppliers and what they sell.

A row is taken whole or refused whole, named by its line; the rest is kept. An empty cell leaves what the shop knows,
and taking the same file again changes nothing. Everything is one database transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from shopstock.core import names
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import ImportResult, Refused, RefusedRow, ShopError
from shopstock.core.purchasing import SupplierFields, SupplierItemFields
from shopstock.core.text import _
from shopstock.core.units import ItemId
from shopstock.db.connection import Db, transaction
from shopstock.formats import supplier_csv
from shopstock.formats.supplier_csv import SupplierRow
from shopstock.queries import suppliers as supplier_rows
from shopstock.services import suppliers


class _Undo(Exception):
    """Leaves the transaction of a dry run, or of a strict one with bad rows."""


def import_suppliers(
    db: Db,
    acting: Acting,
    path: Path | str,
    *,
    dry_run: bool = False,
    strict: bool = False,
    progress: Callable[[int, int], None] = lambda done, whole: None,
) -> ImportResult:
    """Take a file of suppliers and say what became of its rows. Needs ``IMPORT``.

    ``dry_run`` writes nothing and reports the same; ``strict`` takes nothing when any row is bad. ``progress`` is told
    bytes done and bytes in all. Raises ``BadFile`` for a file that cannot be used at all.
    """
    acting.require(Permission.IMPORT)
    taken = unchanged = 0
    refused: list[RefusedRow] = []
    try:
        with transaction(db):
            for row, read in supplier_csv.read(path):
                try:
                    if isinstance(row, RefusedRow):
                        refused.append(row)
                    elif _take(db, acting, row):
                        taken += 1
                    else:
                        unchanged += 1
                except ShopError as error:
                    refused.append(RefusedRow(row.line, str(error)))
                progress(*read)
            if dry_run or (strict and refused):
                raise _Undo
    except _Undo:
        pass
    return ImportResult(0 if strict and refused else taken, unchanged, tuple(refused), (), dry_run)


def _take(db: Db, acting: Acting, row: SupplierRow) -> bool:
    """Take one row and tell whether it changed anything; nothing is written for a row that is refused."""
    item_id = _item(db, row) if row.sku else None
    supplier_id = db.value("SELECT id FROM supplier WHERE name_key = ?", (names.key(row.supplier),))
    before = None if supplier_id is None else _fields_of(supplier_rows.supplier(db, acting, supplier_id))
    after = _merged(before or SupplierFields(row.supplier), row)
    item_before = item_after = None
    if item_id is not None:
        known = None if supplier_id is None else supplier_rows.item_of(db, acting, supplier_id, item_id)
        item_before = None if known is None else SupplierItemFields(
            item_id, known.code, known.price, known.pack_qty, known.minimum_qty, known.lead_days, known.breaks
        )  # fmt: skip
        item_after = _merged_item(item_before or SupplierItemFields(item_id), row)
        suppliers.check_item_fields(db, supplier_id, item_after)
    if after != before:
        supplier_id = suppliers.save_supplier(db, acting, supplier_id, after).supplier_id
    if item_after is not None and item_after != item_before:
        assert supplier_id is not None
        suppliers.save_supplier_item(db, acting, supplier_id, item_after)
    return after != before or item_after != item_before


def _item(db: Db, row: SupplierRow) -> ItemId:
    found = db.row("SELECT id, active FROM item WHERE sku_key = ?", (names.key(row.sku),))
    if found is None:
        raise Refused(_("There is no item with the SKU “{sku}”. Import the items first.").format(sku=row.sku))
    if not found[1]:
        raise Refused(_("{sku} was retired. Bring the item back first.").format(sku=row.sku))
    return ItemId(found[0])


def _fields_of(known: supplier_rows.Supplier) -> SupplierFields:
    return SupplierFields(
        known.name, known.contact, known.email, known.phone, known.address, known.customer_number, known.currency,
        known.lead_days, known.minimum_order, known.free_delivery_from, known.note,
    )  # fmt: skip


def _merged(before: SupplierFields, row: SupplierRow) -> SupplierFields:
    return replace(
        before,
        contact=row.contact or before.contact,
        email=row.email or before.email,
        phone=row.phone or before.phone,
        address=row.address or before.address,
        customer_number=row.customer_number or before.customer_number,
        currency=row.currency or before.currency,
        lead_days=before.lead_days if row.lead_days is None else suppliers.check_lead_days(row.lead_days),
        minimum_order=before.minimum_order if row.minimum_order is None else row.minimum_order,
        free_delivery_from=before.free_delivery_from if row.free_delivery_from is None else row.free_delivery_from,
        note=row.note or before.note,
    )


def _merged_item(before: SupplierItemFields, row: SupplierRow) -> SupplierItemFields:
    return replace(
        before,
        code=row.supplier_code or before.code,
        price=before.price if row.price is None else row.price,
        pack_qty=before.pack_qty if row.pack_qty is None else row.pack_qty,
        minimum_qty=before.minimum_qty if row.minimum_qty is None else row.minimum_qty,
        lead_days=before.lead_days if row.item_lead_days is None else row.item_lead_days,
        breaks=before.breaks if row.breaks is None else row.breaks,
    )
