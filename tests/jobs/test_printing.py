"""The print worker with real threads and printers on the loopback interface."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.core.papers import DrawerPulse, ReceiptLine, SalesReceipt
from shopstock.core.units import Money
from shopstock.db.connection import Db
from shopstock.devices.receipt_printer import Patience
from shopstock.devices.status import Reason, State
from shopstock.jobs.printing import DeviceSeen, JobChanged, PrintWorker
from shopstock.queries import printing as reading
from shopstock.services import printing
from tests.emulator import escpos_paper
from tests.emulator.network_printer import NetworkPrinter

PATIENT = Patience(connect=15, status=15, write=15, barrier=15)
QUICK = Patience(connect=15, status=0.2, write=0.3, barrier=0.3)
SHORT_BARRIER = Patience(connect=15, status=15, write=15, barrier=0.2)
EPSON = {19: "cp858", 16: "cp1252", 18: "cp852", 17: "cp866"}


def a_receipt(number: str) -> SalesReceipt:
    return SalesReceipt(number, "now", "GBP", (ReceiptLine("Tea", amount=Money(10_000)),), Money(10_000))


class Watched:
    """A worker whose steps can be waited for."""

    def __init__(self, url: str, acting: Acting, patience: Patience) -> None:
        self.steps: queue.Queue[JobChanged] = queue.Queue()
        self.worker = PrintWorker(
            url, acting.station_id, self.steps.put, patience=patience, pauses=(0.05,), idle=0.2
        )  # fmt: skip

    def until(self, job_id: int, state: State) -> JobChanged:
        """Take steps off the queue until this one; return it."""
        return self.until_all((job_id, state))[-1]

    def until_all(self, *wanted: tuple[int, State]) -> list[JobChanged]:
        """Take steps off the queue until each of these was seen, in whatever order; return them as they came."""
        deadline = time.monotonic() + 30
        missing, seen = set(wanted), []
        while missing:
            step = self.steps.get(timeout=max(0, deadline - time.monotonic()))
            if (step.job_id, step.state) in missing:
                missing.remove((step.job_id, step.state))
                seen.append(step)
        return seen


@pytest.fixture
def patience() -> Patience:
    return PATIENT


@pytest.fixture
def watched(db_url: str, owner: Acting, patience: Patience) -> Iterator[Watched]:
    made = Watched(db_url, owner, patience)
    yield made
    assert made.worker.stop(30)


def test_a_committed_paper_is_printed_and_its_bar_code_reads(db: Db, owner: Acting, watched: Watched) -> None:
    with NetworkPrinter() as printer:
        printing.set_device(db, owner, "receipt-printer", printer.url)
        watched.worker.start()
        job_id = printing.enqueue(db, owner, a_receipt("1-42"))
        watched.worker.wake()
        assert watched.until(job_id, State.CONFIRMED).reason is Reason.NONE
        sheet = escpos_paper.play(printer.wait_for_jobs(1)[0], columns=48, dots=576, pages=EPSON)
    assert sheet.barcodes() == ["1-42"]
    row = reading.job(db, job_id)
    assert (row.state, row.attempts) == (State.CONFIRMED, 1)


def test_papers_come_out_in_order_and_a_pulse_is_a_pulse(db: Db, owner: Acting, watched: Watched) -> None:
    with NetworkPrinter() as printer:
        printing.set_device(db, owner, "receipt-printer", printer.url)
        printing.enqueue(db, owner, DrawerPulse("sale"))
        for number in range(3):
            last = printing.enqueue(db, owner, a_receipt(f"1-{number}"))
        watched.worker.start()
        watched.until(last, State.CONFIRMED)
        jobs = printer.wait_for_jobs(4)
    assert jobs[0] == b"\x1bp\x00\x19\xfa"
    assert [f"{{B1-{number}".encode() in job for number, job in enumerate(jobs[1:])] == [True] * 3


def test_a_dead_printer_holds_no_other(db: Db, owner: Acting, watched: Watched) -> None:
    with NetworkPrinter("paper_out") as dead, NetworkPrinter() as alive:
        printing.set_device(db, owner, "receipt-printer", dead.url)
        printing.set_device(db, owner, "report-printer", alive.url)
        stuck = printing.enqueue(db, owner, a_receipt("1-1"))
        fine = printing.enqueue(db, owner, a_receipt("1-2"), "report-printer")
        watched.worker.start()
        watched.until_all((fine, State.CONFIRMED), (stuck, State.QUEUED))
        assert reading.job(db, stuck).state in (State.QUEUED, State.SENDING)
        dead.mood = "healthy"
        watched.until(stuck, State.CONFIRMED)
        assert len(dead.wait_for_jobs(1)) == 1
    assert reading.job(db, stuck).attempts > 1


def test_a_waiting_paper_says_why_and_expires(db: Db, owner: Acting, watched: Watched, frozen_clock: object) -> None:
    with NetworkPrinter("cover_open") as printer:
        printing.set_device(db, owner, "receipt-printer", printer.url)
        job_id = printing.enqueue(db, owner, a_receipt("1-1"))
        watched.worker.start()
        assert watched.until(job_id, State.QUEUED).reason is Reason.COVER_OPEN
        frozen_clock.advance(timedelta(hours=1))  # type: ignore[attr-defined]
        assert watched.until(job_id, State.EXPIRED).reason is Reason.COVER_OPEN
    assert printer.jobs == []


def test_a_pulse_of_ten_seconds_ago_opens_nothing(
    db: Db, owner: Acting, watched: Watched, frozen_clock: object
) -> None:
    with NetworkPrinter() as printer:
        printing.set_device(db, owner, "receipt-printer", printer.url)
        pulse = printing.enqueue(db, owner, DrawerPulse("sale"))
        frozen_clock.advance(timedelta(seconds=10))  # type: ignore[attr-defined]
        watched.worker.start()
        watched.until(pulse, State.EXPIRED)
        after = printing.enqueue(db, owner, a_receipt("1-1"))
        watched.worker.wake()
        watched.until(after, State.CONFIRMED)
        assert len(printer.wait_for_jobs(1)) == 1


def test_a_broken_connection_asks_whether_it_printed(db: Db, owner: Acting, watched: Watched) -> None:
    with NetworkPrinter("reset") as printer:
        printing.set_device(db, owner, "receipt-printer", printer.url)
        job_id = printing.enqueue(db, owner, a_receipt("1-1"))
        watched.worker.start()
        assert watched.until(job_id, State.UNKNOWN).reason is Reason.INTERRUPTED
    assert [row.id for row in reading.needing_attention(db, owner.station_id)] == [job_id]


@pytest.mark.parametrize("patience", [SHORT_BARRIER])
def test_a_paper_cut_short_is_not_printed_again_by_itself(db: Db, owner: Acting, watched: Watched) -> None:
    with NetworkPrinter("paper_out_midway") as printer:
        printing.set_device(db, owner, "receipt-printer", printer.url)
        job_id = printing.enqueue(db, owner, a_receipt("1-1"))
        watched.worker.start()
        assert watched.until(job_id, State.UNKNOWN).reason is Reason.PAPER_OUT
        assert len(printer.wait_for_jobs(1)) == 1


def test_what_a_crash_left_sending_is_unknown_at_the_next_start(db: Db, owner: Acting, watched: Watched) -> None:
    with NetworkPrinter() as printer:
        printing.set_device(db, owner, "receipt-printer", printer.url)
        job_id = printing.enqueue(db, owner, a_receipt("1-1"))
        db.run("UPDATE print_job SET state = 'sending' WHERE id = ?", (job_id,))
        watched.worker.start()
        assert watched.until(job_id, State.UNKNOWN).reason is Reason.INTERRUPTED
        assert printer.connections == 0


def test_a_damaged_paper_fails_and_the_next_one_prints(db: Db, owner: Acting, watched: Watched) -> None:
    with NetworkPrinter() as printer:
        printing.set_device(db, owner, "receipt-printer", printer.url)
        bad = printing.enqueue(db, owner, a_receipt("1-1"))
        db.run("UPDATE print_job SET paper = '{}' WHERE id = ?", (bad,))
        good = printing.enqueue(db, owner, a_receipt("1-2"))
        watched.worker.start()
        assert watched.until(bad, State.FAILED).reason is Reason.BAD_PAPER
        watched.until(good, State.CONFIRMED)


@pytest.mark.parametrize("patience", [QUICK])
def test_a_printer_set_up_later_is_served_after_a_reload(db: Db, owner: Acting, watched: Watched) -> None:
    watched.worker.start()
    with NetworkPrinter("silent") as printer:
        printing.set_device(db, owner, "receipt-printer", printer.url)
        job_id = printing.enqueue(db, owner, a_receipt("1-1"))
        watched.worker.reload()
        watched.until(job_id, State.SENT_UNCONFIRMED)


@pytest.mark.parametrize("patience", [QUICK])
def test_a_stalled_printer_does_not_hold_up_the_end(db: Db, owner: Acting, watched: Watched) -> None:
    with NetworkPrinter("stalled") as printer:
        printing.set_device(db, owner, "receipt-printer", printer.url)
        job_id = printing.enqueue(db, owner, a_receipt("1-1"))
        watched.worker.start()
        watched.until(job_id, State.SENDING)
        assert watched.worker.stop(20)
    assert reading.job(db, job_id).state in (State.SENT_UNCONFIRMED, State.UNKNOWN)


def test_printers_are_asked_how_they_are_while_nothing_prints(db: Db, db_url: str, owner: Acting) -> None:
    seen: queue.Queue[DeviceSeen] = queue.Queue()
    with NetworkPrinter("paper_out") as printer:
        printing.set_device(db, owner, "receipt-printer", printer.url)
        worker = PrintWorker(
            db_url, owner.station_id, lambda _job: None, seen=seen.put, patience=PATIENT, idle=0.02, watch=0
        )
        worker.start()
        assert seen.get(timeout=30) == DeviceSeen("receipt-printer", Reason.PAPER_OUT)
        printer.mood = "healthy"
        assert seen.get(timeout=30) == DeviceSeen("receipt-printer", Reason.NONE)
        asked = printer.connections
        printing.set_device(db, owner, "receipt-printer", printer.url, settings={"replies": False})
        worker.reload()
        assert seen.get(timeout=30) == DeviceSeen("receipt-printer", None)
        assert printer.connections >= asked
        assert worker.stop(30)
    assert seen.empty(), "only what changed is told"
    assert printer.jobs == []


def test_a_drawer_on_a_wire_of_its_own_gets_its_byte_and_no_paper(
    db: Db, owner: Acting, watched: Watched, tmp_path: Path
) -> None:
    wire = tmp_path / "drawer"
    with NetworkPrinter() as printer:
        printing.set_device(db, owner, "receipt-printer", printer.url)
        printing.set_device(db, owner, "drawer", str(wire), "trigger", {"bytes": "1b0707"})
        opened = printing.enqueue(db, owner, DrawerPulse("sale"))
        paper = printing.enqueue(db, owner, a_receipt("1-1"))
        watched.worker.start()
        watched.until_all((opened, State.SENT_UNCONFIRMED), (paper, State.CONFIRMED))
        assert wire.read_bytes() == b"\x1b\x07\x07"
        assert escpos_paper.play(printer.wait_for_jobs(1)[0], columns=48, dots=576, pages=EPSON).drawer_pulses == 0
    for bad in ({"bytes": ""}, {"bytes": "zz"}, {"bytes": "00" * 40}, {"pin": 2}):
        with pytest.raises(Refused):
            printing.set_device(db, owner, "drawer", str(wire), "trigger", bad)
    with pytest.raises(Refused, match="does not speak"):
        printing.set_device(db, owner, "receipt-printer", str(wire), "trigger")
