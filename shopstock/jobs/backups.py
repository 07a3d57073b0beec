"""Rolling backups: one a day and one at closing, verified, kept by age.

The files lie in one folder and carry the local time in their names (``shop-20260302-180000.db``); whatever else lies
there is left alone. Which of them stay is decided by :mod:`shopstock.core.retention`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import platformdirs

from shopstock.core import retention
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import Instant
from shopstock.db import backup, clock
from shopstock.db.connection import Db, is_postgresql

_FORMAT = "%Y%m%d-%H%M%S"


@dataclass(frozen=True, slots=True)
class BackupFile:
    """One rolling backup: where it lies, when it was taken (local time), how large it is in bytes."""

    path: Path
    taken_at: datetime
    size: int


def folder_for(url: str, chosen: str = "") -> Path:
    """Return the folder for a shop's rolling backups: the ``chosen`` one (a setting), else one beside the shop file."""
    if chosen.strip():
        return Path(chosen.strip())
    if is_postgresql(url):
        return Path(platformdirs.user_data_dir("shopstock", appauthor=False)) / "backups"
    return Path(url).with_name(f"{Path(url).stem}-backups")


def listed(folder: Path) -> list[BackupFile]:
    """List the rolling backups in a folder, the newest first."""
    found = []
    for path in folder.glob("*-*-*.*") if folder.is_dir() else ():
        taken_at = _taken_at(path)
        if taken_at is not None:
            found.append(BackupFile(path, taken_at, path.stat().st_size))
    return sorted(found, key=lambda one: one.taken_at, reverse=True)


def run_due(db: Db, folder: Path, now: Instant) -> BackupFile | None:
    """Take today's backup unless there is one, and let go of those past their age; return the new one."""
    local = clock.to_local(now).replace(tzinfo=None)
    if any(one.taken_at.date() >= local.date() for one in listed(folder)):
        return None
    return run_now(db, folder, now)


def run_now(db: Db, folder: Path, now: Instant, progress: Callable[[int, int], None] | None = None) -> BackupFile:
    """Take a backup (at closing, or when somebody asks), and let go of those past their age.

    Nothing is let go of when the new one fails. Raises ``Refused`` with the reason.
    """
    local = clock.to_local(now).replace(tzinfo=None, microsecond=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(
            _("The backup folder {folder} cannot be used ({reason}). Choose another one in the settings.").format(
                folder=folder, reason=error.strerror
            )
        ) from error
    stem, ending = ("shop", "dump") if db.engine == "postgresql" else (Path(db.url).stem, "db")
    path = backup.backup_to(db, folder / f"{stem}-{local.strftime(_FORMAT)}.{ending}", progress)
    let_go(folder)
    return BackupFile(path, local, path.stat().st_size)


def let_go(folder: Path) -> list[Path]:
    """Delete the rolling backups past their age; return what was deleted. The newest one always stays."""
    present = listed(folder)
    old = retention.expired(one.taken_at for one in present)
    gone = [one.path for one in present if one.taken_at in old]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def save_copy(db: Db, acting: Acting, path: str | Path) -> Path:
    """Write a verified copy of the shop to a file that a person named."""
    acting.require(Permission.BACKUP)
    return backup.backup_to(db, path)


def _taken_at(path: Path) -> datetime | None:
    stamp = "-".join(path.stem.rsplit("-", 2)[-2:])
    if path.suffix not in (".db", ".dump") or path.name.startswith("."):
        return None
    try:
        return datetime.strptime(stamp, _FORMAT)  # noqa: DTZ007 - the name says local time
    except ValueError:
        return None
