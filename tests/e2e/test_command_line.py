"""A shop's life told by the command line alone, as a script would: real processes on both databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.e2e

ITEMS = """sku,name,category,price,cost,barcode,pack_barcode,pack_quantity,unit,tax_rate,on_hand,reorder_point,supplier
CHAI,צ'אי 🍵,Tea,4.00,2.50,5000112637922,,,piece,20,0,5,Leaf & Co
GOUDA,"Gouda, old",Cheese,14.90,9.00,,,,kg,0,2.5,1,Dairy
"""
HISTORY = """at,event,reference,sku,quantity,unit_cost,unit_price
2024-01-01T09:00,goods_receipt,R1,CHAI,10,2.50,
2024-01-02T09:00,goods_receipt,R2,CHAI,10,3.00,
2024-01-03T09:00,sale,S1,CHAI,12,,4.00
"""


class Shopstock:
    """The program as it is called; each call is a process of its own."""

    def __init__(self, url: str, home: Path) -> None:
        self._url = url
        folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "CACHE", "DATA", "STATE")}
        self._environment = {**os.environ, **folders}

    def __call__(self, *args: str | Path, code: int = 0) -> str:
        """Run a command and return its standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "shopstock", "--db", self._url, *map(str, args)], env=self._environment,
            cwd=Path(__file__).resolve().parents[2], capture_output=True, text=True, encoding="utf-8", timeout=120,
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stdout + done.stderr
        assert done.returncode == code, done.stderr
        return done.stdout

    def report(self, name: str, *args: str) -> Any:
        """Return a report, from standard output alone."""
        return json.loads(self("report", name, "--format", "json", *args))


def test_from_init_to_restore(empty_url: str, tmp_path: Path) -> None:
    shopstock = Shopstock(empty_url, tmp_path / "home")
    items, history, kept = tmp_path / "items.csv", tmp_path / "history.csv", tmp_path / "kept.backup"
    items.write_text(ITEMS, encoding="utf-8-sig")
    history.write_text(HISTORY, encoding="utf-16")
    shopstock("check", code=2)
    shopstock("init", "--name", "Corner Shop", "--currency", "GBP", "--costing", "fifo", "--tax", "inside")
    shopstock("init", "--name", "Corner Shop", "--currency", "GBP", code=2)
    assert shopstock("import", "items", items).startswith("2 rows taken")
    assert shopstock("import", "items", items).startswith("0 rows taken, 2 already there")
    assert shopstock("import", "history", history).startswith("3 documents taken")
    assert shopstock("import", "history", history).startswith("0 documents taken (0 rows), 3 already there")
    valuation = shopstock.report("valuation")
    assert valuation["currency"] == "GBP"
    worth = {row["sku"]: (row["name"], row["on_hand"], row["value"]) for row in valuation["rows"]}
    assert worth["CHAI"] == ("צ'אי 🍵", "8", "24.00")
    assert worth["GOUDA"] == ("Gouda, old", "2.5", "22.50")
    assert [(row["sku"], row["cogs"]) for row in shopstock.report("cogs")["rows"]] == [("CHAI", "31.00")]
    before = {name: shopstock.report(name, *span) for name, span in REPORTS.items()}
    assert "right" in shopstock("check")
    shopstock("backup", kept)
    later = tmp_path / "later.csv"
    later.write_text("at,event,reference,sku,quantity,unit_price\n2024-01-04,sale,S2,CHAI,8,4\n", encoding="utf-8")
    assert shopstock("import", "history", later).startswith("1 document taken")
    assert {row["sku"] for row in shopstock.report("valuation")["rows"] if row["on_hand"] != "0"} == {"GOUDA"}
    shopstock("restore", kept)
    assert {name: shopstock.report(name, *span) for name, span in REPORTS.items()} == before
    assert "right" in shopstock("check")


SPAN = ("--from", "2024-01-01", "--to", "2024-12-31")
REPORTS = {
    "valuation": ("--as-of", "2024-12-31"), "stock": ("--as-of", "2024-12-31"), "cogs": SPAN, "sales": SPAN,
    "movements": SPAN, "journal": SPAN,
}  # fmt: skip
