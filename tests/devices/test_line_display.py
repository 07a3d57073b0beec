"""Displays of two lines: their bytes, the latest frame, a cable pulled, a display that takes nothing."""

from __future__ import annotations

import os
import queue
import select
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopstock.core.outcome import Refused
from shopstock.devices import line_display
from shopstock.devices.line_display import Display, LineDisplay
from tests.devices.test_serial_scanner import Cable

FRAME = ("Milk            1.19", "Total           9.24")


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    made = Cable(tmp_path / "display")
    yield made
    if made.ends:
        made.pull()


def shown(cable: Cable, count: int = 41) -> bytes:
    """Read what arrived, as soon as it is so long."""
    held = b""
    while len(held) < count:
        assert select.select([cable.ends[0]], [], [], 30)[0], held
        held += os.read(cable.ends[0], 4096)
    return held


def test_the_bytes_of_each_dialect() -> None:
    plain = "".join(FRAME).encode()
    assert line_display.encode(FRAME, Display()) == b"\x0c" + plain
    assert line_display.encode(FRAME, Display("cd5220")) == (
        b"\x0c\x1bQA" + FRAME[0].encode() + b"\r\x1bQB" + FRAME[1].encode() + b"\r"
    )
    assert line_display.encode(FRAME, Display("epson-dm")) == (
        b"\x0c\x1f$\x01\x01" + FRAME[0].encode() + b"\x1f$\x01\x02" + FRAME[1].encode()
    )


def test_letters_are_those_of_the_page_and_nothing_steers_the_display() -> None:
    lines = ("Café 5€ Łódź \x1b@\x0c茶".ljust(20)[:20], " " * 20)
    made = line_display.encode(lines, Display(codepage="cp858"))
    assert len(made) == 41
    assert made[1:21].startswith(b"Caf\x82 5\xd5 ")
    assert not any(byte < 0x20 for byte in made[1:])


def test_the_latest_frame_is_shown_and_comes_back_with_the_cable(cable: Cable) -> None:
    links: queue.Queue[bool] = queue.Queue()
    display = LineDisplay(f"serial://{cable.link}?baud=9600", Display(), links.put)
    display.start()
    try:
        assert links.get(timeout=30) is True
        display.show(FRAME)
        assert shown(cable) == b"\x0c" + "".join(FRAME).encode()
        cable.pull()
        display.show(("x" * 20, "y" * 20))
        assert links.get(timeout=30) is False
        display.show(("Now".ljust(20), " " * 20))
        cable.plug()
        while not links.get(timeout=30):
            pass
        assert shown(cable).startswith(b"\x0cNow ")
    finally:
        assert display.stop(30)


def test_a_display_that_is_not_there_costs_nothing() -> None:
    display = LineDisplay("serial:///dev/no-such-display", Display())
    display.start()
    for number in range(10_000):
        display.show((f"{number:<20}", " " * 20))
    assert display.stop(30)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"dialect": "morse"}, "one of: plain"),
        ({"columns": 4}, "8 to 40"),
        ({"codepage": "cp1"}, "no code page"),
        ({"gap": 3}, "no such setting"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, object], said: str) -> None:
    with pytest.raises(Refused, match=said):
        line_display.of(settings)
