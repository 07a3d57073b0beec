"""Where a sale takes its goods from in a shop with several places, and where they go back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopstock.core.acting import Acting
from shopstock.core.codes import Trace
from shopstock.core.document import Goods as Moved
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.places import Level, PlaceFields
from shopstock.core.tender import Tender
from shopstock.core.units import Day, LocationId, Money, Qty
from shopstock.db.connection import Db, transaction
from shopstock.queries import audit, items, lots, sales, search
from shopstock.services import parked, pick, places, receive, sell, set_aside, transfer
from tests import builders as a
from tests.till import goods, method, money, new_cart, pay, person, qty, second_till, set_setting, sold

OWN, HOME, BIN, OTHER = LocationId(1), LocationId(2), LocationId(3), LocationId(4)


@pytest.mark.parametrize(
    ("levels", "home", "place"),
    [
        ({OWN: 5, HOME: 9, BIN: 9}, HOME, OWN),  # the till's own place holds enough
        ({OWN: 4, HOME: 5, BIN: 9}, HOME, HOME),  # else the home place
        ({OWN: 4, HOME: 4, BIN: 6, OTHER: 5}, HOME, BIN),  # else the one that holds most
        ({OWN: 4, BIN: 6, OTHER: 6}, None, BIN),  # of two that hold as much, the older one
        ({OWN: 4, HOME: 4, BIN: 4}, HOME, HOME),  # else the home place, which goes below zero
        ({OWN: 4, BIN: 4}, None, OWN),  # else the till's own
        ({}, None, OWN),
        ({}, HOME, HOME),
        ({OWN: -3, HOME: -1}, HOME, HOME),
    ],
)
def test_the_rules_of_the_pick(levels: dict[LocationId, int], home: LocationId | None, place: LocationId) -> None:
    assert pick.choose(Qty(5), OWN, home, levels) == place


def test_what_comes_back_goes_home() -> None:
    assert pick.choose(Qty(-5), OWN, HOME, {OWN: 9}) == HOME
    assert pick.choose(Qty(-5), OWN, None, {BIN: 9}) == OWN


class Rooms:
    """The till's shop with a back room and a bin, and a market hall; tea lies in all of them."""

    def __init__(self, db: Db, owner: Acting) -> None:
        self.db, self.owner, self.shop = db, owner, owner.location_id
        self.back = self._add("Back room", Level.ROOM, self.shop)
        self.bin = self._add("B-04", Level.BIN, self.back)
        self.market = self._add("Market hall", Level.SHOP)
        self.tea = goods(db, owner, "TEA", on_hand="0")

    def _add(self, name: str, level: Level, parent: LocationId | None = None) -> LocationId:
        return places.add_place(self.db, self.owner, PlaceFields(name, level, parent)).location_id

    def bring(self, count: int, at: LocationId, lot: str = "", expires: int = 0) -> None:
        one = Moved(self.tea.item_id, qty(str(count)), Money(10_000), at, lot=lot, expires=Day(expires))
        receive.post_goods_receipt(self.db, self.owner, a.a_head(), [one])

    def levels(self) -> dict[LocationId, int]:
        return {
            place: on_hand // 1_000
            for place, on_hand in self.db.rows(
                "SELECT location_id, on_hand FROM stock_level WHERE item_id = ? AND on_hand <> 0", (self.tea.item_id,)
            )
        }


@pytest.fixture
def rooms(db: Db, owner: Acting) -> Rooms:
    return Rooms(db, owner)


def test_a_sale_takes_each_line_from_one_place(rooms: Rooms, owner: Acting) -> None:
    db = rooms.db
    for count, at in ((2, rooms.shop), (3, rooms.back), (6, rooms.bin), (50, rooms.market)):
        rooms.bring(count, at)
    places.set_home(db, owner, rooms.tea.item_id, rooms.back)
    sold(db, owner, rooms.tea, "2")
    assert rooms.levels() == {rooms.back: 3, rooms.bin: 6, rooms.market: 50}
    sold(db, owner, rooms.tea, "3")
    assert rooms.levels() == {rooms.bin: 6, rooms.market: 50}
    sold(db, owner, rooms.tea, "6")
    assert rooms.levels() == {rooms.market: 50}
    sold(db, owner, rooms.tea, "1")
    assert rooms.levels() == {rooms.back: -1, rooms.market: 50}


