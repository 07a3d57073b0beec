"""Where things lie: the tree, labels and paths read back, stock by place in one line, the report by place."""

from __future__ import annotations

import pytest

from shopstock.core.acting import Acting
from shopstock.core.places import Kind, Level, PlaceFields, inside, path_names
from shopstock.core.units import ItemId, LocationId, Money
from shopstock.db.connection import Db, transaction
from shopstock.queries import audit, low_stock, places, reports
from shopstock.queries.report_query import ReportQuery
from shopstock.services import places as service
from shopstock.services import receive, set_aside, transfer
from tests import builders as a


class House:
    """A shop with a back room and bins, a market hall, and tea and chai in them."""

    def __init__(self, db: Db, owner: Acting) -> None:
        self.db, self.owner, self.main = db, owner, owner.location_id
        self.tea, self.chai = a.an_item(db, "TEA"), a.an_item(db, "CHAI")
        self.back = self.add("Back room", Level.ROOM, self.main)
        self.tenth = self.add("B-10", Level.BIN, self.back)
        self.second = self.add("B-2", Level.BIN, self.back)
        self.market = self.add("Market hall", Level.SHOP)
        self.stall = self.add("B-2", Level.BIN, self.market)
        with transaction(db):
            self.aside = set_aside.location(db, self.main)

    def add(self, name: str, level: Level, parent: LocationId | None = None) -> LocationId:
        return service.add_place(self.db, self.owner, PlaceFields(name, level, parent)).location_id

    def bring(self, item: ItemId, count: int, at: LocationId, cost: str = "1.00") -> None:
        receive.post_goods_receipt(self.db, self.owner, a.a_head(), [a.goods(item, count, cost, at=at)])

    def where(self, here: LocationId) -> str:
        return places.where_words(places.stock_by_place(self.db, self.tea, here))


@pytest.fixture
def house(db: Db, owner: Acting) -> House:
    return House(db, owner)


def test_places_stand_in_natural_order_and_those_for_sale_first(house: House) -> None:
    house.bring(house.tea, 1, house.second)
    house.bring(house.chai, 1, house.second)
    assert [(place.path, place.depth, place.items) for place in places.tree(house.db)] == [
        ("Shop", 0, 0),
        ("Shop › Back room", 1, 0),
        ("Shop › Back room › B-2", 2, 2),
        ("Shop › Back room › B-10", 2, 0),
        ("Shop › Set aside", 1, 0),
        ("Market hall", 0, 0),
        ("Market hall › B-2", 1, 0),
    ]
    assert [place.name for place in places.shops(house.db)] == ["Shop", "Market hall"]
    assert [place.id for place in places.saleable(house.db, house.market)] == [house.market, house.stall]
    assert house.aside not in {place.id for place in places.saleable(house.db)}
    assert sorted(places.below(house.db, house.back)) == sorted((house.back, house.tenth, house.second))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("market HALL", "market"),
        ("back room", "back"),
        ("B-10", "tenth"),
        ("B-2", None),  # there are two
        ("back room/b-2", "second"),
        ("Market hall › B-2", "stall"),
        ("hall › B-2", None),
        ("In transit", None),
        ("", None),
        ("  ", None),
        ("]C0", None),
        ("no such place", None),
    ],
)
def test_a_place_is_found_by_its_name_or_path(house: House, text: str, found: str | None) -> None:
    place = places.by_code(house.db, text)
    assert (place and place.id) == (getattr(house, found) if found else None)


def test_a_label_stands_for_its_place_until_that_is_retired(house: House) -> None:
    label = f"]C0L-{house.stall}"
    place = places.by_code(house.db, label)
    assert place is not None
    assert place.id == house.stall
    service.retire_place(house.db, house.owner, house.stall)
    assert places.by_code(house.db, label) is None
    assert places.by_code(house.db, "B-2") is not None  # only one is left of that name


def test_stock_by_place_in_one_line(house: House) -> None:
    assert house.where(house.main) == "0 here"
    for count, at in ((2, house.main), (5, house.second), (4, house.aside), (2, house.market), (1, house.stall)):
        house.bring(house.tea, count, at)
    transfer.dispatch(house.db, house.owner, a.a_head(), [a.goods(house.tea, 1, at=house.main)])
    line = "1 here · 5 in Back room, B-2 · 4 in Set aside · 3 in Market hall · 1 in transit"
    assert house.where(house.main) == line
    assert house.where(house.market) == "2 here · 1 in B-2 · 6 in Shop · 1 in transit"


