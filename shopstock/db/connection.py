"""One connection to one shop: SQLite through apsw, PostgreSQL through psycopg 3; peewee may look through the same one.

A ``Db`` belongs to one thread at a time. The statements handed to it are plain SQL with ``?`` for parameters (written
for both engines), or peewee queries on the models of :mod:`shopstock.db.models`. Rows come back as tuples of ``int``,
``str``, ``bytes`` and ``None``; sums are ``int`` on both engines.

Measured reasons: the SQLite that most Pythons bring (3.7.0 to 3.51.2) can lose committed data in WAL mode with two
connections, so the file is opened through a driver with its own newer library; peewee's query builder costs 20 to 50
times the bare statement, so hot paths hand plain SQL over; peewee's ``atomic()`` hides the real cause of an error
("disk full" becomes "cannot rollback"), so :func:`transaction` is our own.

Never open the database file with ordinary file calls inside this program: closing such a handle drops SQLite's locks.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import apsw

from shopstock.core.outcome import Refused
from shopstock.core.text import _

if TYPE_CHECKING:
    from peewee import Database, Query

Row = tuple[Any, ...]
Engine = Literal["sqlite", "postgresql"]
T = TypeVar("T")

#: Older libraries can corrupt a WAL database that two connections checkpoint at once.
OLDEST_SAFE_SQLITE = (3, 51, 3)
BUSY_SECONDS = 5
NOTIFY_CHANNEL = "shopstock"
_open_file = apsw.Connection
#: What PostgreSQL calls the victim of a conflict (SQLSTATE): the whole transaction is tried again.
_CONFLICTS = ("40001", "40P01")
_stream_number = count(1)  # several streams may be read side by side

_SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "fullfsync": 1,
    "foreign_keys": 1,
    "cache_size": -32_000,
    "wal_autocheckpoint": 8_000,  # a backstop: the writer checkpoints when it is idle
    "journal_size_limit": 64_000_000,
    "cell_size_check": 1,
    "trusted_schema": 0,
    "temp_store": "memory",
    "secure_delete": 1,  # a customer who is erased is gone from the file too
}


def is_postgresql(url: str) -> bool:
    """Tell whether a shop's address names a PostgreSQL database rather than a file."""
    return url.startswith(("postgresql://", "postgres://"))


