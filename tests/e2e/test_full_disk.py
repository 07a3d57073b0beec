"""The disk fills up in the middle of a sale: a sentence, the cart stays, and with room it is sold once."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopstock.db.connection import open_shop, transaction
from shopstock.queries import audit
from tests.e2e.till_process import TillProcess
from tests.ui.sell.conftest import BREAD, MILK, stock

pytestmark = pytest.mark.e2e


def test_a_sale_that_found_no_room_is_still_there_and_is_sold_once(sqlite_url: str, tmp_path: Path) -> None:
    with open_shop(sqlite_url) as db:
        stock(db)
    with TillProcess(sqlite_url, tmp_path / "till") as till:
        till.ask(do="full", pages=0)
        till.scan(MILK, BREAD)
        sold = _sell_until_the_disk_is_full(till)
        rows = [("MILK", 1_000), ("BREAD", 1_000)]
        till.until(lambda: till.rows() == rows, "the sale that found no room did not come back")
        seen = till.state()
        assert not seen["modal"]
        assert not seen["crashed"]
        assert till.sales() == sold
        till.ask(do="full", pages=-1)
        till.key("F10")
        till.until(lambda: till.sales() == sold + 1, "the sale was not posted when there was room")
        till.until(lambda: till.rows() == [], "the sale stayed on the screen")
        assert till.close() == 0
        assert "Traceback" not in till.errors()
    with open_shop(sqlite_url) as db:
        assert db.rows("SELECT DISTINCT net + tax FROM document WHERE kind = 'sale'") == [(11_900 + 23_500,)]
        assert db.value("SELECT count(*) FROM open_sale") == 0
        assert audit.discrepancies(db) == []


def _sell_until_the_disk_is_full(till: TillProcess) -> int:
    """Sell the same goods until a sale finds no room, and return how many did."""
    for sold in range(200):
        till.key("F10")
        till.until(lambda: till.sales() > sold or "disk is full" in till.said(), "the sale came to nothing")  # noqa: B023
        if "disk is full" in till.said():
            return till.sales()
        till.scan(MILK, BREAD)
    raise AssertionError("the disk never filled up")


def test_a_shop_that_another_program_holds_is_waited_for_and_told(sqlite_url: str, tmp_path: Path) -> None:
    with open_shop(sqlite_url) as db:
        stock(db)
        with TillProcess(sqlite_url, tmp_path / "till") as till:
            till.scan(MILK)
            till.until(lambda: till.state()["saved"], "the open sale was not saved")
            with transaction(db):
                till.key("F10")
                till.until(lambda: "Another program" in till.said(), "nothing was said about the other program")
            assert till.rows() == [("MILK", 1_000)]
            till.key("F10")
            till.until(lambda: till.sales() == 1, "the sale was not posted when the file was free")
            assert not till.state()["crashed"]
    with open_shop(sqlite_url) as db:
        assert audit.discrepancies(db) == []
