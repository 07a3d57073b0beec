"""Papers as PDF, opened by poppler and read by an independent bar code decoder."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from shopstock.core import papers
from shopstock.core.papers import CommandSheet, ReceiptLine, SheetCommand
from shopstock.core.units import Money
from shopstock.formats import receipt_pdf
from tests.devices import sample_papers


def opened(pdf: bytes, folder: Path) -> list[Image.Image]:
    """Draw the pages with poppler."""
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-png", path, folder / "page"], check=True, capture_output=True)
    return [Image.open(page).convert("L") for page in sorted(folder.glob("page-*.png"))]


def text_of(pdf: bytes, folder: Path) -> str:
    path = folder / "text.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True)
    return done.stdout


def codes(pages: list[Image.Image]) -> list[str]:
    return [found.text for page in pages for found in zxingcpp.read_barcodes(page)]


@pytest.mark.parametrize("name", ["receipt", "on_top", "swiss", "report", "nasty"])
def test_a_paper_is_one_page_80_mm_wide_whose_bar_code_reads(name: str, tmp_path: Path) -> None:
    paper = sample_papers.EVERYTHING[name]
    assert isinstance(paper, papers.SalesReceipt | papers.CashReport)
    pages = opened(receipt_pdf.write(paper), tmp_path)
    assert len(pages) == 1
    assert abs(pages[0].width - 80 / 25.4 * 150) <= 1
    assert codes(pages) == [paper.number]
    bottom = pages[0].crop((0, pages[0].height - 12, pages[0].width, pages[0].height))
    assert bottom.getextrema() == (255, 255), "something runs off the end of the page"
    edges = [pages[0].crop(box) for box in ((0, 0, 12, pages[0].height), (pages[0].width - 12, 0, *pages[0].size))]
    assert all(edge.getextrema() == (255, 255) for edge in edges), "something runs off the side"


def test_the_words_and_figures_are_on_it(tmp_path: Path) -> None:
    text = text_of(receipt_pdf.write(sample_papers.RECEIPT), tmp_path)
    for words in ("Corner & Kettle", "Café crème, ground", "13.00", "Total GBP", "27.40", "Change", "1-10418"):
        assert words in text
    assert "COPY" not in text
    copy = text_of(receipt_pdf.write(papers.as_copy(sample_papers.ON_TOP, 3)), tmp_path)
    assert "COPY 3" in copy
    assert "PRACTICE" in copy


def test_markup_in_names_is_only_text(tmp_path: Path) -> None:
    name = "<b>Tea</b> &amp; \\(milk\\) ) Tj ET"
    paper = replace(sample_papers.RECEIPT, lines=(ReceiptLine(name, amount=Money(10_000)),))
    assert "<b>Tea</b> &amp;" in text_of(receipt_pdf.write(paper), tmp_path)


def test_fonts_are_embedded_and_letters_of_many_scripts_are_there(tmp_path: Path) -> None:
    pdf = receipt_pdf.write(sample_papers.NASTY)
    assert pdf.count(b"/FontFile2") >= 2
    text = text_of(pdf, tmp_path)
    for words in ("茶葉", "とうきょう", "서울", "Žluťoučký", "Жук", "Tea ????"):
        assert words in text


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert receipt_pdf.write(sample_papers.RECEIPT) == receipt_pdf.write(sample_papers.RECEIPT)


def test_every_command_of_the_sheet_reads(tmp_path: Path) -> None:
    pages = opened(receipt_pdf.write(sample_papers.SHEET), tmp_path)
    assert [page.height for page in pages] == [1754], "one A4 page"
    assert sorted(codes(pages)) == sorted(command.code for command in sample_papers.SHEET.commands)


def test_a_longer_sheet_goes_on_over_the_page_and_an_empty_one_has_one(tmp_path: Path) -> None:
    commands = tuple(SheetCommand(f"$C{number}", "A command with a very long name indeed " * 2) for number in range(27))
    pages = opened(receipt_pdf.write(CommandSheet("Shop", commands)), tmp_path)
    assert len(pages) == 2
    assert sorted(codes(pages)) == sorted(command.code for command in commands)
    assert receipt_pdf.write(CommandSheet("Shop", ())).count(b"/Type /Page\n") == 1
