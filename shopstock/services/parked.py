"""Keep sales that are not paid yet: the open sale of each station, saved row by row, and parked ones.

A parked sale holds its goods: they are allocated until it is recalled or dropped. Recalling makes it the station's open
sale again and lets the goods go, as they lie on the counter now; another station cannot recall it a second time.
"""

from __future__ import annotations

from shopstock.core import cart_json, pricing
from shopstock.core.acting import Acting, Permission
from shopstock.core.cart import Cart
from shopstock.core.entry import clean
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.units import ItemId, Qty
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.queries import till
from shopstock.services import people, pick
from shopstock.services.events import Event, log

_SAVED = Changes(topics=frozenset({"open_sale"}))


def save_open_sale(db: Db, acting: Acting, cart: Cart) -> Changes:
    """Save the sale as it stands at this station, durably; one without rows and voids is forgotten."""
    with transaction(db):
        if cart.empty and not cart.voided:
            db.run("DELETE FROM open_sale WHERE station_id = ?", (acting.station_id,))
        else:
            db.run(
                "INSERT INTO open_sale (station_id, content, saved_at) VALUES (?, ?, ?) ON CONFLICT (station_id)"
                " DO UPDATE SET content = excluded.content, saved_at = excluded.saved_at",
                (acting.station_id, cart_json.to_json(cart), clock.now()),
            )
    return _SAVED


def load_open_sale(db: Db, acting: Acting) -> Cart | None:
    """Return the sale that was open at this station when the program ended, or ``None``."""
    return till.open_sale(db, acting.station_id)


def drop_open_sale(db: Db, acting: Acting, cart: Cart) -> Changes:
    """Give a sale up before it is paid: every row is logged as a void, the saved one is forgotten."""
    with transaction(db):
        for voided in cart.voided:
            log(db, Event.VOID, cart_json.in_words(voided.line), acting=acting)
        for line in cart.lines:
            log(db, Event.VOID, cart_json.in_words(line), acting=acting)
        if cart.lines:
            log(db, Event.SALE_DROPPED, str(len(cart.lines)), acting=acting)
        db.run("DELETE FROM open_sale WHERE station_id = ?", (acting.station_id,))
    return _SAVED


def park(db: Db, acting: Acting, cart: Cart, label: str = "") -> Changes:
    """Put a sale aside under a label (the customer's name, if there is one); allocate its goods where they lie."""
    if cart.empty:
        raise Refused(_("There is nothing to park yet."))
    total = pricing.price(cart).total
    words = clean(label or cart.customer)[:80]
    with transaction(db):
        acting = people.allow(db, acting, Permission.SELL, f"park {cart.key}")
        parked_id: int = db.value(
            "INSERT INTO parked_sale (station_id, location_id, person_id, label, content, total, parked_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                acting.station_id, acting.location_id, acting.person_id, words, cart_json.to_json(cart), total,
                clock.now(),
            ),
        )  # fmt: skip
        held = _held(cart)
        places = pick.places_for(db, acting, [pick.Wanted(*one) for one in held])
        for (item_id, qty), location_id in zip(held, places, strict=True):
            db.run(
                "INSERT INTO allocation (parked_id, item_id, location_id, qty) VALUES (?, ?, ?, ?)",
                (parked_id, item_id, location_id, qty),
            )
            db.run(
                "INSERT INTO stock_level (item_id, location_id, allocated) VALUES (?, ?, ?) ON CONFLICT"
                " (item_id, location_id) DO UPDATE SET allocated = stock_level.allocated + excluded.allocated",
                (item_id, location_id, qty),
            )
        db.run("DELETE FROM open_sale WHERE station_id = ?", (acting.station_id,))
        said = words if cart.customer_id is None else ""  # a customer may ask to be forgotten; the log is kept
        log(db, Event.PARKED, f"{parked_id} {said}".rstrip(), acting=acting)
    items = frozenset(item_id for item_id, _qty in held)
    return Changes(items=items, topics=frozenset({"parked", "open_sale"}))


def recall(db: Db, acting: Acting, parked_id: int) -> Cart:
    """Make a parked sale this station's open sale again and return it; its goods are no longer allocated.

    Raises ``Refused`` when another station was faster, or while there is an open sale here.
    """
    with transaction(db):
        acting = people.allow(db, acting, Permission.SELL, f"recall {parked_id}")
        present = till.open_sale(db, acting.station_id)
        if present is not None and not present.empty:
            raise Refused(_("Park or finish the open sale first."))
        cart = _release(db, parked_id)
        save_open_sale(db, acting, cart)
        log(db, Event.RECALLED, str(parked_id), acting=acting)
    return cart


def drop(db: Db, acting: Acting, parked_id: int) -> Changes:
    """Give a parked sale up: its goods are free again, each row is logged as a void."""
    with transaction(db):
        acting = people.allow(db, acting, Permission.SELL, f"drop parked {parked_id}")
        cart = _release(db, parked_id)
        for line in cart.lines:
            log(db, Event.VOID, cart_json.in_words(line), acting=acting)
        log(db, Event.PARKED_DROPPED, str(parked_id), acting=acting)
    items = frozenset(item_id for item_id, _qty in _held(cart))
    return Changes(items=items, topics=frozenset({"parked"}))


def _held(cart: Cart) -> list[tuple[ItemId, Qty]]:
    """What a cart takes from stock, in item order, so that two tills never wait for each other in a ring."""
    wanted = sorted({line.item_id for line in cart.lines if line.stocked and not line.comes_back})
    return [(item_id, cart.qty_of(item_id)) for item_id in wanted]


def _release(db: Db, parked_id: int) -> Cart:
    held = db.rows(
        "SELECT item_id, location_id, qty FROM allocation WHERE parked_id = ? ORDER BY item_id, location_id",
        (parked_id,),
    )
    for item_id, location_id, qty in held:
        db.run(
            "UPDATE stock_level SET allocated = allocated - ? WHERE item_id = ? AND location_id = ?",
            (qty, item_id, location_id),
        )
    db.run("DELETE FROM allocation WHERE parked_id = ?", (parked_id,))
    content = db.value("DELETE FROM parked_sale WHERE id = ? RETURNING content", (parked_id,))
    if content is None:
        raise Refused(_("This sale is no longer parked: someone recalled it already."))
    return cart_json.from_json(content)
