"""Two tills are two processes on one shop: each shows what the other sells, and neither holds the other up."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from shopstock.db.connection import open_shop
from shopstock.queries import audit
from tests import till as shop
from tests.conftest import acting_as_owner
from tests.e2e.till_process import TillProcess
from tests.ui.sell.conftest import BREAD, MILK, stock

pytestmark = pytest.mark.e2e


def test_a_sale_at_one_till_moves_the_row_on_the_other(db_url: str, tmp_path: Path) -> None:
    with open_shop(db_url) as db:
        stock(db)
        first = acting_as_owner(db)
        second = shop.second_till(db, first)
    with (
        TillProcess(db_url, tmp_path / "one", station=int(first.station_id)) as one,
        TillProcess(db_url, tmp_path / "two", station=int(second.station_id)) as two,
    ):
        two.key("Alt+2")
        two.until(lambda: two.on_screen("MILK") == "10", "the Stock screen did not show what there is")
        one.scan(MILK, BREAD)
        one.key("F10")
        two.until(lambda: two.on_screen("MILK") == "9", "the sale elsewhere did not move the row")
        two.key("Alt+1")
        one.scan(MILK)
        two.scan(MILK, BREAD)
        assert one.rows() == [("MILK", 1_000)]
        for _turn in range(4):
            # Both are asked before either has answered: their commits meet.
            one.ask(do="key", name="F10")
            two.ask(do="key", name="F10")
            one.scan(MILK)
            two.scan(BREAD)
        one.until(lambda: one.sales() == 9, "a sale was not posted")
        one.until(lambda: one.state()["saved"] and two.state()["saved"], "an open sale was not saved")
        assert (one.rows(), two.rows()) == ([("MILK", 1_000)], [("BREAD", 1_000)])
        assert one.close() == two.close() == 0
        assert "Traceback" not in one.errors() + two.errors()
    with open_shop(db_url) as db:
        numbered = "SELECT number FROM document WHERE station_id = ? ORDER BY id"
        sold = "SELECT station_id, count(*) FROM document WHERE kind = 'sale' GROUP BY station_id ORDER BY station_id"
        for station in (first.station_id, second.station_id):
            numbers = [number for (number,) in db.rows(numbered, (station,))]
            assert all(after == before + 1 for before, after in pairwise(numbers)), numbers
        assert db.rows(sold) == [(first.station_id, 5), (second.station_id, 4)]
        # Milk: 1 + 1 + 3 at the first till, 1 at the second. Bread: 1 at the first, 1 + 3 at the second.
        assert db.rows(
            "SELECT i.sku, sum(l.on_hand) FROM stock_level l JOIN item i ON i.id = l.item_id"
            " WHERE i.sku IN ('BREAD', 'MILK') GROUP BY i.sku ORDER BY i.sku"
        ) == [("BREAD", 5_000), ("MILK", 4_000)]
        assert audit.discrepancies(db) == []
