"""Print queues that take raw bytes: CUPS by its commands, Windows by its spooler, with doubles that keep what comes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shopstock.devices import receipt_printer, transports
from shopstock.devices.addresses import Address
from shopstock.devices.port import TransportError
from shopstock.devices.receipt_printer import Patience
from shopstock.devices.status import Reason, State
from shopstock.devices.windows_spooler import INVALID_DATATYPE, WORK_OFFLINE, SpoolerError, WindowsSpooler

#: Moods of a queue that does not let go of its job.
_KEPT = ("held", "printing", "waits")
HASTY = Patience(connect=10, status=1, write=0.3, barrier=0.3)
PATIENT = Patience(connect=20, status=1, write=20, barrier=1)


@pytest.fixture
def cups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Put commands before the real ones that keep a job in a file; ``held`` is a queue that never lets go of it."""

    def made(mood: str) -> Path:
        kept = tmp_path / "kept.bin"
        state = {
            "disabled": "printer pos disabled since today", "gone": "", "printing": "printer pos now printing pos-7.",
            "held": "printer pos now printing pos-7. The printer may not exist or is unavailable at this time.",
            "waits": "printer pos now printing pos-7. Alerts: cups-waiting-for-job-completed",
        }.get(mood, "printer pos is idle.")  # fmt: skip
        for name, does in {
            "lp": f'cat > {kept}; echo "$@" > {tmp_path}/asked; echo "request id is pos-7 (1 file(s))"',
            "lpstat": f'case "$1" in -p|-l) echo "{state}"; test -n "{state}";;'
            f" -W) if [ {'yes' if mood in _KEPT else 'no'} = yes -a ! -e {tmp_path}/cancelled ]; then"
            ' echo "pos-7 ann 10 today"; fi;; esac',
            "cancel": f'echo "$1" > {tmp_path}/cancelled',
        }.items():
            script = tmp_path / "bin" / name
            script.parent.mkdir(exist_ok=True)
            script.write_text(f"#!/bin/sh\n{does}\n")
            script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
        return kept

    return made


def send(url: str, patience: Patience = PATIENT) -> Any:
    port = transports.of(transports.parse_url(url))
    return receipt_printer.send(port, b"\x1b@bytes \xff\x00 as they are\n", patience=patience)


def test_cups_gets_the_bytes_as_they_are(cups: Callable[[str], Path], tmp_path: Path) -> None:
    kept = cups("fine")
    assert send("cups://pos").state is State.SENT_UNCONFIRMED
    assert kept.read_bytes() == b"\x1b@bytes \xff\x00 as they are\n"
    assert (tmp_path / "asked").read_text().split()[:4] == ["-d", "pos", "-o", "raw"]


def test_a_job_that_cups_holds_too_long_is_taken_back(cups: Callable[[str], Path], tmp_path: Path) -> None:
    cups("held")
    outcome = send("cups://pos", HASTY)
    assert (outcome.state, outcome.reason, outcome.sent) == (State.FAILED, Reason.STALLED, 0)
    assert (tmp_path / "cancelled").read_text() == "pos-7\n"


def test_a_printer_that_does_not_hang_up_has_it_all_the_same(cups: Callable[[str], Path], tmp_path: Path) -> None:
    cups("waits")
    assert send("cups://pos").state is State.SENT_UNCONFIRMED
    assert not (tmp_path / "cancelled").exists()


def test_a_job_that_is_being_printed_is_left_alone_and_asked_about(cups: Callable[[str], Path], tmp_path: Path) -> None:
    cups("printing")
    outcome = send("cups://pos", HASTY)
    assert (outcome.state, outcome.reason) == (State.UNKNOWN, Reason.STALLED)
    assert outcome.sent > 0
    assert not (tmp_path / "cancelled").exists()


@pytest.mark.parametrize(("mood", "reason"), [("disabled", Reason.OFFLINE), ("gone", Reason.UNREACHABLE)])
def test_a_queue_that_does_not_print_gets_nothing(cups: Callable[[str], Path], mood: str, reason: Reason) -> None:
    kept = cups(mood)
    outcome = send("cups://pos")
    assert (outcome.state, outcome.reason) == (State.FAILED, reason)
    assert not kept.exists()


