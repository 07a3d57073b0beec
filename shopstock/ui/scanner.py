"""Tell a keyboard-wedge scanner from typing, wherever the focus is, and let no character of a scan leak.

One event filter on the application holds printable keys back. A burst (keys closer together than ``gap_ms`` by the
*events' own timestamps*, never the wall clock: after a frozen second everything seems fast) that ends in Enter or Tab
is a scan: it is emitted, and its Enter is swallowed. Anything else is replayed to where it was going, in order. Events
without a timestamp are made by programs, not by hands or scanners, and pass.

On Windows, Qt stamps keys when it *processes* them, so a heartbeat tells whether the window was frozen; a burst that
came out of a freeze counts as a scan only when its check digit is right.
"""

from __future__ import annotations

import re
import sys
import time
from collections import deque
from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from shopstock.core import commands, epc, key_positions, places
from shopstock.core.scan import MAX_CODE, Scan, has_check_digit, split_aim
from shopstock.db import clock
from shopstock.ui import wedge_keys
from shopstock.ui.wedge_keys import Trial

_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MODIFIERS = (
    Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
)  # fmt: skip
_FROZEN_SECONDS = 0.15
_MOST_TAGS = 20_000
#: The number of a document may be as short as 1-5, with a bar code on its receipt.
_DOCUMENT_NUMBER = re.compile(r"\d{1,2}-\d{1,2}")
#: A digit that stands twice in a fast burst comes as one key that repeats; no key that is held repeats so fast.
_TWICE_MS = 12
_GROUP_SEPARATOR = "\x1d"


@dataclass(frozen=True, slots=True)
class ScannerOptions:
    """How the scanner types. With a ``prefix`` only bursts that begin with it are scans.

    ``gap_ms``: the longest pause between two keys (Bluetooth scanners need 60 to 90). ``key_positions`` reads every key
    by its place, for a scanner that types through the wrong keyboard layout. ``separator`` is what the scanner sends
    for the group separator of GS1 codes, which has no key. ``tag_silence``: a tag that readers hear again and again is
    one tag until it has been silent for so many seconds. ``repair_caps`` turns letters round while Caps Lock is on;
    some scanners see to that themselves.
    """

    gap_ms: int = 40
    min_length: int = 4
    prefix: str = ""
    suffixes: tuple[str, ...] = ("enter", "tab")
    key_positions: bool = False
    separator: str = ""
    tag_silence: int = 3
    repair_caps: bool = True


@dataclass(slots=True)
class _Held:
    event: QKeyEvent
    receiver: QObject
    text: str
    at: int
    place: int


