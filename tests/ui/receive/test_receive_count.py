"""Counting a delivery by real scans and keys: every scan counts once, nothing is lost, all is seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from shopstock.core.acting import Acting
from shopstock.core.outcome import Changes, ShopError
from shopstock.db.connection import Db, open_shop
from shopstock.services import items, receiving
from shopstock.ui.receive.panels import DamagedPanel
from shopstock.ui.scanner import Scanner
from tests.conftest import acting_as_owner
from tests.ui.receive.conftest import LANTERN_CODE, BackRoom, Stocked


def begin(room: BackRoom, stocked: Stocked) -> None:
    """Scan the number of the order."""
    room.burst(stocked.number)
    room.wait(lambda: room.screen.wizard is not None)
    room.settle()


def test_scanning_an_order_begins_it_at_zero(room: BackRoom, stocked: Stocked) -> None:
    begin(room, stocked)
    assert {row[0] for row in room.rows().values()} == {"0"}
    assert room.rows()["CN-0201"] == ("0", "24", "Not counted")
    assert room.reads("Receive order P-0001")


def test_a_scan_counts_one_or_its_pack(room: BackRoom, stocked: Stocked) -> None:
    begin(room, stocked)
    room.scan("2900000002032", "12900000002015", "12900000002015")
    assert room.rows()["CN-0203"] == ("1", "12", "11 to go")
    assert room.rows()["CN-0201"] == ("12", "24", "12 to go")
    assert room.value("SELECT count(*) FROM delivery_scan") == 3
    room.line("12*")
    room.scan("2900000002032")
    assert room.rows()["CN-0203"][0] == "13"
    assert room.rows()["CN-0203"][2] == "Over by 1"


def test_over_and_unexpected_wait_until_somebody_decides(room: BackRoom, stocked: Stocked) -> None:
    begin(room, stocked)
    room.line("60*2900000001110")
    room.scan(LANTERN_CODE)
    assert room.rows()["CN-0111"][2] == "Over by 12"
    assert room.rows()["CN-0704"] == ("1", "–", "Not on order")
    room.press(Qt.Key.Key_F3)
    room.click("Accept")
    assert room.rows()["CN-0704"][2] == "Not on order, accepted"


def test_an_unknown_code_is_skipped_or_becomes_an_item(room: BackRoom, stocked: Stocked) -> None:
    begin(room, stocked)
    room.scan("4006381333931", "4006381333931", "4012345678901")
    assert room.rows()["4006381333931"][0] == "2"
    room.click("Skip: unknown code 4012345678901")
    assert "4012345678901" not in room.rows()
    room.click("New item: unknown code 4006381333931")
    room.fill("Name", "Pencil")
    room.fill("Price", "1.20")
    room.click("Save and add")
    pencil = room.value("SELECT sku FROM item WHERE name = 'Pencil'")
    assert room.rows()[pencil][:2] == ("2", "–")
    assert room.value("SELECT code FROM item_code c JOIN item i ON i.id = c.item_id WHERE i.name = 'Pencil'")
    assert not [row for row in room.wizard.counting.tally.rows if row.unknown]


def test_esc_loses_nothing_and_typed_figures_change_the_row(room: BackRoom, stocked: Stocked) -> None:
    begin(room, stocked)
    room.scan("2900000002032")
    room.line("+", enter=False)
    assert room.counted("CN-0203") == "2"
    room.line("*7")
    assert room.counted("CN-0203") == "7"
    room.line("24*", enter=False)
    for _time in range(4):
        room.key(Qt.Key.Key_Escape)
        room.settle()
    assert room.screen.wizard is not None
    assert room.counted("CN-0203") == "7"
    room.line("-", enter=False)
    assert room.value("SELECT sum(qty) FROM delivery_scan") == 6_000


def test_a_thousand_scans_in_one_go_are_each_counted_once(room: BackRoom, stocked: Stocked) -> None:
    begin(room, stocked)
    codes = ["2900000002018", "2900000002032", "2900000001103", "2900000004180", LANTERN_CODE]
    for number in range(1_000):
        room.burst(codes[number % 5])
    room.settle()
    assert room.value("SELECT count(*) FROM delivery_scan") == 1_000
    assert room.value("SELECT sum(qty) FROM delivery_scan") == 1_000_000
    assert {room.counted(sku) for sku in ("CN-0201", "CN-0203", "CN-0110", "CN-0418", "CN-0704")} == {"200"}


def test_a_batch_that_fails_is_sent_again_and_counts_once(
    room: BackRoom, stocked: Stocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(room, stocked)
    real, calls = receiving.count_many, []

    def flaky(db: Db, acting: Acting, delivery_id: int, lines: Any) -> Changes:
        calls.append(len(lines))
        if len(calls) == 1:
            real(db, acting, delivery_id, lines)
            raise ShopError("The answer was lost.")
        return real(db, acting, delivery_id, lines)

    monkeypatch.setattr(receiving, "count_many", flaky)
    room.scan("2900000002032", "2900000002032", "2900000002032")
    assert len(calls) >= 2
    assert room.value("SELECT sum(qty) FROM delivery_scan") == 3_000
    assert room.counted("CN-0203") == "3"


def test_a_scan_that_is_refused_is_taken_back_and_said(
    room: BackRoom, stocked: Stocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(room, stocked)
    with open_shop(room.url) as db:
        db.run("UPDATE item SET stocked = 0 WHERE sku = 'CN-0203'")
    room.scan("2900000002018", "2900000002032", "2900000002018")
    assert room.counted("CN-0201") == "2"
    assert room.counted("CN-0203") == "0"
    assert "keeps no stock" in room.said()


def test_two_people_count_one_delivery(room: BackRoom, stocked: Stocked, open_room: Callable[..., BackRoom]) -> None:
    begin(room, stocked)
    other = open_room()
    assert other.reads("Go on with")
    other.screen.open_delivery(room.wizard.delivery_id)
    other.settle()
    room.scan("2900000002032")
    other.scan("2900000002032", "2900000002018")
    room.wait(lambda: room.counted("CN-0203") == "2")
    other.wait(lambda: other.counted("CN-0203") == "2")
    room.wait(lambda: room.counted("CN-0201") == "1")


def test_damage_is_set_aside_with_a_photo(room: BackRoom, stocked: Stocked, tmp_path: Path) -> None:
    begin(room, stocked)
    room.line("12*2900000004180")
    photo = tmp_path / "broken.png"
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0x884422)
    assert image.save(str(photo))
    room.press(Qt.Key.Key_F7)
    room.fill("How many", "2")
    room.fill("What is wrong", "bent")
    panel = room.wizard.count.panel
    assert isinstance(panel, DamagedPanel)
    panel.use_photo(str(photo))
    room.click("Set aside")
    assert room.rows()["CN-0418"][:2] == ("12", "12")
    room.wait(lambda: room.value("SELECT count(*) FROM attachment") == 1)
    assert room.value("SELECT sum(qty) FROM delivery_scan WHERE condition = 'damaged'") == 2_000


def test_lots_come_from_the_code_or_are_asked(room: BackRoom, stocked: Stocked) -> None:
    with open_shop(room.url) as db:
        db.run("UPDATE item SET tracks = 'lot' WHERE sku = 'CN-0203'")
        items.add_code(db, acting_as_owner(db), stocked.items["CN-0203"], "4006381333931")
    begin(room, stocked)
    room.window.findChild(Scanner).feed("]C10104006381333931" + "17300131" + "10L77")
    room.settle()
    assert room.table("SELECT lot, expires FROM delivery_scan") == [("L77", 20300131)]
    room.scan("2900000002032")
    room.fill("Lot", "L78")
    room.fill("Good until", "2030-02-28")
    room.click("Write it down")
    rows = room.table("SELECT lot, expires, sum(qty) FROM delivery_scan GROUP BY lot, expires ORDER BY lot")
    assert [row for row in rows if row[2]] == [("L77", 20300131, 1_000), ("L78", 20300228, 1_000)]
    assert room.counted("CN-0203") == "2"
