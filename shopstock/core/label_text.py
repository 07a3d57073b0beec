"""What the elements of a label say, and lines of text by a measure of their width."""

from __future__ import annotations

from collections.abc import Callable

from shopstock.core import plain_text
from shopstock.core.labels import Element, LabelData, Part
from shopstock.core.text import _

#: Width in dots of a text in a size (height of the em square in dots), bold or not.
Measure = Callable[[str, int, bool], int]


def said(element: Element, label: LabelData) -> str:
    """Return what an element says of a label, as one line; empty where there is nothing to say."""
    match element.part:
        case Part.NAME:
            text = label.name
        case Part.PRICE:
            text = label.price
        case Part.OLD_PRICE:
            text = label.old_price
        case Part.UNIT_PRICE:
            text = label.unit_price
        case Part.SKU:
            text = label.sku
        case Part.LOT:
            text = _("Lot {lot}").format(lot=label.lot) if label.lot else ""
        case Part.EXPIRY:
            text = _("Use by {day}").format(day=label.expires) if label.expires else ""
        case Part.TEXT:
            text = element.text
        case Part.BARCODE:
            text = label.code
        case Part.PLACE:
            text = label.place
        case Part.PATH:
            text = label.path
    return " ".join(plain_text.clean(text).split())


def wrapped(measure: Measure, text: str, width: int, size: int, bold: bool) -> tuple[str, ...]:
    """Break a text into lines of at most ``width``: between words, around CJK letters, in words that are too long."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if measure((line + piece).strip(), size, bold) <= width:
            line += piece
            continue
        if line.strip():
            lines.append(line.strip())
        line = ""
        for char in piece.lstrip():
            if line and measure(line + char, size, bold) > width:
                lines.append(line)
                line = ""
            line += char
    return (*lines, line.strip())


def elided(measure: Measure, text: str, width: int, size: int, bold: bool) -> str:
    """Return as much of a text as fits, with "…" for the rest."""
    if measure(text, size, bold) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle].rstrip() + "…", size, bold) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip(" ,.-–") + "…"


def _pieces(text: str) -> list[str]:
    """Split a text where a line may end: before spaces, and around letters that are written without any."""
    pieces: list[str] = []
    for char in text:
        wide = plain_text.char_width(char) == 2
        after_wide = bool(pieces) and plain_text.char_width(pieces[-1][-1]) == 2 and plain_text.char_width(char) == 1
        if not pieces or char == " " or after_wide or (wide and char not in "、。，．！？」』）"):
            pieces.append(char)
        else:
            pieces[-1] += char
    return pieces
