"""What the till reads: goods for the cart, ways to pay, the saved open sale, parked sales."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core import cart_json
from shopstock.core.cart import Cart, new_key
from shopstock.core.cart_lines import Goods
from shopstock.core.code_rules import Kind
from shopstock.core.movements import Account
from shopstock.core.outcome import Refused
from shopstock.core.settings import TaxMode
from shopstock.core.tender import Method
from shopstock.core.text import _
from shopstock.core.units import (
    ONE,
    QTY_SCALE,
    Instant,
    ItemId,
    LocationId,
    Money,
    Qty,
    StationId,
)
from shopstock.db.connection import Db
from shopstock.queries import items, settings


def new_cart(db: Db) -> Cart:
    """Return an empty cart with a fresh key, set up as the shop prices and asks."""
    shop = settings.load(db)
    return Cart(
        key=new_key(), currency=shop.currency, tax_inside=shop.tax_mode == TaxMode.INSIDE,
        ask_above=Qty(shop.ask_quantity_above * ONE),
    )  # fmt: skip


def next_cart(cart: Cart) -> Cart:
    """Return the empty cart that follows one that was paid or parked, without asking the database."""
    return Cart(key=new_key(), currency=cart.currency, tax_inside=cart.tax_inside, ask_above=cart.ask_above)


def goods_of(found: items.Found) -> Goods:
    """Return what the cart needs to know of an item that was found."""
    return Goods(
        item_id=found.id, sku=found.sku, name=found.name, price=found.price, tax_rate=found.tax_rate, unit=found.unit,
        stocked=bool(found.stocked), asks_price=bool(found.asks_price), tracks=found.tracks,
    )  # fmt: skip


def goods(db: Db, item_id: ItemId, location_id: LocationId) -> Goods:
    """Return an item for the cart; raise ``Refused`` if there is none."""
    found = items.by_id(db, item_id, location_id)
    if found is None:
        raise Refused(_("This item is not in the catalogue any more. Search for it again."))
    return goods_of(found)


def take(cart: Cart, found: items.Found, count: Qty = ONE, *, confirmed: bool = False) -> Cart:
    """Add what a code stands for, ``count`` times: a piece, a pack's quantity, an embedded weight, price or count.

    Raises ``Refused`` if the item asks for a price, ``ConfirmQuantity`` above the shop's limit.
    """
    item = goods_of(found)
    if found.embedded == Kind.PRICE:
        for _time in range(max(1, count // QTY_SCALE)):
            cart = cart.add_priced(item, Money(found.amount), code=found.code, trace=found.trace)
        return cart
    once = found.amount if found.embedded is not None else found.qty
    qty = Qty(count * once // QTY_SCALE)
    weighed = found.embedded == Kind.WEIGHT
    return cart.add(item, qty, code=found.code, alone=weighed, confirmed=confirmed, trace=found.trace)


def methods(db: Db) -> list[Method]:
    """Return the active ways to pay, in their order; the first in cash is what "exact cash" uses."""
    return [
        Method(id_, name, Account(account), bool(opens))
        for id_, name, account, opens in db.rows(
            "SELECT id, name, account, opens_drawer FROM payment_method WHERE active = 1 ORDER BY position, id"
        )
    ]


def open_sale(db: Db, station_id: StationId) -> Cart | None:
    """Return the sale that was open at a station, as it was when its last row appeared; ``None`` if there is none."""
    content = db.value("SELECT content FROM open_sale WHERE station_id = ?", (station_id,))
    return None if content is None else cart_json.from_json(content)


class Parked(NamedTuple):
    """A parked sale: its number, what was written on it, who parked it where and when, what it comes to."""

    id: int
    label: str
    total: Money
    parked_at: Instant
    person: str
    station: str


def parked_sales(db: Db, location_id: LocationId) -> list[Parked]:
    """Return the sales parked at a place, the latest first."""
    return [
        Parked._make(row)
        for row in db.rows(
            "SELECT p.id, p.label, p.total, p.parked_at, n.name, s.name FROM parked_sale p"
            " JOIN person n ON n.id = p.person_id JOIN station s ON s.id = p.station_id"
            " WHERE p.location_id = ? ORDER BY p.parked_at DESC, p.id DESC",
            (location_id,),
        )
    ]


#: Roles of devices as services.printing has them; its module is not needed to open the till.
PRINTER, SCALE = "receipt-printer", "scale"


def has_device(db: Db, station_id: StationId, role: str) -> bool:
    """Tell whether a station has a device of a role."""
    found = db.value("SELECT 1 FROM device WHERE station_id = ? AND role = ? AND active = 1", (station_id, role))
    return found is not None


def parked_count(db: Db, location_id: LocationId) -> int:
    """Return how many sales are parked at a place."""
    count: int = db.value("SELECT count(*) FROM parked_sale WHERE location_id = ?", (location_id,))
    return count
