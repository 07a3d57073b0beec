"""The journal: every entry of the shop's own small ledger, debit and credit."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core.units import Day, Money
from shopstock.db.connection import Db
from shopstock.queries.report_query import ReportQuery


class Entry(NamedTuple):
    """One side of an entry; either ``debit`` or ``credit`` is 0."""

    date: Day
    document: str
    account: str
    debit: Money
    credit: Money


_JOURNAL = """
    SELECT d.day, s.prefix || '-' || d.number, j.account, j.amount
    FROM document d JOIN journal_line j ON j.document_id = d.id JOIN station s ON s.id = d.station_id
    WHERE d.occurred_at >= ? AND d.occurred_at < ? ORDER BY d.occurred_at, d.id, j.id"""


def journal(db: Db, query: ReportQuery) -> list[Entry]:
    """List the entries of a period in order of time, then of posting."""
    return [
        Entry(day, document, account, Money(max(amount, 0)), Money(max(-amount, 0)))
        for day, document, account, amount in db.rows(_JOURNAL, (query.start, query.end))
    ]
