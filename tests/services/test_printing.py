"""The print queue and the devices, as the screens and the command line use them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shopstock.core import papers
from shopstock.core.acting import Acting, Role
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.papers import DrawerPulse, ReceiptLine, SalesReceipt
from shopstock.core.units import DocumentId, Money
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.devices.receipt_printer import Patience
from shopstock.devices.status import Reason, State
from shopstock.queries import printing as reading
from shopstock.services import cash, printing
from tests.emulator.network_printer import NetworkPrinter

RECEIPT = SalesReceipt("1-1", "now", "GBP", (ReceiptLine("Tea", amount=Money(10_000)),), Money(10_000))
TCP = "tcp://127.0.0.1:9100"


def a_document(db: Db, acting: Acting) -> DocumentId:
    """Post something, and forget the drawer pulse that came with it."""
    changes = cash.pay_in(db, acting, Money(50_000), "change", key="k")
    db.run("DELETE FROM print_job")
    assert changes.document is not None
    return changes.document.id


@pytest.fixture
def printer(db: Db, owner: Acting) -> None:
    printing.set_device(db, owner, "receipt-printer", TCP)


def test_a_device_is_bound_replaced_and_removed(db: Db, owner: Acting) -> None:
    changes = printing.set_device(db, owner, "receipt-printer", "tcp://PRINTER", settings={"columns": 42})
    assert changes.topics == {"devices"}
    row = reading.device(db, owner.station_id, "receipt-printer")
    assert row is not None
    assert (row.url, row.language, row.settings, row.station) == (
        "tcp://printer:9100", "escpos", {"columns": 42}, "Till 1",
    )  # fmt: skip
    printing.set_device(db, owner, "receipt-printer", "file:///dev/usb/lp0")
    printing.set_device(db, owner, "scanner", "serial:///dev/ttyACM0?baud=9600")
    assert [(row.role, row.url) for row in reading.devices(db)] == [
        ("receipt-printer", "file:///dev/usb/lp0"), ("scanner", "serial:///dev/ttyACM0?baud=9600"),
    ]  # fmt: skip
    printing.remove_device(db, owner, "scanner")
    assert [row.role for row in reading.devices(db, owner.station_id)] == ["receipt-printer"]
    with pytest.raises(Refused, match="scanner"):
        printing.remove_device(db, owner, "scanner")


@pytest.mark.parametrize(
    ("role", "url", "language", "settings"),
    [("toaster", TCP, "escpos", {}), ("receipt-printer", "usb", "klingon", {}),
     ("receipt-printer", "ftp://x", "escpos", {}), ("receipt-printer", TCP, "escpos", {"columns": 3}),
     ("scanner", TCP, "codes", {"columns": 48})],
)  # fmt: skip
def test_a_device_that_makes_no_sense_is_refused(
    db: Db, owner: Acting, role: str, url: str, language: str, settings: dict[str, object]
) -> None:
    with pytest.raises(Refused):
        printing.set_device(db, owner, role, url, language, settings)
    assert reading.devices(db) == []


def test_a_cashier_sets_no_devices(db: Db, owner: Acting) -> None:
    with pytest.raises(NotAllowed):
        printing.set_device(db, replace(owner, role=Role.CASHIER), "receipt-printer", TCP)


@pytest.mark.usefixtures("printer")
def test_a_paper_is_committed_with_its_sale_or_not_at_all(db: Db, owner: Acting) -> None:
    def a_sale_that_fails() -> None:
        with transaction(db):
            printing.enqueue(db, owner, RECEIPT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        a_sale_that_fails()
    assert reading.queue(db) == []
    with transaction(db):
        job_id = printing.enqueue(db, owner, RECEIPT)
    assert reading.paper(db, job_id) == RECEIPT
    assert [(row.id, row.state, row.person) for row in reading.needing_attention(db, owner.station_id)] == [
        (job_id, State.QUEUED, owner.name)
    ]


@pytest.mark.usefixtures("printer")
def test_papers_expire_by_their_kind(db: Db, owner: Acting) -> None:
    receipt = reading.job(db, printing.enqueue(db, owner, RECEIPT))
    pulse = reading.job(db, printing.enqueue(db, owner, DrawerPulse("sale")))
    short = reading.job(db, printing.enqueue(db, owner, RECEIPT, ttl_seconds=5))
    ttls = [(row.expires_at or 0) - row.created_at for row in (receipt, pulse, short)]
    assert ttls == [3_600_000_000, 10_000_000, 5_000_000]


def test_roles_without_a_device_fall_back_to_the_receipt_printer(db: Db, owner: Acting) -> None:
    printing.set_device(db, owner, "receipt-printer", TCP)
    assert reading.job(db, printing.enqueue(db, owner, RECEIPT, "report-printer")).role == "receipt-printer"
    assert reading.job(db, printing.enqueue(db, owner, DrawerPulse("x"))).role == "receipt-printer"
    printing.set_device(db, owner, "drawer", "file:///dev/usb/lp1")
    assert reading.job(db, printing.enqueue(db, owner, DrawerPulse("x"))).role == "drawer"


def test_a_shop_without_a_printer_keeps_the_paper_and_no_queue(db: Db, owner: Acting) -> None:
    job_id = printing.enqueue(db, owner, RECEIPT)
    row = reading.job(db, job_id)
    assert (row.state, row.reason) == (State.CANCELLED, Reason.NO_DEVICE)
    assert reading.needing_attention(db, owner.station_id) == []
    with pytest.raises(Refused, match="Settings"):
        printing.retry(db, owner, job_id)
    printing.set_device(db, owner, "receipt-printer", TCP)
    printing.retry(db, owner, job_id)
    assert reading.job(db, job_id).state is State.QUEUED


@pytest.mark.usefixtures("printer")
def test_a_reprint_is_a_numbered_logged_copy(db: Db, owner: Acting) -> None:
    document_id = a_document(db, owner)
    original = printing.enqueue(db, owner, RECEIPT, document_id=document_id)
    printing.reprint(db, owner, document_id)
    printing.reprint(db, owner, document_id)
    rows = reading.queue(db)
    number = rows[0].number
    assert number.startswith("1-")
    assert [(row.copy_no, row.number) for row in rows] == [(2, number), (1, number), (0, number)]
    assert reading.paper(db, rows[0].id) == papers.as_copy(RECEIPT, 2)
    assert reading.paper(db, original) == RECEIPT
    logged = db.rows("SELECT kind, detail, document_id, person_id FROM event_log ORDER BY id")
    logged = [row for row in logged if row[0] == "reprint"]
    assert logged == [("reprint", f"COPY {copy}", document_id, owner.person_id) for copy in (1, 2)]
    with pytest.raises(NotAllowed):
        printing.reprint(db, replace(owner, role=Role.STOCKROOM), document_id)
    with pytest.raises(Refused, match="No paper"):
        printing.reprint(db, owner, DocumentId(999))


def put(db: Db, job_id: int, state: State, reason: Reason = Reason.NONE) -> None:
    db.run("UPDATE print_job SET state = ?, error = ? WHERE id = ?", (state, reason, job_id))


@pytest.mark.usefixtures("printer")
@pytest.mark.parametrize("state", [State.FAILED, State.EXPIRED, State.CANCELLED])
def test_what_never_reached_paper_is_tried_again_as_it_was(
    db: Db, owner: Acting, state: State, frozen_clock: Any
) -> None:
    job_id = printing.enqueue(db, owner, RECEIPT, document_id=a_document(db, owner))
    put(db, job_id, state)
    frozen_clock.advance(timedelta(hours=2))
    printing.retry(db, owner, job_id)
    row = reading.job(db, job_id)
    assert (row.state, row.copy_no) == (State.QUEUED, 0)
    assert (row.expires_at or 0) > clock.now()
    assert db.value("SELECT count(*) FROM event_log WHERE kind = 'reprint'") == 0


@pytest.mark.usefixtures("printer")
def test_what_may_have_printed_is_settled_or_reprinted_as_a_copy(db: Db, owner: Acting) -> None:
    document_id = a_document(db, owner)
    first = printing.enqueue(db, owner, RECEIPT, document_id=document_id)
    second = printing.enqueue(db, owner, RECEIPT, document_id=document_id)
    put(db, first, State.UNKNOWN, Reason.INTERRUPTED)
    put(db, second, State.UNKNOWN, Reason.INTERRUPTED)
    printing.settle(db, owner, first)
    assert reading.job(db, first).state is State.CONFIRMED
    printing.retry(db, owner, second)
    newest = reading.queue(db)[0]
    assert (newest.state, newest.copy_no) == (State.QUEUED, 1)
    assert reading.job(db, second).state is State.CANCELLED
    assert db.value("SELECT count(*) FROM event_log WHERE kind = 'reprint'") == 1


@pytest.mark.usefixtures("printer")
def test_a_waiting_paper_is_cancelled_and_a_printed_one_is_not(db: Db, owner: Acting) -> None:
    job_id = printing.enqueue(db, owner, RECEIPT)
    assert printing.cancel(db, owner, job_id).topics == {"print_queue"}
    assert reading.job(db, job_id).state is State.CANCELLED
    put(db, job_id, State.CONFIRMED)
    with pytest.raises(Refused, match="Printed"):
        printing.cancel(db, owner, job_id)
    with pytest.raises(Refused, match="no longer"):
        printing.cancel(db, owner, 999)


@pytest.mark.usefixtures("printer")
def test_a_drawer_is_never_opened_late(db: Db, owner: Acting) -> None:
    job_id = printing.enqueue(db, owner, DrawerPulse("sale"))
    put(db, job_id, State.EXPIRED)
    with pytest.raises(Refused, match="drawer"):
        printing.retry(db, owner, job_id)


@pytest.mark.usefixtures("printer")
def test_a_paper_is_sent_to_another_printer(db: Db, owner: Acting) -> None:
    job_id = printing.enqueue(db, owner, RECEIPT)
    printing.set_device(db, owner, "report-printer", "tcp://other")
    target = reading.device(db, owner.station_id, "report-printer")
    assert target is not None
    printing.redirect(db, owner, job_id, target.id)
    assert reading.job(db, job_id).role == "report-printer"


@pytest.mark.usefixtures("printer")
def test_removing_a_printer_empties_its_queue(db: Db, owner: Acting) -> None:
    job_id = printing.enqueue(db, owner, RECEIPT)
    printing.remove_device(db, owner, "receipt-printer")
    assert (reading.job(db, job_id).state, reading.job(db, job_id).reason) == (State.CANCELLED, Reason.NO_DEVICE)


def test_the_test_page_says_what_became_of_it(db: Db, owner: Acting) -> None:
    with pytest.raises(Refused, match="receipt-printer"):
        printing.send_test_page(db, owner)
    with NetworkPrinter() as printer:
        printing.set_device(db, owner, "receipt-printer", printer.url, settings={"columns": 42})
        outcome = printing.send_test_page(db, owner, patience=Patience(15, 15, 15, 15))
        assert outcome.state is State.CONFIRMED
        assert b"12345678901234567890123456789012345678901" in printer.wait_for_jobs(1)[0]
