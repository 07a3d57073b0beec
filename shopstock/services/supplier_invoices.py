"""Book suppliers' invoices against what was received, and their credit notes against what was sent back.

An invoice settles goods received not invoiced at the value they were received at. What it says more or less goes, line
by line, to the goods still held and for the rest to purchase price variance; of charges, for the rest to COGS. More
than was received is not booked: it is kept as disputed. Each function is one transaction.
"""

from __future__ import annotations

from typing import Any

from shopstock.core import currency, names, receiving
from shopstock.core.acting import Acting, Permission
from shopstock.core.document import Draft, DraftLine
from shopstock.core.movements import Account, DocumentKind, MovementKind
from shopstock.core.outcome import Changes, Refused
from shopstock.core.purchasing import MAX_RATE
from shopstock.core.supplier_papers import CreditFields, InvoiceFields
from shopstock.core.text import _
from shopstock.core.units import DocumentId, ItemId, LineId, LocationId, Money, Qty, divide_half_even
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import settings
from shopstock.queries import supplier_invoices as query
from shopstock.queries.supplier_invoices import Match
from shopstock.services import posting, uninvoiced
from shopstock.services.posting_lines import INVOICE_DIFFERENCE

TOPICS = frozenset(("invoices",))
#: The detail of the Tax account for tax on what the shop buys.
INPUT = "input"

_INVOICE, _CREDIT = "invoice", "credit"


def post_invoice(db: Db, acting: Acting, fields: InvoiceFields) -> Changes:
    """Book a supplier's invoice.

    Raises ``Refused`` for a number this supplier used before (it says when), and for what
    :func:`shopstock.queries.supplier_invoices.match` refuses.
    """
    acting.require(Permission.MATCH_INVOICE)
    if not fields.lines and not fields.charges:
        raise Refused(_("The invoice names no goods. Choose what it is for."))

    def work() -> Changes:
        posting.hold(db, acting, key=fields.key)
        there = posting.there_already(db, fields.key)
        if there is not None:
            return there
        _hold_lines(db, fields)
        supplier, number = _checked(db, fields, _INVOICE)
        match = query.match(db, acting, fields)
        draft = Draft(
            DocumentKind.SUPPLIER_INVOICE, fields.key, clock.now(), _differences(db, match),
            amounts=_amounts(match.received, _booked_tax(match)), reference=number, party=supplier,
            note=names.clean(fields.note),
        )  # fmt: skip
        changes = posting.post(db, acting, draft, topics=TOPICS)
        assert changes.document is not None
        invoice_id = _keep(
            db, fields, _INVOICE, number, changes.document.id, match.net, match.tax, match.disputed, fields.due_day
        )
        db.run_many(
            "INSERT INTO supplier_invoice_line (invoice_id, line_id, qty, value, received_value) "
            "VALUES (?, ?, ?, ?, ?)",
            [(invoice_id, one.line_id, one.qty, one.value, one.received_value) for one in match.lines],
        )
        uninvoiced.settle(db, [(one.line_id, one.qty, one.received_value) for one in match.lines if one.qty])
        db.run_many(
            "UPDATE receipt_charge SET invoiced_by = ? WHERE id = ?",
            [(changes.document.id, one.charge_id) for one in match.charges],
        )
        return changes

    return posting.as_a_whole(db, work)


def post_credit_note(db: Db, acting: Acting, fields: CreditFields) -> Changes:
    """Book a supplier's credit note for a supplier return: what it differs goes to purchase price variance."""
    acting.require(Permission.MATCH_INVOICE)
    if fields.net < 0 or fields.tax < 0:
        raise Refused(_("A credit note has amounts of 0 or more. Check them."))

    def work() -> Changes:
        posting.hold(db, acting, key=fields.key)
        there = posting.there_already(db, fields.key)
        if there is not None:
            return there
        supplier, number = _checked(db, fields, _CREDIT)
        _hold_document(db, fields.return_id)
        sent = query.return_(db, acting, fields.return_id)
        if sent is None:
            raise Refused(_("A credit note belongs to a supplier return. Choose one."))
        net, tax = query.in_shop_money(fields.net, fields.rate), query.in_shop_money(fields.tax, fields.rate)
        more = Money(net - (0 if sent.credited else sent.credit))
        amounts = (
            (Account.SUPPLIER, "", Money(more + tax)),
            (Account.PRICE_VARIANCE, "", Money(-more)),
            (Account.TAX, INPUT, Money(-tax)),
        )
        draft = Draft(
            DocumentKind.SUPPLIER_CREDIT, fields.key, clock.now(), amounts=amounts, reference=number, party=supplier,
            note=names.clean(fields.note), of_document_id=fields.return_id,
        )  # fmt: skip
        changes = posting.post(db, acting, draft, topics=TOPICS)
        assert changes.document is not None
        _keep(db, fields, _CREDIT, number, changes.document.id, net, tax, Money(0), None)
        return changes

    return posting.as_a_whole(db, work)


def reversal_amounts(db: Db, document_id: DocumentId) -> tuple[tuple[Account, str, Money], ...]:
    """Return the journal amounts that undo an invoice besides what its lines undo themselves."""
    settled, tax = (
        Money(db.value("SELECT COALESCE(SUM(amount), 0) FROM journal_line WHERE document_id = ? AND account = ?", (
            document_id, account.value
        )))
        for account in (Account.GOODS_RECEIVED_NOT_INVOICED, Account.TAX)
    )  # fmt: skip
    return _amounts(Money(-settled), Money(-tax))


