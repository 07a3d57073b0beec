"""Characters by the place of their key, for scanners that type through another keyboard layout than the computer's.

A scanner presses the keys of a US keyboard unless it was told otherwise; what the computer makes of them depends on its
own layout. The places are those of the main block and the number pad. Sources: Linux input event codes (X11 adds 8) and
the scan codes of PC keyboards, which are the same numbers for these keys.
"""

from __future__ import annotations

_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
)
_PLAIN = {first + at: char for first, plain, _shifted in _ROWS for at, char in enumerate(plain)} | {57: " "}
_SHIFTED = {first + at: char for first, _plain, shifted in _ROWS for at, char in enumerate(shifted)} | {57: " "}
_PAD = {71: "7", 72: "8", 73: "9", 74: "-", 75: "4", 76: "5", 77: "6", 78: "+", 79: "1", 80: "2", 81: "3", 82: "0",
        83: "."}  # fmt: skip


def char_at(key: int, *, shift: bool = False) -> str:
    """Return what a key of a US keyboard types, empty for one that types nothing. ``key`` is its event code."""
    return _PAD.get(key) or (_SHIFTED if shift else _PLAIN).get(key, "")


def digit_at(key: int) -> str:
    """Return the digit on a key of the upper row or of the number pad, empty for other keys; Shift does not matter."""
    found = char_at(key)
    return found if found.isdigit() else ""
