"""A shop with a past: half a year of deterministic trade, posted through the one door with dates of then."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from shopstock.core.acting import Acting
from shopstock.core.document import Draft, DraftLine
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.units import ItemId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.services import posting
from tests import builders as a


def trade(
    db: Db, owner: Acting, items: Sequence[ItemId], days: int, sells: Callable[[int, int, random.Random], int], *,
    stock: int = 100_000, cost: str = "2.00", price: str = "6.00",
) -> None:  # fmt: skip
    """Open every item with ``stock`` pieces and sell ``sells(item number, day number, random)`` on each past day."""
    source = random.Random(11)
    today = clock.to_local(clock.now()).replace(hour=9, minute=0, second=0, microsecond=0)
    first = today - timedelta(days=days)
    with transaction(db):
        book = posting.Book(db, owner)
        _open(db, owner, book, items, first - timedelta(days=1), stock, cost)
        for number in range(days):
            at = first + timedelta(days=number)
            for place, item in enumerate(items):
                pieces = sells(place, number, source)
                if pieces > 0:
                    head = a.a_head(at=clock.to_instant(at + timedelta(minutes=place)))
                    book.post(a.a_sale(db, owner, [a.a_sale_line(owner, item, pieces, price)], head))
        book.flush()


def _open(
    db: Db, owner: Acting, book: posting.Book, items: Sequence[ItemId], at: datetime, stock: int, cost: str
) -> None:
    lines = tuple(
        DraftLine(MovementKind.OPENING, item, Qty(stock * 1_000), owner.location_id, value=Money(a.money(cost) * stock))
        for item in items
    )
    book.post(Draft(DocumentKind.OPENING, a.a_head().key, clock.to_instant(at), lines))
