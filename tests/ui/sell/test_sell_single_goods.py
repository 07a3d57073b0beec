"""Lots and serial numbers at the till: which goes first, what has expired, which piece was sold to whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt

from shopstock.core.acting import Role
from shopstock.core.document import Goods
from shopstock.core.scan import Scan
from shopstock.core.units import Day, ItemId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import open_shop
from shopstock.queries import items, serials
from shopstock.services import receive
from shopstock.ui import format as fmt
from shopstock.ui import sounds
from shopstock.ui.sell.list_panels import RecallPanel
from shopstock.ui.sell.return_panel import ReturnPanel
from tests import builders as a
from tests import till as shop
from tests.conftest import acting_as_owner
from tests.ui.sell.conftest import BREAD, Till, stock

CREAM, PHONE = "5000112637939", "5010009000012"


def day(days: int) -> Day:
    """Return a day so many days from today."""
    return clock.as_day(datetime.now() + timedelta(days=days))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    tones: list[str] = []
    monkeypatch.setattr(sounds, "yes", lambda: tones.append("yes"))
    monkeypatch.setattr(sounds, "no", lambda: tones.append("no"))
    return tones


@pytest.fixture
def tracked(sqlite_url: str) -> dict[str, ItemId]:
    """Cream by lots and phones by serial number, on the shelves."""
    with open_shop(sqlite_url) as db:
        owner = acting_as_owner(db)
        stock(db)
        cream = shop.goods(db, owner, "CREAM", "1.50", "0", code=CREAM).item_id
        phone = shop.goods(db, owner, "PHONE", "99.00", "5", code=PHONE).item_id
        db.run("UPDATE item SET tracks = 'lot' WHERE id = ?", (cream,))
        db.run("UPDATE item SET tracks = 'serial' WHERE id = ?", (phone,))
    return {"CREAM": cream, "PHONE": phone}


def come_in(url: str, item: ItemId, *lots: tuple[str, Day]) -> None:
    with open_shop(url) as db:
        goods = [Goods(item, Qty(2_000), Money(10_000), lot=code, expires=expires) for code, expires in lots]
        receive.post_goods_receipt(db, acting_as_owner(db), a.a_head(), goods)


def chips(till: Till, row: int = 0) -> list[str]:
    return [chip.text for chip in till.screen.table.sale_rows.rows[row].chips]


def note(till: Till, row: int = 0) -> str:
    return till.screen.table.sale_rows.rows[row].note


def gs1(till: Till, text: str) -> None:
    """Scan a GS1 DataMatrix, as the serial scanner hands it over."""
    till.screen.on_scan(Scan(text))
    till.settle()


def test_the_row_says_which_lot_goes_first(
    tracked: dict[str, ItemId], sqlite_url: str, open_till: Callable[..., Till], heard: list[str]
) -> None:
    come_in(sqlite_url, tracked["CREAM"], ("B2", day(40)), ("A17", day(9)), ("OLD", day(-1)))
    till = open_till()
    till.scan(CREAM)
    assert note(till) == f"Take first: best before {fmt.day(day(9))}, lot A17"
    assert (chips(till), heard) == ([], ["yes"])
    till.press(Qt.Key.Key_F10)
    assert till.table("SELECT o.code, v.qty FROM lot_movement v JOIN lot o ON o.id = v.lot_id WHERE v.qty < 0") == [
        ("A17", -1_000)
    ]


def test_an_expired_code_warns_and_blocks_nothing(
    tracked: dict[str, ItemId], sqlite_url: str, open_till: Callable[..., Till], heard: list[str]
) -> None:
    come_in(sqlite_url, tracked["CREAM"], ("A17", day(9)), ("OLD", day(-3)))
    till = open_till()
    gs1(till, f"]d2010{CREAM}17{day(-3) % 1_000_000:06d}10OLD")
    assert chips(till) == [f"Expired on {fmt.day(day(-3))}"]
    assert note(till) == f"best before {fmt.day(day(-3))}, lot OLD"
    assert till.screen.table.sale_rows.tone_of(till.screen.table.sale_rows.rows[0]) == "warn"
    assert heard == ["no"]
    till.scan(CREAM)  # without a lot: a row of its own, and all is well
    assert till.rows() == [("CREAM", 1_000), ("CREAM", 1_000)]
    assert heard == ["no", "yes"]
    till.press(Qt.Key.Key_F10)
    assert till.value("SELECT count(*) FROM document WHERE kind = 'sale'") == 1
    moved = till.table(
        "SELECT o.code, v.qty FROM lot_movement v JOIN lot o ON o.id = v.lot_id WHERE v.qty < 0 ORDER BY o.code"
    )
    assert moved == [("A17", -1_000), ("OLD", -1_000)]


def test_only_expired_lots_left_warns_and_a_setting_asks_a_manager(
    tracked: dict[str, ItemId], sqlite_url: str, open_till: Callable[..., Till], heard: list[str]
) -> None:
    come_in(sqlite_url, tracked["CREAM"], ("OLD", day(-3)))
    with open_shop(sqlite_url) as db:
        shop.set_setting(db, "expired_asks", True)
        shop.person(db, acting_as_owner(db), "Clerk", Role.CASHIER)
    till = open_till("Clerk")
    till.scan(CREAM)
    assert (chips(till), heard) == ([f"Expired on {fmt.day(day(-3))}"], ["no"])
    till.press(Qt.Key.Key_F10)
    assert till.screen.approval.isVisible()
    assert till.value("SELECT count(*) FROM document WHERE kind = 'sale'") == 0


def test_a_serial_number_is_asked_for_and_printed(
    tracked: dict[str, ItemId], sqlite_url: str, open_till: Callable[..., Till]
) -> None:
    till = open_till()
    till.scan(PHONE)
    assert chips(till) == ["Serial number?"]
    assert till.screen.entry.line.placeholderText() == "Scan or type the serial number of Phone"
    till.scan(BREAD)  # a known code is goods, and the question stands
    till.scan("SN000123")
    assert (chips(till), note(till)) == ([], "SN000123")
    assert till.rows() == [("PHONE", 1_000), ("BREAD", 1_000)]
    assert till.screen.entry.line.placeholderText() == "Scan, or type code or words"
    till.press(Qt.Key.Key_F10)
    with open_shop(sqlite_url) as db:
        found = serials.find(db, "sn0001")
        assert [(row.number, row.sku, row.kind) for row in found] == [("SN000123", "PHONE", "sale")]
        paper = db.value("SELECT paper FROM print_job WHERE document_id = ? AND kind = 'sales_receipt'",
                         (found[0].document_id,))  # fmt: skip
    assert '"serials":["SN000123"]' in paper


def test_typed_words_are_the_number_and_esc_goes_without(
    tracked: dict[str, ItemId], open_till: Callable[..., Till]
) -> None:
    till = open_till()
    till.scan(PHONE, PHONE)
    till.line("AB 12-C")
    assert (note(till), chips(till)) == ("AB 12-C", ["Serial number?"])
    till.scan("AB 12-C")
    assert "already" in till.said()  # the same piece twice
    till.press(Qt.Key.Key_Escape)
    assert (note(till), chips(till)) == ("AB 12-C", [])
    till.scan("4006381333931")
    assert till.rows()[-1] == ("4006381333931", 1_000)  # nobody asks any more: a red row as ever
    till.press(Qt.Key.Key_Delete)


def test_the_scan_of_a_gs1_code_brings_its_number(
    tracked: dict[str, ItemId], sqlite_url: str, open_till: Callable[..., Till]
) -> None:
    till = open_till()
    gs1(till, f"]d2010{PHONE}21A-1")
    assert (note(till), chips(till)) == ("A-1", [])
    till.scan(PHONE)
    gs1(till, f"]d2010{PHONE}21A-2")  # the number that is asked for, not a third phone
    assert (till.rows(), note(till), chips(till)) == ([("PHONE", 2_000)], "A-1, A-2", [])


def test_what_is_known_of_the_pieces_survives_parking_and_the_end_of_the_program(
    tracked: dict[str, ItemId], sqlite_url: str, open_till: Callable[..., Till]
) -> None:
    come_in(sqlite_url, tracked["CREAM"], ("A17", day(9)))
    till = open_till()
    gs1(till, f"]d2010{PHONE}21A-1")
    gs1(till, f"]d2010{CREAM}17{day(9) % 1_000_000:06d}10A17")
    till.press(Qt.Key.Key_F4)
    till.press(Qt.Key.Key_F5)
    assert isinstance(till.screen.panel, RecallPanel)
    till.click(till.screen.panel.first)
    before = till.sale.cart.lines
    assert [(line.serials, line.lot) for line in before] == [(("A-1",), ""), ((), "A17")]
    till.window.close()
    again = open_till()
    assert again.sale.cart.lines == before
    assert note(again) == "A-1"


def test_a_return_names_the_number(tracked: dict[str, ItemId], sqlite_url: str, open_till: Callable[..., Till]) -> None:
    till = open_till()
    gs1(till, f"]d2010{PHONE}21A-1")
    gs1(till, f"]d2010{PHONE}21A-2")
    till.press(Qt.Key.Key_F10)
    till.press(Qt.Key.Key_F11)
    assert isinstance(till.screen.panel, ReturnPanel)
    number = till.value("SELECT s.prefix || '-' || d.number FROM document d JOIN station s ON s.id = d.station_id "
                        "WHERE d.kind = 'sale'")  # fmt: skip
    till.scan(number)
    assert till.screen.panel is not None
    till.click(till.screen.panel.list.keys[0])
    till.press(Qt.Key.Key_Escape)
    assert chips(till) == ["Serial number?", "Comes back"]
    till.scan("A-2")
    till.press(Qt.Key.Key_F10)
    with open_shop(sqlite_url) as db:
        assert [(row.number, row.kind) for row in serials.find(db, "a-2")] == [
            ("A-2", "customer_return"), ("A-2", "sale"),
        ]  # fmt: skip
        assert items.by_code(db, PHONE, acting_as_owner(db).location_id).on_hand == 4_000  # type: ignore[union-attr]
