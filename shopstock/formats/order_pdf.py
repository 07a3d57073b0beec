"""A purchase order as PDF, on A4 or US Letter: who orders what from whom, and a barcode that opens it on Receive.

The pages are laid out before any is drawn, so that each says how many there are. Text is drawn as text and never read
as markup; a long name wraps, and the head of the table stands on every page.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from shopstock.core import currency, plain_text
from shopstock.core.purchasing import OrderPaper, OrderPaperLine, PageSize
from shopstock.core.text import _
from shopstock.core.units import format_qty
from shopstock.formats import pdf_table, pdf_text
from shopstock.formats.pdf_table import BODY, LEADING, SIDE, SIZES, SMALL, TITLE, Cell, Row
from shopstock.formats.pdf_text import MM

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_MOST_LINES = 10  # of an address: a longer one would push the goods off the first page


def write(path: Path | str, paper: OrderPaper, page: PageSize = PageSize.A4) -> None:
    """Write the order to a file."""
    Path(path).write_bytes(to_bytes(paper, page))


def to_bytes(paper: OrderPaper, page: PageSize = PageSize.A4) -> bytes:
    """Return the order as a PDF file."""
    from reportlab.pdfgen.canvas import Canvas

    size = SIZES[page]
    cells = _cells(paper, size[0])
    head, table_head = _head(paper, size[0]), pdf_table.table_head(cells)
    rows = [_line(line, cells, paper.currency) for line in paper.lines] + _foot(paper, cells)
    pages = pdf_table.pages(rows, size[1] - pdf_table.TOP - pdf_table.BOTTOM, head.height, table_head.height)
    out = BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=1)
    canvas.setTitle(_("Purchase order {number}").format(number=plain_text.clean(paper.number)))
    canvas.setCreator("shopstock")
    for number, fitting in enumerate(pages, 1):
        y = size[1] - pdf_table.TOP
        for row in ([head, table_head] if number == 1 else [table_head]) + fitting:
            row.draw(canvas, y)
            y -= row.height
        pdf_table.page_foot(canvas, paper.shop_name, paper.number, size[0], number, len(pages))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _head(paper: OrderPaper, width: float) -> Row:
    """Return the top of the first page: the shop, the barcode, the supplier, and what the order says of itself."""
    middle, right = width / 2 + 6 * MM, width - SIDE
    shop = _texts(paper.shop_lines, middle - SIDE - 12 * MM)
    supplier = _texts((*paper.supplier_lines, paper.supplier_email), middle - SIDE - 12 * MM)
    facts = [
        (name, line)
        for name, text in (
            (_("Date"), paper.ordered),
            (_("Expected"), paper.expected),
            (_("Deliver to"), paper.deliver_to),
            (_("Your customer number for us"), paper.customer_number),
            (_("Reference"), paper.reference),
            (_("Ordered by"), paper.ordered_by),
            (_("Currency"), paper.currency),
            (_("State"), paper.state),
        )
        if text
        for line in pdf_text.wrapped(plain_text.clean(text), right - middle - 44 * MM, BODY, False)[:3]
    ]
    top = max(TITLE + 6 + len(shop) * LEADING, 22 * MM)
    lower = max(2 * LEADING + len(supplier) * LEADING, len(facts) * LEADING)
    height = top + 8 * MM + lower + 8 * MM

    def draw(canvas: Canvas, y: float) -> None:
        name = pdf_text.wrapped(plain_text.clean(paper.shop_name), middle - SIDE - 4 * MM, TITLE, True)[0]
        pdf_text.draw(canvas, SIDE, y - TITLE, name, TITLE, True)
        _column(canvas, SIDE, y - TITLE - 6, shop)
        title = _("Purchase order {number}").format(number=plain_text.clean(paper.number))
        pdf_text.draw(canvas, middle, y - TITLE, title, TITLE, True)
        bars = pdf_text.bars(paper.number, right - middle, 11 * MM)
        if bars is not None:
            # The quiet zone may reach into the column's gap, so that the bars stand flush with the text.
            bars.drawOn(canvas, middle - bars.lquiet, y - TITLE - 6 - 11 * MM)
        y -= top + 8 * MM
        pdf_text.draw(canvas, SIDE, y - SMALL, _("To"), SMALL, False)
        supplier_name = pdf_text.wrapped(plain_text.clean(paper.supplier_name), middle - SIDE - 8 * MM, 11, True)[0]
        pdf_text.draw(canvas, SIDE, y - LEADING - BODY, supplier_name, 11, True)
        _column(canvas, SIDE, y - 2 * LEADING, supplier)
        before = ""
        for at, (label, text) in enumerate(facts):
            baseline = y - at * LEADING - BODY
            if label != before:
                pdf_text.draw(canvas, middle, baseline, label, SMALL, False)
            pdf_text.draw(canvas, middle + 44 * MM, baseline, text, BODY, False)
            before = label

    return Row(height, draw)


def _texts(lines: tuple[str, ...], room: float) -> list[str]:
    found = [
        part for line in lines if line.strip() for part in pdf_text.wrapped(plain_text.clean(line), room, BODY, False)
    ]
    return found[:_MOST_LINES]


def _column(canvas: Canvas, x: float, y: float, lines: list[str]) -> None:
    for at, line in enumerate(lines, 1):
        pdf_text.draw(canvas, x, y - at * LEADING + 2, line, BODY, False)


def _cells(paper: OrderPaper, width: float) -> list[Cell]:
    """Return the columns of the table, those of prices only where there are any, packs only where some are packed."""
    widths: list[tuple[str, float, bool]] = [("#", 8 * MM, False), (_("Your code"), 25 * MM, False)]
    tail: list[tuple[str, float, bool]] = []
    if any(line.packs is not None for line in paper.lines):
        tail.append((_("Packs"), 18 * MM, True))
    tail.append((_("Quantity"), 20 * MM, True))
    if paper.total is not None:
        tail += [(_("Price"), 19 * MM, True), (_("Value"), 22 * MM, True)]
    room = width - 2 * SIDE - sum(w for _title, w, _figures in widths + tail)
    cells, x = [], SIDE
    for title, wide, figures in [*widths, (_("Item"), room, False), *tail]:
        cells.append(Cell(title, x, x + wide - 2 * MM if not figures else x + wide, figures))
        x += wide
    return cells


def _line(line: OrderPaperLine, cells: list[Cell], code: str) -> Row:
    """Return one line of goods: the item's name and below it, small, its SKU and the note."""
    by_title = {cell.title: cell for cell in cells}
    item, theirs = by_title[_("Item")], by_title[_("Your code")]
    names = pdf_text.wrapped(plain_text.clean(line.description), item.right - item.left, BODY, False)
    codes = pdf_text.wrapped(plain_text.clean(line.supplier_code), theirs.right - theirs.left, BODY, False)
    beside = plain_text.clean(f"{line.sku}  {line.note}".strip())
    small = pdf_text.wrapped(beside, item.right - item.left, SMALL, False)
    height = max(len(names) * LEADING + len(small) * 9.5, len(codes) * LEADING) + 6
    unit = "" if line.unit == "piece" else f" {line.unit}"
    figures = {_("Quantity"): format_qty(line.qty) + unit}
    if line.packs is not None:
        figures[_("Packs")] = _("{packs} × {pack}").format(packs=line.packs, pack=format_qty(line.pack_qty))
    if line.price is not None and line.value is not None:
        money = currency.of(code)
        figures |= {_("Price"): money.format(line.price), _("Value"): money.format(line.value)}

    def draw(canvas: Canvas, y: float) -> None:
        y -= 3
        pdf_table.put(canvas, cells[0], y - BODY, str(line.line_no))
        for cell, texts in ((theirs, codes), (item, names)):
            for at, text in enumerate(texts):
                pdf_table.put(canvas, cell, y - BODY - at * LEADING, text)
        below = y - len(names) * LEADING
        for at, text in enumerate(small):
            pdf_text.draw(canvas, item.left, below - SMALL - at * 9.5 + 1, text, SMALL, False)
        for title, text in figures.items():
            if title in by_title:
                pdf_table.put(canvas, by_title[title], y - BODY, text)
        canvas.setLineWidth(0.25)
        canvas.line(cells[0].left, y - height + 4, cells[-1].right, y - height + 4)

    return Row(height, draw)


def _foot(paper: OrderPaper, cells: list[Cell]) -> list[Row]:
    """Return what stands below the goods: how many lines, the total, the note."""
    rows = []
    if paper.total is not None:
        total = currency.of(paper.currency).format(paper.total)

        def draw_total(canvas: Canvas, y: float) -> None:
            label = _("Total {currency}").format(currency=paper.currency)
            end = cells[-1].right - pdf_text.length(total, 11, True)
            pdf_text.draw(canvas, end, y - 16, total, 11, True)
            pdf_text.draw(canvas, end - 6 * MM - pdf_text.length(label, 11, True), y - 16, label, 11, True)

        rows.append(Row(26.0, draw_total))
    width = cells[-1].right - cells[0].left
    for text in paper.note.splitlines():
        for part in pdf_text.wrapped(plain_text.clean(text), width, BODY, False):
            rows.append(pdf_table.note_line(part, cells[0].left))
    return rows
