"""Take a file of purchase orders: each becomes a draft whose reference is the file's own number.

A row is taken whole or refused whole, named by its line; the rest is kept. Taking the same file again changes nothing,
also when an order has gone on since; an order that is no draft any more is not changed by a file. Everything is one
database transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shopstock.core import names
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import ImportResult, Refused, RefusedRow, ShopError
from shopstock.core.purchasing import OrderFields, OrderState
from shopstock.core.text import _
from shopstock.core.units import ItemId, LocationId
from shopstock.db.connection import Db, transaction
from shopstock.formats import order_csv
from shopstock.formats.order_csv import OrderRow
from shopstock.queries import reports, suppliers
from shopstock.services import order_lines, purchase


class _Undo(Exception):
    """Leaves the transaction of a dry run, or of a strict one with bad rows."""


def import_orders(
    db: Db,
    acting: Acting,
    path: Path | str,
    *,
    dry_run: bool = False,
    strict: bool = False,
    progress: Callable[[int, int], None] = lambda done, whole: None,
) -> ImportResult:
    """Take a file of purchase orders and say what became of its rows. Needs ``IMPORT`` and ``ORDER``.

    ``dry_run`` writes nothing and reports the same; ``strict`` takes nothing when any row is bad. ``progress`` is told
    bytes done and bytes in all. Raises ``BadFile`` for a file that cannot be used at all.
    """
    acting.require(Permission.IMPORT)
    acting.require(Permission.ORDER)
    taken = unchanged = 0
    refused: list[RefusedRow] = []
    try:
        with transaction(db):
            work = _Import(db, acting)
            for row, read in order_csv.read(path):
                try:
                    if isinstance(row, RefusedRow):
                        refused.append(row)
                    elif work.take(row):
                        taken += 1
                    else:
                        unchanged += 1
                except ShopError as error:
                    refused.append(RefusedRow(row.line, str(error)))
                progress(*read)
            work.finish()
            if dry_run or (strict and refused):
                raise _Undo
    except _Undo:
        pass
    return ImportResult(0 if strict and refused else taken, unchanged, tuple(refused), (), dry_run)


class _Import:
    def __init__(self, db: Db, acting: Acting) -> None:
        self._db = db
        self._acting = acting
        self._made: list[int] = []
        self._lines: dict[tuple[int, ItemId], int] = {}

    def take(self, row: OrderRow) -> bool:
        """Take one row and tell whether it changed anything; an order is made with its first good row."""
        db = self._db
        supplier_id = suppliers.by_name(db, row.supplier)
        item_id = self._item(row, supplier_id)
        place = reports.location_named(db, row.location) if row.location else None
        order_id = db.value(
            "SELECT id FROM purchase_order WHERE supplier_id = ? AND reference = ? AND state <> 'cancelled'"
            " ORDER BY id LIMIT 1",
            (supplier_id, row.order),
        )
        if order_id is None:
            order_id = self._new(row, supplier_id, place)
        order = order_lines.held(db, order_id)
        earlier = self._lines.setdefault((order_id, item_id), row.line)
        if earlier != row.line:
            raise Refused(_("Line {line} orders this item already. Keep one of them.").format(line=earlier))
        line = order_lines.line_of(db, order_id, item_id)
        if line is not None and self._same(row, line):
            return False
        if order.state != OrderState.DRAFT:
            raise Refused(_("{number} ({reference}) is {state}; a file changes drafts only. Change it there.").format(
                number=order.name, reference=row.order, state=order.state.words.lower()
            ))  # fmt: skip
        order_lines.write_line(
            db, self._acting, order, item_id, row.qty, row.price, line, row.pack_qty, row.note or None
        )
        return True

    def finish(self) -> None:
        """Take away the orders of which every row was refused."""
        for order_id in self._made:
            if not self._db.value("SELECT 1 FROM purchase_order_line WHERE order_id = ? LIMIT 1", (order_id,)):
                self._db.run("DELETE FROM purchase_order WHERE id = ?", (order_id,))

    def _new(self, row: OrderRow, supplier_id: int, place: LocationId | None) -> int:
        fields = OrderFields(supplier_id, place, row.currency, row.rate, row.order, "", row.expected)
        made = purchase.new_order(self._db, self._acting, fields).order_id
        self._made.append(made)
        return made

    def _item(self, row: OrderRow, supplier_id: int) -> ItemId:
        db = self._db
        if row.sku:
            found = db.value("SELECT id FROM item WHERE sku_key = ?", (names.key(row.sku),))
            if found is None:
                raise Refused(_("There is no item with the SKU “{sku}”.").format(sku=row.sku))
        else:
            found = suppliers.item_by_code(db, supplier_id, row.supplier_code)
            if found is None:
                raise Refused(
                    _("{supplier} has no item with the code “{code}”. Write its sku.").format(
                        supplier=row.supplier, code=row.supplier_code
                    )
                )
        order_lines.check_item(db, ItemId(found))
        return ItemId(found)

    def _same(self, row: OrderRow, line: order_lines.Line) -> bool:
        return (
            line.qty == row.qty
            and (row.price is None or line.price == row.price)
            and (row.pack_qty is None or line.pack_qty == row.pack_qty)
            and (not row.note or line.note == row.note)
        )
