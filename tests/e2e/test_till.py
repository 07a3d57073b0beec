"""The whole way on a real display: scan, pay, ledger, paper; and the plug pulled in the middle of a sale."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shopstock.db.connection import open_shop
from shopstock.queries import audit
from shopstock.services import printing
from tests.conftest import acting_as_owner
from tests.e2e.conftest import Display
from tests.emulator import escpos_paper
from tests.emulator.network_printer import NetworkPrinter
from tests.ui.sell.conftest import BREAD, MILK, stock

pytestmark = pytest.mark.e2e

EPSON = {19: "cp858", 16: "cp1252", 18: "cp852", 17: "cp866"}

SOLD = "SELECT i.sku, l.qty FROM document_line l JOIN item i ON i.id = l.item_id WHERE l.kind = 'sale' ORDER BY l.id"
MOVED = "SELECT i.sku, m.qty FROM stock_movement m JOIN item i ON i.id = m.item_id WHERE m.kind = 'sale' ORDER BY m.id"


class Program:
    """The program as a process of its own, on a shop file."""

    def __init__(self, url: str, screen: Display, home: Path) -> None:
        self._url, self._screen = url, screen
        folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "CACHE", "DATA", "STATE")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "shopstock", "--db", url], env={**screen.environment, **folders},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        screen.focus("Corner Shop")

    def value(self, sql: str, *params: Any) -> Any:
        with open_shop(self._url) as db:
            return db.value(sql, params)

    def scan(self, code: str, sku: str) -> None:
        """Scan a code and wait until its row is saved."""
        self._screen.scan(code)
        self._screen.until(lambda: sku in (self.value("SELECT content FROM open_sale") or ""), f"no row of {sku}")

    def sales(self) -> int:
        return int(self.value("SELECT count(*) FROM document WHERE kind = 'sale'"))

    def kill(self) -> None:
        """Pull the plug."""
        self.process.kill()
        self.process.wait(10)


def test_from_the_scan_to_the_paper_and_past_a_pulled_plug(sqlite_url: str, screen: Display, tmp_path: Path) -> None:
    with NetworkPrinter() as printer:
        with open_shop(sqlite_url) as db:
            stock(db)
            printing.set_device(db, acting_as_owner(db), printing.RECEIPT_PRINTER, printer.url)
        program = Program(sqlite_url, screen, tmp_path)
        try:
            program.scan(MILK, "MILK")
            program.scan(BREAD, "BREAD")
            screen.press("key", "F10")
            screen.until(lambda: program.sales() == 1, "the sale was not posted")
            number = _the_sale_stands_in_the_ledger(sqlite_url)
            pulse, receipt = (
                escpos_paper.play(job, columns=48, dots=576, pages=EPSON) for job in printer.wait_for_jobs(2)
            )
            assert pulse.drawer_pulses == 1
            assert receipt.barcodes() == [number]
            assert any("3.54" in line for line in receipt.text)
            program.scan(BREAD, "BREAD")
        finally:
            program.kill()
        again = Program(sqlite_url, screen, tmp_path)
        try:
            assert again.sales() == 1
            screen.until(lambda: _pay(again, screen), "the sale that was open did not come back")
        finally:
            again.kill()
    with open_shop(sqlite_url) as db:
        assert audit.discrepancies(db) == []
        assert list(db.rows(SOLD)) == [("MILK", 1_000), ("BREAD", 1_000), ("BREAD", 1_000)]


def _pay(program: Program, screen: Display) -> bool:
    screen.press("key", "F10")
    return program.sales() == 2


def _the_sale_stands_in_the_ledger(url: str) -> str:
    with open_shop(url) as db:
        assert list(db.rows(MOVED)) == [("MILK", -1_000), ("BREAD", -1_000)]
        assert db.value("SELECT sum(amount) FROM payment") == 35_400
        assert db.value("SELECT sum(amount) FROM journal_line WHERE account = 'cash'") == 35_400
        assert db.value("SELECT count(*) FROM open_sale") == 0
        assert audit.discrepancies(db) == []
        return str(
            db.value(
                "SELECT s.prefix || '-' || d.number FROM document d JOIN station s ON s.id = d.station_id"
                " WHERE d.kind = 'sale'"
            )
        )
