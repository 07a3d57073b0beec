"""Ports: how bytes reach a device. Every wait has a deadline, an instant of ``time.monotonic()``.

``tcp://host:port`` (9100 when left out), ``serial:///dev/ttyUSB0?baud=19200`` (``serial://COM3`` on Windows; parity,
bits, stop and flow as options), ``file:///dev/usb/lp0`` for a device file, or the path of a plain file, which is
appended to. A successful write proves nothing about paper; only what a device answers does.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import select
import socket
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.devices.status import Reason

try:
    from termios import error as _termios_error
except ImportError:  # Windows has no terminals of this kind
    _PORT_ERRORS: tuple[type[Exception], ...] = (OSError,)
else:
    _PORT_ERRORS = (OSError, _termios_error)

TCP_PORT = 9100
BAUD = 19200
_SERIAL_OPTIONS = {
    "baud": ("300", "600", "1200", "2400", "4800", "9600", "19200", "38400", "57600", "115200", "230400"),
    "parity": ("N", "E", "O"),
    "bits": ("7", "8"),
    "stop": ("1", "2"),
    "flow": ("none", "hardware", "software"),
}


class TransportError(Exception):
    """The port failed; ``sent`` bytes of the piece at hand had been taken by then."""

    def __init__(self, reason: Reason, sent: int = 0) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.sent = sent


class Transport(Protocol):
    """A port. ``duplex``: a device may answer through it. ``bytes_a_second``: about how fast it is at least."""

    duplex: bool
    bytes_a_second: int

    def open(self, deadline: float) -> None:
        """Open the port; raise ``TransportError``."""

    def write(self, data: bytes, deadline: float) -> None:
        """Hand over all of ``data``; raise ``TransportError`` with how much was taken."""

    def read(self, deadline: float) -> bytes | None:
        """Return what has arrived, ``None`` when nothing did in time; raise ``TransportError`` when cut off."""

    def close(self) -> None:
        """Close the port, without discarding what the device has yet to take."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address taken apart. ``scheme`` is tcp, serial or file; ``place`` the host or path."""

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
        """What two devices share when they hang on the same wire."""
        return f"{self.scheme}:{self.place}:{self.port}"


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
    try:
        parts = urlsplit(text)
        port = parts.port
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError:
        raise _bad_address(url) from None
    host = parts.hostname or ""
    if parts.scheme == "tcp" and host and " " not in host and not parts.path.strip("/") and not options:
        port = TCP_PORT if port is None else port
        if not 1 <= port <= 65535:
            raise _bad_address(url)
        return Address("tcp", host, port)
    place = unquote(parts.netloc + parts.path)
    if parts.scheme == "serial" and place:
        for name, value in options.items():
            if value not in _SERIAL_OPTIONS.get(name, ()):
                raise _bad_address(url)
        return Address("serial", place, options=tuple(sorted(options.items())))
    if parts.scheme == "printer" and place and not options:
        return Address("printer", place)
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.strip("/") and not options:
        return Address("file", unquote(parts.path))
    raise _bad_address(url)


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
    return _("device file {path}").format(path=address.place)


def of(address: Address) -> Transport:
    """Return the port of an address, not yet open."""
    return _TRANSPORTS[address.scheme](address)


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())


def _reason(error: OSError) -> Reason:
    if error.errno in (errno.EACCES, errno.EPERM):
        return Reason.NO_PERMISSION
    return Reason.IN_USE if error.errno in (errno.EAGAIN, errno.EBUSY) else Reason.UNREACHABLE


class Tcp:
    """A printer's raw port on the network."""

    duplex = True
    bytes_a_second = 50_000

    def __init__(self, address: Address) -> None:
        self._address = address
        self._socket: socket.socket | None = None

    def open(self, deadline: float) -> None:
        try:
            place = (self._address.place, self._address.port)
            self._socket = socket.create_connection(place, timeout=max(0.05, _left(deadline)))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            raise TransportError(Reason.UNREACHABLE) from error

    @property
    def _open(self) -> socket.socket:
        assert self._socket is not None, "open() comes first"
        return self._socket

    def write(self, data: bytes, deadline: float) -> None:
        sent = 0
        while sent < len(data):
            self._open.settimeout(max(0.001, _left(deadline)))
            try:
                sent += self._open.send(data[sent : sent + 4096])
            except TimeoutError as error:
                raise TransportError(Reason.STALLED, sent) from error
            except OSError as error:
                raise TransportError(Reason.INTERRUPTED, sent) from error

    def read(self, deadline: float) -> bytes | None:
        self._open.settimeout(max(0.001, _left(deadline)))
        try:
            data = self._open.recv(256)
        except TimeoutError:
            return None
        except OSError as error:
            raise TransportError(Reason.INTERRUPTED) from error
        if not data:
            raise TransportError(Reason.INTERRUPTED)
        return data

    def close(self) -> None:
        if self._socket is None:
            return
        with contextlib.suppress(OSError):
            # Answers left unread would turn the close into a reset, and a reset discards what is still on its way.
            self._socket.shutdown(socket.SHUT_WR)
            self._socket.setblocking(False)
            while self._socket.recv(4096):
                pass
        self._socket.close()
        self._socket = None


