"""The lines of a purchase order: what is ordered of each item, at what price.

Lines change freely while the order is a draft. Afterwards it takes the right to approve, and every change is logged.
"""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core import purchasing
from shopstock.core.acting import Acting, Permission
from shopstock.core.catalogue import check_pack, check_price
from shopstock.core.outcome import Refused
from shopstock.core.purchasing import OrderSaved, OrderState, ZeroPrice
from shopstock.core.text import _
from shopstock.core.units import MAX_QTY, ONE, ZERO_QTY, Day, ItemId, LocationId, Money, Qty, format_qty
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.queries import settings, suppliers
from shopstock.services import people
from shopstock.services.events import Event, log

TOPICS = frozenset(("orders",))


class Held(NamedTuple):
    """The head of an order that nobody else changes until the transaction ends."""

    id: int
    number: int
    state: OrderState
    supplier_id: int
    location_id: LocationId
    currency: str
    rate: int
    expected_day: Day | None

    @property
    def name(self) -> str:
        """The number as people know it."""
        return purchasing.order_number(self.number)


class _Terms(NamedTuple):
    """What is known of an item at a supplier, in the currency of the order."""

    code: str
    price: Money | None
    pack_qty: Qty
    minimum_qty: Qty
    breaks: tuple[tuple[Qty, Money], ...]

    def price_for(self, qty: Qty) -> Money:
        """Return the price of one unit; 0 when none is known."""
        return purchasing.price_at(qty, self.price, self.breaks) or Money(0)


class Line(NamedTuple):
    """A line as it is; the order is that of the SELECT."""

    id: int
    qty: Qty
    price: Money
    pack_qty: Qty
    received_qty: Qty
    shipped_qty: Qty
    cancelled_qty: Qty
    zero_confirmed: int
    note: str


def set_line(
    db: Db,
    acting: Acting,
    order_id: int,
    item_id: ItemId,
    qty: Qty,
    price: Money | None = None,
    *,
    pack_qty: Qty | None = None,
    note: str | None = None,
    zero_confirmed: bool = False,
) -> OrderSaved:
    """Order so much of an item: a new line, or another quantity or price of the line it has.

    Without a ``price`` the supplier's is taken, with its breaks; a price somebody typed stays. Raises ``ZeroPrice`` for
    a given price of 0 until ``zero_confirmed``, ``Refused`` for a retired item or less than has come already.
    """
    with transaction(db):
        order, acting = held_for_change(db, acting, order_id)
        line = _line(db, order_id, item_id)
        write_line(db, acting, order, item_id, qty, price, line, pack_qty, note, zero_confirmed)
    return OrderSaved(items=frozenset((item_id,)), topics=TOPICS, order_id=order_id)


def add(db: Db, acting: Acting, order_id: int, item_id: ItemId, qty: Qty | None = None) -> OrderSaved:
    """Add so much of an item to what is ordered of it; unset: one pack, at first the supplier's minimum at least."""
    with transaction(db):
        order, acting = held_for_change(db, acting, order_id)
        line = _line(db, order_id, item_id)
        terms = _terms(db, order, item_id)
        more = qty if qty is not None else terms.pack_qty
        before = line.qty if line else ZERO_QTY
        whole = Qty(before + more)
        if qty is None:
            whole = purchasing.round_up_to_pack(whole, terms.pack_qty, terms.minimum_qty)
        write_line(db, acting, order, item_id, whole, None, line)
    return OrderSaved(items=frozenset((item_id,)), topics=TOPICS, order_id=order_id)


def remove_line(db: Db, acting: Acting, order_id: int, item_id: ItemId) -> OrderSaved:
    """Take an item off an order; refused when some of it has come or is on its way."""
    with transaction(db):
        order, acting = held_for_change(db, acting, order_id)
        line = _line(db, order_id, item_id)
        if line is None:
            return OrderSaved(existing=True, order_id=order_id)
        if db.value("SELECT 1 FROM order_receipt WHERE order_line_id = ? LIMIT 1", (line.id,)):
            raise Refused(_("Goods of this line were booked in. Close the order to give up the rest."))
        db.run("DELETE FROM purchase_order_line WHERE id = ?", (line.id,))
        touch(db, order_id)
        if order.state != OrderState.DRAFT:
            log(db, Event.ORDER_CHANGED, f"{order.name} {_sku(db, item_id)} {format_qty(line.qty)} → 0", acting=acting)
            settle_state(db, order_id)
    return OrderSaved(items=frozenset((item_id,)), topics=TOPICS, order_id=order_id)