def test_lines_of_one_sale_see_what_those_before_them_take(rooms: Rooms, owner: Acting) -> None:
    rooms.bring(3, rooms.shop)
    rooms.bring(3, rooms.bin)
    wanted = [pick.Wanted(rooms.tea.item_id, qty(count)) for count in ("2", "2", "-1", "1")]
    with transaction(rooms.db):
        assert pick.places_for(rooms.db, owner, wanted) == [rooms.shop, rooms.bin, rooms.shop, rooms.shop]
    cart = new_cart(rooms.db).add(rooms.tea, qty("2"), alone=True).add(rooms.tea, qty("2"), alone=True)
    pay(rooms.db, owner, cart)
    assert rooms.levels() == {rooms.shop: 1, rooms.bin: 1}


def test_nothing_is_taken_from_what_is_set_aside(rooms: Rooms, owner: Acting) -> None:
    with transaction(rooms.db):
        aside = set_aside.location(rooms.db, rooms.shop)
    rooms.bring(9, aside)
    sold(rooms.db, owner, rooms.tea, "1")
    assert rooms.levels() == {aside: 9, rooms.shop: -1}


def test_a_return_goes_home(rooms: Rooms, owner: Acting) -> None:
    db = rooms.db
    rooms.bring(2, rooms.shop)
    posted = sold(db, owner, rooms.tea, "1")
    places.set_home(db, owner, rooms.tea.item_id, rooms.bin)
    assert posted.document is not None
    sale = sales.by_id(db, posted.document.id)
    assert sale is not None
    pay(db, owner, new_cart(db).add_return(sale.lines[0]))
    assert rooms.levels() == {rooms.shop: 1, rooms.bin: 1}


def test_the_till_shows_what_its_shop_has_for_sale(rooms: Rooms, owner: Acting) -> None:
    db = rooms.db
    with transaction(db):
        aside = set_aside.location(db, rooms.shop)
    for count, at in ((2, rooms.shop), (3, rooms.bin), (4, aside), (50, rooms.market)):
        rooms.bring(count, at)
    parked.park(db, owner, new_cart(db).add(rooms.tea, qty("3")))
    assert db.rows("SELECT location_id, qty FROM allocation") == [(rooms.bin, 3_000)]
    for place, figures in ((rooms.shop, (5_000, 2_000)), (rooms.bin, (5_000, 2_000)), (rooms.market, (50_000, 50_000))):
        found = items.by_id(db, rooms.tea.item_id, place)
        by_code = items.by_code(db, "tea", place)
        (hit,) = search.find(db, "tea", place)
        (begun,) = search.find(db, "te", place)
        for one in (found, by_code, hit, begun):
            assert one is not None
            assert (one.on_hand, one.available) == figures


def test_selling_beyond_stock_asks_by_what_the_shop_has(rooms: Rooms, owner: Acting) -> None:
    db = rooms.db
    set_setting(db, "sell_beyond_stock_asks", True)
    cashier = person(db, owner, "Kim", owner.role.CASHIER)
    rooms.bring(2, rooms.shop)
    rooms.bring(3, rooms.bin)
    rooms.bring(9, rooms.market)
    assert sell.needs(db, cashier, new_cart(db).add(rooms.tea, qty("5"))) == ()
    cart = new_cart(db).add(rooms.tea, qty("6"))
    (need,) = sell.needs(db, cashier, cart)
    assert need.sentence == "Sell 6 × Tea: the system says 5"
    with pytest.raises(NotAllowed):
        pay(db, cashier, cart)
    assert rooms.levels() == {rooms.shop: 2, rooms.bin: 3, rooms.market: 9}


def test_paid_twice_is_posted_once_though_the_place_would_be_another(rooms: Rooms, owner: Acting) -> None:
    db = rooms.db
    rooms.bring(1, rooms.shop)
    rooms.bring(5, rooms.bin)
    cart = new_cart(db).add(rooms.tea)
    tenders = [Tender(method(db), money("2.50"))]
    first = sell.complete_sale(db, owner, cart, tenders)
    again = sell.complete_sale(db, owner, cart, tenders)
    assert again.existing
    assert again.document == first.document
    assert rooms.levels() == {rooms.bin: 5}
    with pytest.raises(Refused, match="other content"):
        sell.complete_sale(db, owner, cart.set_qty(1, qty("2")), [Tender(method(db), money("5"))])


def test_a_till_in_the_back_room_takes_from_there_first(rooms: Rooms, owner: Acting) -> None:
    rooms.bring(2, rooms.shop)
    rooms.bring(2, rooms.back)
    sold(rooms.db, replace(second_till(rooms.db, owner), location_id=rooms.back), rooms.tea, "1")
    assert rooms.levels() == {rooms.shop: 2, rooms.back: 1}


