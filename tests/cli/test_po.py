"""Purchase orders from the command line: from what is low to the file for the supplier."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Shopstock

ITEMS = "sku,name,price,reorder_point\nTEA,Tea,5.00,5\nJAM,Jam,3.00,2\nOIL,Oil,9.00,1\n"
SUPPLIERS = (
    "supplier,sku,supplier_code,price,pack_quantity,price_breaks\nAcme,TEA,AC-1,2.50,6,24:2.00\nBest,JAM,B-9,1.00,,\n"
)


@pytest.fixture
def stocked(shopstock: Shopstock, tmp_path: Path) -> Shopstock:
    for name, text in (("items", ITEMS), ("suppliers", SUPPLIERS)):
        path = tmp_path / f"{name}.csv"
        path.write_text(text)
        assert shopstock("import", name, path).code == 0
    return shopstock


def test_from_what_is_low_to_what_is_on_order(stocked: Shopstock) -> None:
    drafted = stocked("po", "draft")
    assert (drafted.code, drafted.out) == (1, "P-0001  Best: 1 line\nP-0002  Acme: 1 line\n")
    assert "OIL is low" in drafted.err
    again = stocked("po", "draft")
    assert again.out == "Nothing is low that is not ordered already.\n"
    assert stocked("po", "approve", "P-0002").out == "P-0002: approved\n"
    assert stocked("po", "send", "2", "--how", "phone").out == "P-0002: sent\n"
    shown = stocked("po", "show", "p-2").out
    assert "AC-1" in shown
    assert "15.00" in shown
    report = json.loads(stocked("report", "on-order", "--format", "json").out)
    assert [(row["sku"], row["open"], row["value"]) for row in report["rows"]] == [("TEA", "6", "15.00")]
    assert stocked("po", "cancel", "P-0001").code == 0
    assert stocked("po", "close", "P-0002").out == "P-0002: closed\n"
    assert "P-0001" not in stocked("po", "list").out
    listed = stocked("po", "list", "--all").out
    assert "Cancelled" in listed
    assert "Closed" in listed


def test_drafts_for_one_supplier_only(stocked: Shopstock) -> None:
    assert stocked("po", "draft", "--supplier", "best").out == "P-0001  Best: 1 line\n"
    assert stocked("po", "draft", "--supplier", "nobody").code == 2


def test_wrong_questions_are_answered_in_a_sentence(stocked: Shopstock, sqlite_url: str, tmp_path: Path) -> None:
    stocked("po", "draft")
    for wrong in (
        ("show", "P-9"), ("show", "tea"), ("send", "1"), ("close", "1"), ("approve", "x"),
        ("export", "1", "--out", sqlite_url), ("export", "1", "--out", tmp_path / "nowhere" / "x.pdf"),
    ):  # fmt: skip
        said = stocked("po", *wrong)
        assert said.code == 2, wrong
        assert said.err.strip()
    assert stocked("check").code == 0


def test_files_for_the_supplier(stocked: Shopstock, tmp_path: Path) -> None:
    stocked("po", "draft")
    for kind in ("pdf", "csv", "xlsx"):
        assert stocked("po", "export", "P-0002", "--format", kind, "--out", tmp_path / f"o.{kind}").code == 0
    text = subprocess.run(["pdftotext", tmp_path / "o.pdf", "-"], check=True, capture_output=True, text=True).stdout
    assert "P-0002" in text
    assert "Draft" in text
    assert "AC-1" in (tmp_path / "o.csv").read_text(encoding="utf-8-sig")
    assert zipfile.is_zipfile(tmp_path / "o.xlsx")
    said = stocked("po", "export", "2", "--out", tmp_path / "bare.pdf", "--no-prices", "--paper", "Letter")
    assert said == (0, f"P-0002: {tmp_path / 'bare.pdf'}\n", "")
    info = subprocess.run(["pdfinfo", tmp_path / "bare.pdf"], check=True, capture_output=True, text=True).stdout
    assert "612 x 792" in info


def test_imports_twice_and_with_bad_rows(stocked: Shopstock, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("order,supplier,sku,quantity\nX-1,Acme,TEA,12\nX-1,Acme,NOPE,1\n")
    first = stocked("import", "purchase-orders", path)
    assert (first.code, first.out) == (1, "1 row taken, 0 already there, 1 row refused.\n")
    assert "line 3: There is no item with the SKU “NOPE”." in first.err
    assert stocked("import", "purchase-orders", path).out == "0 rows taken, 1 already there, 1 row refused.\n"
    path.write_text("order,vendor\n")
    wrong = stocked("import", "purchase-orders", path)
    assert wrong.code == 2
    assert "supplier, quantity" in wrong.err
    same = stocked("import", "suppliers", tmp_path / "suppliers.csv")
    assert same.out == "0 rows taken, 2 already there, 0 rows refused.\n"
