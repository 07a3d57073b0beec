"""A catalogue row is right in itself or says which cell is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopstock.core.outcome import BadFile, RefusedRow
from shopstock.formats import item_csv
from shopstock.formats.item_csv import ItemRow


def read(tmp_path: Path, text: str) -> list[ItemRow | RefusedRow]:
    path = tmp_path / "items.csv"
    path.write_text(text, encoding="utf-8")
    return [row for row, _progress in item_csv.read(path)]


def test_columns_may_stand_in_any_order_or_be_missing(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "Supplier;name;SKU;price;cost;on_hand\nImporter; Earl  Grey ;T1;2,5;1,3333333;3\n")
    assert isinstance(row, ItemRow)
    assert row == ItemRow(
        line=2, sku="T1", name="Earl Grey", category="", supplier="Importer", price=25_000, cost=13_333, barcode="",
        pack_barcode="", pack_quantity=1_000, unit="", tax="", on_hand=3_000, opening_value=40_000, reorder_point=None,
    )  # fmt: skip


def test_zeros_before_a_code_survive(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "sku,name,barcode\n007,Tea,00012345\n")
    assert isinstance(row, ItemRow)
    assert (row.sku, row.barcode) == ("007", "00012345")


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ("T1,Tea,4.00638E+12,1", "spreadsheet"),
        ('T1,Tea,,"1,5"', "price: “1,5”"),
        ("T1,Tea,,", ""),
        ("T1,Tea", "2 cells"),
        ('T1,"Tea"x,,', "quotation mark"),
        ("T1,Tea,a\tb,", "control"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, cells: str, says: str) -> None:
    first, last = read(tmp_path, f"sku,name,barcode,price\n{cells}\nT2,Coffee,,\n")
    assert isinstance(first, RefusedRow) == bool(says)
    if isinstance(first, RefusedRow):
        assert first.line == 2
        assert says in first.reason
    assert isinstance(last, ItemRow)


def test_progress_ends_at_the_size(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text("sku,name\n" + "".join(f"{n},Item {n}\n" for n in range(5_000)), encoding="utf-8")
    seen = [progress for _row, progress in item_csv.read(path)]
    assert seen[-1].done == seen[-1].whole == path.stat().st_size
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)


def test_a_header_without_a_name_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="name"):
        read(tmp_path, "sku,price\n1,2\n")
