"""What is at or below its reorder point, from whom to order it, and how much of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from shopstock.core import purchasing
from shopstock.core.acting import Acting, Permission
from shopstock.core.units import ONE, ZERO_QTY, ItemId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import settings, suppliers


class LowRow(NamedTuple):
    """An item whose available stock is at or below its reorder point, and what to order of it.

    ``position`` is available + in transit + on order + in drafts (approved orders included). ``wanted`` is what lacks
    up to ``order_up_to``, ``suggested`` the same in whole packs and at least the supplier's minimum; both are 0 when
    the position is above the reorder point already. ``supplier_id`` is ``None`` when nobody is known to supply it;
    ``price`` is for one unit of ``suggested`` in the supplier's ``currency``, ``None`` when unknown or not to be seen.
    ``advised`` says that the reorder point comes from what sells and not from the item's card.
    """

    item_id: ItemId
    sku: str
    name: str
    unit: str
    on_hand: Qty
    available: Qty
    in_transit: Qty
    on_order: Qty
    in_drafts: Qty
    position: Qty
    reorder_point: Qty
    order_up_to: Qty | None
    supplier_id: int | None
    supplier: str
    currency: str
    supplier_code: str
    pack_qty: Qty
    minimum_qty: Qty
    wanted: Qty
    suggested: Qty
    price: Money | None
    advised: bool


class _Terms(NamedTuple):
    """How one supplier sells one item; ``price`` is for what is suggested, in their currency."""

    supplier_id: int
    supplier: str
    currency: str
    code: str
    pack_qty: Qty
    minimum_qty: Qty
    price: Money | None
    breaks: tuple[tuple[Qty, Money], ...]

    def suggested(self, wanted: Qty) -> Qty:
        """Return what to order: whole packs, the minimum at least."""
        return purchasing.round_up_to_pack(wanted, self.pack_qty, self.minimum_qty)

    def price_for(self, wanted: Qty) -> Money | None:
        """Return the price of one unit of what would be ordered."""
        return purchasing.price_at(max(self.suggested(wanted), self.pack_qty), self.price, self.breaks)


_LOW = """
    SELECT i.id, i.sku, i.name, i.unit, coalesce(f.on_hand, 0), coalesce(f.on_hand, 0) - coalesce(f.allocated, 0),
           coalesce(f.in_transit, 0), coalesce(o.qty, 0), coalesce(d.qty, 0), coalesce(i.reorder_point, a.reorder_at),
           CASE WHEN i.reorder_point IS NULL THEN a.order_up_to ELSE i.order_up_to END, i.supplier_id,
           i.reorder_point IS NULL
    FROM item i
    LEFT JOIN item_demand a ON a.item_id = i.id
    LEFT JOIN advice_skip k ON k.item_id = i.id AND k.until_day >= ?
    LEFT JOIN (SELECT l.item_id, sum(CASE WHEN p.kind = 'transit' THEN 0 ELSE l.on_hand END) AS on_hand,
                      sum(CASE WHEN p.kind = 'transit' THEN l.on_hand ELSE 0 END) AS in_transit,
                      sum(l.allocated + CASE WHEN p.kind = 'set_aside' THEN l.on_hand ELSE 0 END) AS allocated
               FROM stock_level l JOIN location p ON p.id = l.location_id WHERE 1 = 1 {levels} GROUP BY l.item_id) f
           ON f.item_id = i.id
    LEFT JOIN (SELECT item_id, sum(open_qty) AS qty FROM purchase_order_line WHERE open_qty > 0 GROUP BY item_id) o
           ON o.item_id = i.id
    LEFT JOIN (SELECT l.item_id, sum(l.qty) AS qty FROM purchase_order h JOIN purchase_order_line l ON l.order_id = h.id
               WHERE h.state IN ('draft', 'approved') GROUP BY l.item_id) d ON d.item_id = i.id
    WHERE i.active = 1 AND i.stocked = 1 AND k.item_id IS NULL {only}
      AND coalesce(f.on_hand, 0) - coalesce(f.allocated, 0) <= coalesce(i.reorder_point, a.reorder_at)
    ORDER BY i.name_key, i.id"""


def low_stock(db: Db, acting: Acting, supplier_id: int | None = None) -> list[LowRow]:
    """List what is low, by name; only what would be ordered from one supplier, where one is named.

    Ordered from the item's own supplier, else from the one who sells it cheapest.
    """
    found = rows(db, supplier_id)
    return found if acting.may(Permission.SEE_COST) else [row._replace(price=None) for row in found]


def rows(
    db: Db, supplier_id: int | None = None, *, item_id: ItemId | None = None, levels: tuple[str, list[int]] = ("", [])
) -> list[LowRow]:
    """List what is low with its prices, for whoever may see them; of one item, or by the stock of some places.

    ``levels`` are a condition on the rows ``l`` of ``stock_level``, and its parameters (see ``ReportQuery.at``).
    """
    only, params = "", [clock.day_of(clock.now()), *levels[1]]
    if item_id is not None:
        only = "AND i.id = ?"
        params.append(int(item_id))
    found = db.rows(_LOW.format(levels=levels[0], only=only), params)
    sellers = _sellers(db, [row[0] for row in found]) if found else {}
    own = _own_suppliers(db, found)
    rates: dict[str, int] = {}
    low = []
    for item, sku, name, unit, on_hand, available, transit, ordered, drafted, point, up_to, preferred, advised in found:
        position = available + transit + ordered + drafted
        # At least above the reorder point, or the same item would be proposed again and again.
        wanted = ZERO_QTY if position > point else Qty(max(up_to or 0, point + ONE) - position)
        terms = _chosen(db, sellers.get(item, []), own.get(preferred), wanted, rates)
        if supplier_id is not None and (terms is None or terms.supplier_id != supplier_id):
            continue
        of = terms or _Terms(0, "", "", "", ONE, ZERO_QTY, None, ())
        low.append(
            LowRow(
                item, sku, name, unit, on_hand, available, transit, ordered, drafted, position, point, up_to,
                terms.supplier_id if terms else None, of.supplier, of.currency, of.code, of.pack_qty, of.minimum_qty,
                wanted, of.suggested(wanted), of.price_for(wanted), bool(advised),
            )
        )  # fmt: skip
    return low


def rate_for(db: Db, currency: str) -> int:
    """Return the rate of a currency: one for the shop's own, else that of the last order in it; 0 when unknown."""
    if currency == settings.load(db).currency:
        return purchasing.RATE_SCALE
    found: int | None = db.value(
        "SELECT rate FROM purchase_order WHERE currency = ? AND rate > 0 ORDER BY id DESC LIMIT 1", (currency,)
    )
    return found or 0


