"""The reports of buying: the orders of a period, what is on order now, and what is low.

Amounts in the shop's money are the order's at its own rate, rounded once.
"""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core import currency, purchasing
from shopstock.core.purchasing import OrderState
from shopstock.core.units import Day, Instant, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import low_stock
from shopstock.queries.report_query import ReportQuery


class Ordered(NamedTuple):
    """One order: ``amount`` is in its own currency, ``value`` in the shop's money; days are ``None`` before sending."""

    order: str
    state: str
    supplier: str
    location: str
    made: Day
    sent: Day | None
    expected: Day | None
    quantity: Qty
    received: Qty
    open: Qty
    currency: str
    amount: Money
    value: Money


class OnOrder(NamedTuple):
    """An item that an order still brings; ``value`` is that of what is open, in the shop's money."""

    sku: str
    name: str
    order: str
    supplier: str
    sent: Day | None
    expected: Day | None
    quantity: Qty
    received: Qty
    in_transit: Qty
    open: Qty
    value: Money


class Low(NamedTuple):
    """An item at or below its reorder point; ``price`` is one unit's in the supplier's currency."""

    sku: str
    name: str
    available: Qty
    in_transit: Qty
    on_order: Qty
    in_drafts: Qty
    reorder_point: Qty
    order_up_to: Qty | None
    supplier: str
    suggested: Qty
    price: Money | None
    currency: str


_ORDERED = (
    "SELECT o.id, o.number, o.state, s.name, p.name, o.created_at, o.sent_at, o.expected_day, o.currency, o.rate,"
    " l.qty, l.received_qty, l.open_qty, l.price FROM purchase_order o JOIN supplier s ON s.id = o.supplier_id"
    " JOIN location p ON p.id = o.location_id JOIN purchase_order_line l ON l.order_id = o.id"
)
_ON_ORDER = (
    "SELECT i.sku, i.name, o.number, s.name, o.sent_at, o.expected_day, l.qty, l.received_qty, l.shipped_qty,"
    " l.open_qty, l.price, o.currency, o.rate FROM purchase_order_line l JOIN item i ON i.id = l.item_id"
    " JOIN purchase_order o ON o.id = l.order_id JOIN supplier s ON s.id = o.supplier_id WHERE l.open_qty > 0"
)


def purchase_orders(db: Db, query: ReportQuery) -> list[Ordered]:
    """List the orders that were made in a period, by number; of one item, its lines alone."""
    where, params = ["o.created_at >= ?", "o.created_at < ?"], [int(query.start), int(query.end)]
    _narrow(query, where, params)
    found: dict[int, Ordered] = {}
    for row in db.rows(f"{_ORDERED} WHERE {' AND '.join(where)} ORDER BY o.number, l.line_no", params):
        order_id, number, state, supplier, place, made, sent, expected, code, rate, qty, received, still, price = row
        before = found.get(order_id)
        if before is None:
            before = Ordered(
                purchasing.order_number(number), OrderState(state).words, supplier, place, clock.day_of(made),
                _day(sent), expected, Qty(0), Qty(0), Qty(0), code, Money(0), Money(0),
            )  # fmt: skip
        amount = purchasing.line_value(qty, price, currency.of(code))
        found[order_id] = before._replace(
            quantity=Qty(before.quantity + qty),
            received=Qty(before.received + received),
            open=Qty(before.open + still),
            amount=Money(before.amount + amount),
            value=Money(before.value + purchasing.in_shop_money(amount, rate)),
        )
    return list(found.values())


def on_order(db: Db, query: ReportQuery) -> list[OnOrder]:
    """List what sent orders still bring, by SKU and expected day."""
    where: list[str] = []
    params: list[int] = []
    _narrow(query, where, params)
    more = "".join(f" AND {condition}" for condition in where)
    rows = db.rows(f"{_ON_ORDER}{more} ORDER BY i.sku_key, coalesce(o.expected_day, 99999999), o.number", params)
    return [
        OnOrder(
            sku, name, purchasing.order_number(number), supplier, _day(sent), expected, qty, received, shipped, still,
            purchasing.in_shop_money(purchasing.line_value(still, price, currency.of(code)), rate),
        )
        for sku, name, number, supplier, sent, expected, qty, received, shipped, still, price, code, rate in rows
    ]  # fmt: skip


def low(db: Db, query: ReportQuery) -> list[Low]:
    """List what is low by its available stock (of a place and those in it, where one is asked), by SKU."""
    rows = low_stock.rows(db, item_id=query.item_id, levels=query.at("l.location_id"))
    return [
        Low(
            row.sku, row.name, row.available, row.in_transit, row.on_order, row.in_drafts, row.reorder_point,
            row.order_up_to, row.supplier, row.suggested, row.price, row.currency,
        )
        for row in sorted(rows, key=lambda row: (row.sku.casefold(), row.sku))
    ]  # fmt: skip


def _narrow(query: ReportQuery, where: list[str], params: list[int]) -> None:
    if query.item_id is not None:
        where.append("l.item_id = ?")
        params.append(int(query.item_id))
    if query.location_id is not None:
        at, places = query.at("o.location_id")
        where.append(at.removeprefix(" AND "))
        params += places


def _day(at: Instant | None) -> Day | None:
    return None if at is None else clock.day_of(at)