def note_reversed(db: Db, document_id: DocumentId) -> bool:
    """Open what a reversed invoice settled, and let its number be used again; tell whether it was an invoice."""
    row = db.row("SELECT id, number_key FROM supplier_invoice WHERE document_id = ?", (document_id,))
    if row is None:
        return False
    db.run("UPDATE supplier_invoice SET number_key = ? WHERE id = ?", (f"{row[1]} #{row[0]}", row[0]))
    db.run("UPDATE receipt_charge SET invoiced_by = NULL WHERE invoiced_by = ?", (document_id,))
    uninvoiced.open_again(db, row[0])
    return True


def hold_document(db: Db, document_id: DocumentId) -> None:
    """Let others wait who would invoice, or undo, a goods receipt, a supplier return or an invoice."""
    uninvoiced.hold_document(db, document_id)
    _hold_document(db, document_id)


# --- inside a transaction


def _hold_lines(db: Db, fields: InvoiceFields) -> None:
    """Let others wait who would invoice the same lines."""
    uninvoiced.hold(db, [line.line_id for line in fields.lines])
    if db.engine == "postgresql":
        for charge in sorted(fields.charges):
            db.row("SELECT id FROM receipt_charge WHERE id = ? FOR UPDATE", (charge.charge_id,))


def _hold_document(db: Db, document_id: DocumentId) -> None:
    """Let others wait who would credit or undo the same document."""
    if db.engine == "postgresql":
        db.row("SELECT id FROM document WHERE id = ? FOR NO KEY UPDATE", (document_id,))


def _checked(db: Db, fields: InvoiceFields | CreditFields, kind: str) -> tuple[str, str]:
    """Return the supplier's name and the number as it is stored; raise ``Refused`` for what cannot be kept."""
    supplier = db.value("SELECT name FROM supplier WHERE id = ?", (fields.supplier_id,))
    if supplier is None:
        raise Refused(_("There is no such supplier any more. Choose another."))
    number = names.clean(fields.number)
    if not 0 < len(number) <= names.MAX_SKU:
        raise Refused(_("Enter the number of the paper, of at most 80 characters."))
    day = db.value(
        "SELECT day FROM supplier_invoice WHERE supplier_id = ? AND kind = ? AND number_key = ?",
        (fields.supplier_id, kind, names.key(number)),
    )
    if day is not None:
        raise Refused(
            _("{number} of {supplier}, dated {day}, was posted before. Check the number.").format(
                number=number, supplier=supplier, day=f"{day // 10_000:04d}-{day // 100 % 100:02d}-{day % 100:02d}"
            )
        )
    if not 0 < fields.rate <= MAX_RATE:
        raise Refused(_("A rate is above 0 and at most 1,000,000. Check it."))
    if fields.tax < 0:
        raise Refused(_("A tax is 0 or more. Check it."))
    return supplier, number


def _amounts(received: Money, tax: Money) -> tuple[tuple[Account, str, Money], ...]:
    return (
        (Account.GOODS_RECEIVED_NOT_INVOICED, "", received),
        (Account.TAX, INPUT, tax),
        (Account.SUPPLIER, "", Money(-received - tax)),
    )


def _booked_tax(match: Match) -> Money:
    """Return the tax of what is booked: none on what is disputed."""
    if not match.disputed or not match.net:
        return match.tax
    return Money(divide_half_even(match.tax * (match.net - match.disputed), match.net))


def _differences(db: Db, match: Match) -> tuple[DraftLine, ...]:
    """Return a late cost for every line whose invoice differs, and for the charges that do."""
    causes: dict[tuple[LineId, str], int] = {}
    for one in match.lines:
        if one.difference:
            causes[one.line_id, INVOICE_DIFFERENCE] = one.difference
    for charge in match.charges:
        rows = db.rows(
            "SELECT l.id, COALESCE(l.value, 0) - l.net, COALESCE(l.value, 0) FROM document_line l "
            "WHERE l.document_id = ? AND l.kind = 'goods_receipt' ORDER BY l.id",
            (charge.document_id,),
        )
        weights = [carried for _id, carried, _value in rows]
        parts = receiving.spread(charge.difference, weights if any(weights) else [value for *_rest, value in rows])
        for (line_id, _carried, _value), part in zip(rows, parts, strict=True):
            if part:
                causes[line_id, ""] = causes.get((line_id, ""), 0) + part
    lines = _lines(db, [line_id for line_id, _cause in causes])
    return tuple(
        DraftLine(
            MovementKind.LANDED_COST, ItemId(lines[line_id][1]), Qty(lines[line_id][2]), LocationId(lines[line_id][3]),
            value=Money(amount), cause=cause, of_line_id=line_id,
        )
        for (line_id, cause), amount in causes.items()
    )  # fmt: skip


def _lines(db: Db, ids: list[LineId]) -> dict[LineId, tuple[Any, ...]]:
    found: dict[LineId, tuple[Any, ...]] = {}
    for start in range(0, len(ids), 500):
        few = ids[start : start + 500]
        marks = ", ".join("?" * len(few))
        for row in db.rows(f"SELECT id, item_id, qty, location_id FROM document_line WHERE id IN ({marks})", few):
            found[row[0]] = row
    return found


def _keep(
    db: Db, fields: InvoiceFields | CreditFields, kind: str, number: str, document_id: DocumentId, net: Money,
    tax: Money, disputed: Money, due_day: int | None,
) -> int:  # fmt: skip
    money = currency.of(fields.currency).code if fields.currency else settings.load(db).currency
    made: int = db.value(
        "INSERT INTO supplier_invoice (document_id, supplier_id, kind, number, number_key, day, due_day, currency, "
        "rate, net, tax, disputed, attachment_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (
            document_id, fields.supplier_id, kind, number, names.key(number), fields.day, due_day, money, fields.rate,
            net, tax, disputed, fields.attachment_id,
        ),
    )  # fmt: skip
    return made
