"""Labels in ZPL II: every label is one picture, so that no text of the shop ever reaches the printer's interpreter.

Each label is a whole format (``^XA … ^XZ``) that states its size, gap and orientation, because what a printer was told
before is not to be relied on. Pictures are packed (``:Z64:``) or written in hex for printers that cannot unpack.
"""

from __future__ import annotations

import base64
import binascii
import zlib

from PIL import Image, ImageChops

from shopstock.devices import label_pieces
from shopstock.devices.label_settings import LabelPrinter

#: Lets the printer feed and measure its labels.
MEASURE = b"~JC\r\n"


def format_of(image: Image.Image, printer: LabelPrinter, copies: int) -> bytes:
    """Return the format that prints a picture (black is 0) so many times."""
    row = (image.width + 7) // 8
    bits = ImageChops.invert(image).tobytes()
    if printer.compression == "hex":
        field = bits.hex().upper().encode()
    else:
        packed = base64.b64encode(zlib.compress(bits, 9))
        field = b":Z64:" + packed + b":%04X" % binascii.crc_hqx(packed, 0)
    wide, high = label_pieces.paper_dots(printer, image)
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