def test_stock_by_place_says_home_here_and_what_is_available(house: House) -> None:
    service.set_home(house.db, house.owner, house.tea, house.tenth)
    house.bring(house.tea, 3, house.stall)
    house.bring(house.tea, 2, house.aside)
    rows = places.stock_by_place(house.db, house.tea, house.main)
    assert [(row.name, row.shop, row.kind, row.on_hand, row.available, row.is_home, row.here) for row in rows] == [
        ("Shop", "Shop", "shop", 0, 0, 0, 1),
        ("B-10", "Shop", "shop", 0, 0, 1, 0),
        ("Set aside", "Shop", "set_aside", 2_000, 0, 0, 0),
        ("B-2", "Market hall", "shop", 3_000, 3_000, 0, 0),
    ]
    assert [(one.sku, one.on_hand, one.is_home) for one in places.contents(house.db, house.tenth)] == [("TEA", 0, 1)]
    assert [(one.sku, one.on_hand, one.is_home) for one in places.contents(house.db, house.stall)] == [
        ("TEA", 3_000, 0)
    ]
    assert places.homes_of(house.db, [house.tea, house.chai], house.main) == {house.tea: house.tenth}


def report(house: House, name: str, at: LocationId | None = None) -> list[tuple[object, ...]]:
    answer = reports.run(house.db, house.owner, reports.named(name), ReportQuery(location_id=at))
    return [tuple(row) for row in answer.rows]


def test_the_report_splits_the_value_so_that_it_adds_up(house: House) -> None:
    for at in (house.main, house.second, house.market):
        house.bring(house.tea, 1, at, "0.3333")
    house.bring(house.tea, 4, house.aside, "0.1001")
    house.bring(house.chai, 2, house.tenth, "7.00")
    transfer.dispatch(house.db, house.owner, a.a_head(), [a.goods(house.chai, 1, at=house.tenth)])
    rows = report(house, "places")
    assert [row[:6] for row in rows] == [
        ("Shop", "Shop", "TEA", "Tea", 1_000, 0),
        ("Shop", "Shop › Back room › B-2", "TEA", "Tea", 1_000, 0),
        ("Shop", "Shop › Back room › B-10", "CHAI", "Chai", 1_000, 0),
        ("Shop", "Shop › Set aside", "TEA", "Tea", 4_000, 0),
        ("Market hall", "Market hall", "TEA", "Tea", 1_000, 0),
        ("", "In transit", "CHAI", "Chai", 1_000, 0),
    ]
    pools = house.db.value("SELECT SUM(value) FROM item_pool")
    assert sum(row[6] for row in rows) == pools  # type: ignore[misc]
    assert sum(row[6] for row in rows if row[2] == "TEA") == Money(3 * 3_333 + 4 * 1_001)  # type: ignore[misc]


def test_a_report_of_a_place_takes_all_that_lies_in_it(house: House) -> None:
    for at in (house.main, house.second, house.tenth, house.market):
        house.bring(house.tea, 1, at)
    for name, column in (("places", 4), ("stock", 3), ("valuation", 2), ("goods-receipts", 7), ("movements", 5)):
        for at, count in ((house.main, 3), (house.back, 2), (house.tenth, 1), (house.market, 1)):
            figures = [row[column] for row in report(house, name, at)]
            assert sum(figures) == count * 1_000, (name, at)  # type: ignore[arg-type]
    house.db.run("UPDATE item SET reorder_point = 2500 WHERE id = ?", (house.tea,))
    assert [row[0] for row in report(house, "low-stock", house.back)] == ["TEA"]
    assert report(house, "low-stock", house.main) == []
    assert low_stock.rows(house.db) == []
    assert audit.discrepancies(house.db) == []


def test_paths_are_read_as_people_write_them() -> None:
    assert path_names(" Main  shop ›Back room/ B-04 /") == ("Main shop", "Back room", "B-04")
    assert inside("Main shop › Back room › B-04") == "Back room, B-04"
    assert inside("Main shop") == "Main shop"
    assert Kind("shop") is Kind.SALE
