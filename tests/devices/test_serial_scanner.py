"""A scanner on a serial port, played through pseudo terminals: codes, fragments, and the cable pulled."""

from __future__ import annotations

import os
import queue
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopstock.devices.serial_scanner import SerialScanner


class Cable:
    """A pseudo terminal behind a name that stays, as ``/dev/serial/by-id`` does."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self.ends: tuple[int, ...] = ()
        self.plug()

    def plug(self) -> None:
        self.ends = os.openpty()
        tty.setraw(self.ends[1])
        self.link.symlink_to(os.ttyname(self.ends[1]))

    def pull(self) -> None:
        self.link.unlink()
        for end in self.ends:
            os.close(end)
        self.ends = ()

    def scan(self, data: bytes) -> None:
        os.write(self.ends[0], data)


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    made = Cable(tmp_path / "scanner")
    yield made
    if made.ends:
        made.pull()


def test_codes_arrive_whole_and_come_back_after_the_cable_was_pulled(cable: Cable) -> None:
    codes: queue.Queue[str] = queue.Queue()
    links: queue.Queue[bool] = queue.Queue()
    scanner = SerialScanner(f"serial://{cable.link}?baud=9600", codes.put, links.put)
    scanner.start()
    try:
        assert links.get(timeout=30) is True
        cable.scan(b"0012345\r\n\r\n")
        cable.scan(b"4006381")
        cable.scan(b"333931\r0195\x1d10AB\n")
        assert [codes.get(timeout=30) for _number in range(3)] == ["0012345", "4006381333931", "0195\x1d10AB"]
        cable.pull()
        assert links.get(timeout=30) is False
        cable.plug()
        assert links.get(timeout=30) is True
        cable.scan(b"again\r")
        assert codes.get(timeout=30) == "again"
    finally:
        assert scanner.stop(30)
    assert codes.empty()


def test_an_endless_code_is_cut_and_not_hoarded(cable: Cable) -> None:
    codes: queue.Queue[str] = queue.Queue()
    links: queue.Queue[bool] = queue.Queue()
    scanner = SerialScanner(f"serial://{cable.link}", codes.put, links.put)
    scanner.start()
    try:
        assert links.get(timeout=30) is True
        for _number in range(5):
            cable.scan(b"x" * 1000)
        cable.scan(b"\r")
        assert len(codes.get(timeout=30)) <= 4096
    finally:
        assert scanner.stop(30)
