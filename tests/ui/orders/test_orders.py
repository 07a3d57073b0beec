"""The list of orders, their states from draft to closed, and how they go out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QUrl, QUrlQuery, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from shopstock.core.acting import Role
from shopstock.core.scan import Scan
from shopstock.db.connection import open_shop
from shopstock.services import purchase
from shopstock.ui.orders import heads, send_panel, sending
from tests import till as tills
from tests.conftest import acting_as_owner
from tests.ui.desk import CTRL, KEY, SHIFT
from tests.ui.orders.conftest import TEA, Desk, an_order, unnamed


def list_of(desk: Desk, *columns: int) -> list[Any]:
    return desk.shown(desk.screen.list.table, *columns)


def test_the_list_shows_parts_words_and_what_is_late(shop_url: str, desk: Desk) -> None:
    an_order(shop_url, ("TEA", "6"), upto="sent", expected=20260227)
    an_order(shop_url, ("TEA", "6"), upto="sent", expected=20260302)
    an_order(shop_url, ("TEA", "6"), ("CANDLE", "2"))
    desk.press(KEY.Key_F5)
    assert list_of(desk, 0) == ["P-0001", "P-0002"]
    model = desk.screen.list.table.rows_model()
    due = [model.columns[6].chips(model.row_at(row))[0] for row in range(2)]  # type: ignore[misc]
    assert [(chip.text, chip.tone) for chip in due] == [("3 days late", "bad"), ("due today", "warn")]
    desk.click("Drafts 1")
    assert list_of(desk, 0, 3, 4) == [("P-0003", "2", "18.00")]
    desk.click("All")
    assert len(list_of(desk, 0)) == 3
    desk.press(KEY.Key_F2)
    desk.type("p-0002")
    desk.wait(lambda: list_of(desk, 0) == ["P-0002"])
    desk.press(KEY.Key_Return)
    desk.press(KEY.Key_Return)
    assert desk.reads("Order P-0002")


def test_an_empty_shop_says_what_to_do_first(desk: Desk) -> None:
    assert desk.reads("Nothing has been ordered yet.")
    assert unnamed(desk.window) == []
    desk.click("See what is low")
    assert desk.shown(desk.screen.low.table, 1) == ["Lantern", "Candle", "Tea"]


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # said of menus by the offscreen platform
def test_an_order_is_begun_by_keys(desk: Desk) -> None:
    desk.press(KEY.Key_N, CTRL)
    assert desk.reads("Who is it for?")
    desk.type("North & Sons")
    desk.press(KEY.Key_Tab)
    desk.type("+7")
    desk.press(KEY.Key_Return)
    assert desk.state() == "draft"
    assert desk.value("SELECT expected_day FROM purchase_order") == 20260309
    desk.scan(TEA)
    assert desk.lines() == {"TEA": (6_000, 20_000)}


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # said of menus by the offscreen platform
def test_a_supplier_that_is_none_and_a_day_that_is_none_are_refused(desk: Desk) -> None:
    desk.press(KEY.Key_N, CTRL)
    desk.type("Nobody")
    desk.click("Create the draft")
    assert "no supplier" in desk.said()
    desk.fill("Expected", "soon")
    desk.screen.order.details.supplier.setEditText("North & Sons")
    desk.click("Create the draft")
    assert "is no day" in desk.said()
    assert desk.value("SELECT count(*) FROM purchase_order") == 0


def test_a_foreign_order_waits_for_its_rate(shop_url: str, desk: Desk) -> None:
    desk.screen.open_order(an_order(shop_url, ("TEA", "6")))
    desk.settle()
    desk.screen.order.details.currency.setCurrentText("EUR")
    desk.click("Save details")
    desk.press(KEY.Key_F9)
    assert desk.state() == "draft"
    desk.fill("Rate", "0.8523")
    desk.press(KEY.Key_F9)
    assert desk.state() == "approved", "what was typed is kept first"
    assert desk.value("SELECT rate FROM purchase_order") == 852_300


@pytest.mark.parametrize("lines", [False, True])
def test_from_draft_to_sent_and_back_by_keys(shop_url: str, open_desk: Callable[..., Desk], lines: bool) -> None:
    order = an_order(shop_url, ("TEA", "12"))
    desk = open_desk(lines=lines)
    desk.screen.open_order(order)
    desk.settle()
    desk.press(KEY.Key_F9)
    assert desk.state() == "approved"
    desk.press(KEY.Key_D, CTRL)
    assert desk.state() == "draft"
    desk.press(KEY.Key_F9)
    desk.press(KEY.Key_F10)
    desk.click("Mark as sent")
    assert desk.state() == "sent"
    assert desk.value("SELECT expected_day FROM purchase_order") == 20260307
    desk.press(KEY.Key_R, CTRL | SHIFT)
    assert desk.state() == "sent", "closing is asked about"
    desk.press(KEY.Key_Escape)
    desk.press(KEY.Key_R, CTRL | SHIFT)
    desk.press(KEY.Key_Return)
    assert desk.state() == "closed"


def test_cancelling_is_asked_about(shop_url: str, desk: Desk) -> None:
    desk.screen.open_order(an_order(shop_url, ("TEA", "6")))
    desk.settle()
    desk.press(KEY.Key_X, CTRL | SHIFT)
    assert desk.reads("Cancel P-0001?")
    assert desk.state() == "draft"
    desk.press(KEY.Key_Return)
    assert desk.state() == "cancelled"
    assert not desk.sees("Approve")


def test_the_keys_of_an_order_do_nothing_to_one_that_is_not_on_show(shop_url: str, desk: Desk) -> None:
    desk.screen.open_order(an_order(shop_url, ("TEA", "6")))
    desk.settle()
    desk.press(KEY.Key_F5)
    desk.press(KEY.Key_F9)
    desk.press(KEY.Key_Delete)
    assert desk.state() == "draft"
    assert list(desk.lines()) == ["TEA"]


@pytest.mark.parametrize("kind", ["PDF", "spreadsheet", "CSV"])
def test_an_order_goes_out_as_a_file(shop_url: str, open_desk: Callable[..., Desk], tmp_path: Path, kind: str) -> None:
    desk = open_desk(lines=True)
    desk.screen.open_order(an_order(shop_url, ("TEA", "6"), upto="approved"))
    desk.settle()
    desk.press(KEY.Key_F10)
    desk.click(f"Save as {kind}")
    dialog = next(one for one in desk.window.findChildren(QFileDialog) if one.isVisible())
    assert not dialog.isModal()
    target = tmp_path / "out" / f"P-0001.{kind}"
    dialog.fileSelected.emit(str(target))
    dialog.close()
    desk.wait(lambda: desk.state() == "sent")
    begin = {"PDF": b"%PDF", "spreadsheet": b"PK", "CSV": b"\xef\xbb\xbf"}[kind]
    assert target.read_bytes().startswith(begin)
    desk.wait(lambda: desk.sees("Send again"))


def test_a_place_that_cannot_be_written_is_said_and_the_order_is_not_sent(
    shop_url: str, desk: Desk, tmp_path: Path
) -> None:
    desk.screen.open_order(an_order(shop_url, ("TEA", "6"), upto="approved"))
    desk.settle()
    desk.press(KEY.Key_F10)
    blocked = tmp_path / "file"
    blocked.write_text("x")
    panel = desk.screen.order.send_panel
    panel._write(sending.Kind.PDF, panel._saved, str(blocked / "P-0001.pdf"))
    desk.settle()
    assert "cannot be written" in desk.said()
    assert desk.state() == "approved"


class Mail(QObject):
    """Stands in for the programs of the desktop."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[QUrl] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url)


