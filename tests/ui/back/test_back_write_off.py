"""Writing off by scans: causes, packs, figures, unknown codes, evidence, and what waits when something is missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton

from shopstock.core.catalogue import ItemFields
from shopstock.core.document import Goods, Head
from shopstock.core.units import Day, ItemId, parse_money, parse_qty
from shopstock.db import clock
from shopstock.db.connection import open_shop
from shopstock.services import items, receive
from tests.conftest import acting_as_owner
from tests.ui.back.conftest import CASE, CUP, PLATE, TEA, VASE, Desk, picture
from tests.ui.desk import CTRL, KEY


def test_goods_are_written_off_by_scans(desk: Desk, goods: dict[str, ItemId]) -> None:
    desk.click("Own use")
    desk.scan(CUP, CUP, CASE)
    desk.line("3*")
    desk.scan(PLATE)
    assert desk.rows() == [("Cup", "Own use", "2"), ("Tea", "Own use", "6"), ("Plate", "Own use", "3")]
    desk.line("*5")
    desk.line("-")
    assert desk.rows()[2] == ("Plate", "Own use", "4")
    desk.press(KEY.Key_F9)
    assert "is posted" in desk.said()
    assert [desk.on_hand(goods[code]) for code in (CUP, PLATE, TEA)] == [8, 6, 18]
    assert desk.written_off() == parse_money("25")  # 2 cups, 6 teas and 4 plates at cost
    assert desk.screen.page("write_off").work is None, "the page is ready for the next one"
    desk.scan(CUP)
    assert desk.rows() == [("Cup", "Own use", "1")], "the cause stays chosen"


def test_a_scan_without_a_cause_is_a_row_that_waits_for_it(desk: Desk, goods: dict[str, ItemId]) -> None:
    desk.scan(CUP)
    assert desk.rows() == [("Cup", "", "1")]
    assert "Why is Cup written off?" in desk.said()
    desk.press(KEY.Key_F9)
    assert "no cause yet" in desk.said()
    assert desk.on_hand(goods[CUP]) == 10
    desk.click("Donation")
    assert desk.rows() == [("Cup", "Donation", "1")]
    desk.press(KEY.Key_F9)
    assert desk.on_hand(goods[CUP]) == 9
    assert desk.value("SELECT cause FROM document_line WHERE kind = 'write_off'") == "donation"


def test_a_row_is_given_another_cause_and_quantity_or_taken_off(desk: Desk) -> None:
    desk.click("Sample")
    desk.scan(CUP, PLATE)
    desk.press(KEY.Key_F7)
    panel = desk.work.panel
    assert panel is not None
    next(key for key in panel.findChildren(QAbstractButton) if key.text() == "Donation").click()
    desk.settle()
    assert desk.rows() == [("Cup", "Sample", "1"), ("Plate", "Donation", "1")]
    desk.press(KEY.Key_F6)
    desk.fill("Quantity", "7")
    desk.press(KEY.Key_Return)
    assert desk.rows()[1][2] == "7"
    desk.work.table.setFocus()
    desk.press(KEY.Key_Delete)
    assert desk.rows() == [("Cup", "Sample", "1")]


def test_an_unknown_code_is_a_red_row_until_its_item_is_found(desk: Desk, goods: dict[str, ItemId]) -> None:
    desk.click("Sample")
    desk.scan("9780201379624")
    assert desk.rows() == [("Unknown code", "", "1")]
    desk.press(KEY.Key_F9)
    assert "nobody's" in desk.said()
    desk.click("Find")
    desk.line("plate")
    desk.press(KEY.Key_Down)
    desk.press(KEY.Key_Return)
    assert desk.rows() == [("Plate", "Sample", "1")]
    desk.scan("9780201379631")
    desk.work.table.setFocus()
    desk.press(KEY.Key_Delete)
    assert desk.rows() == [("Plate", "Sample", "1")]
    assert desk.on_hand(goods[PLATE]) == 10, "nothing is written off before it is posted"


def test_a_cause_that_asks_for_evidence_waits_for_it(desk: Desk, goods: dict[str, ItemId], tmp_path: Path) -> None:
    desk.click("Damage with a photo or file")
    desk.scan(CUP)
    assert desk.reads("One row asks for a photo or file: Damage.")
    desk.press(KEY.Key_F9)
    assert desk.on_hand(goods[CUP]) == 10
    desk.work.evidence.take(str(picture(tmp_path / "broken.png")))
    desk.settle()
    assert not desk.reads("One row asks for")
    desk.press(KEY.Key_F9)
    assert desk.on_hand(goods[CUP]) == 9
    assert desk.value("SELECT count(*) FROM document_attachment") == 1


def test_evidence_that_is_no_picture_is_refused_in_words(desk: Desk, tmp_path: Path) -> None:
    desk.click("Theft with a photo or file")
    desk.scan(CUP)
    (tmp_path / "song.jpg").write_bytes(b"no picture at all")
    desk.work.evidence.take(str(tmp_path / "song.jpg"))
    desk.settle()
    assert "song.jpg" in desk.said()
    assert desk.value("SELECT count(*) FROM attachment") == 0
    assert desk.reads("One row asks for a photo or file: Theft.")


def test_the_camera_folder_offers_its_pictures_and_is_kept(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "camera"
    folder.mkdir()
    picture(folder / "IMG_1.jpg")
    desk.click("Sample")
    desk.scan(CUP)
    desk.work.evidence._folder_named(str(folder))
    desk.click("Add IMG_1.jpg as evidence")
    assert desk.sees("Take IMG_1.jpg off the evidence")
    assert not desk.sees("Add IMG_1.jpg as evidence")
    assert desk.window.machine.value("receive/camera_folder") == str(folder)
    desk.click("Take IMG_1.jpg off the evidence")
    assert desk.value("SELECT count(*) FROM write_off_evidence") == 0


def test_a_photo_is_dropped_on_the_page(desk: Desk, tmp_path: Path) -> None:
    desk.click("Sample")
    desk.scan(CUP)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture(tmp_path / "dropped.jpg")))])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    desk.screen.page("write_off").dropEvent(event)
    desk.settle()
    assert desk.value("SELECT count(*) FROM write_off_evidence") == 1


def test_a_write_off_survives_a_restart(
    desk: Desk, goods: dict[str, ItemId], open_desk: Callable[..., Desk]
) -> None:  # fmt: skip
    desk.click("Sample")
    desk.scan(CUP, PLATE)
    desk.fill("Note: what happened", "for the fair")
    desk.press(KEY.Key_F4)
    desk.window.close()
    again = open_desk()
    open_ = again.screen.page("write_off").start.open
    open_.setFocus()
    open_.select(0)
    again.press(KEY.Key_Return)
    assert again.rows() == [("Cup", "Sample", "1"), ("Plate", "Sample", "1")]
    assert again.work.note.text() == "for the fair"
    again.press(KEY.Key_F9)
    assert again.on_hand(goods[CUP]) == 9
    assert again.value("SELECT note FROM document WHERE kind = 'write_off'") == "for the fair"


def test_one_that_is_given_up_leaves_nothing(desk: Desk, goods: dict[str, ItemId], tmp_path: Path) -> None:
    desk.click("Sample")
    desk.scan(CUP)
    desk.work.evidence.take(str(picture(tmp_path / "a.png")))
    desk.settle()
    desk.click("Give this write-off up")
    desk.click("Give it up")
    assert desk.screen.page("write_off").work is None
    for table in ("write_off", "write_off_scan", "write_off_evidence", "attachment"):
        assert desk.value(f"SELECT count(*) FROM {table}") == 0
    assert desk.on_hand(goods[CUP]) == 10


def test_what_has_expired_is_written_off_in_one_go(
    sqlite_url: str, goods: dict[str, ItemId], open_desk: Callable[..., Desk]
) -> None:
    with open_shop(sqlite_url) as db:
        owner = acting_as_owner(db)
        (milk,) = items.create(db, owner, ItemFields(name="Milk", tracks="lot"), []).items
        receive.post_opening(
            db, owner, Head("milk", clock.now()),
            [Goods(milk, parse_qty("4"), parse_money("4"), lot="L1", expires=Day(20240101))],
        )  # fmt: skip
    desk = open_desk()
    desk.click("Tick all")
    desk.click("Write off the ticked one")
    assert desk.rows() == [("Milk", "Expired", "4")]
    desk.press(KEY.Key_F9)
    assert desk.on_hand(milk) == 0
    assert not desk.sees("Tick all"), "nothing expired is on hand any more"


def test_a_shop_of_one_approves_for_itself(desk: Desk, goods: dict[str, ItemId]) -> None:
    desk.click("Own use")
    desk.scan(VASE, VASE)
    assert desk.reads("somebody has to approve it")
    desk.press(KEY.Key_F9)
    assert desk.on_hand(goods[VASE]) == 0
    assert desk.value("SELECT self_approved FROM document WHERE kind = 'write_off'") == 1


def test_segments_have_keys_and_f3_chooses_the_next_cause(desk: Desk) -> None:
    for number, part in enumerate(("waiting", "returns", "documents"), 2):
        desk.press(Qt.Key(KEY.Key_0 + {"waiting": 2, "returns": 4, "documents": 5}[part]), CTRL)
        assert desk.screen.part == part, number
    desk.press(KEY.Key_1, CTRL)
    desk.press(KEY.Key_F3)
    desk.press(KEY.Key_F3)
    assert desk.screen.page("write_off").scanning.cause == "expiry"
