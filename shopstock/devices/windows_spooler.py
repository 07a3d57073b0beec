"""Printers of Windows that get the bytes as they are, through the spooler (``winspool.drv``, raw data type).

The spooler takes every job and says nothing of paper: a printer that works offline is not asked to print, a job that it
still holds when the time is over is deleted, so that it does not come out the next morning. Printers with a driver of
version 4 take no raw bytes (error 1804): they need the driver "Generic / Text Only". Entry points and structures are
those of Microsoft's documentation of the print spooler.
"""

from __future__ import annotations

import ctypes
import os
import time
from typing import Any, Protocol

from shopstock.devices.addresses import Address
from shopstock.devices.port import TransportError, left
from shopstock.devices.status import Reason

ACCESS_DENIED, INVALID_DATATYPE = 5, 1804
WORK_OFFLINE = 0x400
_LOCAL, _CONNECTIONS = 0x2, 0x4
_DELETE_JOB = 5
_POLL = 0.2


class SpoolerError(Exception):
    """The spooler refused; ``code`` is the Windows error."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Spooler(Protocol):
    """What is asked of the spooler. Each raises ``SpoolerError``."""

    def open(self, name: str) -> Any:
        """Open a printer and return its handle."""

    def attributes(self, handle: Any) -> int:
        """Return the attributes of a printer."""

    def begin(self, handle: Any, title: str) -> int:
        """Begin a raw document and return its job number."""

    def write(self, handle: Any, data: bytes) -> int:
        """Hand over bytes and return how many were taken."""

    def end(self, handle: Any) -> None:
        """End the document: from now on it may be printed."""

    def holds(self, handle: Any, job: int) -> bool:
        """Tell whether the spooler still has a job."""

    def delete(self, handle: Any, job: int) -> None:
        """Take a job back."""

    def close(self, handle: Any) -> None:
        """Close a printer."""


class WindowsSpooler:
    """A printer of Windows by its name; nothing comes back from it."""

    duplex = False
    bytes_a_second = 50_000

    def __init__(self, address: Address, spooler: Spooler | None = None) -> None:
        self._name = address.place
        self._spooler = spooler
        self._handle: Any = None

    def open(self, deadline: float) -> None:
        if self._spooler is None:
            if os.name != "nt":
                raise TransportError(Reason.BAD_ADDRESS)
            self._spooler = _Winspool()
        try:
            self._handle = self._spooler.open(self._name)
            if self._spooler.attributes(self._handle) & WORK_OFFLINE:
                raise TransportError(Reason.OFFLINE)
        except SpoolerError as error:
            raise TransportError(_reason(error)) from error

    def write(self, data: bytes, deadline: float) -> None:
        assert self._spooler is not None, "open() comes first"
        spooler, handle = self._spooler, self._handle
        try:
            job = spooler.begin(handle, "shopstock")
        except SpoolerError as error:
            raise TransportError(_reason(error)) from error
        sent = 0
        try:
            while sent < len(data):
                taken = spooler.write(handle, data[sent : sent + 65536])
                if not taken or not left(deadline):
                    raise SpoolerError(0)
                sent += taken
            spooler.end(handle)
            while spooler.holds(handle, job):
                if not left(deadline):
                    raise SpoolerError(0)
                time.sleep(min(_POLL, left(deadline)))
        except SpoolerError as error:
            try:
                # Taken back while the spooler held it: nothing of it is on paper, so it may be tried again.
                spooler.delete(handle, job)
            except SpoolerError:
                raise TransportError(Reason.STALLED, max(sent, 1)) from error
            raise TransportError(Reason.STALLED) from error

    def read(self, deadline: float) -> bytes | None:
        return None

    def close(self) -> None:
        if self._handle is not None and self._spooler is not None:
            self._spooler.close(self._handle)
        self._handle = None


def _reason(error: SpoolerError) -> Reason:
    if error.code == ACCESS_DENIED:
        return Reason.NO_PERMISSION
    return Reason.NEEDS_RAW_DRIVER if error.code == INVALID_DATATYPE else Reason.UNREACHABLE


def names() -> list[str]:
    """Return the names of the printers of Windows, none on other systems."""
    if os.name != "nt":
        return []
    return _Winspool().names()


class _DocInfo(ctypes.Structure):
    _fields_ = (("name", ctypes.c_wchar_p), ("output", ctypes.c_wchar_p), ("datatype", ctypes.c_wchar_p))


class _PrinterInfo4(ctypes.Structure):
    _fields_ = (("name", ctypes.c_wchar_p), ("server", ctypes.c_wchar_p), ("attributes", ctypes.c_uint32))


class _PrinterInfo2(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_wchar_p) for name in (
            "server", "printer", "share", "port", "driver", "comment", "location",
        )),
        ("devmode", ctypes.c_void_p),
        *((name, ctypes.c_wchar_p) for name in ("separator", "processor", "datatype", "parameters")),
        ("security", ctypes.c_void_p),
        *((name, ctypes.c_uint32) for name in (
            "attributes", "priority", "default_priority", "start", "until", "status", "jobs", "pages",
        )),
    )  # fmt: skip


class _Winspool:
    """The real spooler, through its documented entry points."""

    def __init__(self) -> None:
        self._dll: Any = ctypes.WinDLL("winspool.drv", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]

    def _done(self, result: Any) -> Any:
        if not result:
            raise SpoolerError(ctypes.get_last_error())  # type: ignore[attr-defined,unused-ignore]
        return result

    def open(self, name: str) -> Any:
        handle = ctypes.c_void_p()
        self._done(self._dll.OpenPrinterW(ctypes.c_wchar_p(name), ctypes.byref(handle), None))
        return handle

    def _info(self, fill: Any) -> Any:
        need = ctypes.c_uint32()
        fill(None, 0, ctypes.byref(need))
        buffer = ctypes.create_string_buffer(max(need.value, 1))
        self._done(fill(buffer, need.value, ctypes.byref(need)))
        return buffer

    def attributes(self, handle: Any) -> int:
        buffer = self._info(lambda into, size, need: self._dll.GetPrinterW(handle, 2, into, size, need))
        return int(_PrinterInfo2.from_buffer(buffer).attributes)

    def begin(self, handle: Any, title: str) -> int:
        info = _DocInfo(title, None, "RAW")
        job = int(self._done(self._dll.StartDocPrinterW(handle, 1, ctypes.byref(info))))
        self._done(self._dll.StartPagePrinter(handle))
        return job

    def write(self, handle: Any, data: bytes) -> int:
        taken = ctypes.c_uint32()
        self._done(self._dll.WritePrinter(handle, data, len(data), ctypes.byref(taken)))
        return taken.value

    def end(self, handle: Any) -> None:
        self._done(self._dll.EndPagePrinter(handle))
        self._done(self._dll.EndDocPrinter(handle))

    def holds(self, handle: Any, job: int) -> bool:
        need = ctypes.c_uint32()
        self._dll.GetJobW(handle, job, 1, None, 0, ctypes.byref(need))
        return need.value > 0

    def delete(self, handle: Any, job: int) -> None:
        self._done(self._dll.SetJobW(handle, job, 0, None, _DELETE_JOB))

    def close(self, handle: Any) -> None:
        self._dll.ClosePrinter(handle)

    def names(self) -> list[str]:
        found = ctypes.c_uint32()
        try:
            buffer = self._info(
                lambda into, size, need: self._dll.EnumPrintersW(
                    _LOCAL | _CONNECTIONS, None, 4, into, size, need, ctypes.byref(found)
                )
            )
        except SpoolerError:
            return []
        return [str(info.name) for info in (_PrinterInfo4 * found.value).from_buffer(buffer)]
