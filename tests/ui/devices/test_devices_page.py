"""Setting up devices by hand and eye: found, chosen, saved, tried, and proved by scanning what was printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication

from shopstock.core.acting import Acting
from shopstock.db.connection import Db
from shopstock.devices import discovery, permission
from shopstock.devices.discovery import Found
from shopstock.devices.permission import Fix
from shopstock.devices.status import Reason
from shopstock.jobs.printing import DeviceSeen
from shopstock.services import printing
from shopstock.ui.devices.page import DevicesPage
from tests.emulator import brother_paper, escpos_paper
from tests.emulator.label_printer import NetworkLabelPrinter
from tests.emulator.network_printer import NetworkPrinter
from tests.emulator.raw_label_printer import RawLabelPrinter
from tests.ui.conftest import OpenWindow
from tests.ui.desk import Station, machine_at

EPSON = {19: "cp858", 16: "cp1252", 18: "cp852", 17: "cp866", 51: "cp1257", 47: "cp1253", 48: "cp1254", 45: "cp1250",
         46: "cp1251", 40: "iso8859-15", 14: "cp737", 35: "cp861", 0: "cp437"}  # fmt: skip


class Desk(Station):
    """Somebody before the page of the devices."""

    SCREEN = "settings"

    def begin(self) -> None:
        self.window.show_settings("devices")
        self.page: DevicesPage = self.screen.page("devices")
        self.editor = self.page.editor

    def set_up(self, what: str) -> None:
        """Choose a device in the list."""
        row = next(at for at, entry in enumerate(self.page.entries()) if entry.what == what)
        self.page.table.select(row)
        self.click("Set up")

    @property
    def told(self) -> str:
        """What the editor says."""
        proof = self.editor.proof
        return f"{proof.said.text()} {proof.next.text()}".strip() if proof.isVisible() else ""


@pytest.fixture(autouse=True)
def plugged_in(monkeypatch: pytest.MonkeyPatch) -> list[Found]:
    """Let the computer of the tests have what a test says, whatever is plugged into the real one."""
    there: list[Found] = []
    monkeypatch.setattr(discovery, "discover", lambda *_kinds, **_how: list(there))
    return there


@pytest.fixture
def desk(open_window: OpenWindow, sqlite_url: str, tmp_path: Path, qtbot: Any) -> Desk:
    window = open_window(machine_at(tmp_path / "till.ini", "settings"))
    window.resize(1280, 900)
    return Desk(window, qtbot, sqlite_url)


def test_printer_and_scanner_are_proved_in_one_go(desk: Desk, plugged_in: list[Found]) -> None:
    with NetworkPrinter() as printer:
        plugged_in.append(Found("network", "Counter printer", printer.url, "escpos", "epson-80"))
        desk.set_up("Receipt printer")
        assert desk.editor.finding.rows()[0].title == "Counter printer"
        desk.editor.finding.table.select(0)
        assert desk.editor.finding.address.text() == printer.url
        desk.click("Save and print a test page")
        sheet = escpos_paper.play(printer.wait_for_jobs(1)[0], columns=48, dots=576, pages=EPSON)
    (code,) = [found for found in sheet.barcodes() if found.startswith("TRY-")]
    assert "printer says that the test page is printed" in desk.told
    desk.scan("5000112637922")
    assert "That was another code: 5000112637922" in desk.told
    desk.scan(code)
    assert desk.told.startswith("Printer and scanner work together.")
    assert desk.table("SELECT role, url, language FROM device") == [("receipt-printer", printer.url, "escpos")]
    desk.click("All devices")
    assert next(entry for entry in desk.page.entries() if entry.role == "receipt-printer").about.startswith("network")


def test_what_keeps_a_printer_comes_with_its_cure(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    cure = Fix("You may not use it yet.", ("sudo usermod -aG lp ann", "and again"))
    monkeypatch.setattr(permission, "fix", lambda _url, reason: cure if reason is Reason.UNREACHABLE else None)
    desk.set_up("Receipt printer")
    desk.fill("Address of the device", "file:///dev/no-such-printer")
    desk.click("Save and print a test page")
    assert desk.told == "The test page did not come out. You may not use it yet."
    desk.click("Copy these lines")
    assert QGuiApplication.clipboard().text() == "sudo usermod -aG lp ann\nand again"


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("Address of the device", "nonsense", "is no address of a device"),
        ("Address of the device", "", "Choose what was found"),
        ("Characters in a line", "abc", "is a whole number"),
        ("Characters in a line", "500", "Columns must be 16 to 96"),
    ],
)
def test_what_makes_no_sense_is_not_saved(desk: Desk, field: str, text: str, said: str) -> None:
    desk.set_up("Receipt printer")
    desk.fill("Address of the device", "tcp://127.0.0.1:9")
    desk.fill(field, text)
    desk.click("Save")
    assert said in desk.told
    assert desk.table("SELECT * FROM device") == []


def test_a_label_printer_is_set_up_measured_and_tried(desk: Desk) -> None:
    with NetworkLabelPrinter() as printer:
        desk.set_up("Label printer")
        desk.fill("Address of the device", printer.url)
        desk.fill("Labels, mm", "62.5x30")
        desk.fill("Gap between labels, mm", "2.5")
        resolution = desk.editor.settings.field("dpi")
        resolution.setCurrentIndex(resolution.findData(300))
        desk.click("More settings")
        desk.fill("Darkness", "20")
        desk.click("Save and print a test label")
        label = printer.wait_for(1)[0]
    assert (label.width, label.darkness) == (738, 20)
    assert desk.table("SELECT language, settings FROM device") == [
        ("zpl", '{"darkness": 20, "dpi": 300, "gap": 25, "size": "62.5x30"}')
    ]
    desk.click("All devices")
    desk.set_up("Label printer")
    assert desk.field("Gap between labels, mm").text() == "2.5", "read back from the shop"
    desk.click("Remove")
    assert desk.table("SELECT * FROM device") == []


def test_another_language_asks_for_its_own_settings(desk: Desk) -> None:
    with RawLabelPrinter("brother-ql", "silent") as printer:
        desk.set_up("Label printer")
        desk.fill("Address of the device", printer.url)
        desk.editor.language.setCurrentIndex(desk.editor.language.findData("brother-ql"))
        tape = desk.editor.settings.field("tape")
        tape.setCurrentIndex(tape.findData("29x90"))
        answers = desk.editor.settings.field("replies")
        answers.setChecked(False)
        desk.click("Save and print a test label")
        assert "does not say whether it came out" in desk.told
    (page,) = brother_paper.read(printer.taken)
    assert (page.width, page.length) == (29, 90)


def test_the_list_shows_how_each_device_is_just_now(desk: Desk, sqlite_db: Db, owner: Acting) -> None:
    printing.set_device(sqlite_db, owner, "receipt-printer", "tcp://127.0.0.1:9")
    printing.set_device(sqlite_db, owner, "scanner", "serial:///dev/ttyACM0", name="Hand")
    printing.set_device(sqlite_db, owner, "scanner", "serial:///dev/ttyACM1", name="Counter")
    desk.page.came_into_view()
    desk.settle()
    for reason, words in ((Reason.PAPER_OUT, "Out of paper"), (Reason.NONE, "Ready"), (None, "Ready, does not answer")):
        desk.window.shop.device_seen.emit(DeviceSeen("receipt-printer", reason))
        assert desk.page.entries()[0].state.text == words
    assert [entry.what for entry in desk.page.entries() if entry.role == "scanner"] == [
        "Scanner: Counter", "Scanner: Hand",
    ]  # fmt: skip