@contextmanager
def desktop() -> Iterator[Mail]:
    """Open no program of the machine, but take note of what would be opened."""
    mail = Mail()
    for scheme in ("mailto", "file"):
        QDesktopServices.setUrlHandler(scheme, mail, "open")  # type: ignore[arg-type]
    try:
        yield mail
    finally:
        for scheme in ("mailto", "file"):
            QDesktopServices.unsetUrlHandler(scheme)


def test_an_order_is_opened_for_printing(shop_url: str, desk: Desk) -> None:
    desk.screen.open_order(an_order(shop_url, ("TEA", "6"), upto="approved"))
    desk.settle()
    desk.press(KEY.Key_F10)
    with desktop() as mail:
        desk.click("Open for printing")
    (paper,) = mail.opened
    assert Path(paper.toLocalFile()).read_bytes().startswith(b"%PDF")
    assert desk.state() == "sent"


def test_an_e_mail_is_opened_with_the_file_in_its_folder(
    shop_url: str, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send_panel, "folder", lambda: tmp_path / "orders")
    with desktop() as mail:
        desk.screen.open_order(an_order(shop_url, ("TEA", "6"), upto="approved"))
        desk.settle()
        desk.press(KEY.Key_F10)
        desk.press(KEY.Key_Return)  # the first way has the keys
    folder, letter = mail.opened
    assert Path(folder.toLocalFile()) == tmp_path / "orders"
    assert (tmp_path / "orders" / "P-0001.pdf").read_bytes().startswith(b"%PDF")
    assert letter.path() == "desk@north.example"
    query = QUrlQuery(letter)
    assert (
        query.queryItemValue("subject", QUrl.ComponentFormattingOption.FullyDecoded) == "Order P-0001 from Corner Shop"
    )
    assert "North & Sons" in query.queryItemValue("body", QUrl.ComponentFormattingOption.FullyDecoded)
    assert desk.state() == "sent"