class Serial:
    """A serial port, a USB port that plays one, or a pseudo terminal."""

    duplex = True

    def __init__(self, address: Address) -> None:
        options = dict(address.options)
        baud = int(options.get("baud", BAUD))
        flow = options.get("flow", "none")
        self.bytes_a_second = baud // 11
        self._place = address.place
        self._settings: dict[str, Any] = {
            "baudrate": baud, "bytesize": int(options.get("bits", 8)), "parity": options.get("parity", "N"),
            "stopbits": int(options.get("stop", 1)), "rtscts": flow == "hardware", "xonxoff": flow == "software",
        }  # fmt: skip
        self._port: Any = None

    def open(self, deadline: float) -> None:
        import serial  # only a till that has such a port waits for it

        try:
            self._port = serial.Serial(self._place, exclusive=True, timeout=0.1, write_timeout=1, **self._settings)
            self._port.reset_input_buffer()
        except ValueError as error:
            raise TransportError(Reason.BAD_ADDRESS) from error
        except _PORT_ERRORS as error:
            raise TransportError(_reason(error) if isinstance(error, OSError) else Reason.UNREACHABLE) from error

    def write(self, data: bytes, deadline: float) -> None:
        import serial

        sent = 0
        step = max(1, min(512, self.bytes_a_second // 4))
        try:
            # Set once a call: every change of it configures the whole port again.
            self._port.write_timeout = max(0.01, _left(deadline))
            while sent < len(data):
                if sent and not _left(deadline):
                    raise TransportError(Reason.STALLED, sent)
                sent += self._port.write(data[sent : sent + step])
        except serial.SerialTimeoutException as error:
            # How much of this piece went out is not told, so some of it counts as taken.
            raise TransportError(Reason.STALLED, sent + 1) from error
        except _PORT_ERRORS as error:
            raise TransportError(Reason.INTERRUPTED, sent + 1) from error

    def read(self, deadline: float) -> bytes | None:
        try:
            while True:
                data: bytes = self._port.read(max(1, self._port.in_waiting))
                if data or not _left(deadline):
                    return data or None
        except _PORT_ERRORS as error:
            raise TransportError(Reason.INTERRUPTED) from error

    def close(self) -> None:
        if self._port is not None:
            with contextlib.suppress(*_PORT_ERRORS):
                self._port.close()
            self._port = None


class DeviceFile:
    """A device file such as ``/dev/usb/lp0``, or a plain file that collects what would be printed."""

    bytes_a_second = 50_000

    def __init__(self, address: Address) -> None:
        self._path = address.place
        self._handle: int | None = None
        self._plain = True
        self.duplex = False

    def open(self, deadline: float) -> None:
        try:
            self._plain = not Path(self._path).exists() or stat.S_ISREG(Path(self._path).stat().st_mode)
            if self._plain:
                self._handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
                return
            self.duplex = os.access(self._path, os.R_OK)
            way = os.O_RDWR if self.duplex else os.O_WRONLY
            self._handle = os.open(self._path, way | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
        except OSError as error:
            raise TransportError(_reason(error)) from error

    @property
    def _open(self) -> int:
        assert self._handle is not None, "open() comes first"
        return self._handle

    def write(self, data: bytes, deadline: float) -> None:
        sent = 0
        while sent < len(data):
            try:
                if not self._plain and not select.select([], [self._open], [], _left(deadline))[1]:
                    raise TransportError(Reason.STALLED, sent)
                sent += os.write(self._open, data[sent : sent + 4096])
            except BlockingIOError:
                continue
            except OSError as error:
                raise TransportError(Reason.INTERRUPTED, sent) from error

    def read(self, deadline: float) -> bytes | None:
        if not select.select([self._open], [], [], _left(deadline))[0]:
            return None
        try:
            return os.read(self._open, 256) or None
        except BlockingIOError:
            return None
        except OSError as error:
            raise TransportError(Reason.INTERRUPTED) from error

    def close(self) -> None:
        if self._handle is not None:
            with contextlib.suppress(OSError):
                os.close(self._handle)
            self._handle = None


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


_TRANSPORTS: dict[str, type[Tcp] | type[Serial] | type[DeviceFile] | type[Painted]] = {
    "tcp": Tcp, "serial": Serial, "file": DeviceFile, "printer": Painted,
}  # fmt: skip
