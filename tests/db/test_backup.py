"""Backups are whole, verified, and restored without losing what was there."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from shopstock.core.outcome import BadFile, Refused
from shopstock.db import backup
from shopstock.db.connection import Db, connect, open_shop, transaction


def put(db: Db, key: str, value: str = "1") -> None:
    with transaction(db):
        db.run("INSERT INTO setting VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value))


def get(db: Db, key: str) -> str | None:
    found: str | None = db.value("SELECT value FROM setting WHERE key = ?", (key,))
    return found


def test_backup_and_restore_bring_back_the_shop_as_it_was(db: Db, tmp_path: Path) -> None:
    put(db, "mark", "before")
    copy = backup.backup_to(db, tmp_path / "copy.bak")
    put(db, "mark", "after")
    db.close()
    replaced = backup.restore(copy, db.url)
    vars(db).update(vars(connect(db.url)))
    assert get(db, "mark") == "before"
    assert replaced is not None
    backup.restore(replaced, db.url)
    with open_shop(db.url) as again:
        assert get(again, "mark") == "after"


def test_a_copy_taken_while_another_program_writes_is_whole(sqlite_url: str, tmp_path: Path) -> None:
    with open_shop(sqlite_url) as db, open_shop(sqlite_url) as other:
        calls = []

        def write_meanwhile(done: int, whole: int) -> None:
            calls.append((done, whole))
            put(other, f"meanwhile-{len(calls)}")

        put(db, "large", "x" * 30_000_000)
        copy = backup.backup_to(db, tmp_path / "copy.db", write_meanwhile)
        assert len(calls) > 1
        assert calls[-1][0] == calls[-1][1]
    with open_shop(str(copy)) as restored:
        assert len(get(restored, "large") or "") == 30_000_000


def test_a_backup_is_one_file(sqlite_db: Db, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    backup.backup_to(sqlite_db, folder / "copy.db")
    assert [found.name for found in folder.iterdir()] == ["copy.db"]


def test_refuses_places_that_cannot_be(sqlite_db: Db, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="no folder"):
        backup.backup_to(sqlite_db, tmp_path / "none" / "copy.db")
    with pytest.raises(Refused, match="is a folder"):
        backup.backup_to(sqlite_db, tmp_path)
    with pytest.raises(Refused, match="itself"):
        backup.backup_to(sqlite_db, sqlite_db.url)
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: type("Usage", (), {"free": 10_000}))
    with pytest.raises(Refused, match="no room"):
        backup.backup_to(sqlite_db, tmp_path / "copy.db")


def test_a_copy_that_does_not_prove_right_leaves_the_older_one(
    sqlite_db: Db, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = backup.backup_to(sqlite_db, tmp_path / "copy.db")
    before = copy.read_bytes()
    put(sqlite_db, "mark")

    def fail(_path: object) -> list[str]:
        raise BadFile("damaged")

    monkeypatch.setattr(backup, "verify", fail)
    with pytest.raises(BadFile):
        backup.backup_to(sqlite_db, copy)
    assert copy.read_bytes() == before
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    "evil",
    [
        "CREATE TRIGGER evil AFTER INSERT ON document BEGIN UPDATE setting SET value = '0'; END",
        "CREATE VIEW evil AS SELECT 1",
        "CREATE TABLE evil (x)",
        "ALTER TABLE setting ADD COLUMN evil TEXT GENERATED ALWAYS AS (upper(value)) VIRTUAL",
        "DROP TRIGGER stock_movement_no_update",
        "DROP TABLE payment",
        "CREATE INDEX evil ON item(lower(name))",
    ],
)
def test_refuses_a_backup_with_anything_foreign_in_its_schema(sqlite_db: Db, tmp_path: Path, evil: str) -> None:
    copy = backup.backup_to(sqlite_db, tmp_path / "copy.db")
    changed = apsw.Connection(str(copy))
    changed.execute(evil)
    changed.close()
    put(sqlite_db, "mark", "kept")
    with pytest.raises(BadFile, match="no shopstock wrote"):
        backup.restore(copy, sqlite_db.url)
    assert get(sqlite_db, "mark") == "kept"


def test_refuses_a_damaged_backup(sqlite_db: Db, tmp_path: Path) -> None:
    copy = backup.backup_to(sqlite_db, tmp_path / "copy.db")
    content = bytearray(copy.read_bytes())
    for page in range(3, 40):
        content[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    copy.write_bytes(content)
    with pytest.raises(BadFile):
        backup.restore(copy, sqlite_db.url)


def test_restores_over_a_damaged_shop_and_keeps_it_aside(sqlite_url: str, tmp_path: Path) -> None:
    with open_shop(sqlite_url) as db:
        put(db, "mark", "before")
        copy = backup.backup_to(db, tmp_path / "copy.db")
    Path(sqlite_url).write_bytes(b"nothing of a shop is left here")
    aside = backup.restore(copy, sqlite_url)
    assert aside is not None
    assert aside.read_bytes() == b"nothing of a shop is left here"
    with open_shop(sqlite_url) as db:
        assert get(db, "mark") == "before"


def test_restores_to_where_nothing_was(sqlite_db: Db, tmp_path: Path) -> None:
    copy = backup.backup_to(sqlite_db, tmp_path / "copy.db")
    assert backup.restore(copy, str(tmp_path / "moved.db")) is None
    with open_shop(str(tmp_path / "moved.db")) as moved:
        assert moved.rows("SELECT key, value FROM setting ORDER BY key") == sqlite_db.rows(
            "SELECT key, value FROM setting ORDER BY key"
        )


def test_a_program_that_has_the_shop_open_sees_the_restored_one(sqlite_url: str, tmp_path: Path) -> None:
    with open_shop(sqlite_url) as open_till:
        copy = backup.backup_to(open_till, tmp_path / "copy.db")
        put(open_till, "mark")
        backup.restore(copy, sqlite_url)
        assert get(open_till, "mark") is None
        put(open_till, "mark", "goes on")
    with open_shop(sqlite_url) as db:
        assert get(db, "mark") == "goes on"


def test_a_backup_of_the_other_engine_is_refused(db: Db, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.bak"
    wrong.write_bytes(b"PGDMP" + bytes(100) if db.engine == "sqlite" else b"SQLite format 3\0" + bytes(100))
    with pytest.raises(BadFile):
        backup.restore(wrong, db.url)


def test_a_missing_tool_is_named(db: Db, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if db.engine == "sqlite":
        assert backup.backup_to(db, tmp_path / "copy").exists()
        return
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.setattr("pathlib.Path.glob", lambda _self, _pattern: [])
    with pytest.raises(Refused, match="pg_dump"):
        backup.backup_to(db, tmp_path / "copy")


def test_no_backup_inside_a_transaction(sqlite_db: Db, tmp_path: Path) -> None:
    with transaction(sqlite_db), pytest.raises(RuntimeError):
        backup.backup_to(sqlite_db, tmp_path / "copy.db")


def test_verify_names_the_upgrades(sqlite_db: Db, tmp_path: Path) -> None:
    assert backup.verify(backup.backup_to(sqlite_db, tmp_path / "copy.db"))[0] == "0001_initial"
    with pytest.raises(BadFile, match="no file"):
        backup.verify(tmp_path / "none.db")


def test_an_upgrade_keeps_a_copy(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from shopstock.db import upgrade

    folder = tmp_path / "upgrades"
    folder.mkdir()
    for present in upgrade.FOLDER.glob("0*.py"):
        (folder / present.name).write_text(present.read_text(encoding="utf-8"), encoding="utf-8")
    later = max(int(found.name[:4]) for found in folder.iterdir()) + 1
    (folder / f"{later:04d}_later.py").write_text(
        "def up(migrator, db):\n    db.execute_sql('CREATE TABLE later (id INTEGER)')\n", encoding="utf-8"
    )
    monkeypatch.setattr(upgrade, "FOLDER", folder)
    with open_shop(sqlite_url) as db:
        assert db.value("SELECT count(*) FROM later") == 0
    copies = list(Path(sqlite_url).parent.glob("*.before-upgrade-*.db"))
    assert len(copies) == 1
    with connect(str(copies[0])) as kept:
        assert kept.value("SELECT count(*) FROM sqlite_master WHERE name = 'later'") == 0
        assert kept.value("SELECT count(*) FROM person") == 1
