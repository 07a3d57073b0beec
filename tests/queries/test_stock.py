"""The stock table and the reasons behind its figures, now and in the past."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from shopstock.core.acting import Acting
from shopstock.core.catalogue import ItemFields
from shopstock.core.document import Goods, Head
from shopstock.core.places import Level, PlaceFields
from shopstock.core.units import Day, ItemId, LocationId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import explain, stock
from shopstock.queries.stock import State, StockFilter
from shopstock.services import adjust, count, items, places, ranking, receive, transfer
from tests.conftest import FrozenClock

MARCH = datetime(2026, 3, 2, 10, 0)


class Shopkeeper:
    """Speaks to the services in pieces and money."""

    def __init__(self, db: Db, owner: Acting) -> None:
        self.db, self.owner = db, owner
        self._key = 0

    def _head(self) -> Head:
        self._key += 1
        return Head(f"test-{self._key}", clock.now())

    def item(self, name: str, **fields: object) -> ItemId:
        made = items.create(self.db, self.owner, ItemFields(name=name, **fields))  # type: ignore[arg-type]
        return next(iter(made.items))

    def receive(self, item: ItemId, pieces: int, value: int) -> None:
        goods = [Goods(item, Qty(pieces * 1000), Money(value * 10_000))]
        receive.post_goods_receipt(self.db, self.owner, self._head(), goods)

    def lose(self, item: ItemId, pieces: int) -> None:
        adjust.write_off(self.db, self.owner, self._head(), [Goods(item, Qty(pieces * 1000), cause="damage")])

    def count(self, item: ItemId, pieces: int) -> None:
        count.post_count(self.db, self.owner, self._head(), [Goods(item, Qty(pieces * 1000))])

    def move(self, item: ItemId, pieces: int, to: LocationId) -> None:
        transfer.transfer(self.db, self.owner, self._head(), [Goods(item, Qty(pieces * 1000))], to)

    def dispatch(self, item: ItemId, pieces: int) -> None:
        transfer.dispatch(self.db, self.owner, self._head(), [Goods(item, Qty(pieces * 1000))])

    def shown(self, **filters: object) -> dict[str, stock.StockRow]:
        chosen = StockFilter(**filters)  # type: ignore[arg-type]
        return {row.name: row for row in stock.page(self.db, stock.ids(self.db, chosen), chosen)}


@pytest.fixture
def shop(db: Db, owner: Acting, frozen_clock: FrozenClock) -> Shopkeeper:
    return Shopkeeper(db, owner)


def test_the_table_tells_what_is_on_hand_on_its_way_and_worth(shop: Shopkeeper) -> None:
    candle = shop.item("Candle")
    shop.receive(candle, 10, 25)
    shop.dispatch(candle, 4)
    row = shop.shown()["Candle"]
    assert (row.on_hand, row.in_transit, row.available, row.value) == (6000, 4000, 6000, 250_000)


def test_each_state_is_found_by_its_word(shop: Shopkeeper, frozen_clock: FrozenClock) -> None:
    plenty, low, out, over = (shop.item(name, reorder_point=Qty(3000)) for name in ("Plenty", "Low", "Out", "Over"))
    shop.receive(plenty, 50, 50)
    shop.receive(low, 3, 3)
    shop.receive(out, 1, 1)
    shop.lose(out, 1)
    shop.lose(over, 2)
    assert {name: row.state for name, row in shop.shown().items()} == {
        "Plenty": State.IN_STOCK,
        "Low": State.LOW,
        "Out": State.OUT,
        "Over": State.OVERSOLD,
    }
    assert set(shop.shown(words=("low",))) == {"Low"}
    assert set(shop.shown(words=("out",))) == {"Out", "Over"}
    assert set(shop.shown(words=("Oversold",))) == {"Over"}
    frozen_clock.advance(timedelta(days=100))
    assert set(shop.shown(words=("dusty",))) == {"Plenty", "Low"}
    assert shop.shown()["Plenty"].state == State.DUSTY


def test_expiring_shows_what_has_a_lot_on_hand_that_expires_soon(shop: Shopkeeper, frozen_clock: FrozenClock) -> None:
    for name, days in (("Gone", -3), ("Soon", 14), ("Later", 15), ("Never", None), ("Sold", 1)):
        item = shop.item(name, tracks="lot")
        day = clock.day_of(clock.now()) if days is None else clock.as_day(clock.to_local(clock.now()) + timedelta(days))
        goods = [Goods(item, Qty(1_000), Money(100), lot="A", expires=Day(0) if days is None else day)]
        receive.post_goods_receipt(shop.db, shop.owner, shop._head(), goods)
        if name == "Sold":
            shop.lose(item, 1)
    assert set(shop.shown(words=("expiring",))) == {"Gone", "Soon"}


def test_words_filter_by_category_supplier_name_and_code(shop: Shopkeeper) -> None:
    shop.item("Beeswax candle", category="Candles", supplier="Noor & Zoon")
    shop.item("Jar candle", category="Gifts", supplier="Noor & Zoon")
    shop.item("Soap 100%", category="Body care", supplier="Bright", sku="S_1")
    assert set(shop.shown(words=("category candles",))) == {"Beeswax candle"}
    assert set(shop.shown(words=("supplier noor",))) == {"Beeswax candle", "Jar candle"}
    assert set(shop.shown(words=("candle", "jar"))) == {"Jar candle"}
    assert set(shop.shown(words=("100%",))) == {"Soap 100%"}
    assert set(shop.shown(words=("s_",))) == {"Soap 100%"}
    assert shop.shown(words=('"*', "NEAR")) == {}


@pytest.mark.parametrize("sort", list(stock._SORTS))
def test_every_column_sorts_both_ways(shop: Shopkeeper, sort: str) -> None:
    for pieces, name in ((1, "B"), (3, "A"), (2, "C")):
        shop.receive(shop.item(name, price=Money(pieces)), pieces, pieces * 2)
    up = list(stock.ids(shop.db, StockFilter(sort=sort)))
    down = list(stock.ids(shop.db, StockFilter(sort=sort, descending=True)))
    assert sorted(up) == sorted(down)
    if sort in ("on_hand", "value", "price"):
        rows = stock.page(shop.db, up, StockFilter())
        assert [getattr(row, sort) for row in rows] == sorted(getattr(row, sort) for row in rows)
        assert down == up[::-1]


def test_the_slider_shows_any_past_moment(shop: Shopkeeper, frozen_clock: FrozenClock) -> None:
    candle = shop.item("Candle")
    moments = []
    for days, act in ((0, 10), (20, -3), (45, 5), (70, -2)):
        frozen_clock.move_to(MARCH + timedelta(days=days))
        if act > 0:
            shop.receive(candle, act, act * 2)
        else:
            shop.lose(candle, -act)
        moments.append(clock.now())
    frozen_clock.advance(timedelta(days=40))
    on_hand = [shop.shown(as_of=moment)["Candle"].on_hand for moment in moments]
    value = [shop.shown(as_of=moment)["Candle"].value for moment in moments]
    assert on_hand == [10_000, 7_000, 12_000, 10_000]
    assert value == [200_000, 140_000, 240_000, 200_000]
    assert shop.shown(as_of=moments[0] - 1)["Candle"].on_hand == 0
    assert shop.shown(as_of=clock.now()) == {
        name: row._replace(available=row.on_hand) for name, row in shop.shown().items()
    }


def test_an_explanation_leads_from_the_last_count_to_the_figure(shop: Shopkeeper, frozen_clock: FrozenClock) -> None:
    candle = shop.item("Candle")
    for act in (
        lambda: shop.receive(candle, 10, 20),
        lambda: shop.count(candle, 9),
        lambda: shop.receive(candle, 24, 60),
        lambda: shop.lose(candle, 2),
    ):
        frozen_clock.advance(timedelta(hours=1))
        act()
    told = explain.explain_item(shop.db, candle)
    assert told is not None
    assert (told.qty, told.start_qty) == (31_000, 9_000)
    assert told.counted_at is not None
    assert {part.kind: part.qty for part in told.parts} == {"goods_receipt": 24_000, "write_off": -2_000}
    assert told.start_qty + sum(part.qty for part in told.parts) == told.qty
    assert [row.on_hand_after for row in told.movements] == [31_000, 33_000, 9_000, 10_000]
    assert told.movements[0].value_after == told.value
    document = explain.document(shop.db, told.movements[1].document_id)
    assert document is not None
    assert [line[1:3] + line[4:] for line in document.lines] == [("Candle", 24_000, 600_000)]
    lost = explain.document(shop.db, told.movements[0].document_id)
    assert lost is not None
    assert lost.lines[0][4] == -told.movements[0].value
    hidden = explain.document(shop.db, told.movements[0].document_id, with_cost=False)
    assert hidden is not None
    assert hidden.lines[0][4] is None
    assert sum(layer.value_left for layer in explain.layers(shop.db, candle)) == told.value


def test_places_add_up(shop: Shopkeeper) -> None:
    cellar = places.add_place(shop.db, shop.owner, PlaceFields("Cellar", Level.SHOP)).location_id
    candle = shop.item("Candle")
    shop.receive(candle, 10, 20)
    shop.move(candle, 4, cellar)
    row = shop.shown()["Candle"]
    assert (row.on_hand, row.in_transit, row.value) == (10_000, 0, 200_000)


def test_ranks_are_made_once_a_day_from_what_was_sold(shop: Shopkeeper, frozen_clock: FrozenClock) -> None:
    candle = shop.item("Candle")
    shop.receive(candle, 10, 20)
    assert ranking.is_due(shop.db)
    assert ranking.refresh(shop.db).items == {candle}
    assert not ranking.is_due(shop.db)
    assert shop.shown()["Candle"].abc == "B"  # new
    frozen_clock.advance(timedelta(days=91))
    assert ranking.is_due(shop.db)
    ranking.refresh(shop.db)
    assert shop.shown()["Candle"].abc == "C"
    assert ranking.refresh(shop.db).items == frozenset()
