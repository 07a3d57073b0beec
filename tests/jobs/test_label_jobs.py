"""A thousand labels as one job: progress, cancelling, going on, and what leaves the list of wanted ones."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from typing import Any

import pytest

from shopstock.core import codes
from shopstock.core.acting import Acting
from shopstock.core.labels import SHELF, Reason, Wanted
from shopstock.core.units import ItemId
from shopstock.db.connection import Db
from shopstock.devices.receipt_printer import Patience
from shopstock.devices.status import Reason as Trouble
from shopstock.devices.status import State
from shopstock.jobs.printing import JobChanged, PrintWorker
from shopstock.queries import labels as reading
from shopstock.services import label_due, printing
from shopstock.services import labels as service
from tests.builders import an_item
from tests.devices.sample_labels import reads_as
from tests.emulator.label_printer import NetworkLabelPrinter

PATIENT = Patience(connect=15, status=15, write=15, barrier=15)


class Watched:
    """A worker whose steps can be waited for."""

    def __init__(self, url: str, acting: Acting) -> None:
        self.steps: queue.Queue[JobChanged] = queue.Queue()
        self.worker = PrintWorker(
            url, acting.station_id, self.steps.put, patience=PATIENT, pauses=(0.05,), idle=0.2
        )  # fmt: skip

    def until(self, wanted: Any) -> list[JobChanged]:
        """Return the steps up to the first that ``wanted`` is true of."""
        deadline = time.monotonic() + 60
        seen = [self.steps.get(timeout=60)]
        while not wanted(seen[-1]):
            seen.append(self.steps.get(timeout=max(0, deadline - time.monotonic())))
        return seen


@pytest.fixture
def watched(db_url: str, owner: Acting) -> Iterator[Watched]:
    made = Watched(db_url, owner)
    yield made
    assert made.worker.stop(30)


def goods(db: Db, count: int) -> list[ItemId]:
    ids = [an_item(db, f"G{number}") for number in range(count)]
    db.run_many(
        "INSERT INTO item_code (item_id, code, key, kind, qty, created_at) VALUES (?, ?, ?, 'internal', 1000, 0)",
        [(item_id, code := codes.in_store(number + 1), "0" + code) for number, item_id in enumerate(ids)],
    )
    return ids


def test_a_thousand_labels_come_out_with_progress(db: Db, owner: Acting, watched: Watched) -> None:
    ids = goods(db, 1_000)
    with NetworkLabelPrinter() as printer:
        printing.set_device(db, owner, "label-printer", printer.url)
        job_id = service.queue(db, owner, [Wanted(item_id) for item_id in ids], SHELF).job_id
        watched.worker.start()
        steps = watched.until(lambda step: step.state is State.CONFIRMED)
        printed = printer.wait_for(1_000)
    assert printer.bad == []
    assert reading.progress(db, job_id)[1:] == (State.CONFIRMED, Trouble.NONE, 1_000, 1_000)
    told = [step.done for step in steps if step.whole]
    assert told == sorted(told)
    assert set(range(1_000)) <= set(told)
    assert steps[-1].whole == 1_000
    for number in (0, 499, 999):
        assert reads_as(printed[number].image) == [codes.in_store(number + 1)]


def test_cancelling_stops_and_what_is_left_can_be_printed_later(db: Db, owner: Acting, watched: Watched) -> None:
    ids = goods(db, 200)
    label_due.wanted(db, [(item_id, 1) for item_id in ids], Reason.RECEIVED)
    with NetworkLabelPrinter(pace=2) as printer:
        printing.set_device(db, owner, "label-printer", printer.url)
        job_id = service.queue(db, owner, [Wanted(item_id) for item_id in ids], SHELF, Reason.RECEIVED).job_id
        watched.worker.start()
        watched.until(lambda step: step.done >= 20)
        printing.cancel(db, owner, job_id)
        last = watched.until(lambda step: step.state is State.CANCELLED)[-1]
        assert 20 <= last.done < 200
        assert last.whole == 200
        assert reading.progress(db, job_id)[1:] == (State.CANCELLED, Trouble.NONE, last.done, 200)
        assert len(reading.due(db, Reason.RECEIVED)) == 200 - last.done
        printer.pace = 1_000
        printing.retry(db, owner, job_id)
        watched.worker.wake()
        watched.until(lambda step: step.state is State.CONFIRMED)
        printed = printer.wait_for(200)
    assert len(printed) == 200, "none came out twice"
    assert reading.due(db, Reason.RECEIVED) == []


def test_no_paper_is_told_and_printing_goes_on(db: Db, owner: Acting, watched: Watched) -> None:
    ids = goods(db, 40)
    with NetworkLabelPrinter(pace=1) as printer:
        printing.set_device(db, owner, "label-printer", printer.url)
        service.queue(db, owner, [Wanted(item_id) for item_id in ids], SHELF)
        watched.worker.start()
        watched.until(lambda step: step.done >= 10)
        printer.mood = "paper_out"
        stuck = watched.until(lambda step: step.reason is Trouble.PAPER_OUT)[-1]
        assert stuck.state is State.SENDING
        printer.mood, printer.pace = "healthy", 1_000
        watched.until(lambda step: step.state is State.CONFIRMED)
        assert len(printer.wait_for(40)) == 40


def test_a_program_that_ends_in_the_middle_goes_on_at_the_next_start(
    db: Db, db_url: str, owner: Acting, watched: Watched
) -> None:
    ids = goods(db, 60)
    with NetworkLabelPrinter(pace=1) as printer:
        printing.set_device(db, owner, "label-printer", printer.url)
        job_id = service.queue(db, owner, [Wanted(item_id) for item_id in ids], SHELF).job_id
        watched.worker.start()
        watched.until(lambda step: step.done >= 5)
        assert watched.worker.stop(30)
        stopped = reading.progress(db, job_id)
        assert stopped.state is State.QUEUED
        assert 5 <= stopped.done < 60
        printer.pace = 1_000
        again = Watched(db_url, owner)
        again.worker.start()
        again.until(lambda step: step.state is State.CONFIRMED)
        assert again.worker.stop(30)
        assert len(printer.wait_for(60)) == 60


def test_the_label_printer_holds_no_other_and_takes_no_receipt(db: Db, owner: Acting, watched: Watched) -> None:
    (item_id,) = goods(db, 1)
    with NetworkLabelPrinter("head_open") as printer:
        printing.set_device(db, owner, "label-printer", printer.url)
        service.queue(db, owner, [Wanted(item_id)], SHELF)
        watched.worker.start()
        waiting = watched.until(lambda step: step.state is State.QUEUED)[-1]
        assert waiting.reason is Trouble.COVER_OPEN
        assert printer.most_waiting == 0
        printer.mood = "healthy"
        watched.until(lambda step: step.state is State.CONFIRMED)


def test_a_test_label_is_printed_at_once(db: Db, owner: Acting) -> None:
    with NetworkLabelPrinter() as printer:
        printing.set_device(db, owner, "label-printer", printer.url, settings={"size": "57x32", "dpi": 300})
        assert printing.send_test_page(db, owner, "label-printer", PATIENT).state is State.CONFIRMED
        assert reads_as(printer.wait_for(1)[0].image) == ["TEST-123"]
