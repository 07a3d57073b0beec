"""Goods that are set aside: what the list says of them, and the way back to sale, all or nothing."""

from __future__ import annotations

import pytest

from shopstock.core.acting import Acting
from shopstock.core.document import Goods, Head
from shopstock.core.outcome import Refused
from shopstock.core.places import Level, PlaceFields
from shopstock.core.units import ItemId, LocationId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import places as stored
from shopstock.queries import set_aside as reading
from shopstock.services import places, receive, set_aside, set_aside_goods, transfer
from shopstock.services.set_aside_goods import SetAside
from tests.builders import an_item


def aside(db: Db, owner: Acting, name: str, qty: int) -> ItemId:
    """Put ten of a new item on hand, and so many of them aside."""
    item_id = an_item(db, name, name=name)
    receive.post_opening(
        db, owner, Head(f"open {name}", clock.now()), [Goods(item_id, Qty(10_000), value=Money(50_000))]
    )
    place = set_aside.location(db, owner.location_id)
    transfer.put_away(
        db, owner, Head(f"aside {name}", clock.now(), note="Wet box"),
        [Goods(item_id, Qty(qty * 1_000), location_id=owner.location_id)], place,
    )  # fmt: skip
    return item_id


def on_hand(db: Db, item_id: ItemId, place: LocationId) -> int:
    found = db.value("SELECT on_hand FROM stock_level WHERE item_id = ? AND location_id = ?", (item_id, place))
    return int(found or 0) // 1_000


def test_the_list_says_why_and_since_when(db: Db, owner: Acting) -> None:
    aside(db, owner, "Cup", 3)
    (row,) = reading.rows(db, owner)
    assert (row.name, row.qty, row.why, row.days) == ("Cup", 3_000, "Wet box", 0)
    assert row.document is not None
    assert row.document.kind == "transfer"
    assert row.value == 15_000


def test_they_go_back_to_where_they_belong(db: Db, owner: Acting) -> None:
    cup, plate = aside(db, owner, "Cup", 3), aside(db, owner, "Plate", 2)
    places.add_place(db, owner, PlaceFields("Shelf", Level.BIN, owner.location_id))
    shelf = stored.by_code(db, "Shelf")
    assert shelf is not None
    places.set_home(db, owner, cup, shelf.id)
    rows = reading.rows(db, owner)
    goods = [SetAside(row.item_id, row.qty, row.location_id) for row in rows]
    head = Head("back", clock.now())
    changes = set_aside_goods.back(db, owner, head, goods)
    assert changes.items == {cup, plate}
    assert on_hand(db, cup, shelf.id) == 3
    assert on_hand(db, plate, owner.location_id) == 10
    assert reading.rows(db, owner) == []
    assert set_aside_goods.back(db, owner, head, goods).existing, "the same key moves nothing"


def test_more_than_is_there_moves_nothing(db: Db, owner: Acting) -> None:
    cup, plate = aside(db, owner, "Cup", 3), aside(db, owner, "Plate", 2)
    place = reading.rows(db, owner)[0].location_id
    goods = [SetAside(cup, Qty(1_000), place), SetAside(plate, Qty(9_000), place)]
    with pytest.raises(Refused):
        set_aside_goods.back(db, owner, Head("back", clock.now()), goods)
    assert sum(row.qty for row in reading.rows(db, owner)) == 5_000
    with pytest.raises(Refused, match="not set aside"):
        set_aside_goods.back(db, owner, Head("b", clock.now()), [SetAside(cup, Qty(1_000), owner.location_id)])


def head(key: str, note: str = "Scratched", party: str = "") -> Head:
    return Head(key, clock.now(), note=note, party=party)


def test_sound_goods_are_set_aside_with_a_reason(db: Db, owner: Acting) -> None:
    cup = aside(db, owner, "Cup", 1)
    shelf = places.add_place(db, owner, PlaceFields("Shelf", Level.BIN, owner.location_id)).location_id
    transfer.put_away(db, owner, head("shelf"), [Goods(cup, Qty(4_000), location_id=owner.location_id)], shelf)
    one = head("aside")
    for _again in range(2):  # a key that is sent twice sets aside once
        set_aside_goods.put(db, owner, one, [Goods(cup, Qty(3_000), location_id=shelf)])
    place = set_aside.location(db, owner.location_id)
    assert (on_hand(db, cup, shelf), on_hand(db, cup, place)) == (1, 4)
    assert sorted((row.qty, row.why) for row in reading.rows(db, owner)) == [(1_000, "Wet box"), (3_000, "Scratched")]


def test_setting_aside_needs_goods_that_are_there_and_a_reason(db: Db, owner: Acting) -> None:
    cup = aside(db, owner, "Cup", 1)
    for goods, note, words in (
        ([], "Scratched", "Scan what is set aside"),
        ([Goods(cup, Qty(1_000))], " ", "Say why"),
        ([Goods(cup, Qty(10_000))], "Scratched", "9 at .*, not 10"),
    ):
        with pytest.raises(Refused, match=words):
            set_aside_goods.put(db, owner, head("aside", note), goods)
    assert on_hand(db, cup, set_aside.location(db, owner.location_id)) == 1


def test_damaged_goods_go_back_to_their_supplier_from_where_they_lie(db: Db, owner: Acting) -> None:
    cup = aside(db, owner, "Cup", 3)
    place = set_aside.location(db, owner.location_id)
    back = [SetAside(cup, Qty(2_000), place, credit=Money(9_000))]
    once = head("back", "Cracked", "Mill")
    for _again in range(2):
        done = set_aside_goods.to_supplier(db, owner, once, back)
    assert (on_hand(db, cup, place), on_hand(db, cup, owner.location_id)) == (1, 7)
    assert done.document is not None
    journal = dict(db.rows("SELECT account, amount FROM journal_line WHERE document_id = ?", (done.document.id,)))
    # They cost 1.00 in all; the supplier credits 0.90 and the rest is price variance.
    assert journal == {"inventory": -10_000, "supplier": 9_000, "price_variance": 1_000}


def test_goods_that_came_in_damaged_leave_at_the_cost_of_their_delivery(db: Db, owner: Acting) -> None:
    cup = aside(db, owner, "Cup", 1)
    place = set_aside.location(db, owner.location_id)
    came = [Goods(cup, Qty(2_000), value=Money(40_000), location_id=place)]
    receive.post_goods_receipt(db, owner, head("came", party="Mill"), came)
    row = next(row for row in reading.rows(db, owner) if row.document and row.document.kind == "goods_receipt")
    done = set_aside_goods.to_supplier(
        db, owner, head("back", "Cracked", "Mill"), [SetAside(cup, row.qty, place, row.line_id)]
    )
    assert done.document is not None
    assert db.value("SELECT sum(value) FROM stock_movement WHERE document_id = ?", (done.document.id,)) == -40_000
    assert [row.why for row in reading.rows(db, owner)] == ["Wet box"]


def test_nothing_goes_to_a_supplier_that_is_not_set_aside(db: Db, owner: Acting) -> None:
    cup = aside(db, owner, "Cup", 3)
    place = set_aside.location(db, owner.location_id)
    for one, party, words in (
        (SetAside(cup, Qty(4_000), place), "Mill", "3 at .*, not 4"),
        (SetAside(cup, Qty(1_000), owner.location_id), "Mill", "not set aside any more"),
        (SetAside(cup, Qty(1_000), place), "", "which supplier"),
    ):
        with pytest.raises(Refused, match=words):
            set_aside_goods.to_supplier(db, owner, head("back", party=party), [one])
    assert on_hand(db, cup, place) == 3
