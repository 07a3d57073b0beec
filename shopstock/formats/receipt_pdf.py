"""Papers as PDF: the sales receipt and the cash report on an 80 mm roll, the command sheet on A4, labels on sheets.

The same blocks as the printer's (``core.paper_layout``), drawn in points with embedded Unicode fonts, Code 128 as
vectors. A page is as long as its paper. Text is drawn as text and never read as markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING

from shopstock.core import paper_layout, plain_text
from shopstock.core.labels import LabelJob, SheetOptions
from shopstock.core.paper_layout import (
    LARGE,
    TALL,
    Code128,
    Cut,
    Ean13,
    Gap,
    Logo,
    PageChart,
    Pair,
    Pulse,
    Rule,
    Ruler,
    Table,
    Text,
)
from shopstock.core.papers import CashReport, CommandSheet, Paper, SalesReceipt, SheetCommand, StoreCreditVoucher
from shopstock.core.text import _
from shopstock.formats import label_sheet, pdf_text
from shopstock.formats.pdf_text import MM

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

ROLL_WIDTH = 80 * MM
_SIDE = 5 * MM
_SIZE, _LEADING = 8.5, 11.0
_BIG = {TALL: 13.0, LARGE: 15.0}
_BARS = 12 * MM
_TAIL = 10.0  # the narrow column after the figures


def write(paper: Paper, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Return the paper as a PDF file; ``pictures`` are PNG by their SHA-256."""
    if isinstance(paper, CommandSheet):
        return _command_sheet(paper)
    if isinstance(paper, LabelJob):
        return label_sheet.write(paper, SheetOptions())
    blocks = paper_layout.layout(paper)
    shown = pictures or {}
    height = _Roll(None, 0.0, shown).draw(blocks) + 2 * _SIDE
    out = BytesIO()
    canvas = _canvas(out, (ROLL_WIDTH, height), _title(paper))
    _Roll(canvas, height - _SIDE, shown).draw(blocks)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _title(paper: Paper) -> str:
    match paper:
        case SalesReceipt():
            return _("Sales receipt {number}").format(number=plain_text.clean(paper.number))
        case StoreCreditVoucher():
            return _("Store credit {number}").format(number=plain_text.clean(paper.number))
        case CashReport():
            return _("Cash report {number}").format(number=plain_text.clean(paper.number))
        case _:
            return _("Paper")


def _canvas(out: BytesIO, size: tuple[float, float], title: str) -> Canvas:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(out, pagesize=size, invariant=1)
    canvas.setTitle(title)
    canvas.setCreator("shopstock")
    return canvas


# --- drawing


