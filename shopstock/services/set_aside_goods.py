"""Put goods that were set aside back to where they are sold from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from shopstock.core.acting import Acting, Permission
from shopstock.core.document import Goods, Head
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.units import ItemId, LocationId, Qty
from shopstock.db.connection import Db
from shopstock.queries import places
from shopstock.services import posting, transfer


class SetAside(NamedTuple):
    """So much of an item at a place where goods are set aside."""

    item_id: ItemId
    qty: Qty
    location_id: LocationId


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
            if db.value("SELECT kind FROM location WHERE id = ?", (one.location_id,)) != "set_aside":
                raise Refused(_("These goods are not set aside any more. Look at the list again."))
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
