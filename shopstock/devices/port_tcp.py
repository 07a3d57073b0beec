"""Printers on the network: bytes to a raw port."""

from __future__ import annotations

import contextlib
import socket

from shopstock.devices.addresses import Address
from shopstock.devices.port import TransportError, left
from shopstock.devices.status import Reason


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
            self._socket = socket.create_connection(place, timeout=max(0.05, left(deadline)))
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
            self._open.settimeout(max(0.001, left(deadline)))
            try:
                sent += self._open.send(data[sent : sent + 4096])
            except TimeoutError as error:
                raise TransportError(Reason.STALLED, sent) from error
            except OSError as error:
                raise TransportError(Reason.INTERRUPTED, sent) from error

    def read(self, deadline: float) -> bytes | None:
        self._open.settimeout(max(0.001, left(deadline)))
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
