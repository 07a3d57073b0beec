"""The word ``place NAME`` of the stock table's filter: which places it means, and what lies there.

A place stands for itself and all that lie in it. Nothing here is asked while no such word is typed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from shopstock.core.acting import Acting
from shopstock.core.units import Day, Instant
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import items, places
from shopstock.queries.places import Place

PREFIX = "place "

_NOW = "SELECT v.item_id FROM stock_level v WHERE v.on_hand <> 0 AND v.location_id IN ({ids})"
_THEN = (
    "SELECT item_id FROM (SELECT m.item_id, m.closing_qty AS qty FROM item_month m WHERE m.location_id IN ({ids})"
    " AND m.month = (SELECT max(b.month) FROM item_month b WHERE b.item_id = m.item_id"
    " AND b.location_id = m.location_id AND b.month < ?)"
    " UNION ALL SELECT s.item_id, s.qty FROM stock_movement s WHERE s.location_id IN ({ids})"
    " AND s.occurred_at >= ? AND s.occurred_at <= ?) there GROUP BY item_id HAVING sum(qty) <> 0"
)


def word_for(place: Place, among: Iterable[Place]) -> str:
    """Return the filter word that means a place: by its name, or by its path where others have the same name."""
    same = sum(one.name.casefold() == place.name.casefold() for one in among)
    return PREFIX + (place.path if same > 1 else place.name)


def words(db: Db) -> list[str]:
    """Return the words of all places, for the completer; none while there is only one place."""
    known = places.tree(db)
    if len(known) < 2:
        return []
    counts = Counter(one.name.casefold() for one in known)
    return [PREFIX + (one.path if counts[one.name.casefold()] > 1 else one.name) for one in known]


def meant(db: Db, word: str) -> list[int] | None:
    """Return the places that a filter word means, with all that lie in them; ``None`` when it is about no place.

    A code, a whole name or path means that place; else every place whose name begins with what is typed so far.
    """
    plain = word.strip()
    if not plain.casefold().startswith(PREFIX):
        return None
    text = plain[len(PREFIX) :].strip()
    known = places.tree(db)
    found = places.named(known, text)
    roots = [found] if found else [one for one in known if one.name.casefold().startswith(text.casefold())]
    return sorted({int(below) for root in roots for below in places.below(db, root.id)})


def all_meant(db: Db, filter_words: Sequence[str]) -> list[int] | None:
    """Return the places that any of the words means; ``None`` when none of them is about a place."""
    found = [ids for word in filter_words if (ids := meant(db, word)) is not None]
    return sorted({one for ids in found for one in ids}) if found else None


def condition(location_ids: Sequence[int], as_of: Instant | None) -> tuple[str, list[Any]]:
    """Return the SQL that lets items through of which something lies at these places, now or at a past moment."""
    if not location_ids:
        return "1 = 0", []
    marks = ", ".join(map(str, location_ids))
    if as_of is None:
        return f"i.id IN ({_NOW.format(ids=marks)})", []
    month = clock.day_of(as_of) // 100
    first = clock.start_of(Day(month * 100 + 1))
    return f"i.id IN ({_THEN.format(ids=marks)})", [month, first, as_of]


def figure(location_ids: Sequence[int] | None) -> str:
    """Return the SQL of what lies of an item at these places now; ``NULL`` where no place is asked for."""
    if location_ids is None:
        return "NULL"
    marks = ", ".join(map(str, location_ids)) or "0"
    return (
        f"(SELECT coalesce(sum(v.on_hand), 0) FROM stock_level v WHERE v.item_id = i.id AND v.location_id IN ({marks}))"
    )


def scanned(db: Db, acting: Acting, code: str) -> items.Found | str | None:
    """Return the item of a scanned code, or the filter word of the place whose label it is; ``None`` for neither."""
    found = items.by_code(db, code, acting.location_id, items.code_rules_of(db))
    if found is not None:
        return found
    known = places.tree(db)
    place = places.named(known, code)
    return None if place is None else word_for(place, known)
