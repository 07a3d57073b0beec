"""Reports of goods in: what was received, and what nobody has invoiced yet."""

from __future__ import annotations

from typing import Any, NamedTuple

from shopstock.core import purchasing
from shopstock.core.units import Day, Money, Qty
from shopstock.db.connection import Db
from shopstock.queries.report_query import ReportQuery
from shopstock.queries.supplier_invoices import GOODS_VALUE


class GoodsReceipt(NamedTuple):
    """A received line: ``value`` is what it was booked in at, ``invoiced`` how much of it an invoice covers."""

    date: Day
    document: str
    supplier: str
    order: str
    sku: str
    name: str
    location: str
    quantity: Qty
    value: Money
    invoiced: Qty


class Uninvoiced(NamedTuple):
    """A received line, or a charge received with goods, that no invoice covers whole."""

    date: Day
    document: str
    supplier: str
    order: str
    sku: str
    name: str
    quantity: Qty
    value: Money


# Signed by what a moment knew: an invoice or a reversal that came later does not count yet.
_INVOICED = (
    "SELECT v.line_id, SUM(v.qty) AS qty, SUM(v.received_value) AS value FROM supplier_invoice_line v "
    "JOIN supplier_invoice i ON i.id = v.invoice_id JOIN document n ON n.id = i.document_id "
    "WHERE n.occurred_at < ? AND NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = n.id "
    "AND u.occurred_at < ?) GROUP BY v.line_id"
)
_RECEIVED = (
    "SELECT d.day, s.prefix, d.number, d.party, (SELECT p.number FROM order_receipt r "
    "JOIN purchase_order_line w ON w.id = r.order_line_id JOIN purchase_order p ON p.id = w.order_id "
    "WHERE r.line_id = l.id), i.sku, i.name, g.name, l.qty, COALESCE(l.value, 0), COALESCE(v.qty, 0), "
    f"{GOODS_VALUE}, COALESCE(v.value, 0) "
    "FROM document d JOIN document_line l ON l.document_id = d.id AND l.kind = 'goods_receipt' "
    "JOIN station s ON s.id = d.station_id JOIN item i ON i.id = l.item_id JOIN location g ON g.id = l.location_id "
    f"LEFT JOIN ({_INVOICED}) v ON v.line_id = l.id "
    "WHERE d.kind = 'goods_receipt' AND d.occurred_at >= ? AND d.occurred_at < ? AND NOT EXISTS "
    "(SELECT 1 FROM document u WHERE u.reverses_id = d.id AND u.occurred_at < ?)"
)


def _received(db: Db, query: ReportQuery, start: int) -> list[tuple[Any, ...]]:
    sql, params = _RECEIVED, [query.end, query.end, start, query.end, query.end]
    for column, value in (("l.item_id", query.item_id), ("l.location_id", query.location_id)):
        if value is not None:
            sql += f" AND {column} = ?"
            params.append(value)
    return db.rows(f"{sql} ORDER BY d.occurred_at, d.id, l.id", params)


def goods_receipts(db: Db, query: ReportQuery) -> list[GoodsReceipt]:
    """List what was received in a period, line by line; what was reversed is left out."""
    return [
        GoodsReceipt(
            day, f"{prefix}-{number}", party, _order(order), sku, name, place, Qty(qty), Money(value), Qty(invoiced)
        )
        for day, prefix, number, party, order, sku, name, place, qty, value, invoiced, _goods, _at in _received(
            db, query, query.start
        )
    ]


def uninvoiced(db: Db, query: ReportQuery) -> list[Uninvoiced]:
    """List what was received and not invoiced at a moment; its value is the balance of that account."""
    rows = [
        Uninvoiced(day, f"{prefix}-{number}", party, _order(order), sku, name, Qty(qty - invoiced), Money(goods - at))
        for day, prefix, number, party, order, sku, name, _place, qty, _value, invoiced, goods, at in _received(
            db, query, 0
        )
        if qty > invoiced or goods != at
    ]
    if query.item_id is None and query.location_id is None:
        rows += _charges(db, query)
    return rows


def _charges(db: Db, query: ReportQuery) -> list[Uninvoiced]:
    return [
        Uninvoiced(day, f"{prefix}-{number}", party, "", "", name, Qty(0), Money(amount))
        for day, prefix, number, party, name, amount in db.rows(
            "SELECT d.day, s.prefix, d.number, d.party, c.name, c.amount FROM receipt_charge c "
            "JOIN document d ON d.id = c.document_id JOIN station s ON s.id = d.station_id "
            "LEFT JOIN document n ON n.id = c.invoiced_by AND n.occurred_at < ? "
            "WHERE d.occurred_at < ? AND n.id IS NULL AND NOT EXISTS (SELECT 1 FROM document u "
            "WHERE u.reverses_id = d.id AND u.occurred_at < ?) ORDER BY c.id",
            (query.end, query.end, query.end),
        )
    ]


def _order(number: int | None) -> str:
    return "" if number is None else purchasing.order_number(number)
