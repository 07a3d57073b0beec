"""The tree of places: what may lie in what, what is taken, what a place that goes leaves behind."""

from __future__ import annotations

import pytest

from shopstock.core.acting import Acting
from shopstock.core.document import Goods
from shopstock.core.outcome import Refused
from shopstock.core.places import Level, PlaceFields
from shopstock.core.receiving import About, Decision
from shopstock.core.transfers import TransferFields
from shopstock.core.units import LocationId
from shopstock.db.connection import Db, Row, transaction
from shopstock.queries import places as stored
from shopstock.services import items, places, receive, receiving, set_aside, transfer, transfers, write_offs
from shopstock.services import settings as settings_service
from tests import builders as a
from tests.till import goods as stocked

ROOM, ZONE, BIN, SHOP = Level.ROOM, Level.ZONE, Level.BIN, Level.SHOP


class House:
    """A shop with a back room and a bin, and a second shop with a bin of the same name."""

    def __init__(self, db: Db, owner: Acting) -> None:
        self.db, self.owner = db, owner
        self.main = owner.location_id
        self.back = self.add("Back room", ROOM, self.main)
        self.bin = self.add("B-04", BIN, self.back)
        self.market = self.add("Market hall", SHOP)
        self.other_bin = self.add("B-04", BIN, self.market)

    def add(self, name: str, level: Level, parent: LocationId | None = None, **more: str) -> LocationId:
        return places.add_place(self.db, self.owner, PlaceFields(name, level, parent, **more)).location_id

    def change(self, location_id: LocationId, name: str, level: Level, parent: LocationId | None, **more: str) -> None:
        places.change_place(self.db, self.owner, location_id, PlaceFields(name, level, parent, **more))

    def everything(self) -> list[Row]:
        return self.db.rows("SELECT * FROM location ORDER BY id") + self.db.rows(
            "SELECT item_id, shop_id, location_id FROM home_place ORDER BY item_id, shop_id"
        )

    def refuses(self, act: object, sentence: str) -> None:
        """Show that an act is refused in these words and leaves every place as it was."""
        before = self.everything()
        with pytest.raises(Refused) as refused:
            act()  # type: ignore[operator]
        assert str(refused.value) == sentence
        assert self.everything() == before


@pytest.fixture
def house(db: Db, owner: Acting) -> House:
    return House(db, owner)


def test_a_new_shop_starts_with_one_place_and_its_label(db: Db, owner: Acting) -> None:
    (only,) = stored.tree(db)
    assert (only.name, only.level, only.kind, only.shop_id, only.depth) == ("Shop", SHOP, "shop", only.id, 0)
    assert only.code == f"L-{only.id}"
    assert only.stations == ("Till 1",)
    assert stored.by_code(db, f"l-{only.id}") == only._replace(items=0)


def test_places_are_a_tree_with_paths_codes_and_shops(house: House) -> None:
    found = {place.id: (place.path, place.depth, place.shop_id, place.code) for place in stored.tree(house.db)}
    assert found == {
        house.main: ("Shop", 0, house.main, f"L-{house.main}"),
        house.back: ("Shop › Back room", 1, house.main, f"L-{house.back}"),
        house.bin: ("Shop › Back room › B-04", 2, house.main, f"L-{house.bin}"),
        house.market: ("Market hall", 0, house.market, f"L-{house.market}"),
        house.other_bin: ("Market hall › B-04", 1, house.market, f"L-{house.other_bin}"),
    }
    assert list(found) == [house.main, house.back, house.bin, house.market, house.other_bin]


def test_a_place_is_renamed_moved_and_given_a_code(house: House) -> None:
    house.change(house.bin, "B-5", BIN, house.main, code="BIN 5")
    place = stored.place(house.db, house.bin)
    assert (place.path, place.code) == ("Shop › B-5", "BIN 5")
    found = stored.by_code(house.db, "]C0bin 5")
    assert found is not None
    assert found.id == house.bin
    house.change(house.bin, "B-5", BIN, house.main)
    assert stored.place(house.db, house.bin).code == "BIN 5"  # no code said is no change


