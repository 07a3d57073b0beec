"""Goods received and not invoiced, supplier invoices, and how an invoice compares with what was received.

A goods receipt's line that carries charges says in ``net`` what the goods alone cost; any other line's whole value is
that of its goods. Reversed documents are left out everywhere. All of it is for who may match invoices.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from shopstock.core import purchasing
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Refused
from shopstock.core.supplier_papers import InvoiceFields
from shopstock.core.text import _
from shopstock.core.units import (
    ZERO_MONEY,
    Day,
    DocumentId,
    Instant,
    ItemId,
    LineId,
    Money,
    Qty,
    divide_half_even,
    share,
)
from shopstock.db.connection import Db

STANDS = "NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = {document})"
#: What the goods of a goods receipt's line ``l`` cost, without charges.
GOODS_VALUE = (
    "CASE WHEN EXISTS (SELECT 1 FROM receipt_charge c WHERE c.document_id = l.document_id) THEN l.net "
    "ELSE COALESCE(l.value, 0) END"
)
_SUPPLIER = (
    "COALESCE((SELECT o.supplier_id FROM order_receipt r JOIN purchase_order_line w ON w.id = r.order_line_id "
    "JOIN purchase_order o ON o.id = w.order_id WHERE r.line_id = l.id), "
    "(SELECT y.supplier_id FROM delivery_document x JOIN delivery y ON y.id = x.delivery_id "
    "WHERE x.document_id = d.id), "
    "(SELECT s.id FROM supplier s WHERE s.name = d.party AND d.party <> ''))"
)
_LINES = (
    f"SELECT l.id, d.id, st.prefix, d.number, d.occurred_at, d.reference, {_SUPPLIER} AS supplier_id, "
    "(SELECT p.number FROM order_receipt r JOIN purchase_order_line w ON w.id = r.order_line_id "
    "JOIN purchase_order p ON p.id = w.order_id WHERE r.line_id = l.id), l.item_id, i.sku, i.name, i.unit, l.qty, "
    f"{GOODS_VALUE}, COALESCE(v.qty, 0), COALESCE(v.value, 0) FROM "
)
_OPEN = (
    _LINES + "uninvoiced v JOIN document_line l ON l.id = v.line_id JOIN document d ON d.id = l.document_id "
    "JOIN station st ON st.id = d.station_id JOIN item i ON i.id = l.item_id ORDER BY l.id"
)
_NAMED = (
    _LINES + "document_line l JOIN document d ON d.id = l.document_id JOIN station st ON st.id = d.station_id "
    "JOIN item i ON i.id = l.item_id LEFT JOIN uninvoiced v ON v.line_id = l.id WHERE l.kind = 'goods_receipt' AND "
    + STANDS.format(document="d.id") + " AND l.id IN ({marks}) ORDER BY l.id"
)  # fmt: skip


class Uninvoiced(NamedTuple):
    """A received line that no invoice covers yet: ``left_qty`` of ``qty``, at ``left_value`` in the shop's money."""

    line_id: LineId
    document_id: DocumentId
    document: str
    received_at: Instant
    reference: str
    supplier_id: int | None
    supplier: str
    order: str
    item_id: ItemId
    sku: str
    name: str
    unit: str
    qty: Qty
    value: Money
    left_qty: Qty
    left_value: Money


class UninvoicedCharge(NamedTuple):
    """Freight or duty inside a goods receipt that nobody has invoiced yet."""

    charge_id: int
    document_id: DocumentId
    document: str
    received_at: Instant
    name: str
    amount: Money


class InvoiceRow(NamedTuple):
    """A posted invoice or credit note. Money is the shop's; ``reversed`` is 0 or 1."""

    id: int
    document_id: DocumentId
    document: str
    kind: str
    supplier_id: int
    supplier: str
    number: str
    day: Day
    due_day: Day | None
    currency: str
    net: Money
    tax: Money
    disputed: Money
    attachment_id: int | None
    reversed: int


class MatchLine(NamedTuple):
    """An invoiced line beside what was received, in the shop's money.

    ``qty`` and ``value`` are booked; ``received_value`` is what that much was received at, ``difference`` what the
    invoice says more. ``disputed_qty`` and ``disputed`` go beyond what was received and are not booked.
    """

    line_id: LineId
    document_id: DocumentId
    item_id: ItemId
    name: str
    qty: Qty
    value: Money
    received_value: Money
    difference: Money
    disputed_qty: Qty
    disputed: Money


class MatchCharge(NamedTuple):
    """An invoiced charge beside what it was received at."""

    charge_id: int
    document_id: DocumentId
    name: str
    amount: Money
    received: Money
    difference: Money


class Match(NamedTuple):
    """An invoice before it is posted, in the shop's money: ``net`` is all of it, ``disputed`` what is not booked."""

    lines: tuple[MatchLine, ...]
    charges: tuple[MatchCharge, ...]
    net: Money
    tax: Money
    disputed: Money
    received: Money
    difference: Money


