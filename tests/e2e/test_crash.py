"""The plug is pulled in the middle of a sale: what was acknowledged is there, and the open sale is back row for row."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopstock.db.connection import open_shop
from shopstock.queries import audit
from tests.e2e.till_process import TillProcess
from tests.ui.sell.conftest import BREAD, MILK, stock

pytestmark = pytest.mark.e2e


def test_after_the_plug_was_pulled_the_open_sale_is_back_row_for_row(db_url: str, tmp_path: Path) -> None:
    with open_shop(db_url) as db:
        stock(db)
    with TillProcess(db_url, tmp_path / "till") as till:
        till.scan(MILK, BREAD)
        till.key("F10")
        till.until(lambda: till.sales() == 1, "the sale was not posted")
        till.scan(BREAD)
        till.type("3*" + MILK)
        till.type("10%")
        till.scan("9999999999994")
        rows = till.rows()
        till.until(lambda: till.state()["saved"], "the open sale was not saved")
        till.kill()
    assert rows == [("BREAD", 1_000), ("MILK", 3_000), ("9999999999994", 1_000)]
    with TillProcess(db_url, tmp_path / "till") as again:
        assert again.rows() == rows
        assert again.said().startswith("The open sale is back.")
        assert again.sales() == 1
        again.key("F10")
        again.until(lambda: "red row" in again.said(), "the red row did not hold the payment")
        again.key("Del")
        again.until(lambda: len(again.rows()) == 2, "the red row did not go")
        again.key("F10")
        again.until(lambda: again.sales() == 2, "the sale that came back was not posted")
        assert again.close() == 0
        assert "Traceback" not in again.errors()
    with open_shop(db_url) as db:
        # 2.35 + 3 × 1.19 less 10 percent of the milk
        assert db.value("SELECT net + tax FROM document ORDER BY id DESC") == 23_500 + 32_100
        assert db.value("SELECT count(*) FROM open_sale") == 0
        assert audit.discrepancies(db) == []
