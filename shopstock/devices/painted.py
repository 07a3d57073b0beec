"""Papers as pictures, for any printer that the system has a driver for: an office printer, a DYMO.

The pictures are drawn here, dot for dot as a receipt printer would print them; putting them on paper is the matter of
whoever has the system's printers at hand (:func:`use`), since this layer knows no window toolkit. Nothing comes back
from such a printer: what it took is sent, never confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from PIL import Image, ImageDraw

from shopstock.core import barcodes, code128, paper_layout
from shopstock.core.paper_layout import (
    LARGE,
    TALL,
    Code128,
    Ean13,
    Gap,
    Logo,
    Pair,
    Pulse,
    Rule,
    Ruler,
    Table,
    Text,
)
from shopstock.core.papers import Paper
from shopstock.devices import escpos, page_settings, paper_lines, profiles, raster
from shopstock.devices.page_settings import PagePrinter
from shopstock.devices.status import Reason

#: Dots an inch of the pictures: those of a receipt printer.
DPI = 203
_MARGIN = 100


class Page(NamedTuple):
    """A picture (black is 0) to be put at the top left of a page, ``dpi`` dots an inch, so many times."""

    image: Image.Image
    dpi: int
    copies: int = 1


class Size(NamedTuple):
    """The size of a page and the margin around the picture, in 1/10 mm."""

    width: int
    height: int
    margin: int = 0


#: Puts pages on a printer of this name; returns what went wrong.
Painter = Callable[[str, Sequence[tuple[Page, Size]]], Reason]
_painter: Painter | None = None


def use(painter: Painter | None) -> None:
    """Let this put pages on the system's printers from now on."""
    global _painter
    _painter = painter


def paint(printer: str, pages: Sequence[tuple[Page, Size]]) -> Reason:
    """Put pages on a printer of the system; return what went wrong."""
    return Reason.NO_WINDOW if _painter is None else _painter(printer, pages)


def pages(
    paper: Paper, printer: PagePrinter, pictures: Mapping[str, bytes] | None = None
) -> tuple[list[tuple[Page, Size]], tuple[str, ...]]:
    """Draw a paper as the pages of a printer; return them and the letters that no font has."""
    profile = profiles.PROFILES["epson-58" if printer.paper == "roll-58" else "epson-80"]
    strips, missing = _strips(paper, profile, pictures or {})
    width, height = page_settings.PAPERS[printer.paper]
    if not height:
        whole = _stacked(strips, profile.dots)
        length = round(whole.height * 254 / DPI) + 80  # a last centimetre to tear it off
        return [(Page(whole, DPI), Size(width, length))], missing
    room = (height - 2 * _MARGIN) * DPI // 254
    sheets: list[list[Image.Image]] = [[]]
    used = 0
    for strip in strips:
        if used + strip.height > room and sheets[-1]:
            sheets.append([])
            used = 0
        sheets[-1].append(strip)
        used += strip.height
    size = Size(width, height, _MARGIN)
    return [(Page(_stacked(sheet, profile.dots), DPI), size) for sheet in sheets], missing


def _stacked(strips: Sequence[Image.Image], dots: int) -> Image.Image:
    whole = Image.new("1", (dots, max(1, sum(strip.height for strip in strips))), 255)
    top = 0
    for strip in strips:
        whole.paste(strip, (0, top))
        top += strip.height
    return whole


def _strips(
    paper: Paper, profile: profiles.Profile, pictures: Mapping[str, bytes]
) -> tuple[list[Image.Image], tuple[str, ...]]:
    printable = escpos.Printable(profile)
    out: list[Image.Image] = []

    def text(line: paper_lines.Line) -> None:
        wide, tall = line.size == LARGE, line.size in (TALL, LARGE)
        out.append(
            raster.text_line(
                line.cells, profile.columns, profile.dots, centred=line.centred, bold=line.bold, wide=wide, tall=tall
            )
        )

    def bars(modules: str, words: str) -> None:
        image = raster.barcode(modules, profile.dots)
        if image is not None:
            out.append(image)
        for line in paper_lines.text_lines(Text(words, centred=True), profile.columns, words):
            text(line)

    for block in paper_layout.layout(paper):
        match block:
            case Text() | Pair() | Table():
                for line in paper_lines.lines_of(block, profile.columns, printable):
                    text(line)
            case Rule() | Ruler():
                strip = Image.new("1", (profile.dots, raster.LINE_DOTS // 2), 255)
                ImageDraw.Draw(strip).line((0, 7, profile.dots, 7), fill=0, width=2)
                out.append(strip)
            case Gap():
                out.append(Image.new("1", (profile.dots, raster.LINE_DOTS), 255))
            case Code128(data) if code128.is_encodable(data):
                bars(code128.modules(data), data)
            case Ean13(digits):
                bars(barcodes.ean13(digits).rows[0], digits)
            case Logo(picture) if picture in pictures:
                out.append(raster.picture(pictures[picture], profile.dots))
            case _:
                pass
    return out, tuple(dict.fromkeys(printable.missing))


def opens_drawer(paper: Paper) -> bool:
    """Tell whether a paper is nothing but a pulse for the drawer, which no printer behind a driver can send."""
    return all(isinstance(block, Pulse) for block in paper_layout.layout(paper))
