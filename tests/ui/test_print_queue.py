"""The print queue: lamp and message lead to it, and each paper can be settled by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit

from shopstock.core.acting import Acting
from shopstock.core.papers import TestPage as Page
from shopstock.db.connection import Db
from shopstock.devices.status import Reason, State
from shopstock.jobs.printing import JobChanged
from shopstock.queries import printing as printing_query
from shopstock.services import printing, settings
from shopstock.ui import status
from shopstock.ui.device_desk import DeviceDesk
from shopstock.ui.main_window import MainWindow
from shopstock.ui.scanner import Scanner
from tests import till as tills
from tests.windows import click

ADDRESS = "tcp://127.0.0.1:9"


@pytest.fixture(autouse=True)
def _printer(sqlite_db: Db, owner: Acting) -> None:
    printing.set_device(sqlite_db, owner, printing.RECEIPT_PRINTER, ADDRESS)


def paper(db: Db, owner: Acting, state: State = State.QUEUED, reason: Reason = Reason.NONE) -> int:
    job = printing.enqueue(db, owner, Page("Shop", "receipt-printer", ADDRESS, "now", ()))
    db.run("UPDATE print_job SET state = ?, error = ? WHERE id = ?", (state, reason, job))
    return job


def state_of(db: Db, job: int) -> State:
    return printing_query.job(db, job).state


def shown(window: MainWindow) -> Any:
    queue = window.queue
    return queue.table.selected_row()


def test_the_lamp_opens_the_queue_and_escape_closes_it(window: MainWindow, sqlite_db: Db, owner: Acting) -> None:
    job = paper(sqlite_db, owner)
    QTest.mouseClick(window.strip._lamps["printer"], Qt.MouseButton.LeftButton)
    assert window.queue.isVisible()
    assert shown(window).id == job
    QTest.keyClick(window.queue.table, Qt.Key.Key_Escape)
    assert not window.queue.isVisible()


def test_what_only_a_person_knows_comes_first_and_is_settled(window: MainWindow, sqlite_db: Db, owner: Acting) -> None:
    unknown = paper(sqlite_db, owner, State.UNKNOWN, Reason.INTERRUPTED)
    paper(sqlite_db, owner)
    QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert shown(window).id == unknown
    assert window.queue.printed.isVisible()
    click(window.queue.printed)
    assert state_of(sqlite_db, unknown) is State.CONFIRMED


def test_a_failed_paper_is_printed_again_and_a_waiting_one_dropped(
    window: MainWindow, sqlite_db: Db, owner: Acting
) -> None:
    failed = paper(sqlite_db, owner, State.FAILED, Reason.BAD_ADDRESS)
    window.open_queue()
    assert not window.queue.drop.isVisible()
    click(window.queue.again)
    assert state_of(sqlite_db, failed) is State.QUEUED
    click(window.queue.drop)
    assert state_of(sqlite_db, failed) is State.CANCELLED


def test_a_paper_goes_to_another_tills_printer(window: MainWindow, sqlite_db: Db, owner: Acting) -> None:
    settings.add_station(sqlite_db, owner, "Till 2", owner.location_id)
    other = sqlite_db.value("SELECT max(id) FROM station")
    printing.set_device(sqlite_db, owner, printing.RECEIPT_PRINTER, "tcp://127.0.0.1:10", station_id=other)
    job = paper(sqlite_db, owner, State.FAILED, Reason.UNREACHABLE)
    window.open_queue()
    window.queue.where.setCurrentIndex(window.queue.where.findText("Till 2", Qt.MatchFlag.MatchStartsWith))
    click(window.queue.there)
    row = printing_query.job(sqlite_db, job)
    assert (row.state, row.station_id) == (State.QUEUED, other)


def test_a_receipt_that_came_out_is_printed_once_more_as_a_copy(
    window: MainWindow, sqlite_db: Db, owner: Acting
) -> None:
    document = tills.sold(sqlite_db, owner, tills.goods(sqlite_db, owner)).document
    assert document is not None
    sold = document.id
    sqlite_db.run("UPDATE print_job SET state = 'confirmed' WHERE document_id = ?", (sold,))
    window.open_queue()
    assert not window.queue.again.isVisible(), "what came out is printed again only as a COPY"
    click(window.queue.copy)
    copies = sqlite_db.rows("SELECT copy_no, state FROM print_job WHERE document_id = ? ORDER BY id", (sold,))
    assert copies[-1] == (1, "queued")
    assert sqlite_db.value("SELECT count(*) FROM event_log WHERE kind = 'reprint'") == 1


def test_a_receipt_is_saved_as_pdf(window: MainWindow, sqlite_db: Db, owner: Acting, tmp_path: Path) -> None:
    tills.sold(sqlite_db, owner, tills.goods(sqlite_db, owner))
    window.open_queue()
    click(window.queue.pdf)
    dialog = window.findChild(QFileDialog)
    assert not dialog.isModal()
    dialog.findChild(QLineEdit).setText(str(tmp_path / "receipt.pdf"))
    dialog.accept()
    assert (tmp_path / "receipt.pdf").read_bytes().startswith(b"%PDF")
    assert window.messages.current().fact == "PDF saved."


@pytest.fixture
def desk(window: MainWindow, owner: Acting) -> DeviceDesk:
    return DeviceDesk(window, Scanner(parent=window), owner.station_id)


def fault(desk: DeviceDesk, job: int, state: State, reason: Reason) -> None:
    desk._job_changed(JobChanged(job, printing.RECEIPT_PRINTER, "test_page", state, reason))


def test_a_fault_says_so_once_on_the_screen_that_is_open(
    window: MainWindow, desk: DeviceDesk, sqlite_db: Db, owner: Acting
) -> None:
    jobs = [paper(sqlite_db, owner, State.QUEUED, Reason.PAPER_OUT), paper(sqlite_db, owner)]
    window.open_screen("sell")
    fault(desk, jobs[0], State.QUEUED, Reason.PAPER_OUT)
    message = window.messages.current()
    assert (message.fact, message.consequence) == ("Receipt printer is out of paper.", "2 receipts wait; sales go on.")
    assert window.strip._lamps["printer"]._lamp.state == status.LOOK
    assert window.strip._lamps["drawer"]._lamp.state == status.READY
    window.messages.drop("printer")
    fault(desk, jobs[0], State.QUEUED, Reason.PAPER_OUT)
    assert window.messages.current() is None, "closed once, the same fault does not come back every two seconds"
    sqlite_db.run("UPDATE print_job SET error = 'unreachable' WHERE id = ?", (jobs[0],))
    fault(desk, jobs[0], State.QUEUED, Reason.UNREACHABLE)
    assert window.messages.current().fact == "Receipt printer does not answer."
    assert window.strip._lamps["drawer"]._lamp.state == status.LOOK
    sqlite_db.run("UPDATE print_job SET state = 'confirmed', error = ''")
    fault(desk, jobs[0], State.CONFIRMED, Reason.NONE)
    assert window.strip._lamps["printer"]._lamp.state == status.READY


def test_the_messages_action_opens_the_queue(
    window: MainWindow, desk: DeviceDesk, sqlite_db: Db, owner: Acting
) -> None:
    job = paper(sqlite_db, owner, State.QUEUED, Reason.PAPER_OUT)
    fault(desk, job, State.QUEUED, Reason.PAPER_OUT)
    click(window.messages._action)
    assert window.queue.isVisible()
    assert shown(window).id == job
