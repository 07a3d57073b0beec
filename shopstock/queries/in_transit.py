"""What is on its way: transfers, goods that suppliers shipped, anything else; and what of it waits for somebody.

The quantities of an item on its way sum to what is on hand of it at the place of kind ``transit``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from shopstock.core.acting import Acting
from shopstock.core.units import Day, Instant, ItemId, LocationId, Money, Qty
from shopstock.db.connection import Db
from shopstock.queries.transfers import Head


class Why(StrEnum):
    """Why goods are on their way."""

    TRANSFER = "transfer"
    ORDER = "order"
    OTHER = "other"


class InTransit(NamedTuple):
    """Goods on their way.

    ``id`` is the transfer's, the order's or the document's, ``number`` as people know it. ``days`` is how long they
    have been under way. ``short``: everything else was counted. ``value`` is ``None`` for who may not see costs.
    """

    why: Why
    id: int
    number: str
    from_place: str
    to_place: str
    item_id: ItemId
    sku: str
    name: str
    unit: str
    qty: Qty
    value: Money | None
    dispatched_at: Instant | None
    expected_day: Day | None
    days: int
    overdue: bool
    short: bool


class Attention(NamedTuple):
    """How many transfers wait for somebody, in all shops or in the one asked about.

    ``to_pack`` are asked for from it, ``to_unpack`` are on their way to it, ``overdue`` should have arrived, ``short``
    miss goods that nobody has decided about. ``waiting`` is what a badge shows: each transfer once.
    """

    to_pack: int
    to_unpack: int
    overdue: int
    short: int
    waiting: int


def in_transit(db: Db, acting: Acting, item_id: ItemId | None = None) -> list[InTransit]:
    """List what is on its way, the longest under way first."""
    raise NotImplementedError


def overdue(db: Db) -> list[Head]:
    """List transfers that should have arrived by now, the one that is due longest first."""
    raise NotImplementedError


def attention(db: Db, acting: Acting) -> Attention:
    """Count what waits for somebody in the shop of the acting person's place; cheap enough to ask often."""
    raise NotImplementedError


def waiting_count(db: Db, shop_id: LocationId | None = None) -> int:
    """Count the transfers that wait for somebody in a shop (in any, when none is named)."""
    raise NotImplementedError