# --- inside a transaction


def held(db: Db, order_id: int) -> Held:
    """Return the head of an order, locked until the transaction ends; raise ``Refused`` when there is none."""
    lock = " FOR UPDATE" if db.engine == "postgresql" else ""
    row = db.row(
        "SELECT id, number, state, supplier_id, location_id, currency, rate, expected_day FROM purchase_order"
        f" WHERE id = ?{lock}",
        (order_id,),
    )
    if row is None:
        raise Refused(_("There is no such order any more. Look at the list again."))
    return Held(row[0], row[1], OrderState(row[2]), *row[3:])


def held_for_change(db: Db, acting: Acting, order_id: int) -> tuple[Held, Acting]:
    """Hold an order that somebody wants to change; raise ``Refused`` when it is past that, ``NotAllowed``."""
    acting.require(Permission.ORDER)
    order = held(db, order_id)
    if order.state not in purchasing.OPEN_STATES:
        raise Refused(_("{number} is {state}: it cannot be changed any more. Make a new order.").format(
            number=order.name, state=order.state.words.lower()
        ))  # fmt: skip
    if order.state != OrderState.DRAFT:
        acting = people.allow(db, acting, Permission.APPROVE_ORDER, f"change order {order_id}")
    return order, acting


def write_line(
    db: Db,
    acting: Acting,
    order: Held,
    item_id: ItemId,
    qty: Qty,
    price: Money | None,
    line: Line | None,
    pack_qty: Qty | None = None,
    note: str | None = None,
    zero_confirmed: bool = False,
) -> None:
    """Write a line of an order that is held; see :func:`set_line`."""
    name = check_item(db, item_id)
    if not 0 < qty <= MAX_QTY:
        raise Refused(_("Order more than 0 and at most 1,000,000. Take the line off to order nothing of it."))
    terms = _terms(db, order, item_id)
    if price == 0 and not zero_confirmed and not (line is not None and line.zero_confirmed):
        raise ZeroPrice((item_id,), (name,))
    if price is None:
        typed = line is not None and line.price != terms.price_for(line.qty) and (line.price or line.zero_confirmed)
        price = line.price if line is not None and typed else terms.price_for(qty)
    check_price(price)
    confirmed = int(price == 0 and (zero_confirmed or (line is not None and bool(line.zero_confirmed))))
    pack = check_pack(pack_qty) if pack_qty is not None else line.pack_qty if line is not None else terms.pack_qty
    expected = order.state in purchasing.EXPECTED_STATES
    if line is None:
        number = 1 + db.value(
            "SELECT coalesce(max(line_no), 0) FROM purchase_order_line WHERE order_id = ?", (order.id,)
        )
        db.run(
            "INSERT INTO purchase_order_line (order_id, line_no, item_id, supplier_code, pack_qty, qty, price,"
            " open_qty, note, zero_confirmed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                order.id, number, item_id, terms.code, pack, qty, price, qty if expected else 0, note or "", confirmed
            ),
        )  # fmt: skip
    else:
        come = line.received_qty + line.shipped_qty
        if qty < come:
            raise Refused(
                _("{qty} of {name} have come or are on their way already. Order at least that many.").format(
                    qty=format_qty(Qty(come)), name=name
                )
            )
        # What was given up stays given up, unless more is ordered now than before.
        given_up = ZERO_QTY if qty > line.qty else min(line.cancelled_qty, Qty(qty - come))
        db.run(
            "UPDATE purchase_order_line SET qty = ?, price = ?, pack_qty = ?, supplier_code = ?, note = ?,"
            " zero_confirmed = ?, cancelled_qty = ?, open_qty = ? WHERE id = ?",
            (
                qty, price, pack, terms.code, line.note if note is None else note, confirmed, given_up,
                purchasing.open_qty(qty, line.received_qty, line.shipped_qty, given_up) if expected else 0, line.id,
            ),
        )  # fmt: skip
    touch(db, order.id)
    if order.state != OrderState.DRAFT:
        before = format_qty(line.qty) if line is not None else "0"
        sku = _sku(db, item_id)
        detail = f"{order.name} {sku} {before} → {format_qty(qty)}"
        if line is not None and line.price != price:
            detail += f" @ {line.price} → {price}"
        log(db, Event.ORDER_CHANGED, detail, acting=acting)
        settle_state(db, order.id)


