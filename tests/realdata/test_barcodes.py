"""Eight hundred thousand real barcodes become a catalogue: every code survives as it is, and search answers."""

from __future__ import annotations

import csv
import gzip
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from shopstock.core import codes
from shopstock.core.acting import Acting
from shopstock.core.outcome import ImportResult
from shopstock.core.units import LocationId
from shopstock.db.connection import Db
from shopstock.queries import items as catalogue
from shopstock.queries import search
from shopstock.services import exchange_items
from tests.conftest import acting_as_owner

pytestmark = pytest.mark.realdata

HERE = LocationId(1)


class Goods(NamedTuple):
    """A row of the source: ``sound`` is whether its publisher found the check digit right."""

    code: str
    name: str
    sound: bool


def sample(folder: Path) -> Iterator[Goods]:
    with gzip.open(folder / "off_barcodes_sample_20k.csv.gz", "rt", encoding="utf-8", newline="") as file:
        yield from _goods(file)


def everything(folder: Path) -> Iterator[Goods]:
    with lzma.open(folder / "off_barcodes_2019.csv.xz", "rt", encoding="utf-8", newline="") as file:
        yield from _goods(file)


def _goods(file: Iterator[str]) -> Iterator[Goods]:
    for row in csv.DictReader(file):
        yield Goods(row["code"], row["name"], row["check_ok"] == "1")


def write(goods: Iterator[Goods], path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["barcode", "name", "sku"])
        for count, one in enumerate(goods, 1):
            writer.writerow([one.code, one.name, f"G{count}"])
    return count


def check_codes(db: Db, goods: Iterator[Goods], result: ImportResult) -> None:
    """Compare every code in the shop with the file; only rows that were refused may be missing."""
    stored = {code: (key, kind) for code, key, kind in db.rows("SELECT code, key, kind FROM item_code")}
    refused = {row.line for row in result.refused}
    reported = {row.line for row in result.warnings}
    for line, one in enumerate(goods, 2):
        if line in refused:
            continue
        code = one.code
        if not (len(code) in (8, 12, 13, 14) and code.isdigit()):
            assert code in stored or codes.is_gtin(codes.key(code)), code
            continue
        key, kind = stored[code]
        if one.sound:
            assert (key, kind) == (code.rjust(14, "0"), "gtin"), code
        elif kind == "gtin":
            assert len(code) == 8, code  # a UPC-E, whose check digit is that of the UPC-A it stands for
            assert code[0] in "01"
        else:
            assert (key, kind) == (code, "raw"), code
            assert line in reported, code


def test_a_sample_becomes_a_catalogue(db: Db, owner: Acting, realdata: Path, tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    count = write(sample(realdata), path)
    result = exchange_items.import_items(db, owner, path)
    assert result.taken + len(result.refused) == count
    assert len(result.refused) < 10
    check_codes(db, sample(realdata), result)
    for one in list(sample(realdata))[:: count // 200]:
        found = catalogue.by_code(db, one.code, HERE)
        assert found is not None
        assert one.code in [hit.sku for hit in search.find(db, found.sku, HERE)] or search.find(db, one.code, HERE)
    assert len(search.find(db, "chocolat noir", HERE)) > 20
    assert search.find(db, "no such thing anywhere", HERE) == []
    again = exchange_items.import_items(db, owner, path)
    assert (again.taken, again.unchanged, again.refused) == (0, result.taken, result.refused)


def test_all_of_them_become_a_catalogue(sqlite_db: Db, realdata: Path, tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    count = write(everything(realdata), path)
    assert count == 818_776
    result = exchange_items.import_items(sqlite_db, acting_as_owner(sqlite_db), path)
    assert result.taken + len(result.refused) == count
    assert len(result.refused) < 500
    assert all("already" in row.reason or "name" in row.reason for row in result.refused)
    assert sqlite_db.value("SELECT count(*) FROM item_search") == result.taken
    check_codes(sqlite_db, everything(realdata), result)
    assert catalogue.by_code(sqlite_db, "3017620422003", HERE) is not None
    assert len(search.find(sqlite_db, "nutella", HERE)) == 50
    assert search.find(sqlite_db, "philadephlia", HERE) == []
    assert any("philadelphia" in hit.name.casefold() for hit in search.nearest(sqlite_db, "philadephlia", HERE))
