"""Bring a shop's tables to this program's schema, one numbered file in ``upgrades/`` after the other.

Each upgrade runs in one transaction (DDL outside one leaves most interrupted upgrades broken) and is recorded in
``schema_migration``. A shop that a newer program has upgraded is refused, not guessed at.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from shopstock.core.outcome import BadFile
from shopstock.core.text import _
from shopstock.db.connection import Db

FOLDER = Path(__file__).parent / "upgrades"
HISTORY = "schema_migration"


def known() -> tuple[str, ...]:
    """Return the names of the upgrades this program knows, in order."""
    return _names_in(FOLDER)


@cache
def _names_in(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in folder.glob("[0-9]*.py")))


def applied(db: Db) -> list[str]:
    """Return the names of the upgrades a database has had, in order; empty for one without a shop."""
    return [name for (name,) in db.rows(f"SELECT name FROM {HISTORY} ORDER BY id")] if _has_history(db) else []


def _tables(db: Db) -> set[str]:
    if db.engine == "sqlite":
        return {name for (name,) in db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return {name for (name,) in db.rows("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")}


def _has_history(db: Db) -> bool:
    return HISTORY in _tables(db)


def prepare(db: Db, *, create: bool, query_only: bool) -> None:
    """Check what the database holds and upgrade it; raise ``BadFile`` for anything that is not a shop of ours."""
    tables = _tables(db)
    if HISTORY not in tables and tables and not (db.engine == "postgresql" and create):
        raise BadFile(_("This database belongs to another program. Choose a shopstock shop, or a new file name."))
    done = applied(db)
    if not done and not create:
        raise BadFile(_("There is no shop in this database yet. Create one with “init”, or choose another file."))
    names = known()
    if any(name not in names for name in done):
        raise BadFile(_("This shop was opened by a newer shopstock. Install the newer version to open it."))
    if len(done) < len(names):
        if query_only:
            raise BadFile(_("This shop needs an upgrade first. Open it once with the program."))
        if done:
            _keep_copy(db, done[-1])
        from playhouse.migrations import Runner  # with peewee it takes longer to import than a shop to open

        Runner(db.peewee, str(FOLDER), table_name=HISTORY).up()


def _keep_copy(db: Db, version: str) -> None:
    # An upgrade changes the only copy of the shop's books: keep one as it was.
    from shopstock.db import backup

    if db.engine == "sqlite":
        path = Path(db.url)
        backup.backup_to(db, str(path.with_name(f"{path.stem}.before-upgrade-{version[:4]}.db")))
