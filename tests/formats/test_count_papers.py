"""The sheets of a count and the review of a quarter as PDF: what they say, their bars, and what nasty names do."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from shopstock.core import counting
from shopstock.core.count_paper import CountPaper, CountPaperLine, CountPaperSheet
from shopstock.core.count_review import ActionKept, CauseValue, MonthFigures, Quarter, Recurring, Review, quarter_of
from shopstock.core.outcome import Refused
from shopstock.core.purchasing import PageSize
from shopstock.core.units import Day, Money
from shopstock.formats import count_review_pdf, count_sheet_pdf


def words(pdf: bytes) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], check=True, capture_output=True, input=pdf
    ).stdout.decode()  # fmt: skip


def images(pdf: bytes, folder: Path) -> list[Image.Image]:
    (folder / "paper.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", "200", "-png", folder / "paper.pdf", folder / "page"], check=True, capture_output=True
    )
    return [Image.open(page).convert("L") for page in sorted(folder.glob("page-*.png"))]


def a_paper(lines: int = 3, name: str = "Candle") -> CountPaper:
    items = tuple(
        CountPaperLine(f"CN-{n:04d}", f"{name} number {n}", "piece", f"40063813{n:05d}") for n in range(1, lines + 1)
    )
    return CountPaper(
        "N-0007", "January count", "2026-11-24", "Corner Shop",
        (
            CountPaperSheet("Shop › Shelf 1", "SHELF-1", "1", "Ann", items, False),
            CountPaperSheet("Shop › Back room", "BACK-ROOM", "2", "", items[:1], True),
        ),
    )  # fmt: skip


@pytest.mark.parametrize("page", PageSize)
def test_each_place_has_its_sheet_with_label_and_items_as_bars(tmp_path: Path, page: PageSize) -> None:
    pdf = count_sheet_pdf.to_bytes(a_paper(), page)
    shelf, back = images(pdf, tmp_path)
    assert sorted(found.text for found in zxingcpp.read_barcodes(shelf)) == [
        "4006381300001", "4006381300002", "4006381300003", "SHELF-1",
    ]  # fmt: skip
    assert sorted(found.text for found in zxingcpp.read_barcodes(back)) == ["4006381300001", "BACK-ROOM"]
    text = words(pdf)
    for expected in (
        "Shop › Shelf 1", "N-0007 · January count · 2026-11-24", "For Ann", "Candle number 2", "CN-0003", "Look 2",
        "Count everything that lies here.", "Counted by", "1 of 2", "2 of 2",
    ):  # fmt: skip
        assert expected in text, expected


def test_every_page_of_a_place_names_it() -> None:
    *pages, back, _end = words(count_sheet_pdf.to_bytes(a_paper(70))).split("\f")
    assert len(pages) > 3
    for page in pages:
        assert "N-0007 · Shop › Shelf 1 · SHELF-1" in page
    assert "N-0007 · Shop › Back room · BACK-ROOM" in back


def test_a_long_list_loses_no_item(tmp_path: Path) -> None:
    text = words(count_sheet_pdf.to_bytes(a_paper(70)))
    for number in range(1, 71):
        assert f"CN-{number:04d}" in text


@pytest.mark.parametrize("nasty", ["\x00\x07\x1b[2J", "(\\) Tj ET", "<b>x</b>" * 40, "A" * 300])
def test_nasty_names_are_only_text(tmp_path: Path, nasty: str) -> None:
    first, *_rest = images(count_sheet_pdf.to_bytes(a_paper(name=nasty)), tmp_path)
    assert "SHELF-1" in [found.text for found in zxingcpp.read_barcodes(first)]


def accurate(lines: int, hits: int) -> counting.Accuracy:
    return counting.accuracy(lines, hits, Money(1_000_000), Money(20_000), Money(-10_000))


def a_review(lines: int = 48) -> Review:
    def of(name: str) -> MonthFigures:
        return MonthFigures(name, accurate(lines, lines * 47 // 48), accurate(2 * lines, 2 * lines))

    return Review(
        "Corner Shop", "GBP", Quarter(2026, 3), 9, of("2026Q3"), of("2026Q2"),
        tuple(of(f"2026-{month:02d}") for month in (7, 8, 9)),
        (CauseValue("Theft", 4, Money(-410_000), Money(410_000)), CauseValue("Mis-scan", 2, Money(0), Money(90_000))),
        (Recurring("Radio", 3, Money(-300_000), Money(300_000), Day(20_260_914)),),
        (ActionKept("Lock the cabinet", "Radio", "Ann", Day(20_260_930), "kept", "Done"),),
    )  # fmt: skip


def test_the_review_says_the_figures_of_the_quarter(tmp_path: Path) -> None:
    pdf = count_review_pdf.to_bytes(a_review())
    text = words(pdf)
    for expected in (
        "Review of counting 2026Q3", "97.9 %", "89.1 % – 99.6 %", "target 98 %",
        "Theft", "41.00", "Radio", "2026-09-14",
        "Lock the cabinet (Radio)", "kept", "in the quarter before", "1 of",
    ):  # fmt: skip
        assert expected in text, expected
    assert images(pdf, tmp_path)


def test_the_trend_has_room_for_a_bad_month() -> None:
    bad = MonthFigures("2026-08", accurate(10, 2), accurate(10, 2))
    good = a_review().months[0]
    scale = [f"{ten * 10} %" for ten in range(1, 5)]
    usual = words(count_review_pdf.to_bytes(a_review()))
    worse = words(count_review_pdf.to_bytes(a_review()._replace(months=(good, bad, good))))
    assert not [mark for mark in scale if re.search(rf"^ *{mark}", usual, re.MULTILINE)]
    assert [mark for mark in scale if re.search(rf"^ *{mark}", worse, re.MULTILINE)] == scale


def test_a_long_action_is_told_whole_with_what_came_of_it() -> None:
    action = " ".join(f"word{n}" for n in range(30))[:200]
    long = ActionKept(action, "Radio", "Ann", Day(20_260_930), "kept", "The cabinet has a key now")
    text = " ".join(words(count_review_pdf.to_bytes(a_review()._replace(actions=(long,)))).split())
    for word in (*action.split()[:-1], "(Radio):", "cabinet", "now"):
        assert word in text, word


def test_a_quarter_without_counts_says_so() -> None:
    empty = MonthFigures("2026Q3", accurate(0, 0), accurate(0, 0))
    text = words(count_review_pdf.to_bytes(a_review()._replace(whole=empty, actions=())))
    assert "Nothing was counted and posted in this quarter" in text
    assert "97.9" not in text


def test_quarters_are_read_as_people_write_them() -> None:
    assert quarter_of("2026Q3") == quarter_of("2026-q3") == Quarter(2026, 3)
    assert Quarter(2026, 1).before == Quarter(2025, 4)
    with pytest.raises(Refused, match="no quarter"):
        quarter_of("autumn")
