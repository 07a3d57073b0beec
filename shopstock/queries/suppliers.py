"""Who the shop buys from, what each sells it, and how long they really take."""

from __future__ import annotations

from math import isqrt
from typing import Any, NamedTuple

from shopstock.core import names
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import ItemId, Money, Qty, divide_half_even
from shopstock.db.connection import Db

_TENTH_DAY = 8_640_000_000
#: So many of a supplier's latest orders say how long they take.
_ORDERS_MEASURED = 50


class SupplierRow(NamedTuple):
    """A supplier as a list names it; ``items`` and ``open_orders`` are counts, ``active`` is 0 or 1."""

    id: int
    name: str
    contact: str
    email: str
    phone: str
    currency: str
    lead_days: int | None
    items: int
    open_orders: int
    active: int


class LeadTime(NamedTuple):
    """How long a supplier takes from the sending of an order to its first goods.

    ``mean_days`` and ``sd_days`` (the standard deviation of a sample) are in 1/10 days and ``None`` without enough past
    ``orders``; ``promised`` is in days.
    """

    orders: int
    mean_days: int | None
    sd_days: int | None
    promised: int | None


class Supplier(NamedTuple):
    """Everything about a supplier; see :class:`shopstock.core.purchasing.SupplierFields`."""

    id: int
    name: str
    contact: str
    email: str
    phone: str
    address: str
    customer_number: str
    currency: str
    lead_days: int | None
    minimum_order: Money
    free_delivery_from: Money
    note: str
    active: int
    lead_time: LeadTime = LeadTime(0, None, None, None)


class SupplierItem(NamedTuple):
    """An item as a supplier sells it. ``price`` and the prices of ``breaks`` are in the supplier's ``currency``.

    ``price`` is ``None`` when it is not known or may not be seen. ``preferred`` says that the item names this supplier.
    """

    id: int
    supplier_id: int
    supplier: str
    currency: str
    item_id: ItemId
    sku: str
    name: str
    unit: str
    code: str
    price: Money | None
    pack_qty: Qty
    minimum_qty: Qty
    lead_days: int | None
    preferred: bool
    active: int
    breaks: tuple[tuple[Qty, Money], ...] = ()


_ITEMS = (
    "SELECT x.id, x.supplier_id, s.name, CASE WHEN s.currency = '' THEN"
    " (SELECT value FROM setting WHERE key = 'currency') ELSE s.currency END, x.item_id, i.sku, i.name, i.unit,"
    " x.code, x.price, x.pack_qty, x.minimum_qty, x.lead_days, coalesce(i.supplier_id, 0) = x.supplier_id, i.active"
    " FROM supplier_item x JOIN supplier s ON s.id = x.supplier_id JOIN item i ON i.id = x.item_id"
)


def suppliers(db: Db, acting: Acting, words: str = "", *, retired: bool = False) -> list[SupplierRow]:
    """List suppliers by name, those whose name holds the words."""
    where, params = ([] if retired else ["s.active = 1"]), []
    if words.strip():
        where.append("s.name_key LIKE ? ESCAPE '\\'")
        params.append(f"%{_like(names.key(words))}%")
    return [
        SupplierRow._make(row)
        for row in db.rows(
            "SELECT s.id, s.name, s.contact, s.email, s.phone, s.currency, s.lead_days,"
            " (SELECT count(*) FROM supplier_item x WHERE x.supplier_id = s.id AND x.active = 1),"
            " (SELECT count(*) FROM purchase_order o WHERE o.supplier_id = s.id"
            "  AND o.state NOT IN ('received', 'closed', 'cancelled')), s.active"
            f" FROM supplier s{_where(where)} ORDER BY s.name_key",
            params,
        )
    ]


def supplier(db: Db, acting: Acting, supplier_id: int) -> Supplier:
    """Return a supplier with how long they take; raise ``Refused`` when there is no such supplier."""
    row = db.row(
        "SELECT id, name, contact, email, phone, address, customer_number, currency, lead_days, minimum_order,"
        " free_delivery_from, note, active FROM supplier WHERE id = ?",
        (supplier_id,),
    )
    if row is None:
        raise Refused(_("There is no such supplier any more. Choose another."))
    return Supplier._make((*row, lead_time(db, supplier_id)))


def by_name(db: Db, name: str) -> int:
    """Return the supplier of a name, in any letter case; raise ``Refused`` for one that does not exist."""
    found: int | None = db.value("SELECT id FROM supplier WHERE name_key = ?", (names.key(name),))
    if found is None:
        raise Refused(_("There is no supplier “{name}”. Check the name, or add the supplier.").format(name=name[:80]))
    return found


