"""Which till a computer is: kept on the computer, for whatever shop it opens."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from shopstock import app
from shopstock.core.acting import Acting
from shopstock.db.connection import Db
from tests import till as shop


def test_a_computer_that_is_a_till_of_another_shop_opens_this_one_too(
    sqlite_db: Db, owner: Acting, tmp_path: Path
) -> None:
    second = shop.second_till(sqlite_db, owner).station_id
    machine = QSettings(str(tmp_path / "machine.ini"), QSettings.Format.IniFormat)
    assert app.till_of(sqlite_db, machine) is None
    machine.setValue("station", int(second))
    assert app.till_of(sqlite_db, machine) == second
    machine.setValue("station", int(second) + 1)
    assert app.till_of(sqlite_db, machine) is None


@pytest.mark.parametrize("kept", ["", "abc", "-1", "²", "9" * 40, "1.5"])
def test_what_is_no_till_is_none(sqlite_db: Db, tmp_path: Path, kept: str) -> None:
    machine = QSettings(str(tmp_path / "machine.ini"), QSettings.Format.IniFormat)
    machine.setValue("station", kept)
    assert app.till_of(sqlite_db, machine) is None
