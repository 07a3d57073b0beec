"""Text and bar codes in PDF pages: embedded Unicode fonts, the first that has a letter wins; text is never markup."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from shopstock import resources
from shopstock.core import paper_fonts, reading_order

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

MM = 72 / 25.4


@cache
def fonts() -> tuple[tuple[str, Any], ...]:
    """Register the fonts of papers; return name and letter table of each, the first that has a letter wins."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    found = []
    # On a page there is no grid of columns: the proportional font reads better than the printer's monospaced one.
    _mono, *others = paper_fonts.paths()
    for number, path in enumerate(others):
        try:
            font = TTFont(f"paper-{number}", str(path))
        except TTFError:  # a font of the system in a form that cannot be embedded
            continue
        pdfmetrics.registerFont(font)
        found.append((f"paper-{number}", font.face.charToGlyph))
    bold = TTFont("paper-bold", str(resources.path("fonts", "DejaVuSans-Bold.ttf")))
    pdfmetrics.registerFont(bold)
    return tuple(found)


@cache
def _bold_letters() -> Any:
    from reportlab.pdfbase import pdfmetrics

    fonts()
    return pdfmetrics.getFont("paper-bold").face.charToGlyph


def _runs(text: str, bold: bool) -> list[tuple[str, str]]:
    """Split a text into runs ``(font, text)`` from left to right."""
    runs: list[tuple[str, str]] = []
    for char in reading_order.visual(text):
        font = _font_of(char, bold)
        font, letter = (font, char) if font is not None else ("paper-0", "?")
        if runs and runs[-1][0] == font:
            runs[-1] = (font, runs[-1][1] + letter)
        else:
            runs.append((font, letter))
    return runs


def _font_of(char: str, bold: bool) -> str | None:
    if bold and ord(char) in _bold_letters():
        return "paper-bold"
    return next((name for name, letters in fonts() if ord(char) in letters), None)


def length(text: str, size: float, bold: bool) -> float:
    """Return how many points wide a text is."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return sum(float(stringWidth(run, font, size)) for font, run in _runs(text, bold))


def draw(canvas: Canvas, x: float, y: float, text: str, size: float, bold: bool) -> None:
    """Draw a text from ``x`` on, ``y`` being its baseline."""
    for font, run in _runs(text, bold):
        canvas.setFont(font, size)
        canvas.drawString(x, y, run)
        x += length(run, size, bold)


def wrapped(text: str, room: float, size: float, bold: bool) -> list[str]:
    """Break a text into lines of at most ``room`` points, at spaces where it can."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        candidate = f"{line} {word}" if line else word
        if length(candidate, size, bold) <= room:
            line = candidate
            continue
        if line:
            lines.append(line)
        line = ""
        for char in word:
            if line and length(line + char, size, bold) > room:
                lines.append(line)
                line = ""
            line += char
    return [*lines, line]


def bars(data: str, room: float, height: float) -> Any:
    """Return Code 128 to draw, or ``None`` when the text has other letters or does not fit into ``room`` points."""
    from reportlab.graphics.barcode.code128 import Code128

    if not data or not all(" " <= char <= "~" for char in data):
        return None
    for module in (0.33 * MM, 0.25 * MM):
        drawn = Code128(data, barWidth=module, barHeight=height, quiet=True, lquiet=10 * module, rquiet=10 * module)
        if drawn.width <= room:
            return drawn
    return None
