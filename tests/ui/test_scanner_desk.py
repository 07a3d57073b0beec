"""Several serial scanners at one till, each by its name, over pseudo terminals."""

from __future__ import annotations

import os
import tty
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shopstock.core.scan import Scan
from shopstock.core.units import StationId
from shopstock.queries.printing import DeviceRow
from shopstock.ui.scanner import Scanner
from shopstock.ui.scanner_desk import ScannerDesk
from shopstock.ui.status import StatusStrip


class Port:
    """A scanner's port behind a name that stays, as ``/dev/serial/by-id`` has them."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self.plug_in()

    def plug_in(self) -> None:
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(os.ttyname(self.slave))

    def unplug(self) -> None:
        os.close(self.master)
        os.close(self.slave)
        self.link.unlink()

    def says(self, text: str) -> None:
        os.write(self.master, text.encode())

    def device(self, number: int, name: str, **settings: str) -> DeviceRow:
        return DeviceRow(number, StationId(1), "Till 1", "scanner", f"serial://{self.link}", "codes", settings, name)


@pytest.fixture
def ports(tmp_path: Path) -> Iterator[tuple[Port, Port]]:
    made = Port(tmp_path / "hand"), Port(tmp_path / "counter")
    yield made
    for port in made:
        os.close(port.master)
        os.close(port.slave)


@pytest.fixture
def heard() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def strip(qtbot: Any) -> StatusStrip:
    made = StatusStrip()
    qtbot.addWidget(made)
    made.add_lamps(lambda: None, lambda _section: None)
    return made


@pytest.fixture
def desk(strip: StatusStrip, heard: list[tuple[str, str]]) -> Iterator[ScannerDesk]:
    scanner = Scanner(parent=strip)

    def take(scan: Scan) -> None:
        heard.append((scan.source, scan.code))

    scanner.scanned.connect(take)
    made = ScannerDesk(scanner, strip, strip)
    yield made
    made.stop()


def word(strip: StatusStrip) -> str:
    return strip._lamps["scanner"].accessibleName()


def test_each_scan_says_which_scanner_it_came_from(
    desk: ScannerDesk, strip: StatusStrip, ports: tuple[Port, Port], heard: list[tuple[str, str]], qtbot: Any
) -> None:
    hand, counter = ports
    broken = hand.device(3, "Broken", suffix="bell")
    desk.use([broken, hand.device(1, "Hand"), counter.device(2, "Counter", prefix="#", suffix="etx")])
    qtbot.waitUntil(lambda: desk.missing() == ["Broken"], timeout=20_000)
    desk.use([hand.device(1, "Hand"), counter.device(2, "Counter", prefix="#", suffix="etx")])
    qtbot.waitUntil(lambda: not desk.missing(), timeout=20_000)
    assert word(strip) == "Scanner: 2 ready"
    hand.says("4006381333931\r\n")
    counter.says("#00012\x03noise\x03")
    qtbot.waitUntil(lambda: len(heard) == 2, timeout=20_000)
    assert sorted(heard) == [("Counter", "00012"), ("Hand", "4006381333931")]
    desk.use([hand.device(1, "Hand")])
    hand.says("96385074\n")
    qtbot.waitUntil(lambda: len(heard) == 3, timeout=20_000)
    assert word(strip) == "Scanner: ready"


def test_a_scanner_unplugged_in_the_middle_of_a_code_loses_that_code_alone(
    desk: ScannerDesk, strip: StatusStrip, ports: tuple[Port, Port], heard: list[tuple[str, str]], qtbot: Any
) -> None:
    hand, counter = ports
    desk.use([hand.device(1, "Hand"), counter.device(2, "Counter")])
    qtbot.waitUntil(lambda: not desk.missing(), timeout=20_000)
    hand.says("111111\r22222")
    qtbot.waitUntil(lambda: len(heard) == 1, timeout=20_000)
    hand.unplug()
    qtbot.waitUntil(lambda: desk.missing() == ["Hand"], timeout=20_000)
    assert word(strip) == "Scanner: Hand not connected"
    counter.says("333333\r")
    hand.plug_in()
    qtbot.waitUntil(lambda: not desk.missing(), timeout=20_000)
    hand.says("444444\r")
    qtbot.waitUntil(lambda: len(heard) == 3, timeout=20_000)
    assert sorted(heard) == [("Counter", "333333"), ("Hand", "111111"), ("Hand", "444444")]


def test_a_burst_of_a_batch_scanner_loses_nothing_and_doubles_nothing(
    desk: ScannerDesk, ports: tuple[Port, Port], heard: list[tuple[str, str]], qtbot: Any
) -> None:
    hand, _counter = ports
    desk.use([hand.device(1, "Hand")])
    qtbot.waitUntil(lambda: not desk.missing(), timeout=20_000)
    codes = [f"{number:08d}" for number in range(400)]
    for start in range(0, len(codes), 50):
        hand.says("".join(f"{code}\r\n" for code in codes[start : start + 50]))
        qtbot.waitUntil(lambda: len(heard) >= start + 50, timeout=20_000)  # noqa: B023
    assert [code for _name, code in heard] == codes
