"""Names as paper can take them: no control characters, known widths, known direction.

What a person typed or a file brought may hold anything; a printer executes control characters, so none may reach one.
"""

from __future__ import annotations

import unicodedata

_SPACES = {"\t", "\n", "\r", "\v", "\f", "\u2028", "\u2029", "\x85"}


def clean(text: str) -> str:
    """Compose the text (NFC), turn line breaks and tabs into spaces and drop every control and format character."""
    kept = []
    for char in unicodedata.normalize("NFC", text):
        if char in _SPACES:
            kept.append(" ")
        elif not unicodedata.category(char).startswith("C") and not "\ufe00" <= char <= "\ufe0f":
            kept.append(char)
    return "".join(kept)


def width(text: str) -> int:
    """Return how many columns a cleaned text takes: wide letters two, combining marks none."""
    return sum(char_width(char) for char in text)


def char_width(char: str) -> int:
    """Return the columns of one character."""
    if char.isascii():
        return 1
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap(text: str, columns: int) -> list[str]:
    """Break a cleaned text into lines of at most ``columns``, at spaces where it can; keeps a leading indent."""
    indent = text[: len(text) - len(text.lstrip(" "))][: columns // 2]
    lines: list[str] = []
    line = indent
    empty = True  # nothing but the indent stands on the line
    for word in text.split():
        piece = word if empty else " " + word
        if width(line) + width(piece) <= columns:
            line += piece
            empty = False
            continue
        if not empty:
            lines.append(line)
            line = indent
        for char in word:
            if width(line) + char_width(char) > columns:
                lines.append(line)
                line = indent
            line += char
        empty = False
    return [*lines, line]


def is_right_to_left(text: str) -> bool:
    """Tell whether the first letter that has a direction reads from right to left."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False
