"""The one door to the ledger: nothing else writes documents, movements, levels, pools, layers, journal or the chain.

A :class:`Book` is open for one database transaction. It loads what the touched items hold (on PostgreSQL it locks their
pools, in item order), decides every document in memory by ``core.costing`` and writes all of it at :meth:`Book.flush`.
:func:`post` is the whole of it for a single document; imports post thousands of documents through one book.

Kept here for every document: the idempotency key (the same key with the same content posts once), the number of the
station without gaps, the balanced journal, the summaries, and the SHA-256 over its content and the seal before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from operator import attrgetter
from typing import Any, NamedTuple

from shopstock.core import chain, lots
from shopstock.core.acting import Acting
from shopstock.core.document import Draft, DraftLine, DraftPayment
from shopstock.core.movements import Account, DocumentKind
from shopstock.core.outcome import Changes, DocumentRef, Refused
from shopstock.core.settings import Costing
from shopstock.core.text import _
from shopstock.core.units import Day, DocumentId, ItemId, LineId
from shopstock.db import clock
from shopstock.db.connection import Db, retrying, transaction
from shopstock.queries import settings
from shopstock.services import posting_corrections as corrections
from shopstock.services import posting_ids, posting_lots
from shopstock.services import posting_read as read
from shopstock.services.posting_checks import References, happens_now, lies_ahead
from shopstock.services.posting_lines import Known, Sheet, line_fields
from shopstock.services.posting_rows import STATION, ItemState, Rows
from shopstock.services.posting_unwritten import Unwritten

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
_payment_fields: Callable[[DraftPayment], tuple[Any, ...]] = attrgetter(
    "method_id", "amount", "tendered", "change", "reference"
)
#: Kinds that never settle a shortfall.
_ONLY_OUT = frozenset(("sale", "write_off", "supplier_return", "transfer"))
#: What is known of items is let go at a flush when it is of more than this many, so that memory stays flat.
_MOST_ITEMS = 20_000


class Posted(NamedTuple):
    """A document as posted: its reference, the ids of its lines, and whether it had been there already."""

    document: DocumentRef
    line_ids: tuple[LineId, ...]
    existing: bool


def _single_goods(draft: Draft) -> Iterator[Any]:
    """Yield what lines say of lots, serial numbers and what was expected, where they do; raise ``Refused`` if wrong."""
    for number, line in enumerate(draft.lines):
        if line.lot or line.expires or line.serials:
            serials = tuple(lots.clean_serial(serial) for serial in line.serials)
            yield number, lots.clean_code(line.lot), lots.check_expires(line.expires), serials
        if line.expected is not None:
            yield number, "expected", line.expected


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
        self._rows = Rows()
        self._states: dict[int, ItemState] = {}
        self._keys: dict[str, tuple[str, Posted]] = {}
        self._references = References(db, self._average, self._states, self._rows)
        self._latest = 0
        self._second = (-1, 0, 0, 0)
        self._blocks = posting_ids.Blocks(db) if db.engine == "postgresql" else None
        self._ids = posting_ids.counted(db) if self._blocks is None else self._blocks.ids
        #: Every item whose stock this book moved.
        self.items: set[ItemId] = set()

    # -- posting ------------------------------------------------------------------------------------------------------

    def post(self, draft: Draft) -> Posted:
        """Decide one document; nothing is written before :meth:`flush`.

        Raises ``Refused`` with a sentence, and then nothing of this document is taken.
        """
        draft = self._in_open_books(draft)
        fields = [line_fields(line) for line in draft.lines]
        payments = [_payment_fields(payment) for payment in draft.payments]
        texts = chain.texts(fields)
        fingerprint = chain.fingerprint(
            (draft.kind.value, draft.occurred_at),
            texts,
            (
                payments, draft.amounts, draft.reference, draft.party, draft.note, draft.of_document_id,
                draft.reverses_id, draft.shift_id, draft.rounding, *_single_goods(draft),
            ),
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
            return self._decide(draft, fields, texts, payments, fingerprint, (day, hour, offset))
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

    def _in_open_books(self, draft: Draft) -> Draft:
        """Date what happens now on the first open day, when the clock was set back into closed books."""
        if not self._closed_until or self._local(draft.occurred_at)[0] > self._closed_until:
            return draft
        if not happens_now(draft.occurred_at, clock.now()):
            return draft
        return replace(draft, occurred_at=clock.end_of(Day(self._closed_until)))

    def _check_time(self, draft: Draft, day: int) -> None:
        at = draft.occurred_at
        if at > self._now:
            self._now = clock.now()
            first_open = clock.end_of(Day(self._closed_until)) if self._closed_until else 0
            if lies_ahead(at, max(self._now, first_open)):
                raise Refused(_("This lies in the future. Check the date and the computer's clock."))
        if day <= self._closed_until:
            raise Refused(_("The books are closed up to this day. Choose a later date."))
        if at < self._latest and self._rows.documents:
            self.flush()  # what it finds out about the past must include what was posted just now
        self._latest = max(self._latest, at)

    def _load(self, draft: Draft) -> None:
        """Have at hand what the draft's items hold; what it refers to must be written before it is looked up."""
        item_ids = {line.item_id for line in draft.lines}
        may_settle = any(line.kind._value_ not in _ONLY_OUT for line in draft.lines)
        if self._references.pending(draft):
            self.flush()
        missing = sorted(item_id for item_id in item_ids if item_id not in self._states)
        if missing:
            states = read.load_items(self._db, missing, self._average)
            if len(states) < len(missing):
                raise Refused(_("One of these items is not in the catalogue any more. Look it up again."))
            self._states.update(states)
        if may_settle:
            read.load_shortfalls(self._db, self._without_shortfalls(item_ids))
        if self._blocks is not None:
            self._blocks.prepare(len(draft.lines), more_items=bool(missing))

    def _without_shortfalls(self, item_ids: set[ItemId]) -> list[ItemState]:
        """Return the items at hand whose open shortfalls are not loaded."""
        at_hand = (self._states.get(item_id) for item_id in item_ids)
        return [state for state in at_hand if state is not None and not state.shortfalls_known]

    def _decide(
        self, draft: Draft, fields: list[tuple[Any, ...]], texts: list[str], payments: list[tuple[Any, ...]],
        fingerprint: str, local: tuple[int, int, int],
    ) -> Posted:  # fmt: skip
        references = self._references
        known = references.known(draft, self._now)
        rows, ids, states = self._rows, self._ids, self._states
        document_id = ids.document()
        sheet = Sheet(
            draft, document_id, self._now, local[0], rows, states, ids, references.layer_by_id, references.expected
        )
        lines = sheet.lines
        line_ids: list[int] = []
        when = (local[0], self._now)
        for number, line in enumerate(draft.lines):
            line_id = ids.line()
            kind: str = fields[number][0]
            moved = len(sheet.movements)
            flags = _HANDLERS[kind](sheet, line_id, line, known.get(number))
            if states[line.item_id].by_lots:
                rows.lot_lines.append(posting_lots.lot_line(line_id, line, sheet.movements[moved:], *when))
            if line.serials:
                rows.serials += posting_lots.serials(line_id, line, draft.occurred_at)
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
        ref = self._seal(draft, sheet, texts, payments, fingerprint, local)
        posted = Posted(ref, tuple(LineId(id) for id in line_ids), False)
        self._keys[draft.key] = (fingerprint, posted)
        self.items.update(line.item_id for line in draft.lines)
        return posted

    def _seal(
        self, draft: Draft, sheet: Sheet, texts: list[str], payments: list[tuple[Any, ...]], fingerprint: str,
        local: tuple[int, int, int],
    ) -> DocumentRef:  # fmt: skip
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
        self._head = chain.seal(document, sheet.lines, sheet.movements, paid, journal, texts)
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

    # -- writing ------------------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Write what was decided, with few statements for many rows."""
        rows = self._rows
        if not rows.documents:
            return
        rows.write(self._db, int(self._acting.station_id))
        self._db.run(STATION, (self._number - self._first_number, self._head, self._acting.station_id))
        self._first_number = self._number
        self._start_afresh()
        if len(self._states) > _MOST_ITEMS:
            self._states.clear()

    def _start_afresh(self) -> None:
        self._rows = Rows()
        self._keys.clear()
        self._references.start_afresh(self._rows)

    def _forget(self) -> None:
        """Drop what was decided and not written, and everything known about the items."""
        self._start_afresh()
        self._states.clear()

    @property
    def unwritten(self) -> Unwritten:
        """What was decided and is not yet written, by line."""
        return self._references.unwritten

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

    try:
        return retrying(db, attempt)
    except Exception as error:
        if not _key_was_taken(error):
            raise
        return retrying(db, attempt)  # another till was faster with the same key: now it is there already


def _key_was_taken(error: Exception) -> bool:
    diagnosis = getattr(error, "diag", None)
    return "idempotency_key" in (getattr(diagnosis, "constraint_name", None) or "")


def hold(db: Db, acting: Acting, of_lines: Iterable[LineId] = (), *, key: str = "") -> None:
    """Let others wait who would post at this station, under this key, or take back of these lines.

    What is read from here on stays true until the transaction ends. On SQLite a writer is alone anyway.
    """
    if db.engine == "postgresql":
        if key:  # the same sale paid at two tills at once: the second one must see what the first one posted
            db.value("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", (key,))
        db.row("SELECT id FROM station WHERE id = ? FOR UPDATE", (acting.station_id,))
        for line_id in sorted(set(of_lines)):
            db.row("SELECT id FROM document_line WHERE id = ? FOR NO KEY UPDATE", (line_id,))


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
