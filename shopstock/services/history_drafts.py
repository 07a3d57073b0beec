"""Turn a document of a history file into a draft: find its items and places, price it, link what it refers to."""

from __future__ import annotations

from dataclasses import replace
from operator import itemgetter
from typing import NamedTuple

from shopstock.core import chain, currency, names, pricing
from shopstock.core.acting import Acting
from shopstock.core.document import Draft, DraftLine, DraftPayment
from shopstock.core.entry import WHOLE_PERCENT
from shopstock.core.movements import Account, DocumentKind, MovementKind
from shopstock.core.outcome import Refused
from shopstock.core.settings import TaxMode
from shopstock.core.text import _
from shopstock.core.units import (
    ZERO_MONEY,
    ZERO_QTY,
    ItemId,
    LineId,
    LocationId,
    Money,
    Qty,
    divide_half_even,
    format_qty,
    round_to,
    share,
    times,
)  # fmt: skip
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.formats.history_csv import HistoryRow
from shopstock.formats.history_spool import SpooledDocument
from shopstock.queries import settings
from shopstock.services import item_index, places
from shopstock.services.posting import Book

#: What a document of each event is; its lines are of the kind of the same name.
KINDS: dict[str, DocumentKind] = {
    event: DocumentKind(event)
    for event in (
        "opening", "goods_receipt", "sale", "customer_return", "supplier_return", "transfer", "write_off", "found",
        "count", "landed_cost",
    )
}  # fmt: skip
#: Which documents an ``of`` may name.
_REFERS_TO = {"customer_return": "sale", "supplier_return": "goods_receipt", "landed_cost": "goods_receipt"}
#: Events whose ``unit_cost`` says what the goods cost; others are costed by the ledger.
_AT_COST = ("opening", "goods_receipt")
IMPORTED = "Imported"


