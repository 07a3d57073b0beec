"""Ports: how bytes reach a device, by the scheme of its address.

A successful write proves nothing about paper; only what a device answers does. Every wait has a deadline.
"""

from __future__ import annotations

from collections.abc import Callable

from shopstock.devices import addresses
from shopstock.devices.addresses import Address
from shopstock.devices.port import Transport, TransportError
from shopstock.devices.port_file import DeviceFile, UsbPrinter
from shopstock.devices.port_queue import CupsQueue
from shopstock.devices.port_serial import Serial
from shopstock.devices.port_tcp import Tcp
from shopstock.devices.status import Reason
from shopstock.devices.windows_spooler import WindowsSpooler

__all__ = ["Address", "Transport", "TransportError", "describe", "of", "parse_url"]

parse_url = addresses.parse_url
describe = addresses.describe


def of(address: Address) -> Transport:
    """Return the port of an address, not yet open."""
    return _TRANSPORTS[address.scheme](address)


class Painted:
    """A printer that the system has a driver for: pages are painted on it, no bytes are sent."""

    duplex = False
    bytes_a_second = 50_000

    def __init__(self, address: Address) -> None:
        self.place = address.place

    def open(self, deadline: float) -> None:
        raise TransportError(Reason.BAD_ADDRESS)

    def write(self, data: bytes, deadline: float) -> None:
        raise TransportError(Reason.BAD_ADDRESS)

    def read(self, deadline: float) -> bytes | None:
        return None

    def close(self) -> None:
        return


_TRANSPORTS: dict[str, Callable[[Address], Transport]] = {
    "tcp": Tcp, "serial": Serial, "file": DeviceFile, "usb": UsbPrinter, "cups": CupsQueue, "spooler": WindowsSpooler,
    "printer": Painted,
}  # fmt: skip
