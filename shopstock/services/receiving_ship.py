"""Goods that are the shop's before they arrive: shipped ex works, or paid ahead."""

from __future__ import annotations

from collections.abc import Sequence

from shopstock.core.acting import Acting, Permission
from shopstock.core.document import Draft, DraftLine
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.outcome import Changes, Refused
from shopstock.core.purchasing import ZeroPrice
from shopstock.core.text import _
from shopstock.core.units import ItemId, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.services import order_goods, order_lines, posting, transfer
from shopstock.services.delivery_held import TOPICS
from shopstock.services.receiving_plan import value_of


def ship(
    db: Db, acting: Acting, order_id: int, key: str, lines: Sequence[tuple[int, Qty]], *, reference: str = ""
) -> Changes:
    """Book ``(order line, quantity)`` as the shop's own and on its way: valued, visible, not available.

    They arrive when their delivery is received. Raises ``Refused`` for more than is still on order, ``ZeroPrice`` for
    goods whose price nobody has said.
    """
    acting.require(Permission.RECEIVE)
    return posting.as_a_whole(db, lambda: _ship(db, acting, order_id, key, dict(lines), reference))


def _ship(db: Db, acting: Acting, order_id: int, key: str, wanted: dict[int, Qty], reference: str) -> Changes:
    order = order_lines.held(db, order_id)
    there = posting.there_already(db, key)
    if there is not None:
        return there
    supplier = db.value("SELECT name FROM supplier WHERE id = ?", (order.supplier_id,))
    rows = {
        row[0]: row[1:]
        for row in db.rows(
            "SELECT l.id, l.item_id, i.name, l.price, l.zero_confirmed, l.open_qty FROM purchase_order_line l "
            "JOIN item i ON i.id = l.item_id WHERE l.order_id = ? ORDER BY l.line_no",
            (order_id,),
        )
    }
    if not wanted or any(line_id not in rows for line_id in wanted):
        raise Refused(_("Say what of {number} is on its way.").format(number=order.name))
    transit = transfer.transit_location(db)
    drafted = []
    for line_id, (item_id, name, price, free, open_qty) in rows.items():
        qty = wanted.get(line_id)
        if qty is None:
            continue
        if not 0 < qty <= open_qty:
            raise Refused(
                _("{item}: that is more than {number} still lets expect. Check the quantity.").format(
                    item=name, number=order.name
                )
            )
        if not price and not free:
            raise ZeroPrice((ItemId(item_id),), (name,))
        value = value_of(price, qty, order.rate)
        drafted.append(DraftLine(MovementKind.GOODS_RECEIPT, ItemId(item_id), qty, transit, value=value, net=value))
    book = posting.Book(db, acting)
    posted = book.post(
        Draft(
            DocumentKind.GOODS_RECEIPT, key, clock.now(), tuple(drafted), reference=reference or order.name,
            party=supplier,
        )
    )  # fmt: skip
    book.flush()
    ids = [line_id for line_id in rows if line_id in wanted]
    order_goods.note_all_shipped(
        db, [order_goods.Came(one, line, wanted[one]) for one, line in zip(ids, posted.line_ids, strict=True)]
    )
    return Changes(document=posted.document, items=frozenset(book.items), topics=TOPICS | order_lines.TOPICS)