def uninvoiced(db: Db, acting: Acting, supplier_id: int | None = None) -> list[Uninvoiced]:
    """Return the received lines that no invoice covers whole, the oldest first; of one supplier if asked."""
    acting.require(Permission.MATCH_INVOICE)
    found = _uninvoiced(db)
    return found if supplier_id is None else [one for one in found if one.supplier_id == supplier_id]


def _uninvoiced(db: Db, line_ids: Sequence[int] | None = None) -> list[Uninvoiced]:
    names: dict[int, str] = dict(db.rows("SELECT id, name FROM supplier"))
    if line_ids is None:
        rows = db.rows(_OPEN)
    else:
        rows = []
        for start in range(0, len(line_ids), 400):
            few = list(line_ids[start : start + 400])
            rows += db.rows(_NAMED.format(marks=", ".join("?" * len(few))), few)
    return [_row(row, names) for row in rows]


def _row(row: tuple[Any, ...], names: dict[int, str]) -> Uninvoiced:
    (
        line_id, document_id, prefix, number, at, reference, supplier_id, order, item_id, sku, name, unit, qty, value,
        left_qty, left_value,
    ) = row  # fmt: skip
    return Uninvoiced(
        line_id, document_id, f"{prefix}-{number}", at, reference, supplier_id, names.get(supplier_id, ""),
        "" if order is None else purchasing.order_number(order), item_id, sku, name, unit, Qty(qty), Money(value),
        Qty(left_qty), Money(left_value),
    )  # fmt: skip


def uninvoiced_charges(db: Db, acting: Acting) -> list[UninvoicedCharge]:
    """Return the charges inside goods receipts that no invoice covers yet, the oldest first."""
    acting.require(Permission.MATCH_INVOICE)
    return _charges(db, "c.invoiced_by IS NULL AND c.amount <> 0", ())


def _charges(db: Db, where: str, params: Sequence[int]) -> list[UninvoicedCharge]:
    return [
        UninvoicedCharge(charge, document_id, f"{prefix}-{number}", at, name, Money(amount))
        for charge, document_id, prefix, number, at, name, amount in db.rows(
            "SELECT c.id, d.id, s.prefix, d.number, d.occurred_at, c.name, c.amount FROM receipt_charge c "
            "JOIN document d ON d.id = c.document_id JOIN station s ON s.id = d.station_id WHERE "
            + STANDS.format(document="d.id") + f" AND {where} ORDER BY c.id",
            params,
        )
    ]  # fmt: skip


def invoices(db: Db, acting: Acting, supplier_id: int | None = None, limit: int = 500) -> list[InvoiceRow]:
    """Return the posted invoices and credit notes, the newest first."""
    acting.require(Permission.MATCH_INVOICE)
    where, params = ("WHERE i.supplier_id = ? ", (supplier_id, limit)) if supplier_id is not None else ("", (limit,))
    return [
        InvoiceRow._make((row[0], row[1], f"{row[2]}-{row[3]}", *row[4:]))
        for row in db.rows(
            "SELECT i.id, d.id, st.prefix, d.number, i.kind, i.supplier_id, s.name, i.number, i.day, i.due_day, "
            "i.currency, i.net, i.tax, i.disputed, i.attachment_id, "
            "CASE WHEN EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = d.id) THEN 1 ELSE 0 END "
            "FROM supplier_invoice i JOIN document d ON d.id = i.document_id JOIN station st ON st.id = d.station_id "
            f"JOIN supplier s ON s.id = i.supplier_id {where}ORDER BY i.id DESC LIMIT ?",
            params,
        )
    ]


def match(db: Db, acting: Acting, fields: InvoiceFields) -> Match:
    """Hold an invoice against what was received, in quantity and price, as posting it would.

    Raises ``Refused`` for lines and charges that cannot be invoiced (any more), and for figures below 0.
    """
    acting.require(Permission.MATCH_INVOICE)
    ids = [line.line_id for line in fields.lines]
    if len(set(ids)) < len(ids) or len({one.charge_id for one in fields.charges}) < len(fields.charges):
        raise Refused(_("The invoice names a line twice. Put its quantities together."))
    known = {one.line_id: one for one in _uninvoiced(db, ids)}
    lines = []
    for line in fields.lines:
        received = known.get(line.line_id)
        if received is None:
            raise Refused(_("A line of the invoice belongs to no goods receipt, or to one that was reversed."))
        if line.qty <= 0 or line.value < 0:
            raise Refused(_("{item}: a quantity is above 0 and a value 0 or more.").format(item=received.name))
        lines.append(_match_line(received, line.qty, in_shop_money(line.value, fields.rate)))
    charges = []
    known_charges = {one.charge_id: one for one in _charges_of(db, [one.charge_id for one in fields.charges])}
    for charge in fields.charges:
        open_charge = known_charges.get(charge.charge_id)
        if open_charge is None:
            raise Refused(_("This charge was invoiced already, or its goods receipt was reversed."))
        amount = in_shop_money(charge.amount, fields.rate)
        if amount < 0:
            raise Refused(_("A charge is 0 or more. Check it."))
        charges.append(
            MatchCharge(
                charge.charge_id, open_charge.document_id, open_charge.name, amount, open_charge.amount,
                Money(amount - open_charge.amount),
            )
        )  # fmt: skip
    booked = sum(one.value for one in lines) + sum(one.amount for one in charges)
    disputed = sum(one.disputed for one in lines)
    received_value = sum(one.received_value for one in lines) + sum(one.received for one in charges)
    return Match(
        tuple(lines), tuple(charges), Money(booked + disputed), in_shop_money(fields.tax, fields.rate),
        Money(disputed), Money(received_value), Money(booked - received_value),
    )  # fmt: skip


