"""Write a report as JSON, CSV or a table for the terminal.

Money and quantities are written as exact decimal strings (never rounded to cents), days and instants as ISO 8601. In
CSV, text that a spreadsheet would take for a formula is neutralised by a leading apostrophe.
"""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from shopstock.core.text import _
from shopstock.core.units import format_money, format_qty

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORMULA = ("=", "+", "-", "@")


class Kind(StrEnum):
    """How a value of a column is meant and written."""

    TEXT = "text"
    QTY = "qty"
    MONEY = "money"
    DAY = "day"
    INSTANT = "instant"


class Column(NamedTuple):
    """One column: its name in files, its heading, its kind; ``cost`` needs the right to see costs."""

    name: str
    title: str
    kind: Kind = Kind.TEXT
    cost: bool = False
    summed: bool = False


Rows = Sequence[tuple[Any, ...]]


def text_of(kind: Kind, value: Any) -> str:
    """Write one value: ``12.50``, ``0.25``, ``2026-03-02``, ``2026-03-02T10:00:00+00:00``; nothing for ``None``."""
    if value is None:
        return ""
    if kind is Kind.MONEY:
        return format_money(value)
    if kind is Kind.QTY:
        return format_qty(value)
    if kind is Kind.DAY:
        return f"{value // 10_000:04d}-{value // 100 % 100:02d}-{value % 100:02d}"
    if kind is Kind.INSTANT:
        return (_EPOCH + timedelta(microseconds=value)).astimezone().isoformat()
    return str(value)


def json_lines(
    envelope: Mapping[str, Any], columns: Sequence[Column], rows: Rows, total: Mapping[str, int]
) -> Iterator[str]:
    """Yield the JSON of a report, one row a line: the envelope's fields, then ``rows`` and ``total``."""

    def dump(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    yield "{\n"
    for name, value in envelope.items():
        yield f"{dump(name)}: {dump(value)},\n"
    yield '"rows": ['
    separator = "\n"
    for row in rows:
        yield separator + dump({c.name: text_of(c.kind, value) for c, value in zip(columns, row, strict=True)})
        separator = ",\n"
    yield f'\n],\n"total": {dump(_totals(columns, total))}\n}}\n'


def csv_lines(columns: Sequence[Column], rows: Rows) -> Iterator[str]:
    """Yield a header and the rows as CSV."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    for row in rows:
        yield _emptied(buffer)
        writer.writerow([_cell(column.kind, value) for column, value in zip(columns, row, strict=True)])
    yield _emptied(buffer)


def table_lines(columns: Sequence[Column], rows: Rows, total: Mapping[str, int]) -> Iterator[str]:
    """Yield a table for the terminal: headings, rows, and a line of totals; figures to the right."""
    texts = [[_plain(text_of(c.kind, value)) for c, value in zip(columns, row, strict=True)] for row in rows]
    sums = _totals(columns, total)
    last = [sums.get(column.name, "") for column in columns]
    if sums and last and not last[0]:
        last[0] = _("Total")
    heads = [column.title for column in columns]
    widths = [max(map(_width, cells)) for cells in zip(heads, last, *texts, strict=True)]
    rule = "  ".join("─" * width for width in widths) + "\n"
    yield _line(heads, columns, widths)
    yield rule
    for cells in texts:
        yield _line(cells, columns, widths)
    if not texts:
        yield _("Nothing to show.") + "\n"
    if sums:
        yield rule
        yield _line(last, columns, widths)


def _totals(columns: Sequence[Column], total: Mapping[str, int]) -> dict[str, str]:
    return {column.name: text_of(column.kind, total[column.name]) for column in columns if column.name in total}


def _cell(kind: Kind, value: Any) -> str:
    text = _plain(text_of(kind, value))
    return "'" + text if kind is Kind.TEXT and text.lstrip().startswith(_FORMULA) else text


def _emptied(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _plain(text: str) -> str:
    # A stored control character must neither steer the terminal nor end a row.
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _line(cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    padded = []
    for cell, column, width in zip(cells, columns, widths, strict=True):
        gap = " " * (width - _width(cell))
        padded.append(gap + cell if column.kind in (Kind.QTY, Kind.MONEY) else cell + gap)
    return "  ".join(padded).rstrip() + "\n"
