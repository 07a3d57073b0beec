"""What a posted document says of itself, in sentences."""

from __future__ import annotations

from PySide6.QtCore import Qt

from shopstock.core.movements import DocumentKind
from shopstock.core.returns import Condition, Outcome
from shopstock.core.text import _
from shopstock.core.units import Money
from shopstock.queries.document_view import Document, DocumentLine
from shopstock.ui import format as fmt
from shopstock.ui.back import words

#: Kinds of documents for which a second person is asked.
_ASKED = (DocumentKind.WRITE_OFF, DocumentKind.REVERSAL, DocumentKind.CUSTOMER_RETURN)
ELIDE = Qt.TextElideMode.ElideRight


def kind_name(kind: DocumentKind) -> str:
    """Name a kind of document, as a list to choose from does."""
    return {
        DocumentKind.OPENING: _("Openings"), DocumentKind.GOODS_RECEIPT: _("Goods receipts"),
        DocumentKind.SALE: _("Sales"), DocumentKind.CUSTOMER_RETURN: _("Customer returns"),
        DocumentKind.SUPPLIER_RETURN: _("Supplier returns"), DocumentKind.TRANSFER: _("Transfers"),
        DocumentKind.WRITE_OFF: _("Write-offs"), DocumentKind.FOUND: _("Found goods"), DocumentKind.COUNT: _("Counts"),
        DocumentKind.LANDED_COST: _("Landed costs"), DocumentKind.SUPPLIER_INVOICE: _("Supplier invoices"),
        DocumentKind.SUPPLIER_CREDIT: _("Credit notes"), DocumentKind.REVERSAL: _("Reversals"),
        DocumentKind.PAID_IN: _("Paid in"), DocumentKind.PAID_OUT: _("Paid out"),
        DocumentKind.CASH_UP: _("Cash-ups"),
    }[kind]  # fmt: skip


def facts(document: Document) -> list[str]:
    """Say who posted it, when and where, who approved it, and with whom it was."""
    told = [
        _("{when} by {name}").format(when=fmt.instant(document.occurred_at), name=document.by),
        _("{station}, {place}").format(station=document.station, place=document.place),
    ]
    if document.self_approved and document.kind in _ASKED:
        told.append(_("Approved by the same person: the shop has one."))
    elif document.approved_by:
        told.append(_("Approved by {name}").format(name=document.approved_by))
    if document.party:
        told.append(_("With {party}").format(party=document.party))
    if document.reference:
        told.append(_("Reference {reference}").format(reference=document.reference))
    return told


def sums(document: Document, digits: int) -> list[str]:
    """Say what was paid, how, and by how much the stock changed."""
    told = []
    if document.total is not None:
        told.append(_("Total {amount}").format(amount=fmt.money(document.total, digits)))
    for payment in document.payments:
        words = f"{payment.method} {fmt.money(payment.amount, digits)}"
        told.append(f"{words} · {payment.reference}" if payment.reference else words)
    if document.value is not None and document.lines:
        told.append(_("Stock changed by {amount} at cost").format(amount=fmt.money(document.value, digits)))
    return told


def line_facts(line: DocumentLine) -> str:
    """Say what stands below the name of a line."""
    told = [line.sku]
    if line.cause:
        told.append(line.cause)
    if line.condition:
        told.append(Condition(line.condition).words)
    if line.outcome:
        told.append(Outcome(line.outcome).words)
    if line.reason:
        told.append(line.reason)
    for code, expires in line.lots:
        told.append(_("lot {lot}").format(lot=code) if code else fmt.day(expires))
    place, to_place = words.short_place(line.place), words.short_place(line.to_place)
    told.append(f"{place} → {to_place}" if to_place else place)
    return " · ".join(part for part in told if part)


def line_amount(line: DocumentLine) -> Money | None:
    """Return what a line says in money: what was charged, else what it was worth."""
    return line.amount if line.amount is not None else line.value
