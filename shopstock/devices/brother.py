"""Labels for Brother QL printers, in their raster language.

The head of most has 720 dots, that of the wide ones 1,296; a row begins at the right edge of the tape. A page states
the tape that must be in the printer, so that a wrong one is refused instead of printed on. Source: Brother's raster
command reference for QL printers (ESC i a, ESC i z, ESC i M, ESC i K, ESC i d, g, FF, SUB, ESC i S).
"""

from __future__ import annotations

from PIL import Image, ImageChops, ImageOps

from shopstock.devices.label_settings import TAPES, LabelPrinter

_RESET = bytes(200) + b"\x1b@"
_HEAD, _WIDE_HEAD = 720, 1296
_FEED = 35


def format_of(image: Image.Image, printer: LabelPrinter, copies: int) -> bytes:
    """Return the pages that print a picture (black is 0) so many times, each a copy."""
    tape = TAPES[printer.tape]
    head = _WIDE_HEAD if tape.width > 62 else _HEAD
    high = tape.rows or max(image.height, printer.height * printer.dpi // 254)
    page = Image.new("1", (head, high), 255)
    page.paste(image.crop((0, 0, min(image.width, tape.dots), high)), (head - tape.dots - tape.margin, 0))
    bits = ImageChops.invert(ImageOps.mirror(page)).tobytes()
    across = head // 8
    rows = b"".join(
        b"g\0" + bytes((across,)) + bits[at : at + across] for at in range(0, len(bits), across)
    )  # fmt: skip
    media = bytes((0x8E if tape.rows else 0x86, 0x0B if tape.rows else 0x0A, tape.width, tape.length))
    out = bytearray(_RESET + b"\x1bia\x01")
    for copy in range(copies):
        out += b"\x1biz" + media + high.to_bytes(4, "little") + bytes((1 if copy else 0, 0))
        out += b"\x1biM" + bytes((0x40 if printer.cut else 0,))
        if printer.cut:
            out += b"\x1biA\x01"
        out += b"\x1biK" + bytes((0x08 if printer.cut else 0,))
        out += b"\x1bid" + (0 if tape.rows else _FEED).to_bytes(2, "little") + b"M\0" + rows
        out += b"\x1a" if copy == copies - 1 else b"\x0c"
    return bytes(out)
