"""What the count asks, answered by keys and scans: too much, too little, damage, places, lots that have expired."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from shopstock.db.connection import open_shop
from shopstock.services import items
from shopstock.ui.receive.panels import DamagedPanel, PlacePanel
from shopstock.ui.scanner import Scanner
from tests.conftest import acting_as_owner
from tests.ui.receive.conftest import LANTERN_CODE, BackRoom, Stocked
from tests.ui.receive.test_receive_count import begin
from tests.ui.receive.test_receive_post import on_hand, post

Key = Qt.Key
HOLDER = "2900000004180"


def picture(path: Path, color: int = 0x884422) -> bytes:
    """Write a picture and return what the file holds."""
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(color)
    assert image.save(str(path))
    return path.read_bytes()


def test_goods_too_many_are_accepted_at_the_price_of_the_order(room: BackRoom, stocked: Stocked) -> None:
    begin(room, stocked)
    room.line("14*2900000002032")
    room.press(Key.Key_F3)
    room.click("Accept over")
    assert room.rows()["CN-0203"][2] == "Over by 2, accepted"
    post(room)
    assert on_hand(room, "CN-0203") == 14_000
    assert room.value("SELECT sum(value) FROM document_line WHERE kind = 'goods_receipt'") == 14 * 16_000


def test_goods_too_many_are_refused_and_go_back(room: BackRoom, stocked: Stocked) -> None:
    begin(room, stocked)
    room.line("14*2900000002032")
    room.scan(LANTERN_CODE)
    room.press(Key.Key_F3)
    room.click("Refuse")
    assert room.rows()["CN-0704"][2] == "Not on order, refused"
    room.press(Key.Key_F3)
    room.click("Refuse")
    assert room.rows()["CN-0203"][2] == "Over by 2, refused"
    post(room)
    assert (on_hand(room, "CN-0203"), on_hand(room, "CN-0704")) == (12_000, 0)


def test_the_rest_of_a_short_line_is_cancelled(room: BackRoom, stocked: Stocked) -> None:
    begin(room, stocked)
    room.line("10*2900000002032")
    room.press(Key.Key_F3)
    room.click("Cancel the rest")
    assert room.rows()["CN-0203"][2] == "Short by 2, cancelled"
    post(room)
    assert room.table(
        "SELECT open_qty, received_qty FROM purchase_order_line l JOIN item i ON i.id = l.item_id WHERE sku = 'CN-0203'"
    ) == [(0, 10_000)]
    assert room.value("SELECT state FROM purchase_order") == "partly_received"


def test_an_answer_is_changed_as_long_as_nothing_is_posted(room: BackRoom, stocked: Stocked) -> None:
    begin(room, stocked)
    room.line("14*2900000002032")
    room.press(Key.Key_F3)
    room.click("Refuse")
    row = room.wizard.count.table.selected_row()
    assert row is not None
    room.wizard.count.questions.decide(row)
    room.click("Accept over")
    assert room.rows()["CN-0203"][2] == "Over by 2, accepted"
    assert room.table("SELECT decision FROM delivery_decision") == [("accept",)]


def test_damage_that_is_refused_is_not_the_shops(room: BackRoom, stocked: Stocked) -> None:
    begin(room, stocked)
    room.line(f"12*{HOLDER}")
    room.press(Key.Key_F7)
    room.fill("How many", "2")
    room.click("Set aside")
    room.press(Key.Key_F3)
    room.click("Refuse")
    post(room)
    assert on_hand(room, "CN-0418") == 10_000
    assert room.value("SELECT sum(qty) FROM document_line WHERE kind = 'goods_receipt'") == 10_000


def test_a_picture_of_the_camera_is_taken_when_it_is_whole(room: BackRoom, stocked: Stocked, tmp_path: Path) -> None:
    folder = tmp_path / "camera"
    folder.mkdir()
    picture(folder / "old.png")
    whole = picture(tmp_path / "made.png", 0x2266AA)
    begin(room, stocked)
    room.wizard.use_folder(str(folder), lambda _folder: None)
    room.line(f"12*{HOLDER}")
    room.press(Key.Key_F7)
    panel = room.wizard.count.panel
    assert isinstance(panel, DamagedPanel)
    with (folder / "new.png").open("wb") as slowly:
        slowly.write(whole[:200])
        slowly.flush()
        for _turn in range(20):
            room.settle()
        slowly.write(whole[200:])
    room.wait(lambda: panel.photo == str(folder / "new.png"))
    room.fill("What is wrong", "bent")
    room.click("Set aside")
    room.wait(lambda: room.value("SELECT count(*) FROM attachment") == 1)
    kept = QImage.fromData(bytes(room.value("SELECT content FROM attachment")))
    assert (kept.width(), kept.height()) == (400, 300)
    assert room.table("SELECT qty, note FROM delivery_scan WHERE condition = 'damaged'") == [(1_000, "bent")]


def test_a_place_is_scanned_or_chosen_and_holds_for_what_comes_next(room: BackRoom, stocked: Stocked) -> None:
    with open_shop(room.url) as db:
        cellar = db.value(
            "INSERT INTO location (name, name_key, kind) VALUES ('Cellar', 'cellar', 'shop') RETURNING id"
        )
    begin(room, stocked)
    assert room.wizard.place_words() == "Where each belongs"
    room.scan("2900000002032")
    room.press(Key.Key_F5)
    assert isinstance(room.wizard.count.panel, PlacePanel)
    room.burst("CELLAR")
    room.settle()
    assert room.wizard.count.panel is None
    assert "Cellar" in room.said()
    room.scan("2900000002032", "2900000002032")
    shop = room.value("SELECT id FROM location WHERE kind = 'shop' ORDER BY id LIMIT 1")
    sums = dict(room.table("SELECT location_id, sum(qty) FROM delivery_scan GROUP BY location_id"))
    assert sums == {None: 1_000, cellar: 2_000}
    post(room)
    levels = room.table("SELECT location_id, on_hand FROM stock_level WHERE on_hand <> 0")
    assert sorted(levels) == [(shop, 1_000), (cellar, 2_000)]


def test_a_place_scanned_without_asking_is_taken(room: BackRoom, stocked: Stocked) -> None:
    with open_shop(room.url) as db:
        db.run("INSERT INTO location (name, name_key, kind) VALUES ('CELLAR', 'cellar', 'shop')")
    begin(room, stocked)
    room.burst("CELLAR")
    room.settle()
    assert room.wizard.place_words() == "CELLAR"
    assert room.value("SELECT count(*) FROM delivery_scan") == 0


def test_goods_that_have_expired_are_counted_and_said(room: BackRoom, stocked: Stocked) -> None:
    with open_shop(room.url) as db:
        db.run("UPDATE item SET tracks = 'lot' WHERE sku = 'CN-0203'")
        items.add_code(db, acting_as_owner(db), stocked.items["CN-0203"], "4006381333931")
    begin(room, stocked)
    scanner = room.window.findChild(Scanner)
    assert scanner is not None
    scanner.feed("]C10104006381333931" + "17200131" + "10L77")
    room.settle()
    assert "Beeswax candle, 30 cm expired" in room.said()
    assert room.counted("CN-0203") == "1"
    assert room.table("SELECT lot, expires FROM delivery_scan") == [("L77", 20200131)]
