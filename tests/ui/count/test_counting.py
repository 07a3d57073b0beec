"""Counting on the screen: places by label, blind scans, several at once, recounts, causes, approval, posting."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shopstock.db.connection import open_shop
from shopstock.services import count_close
from shopstock.ui.count import papers
from shopstock.ui.count.board_panels import AssignPanel
from tests.ui.count.conftest import BACK, BLACK, CUP, GREEN, GREEN_CASE, NOBODY, SHELF, Desk, Stocked
from tests.ui.desk import CTRL, KEY

OpenDesk = Callable[..., Desk]


def begin(desk: Desk) -> None:
    """Begin a full count of the shop, from the keyboard."""
    desk.press(KEY.Key_N, CTRL)
    assert desk.reads("3 places, everything that lies there")
    desk.press(KEY.Key_F9)
    assert desk.board.progress.head.number == "N-0001"


def counted_short(desk: Desk, stocked: Stocked) -> None:
    """Ann counts all as the book has it, but for a black tea too few on the shelf; the owner compares."""
    begin(desk)
    stocked.counts(desk.url, "Ann", stocked.shelf, TEA_G=24, TEA_B=9)
    stocked.counts(desk.url, "Ann", stocked.back, TEA_B=6, CUP_1=5, RADIO=4)
    stocked.counts(desk.url, "Ann", stocked.main)
    desk.wait(lambda: desk.reads("3 of 3 places are counted"))
    desk.press(KEY.Key_F9)
    assert desk.said().startswith("1 place: to be counted again, by somebody else.")


def compared(desk: Desk, stocked: Stocked) -> None:
    """Bo counts the tea again and finds as many; the owner compares, and has one line to explain."""
    counted_short(desk, stocked)
    stocked.counts(desk.url, "Bo", stocked.shelf, TEA_B=9)
    desk.wait(lambda: desk.reads("4 of 4 places are counted"))
    desk.press(KEY.Key_F9)
    assert desk.variances() == {"TEA-B": (-1, "why?")}
    desk.choose_line("TEA-B")


def test_a_place_is_counted_by_its_label_and_scans_while_nothing_tells_what_is_expected(desk: Desk) -> None:
    begin(desk)
    desk.press(KEY.Key_F4)
    desk.scan(SHELF)
    assert desk.sheet.title.text() == "Shelf 1"
    desk.scan(GREEN, GREEN_CASE, BLACK)
    assert desk.rows() == {"TEA-B": ("1.0", "Counted"), "TEA-G": ("7.0", "Counted")} or desk.rows() == {
        "TEA-G": ("7.0", "Counted"), "TEA-B": ("1.0", "Counted"),
    }  # fmt: skip
    desk.line("12*")
    desk.scan(BLACK)
    assert desk.rows()["TEA-B"] == ("13.0", "Counted")
    desk.line("tea")
    assert not desk.reads("On hand")
    desk.press(KEY.Key_Escape)
    assert desk.value("SELECT count(*) FROM count_entry") == 4
    assert desk.value("SELECT sum(qty) FROM count_entry") == 20_000


def test_scans_that_follow_the_label_of_another_place_are_counted_there(desk: Desk, stocked: Stocked) -> None:
    begin(desk)
    desk.press(KEY.Key_F4)
    desk.scan(SHELF, GREEN, BACK, CUP, CUP)
    counted = dict(
        desk.table(
            "SELECT s.location_id, sum(e.qty) FROM count_entry e JOIN count_sheet s ON s.id = e.sheet_id "
            "GROUP BY s.location_id"
        )
    )
    assert counted == {stocked.shelf: 1_000, stocked.back: 2_000}


def test_what_another_station_counts_shows_here_too(desk: Desk, stocked: Stocked) -> None:
    begin(desk)
    desk.press(KEY.Key_F4)
    desk.scan(SHELF, GREEN, GREEN)
    stocked.counts(desk.url, "Ann", stocked.shelf, done=False, TEA_G=6, TEA_B=2)
    desk.wait(lambda: desk.rows().get("TEA-G") == ("8.0", "Counted"))
    assert desk.rows()["TEA-B"] == ("2.0", "Counted")


def test_a_place_that_another_station_finished_is_left(desk: Desk, stocked: Stocked) -> None:
    begin(desk)
    desk.press(KEY.Key_F4)
    desk.scan(SHELF, GREEN)
    stocked.counts(desk.url, "Ann", stocked.shelf, TEA_B=2)
    desk.wait(lambda: desk.screen.page is desk.screen.start)
    assert desk.said().startswith("Somebody finished this place")


def test_from_the_count_to_the_posted_ledger(desk: Desk, stocked: Stocked) -> None:
    compared(desk, stocked)
    desk.press(KEY.Key_F9)
    assert "still waits" in desk.said()
    assert desk.value("SELECT count(*) FROM document WHERE kind = 'count'") == 0
    box = desk.lines.card.box
    box.setCurrentIndex(box.findData("theft"))
    desk.click("This is why")
    assert desk.variances() == {}
    desk.press(KEY.Key_F9)
    assert desk.said().startswith("N-0001 is posted.")
    assert desk.on_hand(stocked.items["TEA-B"], stocked.shelf) == 9
    assert desk.ask("SELECT cause FROM document_line WHERE kind = 'count' AND cause <> ''") == "theft"
    assert sorted((row.variance, row.chip.text) for row in desk.lines.rows.rows)[0] == (-1_000, "Theft")


@pytest.fixture
def recounted(stocked: Stocked, sqlite_url: str) -> Stocked:
    """A count that Ann counted whole, with a black tea too few on the shelf, and that the owner compared."""
    stocked.count_begun(sqlite_url)
    stocked.counts(sqlite_url, "Ann", stocked.shelf, TEA_G=24, TEA_B=9)
    stocked.counts(sqlite_url, "Ann", stocked.back, TEA_B=6, CUP_1=5, RADIO=4)
    stocked.counts(sqlite_url, "Ann", stocked.main)
    with open_shop(sqlite_url) as db:
        count_close.close(db, stocked.owner, 1)
    return stocked


@pytest.mark.usefixtures("recounted")
def test_who_counted_a_place_does_not_count_it_again(open_desk: OpenDesk) -> None:
    ann = open_desk("Ann")
    assert ann.listed() == [("Shelf 1", "for somebody else")]
    ann.scan(SHELF)
    assert ann.said().startswith("You counted Shelf 1 before.")


@pytest.mark.usefixtures("recounted")
def test_a_recount_shows_no_figure_of_the_first_count(open_desk: OpenDesk) -> None:
    bo = open_desk("Bo")
    bo.scan(SHELF)
    assert bo.rows() == {"TEA-B": ("0.0", "Not counted yet")}
    bo.press(KEY.Key_F9)
    assert "1 item of the list has no figure yet: Black tea." in bo.said()
    bo.press(KEY.Key_F7)
    assert bo.rows() == {"TEA-B": ("0.0", "None here")}
    bo.press(KEY.Key_F9)
    assert bo.said().startswith("Shelf 1 is counted")


def test_a_line_is_sent_back_to_be_counted_again_from_the_screen(desk: Desk, stocked: Stocked) -> None:
    compared(desk, stocked)
    desk.press(KEY.Key_F8)
    desk.wait(lambda: desk.screen.page is not None and hasattr(desk.screen.page, "progress"))
    assert desk.board.progress.sheets[0].round == 3


def test_an_unknown_code_is_counted_and_matched_afterwards(desk: Desk) -> None:
    begin(desk)
    desk.press(KEY.Key_F4)
    desk.scan(SHELF, NOBODY, NOBODY)
    assert desk.rows()[NOBODY] == ("2.0", "Unknown")
    desk.screen.open_count(1)
    desk.settle()
    desk.click(next(key for key in desk.board.findChildren(type(desk.board.close_key)) if key.text() == NOBODY))
    desk.type("cup")
    desk.settle()
    desk.key(KEY.Key_Return, "\r")
    desk.settle()
    assert desk.value("SELECT i.sku FROM count_match m JOIN item i ON i.id = m.item_id") == "CUP-1"
    assert desk.board.progress.unknown == ()


def test_a_place_is_given_to_somebody(desk: Desk) -> None:
    begin(desk)
    desk.board.table.select(next(n for n, row in enumerate(desk.board.rows.rows) if row.place.endswith("Shelf 1")))
    desk.press(KEY.Key_F6)
    panel = desk.board.side.panel
    assert isinstance(panel, AssignPanel)
    panel.table.select(next(n for n, row in enumerate(panel.rows.rows) if row.name == "Bo"))
    desk.click("Give this place")
    assert desk.value("SELECT p.name FROM count_sheet s JOIN person p ON p.id = s.assigned_to") == "Bo"
    desk.press(KEY.Key_F4)
    desk.scan(SHELF, GREEN)
    assert "somebody else" in desk.said()
    assert desk.value("SELECT count(*) FROM count_entry") == 0
    assert desk.rows() == {}


def test_what_was_not_scanned_is_asked_about_before_a_whole_place_is_done(desk: Desk) -> None:
    begin(desk)
    desk.press(KEY.Key_F4)
    desk.scan(SHELF, GREEN)
    desk.press(KEY.Key_F9)
    assert desk.sheet.step.next_key.second() == "Press again: what was not scanned is not here"
    desk.sheet.counting.read()  # another station does something: nothing new here, the key still waits
    desk.settle()
    assert desk.sheet.step.next_key.second() == "Press again: what was not scanned is not here"
    desk.scan(GREEN)  # a scan after the first press means that it is not done
    assert desk.sheet.step.next_key.second() == ""
    assert desk.value("SELECT count(*) FROM count_sheet WHERE state = 'done'") == 0


def test_a_file_is_entered_once(desk: Desk, tmp_path: Path) -> None:
    begin(desk)
    path = tmp_path / "shelf.csv"
    path.write_text(f"{GREEN},24\n{BLACK},10\n")
    desk.press(KEY.Key_F4)
    desk.scan(SHELF)
    place = desk.sheet.head_.location_id
    for _time in range(2):
        desk.screen._take_file(1, place, str(path))
        desk.settle()
    assert "was taken on" in desk.said()
    assert desk.rows() == {"TEA-G": ("24.0", "Counted"), "TEA-B": ("10.0", "Counted")}


def test_a_figure_that_may_be_a_code_is_asked_for_again(desk: Desk) -> None:
    begin(desk)
    desk.press(KEY.Key_F4)
    desk.scan(SHELF, GREEN)
    desk.line("*10000000")
    assert "10000000 is too many." in desk.said()
    desk.line("*20000")
    assert "is very many. Is it a code?" in desk.said()
    assert desk.rows()["TEA-G"] == ("1.0", "Counted")
    desk.line("*20000")
    assert desk.rows()["TEA-G"] == ("20000.0", "Counted")


def test_the_plan_shows_what_it_costs_before_it_is_saved(desk: Desk, stocked: Stocked) -> None:
    desk.screen.show_plan()
    desk.settle()
    plan = desk.screen.plan
    plan.times[next(iter(plan.times))].set_value(12)
    plan.on.setChecked(True)
    plan.cap.set_value(0)
    assert not desk.window.shop.settings.cycle_counts
    desk.press(KEY.Key_F9)
    assert desk.said().startswith("The plan is saved.")
    assert desk.window.shop.settings.cycle_counts


def test_who_only_counts_sees_places_and_no_counts(stocked: Stocked, open_desk: OpenDesk, sqlite_url: str) -> None:
    stocked.count_begun(sqlite_url)
    ann = open_desk("Ann")
    assert {name for name, _state in ann.listed()} == {"Shop", "Shelf 1", "Back room"}
    assert not ann.sees("New count")
    assert not ann.sees("Plan of counts")
    ann.press(KEY.Key_N, CTRL)
    assert ann.screen.page is ann.screen.start


def test_an_action_is_written_down_and_done(desk: Desk, stocked: Stocked) -> None:
    compared(desk, stocked)
    desk.click("So that it does not happen again")
    desk.fill("Action", "Two teas on two shelves")
    desk.click("Write it down")
    assert desk.table("SELECT action, done_at FROM count_action") == [("Two teas on two shelves", None)]
    said = next(key for key in desk.lines.card.findChildren(type(desk.lines.post_key)) if "Two teas" in key.text())
    desk.click(said)
    desk.fill("Outcome", "Moved")
    desk.click("It is done")
    assert desk.value("SELECT outcome FROM count_action WHERE done_at IS NOT NULL") == "Moved"


def test_the_sheets_and_the_review_are_written(desk: Desk, tmp_path: Path) -> None:
    begin(desk)
    for write, of, name in (
        (papers.write_sheets, 1, "sheets.pdf"),
        (papers.write_review, papers.last_quarter(), "r.pdf"),
    ):
        desk.window.shop.read(write, of, str(tmp_path / name), asked_by=desk.screen)
        desk.settle()
        assert (tmp_path / name).read_bytes().startswith(b"%PDF")


def test_the_log_is_narrowed_and_an_action_is_finished_there(desk: Desk, stocked: Stocked) -> None:
    compared(desk, stocked)
    desk.click("So that it does not happen again")
    desk.fill("Action", "Two shelves")
    desk.click("Write it down")
    box = desk.lines.card.box
    box.setCurrentIndex(box.findData("theft"))
    desk.click("This is why")
    desk.press(KEY.Key_F9)
    desk.press(KEY.Key_F4)
    desk.click("Variance log")
    log = desk.screen.log
    assert [(row.name, row.cause) for row in log.rows.rows] == [("Black tea", "Theft")]
    for name, key in (("cause", "mis_scan"), ("abc", "C"), ("person", stocked.owner.person_id)):
        log.boxes[name].setCurrentIndex(log.boxes[name].findData(key))
        desk.settle()
        assert log.rows.rows == (), name
        log.boxes[name].setCurrentIndex(0)
    desk.settle()
    desk.press(KEY.Key_Return)
    assert desk.lines.head_.number == "N-0001"
    desk.press(KEY.Key_F4)
    desk.click("Corrective actions")
    assert [row.action for row in log.action_rows.rows] == ["Two shelves"]
    log.to_do.select(0)
    desk.press(KEY.Key_Return)
    desk.fill("Outcome", "Done so")
    desk.click("It is done")
    assert log.action_rows.rows == ()
    assert desk.value("SELECT outcome FROM count_action") == "Done so"
