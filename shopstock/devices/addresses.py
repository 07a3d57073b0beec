"""Addresses of devices: how they are written, read, and said in words.

* ``tcp://host:port`` (9100 when left out)
* ``serial:///dev/ttyUSB0?baud=19200``, ``serial://COM3`` on Windows; parity, bits, stop and flow as options;
  ``serial://usb:0403:6001:A50285`` is the port that this USB device plays, wherever it is plugged in
* ``usb://04b8:0e15/J3TF123456``: a USB printer by its ids and serial number (which may be missing)
* ``file:///dev/usb/lp0`` for a device file, or the path of a plain file, which is appended to
* ``cups://QUEUE`` and ``spooler://NAME``: a print queue that gets the bytes as they are
* ``printer://NAME``: any printer of the computer, which gets pictures through its driver
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.devices import usb_ids

TCP_PORT = 9100
BAUD = 19200
_SERIAL_OPTIONS = {
    "baud": ("300", "600", "1200", "2400", "4800", "9600", "19200", "38400", "57600", "115200", "230400"),
    "parity": ("N", "E", "O"),
    "bits": ("7", "8"),
    "stop": ("1", "2"),
    "flow": ("none", "hardware", "software"),
}


@dataclass(frozen=True, slots=True)
class Address:
    """An address taken apart. ``scheme`` is the word before the colon; ``place`` the host, path, ids or name."""

    scheme: str
    place: str
    port: int = 0
    options: tuple[tuple[str, str], ...] = ()

    @property
    def url(self) -> str:
        """The address written the one way in which it is stored."""
        if self.scheme == "tcp":
            host = f"[{self.place}]" if ":" in self.place else self.place
            return f"tcp://{host}:{self.port}"
        query = "&".join(f"{name}={value}" for name, value in self.options)
        return f"{self.scheme}://{quote(self.place, safe='/:')}" + (f"?{query}" if query else "")

    @property
    def physical_port(self) -> str:
        """What two devices share when they hang on the same wire, by whichever name they are called."""
        if self.scheme in ("serial", "file") and self.place.startswith("/"):
            return f"file:{os.path.realpath(self.place)}"
        return f"{self.scheme}:{self.place}:{self.port}"


#: Addresses that are a name and nothing else.
_BY_NAME = ("cups", "spooler", "printer")
_USB_PRINTER = re.compile(r"(?P<vendor>[0-9A-Fa-f]{4}):(?P<product>[0-9A-Fa-f]{4})(/(?P<serial>[^/]{1,80}))?")
_USB_SERIAL = re.compile(r"usb:(?P<vendor>[0-9A-Fa-f]{4}):(?P<product>[0-9A-Fa-f]{4})(:(?P<serial>[^/]{1,80}))?")
_WINDOWS_PORT = re.compile(r"(COM|LPT)\d{1,3}:?|PRN", re.IGNORECASE)


def parse_url(url: str) -> Address:
    """Take an address apart; raise ``Refused`` with the forms that are known."""
    text = url.strip()
    if not text.isprintable() or len(text) > 255:
        raise _bad_address(url)
    # A bare "192.168.1.50:9100" is a printer on the network that lacks its "tcp://", not a file of that name.
    named = os.name == "nt" and _WINDOWS_PORT.fullmatch(text) is not None
    if "://" not in text and (Path(text).is_absolute() or text[:1] == "~" or named):
        return Address("file", str(Path(text).expanduser().absolute()))
    scheme, _colon, rest = text.partition("://")
    place, _mark, query = rest.partition("?")
    if scheme in _BY_NAME and place and not query:
        return Address(scheme, unquote(place))
    try:
        options = dict(parse_qsl(query, strict_parsing=bool(query)))
    except ValueError:
        raise _bad_address(url) from None
    if scheme == "tcp":
        return _network(text, url)
    place = unquote(place)
    if scheme == "usb" and _USB_PRINTER.fullmatch(place) and not options:
        ids, _slash, serial = place.partition("/")
        return Address("usb", ids.lower() + (f"/{serial}" if serial else ""))
    if scheme == "serial" and place and (not place.startswith("usb:") or _USB_SERIAL.fullmatch(place)):
        for name, value in options.items():
            if value not in _SERIAL_OPTIONS.get(name, ()):
                raise _bad_address(url)
        return Address("serial", place, options=tuple(sorted(options.items())))
    if scheme == "file" and place.removeprefix("localhost").strip("/") and not options:
        path = place.removeprefix("localhost")
        if path.startswith("/"):
            return Address("file", path)
    raise _bad_address(url)


def _network(text: str, url: str) -> Address:
    try:
        parts = urlsplit(text)
        port = TCP_PORT if parts.port is None else parts.port
    except ValueError:
        raise _bad_address(url) from None
    host = parts.hostname or ""
    if not host or " " in host or parts.path.strip("/") or parts.query or not 1 <= port <= 65535:
        raise _bad_address(url)
    return Address("tcp", host, port)


def usb_ids_of(place: str) -> tuple[int, int, str]:
    """Return vendor, product and serial number of a place such as ``04b8:0e15/J3TF`` or ``usb:0403:6001:A502``."""
    found = _USB_PRINTER.fullmatch(place) or _USB_SERIAL.fullmatch(place)
    assert found is not None, "parse_url lets nothing else through"
    return int(found["vendor"], 16), int(found["product"], 16), found["serial"] or ""


def _bad_address(url: str) -> Refused:
    return Refused(
        _(
            "{url} is no address of a device. Write tcp://192.168.1.50:9100, "
            "serial:///dev/ttyUSB0?baud=19200 or file:///dev/usb/lp0."
        ).format(url=url[:80] or "“”")
    )


def describe(url: str) -> str:
    """Say an address in words: “network printer at 192.168.1.50, port 9100”."""
    address = parse_url(url)
    if address.scheme == "tcp":
        return _("network device at {host}, port {port}").format(host=address.place, port=address.port)
    if address.scheme == "serial":
        baud = dict(address.options).get("baud", str(BAUD))
        return _("serial port {port} at {baud} baud").format(port=address.place, baud=baud)
    if address.scheme == "printer":
        return _("printer {name} of this computer").format(name=address.place)
    if address.scheme in ("cups", "spooler"):
        return _("print queue {name}").format(name=address.place)
    if address.scheme == "usb":
        vendor, product, serial = usb_ids_of(address.place)
        maker = usb_ids.maker(vendor)
        name = maker.name if maker is not None else f"{vendor:04x}:{product:04x}"
        return _("USB printer {name} {serial}").format(name=name, serial=serial).rstrip()
    return _("device file {path}").format(path=address.place)
