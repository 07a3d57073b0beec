"""Lines and bar codes as one-bit images, for what a printer has no letters for.

The bundled fonts have Latin, Greek, Cyrillic, Arabic, Hebrew, Chinese, Japanese and Korean; fonts of the system are
asked for the rest. Letters are shaped and ordered by Raqm where the imaging library has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, features

from shopstock.core import paper_fonts, plain_text, reading_order

#: Dots from one line to the next, as printers feed by themselves.
LINE_DOTS = 30
BARCODE_DOTS = 64
#: Size of the monospaced font at which a letter is 12 dots wide.
_FONT_PER_COLUMN = 20 / 12


@lru_cache(maxsize=64)
def _font(number: int, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(paper_fonts.paths()[number], pixels)


@cache
def _blank(number: int) -> bytes:
    # What the font draws for a letter it does not have: a character that Unicode will never assign.
    return bytes(_font(number, 32).getmask("\U000fffff"))


@lru_cache(maxsize=4096)
def _font_number(char: str) -> int | None:
    for number in range(len(paper_fonts.paths())):
        mask = _font(number, 32).getmask(char)
        if char.isspace() or bytes(mask) not in (_blank(number), b""):
            return number
    return None


def can_draw(char: str) -> bool:
    """Tell whether some font has the letter."""
    return _font_number(char) is not None


def _runs(text: str) -> list[tuple[int, str]]:
    """Split a text into runs of one font each, in the order in which they stand from left to right."""
    numbers = {_font_number(char) for char in text if not char.isspace()} - {None}
    for number in range(len(paper_fonts.paths())):
        if numbers <= {number} or all(_has(number, char) for char in text):
            return [(number, text)]
    runs: list[tuple[int, str]] = []
    for char in text:
        number = _font_number(char) or 0
        if runs and (runs[-1][0] == number or char.isspace()):
            runs[-1] = (runs[-1][0], runs[-1][1] + char)
        else:
            runs.append((number, char))
    return runs[::-1] if plain_text.is_right_to_left(text) else runs


@lru_cache(maxsize=4096)
def _has(number: int, char: str) -> bool:
    return char.isspace() or bytes(_font(number, 32).getmask(char)) not in (_blank(number), b"")


def _shaped(text: str) -> str:
    """Return the text as it is handed to the imaging library: ordered here where it lacks Raqm."""
    return text if features.check("raqm") else reading_order.visual(text)


def text_line(
    cells: Sequence[tuple[int, str]], columns: int, dots: int, *, centred: bool, bold: bool, wide: bool, tall: bool
) -> Image.Image:
    """Draw one line of cells ``(column, text)`` as a one-bit image ``dots`` wide; black is 0.

    A text too wide for the space up to the next cell is drawn smaller, so that it never runs into a figure.
    """
    scale = 2 if wide else 1
    high = 2 if tall or wide else 1
    cell = dots * scale / columns
    image = Image.new("L", (dots, LINE_DOTS * scale), 255)
    for at, (column, text) in enumerate(cells):
        end = cells[at + 1][0] if at + 1 < len(cells) else columns // scale
        _draw_cell(image, text, (int(column * cell), int(end * cell)), cell, centred=centred, bold=bold)
    if high != scale:
        image = image.resize((dots, LINE_DOTS * high), Image.Resampling.NEAREST)
    return image.point(lambda shade: 255 if shade > 150 else 0).convert("1")


def _draw_cell(image: Image.Image, text: str, span: tuple[int, int], cell: float, *, centred: bool, bold: bool) -> None:
    draw = ImageDraw.Draw(image)
    pixels = max(6, int(cell * _FONT_PER_COLUMN))
    runs = _runs(text)
    room = span[1] - span[0]
    length = sum(draw.textlength(_shaped(run), font=_font(number, pixels)) for number, run in runs)
    if length > room:
        pixels = max(6, int(pixels * room / length))
        length = sum(draw.textlength(_shaped(run), font=_font(number, pixels)) for number, run in runs)
    x = span[0] + max(0.0, (room - length) / 2) if centred else float(span[0])
    baseline = image.height * 23 // LINE_DOTS
    for number, run in runs:
        font = _font(number, pixels)
        shaped = _shaped(run)
        draw.text((x, baseline), shaped, font=font, fill=0, anchor="ls")
        if bold:
            draw.text((x + 1, baseline), shaped, font=font, fill=0, anchor="ls")
        x += draw.textlength(shaped, font=font)


def barcode(bars: str, dots: int, height: int = BARCODE_DOTS) -> Image.Image | None:
    """Draw modules centred in an image ``dots`` wide, or return ``None`` when they would be too fine to be scanned."""
    size = module_dots(len(bars), dots)
    if size is None:
        return None
    image = Image.new("1", (dots, height), 255)
    draw = ImageDraw.Draw(image)
    left = (dots - len(bars) * size) // 2
    for at, bar in enumerate(bars):
        if bar == "1":
            draw.rectangle((left + at * size, 0, left + (at + 1) * size - 1, height - 1), fill=0)
    return image


def picture(content: bytes, dots: int) -> Image.Image:
    """Draw a picture (a PNG) centred in an image ``dots`` wide, made smaller where it is wider; black is 0."""
    with Image.open(BytesIO(content)) as kept:
        grey = kept.convert("L")
    if grey.width > dots:
        grey = grey.resize((dots, max(1, round(grey.height * dots / grey.width))), Image.Resampling.LANCZOS)
    page = Image.new("1", (dots, grey.height), 255)
    page.paste(grey.convert("1"), ((dots - grey.width) // 2, 0))
    return page


def module_dots(modules: int, dots: int) -> int | None:
    """Return how many dots a module may have with its quiet zones (3 or 2), or ``None`` if it does not fit."""
    return next((size for size in (3, 2) if (modules + 20) * size <= dots), None)
