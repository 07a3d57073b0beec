"""The threads behind :mod:`shop`: one writer line and a few readers, each with its own connection.

A line takes jobs in turn, does them and posts them back; what it posts is delivered on the GUI thread. The writer line
also looks, between jobs, for what other programs changed, and folds the write-ahead log into the file when it is idle.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject

from shopstock.core.outcome import Changes, ShopError
from shopstock.db import connection
from shopstock.db.connection import Db

#: The topic of changes that another program made: re-read what is on show.
ELSEWHERE = "elsewhere"
READERS = 3
POLL_SECONDS = 0.5
CHECKPOINT_AFTER_SECONDS = 1.5


@dataclass(slots=True)
class Job:
    """One call of a service or query: what to call, whom to tell, and what came of it."""

    fn: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    then: Callable[[Any], object] | None
    failed: Callable[[ShopError], object] | None
    busy: Callable[[bool], object] | None
    key: Hashable
    number: int
    result: Any = None
    error: BaseException | None = None
    stale: bool = False
    asked_by: QObject | None = field(default=None)


def work(job: Job, db: Db) -> None:
    """Do a job; a transaction that PostgreSQL gave up in favour of another till's is done again."""
    try:
        job.result = connection.retrying(db, lambda: job.fn(db, *job.args, **job.kwargs))
    except Exception as error:
        job.error = _explained(error)


def _explained(error: Exception) -> Exception:
    sentence = connection.explain(error)
    return ShopError(sentence) if sentence is not None else error


class Lines:
    """The threads of one shop. ``post`` and ``tell_state`` are called on them, ``is_stale`` too.

    ``opened`` is a connection for the writer line, which closes it: what other programs change from now on is told,
    also while the first readers read. Without one that begins with the first write, or half a second from now.
    """

    def __init__(
        self,
        url: str,
        is_stale: Callable[[Job], bool],
        post: Callable[[Job | Changes], None],
        tell_state: Callable[[bool, str], None],
        opened: Db | None = None,
    ) -> None:
        self._url = url
        self._watch = _Watch()
        self._opened = opened
        if opened is not None:
            self._watch.begin(opened)
        self._is_stale, self._post, self._tell_state = is_stale, post, tell_state
        self._stopping = threading.Event()
        self._writes: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._reads: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._open_dbs: set[Db] = set() if opened is None else {opened}
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._write_line, name="writer", daemon=True)]
        self._threads += [
            threading.Thread(target=self._read_line, name=f"reader-{n}", daemon=True) for n in range(READERS)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, job: Job, *, writes: bool) -> None:
        """Let a job wait for its turn."""
        (self._writes if writes else self._reads).put(job)

    def close(self, deadline: float) -> bool:
        """Finish the writes that wait, drop the reads, close the connections; tell whether all ended in time."""
        self._stopping.set()
        until = time.monotonic() + deadline
        self._writes.put(None)
        for _reader in range(READERS):
            self._reads.put(None)
        self._threads[0].join(max(0.0, until - time.monotonic()))
        with self._lock:
            busy = list(self._open_dbs)
        for db in busy:
            with suppress(Exception):  # a connection may close by itself in this very moment
                db.interrupt()
        for thread in self._threads[1:]:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _open(self, query_only: bool) -> Db:
        db = connection.open_shop(self._url, query_only=query_only)
        with self._lock:
            self._open_dbs.add(db)
        return db

    def _close(self, db: Db | None) -> None:
        if db is None:
            return
        with self._lock:
            self._open_dbs.discard(db)
        with suppress(Exception):  # a broken connection cannot be closed more than it is
            db.close()

    def _read_line(self) -> None:
        db: Db | None = None
        while True:
            job = self._reads.get()
            if job is None or self._stopping.is_set():
                break
            if self._is_stale(job):
                job.stale = True
            else:
                db = self._ask(db, job)
            self._post(job)
        self._close(db)

    def _ask(self, db: Db | None, job: Job) -> Db | None:
        """Do a read; when the server was restarted since the last one, ask again on a new connection."""
        was_open = db is not None
        db = self._ready(db, job, query_only=True)
        if db is not None:
            work(job, db)
            if was_open and _broken(db):
                job.error = None
                db = self._ready(db, job, query_only=True)
                if db is not None:
                    work(job, db)
        return db

    def _write_line(self) -> None:
        db, watch = self._opened, self._watch
        while True:
            try:
                job = self._writes.get(timeout=POLL_SECONDS)
            except queue.Empty:
                db = self._idle(db, watch)
                continue
            if job is None:
                break
            db = self._ready(db, job, query_only=False)
            if db is not None:
                self._look_from_now(db, watch, job)
            if db is not None and job.error is None:
                work(job, db)
                watch.wrote()
            self._post(job)
            if watch.due():
                db = self._idle(db, watch)
        if db is not None:
            with suppress(Exception):  # the log stays and is read at the next start
                db.checkpoint()
        self._close(db)

    def _ready(self, db: Db | None, job: Job, query_only: bool) -> Db | None:
        if db is not None and not _broken(db):
            return db
        self._close(db)
        try:
            return self._open(query_only)
        except Exception as error:
            job.error = error
            return None

    def _look_from_now(self, db: Db, watch: _Watch, job: Job) -> None:
        try:
            watch.begin(db)
        except Exception as error:
            job.error = _explained(error)

    def _idle(self, db: Db | None, watch: _Watch) -> Db | None:
        try:
            if db is None or _broken(db):
                self._close(db)
                db = self._open(query_only=False)
            if watch.foreign_change(db):
                self._post(Changes(topics=frozenset({ELSEWHERE})))
            if watch.checkpoint_due():
                db.checkpoint()
            if watch.back():
                self._tell_state(True, "")
            return db
        except Exception as error:
            watch.lost = True
            self._tell_state(False, connection.explain(error) or str(error))
            self._close(db)
            return None


class _Watch:
    """What the writer line looks after between jobs: other programs' changes, and the write-ahead log."""

    def __init__(self) -> None:
        self._seen: int | None = None
        self._listening: Db | None = None
        self._polled = time.monotonic()
        self._wrote_at: float | None = None
        self.lost = False

    def wrote(self) -> None:
        self._wrote_at = time.monotonic()

    def due(self) -> bool:
        return time.monotonic() - self._polled > POLL_SECONDS

    def back(self) -> bool:
        was_lost, self.lost = self.lost, False
        return was_lost

    def checkpoint_due(self) -> bool:
        if self._wrote_at is None or time.monotonic() - self._wrote_at < CHECKPOINT_AFTER_SECONDS:
            return False
        self._wrote_at = None
        return True

    def begin(self, db: Db) -> None:
        """Take a new connection's state as what is known: changes from here on are foreign ones."""
        if self._listening is db:
            return
        if db.engine == "postgresql":
            db.run(f"LISTEN {connection.NOTIFY_CHANNEL}")
        else:
            self._seen = int(db.value("PRAGMA data_version"))
        self._listening = db

    def foreign_change(self, db: Db) -> bool:
        self._polled = time.monotonic()
        if self._listening is not db:
            self.begin(db)
            return False
        if db.engine == "postgresql":
            mine = db.raw.info.backend_pid
            notices = list(db.raw.notifies(timeout=0))
            return any(notice.pid != mine for notice in notices)
        before, self._seen = self._seen, int(db.value("PRAGMA data_version"))
        return before != self._seen


def _broken(db: Db) -> bool:
    return db.engine == "postgresql" and bool(db.raw.closed or db.raw.broken)
