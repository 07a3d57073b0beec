"""Turn a document of a history file into a draft: find its items and places, price it, link what it refers to."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from shopstock.core import currency, names, pricing
from shopstock.core.acting import Acting
from shopstock.core.document import Draft, DraftLine, DraftPayment, Head
from shopstock.core.entry import WHOLE_PERCENT
from shopstock.core.movements import Account, DocumentKind, MovementKind
from shopstock.core.outcome import Refused
from shopstock.core.returns import Condition, Outcome
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
    times,
)  # fmt: skip
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.formats.history_csv import HistoryRow
from shopstock.formats.history_spool import SpooledDocument
from shopstock.queries import places as shop_tree
from shopstock.queries import settings
from shopstock.services import history_of, item_index, places, reverse, set_aside, transfer
from shopstock.services.history_of import NAMED, REFERS, OfLine, portion
from shopstock.services.posting import Book

#: What a document of each event is.
KINDS: dict[str, DocumentKind] = {
    event: DocumentKind(event)
    for event in (
        "opening", "goods_receipt", "sale", "customer_return", "supplier_return", "transfer", "write_off", "found",
        "count", "landed_cost", "reversal",
    )
} | dict.fromkeys(("put_away", "dispatch", "arrive", "set_aside"), DocumentKind.TRANSFER)  # fmt: skip
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


class Drafting:
    """Makes drafts for one import; remembers items, places and what has not been written yet."""

    def __init__(self, db: Db, acting: Acting) -> None:
        self._db = db
        self._acting = acting
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
        # How many lines each row of the document that is being drafted became, where it refers to another.
        self._lines_of_rows: list[int] = []
        # Why customers brought back what the book has not written yet.
        self._reasons: list[tuple[LineId, str, str, str]] = []

    def opened(self, book: Book) -> None:
        """Go on with a new book."""
        self._book = book

    def flush(self) -> None:
        """Write what waits in the book."""
        assert self._book is not None
        self._book.flush()
        self._waiting.clear()
        if self._reasons:
            self._db.run_many(
                "INSERT INTO return_line (line_id, condition, outcome, cause) VALUES (?, ?, ?, ?)", self._reasons
            )
            self._reasons.clear()
        if self._new:
            self._db.run_many("INSERT INTO item_search (rowid, text) VALUES (?, ?)", self._new)
            self._new.clear()

    def posted(self, document: SpooledDocument, line_ids: tuple[LineId, ...]) -> None:
        """Note a document that the book has taken."""
        if document.event == "customer_return" and any(row.cause for row in document.rows):
            self._note_reasons(document.rows, line_ids)
        if document.event in NAMED:
            self._waiting.setdefault((document.event, document.reference), []).extend(line_ids)

    def _note_reasons(self, rows: list[HistoryRow], line_ids: tuple[LineId, ...]) -> None:
        """Keep each row's reason with its lines: one row is as many lines as the sale's that it comes back from."""
        ids = iter(line_ids)
        for row, count in zip(rows, self._lines_of_rows, strict=True):
            for line_id in islice(ids, count):
                if row.cause:
                    self._reasons.append((line_id, Condition.AS_NEW.value, Outcome.STOCK.value, row.cause))

    def draft(self, document: SpooledDocument, key: str) -> Draft:
        """Make the draft of a document; raise :class:`BadLine` for a row that cannot be posted."""
        event, rows = document.event, document.rows
        if event == "reversal":
            return self._reversal(document, key)
        lines: list[DraftLine] = []
        payments: tuple[DraftPayment, ...] = ()
        rounding = ZERO_MONEY
        if event == "sale":
            lines = self._sold(rows)
        elif event in REFERS:
            of: dict[str, list[OfLine]] = {}
            self._lines_of_rows = []
            for row in rows:
                found = self._referring(event, row, of)
                self._lines_of_rows.append(len(found))
                lines += found
        else:
            kind = MovementKind(KINDS[event])
            for row in rows:
                item = self._items.get(row.sku) or self._item(row.sku)
                place = self._place(row.line, row.location)
                to = self._target(event, row, place) if kind is MovementKind.TRANSFER else None
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

    def _reversal(self, document: SpooledDocument, key: str) -> Draft:
        """Undo an imported document of another row; the book is written first, as undoing reads what was posted."""
        first, *others = document.rows
        if others:
            raise BadLine(others[0].line, _("a reversal has one row; give this one a reference of its own"))
        self.flush()
        undone = history_of.document_of(self._db, first.of)
        if undone is None:
            raise BadLine(first.line, _("“{of}” is not the reference of one imported document").format(of=first.of))
        head = Head(key, first.at, document.reference, first.party, first.cause)
        return reverse.reversal_draft(self._db, self._acting, head, undone)

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

    def _referring(self, event: str, row: HistoryRow, of: dict[str, list[OfLine]]) -> list[DraftLine]:
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
            words = _("only {left} of {sku} are left to return of “{of}”")
            if event == "arrive":
                words = _("only {left} of {sku} are on their way of “{of}”")
            raise BadLine(row.line, words.format(
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

    def _back(self, event: str, row: HistoryRow, of: OfLine, qty: int, before: int) -> DraftLine:
        """Return ``qty`` of a posted line, after ``before`` of the same row; prices and credits are shared exactly."""
        if event == "arrive":
            to = self._place(row.line, row.to_location)
            return DraftLine(
                MovementKind.TRANSFER, ItemId(of.item_id), Qty(qty), LocationId(of.to_location_id or 0), to,
                of_line_id=of.id,
            )  # fmt: skip
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

    def _landed(self, row: HistoryRow, found: list[OfLine]) -> list[DraftLine]:
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

    def _of_lines(self, event: str, row: HistoryRow) -> list[OfLine]:
        wanted = (REFERS[event].event, row.of)
        assert self._book is not None
        if event == "landed_cost" and wanted in self._waiting:
            self.flush()
        found = history_of.of_lines(self._db, event, row.of, self._waiting.get(wanted, ()), self._book.unwritten)
        if event == "arrive":
            transit = transfer.transit_location(self._db)
            found = [line for line in found if line.to_location_id == transit]
            if found and transfer.belongs_to_one(self._db, found[0].id):
                raise BadLine(row.line, _("“{of}” is a transfer; book it in there").format(of=row.of))
        if not found:
            raise BadLine(row.line, history_of.names_no(event, row.of))
        return found

    def _target(self, event: str, row: HistoryRow, place: LocationId) -> LocationId:
        """Return where goods go that change place."""
        if event == "dispatch":
            return transfer.transit_location(self._db)
        if event == "set_aside":
            return set_aside.location(self._db, shop_tree.shop_of(self._db, place))
        to = self._place(row.line, row.to_location)
        if place == to:
            raise BadLine(row.line, _("the goods would stay where they are; name two locations"))
        if event == "put_away" and shop_tree.shop_of(self._db, place) != shop_tree.shop_of(self._db, to):
            raise BadLine(row.line, _("“{location}” and “{to}” are in two shops; write it as a transfer").format(
                location=row.location, to=row.to_location
            ))  # fmt: skip
        return to

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
    return Money(portion(amount, before + qty, whole) - portion(amount, before, whole))


def _with_tax(line: DraftLine, tax: Money, inside: bool) -> DraftLine:
    return replace(line, net=Money(line.net - tax) if inside else line.net, tax=tax)
