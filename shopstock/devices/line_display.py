"""Customer displays of two lines on a serial or USB port.

Most understand: clear, then forty characters that wrap by themselves ("plain"); others speak CD5220 (``ESC Q A`` and
``ESC Q B``, each ended by CR) or Epson's DM-D (``US $`` column row). A thread per display shows the latest frame and
forgets those before it, so that a display that hangs costs the till nothing.
"""

from __future__ import annotations

import logging
import threading
import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.devices import transports
from shopstock.devices.transports import TransportError

_log = logging.getLogger(__name__)

SETTINGS: dict[str, type] = {"dialect": str, "codepage": str, "columns": int}
DIALECTS = ("plain", "cd5220", "epson-dm")
_WRITE_SECONDS = 1.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_STAND_INS = {"€": "E", "£": "GBP", "–": "-", "—": "-", "’": "'", "\u00a0": " ", "\u202f": " ", "−": "-", "×": "x"}


@dataclass(frozen=True, slots=True)
class Display:
    """How a display is set up: its commands, the code page it shows, its columns."""

    dialect: str = "plain"
    codepage: str = "cp437"
    columns: int = 20


def of(settings: Mapping[str, Any]) -> Display:
    """Return the display that a device's settings describe; raise ``Refused`` for settings that make no sense."""
    for name, value in settings.items():
        if name not in SETTINGS or type(value) is not SETTINGS[name]:
            raise Refused(_("A display has no such setting {name}. Use: {known}.").format(
                name=str(name)[:30], known=", ".join(SETTINGS)
            ))  # fmt: skip
    made = Display(**settings)
    if made.dialect not in DIALECTS:
        raise Refused(_("The commands of a display are one of: {known}.").format(known=", ".join(DIALECTS)))
    if not 8 <= made.columns <= 40:
        raise Refused(_("A display has 8 to 40 columns."))
    try:
        "A".encode(made.codepage)
    except LookupError as error:
        raise Refused(_("{name} is no code page. Use for example cp858, cp852, cp866.").format(
            name=made.codepage[:20]
        )) from error  # fmt: skip
    return made


def encode(lines: tuple[str, str], display: Display) -> bytes:
    """Return the bytes that show two lines of exactly ``columns`` characters; no control character gets through."""
    first, second = (_letters(line, display) for line in lines)
    if display.dialect == "cd5220":
        return b"\x0c\x1bQA" + first + b"\r\x1bQB" + second + b"\r"
    if display.dialect == "epson-dm":
        return b"\x0c\x1f$\x01\x01" + first + b"\x1f$\x01\x02" + second
    return b"\x0c" + first + second


def _letters(line: str, display: Display) -> bytes:
    out = bytearray()
    for char in line:
        out += _letter(char, display.codepage)
    return bytes(out[: display.columns]).ljust(display.columns)


def _letter(char: str, codepage: str) -> bytes:
    plain = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode("ascii")
    for candidate in (char, _STAND_INS.get(char, ""), plain):
        try:
            code = candidate.encode(codepage)
        except UnicodeEncodeError:
            continue
        if code and all(byte >= 0x20 and byte != 0x7F for byte in code):
            return code[:1] if len(candidate) == 1 else code
    return b"?"


class LineDisplay:
    """Shows frames on one display from a thread of its own. ``connected`` is called on that thread."""

    def __init__(self, url: str, display: Display, connected: Callable[[bool], None] | None = None) -> None:
        self._address = transports.parse_url(url)
        self._display = display
        self._connected = connected or (lambda _there: None)
        self._frame: bytes | None = None
        self._latest = b""
        self._woken = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._work, name="customer display", daemon=True)

    def start(self) -> None:
        """Begin; returns at once, whether or not the display is there."""
        self._thread.start()

    def show(self, lines: tuple[str, str]) -> None:
        """Show two lines as soon as the display takes them; what waited to be shown is forgotten."""
        with self._woken:
            self._frame = self._latest = encode(lines, self._display)
            self._woken.notify()

    def stop(self, seconds: float = 2.0) -> bool:
        """Stop, and tell whether the thread ended in time."""
        with self._woken:
            self._ended = True
            self._woken.notify()
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        pause = _FIRST_PAUSE
        while not self._ended:
            port = transports.of(self._address)
            try:
                port.open(time.monotonic() + _WRITE_SECONDS)
                self._connected(True)
                pause = _FIRST_PAUSE
                with self._woken:
                    # A display that comes back shows what is going on now.
                    self._frame = self._latest or None
                self._serve(port)
            except TransportError as error:
                _log.info("the customer display waits: %s", error.reason)
                self._connected(False)
                with self._woken:
                    self._woken.wait_for(lambda: self._ended, pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            finally:
                port.close()

    def _serve(self, port: transports.Transport) -> None:
        while True:
            with self._woken:
                self._woken.wait_for(lambda: self._ended or self._frame is not None)
                if self._ended:
                    return
                frame, self._frame = self._frame, None
            if frame is not None:
                port.write(frame, time.monotonic() + _WRITE_SECONDS)
