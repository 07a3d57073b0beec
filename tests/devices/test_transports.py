"""Addresses of devices: each form is read, written one way, and nonsense is refused with the forms."""

from __future__ import annotations

import pytest

from shopstock.core.outcome import Refused
from shopstock.devices import transports


@pytest.mark.parametrize(
    ("url", "stored"),
    [
        ("tcp://127.0.0.1:9100", "tcp://127.0.0.1:9100"),
        (" tcp://Printer.local ", "tcp://printer.local:9100"),
        ("tcp://[::1]:9101", "tcp://[::1]:9101"),
        ("serial:///dev/ttyUSB0", "serial:///dev/ttyUSB0"),
        ("serial://COM3?baud=9600&parity=E", "serial://COM3?baud=9600&parity=E"),
        ("serial:///dev/serial/by-id/usb-A%20B", "serial:///dev/serial/by-id/usb-A%20B"),
        ("file:///dev/usb/lp0", "file:///dev/usb/lp0"),
        ("/dev/usb/lp0", "file:///dev/usb/lp0"),
    ],
)
def test_addresses_are_stored_one_way(url: str, stored: str) -> None:
    assert transports.parse_url(url).url == stored
    assert transports.parse_url(stored).url == stored


@pytest.mark.parametrize(
    "url",
    ["", "tcp://", "tcp://h:0", "tcp://h:99999", "tcp://h:x", "tcp://h/path", "http://h", "usb://x", "serial://",
     "serial:///dev/x?baud=7", "serial:///dev/x?speed=9600", "file://", "file://host/x", "tcp://[::1", "x" * 999 + "://",
     "192.168.1.50:9100", "printer", "/dev/usb/lp0\n/dev/null", "/" + "x" * 999, "tcp://a b:9100"],
)  # fmt: skip
def test_nonsense_is_refused_with_the_forms(url: str) -> None:
    with pytest.raises(Refused, match=r"tcp://192\.168\.1\.50:9100"):
        transports.parse_url(url)


def test_addresses_are_told_in_words() -> None:
    assert transports.describe("tcp://10.0.0.5") == "network device at 10.0.0.5, port 9100"
    assert transports.describe("serial:///dev/ttyS0?baud=9600") == "serial port /dev/ttyS0 at 9600 baud"
    assert transports.describe("file:///dev/usb/lp0") == "device file /dev/usb/lp0"


def test_two_devices_on_one_wire_share_a_port() -> None:
    first = transports.parse_url("serial:///dev/ttyS0?baud=9600").physical_port
    assert first == transports.parse_url("serial:///dev/ttyS0").physical_port
    assert first != transports.parse_url("serial:///dev/ttyS1").physical_port
