"""The tree of places in the settings, by keys, clicks and scans: what it makes, moves, refuses and prints."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from shopstock.core.acting import Acting, Role
from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.places import Level, PlaceFields
from shopstock.core.scan import Scan
from shopstock.core.units import LocationId, Money
from shopstock.db.connection import Db
from shopstock.queries import places as stored
from shopstock.queries import settings as settings_query
from shopstock.services import items, places
from shopstock.ui.labels.lines import List
from shopstock.ui.main_window import MainWindow
from tests import till
from tests.windows import click, opened, type_into

Key = Qt.Key


def page_of(window: MainWindow) -> Any:
    window.show_settings("places")
    return window.opened("settings").page("places")


def said(window: MainWindow) -> str:
    message = window.messages.current()
    return "" if message is None else f"{message.fact} {message.consequence}".strip()


def shown(page: Any) -> list[tuple[int, str]]:
    """Return depth and name of every row on show."""
    return [(place.depth, place.name) for place in page.tree.table.rows.rows]


def names(db: Db) -> list[str]:
    return [place.path for place in stored.tree(db)]


def a_tree(db: Db, owner: Acting) -> dict[str, LocationId]:
    """A back room with a cold zone, and two bins in the room."""
    made: dict[str, LocationId] = {}
    for name, level, above in (
        ("Back room", Level.ROOM, ""), ("Cold wall", Level.ZONE, "Back room"), ("B-1", Level.BIN, "Back room"),
        ("B-2", Level.BIN, "Back room"),
    ):  # fmt: skip
        parent = made[above] if above else owner.location_id
        made[name] = places.add_place(db, owner, PlaceFields(name, level, parent)).location_id
    return made


def choose(page: Any, name: str) -> None:
    page.tree.table.select([place.name for place in page.tree.table.rows.rows].index(name))


def test_a_shop_of_one_place_sees_a_name_and_how_to_add_more(window: MainWindow, sqlite_db: Db) -> None:
    page = page_of(window)
    form = page.tree.form
    ((_depth, name),) = shown(page)
    assert page.tree.hint.text() == f"{name} is where all goods lie. Add a back room or bins when you need them."
    assert form.name.isVisible()
    for hidden in (form.level, form.lies_in, form.set_aside, form.retire, form.labels, page.tree.retired):
        assert not hidden.isVisible()
    type_into(form.name, "Corner shop")
    QTest.keyClick(form.name, Key.Key_Return)
    assert names(sqlite_db) == ["Corner shop"]
    assert said(window) == "Saved."


def test_a_room_and_its_bins_are_added_one_below_the_other(window: MainWindow, sqlite_db: Db) -> None:
    page = page_of(window)
    tree = page.tree
    assert tree.levels.value() is Level.ROOM, "what lies next below a shop"
    type_into(tree.names, "Back room")
    QTest.keyClick(tree.names, Key.Key_Return)
    assert tree.selected().name == "Back room", "one goes on in what was added"
    click(tree.levels.segment(Level.BIN))
    type_into(tree.names, "B-08 .. B-11")
    assert tree.preview.text() == "4 places: B-08, B-09, B-10, B-11"
    click(tree.add)
    assert [name for depth, name in shown(page) if depth == 2] == ["B-08", "B-09", "B-10", "B-11"]
    assert tree.selected().name == "Back room"
    assert tree.levels.value() is Level.BIN
    assert tree.names.hasFocus()
    type_into(tree.names, "B-12")
    QTest.keyClick(tree.names, Key.Key_Return)
    assert names(sqlite_db)[-1].endswith("Back room › B-12")
    type_into(tree.names, "B-12 .. C-14")
    assert "no series" in tree.preview.text()
    click(tree.add)
    assert "no series" in said(window)
    type_into(tree.names, "B-11 .. B-20")
    click(tree.add)
    assert "There is a place B-11 already" in said(window)
    assert len(names(sqlite_db)) == 7, "none of them was added"


def test_a_second_shop_is_added_and_a_bin_holds_nothing_else(window: MainWindow, sqlite_db: Db, owner: Acting) -> None:
    a_tree(sqlite_db, owner)
    page = page_of(window)
    choose(page, "B-1")
    assert [level for level in Level if page.tree.levels.segment(level).isVisible()] == [Level.SHOP]
    assert page.tree.adding.text() == "Add another shop"
    type_into(page.tree.names, "Market hall")
    click(page.tree.add)
    assert [shop.name for shop in stored.shops(sqlite_db)][1:] == ["Market hall"]
    assert page.tree.selected().name == "Market hall"


def test_a_place_is_renamed_moved_and_set_aside(window: MainWindow, sqlite_db: Db, owner: Acting) -> None:
    made = a_tree(sqlite_db, owner)
    page = page_of(window)
    form = page.tree.form
    choose(page, "B-2")
    offered = [form.lies_in.itemText(at) for at in range(form.lies_in.count())]
    assert [path.rpartition(" › ")[2] for path in offered][1:] == ["Back room", "Cold wall"]
    assert not form.save.isEnabled(), "nothing has changed"
    type_into(form.name, "B-02")
    form.lies_in.setCurrentIndex(form.lies_in.findData(made["Cold wall"]))
    click(form.set_aside)
    click(form.save)
    moved = stored.place(sqlite_db, made["B-2"])
    assert moved.path.endswith("Back room › Cold wall › B-02")
    assert moved.kind == "set_aside"
    assert page.tree.selected().name == "B-02"
    choose(page, "Back room")
    form.level.setCurrentIndex(form.level.findData("bin"))
    click(form.save)
    assert "Cold wall lies in it and is a zone" in said(window)
    assert stored.place(sqlite_db, made["Back room"]).level is Level.ROOM


def test_a_scan_finds_a_place_and_an_unknown_label_becomes_a_code(
    window: MainWindow, sqlite_db: Db, owner: Acting
) -> None:
    made = a_tree(sqlite_db, owner)
    items.create(sqlite_db, owner, ItemFields("Tea", price=Money(25_000)), (NewCode("5000112637922"),))
    page = page_of(window)
    window.on_scan(Scan(f"L-{made['B-1']}"))
    assert page.tree.selected().name == "B-1"
    window.on_scan(Scan("SHELF-0017"))
    assert page.tree.form.code.text() == "SHELF-0017"
    assert "will be the code of B-1" in said(window)
    assert stored.place(sqlite_db, made["B-1"]).code == f"L-{made['B-1']}", "nothing is written before it is saved"
    click(page.tree.form.save)
    assert stored.place(sqlite_db, made["B-1"]).code == "SHELF-0017"
    choose(page, "B-2")
    window.on_scan(Scan("SHELF-0017"))
    assert page.tree.selected().name == "B-1"
    choose(page, "B-2")
    for wrong, words in (("5000112637922", "number of an item"), ("X1", "too short"), ("SHELF-0017", "Another place")):
        type_into(page.tree.form.code, wrong)
        QTest.keyClick(page.tree.form.code, Key.Key_Return)
        assert words in said(window)
    assert stored.place(sqlite_db, made["B-2"]).code == f"L-{made['B-2']}"


def test_a_place_that_holds_stock_is_not_retired(window: MainWindow, sqlite_db: Db, owner: Acting) -> None:
    made = a_tree(sqlite_db, owner)
    tea = till.goods(sqlite_db, owner, "TEA", "2.50", "5", "1.00")
    sqlite_db.run("UPDATE stock_level SET allocated = 0")
    places.set_home(sqlite_db, owner, tea.item_id, made["Cold wall"])
    page = page_of(window)
    here = stored.place(sqlite_db, owner.location_id)
    assert page.tree.table.rows.rows[0].items == 1
    assert page.tree.form.retire.isVisible()
    click(page.tree.form.retire)
    assert "only shop" in said(window)
    choose(page, "Back room")
    click(page.tree.form.retire)
    assert said(window) == ("Back room and all that lay in it are retired: 4 places. 1 item belongs nowhere now.")
    assert names(sqlite_db) == [here.name]
    assert stored.homes(sqlite_db, tea.item_id) == []
    click(page.tree.retired)
    assert [name for _depth, name in shown(page)][1:] == ["Back room", "B-1", "B-2", "Cold wall"]
    choose(page, "Back room")
    assert page.tree.form.save.text() == "Bring back"
    click(page.tree.form.save)
    assert names(sqlite_db)[1:] == [f"{here.name} › Back room"]


def test_a_place_with_stock_in_it_names_what_is_in_the_way(window: MainWindow, sqlite_db: Db, owner: Acting) -> None:
    hall = places.add_place(sqlite_db, owner, PlaceFields("Market hall", Level.SHOP)).location_id
    sqlite_db.run("INSERT INTO station (name, prefix, location_id) VALUES ('Hall till', '77', ?)", (hall,))
    page = page_of(window)
    choose(page, "Market hall")
    assert page.tree.selected().stations == ("Hall till",)
    click(page.tree.form.retire)
    assert "Hall till stands at Market hall. Let it stand elsewhere first." in said(window)
    tills = page.tills
    tills.stations.select([s.name for s in tills.stations.rows_model().rows].index("Hall till"))
    assert tills.stands_in.currentText() == "Market hall"
    tills.stands_in.setCurrentIndex(0)
    click(tills.move_station)
    choose(page, "Market hall")
    click(page.tree.form.retire)
    assert said(window) == "Market hall is retired."


def test_labels_of_a_place_and_of_all_below_it(window: MainWindow, sqlite_db: Db, owner: Acting) -> None:
    a_tree(sqlite_db, owner)
    page = page_of(window)
    choose(page, "Back room")
    assert page.tree.form.labels.text() == "Print all 4 labels"
    click(page.tree.form.labels)
    assert window.current_screen == "labels"
    labels = window.opened("labels")
    assert labels.page.list is List.PLACES
    assert [line.name for line in labels.page.printed()] == ["Back room", "B-1", "B-2", "Cold wall"]
    page = page_of(window)
    choose(page, "B-2")
    assert not page.tree.form.labels.isVisible()
    click(page.tree.form.label)
    assert [line.name for line in labels.page.printed()] == ["B-2"]


def test_what_is_typed_stays_when_somebody_else_changes_the_shop(
    window: MainWindow, sqlite_db: Db, owner: Acting
) -> None:
    made = a_tree(sqlite_db, owner)
    page = page_of(window)
    choose(page, "B-1")
    type_into(page.tree.form.name, "Left of the door")
    window.shop.announce(places.set_home(sqlite_db, owner, till.goods(sqlite_db, owner).item_id, made["B-2"]))
    QApplication.processEvents()
    assert page.tree.form.name.text() == "Left of the door"
    click(page.tree.form.save)
    assert stored.place(sqlite_db, made["B-1"]).name == "Left of the door"


def test_a_manager_keeps_the_places_but_not_the_tills(
    machine: QSettings, sqlite_db: Db, owner: Acting, sqlite_url: str, qtbot: Any
) -> None:
    till.person(sqlite_db, owner, "Mo", Role.INVENTORY_MANAGER)
    window = opened(sqlite_url, machine, qtbot, as_name="Mo")
    page = page_of(window)
    assert page.tree.isVisible()
    assert not page.tills.isVisible()
    type_into(page.tree.names, "Cellar")
    click(page.tree.add)
    assert names(sqlite_db)[1].endswith("Cellar")
    assert settings_query.stations(sqlite_db)
    window.close()


@pytest.mark.parametrize("size", [(1024, 768), (1280, 800)])
def test_nothing_of_the_page_is_cut_off(
    window: MainWindow, sqlite_db: Db, owner: Acting, size: tuple[int, int]
) -> None:
    a_tree(sqlite_db, owner)
    window.resize(*size)
    page = page_of(window)
    QApplication.processEvents()
    room = page.window().width()
    for part in (page.tree.form.retire, page.tree.add, page.tills.add_station, page.tree.table):
        assert part.mapTo(page.window(), part.rect().topRight()).x() < room - 16
