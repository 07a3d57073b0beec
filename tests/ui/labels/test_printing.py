"""Labels on their way out: scanned, printed on a printer of the loopback, decoded; and as sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from shopstock.core.acting import Acting
from shopstock.core.units import ItemId
from shopstock.db.connection import Db
from shopstock.services import printing
from shopstock.ui import status
from shopstock.ui.labels.preview import LabelPreview
from tests.devices.sample_labels import reads_as
from tests.emulator.label_printer import NetworkLabelPrinter
from tests.emulator.zpl_paper import Label
from tests.ui.labels.conftest import CANDLE, CODES, LANTERN, TEA, Hands

Key = Qt.Key


@pytest.fixture
def printer() -> Iterator[NetworkLabelPrinter]:
    with NetworkLabelPrinter() as running:
        yield running


@pytest.fixture
def bound(sqlite_db: Db, owner: Acting, printer: NetworkLabelPrinter) -> NetworkLabelPrinter:
    """The label printer of the till."""
    printing.set_device(sqlite_db, owner, printing.LABEL_PRINTER, printer.url, settings={"size": "50x25"})
    return printer


def dots(preview: LabelPreview) -> Image.Image:
    shown = preview.image()
    assert shown is not None
    grey = shown.convertToFormat(shown.Format.Format_Grayscale8)
    rows = [bytes(grey.constScanLine(y))[: grey.width()] for y in range(grey.height())]
    return Image.frombytes("L", (grey.width(), grey.height()), b"".join(rows))


def out(hands: Hands, printer: NetworkLabelPrinter, count: int) -> list[Label]:
    """Return what is printed as soon as there are so many labels; meanwhile the window works."""
    hands.wait(lambda: len(printer.printed) >= count)
    return list(printer.printed)


def test_a_scan_a_key_and_the_label_reads_back(
    bound: NetworkLabelPrinter, goods: dict[str, ItemId], open_labels: Callable[..., Hands]
) -> None:
    hands = open_labels(devices=True, lines=True)
    hands.page.entry.line.setFocus()
    hands.type("2*")
    hands.scan(CODES[TEA])
    hands.scan(CODES[CANDLE])
    assert hands.output.to_printer()
    assert "50 × 25 mm, 203 dpi" in hands.output.where.text()
    hands.wait(lambda: hands.output.preview.image() is not None)
    shown = dots(hands.output.preview)
    assert reads_as(shown) == [CODES[CANDLE]]
    hands.press(Key.Key_F9)
    printed = out(hands, bound, 3)
    assert [reads_as(label.image) for label in printed] == [[CODES[CANDLE]], [CODES[TEA]], [CODES[TEA]]]
    assert printed[0].image.convert("L").tobytes() == shown.tobytes(), "the very same dots"
    hands.wait(lambda: "3 labels are printed" in hands.said())
    hands.settle()
    assert hands.lines() == [], "what is printed is off the list"
    assert hands.output.go.isVisible()
    assert not bound.bad


def test_what_came_in_leaves_its_list_when_its_label_is_out(
    bound: NetworkLabelPrinter, wants: dict[str, ItemId], open_labels: Callable[..., Hands]
) -> None:
    hands = open_labels(devices=True, lines=True)
    hands.wait(lambda: len(hands.lines()) == 2)
    hands.press(Key.Key_F9)
    out(hands, bound, 5)
    hands.wait(lambda: hands.counts()[0] == "Received, 0")
    assert hands.value("SELECT count(*) FROM label_due WHERE reason = 'received' AND done_at IS NULL") == 0


def test_progress_waits_for_labels_and_can_be_cancelled(
    bound: NetworkLabelPrinter, goods: dict[str, ItemId], open_labels: Callable[..., Hands]
) -> None:
    bound.pace = 3
    hands = open_labels(devices=True, lines=True)
    hands.page.entry.line.setFocus()
    hands.type("400*")
    hands.scan(CODES[TEA])
    hands.press(Key.Key_F9)
    out(hands, bound, 9)
    hands.wait(lambda: hands.output.bar.value() > 0)
    assert hands.output.done.text().endswith("of 400")
    bound.mood = "paper_out"
    lamp = hands.window.strip._lamps["label_printer"]._lamp
    hands.wait(lambda: lamp.word == "out of labels")
    assert lamp.state == status.LOOK
    hands.wait(lambda: "out of labels" in hands.said())
    hands.wait(lambda: "out of paper" in hands.output.why.text())
    QTest.mouseClick(hands.output.cancel, Qt.MouseButton.LeftButton)
    hands.wait(lambda: hands.value("SELECT state FROM print_job") == "cancelled")
    hands.wait(hands.output.go.isVisible)
    assert len(bound.printed) < 400
    assert hands.lines() == [(TEA, 400, True)], "it can be printed again"
    bound.mood = "healthy"


def test_without_a_printer_a_sheet_is_offered_and_the_way_to_set_one_up(
    hands: Hands, opened_files: list[str], machine: QSettings
) -> None:
    assert not hands.output.to_printer()
    hands.click(hands.output.way.segment("printer"))
    assert hands.output.go.isEnabled() is False
    assert "Set up a label printer first" in hands.output.why.text()
    hands.click(hands.output.set_up)
    assert hands.window.current_screen == "settings"
    assert machine.value("labels/way") == "printer"


def test_labels_on_a_sheet_start_where_it_is_clicked_and_go_on_there(
    hands: Hands, opened_files: list[str], tmp_path: Path, machine: QSettings
) -> None:
    hands.page.entry.line.setFocus()
    hands.type("4*")
    hands.scan(CODES[TEA])
    sheet = hands.output.sheet
    sheet.box.setCurrentIndex(sheet.box.findData("L7651"))
    place = sheet.grid.place_of(63).toPoint()
    QTest.mouseClick(sheet.grid, Qt.MouseButton.LeftButton, pos=place)
    assert sheet.says.text() == "Starts at label 63 of 65 · sheets: 2"
    sheet.right.setFocus()
    sheet.right.selectAll()
    QTest.keyClicks(sheet.right, "99")
    assert not hands.output.go.isEnabled()
    sheet.right.selectAll()
    QTest.keyClicks(sheet.right, "-1,5")
    options = sheet.options()
    assert options is not None
    assert (options.sheet, options.start, options.offset_x, options.offset_y) == ("L7651", 63, -15, 0)
    hands.press(Key.Key_F9)
    hands.save_as(tmp_path / "labels.pdf")
    assert (tmp_path / "labels.pdf").read_bytes().startswith(b"%PDF")
    assert opened_files == [str(tmp_path / "labels.pdf")]
    assert sheet.grid.start() == 2, "four labels from 63 on: two on this sheet, two on the next, and one there"
    hands.click(sheet.calibrate)
    hands.save_as(tmp_path / "calibration.pdf")
    assert opened_files[-1] == str(tmp_path / "calibration.pdf")
    assert (int(machine.value("labels/offset/L7651/x")), machine.value("labels/sheet")) == (-15, "L7651")
    assert hands.lines() == [(TEA, 4, True)]
    hands.click(hands.page.done)
    assert hands.lines() == []


def test_a_sheet_that_cannot_be_written_says_why(hands: Hands, opened_files: list[str], tmp_path: Path) -> None:
    hands.scan(CODES[TEA])
    hands.press(Key.Key_F9)
    dialog = hands.window.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path))
    dialog.close()
    hands.settle()
    assert "cannot be written" in hands.said()
    assert opened_files == []
    assert hands.output.go.isEnabled()


def test_lantern_without_a_code_prints_its_sku_then_its_new_code(
    bound: NetworkLabelPrinter, goods: dict[str, ItemId], open_labels: Callable[..., Hands]
) -> None:
    hands = open_labels(devices=True, lines=True)
    hands.wait(lambda: len(hands.lines()) == 2)
    hands.page.table.select([sku for sku, _copies, _on in hands.lines()].index(LANTERN))
    hands.press(Key.Key_F6)
    hands.wait(lambda: hands.value("SELECT count(*) FROM item_code WHERE item_id = ?", goods[LANTERN]) == 1)
    code = hands.value("SELECT code FROM item_code WHERE item_id = ?", goods[LANTERN])
    hands.wait(lambda: any(line.code == code for line in hands.page.table.lines.rows))
    hands.press(Key.Key_F9)
    assert sorted(found for label in out(hands, bound, 2) for found in reads_as(label.image)) == sorted([code, "BOWL"])
