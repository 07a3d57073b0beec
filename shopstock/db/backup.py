"""Copies of a shop: made whole while it is in use, verified before they count, restored without losing what was there.

SQLite copies are made with the backup API on the writer's own connection (a foreign one restarts at every commit, and
ordinary file calls on a live database drop its locks), written under a temporary name, verified, then renamed: a file
with the right name is a good one. PostgreSQL copies are made by ``pg_dump`` and restored by ``pg_restore``.

A backup is somebody's file: before it is restored its tables, indexes, triggers and views are compared with the
schema that this program's own upgrades make. Anything foreign in it is refused.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import apsw

from shopstock.core.outcome import BadFile, Refused
from shopstock.core.text import _
from shopstock.db import clock, connection, guard, postgres_dump, upgrade
from shopstock.db.connection import Db

Progress = Callable[[int, int], None]

_STEP_PAGES = 2_000
_ROOM = 1.05


def backup_to(db: Db, path: str | Path, progress: Progress | None = None) -> Path:
    """Write a verified copy of the open shop to ``path``, replacing an older file of that name only when it is good.

    ``progress(done, whole)`` is called with pages as the copy grows. Raises ``Refused`` when there is no folder or no
    room, when ``path`` is the shop itself, or when the copy does not prove right.
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise Refused(_("There is no folder {folder}. Create it first.").format(folder=target.parent))
    if target.is_dir():
        raise Refused(_("{path} is a folder. Name the backup file in it.").format(path=target))
    if target.exists() and not target.is_file():
        raise Refused(_("{path} is a device and no file. Name a file for the backup.").format(path=target))
    if db.in_transaction:
        raise RuntimeError("a backup inside a transaction would copy what is not committed")
    if db.engine == "postgresql":
        return postgres_dump.dump(db.url, target)
    if _same_file(db.url, target):
        raise Refused(_("{path} is the shop itself. Choose another name for the backup.").format(path=target))
    _require_room(db, target.parent)
    return _write_verified(db.raw, target, progress)


def verify(path: str | Path) -> list[str]:
    """Prove that a file is a whole shop of this program's making; return the names of the upgrades it has had.

    Reads every page. Raises ``BadFile`` for damage, for anything foreign in its schema and for newer shops.
    """
    place = Path(path)
    if not place.is_file():
        raise BadFile(_("There is no file {path}.").format(path=place))
    guard.check(str(place))
    with guard.probing(place) as probe:
        answer = [str(line) for (line,) in probe.execute("PRAGMA quick_check")]
        if answer != ["ok"]:
            raise BadFile(_("{path} is damaged: {detail}. Choose another backup.").format(path=place, detail=answer[0]))
        names = [str(name) for (name,) in probe.execute(f"SELECT name FROM {upgrade.HISTORY} ORDER BY id")]
        foreign = _schema(probe) ^ _known_schema(names[-1])
        if foreign:
            raise BadFile(
                _("{path} holds something that no shopstock wrote: {what}. It is not restored.").format(
                    path=place, what=", ".join(sorted({name for _kind, name, _text in foreign})[:5])
                )
            )
    return names


def restore(path: str | Path, target_url: str) -> Path | None:
    """Put a backup in the place of the shop at ``target_url``; return where the replaced one is kept, if any.

    The backup is verified first. The present shop is copied aside beside it as ``<name>.replaced-<time>``; a damaged
    one is moved aside. The change is one commit of the database: power may fail at any moment and either shop is whole.
    """
    source = Path(path)
    if connection.is_postgresql(target_url):
        return postgres_dump.restore(source, target_url)
    target = Path(target_url)
    verify(source)
    if _same_file(target_url, source):
        raise Refused(_("{path} is the shop itself. Choose a backup of it.").format(path=source))
    aside = target.with_name(f"{target.stem}.replaced-{_stamp()}{target.suffix}")
    kept = _set_aside(target, aside)
    with guard.probing(source) as probe:
        if target.exists():
            with connection.connect(target_url) as live:
                _copy(probe, live.raw, None)
        else:
            _write_verified(probe, target, None)
    return kept


