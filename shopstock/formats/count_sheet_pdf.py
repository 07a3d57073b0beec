"""The sheets of a count as PDF: a place on its own pages, its label and each item as bars, a box for each figure.

Bars let a batch scanner count from the paper where nobody can reach the goods' own. What is expected stands nowhere.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from shopstock.core import plain_text
from shopstock.core.count_paper import CountPaper, CountPaperLine, CountPaperSheet
from shopstock.core.purchasing import PageSize
from shopstock.core.text import _
from shopstock.formats import pdf_table, pdf_text
from shopstock.formats.pdf_table import BODY, LEADING, SIDE, SIZES, SMALL, TITLE, Cell, Row
from shopstock.formats.pdf_text import MM

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_BAR, _LINE = 9 * MM, 15 * MM
_ROOM_FOR_MORE = 8  # empty lines below a whole place, for what is found besides


def to_bytes(paper: CountPaper, page: PageSize = PageSize.A4) -> bytes:
    """Return the sheets as a PDF file; pages are counted over all of them."""
    from reportlab.pdfgen.canvas import Canvas

    width, height = SIZES[page]
    cells = _cells(width)
    table_head = pdf_table.table_head(cells)
    dealt: list[tuple[CountPaperSheet, Row, list[Row], bool]] = []
    for sheet in paper.sheets:
        head = _head(paper, sheet, width)
        rows = [_line(line, cells) for line in sheet.lines]
        rows += [_line(None, cells)] * (_ROOM_FOR_MORE if sheet.whole else 2) + [_signed(cells)]
        room = height - pdf_table.TOP - pdf_table.BOTTOM
        for at, fitting in enumerate(pdf_table.pages(rows, room, head.height, table_head.height)):
            dealt.append((sheet, head, fitting, at == 0))
    out = BytesIO()
    canvas = Canvas(out, pagesize=(width, height), invariant=1)
    canvas.setTitle(_("Count {number}").format(number=paper.number))
    canvas.setCreator("shopstock")
    for number, (sheet, head, fitting, first) in enumerate(dealt, 1):
        y = height - pdf_table.TOP
        for row in ([head, table_head] if first else [table_head]) + fitting:
            row.draw(canvas, y)
            y -= row.height
        # Loose pages are told apart by their place, which only the first of them has at its top.
        of = " · ".join(part for part in (paper.number, sheet.place[-60:], sheet.label) if part)
        pdf_table.page_foot(canvas, paper.shop_name, of, width, number, len(dealt))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _head(paper: CountPaper, sheet: CountPaperSheet, width: float) -> Row:
    """Return the top of a place: its name and label as bars, the count, who counts, what to do."""
    middle, right = width / 2 + 10 * MM, width - SIDE
    names = pdf_text.wrapped(plain_text.clean(sheet.place), middle - SIDE - 6 * MM, TITLE, True)[:3]
    what = _("Count everything that lies here.") if sheet.whole else _("Count these items, and write 0 for none.")
    facts = [
        " · ".join(part for part in (paper.number, plain_text.clean(paper.name), paper.day) if part),
        _("Look {n}").format(n=sheet.look),
        _("For {name}").format(name=plain_text.clean(sheet.person)) if sheet.person else "",
        plain_text.clean(paper.note),
        what,
    ]
    lines = [part for text in facts if text for part in pdf_text.wrapped(text, middle - SIDE - 6 * MM, BODY, False)[:2]]
    height = max(len(names) * (TITLE + 4) + len(lines) * LEADING, 22 * MM) + 6 * MM

    def draw(canvas: Canvas, y: float) -> None:
        for at, name in enumerate(names):
            pdf_text.draw(canvas, SIDE, y - TITLE - at * (TITLE + 4), name, TITLE, True)
        below = y - len(names) * (TITLE + 4)
        for at, line in enumerate(lines):
            pdf_text.draw(canvas, SIDE, below - BODY - at * LEADING, line, BODY, False)
        if sheet.label:
            pdf_text.draw(canvas, middle, y - SMALL, _("Place {label}").format(label=sheet.label), SMALL, False)
            bars = pdf_text.bars(sheet.label, right - middle, 12 * MM)
            if bars is not None:
                bars.drawOn(canvas, middle - bars.lquiet, y - 15 * MM)

    return Row(height, draw)


def _cells(width: float) -> list[Cell]:
    """Return the columns: the item, its bars, the figure to be written."""
    columns = ((_("Item"), 78 * MM, False), ("", 0.0, False), (_("Counted"), 30 * MM, True))
    room = width - 2 * SIDE - sum(wide for _title, wide, _figures in columns)
    cells, x = [], SIDE
    for title, fixed, figures in columns:
        wide = fixed or room
        cells.append(Cell(title, x, x + wide - (0 if figures else 2 * MM), figures))
        x += wide
    return cells


def _line(line: CountPaperLine | None, cells: list[Cell]) -> Row:
    """Return a line to fill in; without an item it is for something found besides."""
    item, code, box = cells
    words = "" if line is None else plain_text.clean(line.description)
    names = pdf_text.wrapped(words, item.right - item.left, BODY, False)
    unit = "" if line is None or line.unit == "piece" else f" · {line.unit}"

    def draw(canvas: Canvas, y: float) -> None:
        if line is not None:
            for at, text in enumerate(names[:2]):
                pdf_table.put(canvas, item, y - 4 - BODY - at * LEADING, text)
            below = y - 6 - min(len(names), 2) * LEADING
            sku = plain_text.clean(line.sku) + unit
            pdf_text.draw(canvas, item.left, below - SMALL, sku, SMALL, False)
            bars = pdf_text.bars(line.code, code.right - code.left, _BAR)
            if bars is not None:
                bars.drawOn(canvas, code.left, y - 3 - _BAR)
                pdf_text.draw(canvas, code.left + bars.lquiet, y - 5 - _BAR - SMALL, line.code, SMALL, False)
        canvas.setLineWidth(0.6)
        canvas.rect(box.left + 2 * MM, y - _LINE + 6, box.right - box.left - 2 * MM, _LINE - 9)
        canvas.setLineWidth(0.25)
        canvas.line(item.left, y - _LINE + 2, box.right, y - _LINE + 2)

    return Row(_LINE, draw)


def _signed(cells: list[Cell]) -> Row:
    """Return where who counted signs."""
    left, right = cells[0].left, cells[-1].right
    wide = (right - left - 10 * MM) / 2

    def draw(canvas: Canvas, y: float) -> None:
        for x, words in ((left, _("Counted by")), (left + wide + 10 * MM, _("Day and time"))):
            canvas.setLineWidth(0.4)
            canvas.line(x, y - 14 * MM, x + wide, y - 14 * MM)
            pdf_text.draw(canvas, x, y - 14 * MM - SMALL - 3, words, SMALL, False)

    return Row(14 * MM + SMALL + 6, draw)
