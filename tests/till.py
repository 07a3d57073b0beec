"""A till for tests: goods on hand, a cart, what is paid."""

from __future__ import annotations

from dataclasses import replace

from shopstock.core import currency, pricing
from shopstock.core.acting import Acting, Role
from shopstock.core.cart import Cart
from shopstock.core.cart_lines import Goods
from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.document import Draft, DraftLine
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.outcome import Changes
from shopstock.core.settings import to_text
from shopstock.core.tender import Method, Tender, rest
from shopstock.core.units import ItemId, Money, PersonId, Qty, StationId, parse_money, parse_qty
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.queries import till
from shopstock.services import items, people, posting, sell

PIN = "7394"


def money(text: str) -> Money:
    return parse_money(text)


def qty(text: str) -> Qty:
    return parse_qty(text)


def goods(
    db: Db, owner: Acting, sku: str = "TEA", price: str = "2.50", on_hand: str = "10", cost: str = "10.00", *,
    code: str = "", unit: str = "piece", tax_rate_id: int | None = None, asks_price: bool = False,
) -> Goods:  # fmt: skip
    """Add an item and put ``on_hand`` of it on the shelf, together worth ``cost``."""
    fields = ItemFields(
        name=sku.capitalize(), sku=sku, price=money(price), unit=unit, tax_rate_id=tax_rate_id, asks_price=asks_price
    )
    (item_id,) = items.create(db, owner, fields, [NewCode(code)] if code else []).items
    if qty(on_hand):
        line = DraftLine(MovementKind.OPENING, item_id, qty(on_hand), owner.location_id, value=money(cost))
        posting.post(db, owner, Draft(DocumentKind.OPENING, f"open {sku}", clock.now(), (line,)))
    return till.goods(db, item_id, owner.location_id)


def new_cart(db: Db) -> Cart:
    return till.new_cart(db)


def method(db: Db, name: str = "Cash") -> Method:
    return next(one for one in till.methods(db) if one.name == name)


def pay(db: Db, acting: Acting, cart: Cart, *, by: str = "Cash", amount: str = "") -> Changes:
    """Pay a cart by one method: exactly, unless another amount is handed over."""
    chosen = method(db, by)
    due = rest(pricing.price(cart).total, (), currency.of(cart.currency), in_cash=chosen.is_cash)
    return sell.complete_sale(db, acting, cart, [Tender(chosen, money(amount) if amount else due)])


def sold(db: Db, acting: Acting, item: Goods, count: str = "1") -> Changes:
    """Sell some of an item for cash."""
    return pay(db, acting, new_cart(db).add(item, qty(count)))


def person(db: Db, owner: Acting, name: str, role: Role) -> Acting:
    """Add a person with a PIN and act as them; the owner gets a PIN first, as the program asks for."""
    people.set_pin(db, owner, owner.person_id, PIN)
    people.add_person(db, owner, name, role, pin=PIN)
    return people.acting_for_name(db, name, owner.station_id)


def no_longer_alone(owner: Acting) -> Acting:
    return replace(owner, alone=False)


def second_till(db: Db, acting: Acting) -> Acting:
    """Act at another station of the same place."""
    with transaction(db):
        station = db.value(
            "INSERT INTO station (name, prefix, location_id) VALUES ('Till 2', '2', ?) RETURNING id",
            (acting.location_id,),
        )
    return replace(acting, station_id=StationId(station))


def set_setting(db: Db, name: str, value: object) -> None:
    with transaction(db):
        db.run("UPDATE setting SET value = ? WHERE key = ?", (to_text(value), name))


def level(db: Db, item_id: ItemId) -> tuple[int, int]:
    """Return (on hand, allocated) of an item."""
    row = db.row("SELECT sum(on_hand), sum(allocated) FROM stock_level WHERE item_id = ?", (item_id,))
    assert row is not None
    return row[0], row[1]


def events(db: Db, kind: str) -> list[str]:
    return [detail for (detail,) in db.rows("SELECT detail FROM event_log WHERE kind = ? ORDER BY id", (kind,))]


def approved(db: Db, acting: Acting, cart: Cart, approver: PersonId) -> Cart:
    """Have everything that the cart still needs approved by someone's PIN."""
    for need in sell.needs(db, acting, cart):
        cart = cart.approved(people.approve(db, acting, need.permission, need.subject, approver, PIN))
    return cart
