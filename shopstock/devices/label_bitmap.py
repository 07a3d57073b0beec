"""Draw labels as one-bit images: once, in the dots of the print head, without scaling and without dithering.

Text is set in Inter and, for letters that it lacks, in the bundled fonts of papers and those of the system.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont, features

from shopstock import resources
from shopstock.core import label_layout, paper_fonts, plain_text, reading_order
from shopstock.core.label_layout import Layout
from shopstock.core.labels import LabelData, LabelTemplate


@cache
def _paths(bold: bool) -> tuple[Path, ...]:
    own = resources.path("fonts", "Inter-SemiBold.otf" if bold else "Inter-Medium.otf")
    second = resources.path("fonts", "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
    _mono, *others = paper_fonts.paths()
    return (own, second, *others)


@lru_cache(maxsize=256)
def _font(number: int, bold: bool, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_paths(bold)[number], pixels)


@cache
def _blank(number: int, bold: bool) -> bytes:
    # What the font draws for a letter it does not have: a character that Unicode will never assign.
    return bytes(_font(number, bold, 32).getmask("\U000fffff"))


@lru_cache(maxsize=8192)
def _has(number: int, bold: bool, char: str) -> bool:
    return bytes(_font(number, bold, 32).getmask(char)) not in (_blank(number, bold), b"")


@lru_cache(maxsize=8192)
def _font_of(char: str, bold: bool) -> int | None:
    return next((number for number in range(len(_paths(bold))) if _has(number, bold, char)), None)


class _Run(NamedTuple):
    font: int
    text: str


@lru_cache(maxsize=2048)
def _runs(text: str, bold: bool) -> tuple[_Run, ...]:
    """Split a text into runs of one font each, as they stand from left to right; unknown letters become ``?``."""
    shaped = features.check("raqm")
    whole = text if shaped else reading_order.visual(text)
    if shaped and any(unicodedata.bidirectional(char) in ("R", "AL") for char in text):
        # One font for all of it, where there is one: the spaces between its directions come out right.
        for number in range(len(_paths(bold))):
            if all(char.isspace() or _has(number, bold, char) for char in text):
                return (_Run(number, text),)
    runs: list[_Run] = []
    for char in whole:
        joins = char.isspace() or plain_text.char_width(char) == 0
        found = (runs[-1].font if runs else 0) if joins else _font_of(char, bold)
        number, letter = (0, "?") if found is None else (found, char)
        if runs and runs[-1].font == number:
            runs[-1] = _Run(number, runs[-1].text + letter)
        else:
            runs.append(_Run(number, letter))
    return tuple(reversed(runs) if shaped and plain_text.is_right_to_left(text) else runs)


@lru_cache(maxsize=8192)
def measure(text: str, size: int, bold: bool) -> int:
    """Return how many dots wide a text is."""
    return -int(-sum(_font(number, bold, size).getlength(run) for number, run in _runs(text, bold)) // 1)


def missing(label: LabelData) -> tuple[str, ...]:
    """Return the letters of a name that no font has."""
    letters = plain_text.clean(label.name)
    drawn = (char for char in letters if not char.isspace() and plain_text.char_width(char))
    return tuple(sorted({char for char in drawn if _font_of(char, True) is None}))


class Drawn(NamedTuple):
    """A label as an image of one bit a dot (black is 0), and how it was laid out."""

    image: Image.Image
    layout: Layout


def draw(template: LabelTemplate, label: LabelData, dpi: int) -> Drawn:
    """Draw one label in its own size; ``template`` has one (see ``core.labels.fitted``)."""
    page = label_layout.layout(template, label, dpi, measure)
    # Grey is drawn apart and cut to black and white: bars stay exactly what they are.
    image = Image.new("L", (max(page.width, 1), max(page.height, 1)), 255)
    pen = ImageDraw.Draw(image)
    for text in page.words:
        x = float(text.x)
        for number, run in _runs(text.text, text.bold):
            font = _font(number, text.bold, text.size)
            pen.text((x, text.y), run, font=font, fill=0, anchor="ls")
            x += font.getlength(run)
    bits = image.point(lambda shade: 255 if shade > 140 else 0).convert("1", dither=Image.Dither.NONE)
    pen = ImageDraw.Draw(bits)
    for bar in page.bars:
        pen.rectangle((bar.x, bar.y, bar.x + bar.width - 1, bar.y + bar.height - 1), fill=0)
    return Drawn(bits, page)
