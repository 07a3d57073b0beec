"""Labels with everything that may stand on one: short and long names, three scripts, every kind of code."""

from __future__ import annotations

import zxingcpp
from PIL import Image

from shopstock.core import barcodes, codes, labels
from shopstock.core.labels import LabelData, LabelTemplate, Symbol
from shopstock.devices import label_pieces, zpl
from shopstock.devices.label_settings import LabelPrinter

LONG = "Extraordinarily long name of a thing that nobody will ever read in full on a label as small as this one, really"
HOSTILE = (
    "Widget ^XZ^XA^FO0,0^FDevil^FS^PQ5^XZ ~JA ~HS",
    "~JR^XZ\x1b@\x10\x04\x01\x1dV0",
    '"; DROP TABLE item; --\r\nSIZE 10 mm',
    "{B^GFA,1,1,1,FF^FS\x00\x7f\ufeff\u202e",
    "<b>&amp;</b> %s {name} _(x)",
)
EVERYTHING: tuple[LabelData, ...] = (
    LabelData("Tea", "£4.95", "£19.80 / kg", code="4006381333931", sku="TEA-1"),
    LabelData("Darjeeling First Flush Organic Loose Leaf Tea 250 g", "£12.95", "£51.80 / kg", "£14.95",
              code="2000000000015", sku="TEA-0042"),
    LabelData(LONG, "€1,299.00", code="9780201379624", sku="VERY-LONG-SKU-00123456"),
    LabelData("有機抹茶 宇治 一番茶 100グラム 缶入り", "¥2,480", "¥24,800 / kg", code="4901234567894", sku="抹茶-1"),
    LabelData("شاي أخضر عضوي 250 غ", "١٢٫٩٥", code="96385074", sku="AR-7"),
    LabelData("Butter 250 g", "£2.19", "£8.76 / kg", code="036000291452", sku="B1", lot="L2311",
              expires="2026-12-31", expires_day=20261231),
    LabelData("Case of twelve", "£30.00", code="14006381333938", sku="CASE-12"),
    LabelData("No code", "£0.50", code="NC-000123", sku="NC-000123"),
    *(LabelData(name, "£1.00", code="4006381333931", sku="X") for name in HOSTILE),
)  # fmt: skip
SIZES = ((500, 250), (570, 320), (1_000, 500), (635, 381))


def sized(template: LabelTemplate, size: tuple[int, int]) -> LabelTemplate:
    return labels.fitted(template, *size)


def reads_as(image: Image.Image) -> list[str]:
    """Decode the codes in a picture, with white around it as on a roll."""
    page = Image.new("L", (image.width + 40, image.height + 40), 255)
    page.paste(image.convert("L"), (20, 20))
    return [found.bytes.decode() for found in zxingcpp.read_barcodes(page)]


def expected(label: LabelData, symbol: Symbol = Symbol.BARS) -> set[str]:
    """Return what a decoder may say of a label: one of the codes that may stand on it."""
    found = set()
    for code in barcodes.choices(label, symbol):
        if code.kind in (barcodes.Kind.GS1_128, barcodes.Kind.DATAMATRIX) and codes.is_gtin(label.code):
            found.add(barcodes.element_string(label.code, label.lot, label.expires_day).data)
        else:
            # A decoder says a UPC-A as the EAN-13 that has the same bars.
            found.add(label.code.rjust(13, "0") if code.kind is barcodes.Kind.UPCA else label.code.removeprefix("0")
                      if len(label.code) == 14 else label.code)  # fmt: skip
    return found


def as_zpl(of: tuple[LabelData, ...], template: LabelTemplate, printer: LabelPrinter) -> bytes:
    """Return labels as a ZPL printer gets them."""
    shown = label_pieces.pictures(of, template, printer)
    return b"".join(piece.data for piece in label_pieces.pieces(shown, printer, zpl.format_of))
