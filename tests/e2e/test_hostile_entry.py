"""Whatever is typed and scanned at the till: a sentence or a row, never a report of a fault, and the till goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopstock.db.connection import open_shop
from shopstock.queries import audit
from tests.e2e.till_process import TillProcess
from tests.ui.sell.conftest import MILK, stock

pytestmark = pytest.mark.e2e

TYPED = [
    "0*" + MILK, "1e9*" + MILK, "abc*" + MILK, "*0", "*1e9", "*", "150%", "9999999-",
    "1,234-", "0.0001*" + MILK, "½*" + MILK, "/0", "/²", "/7", "😀👨‍👩‍👧", "שלום \u202e עולם",
    "\x07\x1b[31m", "%s{0}{name}", "'; DROP TABLE item;--", "5*5*5", "∞%", "1--",
]  # fmt: skip
SCANNED = ["9" * 500, "A" * 500, "5000112637923", "0000000000000", f"\x02{MILK}\x03", "~" * 40, "2100000000000"]


def test_nothing_that_is_typed_or_scanned_stops_the_till(db_url: str, tmp_path: Path) -> None:
    with open_shop(db_url) as db:
        stock(db)
    with TillProcess(db_url, tmp_path / "till") as till:
        till.scan(MILK)
        for text in TYPED:
            till.type(text)
            till.key("Esc")
            till.key("Esc")
        for code in SCANNED:
            till.scan(code)
        seen = till.state()
        assert not seen["crashed"]
        assert not seen["modal"]
        assert any(name.startswith("9" * 70) for name, _qty in seen["rows"])
        for _row in range(len(seen["rows"])):
            till.key("Del")
        till.until(lambda: till.rows() == [], "the rows did not go")
        till.scan(MILK)
        till.key("F10")
        till.until(lambda: till.sales() == 1, "the till did not sell any more")
        assert till.close() == 0
        assert "Traceback" not in till.errors()
    with open_shop(db_url) as db:
        assert db.value("SELECT net + tax FROM document WHERE kind = 'sale'") == 11_900
        assert audit.discrepancies(db) == []