def _charges_of(db: Db, ids: Sequence[int]) -> list[UninvoicedCharge]:
    if not ids:
        return []
    return _charges(db, f"c.invoiced_by IS NULL AND c.id IN ({', '.join('?' * len(ids))})", list(ids))


def _match_line(received: Uninvoiced, qty: Qty, value: Money) -> MatchLine:
    booked = Qty(min(qty, received.left_qty))
    own = share(value, booked, qty) if booked else ZERO_MONEY
    at = share(received.left_value, booked, received.left_qty) if booked else ZERO_MONEY
    return MatchLine(
        received.line_id, received.document_id, received.item_id, received.name, booked, own, at, Money(own - at),
        Qty(qty - booked), Money(value - own),
    )  # fmt: skip


def in_shop_money(money: Money, rate: int) -> Money:
    """Return an amount of an invoice's currency in the shop's money."""
    return Money(divide_half_even(money * rate, purchasing.RATE_SCALE))


class ReturnLine(NamedTuple):
    """A line of a supplier return and what it was credited at."""

    name: str
    qty: Qty
    credit: Money


class Return(NamedTuple):
    """A posted supplier return: ``credit`` is what is owed for it, ``credited`` the number of its credit notes."""

    document_id: DocumentId
    document: str
    at: Instant
    party: str
    credit: Money
    credited: int


_CREDITED = (
    "SELECT COUNT(*) FROM document c JOIN supplier_invoice i ON i.document_id = c.id "
    "WHERE c.of_id = d.id AND i.kind = 'credit' AND " + STANDS.format(document="c.id")
)
_RETURNS = (
    "SELECT d.id, s.prefix, d.number, d.occurred_at, d.party, COALESCE((SELECT SUM(j.amount) FROM journal_line j "
    "WHERE j.document_id = d.id AND j.account = 'supplier'), 0), "
    f"({_CREDITED}) FROM document d JOIN station s ON s.id = d.station_id "
    "WHERE d.kind = 'supplier_return' AND " + STANDS.format(document="d.id")
)


def returns(db: Db, acting: Acting, limit: int = 500) -> list[Return]:
    """Return the supplier returns that have no credit note, the newest first."""
    acting.require(Permission.MATCH_INVOICE)
    rows = db.rows(f"{_RETURNS} AND ({_CREDITED}) = 0 ORDER BY d.id DESC LIMIT ?", (limit,))
    return [_return(row) for row in rows]


def return_(db: Db, acting: Acting, document_id: DocumentId) -> Return | None:
    """Return a supplier return that stands, if there is one."""
    acting.require(Permission.MATCH_INVOICE)
    row = db.row(f"{_RETURNS} AND d.id = ?", (document_id,))
    return None if row is None else _return(row)


def _return(row: tuple[Any, ...]) -> Return:
    document_id, prefix, number, at, party, credit, credited = row
    return Return(document_id, f"{prefix}-{number}", at, party, Money(credit), credited)


def built_on(db: Db, document_id: DocumentId) -> str | None:
    """Return the number of an invoice or credit note that builds on a document; ``None`` if there is none."""
    found: str | None = db.value(
        "SELECT i.number FROM (SELECT v.invoice_id AS id FROM document_line l "
        "JOIN supplier_invoice_line v ON v.line_id = l.id WHERE l.document_id = ? "
        "UNION SELECT n.id FROM receipt_charge c JOIN supplier_invoice n ON n.document_id = c.invoiced_by "
        "WHERE c.document_id = ? UNION SELECT n.id FROM document d JOIN supplier_invoice n ON n.document_id = d.id "
        "WHERE d.of_id = ?) b JOIN supplier_invoice i ON i.id = b.id WHERE "
        + STANDS.format(document="i.document_id") + " ORDER BY i.id LIMIT 1",
        (document_id, document_id, document_id),
    )  # fmt: skip
    return found
