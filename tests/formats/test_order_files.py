"""A purchase order as PDF, CSV and spreadsheet, opened by other programs than the one that wrote it."""

from __future__ import annotations

import csv
import re
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image

from shopstock.core.purchasing import OrderPaper, OrderPaperLine, PageSize
from shopstock.core.units import Money, Qty
from shopstock.formats import order_files, order_pdf

EVIL = '=HYPERLINK("http://x","y")'
LINES = (
    OrderPaperLine(1, "AC-001", "TEA", "Darjeeling <b>first</b> flush", Qty(24_000), "piece", Qty(6_000), 4,
                   Money(25_001), Money(600_000)),
    OrderPaperLine(2, EVIL, "+SKU", "@cmd", Qty(1_250), "kg", Qty(1_000), None, Money(40_000), Money(50_000), "-1"),
    OrderPaperLine(3, "0012", "茶", "Žluťoučký kůň 茶葉", Qty(1_000), "piece", Qty(1_000), None, Money(0), Money(0)),
)  # fmt: skip
PAPER = OrderPaper(
    "P-0188", "", "2026-03-02", "2026-03-09", "EUR", LINES, Money(650_000), "Corner & Kettle",
    ("12 High Street", "London N1 2AB"), "Acme GmbH", ("Hauptstr. 1", "10115 Berlin"), "orders@acme.example", "C-778",
    "Back room", "Q-17", "Ring twice.", "Owner",
)  # fmt: skip


def pages(pdf: Path, folder: Path) -> list[Image.Image]:
    subprocess.run(["pdftoppm", "-r", "150", "-png", pdf, folder / "page"], check=True, capture_output=True)
    return [Image.open(page).convert("L") for page in sorted(folder.glob("page-*.png"))]


