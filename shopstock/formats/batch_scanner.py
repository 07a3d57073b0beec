"""Read what a batch scanner, a spreadsheet or a keyboard scanner left in a file: codes, quantities, times, places.

Shapes that are told apart by themselves (comma, semicolon or tab; UTF-8 or UTF-16):

* with a header: ``code`` (or ``barcode``, ``ean``, ``sku``), ``quantity``, ``place``, ``time``, ``date``, ``lot`` in
  any order, all but the code optional, other columns ignored;
* Opticon's ``SCANNED.TXT``: ``code[,quantity],serial,hh:mm:ss,dd/mm/yyyy``;
* the ``DATA.TXT`` of OPL-9728 and its kin: a code padded to 50 characters, quantity, time, date;
* a dump of a keyboard scanner: a code a line, ``3*CODE``, or ``3*`` on a line before its code.

A row without a quantity counts one. Times are as the scanner's clock had them, without a zone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from shopstock.core.outcome import BadFile, Refused, RefusedRow, ShopError
from shopstock.core.text import _
from shopstock.core.units import ONE, Qty
from shopstock.formats import csv_reading

MAX_CODE = 100
_PROBE = 200
_PADDED = 30
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_DATE = re.compile(r"(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})")
_NUMBER = re.compile(r"-?\d{1,7}(?:[.,]\d{1,3})?")
_TIMES = re.compile(r"(\d{1,7}(?:[.,]\d{1,3})?)\s*[*x×]\s*(.*)")


class Column(StrEnum):
    """What a column of the file holds."""

    CODE = "code"
    QUANTITY = "quantity"
    PLACE = "place"
    TIME = "time"
    DATE = "date"
    LOT = "lot"
    OTHER = ""


_NAMES = {
    "code": Column.CODE, "barcode": Column.CODE, "ean": Column.CODE, "gtin": Column.CODE, "upc": Column.CODE,
    "sku": Column.CODE, "item": Column.CODE, "quantity": Column.QUANTITY, "qty": Column.QUANTITY,
    "counted": Column.QUANTITY, "count": Column.QUANTITY, "place": Column.PLACE, "zone": Column.PLACE,
    "location": Column.PLACE, "bin": Column.PLACE, "shelf": Column.PLACE, "time": Column.TIME, "at": Column.TIME,
    "date": Column.DATE, "day": Column.DATE, "lot": Column.LOT, "batch": Column.LOT,
}  # fmt: skip


class BatchRow(NamedTuple):
    """One row: ``at`` is local time without a zone, ``None`` where the file does not say; ``place`` as it stands."""

    line: int
    code: str
    qty: Qty
    at: datetime | None = None
    place: str = ""
    lot: str = ""


def read(path: Path | str) -> Iterator[tuple[BatchRow | RefusedRow, tuple[int, int]]]:
    """Yield every row with the bytes read so far and in all; raise ``BadFile`` when nothing in it can be a code."""
    with csv_reading.open_table(path) as table:
        header = [cell.strip().lower() for cell in table.header]
        named = [_NAMES.get(cell, Column.OTHER) for cell in header]
        rows: Iterable[tuple[int, list[str]]] = table.rows
        if Column.CODE in named:
            columns, month_first = named, False
        else:
            probe = [(1, list(table.header)), *islice(table.rows, _PROBE)]
            columns, rows = columns_of([cells for _line, cells in probe]), chain(probe, table.rows)
        probe = list(islice(rows, _PROBE))
        rows = chain(probe, rows)
        month_first = _month_first(cells for _line, cells in probe)
        waiting: Qty | None = None
        for line, cells in rows:
            try:
                found = _row(line, cells, columns, table.delimiter, month_first=month_first)
                if isinstance(found, BatchRow) and waiting is not None:
                    found, waiting = found._replace(qty=Qty(waiting * found.qty // ONE)), None
            except ShopError as error:
                yield RefusedRow(line, str(error)), (table.position, table.size)
                continue
            if isinstance(found, BatchRow):
                yield found, (table.position, table.size)
            else:
                waiting = found


def digest(path: Path | str) -> str:
    """Return the SHA-256 of a file's content, by which the same file is known again."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def columns_of(rows: Sequence[Sequence[str]]) -> list[Column]:
    """Tell what the columns of a file without a header hold, from its first rows; raise ``BadFile``."""
    width = max(len(cells) for cells in rows)
    full = [cells for cells in rows if len(cells) == width]
    columns = [Column.CODE] + [Column.OTHER] * (width - 1)
    if not width or not any(cells[0].strip() for cells in full):
        raise BadFile(_("The first column must hold the scanned codes. Check the file."))
    numbers = []
    for number in range(1, width):
        cells = [row[number].strip() for row in full]
        if _all(cells, _TIME.fullmatch):
            columns[number] = Column.TIME
        elif _all(cells, _DATE.fullmatch):
            columns[number] = Column.DATE
        elif _all(cells, _NUMBER.fullmatch):
            numbers.append(number)
    padded = any(len(row[0]) >= _PADDED > len(row[0].rstrip()) for row in full)
    if len(numbers) == 1 and not padded and Column.TIME in columns:
        values = {row[numbers[0]].strip() for row in full}
        if len(values) == 1 and len(full) > 1 and len(next(iter(values))) >= 4:
            return columns  # the scanner's own serial number, the same in every row
    if numbers:
        columns[numbers[0]] = Column.QUANTITY
    return columns


