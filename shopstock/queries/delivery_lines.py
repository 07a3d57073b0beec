"""What a delivery holds: lines of its orders, counts, decisions, prices. Read by screens and by posting alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from shopstock.core import purchasing
from shopstock.core.receiving import About, Counted, Decision, DeliveryRow, Ordered, compare
from shopstock.core.units import Day, ItemId, LocationId, Money, Qty
from shopstock.db.connection import Db
from shopstock.queries import settings


class Expected(NamedTuple):
    """An order line of a delivery: what it lets expect, and what one stock unit costs in the order's currency."""

    line: Ordered
    number: str
    price: Money
    rate: int
    zero_confirmed: bool


class Price(NamedTuple):
    """What one stock unit costs: ``price`` in a currency whose rate is ``rate``. ``free`` says that 0 is meant."""

    price: Money
    rate: int
    free: bool

    @property
    def known(self) -> bool:
        """Tell whether it can be posted at this price."""
        return self.price > 0 or self.free


class Pile(NamedTuple):
    """What was counted of an item in one condition, of one lot, for one place."""

    item_id: ItemId
    condition: str
    lot: str
    expires: Day | None
    location_id: LocationId | None
    qty: int


def expected(db: Db, delivery_id: int) -> list[Expected]:
    """Return the lines of the orders of a delivery, the oldest order first."""
    return [
        Expected(
            Ordered(ItemId(item_id), order_id, line_id, Qty(open_qty + shipped), Qty(shipped)),
            purchasing.order_number(number), Money(price), rate, bool(free),
        )
        for item_id, order_id, line_id, open_qty, shipped, number, price, rate, free in db.rows(
            "SELECT l.item_id, l.order_id, l.id, l.open_qty, l.shipped_qty, o.number, l.price, o.rate, "
            "l.zero_confirmed FROM delivery_order d JOIN purchase_order o ON o.id = d.order_id "
            "JOIN purchase_order_line l ON l.order_id = o.id WHERE d.delivery_id = ? ORDER BY o.number, l.line_no",
            (delivery_id,),
        )
    ]  # fmt: skip


def piles(db: Db, delivery_id: int) -> list[Pile]:
    """Return what was counted, summed by item, condition, lot and place, in the order of counting."""
    return [
        Pile._make(row)
        for row in db.rows(
            "SELECT item_id, condition, lot, expires, location_id, SUM(qty) FROM delivery_scan "
            "WHERE delivery_id = ? AND item_id IS NOT NULL GROUP BY item_id, condition, lot, expires, location_id "
            "ORDER BY MIN(id)",
            (delivery_id,),
        )
    ]


def unknown_codes(db: Db, delivery_id: int) -> list[tuple[str, Qty]]:
    """Return the codes that were counted and belong to no item, with how much."""
    return [
        (code, Qty(qty))
        for code, qty in db.rows(
            "SELECT code, SUM(qty) FROM delivery_scan WHERE delivery_id = ? AND item_id IS NULL GROUP BY code "
            "HAVING SUM(qty) > 0 ORDER BY MIN(id)",
            (delivery_id,),
        )
    ]


def decisions(db: Db, delivery_id: int) -> dict[tuple[ItemId, About], Decision]:
    """Return what was decided about which item."""
    return {
        (ItemId(item_id), About(about)): Decision(decision)
        for item_id, about, decision in db.rows(
            "SELECT item_id, about, decision FROM delivery_decision WHERE delivery_id = ?", (delivery_id,)
        )
    }


def compared(db: Db, delivery_id: int, lines: Sequence[Expected], counts: Sequence[Pile]) -> list[DeliveryRow]:
    """Hold what was counted against what is expected."""
    counted = (
        Counted(pile.item_id, Qty(pile.qty), Qty(0))
        if pile.condition == "good"
        else Counted(pile.item_id, Qty(0), Qty(pile.qty))
        for pile in counts
    )
    return compare([one.line for one in lines], counted, decisions(db, delivery_id))


def weights(db: Db, delivery_id: int) -> dict[ItemId, int | None]:
    """Return what one stock unit of each counted item weighs, in grams; ``None`` when nobody said."""
    return {
        ItemId(item_id): weight
        for item_id, weight in db.rows(
            "SELECT DISTINCT i.id, i.weight FROM delivery_scan c JOIN item i ON i.id = c.item_id "
            "WHERE c.delivery_id = ?",
            (delivery_id,),
        )
    }


def own_prices(db: Db, delivery_id: int) -> dict[ItemId, tuple[Money, bool]]:
    """Return the prices typed for a delivery, in its currency, and whether 0 was confirmed."""
    return {
        ItemId(item_id): (Money(price), bool(confirmed))
        for item_id, price, confirmed in db.rows(
            "SELECT item_id, price, zero_confirmed FROM delivery_price WHERE delivery_id = ?", (delivery_id,)
        )
    }


def usual_prices(
    db: Db, supplier_id: int | None, currency: str, rate: int, wanted: Mapping[ItemId, Qty]
) -> dict[ItemId, Price]:
    """Return what goods on no order cost: the supplier's price, else the supplier's price on the item's card.

    An item that neither knows is left out.
    """
    found: dict[ItemId, Price] = {}
    ids = sorted(wanted)
    usual = settings.load(db).currency
    for start in range(0, len(ids), 500):
        few = ids[start : start + 500]
        marks = ", ".join("?" * len(few))
        breaks: dict[int, list[tuple[Qty, Money]]] = {}
        offers: list[tuple[Any, ...]] = []
        if supplier_id is not None:
            offers = db.rows(
                "SELECT x.item_id, x.id, x.price, COALESCE(NULLIF(s.currency, ''), ?) FROM supplier_item x "
                f"JOIN supplier s ON s.id = x.supplier_id WHERE x.supplier_id = ? AND x.active = 1 "
                f"AND x.item_id IN ({marks})",
                (usual, supplier_id, *few),
            )
            for item_id, from_qty, price in db.rows(
                "SELECT x.item_id, b.from_qty, b.price FROM supplier_item x "
                "JOIN price_break b ON b.supplier_item_id = x.id WHERE x.supplier_id = ? AND x.active = 1 "
                f"AND x.item_id IN ({marks})",
                (supplier_id, *few),
            ):
                breaks.setdefault(item_id, []).append((from_qty, price))
        for item_id, cost in db.rows(
            f"SELECT id, supplier_cost FROM item WHERE supplier_cost > 0 AND id IN ({marks})", few
        ):
            found[item_id] = Price(cost, purchasing.RATE_SCALE, False)
        for item_id, _offer, price, money in offers:
            offered = purchasing.price_at(wanted[item_id], price, breaks.get(item_id, ()))
            if offered and money == currency:
                found[item_id] = Price(offered, rate, False)
    return found
