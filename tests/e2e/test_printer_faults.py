"""A printer without paper, one that is switched off, one that hangs: the till sells on, and nothing opens late."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from shopstock.db.connection import open_shop
from shopstock.queries import audit
from shopstock.services import printing
from tests.conftest import acting_as_owner
from tests.e2e.till_process import TillProcess
from tests.emulator import escpos_paper
from tests.emulator.network_printer import NetworkPrinter
from tests.ui.sell.conftest import BREAD, MILK, stock

pytestmark = pytest.mark.e2e

EPSON = {19: "cp858", 16: "cp1252", 18: "cp852", 17: "cp866"}


def queue(till: TillProcess) -> Counter[tuple[str, str]]:
    """Count the papers by kind and state."""
    with open_shop(till.url) as db:
        return Counter({(kind, state): n for kind, state, n in db.rows(
            "SELECT kind, state, count(*) FROM print_job GROUP BY kind, state"
        )})  # fmt: skip


def sell(till: TillProcess, code: str) -> None:
    before = till.sales()
    till.scan(code)
    till.key("F10")
    till.until(lambda: till.sales() == before + 1, "the sale waited for the printer")


@pytest.fixture
def printed_shop(sqlite_url: str) -> str:
    with open_shop(sqlite_url) as db:
        stock(db)
    return sqlite_url


def use(url: str, printer: NetworkPrinter) -> None:
    with open_shop(url) as db:
        printing.set_device(db, acting_as_owner(db), printing.RECEIPT_PRINTER, printer.url)


def test_without_paper_the_till_sells_on_and_prints_later_but_opens_no_drawer_late(
    printed_shop: str, tmp_path: Path
) -> None:
    with NetworkPrinter("paper_out") as printer:
        use(printed_shop, printer)
        with TillProcess(printed_shop, tmp_path / "till") as till:
            sell(till, MILK)
            till.until(lambda: "out of paper" in till.state()["lamps"]["printer"], "the lamp did not tell")
            sell(till, BREAD)
            till.until(lambda: queue(till)["drawer_pulse", "expired"] == 2, "a pulse still waits for the drawer")
            # One of them may be on its way to the printer once more in this very moment.
            till.until(lambda: queue(till)["sales_receipt", "queued"] == 2, "a receipt does not wait for paper")
            assert not till.state()["modal"]
            printer.mood = "healthy"
            jobs = [escpos_paper.play(job, columns=48, dots=576, pages=EPSON) for job in printer.wait_for_jobs(2)]
            till.until(lambda: queue(till)["sales_receipt", "confirmed"] == 2, "a receipt is not known to be printed")
            assert [job.drawer_pulses for job in jobs] == [0, 0]
            assert ["1.19" in "".join(job.text) for job in jobs] == [True, False]
            till.until(lambda: "ready" in till.state()["lamps"]["printer"], "the lamp did not go out")
            assert till.close() == 0
            assert "Traceback" not in till.errors()


def test_a_printer_that_is_switched_off_and_on_again(printed_shop: str, tmp_path: Path) -> None:
    with NetworkPrinter() as printer:
        use(printed_shop, printer)
    with TillProcess(printed_shop, tmp_path / "till") as till:
        sell(till, MILK)
        till.until(lambda: "no answer" in till.state()["lamps"]["printer"], "the lamp did not tell")
        sell(till, BREAD)
        with NetworkPrinter(port=printer.port) as again:
            till.until(lambda: queue(till)["sales_receipt", "confirmed"] == 2, "the receipts did not come out")
            assert len(again.jobs) >= 2


def test_a_printer_that_hangs_holds_neither_the_next_sale_nor_the_end(printed_shop: str, tmp_path: Path) -> None:
    with NetworkPrinter("stalled") as printer:
        use(printed_shop, printer)
        with TillProcess(printed_shop, tmp_path / "till") as till:
            for code in (MILK, BREAD, MILK):
                sell(till, code)
            assert till.close() == 0
        with TillProcess(printed_shop, tmp_path / "till") as again:
            # Whatever the printer swallowed, it never said that it printed; none is lost and none is called printed.
            receipts = {state: n for (kind, state), n in queue(again).items() if kind == "sales_receipt"}
            assert sum(receipts.values()) == 3
            assert not receipts.keys() & {"confirmed", "failed", "expired"}
            sell(again, BREAD)
    with open_shop(printed_shop) as db:
        assert audit.discrepancies(db) == []
