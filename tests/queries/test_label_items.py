"""What a list of picked items shows."""

from __future__ import annotations

from shopstock.core.acting import Acting
from shopstock.core.units import ItemId
from shopstock.db.connection import Db
from shopstock.queries import label_items
from tests import till


def test_picked_items_come_in_the_order_they_were_picked(db: Db, owner: Acting) -> None:
    tea = till.goods(db, owner, "TEA", "2.50", code="5000112637922").item_id
    bowl = till.goods(db, owner, "BOWL", "9.50").item_id
    found = label_items.picked(db, [bowl, ItemId(999), tea])
    assert [(item.sku, item.code, item.price) for item in found] == [
        ("BOWL", "", 95_000),
        ("TEA", "5000112637922", 25_000),
    ]
    many = [*range(1_000, 1_600), tea]
    assert [item.sku for item in label_items.picked(db, [ItemId(one) for one in many])] == ["TEA"]
