"""Labels in TSPL, EPL2 and Brother's raster language: read back dot by dot by strict readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from shopstock.core import labels
from shopstock.core.labels import BUILT_IN, ITEM, SHELF, LabelData, LabelJob
from shopstock.core.outcome import Refused
from shopstock.core.papers import TestPage
from shopstock.devices import brother, drivers, epl, label_bitmap, label_pieces, label_settings, tspl
from shopstock.devices.drivers import Sending
from shopstock.devices.label_settings import TAPES, LabelPrinter
from shopstock.devices.receipt_printer import Patience
from shopstock.devices.status import Outcome, Reason, State
from tests.devices.sample_labels import EVERYTHING, HOSTILE, expected, reads_as, sized
from tests.devices.test_escpos import same_as_golden
from tests.emulator import brother_paper, epl_paper, tspl_paper
from tests.emulator.raw_label_printer import RawLabelPrinter

PATIENT = Patience(connect=15, status=15, write=15, barrier=15)
QUICK = Patience(connect=15, status=0.2, write=15, barrier=0.2)
PLAIN = {"tspl": (tspl.format_of, tspl_paper.read), "epl2": (epl.format_of, epl_paper.read)}


def same(printed: Image.Image, drawn: Image.Image) -> bool:
    """Tell whether a printed picture is the drawn one with nothing but white around it."""
    page = Image.new("L", printed.size, 255)
    page.paste(drawn.convert("L"), (0, 0))
    return ImageChops.difference(printed.convert("L"), page).getbbox() is None


@pytest.mark.parametrize("language", PLAIN)
@pytest.mark.parametrize("dpi", [203, 300])
def test_what_arrives_is_the_picture_dot_by_dot(language: str, dpi: int) -> None:
    format_of, read = PLAIN[language]
    printer = LabelPrinter(dpi=dpi)
    for template in BUILT_IN:
        fitted = sized(template, (500, 250))
        pictures = label_pieces.pictures(EVERYTHING, fitted, printer)
        found = read(b"".join(format_of(picture.image, printer, picture.copies) for picture in pictures))
        assert len(found) == len(EVERYTHING)
        for label, printed in zip(EVERYTHING, found, strict=True):
            assert same(printed.image, label_bitmap.draw(fitted, label, dpi).image)
            assert all(code in expected(label) for code in reads_as(printed.image))


@pytest.mark.parametrize("tape", TAPES)
def test_every_tape_gets_pages_it_can_print(tape: str) -> None:
    printer = label_settings.brother({"tape": tape, "length": 400})
    page = label_pieces.test_label(TestPage("Shop", "label-printer", "tcp://x", "now", code="A1"), printer)
    (printed,) = brother_paper.read(brother.format_of(page.image, printer, 1))
    size = TAPES[tape]
    head = 720 if size.width <= 62 else 1296
    left = head - size.dots - size.margin
    assert printed.image.width == head
    assert printed.image.height == (size.rows or page.image.height)
    assert (printed.width, printed.length, printed.die_cut) == (size.width, size.length, bool(size.rows))
    inked = printed.image.point(lambda shade: 255 - shade).getbbox()
    assert inked is not None
    assert inked[0] == left, "the frame begins at the first dot that the tape has"
    assert inked[2] <= left + size.dots
    same_picture = printed.image.crop((left, 0, left + page.image.width, page.image.height))
    assert same(same_picture, page.image.crop((0, 0, page.image.width, same_picture.height)))


def test_copies_are_pages_and_the_last_one_is_cut() -> None:
    printer = label_settings.brother({"tape": "62", "cut": False})
    image = label_bitmap.draw(sized(SHELF, (printer.width, printer.height)), EVERYTHING[0], 300).image
    found = brother_paper.read(brother.format_of(image, printer, 3))
    assert len(found) == 3
    assert {page.cut for page in found} == {False}
    assert all(reads_as(page.image) == ["4006381333931"] for page in found)


def test_settings_are_said_to_the_printer_and_copies_counted() -> None:
    printer = LabelPrinter(gap=25, darkness=9, speed=4)
    of = (replace(EVERYTHING[0], copies=23),)
    pictures = list(label_pieces.pictures(of, sized(SHELF, (500, 250)), printer))
    said = [tspl_paper.read(tspl.format_of(picture.image, printer, picture.copies))[0] for picture in pictures]
    assert [label.copies for label in said] == [10, 10, 3]
    assert said[0].said["size"] == (50.0, 25.0)
    assert (said[0].said["gap"], said[0].said["density"], said[0].said["speed"]) == ((2.5,), (9.0,), (4.0,))
    (one,) = epl_paper.read(epl.format_of(pictures[0].image, replace(printer, gap=0), 2))
    assert (one.copies, one.said["length"], one.said["darkness"]) == (2, (200.0, 0.0), (9.0,))


@pytest.mark.parametrize("language", PLAIN)
def test_no_name_reaches_the_interpreter_of_the_printer(language: str) -> None:
    format_of, read = PLAIN[language]
    printer = LabelPrinter()
    for name in (*HOSTILE, 'x"\r\nPRINT 9\r\nGAPDETECT\r\n' * 20):
        label = LabelData(name[:500], "£1\r\nP9\r\n", code="4006381333931", sku="\nxa\n")
        (picture,) = label_pieces.pictures((label,), sized(ITEM, (500, 250)), printer)
        (printed,) = read(format_of(picture.image, printer, 1))
        assert printed.copies == 1
        assert "measure" not in printed.said


def test_an_offset_moves_the_picture_and_nothing_else() -> None:
    printer = LabelPrinter(offset_x=20, offset_y=-10)
    fitted = sized(SHELF, (500, 250))
    (moved,) = label_pieces.pictures(EVERYTHING[:1], fitted, printer)
    drawn = label_bitmap.draw(fitted, EVERYTHING[0], 203).image
    assert moved.image.size == drawn.size
    kept = moved.image.crop((16, 0, drawn.width, drawn.height - 8))
    assert ImageChops.difference(
        kept.convert("L"), drawn.crop((0, 8, drawn.width - 16, drawn.height)).convert("L")
    ).getbbox() is None  # fmt: skip


def test_the_bytes_are_as_agreed() -> None:
    (picture,) = label_pieces.pictures(EVERYTHING[:1], sized(SHELF, (500, 250)), LabelPrinter())
    same_as_golden("shelf-label-50x25-203.tspl", tspl.format_of(picture.image, LabelPrinter(), 1))
    same_as_golden("shelf-label-50x25-203.epl", epl.format_of(picture.image, LabelPrinter(), 1))
    narrow = label_settings.brother({"tape": "12", "length": 300})
    small = label_pieces.test_label(TestPage("S", "label-printer", "tcp://x", "now", code="A1"), narrow)
    same_as_golden("test-label-12.brother", brother.format_of(small.image, narrow, 1))


# --- over the wire


def job(language: str) -> tuple[LabelJob, dict[str, Any]]:
    settings = {"tape": "62"} if language == "brother-ql" else {}
    return LabelJob(labels.to_json(SHELF), EVERYTHING[:4]), settings


def count_pages(taken: bytes) -> int:
    try:
        return len(brother_paper.read(taken))
    except brother_paper.BadRaster:  # a page is on its way
        return 0


READERS: dict[str, Callable[[bytes], list[Any]]] = {
    "tspl": tspl_paper.read, "epl2": epl_paper.read, "brother-ql": brother_paper.read,
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "state"),
    [("tspl", State.CONFIRMED), ("epl2", State.SENT_UNCONFIRMED), ("brother-ql", State.CONFIRMED)],
)
def test_every_label_reaches_a_printer_that_is_well(language: str, state: State) -> None:
    paper, settings = job(language)
    with RawLabelPrinter(language, ends=count_pages if language == "brother-ql" else None) as printer:
        outcome, missing = drivers.send_paper(paper, printer.url, language, settings, Sending(PATIENT))
    assert (outcome.state, outcome.done, missing) == (state, 4, ())
    found = READERS[language](printer.taken)
    assert len(found) == 4
    for label, printed in zip(EVERYTHING, found, strict=False):
        codes = reads_as(printed.image)
        assert codes
        assert set(codes) <= expected(label)


@pytest.mark.parametrize(
    ("language", "mood", "reason"),
    [
        ("tspl", "paper_out", Reason.PAPER_OUT),
        ("tspl", "head_open", Reason.COVER_OPEN),
        ("tspl", "ribbon_out", Reason.RIBBON_OUT),
        ("tspl", "paused", Reason.OFFLINE),
        ("brother-ql", "paper_out", Reason.PAPER_OUT),
        ("brother-ql", "head_open", Reason.COVER_OPEN),
        ("brother-ql", "other_roll", Reason.WRONG_MEDIA),
    ],
)
def test_a_printer_that_cannot_print_gets_nothing(language: str, mood: str, reason: Reason) -> None:
    paper, settings = job(language)
    with RawLabelPrinter(language, mood) as printer:
        outcome, _missing = drivers.send_paper(paper, printer.url, language, settings, Sending(PATIENT))
        assert outcome == Outcome(State.FAILED, reason)
        assert drivers.ask_device(printer.url, language, settings, PATIENT) is reason
    assert printer.taken == b""


@pytest.mark.parametrize("language", ["tspl", "brother-ql"])
@pytest.mark.parametrize("mood", ["silent", "garbage"])
def test_a_printer_that_says_nothing_of_sense_gets_everything_once(language: str, mood: str) -> None:
    paper, settings = job(language)
    with RawLabelPrinter(language, mood) as printer:
        outcome, _missing = drivers.send_paper(paper, printer.url, language, settings, Sending(QUICK))
        assert (outcome.state, outcome.done) == (State.SENT_UNCONFIRMED, 4)
    assert len(READERS[language](printer.taken)) == 4


@pytest.mark.parametrize(
    ("language", "command"), [("tspl", b"GAPDETECT\r\n"), ("epl2", b"\r\nxa\r\n"), ("zpl", b"~JC\r\n")]
)
def test_a_printer_is_told_to_measure_its_labels(language: str, command: bytes, tmp_path: Path) -> None:
    path = tmp_path / "out.bin"
    assert drivers.measure(str(path), language).state is State.SENT_UNCONFIRMED
    assert path.read_bytes() == command


def test_what_a_language_has_no_word_for_is_refused() -> None:
    with pytest.raises(Refused, match="by itself"):
        drivers.measure("tcp://127.0.0.1", "brother-ql")
    for language, settings, said in (
        ("tspl", {"darkness": 20}, "darkness 0 to 15"),
        ("epl2", {"compression": "hex"}, "no setting compression"),
        ("brother-ql", {"tape": "63"}, "No roll is called 63"),
        ("brother-ql", {"size": "50x25"}, "no setting size"),
        ("brother-ql", {"length": 20}, "12 to 1,000 mm"),
        ("zpl", {"offset_x": 90}, "5 mm at most"),
    ):
        with pytest.raises(Refused, match=said):
            drivers.of(language).check(settings)


def test_a_label_larger_than_the_tape_is_said() -> None:
    paper, _settings = job("brother-ql")
    wide = replace(labels.from_json(paper.template), width=800, height=250)
    paper = replace(paper, template=labels.to_json(wide))
    with RawLabelPrinter("brother-ql") as printer:
        outcome, _missing = drivers.send_paper(paper, printer.url, "brother-ql", {"tape": "29"}, Sending(PATIENT))
    assert outcome.reason is Reason.LABEL_TOO_LARGE
    assert printer.taken == b""
