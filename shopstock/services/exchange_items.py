"""Take a catalogue file: new items, changed ones, and their opening stock.

A row is taken whole or refused whole, named by its line; the rest is kept. An empty cell leaves what the shop knows.
Taking the same file again changes nothing: opening stock is posted, as one document, for items that never moved.
Everything is one database transaction. Rows go in by the batch, so that memory stays flat and half a million items are
a matter of a minute.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from shopstock.core import catalogue, code_rules, codes, names
from shopstock.core.acting import Acting, Permission
from shopstock.core.document import Goods, Head
from shopstock.core.outcome import ImportResult, Refused, RefusedRow, ShopError
from shopstock.core.text import _
from shopstock.core.units import ONE, ItemId, LocationId, Money, Qty, format_qty
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.formats import item_csv
from shopstock.formats.item_csv import ItemRow
from shopstock.queries import items as catalogue_rows
from shopstock.queries import settings as settings_rows
from shopstock.services import item_index, items, label_due, receive, settings
from shopstock.services.exchange_homes import Homes

_BATCH = 2_000


#: What a row says only where its cell is filled, named alike in both.
_FIGURES = ("price", "cost", "reorder_point", "order_up_to", "tracks", "weight", "content")


class _Undo(Exception):
    """Leaves the transaction of a dry run, or of a strict one with bad rows."""


def import_items(
    db: Db,
    acting: Acting,
    path: Path | str,
    *,
    dry_run: bool = False,
    strict: bool = False,
    progress: Callable[[int, int], None] = lambda done, whole: None,
) -> ImportResult:
    """Take a catalogue file and say what became of its rows. Needs ``IMPORT``, and ``OPENING`` for opening stock.

    ``dry_run`` writes nothing and reports the same; ``strict`` takes nothing when any row is bad. ``progress`` is told
    bytes done and bytes in all. Raises ``BadFile`` for a file that cannot be used at all.
    """
    acting.require(Permission.IMPORT)
    try:
        with transaction(db):
            work = _Import(db, acting)
            for rows, read in _batches(path, work.refused):
                work.take(rows)
                progress(*read)
            work.finish()
            if dry_run or (strict and work.refused):
                raise _Undo
    except _Undo:
        pass
    taken = 0 if strict and work.refused else work.taken
    refused = tuple(sorted(work.refused, key=lambda row: row.line))
    return ImportResult(taken, work.unchanged, refused, tuple(work.warnings), dry_run)


def _batches(path: Path | str, refused: list[RefusedRow]) -> Iterator[tuple[list[ItemRow], item_csv.Progress]]:
    batch: list[ItemRow] = []
    read = item_csv.Progress(0, 1)
    for row, read in item_csv.read(path):
        if isinstance(row, RefusedRow):
            refused.append(row)
        else:
            batch.append(row)
            if len(batch) == _BATCH:
                yield batch, read
                batch = []
    yield batch, read


class _Known(NamedTuple):
    """An item of the shop as the import compares it; the order is that of the SELECT."""

    id: ItemId
    sku_key: str
    name: str
    category_id: int | None
    supplier_id: int | None
    price: Money
    cost: Money | None
    unit: str
    tax_rate_id: int | None
    reorder_point: Qty | None
    order_up_to: Qty | None
    tracks: str
    weight: int | None
    content: Qty | None
    content_unit: str
    asks_price: int
    stocked: int
    active: int


class _Owner(NamedTuple):
    """Whose code a key is, and how much one scan of it stands for."""

    item_id: ItemId
    sku: str
    name: str
    qty: Qty


class _Import:
    def __init__(self, db: Db, acting: Acting) -> None:
        self._db = db
        self._acting = acting
        self._now = clock.now()
        self._usual_tax = settings_rows.load(db).default_tax_rate_id
        self._rules = catalogue_rows.code_rules_of(db)
        self._next_id = int(db.value("SELECT coalesce(max(id), 0) FROM item")) + 1
        self._seen: set[int] = set()
        self._ids: dict[tuple[str, str], int | None] = {}
        self._openings: list[Goods] = []
        self._homes = Homes(db, acting)
        self.taken = 0
        self.unchanged = 0
        self.refused: list[RefusedRow] = []
        self.warnings: list[RefusedRow] = []

    def take(self, rows: Sequence[ItemRow]) -> None:
        """Take a batch of rows."""
        self._known = self._items_of([names.key(row.sku) for row in rows])
        self._owners = self._owners_of(
            {codes.key(code) for row in rows for code in (row.barcode, row.pack_barcode) if code}
        )
        stocked = [known.id for row in rows if row.on_hand and (known := self._known.get(names.key(row.sku)))]
        self._opened = self._opened_of(stocked)
        self._new_ids = self._reserve(len(rows))
        self._new_items: list[tuple[Any, ...]] = []
        self._new_codes: list[tuple[Any, ...]] = []
        self._new_texts: list[tuple[ItemId, str]] = []
        self._changed: list[tuple[Any, ...]] = []
        self._prices: list[tuple[Any, ...]] = []
        self._packs: list[tuple[Qty, str]] = []
        self._stale: list[ItemId] = []
        for row in rows:
            try:
                self._take(row)
            except ShopError as error:
                self.refused.append(RefusedRow(row.line, str(error)))
        self._write()

    def finish(self) -> None:
        """Post the opening stock as one document and settle the unknown codes that are known now."""
        items.settle_known(self._db)
        if self._openings:
            content = repr([(goods.item_id, goods.qty, goods.value) for goods in self._openings])
            head = Head("opening:" + hashlib.sha256(content.encode()).hexdigest(), self._now)
            receive.post_opening(self._db, self._acting, head, self._openings)

    def _take(self, row: ItemRow) -> None:
        sku_key = names.key(row.sku)
        fingerprint = hash(sku_key)
        if fingerprint in self._seen:
            raise Refused(_("The SKU {sku} is in an earlier row of this file.").format(sku=row.sku))
        known = self._known.get(sku_key)
        if known is not None and not known.active:
            raise Refused(_("{sku} was retired. Bring the item back first.").format(sku=row.sku))
        if row.on_hand:
            self._acting.require(Permission.OPENING)
        stored = self._stored_codes(row, known)
        tax = self._tax(row.tax)
        home = self._homes.place(row.home)
        if known is None:
            self._add(row, sku_key, tax, stored, home)
        elif not self._change(row, known, tax, stored, home):
            self.unchanged += 1
            self._seen.add(fingerprint)
            return
        self._seen.add(fingerprint)
        self.taken += 1

    def _stored_codes(self, row: ItemRow, known: _Known | None) -> list[tuple[items.StoredCode, Qty]]:
        """Return the row's codes with their quantities; raise ``CodeTaken`` when one is another item's."""
        if not row.barcode and not row.pack_barcode:
            return []
        unit = row.unit or (known.unit if known else catalogue.PIECE)
        weighed = unit != catalogue.PIECE or (known is not None and known.asks_price)
        rules = self._rules if weighed else code_rules.NO_RULES
        stored = [
            (items.stored_code(text, rules), qty)
            for text, qty in ((row.barcode, ONE), (row.pack_barcode, row.pack_quantity))
            if text
        ]
        if len(stored) == 2 and stored[0][0].key == stored[1][0].key:
            raise Refused(_("The barcode and the pack_barcode are the same."))
        for code, _qty in stored:
            owner = self._owners.get(code.key)
            if owner is None and code.kind is codes.CodeKind.EMBEDDED:
                owner = self._owners_of({code.key}).get(code.key)
            if owner is not None and (known is None or owner.item_id != known.id):
                raise items.CodeTaken(code.code, owner.item_id, owner.sku, owner.name)
        for code, _qty in stored:
            checked = codes.check(code.code) if code.kind is codes.CodeKind.RAW else None
            if checked is not None and checked.expected:
                self.warnings.append(
                    RefusedRow(
                        row.line,
                        _("{code} has a wrong check digit (it should end with {digit}); kept as it stands.").format(
                            code=code.code, digit=checked.expected
                        ),
                    )
                )
        return stored

    def _add(
        self, row: ItemRow, sku_key: str, tax: int | None, stored: list[tuple[items.StoredCode, Qty]],
        home: LocationId | None,
    ) -> None:  # fmt: skip
        item_id = next(self._new_ids)
        name_key = names.fold(row.name)
        self._new_items.append(
            (
                item_id, row.sku, sku_key, row.name, name_key, self._named("category", row.category),
                self._named("supplier", row.supplier), self._usual_tax if tax is None else tax,
                row.unit or catalogue.PIECE, row.price or 0, row.cost, row.reorder_point, row.order_up_to,
                catalogue.check_tracks(row.tracks or "", row.unit or catalogue.PIECE, stocked=True), row.weight,
                row.content, row.content_unit, self._now, self._now,
            )
        )  # fmt: skip
        self._add_codes(item_id, row, stored)
        keys = [part for code, _qty in stored for part in item_index.searchable(code.code, code.key)]
        self._new_texts.append((item_id, item_index.folded_text(name_key, names.fold(row.sku), keys)))
        self._homes.note(item_id, home)
        self._open(row, item_id, home)

    def _add_codes(self, item_id: ItemId, row: ItemRow, stored: list[tuple[items.StoredCode, Qty]]) -> None:
        for code, qty in stored:
            self._new_codes.append((item_id, code.code, code.key, code.kind, qty, self._now))
            self._owners[code.key] = _Owner(item_id, row.sku, row.name, qty)

    def _change(
        self, row: ItemRow, known: _Known, tax: int | None, stored: list[tuple[items.StoredCode, Qty]],
        home: LocationId | None,
    ) -> bool:  # fmt: skip
        after = known._replace(
            name=row.name,
            category_id=self._named("category", row.category) if row.category else known.category_id,
            supplier_id=self._named("supplier", row.supplier) if row.supplier else known.supplier_id,
            unit=row.unit or known.unit,
            tax_rate_id=known.tax_rate_id if tax is None else tax,
            content_unit=row.content_unit or known.content_unit,
            **{figure: said for figure in _FIGURES if (said := getattr(row, figure)) is not None},
        )
        if (after.tracks, after.unit) != (known.tracks, known.unit):
            catalogue.check_tracks(after.tracks, after.unit, stocked=bool(known.stocked))
            items.check_tracks_may_change(self._db, known.id, known.name, known.tracks, after.tracks)
        if after.unit != known.unit:
            items.check_unit_may_change(self._db, known.id, known.name, known.unit)
        fresh = [(code, qty) for code, qty in stored if code.key not in self._owners]
        packs = [
            (qty, code.key) for code, qty in stored if code.key in self._owners and self._owners[code.key].qty != qty
        ]
        moved = self._homes.note(known.id, home)
        opened = self._open(row, known.id, home)
        if after == known and not fresh and not packs:
            return opened or moved
        if after != known:
            self._changed.append((*after[2:15], names.fold(after.name), self._now, known.id))
        if after.price != known.price:
            self._prices.append((known.id, self._now, self._acting.person_id, known.price, after.price))
        self._add_codes(known.id, row, fresh)
        self._packs += packs
        if fresh or after.name != known.name:
            self._stale.append(known.id)
        return True

    def _open(self, row: ItemRow, item_id: ItemId, home: LocationId | None) -> bool:
        """Note opening stock for an item that never moved; warn when another figure is given for one that did."""
        if not row.on_hand:
            return False
        opened = self._opened.get(item_id)
        if opened is None:
            if not row.opening_value:
                self.warnings.append(
                    RefusedRow(row.line, _("No cost is given: what is on hand begins at a cost of 0."))
                )
            self._openings.append(Goods(item_id, row.on_hand, row.opening_value, home))
            return True
        if opened != row.on_hand:
            self.warnings.append(
                RefusedRow(
                    row.line,
                    _(
                        "{sku} has moved since it was opened with {opened}; on_hand is left. Count the item instead."
                    ).format(sku=row.sku, opened=format_qty(opened)),
                )
            )
        return False

    def _write(self) -> None:
        db = self._db
        db.run_many(
            "INSERT INTO item (id, sku, sku_key, name, name_key, category_id, supplier_id, tax_rate_id, unit, price,"
            " supplier_cost, reorder_point, order_up_to, tracks, weight, content, content_unit, created_at, changed_at)"
            f" VALUES ({', '.join('?' * 19)})",
            self._new_items,
        )
        db.run_many(
            "UPDATE item SET name = ?, category_id = ?, supplier_id = ?, price = ?, supplier_cost = ?, unit = ?,"
            " tax_rate_id = ?, reorder_point = ?, order_up_to = ?, tracks = ?, weight = ?, content = ?,"
            " content_unit = ?, name_key = ?, changed_at = ? WHERE id = ?",
            self._changed,
        )
        columns = "item_id, code, key, kind, qty, created_at"
        db.run_many(f"INSERT INTO item_code ({columns}) VALUES (?, ?, ?, ?, ?, ?)", self._new_codes)
        db.run_many("UPDATE item_code SET qty = ? WHERE key = ? AND retired_at IS NULL", self._packs)
        db.run_many(
            "INSERT INTO price_change (item_id, at, person_id, old_price, new_price) VALUES (?, ?, ?, ?, ?)",
            self._prices,
        )
        label_due.price_changed(db, (row[0] for row in self._prices))
        db.run_many("INSERT INTO item_search (rowid, text) VALUES (?, ?)", self._new_texts)
        self._homes.write()
        for item_id in self._stale:
            item_index.index(db, item_id)

    def _items_of(self, sku_keys: Sequence[str]) -> dict[str, _Known]:
        return {
            row[1]: _Known._make(row)
            for row in _rows_in(
                self._db,
                "SELECT id, sku_key, name, category_id, supplier_id, price, supplier_cost, unit, tax_rate_id,"
                " reorder_point, order_up_to, tracks, weight, content, content_unit, asks_price, stocked, active"
                " FROM item WHERE sku_key IN ({marks})",
                sku_keys,
            )
        }

    def _owners_of(self, keys: set[str]) -> dict[str, _Owner]:
        return {
            row[0]: _Owner._make(row[1:])
            for row in _rows_in(
                self._db,
                "SELECT c.key, i.id, i.sku, i.name, c.qty FROM item_code c JOIN item i ON i.id = c.item_id"
                " WHERE c.key IN ({marks}) AND c.retired_at IS NULL",
                list(keys),
            )
        }

    def _opened_of(self, item_ids: Sequence[ItemId]) -> dict[ItemId, Qty]:
        """Return, of the items that ever moved, what they were opened with."""
        return dict(
            _rows_in(
                self._db,
                "SELECT item_id, sum(CASE WHEN kind = 'opening' THEN qty ELSE 0 END) FROM stock_movement"
                " WHERE item_id IN ({marks}) GROUP BY item_id",
                item_ids,
            )
        )

    def _reserve(self, count: int) -> Iterator[ItemId]:
        """Hand out ids for new items: on from the largest, or from the sequence where others may insert meanwhile."""
        if self._db.engine == "postgresql":
            rows = self._db.rows("SELECT nextval('item_id_seq') FROM generate_series(1, ?)", (count,))
            return iter([ItemId(row[0]) for row in rows])
        first = self._next_id
        self._next_id += count
        return iter([ItemId(number) for number in range(first, first + count)])

    def _named(self, table: str, name: str) -> int | None:
        if not name:
            return None
        cached = self._ids.get((table, name))
        if cached is None:
            make = items.category_id if table == "category" else items.supplier_id
            cached = self._ids[(table, name)] = make(self._db, name)
        return cached

    def _tax(self, text: str) -> int | None:
        if not text:
            return None
        found = self._ids.get(("tax", text))
        if found is None:
            found = self._ids[("tax", text)] = settings.tax_rate_named(self._db, text)
        return found


def _rows_in(db: Db, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    if not values:
        return []
    return db.rows(sql.format(marks=", ".join("?" * len(values))), values)
