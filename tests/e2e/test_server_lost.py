"""The database server is restarted while the till is open: a sentence, the cart stays, and the till goes on."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from shopstock.db.connection import open_shop
from shopstock.queries import audit
from tests import postgres
from tests.e2e.till_process import TillProcess
from tests.ui.sell.conftest import BREAD, MILK, stock

pytestmark = [pytest.mark.e2e, pytest.mark.parametrize("engine", ["postgresql"], indirect=True)]


def cut_off(url: str) -> None:
    """End every connection to the shop, as a restart of the server does."""
    with psycopg.connect(f"{postgres.server()}/postgres", autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", (url.rpartition("/")[2],)
        )


def test_the_till_goes_on_after_the_server_was_restarted(db_url: str, tmp_path: Path) -> None:
    with open_shop(db_url) as db:
        stock(db)
    with TillProcess(db_url, tmp_path / "till") as till:
        till.scan(MILK)
        till.until(lambda: till.state()["saved"], "the open sale was not saved")
        cut_off(db_url)
        till.scan(BREAD)
        rows = [("MILK", 1_000), ("BREAD", 1_000)]
        assert till.rows() == rows
        till.until(lambda: till.state()["saved"], "the till did not come to rest")
        cut_off(db_url)
        till.key("F10")
        till.until(lambda: till.sales() == 1 or "does not answer" in till.said(), "the sale came to nothing")
        if till.sales() == 0:
            assert till.rows() == rows
            till.key("F10")
        till.until(lambda: till.sales() == 1, "the sale was not posted on a new connection")
        till.until(lambda: till.rows() == [], "the sale stayed on the screen")
        seen = till.state()
        assert not seen["crashed"]
        assert not seen["modal"]
        assert "Traceback" not in till.errors()
    with open_shop(db_url) as db:
        assert db.value("SELECT count(*) FROM document WHERE kind = 'sale'") == 1
        assert audit.discrepancies(db) == []
