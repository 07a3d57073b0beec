"""Device files such as ``/dev/usb/lp0``, and plain files, which collect what is sent."""

from __future__ import annotations

import contextlib
import os
import select
import stat

from shopstock.devices import usb_ports
from shopstock.devices.addresses import Address, usb_ids_of
from shopstock.devices.port import TransportError, left, reason
from shopstock.devices.status import Reason


class DeviceFile:
    """A device file such as ``/dev/usb/lp0``, or a plain file that collects what would be printed.

    Nothing is made below ``/dev``: a printer that is unplugged is not a file to be filled.
    """

    bytes_a_second = 50_000

    def __init__(self, address: Address) -> None:
        self._path = address.place
        self._handle: int | None = None
        self._plain = True
        self.duplex = False

    def open(self, deadline: float) -> None:
        try:
            path = self._place()
            self._plain = stat.S_ISREG(os.stat(path).st_mode) if os.path.exists(path) else not _is_the_kernels(path)
            if self._plain:
                self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
                return
            self.duplex = os.access(path, os.R_OK)
            way = os.O_RDWR if self.duplex else os.O_WRONLY
            self._handle = os.open(path, way | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
        except OSError as error:
            raise TransportError(reason(error)) from error

    def _place(self) -> str:
        return self._path

    @property
    def _open(self) -> int:
        assert self._handle is not None, "open() comes first"
        return self._handle

    def write(self, data: bytes, deadline: float) -> None:
        sent = 0
        while sent < len(data):
            try:
                if not self._plain and not select.select([], [self._open], [], left(deadline))[1]:
                    raise TransportError(Reason.STALLED, sent)
                sent += os.write(self._open, data[sent : sent + 4096])
            except BlockingIOError:
                continue
            except OSError as error:
                raise TransportError(Reason.INTERRUPTED, sent) from error

    def read(self, deadline: float) -> bytes | None:
        if not select.select([self._open], [], [], left(deadline))[0]:
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


def _is_the_kernels(path: str) -> bool:
    return path.startswith("/dev/") and not path.startswith("/dev/shm/")


class UsbPrinter(DeviceFile):
    """A USB printer by its ids: its device file is looked for at each opening, since the number of it changes."""

    def _place(self) -> str:
        path = usb_ports.lp_file(*usb_ids_of(self._path))
        if not path:
            raise TransportError(Reason.UNREACHABLE)
        return path
