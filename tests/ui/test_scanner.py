"""A scan is not typing: nothing of it leaks, and nothing typed is taken for one.

The events carry timestamps as a server's do; programs that type without them (``QTest.keyClicks``) count as hands.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from shopstock.core.scan import Scan, has_check_digit, split_aim
from shopstock.ui.scanner import Scanner, ScannerOptions

KEYS = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab}


class Keyboard:
    """Sends key events to the focus, each so many milliseconds after the last."""

    def __init__(self) -> None:
        self.now = 1_000

    def press(self, text: str, gap: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for character in text:
            self.now += gap
            key = KEYS.get(character) or Qt.Key(ord(character.upper()))
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, modifiers, character)
                event.setTimestamp(self.now)
                target = QApplication.focusWidget()
                assert target is not None
                QCoreApplication.sendEvent(target, event)

    def scan(self, code: str, end: str = "\r") -> None:
        self.now += 300
        self.press(code + end, 5)

    def type(self, text: str) -> None:
        self.press(text, 120)


class Till(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.line, self.quantity, self.pay = QLineEdit(), QLineEdit(), QPushButton("Pay")
        self.pressed = 0
        self.entered: list[str] = []
        layout = QVBoxLayout(self)
        for widget in (self.line, self.quantity, self.pay):
            layout.addWidget(widget)
        self.pay.clicked.connect(self._count)
        self.line.returnPressed.connect(lambda: self.entered.append(self.line.text()))
        self.pay.setAutoDefault(True)

    def _count(self) -> None:
        self.pressed += 1


@pytest.fixture
def scanner(qapp: Any) -> Iterator[Scanner]:
    scanner = Scanner()
    scanner.install()
    yield scanner
    scanner.remove()


@pytest.fixture
def scans(scanner: Scanner) -> list[Scan]:
    got: list[Scan] = []
    scanner.scanned.connect(got.append)
    return got


@pytest.fixture
def till(qtbot: Any) -> Till:
    till = Till()
    qtbot.addWidget(till)
    till.show()
    till.activateWindow()
    till.line.setFocus()
    qtbot.waitUntil(till.line.hasFocus)
    return till


def codes(scans: list[Scan]) -> list[str]:
    return [scan.code for scan in scans]


def test_a_scan_leaves_the_field_empty(till: Till, scans: list[Scan], qtbot: Any) -> None:
    Keyboard().scan("0012345678905")
    qtbot.waitUntil(lambda: codes(scans) == ["0012345678905"])
    assert till.line.text() == ""
    assert till.entered == []


def test_a_scan_presses_no_button_and_moves_no_focus(till: Till, scans: list[Scan], qtbot: Any) -> None:
    till.pay.setFocus()
    keyboard = Keyboard()
    keyboard.scan("4006381333931")
    keyboard.scan("4006381333931", "\t")
    qtbot.waitUntil(lambda: len(scans) == 2)
    assert till.pressed == 0
    assert till.pay.hasFocus()


def test_a_scan_into_a_half_typed_quantity_changes_nothing_of_it(till: Till, scans: list[Scan], qtbot: Any) -> None:
    till.quantity.setFocus()
    keyboard = Keyboard()
    keyboard.type("12")
    keyboard.scan("4006381333931")
    keyboard.type("3")
    qtbot.waitUntil(lambda: till.quantity.text() == "123")
    qtbot.waitUntil(lambda: codes(scans) == ["4006381333931"])


def test_typing_stays_typing_and_its_enter_works(till: Till, scans: list[Scan], qtbot: Any) -> None:
    Keyboard().type("apple12\r")
    qtbot.waitUntil(lambda: till.entered == ["apple12"])
    assert scans == []


def test_a_fast_roll_over_is_not_a_scan(till: Till, scans: list[Scan], qtbot: Any) -> None:
    Keyboard().press("the\r", 20)
    qtbot.waitUntil(lambda: till.entered == ["the"])
    assert scans == []


def test_a_frozen_window_does_not_turn_typing_into_a_scan(till: Till, scans: list[Scan], qtbot: Any) -> None:
    keyboard = Keyboard()
    for character in "apple12\r":  # all processed at once, typed 120 ms apart
        keyboard.type(character)
    qtbot.wait(60)
    assert scans == []
    assert till.entered == ["apple12"]


def test_a_frozen_window_does_not_tear_a_scan(till: Till, scans: list[Scan], qtbot: Any) -> None:
    keyboard = Keyboard()
    keyboard.now += 300
    keyboard.press("40063", 5)
    until = time.monotonic() + 0.15
    while time.monotonic() < until:  # the window hangs while the scanner types on
        pass
    QCoreApplication.processEvents()
    keyboard.press("81333931\r", 5)
    qtbot.waitUntil(lambda: codes(scans) == ["4006381333931"])
    assert till.line.text() == ""


def test_twenty_scans_a_second_lose_none(till: Till, scans: list[Scan], qtbot: Any) -> None:
    keyboard = Keyboard()
    sent = [f"29{number:011d}" for number in range(400)]
    for code in sent:
        keyboard.now += 10
        keyboard.press(code + "\r", 2)
    qtbot.waitUntil(lambda: len(scans) == len(sent))
    assert codes(scans) == sent
    assert till.line.text() == ""


def test_a_code_scanned_twice_is_two_scans(till: Till, scans: list[Scan], qtbot: Any) -> None:
    keyboard = Keyboard()
    keyboard.scan("12345670")
    keyboard.scan("12345670")
    qtbot.waitUntil(lambda: codes(scans) == ["12345670"] * 2)


def test_the_aim_identifier_is_kept_apart(till: Till, scans: list[Scan], qtbot: Any) -> None:
    Keyboard().scan("]E04006381333931")
    qtbot.waitUntil(lambda: len(scans) == 1)
    assert (scans[0].code, scans[0].aim, scans[0].source) == ("4006381333931", "]E0", "keyboard")


def test_with_a_prefix_only_what_begins_with_it_is_a_scan(
    till: Till, scanner: Scanner, scans: list[Scan], qtbot: Any
) -> None:
    scanner.options = ScannerOptions(prefix="~")
    keyboard = Keyboard()
    keyboard.scan("~12")
    keyboard.scan("4006381333931")
    qtbot.waitUntil(lambda: till.entered == ["4006381333931"])
    qtbot.waitUntil(lambda: codes(scans) == ["12"])


def test_a_scanner_without_a_suffix_ends_by_its_pause(
    till: Till, scanner: Scanner, scans: list[Scan], qtbot: Any
) -> None:
    scanner.options = ScannerOptions(suffixes=())
    Keyboard().scan("4006381333931", "")
    qtbot.waitUntil(lambda: codes(scans) == ["4006381333931"])
    assert till.line.text() == ""


def test_the_number_of_a_place_is_a_scan_however_short(till: Till, scans: list[Scan], qtbot: Any) -> None:
    Keyboard().scan("L-7")
    qtbot.waitUntil(lambda: codes(scans) == ["L-7"])
    assert till.line.text() == ""
    Keyboard().scan("L7")
    qtbot.waitUntil(lambda: till.line.text() == "L7")
    assert codes(scans) == ["L-7"], "two fast letters were typed"


def test_a_held_key_repeats_into_the_field(till: Till, scans: list[Scan], qtbot: Any) -> None:
    for count in range(6):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_7, Qt.KeyboardModifier.NoModifier, "7", count > 0)
        event.setTimestamp(5_000 + count * 30)
        QCoreApplication.sendEvent(till.line, event)
    assert till.line.text() == "777777"
    assert scans == []


def test_a_digit_that_stands_twice_is_no_held_key(till: Till, scans: list[Scan], qtbot: Any) -> None:
    for count, character in enumerate("4000000000107"):
        event = QKeyEvent(
            QEvent.Type.KeyPress, Qt.Key(ord(character)), Qt.KeyboardModifier.NoModifier, character, 1 < count < 10
        )
        event.setTimestamp(5_000 + count * 2)
        QCoreApplication.sendEvent(till.line, event)
    keyboard = Keyboard()
    keyboard.now = 5_026
    keyboard.press("\r", 2)
    qtbot.waitUntil(lambda: codes(scans) == ["4000000000107"])
    assert till.line.text() == ""


def test_commands_pass_untouched(till: Till, scans: list[Scan], qtbot: Any) -> None:
    heard: list[Any] = []
    till.line.keyPressEvent = lambda event: heard.append((event.key(), event.modifiers()))  # type: ignore[method-assign]
    Keyboard().press("1", 5, Qt.KeyboardModifier.AltModifier)
    assert heard == [(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)]


def test_keys_without_a_timestamp_are_typed(till: Till, scans: list[Scan]) -> None:
    QTest.keyClicks(till.line, "4006381333931")
    QTest.keyClick(till.line, Qt.Key.Key_Return)
    assert till.entered == ["4006381333931"]
    assert scans == []


def test_a_serial_scanner_joins_the_same_queue(scanner: Scanner, scans: list[Scan], qtbot: Any) -> None:
    import threading

    thread = threading.Thread(target=lambda: [scanner.feed_from_thread(f"{n:08d}\r\n") for n in range(50)])
    thread.start()
    qtbot.waitUntil(lambda: len(scans) == 50)
    thread.join()
    assert codes(scans) == [f"{n:08d}" for n in range(50)]
    assert {scan.source for scan in scans} == {"serial"}


def test_check_digits() -> None:
    assert has_check_digit("4006381333931")
    assert has_check_digit("12345670")
    assert not has_check_digit("4006381333932")
    assert not has_check_digit("400638133393١")
    assert split_aim("]E012") == ("]E0", "12")
    assert split_aim("]]]") == ("", "]]]")
