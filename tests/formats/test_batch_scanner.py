"""Files of batch scanners, spreadsheets and keyboard scanners, told apart by themselves."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopstock.core.outcome import BadFile, RefusedRow
from shopstock.core.units import Qty
from shopstock.formats import batch_scanner
from shopstock.formats.batch_scanner import BatchRow

Read = Callable[[str], list[BatchRow | RefusedRow]]
TEA, SOAP = "4006381333931", "96385074"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def reading(text: str) -> list[BatchRow | RefusedRow]:
        path = tmp_path / "scanned.txt"
        path.write_text(text, encoding="utf-8", newline="")
        return [row for row, _read in batch_scanner.read(path)]

    return reading


def told(rows: list[BatchRow | RefusedRow]) -> list[tuple[object, ...]]:
    return [(row.code, row.qty // 1_000, row.at) for row in rows if isinstance(row, BatchRow)]


AT = datetime(2026, 11, 24, 9, 15, 30)


@pytest.mark.parametrize(
    "text",
    [
        f"{TEA},12,0001234,09:15:30,24/11/2026\r\n{SOAP},1,0001234,09:15:30,24/11/2026\r\n",  # SCANNED.TXT
        f"{TEA:<50},12,09:15:30,24/11/2026\n{SOAP:<50},1,09:15:30,24/11/2026\n",  # DATA.TXT
        f"{TEA};12;24.11.2026;09:15:30\n{SOAP};1;24.11.2026;09:15:30\n",
        f"{TEA}\t12\t2026-11-24\t09:15:30\n{SOAP}\t1\t2026-11-24\t09:15:30\n",
        f"{TEA},12,09:15:30,11/24/2026\n{SOAP},1,09:15:30,11/24/2026\n",  # a month cannot be 24
        f"time,Barcode,Qty,who\n2026-11-24 09:15:30,{TEA},12,Ann\n2026-11-24T09:15:30,{SOAP},,Ann\n",
    ],
)
def test_quantities_and_times_are_found_whatever_the_scanner_writes(read: Read, text: str) -> None:
    assert told(read(text)) == [(TEA, 12, AT), (SOAP, 1, AT)]


def test_the_serial_number_of_the_scanner_is_no_quantity(read: Read) -> None:
    text = f"{TEA},00123456,09:15:30,24/11/2026\n{SOAP},00123456,09:15:30,24/11/2026\n"
    assert told(read(text)) == [(TEA, 1, AT), (SOAP, 1, AT)]


def test_a_dump_of_a_keyboard_scanner_counts_each_line_and_knows_times(read: Read) -> None:
    assert told(read(f"{TEA}\n{TEA}\n3*{SOAP}\n\n5*\n{TEA}\n")) == [
        (TEA, 1, None), (TEA, 1, None), (SOAP, 3, None), (TEA, 5, None)
    ]  # fmt: skip


def test_a_header_names_places_and_lots(read: Read) -> None:
    rows = read(f"place;sku;quantity;lot\nB-04;TEA-1;0,5;L7\n;{SOAP};-2;\n")
    assert rows == [
        BatchRow(2, "TEA-1", Qty(500), None, "B-04", "L7"), BatchRow(3, SOAP, Qty(-2_000), None, "", "")
    ]  # fmt: skip


def test_rows_that_cannot_be_right_say_what_is_wrong_and_the_rest_is_read(read: Read) -> None:
    rows = read(f"code,quantity\n{TEA},10000000\n,3\n{SOAP},many\n{TEA},2\n")
    assert [row.line for row in rows if isinstance(row, RefusedRow)] == [2, 3, 4]
    assert "1,000,000" in str(rows[0])
    assert told(rows) == [(TEA, 2, None)]


def test_a_picture_is_no_file_of_codes(tmp_path: Path) -> None:
    path = tmp_path / "photo.txt"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    with pytest.raises(BadFile):
        list(batch_scanner.read(path))


@given(st.lists(st.tuples(st.integers(10**7, 10**13), st.integers(0, 999)), min_size=1, max_size=300))
def test_no_row_is_lost(rows: list[tuple[int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "DATA.TXT"
        path.write_text("".join(f"{code:<50},{qty},09:15:30,24/11/2026\n" for code, qty in rows), encoding="utf-8")
        found = [row for row, _read in batch_scanner.read(path)]
    assert told(found) == [(str(code), qty, AT) for code, qty in rows]
