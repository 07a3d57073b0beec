"""Where the ledger stood, and what it had of an item at a place: now, and earlier, for what a file says was counted.

Walks back over the movements since alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from shopstock.core.units import Instant, ItemId, LocationId
from shopstock.db.connection import Db

#: From so many items on, all that moved is read instead of what moved of each.
_FEW = 200
_A_DAY = 86_400_000_000


class Ledger:
    """What the ledger has of items at one place, inside a transaction that holds them (see ``count_held.position``)."""

    def __init__(
        self, db: Db, location_id: LocationId, position: int, item_ids: Sequence[ItemId], since: Instant | None
    ) -> None:  # fmt: skip
        """Read what is there now and, for questions about earlier, what moved after ``since``."""
        self._position = position
        self._on_hand: dict[ItemId, int] = {}
        #: By item: when each movement since was posted, its id, and what was on hand at the place before it.
        self._posted: defaultdict[ItemId, list[int]] = defaultdict(list)
        self._before: defaultdict[ItemId, list[tuple[int, int]]] = defaultdict(list)
        for start in range(0, len(item_ids), 500):
            few = item_ids[start : start + 500]
            marks = ", ".join("?" * len(few))
            self._on_hand.update(
                db.rows(
                    f"SELECT item_id, on_hand FROM stock_level WHERE location_id = ? AND item_id IN ({marks})",
                    (location_id, *few),
                )
            )
        if since is not None:
            self._walk_back(location_id, _moved_since(db, item_ids, since))

    def _walk_back(self, location_id: LocationId, rows: Iterable[tuple[ItemId, int, int, int, int]]) -> None:
        level: dict[ItemId, int] = {}
        earliest: dict[ItemId, int] = {}
        for item, id_, place, qty, posted_at in rows:
            level[item] = level.get(item, self._on_hand.get(item, 0)) - (qty if place == location_id else 0)
            earliest[item] = min(posted_at, earliest.get(item, posted_at))  # clocks are set back: ids decide
            self._posted[item].append(earliest[item])
            self._before[item].append((id_, level[item]))
        for item in level:
            self._posted[item].reverse()
            self._before[item].reverse()

    def at(self, item_id: ItemId | None, at: Instant | None) -> tuple[int, int | None]:
        """Return the position of an instant (unset: now) and what was on hand there then; no item, no figure."""
        if item_id is None:
            return self._position, None
        if at is not None and item_id in self._posted:
            later = bisect_right(self._posted[item_id], at)
            if later < len(self._before[item_id]):
                id_, on_hand = self._before[item_id][later]
                return id_ - 1, on_hand
        return self._position, self._on_hand.get(item_id, 0)


def first_since(db: Db, since: Instant) -> int | None:
    """Return the first movement of all that was posted after an instant.

    Walks back: before what was posted a day earlier nothing is of interest, as no transaction is open so long.
    """
    before = db.value("SELECT id FROM stock_movement WHERE posted_at <= ? ORDER BY id DESC LIMIT 1", (since - _A_DAY,))
    found: int | None = db.value(
        "SELECT min(id) FROM stock_movement WHERE id > ? AND posted_at > ?", (before or 0, since)
    )
    return found


def _moved_since(db: Db, item_ids: Sequence[ItemId], since: Instant) -> Iterator[tuple[ItemId, int, int, int, int]]:
    """Yield every movement from the first one posted after ``since`` on, the latest first, as (item, id, place, ...).

    A clock that was set back may have given a later one an earlier time. Of many items it is quicker to read what moved
    at all.
    """
    if len(item_ids) > _FEW:
        wanted = set(item_ids)
        first = first_since(db, since)
        if first is not None:
            for row in db.rows(
                "SELECT item_id, id, location_id, qty, posted_at FROM stock_movement WHERE id >= ? ORDER BY id DESC",
                (first,),
            ):
                if row[0] in wanted:
                    yield row
        return
    marks = ", ".join("?" * len(item_ids))
    first = db.value(
        f"SELECT min(id) FROM stock_movement WHERE item_id IN ({marks}) AND posted_at > ?", (*item_ids, since)
    )
    if first is not None:
        yield from db.rows(
            "SELECT item_id, id, location_id, qty, posted_at FROM stock_movement "
            f"WHERE item_id IN ({marks}) AND id >= ? ORDER BY item_id, id DESC",
            (*item_ids, first),
        )