class Recorder:
    """A spooler that keeps what it is given. ``holding``: how often it says that it still has the job."""

    def __init__(self, *, attributes: int = 0, refuses: int = 0, holding: int = 2) -> None:
        self.printer = attributes
        self.refuses = refuses
        self.holding = holding
        self.taken = b""
        self.steps: list[str] = []

    def open(self, name: str) -> str:
        self.steps.append(f"open {name}")
        return name

    def attributes(self, handle: Any) -> int:
        return self.printer

    def begin(self, handle: Any, title: str) -> int:
        if self.refuses:
            raise SpoolerError(self.refuses)
        self.steps.append("begin")
        return 12

    def write(self, handle: Any, data: bytes) -> int:
        piece = data[:1000]
        self.taken += piece
        return len(piece)

    def end(self, handle: Any) -> None:
        self.steps.append("end")

    def holds(self, handle: Any, job: int) -> bool:
        self.holding -= 1
        return self.holding >= 0

    def delete(self, handle: Any, job: int) -> None:
        self.steps.append(f"delete {job}")

    def close(self, handle: Any) -> None:
        self.steps.append("close")


def windows(spooler: Recorder, data: bytes = b"x" * 2500, seconds: float = 20) -> Reason:
    port = WindowsSpooler(Address("spooler", "POS-58"), spooler)
    try:
        port.open(time.monotonic() + 1)
        port.write(data, time.monotonic() + seconds)
    except TransportError as error:
        return Reason.INTERRUPTED if error.sent else error.reason
    finally:
        port.close()
    return Reason.NONE


def test_windows_gets_the_bytes_in_one_document() -> None:
    spooler = Recorder()
    assert windows(spooler) is Reason.NONE
    assert spooler.taken == b"x" * 2500
    assert spooler.steps == ["open POS-58", "begin", "end", "close"]


def test_windows_printers_that_cannot_print_say_why() -> None:
    offline = Recorder(attributes=WORK_OFFLINE)
    assert windows(offline) is Reason.OFFLINE
    assert offline.taken == b""
    assert windows(Recorder(refuses=INVALID_DATATYPE)) is Reason.NEEDS_RAW_DRIVER
    assert windows(Recorder(refuses=5)) is Reason.NO_PERMISSION
    stuck = Recorder(holding=10**9)
    assert windows(stuck, seconds=0.05) is Reason.STALLED
    assert "delete 12" in stuck.steps


def test_a_windows_printer_elsewhere_is_a_wrong_address() -> None:
    outcome = send("spooler://POS-58")
    assert (outcome.state, outcome.reason) == (State.FAILED, Reason.BAD_ADDRESS)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("usb://04B8:0E15/J3TF", "usb://04b8:0e15/J3TF"),
        ("usb://04b8:0e15", "usb://04b8:0e15"),
        ("serial://usb:0403:6001:A50285?baud=9600", "serial://usb:0403:6001:A50285?baud=9600"),
        ("cups://POS-58", "cups://POS-58"),
        ("spooler://EPSON TM-T20 Receipt", "spooler://EPSON%20TM-T20%20Receipt"),
        ("printer://DYMO%20450", "printer://DYMO%20450"),
    ],
)
def test_addresses_by_name_and_by_id_are_kept_one_way(typed: str, kept: str) -> None:
    assert transports.parse_url(typed).url == kept
    assert transports.parse_url(kept).url == kept
    assert transports.describe(kept)


@pytest.mark.parametrize(
    "bad", ["usb://", "usb://04b8", "usb://xyz:0e15", "serial://usb:1:2", "cups://", "cups://a?b=c"]
)
def test_addresses_that_name_nothing_are_refused(bad: str) -> None:
    with pytest.raises(Exception, match="no address of a device"):
        transports.parse_url(bad)