def _own_suppliers(db: Db, found: list[tuple[Any, ...]]) -> dict[int, _Terms]:
    """Return the suppliers that low items name, by id, as if nothing were known of what they sell."""
    wanted = {row[11] for row in found if row[11] is not None}
    usual = settings.load(db).currency
    return {
        row[0]: _Terms(row[0], row[1], row[2] or usual, "", ONE, ZERO_QTY, None, ())
        for row in db.rows("SELECT id, name, currency FROM supplier WHERE active = 1")
        if row[0] in wanted
    }


def _sellers(db: Db, item_ids: list[int]) -> dict[int, list[_Terms]]:
    """Return who sells each item, in order of the supplier's id."""
    usual = settings.load(db).currency
    sellers: dict[int, list[_Terms]] = {}
    for start in range(0, len(item_ids), 500):
        few = item_ids[start : start + 500]
        rows = db.rows(
            "SELECT x.item_id, x.id, s.id, s.name, s.currency, x.code, x.pack_qty, x.minimum_qty, x.price"
            " FROM supplier_item x JOIN supplier s ON s.id = x.supplier_id"
            f" WHERE x.item_id IN ({', '.join('?' * len(few))}) AND x.active = 1 AND s.active = 1"
            " ORDER BY x.item_id, s.id",
            few,
        )
        breaks = suppliers.breaks_of(db, [row[1] for row in rows])
        for item, row_id, supplier_id, supplier, currency, code, pack, minimum, price in rows:
            terms = _Terms(supplier_id, supplier, currency or usual, code, pack, minimum, price, breaks.get(row_id, ()))
            sellers.setdefault(item, []).append(terms)
    return sellers


def _chosen(db: Db, sellers: list[_Terms], own: _Terms | None, wanted: Qty, rates: dict[str, int]) -> _Terms | None:
    if own is not None:
        return next((terms for terms in sellers if terms.supplier_id == own.supplier_id), own)

    def cost(terms: _Terms) -> tuple[bool, int, int]:
        if terms.currency not in rates:
            rates[terms.currency] = rate_for(db, terms.currency)
        price, rate = terms.price_for(wanted), rates[terms.currency]
        unknown = price is None or not rate
        return unknown, 0 if price is None else purchasing.in_shop_money(price, rate), terms.supplier_id

    return min(sellers, key=cost, default=None)