@pytest.mark.parametrize(
    ("level", "parent", "sentence"),
    [
        (BIN, "bin", "A bin does not lie in a bin. Choose another place or level."),
        (ROOM, "bin", "A room does not lie in a bin. Choose another place or level."),
        (SHOP, "main", "A shop does not lie in a shop. Choose another place or level."),
        (ROOM, "", "Only a shop lies in no other place. Choose the place that it lies in."),
    ],
)
def test_a_level_has_to_fit_below_its_parent(house: House, level: Level, parent: str, sentence: str) -> None:
    above = getattr(house, parent) if parent else None
    house.refuses(lambda: house.add("New", level, above), sentence)


def test_a_level_has_to_fit_above_what_lies_in_it(house: House) -> None:
    house.refuses(
        lambda: house.change(house.back, "Back room", BIN, house.main),
        "B-04 lies in it and is a bin. Choose a larger level.",
    )


def test_a_place_cannot_lie_in_itself(house: House) -> None:
    sentence = "A place cannot lie in itself. Choose another one that it lies in."
    house.refuses(lambda: house.change(house.back, "Back room", ROOM, house.bin), sentence)
    house.refuses(lambda: house.change(house.back, "Back room", ROOM, house.back), sentence)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (" BACK   room ", "There is a place BACK room already. Choose another name."),
        ("  ", "The name is empty. Type one."),
        ("A/B", "A place's name has no “/” or “›”: they stand between the names of a path."),
    ],
)
def test_a_name_is_taken_once_in_each_place(house: House, name: str, sentence: str) -> None:
    house.refuses(lambda: house.add(name, ZONE, house.main), sentence)
    if name.strip():
        house.refuses(lambda: house.change(house.bin, name, BIN, house.main), sentence)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("bin 5", "Another place has the code bin 5. Choose another one."),
        ("TEA-1", "TEA-1 is the code of Tea-1. Choose another one."),
        ("tea-box", "tea-box is the code of Tea-1. Choose another one."),
        ("1-10418", "1-10418 reads as the number of an item or a paper. Choose another code."),
        ("P-0012", "P-0012 reads as the number of an item or a paper. Choose another code."),
        ("t-0012", "t-0012 reads as the number of an item or a paper. Choose another code."),
        ("V-000123-4821", "V-000123-4821 reads as the number of an item or a paper. Choose another code."),
        ("C-0042", "C-0042 reads as the number of an item or a paper. Choose another code."),
        ("4006381333931", "4006381333931 reads as the number of an item or a paper. Choose another code."),
        ("L-99", "L-99 is kept for a place's own number. Choose another code."),
        ("Fächer", "The code of a place has up to 40 letters, digits and signs."),
        ("x" * 41, "The code of a place has up to 40 letters, digits and signs."),
    ],
)
def test_a_code_stands_for_one_thing(house: House, owner: Acting, code: str, sentence: str) -> None:
    tea = stocked(house.db, owner, "TEA-1")
    items.add_code(house.db, owner, tea.item_id, "TEA-BOX")
    house.change(house.other_bin, "B-04", BIN, house.market, code="BIN 5")
    house.refuses(lambda: house.add("New", ROOM, house.main, code=code), sentence)
    house.refuses(lambda: house.change(house.back, "Back room", ROOM, house.main, code=code), sentence)


def test_a_place_that_holds_stock_stays(house: House, owner: Acting) -> None:
    tea = a.an_item(house.db, "TEA")
    receive.post_goods_receipt(house.db, owner, a.a_head(), [a.goods(tea, 3, "1.00", at=house.bin)])
    sentence = "1 item still lies at B-04. Move it elsewhere first."
    house.refuses(lambda: places.retire_place(house.db, owner, house.bin), sentence)
    house.refuses(lambda: places.retire_place(house.db, owner, house.back), sentence)
    house.refuses(lambda: house.change(house.back, "Back room", ROOM, house.market), sentence)
    house.refuses(lambda: house.change(house.bin, "B-04", BIN, house.back, kind="set_aside"), sentence)
    transfer.transfer(house.db, owner, a.a_head(), [a.goods(tea, 3, at=house.bin)], house.main)
    retired = places.retire_place(house.db, owner, house.back)
    assert (retired.places, retired.homes) == (2, 0)
    assert [place.id for place in stored.tree(house.db)] == [house.main, house.market, house.other_bin]


