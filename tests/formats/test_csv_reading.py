"""Tables of text are read in the encodings and with the delimiters that spreadsheets write, or refused in words."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from shopstock.core.outcome import BadFile, Refused
from shopstock.formats import csv_reading

TEXT = 'sku,name\n1,"Tea, green"\n\n2,Crème\n'


def rows(path: Path) -> list[tuple[int, list[str]]]:
    with csv_reading.open_table(path) as table:
        assert list(table.header) == ["sku", "name"]
        return list(table.rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, newline: str) -> None:
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    path = tmp_path / "a.csv"
    path.write_bytes((mark + TEXT.replace("\n", newline)).encode(encoding))
    assert rows(path) == [(2, ["1", "Tea, green"]), (4, ["2", "Crème"])]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'sku{delimiter}name\n1{delimiter}"a,b;c\td"\n', encoding="utf-8")
    assert rows(path) == [(2, ["1", "a,b;c\td"])]


def test_a_cell_may_have_lines_and_a_bad_quote_costs_one_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('sku,name\n1,"two\nlines"\n2,"bad"quote\n3,good\n4,"never closed\n', encoding="utf-8")
    assert rows(path) == [(2, ["1", "two\nlines"]), (4, []), (5, ["3", "good"]), (6, [])]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02" * 100, "not a text file"),
        (b"PK\x03\x04 a spreadsheet", "CSV"),
        (b"SQLite format 3\x00", "CSV"),
        ("sku,name\n1,Tea\n2,Caf\xe9\n".encode("latin-1"), "Line 3 is not UTF-8"),
        ("sku,name\n1,Café\n".encode() + "2,Café\n".encode("latin-1"), "Line 3 is not UTF-8"),
        (TEXT.encode("utf-16-le"), "not a text file"),
        (TEXT.encode("utf-16")[:-1], "UTF-16"),
        (b"sku,name\n" + b"1,Tea\n" * 400_000 + b"2,\xff\n", "Line 400002 "),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=says), csv_reading.open_table(path):
        pass


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path, says in ((tmp_path / "none.csv", "no file"), (tmp_path, "folder")):
        with pytest.raises(BadFile, match=says), csv_reading.open_table(path):
            pass


@pytest.mark.parametrize(
    ("header", "says"),
    [("name,price", "“sku” is missing"), ("sku,name,colour", "“colour”"), ("sku,name,sku", "“sku” is there twice")],
)
def test_a_wrong_header_is_refused(header: str, says: str) -> None:
    with pytest.raises(BadFile, match=says):
        csv_reading.columns_of(header.split(","), ("sku", "name", "price"), ("sku", "name"))


def test_a_header_is_free_in_order_and_case() -> None:
    assert csv_reading.columns_of([" Name", "SKU "], ("sku", "name", "price"), ("sku",)) == ("name", "sku")


@pytest.mark.parametrize(
    ("text", "delimiter", "number"),
    [
        ("12.5", ",", "12.5"), ("12,5", ";", "12.5"), ("0,125", ";", "0.125"), ("12,50", "\t", "12.50"),
        ("12,5", ",", None), ("1,250", ";", None), ("1,250.00", ";", None), ("1.250,00", ";", None), (",5", ";", None),
        ("1,2,3", ";", None),
    ],
)  # fmt: skip
def test_a_decimal_comma_is_taken_only_where_it_is_clear(text: str, delimiter: str, number: str | None) -> None:
    if number is None:
        with pytest.raises(Refused, match="point"):
            csv_reading.number(text, delimiter)
    else:
        assert csv_reading.number(text, delimiter) == number


def test_figures_have_limits() -> None:
    assert csv_reading.money("1000000000") == 10**13
    assert csv_reading.qty("0.25") == 250
    assert csv_reading.decimal("0.123456789") == Decimal("0.123456789")
    for read, texts in (
        (csv_reading.money, ["-1", "1000000001", "1e9", "abc", "£5", "0.00001", "", "NaN", "１２"]),
        (csv_reading.qty, ["-1", "1000001", "1e9", "abc", "0.0001"]),
        (csv_reading.decimal, ["-1", "1000000001", "1e9", "inf"]),
    ):
        for text in texts:
            with pytest.raises(Refused, match=r"\.$"):
                read(text)
