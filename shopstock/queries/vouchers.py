"""Read store credit: a voucher by its number, those that hold something, what the shop owes on them."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core import vouchers
from shopstock.core.units import DocumentId, Instant, Money
from shopstock.db.connection import Db


class VoucherEntry(NamedTuple):
    """What a document put on a voucher (positive) or took off it (negative), and what was left then."""

    document_id: DocumentId
    document: str
    at: Instant
    amount: Money
    left: Money


class Voucher(NamedTuple):
    """A voucher. ``document`` is what it was issued with; ``customer`` is empty unless it is someone's on record."""

    id: int
    number: str
    amount: Money
    balance: Money
    issued_at: Instant
    issued_by: str
    document_id: DocumentId
    document: str
    customer_id: int | None
    customer: str
    entries: tuple[VoucherEntry, ...] = ()


_VOUCHERS = (
    "SELECT v.id, v.number, v.amount, v.balance, v.issued_at, p.name, v.document_id, s.prefix, d.number, v.customer_id,"
    " coalesce(c.name, '') FROM voucher v JOIN person p ON p.id = v.issued_by JOIN document d ON d.id = v.document_id"
    " JOIN station s ON s.id = d.station_id LEFT JOIN customer c ON c.id = v.customer_id "
)


def by_number(db: Db, text: str) -> Voucher | None:
    """Return the voucher whose number was scanned or typed, with its entries; ``None`` if there is no such voucher."""
    number = vouchers.normal(text)
    row = None if number is None else db.row(_VOUCHERS + "WHERE v.number = ?", (number,))
    if row is None:
        return None
    found = _voucher(row)
    return found._replace(entries=_entries(db, found.id))


def open_vouchers(db: Db, limit: int = 1_000) -> list[Voucher]:
    """Return the vouchers that hold something, the latest first, without their entries."""
    return [_voucher(row) for row in db.rows(_VOUCHERS + "WHERE v.balance > 0 ORDER BY v.id DESC LIMIT ?", (limit,))]


def of_customer(db: Db, customer_id: int) -> list[Voucher]:
    """Return a customer's vouchers, the latest first, without their entries."""
    return [_voucher(row) for row in db.rows(_VOUCHERS + "WHERE v.customer_id = ? ORDER BY v.id DESC", (customer_id,))]


def outstanding(db: Db) -> Money:
    """Return what all vouchers hold together."""
    return Money(db.value("SELECT coalesce(sum(balance), 0) FROM voucher WHERE balance > 0"))


def _voucher(row: tuple[object, ...]) -> Voucher:
    id_, number, amount, balance, at, by, document_id, prefix, document, customer_id, customer = row
    return Voucher._make(
        (id_, number, amount, balance, at, by, document_id, f"{prefix}-{document}", customer_id, customer, ())
    )


def _entries(db: Db, voucher_id: int) -> tuple[VoucherEntry, ...]:
    entries = []
    left = 0
    for document_id, prefix, number, at, amount in db.rows(
        "SELECT e.document_id, s.prefix, d.number, e.at, e.amount FROM voucher_entry e"
        " JOIN document d ON d.id = e.document_id JOIN station s ON s.id = d.station_id"
        " WHERE e.voucher_id = ? ORDER BY e.id",
        (voucher_id,),
    ):
        left += amount
        entries.append(VoucherEntry(document_id, f"{prefix}-{number}", at, Money(amount), Money(left)))
    return tuple(entries)
