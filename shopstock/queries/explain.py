"""Explain a number: the movements behind a figure, and the document behind each movement.

Every figure on a screen answers three questions: what it began from (the last count, or nothing), what moved it since,
and which documents did that. The answer reads the item's own movements of the last weeks, never the whole ledger.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.units import DocumentId, Instant, ItemId, Money, Qty
from shopstock.db.connection import Db

#: How many movements are named one by one; what is older is summed by kind.
NAMED = 40


class ExplainedMovement(NamedTuple):
    """One movement: what it changed, and what was on hand and what it was worth after it (in order of posting)."""

    movement_id: int
    document_id: DocumentId
    document_kind: str
    document_number: str
    kind: str
    location: str
    occurred_at: Instant
    qty: Qty
    value: Money
    on_hand_after: Qty
    value_after: Money
    by: str


class ExplainedPart(NamedTuple):
    """What all movements of one kind since the beginning of the story come to."""

    kind: str
    qty: Qty
    value: Money
    movements: int


class Explanation(NamedTuple):
    """Why an item has what it has.

    ``start_*`` is where the story begins: the last count (``counted_at`` set), or nothing at all. ``parts`` lead from
    there to ``qty`` and ``value``; ``movements`` are the latest ones, newest first; ``earlier`` counts the others.
    """

    item_id: ItemId
    sku: str
    name: str
    unit: str
    qty: Qty
    value: Money
    counted_at: Instant | None
    start_qty: Qty
    start_value: Money
    parts: tuple[ExplainedPart, ...]
    movements: tuple[ExplainedMovement, ...]
    earlier: int


class Held(NamedTuple):
    """A parked sale that holds some of an item."""

    parked_id: int
    label: str
    person: str
    parked_at: Instant
    qty: Qty


class LayerRow(NamedTuple):
    """What is left of one receipt: the value of what is on hand, oldest first (one row under moving average)."""

    layer_id: int
    document_number: str
    received_at: Instant | None
    qty_left: Qty
    value_left: Money


#: Whose lines have an amount that a customer pays or gets back.
_PAID = (DocumentKind.SALE, DocumentKind.CUSTOMER_RETURN)


class MovementSource(NamedTuple):
    """A document as the end of an explanation: head, lines and payments, in plain figures."""

    document_id: DocumentId
    kind: str
    number: str
    occurred_at: Instant
    by: str
    approved_by: str
    reference: str
    party: str
    note: str
    reversed_by: str
    lines: tuple[tuple[str, str, Qty, Money, Money | None], ...]
    payments: tuple[tuple[str, Money], ...]


def explain_item(db: Db, item_id: ItemId, as_of: Instant | None = None) -> Explanation | None:
    """Explain what is on hand of an item (in the whole shop, in transit included), now or at a past moment."""
    head = db.row("SELECT id, sku, name, unit FROM item WHERE id = ?", (item_id,))
    if head is None:
        return None
    until = as_of if as_of is not None else 1 << 62
    qty, value = _total(db, item_id, until)
    count = db.row(
        "SELECT occurred_at, id FROM stock_movement WHERE item_id = ? AND occurred_at <= ? AND kind = ? "
        "ORDER BY occurred_at DESC, id DESC LIMIT 1",
        (item_id, until, MovementKind.COUNT),
    )
    since_at, since_id = count if count is not None else (-1, -1)
    parts = tuple(
        ExplainedPart(*row)
        for row in db.rows(
            "SELECT kind, sum(qty), sum(value), count(*) FROM stock_movement "
            "WHERE item_id = ? AND occurred_at <= ? AND (occurred_at > ? OR (occurred_at = ? AND id > ?)) "
            "GROUP BY kind ORDER BY min(id)",
            (item_id, until, since_at, since_at, since_id),
        )
    )
    start_qty = Qty(qty - sum(part.qty for part in parts))
    start_value = Money(value - sum(part.value for part in parts))
    movements = tuple(_latest(db, item_id, until, qty, value))
    total: int = db.value(
        "SELECT count(*) FROM stock_movement WHERE item_id = ? AND occurred_at <= ?", (item_id, until)
    )
    identity, sku, name, unit = head
    return Explanation(
        identity, sku, name, unit, qty, value, None if count is None else since_at, start_qty, start_value,
        parts, movements, total - len(movements),
    )  # fmt: skip


def _total(db: Db, item_id: ItemId, until: int) -> tuple[Qty, Money]:
    found = db.row(
        "SELECT coalesce(sum(qty), 0), coalesce(sum(value), 0) FROM stock_movement "
        "WHERE item_id = ? AND occurred_at <= ?",
        (item_id, until),
    )
    assert found is not None
    return found[0], found[1]


def _latest(db: Db, item_id: ItemId, until: int, qty: Qty, value: Money) -> list[ExplainedMovement]:
    rows = db.rows(
        "SELECT m.id, d.id, d.kind, t.prefix, d.number, m.kind, o.name, m.occurred_at, m.qty, m.value, p.name "
        "FROM stock_movement m JOIN document d ON d.id = m.document_id JOIN station t ON t.id = d.station_id "
        "JOIN location o ON o.id = m.location_id JOIN person p ON p.id = d.by_id "
        "WHERE m.item_id = ? AND m.occurred_at <= ? ORDER BY m.occurred_at DESC, m.id DESC LIMIT ?",
        (item_id, until, NAMED),
    )
    found = []
    for movement, document, doc_kind, prefix, number, kind, place, at, change, worth, by in rows:
        found.append(
            ExplainedMovement(
                movement, document, doc_kind, f"{prefix}-{number}", kind, place, at, change, worth, qty, value, by
            )
        )
        qty, value = Qty(qty - change), Money(value - worth)
    return found


def held(db: Db, item_id: ItemId) -> list[Held]:
    """Return the parked sales that hold some of an item: why available is less than on hand."""
    return [
        Held(*row)
        for row in db.rows(
            "SELECT s.id, s.label, p.name, s.parked_at, a.qty FROM allocation a "
            "JOIN parked_sale s ON s.id = a.parked_id JOIN person p ON p.id = s.person_id "
            "WHERE a.item_id = ? ORDER BY s.parked_at",
            (item_id,),
        )
    ]


def layers(db: Db, item_id: ItemId) -> list[LayerRow]:
    """Return the open cost layers of an item, oldest first: why it is worth what it is."""
    return [
        LayerRow(layer, "" if prefix is None else f"{prefix}-{number}", at, qty, value)
        for layer, prefix, number, at, qty, value in db.rows(
            "SELECT c.id, t.prefix, d.number, d.occurred_at, c.qty_left, c.value_left FROM cost_layer c "
            "LEFT JOIN document_line l ON l.id = c.source_line LEFT JOIN document d ON d.id = l.document_id "
            "LEFT JOIN station t ON t.id = d.station_id WHERE c.item_id = ? AND c.qty_left > 0 ORDER BY c.id",
            (item_id,),
        )
    ]


def document(db: Db, document_id: DocumentId, *, with_cost: bool = True) -> MovementSource | None:
    """Return a document as a person reads it: who, what, when, and every line.

    The amount of a line is what the customer paid for it, else what it cost: ``None`` for whoever may not see costs.
    """
    head: Any = db.row(
        "SELECT d.id, d.kind, t.prefix, d.number, d.occurred_at, p.name, coalesce(a.name, ''), d.reference, d.party, "
        "d.note, (SELECT rt.prefix || '-' || r.number FROM document r JOIN station rt ON rt.id = r.station_id "
        "WHERE r.reverses_id = d.id) FROM document d JOIN station t ON t.id = d.station_id "
        "JOIN person p ON p.id = d.by_id LEFT JOIN person a ON a.id = d.approved_by WHERE d.id = ?",
        (document_id,),
    )
    if head is None:
        return None
    lines = db.rows(
        "SELECT i.sku, i.name, l.qty, l.unit_price, l.net + l.tax, "
        "coalesce(l.value, (SELECT abs(sum(m.value)) FROM stock_movement m "
        "WHERE m.document_id = l.document_id AND m.line_id = l.id)) FROM document_line l "
        "JOIN item i ON i.id = l.item_id WHERE l.document_id = ? ORDER BY l.line_no",
        (document_id,),
    )
    payments = db.rows(
        "SELECT m.name, p.amount FROM payment p JOIN payment_method m ON m.id = p.method_id "
        "WHERE p.document_id = ? ORDER BY p.id",
        (document_id,),
    )
    identity, kind, prefix, number, at, by, approved, reference, party, note, reversed_by = head
    return MovementSource(
        identity, kind, f"{prefix}-{number}", at, by, approved, reference, party, note, reversed_by or "",
        tuple(
            (sku, name, qty, price, gross if DocumentKind(kind) in _PAID else value if with_cost else None)
            for sku, name, qty, price, gross, value in lines
        ),
        tuple((name, amount) for name, amount in payments),
    )  # fmt: skip