def line_of(db: Db, order_id: int, item_id: ItemId) -> Line | None:
    """Return the line that an order has of an item."""
    return _line(db, order_id, item_id)


def check_item(db: Db, item_id: ItemId) -> str:
    """Return the name of an item that may be ordered; raise ``Refused`` for one retired or not kept in stock."""
    row = db.row("SELECT name, active, stocked FROM item WHERE id = ?", (item_id,))
    if row is None:
        raise Refused(_("This item is not in the catalogue any more. Search for it again."))
    name, active, stocked = row
    if not active:
        raise Refused(_("{name} was retired. Bring the item back first, or order another.").format(name=name))
    if not stocked:
        raise Refused(_("{name} is not kept in stock, so it cannot be ordered here.").format(name=name))
    return str(name)


def touch(db: Db, order_id: int) -> None:
    """Note that an order changed now."""
    db.run("UPDATE purchase_order SET changed_at = ? WHERE id = ?", (clock.now(), order_id))


def settle_state(db: Db, order_id: int) -> None:
    """Bring the state of a sent order in line with what of it has come; a closed one with goods open is open again."""
    row = db.row(
        "SELECT coalesce(sum(received_qty), 0), coalesce(sum(shipped_qty), 0), coalesce(sum(open_qty), 0)"
        " FROM purchase_order_line WHERE order_id = ?",
        (order_id,),
    )
    assert row is not None
    received, shipped, still_open = row
    if still_open or shipped:
        state = OrderState.PARTLY_RECEIVED if received else OrderState.SENT
        db.run(
            "UPDATE purchase_order SET state = ?, ended_at = NULL, ended_by = NULL WHERE id = ? AND state IN"
            " ('sent', 'partly_received', 'received', 'closed')",
            (state, order_id),
        )
    else:
        state = OrderState.RECEIVED if received else OrderState.CLOSED
        db.run(
            "UPDATE purchase_order SET state = ?, ended_at = ? WHERE id = ? AND state IN ('sent', 'partly_received')",
            (state, clock.now(), order_id),
        )


def _line(db: Db, order_id: int, item_id: ItemId) -> Line | None:
    row = db.row(
        "SELECT id, qty, price, pack_qty, received_qty, shipped_qty, cancelled_qty, zero_confirmed, note"
        " FROM purchase_order_line WHERE order_id = ? AND item_id = ?",
        (order_id, item_id),
    )
    return None if row is None else Line(*row)


def _terms(db: Db, order: Held, item_id: ItemId) -> _Terms:
    """Return what the supplier says about an item, else what the shop paid: prices of another currency do not count."""
    usual = settings.load(db).currency
    row = db.row(
        "SELECT x.id, x.code, x.price, x.pack_qty, x.minimum_qty, s.currency FROM supplier_item x"
        " JOIN supplier s ON s.id = x.supplier_id WHERE x.supplier_id = ? AND x.item_id = ? AND x.active = 1",
        (order.supplier_id, item_id),
    )
    code, price, pack, minimum = "", None, ONE, ZERO_QTY
    breaks: tuple[tuple[Qty, Money], ...] = ()
    if row is not None:
        row_id, code, price, pack, minimum, currency = row
        if (currency or usual) == order.currency:
            breaks = suppliers.breaks_of(db, [row_id]).get(row_id, ())
        else:
            price = None
    if price is None and not breaks:
        price = db.value(
            "SELECT l.price FROM purchase_order_line l JOIN purchase_order o ON o.id = l.order_id WHERE l.item_id = ?"
            " AND o.supplier_id = ? AND o.currency = ? AND o.id <> ? AND l.price > 0 ORDER BY o.id DESC LIMIT 1",
            (item_id, order.supplier_id, order.currency, order.id),
        )
        if price is None and order.currency == usual:
            price = db.value("SELECT supplier_cost FROM item WHERE id = ?", (item_id,))
    return _Terms(code, price, pack, minimum, breaks)


def _sku(db: Db, item_id: ItemId) -> str:
    return str(db.value("SELECT sku FROM item WHERE id = ?", (item_id,)))
