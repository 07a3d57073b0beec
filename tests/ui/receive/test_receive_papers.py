"""Posted supplier invoices on the screen, and undoing one."""

from __future__ import annotations

from PySide6.QtCore import Qt

from shopstock.ui.receive.posted_page import PostedPage
from tests.ui.receive.conftest import BackRoom, Stocked
from tests.ui.receive.test_receive_post import count_some, post

Key = Qt.Key


def test_a_posted_invoice_is_listed_and_reversed_with_its_reason(room: BackRoom, stocked: Stocked) -> None:
    count_some(room, stocked)
    post(room)
    room.press(Key.Key_F9)
    room.press(Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    room.click("As received")
    room.fill("Invoice number", "R-77")
    room.fill("Tax", "9.12")
    room.click("Post the invoice")
    room.click("Posted")
    page = room.screen.page
    assert isinstance(page, PostedPage)
    (row,) = page.invoices.model().rows
    assert (row.supplier, row.number, row.net, row.tax, row.disputed, row.reversed) == (
        "Noor & Zoon Candles", "R-77", 456_000, 91_200, 0, 0,
    )  # fmt: skip
    assert not page.reverse_key.isEnabled()
    room.fill("Why it is undone", "wrong supplier")
    room.click("Reverse")
    assert room.table("SELECT note FROM document WHERE kind = 'reversal'") == [("wrong supplier",)]
    assert page.invoices.model().rows[0].reversed == 1
    assert not page.reverse_key.isEnabled()
    room.press(Key.Key_Escape)
    room.click("As received")
    assert room.reads("45.60 net")
