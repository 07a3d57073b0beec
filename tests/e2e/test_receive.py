"""A delivery on a real display: scanned by a keyboard burst and a serial line, the plug pulled, resumed, posted."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import tty
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shopstock.db.connection import open_shop
from shopstock.queries import audit
from shopstock.services import printing
from tests.conftest import acting_as_owner
from tests.e2e.conftest import Display
from tests.ui.receive.conftest import Stocked

pytestmark = pytest.mark.e2e

PACK, TALL = "12900000002015", "2900000002032"


class Program:
    """The program as a process of its own, with the Receive screen in front."""

    def __init__(self, url: str, screen: Display, home: Path) -> None:
        self._url, self._screen = url, screen
        config = home / "config" / "shopstock"
        config.mkdir(parents=True, exist_ok=True)
        (config / "window.ini").write_text("[window]\nappearance=light\nscreen=receive\n", encoding="utf-8")
        folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "CACHE", "DATA", "STATE")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "shopstock", "--db", url], env={**screen.environment, **folders},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        screen.focus("Corner Shop")

    def value(self, sql: str, *params: Any) -> Any:
        with open_shop(self._url) as db:
            return db.value(sql, params)

    def counted(self) -> int:
        return int(self.value("SELECT coalesce(sum(qty), 0) FROM delivery_scan") // 1_000)

    def until_counted(self, pieces: int) -> None:
        self._screen.until(lambda: self.counted() == pieces, f"not {pieces} counted")

    def kill(self) -> None:
        """Pull the plug."""
        self.process.kill()
        self.process.wait(10)


@pytest.fixture
def serial_line() -> Iterator[tuple[int, str]]:
    """A serial line: the scanner's end, and the path of the computer's."""
    master, slave = os.openpty()
    tty.setraw(slave)
    yield master, os.ttyname(slave)
    os.close(slave)
    os.close(master)


def test_a_delivery_by_keyboard_and_serial_line_past_a_pulled_plug_into_the_ledger(
    sqlite_url: str, screen: Display, tmp_path: Path, serial_line: tuple[int, str]
) -> None:
    scanner, path = serial_line
    with open_shop(sqlite_url) as db:
        stocked = Stocked(db)
        printing.set_device(db, acting_as_owner(db), printing.SCANNER, f"serial://{path}")

    def scan(text: str) -> None:
        screen.press("key", "--delay", "4", *("minus" if one == "-" else one for one in text), "Return")

    def heard(program: Program, act: Callable[[], object]) -> bool:
        before = program.counted()
        act()
        threading.Event().wait(1)
        return program.counted() > before

    program = Program(sqlite_url, screen, tmp_path)
    try:

        def begun() -> bool:
            scan(stocked.number)
            return bool(program.value("SELECT count(*) FROM delivery WHERE state = 'open'"))

        screen.until(begun, "the scanned order did not begin")
        screen.scan(PACK)
        program.until_counted(6)
        # What comes before the port is open is not a scan: send the first until it is heard.
        screen.until(lambda: heard(program, lambda: os.write(scanner, f"{TALL}\r".encode())), "the line is not heard")
        for _scan in range(18 - 1 - program.counted()):
            os.write(scanner, f"{TALL}\r".encode())
        program.until_counted(17)
    finally:
        program.kill()
    again = Program(sqlite_url, screen, tmp_path)
    try:
        assert again.counted() == 17

        def one_more() -> None:
            scan(stocked.number)
            screen.scan(TALL)

        screen.until(lambda: heard(again, one_more), "the delivery did not come back")
        assert again.value("SELECT count(*) FROM delivery") == 1
        screen.press("key", "--delay", "150", "asterisk", "1", "2", "Return")
        again.until_counted(18)
        for _step in range(4):
            screen.press("key", "F9")
        screen.until(
            lambda: again.value("SELECT count(*) FROM document WHERE kind = 'goods_receipt'"), "it was not posted"
        )
    finally:
        again.kill()
    with open_shop(sqlite_url) as db:
        assert audit.discrepancies(db) == []
        rows = db.rows(
            "SELECT i.sku, l.qty, l.value FROM document_line l JOIN item i ON i.id = l.item_id"
            " WHERE l.kind = 'goods_receipt' ORDER BY i.sku"
        )
        assert rows == [("CN-0201", 6_000, 66_000), ("CN-0203", 12_000, 192_000)]
        grni = "SELECT sum(amount) FROM journal_line WHERE account = 'goods_received_not_invoiced'"
        assert db.value(grni) == -258_000
