"""Write-offs, goods set aside, documents and their reversal from the command line."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Shopstock

Rows = Callable[..., Path]


@pytest.fixture
def stocked(shopstock: Shopstock, history: Rows) -> Shopstock:
    path = history(
        "2026-03-01,goods_receipt,R1,TEA,10,2.00,,,,,,Mill,", "2026-03-01,goods_receipt,R1,JAM,4,300.00,,,,,,Mill,"
    )
    assert shopstock("import", "history", path).code == 0
    return shopstock


@pytest.fixture
def ann(stocked: Shopstock, monkeypatch: pytest.MonkeyPatch) -> Shopstock:
    """A shop with a second person, who may write off goods worth 20 a day."""
    for pin, command in (("1382", ("set-pin", "Owner")), ("2749", ("add", "Ann", "--role", "stockroom"))):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{pin}\n"))
        assert stocked("person", *command).code == 0
    return stocked


def rows(run: Shopstock, report: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(run("report", report, "--format", "json").out)["rows"]
    return found


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "broken.png"
    Image.new("RGB", (40, 30), "brown").save(path)
    return path


def test_goods_are_written_off_with_a_cause_and_evidence(stocked: Shopstock, photo: Path) -> None:
    assert stocked("write-off", "add", "TEA=1", "--cause", "own_use").out == "W-0001: posted as 1-2\n"
    done = stocked("write-off", "add", "TEA=2", "--cause", "Damage", "--evidence", photo, "--note", "fell down")
    assert done.out == "W-0002: posted as 1-3\n"
    shown = stocked("document", "1-3").out
    assert "broken" in shown
    assert "Note: fell down" in shown
    assert {(row["cause"], row["quantity"]) for row in rows(stocked, "write-offs")} == {
        ("Own use", "1"),
        ("Damage", "2"),
    }
    assert stocked("check").code == 0


def test_what_is_wrong_is_said_and_leaves_nothing_behind(stocked: Shopstock, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("no picture")
    for wrong, words in (
        (("TEA=1", "--cause", "boredom"), "no cause “boredom”"),
        (("TEA=1", "--cause", "damage"), "evidence"),
        (("TEA=1", "--cause", "damage", "--evidence", notes), "photo"),
        (("GONE=1", "--cause", "own_use"), "no item with the SKU"),
        (("TEA", "--cause", "own_use"), "SKU=QTY"),
    ):
        said = stocked("write-off", "add", *wrong)
        assert said.code != 0, words
        assert words in said.err
    assert stocked("write-off", "list").out.count("W-0") == 0
    assert rows(stocked, "write-offs") == []
    assert stocked("check").code == 0


def test_above_the_limit_it_waits_for_somebody_else(ann: Shopstock) -> None:
    for n in (1, 2):
        said = ann("--as", "Ann", "write-off", "add", f"JAM={n}", "--cause", "own_use")
        assert said.out == f"W-000{n}: waits for approval\n"
    waiting = ann("write-off", "list", "--waiting").out
    assert "W-0001" in waiting
    assert "600.00" in waiting
    assert "600.00" not in ann("--as", "Ann", "write-off", "list", "--waiting").out
    assert ann("--as", "Ann", "write-off", "approve", "1").code != 0
    assert ann("write-off", "approve", "W-0001").out == "W-0001: posted as 1-2\n"
    assert ann("write-off", "reject", "2", "--why", "They are fine").out == "W-0002: rejected\n"
    assert "They are fine" in ann("--as", "Ann", "write-off", "list", "--decided").out
    assert [row["quantity"] for row in rows(ann, "write-offs")] == ["1"]
    assert "Approved by: Owner" in ann("document", "1-2").out


def test_a_document_is_reversed_with_a_reason_that_shows_on_both(stocked: Shopstock) -> None:
    stocked("write-off", "add", "TEA=3", "--cause", "own_use")
    assert stocked("reverse", "1-2", "--reason", "It was found").out == "1-2 is reversed by 1-3\n"
    assert "Reversed by 1-3 (Owner: It was found)" in stocked("document", "1-2").out
    assert "Reverses 1-2" in stocked("document", "1-3").out
    again = stocked("reverse", "1-2", "--reason", "Once more")
    assert again.code != 0
    assert "reversed" in again.err
    assert stocked("reverse", "1-77", "--reason", "x").err.startswith("There is no document 1-77")
    assert [row["on_hand"] for row in rows(stocked, "valuation") if row["sku"] == "TEA"] == ["10"]


def test_goods_are_set_aside_and_decided_about(stocked: Shopstock, tmp_path: Path) -> None:
    suppliers = tmp_path / "suppliers.csv"
    suppliers.write_text("supplier,sku\nMill,TEA\n")
    assert stocked("import", "suppliers", suppliers).code == 0
    assert stocked("set-aside", "put", "TEA=5", "--why", "Recalled").out == "Posted as 1-2\n"
    listed = stocked("set-aside", "list").out
    assert "Recalled" in listed
    assert "10.00" in listed
    assert stocked("set-aside", "back", "TEA=2").code == 0
    assert stocked("set-aside", "to-supplier", "TEA=1", "--supplier", "mill", "--reference", "RMA 7").code == 0
    assert [(row["sku"], row["quantity"]) for row in rows(stocked, "set-aside")] == [("TEA", "2")]
    for wrong, words in (
        (("back", "TEA=3"), "not so much set aside"), (("put", "TEA=8", "--why", "x"), "not 8"),
        (("to-supplier", "TEA=1", "--supplier", "Nobody"), "no supplier “Nobody”"),
    ):  # fmt: skip
        said = stocked("set-aside", *wrong)
        assert said.code != 0
        assert words in said.err
    assert stocked("check").code == 0
