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
# What no invoice covers: goods received without their charges, less what was invoiced.
_UNINVOICED = "SELECT line_id, qty, value FROM uninvoiced ORDER BY line_id"
_RECEIVED = (
    "SELECT l.id, l.qty, CASE WHEN EXISTS (SELECT 1 FROM receipt_charge c WHERE c.document_id = l.document_id) "
    "THEN l.net ELSE COALESCE(l.value, 0) END FROM document_line l WHERE l.kind = 'goods_receipt' "
    "AND NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = l.document_id) ORDER BY l.id"
)
_INVOICED = (
    "SELECT v.line_id, -SUM(v.qty), -SUM(v.received_value) FROM supplier_invoice_line v JOIN supplier_invoice i "
    "ON i.id = v.invoice_id WHERE NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = i.document_id) "
    "GROUP BY v.line_id ORDER BY v.line_id"
)
_ODD = "SELECT line_id FROM uninvoiced WHERE qty <= 0 OR value < 0 ORDER BY line_id"
_CHARGES = (
    "SELECT COALESCE(SUM(c.amount), 0) FROM receipt_charge c WHERE c.invoiced_by IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = c.document_id)"
)


def check(db: Db) -> Iterator[Finding]:
    """Compare order lines with what came of them, and the account of goods received with receipts and invoices."""
    yield from compare(
        "purchase_order_line", ("id",), ("received_qty", "shipped_qty"), db.stream(_LINES), [db.stream(_BROUGHT)]
    )
    yield from compare(
        "uninvoiced", ("line_id",), ("qty", "value"), db.stream(_UNINVOICED),
        [db.stream(_RECEIVED), db.stream(_INVOICED)],
    )  # fmt: skip
    for (line_id,) in db.stream(_ODD):
        yield "uninvoiced", f"line_id {line_id}", "it is of no quantity, or of less than no value"
    wanted = db.value("SELECT COALESCE(SUM(value), 0) FROM uninvoiced") + db.value(_CHARGES)
    balance = db.value(_BALANCE)
    if balance != wanted:
        yield (
            "journal_line", "account goods_received_not_invoiced",
            f"the balance is {balance}, what is not invoiced comes to {wanted}",
        )  # fmt: skip
