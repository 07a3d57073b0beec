"""Labels cut into pieces that a printer gets one by one, whatever its language; the calibration label."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from PIL import Image, ImageDraw

from shopstock.core import label_layout, labels
from shopstock.core.labels import LabelData, LabelTemplate, Part
from shopstock.core.papers import TestPage
from shopstock.core.text import _
from shopstock.devices import label_bitmap
from shopstock.devices.label_settings import LabelPrinter

#: So many copies are asked for at once: what a printer has taken cannot be called back.
COPIES_AT_ONCE = 10

#: Makes the bytes that print a picture (black is 0) on a printer so many times.
FormatOf = Callable[[Image.Image, LabelPrinter, int], bytes]


class Piece(NamedTuple):
    """A part of a job: ``labels`` come out of these bytes. ``missing`` are letters or codes that are not on them."""

    data: bytes
    labels: int
    missing: tuple[str, ...] = ()


class Picture(NamedTuple):
    """A label as it is printed: its picture, how often, and what is not on it."""

    image: Image.Image
    copies: int
    missing: tuple[str, ...] = ()


def pictures(
    of: Iterable[LabelData], template: LabelTemplate, printer: LabelPrinter, start: int = 0
) -> Iterator[Picture]:
    """Yield the labels one by one, without the first ``start`` of them, each drawn when it is asked for.

    ``template`` has a size that fits the paper (``core.labels.fitted``).
    """
    for label in of:
        copies = max(0, label.copies - start)
        start = max(0, start - label.copies)
        if not copies:
            continue
        drawn = label_bitmap.draw(template, label, printer.dpi)
        missing = label_bitmap.missing(label)
        if Part.BARCODE in drawn.layout.omitted:
            missing = (*missing, label.code)
        while copies:
            now = min(copies, COPIES_AT_ONCE)
            yield Picture(shifted(drawn.image, printer), now, missing)
            copies -= now


def pieces(shown: Iterable[Picture], printer: LabelPrinter, format_of: FormatOf) -> Iterator[Piece]:
    """Yield the bytes of each picture."""
    for picture in shown:
        yield Piece(format_of(picture.image, printer, picture.copies), picture.copies, picture.missing)


def shifted(image: Image.Image, printer: LabelPrinter) -> Image.Image:
    """Return a picture moved by the printer's offsets; what leaves the label is gone."""
    right, down = (round(offset * printer.dpi / 254) for offset in (printer.offset_x, printer.offset_y))
    if not right and not down:
        return image
    moved = Image.new("1", image.size, 255)
    moved.paste(image, (right, down))
    return moved


def test_label(page: TestPage, printer: LabelPrinter) -> Picture:
    """Return the label that shows whether a printer is set up right.

    A frame at the very edges, rulers in millimetres along the top and the left, and the code of the test page.
    """
    size = labels.size_text(printer.width, printer.height)
    template = LabelTemplate(
        "test",
        (
            labels.Element(Part.NAME, bold=True, lines=1, align=labels.Align.CENTRE),
            labels.Element(
                Part.TEXT, text=_("{size} mm, {dpi} dpi").format(size=size, dpi=printer.dpi), lines=1,
                align=labels.Align.CENTRE,
            ),
            labels.Element(Part.BARCODE, align=labels.Align.CENTRE),
        ),
        printer.width,
        printer.height,
        frame=True,
        margin=35,
    )  # fmt: skip
    name = page.shop_name or _("Test page")
    image = label_bitmap.draw(template, LabelData(name, code=page.code), printer.dpi).image.copy()
    _rule(image, printer.dpi)
    return Picture(shifted(image, printer), 1)


def _rule(image: Image.Image, dpi: int) -> None:
    pen = ImageDraw.Draw(image)
    dot = max(1, dpi // 200)
    for millimetre in range(1, max(image.width, image.height) * 254 // (dpi * 10) + 1):
        at = round(millimetre * dpi * 10 / 254)
        length = round((2.5 if millimetre % 10 == 0 else 1.5 if millimetre % 5 == 0 else 0.8) * dpi * 10 / 254)
        pen.rectangle((at, 0, at + dot - 1, length), fill=0)
        pen.rectangle((0, at, length, at + dot - 1), fill=0)


def paper_dots(printer: LabelPrinter, image: Image.Image) -> tuple[int, int]:
    """Return width and height of the paper in dots, never less than the picture's."""
    wide = max(image.width, label_layout.dots_of(printer.width, printer.dpi))
    return wide, max(image.height, label_layout.dots_of(printer.height, printer.dpi))
