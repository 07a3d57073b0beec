"""Counting a delivery by real scans and keys: every scan counts once, nothing is lost, all is seen."""

from __future__ import annotations

from PySide6.QtCore import Qt

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
