"""Put-away: goods to another place of the shop they are in, never more than is there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shopstock.core.acting import Acting
from shopstock.core.document import Goods
from shopstock.core.outcome import Refused
from shopstock.core.units import ItemId, LocationId
from shopstock.db.connection import Db
from shopstock.services import receive, transfer
from tests import builders as a


def levels(db: Db, item: ItemId) -> dict[str, int]:
    return {
        name: qty // 1_000
        for name, qty in db.rows(
            "SELECT o.name, l.on_hand FROM stock_level l JOIN location o ON o.id = l.location_id "
            "WHERE l.item_id = ? AND l.on_hand <> 0 ORDER BY o.id",
            (item,),
        )
    }


def test_goods_are_put_away_at_once_and_keep_their_value(db: Db, owner: Acting) -> None:
    room, chai, mint = a.a_location(db, "Back room", owner.location_id), a.an_item(db, "CHAI"), a.an_item(db, "MINT")
    receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(chai, 10, "2.00"), a.goods(mint, 3, "1.00")])
    head = a.a_head("away")
    put = [a.goods(chai, 6), a.goods(mint, 3)]
    changes = transfer.put_away(db, owner, head, put, room)
    assert changes.document is not None
    assert changes.items == {chai, mint}
    assert levels(db, chai) == {"Shop": 4, "Back room": 6}
    assert levels(db, mint) == {"Back room": 3}
    assert db.rows("SELECT qty, value FROM item_pool ORDER BY item_id") == [(10_000, 200_000), (3_000, 30_000)]
    again = transfer.put_away(db, owner, head, put, room)  # sent twice
    assert (again.existing, again.document) == (True, changes.document)
    assert levels(db, chai) == {"Shop": 4, "Back room": 6}
    transfer.put_away(db, owner, a.a_head(), [a.goods(chai, 6, at=room)], owner.location_id)
    assert levels(db, chai) == {"Shop": 10}


def refusals(db: Db, owner: Acting, cases: list[tuple[str, list[Goods], LocationId]]) -> None:
    before = db.rows("SELECT * FROM stock_level ORDER BY 1, 2"), db.value("SELECT COUNT(*) FROM document")
    for sentence, put, target in cases:
        with pytest.raises(Refused) as refused:
            transfer.put_away(db, owner, a.a_head(), put, target)
        assert sentence in str(refused.value)
    assert (db.rows("SELECT * FROM stock_level ORDER BY 1, 2"), db.value("SELECT COUNT(*) FROM document")) == before


def test_more_than_is_there_stays_where_it_is(db: Db, owner: Acting) -> None:
    room, chai = a.a_location(db, "Back room", owner.location_id), a.an_item(db, "CHAI")
    shut = a.a_location(db, "Old room", owner.location_id)
    db.run("UPDATE location SET active = 0 WHERE id = ?", (shut,))
    market, transit = a.a_location(db, "Market hall"), transfer.transit_location(db)
    receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(chai, 3, "2.00")])
    receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(chai, 5, "2.00", at=market)])
    refusals(db, owner, [
        ("Chai: 3 at Shop, not 4. Take less", [a.goods(chai, 4)], room),
        ("Chai: 3 at Shop, not 4", [a.goods(chai, 2), a.goods(chai, 2)], room),
        ("Chai: 0 at Back room, not 1", [a.goods(chai, 1, at=room)], owner.location_id),
        ("Choose two different places", [a.goods(chai, 1)], owner.location_id),
        ("Market hall is in another shop than Shop", [a.goods(chai, 1)], market),
        ("Back room is in another shop than Market hall", [a.goods(chai, 1, at=market)], room),
        ("There is no such place", [a.goods(chai, 1)], transit),
        ("There is no such place", [a.goods(chai, 1)], shut),
        ("There is no such place", [a.goods(chai, 1)], LocationId(999)),
        ("Nothing is put away", [], room),
    ])  # fmt: skip


def test_of_a_lot_no_more_is_put_away_than_there_can_be(db: Db, owner: Acting) -> None:
    room, milk = a.a_location(db, "Back room", owner.location_id), a.an_item(db, "MILK", tracks="lot")
    for lot, pieces in (("OLD", 2), ("NEW", 3), ("", 1)):
        receive.post_goods_receipt(db, owner, a.a_head(), [replace(a.goods(milk, pieces, "1.00"), lot=lot)])

    def some(pieces: int, lot: str) -> Goods:
        return replace(a.goods(milk, pieces), lot=lot)

    refusals(db, owner, [
        ("Milk, lot OLD: 3 at Shop, not 4", [some(4, "OLD")], room),  # two, and the one whose lot nobody knows
        ("Milk, lot NEW: 4 at Shop, not 5", [some(5, "NEW")], room),
        ("Milk, lot OLD: 3 at Shop, not 4", [some(2, "OLD"), some(2, "OLD")], room),
        ("Milk: 6 at Shop, not 7", [some(2, "OLD"), some(5, "")], room),
    ])  # fmt: skip
    transfer.put_away(db, owner, a.a_head(), [some(3, "OLD"), some(2, "NEW")], room)
    assert db.rows(
        "SELECT o.code, p.name, l.on_hand FROM lot o JOIN lot_level l ON l.lot_id = o.id "
        "JOIN location p ON p.id = l.location_id WHERE l.on_hand <> 0 ORDER BY p.id, o.code"
    ) == [("NEW", "Shop", 1_000), ("NEW", "Back room", 2_000), ("OLD", "Back room", 3_000)]
