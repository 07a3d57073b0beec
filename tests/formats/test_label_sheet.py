"""Labels on sheets as PDF, printed to pixels by an independent program and read by an independent decoder."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from shopstock.core import codes, labels
from shopstock.core.labels import BUILT_IN, ITEM, SHEETS, SHELF, LabelData, LabelJob, LabelTemplate, SheetOptions
from shopstock.core.outcome import Refused
from shopstock.formats import label_sheet, receipt_pdf
from tests.devices.sample_labels import EVERYTHING, HOSTILE, reads_as

DPI = 300


def pages(data: bytes, folder: Path, dpi: int = DPI) -> list[Image.Image]:
    path = folder / "sheet.pdf"
    path.write_bytes(data)
    subprocess.run(["pdftoppm", "-gray", "-r", str(dpi), path, folder / "page"], check=True, capture_output=True)
    found = []
    for page in sorted(folder.glob("page-*.pgm")):
        with Image.open(page) as image:
            found.append(image.convert("L"))
        page.unlink()
    return found


def box_of(sheet: labels.Sheet, place: int, dpi: int) -> tuple[int, int, int, int]:
    row, column = divmod(place, sheet.columns)
    left, top = sheet.left + column * sheet.pitch_x, sheet.top + row * sheet.pitch_y
    one, two, three, four = (
        round(length * dpi / 25_400) for length in (left, top, left + sheet.width, top + sheet.height)
    )
    return one, two, three, four


def cell(page: Image.Image, sheet: labels.Sheet, place: int, dpi: int = DPI) -> Image.Image:
    return page.crop(box_of(sheet, place, dpi))


def a_job(codes_: list[str], template: LabelTemplate = SHELF) -> LabelJob:
    names = [EVERYTHING[at % len(EVERYTHING)].name for at in range(len(codes_))]
    every = [LabelData(name, "£12.95", "£5.18 / kg", code=code) for name, code in zip(names, codes_, strict=True)]
    return LabelJob(labels.to_json(template), tuple(every))


def some_codes(count: int) -> list[str]:
    return [codes.in_store(number * 7_919) for number in range(1, count + 1)]


@pytest.mark.parametrize("template", BUILT_IN, ids=lambda template: template.name)
@pytest.mark.parametrize("sheet", SHEETS.values(), ids=lambda sheet: sheet.name)
def test_every_label_of_a_full_sheet_reads_in_its_place(
    sheet: labels.Sheet, template: LabelTemplate, tmp_path: Path
) -> None:
    wanted = some_codes(sheet.places)
    (page,) = pages(label_sheet.write(a_job(wanted, template), SheetOptions(sheet.name)), tmp_path)
    assert page.size == pytest.approx([side * DPI / 25_400 for side in sheet.page], abs=1)
    read = [reads_as(cell(page, sheet, place)) for place in range(sheet.places)]
    assert read == [[code] for code in wanted]


def test_nothing_is_drawn_outside_the_labels(tmp_path: Path) -> None:
    for sheet in SHEETS.values():
        wanted = some_codes(sheet.places)
        (page,) = pages(label_sheet.write(a_job(wanted, ITEM), SheetOptions(sheet.name)), tmp_path)
        for place in range(sheet.places):
            inside = cell(page, sheet, place)
            assert inside.getextrema()[0] < 128
            page.paste(255, box_of(sheet, place, DPI))
        assert page.getextrema()[0] > 200, sheet.name


def test_labels_start_where_the_sheet_is_free_and_go_on_overleaf(tmp_path: Path) -> None:
    sheet = SHEETS["L7160"]
    wanted = some_codes(20)
    made = pages(label_sheet.write(a_job(wanted), SheetOptions("L7160", start=5)), tmp_path)
    assert len(made) == 2
    places = [(page, place) for page in made for place in range(sheet.places)]
    read = [reads_as(cell(page, sheet, place)) for page, place in places]
    assert read == [[]] * 4 + [[code] for code in wanted] + [[]] * 18


def test_copies_and_offsets(tmp_path: Path) -> None:
    job = a_job(some_codes(1))
    job = replace(job, labels=(replace(job.labels[0], copies=3),))
    (page,) = pages(label_sheet.write(job, SheetOptions("L7160")), tmp_path)
    assert reads_as(page) == some_codes(1) * 3
    (moved,) = pages(label_sheet.write(job, SheetOptions("L7160", offset_x=20, offset_y=-10)), tmp_path)
    before, after = (Image.eval(image, lambda shade: 255 - shade).getbbox() for image in (page, moved))
    assert before is not None
    assert after is not None
    assert abs(after[0] - before[0] - 20 * DPI / 254) <= 1
    assert abs(after[1] - before[1] + 10 * DPI / 254) <= 1


def test_hostile_names_are_drawn_as_text(tmp_path: Path) -> None:
    every = [LabelData(name, "£1", code=code) for name, code in zip(HOSTILE, some_codes(5), strict=True)]
    job = LabelJob(labels.to_json(SHELF), tuple(every))
    (page,) = pages(label_sheet.write(job, SheetOptions("5160")), tmp_path)
    assert sorted(reads_as(page)) == sorted(some_codes(5))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (SheetOptions("L9999"), "No sheet is called"),
        (SheetOptions("L7160", start=0), "labels 1 to 21"),
        (SheetOptions("L7160", start=22), "labels 1 to 21"),
        (SheetOptions("L7160", offset_x=500), "at most 20 mm"),
    ],
)
def test_what_makes_no_sense_on_a_sheet_is_refused(options: SheetOptions, words: str) -> None:
    with pytest.raises(Refused, match=words):
        label_sheet.write(a_job(some_codes(1)), options)


def test_a_label_larger_than_those_of_the_sheet_is_refused() -> None:
    with pytest.raises(Refused, match=r"100 × 50 mm, the paper is 63\.5 × 38\.1 mm"):
        label_sheet.write(a_job(some_codes(1), replace(SHELF, width=1_000, height=500)), SheetOptions("L7160"))


def test_every_sheet_has_a_calibration_page_and_fits_its_paper(tmp_path: Path) -> None:
    for sheet in SHEETS.values():
        (page,) = pages(label_sheet.calibration(SheetOptions(sheet.name, offset_x=5)), tmp_path, 72)
        assert page.getextrema()[0] < 128
        assert sheet.left * 2 + (sheet.columns - 1) * sheet.pitch_x + sheet.width == pytest.approx(
            sheet.page[0], abs=60
        )
        assert sheet.top + (sheet.rows - 1) * sheet.pitch_y + sheet.height < sheet.page[1]


def test_a_job_from_the_queue_can_be_kept_as_pdf() -> None:
    assert receipt_pdf.write(a_job(some_codes(2))).startswith(b"%PDF")
