"""The words for documents and movements, the same on every screen."""

from __future__ import annotations

from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.text import _


def document_words(kind: str, number: str) -> str:
    """Name a document as people do: ``Sale 1-10417``."""
    names = {
        DocumentKind.OPENING: _("Opening {number}"),
        DocumentKind.GOODS_RECEIPT: _("Goods receipt {number}"),
        DocumentKind.SALE: _("Sale {number}"),
        DocumentKind.CUSTOMER_RETURN: _("Customer return {number}"),
        DocumentKind.SUPPLIER_RETURN: _("Supplier return {number}"),
        DocumentKind.TRANSFER: _("Transfer {number}"),
        DocumentKind.WRITE_OFF: _("Write-off {number}"),
        DocumentKind.FOUND: _("Found goods {number}"),
        DocumentKind.COUNT: _("Count {number}"),
        DocumentKind.LANDED_COST: _("Landed cost {number}"),
        DocumentKind.SUPPLIER_INVOICE: _("Supplier invoice {number}"),
        DocumentKind.SUPPLIER_CREDIT: _("Credit note {number}"),
        DocumentKind.REVERSAL: _("Reversal {number}"),
        DocumentKind.PAID_IN: _("Paid in {number}"),
        DocumentKind.PAID_OUT: _("Paid out {number}"),
        DocumentKind.CASH_UP: _("Cash-up {number}"),
    }
    return names[DocumentKind(kind)].format(number=number)


def kind_words(kind: str) -> str:
    """Name what movements of a kind did, as a line of a sum."""
    names = {
        MovementKind.OPENING: _("Opening balance"),
        MovementKind.GOODS_RECEIPT: _("Received"),
        MovementKind.SALE: _("Sold"),
        MovementKind.CUSTOMER_RETURN: _("Returned by customers"),
        MovementKind.SUPPLIER_RETURN: _("Returned to suppliers"),
        MovementKind.TRANSFER: _("Transferred"),
        MovementKind.WRITE_OFF: _("Written off"),
        MovementKind.FOUND: _("Found"),
        MovementKind.COUNT: _("Counted"),
        MovementKind.LANDED_COST: _("Landed cost"),
        MovementKind.COST_ADJUSTMENT: _("Cost settled later"),
        MovementKind.REVERSAL: _("Reversed"),
    }
    return names[MovementKind(kind)]
