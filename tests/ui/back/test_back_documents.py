"""Documents: found by a scan, words and kind; shown in full; reversed with a reason, or refused in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shopstock.core.units import ItemId, Money
from shopstock.db.connection import open_shop
from shopstock.queries import till
from shopstock.services import cash
from tests import till as shop
from tests.conftest import acting_as_owner
from tests.ui.back.conftest import BADGE, CUP, Desk
from tests.ui.desk import CTRL, KEY


@pytest.fixture
def posted(desk: Desk) -> Desk:
    """A write-off of one cup, posted."""
    desk.click("Own use")
    desk.scan(CUP)
    desk.press(KEY.Key_F9)
    return desk


def number(desk: Desk) -> str:
    found = desk.value(
        "SELECT s.prefix || '-' || d.number FROM document d JOIN station s ON s.id = d.station_id"
        " WHERE d.kind = 'write_off'"
    )
    return str(found)


def test_the_number_on_a_paper_opens_its_document(posted: Desk) -> None:
    posted.press(KEY.Key_5, CTRL)
    posted.scan(number(posted))
    panel = posted.screen.page("documents").panel
    assert panel.isVisible()
    assert panel.title.text() == f"Write-off {number(posted)}"
    assert [row.name for row in panel._rows.rows] == ["Cup"]
    posted.scan("9-999999")
    assert "the number of no document" in posted.said()


def test_words_and_kinds_narrow_the_list(posted: Desk) -> None:
    posted.press(KEY.Key_5, CTRL)
    page = posted.screen.page("documents")
    assert page._rows.rowCount() == 5  # four openings and the write-off
    page.kind.setCurrentIndex(page.kind.findData("write_off"))
    assert [row.title for row in page._rows.rows] == [f"Write-off {number(posted)}"]
    page.kind.setCurrentIndex(0)
    page.filter.setText("plate")
    page.refresh()
    assert [row.second for row in page._rows.rows] == ["Plate"]
    page.filter.setText("nowhere")
    page.refresh()
    assert posted.reads("No document is found.")


def test_it_is_reversed_with_a_reason_that_stands_on_both(posted: Desk, goods: dict[str, ItemId]) -> None:
    posted.press(KEY.Key_5, CTRL)
    posted.scan(number(posted))
    posted.click("Reverse")
    posted.click("Reverse it")
    assert "Say why it is reversed" in posted.said()
    assert posted.on_hand(goods[CUP]) == 9
    posted.fill("Why it is reversed", "It was under the counter")
    posted.click("Reverse it")
    assert "Reversed by" in posted.said()
    assert posted.on_hand(goods[CUP]) == 10
    panel = posted.screen.page("documents").panel
    assert panel.document.reversed_by.note == "It was under the counter"
    assert panel.reversing.why_not.text() == "This document was reversed before."
    assert not posted.sees("Reverse")
    posted.screen.open_document(panel.document.reversed_by.document.id)
    assert panel.document.reverses is not None
    assert panel.document.note == "It was under the counter"
    assert "cannot be reversed" in panel.reversing.why_not.text()


def test_esc_closes_the_question_then_the_document(posted: Desk) -> None:
    posted.press(KEY.Key_5, CTRL)
    posted.scan(number(posted))
    posted.click("Reverse")
    posted.press(KEY.Key_Escape)
    panel = posted.screen.page("documents").panel
    assert panel.isVisible()
    assert not panel.reversing.asks
    posted.screen.page("documents").table.setFocus()
    posted.press(KEY.Key_Escape)
    assert not panel.isVisible()


def test_the_palette_opens_documents_here(posted: Desk) -> None:
    posted.window.open_screen("stock")
    entries: list[object] = []
    finder = posted.window.palette_._providers[2]
    finder(number(posted), entries.extend)
    posted.settle()
    entries[0].run()  # type: ignore[attr-defined]
    posted.settle()
    assert posted.window.current_screen == "back"
    assert posted.screen.part == "documents"
    assert posted.screen.page("documents").panel.document.number == number(posted)


def test_a_sale_on_a_z_report_cannot_be_reversed_but_comes_back_as_a_return(
    desk: Desk, goods: dict[str, ItemId], sqlite_url: str
) -> None:
    with open_shop(sqlite_url) as db:
        owner = acting_as_owner(db)
        cash.open_shift(db, owner, Money(0))
        sold = shop.sold(db, owner, till.goods(db, goods[CUP], owner.location_id), "2").document
        cash.count_drawer(db, owner, Money(100_000))
        cash.close_shift(db, owner)
    assert sold is not None
    desk.press(KEY.Key_5, CTRL)
    desk.screen.open_document(sold.id)
    desk.settle()
    panel = desk.screen.page("documents").panel
    assert "Z report" in panel.reversing.why_not.text()
    assert not panel.reversing.begin_key.isVisible()
    assert desk.on_hand(goods[CUP]) == 8
    desk.click("Take back as a return")
    assert desk.window.current_screen == "sell"
    desk.click("Everything comes back")
    desk.press(KEY.Key_F10)
    assert desk.on_hand(goods[CUP]) == 10
    assert desk.value("SELECT of_id FROM document WHERE kind = 'customer_return'") == sold.id
    assert desk.value("SELECT count(*) FROM document WHERE kind = 'reversal'") == 0


def test_who_may_not_reverse_asks_a_second_person_on_the_same_screen(
    crew: None, open_desk: Callable[..., Desk], goods: dict[str, ItemId]
) -> None:
    ann = open_desk("Ann")
    ann.click("Own use")
    ann.scan(CUP)
    ann.press(KEY.Key_F9)
    ann.press(KEY.Key_5, CTRL)
    ann.scan(number(ann))
    ann.click("Reverse")
    ann.fill("Why it is reversed", "It was under the counter")
    ann.click("Reverse it")
    assert ann.on_hand(goods[CUP]) == 9
    assert ann.screen.page("documents").approval.isVisible()
    ann.scan(BADGE)
    assert ann.on_hand(goods[CUP]) == 10
    assert ann.value(
        "SELECT p.name || ' ' || q.name FROM document d JOIN person p ON p.id = d.by_id "
        "JOIN person q ON q.id = d.approved_by WHERE d.kind = 'reversal'"
    ) == "Ann Mia"  # fmt: skip
