"""Purchase orders from draft to closed: draft, approved, sent, partly received, received; or cancelled.

Each function is one transaction that locks the order first. What changes in an approved or sent order is logged. The
lines are kept in :mod:`shopstock.services.order_lines` and reached through this module; what goods do to an order is
in :mod:`shopstock.services.order_goods`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from shopstock.core import currency, names, purchasing
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Refused
from shopstock.core.purchasing import OrderFields, OrderSaved, OrderState, Proposed, ZeroPrice
from shopstock.core.text import _
from shopstock.core.units import Day, ItemId, LocationId
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.queries import low_stock, settings
from shopstock.services import order_lines, people
from shopstock.services.events import Event, log
from shopstock.services.order_lines import TOPICS, Held, add, held, remove_line, set_line

__all__ = [
    "add",
    "approve",
    "back_to_draft",
    "cancel",
    "change_order",
    "close",
    "new_order",
    "propose",
    "remove_line",
    "send",
    "set_line",
]

_MOST_NOTE = 2_000


def new_order(db: Db, acting: Acting, fields: OrderFields) -> OrderSaved:
    """Begin an order as a draft without lines; ``order_id`` of what comes back is its id. Needs ``ORDER``."""
    acting.require(Permission.ORDER)
    with transaction(db):
        order_id = _insert(db, acting, fields)
    return OrderSaved(topics=TOPICS, order_id=order_id)


def change_order(db: Db, acting: Acting, order_id: int, fields: OrderFields) -> OrderSaved:
    """Replace what is said about an order. Its supplier and currency may change only while it is a draft."""
    with transaction(db):
        order, acting = order_lines.held_for_change(db, acting, order_id)
        supplier_id, place, money, rate = _checked(db, acting, fields)
        if order.state != OrderState.DRAFT and (supplier_id, money) != (order.supplier_id, order.currency):
            raise Refused(
                _("The supplier and the currency of a {state} order stay. Put it back to draft first.").format(
                    state=order.state.words.lower()
                )
            )
        db.run(
            "UPDATE purchase_order SET supplier_id = ?, location_id = ?, currency = ?, rate = ?, reference = ?,"
            " note = ?, expected_day = ?, changed_at = ? WHERE id = ?",
            (
                supplier_id, place, money, rate, names.clean(fields.reference), _note(fields.note),
                fields.expected_day, clock.now(), order_id,
            ),
        )  # fmt: skip
        if order.state != OrderState.DRAFT:
            changed = f"{order.name} rate {order.rate} → {rate}, expected {order.expected_day} → {fields.expected_day}"
            log(db, Event.ORDER_CHANGED, changed, acting=acting)
    return OrderSaved(topics=TOPICS, order_id=order_id)


def approve(db: Db, acting: Acting, order_id: int, *, zero_confirmed: bool = False) -> OrderSaved:
    """Approve a draft. Needs ``APPROVE_ORDER``, or a second person's approval of this order.

    Raises ``ZeroPrice`` for lines that cost nothing until ``zero_confirmed``, ``Refused`` for an order without lines,
    a rate nobody gave, or an item since retired.
    """
    acting.require(Permission.ORDER)
    with transaction(db):
        order = held(db, order_id)
        _require_state(order, OrderState.DRAFT)
        acting = people.allow(db, acting, Permission.APPROVE_ORDER, f"approve order {order_id}")
        _check_lines(db, order)
        if not order.rate:
            raise Refused(_("Enter the rate first: what one {currency} costs in the shop's money.").format(
                currency=order.currency
            ))  # fmt: skip
        free = db.rows(
            "SELECT l.item_id, i.name FROM purchase_order_line l JOIN item i ON i.id = l.item_id"
            " WHERE l.order_id = ? AND l.price = 0 AND l.zero_confirmed = 0 ORDER BY l.line_no",
            (order_id,),
        )
        if free and not zero_confirmed:
            raise ZeroPrice([ItemId(item) for item, _name in free], [name for _item, name in free])
        db.run("UPDATE purchase_order_line SET zero_confirmed = 1 WHERE order_id = ? AND price = 0", (order_id,))
        now = clock.now()
        db.run(
            "UPDATE purchase_order SET state = 'approved', approved_at = ?, approved_by = ?, changed_at = ?"
            " WHERE id = ?",
            (now, acting.approval.approver_id if acting.approval else acting.person_id, now, order_id),
        )
        log(db, Event.ORDER_APPROVED, order.name, acting=acting)
    return OrderSaved(topics=TOPICS, order_id=order_id)


def send(db: Db, acting: Acting, order_id: int, how: str = "") -> OrderSaved:
    """Note that an approved order went to the supplier (``how``: by e-mail, as a file, on paper): it is on order now.

    The expected day follows from the longest lead time of its lines unless it was given. An order that was sent before
    is noted as sent again, and nothing else changes.
    """
    acting.require(Permission.ORDER)
    with transaction(db):
        order = held(db, order_id)
        detail = f"{order.name} {names.clean(how)}".strip()
        if order.state in purchasing.EXPECTED_STATES:
            log(db, Event.ORDER_SENT, detail, acting=acting)
            return OrderSaved(existing=True, order_id=order_id)
        _require_state(order, OrderState.APPROVED)
        _check_lines(db, order)
        now = clock.now()
        expected = order.expected_day or _days_after(clock.day_of(now), _lead_days(db, order))
        db.run(
            "UPDATE purchase_order SET state = 'sent', sent_at = ?, sent_by = ?, expected_day = ?, changed_at = ?"
            " WHERE id = ?",
            (now, acting.person_id, expected, now, order_id),
        )
        db.run("UPDATE purchase_order_line SET open_qty = qty WHERE order_id = ?", (order_id,))
        log(db, Event.ORDER_SENT, detail, acting=acting)
        items = _items(db, order_id)
    return OrderSaved(items=items, topics=TOPICS, order_id=order_id)


def back_to_draft(db: Db, acting: Acting, order_id: int) -> OrderSaved:
    """Take an approved order, or a sent one of which nothing has come, back to be changed; it is not on order then."""
    acting.require(Permission.ORDER)
    with transaction(db):
        order = held(db, order_id)
        _require_state(order, OrderState.APPROVED, OrderState.SENT)
        _check_nothing_came(db, order)
        acting = people.allow(db, acting, Permission.APPROVE_ORDER, f"change order {order_id}")
        db.run(
            "UPDATE purchase_order SET state = 'draft', approved_at = NULL, approved_by = NULL, sent_at = NULL,"
            " sent_by = NULL, changed_at = ? WHERE id = ?",
            (clock.now(), order_id),
        )
        db.run("UPDATE purchase_order_line SET open_qty = 0, cancelled_qty = 0 WHERE order_id = ?", (order_id,))
        log(db, Event.ORDER_BACK_TO_DRAFT, order.name, acting=acting)
        items = _items(db, order_id)
    return OrderSaved(items=items, topics=TOPICS, order_id=order_id)


def cancel(db: Db, acting: Acting, order_id: int) -> OrderSaved:
    """Cancel an order of which nothing has come."""
    acting.require(Permission.ORDER)
    with transaction(db):
        order = held(db, order_id)
        _require_state(order, OrderState.DRAFT, OrderState.APPROVED, OrderState.SENT)
        _check_nothing_came(db, order)
        _end(db, acting, order, OrderState.CANCELLED, Event.ORDER_CANCELLED)
        items = _items(db, order_id)
    return OrderSaved(items=items, topics=TOPICS, order_id=order_id)


def close(db: Db, acting: Acting, order_id: int) -> OrderSaved:
    """Close a sent order: what has not come is given up. Refused while goods of it are on their way."""
    acting.require(Permission.ORDER)
    with transaction(db):
        order = held(db, order_id)
        _require_state(order, OrderState.SENT, OrderState.PARTLY_RECEIVED, OrderState.RECEIVED)
        if db.value("SELECT 1 FROM purchase_order_line WHERE order_id = ? AND shipped_qty > 0", (order_id,)):
            raise Refused(_("Goods of {number} are on their way. Receive them first.").format(number=order.name))
        _end(db, acting, order, OrderState.CLOSED, Event.ORDER_CLOSED)
        items = _items(db, order_id)
    return OrderSaved(items=items, topics=TOPICS, order_id=order_id)


def propose(
    db: Db, acting: Acting, supplier_id: int | None = None, *, item_ids: Collection[ItemId] | None = None
) -> Proposed:
    """Order what is low, all of it or only ``item_ids``: one draft for each supplier, an open one where there is one.

    Packs and minimums are kept, prices are the cheapest the quantity earns. What is in drafts counts as ordered, so a
    second run adds nothing. Items that nobody supplies are named in what comes back.
    """
    acting.require(Permission.ORDER)
    drafts: dict[int, Held] = {}
    lines = 0
    with transaction(db):
        _hold_orders(db)
        rows = [row for row in low_stock.low_stock(db, acting, supplier_id) if row.wanted > 0]
        if item_ids is not None:
            rows = [row for row in rows if row.item_id in item_ids]
        for row in rows:
            if row.supplier_id is None:
                continue
            draft = drafts.get(row.supplier_id)
            if draft is None:
                draft = drafts[row.supplier_id] = _draft_of(db, acting, row.supplier_id)
            line = order_lines.line_of(db, draft.id, row.item_id)
            qty = purchasing.round_up_to_pack(
                row.wanted if line is None else type(row.wanted)(line.qty + row.wanted), row.pack_qty, row.minimum_qty
            )
            order_lines.write_line(db, acting, draft, row.item_id, qty, None, line)
            lines += 1
    return Proposed(
        items=frozenset(row.item_id for row in rows),
        topics=TOPICS if lines else frozenset(),
        existing=not lines,
        order_ids=tuple(sorted(draft.id for draft in drafts.values())),
        lines=lines,
        without_supplier=tuple(row.item_id for row in rows if row.supplier_id is None),
    )


# --- inside a transaction


def _insert(db: Db, acting: Acting, fields: OrderFields) -> int:
    supplier_id, place, money, rate = _checked(db, acting, fields)
    _hold_orders(db)
    now = clock.now()
    made: int = db.value(
        "INSERT INTO purchase_order (number, supplier_id, location_id, state, currency, rate, reference, note,"
        " expected_day, created_at, created_by, changed_at) VALUES ((SELECT coalesce(max(number), 0) + 1"
        " FROM purchase_order), ?, ?, 'draft', ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (
            supplier_id, place, money, rate, names.clean(fields.reference), _note(fields.note), fields.expected_day,
            now, acting.person_id, now,
        ),
    )  # fmt: skip
    return made


def _checked(db: Db, acting: Acting, fields: OrderFields) -> tuple[int, LocationId, str, int]:
    """Return supplier, place, currency and rate of an order with what was left out filled in; raise ``Refused``."""
    supplier = db.row("SELECT name, currency, active FROM supplier WHERE id = ?", (fields.supplier_id,))
    if supplier is None or not supplier[2]:
        raise Refused(_("This supplier is not used any more. Choose another, or save them anew to bring them back."))
    place = acting.location_id if fields.location_id is None else fields.location_id
    kind = db.value("SELECT kind FROM location WHERE id = ? AND active = 1", (place,))
    if kind is None or kind == "transit":
        raise Refused(_("Goods cannot be delivered to this place. Choose another."))
    usual = settings.load(db).currency
    money = currency.of(fields.currency or supplier[1] or usual).code
    if money == usual:
        rate = purchasing.RATE_SCALE
    else:
        rate = low_stock.rate_for(db, money) if fields.rate is None else fields.rate
    if not 0 <= rate <= purchasing.MAX_RATE:
        raise Refused(_("A rate is above 0 and at most 1,000,000. Check it."))
    if fields.expected_day is not None:
        _check_day(fields.expected_day)
    return fields.supplier_id, place, money, rate


def _check_day(day: Day) -> None:
    try:
        date(day // 10_000, day // 100 % 100, day % 100)
    except ValueError as error:
        raise Refused(_("The expected day is no day of the calendar. Check it.")) from error


def _draft_of(db: Db, acting: Acting, supplier_id: int) -> Held:
    """Return the oldest draft to a supplier, made when there is none."""
    found = db.value(
        "SELECT id FROM purchase_order WHERE supplier_id = ? AND state = 'draft' ORDER BY id LIMIT 1", (supplier_id,)
    )
    return held(db, found if found is not None else _insert(db, acting, OrderFields(supplier_id)))


def _end(db: Db, acting: Acting, order: Held, state: OrderState, event: Event) -> None:
    now = clock.now()
    db.run(
        "UPDATE purchase_order SET state = ?, ended_at = ?, ended_by = ?, changed_at = ? WHERE id = ?",
        (state, now, acting.person_id, now, order.id),
    )
    db.run(
        "UPDATE purchase_order_line SET cancelled_qty = cancelled_qty + open_qty, open_qty = 0 WHERE order_id = ?",
        (order.id,),
    )
    log(db, event, order.name, acting=acting)


def _hold_orders(db: Db) -> None:
    """Let others wait who would number or propose orders too; on SQLite a writer is alone anyway."""
    if db.engine == "postgresql":
        db.value("SELECT pg_advisory_xact_lock(hashtextextended('purchase_order', 0))")


def _require_state(order: Held, *states: OrderState) -> None:
    if order.state not in states:
        raise Refused(
            _("{number} is {state}; for this it must be: {states}.").format(
                number=order.name,
                state=order.state.words.lower(),
                states=", ".join(state.words.lower() for state in states),
            )
        )


def _check_lines(db: Db, order: Held) -> None:
    rows = db.rows("SELECT item_id FROM purchase_order_line WHERE order_id = ? ORDER BY line_no", (order.id,))
    if not rows:
        raise Refused(_("{number} has no lines. Add what to order first.").format(number=order.name))
    for (item_id,) in rows:
        order_lines.check_item(db, item_id)


def _check_nothing_came(db: Db, order: Held) -> None:
    if db.value(
        "SELECT 1 FROM purchase_order_line WHERE order_id = ? AND (received_qty <> 0 OR shipped_qty <> 0)", (order.id,)
    ):
        raise Refused(_("Goods of {number} have come or are on their way. Close it instead.").format(number=order.name))


def _lead_days(db: Db, order: Held) -> int:
    usual = settings.load(db).lead_time_days
    longest = db.value(
        "SELECT max(coalesce(x.lead_days, s.lead_days, ?)) FROM purchase_order_line l"
        " JOIN supplier s ON s.id = ? LEFT JOIN supplier_item x ON x.supplier_id = s.id AND x.item_id = l.item_id"
        " AND x.active = 1 WHERE l.order_id = ?",
        (usual, order.supplier_id, order.id),
    )
    return usual if longest is None else int(longest)


def _days_after(day: Day, count: int) -> Day:
    later = date(day // 10_000, day // 100 % 100, day % 100) + timedelta(days=count)
    return Day(later.year * 10_000 + later.month * 100 + later.day)


def _items(db: Db, order_id: int) -> frozenset[ItemId]:
    return frozenset(
        ItemId(item) for (item,) in db.rows("SELECT item_id FROM purchase_order_line WHERE order_id = ?", (order_id,))
    )


def _note(text: str) -> str:
    cleaned = "\n".join(names.clean(line) for line in text.strip().splitlines())
    if len(cleaned) > _MOST_NOTE:
        raise Refused(_("The note is longer than {most} characters. Shorten it.").format(most=_MOST_NOTE))
    return cleaned
