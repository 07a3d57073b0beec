"""Prove goods in: order lines hold what came of them, and what is not invoiced is the balance of its account."""

from __future__ import annotations

from collections.abc import Iterator

from shopstock.db.connection import Db
from shopstock.queries.audit_streams import Finding, compare

# Rows of a reversal carry the quantity negated, and stand for the kind of line that they reverse.
_BROUGHT = (
    "SELECT r.order_line_id, SUM(CASE WHEN COALESCE(o.kind, l.kind) <> 'transfer' AND p.kind = 'transit' THEN 0 "
    "ELSE r.qty END), SUM(CASE WHEN COALESCE(o.kind, l.kind) = 'transfer' THEN -r.qty WHEN p.kind = 'transit' "
    "THEN r.qty ELSE 0 END) FROM order_receipt r JOIN document_line l ON l.id = r.line_id "
    "LEFT JOIN document_line o ON o.id = l.of_line_id AND l.kind = 'reversal' "
    "JOIN location p ON p.id = COALESCE(o.location_id, l.location_id) GROUP BY r.order_line_id ORDER BY r.order_line_id"
)
_LINES = (
    "SELECT id, received_qty, shipped_qty FROM purchase_order_line WHERE received_qty <> 0 OR shipped_qty <> 0 "
    "ORDER BY id"
)
_BALANCE = "SELECT COALESCE(-SUM(amount), 0) FROM journal_line WHERE account = 'goods_received_not_invoiced'"
_RECEIVED = (
    "SELECT COALESCE(SUM(l.value), 0) FROM document d JOIN document_line l ON l.document_id = d.id "
    "AND l.kind = 'goods_receipt' WHERE d.kind = 'goods_receipt' "
    "AND NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = d.id)"
)
_INVOICED = (
    "SELECT COALESCE(SUM(v.received_value), 0) FROM supplier_invoice_line v JOIN supplier_invoice i "
    "ON i.id = v.invoice_id WHERE NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = i.document_id)"
)
_CHARGES = "SELECT COALESCE(SUM(amount), 0) FROM receipt_charge WHERE invoiced_by IS NOT NULL"
_OVER_INVOICED = (
    "SELECT v.line_id FROM supplier_invoice_line v JOIN supplier_invoice i ON i.id = v.invoice_id "
    "JOIN document_line l ON l.id = v.line_id WHERE NOT EXISTS "
    "(SELECT 1 FROM document u WHERE u.reverses_id = i.document_id) GROUP BY v.line_id, l.qty "
    "HAVING SUM(v.qty) > l.qty ORDER BY v.line_id"
)


def check(db: Db) -> Iterator[Finding]:
    """Compare order lines with what came of them, and the account of goods received with receipts and invoices."""
    yield from compare(
        "purchase_order_line", ("id",), ("received_qty", "shipped_qty"), db.stream(_LINES), [db.stream(_BROUGHT)]
    )
    wanted = db.value(_RECEIVED) - db.value(_INVOICED) - db.value(_CHARGES)
    balance = db.value(_BALANCE)
    if balance != wanted:
        yield (
            "journal_line", "account goods_received_not_invoiced",
            f"the balance is {balance}, receipts less invoices say {wanted}",
        )  # fmt: skip
    for (line_id,) in db.stream(_OVER_INVOICED):
        yield "supplier_invoice_line", f"line_id {line_id}", "more was invoiced than was received"
