"""The word ``place NAME`` of the stock table: what lies there, and in what lies in it, now and in the past."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from shopstock.core.acting import Acting
from shopstock.core.document import Goods, Head
from shopstock.core.places import Level, PlaceFields
from shopstock.core.units import ItemId, LocationId, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import places as stored
from shopstock.queries import stock, stock_places
from shopstock.queries.stock import StockFilter
from shopstock.services import places, transfer
from tests import till


def put(db: Db, owner: Acting, item_id: ItemId, qty: int, to: LocationId) -> None:
    goods = [Goods(item_id, Qty(qty * 1_000), location_id=owner.location_id)]
    transfer.put_away(db, owner, Head(f"put {item_id} {to} {qty}", clock.now()), goods, to)


@pytest.fixture
def shop(db: Db, owner: Acting) -> dict[str, Any]:
    """Tea in the shop and in two bins of the back room, a candle only in the shop."""
    made: dict[str, Any] = {}
    with clock.freeze(datetime(2026, 3, 2, 10, 0)):
        for name, level, above in (
            ("Back room", Level.ROOM, None), ("B-1", Level.BIN, "Back room"), ("B-2", Level.BIN, "Back room"),
            ("Bar", Level.ROOM, None),
        ):  # fmt: skip
            parent = made[above] if above else owner.location_id
            made[name] = places.add_place(db, owner, PlaceFields(name, level, parent)).location_id
        made["tea"] = till.goods(db, owner, "TEA", "2.50", "10", "1.00").item_id
        made["candle"] = till.goods(db, owner, "CANDLE", "2.50", "10", "1.00").item_id
    with clock.freeze(datetime(2026, 4, 20, 10, 0)):
        put(db, owner, made["tea"], 3, made["B-1"])
        put(db, owner, made["tea"], 2, made["B-2"])
    return made


def found(db: Db, *words: str, **more: Any) -> list[tuple[str, Qty | None]]:
    asked = StockFilter(words, **more)
    ids = [ItemId(one) for one in stock.ids(db, asked)]
    return [(row.sku, row.here) for row in stock.page(db, ids, asked)]


def test_a_place_stands_for_all_that_lies_in_it(db: Db, owner: Acting, shop: dict[str, Any]) -> None:
    assert found(db, "place back room") == [("TEA", 5_000)]
    assert found(db, "place B-2") == [("TEA", 2_000)]
    assert found(db, f"place L-{shop['B-1']}") == [("TEA", 3_000)]
    name = stored.place(db, owner.location_id).name
    assert found(db, f"place {name}") == [("CANDLE", 10_000), ("TEA", 10_000)]
    assert found(db, f"place {name} › Back room › B-1") == [("TEA", 3_000)]
    assert found(db, "place B-") == [("TEA", 5_000)], "both that begin so"
    assert found(db, "place nowhere") == []
    assert found(db, "place back room", "tea") == [("TEA", 5_000)]
    assert found(db, "place bar") == []


def test_without_the_word_nothing_is_said_of_a_place(
    db: Db, shop: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "tree", lambda *_args, **_more: pytest.fail("nobody asked for a place"))
    assert found(db) == [("CANDLE", None), ("TEA", None)]
    assert found(db, "placemat") == []


def test_what_lay_there_in_the_past(db: Db, shop: dict[str, Any]) -> None:
    assert found(db, "place back room", as_of=clock.to_instant(datetime(2026, 4, 10, 12))) == []
    assert found(db, "place back room", as_of=clock.to_instant(datetime(2026, 4, 25, 12))) == [("TEA", None)]
    assert found(db, "place back room", as_of=clock.to_instant(datetime(2026, 6, 25, 12))) == [("TEA", None)]


def test_the_words_of_places_name_each_without_doubt(db: Db, owner: Acting, shop: dict[str, Any]) -> None:
    name = stored.place(db, owner.location_id).name
    assert stock_places.words(db) == [f"place {one}" for one in (name, "Back room", "B-1", "B-2", "Bar")]
    places.add_place(db, owner, PlaceFields("B-1", Level.BIN, shop["Bar"]))
    words = stock_places.words(db)
    assert f"place {name} › Back room › B-1" in words
    assert f"place {name} › Bar › B-1" in words
    assert [len(stock_places.meant(db, word) or ()) for word in words] == [6, 3, 1, 1, 2, 1]


def test_a_shop_of_one_place_has_no_such_words(db: Db) -> None:
    assert stock_places.words(db) == []


def test_a_scan_is_an_item_or_a_place(db: Db, owner: Acting, shop: dict[str, Any]) -> None:
    assert stock_places.scanned(db, owner, f"l-{shop['B-1']}") == "place B-1"
    item = stock_places.scanned(db, owner, "TEA")
    assert not isinstance(item, str)
    assert item is None or item.id == shop["tea"]
    assert stock_places.scanned(db, owner, "4006381333931") is None
