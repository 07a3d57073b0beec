"""Where a command is told to write: whatever is there already is not replaced by mistake."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from tests.cli.conftest import Shopstock

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files.")


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """A file that is none: a named pipe, like a device in /dev."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def test_a_report_is_written_into_a_pipe_and_does_not_replace_it(shopstock: Shopstock, pipe: Path) -> None:
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()), daemon=True)
    reader.start()
    assert shopstock("report", "stock", "--format", "csv", "--out", pipe).code == 0
    reader.join(10)
    assert read[0].startswith("sku,name,location")
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_backup_is_a_file(shopstock: Shopstock, pipe: Path) -> None:
    said = shopstock("backup", pipe)
    assert said.code == 2
    assert "no file" in said.err
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_shop_is_a_file_or_a_postgresql_address(shopstock: Shopstock, pipe: Path) -> None:
    for place in (str(pipe), "mysql://server/shop"):
        for command in (("check",), ("init", "--name", "N", "--currency", "EUR")):
            said = shopstock(*command, db=place)
            assert said.code == 2
            assert len(said.err.strip().splitlines()) == 1


def test_a_report_in_a_folder_that_is_not_there(shopstock: Shopstock, tmp_path: Path) -> None:
    said = shopstock("report", "stock", "--out", tmp_path / "none" / "stock.csv")
    assert said.code == 2
    assert said.err == f"There is no folder {tmp_path / 'none'}. Create it first.\n"


@pytest.mark.parametrize("name", ["", " \t ", "\x07\x1b", "X" * 81])
def test_a_shop_needs_a_name_that_a_receipt_can_bear(shopstock: Shopstock, tmp_path: Path, name: str) -> None:
    place = tmp_path / "new.db"
    assert shopstock("init", "--name", name, "--currency", "EUR", db=str(place)).code == 2
    assert not place.exists()