@pytest.fixture
def milk(rooms: Rooms) -> Rooms:
    rooms.db.run("UPDATE item SET tracks = 'lot' WHERE id = ?", (rooms.tea.item_id,))
    rooms.tea = replace(rooms.tea, tracks="lot")
    return rooms


def codes(rooms: Rooms, at: LocationId) -> list[tuple[str, int]]:
    return [(lot.code, lot.on_hand // 1_000) for lot in lots.lots_at(rooms.db, rooms.tea.item_id, at)]


def test_the_lot_that_is_named_is_taken_where_it_lies(milk: Rooms, owner: Acting) -> None:
    milk.bring(5, milk.shop, "NEW", 20301231)
    milk.bring(5, milk.bin, "OLD", 20300101)
    found = items.by_id(milk.db, milk.tea.item_id, milk.shop)
    assert found is not None
    assert [lot.code for lot in found.lots] == ["OLD", "NEW"]
    pay(milk.db, owner, new_cart(milk.db).add(milk.tea, qty("2"), trace=Trace(lot="OLD")))
    assert (codes(milk, milk.shop), codes(milk, milk.bin)) == ([("NEW", 5)], [("OLD", 3)])


def test_goods_that_have_expired_are_left_while_another_place_has_good_ones(milk: Rooms, owner: Acting) -> None:
    milk.bring(5, milk.shop, "PAST", 20200101)
    milk.bring(5, milk.bin, "B", 20301231)
    milk.bring(5, milk.bin, "A", 20300101)
    sold(milk.db, owner, milk.tea, "3")
    assert codes(milk, milk.shop) == [("PAST", 5)]
    assert codes(milk, milk.bin) == [("A", 2), ("B", 5)]  # the first to expire went first at the place that was picked


# --- what it costs


def test_several_places_cost_one_more_statement_a_sale(sqlite_db: Db, owner: Acting) -> None:
    db = sqlite_db
    several = [goods(db, owner, f"TEA-{number}") for number in range(5)]

    def counted() -> int:
        cart = new_cart(db)
        for one in several:
            cart = cart.add(one)
        tenders = [Tender(method(db), money("12.50"))]
        run: list[str] = []

        def noted(_cursor: object, sql: str, _bindings: object) -> bool:
            run.append(sql)
            return True

        db.raw.exec_trace = noted
        sell.complete_sale(db, owner, cart, tenders)
        db.raw.exec_trace = None
        return len(run)

    counted()
    with_one_place = counted()
    places.add_place(db, owner, PlaceFields("Market hall", Level.SHOP))
    assert counted() == with_one_place
    places.add_place(db, owner, PlaceFields("Back room", Level.ROOM, owner.location_id))
    assert counted() == with_one_place + 1


# --- the property


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["bring", "sell", "back", "move", "home"]), st.integers(1, 4), st.integers(0, 4)),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_places_add_up_to_the_pool_whatever_happens(rooms: Rooms, deeds: list[tuple[str, int, int]]) -> None:
    db, owner, item = rooms.db, rooms.owner, rooms.tea.item_id
    at = [rooms.shop, rooms.back, rooms.bin, rooms.market]
    for deed, count, where in deeds:
        place = at[where % 4]
        value = db.value("SELECT value FROM item_pool WHERE item_id = ?", (item,))
        if deed == "bring":
            rooms.bring(count, place)
        elif deed == "sell":
            sold(db, owner, rooms.tea, str(count))
        elif deed == "back":
            last = db.row("SELECT id FROM document WHERE kind = 'sale' ORDER BY id DESC LIMIT 1")
            sale = None if last is None else sales.by_id(db, last[0])
            if sale is not None and sale.lines[0].left_qty:
                pay(db, owner, new_cart(db).add_return(sale.lines[0], Qty(1_000)))
        elif deed == "move":
            to = at[(where + 1) % 4]
            transfer.transfer(db, owner, a.a_head(), [Moved(item, qty(str(count)), location_id=place)], to)
            assert db.value("SELECT value FROM item_pool WHERE item_id = ?", (item,)) == value
        else:
            places.set_home(db, owner, item, place)
        pool = db.value("SELECT qty FROM item_pool WHERE item_id = ?", (item,)) or 0
        assert sum(rooms.levels().values()) * 1_000 == pool
    assert audit.discrepancies(db) == []