def test_a_shop_or_till_in_use_stays(house: House, owner: Acting) -> None:
    db = house.db
    house.refuses(
        lambda: places.retire_place(db, owner, house.main), "Till 1 stands at Shop. Let it stand elsewhere first."
    )
    settings_service.add_station(db, owner, "Till 2", house.back)
    house.refuses(
        lambda: places.retire_place(db, owner, house.back),
        "Till 2 stands at Back room. Let it stand elsewhere first.",
    )
    house.refuses(
        lambda: house.change(house.back, "Back room", ROOM, house.main, kind="set_aside"),
        "Till 2 stands at Back room: it has to be for sale.",
    )


def test_the_only_shop_stays(db: Db, owner: Acting) -> None:
    with pytest.raises(Refused, match="Shop is the only shop"):
        places.retire_place(db, owner, owner.location_id)
    assert [place.active for place in stored.tree(db, retired=True)] == [1]


def test_a_place_that_open_papers_name_stays(house: House, owner: Acting) -> None:
    db = house.db
    tea = a.an_item(db, "TEA")
    asked = transfers.request(db, owner, TransferFields(house.main, house.market), [(tea, a.qty(1))])
    house.refuses(
        lambda: places.retire_place(db, owner, house.market),
        "Transfer T-0001 still goes from or to Market hall. Finish or cancel it first.",
    )
    transfers.cancel(db, owner, asked.transfer_id)
    at_back = Acting(owner.person_id, owner.name, owner.role, owner.station_id, house.back, alone=True)
    delivery = receiving.start(db, at_back, "k", [])
    house.refuses(
        lambda: places.retire_place(db, owner, house.back),
        "A delivery is being booked in at Back room. Finish it first.",
    )
    receiving.abandon(db, owner, delivery.delivery_id)
    written_off = write_offs.start(db, owner, "w", house.back)
    house.refuses(
        lambda: places.retire_place(db, owner, house.back), "A write-off at Back room is still open. Finish it first."
    )
    write_offs.discard(db, owner, written_off.write_off_id)
    assert places.retire_place(db, owner, house.back).places == 2
    assert places.retire_place(db, owner, house.market).places == 2


def test_a_retired_place_comes_back_by_its_name(house: House, owner: Acting) -> None:
    places.retire_place(house.db, owner, house.back)
    assert house.add("back ROOM", ZONE, house.main, code="BACK") == house.back
    place = stored.place(house.db, house.back)
    assert (place.name, place.level, place.code, place.active) == ("back ROOM", ZONE, "BACK", 1)
    house.refuses(
        lambda: house.change(house.other_bin, "B-04", BIN, house.bin),
        "B-04 is retired. Choose another place that it lies in.",
    )


def test_home_places_are_one_a_shop_and_are_forgotten_with_the_place(house: House, owner: Acting) -> None:
    db = house.db
    tea, chai = a.an_item(db, "TEA"), a.an_item(db, "CHAI")
    assert places.set_home(db, owner, tea, house.back).items == {tea}
    places.set_home(db, owner, tea, house.bin)
    places.set_home(db, owner, tea, house.other_bin)
    places.set_home(db, owner, chai, house.bin)
    assert [(home.shop, home.path) for home in stored.homes(db, tea)] == [
        ("Shop", "Shop › Back room › B-04"), ("Market hall", "Market hall › B-04"),
    ]  # fmt: skip
    retired = places.retire_place(db, owner, house.back)
    assert retired.homes == 2
    assert retired.changes.items == {tea, chai}
    assert stored.home(db, tea, house.main) is None
    assert stored.home(db, tea, house.market) == house.other_bin
    places.forget_home(db, owner, tea, house.market)
    assert stored.homes(db, tea) == []


def test_a_home_is_for_sale(house: House, owner: Acting) -> None:
    tea = a.an_item(house.db, "TEA")
    with transaction(house.db):
        aside = set_aside.location(house.db, house.main)
    transit = transfer.transit_location(house.db)
    for wrong in (aside, transit, LocationId(999)):
        house.refuses(
            lambda wrong=wrong: places.set_home(house.db, owner, tea, wrong),
            "An item belongs at a place whose goods are for sale. Choose one.",
        )