class Scanner(QObject):
    """The filter and its queue. ``install()`` once; scans come out of ``scanned`` one by one and in order."""

    scanned = Signal(object)  # Scan
    _fed = Signal(str, str)

    def __init__(self, options: ScannerOptions | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.options = options or ScannerOptions()
        self._held: list[_Held] = []
        self._replaying = False
        self._queue: deque[Scan] = deque()
        self._tags: dict[epc.Tag, float] = {}
        self.trial: Trial | None = None
        self._draining = False
        self._armed_at = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._timed_out)
        self._fed.connect(self.feed, Qt.ConnectionType.QueuedConnection)
        self._last_beat = time.monotonic()
        self._late = False
        self._heart: QTimer | None = None
        if sys.platform == "win32":
            self._heart = QTimer(self)
            self._heart.timeout.connect(self._beat)
            self._heart.start(50)

    def install(self, app: QApplication | None = None) -> None:
        """Start to watch the keys of the whole application."""
        (app or QCoreApplication.instance()).installEventFilter(self)  # type: ignore[union-attr]

    def remove(self) -> None:
        """Stop watching; keys that are held go where they were going."""
        self._flush()
        app = QCoreApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    @property
    def quiet(self) -> bool:
        """Tell whether no key is held back and no scan waits."""
        return not self._held and not self._queue and not self._draining

    def feed(self, text: str, source: str = "serial") -> None:
        """Take a whole code from elsewhere (a serial scanner, a camera, a hand); GUI thread."""
        cleaned = text.strip("\r\n\t ")
        if not cleaned:
            return
        aim, code = split_aim(cleaned)
        if self.options.separator and source == "keyboard":
            code = code.replace(self.options.separator, _GROUP_SEPARATOR)
        if self._was_heard(code):
            return
        self._queue.append(Scan(code[:MAX_CODE], aim, clock.now(), source))
        if not self._draining:
            self._draining = True
            QTimer.singleShot(0, self._drain)

    def _was_heard(self, code: str) -> bool:
        """Tell whether a code is that of an RFID tag which lies where it lay: its reader says it again and again."""
        heard = epc.read(code)
        if heard is None:
            return False
        now = time.monotonic()
        last = self._tags.get(heard)
        self._tags[heard] = now
        if len(self._tags) > _MOST_TAGS:
            self._tags = {tag: at for tag, at in self._tags.items() if now - at < self.options.tag_silence}
        return last is not None and now - last < self.options.tag_silence

    def feed_from_thread(self, text: str, source: str = "serial") -> None:
        """Take a whole code from another thread."""
        self._fed.emit(text, source)

    # -- the filter -----------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Every event of every widget comes by here: asking for its type makes an enum, its class is there already.
        if not isinstance(event, QInputEvent):
            return False
        kind = event.type()
        if kind == QEvent.Type.KeyPress:
            if self._replaying or not isinstance(watched, QWidget):
                return False
            return self._key(watched, event)  # type: ignore[arg-type]
        if kind == QEvent.Type.ShortcutOverride:
            if self._held and not self._replaying and self._belongs(event):  # type: ignore[arg-type]
                event.accept()
                return True
        elif kind == QEvent.Type.MouseButtonPress and self._held and not self._replaying:
            self._flush()
        return False

    def _belongs(self, event: QKeyEvent) -> bool:
        return bool(self._text(event)) or event.key() in _ENTERS or event.key() == Qt.Key.Key_Tab

    def _key(self, receiver: QWidget, event: QKeyEvent) -> bool:
        at = event.timestamp()
        if not at:
            self._flush()
            return False
        key = event.key()
        if key in _MODIFIERS:
            return False
        if self.trial is not None:
            return self.trial.take(event)
        if self._held and at - self._held[-1].at > self.options.gap_ms:
            self._flush()
        if event.isAutoRepeat() and not (self._held and at - self._held[-1].at <= _TWICE_MS):
            self._flush()
            return False
        text = self._text(event)
        if text:
            if not self._held:
                self._late = self._heart is not None and time.monotonic() - self._last_beat > _FROZEN_SECONDS
            if len(self._held) >= MAX_CODE:
                self._flush()
            self._held.append(_Held(event.clone(), receiver, text, at, wedge_keys.place(event)))
            self._arm()
            return True
        if self._held and self._is_suffix(event) and self._is_scan():
            self._emit()
            return True
        self._flush()
        return False

    def _text(self, event: QKeyEvent) -> str:
        """Return the character a key types, or nothing for a command."""
        modifiers = event.modifiers()
        alt, ctrl = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
        text = event.text()
        if len(text) != 1 or modifiers & Qt.KeyboardModifier.MetaModifier:
            return ""
        if text == _GROUP_SEPARATOR:
            return text if self._held else ""
        # Ctrl and Alt together are AltGr; either alone is a command.
        if not text.isprintable() or bool(modifiers & alt) != bool(modifiers & ctrl):
            return ""
        if self.options.key_positions:
            shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            return key_positions.char_at(wedge_keys.place(event), shift=shift) or text
        spoilt = self.options.repair_caps and text.isalpha() and wedge_keys.caps_lock(event)
        return text.swapcase() if spoilt else text

    def _is_suffix(self, event: QKeyEvent) -> bool:
        if event.text() == "\n" and event.key() not in _ENTERS:
            return "enter" in self.options.suffixes  # a line feed, which some scanners send as Ctrl+J
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return False
        if event.key() in _ENTERS:
            return "enter" in self.options.suffixes
        return event.key() == Qt.Key.Key_Tab and "tab" in self.options.suffixes

    def _is_scan(self) -> bool:
        text = "".join(held.text for held in self._held)
        if self.options.prefix:
            return text.startswith(self.options.prefix) and len(text) > len(self.options.prefix)
        if len(text) < self.options.min_length:
            # The shortest codes of the command sheet and the numbers of places are no accident of fast fingers.
            short = _DOCUMENT_NUMBER.fullmatch(text) is not None
            return short or commands.parse(text) is not None or places.is_own_number(text)
        return not self._late or has_check_digit(split_aim(text)[1])

    def _emit(self) -> None:
        text = self._repaired().removeprefix(self.options.prefix)
        self._held.clear()
        self._timer.stop()
        self.feed(text, "keyboard")

    def _repaired(self) -> str:
        """Return what is held, with digits read by their place when another layout made signs of all of them.

        A French keyboard makes ``'(-è_`` of 45678. Nobody types a line of nothing but such signs within milliseconds.
        """
        text = "".join(held.text for held in self._held)
        if any(char.isalnum() for char in text if char.isascii()):
            return text
        digits = [key_positions.digit_at(held.place) for held in self._held]
        return "".join(digits) if digits and all(digits) else text

    def _arm(self) -> None:
        self._armed_at = time.monotonic()
        self._timer.start(self.options.gap_ms)

    def _timed_out(self) -> None:
        # A late timer means that the window was busy: the rest of the burst may be waiting in the event queue.
        if time.monotonic() - self._armed_at > self.options.gap_ms / 1000 + 0.008:
            self._arm()
            return
        if not self.options.suffixes and self._is_scan():
            self._emit()
            return
        self._flush()

    def _flush(self) -> None:
        """Hand the held keys to where they were going: they were typed."""
        if not self._held:
            return
        held, self._held = self._held, []
        self._timer.stop()
        self._replaying = True
        try:
            for one in held:
                target = one.receiver if shiboken6.isValid(one.receiver) else QApplication.focusWidget()
                if target is not None:
                    QCoreApplication.sendEvent(target, one.event)
        finally:
            self._replaying = False

    def _drain(self) -> None:
        self._draining = False
        while self._queue:
            self.scanned.emit(self._queue.popleft())

    def _beat(self) -> None:
        self._last_beat = time.monotonic()
