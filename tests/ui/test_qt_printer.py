"""Papers on printers that the system has drivers for: put into a PDF by the same painter, and read back."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtPrintSupport import QPrinter

from shopstock.core.outcome import Refused
from shopstock.core.papers import DrawerPulse, Paper
from shopstock.devices import drivers, page_settings, painted
from shopstock.devices.drivers import Sending
from shopstock.devices.page_settings import PagePrinter
from shopstock.devices.status import Reason, State
from shopstock.ui import qt_printer
from tests.devices import sample_papers


@pytest.fixture(autouse=True)
def _no_painter_stays() -> object:
    yield
    painted.use(None)


def put_on_paper(paper: Paper, settings: dict[str, str], folder: Path) -> tuple[str, list[Image.Image]]:
    """Print into a PDF; return the sizes of its pages as told by an independent reader, and the pages at 203 dpi."""
    path = folder / "paper.pdf"

    def find(_name: str) -> QPrinter:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(path))
        return printer

    painted.use(lambda name, pages: qt_printer.paint(name, pages, find))
    pages, _missing = painted.pages(paper, page_settings.of(settings))
    assert painted.paint("Office", pages) is Reason.NONE
    said = subprocess.run(["pdfinfo", "-l", "-1", str(path)], check=True, capture_output=True, text=True).stdout
    subprocess.run(["pdftoppm", "-r", "203", "-png", str(path), str(folder / "page")], check=True)
    images = []
    for name in sorted(folder.glob("page*.png")):
        with Image.open(name) as image:
            images.append(image.copy())
    return said, images


def test_a_receipt_keeps_its_size_and_its_bars_on_a_roll(qapp: object, tmp_path: Path) -> None:
    said, images = put_on_paper(sample_papers.RECEIPT, {"paper": "roll-80"}, tmp_path)
    (image,) = images
    assert abs(image.width - 72 * 203 / 25.4) < 4
    assert "Pages:           1" in said
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [sample_papers.RECEIPT.number]


def test_a_long_paper_goes_onto_several_sheets(qapp: object, tmp_path: Path) -> None:
    long = replace(sample_papers.RECEIPT, lines=sample_papers.RECEIPT.lines * 12)
    said, images = put_on_paper(long, {"paper": "a4"}, tmp_path)
    assert len(images) > 1
    assert "A4" in said
    found = [code.text for image in images for code in zxingcpp.read_barcodes(image)]
    assert found == [sample_papers.RECEIPT.number]
    ink = images[0].convert("L").point(lambda shade: 255 if shade < 128 else 0).getbbox()
    assert ink is not None
    assert ink[0] >= 70
    assert ink[2] <= 80 + 580, "the lines are as wide as on a roll"


def test_what_such_a_printer_cannot_do_is_said(qapp: object) -> None:
    how = Sending()
    assert drivers.send_paper(sample_papers.RECEIPT, "printer://Office", "page", {}, how)[0].reason is Reason.NO_WINDOW
    qt_printer.install()
    outcome, _missing = drivers.send_paper(sample_papers.RECEIPT, "printer://No such printer", "page", {}, how)
    assert (outcome.state, outcome.reason) == (State.FAILED, Reason.UNREACHABLE)
    outcome, _missing = drivers.send_paper(DrawerPulse("sale"), "printer://Office", "page", {}, how)
    assert (outcome.state, outcome.reason) == (State.FAILED, Reason.NO_DRAWER)
    for bad in ({"paper": "a7"}, {"columns": 48}):
        with pytest.raises(Refused):
            page_settings.of(bad)
    assert page_settings.of({}) == PagePrinter("roll-80")
