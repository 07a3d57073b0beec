"""A purchase order as a table for the supplier's own program: CSV, or a spreadsheet.

Quantities and amounts are numbers, everything else is text and stays text: what a spreadsheet would take for a formula
is neutralised by a leading apostrophe in CSV, and is a text cell in a spreadsheet.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from shopstock.core import plain_text
from shopstock.core.purchasing import OrderPaper, OrderPaperLine
from shopstock.core.text import _
from shopstock.core.units import MONEY_SCALE, QTY_SCALE
from shopstock.formats import report_files
from shopstock.formats.report_files import Column, Kind

_WIDTHS = {"description": 44, "note": 30, "supplier_code": 18, "sku": 16}


def columns(paper: OrderPaper) -> tuple[Column, ...]:
    """Return the columns of an order's file; those of prices only on a paper with prices."""
    goods = (
        Column("order", _("Order")), Column("line", _("Line")), Column("supplier_code", _("Your code")),
        Column("sku", _("Our SKU")), Column("description", _("Item")), Column("quantity", _("Quantity"), Kind.QTY),
        Column("unit", _("Unit")), Column("pack_quantity", _("Pack"), Kind.QTY), Column("packs", _("Packs")),
    )  # fmt: skip
    prices = (
        Column("price", _("Price"), Kind.MONEY), Column("value", _("Value"), Kind.MONEY),
        Column("currency", _("Currency")),
    )  # fmt: skip
    return goods + (prices if paper.total is not None else ()) + (Column("note", _("Note")),)


def write_csv(path: Path | str, paper: OrderPaper) -> None:
    """Write the lines of an order as CSV, with the byte-order mark that spreadsheets look for."""
    rows = [_row(paper, line) for line in paper.lines]
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        file.writelines(report_files.csv_lines(columns(paper), rows))


def write_xlsx(path: Path | str, paper: OrderPaper) -> None:
    """Write an order as a spreadsheet: what it says of itself, its lines as a table, the total."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet(_sheet_name(paper.number))
        text = book.add_format({"quote_prefix": True, "valign": "top", "text_wrap": True})
        plain = book.add_format({"quote_prefix": True})
        bold = book.add_format({"bold": True, "quote_prefix": True})
        title = book.add_format({"bold": True, "font_size": 14, "quote_prefix": True})
        head = book.add_format({"bold": True, "bottom": 1})
        formats = {
            Kind.QTY: book.add_format({"num_format": "0.###", "valign": "top"}),
            Kind.MONEY: book.add_format({"num_format": "#,##0.00##", "valign": "top"}),
        }
        sheet.write_string(0, 0, _("Purchase order {number}").format(number=plain_text.clean(paper.number)), title)
        top = 1
        for name, value in _facts(paper):
            sheet.write_string(top, 0, name, bold)
            sheet.write_string(top, 2, plain_text.clean(value), plain)
            top += 1
        top += 1
        shown = columns(paper)
        for at, column in enumerate(shown):
            sheet.write_string(top, at, column.title, head)
            sheet.set_column(at, at, _WIDTHS.get(column.name, 11))
        sheet.freeze_panes(top + 1, 0)
        sheet.repeat_rows(top)
        for number, line in enumerate(paper.lines, top + 1):
            for at, (column, value) in enumerate(zip(shown, _row(paper, line), strict=True)):
                _write(sheet, number, at, column, value, formats.get(column.kind, text))
        if paper.total is not None:
            last = top + 1 + len(paper.lines)
            places = [column.name for column in shown]
            sheet.write_string(last, places.index("price"), _("Total"), bold)
            sheet.write_number(last, places.index("value"), _money(paper.total), formats[Kind.MONEY])
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)


def _facts(paper: OrderPaper) -> list[tuple[str, str]]:
    facts = [
        (_("From"), ", ".join((paper.shop_name, *paper.shop_lines))),
        (_("To"), ", ".join((paper.supplier_name, *paper.supplier_lines))),
        (_("Customer number"), paper.customer_number),
        (_("Date"), paper.ordered),
        (_("Expected"), paper.expected),
        (_("Deliver to"), paper.deliver_to),
        (_("Reference"), paper.reference),
        (_("Note"), paper.note),
    ]
    return [(name, value) for name, value in facts if value]


def _row(paper: OrderPaper, line: OrderPaperLine) -> tuple[Any, ...]:
    packs = "" if line.packs is None else str(line.packs)
    goods = (
        paper.number, str(line.line_no), line.supplier_code, line.sku, line.description, line.qty, line.unit,
        line.pack_qty, packs,
    )  # fmt: skip
    prices = (line.price, line.value, paper.currency) if paper.total is not None else ()
    return (*goods, *prices, line.note)


def _write(sheet: Any, row: int, at: int, column: Column, value: Any, cell_format: Any) -> None:
    if column.kind is Kind.QTY:
        sheet.write_number(row, at, Decimal(value) / QTY_SCALE, cell_format)
    elif column.kind is Kind.MONEY:
        sheet.write_number(row, at, _money(value), cell_format)
    elif column.name in ("line", "packs") and value:
        sheet.write_number(row, at, int(value), cell_format)
    else:
        sheet.write_string(row, at, plain_text.clean(value), cell_format)


def _money(value: int) -> Decimal:
    return Decimal(value) / MONEY_SCALE


def _sheet_name(number: str) -> str:
    # A sheet's name may not hold these, and at most 31 characters.
    return "".join(char for char in number if char not in "[]:*?/\\'")[:31] or "order"
