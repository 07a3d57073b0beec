"""Tables over several PDF pages: rows of any height dealt out to pages, and cells that figures stand at the end of."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from shopstock.core import plain_text
from shopstock.core.purchasing import PageSize
from shopstock.core.text import _
from shopstock.formats import pdf_text
from shopstock.formats.pdf_text import MM

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

SIZES = {PageSize.A4: (210 * MM, 297 * MM), PageSize.LETTER: (612.0, 792.0)}
SIDE, TOP, BOTTOM = 16 * MM, 16 * MM, 18 * MM
BODY, SMALL, TITLE = 9.0, 7.5, 15.0
LEADING = 11.5


class Row(NamedTuple):
    """Something as high as ``height`` points; ``draw`` is told where its top is."""

    height: float
    draw: Callable[[Canvas, float], None]


class Cell(NamedTuple):
    """A column of the table: its heading, where it begins and ends, and whether figures stand at its end."""

    title: str
    left: float
    right: float
    figures: bool


def pages(rows: list[Row], room: float, head: float, table_head: float) -> list[list[Row]]:
    """Deal the rows out to pages; the first one also bears the head."""
    dealt: list[list[Row]] = [[]]
    left = room - head - table_head
    for row in rows:
        if row.height > left and (dealt[-1] or len(dealt) == 1):
            dealt.append([])
            left = room - table_head
        dealt[-1].append(row)
        left -= row.height
    return dealt


def put(canvas: Canvas, cell: Cell, baseline: float, text: str, size: float = BODY, bold: bool = False) -> None:
    """Draw a text into a column."""
    x = cell.right - pdf_text.length(text, size, bold) if cell.figures else cell.left
    pdf_text.draw(canvas, x, baseline, text, size, bold)


def table_head(cells: list[Cell]) -> Row:
    """Return the headings of the columns over a line."""

    def draw(canvas: Canvas, y: float) -> None:
        for cell in cells:
            put(canvas, cell, y - BODY, cell.title, SMALL, True)
        canvas.setLineWidth(0.8)
        canvas.line(cells[0].left, y - 14, cells[-1].right, y - 14)

    return Row(18.0, draw)


def note_line(text: str, left: float) -> Row:
    """Return one line of plain text."""
    return Row(LEADING, lambda canvas, y: pdf_text.draw(canvas, left, y - BODY, text, BODY, False))


def page_foot(canvas: Canvas, shop_name: str, number: str, width: float, page: int, count: int) -> None:
    """Draw whose paper this is, and which page of how many."""
    y = BOTTOM - 8 * MM
    pdf_text.draw(canvas, SIDE, y, f"{plain_text.clean(shop_name)[:60]}  {plain_text.clean(number)}", SMALL, False)
    text = _("{page} of {pages}").format(page=page, pages=count)
    pdf_text.draw(canvas, width - SIDE - pdf_text.length(text, SMALL, False), y, text, SMALL, False)