def _set_aside(target: Path, aside: Path) -> Path | None:
    """Keep what is at ``target``: a copy of a sound shop, the files themselves of a damaged one."""
    if not target.exists():
        return None
    try:
        guard.check(str(target))
        with connection.connect(str(target)) as present:
            guard.check_open(present.raw, str(target))
            _write_verified(present.raw, aside, None)
    except BadFile:
        for ending in ("", "-wal", "-shm"):
            side_file = target.with_name(target.name + ending)
            if side_file.exists():
                side_file.rename(aside.with_name(aside.name + ending))
    return aside


def _write_verified(source: apsw.Connection, target: Path, progress: Progress | None) -> Path:
    """Copy ``source`` to a temporary file beside ``target``, verify it, give it its name."""
    draft = target.with_name(f".{target.name}.part-{os.getpid()}")
    draft.unlink(missing_ok=True)
    try:
        try:
            flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
            copy = apsw.Connection(str(draft), flags=flags)
            try:
                _copy(source, copy, progress)
                copy.execute("PRAGMA journal_mode = delete")  # one file, no log beside it
            finally:
                copy.close()
        except apsw.Error as error:
            raise Refused(connection.explain(error) or str(error)) from error
        verify(draft)
        draft.replace(target)
        _flush_folder(target.parent)
    finally:
        draft.unlink(missing_ok=True)
    return target


def _copy(source: apsw.Connection, destination: apsw.Connection, progress: Progress | None) -> None:
    # One read transaction over all steps: without it every commit of another program would start the copy afresh, and
    # a busy till could keep it from ever ending. In WAL mode it holds up nobody.
    try:
        source.execute("BEGIN")
        try:
            source.execute("SELECT count(*) FROM sqlite_master").fetchall()
            with destination.backup("main", source, "main") as job:
                while not job.done:
                    job.step(_STEP_PAGES)
                    if progress is not None:
                        progress(job.page_count - job.remaining, job.page_count)
        finally:
            source.execute("ROLLBACK")
    except apsw.Error as error:
        raise Refused(connection.explain(error) or str(error)) from error


def _require_room(db: Db, folder: Path) -> None:
    size = db.value("PRAGMA page_count") * db.value("PRAGMA page_size")
    free = shutil.disk_usage(folder).free
    if free < size * _ROOM:
        raise Refused(
            _("There is no room for the backup in {folder}: it needs {size} MB. Free some space.").format(
                folder=folder, size=size // 1_000_000 + 1
            )
        )


def _same_file(shop: str, other: Path) -> bool:
    return other.exists() and Path(shop).exists() and Path(shop).samefile(other)


def _stamp() -> str:
    moment: datetime = clock.to_local(clock.now())
    return f"{moment:%Y%m%d-%H%M%S-%f}"


def _flush_folder(folder: Path) -> None:
    # The new name itself has to survive a power cut; only POSIX can be asked to see to that.
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# --- what a shop's schema may hold


def _schema(database: apsw.Connection) -> set[tuple[str, str, str]]:
    """Describe every object: tables by their columns, what runs code (triggers, views, indexes) by its text."""
    found = set()
    for kind, name, text in _texts(database, "SELECT type, name, coalesce(sql, '') FROM sqlite_master"):
        if name.startswith(("sqlite_autoindex_", "sqlite_stat")):
            continue
        virtual = text.upper().startswith("CREATE VIRTUAL")
        if kind == "table" and not virtual:
            columns = database.execute("SELECT name, type, hidden FROM pragma_table_xinfo(?)", (name,)).fetchall()
            text = repr(sorted(columns))  # noqa: PLW2901 - the description replaces the text
        found.add((kind, name, text))
    return found


def _texts(database: apsw.Connection, sql: str) -> list[list[str]]:
    return [[str(value) for value in row] for row in database.execute(sql)]


def _known_schema(last: str) -> set[tuple[str, str, str]]:
    """Describe the schema that this program's upgrades make up to the one named ``last``."""
    from playhouse.migrations import Runner

    from shopstock.db.open_file import OpenFile

    raw = apsw.Connection(":memory:")
    memory = OpenFile(raw)
    try:
        raw.convert_binding = connection.bind_datetime
        Runner(memory, str(upgrade.FOLDER), table_name=upgrade.HISTORY).up(last)
        return _schema(raw)
    finally:
        memory.close()
