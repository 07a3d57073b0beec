"""Read a table of text: find out encoding and delimiter, check the header, hand out rows with their line numbers.

UTF-8 (with or without a byte-order mark) or UTF-16 with one; comma, semicolon or tab. The whole file is decoded once
before the first row is handed out, so that a file that turns bad in the middle is refused before anything is taken.
Rows are streamed: memory does not grow with the file.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TextIO, TypeVar

from shopstock.core.outcome import BadFile, Refused, RefusedRow, ShopError
from shopstock.core.text import _
from shopstock.core.units import MAX_MONEY, MAX_QTY, Money, Qty, parse_decimal, parse_money, parse_qty

MAX_BYTES = 2_000_000_000
#: A cell longer than this is a quotation mark that was never closed.
MAX_CELL = 20_000
_CHUNK = 1 << 20
_LONGEST_HEADER = 100_000
T = TypeVar("T")
_DELIMITERS = (",", ";", "\t")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_OTHER_FORMATS = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"SQLite format 3")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")


class Table:
    """An open file whose encoding and delimiter are known: the cells of its first line, and the rows below.

    ``rows`` yields ``(line, cells)`` once, where ``line`` is the row's first line in the file; blank rows are left out.
    ``cells`` is empty for a row that cannot be split, because of a quotation mark out of place or never closed.
    """

    def __init__(self, file: TextIO, delimiter: str, size: int) -> None:
        self.delimiter = delimiter
        self.size = size
        self._file = file
        self._reader = csv.reader(file, delimiter=delimiter, strict=True)
        self.header: Sequence[str] = next(self.rows, (1, []))[1]

    @property
    def position(self) -> int:
        """Return how many of the ``size`` bytes have been read, to show progress."""
        return self._file.buffer.tell()

    @property
    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows that have not been read yet."""
        reader = self._reader
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield line, []
                continue
            if any(cells):
                yield line, cells


