"""A transfer on the screen: asked for, packed, sent, arrived short and damaged, settled; and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from shopstock.core.units import Day, Qty
from shopstock.db import clock
from shopstock.db.connection import open_shop
from shopstock.services import transfers
from shopstock.ui import files
from shopstock.ui.transfers import reading
from shopstock.ui.transfers.end_step import ShortPanel
from shopstock.ui.transfers.wizard import ARRIVE, DONE, PACK, SEND
from tests.conftest import acting_as_owner
from tests.ui.desk import CTRL
from tests.ui.transfers.conftest import B04, BACK, BLACK, CUP, GREEN, GREEN_CASE, NOBODY, Desk, Stocked

KEY = Qt.Key


def packed(stocked: Stocked, url: str, **wanted: str) -> int:
    """A request of the market hall, as the program was told elsewhere."""
    with open_shop(url) as db:
        return stocked.asked(db, **wanted)


def sent(stocked: Stocked, url: str, **wanted: str) -> int:
    """The same, packed and sent."""
    with open_shop(url) as db:
        transfer_id = stocked.asked(db, **wanted)
        transfers.scan_rest(db, stocked.owner, transfer_id, transfers.Stage.DISPATCH, "all")
        transfers.dispatch(db, stocked.owner, transfer_id)
        return transfer_id


def test_goods_are_asked_for_by_scan_and_by_words(desk: Desk, stocked: Stocked) -> None:
    desk.press(KEY.Key_N, CTRL)
    desk.screen.request.form.source.setCurrentIndex(
        desk.screen.request.form.source.findData(int(stocked.main))
    )  # fmt: skip
    desk.screen.request.form.target.setCurrentIndex(desk.screen.request.form.target.findData(int(stocked.hall)))
    desk.scan(GREEN, GREEN_CASE)
    desk.line("3*black tea")
    desk.press(KEY.Key_Return)
    rows = {row.sku: (row.there // 1_000, row.asked // 1_000) for row in desk.screen.request.form.rows()}
    assert rows == {"TEA-G": (24, 7), "TEA-B": (13, 3)}
    desk.fill("Wanted by", "2030-01-02")
    desk.press(KEY.Key_F9)
    assert desk.listed() == [("T-0001", "to pack")]
    assert desk.ask("SELECT sum(requested_qty) FROM transfer_line") == 10_000
    assert desk.ask("SELECT expected_day FROM transfer") == 20_300_102


def test_a_request_to_itself_is_refused_and_keeps_its_lines(desk: Desk, stocked: Stocked) -> None:
    desk.press(KEY.Key_N, CTRL)
    form = desk.screen.request.form
    form.source.setCurrentIndex(form.source.findData(int(stocked.main)))
    form.target.setCurrentIndex(form.target.findData(int(stocked.main)))
    desk.scan(GREEN)
    desk.press(KEY.Key_F9)
    assert desk.said() == "Goods are there already. Choose two different places."
    assert len(form.rows()) == 1
    assert desk.ask("SELECT count(*) FROM transfer") == 0


def test_packing_tells_to_go_complete_over_and_not_asked_for(desk: Desk, stocked: Stocked) -> None:
    packed(stocked, desk.url, TEA_G="7", TEA_B="1")
    desk.scan("T-0001")
    assert desk.wizard._where == PACK
    desk.scan(GREEN_CASE, BLACK, BLACK, CUP)
    assert desk.rows() == {
        "TEA-G": ("6", "7", "1 to go"), "TEA-B": ("2", "1", "Over by 1"), "CUP-1": ("1", "–", "Not asked for"),
    }  # fmt: skip
    desk.press(KEY.Key_F9)
    assert desk.wizard._where == SEND
    assert any("Nobody asked for: 1 × Cup" in text for text in desk.wizard.send.sentences.texts)
    desk.press(KEY.Key_F9)
    assert desk.ask("SELECT state FROM transfer") == "dispatched"
    assert desk.on_hand(stocked.items["TEA-G"], stocked.back) == 18
    assert desk.reads("T-0001 is on its way to Market hall")


def test_goods_are_taken_from_the_place_that_was_scanned(desk: Desk, stocked: Stocked) -> None:
    packed(stocked, desk.url, TEA_B="2")
    desk.scan("T-0001", "B-07", BLACK, BLACK)
    desk.press(KEY.Key_F9)
    desk.press(KEY.Key_F9)
    assert desk.on_hand(stocked.items["TEA-B"], stocked.b07) == 1
    assert desk.on_hand(stocked.items["TEA-B"], stocked.back) == 10


def test_more_than_the_book_has_is_red_while_it_is_packed(desk: Desk, stocked: Stocked) -> None:
    packed(stocked, desk.url, CUP_1="9")
    desk.scan("T-0001")
    desk.line("6*")
    desk.scan(CUP)
    assert desk.rows()["CUP-1"][2] == "Only 5 there"


def test_an_unknown_code_keeps_the_goods_from_being_sent_until_it_is_settled(desk: Desk, stocked: Stocked) -> None:
    packed(stocked, desk.url, TEA_G="1")
    desk.scan("T-0001", GREEN, NOBODY)
    assert NOBODY in desk.rows()
    desk.press(KEY.Key_F9)
    desk.press(KEY.Key_F9)
    assert desk.said() == f"{NOBODY} is no item. Find it or skip it first."
    assert desk.ask("SELECT state FROM transfer") == "requested"
    desk.press(KEY.Key_F8)
    desk.click(f"Skip: unknown code {NOBODY}")
    desk.press(KEY.Key_F9)
    desk.press(KEY.Key_F9)
    assert desk.ask("SELECT state FROM transfer") == "dispatched"


def test_all_of_it_counts_what_was_asked_for_when_pressed_twice(desk: Desk, stocked: Stocked) -> None:
    packed(stocked, desk.url, TEA_G="7", TEA_B="2")
    desk.scan("T-0001", GREEN)
    desk.click("All of it")
    assert desk.rows()["TEA-G"][0] == "1"
    desk.click("All of it Press again")
    assert {row[2] for row in desk.rows().values()} == {"Complete"}


def test_arrival_good_damaged_over_and_short_then_lost(desk: Desk, stocked: Stocked) -> None:
    sent(stocked, desk.url, TEA_G="6", TEA_B="3")
    desk.scan("T-0001")
    desk.press(KEY.Key_F9)
    assert desk.wizard._where == ARRIVE
    desk.scan(GREEN_CASE, BLACK)
    desk.press(KEY.Key_F7)
    desk.scan(BLACK)
    desk.press(KEY.Key_F7)
    desk.scan(CUP)
    assert desk.rows() == {
        "TEA-G": ("6", "6", "Complete"), "TEA-B": ("2", "3", "1 damaged"), "CUP-1": ("1", "–", "Not on the slip"),
    }  # fmt: skip
    desk.press(KEY.Key_F9)
    assert any("Set aside as damaged: 1 × Black tea" in text for text in desk.wizard.end.sentences.texts)
    desk.press(KEY.Key_F9)
    assert desk.wizard._where == DONE
    assert desk.reads("Some of T-0001 did not arrive")
    assert desk.on_hand(stocked.items["TEA-G"], stocked.hall) == 6
    assert desk.on_hand(stocked.items["CUP-1"], stocked.hall) == 1
    desk.press(KEY.Key_F3)
    panel = desk.wizard.end.panel
    assert isinstance(panel, ShortPanel)
    panel.cause.setCurrentIndex(panel.cause.findData("theft"))
    desk.click("They are lost Written off at cost, for the cause above")
    assert desk.said() == "1 × Black tea are written off."
    assert desk.ask("SELECT state FROM transfer") == "arrived"
    assert desk.ask("SELECT count(*) FROM document WHERE kind = 'write_off'") == 1
    assert desk.reads("T-0001 has arrived")


def test_the_rest_stays_on_its_way_and_comes_another_day(desk: Desk, stocked: Stocked) -> None:
    sent(stocked, desk.url, TEA_G="6")
    desk.scan("T-0001")
    desk.press(KEY.Key_F9)
    desk.scan(GREEN, GREEN)
    desk.press(KEY.Key_F9)
    desk.click("Arrived, the rest is still on its way")
    assert desk.ask("SELECT state FROM transfer") == "partly_arrived"
    desk.press(KEY.Key_F4)
    assert desk.listed() == [("T-0001", "partly arrived")]
    desk.scan("T-0001")
    desk.press(KEY.Key_F9)
    desk.line("4*")
    desk.scan(GREEN)
    assert desk.rows()["TEA-G"] == ("6", "6", "Complete")
    desk.press(KEY.Key_F9)
    desk.press(KEY.Key_F9)
    assert desk.ask("SELECT state FROM transfer") == "arrived"


def test_what_did_not_arrive_came_back(desk: Desk, stocked: Stocked) -> None:
    sent(stocked, desk.url, TEA_G="6")
    desk.scan("T-0001")
    desk.press(KEY.Key_F9)
    desk.scan(GREEN)
    desk.press(KEY.Key_F9)
    desk.press(KEY.Key_F9)
    desk.press(KEY.Key_F3)
    desk.click("They came back Back to where they were taken from")
    assert desk.on_hand(stocked.items["TEA-G"], stocked.back) == 23
    assert desk.ask("SELECT came_back_qty FROM transfer_line") == 5_000


def test_damaged_ones_are_taken_back_with_the_switch(desk: Desk, stocked: Stocked) -> None:
    sent(stocked, desk.url, TEA_G="6")
    desk.scan("T-0001")
    desk.press(KEY.Key_F9)
    desk.press(KEY.Key_F7)
    desk.scan(GREEN)
    desk.press(KEY.Key_F7)
    desk.press(KEY.Key_Minus)
    assert desk.said().startswith("No more can be taken back. F7 switches")
    desk.press(KEY.Key_F7)
    desk.press(KEY.Key_Minus)
    assert desk.rows()["TEA-G"][0] == "0"


def test_goods_are_sent_that_nobody_asked_for(desk: Desk, stocked: Stocked) -> None:
    desk.press(KEY.Key_T, CTRL)
    desk.press(KEY.Key_F9)
    assert desk.wizard._where == PACK
    desk.scan(CUP)
    desk.press(KEY.Key_F9)
    desk.press(KEY.Key_F9)
    assert desk.ask("SELECT to_id FROM transfer WHERE state = 'dispatched'") == stocked.hall


def test_packing_goes_on_at_another_desk(stocked: Stocked, open_desk: Callable[..., Desk]) -> None:
    first = open_desk()
    packed(stocked, first.url, TEA_G="7")
    first.scan("T-0001", GREEN_CASE)
    second = open_desk("Ann")
    second.scan("T-0001")
    assert second.rows()["TEA-G"] == ("6", "7", "1 to go")
    second.scan(GREEN)
    second.press(KEY.Key_F9)
    second.press(KEY.Key_F9)
    assert second.ask("SELECT state FROM transfer") == "dispatched"


def test_a_request_is_cancelled_by_pressing_twice(desk: Desk, stocked: Stocked) -> None:
    packed(stocked, desk.url, TEA_G="7")
    desk.scan("T-0001")
    desk.press(KEY.Key_F8)
    desk.click("Cancel the transfer")
    assert desk.ask("SELECT state FROM transfer") == "requested"
    desk.click("Cancel the transfer press again")
    assert desk.said() == "T-0001 is cancelled. Nothing moved."
    assert desk.ask("SELECT state FROM transfer") == "cancelled"


def test_the_number_of_no_transfer_says_so(desk: Desk) -> None:
    desk.scan("T-0999")
    assert desk.said() == "There is no transfer T-0999. Look at the list again."


def test_the_slip_is_written_with_where_goods_were_taken(
    desk: Desk, stocked: Stocked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    transfer_id = sent(stocked, desk.url, TEA_G="6")
    path = tmp_path / "T-0001.pdf"
    monkeypatch.setattr(files, "ask_save", lambda _parent, _title, _name, then: then(str(path)))
    desk.scan("T-0001")
    desk.click("Save the slip")
    assert desk.said() == f"The slip of T-0001 is saved. {path}"
    assert path.read_bytes().startswith(b"%PDF")
    with open_shop(desk.url) as db:
        paper = reading.slip(db, acting_as_owner(db), transfer_id)
    assert [(line.sku, line.packed, line.taken_from) for line in paper.lines] == [("TEA-G", Qty(6_000), "Back room")]


def test_what_is_overdue_stands_on_top_counts_on_the_rail_and_is_said_once_a_day(
    stocked: Stocked, open_desk: Callable[..., Desk], sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(stocked, sqlite_url, TEA_G="1")
    packed(stocked, sqlite_url, TEA_B="1")
    later = clock.now() + 9 * 86_400 * 1_000_000
    monkeypatch.setattr(clock, "now", lambda: later)
    desk = open_desk(screen="sell")
    desk.window.counts.read()
    desk.window.reminder.ask()
    desk.settle()
    assert desk.said() == ""  # the till is left in peace
    desk.window.open_screen("stock")
    desk.settle()
    assert desk.said() == "T-0001 from Shop is overdue. 9 days on its way"
    assert desk.window.rail.button("transfers").accessibleName() == "Transfers, 2 waiting"
    desk.window.messages.clear()
    desk.window.reminder.ask()
    desk.settle()
    assert desk.said() == ""
    desk.window.open_screen("transfers")
    desk.settle()
    assert desk.listed() == [("T-0001", "overdue"), ("T-0002", "to pack")]
    assert Day(desk.screen.start.list.rows.rows[0].overdue)


def test_a_shop_of_one_place_says_what_to_do_first(sqlite_url: str, open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(None)
    assert desk.reads("Goods change place here, by scan.")
    assert not desk.screen.start.put_away.isVisible()
    assert not desk.sees("Ask for goods")
    desk.press(KEY.Key_N, CTRL)
    assert desk.screen.page is desk.screen.start
    desk.click("Add a place")
    assert desk.window.current_screen == "settings"


def test_what_goods_in_transit_are_worth_is_told_only_to_who_may_see_costs(
    stocked: Stocked, open_desk: Callable[..., Desk]
) -> None:
    owner = open_desk()
    sent(stocked, owner.url, TEA_G="6")
    owner.window.open_screen("stock")
    owner.window.open_screen("transfers")
    owner.settle()
    assert owner.screen.start.transit_key.second() == "6.00"
    other = open_desk("Ann")
    assert not other.screen.start.transit_key.isVisible()


def test_the_label_of_a_place_says_where_arrived_goods_go(desk: Desk, stocked: Stocked) -> None:
    with open_shop(desk.url) as db:
        fields = transfers.TransferFields(stocked.hall, stocked.main)
        transfer_id = transfers.request(db, stocked.owner, fields, [(stocked.items["CUP-1"], Qty(2_000))]).transfer_id
        transfers.scan_rest(db, stocked.owner, transfer_id, transfers.Stage.DISPATCH, "all")
        transfers.dispatch(db, stocked.owner, transfer_id)
    desk.scan("T-0001")
    assert desk.wizard._where == ARRIVE
    desk.scan(B04, CUP, BACK, CUP)
    desk.press(KEY.Key_F9)
    desk.press(KEY.Key_F9)
    assert desk.on_hand(stocked.items["CUP-1"], stocked.b04) == 1
    assert desk.on_hand(stocked.items["CUP-1"], stocked.back) == 1
