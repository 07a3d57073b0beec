"""The one door from the screens to everything below: one writer line, a few readers, results on the GUI thread.

``shop.run(sell.complete_sale, cart, tender, then=self._sold)`` calls ``complete_sale(db, acting, cart, tender)`` on the
writer's own thread and connection; ``shop.read(items.by_code, code, then=self._found)`` calls ``by_code(db, code)`` on
one of the readers. A function whose second parameter is called ``acting`` is handed who is signed in.

What comes back: the value to ``then``; ``Changes`` also to :attr:`Shop.changed`; a ``ShopError`` to ``failed``, or else
to :attr:`Shop.message` together with the screen that asked; anything else to :attr:`Shop.crashed`. Changes made by
other programs reach ``changed`` too, with the topic ``"elsewhere"``: re-read what is on show.
"""

from __future__ import annotations

import inspect
import queue
import threading
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from shopstock.core.acting import Acting
from shopstock.core.outcome import Changes, ShopError
from shopstock.db import connection
from shopstock.db.connection import Db
from shopstock.ui.messages import Message

ELSEWHERE = "elsewhere"
READERS = 3
POLL_SECONDS = 0.5
CHECKPOINT_AFTER_SECONDS = 1.5

Then = Callable[[Any], object] | None
Failed = Callable[[ShopError], object] | None
Busy = Callable[[bool], object] | None


@dataclass(slots=True)
class _Job:
    fn: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    then: Then
    failed: Failed
    busy: Busy
    key: Hashable
    number: int
    result: Any = None
    error: BaseException | None = None
    stale: bool = False
    asked_by: QObject | None = field(default=None)


@lru_cache(maxsize=512)
def _wants_acting(fn: Callable[..., Any]) -> bool:
    names = list(inspect.signature(fn).parameters)
    return len(names) > 1 and names[1] == "acting"


