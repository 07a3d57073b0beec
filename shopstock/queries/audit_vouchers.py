"""Prove store credit: each voucher holds what its entries say, and all of them what the account owes."""

from __future__ import annotations

from collections.abc import Iterator

from shopstock.db.connection import Db
from shopstock.queries.audit_streams import Finding, compare

_VOUCHERS = "SELECT id, balance FROM voucher WHERE balance <> 0 ORDER BY id"
_ENTRIES = "SELECT voucher_id, SUM(amount) FROM voucher_entry GROUP BY voucher_id ORDER BY voucher_id"
_OWED = "SELECT COALESCE(-SUM(amount), 0) FROM journal_line WHERE account = 'store_credit'"
# Every payment in store credit is an entry of the voucher that it names, and the other way round.
_PAID = (
    "SELECT y.document_id, -SUM(y.amount) FROM payment y JOIN payment_method m ON m.id = y.method_id "
    "WHERE m.account = 'store_credit' GROUP BY y.document_id ORDER BY y.document_id"
)
_NOTED = "SELECT document_id, SUM(amount) FROM voucher_entry GROUP BY document_id ORDER BY document_id"


def check(db: Db) -> Iterator[Finding]:
    """Compare balances with entries, entries with the payments of their documents, and the sum with the account."""
    yield from compare("voucher", ("id",), ("balance",), db.stream(_VOUCHERS), [db.stream(_ENTRIES)])
    yield from compare("voucher_entry", ("document_id",), ("amount",), db.stream(_NOTED), [db.stream(_PAID)])
    held = db.value("SELECT COALESCE(SUM(balance), 0) FROM voucher")
    owed = db.value(_OWED)
    if held != owed:
        yield "journal_line", "account store_credit", f"the balance is {owed}, the vouchers hold {held}"