@contextmanager
def open_table(path: Path | str) -> Iterator[Table]:
    """Open a file as a table; raise ``BadFile`` with what is wrong and what to do."""
    path = Path(path)
    try:
        encoding = _encoding_of(path)
        file = path.open(encoding=encoding, newline="")
    except FileNotFoundError as error:
        raise BadFile(_("There is no file {path}. Check the name.").format(path=path)) from error
    except IsADirectoryError as error:
        raise BadFile(_("{path} is a folder. Name a file.").format(path=path)) from error
    except OSError as error:
        raise BadFile(_("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror)) from error
    with file:
        first = file.readline(_LONGEST_HEADER)
        file.seek(0)
        yield Table(file, max(_DELIMITERS, key=first.count), path.stat().st_size)


def columns_of(header: Sequence[str], columns: Sequence[str], required: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a header's columns, which may be in any order and case; raise ``BadFile``.

    ``columns`` are those that there may be, ``required`` those that there must be.
    """
    found = tuple(cell.strip().lower() for cell in header)
    known = ", ".join(columns)
    missing = [name for name in required if name not in found]
    if missing:
        raise BadFile(
            _("The first line must name the columns; “{missing}” is missing. The columns are: {known}.").format(
                missing=", ".join(missing), known=known
            )
        )
    strange = [name for name in found if name not in columns]
    if strange:
        raise BadFile(
            _("There is no column “{strange}”. The columns are: {known}.").format(
                strange=", ".join(name[:40] for name in strange[:5]), known=known
            )
        )
    twice = [name for name in found if found.count(name) > 1]
    if twice:
        raise BadFile(_("The column “{twice}” is there twice. Keep one of them.").format(twice=twice[0]))
    return found


def records(
    path: Path | str, columns: Sequence[str], required: Sequence[str], check: Callable[[int, dict[str, str], str], T]
) -> Iterator[tuple[T | RefusedRow, tuple[int, int]]]:
    """Yield what ``check(line, cells, delimiter)`` makes of every row, with the bytes read so far and in all.

    ``cells`` has every column, empty where the file does not have it. A row that ``check`` refuses becomes a
    ``RefusedRow``; raises ``BadFile`` for a file that cannot be used at all.
    """
    with open_table(path) as table:
        found = columns_of(table.header, columns, required)
        blank = dict.fromkeys(columns, "")
        for line, cells in table.rows:
            read = (table.position, table.size)
            if len(cells) != len(found):
                yield RefusedRow(line, _wrong_width(len(cells), len(found))), read
                continue
            filled = blank | {name: cell.strip() for name, cell in zip(found, cells, strict=True)}
            try:
                yield check(line, filled, table.delimiter), read
            except ShopError as error:
                yield RefusedRow(line, str(error)), read


def _wrong_width(found: int, wanted: int) -> str:
    if not found:
        return _("A quotation mark is out of place or never closed.")
    return _("There are {found} cells; the header has {wanted}.").format(found=found, wanted=wanted)


def named(column: str, read: Callable[[str, str], T], text: str, delimiter: str) -> T:
    """Read one cell; what is refused about it names its column."""
    try:
        return read(text, delimiter)
    except Refused as refused:
        raise Refused(f"{column}: {refused}") from refused


def number(text: str, delimiter: str = ",") -> str:
    """Return a number as typed into a file, with a point; raise ``Refused`` with what to write instead.

    A comma is a decimal comma only where it can be nothing else: in a file split by semicolons or tabs, and not before
    exactly three digits, unless a single zero stands before it ("1,250" may be 1.25 or 1250; "0,125" is clear).
    """
    if "," not in text:
        return text
    whole, _comma, decimals = text.lstrip("+-").partition(",")
    if delimiter == "," or _DECIMAL_COMMA.fullmatch(text) is None or (len(decimals) == 3 and whole != "0"):
        raise Refused(
            _("“{text}” has a comma that may mean two things. Write the number with a point, as 1250.50.").format(
                text=text[:30]
            )
        )
    return text.replace(",", ".")


def money(text: str, delimiter: str = ",") -> Money:
    """Read an amount of at least 0 and at most 1,000,000,000; raise ``Refused``."""
    try:
        amount = parse_money(number(text, delimiter))
    except ValueError as error:
        raise Refused(_no_number(text, 4)) from error
    if not 0 <= amount <= MAX_MONEY:
        raise Refused(_("“{text}” is not between 0 and 1,000,000,000.").format(text=text[:30]))
    return amount


def decimal(text: str, delimiter: str = ",") -> Decimal:
    """Read an amount of any number of decimals (a unit cost) within the limits of :func:`money`."""
    try:
        amount = parse_decimal(number(text, delimiter))
    except ValueError as error:
        raise Refused(_("“{text}” is not a number.").format(text=text[:30])) from error
    if not 0 <= amount <= 1_000_000_000:
        raise Refused(_("“{text}” is not between 0 and 1,000,000,000.").format(text=text[:30]))
    return amount


def qty(text: str, delimiter: str = ",") -> Qty:
    """Read a quantity of at least 0 and at most 1,000,000; raise ``Refused``."""
    try:
        amount = parse_qty(number(text, delimiter))
    except ValueError as error:
        raise Refused(_no_number(text, 3)) from error
    if not 0 <= amount <= MAX_QTY:
        raise Refused(_("“{text}” is not between 0 and 1,000,000.").format(text=text[:30]))
    return amount


def _no_number(text: str, decimals: int) -> str:
    return _("“{text}” is not a number with at most {decimals} decimals.").format(text=text[:30], decimals=decimals)


def _encoding_of(path: Path) -> str:
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise BadFile(_("The file has {size} bytes, too many for one import. Split it.").format(size=size))
    with path.open("rb") as file:
        start = file.read(16)
        if not start:
            raise BadFile(_("The file is empty. Export it again."))
        if start.startswith(_OTHER_FORMATS):
            raise BadFile(_not_text())
        encoding = next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")
        file.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)()
        line = 1
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                if encoding != "utf-16" and b"\x00" in chunk:
                    raise BadFile(_not_text()) from error
                line += error.object[: error.start].count(b"\n")
                raise BadFile(
                    _("Line {line} is not {encoding} text. Save the whole file as CSV (UTF-8) and import it again.")
                    .format(line=line, encoding="UTF-16" if encoding == "utf-16" else "UTF-8")
                ) from error  # fmt: skip
            if "\x00" in text:
                raise BadFile(_not_text())
            line += text.count("\n")
            if not chunk:
                return encoding


def _not_text() -> str:
    return _("This is not a text file. Save the sheet as CSV (UTF-8) and import that.")


csv.field_size_limit(MAX_CELL)
