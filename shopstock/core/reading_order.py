"""Text in the order in which it stands on paper, for whatever cannot shape letters by itself.

A small part of the Unicode bidirectional algorithm (UAX 9): one level of embedding, which is what names and figures on
a line need. Arabic letters get their joined shapes from the character database itself.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from shopstock.core import plain_text

_LAM = "\u0644"
_ALEFS = "\u0622\u0623\u0625\u0627"


def visual(text: str) -> str:
    """Return the letters from left to right as they stand on paper, Arabic ones in their joined shapes."""
    if not any(unicodedata.bidirectional(char) in ("R", "AL") for char in text):
        return text
    to_left = plain_text.is_right_to_left(text)
    pieces: list[tuple[bool, str]] = []
    for char, turned in _directions(_joined(text), to_left):
        if pieces and pieces[-1][0] == turned:
            pieces[-1] = (turned, pieces[-1][1] + char)
        else:
            pieces.append((turned, char))
    if to_left:
        pieces.reverse()
    return "".join(_mirrored(piece) if turned else piece for turned, piece in pieces)


def _directions(text: str, to_left: bool) -> list[tuple[str, bool]]:
    """Tell for each letter whether it runs to the left; neutral ones between two alike follow them, else the line."""
    known: list[bool | None] = []
    for char in text:
        kind = unicodedata.bidirectional(char)
        known.append(True if kind in ("R", "AL") else False if kind in ("L", "EN", "AN") else None)
    settled: list[tuple[str, bool]] = []
    for at, char in enumerate(text):
        direction = known[at]
        if direction is None:
            before = next((known[back] for back in range(at - 1, -1, -1) if known[back] is not None), to_left)
            after = next((found for found in known[at + 1 :] if found is not None), to_left)
            direction = before if before is not None and before == after else to_left
        settled.append((char, direction))
    return settled


def _mirrored(piece: str) -> str:
    pairs = {"(": ")", ")": "(", "[": "]", "]": "[", "<": ">", ">": "<", "{": "}", "}": "{", "«": "»", "»": "«"}
    return "".join(pairs.get(char, char) for char in reversed(piece))


@cache
def _shapes() -> dict[str, dict[str, str]]:
    """Return letter → its isolated, initial, medial and final shapes."""
    shapes: dict[str, dict[str, str]] = {}
    for code in [*range(0xFB50, 0xFDFE), *range(0xFE70, 0xFF00)]:
        kind, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        if kind in ("<isolated>", "<initial>", "<medial>", "<final>"):
            plain = "".join(chr(int(letter, 16)) for letter in letters)
            shapes.setdefault(plain, {}).setdefault(kind[1:-1], chr(code))
    return shapes


def _joined(text: str) -> str:
    """Give Arabic letters the shape that their neighbours ask for; lam and alef become one letter."""
    units: list[str] = []
    for char in text:
        if units and units[-1] == _LAM and char in _ALEFS:
            units[-1] += char
        else:
            units.append(char)
    return "".join(_shape(units, at) for at in range(len(units)))


def _shape(units: list[str], at: int) -> str:
    shapes = _shapes().get(units[at])
    if shapes is None:
        return units[at]
    before = at > 0 and "final" in shapes and "initial" in _shapes().get(units[at - 1], {})
    after = at + 1 < len(units) and "initial" in shapes and "final" in _shapes().get(units[at + 1], {})
    wanted = {(True, True): "medial", (True, False): "final", (False, True): "initial", (False, False): "isolated"}
    return shapes.get(wanted[before, after], units[at])
