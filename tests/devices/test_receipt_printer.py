"""The protocol of one print job, against printers that are well and printers that are not."""

from __future__ import annotations

import os
import socket
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopstock.devices import drivers, receipt_printer, transports
from shopstock.devices.receipt_printer import Patience
from shopstock.devices.status import Outcome, Reason, State
from tests.emulator.network_printer import BARRIER, NetworkPrinter

QUICK = Patience(connect=2.0, status=0.15, write=0.3, barrier=0.2)
PATIENT = Patience(connect=15, status=15, write=15, barrier=15)
DATA = b"\x1b@hello\n" * 100


def send(url: str, data: bytes = DATA, *, patience: Patience = PATIENT, asks: bool = True) -> Outcome:
    return receipt_printer.send(transports.of(transports.parse_url(url)), data, asks=asks, patience=patience)


@pytest.mark.parametrize("mood", ["healthy", "chatty"])
def test_a_printer_that_answers_confirms(mood: str) -> None:
    with NetworkPrinter(mood) as printer:
        assert send(printer.url) == Outcome(State.CONFIRMED, sent=len(DATA))
        assert printer.wait_for_jobs(1) == [DATA]


def test_a_silent_printer_gets_everything_and_stays_unconfirmed() -> None:
    with NetworkPrinter("silent") as printer:
        assert send(printer.url, patience=QUICK) == Outcome(State.SENT_UNCONFIRMED, sent=len(DATA))
        assert printer.wait_for_jobs(1) == [DATA]


def test_a_printer_known_to_answer_wrongly_is_not_asked() -> None:
    with NetworkPrinter("offline") as printer:
        assert send(printer.url, asks=False).state is State.SENT_UNCONFIRMED
        assert printer.wait_for_jobs(1) == [DATA]


@pytest.mark.parametrize(
    ("mood", "reason"),
    [("paper_out", Reason.PAPER_OUT), ("cover_open", Reason.COVER_OPEN), ("offline", Reason.OFFLINE)],
)
def test_a_printer_that_cannot_print_gets_nothing(mood: str, reason: Reason) -> None:
    with NetworkPrinter(mood) as printer:
        assert send(printer.url) == Outcome(State.FAILED, reason, sent=0)
        assert receipt_printer.ask(transports.of(transports.parse_url(printer.url)), PATIENT) is reason
    assert printer.jobs == []


def test_what_is_no_printer_gets_nothing() -> None:
    with NetworkPrinter("garbage") as server:
        outcome = send(server.url)
        assert (outcome.state, outcome.reason, outcome.sent) == (State.FAILED, Reason.NOT_A_PRINTER, 0)
        assert drivers.ask_device(server.url, "escpos", {}, PATIENT) is Reason.NOT_A_PRINTER
    assert server.jobs == []


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ("healthy", Reason.NONE),
        ("chatty", Reason.NONE),
        ("paper_low", Reason.PAPER_LOW),
        ("paper_out", Reason.PAPER_OUT),
        ("cover_open", Reason.COVER_OPEN),
        ("offline", Reason.OFFLINE),
    ],
)
def test_a_printer_that_is_asked_says_how_it_is(mood: str, said: Reason) -> None:
    with NetworkPrinter(mood) as printer:
        assert drivers.ask_device(printer.url, "escpos", {}, PATIENT) is said
        assert drivers.ask_device(printer.url, "escpos", {"replies": False}, PATIENT) is None
    assert printer.jobs == []


def test_paper_that_is_almost_out_prints() -> None:
    with NetworkPrinter("paper_low") as printer:
        assert send(printer.url).state is State.CONFIRMED


def test_paper_that_ends_in_the_middle_is_noticed() -> None:
    with NetworkPrinter("paper_out_midway") as printer:
        outcome = send(printer.url, patience=Patience(connect=15, status=15, write=15, barrier=0.2))
    assert outcome == Outcome(State.FAILED, Reason.PAPER_OUT, sent=len(DATA))


def test_a_connection_that_breaks_leaves_the_job_unknown() -> None:
    with NetworkPrinter("reset") as printer:
        outcome = send(printer.url)
    assert outcome.state is State.UNKNOWN
    assert outcome.reason is Reason.INTERRUPTED


def test_a_printer_that_stops_taking_data_is_given_up() -> None:
    with NetworkPrinter("stalled") as printer:
        port = transports.of(transports.parse_url(printer.url))
        port.bytes_a_second = 1_000_000_000
        outcome = receipt_printer.send(port, b"x" * 30_000_000, patience=QUICK)
    assert (outcome.state, outcome.reason) == (State.UNKNOWN, Reason.STALLED)
    assert 0 < outcome.sent < 30_000_000


def test_nobody_there_is_a_failure_that_may_be_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert send(f"tcp://127.0.0.1:{port}") == Outcome(State.FAILED, Reason.UNREACHABLE)
    assert send("serial:///dev/no-such-port") == Outcome(State.FAILED, Reason.UNREACHABLE)
    assert send("file:///no/such/folder/file") == Outcome(State.FAILED, Reason.UNREACHABLE)


def test_a_plain_file_collects_the_jobs(tmp_path: Path) -> None:
    path = tmp_path / "out put.bin"
    url = transports.parse_url(str(path)).url
    assert send(url).state is State.SENT_UNCONFIRMED
    assert send(url, b"more").state is State.SENT_UNCONFIRMED
    assert path.read_bytes() == DATA + b"more"


class SerialPrinter:
    """A printer behind a pseudo terminal that answers like a healthy one."""

    def __init__(self) -> None:
        self.master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self.data = b""
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while True:
            try:
                data = os.read(self.master, 4096)
            except OSError:
                return
            if data[:2] == b"\x10\x04" and not self.data:
                os.write(self.master, b"\x12")
                continue
            self.data += data
            if self.data.endswith(BARRIER):
                os.write(self.master, b"\x00")

    def close(self) -> None:
        os.close(self._slave)
        os.close(self.master) if not self._thread.is_alive() else None


@pytest.fixture
def serial_printer() -> Iterator[SerialPrinter]:
    printer = SerialPrinter()
    yield printer
    printer.close()
    printer._thread.join(5)


@pytest.mark.parametrize("form", ["serial://{path}?baud=115200", "file://{path}"])
def test_a_printer_behind_a_port_confirms(serial_printer: SerialPrinter, form: str) -> None:
    assert send(form.format(path=serial_printer.path)) == Outcome(State.CONFIRMED, sent=len(DATA))
    assert serial_printer.data == DATA + BARRIER


def test_a_stuck_port_is_given_up() -> None:
    master, slave = os.openpty()
    tty.setraw(slave)
    try:
        port = transports.of(transports.parse_url(f"file://{os.ttyname(slave)}"))
        port.bytes_a_second = 1_000_000_000
        outcome = receipt_printer.send(port, b"x" * 500_000, asks=False, patience=QUICK)
    finally:
        os.close(slave)
        os.close(master)
    assert outcome.reason is Reason.STALLED
    assert outcome.state is State.UNKNOWN


def test_a_port_in_use_says_so(serial_printer: SerialPrinter) -> None:
    first = transports.of(transports.parse_url(f"serial://{serial_printer.path}"))
    first.open(0)
    try:
        assert send(f"serial://{serial_printer.path}") == Outcome(State.FAILED, Reason.IN_USE)
    finally:
        first.close()
