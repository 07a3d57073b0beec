"""Purchase orders: the list, one order with its lines, what is on order, what is low, and the order's paper.

What is low is found in :mod:`shopstock.queries.low_stock`. Prices are given only to those who may see costs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from shopstock.core import currency, names, purchasing
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Refused
from shopstock.core.purchasing import OPEN_STATES, OrderPaper, OrderPaperLine, OrderState, PageSize
from shopstock.core.text import _
from shopstock.core.units import Day, Instant, ItemId, LocationId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import settings
from shopstock.queries.low_stock import LowRow, low_stock

__all__ = [
    "LowRow",
    "OnOrder",
    "Order",
    "OrderLine",
    "OrderRow",
    "by_number",
    "lines",
    "low_stock",
    "on_order",
    "order",
    "order_paper",
    "orders",
    "page_size",
]


class OrderRow(NamedTuple):
    """An order as a list shows it. ``number`` is the text ``P-0188``.

    ``qty``, ``received_qty`` and ``open_qty`` are sums over its lines, ``value`` is in the order's ``currency``
    (``None`` for who may not see costs). ``late`` says that goods are due since before today.
    """

    id: int
    number: str
    state: OrderState
    supplier_id: int
    supplier: str
    location_id: LocationId
    location: str
    currency: str
    rate: int
    reference: str
    created_at: Instant
    sent_at: Instant | None
    expected_day: Day | None
    lines: int
    qty: Qty
    received_qty: Qty
    open_qty: Qty
    value: Money | None
    late: bool


class OrderLine(NamedTuple):
    """One line. ``price`` is for one stock unit in the order's currency; ``active`` is 0 when the item is retired.

    ``shipped_qty`` is what the shop owns and is still on its way; ``open_qty`` is set when the order is sent.
    """

    id: int
    line_no: int
    item_id: ItemId
    sku: str
    name: str
    unit: str
    supplier_code: str
    pack_qty: Qty
    qty: Qty
    price: Money | None
    value: Money | None
    received_qty: Qty
    shipped_qty: Qty
    cancelled_qty: Qty
    open_qty: Qty
    note: str
    zero_confirmed: int
    active: int


class Order(NamedTuple):
    """An order with its lines; the names are those of the people who acted."""

    row: OrderRow
    note: str
    created_by: str
    approved_at: Instant | None
    approved_by: str
    sent_by: str
    ended_at: Instant | None
    ended_by: str
    first_receipt_at: Instant | None
    changed_at: Instant
    minimum_order: Money
    free_delivery_from: Money
    supplier_email: str
    lines: tuple[OrderLine, ...] = ()


class OnOrder(NamedTuple):
    """What is expected of an item by one order."""

    order_id: int
    number: str
    state: OrderState
    supplier: str
    qty: Qty
    received_qty: Qty
    shipped_qty: Qty
    open_qty: Qty
    expected_day: Day | None


_ORDER = (
    "SELECT o.id, o.number, o.state, o.supplier_id, s.name, o.location_id, p.name, o.currency, o.rate, o.reference,"
    " o.created_at, o.sent_at, o.expected_day"
    " FROM purchase_order o JOIN supplier s ON s.id = o.supplier_id JOIN location p ON p.id = o.location_id"
)
_LINES = "SELECT l.order_id, l.qty, l.received_qty, l.open_qty, l.price FROM purchase_order_line l WHERE l.order_id IN"


def orders(
    db: Db,
    acting: Acting,
    states: Iterable[OrderState] = OPEN_STATES,
    supplier_id: int | None = None,
    words: str = "",
    limit: int = 500,
) -> list[OrderRow]:
    """List orders of some states, the newest first; ``words`` are searched in supplier, reference and number."""
    wanted = [state.value for state in states]
    where, params = [f"o.state IN ({', '.join('?' * len(wanted))})"], [*wanted]
    asked: list[Any] = params
    if supplier_id is not None:
        where.append("o.supplier_id = ?")
        asked.append(supplier_id)
    for word in words.split():
        like = "%" + names.key(word).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        where.append("(s.name_key LIKE ? ESCAPE '\\' OR lower(o.reference) LIKE ? ESCAPE '\\' OR o.number = ?)")
        asked += [like, like, purchasing.number_in(word) or -1]
    rows = db.rows(f"{_ORDER} WHERE {' AND '.join(where)} ORDER BY o.number DESC LIMIT ?", [*asked, limit])
    return _rows(db, acting, rows)


def order(db: Db, acting: Acting, order_id: int) -> Order:
    """Return an order with its lines; raise ``Refused`` when there is no such order."""
    rows = _rows(db, acting, db.rows(f"{_ORDER} WHERE o.id = ?", (order_id,)))
    if not rows:
        raise Refused(_("There is no such order any more. Look at the list again."))
    head = db.row(
        "SELECT o.note, coalesce(c.name, ''), o.approved_at, coalesce(a.name, ''), coalesce(t.name, ''), o.ended_at,"
        " coalesce(e.name, ''), o.first_receipt_at, o.changed_at, s.minimum_order, s.free_delivery_from, s.email"
        " FROM purchase_order o JOIN supplier s ON s.id = o.supplier_id LEFT JOIN person c ON c.id = o.created_by"
        " LEFT JOIN person a ON a.id = o.approved_by LEFT JOIN person t ON t.id = o.sent_by"
        " LEFT JOIN person e ON e.id = o.ended_by WHERE o.id = ?",
        (order_id,),
    )
    assert head is not None
    return Order._make((rows[0], *head, tuple(lines(db, acting, order_id))))


def lines(db: Db, acting: Acting, order_id: int) -> list[OrderLine]:
    """Return the lines of an order in their order."""
    seen = acting.may(Permission.SEE_COST)
    money = currency.of(db.value("SELECT currency FROM purchase_order WHERE id = ?", (order_id,)))
    return [
        OrderLine._make(
            (
                *row[:9],
                row[9] if seen else None,
                purchasing.line_value(row[8], row[9], money) if seen else None,
                *row[10:],
            )
        )
        for row in db.rows(
            "SELECT l.id, l.line_no, l.item_id, i.sku, i.name, i.unit, l.supplier_code, l.pack_qty, l.qty, l.price,"
            " l.received_qty, l.shipped_qty, l.cancelled_qty, l.open_qty, l.note, l.zero_confirmed, i.active"
            " FROM purchase_order_line l JOIN item i ON i.id = l.item_id WHERE l.order_id = ? ORDER BY l.line_no, l.id",
            (order_id,),
        )
    ]


def by_number(db: Db, text: str) -> int | None:
    """Return the id of the order that a typed or scanned number names (``P-0188``), ``None`` when there is none."""
    number = purchasing.number_in(text)
    found: int | None = None if number is None else db.value(
        "SELECT id FROM purchase_order WHERE number = ?", (number,)
    )  # fmt: skip
    return found


def on_order(db: Db, item_id: ItemId) -> list[OnOrder]:
    """List the orders that an item is expected by, the earliest expected first."""
    return [
        OnOrder(row[0], purchasing.order_number(row[1]), OrderState(row[2]), *row[3:])
        for row in db.rows(
            "SELECT o.id, o.number, o.state, s.name, l.qty, l.received_qty, l.shipped_qty, l.open_qty, o.expected_day"
            " FROM purchase_order_line l JOIN purchase_order o ON o.id = l.order_id"
            " JOIN supplier s ON s.id = o.supplier_id WHERE l.item_id = ? AND l.open_qty > 0"
            " ORDER BY coalesce(o.expected_day, 99999999), o.number",
            (item_id,),
        )
    ]


def page_size(db: Db) -> PageSize:
    """Return the sheet that the shop prints on."""
    return PageSize.LETTER if settings.load(db).letter_paper else PageSize.A4


def order_paper(db: Db, acting: Acting, order_id: int, *, prices: bool = True) -> OrderPaper:
    """Return an order as its supplier gets it; without prices on wish, or for who may not see them."""
    found = order(db, acting, order_id)
    prices = prices and acting.may(Permission.SEE_COST)
    shop = settings.load(db)
    address, phone, customer_number = db.rows(
        "SELECT address, phone, customer_number FROM supplier WHERE id = ?", (found.row.supplier_id,)
    )[0]
    paper_lines = tuple(
        OrderPaperLine(
            line.line_no, line.supplier_code, line.sku, line.name, line.qty, line.unit, line.pack_qty,
            purchasing.whole_packs(line.qty, line.pack_qty), line.price if prices else None,
            line.value if prices else None, line.note,
        )
        for line in found.lines
    )  # fmt: skip
    total = Money(sum(line.value or 0 for line in paper_lines)) if prices else None
    return OrderPaper(
        number=found.row.number,
        state=found.row.state.words if found.row.state in (OrderState.DRAFT, OrderState.CANCELLED) else "",
        ordered=_day_text(clock.day_of(found.row.sent_at or clock.now())),
        expected="" if found.row.expected_day is None else _day_text(found.row.expected_day),
        currency=found.row.currency,
        lines=paper_lines,
        total=total,
        shop_name=shop.name,
        shop_lines=tuple(line for line in shop.address.splitlines() if line.strip()),
        supplier_name=found.row.supplier,
        supplier_lines=tuple(line for line in (*address.splitlines(), phone) if line.strip()),
        supplier_email=found.supplier_email,
        customer_number=customer_number,
        deliver_to=found.row.location,
        reference=found.row.reference,
        note=found.note,
        ordered_by=found.sent_by or found.approved_by or found.created_by,
    )


def _day_text(day: int) -> str:
    return f"{day // 10_000:04d}-{day // 100 % 100:02d}-{day % 100:02d}"


def _rows(db: Db, acting: Acting, heads: list[tuple[Any, ...]]) -> list[OrderRow]:
    """Add to the heads of orders what their lines sum up to."""
    money = {head[0]: currency.of(head[7]) for head in heads}
    sums: dict[int, list[int]] = {head[0]: [0, 0, 0, 0, 0] for head in heads}
    ids = list(sums)
    for start in range(0, len(ids), 500):
        few = ids[start : start + 500]
        for order_id, qty, received, open_qty, price in db.rows(f"{_LINES} ({', '.join('?' * len(few))})", few):
            into = sums[order_id]
            value = purchasing.line_value(qty, price, money[order_id])
            for place, amount in enumerate((1, qty, received, open_qty, value)):
                into[place] += amount
    today = clock.day_of(clock.now())
    seen = acting.may(Permission.SEE_COST)
    found = []
    for head in heads:
        count, whole, came, rest, worth = sums[head[0]]
        state = OrderState(head[2])
        late = state in purchasing.EXPECTED_STATES and head[12] is not None and head[12] < today
        found.append(
            OrderRow._make(
                (
                    head[0], purchasing.order_number(head[1]), state, *head[3:], count, whole, came, rest,
                    worth if seen else None, late,
                )
            )
        )  # fmt: skip
    return found
