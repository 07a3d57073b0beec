"""The slip of a transfer: what it says, its barcode, and what a hostile name does to it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from shopstock.core.purchasing import PageSize
from shopstock.core.transfer_paper import TransferPaper, TransferPaperLine
from shopstock.core.units import Qty
from shopstock.formats import transfer_pdf


def a_paper(lines: int = 2, **changes: str) -> TransferPaper:
    rows = tuple(
        TransferPaperLine(
            n, f"CN-{n:04d}", f"Candle number {n}", "piece", Qty(6_000), Qty(n * 1_000), "Back room › B-04"
        )
        for n in range(1, lines + 1)
    )
    texts = {
        "number": "T-0012", "state": "", "sent": "2026-11-24 10:20", "sent_by": "Owner", "from_shop": "Main shop",
        "to_shop": "Market hall", "shop_name": "Corner Shop", "expected": "2026-11-25", "note": "Mind the glass.",
        **changes,
    }  # fmt: skip
    return TransferPaper(lines=rows, shop_lines=("1 High Street",), **texts)


def words(pdf: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout


def pages(pdf: Path, folder: Path) -> list[Image.Image]:
    subprocess.run(["pdftoppm", "-r", "150", "-png", pdf, folder / "page"], check=True, capture_output=True)
    return [Image.open(page).convert("L") for page in sorted(folder.glob("page-*.png"))]


@pytest.mark.parametrize("page", PageSize)
def test_the_slip_says_from_where_to_where_what_and_how_much_and_its_barcode_reads(
    tmp_path: Path, page: PageSize
) -> None:
    path = tmp_path / "slip.pdf"
    transfer_pdf.write(path, a_paper(), page)
    (sheet,) = pages(path, tmp_path)
    assert [found.text for found in zxingcpp.read_barcodes(sheet)] == ["T-0012"]
    text = words(path)
    for expected in (
        "Transfer T-0012", "Main shop", "Market hall", "Candle number 2", "Back room › B-04", "CN-0002",
        "Mind the glass.", "2026-11-25", "Corner Shop", "Packed by", "1 of 1",
    ):  # fmt: skip
        assert expected in text, expected


def test_a_long_slip_loses_no_line_and_is_the_same_each_time(tmp_path: Path) -> None:
    path = tmp_path / "slip.pdf"
    paper = a_paper(120)
    transfer_pdf.write(path, paper)
    text = words(path)
    assert re.findall(r"CN-\d{4}", text) == [f"CN-{n:04d}" for n in range(1, 121)]
    assert text.count("Taken from") == len(pages(path, tmp_path)) > 2
    assert path.read_bytes() == transfer_pdf.to_bytes(paper)


@pytest.mark.parametrize("nasty", ["\x00\x07\x1b[2J", "(\\) Tj ET", "<b>x</b>" * 40, "A" * 300, "طهران " * 20])
def test_hostile_names_are_only_text(tmp_path: Path, nasty: str) -> None:
    path = tmp_path / "slip.pdf"
    transfer_pdf.write(path, a_paper(shop_name=nasty, note=nasty, to_shop=nasty, sent_by=nasty))
    assert [found.text for found in zxingcpp.read_barcodes(pages(path, tmp_path)[0])] == ["T-0012"]