class Db:
    """A connection. ``url`` is the file's path or the ``postgresql://`` address."""

    def __init__(self, url: str, raw: Any, engine: Engine, peewee: Database | None = None) -> None:
        self.url = url
        self.engine: Engine = engine
        self._raw = raw
        self._peewee = peewee
        self._translated: dict[str, str] = {}
        self._depth = 0

    @property
    def peewee(self) -> Database:
        """The same connection as peewee sees it, for upgrades and for queries on the models."""
        if self._peewee is None:
            from shopstock.db.open_file import OpenFile

            self._peewee = OpenFile(self._raw)
        return self._peewee

    def _statement(self, sql: str) -> str:
        if self.engine == "sqlite":
            return sql
        text = self._translated.get(sql)
        if text is None:
            text = self._translated[sql] = sql.replace("%", "%%").replace("?", "%s")
        return text

    def _compiled(self, query: Query) -> tuple[str, Sequence[Any]]:
        sql, params = self.peewee.get_sql_context().sql(query).query()  # type: ignore[no-untyped-call]
        return sql, params

    def _execute(self, sql: str | Query, params: Sequence[Any]) -> Any:
        if isinstance(sql, str):
            return self._raw.execute(self._statement(sql), params)
        return self._raw.execute(*self._compiled(sql))

    def rows(self, sql: str | Query, params: Sequence[Any] = ()) -> list[Row]:
        """Run a query and return all its rows."""
        result: list[Row] = self._execute(sql, params).fetchall()
        return result

    def row(self, sql: str | Query, params: Sequence[Any] = ()) -> Row | None:
        """Run a query and return its first row, or ``None``."""
        found: Row | None = self._execute(sql, params).fetchone()
        return found

    def value(self, sql: str | Query, params: Sequence[Any] = ()) -> Any:
        """Run a query and return the first column of its first row, or ``None``."""
        found = self._execute(sql, params).fetchone()
        return None if found is None else found[0]

    def stream(self, sql: str, params: Sequence[Any] = ()) -> Iterator[Row]:
        """Yield rows without holding them all in memory (on PostgreSQL through a server-side cursor)."""
        if self.engine == "sqlite":
            yield from self._raw.cursor().execute(sql, params)
            return
        with self._raw.cursor(name=f"stream_{next(_stream_number)}", withhold=True) as cursor:
            cursor.itersize = 5_000
            yield from cursor.execute(self._statement(sql), params)

    def run(self, sql: str | Query, params: Sequence[Any] = ()) -> None:
        """Run a statement that returns nothing."""
        self._execute(sql, params)

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for many rows of parameters."""
        if self.engine == "sqlite":
            self._raw.executemany(sql, rows)
        else:
            with self._raw.cursor() as cursor:
                cursor.executemany(self._statement(sql), rows)

    def many_rows(self, sql: str, rows: Iterable[Sequence[Any]]) -> list[Row]:
        """Run one statement for many rows of parameters and return what all of them return."""
        if self.engine == "sqlite":
            return list(self._raw.executemany(sql, rows))
        found: list[Row] = []
        with self._raw.cursor() as cursor:
            cursor.executemany(self._statement(sql), rows, returning=True)
            while cursor.pgresult is not None:
                found += cursor.fetchall()
                if not cursor.nextset():
                    break
        return found

    @property
    def in_transaction(self) -> bool:
        """Tell whether a :func:`transaction` is open on this connection."""
        return self._depth > 0

    @property
    def raw(self) -> Any:
        """The driver's own connection (apsw or psycopg), for backups, notifications and interrupts."""
        return self._raw

    def checkpoint(self) -> None:
        """Move what is in SQLite's write-ahead log into the file; called by the writer when it is idle."""
        if self.engine == "sqlite" and not self._depth:
            self._raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def forget_deleted(self) -> None:
        """Let nothing that was deleted stay readable in SQLite's files: empty the write-ahead log, if nobody reads it.

        In the file itself deleted content is overwritten as it goes (``secure_delete``).
        """
        if self.engine == "sqlite" and not self._depth:
            self._raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def interrupt(self) -> None:
        """Stop the statement that runs on this connection; may be called from another thread."""
        if self.engine == "sqlite":
            self._raw.interrupt()
        else:
            self._raw.cancel()

    def close(self) -> None:
        """Close the connection."""
        if self._peewee is not None:
            self._peewee.close()
        else:
            self._raw.close()

    def __enter__(self) -> Db:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


@contextmanager
def transaction(db: Db) -> Iterator[None]:
    """Commit what the block does as a whole, or nothing of it; a block inside a block joins the outer one.

    Takes the write lock at once on SQLite (``BEGIN IMMEDIATE``: with a deferred one concurrent writers fail), keeps the
    real cause of an error, and turns a full disk, a locked, read-only or damaged file into a ``Refused`` that says so.
    """
    if db._depth:
        db._depth += 1
        try:
            yield
        finally:
            db._depth -= 1
        return
    try:
        db.run("BEGIN IMMEDIATE" if db.engine == "sqlite" else "BEGIN")
    except Exception as error:
        raise _explained(error) from error
    db._depth = 1
    try:
        yield
        if db.engine == "postgresql":
            db.run(f"NOTIFY {NOTIFY_CHANNEL}")
        db.run("COMMIT")
    except BaseException as error:
        _roll_back(db)
        raise _explained(error) from error.__cause__
    finally:
        db._depth = 0


