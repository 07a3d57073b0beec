"""Reports as files: exact figures, harmless text, tables that line up."""

from __future__ import annotations

import csv
import io
import json

from shopstock.formats.report_files import Column, Kind, csv_lines, json_lines, table_lines

COLUMNS = (
    Column("sku", "SKU"),
    Column("day", "Day", Kind.DAY),
    Column("at", "At", Kind.INSTANT),
    Column("qty", "Quantity", Kind.QTY, summed=True),
    Column("value", "Value", Kind.MONEY, summed=True),
)
ROWS = (("CHAI", 20260302, 1_772_445_600_000_000, 1_250, 123_456), ("茶", 20260303, 1_772_445_600_500_000, -3_000, 1))
TOTAL = {"qty": -1_750, "value": 123_457}


def test_json_holds_exact_decimal_strings() -> None:
    text = "".join(json_lines({"report": "x", "currency": "GBP", "as_of": None}, COLUMNS, ROWS, TOTAL))
    assert json.loads(text) == {
        "report": "x",
        "currency": "GBP",
        "as_of": None,
        "rows": [
            {"sku": "CHAI", "day": "2026-03-02", "at": "2026-03-02T10:00:00+00:00", "qty": "1.25", "value": "12.3456"},
            {
                "sku": "茶",
                "day": "2026-03-03",
                "at": "2026-03-02T10:00:00.500000+00:00",
                "qty": "-3",
                "value": "0.0001",
            },
        ],
        "total": {"qty": "-1.75", "value": "12.3457"},
    }
    assert json.loads("".join(json_lines({}, COLUMNS, (), {})))["rows"] == []


def test_csv_neutralises_formulas_in_text_and_leaves_figures_alone() -> None:
    evil = ("=1+1", "+1", "-1", "@x", "\t=x", "\r\n=x", 'He said "hi", twice')
    rows = [(text, 20260302, 0, -1_000, -10_000) for text in evil]
    read = list(csv.reader(io.StringIO("".join(csv_lines(COLUMNS, rows)), newline="")))
    assert read[0] == ["sku", "day", "at", "qty", "value"]
    assert [row[0] for row in read[1:]] == ["'=1+1", "'+1", "'-1", "'@x", "' =x", "'  =x", evil[-1]]
    assert {(row[3], row[4]) for row in read[1:]} == {("-1", "-1.00")}


def test_a_table_lines_up_in_every_script_and_steers_no_terminal() -> None:
    rows = (*ROWS, ("e\x1b[2J\n", 20260304, 0, 0, 0))
    lines = "".join(table_lines(COLUMNS, rows, TOTAL)).splitlines()
    assert lines[0].split() == ["SKU", "Day", "At", "Quantity", "Value"]
    assert lines[-1].split() == ["Total", "-1.75", "12.3457"]
    assert len(lines) == 2 + 3 + 2
    assert {len(lines[0]), len(lines[1]), len(lines[-1])} == {len(lines[2])}
    assert len(lines[3]) == len(lines[2]) - 1  # one wide letter
    assert "\x1b" not in "".join(lines)


def test_an_empty_table_says_so() -> None:
    assert "Nothing to show." in "".join(table_lines(COLUMNS, (), {"qty": 0}))
