"""One backup a day and one at closing, kept by age; other people's files are left alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from shopstock.core.outcome import Refused
from shopstock.db import backup, clock
from shopstock.db.connection import Db
from shopstock.jobs import backups


def at(moment: datetime) -> int:
    return clock.to_instant(moment)


MORNING = datetime(2026, 3, 2, 8, 30)
FOREIGN = ("shop.db", "notes-2020-01.txt", "shop-20200101.db", "shop-99999999-000000.db", "letter-20200101-120000.pdf")


def test_one_a_day_and_one_at_closing(db: Db, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    first = backups.run_due(db, folder, at(MORNING))
    assert first is not None
    assert first.path.exists()
    assert backups.run_due(db, folder, at(MORNING + timedelta(hours=3))) is None
    closing = backups.run_now(db, folder, at(MORNING.replace(hour=18)))
    assert [one.path for one in backups.listed(folder)] == [closing.path]
    assert backups.run_due(db, folder, at(MORNING + timedelta(days=1))) is not None
    assert len(backups.listed(folder)) == 2


def test_a_rolling_backup_can_be_restored(sqlite_db: Db, tmp_path: Path) -> None:
    taken = backups.run_now(sqlite_db, tmp_path / "backups", at(MORNING))
    assert taken.size == taken.path.stat().st_size > 0
    assert backup.verify(taken.path)


def test_old_ones_go_and_other_files_stay(tmp_path: Path) -> None:
    for back in range(400):
        moment = datetime(2026, 3, 2, 18, 0) - timedelta(days=back)
        (tmp_path / f"shop-{moment:%Y%m%d-%H%M%S}.db").touch()
    for name in FOREIGN:
        (tmp_path / name).touch()
    gone = backups.let_go(tmp_path)
    assert len(gone) > 370
    assert backups.listed(tmp_path)[0].taken_at == datetime(2026, 3, 2, 18, 0)
    for name in FOREIGN:
        assert (tmp_path / name).exists()
    assert backups.let_go(tmp_path) == []


def test_nothing_is_let_go_of_when_the_new_one_fails(
    sqlite_db: Db, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for back in range(20, 60):
        moment = MORNING - timedelta(days=back)
        (tmp_path / f"shop-{moment:%Y%m%d-%H%M%S}.db").touch()
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: type("Usage", (), {"free": 10}))
    with pytest.raises(Refused):
        backups.run_due(sqlite_db, tmp_path, at(MORNING))
    assert len(backups.listed(tmp_path)) == 40


def test_a_folder_that_cannot_be_made_is_named(sqlite_db: Db, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match="settings"):
        backups.run_now(sqlite_db, tmp_path / "file" / "backups", at(MORNING))


def test_where_they_lie(tmp_path: Path) -> None:
    assert backups.folder_for(str(tmp_path / "corner.db")) == tmp_path / "corner-backups"
    assert backups.folder_for(str(tmp_path / "corner.db"), " /mnt/usb ") == Path("/mnt/usb")
    assert backups.folder_for("postgresql://till@server/shop").name == "backups"