def _roll_back(db: Db) -> None:
    # SQLite may have rolled back by itself (disk full); the cause that matters is the one already on its way.
    try:
        if db.engine == "sqlite":
            if db.raw.in_transaction:
                db.run("ROLLBACK")
        else:
            db.raw.rollback()
    except Exception as error:  # a connection that is gone has nothing left to roll back
        if not _is_database_error(error):
            raise


def retrying(db: Db, work: Callable[[], T], attempts: int = 5) -> T:
    """Call ``work`` (one whole transaction) again when PostgreSQL chose it as the victim of a conflict."""
    for left in range(attempts - 1, -1, -1):
        try:
            return work()
        except Exception as error:
            if getattr(error, "sqlstate", None) not in _CONFLICTS:
                raise
            if not left:
                raise Refused(_("Too many write to the shop at once. Wait a moment and try again.")) from error
            time.sleep(random.uniform(0.01, 0.05))  # or it would be back before the other one has woken up
    raise AssertionError("unreachable")


def _is_database_error(error: BaseException) -> bool:
    return isinstance(error, apsw.Error) or type(error).__module__.startswith("psycopg")


def explain(error: BaseException) -> str | None:
    """Say in a sentence what stopped the database, when it is a matter of the machine and not a bug."""
    if isinstance(error, apsw.FullError):
        return _("The disk is full. Free some space, then try again: nothing was changed.")
    if isinstance(error, apsw.BusyError | apsw.LockedError):
        return _("Another program is writing to the shop file. Wait a moment and try again: nothing was changed.")
    if isinstance(error, apsw.ReadOnlyError):
        return _("The shop file cannot be written. Check the rights of the file and its folder, then try again.")
    if isinstance(error, apsw.NotADBError):
        return _("This file is not a shopstock shop, or it is damaged. Choose another file or restore a backup.")
    if isinstance(error, apsw.CorruptError):
        return _("The shop file is damaged. Close the program and restore the latest backup.")
    if isinstance(error, apsw.CantOpenError):
        return _("The shop file cannot be opened. Check that it exists and that you may read and write its folder.")
    if isinstance(error, apsw.IOError):
        return _("The disk did not answer as it should. Check the drive, then try again: nothing was changed.")
    return _explain_postgresql(error) if _is_database_error(error) else None


def _explain_postgresql(error: Any) -> str | None:
    """Say the same for what a PostgreSQL server, or the way to it, refuses; by SQLSTATE where there is one."""
    state = getattr(error, "sqlstate", None) or ""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if state == "53100":
        return _("The disk of the database server is full. Free some space, then try again: nothing was changed.")
    if state == "55P03":
        return _("Another program is writing to the shop. Wait a moment and try again: nothing was changed.")
    if state == "25006":
        return _("The database lets this program only read. Ask who looks after it to allow writing.")
    if state == "42501":
        return _("The database does not let this user in. Ask who looks after it for rights on the shop.")
    if state[:2] not in ("57", "08", "53", "") or "OperationalError" not in kinds:
        return None
    said = str(error).rpartition("FATAL:")[2].strip().partition("\n")[0]
    if not state and "FATAL:" in str(error):
        return _("The database server refuses: {reason}. Check the address, the name and the password.").format(
            reason=said
        )
    return _("The database server does not answer. Check that it runs and that the network is up, then try again.")


def _explained(error: BaseException) -> BaseException:
    if getattr(error, "sqlstate", None) in _CONFLICTS:
        return error  # for ``retrying``
    sentence = explain(error) if isinstance(error, Exception) else None
    return error if sentence is None else Refused(sentence)


def connect(url: str, *, query_only: bool = False, must_exist: bool = True) -> Db:
    """Open a connection without looking at what is inside; ``open_shop`` is what programs call."""
    try:
        db = _connect_postgresql(url) if is_postgresql(url) else _connect_sqlite(url, must_exist)
        if query_only:
            db.run("SET default_transaction_read_only = on" if db.engine == "postgresql" else "PRAGMA query_only = 1")
        return db
    except Refused:
        raise
    except Exception as error:
        # peewee puts an error of its own in the place of the driver's.
        raise _explained(error.__cause__ or error.__context__ or error) from error


