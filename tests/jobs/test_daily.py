"""What is due once a day is done once a day."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

from shopstock.core.acting import Acting
from shopstock.core.catalogue import ItemFields
from shopstock.core.outcome import Changes
from shopstock.db.connection import Db
from shopstock.jobs import backups, daily
from shopstock.services import items
from shopstock.services import settings as settings_service
from tests.conftest import FrozenClock


def test_one_backup_and_one_ranking_a_day(sqlite_db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    folder = backups.folder_for(sqlite_db.url)
    made = items.create(sqlite_db, owner, ItemFields(name="Candle"))
    assert daily.run_due(sqlite_db).items == made.items
    assert daily.run_due(sqlite_db).items == frozenset()
    assert len(backups.listed(folder)) == 1
    frozen_clock.advance(timedelta(days=1))
    daily.run_due(sqlite_db)
    assert len(backups.listed(folder)) == 2


def test_a_folder_that_cannot_be_used_stops_nothing_else(
    sqlite_db: Db, owner: Acting, frozen_clock: FrozenClock, tmp_path: Path
) -> None:
    (tmp_path / "a file").write_text("in the way")
    settings_service.save(sqlite_db, owner, {"backup_folder": str(tmp_path / "a file")})
    items.create(sqlite_db, owner, ItemFields(name="Candle"))
    assert daily.run_due(sqlite_db).items


def test_it_works_beside_the_window_and_stops_when_told(sqlite_db: Db, owner: Acting, monkeypatch: object) -> None:
    made = items.create(sqlite_db, owner, ItemFields(name="Candle"))
    told: list[Changes] = []
    heard = threading.Event()
    monkeypatch.setattr(daily, "FIRST_AFTER_SECONDS", 0.0)  # type: ignore[attr-defined]
    work = daily.DailyWork(sqlite_db.url, lambda changes: (told.append(changes), heard.set()))
    work.start()
    assert heard.wait(20)
    assert work.stop()
    assert [changes.items for changes in told] == [made.items]
