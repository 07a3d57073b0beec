"""Where goods lie, on the stock screen and the item card, by real keys, clicks and scans."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from shopstock.core.acting import Role
from shopstock.core.document import Goods, Head
from shopstock.core.places import Kind, Level, PlaceFields
from shopstock.core.scan import Scan
from shopstock.core.units import ItemId, LocationId, Qty
from shopstock.db import clock
from shopstock.db.connection import open_shop
from shopstock.queries import places as stored
from shopstock.services import adjust, places, set_aside, transfer
from shopstock.ui.item_where import WherePart
from shopstock.ui.stock_columns import HERE
from tests import till as shop
from tests.conftest import acting_as_owner
from tests.ui.stock.conftest import Back

Key = Qt.Key


@pytest.fixture
def spread(stocked: str) -> dict[str, int]:
    """Tea: 10 in the shop, 3 in bin B-1, which is its home, 2 set aside; the market hall holds a candle."""
    with open_shop(stocked) as db, clock.freeze(datetime(2026, 3, 25, 10, 0)):
        owner = acting_as_owner(db)
        made: dict[str, int] = {"shop": owner.location_id}
        for name, level, above in (
            ("Back room", Level.ROOM, "shop"), ("B-1", Level.BIN, "Back room"), ("Market hall", Level.SHOP, ""),
            ("Upstairs", Level.ROOM, "Market hall"),
        ):  # fmt: skip
            parent = LocationId(made[above]) if above else None
            made[name] = places.add_place(db, owner, PlaceFields(name, level, parent)).location_id
        apart = PlaceFields("Doubtful", Level.ROOM, owner.location_id, kind=Kind.SET_ASIDE)
        made["apart"] = places.add_place(db, owner, apart).location_id
        made["tea"] = db.value("SELECT id FROM item WHERE sku = 'TEA'")
        made["candle"] = db.value("SELECT id FROM item WHERE sku = 'CANDLE'")
        for item, qty, to in (("tea", 3, "B-1"), ("tea", 2, "apart")):
            goods = [Goods(ItemId(made[item]), Qty(qty * 1_000), location_id=owner.location_id)]
            transfer.put_away(db, owner, Head(f"{item} {to}", clock.now()), goods, LocationId(made[to]))
        assert set_aside.location(db, owner.location_id) == made["apart"]
        hall = LocationId(made["Market hall"])
        found = [Goods(ItemId(made["candle"]), Qty(1_000), location_id=hall, cause="found")]
        adjust.found(db, owner, Head("hall", clock.now()), found)
        places.set_home(db, owner, ItemId(made["tea"]), LocationId(made["B-1"]))
    return made


def where(back: Back) -> WherePart:
    QApplication.processEvents()
    return next(part for part in back.window.findChildren(WherePart) if part.isVisible())


def rows(part: Any) -> list[tuple[str, ...]]:
    """Return the texts of a grid row by row, as they are read."""
    grid = part._rows if isinstance(part, WherePart) else part
    found = []
    for row in range(grid.rowCount()):
        items = (grid.itemAtPosition(row, column) for column in range(grid.columnCount()))
        labels = [item.widget() for item in items if item is not None]
        texts = [w.text() or w.accessibleName() for w in labels if isinstance(w, QLabel)]
        if texts:
            found.append(tuple(texts))
    return found


def test_the_card_says_where_an_item_lies_and_belongs(spread: dict[str, int], open_back: Callable[..., Back]) -> None:
    back = open_back()
    back.pick("Tea", 0, twice=True)
    part = where(back)
    name = back.value("SELECT name FROM location WHERE id = ?", spread["shop"])
    assert rows(part) == [
        (name, "10"), ("It belongs here", "Back room, B-1", "3"), ("Doubtful (set aside)", "2"),
    ]  # fmt: skip
    own, hall = part.box_of(LocationId(spread["shop"])), part.box_of(LocationId(spread["Market hall"]))
    assert own is not None
    assert own.currentText() == "Back room, B-1"
    assert [own.itemText(at) for at in range(own.count())] == [
        "no place in particular", name, "Back room", "Back room, B-1",
    ]  # fmt: skip
    assert hall is not None
    assert hall.currentText() == "no place in particular"


def test_a_home_is_chosen_for_each_shop_and_forgotten_while_a_price_is_typed(
    spread: dict[str, int], open_back: Callable[..., Back]
) -> None:
    back = open_back()
    back.pick("Tea", 0, twice=True)
    back.fill("Price", "2.80")
    part = where(back)
    hall = part.box_of(LocationId(spread["Market hall"]))
    assert hall is not None
    hall.setFocus()
    QTest.keyClick(hall, Key.Key_Down)
    QTest.keyClick(hall, Key.Key_Down)
    homes = "SELECT location_id FROM home_place WHERE item_id = ? AND shop_id = ?"
    assert back.value(homes, spread["tea"], spread["Market hall"]) == spread["Upstairs"]
    own = part.box_of(LocationId(spread["shop"]))
    assert own is not None
    own.setFocus()
    QTest.keyClick(own, Key.Key_Home)
    assert back.value(homes, spread["tea"], spread["shop"]) is None
    assert back.field("Price").text() == "2.80", "what was typed waits for Save"
    assert ("Market hall › Upstairs" in text for text in rows(part))
    assert [row for row in rows(part) if row[0] == "It belongs here"] == [
        ("It belongs here", "Market hall › Upstairs", "0"),
    ]  # fmt: skip


def test_who_may_not_change_places_sees_them(spread: dict[str, int], stocked: str, open_back: Any) -> None:
    with open_shop(stocked) as db:
        shop.person(db, acting_as_owner(db), "Sam", Role.STOCKROOM)
    back = open_back("Sam")
    back.pick("Tea", 0, twice=True)
    part = where(back)
    assert len(rows(part)) == 3
    assert part.box_of(LocationId(spread["shop"])) is None


def test_a_shop_of_one_place_sees_one_figure(back: Back) -> None:
    back.pick("Tea", 0, twice=True)
    part = where(back)
    ((name, figure),) = rows(part)
    assert (name, figure) == (back.value("SELECT name FROM location WHERE kind = 'shop'"), "15")
    assert part.box_of(LocationId(1)) is None
    back.pick("Tea", 1)
    assert back.reads("Why 15?")
    assert not any("place" in row[0] for row in rows(back.screen._explanation._sum))
    assert rows(back.screen._explanation._sum)[-1] == ("On hand now", "15")


def test_goods_that_move_move_on_the_open_card(spread: dict[str, int], stocked: str, open_back: Any) -> None:
    back = open_back()
    back.pick("Tea", 0, twice=True)
    with open_shop(stocked) as db:
        owner = acting_as_owner(db)
        goods = [Goods(ItemId(spread["tea"]), Qty(1_000), location_id=owner.location_id)]
        changes = transfer.put_away(db, owner, Head("upstairs", clock.now()), goods, LocationId(spread["Back room"]))
    back.window.shop.announce(changes)
    assert ("Back room", "1") in rows(where(back))


def test_the_explanation_lists_the_places_first(spread: dict[str, int], open_back: Callable[..., Back]) -> None:
    back = open_back()
    back.pick("Tea", 1)
    assert back.reads("Why 15?")
    told = rows(back.screen._explanation._sum)
    name = back.value("SELECT name FROM location WHERE id = ?", spread["shop"])
    assert told[:3] == [(name, "10"), ("Back room, B-1", "3"), ("Doubtful (set aside)", "2")]
    assert told[-1] == ("On hand now", "15")


def test_words_and_scans_filter_by_place(spread: dict[str, int], open_back: Callable[..., Back]) -> None:
    back = open_back()
    here = next(n for n, column in enumerate(back.screen._model.columns) if column.field == HERE)
    assert back.rows.isColumnHidden(here)
    back.filter("place back room")
    back.wait(lambda: back.shown() == ["Tea"])
    assert not back.rows.isColumnHidden(here)
    assert back.shown(here) == ["3"]
    assert back.rows.is_first(0)
    assert back.rows.horizontalHeader().visualIndex(here) == 1
    QTest.keyClick(back.field("Filter the stock table"), Key.Key_Escape)
    back.wait(lambda: len(back.shown()) == 3)
    assert back.rows.isColumnHidden(here)
    back.window.on_scan(Scan(f"L-{spread['Market hall']}"))
    back.wait(lambda: back.shown() == ["Candle"])
    assert back.screen._line.words == ("place Market hall",)
    assert back.shown(here) == ["1"]
    back.window.on_scan(Scan(f"L-{spread['Upstairs']}"))
    back.wait(lambda: back.shown() == [])


def test_places_complete_as_they_are_typed(spread: dict[str, int], open_back: Callable[..., Back]) -> None:
    back = open_back()
    field = back.field("Filter the stock table")
    assert "place" in field.placeholderText()
    back.window.activateWindow()
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    back.wait(field.hasFocus)
    QTest.keyClicks(field, "place mar")
    assert field.text() == "place market hall"
    QTest.keyClick(field, Key.Key_Return)
    back.wait(lambda: back.shown() == ["Candle"])


def test_a_label_of_a_place_is_no_code_of_an_item(spread: dict[str, int], open_back: Callable[..., Back]) -> None:
    back = open_back()
    back.pick("Candle", 0, twice=True)
    back.field("New code").setFocus()
    back.window.on_scan(Scan(f"L-{spread['B-1']}"))
    assert back.field("New code").text() == ""
    back.wait(lambda: back.shown() == ["Tea"])
    back.field("New code").setFocus()
    back.window.on_scan(Scan("4006381333931"))
    assert back.field("New code").text() == "4006381333931"


def test_the_plain_list_asks_nothing_about_places(
    spread: dict[str, int], open_back: Callable[..., Back], monkeypatch: pytest.MonkeyPatch
) -> None:
    back = open_back()
    monkeypatch.setattr(stored, "tree", lambda *_args, **_more: pytest.fail("nobody asked for a place"))
    monkeypatch.setattr(stored, "listed", lambda *_args, **_more: pytest.fail("nobody asked for a place"))
    back.filter("tea")
    back.wait(lambda: back.shown() == ["Tea"])
    QTest.keyClick(back.field("Filter the stock table"), Key.Key_Escape)
    back.wait(lambda: len(back.shown()) == 3)
