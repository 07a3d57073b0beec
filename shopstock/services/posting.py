"""The one door to the ledger: nothing else writes documents, movements, levels, pools, layers, journal or the chain.

A :class:`Book` is open for one database transaction. It loads what the touched items hold (on PostgreSQL it locks their
pools, in item order), decides every document in memory by ``core.costing`` and writes all of it at :meth:`Book.flush`.
:func:`post` is the whole of it for a single document; imports post thousands of documents through one book.

Kept here for every document: the idempotency key (the same key with the same content posts once), the number of the
station without gaps, the balanced journal, the summaries, and the SHA-256 over its content and the seal before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from operator import attrgetter
from typing import Any, NamedTuple

from shopstock.core import chain
from shopstock.core.acting import Acting
from shopstock.core.cost_layers import Layer
from shopstock.core.document import Draft, DraftLine, DraftPayment
from shopstock.core.movements import Account, DocumentKind
from shopstock.core.outcome import Changes, DocumentRef, Refused
from shopstock.core.settings import Costing
from shopstock.core.text import _
from shopstock.core.units import MAX_MONEY, MAX_QTY, DocumentId, ItemId, LineId
from shopstock.db import clock
from shopstock.db.connection import Db, retrying, transaction
from shopstock.queries import settings
from shopstock.services import posting_corrections as corrections
from shopstock.services import posting_read as read
from shopstock.services.posting_lines import Ids, Known, Sheet, line_fields
from shopstock.services.posting_rows import STATION, ItemState, Rows

_Handler = Callable[[Sheet, int, DraftLine, Known | None], str]
_HANDLERS: dict[str, _Handler] = {
    "opening": Sheet.arrival,
    "goods_receipt": Sheet.arrival,
    "sale": Sheet.sale,
    "customer_return": Sheet.customer_return,
    "supplier_return": Sheet.supplier_return,
    "transfer": Sheet.transfer,
    "write_off": Sheet.write_off,
    "found": Sheet.found,
    "count": corrections.count,
    "landed_cost": corrections.landed_cost,
    "reversal": corrections.reversal,
}
#: Kinds whose line may name another line.
_REFERRING = frozenset(("customer_return", "supplier_return", "landed_cost", "reversal", "transfer"))
#: Kinds that an item without stock may take part in.
_WITHOUT_STOCK = frozenset(("sale", "customer_return", "reversal"))
_NEEDS_QTY = frozenset(
    ("opening", "goods_receipt", "sale", "customer_return", "supplier_return", "transfer", "write_off", "found")
)
_NO_SUCH_LINE: dict[str, Callable[[], str]] = {
    "sale": lambda: _("A return can only name a sale."),
    "goods_receipt": lambda: _("A supplier return can only name a goods receipt."),
    "transfer": lambda: _("What arrives has to name what was dispatched."),
}
_SEQUENCES = ("document", "document_line", "stock_movement", "cost_layer", "shortfall", "consumption")
_payment_fields: Callable[[DraftPayment], tuple[Any, ...]] = attrgetter(
    "method_id", "amount", "tendered", "change", "reference"
)
#: An id list of a book that grew beyond this many items is let go at the next flush, so that memory stays flat.
_MOST_ITEMS = 20_000


class Posted(NamedTuple):
    """A document as posted: its reference, the ids of its lines, and whether it had been there already."""

    document: DocumentRef
    line_ids: tuple[LineId, ...]
    existing: bool


class Book:
    """Documents being posted by one person at one station, inside one database transaction."""

    def __init__(self, db: Db, acting: Acting) -> None:
        if not db.in_transaction:
            raise ValueError("a book is open inside a transaction only")
        self._db = db
        self._acting = acting
        chosen = settings.load(db)
        self._average = chosen.costing == Costing.AVERAGE
        self._closed_until = chosen.closed_until
        lock = " FOR UPDATE" if db.engine == "postgresql" else ""
        station = db.row(f"SELECT prefix, last_number, head_hash FROM station WHERE id = ?{lock}", (acting.station_id,))
        if station is None:
            raise Refused(_("This till is not known to the shop. Sign in again."))
        self._prefix, self._number, self._head = station
        self._first_number = self._number
        self._now = clock.now()
        self._this_month = clock.day_of(self._now) // 100
        self._rows = Rows()
        self._states: dict[int, ItemState] = {}
        self._keys: dict[str, tuple[str, Posted]] = {}
        self._known_parts: dict[int, list[Any]] = {}
        self._first_pending_line: int | None = None
        self._latest = 0
        self._second = (-1, 0, 0, 0)
        self._ids = self._counting_ids() if db.engine == "sqlite" else self._sequence_ids()
        #: Every item whose stock this book moved.
        self.items: set[ItemId] = set()

    # -- ids ----------------------------------------------------------------------------------------------------------

    def _counting_ids(self) -> Ids:
        """Count on from the largest ids: inside the write transaction nobody else can take them."""
        top = self._db.row("SELECT " + ", ".join(f"(SELECT max(id) FROM {table})" for table in _SEQUENCES))
        assert top is not None
        return Ids(*(count((largest or 0) + 1).__next__ for largest in top))

    def _sequence_ids(self) -> Ids:
        """Draw from the sequences, in blocks; a block is dropped when more items are locked.

        Movements are told apart by id: those of an item must rise in the order of posting, so ids are drawn only after
        the item is locked.
        """
        self._blocks: dict[str, list[int]] = {table: [] for table in _SEQUENCES}

        def drawing(table: str) -> Callable[[], int]:
            def draw() -> int:
                block = self._blocks[table]
                if not block:
                    self._draw({table: 200})
                return block.pop()

            return draw

        return Ids(*(drawing(table) for table in _SEQUENCES))

    def _draw(self, wanted: dict[str, int]) -> None:
        one = "SELECT {0}, nextval('{1}_id_seq') FROM generate_series(1, {2})"
        tables = list(wanted)
        text = " UNION ALL ".join(one.format(n, table, wanted[table]) for n, table in enumerate(tables))
        drawn: list[list[int]] = [[] for _table in tables]
        for n, id in self._db.rows(text):
            drawn[n].append(id)
        for table, ids in zip(tables, drawn, strict=True):
            self._blocks[table][:] = sorted(ids, reverse=True)

    # -- posting ------------------------------------------------------------------------------------------------------

    def post(self, draft: Draft) -> Posted:
        """Decide one document; nothing is written before :meth:`flush`.

        Raises ``Refused`` with a sentence, and then nothing of this document is taken.
        """
        fields = [line_fields(line) for line in draft.lines]
        payments = [_payment_fields(payment) for payment in draft.payments]
        fingerprint = chain.fingerprint(
            (
                draft.kind.value, draft.occurred_at, fields, payments, draft.amounts, draft.reference, draft.party,
                draft.note, draft.of_document_id, draft.reverses_id, draft.shift_id, draft.rounding,
            )
        )  # fmt: skip
        there = self._already(draft, fingerprint)
        if there is not None:
            return there
        day, hour, offset = self._local(draft.occurred_at)
        self._check_time(draft, day)
        if draft.reverses_id is not None:
            self.flush()
        self._load(draft)
        try:
            return self._decide(draft, fields, payments, fingerprint, (day, hour, offset))
        except BaseException:
            if draft.reverses_id is not None:  # the only kind that may find out half-way that it cannot be done
                self._forget()
            raise

    def _already(self, draft: Draft, fingerprint: str) -> Posted | None:
        pending = self._keys.get(draft.key)
        if pending is not None:
            known, posted = pending
            posted = posted._replace(existing=True)
        else:
            row = read.document_posted(self._db, draft.key)
            if row is None:
                return None
            known = row[4]
            ref = DocumentRef(DocumentId(row[0]), row[1], f"{row[2]}-{row[3]}")
            lines = self._db.rows("SELECT id FROM document_line WHERE document_id = ? ORDER BY id", (row[0],))
            posted = Posted(ref, tuple(LineId(id) for (id,) in lines), True)
        if known != fingerprint:
            raise Refused(
                _("{number} was posted under the same key with other content. Nothing was changed.").format(
                    number=posted.document.number
                )
            )
        return posted

    def _local(self, at: int) -> tuple[int, int, int]:
        quarter = at // 900_000_000  # no zone changes its offset inside a quarter of an hour
        if self._second[0] != quarter:
            local = clock.to_local(at)  # type: ignore[arg-type]
            self._second = (quarter, clock.as_day(local), local.hour, clock.offset_minutes(local))
        return self._second[1:]

    def _check_time(self, draft: Draft, day: int) -> None:
        at = draft.occurred_at
        if at > self._now:
            self._now = clock.now()
            if at > self._now:
                raise Refused(_("This lies in the future. Check the date and the computer's clock."))
        if day <= self._closed_until:
            raise Refused(_("The books are closed up to this day. Choose a later date."))
        if at < self._latest and self._rows.documents:
            self.flush()  # what it finds out about the past must include what was posted just now
        self._latest = max(self._latest, at)

    def _load(self, draft: Draft) -> None:
        missing = sorted({line.item_id for line in draft.lines} - self._states.keys())
        if missing:
            states = read.load_items(self._db, missing, self._average)
            if len(states) < len(missing):
                raise Refused(_("One of these items is not in the catalogue any more. Look it up again."))
            self._states.update(states)
        if self._db.engine == "postgresql" and (missing or not self._blocks["document"]):
            lines = len(draft.lines)
            self._draw(
                {
                    "document": 1 if missing else 100, "document_line": max(lines, 0 if missing else 400) or 1,
                    "stock_movement": max(lines + 2, 0 if missing else 400),
                    "consumption": max(lines + 4, 0 if missing else 400),
                    "cost_layer": max(lines, 0 if missing else 100) or 1, "shortfall": 1 if missing else 50,
                }
            )  # fmt: skip

    def _decide(
        self, draft: Draft, fields: list[tuple[Any, ...]], payments: list[tuple[Any, ...]], fingerprint: str,
        local: tuple[int, int, int],
    ) -> Posted:  # fmt: skip
        known = self._known(draft)
        rows, ids, states = self._rows, self._ids, self._states
        document_id = ids.document()
        sheet = Sheet(
            draft, document_id, self._now, local[0], rows, states, ids, self._layer_by_id, self._expected
        )
        lines = sheet.lines
        line_ids: list[int] = []
        for number, line in enumerate(draft.lines):
            line_id = ids.line()
            kind: str = fields[number][0]
            flags = _HANDLERS[kind](sheet, line_id, line, known.get(number))
            expected = sheet.was_expected if kind == "count" else None
            lines.append((line_id, document_id, number + 1, expected, flags, *fields[number]))
            line_ids.append(line_id)
        for payment in draft.payments:
            sheet.book((payment.account.value, payment.method_name), payment.amount)
        if draft.rounding:
            sheet.book((Account.ROUNDING.value, ""), -draft.rounding)
        for account, detail, amount in draft.amounts:
            sheet.book((account.value, detail), amount)
        if sum(sheet.journal.values()):
            raise ValueError(f"{draft.kind} does not balance: {sheet.journal}")
        ref = self._seal(draft, sheet, payments, fingerprint, local)
        if line_ids and self._first_pending_line is None:
            self._first_pending_line = line_ids[0]
        posted = Posted(ref, tuple(LineId(id) for id in line_ids), False)
        self._keys[draft.key] = (fingerprint, posted)
        self.items.update(line.item_id for line in draft.lines)
        return posted

    def _seal(
        self, draft: Draft, sheet: Sheet, payments: list[tuple[Any, ...]], fingerprint: str, local: tuple[int, int, int]
    ) -> DocumentRef:
        acting, rows = self._acting, self._rows
        day, hour, offset = local
        number = self._number + 1
        approval = acting.approval
        document = (
            sheet.id, draft.kind.value, acting.station_id, number, draft.occurred_at, self._now, offset, day,
            acting.person_id, None if approval is None else approval.approver_id, int(acting.alone), acting.location_id,
            draft.key, fingerprint, draft.reference, draft.party, draft.note, draft.of_document_id, draft.reverses_id,
            draft.shift_id, sheet.net, sheet.tax, sheet.discount, draft.rounding, sheet.cogs, self._head,
        )  # fmt: skip
        paid = [(sheet.id, *payment) for payment in payments]
        journal = [(sheet.id, *key, amount) for key, amount in sheet.journal.items() if amount]
        self._head = chain.seal(document, sheet.lines, sheet.movements, paid, journal)
        self._number = number
        rows.documents.append((*document, self._head))
        rows.lines += sheet.lines
        rows.movements += sheet.movements
        rows.payments += paid
        rows.journal += journal
        sales, returns = self._counts_as(draft)
        if sales or returns or sheet.late_cogs or sheet.sale_lines:
            place = (day, hour, int(acting.station_id))
            figures = (
                sales, returns, sheet.sale_lines, sheet.net, sheet.tax, sheet.discount, sheet.cogs + sheet.late_cogs
            )  # fmt: skip
            before = rows.hours.get(place)
            rows.hours[place] = [a + b for a, b in zip(before, figures, strict=True)] if before else list(figures)
        return DocumentRef(DocumentId(sheet.id), draft.kind.value, f"{self._prefix}-{number}")

    def _counts_as(self, draft: Draft) -> tuple[int, int]:
        """Tell by how much a document changes the number of sales and of returns."""
        kind, sign = draft.kind, 1
        if draft.reverses_id is not None:
            kind = DocumentKind(self._db.value("SELECT kind FROM document WHERE id = ?", (draft.reverses_id,)))
            sign = -1
        return sign * (kind == DocumentKind.SALE), sign * (kind == DocumentKind.CUSTOMER_RETURN)

    # -- what a line refers to, and whether it may --------------------------------------------------------------------

    def _known(self, draft: Draft) -> dict[int, Known]:
        """Check every line, and look up what the lines refer to."""
        known: dict[int, Known] = {}
        asked: dict[int, int] = {}
        for number, line in enumerate(draft.lines):
            kind = line.kind._value_
            if kind in _NEEDS_QTY and not 0 < line.qty <= MAX_QTY:
                raise Refused(_("A quantity must be above 0 and at most 1,000,000."))
            if line.qty < 0 or line.qty > MAX_QTY or abs(line.value or 0) > MAX_MONEY:
                raise Refused(_("A quantity or an amount on this document is too large."))
            state = self._states[line.item_id]
            if not state.stocked and kind not in _WITHOUT_STOCK:
                raise Refused(_("This item keeps no stock: it can only be sold and taken back."))
            if state.counted_at is not None and draft.occurred_at < state.counted_at and line.qty:
                self._check_counts(line, draft.occurred_at)
            if line.of_line_id is not None and kind in _REFERRING:
                if (
                    self._first_pending_line is not None and line.of_line_id >= self._first_pending_line
                ) or line.of_line_id in self._rows.settled_lines:
                    self.flush()
                known[number] = self._refer(line, kind, asked)
            elif kind in ("landed_cost", "reversal"):
                raise Refused(_("A cost that comes late has to name the goods receipt it belongs to."))
        return known

    def _check_counts(self, line: DraftLine, at: int) -> None:
        for place in {line.location_id, line.to_location_id or line.location_id}:
            if read.counted_later(self._db, line.item_id, place, at):
                raise Refused(
                    _("This item was counted there since. Post it with today's date, or correct it by a new count.")
                )

    def _refer(self, line: DraftLine, kind: str, asked: dict[int, int]) -> Known:
        of_line = line.of_line_id
        assert of_line is not None
        of = read.posted_line(self._db, of_line)
        if of.item_id != line.item_id:
            raise Refused(_("The line that this refers to is about another item."))
        known = Known(of, self._parts(of_line))
        if kind == "customer_return":
            self._check_left(of, "sale", kind, line.qty, asked)
        elif kind == "supplier_return":
            self._check_left(of, "goods_receipt", kind, line.qty, asked)
        elif kind == "transfer":
            self._check_left(of, "transfer", kind, line.qty, asked)
        elif kind == "landed_cost":
            if of.kind not in ("goods_receipt", "opening"):
                raise Refused(_("A cost that comes late belongs to a goods receipt. Choose one."))
            if read.taken_back(self._db, of_line, "reversal"):
                raise Refused(_("That goods receipt was reversed. Choose another one."))
            self._find_goods(known, of_line)
        else:
            known.moved = read.moved(self._db, of_line)
            if of.kind == "landed_cost" and of.of_line_id is not None:
                self._find_goods(known, of.of_line_id)
            elif of.kind == "customer_return" and of.of_line_id is not None:
                known.sale_parts = self._parts(of.of_line_id)
            elif known.moved[0] > 0:
                self._find_goods(known, of_line)
        return known

    def _check_left(self, of: read.PostedLine, expected: str, kind: str, qty: int, asked: dict[int, int]) -> None:
        """Refuse to take back more of a line than is left of it."""
        if of.kind != expected:
            raise Refused(_NO_SUCH_LINE[expected]())
        asked[of.id] = asked.get(of.id, 0) + qty
        left = of.qty - read.taken_back(self._db, of.id, kind)
        if read.taken_back(self._db, of.id, "reversal") or asked[of.id] > left:
            raise Refused(_("That is more than is left of that line. Check the quantity."))

    def _find_goods(self, known: Known, line_id: int) -> None:
        """Find where the goods that a line brought in are: their layer, or the pool's mark."""
        if self._average:
            known.mark = read.mark(self._db, line_id)
            return
        found = read.layer_of_line(self._db, line_id)
        if found is not None:
            known.layer = self._layer_by_id(self._states[known.line.item_id], found.id, found)

    def _parts(self, line_id: int) -> list[Any]:
        parts = self._known_parts.get(line_id)
        if parts is None:
            parts = self._known_parts[line_id] = read.parts_of_line(self._db, line_id)
        return parts

    def _layer_by_id(self, state: ItemState, layer_id: int, stored: Layer | None = None) -> Layer:
        """Return the one object for a layer: open, changed in this book, or as stored."""
        for layer in state.layers:
            if layer.id == layer_id:
                return layer
        pending = self._rows.layers.get(layer_id)
        if pending is not None:
            return pending[1]
        return stored if stored is not None else read.layer(self._db, layer_id)

    def _expected(self, item_id: int, location_id: int, at: int) -> int:
        """Return what the ledger expects of an item at a place at an instant."""
        level = read.on_hand(self._db, item_id, location_id) + self._rows.levels.get((item_id, location_id), 0)
        if at < self._now:
            level -= read.moved_after(self._db, item_id, location_id, at)
        return level

    # -- writing ------------------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Write what was decided, with few statements for many rows."""
        rows = self._rows
        if not rows.documents:
            return
        rows.write(self._db, self._this_month)
        self._db.run(STATION, (self._number - self._first_number, self._head, self._acting.station_id))
        self._first_number = self._number
        self._start_afresh()
        if len(self._states) > _MOST_ITEMS:
            self._states.clear()

    def _start_afresh(self) -> None:
        self._rows = Rows()
        self._keys.clear()
        self._known_parts.clear()
        self._first_pending_line = None

    def _forget(self) -> None:
        """Drop what was decided and not written, and everything known about the items."""
        self._start_afresh()
        self._states.clear()

    @property
    def pending(self) -> int:
        """How many lines wait to be written."""
        return len(self._rows.lines)


def post(db: Db, acting: Acting, draft: Draft, *, topics: Iterable[str] = ()) -> Changes:
    """Post one document in a transaction (the caller's, when one is open) and say what changed."""
    return as_a_whole(db, lambda: _post(db, acting, draft, topics))


def as_a_whole(db: Db, work: Callable[[], Changes]) -> Changes:
    """Run work in the caller's transaction, or in one of its own, again if PostgreSQL broke a deadlock with it."""
    if db.in_transaction:
        return work()

    def attempt() -> Changes:
        with transaction(db):
            return work()

    return retrying(db, attempt)


def there_already(db: Db, key: str) -> Changes | None:
    """Say what an idempotency key has posted before, if it has."""
    row = read.document_posted(db, key)
    if row is None:
        return None
    return Changes(document=DocumentRef(DocumentId(row[0]), row[1], f"{row[2]}-{row[3]}"), existing=True)


def _post(db: Db, acting: Acting, draft: Draft, topics: Iterable[str]) -> Changes:
    book = Book(db, acting)
    posted = book.post(draft)
    if posted.existing:
        return Changes(document=posted.document, existing=True)
    book.flush()
    return Changes(document=posted.document, items=frozenset(book.items), topics=frozenset(topics))
