"""What a list of items that somebody picked for labels shows of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shopstock.core.units import ItemId, Money
from shopstock.db.connection import Db

_AT_ONCE = 500
_ITEMS = (
    "SELECT i.id, i.sku, i.name,"
    " coalesce((SELECT c.code FROM item_code c WHERE c.item_id = i.id AND c.retired_at IS NULL"
    " ORDER BY c.qty <> 1000, c.id LIMIT 1), ''), i.price"
    " FROM item i WHERE i.id IN ({marks})"
)


class LabelItem(NamedTuple):
    """One item; ``code`` is empty where it has none."""

    item_id: ItemId
    sku: str
    name: str
    code: str
    price: Money


def picked(db: Db, item_ids: Sequence[ItemId]) -> list[LabelItem]:
    """Return these items in the order asked for; those that are not there are left out."""
    found: dict[ItemId, LabelItem] = {}
    for at in range(0, len(item_ids), _AT_ONCE):
        part = item_ids[at : at + _AT_ONCE]
        for row in db.rows(_ITEMS.format(marks=", ".join("?" for _id in part)), part):
            found[row[0]] = LabelItem._make(row)
    return [found[item_id] for item_id in item_ids if item_id in found]
