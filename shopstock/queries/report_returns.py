"""What customers brought back, by item, cause and person; what the shop owes on vouchers.

A reversed return counts against its kind at the moment of the reversal, as in the sales.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from shopstock.core.units import Day, Money, Qty, divide_half_even
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import causes
from shopstock.queries.report_query import ReportQuery

#: 100 % in the 1/1,000 of a percent that a share is told in.
_WHOLE = 100_000


class ReturnedItem(NamedTuple):
    """What came back of an item. ``share`` is of what was sold of it, in 1/1,000 of a percent."""

    sku: str
    name: str
    quantity: Qty
    given_back: Money
    cost: Money
    share: int
    without_receipt: Qty


class ReturnedCause(NamedTuple):
    """What came back for a cause. ``share`` is of all that was sold."""

    cause: str
    quantity: Qty
    given_back: Money
    cost: Money
    share: int
    without_receipt: Qty


class ReturnedPerson(NamedTuple):
    """What a person took back. ``share`` is of what that person sold."""

    person: str
    quantity: Qty
    given_back: Money
    cost: Money
    share: int
    without_receipt: Qty


class Credit(NamedTuple):
    """A voucher that holds something; ``age`` is in days (written as a quantity)."""

    voucher: str
    customer: str
    issued: Day
    amount: Money
    spent: Money
    left: Money
    age: Qty


_LINES = """
    SELECT {key}, sum(sign * qty), sum(sign * gross), sum(cost), sum(sign * lost) FROM (
        SELECT l.item_id, coalesce(c.cause, '') AS cause, coalesce(b.by_id, d.by_id) AS person_id,
               coalesce(o.qty, l.qty) AS qty, l.net + l.tax AS gross,
               CASE l.kind WHEN 'reversal' THEN -1 ELSE 1 END AS sign,
               CASE WHEN coalesce(o.flags, l.flags) LIKE '%no_sale%' THEN 1000 ELSE 0 END AS lost,
               (SELECT coalesce(sum(m.value), 0) FROM stock_movement m WHERE m.document_id = d.id
                AND m.line_id = l.id AND m.kind <> 'cost_adjustment') AS cost
        FROM document d JOIN document_line l ON l.document_id = d.id
        LEFT JOIN document_line o ON o.id = l.of_line_id AND l.kind = 'reversal'
        LEFT JOIN document b ON b.id = o.document_id
        LEFT JOIN return_line c ON c.line_id = coalesce(o.id, l.id)
        WHERE d.occurred_at >= ? AND d.occurred_at < ? AND coalesce(o.kind, l.kind) = ? {narrow}
    ) moved GROUP BY {key} ORDER BY {key}"""


def by_item(db: Db, query: ReportQuery) -> list[ReturnedItem]:
    """Return what came back of each item, the largest value first."""
    back, sold = _sums(db, query, "item_id", "customer_return"), _sums(db, query, "item_id", "sale")
    names = _named(db, "item", "sku, name", back)
    rows = [
        ReturnedItem._make((*names[key], *figures, _share(figures, sold.get(key)), lost))
        for key, (*figures, lost) in back.items()
    ]
    return sorted(rows, key=lambda row: (-row.given_back, row.sku))


def by_cause(db: Db, query: ReportQuery) -> list[ReturnedCause]:
    """Return what came back for each cause, the largest value first; an empty cause was not asked for."""
    sold = _sums(db, query, "cause", "sale").get("")
    rows = [
        ReturnedCause._make((_cause(db, key), *figures, _share(figures, sold), lost))
        for key, (*figures, lost) in _sums(db, query, "cause", "customer_return").items()
    ]
    return sorted(rows, key=lambda row: (-row.given_back, row.cause))


def by_person(db: Db, query: ReportQuery) -> list[ReturnedPerson]:
    """Return what each person took back, the largest value first."""
    back, sold = _sums(db, query, "person_id", "customer_return"), _sums(db, query, "person_id", "sale")
    names = _named(db, "person", "name", back)
    rows = [
        ReturnedPerson._make((*names[key], *figures, _share(figures, sold.get(key)), lost))
        for key, (*figures, lost) in back.items()
    ]
    return sorted(rows, key=lambda row: (-row.given_back, row.person))


def store_credit(db: Db, _query: ReportQuery) -> list[Credit]:
    """Return the vouchers that hold something, the oldest first; what is left sums to what the account owes."""
    now = clock.now()
    return [
        Credit(
            number, customer, clock.day_of(at), amount, Money(amount - left), left,
            Qty((now - at) // 86_400_000_000 * 1_000),
        )
        for number, customer, at, amount, left in db.rows(
            "SELECT v.number, coalesce(c.name, ''), v.issued_at, v.amount, v.balance FROM voucher v"
            " LEFT JOIN customer c ON c.id = v.customer_id WHERE v.balance > 0 ORDER BY v.id"
        )
    ]  # fmt: skip


def _sums(db: Db, query: ReportQuery, key: str, kind: str) -> dict[Any, tuple[int, ...]]:
    narrow, places = query.at("l.location_id")
    values = [query.start, query.end, kind, *places]
    if query.item_id is not None:
        narrow += " AND l.item_id = ?"
        values.append(query.item_id)
    rows = db.rows(_LINES.format(key=key, narrow=narrow), values)
    return {name: tuple(int(figure) for figure in figures) for name, *figures in rows if any(figures)}


def _cause(db: Db, key: str) -> str:
    return causes.name_of(db, "return", key) if key else ""


def _named(db: Db, table: str, columns: str, keys: dict[Any, tuple[int, ...]]) -> dict[Any, tuple[str, ...]]:
    return {
        key: tuple(db.rows(f"SELECT {columns} FROM {table} WHERE id = ?", (key,))[0]) for key in keys
    }  # fmt: skip


def _share(back: list[int], sold: tuple[int, ...] | None) -> int:
    return divide_half_even(back[1] * _WHOLE, sold[1]) if sold is not None and sold[1] > 0 else 0
