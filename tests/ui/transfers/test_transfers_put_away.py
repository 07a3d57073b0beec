"""Put-away by three scans, by scanner alone and by keyboard alone; what is refused stays in hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt

from shopstock.core.document import Goods, Head
from shopstock.core.outcome import ShopError
from shopstock.db import clock
from shopstock.db.connection import open_shop
from shopstock.services import transfer
from tests.ui.desk import CTRL
from tests.ui.transfers.conftest import (
    B04,
    B07,
    BACK,
    BLACK,
    CUP,
    GREEN,
    GREEN_CASE,
    HALL,
    NOBODY,
    Desk,
    Stocked,
    pieces,
)

KEY = Qt.Key


def test_three_scans_put_goods_away(desk: Desk, stocked: Stocked) -> None:
    desk.scan(BACK, GREEN, B04)
    assert desk.said() == "1 × Green tea: Back room → Back room, Bin 4"
    assert desk.on_hand(stocked.items["TEA-G"], stocked.b04) == 1
    assert desk.on_hand(stocked.items["TEA-G"], stocked.back) == 23
    assert desk.hand() == []
    assert desk.screen.start.put_away.source.text() == "Back room"


def test_scans_faster_than_the_book_are_carried_out_in_order(desk: Desk, stocked: Stocked) -> None:
    for code in (BACK, GREEN, GREEN, GREEN_CASE, B04, BLACK, B07):
        desk.burst(code)
    desk.settle()
    assert desk.on_hand(stocked.items["TEA-G"], stocked.b04) == 8
    assert desk.on_hand(stocked.items["TEA-B"], stocked.b07) == 4
    assert desk.ask("SELECT count(*) FROM document WHERE kind = 'transfer'") == 2


def test_an_item_first_comes_from_where_the_book_has_it_and_enter_takes_it_home(desk: Desk, stocked: Stocked) -> None:
    desk.scan(GREEN)
    assert desk.hand() == [("Green tea", 1, "Back room")]
    assert "by the book" in desk.screen.start.put_away.source.second()
    assert "Enter: to its home Back room, Bin 4" in desk.screen.start.put_away.target.second()
    desk.line("*4")
    desk.press(KEY.Key_Return)
    assert desk.said() == "4 × Green tea: Back room → Back room, Bin 4"
    assert desk.on_hand(stocked.items["TEA-G"], stocked.b04) == 4


def test_where_goods_come_from_can_be_changed(desk: Desk, stocked: Stocked) -> None:
    desk.scan(BLACK)
    assert desk.hand() == [("Black tea", 1, "Back room")]
    desk.press(KEY.Key_F5)
    desk.scan(B07)
    assert desk.hand() == [("Black tea", 1, "Back room, Bin 7")]
    desk.scan(B04)
    assert desk.on_hand(stocked.items["TEA-B"], stocked.b07) == 2


def test_many_items_go_in_one_document(desk: Desk, stocked: Stocked) -> None:
    desk.scan(BACK, GREEN, BLACK, BLACK)
    desk.line("3*")
    desk.scan(GREEN)
    desk.scan(B04)
    assert desk.said() == "2 items, 6 in all: Back room → Back room, Bin 4"
    assert desk.ask("SELECT count(*) FROM document_line WHERE kind = 'transfer'") == 2
    assert desk.on_hand(stocked.items["TEA-B"], stocked.b04) == 2


def test_by_keyboard_alone_with_names_typed(desk: Desk, stocked: Stocked) -> None:
    desk.line("back room")
    assert desk.screen.start.put_away.source.text() == "Back room"
    desk.line("2*green tea")
    desk.press(KEY.Key_Return)
    desk.settle()
    assert desk.hand() == [("Green tea", 2, "Back room")]
    desk.line("bin 4")
    assert desk.on_hand(stocked.items["TEA-G"], stocked.b04) == 2


def test_undo_reverses_the_put_away(desk: Desk, stocked: Stocked) -> None:
    desk.scan(BACK, GREEN, B04)
    desk.press(KEY.Key_Z, CTRL)
    assert desk.said() == "Taken back: 1 × Green tea: Back room → Back room, Bin 4"
    assert desk.on_hand(stocked.items["TEA-G"], stocked.back) == 24
    assert desk.ask("SELECT count(*) FROM document WHERE kind = 'reversal'") == 1


def test_who_may_not_reverse_is_offered_no_undo(stocked: Stocked, open_desk: Callable[..., Desk]) -> None:
    desk = open_desk("Ann")
    desk.scan(BACK, GREEN, B04)
    message = desk.window.messages.current()
    assert message is not None
    assert message.action == ""


def test_an_unknown_code_says_so_and_nothing_is_lost(desk: Desk) -> None:
    desk.scan(BACK, GREEN, NOBODY)
    assert desk.said().startswith(f"Nobody knows {NOBODY}.")
    assert desk.hand() == [("Green tea", 1, "Back room")]
    assert desk.ask("SELECT times FROM unknown_code WHERE code = ?", NOBODY) == 1
    desk.scan(B04)
    assert desk.hand() == []


def test_more_than_is_there_is_red_and_posts_nothing(desk: Desk) -> None:
    desk.scan(B07, BLACK, BLACK, BLACK, BLACK)
    assert "Back room, Bin 7 has 3 Black tea, and 4 are in hand. There are 10 in Back room." in desk.said()
    desk.scan(B04)
    assert "and 4 are in hand" in desk.said()
    assert desk.hand() == [("Black tea", 4, "Back room, Bin 7")]
    assert desk.ask("SELECT count(*) FROM document WHERE kind = 'transfer'") == 0
    desk.press(KEY.Key_Minus)
    desk.scan(B04)
    assert desk.hand() == []


def test_the_same_place_twice_is_refused_and_stays_in_hand(desk: Desk) -> None:
    desk.scan(BACK, GREEN, BACK)
    assert desk.said().startswith("Green tea comes from Back room. Scan another place")
    assert desk.hand() == [("Green tea", 1, "Back room")]
    assert desk.ask("SELECT count(*) FROM document WHERE kind = 'transfer'") == 0


def test_another_shop_is_not_reached_by_putting_away(desk: Desk) -> None:
    desk.scan(CUP, HALL)
    assert desk.said().startswith("Market hall is in another shop. Goods go there by a transfer")
    assert desk.hand() == [("Cup", 1, "Shop")]


def test_what_the_service_refuses_stays_in_hand(desk: Desk, stocked: Stocked) -> None:
    desk.scan(B07, BLACK)
    # Another till takes all of it away meanwhile.
    with open_shop(desk.url) as db:
        goods = [Goods(stocked.items["TEA-B"], pieces(3), location_id=stocked.b07)]
        transfer.put_away(db, stocked.owner, Head("elsewhere", clock.now()), goods, stocked.b04)
    desk.scan(BACK)
    assert desk.said().endswith("What is in hand stays so.")
    assert desk.hand() == [("Black tea", 1, "Back room, Bin 7")]
    assert desk.on_hand(stocked.items["TEA-B"], stocked.back) == 10


def test_an_answer_that_is_lost_is_asked_for_again_and_posts_once(
    desk: Desk, stocked: Stocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = transfer.put_away, []

    def flaky(db: Any, acting: Any, head: Any, goods: Any, to: Any) -> Any:
        calls.append(head.key)
        changes = real(db, acting, head, goods, to)
        if len(calls) == 1:
            raise ShopError("The answer was lost.")
        return changes

    monkeypatch.setattr(transfer, "put_away", flaky)
    desk.scan(BACK, GREEN, B04)
    assert len(calls) == 2
    assert len(set(calls)) == 1
    assert desk.on_hand(stocked.items["TEA-G"], stocked.b04) == 1
    assert desk.hand() == []


def test_escape_puts_all_back(desk: Desk) -> None:
    desk.scan(BACK, GREEN)
    desk.press(KEY.Key_Escape)
    assert desk.hand() == []
    assert desk.ask("SELECT count(*) FROM document WHERE kind = 'transfer'") == 0
