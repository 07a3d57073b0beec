"""One posted document in full: what it moved, what was paid, who approved, what speaks for it, and what it belongs to.

What goods cost is left out for whoever may not see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from shopstock.core.acting import Acting, Permission
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.outcome import DocumentRef, Refused
from shopstock.core.text import _
from shopstock.core.units import Day, DocumentId, Instant, ItemId, LineId, LocationId, Money, Qty
from shopstock.core.write_offs import Purpose
from shopstock.db.connection import Db
from shopstock.queries import causes, customers, lots, place_paths, reversible


class DocumentLine(NamedTuple):
    """One line. ``qty`` is as people say it (sold 3, returned 1); ``kind`` says which way.

    ``amount`` is what was charged with tax (``None`` for lines without a price), ``value`` by how much the stock
    changed at cost (``None`` for who may not see costs). ``of`` is the document whose line it refers to.
    ``returned`` is how much of a sold line came back. ``condition`` and ``outcome`` are those of a customer return.
    """

    line_id: LineId
    kind: MovementKind
    item_id: ItemId
    sku: str
    name: str
    unit: str
    qty: Qty
    place: str
    to_place: str
    unit_price: Money
    discount: Money
    amount: Money | None
    tax_rate: int
    expected: Qty | None
    cause: str
    lots: tuple[tuple[str, Day], ...]
    of: DocumentRef | None
    returned: Qty
    condition: str
    outcome: str
    reason: str
    value: Money | None


class Payment(NamedTuple):
    """What was taken (or, negative, given back) by one method."""

    method: str
    amount: Money
    tendered: Money
    change: Money
    reference: str


class Attached(NamedTuple):
    """A photo or file that speaks for the document."""

    attachment_id: int
    name: str
    mime: str
    size: int
    added_at: Instant
    person: str


class Link(NamedTuple):
    """Another document that this one belongs to, or that belongs to it: when, by whom, and what its note says."""

    document: DocumentRef
    occurred_at: Instant
    by: str
    note: str


class Document(NamedTuple):
    """A document with everything that its page shows.

    ``of`` is the document that it builds on; ``reverses`` what it undoes, ``reversed_by`` what undid it: the note of
    the reversal is the reason, on either. ``later`` are documents that build on this one. ``why_not_reversible`` is
    empty when it may be reversed; ``as_return`` tells that its goods may come back as a customer return instead.
    ``self_approved``: posted in a shop of one person. ``customer`` is the name, where there is one.
    """

    id: DocumentId
    kind: DocumentKind
    number: str
    occurred_at: Instant
    posted_at: Instant
    station: str
    place: str
    by: str
    approved_by: str
    self_approved: bool
    reference: str
    party: str
    customer_id: int | None
    customer: str
    note: str
    lines: tuple[DocumentLine, ...]
    payments: tuple[Payment, ...]
    attachments: tuple[Attached, ...]
    total: Money | None
    tax: Money
    discount: Money
    value: Money | None
    of: Link | None
    reverses: Link | None
    reversed_by: Link | None
    later: tuple[Link, ...]
    why_not_reversible: str
    as_return: bool

    @property
    def ref(self) -> DocumentRef:
        """The document as others name it."""
        return DocumentRef(self.id, self.kind.value, self.number)


_HEAD = (
    "SELECT d.id, d.kind, s.prefix, d.number, d.occurred_at, d.posted_at, s.name, d.location_id, p.name, "
    "COALESCE(a.name, ''), d.self_approved, d.reference, d.party, d.note, d.net, d.tax, d.discount, d.rounding, "
    "d.of_id, d.reverses_id, k.customer_id, COALESCE(c.name, '') FROM document d "
    "JOIN station s ON s.id = d.station_id JOIN person p ON p.id = d.by_id LEFT JOIN person a ON a.id = d.approved_by "
    "LEFT JOIN customer_document k ON k.document_id = d.id LEFT JOIN customer c ON c.id = k.customer_id WHERE d.id = ?"
)
_LINES = (
    "SELECT l.id, l.kind, l.item_id, i.sku, i.name, i.unit, l.qty, l.location_id, l.to_location_id, l.unit_price, "
    "l.discount, l.net + l.tax, l.tax_rate, l.expected, l.cause, l.of_line_id, l.description, "
    "COALESCE(r.condition, ''), COALESCE(r.outcome, ''), COALESCE(r.cause, ''), "
    "(SELECT COALESCE(sum(m.value), 0) FROM stock_movement m WHERE m.document_id = l.document_id AND m.line_id = l.id) "
    "FROM document_line l JOIN item i ON i.id = l.item_id LEFT JOIN return_line r ON r.line_id = l.id "
    "WHERE l.document_id = ? ORDER BY l.line_no"
)
_LINKS = (
    "SELECT d.id, d.kind, s.prefix, d.number, d.occurred_at, p.name, d.note FROM document d "
    "JOIN station s ON s.id = d.station_id JOIN person p ON p.id = d.by_id WHERE "
)
_PRICED = (MovementKind.SALE, MovementKind.CUSTOMER_RETURN)


def document(db: Db, acting: Acting, document_id: DocumentId) -> Document:
    """Return a document in full; raise ``Refused`` when there is none."""
    head = db.row(_HEAD, (document_id,))
    if head is None:
        raise Refused(_("There is no such document."))
    (
        id_, kind, prefix, number, occurred_at, posted_at, station, place, by, approved_by, alone, reference, party,
        note, net, tax, discount, rounding, of_id, reverses_id, customer_id, customer,
    ) = head  # fmt: skip
    may_see = acting.may(Permission.SEE_COST)
    paths = place_paths.paths(db)
    payments = _payments(db, id_)
    obstacle = reversible.obstacle(db, id_)
    later = _links(db, "d.of_id = ? AND d.reverses_id IS NULL ORDER BY d.id", id_) + _builders(db, id_)
    return Document(
        DocumentId(id_), DocumentKind(kind), f"{prefix}-{number}", occurred_at, posted_at, station,
        paths.get(place, ""), by, approved_by, bool(alone), reference, customers.shown(db, party), customer_id,
        customer, note, _lines(db, id_, may_see, paths), payments, _attached(db, id_),
        Money(net + tax + rounding) if payments or net or tax else None, Money(tax), Money(discount),
        _value(db, id_) if may_see else None, _link(db, of_id if of_id != reverses_id else None),
        _link(db, reverses_id), next(iter(_links(db, "d.reverses_id = ?", id_)), None),
        tuple({link.document.id: link for link in later}.values()),
        "" if obstacle is None else obstacle.sentence, obstacle is not None and obstacle.as_return,
    )  # fmt: skip


def _value(db: Db, document_id: int) -> Money:
    return Money(db.value("SELECT COALESCE(sum(value), 0) FROM stock_movement WHERE document_id = ?", (document_id,)))


def _lines(db: Db, document_id: DocumentId, may_see: bool, paths: dict[LocationId, str]) -> tuple[DocumentLine, ...]:
    rows = db.rows(_LINES, (document_id,))
    why: dict[Purpose, dict[str, str]] = {of: causes.names_of(db, of) for of in Purpose}
    moved: dict[int, dict[tuple[str, Day], None]] = {}
    for lot in lots.of_document(db, document_id):
        moved.setdefault(lot.line_id, {})[lot.code, lot.expires] = None
    refers = _referred(db, [row[15] for row in rows if row[15] is not None])
    returned: dict[int, int] = dict(
        db.rows(
            "SELECT l.id, sum(b.qty) FROM document_line l JOIN document_line b ON b.of_line_id = l.id "
            "AND b.kind = 'customer_return' WHERE l.document_id = ? "
            "AND NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = b.document_id) GROUP BY l.id",
            (document_id,),
        )
    )
    found = []
    for (
        line_id, kind, item_id, sku, name, unit, qty, place, to_place, unit_price, discount, amount, tax_rate, expected,
        cause, of_line_id, description, condition, outcome, reason, value,
    ) in rows:  # fmt: skip
        found.append(
            DocumentLine(
                LineId(line_id), MovementKind(kind), ItemId(item_id), sku, description or name, unit, Qty(qty),
                paths.get(place, ""), paths.get(to_place, "") if to_place is not None else "", Money(unit_price),
                Money(discount), Money(amount) if kind in _PRICED or unit_price else None, tax_rate,
                None if expected is None else Qty(expected), why[Purpose.WRITE_OFF].get(str(cause), str(cause)),
                tuple(moved.get(line_id, ())), refers.get(of_line_id), Qty(returned.get(line_id, 0)), condition,
                outcome, why[Purpose.RETURN].get(str(reason), str(reason)), Money(value) if may_see else None,
            )
        )  # fmt: skip
    return tuple(found)


def _referred(db: Db, line_ids: Sequence[int]) -> dict[int, DocumentRef]:
    found: dict[int, DocumentRef] = {}
    for start in range(0, len(line_ids), 500):
        few = line_ids[start : start + 500]
        for line_id, document_id, kind, prefix, number in db.rows(
            "SELECT l.id, d.id, d.kind, s.prefix, d.number FROM document_line l "
            "JOIN document d ON d.id = l.document_id JOIN station s ON s.id = d.station_id "
            f"WHERE l.id IN ({', '.join('?' * len(few))})",
            few,
        ):
            found[line_id] = DocumentRef(DocumentId(document_id), kind, f"{prefix}-{number}")
    return found


def _payments(db: Db, document_id: int) -> tuple[Payment, ...]:
    return tuple(
        Payment._make(row)
        for row in db.rows(
            "SELECT m.name, p.amount, p.tendered, p.change, p.reference FROM payment p "
            "JOIN payment_method m ON m.id = p.method_id WHERE p.document_id = ? ORDER BY p.id",
            (document_id,),
        )
    )


def _attached(db: Db, document_id: int) -> tuple[Attached, ...]:
    return tuple(
        Attached._make(row)
        for row in db.rows(
            "SELECT a.id, a.name, a.mime, a.size, a.added_at, COALESCE(p.name, '') FROM document_attachment x "
            "JOIN attachment a ON a.id = x.attachment_id LEFT JOIN person p ON p.id = a.person_id "
            "WHERE x.document_id = ? ORDER BY a.id",
            (document_id,),
        )
    )


def _link(db: Db, document_id: int | None) -> Link | None:
    return None if document_id is None else next(iter(_links(db, "d.id = ?", document_id)), None)


def _builders(db: Db, document_id: int) -> list[Link]:
    """Return the documents whose lines refer to lines of this one (returns, late costs), reversals left out."""
    return _links(
        db,
        "d.id IN (SELECT r.document_id FROM document_line l JOIN document_line r ON r.of_line_id = l.id "
        "WHERE l.document_id = ?) AND d.reverses_id IS NULL ORDER BY d.id",
        document_id,
    )


def _links(db: Db, where: str, *params: Any) -> list[Link]:
    return [
        Link(DocumentRef(DocumentId(id_), kind, f"{prefix}-{number}"), at, by, note)
        for id_, kind, prefix, number, at, by, note in db.rows(_LINKS + where, params)
    ]
