"""Put pages on the printers that the system has drivers for, from whichever thread serves the printer.

The picture keeps its size in millimetres whatever the resolution of the printer, and its bars are not smoothed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from shopstock.devices import painted
from shopstock.devices.painted import Page, Size
from shopstock.devices.status import Reason

_INCH = 254  # in 1/10 mm


def install() -> None:
    """Serve addresses like ``printer://NAME`` through Qt from now on."""
    painted.use(paint)


def named(name: str) -> QPrinter | None:
    """Return the system's printer of this name, or ``None`` when it has none."""
    info = QPrinterInfo.printerInfo(name)
    return None if info.isNull() else QPrinter(info, QPrinter.PrinterMode.HighResolution)


def names() -> list[str]:
    """Return the names of the system's printers."""
    return QPrinterInfo.availablePrinterNames()


def paint(
    name: str, pages: Sequence[tuple[Page, Size]], find: Callable[[str], QPrinter | None] = named
) -> Reason:  # fmt: skip
    """Put pages on the printer called ``name``; return what went wrong. Success means that the system took them."""
    printer = find(name)
    if printer is None:
        return Reason.UNREACHABLE
    printer.setFullPage(True)
    painter = QPainter()
    for page, size in pages:
        for _copy in range(page.copies):
            layout = _layout(size)
            if not painter.isActive():
                printer.setPageLayout(layout)
                if not painter.begin(printer):
                    return Reason.PRINTER_ERROR
            else:
                printer.setPageLayout(layout)
                if not printer.newPage():
                    painter.end()
                    return Reason.PRINTER_ERROR
            _draw(painter, printer, page, size)
    painter.end()
    failed = (QPrinter.PrinterState.Aborted, QPrinter.PrinterState.Error)
    return Reason.PRINTER_ERROR if printer.printerState() in failed else Reason.NONE


def _layout(size: Size) -> QPageLayout:
    paper = QPageSize(
        QSizeF(size.width / 10, size.height / 10), QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.FuzzyMatch
    )
    return QPageLayout(paper, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))


def _draw(painter: QPainter, printer: QPrinter, page: Page, size: Size) -> None:
    grey = page.image.convert("L")
    picture = QImage(grey.tobytes(), grey.width, grey.height, grey.width, QImage.Format.Format_Grayscale8)
    dots = printer.resolution() / _INCH
    margin = size.margin * dots
    scale = printer.resolution() / page.dpi
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(QRectF(margin, margin, grey.width * scale, grey.height * scale), picture.copy())
