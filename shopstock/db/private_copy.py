"""Copy an open shop, on either database, into a new SQLite file of its own."""

from __future__ import annotations

from pathlib import Path

from shopstock.db import backup, connection
from shopstock.db.connection import Db, transaction


def copy_to_file(db: Db, path: Path) -> None:
    """Write a private copy of the shop as it stands to ``path``, a file that is not there yet.

    A file is copied by the backup API, a PostgreSQL database table by table from one snapshot.
    """
    if db.engine == "sqlite":
        backup.backup_to(db, path)
        return
    from shopstock.db import models  # with peewee it takes longer to import than a shop to open

    with connection.open_shop(str(path), create=True) as copy, transaction(db), transaction(copy):
        db.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        copy.run("PRAGMA defer_foreign_keys = 1")
        for model in models.ALL:
            columns = [field.column_name for field in model._meta.sorted_fields]
            _copy_rows(db, copy, model._meta.table_name, columns)
        _copy_rows(db, copy, "item_search", ["rowid", "text"])


def _copy_rows(db: Db, copy: Db, table: str, columns: list[str]) -> None:
    named = ", ".join(columns)
    marks = ", ".join("?" * len(columns))
    copy.run(f"DELETE FROM {table}")  # what an upgrade puts into a new shop is among the rows
    copy.run_many(f"INSERT INTO {table} ({named}) VALUES ({marks})", db.stream(f"SELECT {named} FROM {table}"))
