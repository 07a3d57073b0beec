"""What every kind of port does, and how it fails. Every wait has a deadline, an instant of ``time.monotonic()``."""

from __future__ import annotations

import errno
import time
from typing import Protocol

from shopstock.devices.status import Reason


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


def left(deadline: float) -> float:
    """Return how many seconds are left, 0 when it is over."""
    return max(0.0, deadline - time.monotonic())


def reason(error: OSError) -> Reason:
    """Say why the system would not open or use a port."""
    if error.errno in (errno.EACCES, errno.EPERM):
        return Reason.NO_PERMISSION
    return Reason.IN_USE if error.errno in (errno.EAGAIN, errno.EBUSY) else Reason.UNREACHABLE
