"""Labels in TSPL (TSC, Xprinter, Munbyn, iDPRT and many others): every label is one picture.

Each label states size, gap, direction and reference point, because what a printer was told before is not to be relied
on. In its pictures a set bit is white. Source: TSC's programming manual (SIZE, GAP, BITMAP, PRINT, GAPDETECT).
"""

from __future__ import annotations

from PIL import Image

from shopstock.devices.label_settings import LabelPrinter

#: Lets the printer feed and measure its labels.
MEASURE = b"GAPDETECT\r\n"


def format_of(image: Image.Image, printer: LabelPrinter, copies: int) -> bytes:
    """Return the commands that print a picture (black is 0) so many times."""
    lines = [
        f"SIZE {_mm(printer.width)} mm,{_mm(printer.height)} mm",
        f"GAP {_mm(printer.gap)} mm,0 mm",
        *([f"SPEED {printer.speed}"] if printer.speed else []),
        *([f"DENSITY {printer.darkness}"] if printer.darkness >= 0 else []),
        "DIRECTION 0,0",
        "REFERENCE 0,0",
        "CLS",
    ]
    row = (image.width + 7) // 8
    head = "".join(f"{line}\r\n" for line in lines).encode("ascii")
    return head + b"BITMAP 0,0,%d,%d,0," % (row, image.height) + white_is_one(image) + b"\r\nPRINT 1,%d\r\n" % copies


def white_is_one(image: Image.Image) -> bytes:
    """Return the bits of a picture, rows filled up with white to whole bytes."""
    wide = (image.width + 7) // 8 * 8
    if wide == image.width:
        return image.tobytes()
    filled = Image.new("1", (wide, image.height), 255)
    filled.paste(image, (0, 0))
    return filled.tobytes()


def _mm(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)
