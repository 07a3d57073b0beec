"""A put-away on a real display by the three scans of a serial line, proved in the ledger."""

from __future__ import annotations

import os
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopstock.db.connection import open_shop
from shopstock.queries import audit
from shopstock.services import printing
from tests.conftest import acting_as_owner
from tests.e2e.conftest import Display
from tests.e2e.test_receive import Program
from tests.ui.transfers.conftest import B04, BACK, GREEN, GREEN_CASE, Stocked

pytestmark = pytest.mark.e2e


@pytest.fixture
def serial_line() -> Iterator[tuple[int, str]]:
    """A serial line: the scanner's end, and the path of the computer's."""
    master, slave = os.openpty()
    tty.setraw(slave)
    yield master, os.ttyname(slave)
    os.close(slave)
    os.close(master)


def test_goods_are_put_away_by_three_scans_of_a_serial_line(
    sqlite_url: str, screen: Display, tmp_path: Path, serial_line: tuple[int, str]
) -> None:
    scanner, path = serial_line
    with open_shop(sqlite_url) as db:
        stocked = Stocked(db, alone=True)
        printing.set_device(db, acting_as_owner(db), printing.SCANNER, f"serial://{path}")

    def put_away() -> int:
        with open_shop(sqlite_url) as db:
            found = db.value(
                "SELECT on_hand FROM stock_level WHERE item_id = ? AND location_id = ?",
                (stocked.items["TEA-G"], stocked.b04),
            )
        return int(found or 0) // 1_000

    program = Program(sqlite_url, screen, tmp_path)
    try:
        screen.press("key", "alt+6")

        def heard() -> bool:
            # What comes before the port is open, or before the screen is there, is not a scan: send until it is heard.
            for code in (BACK, GREEN, B04):
                os.write(scanner, f"{code}\r".encode())
            threading.Event().wait(1)
            return put_away() > 0

        screen.until(heard, "the line is not heard")
        before = put_away()
        for code in (BACK, GREEN_CASE, GREEN, B04):
            os.write(scanner, f"{code}\r".encode())
        screen.until(lambda: put_away() == before + 7, "the goods were not put away")
    finally:
        program.kill()
    with open_shop(sqlite_url) as db:
        assert audit.discrepancies(db) == []
        assert db.value("SELECT count(*) FROM document WHERE kind = 'transfer'") >= 2