def test_a_branch_that_moves_to_another_shop_takes_its_homes_along(house: House, owner: Acting) -> None:
    db = house.db
    tea, chai = a.an_item(db, "TEA"), a.an_item(db, "CHAI")
    for item in (tea, chai):
        places.set_home(db, owner, item, house.bin)
    places.set_home(db, owner, chai, house.other_bin)
    house.change(house.back, "Back room", ROOM, house.market)
    assert stored.shop_of(db, house.bin) == house.market
    assert stored.home(db, tea, house.market) == house.bin
    assert stored.home(db, chai, house.market) == house.other_bin
    assert stored.home(db, tea, house.main) is None
    house.change(house.back, "Attic", SHOP, None)
    assert {place.shop_id for place in stored.tree(db) if "Attic" in place.path} == {house.back}
    assert stored.home(db, tea, house.back) == house.bin


def test_each_shop_sets_aside_at_a_place_of_its_own(house: House) -> None:
    db = house.db
    with transaction(db):
        first, second = set_aside.location(db, house.main), set_aside.location(db, house.market)
        assert set_aside.location(db, house.bin) == first
    assert stored.place(db, first).path == "Shop › Set aside"
    assert stored.place(db, second).path == "Market hall › Set aside"
    places.retire_place(db, house.owner, first)
    with transaction(db):
        assert set_aside.location(db, house.main) == first
    assert stored.place(db, first).active == 1


def test_files_name_places_by_path_and_make_what_is_missing(house: House) -> None:
    db = house.db
    with transaction(db):
        assert places.place_of(db, "shop / back ROOM / b-04") == house.bin
        assert places.place_of(db, "Back room › B-04") == house.bin
        assert places.place_of(db, "market hall") == house.market
        assert places.place_of(db, "In transit") == transfer.transit_location(db)
        with pytest.raises(Refused, match="several places B-04"):
            places.place_of(db, "B-04")
        made = places.place_of(db, "Kiosk/Store/Rack 1/B-1")
        assert places.place_of(db, "Kiosk/Store/B-9") != made
        with pytest.raises(Refused, match="from a shop to a room, a zone and a bin"):
            places.place_of(db, "a/b/c/d/e")
    found = {place.path: place.level for place in stored.tree(db) if place.path.startswith("Kiosk")}
    assert found == {
        "Kiosk": SHOP, "Kiosk › Store": ROOM, "Kiosk › Store › B-9": BIN, "Kiosk › Store › Rack 1": ZONE,
        "Kiosk › Store › Rack 1 › B-1": BIN,
    }  # fmt: skip


def test_what_comes_in_goes_home_unless_somebody_says_where(house: House, owner: Acting) -> None:
    db = house.db
    tea, chai = a.an_item(db, "TEA"), a.an_item(db, "CHAI")
    places.set_home(db, owner, tea, house.bin)
    with transaction(db):
        supplier = db.value(
            "INSERT INTO supplier (name, name_key, currency) VALUES ('S', 's', '') RETURNING id"
        )  # fmt: skip
    delivery = receiving.start(db, owner, "k", [], supplier_id=supplier).delivery_id
    for number, (item, at) in enumerate(((tea, None), (tea, house.back), (chai, None))):
        receiving.count(db, owner, delivery, f"scan {number}", item, a.qty(2), location_id=at)
        receiving.set_price(db, owner, delivery, item, a.money("1"))
        receiving.decide(db, owner, delivery, item, About.UNEXPECTED, Decision.ACCEPT)
    receiving.post(db, owner, delivery)
    levels = db.rows("SELECT item_id, location_id, on_hand FROM stock_level ORDER BY item_id, location_id")
    assert levels == [(tea, house.back, 2_000), (tea, house.bin, 2_000), (chai, house.main, 2_000)]


def test_goods_of_a_transfer_change_no_value(house: House, owner: Acting) -> None:
    tea = a.an_item(house.db, "TEA")
    receive.post_goods_receipt(house.db, owner, a.a_head(), [a.goods(tea, 3, "1.3333", at=house.bin)])
    before = house.db.row("SELECT qty, value FROM item_pool WHERE item_id = ?", (tea,))
    transfer.transfer(house.db, owner, a.a_head(), [Goods(tea, a.qty(2), location_id=house.bin)], house.other_bin)
    assert house.db.row("SELECT qty, value FROM item_pool WHERE item_id = ?", (tea,)) == before
