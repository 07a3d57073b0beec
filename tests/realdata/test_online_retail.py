"""A real retailer's sales, taken in under both methods, proved, and compared with the textbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopstock.core.acting import Acting
from shopstock.db.connection import Db
from shopstock.queries import audit, report_sales, report_stock
from shopstock.queries.report_query import ReportQuery
from shopstock.services import exchange_history
from tests.realdata import online_retail

pytestmark = pytest.mark.realdata

#: Lines of the data that the test run takes; ``python -m tests.realdata.full`` takes all of them.
SLICE = 25_000


def compare(db: Db, history: Path, average: bool) -> int:
    """Hold on hand, value and cost of goods sold of every item against the textbook; return how many there are."""
    expected = online_retail.textbook(history, average)
    valued = {row.sku.upper(): row for row in report_stock.valuation(db, ReportQuery())}
    costs = {row.sku.upper(): row.cogs for row in report_sales.cogs(db, ReportQuery())}
    assert valued.keys() == expected.keys()
    for sku, item in expected.items():
        assert valued[sku].on_hand == item.on_hand * 1000, sku
        # The ledger rounds every movement to 1/10,000; the textbook never rounds.
        most = item.slack
        assert abs(valued[sku].value - item.value * 10_000) <= most, (sku, valued[sku], item.value)
        assert abs(costs.get(sku, 0) - item.cogs * 10_000) <= most, (sku, costs[sku], item.cogs)
    return len(expected)


@pytest.fixture(scope="session")
def history(realdata: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The history file of the slice, and how many rows it has."""
    if not (realdata / online_retail.FILE).is_file():
        pytest.skip(f"No {online_retail.FILE} in {realdata}.")
    path = tmp_path_factory.mktemp("history") / "online_retail.csv"
    return path, online_retail.write_history(realdata, path, SLICE)


@pytest.mark.parametrize("costing", ["fifo", "average"])
def test_a_real_history_is_taken_proved_and_agrees_with_the_textbook(
    sqlite_db: Db, owner: Acting, history: tuple[Path, int], costing: str
) -> None:
    path, rows = history
    said: list[tuple[int, str]] = []
    result = exchange_history.import_history(
        sqlite_db, owner, path, refused=lambda line, reason: said.append((line, reason))
    )
    assert said == []
    assert result.rows == rows
    assert audit.discrepancies(sqlite_db) == []
    assert compare(sqlite_db, path, costing == "average") > 2_000
    returns = sqlite_db.row("SELECT count(*), count(of_line_id) FROM document_line WHERE kind = 'customer_return'")
    assert returns is not None
    assert returns[0] > returns[1] > 0
    causes = sqlite_db.value("SELECT count(DISTINCT cause) FROM document_line WHERE kind IN ('write_off', 'found')")
    assert causes > 5
    again = exchange_history.import_history(sqlite_db, owner, path)
    assert (again.taken, again.refused, again.existing) == (0, 0, result.taken)
