"""Labels in ZPL II: every label is one picture, so that no text of the shop ever reaches the printer's interpreter.

Each label is a whole format (``^XA … ^XZ``) that states its size, gap and orientation, because what a printer was told
before is not to be relied on. Pictures are packed (``:Z64:``) or written in hex for printers that cannot unpack.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from PIL import Image, ImageChops

from shopstock.core import label_layout, labels
from shopstock.core.labels import LabelData, LabelTemplate, Part
from shopstock.core.papers import TestPage
from shopstock.core.text import _
from shopstock.devices import label_bitmap
from shopstock.devices.label_settings import LabelPrinter

#: So many copies are asked for at once: what a printer has taken cannot be called back.
COPIES_AT_ONCE = 10


class Piece(NamedTuple):
    """A part of a job: ``labels`` come out of these bytes. ``missing`` are letters or codes that are not on them."""

    data: bytes
    labels: int
    missing: tuple[str, ...] = ()


def pieces(of: Iterable[LabelData], template: LabelTemplate, printer: LabelPrinter, start: int = 0) -> Iterator[Piece]:
    """Yield labels one by one, without the first ``start`` of them, each drawn when it is asked for.

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
            yield Piece(format_of(drawn.image, printer, now), now, missing)
            copies -= now


def test_label(page: TestPage, printer: LabelPrinter) -> Piece:
    """Return the label that shows whether a printer is set up right: a frame at the very edges and a bar code."""
    size = labels.size_text(printer.width, printer.height)
    template = LabelTemplate(
        "test",
        (
            labels.Element(Part.NAME, bold=True, lines=1),
            labels.Element(Part.TEXT, text=_("{size} mm, {dpi} dpi").format(size=size, dpi=printer.dpi), lines=1),
            labels.Element(Part.BARCODE, align=labels.Align.CENTRE),
        ),
        printer.width,
        printer.height,
        frame=True,
    )
    name = page.shop_name or _("Test page")
    return Piece(
        format_of(label_bitmap.draw(template, LabelData(name, code="TEST-123"), printer.dpi).image, printer, 1), 1
    )


def format_of(image: Image.Image, printer: LabelPrinter, copies: int) -> bytes:
    """Return the format that prints a picture (black is 0) so many times."""
    row = (image.width + 7) // 8
    bits = ImageChops.invert(image).tobytes()
    if printer.compression == "hex":
        field = bits.hex().upper().encode()
    else:
        packed = base64.b64encode(zlib.compress(bits, 9))
        field = b":Z64:" + packed + b":%04X" % binascii.crc_hqx(packed, 0)
    wide = max(image.width, label_layout.dots_of(printer.width, printer.dpi))
    high = max(image.height, label_layout.dots_of(printer.height, printer.dpi))
    darkness = b"~SD%02d" % printer.darkness if printer.darkness >= 0 else b""
    speed = b"^PR%d" % printer.speed if printer.speed else b""
    media = b"^MNY" if printer.gap else b"^MNN"
    return (
        darkness
        + b"^XA^PW%d^LL%d%s%s^PON^PMN^LRN^LH0,0" % (wide, high, media, speed)
        + b"^FO0,0^GFA,%d,%d,%d," % (len(field) if printer.compression == "hex" else len(bits), len(bits), row)
        + field
        + b"^FS^PQ%d,0,0,N^XZ\r\n" % copies
    )
