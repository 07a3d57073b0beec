"""Set goods aside, put them back to where they are sold from, or send them back to their supplier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from shopstock.core.acting import Acting, Permission
from shopstock.core.document import Draft, Goods, Head
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.units import ItemId, LineId, LocationId, Money, Qty
from shopstock.db.connection import Db
from shopstock.queries import places
from shopstock.services import permitted, posting, return_, set_aside, transfer


class SetAside(NamedTuple):
    """So much of an item at a place where goods are set aside.

    ``receipt_line`` is the line of the goods receipt that it lies there from, where it came in damaged; ``credit`` what
    the supplier gives back for it, if that is not what it cost.
    """

    item_id: ItemId
    qty: Qty
    location_id: LocationId
    receipt_line: LineId | None = None
    credit: Money | None = None


def put(db: Db, acting: Acting, head: Head, goods: Sequence[Goods]) -> Changes:
    """Set goods of one shop aside: on hand, and not for sale until somebody decides.

    ``head.note`` says why and is needed; ``location_id`` of the goods is where they lie (the acting person's place).
    Raises ``Refused`` as :func:`transfer.put_away` does. Needs ``TRANSFER``.
    """
    acting.require(Permission.TRANSFER)
    if not goods:
        raise Refused(_("Scan what is set aside."))
    if not head.note.strip():
        raise Refused(_("Say why these goods are set aside."))

    def work() -> Changes:
        first = goods[0].location_id
        shop_id = places.shop_of(db, acting.location_id if first is None else first)
        return transfer.put_away(db, acting, head, goods, set_aside.location(db, shop_id))

    return posting.as_a_whole(db, work)


def back(db: Db, acting: Acting, head: Head, goods: Sequence[SetAside]) -> Changes:
    """Put goods back for sale: to the home place in their shop, else to the shop itself; all of it or nothing.

    One document for each place they go to; the answer names the last. Raises ``Refused`` for more than is there, and
    for goods that are not set aside. Needs ``TRANSFER``.
    """
    acting.require(Permission.TRANSFER)
    if not goods:
        raise Refused(_("Choose what goes back to sale."))

    def work() -> Changes:
        by_place: dict[LocationId, list[Goods]] = {}
        for one in goods:
            _check_aside(db, one)
            shop_id = places.shop_of(db, one.location_id)
            to = places.home(db, one.item_id, shop_id) or shop_id
            by_place.setdefault(to, []).append(Goods(one.item_id, one.qty, location_id=one.location_id))
        done = [
            transfer.put_away(db, acting, replace(head, key=f"{head.key}/{place}"), by_place[place], place)
            for place in sorted(by_place)
        ]
        return Changes(
            done[-1].document, frozenset().union(*(one.items for one in done)),
            frozenset().union(*(one.topics for one in done)), all(one.existing for one in done),
        )  # fmt: skip

    return posting.as_a_whole(db, work)


def _check_aside(db: Db, one: SetAside) -> None:
    if db.value("SELECT kind FROM location WHERE id = ?", (one.location_id,)) != "set_aside":
        raise Refused(_("These goods are not set aside any more. Look at the list again."))


def to_supplier(db: Db, acting: Acting, head: Head, goods: Sequence[SetAside]) -> Changes:
    """Send goods that are set aside back to their supplier (``head.party``): one supplier return, from where they lie.

    Raises ``Refused`` without a supplier, for goods that are not set aside and for more than is there. Needs
    ``SUPPLIER_RETURN``.
    """

    def build() -> Draft:
        if not goods:
            raise Refused(_("Choose what goes back to the supplier."))
        if not head.party.strip():
            raise Refused(_("Say which supplier the goods go back to."))
        draft = return_.supplier_return_draft(
            acting, head,
            [Goods(one.item_id, one.qty, one.credit, one.location_id, one.receipt_line) for one in goods],
        )  # fmt: skip
        posting.hold(db, acting, key=head.key)
        if posting.there_already(db, head.key) is None:
            for one in goods:
                _check_aside(db, one)
            transfer.check_there(db, draft.lines)
        return draft

    return permitted.post(db, acting, head.key, Permission.SUPPLIER_RETURN, build)
