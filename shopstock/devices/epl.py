"""Labels in EPL2 (Eltron, older Zebra): every label is one picture.

Each label states its width, length and gap. In its pictures a set bit is white. Printers of this language answer
nothing that could be relied on. Source: Zebra's EPL2 programmer's manual (N, q, Q, D, S, ZT, GW, P, xa).
"""

from __future__ import annotations

from PIL import Image

from shopstock.core import label_layout
from shopstock.devices import label_pieces, tspl
from shopstock.devices.label_settings import LabelPrinter

#: Lets the printer feed and measure its labels.
MEASURE = b"\r\nxa\r\n"


def format_of(image: Image.Image, printer: LabelPrinter, copies: int) -> bytes:
    """Return the commands that print a picture (black is 0) so many times."""
    wide, high = label_pieces.paper_dots(printer, image)
    gap = label_layout.dots_of(printer.gap, printer.dpi)
    lines = [
        "N",
        f"q{wide}",
        f"Q{high},{max(gap, 16) if printer.gap else 0}",
        *([f"S{printer.speed}"] if printer.speed else []),
        *([f"D{printer.darkness}"] if printer.darkness >= 0 else []),
        "ZT",
    ]
    row = (image.width + 7) // 8
    # An empty line first: it ends whatever stood half said in the printer.
    head = "\n".join(("", *lines, "")).encode("ascii")
    return head + b"GW0,0,%d,%d," % (row, image.height) + tspl.white_is_one(image) + b"\nP%d\n" % copies