def test_scanning_an_orders_bar_code_opens_it_from_anywhere_on_the_screen(shop_url: str, desk: Desk) -> None:
    an_order(shop_url, ("TEA", "6"))
    an_order(shop_url, ("CANDLE", "2"))
    desk.window.on_scan(Scan("P-0002"))
    desk.settle()
    assert desk.reads("Order P-0002")
    desk.scan("P-0001")
    assert desk.reads("Order P-0001")
    desk.press(KEY.Key_F7)
    desk.window.on_scan(Scan(TEA))
    assert "is no order" in desk.said()


def test_the_palette_finds_orders_and_suppliers(shop_url: str, desk: Desk) -> None:
    an_order(shop_url, ("TEA", "6"))
    desk.press(KEY.Key_K, CTRL)
    desk.type("P-0001")
    desk.settle()
    assert ("Order P-0001", "order") in [(one.text, one.kind) for one in desk.window.palette_.entries()]
    desk.press(KEY.Key_Return)
    assert desk.reads("Order P-0001")
    desk.press(KEY.Key_K, CTRL)
    desk.type("brass")
    desk.settle()
    found = next(one for one in desk.window.palette_.entries() if one.kind == "supplier")
    found.run()
    desk.window.palette_.close_palette()
    desk.settle()
    assert desk.field("Name").text() == "Brass Ltd"


def test_what_others_do_to_an_order_shows(shop_url: str, open_desk: Callable[..., Desk]) -> None:
    order = an_order(shop_url, ("TEA", "6"))
    desk = open_desk(lines=True)
    desk.screen.open_order(order)
    desk.settle()
    desk.scan(TEA)  # the writer line has begun to watch
    with open_shop(shop_url) as db:
        purchase.approve(db, acting_as_owner(db), order)
    desk.wait(lambda: desk.sees("Back to draft"))


def test_who_may_not_order_does_not_see_the_screen(shop_url: str, open_desk: Callable[..., Desk]) -> None:
    with open_shop(shop_url) as db:
        tills.person(db, acting_as_owner(db), "Mira", Role.STOCKROOM)
    desk = open_desk("Mira")
    assert "orders" not in desk.window.allowed_screens()


@pytest.mark.parametrize(("text", "day"), [("2026-11-30", 20261130), ("+3", 20260305), ("", None)])
def test_days_are_read(shop_url: str, text: str, day: int | None) -> None:
    assert heads.day_typed(text) == day
    if day is not None:
        assert heads.day_typed(heads.day_written(day)) == day  # type: ignore[arg-type]


def test_escape_leaves_an_order_and_f4_puts_the_details_away(shop_url: str, desk: Desk) -> None:
    desk.screen.open_order(an_order(shop_url, ("TEA", "6")))
    desk.settle()
    assert desk.screen.order.details.isVisible()
    desk.press(KEY.Key_F4)
    assert not desk.screen.order.details.isVisible()
    desk.screen.order.table.setFocus()
    QTest.keyClick(desk.screen.order.table, KEY.Key_Escape)
    desk.settle()
    assert desk.screen.list.isVisible()
