"""The protocol of a job of labels, over TCP and a pseudo terminal, with printers that are well and that are not."""

from __future__ import annotations

import threading
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shopstock.core import labels, papers
from shopstock.core.labels import SHELF, LabelJob
from shopstock.core.papers import DrawerPulse, TestPage
from shopstock.devices import drivers, label_printer, label_questions, transports
from shopstock.devices.drivers import Sending
from shopstock.devices.label_printer import AHEAD
from shopstock.devices.receipt_printer import Patience
from shopstock.devices.status import Outcome, Reason, State
from tests.devices.sample_labels import EVERYTHING, expected, reads_as
from tests.emulator import zpl_paper
from tests.emulator.label_printer import NetworkLabelPrinter, SerialLabelPrinter

PATIENT = Patience(connect=15, status=15, write=15, barrier=15)
QUICK = Patience(connect=15, status=0.2, write=0.3, barrier=0.3)


def job(count: int = 5, template: labels.LabelTemplate = SHELF) -> LabelJob:
    every = [EVERYTHING[at % len(EVERYTHING)] for at in range(count)]
    return LabelJob(labels.to_json(template), tuple(every))


def send(url: str, paper: papers.Paper, settings: dict[str, Any] | None = None, **how: Any) -> Outcome:
    how.setdefault("patience", PATIENT)
    return drivers.send_paper(paper, url, "zpl", settings or {}, Sending(**how))[0]


@pytest.mark.parametrize("kind", [NetworkLabelPrinter, SerialLabelPrinter])
def test_every_label_comes_out_and_the_printer_confirms(kind: Any) -> None:
    with kind() as printer:
        outcome = send(printer.url, job(len(EVERYTHING)))
        assert (outcome.state, outcome.done) == (State.CONFIRMED, len(EVERYTHING))
        found = printer.wait_for(len(EVERYTHING))
    assert printer.bad == []
    for label, printed in zip(EVERYTHING, found, strict=True):
        assert all(code in expected(label) for code in reads_as(printed.image))


@pytest.mark.parametrize("kind", [NetworkLabelPrinter, SerialLabelPrinter])
def test_a_silent_printer_gets_everything_and_stays_unconfirmed(kind: Any) -> None:
    with kind("silent") as printer:
        outcome = send(printer.url, job(), patience=QUICK if kind is NetworkLabelPrinter else replace(QUICK, write=15))
        assert (outcome.state, outcome.done) == (State.SENT_UNCONFIRMED, 5)
        printer.wait_for(5)


def test_a_printer_set_up_as_mute_is_not_asked() -> None:
    with NetworkLabelPrinter("paper_out") as printer:
        assert send(printer.url, job(1), {"replies": False}).state is State.SENT_UNCONFIRMED


@pytest.mark.parametrize(
    ("mood", "reason"),
    [
        ("paper_out", Reason.PAPER_OUT),
        ("head_open", Reason.COVER_OPEN),
        ("ribbon_out", Reason.RIBBON_OUT),
        ("paused", Reason.OFFLINE),
    ],
)
def test_a_printer_that_cannot_print_gets_nothing(mood: str, reason: Reason) -> None:
    with NetworkLabelPrinter(mood) as printer:
        assert send(printer.url, job()) == Outcome(State.FAILED, reason)
        port = transports.of(transports.parse_url(printer.url))
        assert label_printer.ask(port, label_questions.ZPL, PATIENT) is reason
    assert printer.most_waiting == 0


def test_a_printer_that_is_well_says_so_and_a_mute_one_nothing() -> None:
    for mood, answer in (("healthy", Reason.NONE), ("silent", None)):
        with NetworkLabelPrinter(mood) as printer:
            port = transports.of(transports.parse_url(printer.url))
            assert label_printer.ask(port, label_questions.ZPL, QUICK if answer is None else PATIENT) is answer


