"""Serial ports, those that USB and Bluetooth devices play, and pseudo terminals."""

from __future__ import annotations

import contextlib
from typing import Any

from shopstock.devices import usb_ports
from shopstock.devices.addresses import BAUD, Address, usb_ids_of
from shopstock.devices.port import TransportError, left, reason
from shopstock.devices.status import Reason

try:
    from termios import error as _termios_error
except ImportError:  # Windows has no terminals of this kind
    _PORT_ERRORS: tuple[type[Exception], ...] = (OSError,)
else:
    _PORT_ERRORS = (OSError, _termios_error)


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

        place = self._place
        if place.startswith("usb:"):
            place = usb_ports.serial_port(*usb_ids_of(place))
            if not place:
                raise TransportError(Reason.UNREACHABLE)
        try:
            self._port = serial.Serial(place, exclusive=True, timeout=0.1, write_timeout=1, **self._settings)
            self._port.reset_input_buffer()
        except ValueError as error:
            raise TransportError(Reason.BAD_ADDRESS) from error
        except _PORT_ERRORS as error:
            raise TransportError(reason(error) if isinstance(error, OSError) else Reason.UNREACHABLE) from error

    def write(self, data: bytes, deadline: float) -> None:
        import serial

        sent = 0
        step = max(1, min(512, self.bytes_a_second // 4))
        try:
            # Set once a call: every change of it configures the whole port again.
            self._port.write_timeout = max(0.01, left(deadline))
            while sent < len(data):
                if sent and not left(deadline):
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
                if data or not left(deadline):
                    return data or None
        except _PORT_ERRORS as error:
            raise TransportError(Reason.INTERRUPTED) from error

    def close(self) -> None:
        if self._port is not None:
            with contextlib.suppress(*_PORT_ERRORS):
                self._port.close()
            self._port = None