class _Roll:
    """A pen that goes down the roll; without a canvas it only measures."""

    def __init__(self, canvas: Canvas | None, top: float, pictures: Mapping[str, bytes]) -> None:
        self._canvas = canvas
        self._pictures = pictures
        self._top = top
        self._y = top
        self._width = ROLL_WIDTH - 2 * _SIDE

    def draw(self, blocks: tuple[paper_layout.Block, ...]) -> float:
        """Draw the blocks and return how far down they reach."""
        for block in blocks:
            match block:
                case Text():
                    self._text(block)
                case Pair():
                    self._pair(block)
                case Table():
                    self._table(block)
                case Rule() | Ruler():
                    self._rule()
                case Gap():
                    self._y -= _LEADING * 0.6
                case Code128(data):
                    self._code(data)
                case Ean13(digits):
                    self._text(Text(digits, centred=True))
                case Logo(picture):
                    self._logo(self._pictures.get(picture))
                case PageChart() | Pulse() | Cut():
                    pass
        return self._top - self._y

    def _string(self, x: float, text: str, size: float, bold: bool) -> None:
        if self._canvas is not None:
            pdf_text.draw(self._canvas, x, self._y, text, size, bold)

    def _text(self, block: Text) -> None:
        size = _BIG.get(block.size, _SIZE)
        text = plain_text.clean(block.text)
        indent = (len(text) - len(text.lstrip(" "))) * 3.0
        for line in pdf_text.wrapped(text, self._width - indent, size, block.bold):
            self._y -= size * 1.3
            x = _SIDE + indent
            if block.centred:
                x = (ROLL_WIDTH - pdf_text.length(line, size, block.bold)) / 2
            self._string(x, line, size, block.bold)
        if block.size:
            self._y -= 3

    def _pair(self, block: Pair) -> None:
        size = 12.0 if block.size else _SIZE
        tail = 0.0 if block.tail is None else _TAIL
        right = plain_text.clean(block.right)
        figure = pdf_text.length(right, size, block.bold)
        indent = block.indent * 3.0
        room = self._width - figure - tail - 6 - indent
        lines = pdf_text.wrapped(plain_text.clean(block.left), max(room, self._width / 3), size, block.bold)
        if room < self._width / 3 and block.left:
            for line in lines:
                self._y -= size * 1.3
                self._string(_SIDE + indent, line, size, block.bold)
            lines = [""]
        for number, line in enumerate(lines):
            self._y -= size * 1.3
            self._string(_SIDE + indent, line, size, block.bold)
            if number == 0:
                self._string(_SIDE + self._width - tail - figure, right, size, block.bold)
                letter = plain_text.clean(block.tail or "")
                self._string(_SIDE + self._width - pdf_text.length(letter, size, block.bold), letter, size, block.bold)

    def _table(self, block: Table) -> None:
        rows = [tuple(plain_text.clean(cell) for cell in row) for row in (block.head, *block.rows)]
        widths = [max(pdf_text.length(row[at], _SIZE, number == 0) for number, row in enumerate(rows)) + 8
                  for at in range(1, len(block.head))]  # fmt: skip
        for number, row in enumerate(rows):
            lines = pdf_text.wrapped(row[0], max(self._width - sum(widths), self._width / 4), _SIZE, number == 0)
            for at, line in enumerate(lines):
                self._y -= _LEADING
                self._string(_SIDE, line, _SIZE, number == 0)
                end = _SIDE + self._width
                for cell, width in zip(row[:0:-1], widths[::-1], strict=True):
                    if at == 0:
                        self._string(end - pdf_text.length(cell, _SIZE, number == 0), cell, _SIZE, number == 0)
                    end -= width

    def _rule(self) -> None:
        self._y -= 5
        if self._canvas is not None:
            self._canvas.setLineWidth(0.5)
            self._canvas.line(_SIDE, self._y, _SIDE + self._width, self._y)
        self._y -= 1

    def _logo(self, content: bytes | None) -> None:
        if content is None:
            return
        from reportlab.lib.utils import ImageReader

        image = ImageReader(BytesIO(content))
        wide, high = image.getSize()
        # A dot of the printer is an eighth of a millimetre: on paper it is as large as on the roll.
        width = min(self._width, wide * MM / 8)
        height = high * width / wide
        self._y -= height + 3
        if self._canvas is not None:
            self._canvas.drawImage(image, (ROLL_WIDTH - width) / 2, self._y, width, height)

    def _code(self, data: str) -> None:
        bars = pdf_text.bars(data, self._width, _BARS)
        if bars is not None:
            self._y -= _BARS + 5
            if self._canvas is not None:
                bars.drawOn(self._canvas, (ROLL_WIDTH - bars.width) / 2, self._y)
        self._text(Text(data, centred=True))


# --- the sheet of command codes


def _command_sheet(paper: CommandSheet) -> bytes:
    """Draw the commands in two columns of cards on A4 pages."""
    out = BytesIO()
    width, height = 210 * MM, 297 * MM
    margin, gutter, columns, rows, head = 15 * MM, 8 * MM, 2, 13, 20 * MM
    card_width = (width - 2 * margin - gutter) / columns
    card_height = (height - 2 * margin - head) / rows
    title = plain_text.clean(paper.title) or _("Commands of the till")
    canvas = _canvas(out, (width, height), title)
    for number, command in enumerate(paper.commands or (SheetCommand("", ""),)):
        place = number % (columns * rows)
        if place == 0:
            if number:
                canvas.showPage()
            pdf_text.draw(canvas, margin, height - margin - 14, title, 18, True)
            pdf_text.draw(canvas, margin, height - margin - 32, plain_text.clean(paper.shop_name), 11, False)
        row, column = divmod(place, columns)
        left = margin + column * (card_width + gutter)
        _card(canvas, command, left, height - margin - head - row * card_height, card_width, card_height - 3 * MM)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _card(canvas: Canvas, command: SheetCommand, left: float, top: float, width: float, height: float) -> None:
    canvas.setLineWidth(0.5)
    canvas.setStrokeGray(0.7)
    canvas.roundRect(left, top - height, width, height, 2 * MM)
    inside, baseline = 4 * MM, top - 5.5 * MM
    code = plain_text.clean(command.code)
    code_width = pdf_text.length(code, 8, False)
    label = plain_text.clean(command.label)
    size = 11.0
    while size > 5 and pdf_text.length(label, size, True) > width - 2 * inside - code_width - 6:
        size -= 0.5
    pdf_text.draw(canvas, left + inside, baseline, label, size, True)
    pdf_text.draw(canvas, left + width - inside - code_width, baseline, code, 8, False)
    bars = pdf_text.bars(command.code, width, 7 * MM)
    if bars is not None:
        bars.drawOn(canvas, left + (width - bars.width) / 2, top - height + 2 * MM)