def items_of(db: Db, acting: Acting, supplier_id: int, words: str = "") -> list[SupplierItem]:
    """List what a supplier sells, by name: items whose name, SKU or supplier's code holds the words."""
    where, params = ["x.supplier_id = ?", "x.active = 1"], [supplier_id]
    typed: list[Any] = params
    if words.strip():
        where.append("(i.name_key LIKE ? ESCAPE '\\' OR i.sku_key LIKE ? ESCAPE '\\' OR x.code_key LIKE ? ESCAPE '\\')")
        typed += [f"%{_like(names.fold(words))}%", *[f"%{_like(names.key(words))}%"] * 2]
    return _items(db, acting, where, typed, "i.name_key, i.id")


def suppliers_of_item(db: Db, acting: Acting, item_id: ItemId) -> list[SupplierItem]:
    """List who sells an item: the preferred supplier first, then by name."""
    return _items(db, acting, ["x.item_id = ?", "x.active = 1", "s.active = 1"], [item_id], "14 DESC, s.name_key")


def item_of(db: Db, acting: Acting, supplier_id: int, item_id: ItemId) -> SupplierItem | None:
    """Return how a supplier sells an item, ``None`` when nothing is said about it."""
    found = _items(db, acting, ["x.supplier_id = ?", "x.item_id = ?", "x.active = 1"], [supplier_id, item_id], "x.id")
    return found[0] if found else None


def item_by_code(db: Db, supplier_id: int, code: str) -> ItemId | None:
    """Return the item that a supplier's own code stands for."""
    found: ItemId | None = db.value(
        "SELECT item_id FROM supplier_item WHERE supplier_id = ? AND code_key = ? AND active = 1 AND code_key <> ''",
        (supplier_id, names.key(code)),
    )
    return found


def lead_time(db: Db, supplier_id: int) -> LeadTime:
    """Measure how long a supplier took, over the latest orders of which goods came."""
    promised = db.value("SELECT lead_days FROM supplier WHERE id = ?", (supplier_id,))
    spans = [
        max(0, first - sent)
        for sent, first in db.rows(
            "SELECT sent_at, first_receipt_at FROM purchase_order WHERE supplier_id = ? AND sent_at IS NOT NULL"
            " AND first_receipt_at IS NOT NULL ORDER BY sent_at DESC LIMIT ?",
            (supplier_id, _ORDERS_MEASURED),
        )
    ]
    count, whole = len(spans), sum(spans)
    mean = divide_half_even(whole, count * _TENTH_DAY) if count else None
    spread = None
    if count > 1:
        squares = count * sum(span * span for span in spans) - whole * whole
        variance = divide_half_even(4 * squares, count * (count - 1) * _TENTH_DAY * _TENTH_DAY)
        spread = (isqrt(variance) + 1) // 2
    return LeadTime(count, mean, spread, promised)


def invoices_of(db: Db, supplier_id: int) -> int:
    """Return how many invoices of a supplier were posted."""
    return int(db.value("SELECT count(*) FROM supplier_invoice WHERE supplier_id = ?", (supplier_id,)))


def breaks_of(db: Db, supplier_item_ids: list[int]) -> dict[int, tuple[tuple[Qty, Money], ...]]:
    """Return the price breaks of a few supplier's items, the smallest quantity first."""
    found: dict[int, tuple[tuple[Qty, Money], ...]] = {}
    for start in range(0, len(supplier_item_ids), 500):
        few = supplier_item_ids[start : start + 500]
        for owner, from_qty, price in db.rows(
            "SELECT supplier_item_id, from_qty, price FROM price_break WHERE supplier_item_id IN"
            f" ({', '.join('?' * len(few))}) ORDER BY supplier_item_id, from_qty",
            few,
        ):
            found[owner] = (*found.get(owner, ()), (Qty(from_qty), Money(price)))
    return found


def _items(db: Db, acting: Acting, where: list[str], params: list[Any], order: str) -> list[SupplierItem]:
    rows = [SupplierItem(*row) for row in db.rows(f"{_ITEMS}{_where(where)} ORDER BY {order}", params)]
    if not acting.may(Permission.SEE_COST):
        return [row._replace(price=None, preferred=bool(row.preferred)) for row in rows]
    breaks = breaks_of(db, [row.id for row in rows])
    return [row._replace(preferred=bool(row.preferred), breaks=breaks.get(row.id, ())) for row in rows]


def _where(conditions: list[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
