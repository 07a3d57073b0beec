"""What goods do to the orders they belong to, inside the transaction of their document.

The only writer of ``received_qty``, ``shipped_qty``, ``first_receipt_at`` and ``order_receipt``. The order's row is
locked before anything is read, so that two deliveries of one order add up on PostgreSQL too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from shopstock.core.movements import MovementKind
from shopstock.core.outcome import Refused
from shopstock.core.purchasing import OrderState
from shopstock.core.text import _
from shopstock.core.units import DocumentId, Instant, LineId, Qty
from shopstock.db.connection import Db
from shopstock.services import order_lines

_OPEN = (
    "UPDATE purchase_order_line SET open_qty = CASE WHEN qty > received_qty + shipped_qty + cancelled_qty"
    " THEN qty - received_qty - shipped_qty - cancelled_qty ELSE 0 END WHERE id = ?"
)
_MAY_RECEIVE = (OrderState.SENT, OrderState.PARTLY_RECEIVED, OrderState.RECEIVED)


class Came(NamedTuple):
    """So much of an order line that a posted line (``line_id``) brought."""

    order_line_id: int
    line_id: LineId
    qty: Qty


def note_all_received(db: Db, came: Sequence[Came], at: Instant) -> None:
    """Note what the posted lines of a delivery brought of orders at ``at``.

    A line of kind ``transfer`` brings what was shipped before; any other brings what was on order. More than was
    ordered is taken too. Raises ``Refused`` for an order that expects no goods.
    """
    orders = _held(db, came)
    kinds = _kinds(db, [one.line_id for one in came])
    shipped = [one.qty if kinds[one.line_id] == MovementKind.TRANSFER else 0 for one in came]
    db.run_many(
        "UPDATE purchase_order_line SET received_qty = received_qty + ?,"
        " shipped_qty = CASE WHEN shipped_qty > ? THEN shipped_qty - ? ELSE 0 END WHERE id = ?",
        [(one.qty, was, was, one.order_line_id) for one, was in zip(came, shipped, strict=True)],
    )
    _write(db, came)
    for order_id in orders:
        db.run(
            "UPDATE purchase_order SET changed_at = ?, first_receipt_at = CASE WHEN first_receipt_at < ?"
            " THEN first_receipt_at ELSE ? END WHERE id = ?",
            (at, at, at, order_id),
        )
        order_lines.settle_state(db, order_id)


def note_all_shipped(db: Db, came: Sequence[Came]) -> None:
    """Note what posted lines made the shop's own before it arrived: no longer on order, but in transit."""
    orders = _held(db, came)
    for one in came:
        db.run(
            "UPDATE purchase_order_line SET shipped_qty = shipped_qty + ? WHERE id = ?", (one.qty, one.order_line_id)
        )
    _write(db, came)
    for order_id in orders:
        order_lines.touch(db, order_id)
        order_lines.settle_state(db, order_id)


def give_up_rest(db: Db, order_line_ids: Iterable[int]) -> None:
    """Give up what is still open of a few order lines: it will not come any more."""
    lines = sorted(set(order_line_ids))
    orders = _held(db, [Came(line, LineId(0), Qty(0)) for line in lines])
    for line in lines:
        db.run(
            "UPDATE purchase_order_line SET cancelled_qty = cancelled_qty + open_qty, open_qty = 0 WHERE id = ?",
            (line,),
        )
    for order_id in orders:
        order_lines.touch(db, order_id)
        order_lines.settle_state(db, order_id)


def note_reversed(db: Db, reversal_id: DocumentId) -> bool:
    """Give back to their orders what a reversal took out again, and tell whether there was any."""
    rows = db.rows(
        "SELECT r.order_line_id, l.id, r.qty, f.kind, p.kind FROM document_line l"
        " JOIN order_receipt r ON r.line_id = l.of_line_id JOIN document_line f ON f.id = l.of_line_id"
        " JOIN location p ON p.id = f.location_id WHERE l.document_id = ? ORDER BY l.id",
        (reversal_id,),
    )
    if not rows:
        return False
    gone = [Came(order_line, LineId(line), Qty(-qty)) for order_line, line, qty, _kind, _place in rows]
    orders = _held(db, gone, any_state=True)
    for order_line, _line, qty, kind, place in rows:
        shipment = kind != MovementKind.TRANSFER and place == "transit"
        received = 0 if shipment else qty
        shipped = qty if shipment else -qty if kind == MovementKind.TRANSFER else 0
        db.run(
            "UPDATE purchase_order_line SET received_qty = received_qty - ?, shipped_qty = shipped_qty - ?"
            " WHERE id = ?",
            (received, shipped, order_line),
        )
    _write(db, gone)
    for order_id in orders:
        db.run(
            "UPDATE purchase_order SET first_receipt_at = (SELECT min(d.occurred_at) FROM purchase_order_line o"
            " JOIN order_receipt r ON r.order_line_id = o.id JOIN document_line l ON l.id = r.line_id"
            " JOIN document d ON d.id = l.document_id JOIN location p ON p.id = l.location_id"
            " WHERE o.order_id = ? AND r.qty > 0 AND (l.kind = 'transfer' OR p.kind <> 'transit') AND NOT EXISTS"
            " (SELECT 1 FROM document u WHERE u.reverses_id = d.id)) WHERE id = ?",
            (order_id, order_id),
        )
        order_lines.touch(db, order_id)
        order_lines.settle_state(db, order_id)
    return True


def _held(db: Db, came: Sequence[Came], *, any_state: bool = False) -> list[int]:
    """Lock the orders of a few lines, in their order, and return their ids."""
    found: set[int] = set()
    ids = sorted({one.order_line_id for one in came})
    for start in range(0, len(ids), 500):
        few = ids[start : start + 500]
        rows = db.rows(f"SELECT id, order_id FROM purchase_order_line WHERE id IN ({', '.join('?' * len(few))})", few)
        if len(rows) < len(few):
            raise Refused(_("A line of the order was taken off meanwhile. Open the delivery again."))
        found.update(order_id for _id, order_id in rows)
    for order_id in sorted(found):
        order = order_lines.held(db, order_id)
        if not any_state and order.state not in _MAY_RECEIVE:
            raise Refused(
                _("{number} is {state}: no goods are expected by it. Send it first, or receive without it.").format(
                    number=order.name, state=order.state.words.lower()
                )
            )
    return sorted(found)


def _kinds(db: Db, line_ids: Sequence[LineId]) -> dict[int, str]:
    kinds: dict[int, str] = {}
    for start in range(0, len(line_ids), 500):
        few = line_ids[start : start + 500]
        kinds.update(db.rows(f"SELECT id, kind FROM document_line WHERE id IN ({', '.join('?' * len(few))})", few))
    return kinds


def _write(db: Db, came: Sequence[Came]) -> None:
    db.run_many("INSERT INTO order_receipt (line_id, order_line_id, qty) VALUES (?, ?, ?)", [
        (one.line_id, one.order_line_id, one.qty) for one in came
    ])  # fmt: skip
    db.run_many(_OPEN, [(order_line_id,) for order_line_id in sorted({one.order_line_id for one in came})])
