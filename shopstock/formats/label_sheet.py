"""Labels on sheets as PDF: vector bars, embedded fonts, from any label of the first sheet on, moved by an offset.

Every printer feeds a little differently: the calibration page shows by how much, and the offset takes it back.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from shopstock.core import label_layout, labels
from shopstock.core.labels import LabelData, LabelJob, LabelTemplate, Sheet, SheetOptions
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import format_scaled
from shopstock.formats import pdf_text

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

#: Points in 1/1000 mm, and in a dot of the layout.
_POINT = 72 / 25_400
_DOT = 10 * _POINT
#: Labels further off than this come from a wrong sheet, not from a printer's feed.
MOST_OFFSET = 200


def write(job: LabelJob, options: SheetOptions) -> bytes:
    """Return the labels as a PDF file; raise ``Refused`` when they are larger than those of the sheet."""
    sheet = _checked(options)
    template = labels.fitted(labels.from_json(job.template), sheet.width // 100, sheet.height // 100)
    out = BytesIO()
    canvas = _canvas(out, sheet, _("Labels"))
    place = options.start - 1
    for label in job.labels:
        for _copy in range(label.copies):
            if place == sheet.places:
                canvas.showPage()
                place = 0
            _draw(canvas, template, label, _corner(sheet, place, options))
            place += 1
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def calibration(options: SheetOptions) -> bytes:
    """Return the page that shows where the labels of a sheet come to lie, with rulers to read the offset from."""
    sheet = _checked(options)
    out = BytesIO()
    canvas = _canvas(out, sheet, _("Calibration"))
    canvas.setLineWidth(0.3)
    wide, high = sheet.width * _POINT, sheet.height * _POINT
    for place in range(sheet.places):
        x, y = _corner(sheet, place, options)
        canvas.setDash(1, 2)
        canvas.rect(x, y - high, wide, high)
        canvas.setDash()
        number = str(place + 1)
        pdf_text.draw(canvas, x + wide - 4 - pdf_text.length(number, 7, False), y - 10, number, 7, False)
    x, y = _corner(sheet, sheet.columns + 1, options)
    _rulers(canvas, x, y)
    words = (
        _("Print at 100 %, without fitting to the page. Hold this page and a sheet of labels against the light."),
        _("Where the edge of a label crosses the rulers is your offset: {x} mm and {y} mm were used here.").format(
            x=format_scaled(options.offset_x, 1), y=format_scaled(options.offset_y, 1)
        ),
    )
    for line, text in enumerate(words):
        size = 7.0
        width = sheet.page[0] * _POINT
        while size > 4 and pdf_text.length(text, size, False) > width - 40:
            size -= 0.25
        pdf_text.draw(canvas, 20, 18 - 9 * line, text, size, False)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _rulers(canvas: Canvas, x: float, y: float) -> None:
    """Draw a ruler of millimetres through a corner of a label, along both of its edges."""
    canvas.setLineWidth(0.4)
    for step in range(-5, 6):
        at = step * 1_000 * _POINT
        long = 6.0 if step % 5 == 0 else 3.5
        canvas.line(x + at, y - long, x + at, y + long)
        canvas.line(x - long, y + at, x + long, y + at)
    canvas.line(x - 5_000 * _POINT, y, x + 5_000 * _POINT, y)
    canvas.line(x, y - 5_000 * _POINT, x, y + 5_000 * _POINT)
    pdf_text.draw(canvas, x + 5_200 * _POINT, y - 2, "+5 mm →", 5, False)
    pdf_text.draw(canvas, x + 3, y - 6_800 * _POINT, "+5 mm ↓", 5, False)


def _checked(options: SheetOptions) -> Sheet:
    sheet = labels.sheet_of(options.sheet)
    if not 1 <= options.start <= sheet.places:
        raise Refused(_("A sheet {name} has labels 1 to {count}. Start at one of them.").format(
            name=sheet.name, count=sheet.places
        ))  # fmt: skip
    if max(abs(options.offset_x), abs(options.offset_y)) > MOST_OFFSET:
        raise Refused(_("An offset is at most {mm} mm. Check that it is the right sheet.").format(mm=MOST_OFFSET // 10))
    return sheet


def _canvas(out: BytesIO, sheet: Sheet, title: str) -> Canvas:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(out, pagesize=(sheet.page[0] * _POINT, sheet.page[1] * _POINT), invariant=1)
    canvas.setTitle(title)
    canvas.setCreator("shopstock")
    # A viewer must not fit the page to the paper: labels would creep off their sheet.
    canvas.setViewerPreference("PrintScaling", "None")
    return canvas


def _corner(sheet: Sheet, place: int, options: SheetOptions) -> tuple[float, float]:
    """Return the top left corner of a label in points from the bottom left of the page."""
    row, column = divmod(place, sheet.columns)
    x = sheet.left + column * sheet.pitch_x + options.offset_x * 100
    y = sheet.page[1] - sheet.top - row * sheet.pitch_y - options.offset_y * 100
    return x * _POINT, y * _POINT


@lru_cache(maxsize=16_384)
def _measure(text: str, size: int, bold: bool) -> int:
    return -int(-pdf_text.length(text, size, bold) // 1)


def _draw(canvas: Canvas, template: LabelTemplate, label: LabelData, corner: tuple[float, float]) -> None:
    page = label_layout.layout(template, label, label_layout.PAGE, _measure)
    left, top = corner
    path = canvas.beginPath()
    for bar in page.bars:
        path.rect(left + bar.x * _DOT, top - (bar.y + bar.height) * _DOT, bar.width * _DOT, bar.height * _DOT)
    canvas.drawPath(path, stroke=0, fill=1)
    for words in page.words:
        pdf_text.draw(canvas, left + words.x * _DOT, top - words.y * _DOT, words.text, words.size * _DOT, words.bold)
