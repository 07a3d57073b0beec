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


# As a moment knew it: an invoice or a reversal that came later does not count yet.
_STOOD = "n.occurred_at < ? AND NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = n.id AND u.occurred_at < ?)"
_INVOICED = (
    "COALESCE((SELECT SUM({figure}) FROM supplier_invoice_line v JOIN supplier_invoice y ON y.id = v.invoice_id "
    f"JOIN document n ON n.id = y.document_id WHERE v.line_id = l.id AND {_STOOD}), 0)"
)
_RECEIVED = (
    "SELECT d.day, s.prefix, d.number, d.party, (SELECT p.number FROM order_receipt r "
    "JOIN purchase_order_line w ON w.id = r.order_line_id JOIN purchase_order p ON p.id = w.order_id "
    "WHERE r.line_id = l.id), i.sku, i.name, {columns} "
    "FROM document d JOIN document_line l ON l.document_id = d.id AND l.kind = 'goods_receipt' "
    "JOIN station s ON s.id = d.station_id JOIN item i ON i.id = l.item_id JOIN location g ON g.id = l.location_id "
    "WHERE d.kind = 'goods_receipt' AND d.occurred_at >= ? AND d.occurred_at < ? AND NOT EXISTS "
    "(SELECT 1 FROM document u WHERE u.reverses_id = d.id AND u.occurred_at < ?)"
)
_LINE = f"g.name, l.qty, COALESCE(l.value, 0), {_INVOICED.format(figure='v.qty')}"
_LEFT = f"l.qty - {_INVOICED.format(figure='v.qty')}, {GOODS_VALUE} - {_INVOICED.format(figure='v.received_value')}"
# Open now, or settled (or undone) since that moment: nobody looks through all that was ever received.
_MAYBE = (
    " AND l.id IN (SELECT line_id FROM uninvoiced UNION SELECT v.line_id FROM document n JOIN supplier_invoice y "
    "ON y.document_id = n.id JOIN supplier_invoice_line v ON v.invoice_id = y.id WHERE n.occurred_at >= ? "
    "UNION SELECT b.id FROM document n "
    "JOIN document_line b ON b.document_id = n.reverses_id WHERE n.occurred_at >= ?)"
)


def _received(
    db: Db, query: ReportQuery, columns: str, moments: int, start: int, more: str = "", params: tuple[int, ...] = ()
) -> list[tuple[Any, ...]]:
    sql = _RECEIVED.format(columns=columns) + more
    values = [*[query.end] * moments, start, query.end, query.end, *params]
    where, places = query.at("l.location_id")
    sql, values = sql + where, [*values, *places]
    if query.item_id is not None:
        sql += " AND l.item_id = ?"
        values.append(query.item_id)
    return db.rows(f"{sql} ORDER BY d.occurred_at, d.id, l.id", values)


def goods_receipts(db: Db, query: ReportQuery) -> list[GoodsReceipt]:
    """List what was received in a period, line by line; what was reversed is left out."""
    return [
        GoodsReceipt(
            day, f"{prefix}-{number}", party, _order(order), sku, name, place, Qty(qty), Money(value), Qty(invoiced)
        )
        for day, prefix, number, party, order, sku, name, place, qty, value, invoiced in _received(
            db, query, _LINE, 2, query.start
        )
    ]


def uninvoiced(db: Db, query: ReportQuery) -> list[Uninvoiced]:
    """List what was received and not invoiced at a moment; its value is the balance of that account."""
    rows = [
        Uninvoiced(day, f"{prefix}-{number}", party, _order(order), sku, name, Qty(qty), Money(value))
        for day, prefix, number, party, order, sku, name, qty, value in _received(
            db, query, _LEFT, 4, 0, _MAYBE, (query.end,) * 2
        )
        if qty or value
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