def _all(cells: Sequence[str], fits: Callable[[str], object]) -> bool:
    told = [cell for cell in cells if cell]
    return bool(told) and all(fits(cell) for cell in told)


def _month_first(rows: Iterable[Sequence[str]]) -> bool:
    """Tell whether dates are written month first: only where a second part cannot be a month."""
    found = [_DATE.fullmatch(cell.strip()) for cells in rows for cell in cells]
    parts = [(match[1], int(match[2])) for match in found if match is not None]
    return any(second > 12 for first, second in parts if len(first) < 4)


def _row(
    line: int, cells: Sequence[str], columns: Sequence[Column], delimiter: str, *, month_first: bool
) -> BatchRow | Qty:
    """Return a row, or a quantity that stands on a line of its own before its code."""
    if not cells:
        raise Refused(_("A quotation mark is out of place or never closed."))
    told = {
        column: cell.strip() for column, cell in zip(reversed(columns), _reversed(cells, len(columns)), strict=False)
        if column is not Column.OTHER
    }  # fmt: skip
    code, qty = told.get(Column.CODE, ""), ONE
    times = _TIMES.fullmatch(code)
    if times is not None:
        qty = csv_reading.qty(times[1].replace(",", "."))
        code = times[2]
        if not code:
            return qty
    if told.get(Column.QUANTITY):
        qty = _counted(told[Column.QUANTITY], delimiter)
    if not code:
        raise Refused(_("There is no code."))
    if len(code) > MAX_CODE:
        raise Refused(_("A code has at most {most} characters.").format(most=MAX_CODE))
    at = _moment(told.get(Column.DATE, ""), told.get(Column.TIME, ""), month_first=month_first)
    return BatchRow(line, code, qty, at, told.get(Column.PLACE, ""), told.get(Column.LOT, ""))


def _reversed(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))][:width][::-1]


def _counted(text: str, delimiter: str) -> Qty:
    """Read a quantity; below zero takes back what was scanned too often."""
    taken_back = text.startswith("-")
    qty = csv_reading.qty(text.removeprefix("-"), delimiter)
    return Qty(-qty) if taken_back else qty


def _moment(day: str, hour: str, *, month_first: bool) -> datetime | None:
    if hour and not day:  # a spreadsheet's one column for both
        try:
            return datetime.fromisoformat(hour).replace(tzinfo=None)
        except ValueError:
            return None
    found = _DATE.fullmatch(day)
    if found is None:
        return None
    first, second, third = (int(part) for part in found.groups())
    if len(found[1]) == 4:
        parts = (first, second, third)
    else:
        parts = (third, first, second) if month_first else (third, second, first)
    year = parts[0] + 2000 if parts[0] < 100 else parts[0]
    clock = _TIME.fullmatch(hour)
    try:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups()) if clock is not None else (0, 0, 0)
        return datetime(year, parts[1], parts[2], hours, minutes, seconds)  # noqa: DTZ001 (the scanner has no zone)
    except ValueError as error:
        raise Refused(_("“{text}” is no date and time.").format(text=f"{day} {hour}".strip())) from error
