"""A bar code scanner on a serial port: a thread that reads codes and comes back after the cable was pulled.

A code ends with CR or LF. What waits in the port when it opens is old and dropped. Codes are text with their leading
zeros; the group separator of GS1 codes (0x1D) is kept.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from shopstock.devices import transports
from shopstock.devices.transports import TransportError

LONGEST_CODE = 4096
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0


class SerialScanner:
    """Reads one scanner. Both callbacks come on the reader's thread.

    ``scanned(code)`` is called for each code, ``connected(True or False)`` when the port opens or is lost.
    """

    def __init__(
        self, url: str, scanned: Callable[[str], None], connected: Callable[[bool], None] | None = None
    ) -> None:
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
        held = b""
        while not self._stop.is_set():
            held += port.read(time.monotonic() + 0.2) or b""
            *codes, held = held.replace(b"\r", b"\n").split(b"\n")
            for code in codes:
                text = code.decode("utf-8", "replace").strip(" \t\0\x02\x03")
                if text:
                    self._scanned(text[:LONGEST_CODE])
            held = held[-LONGEST_CODE:]
