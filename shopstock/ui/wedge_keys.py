"""What a key event says beyond its character: the place of its key, and Caps Lock; and the trial of a scanner.

Qt hands through what the system knows: under X11 a key's number is its event code and 8, on Windows it is the scan code
of the keyboard; the modifiers of the system tell Caps Lock under X11, on Windows the system is asked.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent

from shopstock.core.scanner_trial import Key

_X11_OFFSET = 8
_X11_CAPS = 0x2
_VK_CAPITAL = 0x14
_ENDS = {Qt.Key.Key_Return: "enter", Qt.Key.Key_Enter: "enter", Qt.Key.Key_Tab: "tab"}
#: By then a scan is over: no scanner pauses so long.
_OVER_MS = 350


def place(event: QKeyEvent) -> int:
    """Return the event code of the key, 0 when the system does not say."""
    number = event.nativeScanCode()
    return number if sys.platform == "win32" else max(0, number - _X11_OFFSET)


def caps_lock(event: QKeyEvent) -> bool:
    """Tell whether Caps Lock was on when a key was pressed."""
    if sys.platform == "win32":
        return bool(ctypes.windll.user32.GetKeyState(_VK_CAPITAL) & 1)
    return bool(event.nativeModifiers() & _X11_CAPS)


class Trial(QObject):
    """Takes every key while a scanner is being set up; ``captured`` gets the keys of one scan after the other."""

    def __init__(self, captured: Callable[[list[Key]], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._captured = captured
        self._keys: list[Key] = []
        self._over = QTimer(self)
        self._over.setSingleShot(True)
        self._over.timeout.connect(self.finish)

    def take(self, event: QKeyEvent) -> bool:
        """Take a key; Escape goes on to whoever ends the trial."""
        if event.key() == Qt.Key.Key_Escape:
            return False
        end = _ENDS.get(Qt.Key(event.key()), "")
        if end or event.text():
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            text = "" if end else event.text()
            self._keys.append(Key(text, place(event), shift, caps_lock(event), event.timestamp(), end))
        if end:
            self.finish()
        else:
            self._over.start(_OVER_MS)
        return True

    def finish(self) -> None:
        """Hand over what is held as one scan."""
        self._over.stop()
        keys, self._keys = self._keys, []
        if keys:
            self._captured(keys)
