"""Every command does what it says, and leaves with the exit code that scripts rely on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shopstock.cli import main, window
from shopstock.queries import reports
from tests.cli.conftest import Shopstock

History = Callable[..., Path]

TRADE = (
    "2024-01-01,opening,O1,CHAI,10,2.50",
    "2024-01-02T10:00,goods_receipt,GR1,CHAI,10,3.00",
    "2024-01-03T10:00,sale,S1,CHAI,12,,4.99",
)


def test_help_answers_without_the_window_and_the_database() -> None:
    script = (
        "import sys\nfrom shopstock.cli import main\nassert main.run(['--help']) == 0\n"
        "heavy = {'PySide6', 'apsw', 'peewee', 'reportlab'} & set(sys.modules)\nassert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for command in (
        "demo",
        "tour",
        "init",
        "import",
        "reports",
        "report",
        "check",
        "backup",
        "restore",
        "device",
        "person",
    ):
        assert command in done.stdout


def test_every_command_that_help_names_is_there() -> None:
    for name in main._commands():
        assert main.run([name, "--help"]) == 0


def test_a_shop_is_created_with_its_currency_costing_and_tax(shopstock: Shopstock, tmp_path: Path) -> None:
    place = str(tmp_path / "deep" / "new.db")
    said = shopstock(
        "init", "--name", "Tea & Co", "--currency", "chf", "--costing", "average", "--tax", "on-top", db=place
    )
    assert (said.code, said.err) == (0, "")
    assert json.loads(shopstock("report", "valuation", "--format", "json", db=place).out)["currency"] == "CHF"
    assert shopstock("init", "--name", "Other", "--currency", "EUR", db=place).code == 2


@pytest.mark.parametrize(
    "wrong",
    [("--currency", "QQQ"), ("--currency", "EUR", "--costing", "lifo"), ("--currency", "EUR", "--tax-rate", "x")],
)
def test_a_shop_that_cannot_be_founded_leaves_no_file(
    shopstock: Shopstock, tmp_path: Path, wrong: tuple[str, ...]
) -> None:
    place = tmp_path / "new.db"
    said = shopstock("init", "--name", "Shop", *wrong, db=str(place))
    assert said.code == 2
    assert said.err
    assert not place.exists()


def test_json_stands_alone_on_stdout(shopstock: Shopstock, history: History) -> None:
    assert shopstock("import", "history", history(*TRADE)).code == 0
    said = shopstock("report", "valuation", "--format", "json")
    assert json.loads(said.out)["rows"] == [
        {"sku": "CHAI", "name": "CHAI", "on_hand": "8", "unit_cost": "3.00", "value": "24.00"}
    ]
    assert said.err == ""


def test_a_report_goes_to_a_file_whole_and_never_over_the_shop(
    shopstock: Shopstock, sqlite_url: str, tmp_path: Path
) -> None:
    out = tmp_path / "value.json"
    said = shopstock("report", "valuation", "--format", "json", "--out", out)
    assert (said.code, said.out) == (0, "")
    assert json.loads(out.read_text())["report"] == "valuation"
    assert shopstock("report", "valuation", "--out", sqlite_url).code == 2
    assert shopstock("check").code == 0
    assert shopstock("report", "valuation", "--out", tmp_path / "nowhere" / "x.csv").code == 2
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_reports_are_named_and_wrong_questions_are_answered_in_a_sentence(shopstock: Shopstock) -> None:
    listed = shopstock("reports")
    assert listed.code == 0
    assert [line.split()[0] for line in listed.out.splitlines()] == list(reports.REPORTS)
    for wrong in (
        ("profit",), ("valuation", "--from", "2024-01-01"), ("journal", "--item", "X"), ("cogs", "--from", "soon"),
        ("valuation", "--item", "X"), ("stock", "--location", "Moon"),
        ("cogs", "--from", "2024-02-01", "--to", "2024-01-01"),
    ):  # fmt: skip
        said = shopstock("report", *wrong)
        assert said.code == 2, wrong
        assert said.out == ""
        assert len(said.err.strip().splitlines()) == 1


@pytest.mark.tampers
def test_check_proves_the_ledger_or_names_the_row_that_disagrees(
    shopstock: Shopstock, history: History, sqlite_url: str
) -> None:
    shopstock("import", "history", history(*TRADE))
    assert shopstock("check").code == 0
    from shopstock.db.connection import open_shop, transaction

    with open_shop(sqlite_url) as db, transaction(db):
        db.run("UPDATE stock_level SET on_hand = on_hand + 1000")
    said = shopstock("check")
    assert said.code == 1
    assert "CHAI" in said.out or "stock_level" in said.out


def test_backup_and_restore_bring_the_shop_back(shopstock: Shopstock, history: History, tmp_path: Path) -> None:
    shopstock("import", "history", history(*TRADE))
    assert shopstock("backup", tmp_path / "copy.db").code == 0
    shopstock("import", "history", history("2024-01-04,sale,S2,CHAI,1,,5"))
    assert shopstock("restore", tmp_path / "copy.db").code == 0
    value = json.loads(shopstock("report", "valuation", "--format", "json").out)
    assert value["total"]["on_hand"] == "8"
    assert shopstock("restore", tmp_path / "nothing.db").code == 2


def test_a_device_is_set_listed_shown_and_removed(shopstock: Shopstock, tmp_path: Path) -> None:
    port = tmp_path / "printer"
    port.touch()
    assert (
        shopstock(
            "device", "set", "receipt-printer", f"file://{port}", "--columns", "42", "--option", "replies=no"
        ).code
        == 0
    )
    assert f"file://{port}" in shopstock("device", "list").out
    assert "42" in shopstock("device", "show", "receipt-printer").out
    assert shopstock("device", "test", "receipt-printer").code == 0
    assert port.read_bytes()
    assert shopstock("device", "remove", "receipt-printer").code == 0
    for wrong in (("show", "receipt-printer"), ("set", "toaster", "tcp://a:1"), ("set", "receipt-printer", "ftp://a")):
        assert shopstock("device", *wrong).code == 2


def test_people_act_within_their_rights(shopstock: Shopstock, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr(sys, "stdin", io.StringIO("2580\n"))
    assert shopstock("person", "set-pin", "Owner").code == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("8426\n"))
    assert shopstock("person", "add", "Kim", "--role", "cashier").code == 0
    assert "Kim" in shopstock("person", "list").out
    for command in (("report", "valuation"), ("backup", "x.db"), ("device", "set", "receipt-printer", "tcp://a")):
        said = shopstock("--as", "kim", *command)
        assert said.code == 2
        assert "Kim may not" in said.err
    assert shopstock("--as", "Nobody", "report", "valuation").code == 2


def test_without_a_command_the_window_opens_on_the_shop(
    shopstock: Shopstock, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    monkeypatch.setattr(window, "open_window", lambda session: opened.append((session.url, session.as_name)) or 0)
    assert shopstock("--as", "Kim").code == 0
    assert opened == [(sqlite_url, "Kim")]


def test_the_shop_is_found_by_the_environment(sqlite_url: str) -> None:
    env = os.environ | {"SHOPSTOCK_DB": sqlite_url}
    done = subprocess.run(
        [sys.executable, "-m", "shopstock", "report", "valuation", "--format", "json"],
        env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["currency"] == "GBP"


@pytest.mark.parametrize("shell", ["{command} | true", "{command} >&-", "{command} >&- 2>&-"])
def test_a_reader_that_went_away_is_no_error(sqlite_url: str, shell: str) -> None:
    command = f"'{sys.executable}' -m shopstock --db '{sqlite_url}' reports"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", shell.format(command=command)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_fault_of_the_program_is_logged_and_told_in_a_sentence(
    shopstock: Shopstock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(main, "_commands", lambda: {"check": ("no_such_module", "")})
    said = shopstock("check")
    assert said.code == 3
    log = next(tmp_path.rglob("shopstock.log"))
    assert str(log) in said.err
    assert "no_such_module" in log.read_text()