def test_a_slow_printer_is_never_far_behind() -> None:
    with NetworkLabelPrinter(pace=3) as printer:
        seen: list[int] = []
        outcome = send(printer.url, job(60), watch=lambda done, reason: seen.append(done) is None)
        assert (outcome.state, outcome.done) == (State.CONFIRMED, 60)
        assert len(printer.wait_for(60)) == 60
    assert printer.most_waiting <= AHEAD + 1
    assert sorted({*seen, 60}) == list(range(61))


def test_cancelling_stops_after_the_label_at_hand() -> None:
    with NetworkLabelPrinter() as printer:
        outcome = send(printer.url, job(100), watch=lambda done, reason: done < 7)
        assert (outcome.state, outcome.done) == (State.CANCELLED, 7)
        assert send(printer.url, job(1)).state is State.CONFIRMED
        assert len(printer.printed) == 8


def test_paper_that_ends_in_the_middle_is_waited_for_and_told() -> None:
    told: list[Reason] = []
    with NetworkLabelPrinter(pace=1) as printer:

        def watch(done: int, reason: Reason) -> bool:
            if done == 10 and not told:
                printer.mood = "paper_out"
            if reason is not Reason.NONE:
                told.append(reason)
                printer.mood = "healthy"
            return True

        outcome = send(printer.url, job(30), watch=watch)
        assert (outcome.state, outcome.done) == (State.CONFIRMED, 30)
        assert len(printer.wait_for(30)) == 30
    assert told == [Reason.PAPER_OUT]


def test_a_connection_that_breaks_leaves_the_job_unknown() -> None:
    with NetworkLabelPrinter("reset") as printer:
        outcome = send(printer.url, job(2_000))
    assert (outcome.state, outcome.reason) == (State.UNKNOWN, Reason.INTERRUPTED)
    assert 0 < outcome.done < 2_000


def test_nobody_there_is_a_failure_that_may_be_tried_again() -> None:
    assert send("tcp://127.0.0.1:9", job(), start=3) == Outcome(State.FAILED, Reason.UNREACHABLE, done=3)


def test_a_file_collects_the_labels(tmp_path: Path) -> None:
    path = tmp_path / "labels.zpl"
    assert send(transports.parse_url(str(path)).url, job(3)).state is State.SENT_UNCONFIRMED
    assert len(zpl_paper.read(path.read_bytes())) == 3


def test_papers_that_are_no_labels_and_labels_too_large_print_nothing(tmp_path: Path) -> None:
    path = tmp_path / "nothing.zpl"
    url = transports.parse_url(str(path)).url
    large = replace(SHELF, width=1_000, height=500)
    assert send(url, job(1, large)) == Outcome(State.FAILED, Reason.LABEL_TOO_LARGE)
    assert send(url, LabelJob("{}", EVERYTHING[:1])) == Outcome(State.FAILED, Reason.BAD_PAPER)
    assert send(url, DrawerPulse("sale")) == Outcome(State.FAILED, Reason.WRONG_LANGUAGE)
    assert not path.exists()
    assert send(url, TestPage("Shop", "label-printer", url, "now")).state is State.SENT_UNCONFIRMED


def test_what_could_not_be_printed_is_told(tmp_path: Path) -> None:
    url = transports.parse_url(str(tmp_path / "labels.zpl")).url
    odd = replace(EVERYTHING[0], name="Tea \U0001f9ff", code="X" * 40)
    _outcome, missing = drivers.send_paper(LabelJob(labels.to_json(SHELF), (odd,)), url, "zpl", {})
    assert missing == ("\U0001f9ff", "X" * 40)


def test_a_job_of_labels_is_kept_as_text_and_read_back() -> None:
    paper = job(4)
    assert papers.from_json(papers.to_json(paper)) == paper
    assert papers.kind_of(paper) == "label_job"


def test_a_thousand_labels_take_no_more_memory_than_a_few(tmp_path: Path) -> None:
    """Count what Python holds at the peak: labels are drawn when their turn comes."""
    peaks = []
    send(transports.parse_url(str(tmp_path / "warm")).url, job(20))
    for count in (20, 1_000):
        paper = job(count)
        tracemalloc.start()
        send(transports.parse_url(str(tmp_path / f"{count}")).url, paper)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 500_000
    assert threading.active_count() < 20
