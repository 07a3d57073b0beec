"""A count from the command line: begun, entered from files, recounted, explained, approved, posted."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Shopstock

Rows = Callable[..., Path]


@pytest.fixture
def stocked(shopstock: Shopstock, history: Rows, monkeypatch: pytest.MonkeyPatch) -> Shopstock:
    """Ten teas and four jams on the floor; Ann and Bo may count, Mia may post."""
    path = history("2026-03-01,goods_receipt,R1,TEA,10,2.00,,,,,,,", "2026-03-01,goods_receipt,R1,JAM,4,3.00,,,,,,,")
    assert shopstock("import", "history", path).code == 0
    people = (
        ("1382", ("set-pin", "Owner")), ("2749", ("add", "Ann", "--role", "stockroom")),
        ("4951", ("add", "Bo", "--role", "stockroom")), ("7351", ("add", "Mia", "--role", "inventory_manager")),
    )  # fmt: skip
    for pin, command in people:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{pin}\n"))
        assert shopstock("person", *command).code == 0
    return shopstock


@pytest.fixture
def scans(tmp_path: Path) -> Callable[[str, str], Path]:
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_from_the_first_scan_to_the_posting(stocked: Shopstock, scans: Callable[[str, str], Path]) -> None:
    assert stocked("count", "new", "--name", "Spring").out == "N-0001: one place to count\n"
    first = scans("DATA.TXT", "TEA,8\nJAM,3\nJAM,1\n")
    assert stocked("--as", "Ann", "count", "enter", "N-0001", first).out == "3 rows entered\n"
    again = stocked("--as", "Ann", "import", "count", first, "--count", "1")
    assert again.code != 0
    assert "was taken on" in again.err
    assert stocked("--as", "Ann", "count", "done", "1").out == "Shop: counted\n"
    assert "again, by somebody else" in stocked("count", "close", "1").out
    shown = stocked("--as", "Bo", "count", "show", "1").out
    assert "To be counted" not in shown
    assert "10" not in shown.replace("N-0001", ""), "who counts is not told what is expected"
    refused = stocked("--as", "Ann", "count", "enter", "1", scans("again.txt", "TEA,10\n"))
    assert "you counted it before" in refused.err
    assert stocked("--as", "Bo", "count", "enter", "1", scans("bo.txt", "TEA,8\n")).code == 0
    assert stocked("--as", "Bo", "count", "done", "1").code == 0
    assert stocked("count", "close", "1").out == "2 lines, 1 of them need a root cause\n"
    assert "still need a root cause" in stocked("count", "post", "1").err
    shown = stocked("count", "show", "1").out
    assert "-4.00" in shown
    line = next(row.split()[0] for row in shown.splitlines() if "TEA" in row)
    assert "The causes are: receiving_error" in stocked("count", "explain", line, "--cause", "boredom").err
    assert stocked("--as", "Mia", "count", "explain", line, "--cause", "Theft").code == 0
    assert stocked("count", "post", "1").out.startswith("Posted as 1-")
    assert "N-0001" not in stocked("count", "list").out
    assert "Posted" in stocked("count", "list", "--all").out
    assert stocked("check").code == 0


def test_papers_actions_and_the_log(stocked: Shopstock, scans: Callable[[str, str], Path], tmp_path: Path) -> None:
    stocked("count", "new")
    sheets, review = tmp_path / "sheets.pdf", tmp_path / "review.pdf"
    assert stocked("--as", "Ann", "count", "sheets", "1", "--out", sheets).out == f"{sheets}: one sheet\n"
    assert sheets.read_bytes().startswith(b"%PDF")
    nowhere = tmp_path / "none.pdf"
    assert "no one place" in stocked("count", "sheets", "1", "--out", nowhere, "--place", "Moon").err
    assert stocked("count", "sheets", "99", "--out", nowhere).code != 0
    assert not nowhere.exists()
    sheets.write_text("mine")
    assert "is there already" in stocked("count", "sheets", "1", "--out", sheets).err
    assert sheets.read_text() == "mine"

    for who in ("Ann", "Bo"):
        stocked("--as", who, "count", "enter", "1", scans(f"{who}.txt", "TEA,8\n" + "JAM,4\n" * (who == "Ann")))
        stocked("--as", who, "count", "done", "1")
        stocked("count", "close", "1")
    line = next(row.split()[0] for row in stocked("count", "show", "1").out.splitlines() if "TEA" in row)
    assert stocked("--as", "Mia", "count", "explain", line, "--cause", "Theft").code == 0
    assert stocked("count", "post", "1").code == 0

    act = ("count", "act", line, "--action", "Lock the cabinet", "--due", "2099-01-01", "--owner")
    assert "Nobody called “Zoe” works here" in stocked(*act, "Zoe").err
    assert "Lock" not in stocked("report", "count-actions").out
    assert stocked(*act, "ann").code == 0
    shown = stocked("report", "count-actions").out
    assert "Lock the cabinet" in shown
    assert "open" in shown
    assert stocked("--as", "Ann", "count", "acted", "1", "--outcome", "It has a key").code == 0
    assert "done already" in stocked("count", "acted", "1").err
    assert "kept" in stocked("report", "count-actions").out

    assert "TEA" in stocked("--as", "Mia", "count", "log", "--cause", "theft", "--person", "Bo").out
    assert "TEA" not in stocked("--as", "Mia", "count", "log", "--cause", "misplaced").out
    assert stocked("--as", "Ann", "count", "log").code != 0

    assert "no quarter" in stocked("count", "review", "--quarter", "autumn", "--out", review).err
    assert stocked("--as", "Ann", "count", "review", "--quarter", "2026Q1", "--out", review).code != 0
    assert not review.exists()
    assert stocked("count", "review", "--quarter", "2026Q1", "--out", review).out == f"{review}\n"
    written = review.read_bytes()
    assert "is there already" in stocked("count", "review", "--quarter", "2025Q1", "--out", review).err
    assert review.read_bytes() == written
    assert stocked("check").code == 0


def test_what_is_wrong_is_said_and_nothing_is_entered(stocked: Shopstock, scans: Callable[[str, str], Path]) -> None:
    stocked("count", "new")
    for command, words in (
        (("enter", "N-0009", scans("a.txt", "TEA,1\n")), "no count N-0009"),
        (("enter", "1", scans("b.txt", "TEA,1\n"), "--place", "Nowhere"), "no one place"),
        (("enter", "1", scans("c.csv", "code,quantity,place\nTEA,1,Nowhere\n")), "is not being counted"),
        (("new",), "is being counted already"), (("close", "1"), "not finished"), (("approve", "7"), "no such line"),
    ):  # fmt: skip
        said = stocked("count", *command)
        assert said.code != 0, words
        assert words in said.err
    partly = stocked("count", "enter", "1", scans("d.csv", "code,quantity\nTEA,10000000\nGONE,1\nJAM,2\n"))
    assert partly.code == 1
    assert "Line 2" in partly.err
    assert "Nobody knows these codes yet: GONE" in partly.err
    assert stocked("count", "match", "1", "GONE").code == 0
    assert stocked("count", "cancel", "1").code == 0
    assert stocked("check").code == 0


def test_lines_are_sent_back_and_a_place_is_opened_again(stocked: Shopstock, scans: Callable[[str, str], Path]) -> None:
    assert "no category" in stocked("count", "new", "--category", "Spices").err
    assert stocked("count", "new").code == 0
    number = "N-0001"
    assert stocked("--as", "Ann", "count", "enter", number, scans("first.txt", "TEA,10\nJAM,3\n")).code == 0
    assert stocked("--as", "Ann", "count", "done", number).code == 0
    assert "no one place" in stocked("count", "reopen", number, "--place", "Nowhere").err
    assert stocked("count", "reopen", number, "--place", "Shop").code == 0
    assert stocked("--as", "Ann", "count", "enter", number, scans("more.txt", "JAM,1\n")).code == 0
    assert stocked("--as", "Ann", "count", "done", number).code == 0
    assert stocked("count", "close", number).out == "2 lines, 0 of them need a root cause\n"
    shown = stocked("count", "show", number, "--all").out
    line = next(row.split()[0] for row in shown.splitlines() if "TEA" in row)
    assert f"{number} has no line 99" in stocked("count", "recount", number, line, "99").err
    assert stocked("count", "recount", number, line).out == "1 line is to be counted again\n"
    assert "you counted it before" in stocked("--as", "Ann", "count", "enter", number, scans("no.txt", "TEA,9\n")).err
    assert stocked("--as", "Bo", "count", "enter", number, scans("bo.txt", "TEA,10\n")).code == 0
    assert stocked("--as", "Bo", "count", "done", number).code == 0
    assert stocked("count", "close", number).code == 0
    assert stocked("count", "post", number).out.startswith("Posted as 1-")
    assert stocked("check").code == 0


def test_a_category_alone_is_counted(shopstock: Shopstock, tmp_path: Path, scans: Callable[[str, str], Path]) -> None:
    table = tmp_path / "items.csv"
    table.write_text("sku,name,category,price,on_hand,cost\nTEA,Tea,Drinks,5,10,2\nJAM,Jam,Food,6,4,3\n")
    assert shopstock("import", "items", table).code == 0
    assert shopstock("count", "new", "--category", "drinks").code == 0
    assert shopstock("count", "enter", "1", scans("a.txt", "TEA,10\n")).code == 0
    assert shopstock("count", "done", "1").code == 0
    assert shopstock("count", "close", "1").out == "1 lines, 0 of them need a root cause\n"
