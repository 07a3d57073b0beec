"""A bar code scanner on a serial port: a thread that reads codes and comes back after the cable was pulled.

A code ends with CR or LF unless the scanner is set up otherwise. What waits in the port when it opens is old and
dropped, and so is what a pulled cable left half said. Codes are text with their leading zeros; the group separator of
GS1 codes (0x1D) is kept.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.devices import transports
from shopstock.devices.transports import TransportError

LONGEST_CODE = 4096
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
#: So many readings of 0.2 s without a byte, and what was half said is given up.
_TORN_AFTER = 10
_STRAY = " \t\0\x02\x03"

#: Settings that such a device may carry, with the type of each.
SETTINGS: dict[str, type] = {"prefix": str, "suffix": str, "separator": str, "encoding": str}
#: What may end a code, by name; "pause" is a scanner that sends no end at all.
SUFFIXES = {"either": b"\r\n", "cr": b"\r", "lf": b"\n", "etx": b"\x03", "tab": b"\t", "pause": b""}


@dataclass(frozen=True, slots=True)
class Wire:
    """What goes over the wire of one scanner: what a code begins and ends with, and how letters are sent.

    ``separator`` is the character that stands for the group separator of GS1 codes where the scanner replaces it.
    """

    prefix: str = ""
    suffix: str = "either"
    separator: str = ""
    encoding: str = "utf-8"


def of(settings: Mapping[str, Any]) -> Wire:
    """Return what a device's settings describe; raise ``Refused`` for settings that make no sense."""
    for name, value in settings.items():
        if name not in SETTINGS or type(value) is not SETTINGS[name]:
            raise Refused(_("A scanner has no such setting {name}. Use: {known}.").format(
                name=str(name)[:30], known=", ".join(SETTINGS)
            ))  # fmt: skip
    made = Wire(**settings)
    if made.suffix not in SUFFIXES:
        raise Refused(_("A code ends with one of: {known}.").format(known=", ".join(SUFFIXES)))
    if len(made.prefix) > 10 or len(made.separator) > 1:
        raise Refused(_("A code begins with 10 characters at most; one character stands for the GS1 mark."))
    try:
        "A".encode(made.encoding)
    except LookupError as error:
        raise Refused(_("Letters cannot be sent as {name}. Use utf-8 or latin-1.").format(
            name=made.encoding[:20]
        )) from error  # fmt: skip
    return made


class SerialScanner:
    """Reads one scanner. Both callbacks come on the reader's thread.

    ``scanned(code)`` is called for each code, ``connected(True or False)`` when the port opens or is lost.
    """

    def __init__(
        self,
        url: str,
        scanned: Callable[[str], None],
        connected: Callable[[bool], None] | None = None,
        wire: Wire | None = None,
    ) -> None:
        self._wire = wire or Wire()
        self._address = transports.parse_url(url)
        self._scanned = scanned
        self._connected = connected or (lambda _is_connected: None)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="serial scanner", daemon=True)

    def start(self) -> None:
        """Begin to read; returns at once, whether or not the scanner is there."""
        self._thread.start()

    def stop(self, seconds: float = 2.0) -> bool:
        """Stop reading and tell whether the thread ended in time."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stop.is_set():
            port = transports.of(self._address)
            try:
                port.open(time.monotonic() + 1)
                pause = _FIRST_PAUSE
                self._connected(True)
                try:
                    self._read(port)
                finally:
                    self._connected(False)
            except TransportError:
                self._stop.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            finally:
                port.close()

    def _read(self, port: transports.Transport) -> None:
        held, quiet = b"", 0
        ends = SUFFIXES[self._wire.suffix]
        while not self._stop.is_set():
            came = port.read(time.monotonic() + 0.2)
            if came is None and not ends and held:
                self._say(held)
                held = b""
            quiet = 0 if came else quiet + 1
            if quiet > _TORN_AFTER:
                held = b""  # a code without its end must not stand before the next one
            held += came or b""
            if ends:
                for end in ends[1:]:
                    held = held.replace(bytes((end,)), ends[:1])
                *codes, held = held.split(ends[:1])
                for code in codes:
                    self._say(code)
            held = held[-LONGEST_CODE:]

    def _say(self, code: bytes) -> None:
        text = code.decode(self._wire.encoding, "replace").strip(_STRAY).strip("\r\n")
        if self._wire.prefix and not text.startswith(self._wire.prefix):
            return
        text = text.removeprefix(self._wire.prefix)
        if self._wire.separator:
            text = text.replace(self._wire.separator, "\x1d")
        if text:
            self._scanned(text[:LONGEST_CODE])