def _connect_sqlite(path: str, must_exist: bool) -> Db:
    if tuple(int(part) for part in apsw.sqlite_lib_version().split(".")) < OLDEST_SAFE_SQLITE:
        raise Refused(_("The SQLite library is too old to be safe. Install the packages again."))
    flags = apsw.SQLITE_OPEN_READWRITE | (0 if must_exist else apsw.SQLITE_OPEN_CREATE)
    if must_exist and not Path(path).is_file():
        raise Refused(_("There is no shop at {path}. Check the name, or create one with “init”.").format(path=path))
    raw = _open_file(path, flags=flags, statementcachesize=400)
    raw.set_busy_timeout(int(BUSY_SECONDS * 1000))
    raw.convert_binding = bind_datetime
    db = Db(path, raw, "sqlite")
    try:
        for pragma, value in _SQLITE_PRAGMAS.items():
            db.run(f"PRAGMA {pragma} = {value}")
    except BaseException:
        db.close()
        raise
    return db


def bind_datetime(_cursor: object, _number: int, value: object) -> str:
    # Only the upgrade history stores a datetime object, and apsw binds none by itself.
    if isinstance(value, datetime):
        return value.isoformat(" ")
    raise TypeError(f"cannot store {type(value).__name__}")


def _connect_postgresql(url: str) -> Db:
    try:
        from psycopg.types.numeric import NumericLoader
    except ImportError as error:
        raise Refused(_("PostgreSQL needs one more package: install shopstock with its “postgres” extra.")) from error
    from peewee import PostgresqlDatabase, ProgrammingError

    class SumLoader(NumericLoader):
        """Sums of BIGINT arrive as NUMERIC; everything here is whole, so hand them over as ``int``."""

        def load(self, data: Any) -> Any:
            return int(bytes(data)) if b"." not in bytes(data) else super().load(data)

    if url.startswith("postgres://"):
        url = "postgresql://" + url.removeprefix("postgres://")
    database = PostgresqlDatabase(url, prefer_psycopg3=True, thread_safe=False, connect_timeout=BUSY_SECONDS)
    try:
        database.connect()
    except ProgrammingError as error:
        raise Refused(
            _("This is no address of a database. Write postgresql://NAME:PASSWORD@SERVER/DATABASE.")
        ) from error
    db = Db(url, database.connection(), "postgresql", database)  # type: ignore[no-untyped-call]
    if db.raw.info.parameter_status("server_encoding") != "UTF8":
        db.close()
        raise Refused(_("This database cannot keep every letter. Create it anew with the encoding UTF8."))
    db.raw.adapters.register_loader("numeric", SumLoader)
    return db


def open_shop(url: str, *, query_only: bool = False, create: bool = False) -> Db:
    """Open a shop by path or ``postgresql://`` address, upgraded to this program's schema.

    ``create`` makes an empty schema where there is none (``services.founding`` then fills it). ``query_only`` opens a
    reader that cannot write. Raises ``Refused`` or ``BadFile`` with advice: no such file, not a shop, newer than this
    program, damaged, locked, read-only, on a network share.
    """
    from shopstock.db import guard, upgrade

    if not is_postgresql(url):
        guard.check(url, create=create)
    db = connect(url, query_only=query_only, must_exist=not create)
    try:
        if db.engine == "sqlite" and not query_only:
            guard.check_open(db.raw, url)
        upgrade.prepare(db, create=create, query_only=query_only)
    except BaseException as error:
        db.close()
        sentence = explain(error) if isinstance(error, Exception) else None
        if sentence is not None:
            raise Refused(sentence) from error
        raise
    return db
