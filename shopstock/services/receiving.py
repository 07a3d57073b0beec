"""Receive deliveries by scan: begin, count, decide, price, and go on at any station until they are posted.

Counts are rows that are only ever added, each under its own key, so that two people may count one delivery and a scan
that is sent twice counts once. Every function is one transaction that locks the delivery first. Counting is in
:mod:`shopstock.services.receiving_count`, posting in :mod:`shopstock.services.receiving_post`, goods on their way in
:mod:`shopstock.services.receiving_ship`; all are reached through this module.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shopstock.core import names, purchasing
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Changes, Refused
from shopstock.core.purchasing import EXPECTED_STATES, OrderState
from shopstock.core.receiving import CHOICES, About, Basis, Decision, DeliveryState, Step
from shopstock.core.text import _
from shopstock.core.units import MAX_MONEY, ItemId, LocationId, Money
from shopstock.db import clock
from shopstock.db.connection import Db, retrying, transaction
from shopstock.queries import low_stock, settings
from shopstock.services.delivery_held import TOPICS, check_key, held
from shopstock.services.receiving_count import CountLine, attach_photo, count, count_many
from shopstock.services.receiving_post import Posted, post
from shopstock.services.receiving_ship import ship

__all__ = [
    "CountLine", "Posted", "Started", "abandon", "add_order", "attach_photo", "count", "count_many", "decide", "post",
    "remove_charge", "remove_order", "set_charge", "set_note", "set_price", "set_rate", "set_step", "ship", "start",
]  # fmt: skip

_CHANGED = Changes(topics=TOPICS)


class Started(NamedTuple):
    """A delivery that was begun (or had been, under the same key), or that an order was added to."""

    changes: Changes
    delivery_id: int


def start(
    db: Db, acting: Acting, key: str, order_ids: Sequence[int], supplier_id: int | None = None, reference: str = ""
) -> Started:
    """Begin a delivery of one order, of several that came together, or of none; the same key begins once.

    An order that is being received already goes on there instead of beginning again.
    """
    acting.require(Permission.RECEIVE)

    def work() -> Started:
        with transaction(db):
            return _start(db, acting, key, sorted(set(order_ids)), supplier_id, names.clean(reference))

    return retrying(db, work)


def _start(db: Db, acting: Acting, key: str, order_ids: list[int], supplier_id: int | None, reference: str) -> Started:
    if db.engine == "postgresql":
        db.value("SELECT pg_advisory_xact_lock(hashtextextended('delivery', 0))")
    there = db.value("SELECT id FROM delivery WHERE key = ?", (key,))
    if there is not None:
        return Started(Changes(existing=True), there)
    orders = [_order(db, order_id) for order_id in order_ids]
    if len(orders) == 1:
        running = _running(db, order_ids[0])
        if running is not None:
            return Started(Changes(existing=True), running)
    usual = settings.load(db).currency
    place, currency, rate = acting.location_id, usual, purchasing.RATE_SCALE
    if orders:
        _check_together(db, orders)
        place, supplier_id, currency, rate = (
            orders[0].location_id,
            orders[0].supplier_id,
            orders[0].currency,
            orders[0].rate,
        )
    elif supplier_id is not None:
        foreign = db.row("SELECT currency FROM supplier WHERE id = ?", (supplier_id,))
        if foreign is None:
            raise Refused(_("There is no such supplier any more. Choose another."))
        known = low_stock.rate_for(db, foreign[0] or usual)
        if known:
            currency, rate = foreign[0] or usual, known
    delivery_id: int = db.value(
        "INSERT INTO delivery (key, supplier_id, location_id, currency, rate, reference, started_at, started_by) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (check_key(key), supplier_id, place, currency, rate, reference, clock.now(), acting.person_id),
    )
    db.run_many(
        "INSERT INTO delivery_order (delivery_id, order_id) VALUES (?, ?)", [(delivery_id, one.id) for one in orders]
    )
    return Started(_CHANGED, delivery_id)


class _Order(NamedTuple):
    id: int
    name: str
    state: OrderState
    supplier_id: int
    location_id: LocationId
    currency: str
    rate: int


def _order(db: Db, order_id: int) -> _Order:
    row = db.row(
        "SELECT id, number, state, supplier_id, location_id, currency, rate FROM purchase_order WHERE id = ?",
        (order_id,),
    )
    if row is None:
        raise Refused(_("There is no such order any more. Look at the list again."))
    order = _Order(row[0], purchasing.order_number(row[1]), OrderState(row[2]), *row[3:])
    if order.state not in EXPECTED_STATES:
        raise Refused(
            _("{number} is {state}: no goods are expected by it. Send it first, or receive without it.").format(
                number=order.name, state=order.state.words.lower()
            )
        )
    return order


def _check_together(db: Db, orders: Sequence[_Order]) -> None:
    first = orders[0]
    for order in orders[1:]:
        if order.supplier_id != first.supplier_id or order.currency != first.currency:
            raise Refused(
                _("{one} and {other} are of different suppliers or currencies. Receive them one by one.").format(
                    one=first.name, other=order.name
                )
            )
    for order in orders:
        if len(orders) > 1 and _running(db, order.id) is not None:
            raise Refused(_("{number} is being received already. Go on there.").format(number=order.name))


def _running(db: Db, order_id: int) -> int | None:
    found: int | None = db.value(
        "SELECT d.id FROM delivery d JOIN delivery_order o ON o.delivery_id = d.id "
        "WHERE d.state = 'open' AND o.order_id = ? ORDER BY d.id LIMIT 1",
        (order_id,),
    )
    return found


def add_order(db: Db, acting: Acting, delivery_id: int, order_id: int) -> Started:
    """Add another order of the same supplier and currency to a delivery that is being counted."""
    acting.require(Permission.RECEIVE)
    with transaction(db):
        delivery = held(db, delivery_id)
        order = _order(db, order_id)
        rows = db.rows("SELECT order_id FROM delivery_order WHERE delivery_id = ? ORDER BY order_id", (delivery_id,))
        if (order_id,) in rows:
            return Started(Changes(existing=True), delivery_id)
        running = _running(db, order_id)
        if running is not None:
            raise Refused(_("{number} is being received already. Go on there.").format(number=order.name))
        if rows or delivery.supplier_id is not None:
            if (order.supplier_id, order.currency) != (delivery.supplier_id, delivery.currency):
                raise Refused(
                    _("{number} is of another supplier or currency. Receive it by itself.").format(number=order.name)
                )
        if not rows:
            db.run(
                "UPDATE delivery SET supplier_id = ?, currency = ?, rate = ? WHERE id = ?",
                (order.supplier_id, order.currency, order.rate, delivery_id),
            )
        db.run("INSERT INTO delivery_order (delivery_id, order_id) VALUES (?, ?)", (delivery_id, order_id))
    return Started(_CHANGED, delivery_id)


def remove_order(db: Db, acting: Acting, delivery_id: int, order_id: int) -> Changes:
    """Take an order off a delivery: what was counted of it is on no order then."""
    acting.require(Permission.RECEIVE)
    with transaction(db):
        held(db, delivery_id)
        db.run("DELETE FROM delivery_order WHERE delivery_id = ? AND order_id = ?", (delivery_id, order_id))
    return _CHANGED


# --- deciding


def decide(
    db: Db, acting: Acting, delivery_id: int, item_id: ItemId, about: About, decision: Decision | None
) -> Changes:
    """Say what is done about goods that are over, short, unexpected or damaged; ``None`` leaves it open again."""
    acting.require(Permission.RECEIVE)
    about = About(about)
    if decision is not None and decision not in CHOICES[about]:
        raise Refused(_("That cannot be done about these goods. Choose another answer."))
    with transaction(db):
        held(db, delivery_id)
        db.run(
            "DELETE FROM delivery_decision WHERE delivery_id = ? AND item_id = ? AND about = ?",
            (delivery_id, item_id, about.value),
        )
        if decision is not None:
            db.run(
                "INSERT INTO delivery_decision (delivery_id, item_id, about, decision, person_id, at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (delivery_id, item_id, about.value, decision.value, acting.person_id, clock.now()),
            )
    return Changes(items=frozenset((item_id,)), topics=TOPICS)


def set_price(
    db: Db, acting: Acting, delivery_id: int, item_id: ItemId, price: Money | None, *, zero_confirmed: bool = False
) -> Changes:
    """Say what one stock unit of an item cost in this delivery, in the delivery's currency; ``None`` as ordered.

    A price of 0 asks again until it is confirmed that the goods are free.
    """
    acting.require(Permission.RECEIVE)
    if price is not None and not 0 <= price <= MAX_MONEY:
        raise Refused(_("A price is 0 or more. Check it."))
    with transaction(db):
        held(db, delivery_id)
        db.run("DELETE FROM delivery_price WHERE delivery_id = ? AND item_id = ?", (delivery_id, item_id))
        if price is not None:
            db.run(
                "INSERT INTO delivery_price (delivery_id, item_id, price, zero_confirmed) VALUES (?, ?, ?, ?)",
                (delivery_id, item_id, price, int(zero_confirmed and not price)),
            )
    return Changes(items=frozenset((item_id,)), topics=TOPICS)


def set_rate(db: Db, acting: Acting, delivery_id: int, rate: int) -> Changes:
    """Say what one unit of the delivery's currency costs in the shop's money, in 1/1,000,000.

    Raises ``Refused`` for a delivery in the shop's own money, and for a rate that cannot be.
    """
    acting.require(Permission.RECEIVE)
    acting.require(Permission.SEE_COST)
    if not 0 < rate <= purchasing.MAX_RATE:
        raise Refused(_("A rate is above 0 and at most 1,000,000. Check it."))
    with transaction(db):
        if held(db, delivery_id).currency == settings.load(db).currency:
            raise Refused(_("This delivery is in the shop's own money: one is one."))
        db.run("UPDATE delivery SET rate = ? WHERE id = ?", (rate, delivery_id))
    return _CHANGED


def set_charge(
    db: Db, acting: Acting, delivery_id: int, name: str, amount: Money, basis: Basis = Basis.VALUE,
    shares: Mapping[ItemId, Money] | None = None, charge_id: int | None = None,
) -> Changes:  # fmt: skip
    """Add freight or duty known with the delivery (or change it), in the shop's money; it becomes part of the cost.

    ``shares`` say by item what each carries, for ``Basis.BY_HAND``; they must sum to the amount.
    """
    acting.require(Permission.RECEIVE)
    if not 0 < amount <= MAX_MONEY:
        raise Refused(_("A cost is above 0. Enter what it comes to."))
    by_hand = {str(item): part for item, part in (shares or {}).items()} if basis == Basis.BY_HAND else {}
    if basis == Basis.BY_HAND and sum(by_hand.values()) != amount:
        raise Refused(_("The parts do not add up to the cost. Check them."))
    label = names.label(name)
    text = json.dumps(by_hand) if by_hand else ""
    with transaction(db):
        held(db, delivery_id)
        if charge_id is None:
            db.run(
                "INSERT INTO delivery_charge (delivery_id, name, amount, basis, shares) VALUES (?, ?, ?, ?, ?)",
                (delivery_id, label, amount, basis.value, text),
            )
        else:
            db.run(
                "UPDATE delivery_charge SET name = ?, amount = ?, basis = ?, shares = ? "
                "WHERE id = ? AND delivery_id = ?",
                (label, amount, basis.value, text, charge_id, delivery_id),
            )
    return _CHANGED


def remove_charge(db: Db, acting: Acting, delivery_id: int, charge_id: int) -> Changes:
    """Take a cost off a delivery."""
    acting.require(Permission.RECEIVE)
    with transaction(db):
        held(db, delivery_id)
        db.run("DELETE FROM delivery_charge WHERE id = ? AND delivery_id = ?", (charge_id, delivery_id))
    return _CHANGED


def set_step(db: Db, acting: Acting, delivery_id: int, step: Step) -> Changes:
    """Remember how far the wizard is, so that another station goes on there."""
    acting.require(Permission.RECEIVE)
    with transaction(db):
        held(db, delivery_id)
        db.run("UPDATE delivery SET step = ? WHERE id = ?", (Step(step).value, delivery_id))
    return _CHANGED


def set_note(db: Db, acting: Acting, delivery_id: int, reference: str, note: str = "") -> Changes:
    """Write down the number of the delivery note, and a remark."""
    acting.require(Permission.RECEIVE)
    with transaction(db):
        held(db, delivery_id)
        db.run(
            "UPDATE delivery SET reference = ?, note = ? WHERE id = ?",
            (names.clean(reference)[: names.MAX_NAME], names.clean(note)[: names.MAX_NAME], delivery_id),
        )
    return _CHANGED


def abandon(db: Db, acting: Acting, delivery_id: int) -> Changes:
    """Give a delivery up: nothing is booked in, what was counted stays on record."""
    acting.require(Permission.RECEIVE)
    with transaction(db):
        delivery = held(db, delivery_id, any_state=True)
        if delivery.state == DeliveryState.ABANDONED:
            return Changes(existing=True)
        if delivery.state == DeliveryState.POSTED:
            raise Refused(_("This delivery is posted. Reverse its goods receipts instead."))
        db.run(
            "UPDATE delivery SET state = 'abandoned', ended_at = ?, ended_by = ? WHERE id = ?",
            (clock.now(), acting.person_id, delivery_id),
        )
    return _CHANGED
