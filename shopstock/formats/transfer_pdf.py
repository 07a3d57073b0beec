"""The slip of a transfer as PDF, on A4 or US Letter: what is sent from where to where, and a barcode to book it in by.

It travels with the goods: whoever unpacks them scans the barcode, or ticks the lines by hand when the power is out.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from shopstock.core import plain_text
from shopstock.core.purchasing import PageSize
from shopstock.core.text import _
from shopstock.core.transfer_paper import TransferPaper, TransferPaperLine
from shopstock.core.units import format_qty
from shopstock.formats import pdf_table, pdf_text
from shopstock.formats.pdf_table import BODY, LEADING, SIDE, SIZES, SMALL, TITLE, Cell, Row
from shopstock.formats.pdf_text import MM

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_BOX = 4 * MM
_MOST_LINES = 8  # of an address: a longer one would push the goods off the first page


def write(path: Path | str, paper: TransferPaper, page: PageSize = PageSize.A4) -> None:
    """Write the slip to a file."""
    Path(path).write_bytes(to_bytes(paper, page))


def to_bytes(paper: TransferPaper, page: PageSize = PageSize.A4) -> bytes:
    """Return the slip as a PDF file."""
    from reportlab.pdfgen.canvas import Canvas

    width, height = SIZES[page]
    cells = _cells(width)
    head, table_head = _head(paper, width), pdf_table.table_head(cells)
    rows = [_line(line, cells) for line in paper.lines] + _foot(paper, cells)
    dealt = pdf_table.pages(rows, height - pdf_table.TOP - pdf_table.BOTTOM, head.height, table_head.height)
    out = BytesIO()
    canvas = Canvas(out, pagesize=(width, height), invariant=1)
    canvas.setTitle(_("Transfer {number}").format(number=plain_text.clean(paper.number)))
    canvas.setCreator("shopstock")
    for number, fitting in enumerate(dealt, 1):
        y = height - pdf_table.TOP
        for row in ([head, table_head] if number == 1 else [table_head]) + fitting:
            row.draw(canvas, y)
            y -= row.height
        pdf_table.page_foot(canvas, paper.shop_name, paper.number, width, number, len(dealt))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _head(paper: TransferPaper, width: float) -> Row:
    """Return the top of the first page: the shop, the barcode, from where to where, when and by whom."""
    middle, right = width / 2 + 6 * MM, width - SIDE
    room = middle - SIDE - 8 * MM
    address = [
        part
        for line in paper.shop_lines
        if line.strip()
        for part in pdf_text.wrapped(plain_text.clean(line), room, BODY, False)
    ][:_MOST_LINES]
    facts = [
        (name, line)
        for name, text in (
            (_("Sent"), paper.sent),
            (_("Sent by"), paper.sent_by),
            (_("Expected"), paper.expected),
            (_("Asked for by"), paper.asked_by),
            (_("State"), paper.state),
        )
        if text
        for line in pdf_text.wrapped(plain_text.clean(text), right - middle - 34 * MM, BODY, False)[:3]
    ]
    way = [(_("From"), paper.from_shop), (_("To"), paper.to_shop)]
    top = max(TITLE + 6 + len(address) * LEADING, 22 * MM)
    lower = max(len(way) * (LEADING + 14), len(facts) * LEADING)
    height = top + 8 * MM + lower + 8 * MM

    def draw(canvas: Canvas, y: float) -> None:
        name = pdf_text.wrapped(plain_text.clean(paper.shop_name), middle - SIDE - 4 * MM, TITLE, True)[0]
        pdf_text.draw(canvas, SIDE, y - TITLE, name, TITLE, True)
        for at, line in enumerate(address, 1):
            pdf_text.draw(canvas, SIDE, y - TITLE - 4 - at * LEADING, line, BODY, False)
        title = _("Transfer {number}").format(number=plain_text.clean(paper.number))
        pdf_text.draw(canvas, middle, y - TITLE, title, TITLE, True)
        bars = pdf_text.bars(paper.number, right - middle, 11 * MM)
        if bars is not None:
            # The quiet zone may reach into the column's gap, so that the bars stand flush with the text.
            bars.drawOn(canvas, middle - bars.lquiet, y - TITLE - 6 - 11 * MM)
        y -= top + 8 * MM
        for at, (label, text) in enumerate(way):
            baseline = y - at * (LEADING + 14) - SMALL
            pdf_text.draw(canvas, SIDE, baseline, label, SMALL, False)
            shown = pdf_text.wrapped(plain_text.clean(text), room, 11, True)[0]
            pdf_text.draw(canvas, SIDE, baseline - 13, shown, 11, True)
        before = ""
        for at, (label, text) in enumerate(facts):
            baseline = y - at * LEADING - BODY
            if label != before:
                pdf_text.draw(canvas, middle, baseline, label, SMALL, False)
            pdf_text.draw(canvas, middle + 34 * MM, baseline, text, BODY, False)
            before = label

    return Row(height, draw)


def _cells(width: float) -> list[Cell]:
    """Return the columns: the number, the item, where it was taken from, figures, and a box to tick."""
    before: list[tuple[str, float, bool]] = [("#", 9 * MM, False)]
    after: list[tuple[str, float, bool]] = [
        (_("Taken from"), 44 * MM, False), (_("Asked for"), 20 * MM, True), (_("Sent"), 22 * MM, True),
        (_("Arrived"), 20 * MM, True),
    ]  # fmt: skip
    room = width - 2 * SIDE - sum(wide for _title, wide, _figures in before + after)
    cells, x = [], SIDE
    for title, wide, figures in [*before, (_("Item"), room, False), *after]:
        cells.append(Cell(title, x, x + wide if figures else x + wide - 2 * MM, figures))
        x += wide
    return cells


def _line(line: TransferPaperLine, cells: list[Cell]) -> Row:
    """Return one line of goods: the item's name and below it, small, its SKU and lot; a box to tick at the end."""
    number, item, taken, asked, packed, arrived = cells
    names = pdf_text.wrapped(plain_text.clean(line.description), item.right - item.left, BODY, False)
    beside = line.sku + (f"  {_('Lot {lot}').format(lot=line.lot)}" if line.lot else "")
    small = pdf_text.wrapped(plain_text.clean(beside), item.right - item.left, SMALL, False)
    places = pdf_text.wrapped(plain_text.clean(line.taken_from), taken.right - taken.left, BODY, False)
    height = max(len(names) * LEADING + len(small) * 9.5, len(places) * LEADING) + 6
    unit = "" if line.unit == "piece" else f" {line.unit}"

    def draw(canvas: Canvas, y: float) -> None:
        y -= 3
        pdf_table.put(canvas, number, y - BODY, str(line.line_no))
        for cell, texts in ((item, names), (taken, places)):
            for at, text in enumerate(texts):
                pdf_table.put(canvas, cell, y - BODY - at * LEADING, text)
        below = y - len(names) * LEADING
        for at, text in enumerate(small):
            pdf_text.draw(canvas, item.left, below - SMALL - at * 9.5 + 1, text, SMALL, False)
        pdf_table.put(canvas, asked, y - BODY, format_qty(line.asked) if line.asked else "–")
        pdf_table.put(canvas, packed, y - BODY, format_qty(line.packed) + unit, bold=True)
        canvas.setLineWidth(0.6)
        canvas.rect(arrived.right - _BOX, y - BODY - 2, _BOX, _BOX)
        canvas.setLineWidth(0.25)
        canvas.line(number.left, y - height + 4, arrived.right, y - height + 4)

    return Row(height, draw)


def _foot(paper: TransferPaper, cells: list[Cell]) -> list[Row]:
    """Return what stands below the goods: the note, and where those sign who pack and unpack."""
    left, right = cells[0].left, cells[-1].right
    rows = [
        pdf_table.note_line(part, left)
        for text in paper.note.splitlines()
        for part in pdf_text.wrapped(plain_text.clean(text), right - left, BODY, False)
    ]
    wide = (right - left - 10 * MM) / 2

    def draw(canvas: Canvas, y: float) -> None:
        for x, words in ((left, _("Packed by")), (left + wide + 10 * MM, _("Unpacked by"))):
            canvas.setLineWidth(0.4)
            canvas.line(x, y - 16 * MM, x + wide, y - 16 * MM)
            pdf_text.draw(canvas, x, y - 16 * MM - SMALL - 3, words, SMALL, False)

    return [*rows, Row(16 * MM + SMALL + 6, draw)]