class Shop(QObject):
    """The shop as the screens see it.

    ``inline=True`` runs everything at once on the calling thread and raises what is a bug (for tests); then ``db`` may
    be handed in, and stays the caller's to close.
    """

    changed = Signal(object)  # Changes
    message = Signal(object, object)  # ShopError, the QObject that asked or None
    said = Signal(object)  # messages.Message: something a screen wants in the message bar
    crashed = Signal(object)  # an exception that is a bug
    acting_changed = Signal(object)  # Acting or None
    database_state = Signal(bool, str)  # reachable, sentence
    restore_asked = Signal(str)  # the path of a backup: the program closes the shop, restores, and opens it again
    practice_asked = Signal(str)  # the path of a practice shop to open in this one's place; empty: go back
    _delivered = Signal(object)

    def __init__(
        self, url: str = "", *, inline: bool = False, db: Db | None = None, acting: Acting | None = None
    ) -> None:
        super().__init__()
        self.url = url or (db.url if db is not None else "")
        self._inline = inline or db is not None
        self._acting = acting
        self._settings: Any = None
        self._number = 0
        self._newest: dict[Hashable, int] = {}
        self._stopping = threading.Event()
        self._writes: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._reads: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._open_dbs: set[Db] = set()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._owns_db = db is None
        self._db = db
        self._delivered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        if self._inline:
            if self._db is None:
                self._db = connection.open_shop(url)
            return
        self._threads = [threading.Thread(target=self._write_line, name="writer", daemon=True)]
        self._threads += [
            threading.Thread(target=self._read_line, name=f"reader-{n}", daemon=True) for n in range(READERS)
        ]
        for thread in self._threads:
            thread.start()

    # -- who acts, and the settings -------------------------------------------------------------------------------

    @property
    def acting(self) -> Acting | None:
        """Who is signed in, or ``None``."""
        return self._acting

    @acting.setter
    def acting(self, acting: Acting | None) -> None:
        self._acting = acting
        self.acting_changed.emit(acting)

    @property
    def settings(self) -> Any:
        """The shop's settings as last read (see ``core.settings``); ``None`` before the first read."""
        return self._settings

    @settings.setter
    def settings(self, settings: Any) -> None:
        self._settings = settings

    def say(
        self,
        level: str,
        fact: str,
        consequence: str = "",
        action: str = "",
        on_action: Callable[[], object] | None = None,
        *,
        key: str = "",
    ) -> None:
        """Put a message into the message bar; see :class:`shopstock.ui.messages.Message`."""
        self.said.emit(Message(level, fact, consequence, action, on_action, key, level == "ok"))

    # -- asking ---------------------------------------------------------------------------------------------------

    def run(
        self,
        fn: Callable[..., Any],
        *args: Any,
        then: Then = None,
        failed: Failed = None,
        busy: Busy = None,
        acting: Acting | None = None,
        asked_by: QObject | None = None,
        **kwargs: Any,
    ) -> None:
        """Call a service function on the writer line; ``acting`` stands in for who is signed in (an approval)."""
        job = self._job(fn, args, kwargs, then, failed, busy, None, asked_by)
        self._hand_acting(job, acting)
        self._start(job, self._writes)

    def read(
        self,
        fn: Callable[..., Any],
        *args: Any,
        then: Then = None,
        failed: Failed = None,
        busy: Busy = None,
        key: Hashable = None,
        asked_by: QObject | None = None,
        **kwargs: Any,
    ) -> None:
        """Call a query on a reader. Of the reads with one ``key`` only the newest is delivered."""
        job = self._job(fn, args, kwargs, then, failed, busy, key, asked_by)
        self._hand_acting(job, None)
        self._start(job, self._reads)

    def announce(self, changes: Changes) -> None:
        """Tell the screens what a job outside the writer line (the print queue) changed; any thread may call it."""
        self._delivered.emit(changes)

    def forget(self, key: Hashable) -> None:
        """Drop the result of the read under ``key`` that is still on its way."""
        self._number += 1
        self._newest[key] = self._number

    def close(self, deadline: float = 5.0) -> bool:
        """Finish the writes that wait, drop the reads, close the connections; tell whether all ended in time."""
        if self._stopping.is_set():
            return True
        self._stopping.set()
        if self._inline:
            if self._owns_db and self._db is not None:
                self._db.close()
            return True
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

    # -- on the GUI thread ----------------------------------------------------------------------------------------

    def _job(
        self,
        fn: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        then: Then,
        failed: Failed,
        busy: Busy,
        key: Hashable,
        asked_by: QObject | None,
    ) -> _Job:
        self._number += 1
        if key is not None:
            self._newest[key] = self._number
        if asked_by is None:
            owner = getattr(then or failed, "__self__", None)
            asked_by = owner if isinstance(owner, QObject) else None
        return _Job(fn, args, kwargs, then, failed, busy, key, self._number, asked_by=asked_by)

    def _hand_acting(self, job: _Job, instead: Acting | None) -> None:
        if not _wants_acting(job.fn):
            return
        acting = instead or self._acting
        if acting is None:
            raise RuntimeError(f"{job.fn.__name__} needs somebody signed in")
        job.args = (acting, *job.args)

    def _start(self, job: _Job, line: queue.SimpleQueue[_Job | None]) -> None:
        if self._stopping.is_set():
            return
        if job.busy is not None:
            job.busy(True)
        if self._inline:
            assert self._db is not None
            _work(job, self._db)
            self._deliver(job)
        else:
            line.put(job)

    def _deliver(self, job: _Job | Changes) -> None:
        if isinstance(job, Changes):
            self.changed.emit(job)
            return
        if job.busy is not None and _alive(job.busy):
            job.busy(False)
        stale = job.stale or (job.key is not None and self._newest.get(job.key) != job.number)
        if job.error is not None:
            if not stale:
                self._fail(job)
            return
        if isinstance(job.result, Changes):
            self.changed.emit(job.result)
        if not stale and job.then is not None and _alive(job.then):
            job.then(job.result)

    def _fail(self, job: _Job) -> None:
        error = job.error
        if isinstance(error, ShopError):
            if job.failed is not None:
                if _alive(job.failed):
                    job.failed(error)
            else:
                asked_by = job.asked_by if job.asked_by is not None and shiboken6.isValid(job.asked_by) else None
                self.message.emit(error, asked_by)
        elif self._inline and error is not None:
            raise error
        elif not self._stopping.is_set():
            self.crashed.emit(error)

    # -- on the lines ---------------------------------------------------------------------------------------------

    def _is_stale(self, job: _Job) -> bool:
        return job.key is not None and self._newest.get(job.key) != job.number

    def _open(self, query_only: bool) -> Db:
        db = connection.open_shop(self.url, query_only=query_only)
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
                db = self._ready(db, job, query_only=True)
                if db is not None:
                    _work(job, db)
            self._post(job)
        self._close(db)

    def _write_line(self) -> None:
        db: Db | None = None
        watch = _Watch()
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
                _work(job, db)
                watch.wrote()
            self._post(job)
            if watch.due():
                db = self._idle(db, watch)
        if db is not None:
            with suppress(Exception):  # the log stays and is read at the next start
                db.checkpoint()
        self._close(db)

    def _ready(self, db: Db | None, job: _Job, query_only: bool) -> Db | None:
        if db is not None and not _broken(db):
            return db
        self._close(db)
        try:
            return self._open(query_only)
        except Exception as error:
            job.error = error
            return None

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
                self._emit_state(True, "")
            return db
        except Exception as error:
            watch.lost = True
            self._emit_state(False, connection.explain(error) or str(error))
            self._close(db)
            return None

    def _post(self, outcome: _Job | Changes) -> None:
        with suppress(RuntimeError):  # the window is gone: nobody is left to tell
            self._delivered.emit(outcome)

    def _emit_state(self, reachable: bool, sentence: str) -> None:
        with suppress(RuntimeError):
            self.database_state.emit(reachable, sentence)


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

    def foreign_change(self, db: Db) -> bool:
        self._polled = time.monotonic()
        if db.engine == "postgresql":
            if self._listening is not db:
                db.run(f"LISTEN {connection.NOTIFY_CHANNEL}")
                self._listening = db
                return False
            mine = db.raw.info.backend_pid
            notices = list(db.raw.notifies(timeout=0))
            return any(notice.pid != mine for notice in notices)
        version = int(db.value("PRAGMA data_version"))
        before, self._seen = (self._seen if self._listening is db else None), version
        self._listening = db
        return before is not None and before != version


def _work(job: _Job, db: Db) -> None:
    try:
        job.result = job.fn(db, *job.args, **job.kwargs)
    except Exception as error:
        sentence = connection.explain(error)
        job.error = ShopError(sentence) if sentence is not None else error


def _broken(db: Db) -> bool:
    return db.engine == "postgresql" and bool(db.raw.closed or db.raw.broken)


def _alive(callback: Callable[..., object]) -> bool:
    owner = getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or shiboken6.isValid(owner)
