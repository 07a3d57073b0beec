"""Whatever is put in: a clear sentence that says what to do, nothing half-written, no traceback."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from shopstock.db.connection import open_shop, transaction
from tests.cli.conftest import Shopstock

History = Callable[..., Path]

GOOD = "2024-01-01,opening,O1,CHAI,10,2.50"


def documents(url: str) -> int:
    with open_shop(url) as db:
        found: int = db.value("SELECT count(*) FROM document")
        return found


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2024-01-02,sale,S,CHAI,abc", "abc"),
        ("2024-01-02,sale,S,CHAI,1e9", "1e9"),
        ("2024-01-02,sale,S,CHAI,1000001", "1,000,000"),
        ("2024-01-02,sale,S,CHAI,0", "quantity is 0"),
        ("2024-01-02,sale,S,CHAI,-3", "-3"),
        ("2024-01-02,sale,S,CHAI,1.0005", "3 decimals"),
        ('2024-01-02,sale,S,CHAI,"1,5"', "1,5"),
        ("2024-01-02,sale,S,CHAI,,,1", "quantity"),
        ("2024-01-02,sale,S,,1", "sku"),
        ("2024-01-02,sale,S,CHAI,1,,-1", "-1"),
        ("2024-01-02,sale,S,CHAI,1,,1000000001", "1,000,000,000"),
        ("2024-01-02,sale,S,CHAI,1000000,,1000000", "1,000,000,000"),
        ("2024-01-02,opening,S,CHAI,1", "unit_cost"),
        ("2024-01-02,goods_receipt,S,CHAI,1,NaN", "NaN"),
        ("2024-01-02,dance,S,CHAI,1", "dance"),
        ("yesterday,sale,S,CHAI,1", "yesterday"),
        ("2024-02-30,sale,S,CHAI,1", "2024-02-30"),
        ("2199-01-01,sale,S,CHAI,1", "future"),
        ("2024-01-02,write_off,S,CHAI,1", "cause"),
        ("2024-01-02,transfer,S,CHAI,1,,,Shop", "to_location"),
        ("2024-01-02,transfer,S,CHAI,1,,,Shop,Shop", "two locations"),
        ("2024-01-02,customer_return,S,CHAI,1,,,,,,NONE", "NONE"),
        ("2024-01-02,landed_cost,S,,,,,,,,O1,,5", "goods receipt"),
        ("2024-01-02,landed_cost,S,,,,,,,,,,5", "of"),
        ("2024-01-02,sale,S," + "X" * 500 + ",1", "500"),
        ("2024-01-02,sale,S,CHAI,1,,1,,,,,,,,,x", "cells"),
        ('2024-01-02,sale,S,"CH"AI,1', "quotation mark"),
    ],
)
def test_a_bad_row_is_named_by_line_and_reason_and_the_rest_kept(
    shopstock: Shopstock, history: History, sqlite_url: str, row: str, reason: str
) -> None:
    said = shopstock("import", "history", history(GOOD, row))
    assert said.code == 1
    assert said.err.startswith("line 3: ")
    assert reason in said.err
    assert documents(sqlite_url) == 1
    assert shopstock("check").code == 0


def test_strict_takes_nothing_and_a_dry_run_changes_nothing(
    shopstock: Shopstock, history: History, sqlite_url: str
) -> None:
    bad = history(GOOD, "2024-01-02,sale,S,CHAI,abc")
    assert shopstock("import", "history", bad, "--strict").code == 2
    assert shopstock("import", "history", bad, "--dry-run").code == 1
    assert shopstock("import", "history", history(GOOD), "--dry-run").code == 0
    assert documents(sqlite_url) == 0
    with open_shop(sqlite_url) as db:
        assert db.value("SELECT count(*) FROM item") == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"date,type,number\n1,2,3\n",
        b"at,event,event\n",
        b"at,event,sku,quantity,colour\n",
        b"at,event,reference,sku,quantity\n2024-01-01,opening,O1,CAF\xe9,1\n",
        b"\xff\xfeat,event\n",
        bytes(range(256)) * 40,
        b"PK\x03\x04" + b"\x00" * 100,
        b"at,event,sku,quantity\n2024-01-01,sale,\x00,1\n",
    ],
)
@pytest.mark.parametrize("kind", ["history", "items"])
def test_an_unusable_file_is_refused_as_a_whole(
    shopstock: Shopstock, history: History, sqlite_url: str, content: bytes, kind: str
) -> None:
    said = shopstock("import", kind, history(content=content))
    assert said.code == 2
    assert len(said.err.strip().splitlines()) == 1
    assert documents(sqlite_url) == 0


@pytest.mark.parametrize("place", ["nothing.csv", "."])
def test_a_file_that_is_none_is_told(shopstock: Shopstock, tmp_path: Path, place: str) -> None:
    assert shopstock("import", "history", tmp_path / place).code == 2
    assert shopstock("import", "items", tmp_path / place).code == 2


def test_texts_of_every_script_come_through(shopstock: Shopstock, history: History) -> None:
    said = shopstock(
        "import", "history",
        history("2024-01-01,opening,Ö1,תה ירוק,3,1.50", "2024-01-02,sale,S😀,תה ירוק,1,,2,,,,,=cmd|' /C calc'!A0"),
    )  # fmt: skip
    assert said.code == 0
    assert "תה ירוק" in shopstock("report", "valuation").out


def digest(path: Path) -> str:
    """Hash a file in a process of its own: this one may hold locks on it."""
    script = "import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], 'rb').read()).hexdigest())"
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    return done.stdout


def _foreign(path: Path, shop: Path) -> None:
    database = apsw.Connection(str(path))
    database.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)")
    database.close()


def _cut(path: Path, shop: Path) -> None:
    path.write_bytes(shop.read_bytes()[:10_000])


def _newer(path: Path, shop: Path) -> None:
    path.write_bytes(shop.read_bytes())
    with open_shop(str(path)) as db, transaction(db):
        db.run("UPDATE schema_migration SET name = '9999_future' WHERE id = (SELECT max(id) FROM schema_migration)")


def _text(path: Path, shop: Path) -> None:
    path.write_text("Dear diary, " * 1000)


def _garbage(path: Path, shop: Path) -> None:
    path.write_bytes(hashlib.sha512(b"noise").digest() * 500)


@pytest.mark.parametrize("make", [_foreign, _cut, _newer, _text, _garbage])
@pytest.mark.parametrize(
    "command",
    [
        ("report", "valuation"), ("check",), ("init", "--name", "N", "--currency", "EUR"),
        ("import", "history", "HISTORY"), ("backup", "copy.db"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_shop_is_refused_and_never_written_to(
    shopstock: Shopstock, history: History, sqlite_url: str, tmp_path: Path, make: Callable[[Path, Path], None],
    command: tuple[str, ...],
) -> None:  # fmt: skip
    place = tmp_path / "other.db"
    make(place, Path(sqlite_url))
    before = digest(place)
    file = str(history(GOOD))
    said = shopstock(*(file if word == "HISTORY" else word for word in command), db=str(place))
    assert said.code == 2
    assert len(said.err.strip().splitlines()) == 1
    assert digest(place) == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("other")] == ["other.db"]


def test_a_shop_that_is_locked_is_told(
    shopstock: Shopstock, history: History, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shopstock.db.connection.BUSY_SECONDS", 0.1)
    with open_shop(sqlite_url) as other, transaction(other):
        said = shopstock("import", "history", history(GOOD))
    assert said.code == 2
    assert "Another program" in said.err
    assert documents(sqlite_url) == 0


def test_a_shop_that_does_not_exist_is_told(shopstock: Shopstock, tmp_path: Path) -> None:
    for command in (("check",), ("report", "stock"), ("backup", "x.db")):
        said = shopstock(*command, db=str(tmp_path / "none.db"))
        assert said.code == 2
        assert "none.db" in said.err
    assert not (tmp_path / "none.db").exists()


def test_wrong_use_leaves_with_2(shopstock: Shopstock) -> None:
    for wrong in (("dance",), ("report",), ("import", "history"), ("report", "valuation", "--format", "pdf")):
        assert shopstock(*wrong).code == 2
