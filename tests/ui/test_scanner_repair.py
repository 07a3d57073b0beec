"""Scans that a keyboard spoils are put right: Caps Lock, other layouts, short numbers, tags heard twice, the trial."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from shopstock.core import scanner_trial
from shopstock.core.scan import Scan
from shopstock.core.scanner_trial import CODE
from shopstock.ui import scanner_options
from shopstock.ui.main_window import MainWindow
from shopstock.ui.scanner import Scanner, ScannerOptions
from tests.core.test_scanner_trial import typed
from tests.windows import click

CAPS = 0x2
TAG = "3074257BF7194E4000001A85"


class Wedge:
    """A scanner that types, with the key codes and modifiers that X11 tells."""

    def __init__(self, field: QLineEdit) -> None:
        self.field, self.now = field, 1_000

    def scan(self, keys: list[scanner_trial.Key]) -> None:
        self.now += 500
        for key in keys:
            self.now += 6
            qt_key = Qt.Key.Key_Return if key.end else Qt.Key(ord(key.text.upper()))
            shift = Qt.KeyboardModifier.ShiftModifier if key.shift else Qt.KeyboardModifier.NoModifier
            text = "\r" if key.end else key.text
            native = CAPS if key.caps else 0
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, qt_key, shift, key.place + 8, 0, native, text)
                event.setTimestamp(self.now)
                QCoreApplication.sendEvent(self.field, event)
        QCoreApplication.processEvents()


@pytest.fixture
def scanner(qapp: Any) -> Iterator[Scanner]:
    scanner = Scanner()
    scanner.install()
    yield scanner
    scanner.remove()


@pytest.fixture
def wedge(scanner: Scanner, qtbot: Any) -> Wedge:
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    return Wedge(field)


@pytest.fixture
def scans(scanner: Scanner) -> list[Scan]:
    got: list[Scan] = []
    scanner.scanned.connect(got.append)
    return got


def said(scans: list[Scan]) -> list[str]:
    return [scan.code for scan in scans]


def test_caps_lock_does_not_turn_letters_round(wedge: Wedge, scans: list[Scan]) -> None:
    wedge.scan(typed("abc-12XYZ", caps=True))
    assert said(scans) == ["abc-12XYZ"]
    assert wedge.field.text() == ""


def test_digits_of_another_layout_are_read_by_their_place(wedge: Wedge, scans: list[Scan]) -> None:
    wedge.scan(typed("4006381333931", shown='\'àà-"_&"""ç"&'))
    assert said(scans) == ["4006381333931"]


def test_letters_of_another_layout_are_read_by_their_place_when_that_is_set(
    wedge: Wedge, scanner: Scanner, scans: list[Scan]
) -> None:
    wedge.scan(typed(CODE, shown="Scqn)'à-&=qW"))
    scanner.options = ScannerOptions(key_positions=True)
    wedge.scan(typed(CODE, shown="Scqn)'à-&=qW"))
    assert said(scans) == ["Scqn)'à-&=qW", CODE]


def test_the_number_of_a_young_shops_receipt_is_a_scan(wedge: Wedge, scans: list[Scan]) -> None:
    wedge.scan(typed("1-5"))
    wedge.scan(typed("a-5"))
    assert said(scans) == ["1-5"]
    assert wedge.field.text() == "a-5"


def test_a_character_stands_for_the_mark_inside_gs1_codes(wedge: Wedge, scanner: Scanner, scans: list[Scan]) -> None:
    scanner.options = ScannerOptions(separator="~")
    wedge.scan(typed("010950600013435210AB-123~2112345"))
    assert said(scans) == ["010950600013435210AB-123\x1d2112345"]


def test_a_tag_heard_again_is_one_tag_until_it_was_silent(scanner: Scanner, scans: list[Scan], qtbot: Any) -> None:
    for _again in range(50):
        scanner.feed(TAG, "Tag reader")
    for same in (TAG.lower(), "0x" + TAG, "urn:epc:id:sgtin:0614141.812345.6789"):
        scanner.feed(same, "Tag reader")
    scanner.feed("4006381333931", "Tag reader")
    scanner.feed("4006381333931", "Tag reader")
    qtbot.waitUntil(lambda: scanner.quiet)
    assert said(scans) == [TAG, "4006381333931", "4006381333931"], "codes on paper are never dropped"
    scanner.options = ScannerOptions(tag_silence=0)
    scanner.feed(TAG, "Tag reader")
    qtbot.waitUntil(lambda: scanner.quiet)
    assert said(scans).count(TAG) == 2


def test_three_scans_set_the_scanner_up(window: MainWindow, machine: QSettings) -> None:
    scanner = window.scanner = Scanner(ScannerOptions(prefix="#"), parent=window)
    scanner.install()
    window.show_settings("scanner")
    page = window.opened("settings").page("scanner")
    got: list[Scan] = []
    scanner.scanned.connect(got.append)
    click(page.start)
    assert page.picture.isVisible()
    wedge = Wedge(page.prefix)
    for _time in range(3):
        wedge.scan(typed("~" + CODE))
    assert "A scan begins with “~”." in page.told.text()
    assert not page.picture.isVisible()
    assert scanner.trial is None
    assert scanner.options.prefix == "~"
    assert scanner_options.kept(machine).prefix == "~"
    assert got == [], "nothing of the trial reached the shop"
    click(page.start)
    for _time in range(3):
        wedge.scan(typed("4006381333931"))
    assert "arrived instead" in page.told.text()
    assert scanner.options.prefix == "~"
    scanner.remove()