class BadLine(Exception):
    """A row that cannot be posted as things stand; its document falls with it. ``str()`` is the reason."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


class _Item(NamedTuple):
    id: ItemId
    price: Money
    tax_rate: int


class _OfLine:
    """A posted line that comes back, and how much of it is left."""

    __slots__ = ("discount", "id", "item_id", "left", "location_id", "net", "qty", "tax", "tax_rate", "value")

    def __init__(
        self, id: int, item_id: int, location_id: int, qty: int, value: int | None, net: int, tax: int, discount: int,
        tax_rate: int, returned: int,
    ) -> None:  # fmt: skip
        self.id = LineId(id)
        self.item_id = item_id
        self.location_id = LocationId(location_id)
        self.qty = qty
        self.value = Money(value or 0)
        self.net = Money(net)
        self.tax = Money(tax)
        self.discount = Money(discount)
        self.tax_rate = tax_rate
        self.left = qty - returned

    def part(self, amount: Money, qty: int, step: Money) -> Money:
        """Return what the next ``qty`` that come back carry of ``amount``, in steps; the last take the remainder."""
        before = self.qty - self.left
        return Money(self._first(amount, before + qty, step) - self._first(amount, before, step))

    def _first(self, amount: Money, qty: int, step: Money) -> Money:
        return amount if qty == self.qty else round_to(_portion(amount, qty, self.qty), step)


def _portion(amount: Money, part: int, whole: int) -> Money:
    return share(amount, Qty(part), Qty(whole))


# "<> ''" names the partial index on references.
_OF_LINES = """
    SELECT l.id, l.item_id, l.location_id, l.qty, l.value, l.net, l.tax, l.discount, l.tax_rate,
           COALESCE((SELECT SUM(r.qty) FROM document_line r WHERE r.of_line_id = l.id AND r.kind = ? AND NOT EXISTS
                     (SELECT 1 FROM document_line v WHERE v.of_line_id = r.id AND v.kind = 'reversal')), 0)
    FROM document d JOIN document_line l ON l.document_id = d.id
    WHERE {document} AND l.kind = ?
      AND NOT EXISTS (SELECT 1 FROM document_line v WHERE v.of_line_id = l.id AND v.kind = 'reversal')
    ORDER BY l.id"""
_BY_REFERENCE = _OF_LINES.format(document="d.reference = ? AND d.reference <> '' AND d.kind = ?")
_BY_NUMBER = _OF_LINES.format(
    document="d.number = ? AND d.station_id = (SELECT id FROM station WHERE prefix = ?) AND d.kind = ?"
)

#: What an :class:`_OfLine` is made of, out of a line that is not yet written.
_of_fields = itemgetter(
    *map(
        chain.LINE.index,
        ("id", "item_id", "location_id", "qty", "value", "net", "tax", "discount", "tax_rate"),
    )
)


class Drafting:
    """Makes drafts for one import; remembers items, places and what has not been written yet."""

    def __init__(self, db: Db, acting: Acting) -> None:
        self._db = db
        self._here = acting.location_id
        shop = settings.load(db)
        self._tax_inside = shop.tax_mode == TaxMode.INSIDE
        self._usual_tax = shop.default_tax_rate_id
        self._step = currency.of(shop.currency).step
        self._usual_rate: int = db.value("SELECT rate FROM tax_rate WHERE id = ?", (self._usual_tax,)) or 0
        self._items: dict[str, _Item] = {}
        # Items made since the last flush, with what the search finds them by.
        self._new: list[tuple[int, str]] = []
        self._places: dict[str, LocationId] = {"": acting.location_id}
        self._method: int | None = None
        self._book: Book | None = None
        # Lines of documents, by kind and reference, which only the book knows so far.
        self._waiting: dict[tuple[str, str], list[LineId]] = {}

    def opened(self, book: Book) -> None:
        """Go on with a new book."""
        self._book = book

    def flush(self) -> None:
        """Write what waits in the book."""
        assert self._book is not None
        self._book.flush()
        self._waiting.clear()
        if self._new:
            self._db.run_many("INSERT INTO item_search (rowid, text) VALUES (?, ?)", self._new)
            self._new.clear()

    def posted(self, document: SpooledDocument, line_ids: tuple[LineId, ...]) -> None:
        """Note a document that the book has taken."""
        if document.event in ("sale", "goods_receipt"):
            self._waiting.setdefault((document.event, document.reference), []).extend(line_ids)

    def draft(self, document: SpooledDocument, key: str) -> Draft:
        """Make the draft of a document; raise :class:`BadLine` for a row that cannot be posted."""
        event, rows = document.event, document.rows
        lines: list[DraftLine] = []
        payments: tuple[DraftPayment, ...] = ()
        rounding = ZERO_MONEY
        if event == "sale":
            lines = self._sold(rows)
        elif event in ("customer_return", "supplier_return", "landed_cost"):
            of: dict[str, list[_OfLine]] = {}
            for row in rows:
                lines += self._referring(event, row, of)
        else:
            kind = MovementKind(event)
            for row in rows:
                item = self._items.get(row.sku) or self._item(row.sku)
                to = self._place(row.line, row.to_location) if event == "transfer" else None
                place = self._place(row.line, row.location)
                if place == to:
                    raise BadLine(row.line, _("the goods would stay where they are; name two locations"))
                cost = row.cost if event in _AT_COST else None
                lines.append(DraftLine(kind, item.id, row.qty, place, to, cost, cause=row.cause))
        if event in ("sale", "customer_return"):
            payments, rounding = self._paid(lines, -1 if event == "customer_return" else 1)
        return Draft(
            kind=KINDS[event],
            key=key,
            occurred_at=min(rows, key=_at).at,
            lines=tuple(lines),
            payments=payments,
            reference=document.reference,
            party=next((row.party for row in rows if row.party), ""),
            rounding=rounding,
        )

    # -- sales and what comes back ------------------------------------------------------------------------------------

    def _sold(self, rows: list[HistoryRow]) -> list[DraftLine]:
        lines: list[DraftLine] = []
        taxed = False
        for row in rows:
            item = self._items.get(row.sku) or self._item(row.sku)
            place = self._here if not row.location else self._place(row.line, row.location)
            price, amount = row.price, row.gross
            if price is None or amount is None:
                price, amount = item.price, times(item.price, row.qty)
            taxed = taxed or bool(item.tax_rate)
            lines.append(
                DraftLine(
                    MovementKind.SALE, item.id, row.qty, place, None, None, price, price, ZERO_MONEY, amount,
                    ZERO_MONEY, item.tax_rate,
                )
            )  # fmt: skip
        return self._taxed(lines) if taxed else lines

    def _taxed(self, lines: list[DraftLine]) -> list[DraftLine]:
        """Tax lines whose ``net`` is the amount as labelled: once for each rate on the sum, then shared out."""
        taxes = [ZERO_MONEY] * len(lines)
        for rate in sorted({line.tax_rate for line in lines if line.tax_rate}):
            members = [index for index, line in enumerate(lines) if line.tax_rate == rate]
            amounts = [lines[index].net for index in members]
            base = WHOLE_PERCENT + rate if self._tax_inside else WHOLE_PERCENT
            tax = pricing.proportion(Money(sum(amounts)), rate, base, self._step)
            for index, part in zip(members, pricing.spread(tax, amounts, self._step), strict=True):
                taxes[index] = part
        return [_with_tax(line, tax, self._tax_inside) for line, tax in zip(lines, taxes, strict=True)]

    def _referring(self, event: str, row: HistoryRow, of: dict[str, list[_OfLine]]) -> list[DraftLine]:
        if not row.of:
            return [self._without_of(event, row)]
        found = of.get(row.of)
        if found is None:
            found = of[row.of] = self._of_lines(event, row)
        if event == "landed_cost":
            return self._landed(row, found)
        item = self._items.get(row.sku) or self._known_item(row.sku)
        own = [] if item is None else [line for line in found if line.item_id == item.id]
        left = sum(line.left for line in own)
        if row.qty > left:
            raise BadLine(row.line, _("only {left} of {sku} are left to return of “{of}”").format(
                left=format_qty(Qty(left)), sku=row.sku, of=row.of
            ))  # fmt: skip
        lines: list[DraftLine] = []
        rest: int = row.qty
        for line in own:
            qty = min(rest, line.left)
            if qty:
                lines.append(self._back(event, row, line, qty, row.qty - rest))
                line.left -= qty
                rest -= qty
        return lines

    def _back(self, event: str, row: HistoryRow, of: _OfLine, qty: int, before: int) -> DraftLine:
        """Return ``qty`` of a posted line, after ``before`` of the same row; prices and credits are shared exactly."""
        place = self._place(row.line, row.location) if row.location else of.location_id
        item = ItemId(of.item_id)
        if event == "supplier_return":
            value = None if row.cost is None else _slice(row.cost, before, qty, row.qty)
            return DraftLine(MovementKind.SUPPLIER_RETURN, item, Qty(qty), place, None, value, of_line_id=of.id)
        if row.price is None or row.gross is None:
            gross = of.part(Money(of.net + of.tax), qty, self._step)
            tax, discount = (of.part(amount, qty, self._step) for amount in (of.tax, of.discount))
            price = Money(divide_half_even((of.net + of.tax + of.discount) * 1000, of.qty))
            return DraftLine(
                MovementKind.CUSTOMER_RETURN, item, Qty(qty), place, None, None, price, price, discount,
                Money(gross - tax), tax, of.tax_rate, of_line_id=of.id,
            )  # fmt: skip
        amount = _slice(row.gross, before, qty, row.qty)
        line = DraftLine(
            MovementKind.CUSTOMER_RETURN, item, Qty(qty), place, None, None, row.price, row.price, ZERO_MONEY, amount,
            ZERO_MONEY, of.tax_rate, of_line_id=of.id,
        )  # fmt: skip
        return self._taxed([line])[0] if of.tax_rate else line

    def _without_of(self, event: str, row: HistoryRow) -> DraftLine:
        item = self._items.get(row.sku) or self._item(row.sku)
        place = self._place(row.line, row.location)
        if event == "supplier_return":
            return DraftLine(MovementKind.SUPPLIER_RETURN, item.id, row.qty, place, None, row.cost)
        price, amount = row.price, row.gross
        if price is None or amount is None:
            price, amount = item.price, times(item.price, row.qty)
        line = DraftLine(
            MovementKind.CUSTOMER_RETURN, item.id, row.qty, place, None, None, price, price, ZERO_MONEY, amount,
            ZERO_MONEY, item.tax_rate,
        )  # fmt: skip
        return self._taxed([line])[0] if item.tax_rate else line

    def _landed(self, row: HistoryRow, found: list[_OfLine]) -> list[DraftLine]:
        if not row.amount:
            raise BadLine(row.line, _("the amount is 0"))
        weights = [line.value for line in found]
        if not any(weights):
            weights = [Money(line.qty) for line in found]
        parts = pricing.spread(row.amount, weights, Money(1))
        return [
            DraftLine(
                MovementKind.LANDED_COST,
                ItemId(line.item_id),
                ZERO_QTY,
                line.location_id,
                None,
                part,
                of_line_id=line.id,
            )
            for line, part in zip(found, parts, strict=True)
            if part
        ]

    def _of_lines(self, event: str, row: HistoryRow) -> list[_OfLine]:
        wanted = _REFERS_TO[event]
        assert self._book is not None
        if event == "landed_cost" and (wanted, row.of) in self._waiting:
            self.flush()
        unwritten = self._book.unwritten
        waiting = self._waiting.get((wanted, row.of), ())
        rows = self._db.rows(_BY_REFERENCE, (event, row.of, wanted, wanted))
        if not rows and not waiting:
            prefix, _dash, number = row.of.rpartition("-")
            if number.isascii() and number.isdigit() and len(number) < 18:
                rows = self._db.rows(_BY_NUMBER, (event, int(number), prefix, wanted, wanted))
        if not rows and not waiting:
            raise BadLine(row.line, _("“{of}” names no {kind}").format(
                of=row.of, kind=_("sale") if wanted == "sale" else _("goods receipt")
            ))  # fmt: skip
        rows += [(*_of_fields(unwritten.line(line_id) or ()), 0) for line_id in waiting]
        found = [_OfLine(*fields) for fields in rows]
        for line in found:
            line.left -= unwritten.taken_back(line.id, event)
        return found

    def _paid(self, lines: list[DraftLine], sign: int) -> tuple[tuple[DraftPayment, ...], Money]:
        total = Money(sum(line.net + line.tax for line in lines))
        paid = round_to(total, self._step)
        rounding = Money(sign * (paid - total))
        if not paid:
            return (), rounding
        amount = Money(sign * paid)
        return (DraftPayment(self._imported(), Account.OTHER_TENDER, IMPORTED, amount, amount, ZERO_MONEY),), rounding

    # -- what the shop knows ------------------------------------------------------------------------------------------

    def _imported(self) -> int:
        if self._method is None:
            self._method = self._db.value("SELECT id FROM payment_method WHERE name = ?", (IMPORTED,))
        if self._method is None:
            self._method = self._db.value(
                "INSERT INTO payment_method (name, account, position, active) VALUES (?, ?, 99, 0) RETURNING id",
                (IMPORTED, Account.OTHER_TENDER),
            )
        return int(self._method or 0)

    def _known_item(self, sku: str) -> _Item | None:
        row = self._db.row(
            "SELECT i.id, i.price, COALESCE(t.rate, 0) FROM item i LEFT JOIN tax_rate t ON t.id = i.tax_rate_id"
            " WHERE i.sku_key = ?",
            (names.key(sku),),
        )
        if row is None:
            return None
        item = self._items[sku] = _Item(*row)
        return item

    def _item(self, sku: str) -> _Item:
        """Return the item of a SKU, made with the SKU as its name and the shop's usual tax when it is new."""
        found = self._known_item(sku)
        if found is not None:
            return found
        now = clock.now()
        made = self._db.value(
            "INSERT INTO item (sku, sku_key, name, name_key, tax_rate_id, created_at, changed_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (sku, names.key(sku), sku, names.fold(sku), self._usual_tax, now, now),
        )
        self._new.append((made, item_index.search_text(sku, sku, ())))
        found = self._items[sku] = _Item(ItemId(made), ZERO_MONEY, self._usual_rate)
        return found

    def _place(self, line: int, name: str) -> LocationId:
        known = self._places.get(name)
        if known is not None:
            return known
        try:
            found = self._places[name] = places.place_of(self._db, name)
        except Refused as error:
            raise BadLine(line, error.sentence()) from error
        return found


def _at(row: HistoryRow) -> int:
    return row.at


def _slice(amount: Money, before: int, qty: int, whole: int) -> Money:
    return Money(_portion(amount, before + qty, whole) - _portion(amount, before, whole))


def _with_tax(line: DraftLine, tax: Money, inside: bool) -> DraftLine:
    return replace(line, net=Money(line.net - tax) if inside else line.net, tax=tax)