def words(pdf: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize(("page", "size"), [(PageSize.A4, (210.0, 297.0)), (PageSize.LETTER, (215.9, 279.4))])
def test_the_paper_bears_everything_and_its_barcode_reads(
    tmp_path: Path, page: PageSize, size: tuple[float, float]
) -> None:
    path = tmp_path / "order.pdf"
    order_pdf.write(path, PAPER, page)
    (sheet,) = pages(path, tmp_path)
    assert [round(side / 150 * 25.4, 1) for side in sheet.size] == pytest.approx(list(size), abs=0.3)
    assert [found.text for found in zxingcpp.read_barcodes(sheet)] == ["P-0188"]
    margins = [(0, 0, sheet.width, 50), (0, 0, 50, sheet.height), (sheet.width - 50, 0, *sheet.size)]
    assert all(sheet.crop(box).getextrema() == (255, 255) for box in margins), "something runs off the page"
    text = words(path)
    for expected in (
        "Corner & Kettle", "12 High Street", "Acme GmbH", "10115 Berlin", "C-778", "Q-17", "2026-03-09", "Back room",
        "AC-001", "<b>first</b>", "4×6", "1.25 kg", "2.5001", "60.00", "Total EUR", "65.00", "Ring twice.", "1 of 1",
        "茶葉",
    ):  # fmt: skip
        assert expected in text, expected


def test_a_long_order_has_numbered_pages_and_loses_no_line(tmp_path: Path) -> None:
    lines = tuple(
        replace(LINES[0], line_no=n, supplier_code=f"CODE-{n:03d}", description="Tea " * (n % 40 + 1))
        for n in range(1, 121)
    )
    path = tmp_path / "order.pdf"
    order_pdf.write(path, replace(PAPER, lines=lines, note="\n".join(f"note {n}" for n in range(80))))
    text = words(path)
    assert re.findall(r"CODE-\d{3}", text) == [f"CODE-{n:03d}" for n in range(1, 121)]
    assert re.findall(r"note \d+", text) == [f"note {n}" for n in range(80)]
    numbered = re.findall(r"(\d+) of (\d+)", text)
    assert len(numbered) > 3
    assert numbered == [(str(n), str(len(numbered))) for n in range(1, len(numbered) + 1)]
    sheets = pages(path, tmp_path)
    assert len(sheets) == len(numbered)
    for sheet in sheets:
        foot = sheet.crop((0, sheet.height - 45, sheet.width, sheet.height))
        assert foot.getextrema() == (255, 255), "something runs off the end of the page"


def test_without_prices_there_are_none(tmp_path: Path) -> None:
    bare = replace(PAPER, total=None, lines=tuple(replace(line, price=None, value=None) for line in PAPER.lines))
    path = tmp_path / "order.pdf"
    order_pdf.write(path, bare)
    assert not {"Total", "60.00", "Price"} & set(words(path).split())
    order_files.write_csv(tmp_path / "order.csv", bare)
    assert "price" not in (tmp_path / "order.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    order_files.write_xlsx(tmp_path / "order.xlsx", bare)
    assert "Total" not in {text for _kind, text, _formula in cells(tmp_path / "order.xlsx").values()}


@pytest.mark.parametrize("nasty", ["\x00\x07\x1b[2J", "(\\) Tj ET", "\u202eevil", "A" * 300, "🍵" * 40])
def test_hostile_names_are_only_text(tmp_path: Path, nasty: str) -> None:
    line = replace(LINES[0], description=nasty, supplier_code=nasty, note=nasty)
    paper = replace(PAPER, lines=(line,), note=nasty, supplier_name=nasty or "x", reference=nasty, shop_name=nasty)
    path = tmp_path / "order.pdf"
    order_pdf.write(path, paper)
    (sheet,) = pages(path, tmp_path)[:1]
    assert [found.text for found in zxingcpp.read_barcodes(sheet)] == ["P-0188"]
    order_files.write_xlsx(tmp_path / "order.xlsx", paper)
    assert all(not formula for _kind, _text, formula in cells(tmp_path / "order.xlsx").values())


def test_csv_is_numbers_and_text_that_no_spreadsheet_runs(tmp_path: Path) -> None:
    path = tmp_path / "order.csv"
    order_files.write_csv(path, PAPER)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["quantity"] for row in rows] == ["24", "1.25", "1"]
    assert [row["value"] for row in rows] == ["60.00", "5.00", "0.00"]
    assert [row["packs"] for row in rows] == ["4", "", ""]
    assert rows[1]["supplier_code"] == "'" + EVIL
    assert (rows[1]["sku"], rows[1]["description"], rows[1]["note"]) == ("'+SKU", "'@cmd", "'-1")
    assert (rows[2]["supplier_code"], rows[2]["sku"]) == ("0012", "茶")


NS = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def cells(path: Path) -> dict[str, tuple[str, str, bool]]:
    """Read a spreadsheet by its XML: type, text and whether there is a formula, by place."""
    with zipfile.ZipFile(path) as book:
        shared = [
            "".join(part.text or "" for part in entry.iter(f"{{{NS['x']}}}t"))
            for entry in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).findall("x:si", NS)
        ]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    found = {}
    for cell in sheet.iter(f"{{{NS['x']}}}c"):
        value = cell.find("x:v", NS)
        kind = cell.get("t", "n")
        text = "" if value is None or value.text is None else value.text
        found[cell.get("r", "")] = (kind, shared[int(text)] if kind == "s" else text, cell.find("x:f", NS) is not None)
    return found


def test_a_spreadsheet_has_numbers_as_numbers_and_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "order.xlsx"
    order_files.write_xlsx(path, PAPER)
    found = cells(path)
    assert not any(formula for _kind, _text, formula in found.values())
    by_text = {text: place for place, (_kind, text, _formula) in found.items()}
    head = int(re.sub(r"\D", "", by_text["Our SKU"]))
    first = {re.sub(r"\d", "", place): cell[:2] for place, cell in found.items() if place.endswith(str(head + 1))
             and re.sub(r"\D", "", place) == str(head + 1)}  # fmt: skip
    assert first["F"] == ("n", "24")
    assert first["J"] == ("n", "2.5001")
    assert first["K"] == ("n", "60")
    assert found[f"C{head + 2}"][:2] == ("s", EVIL)
    assert found[f"C{head + 3}"][:2] == ("s", "0012")
    assert found[f"K{head + 4}"][:2] == ("n", "65")
    assert "Corner & Kettle, 12 High Street, London N1 2AB" in by_text
