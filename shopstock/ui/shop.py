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
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import lru_cache
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from shopstock.core.acting import Acting
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.settings import Settings
from shopstock.db import connection
from shopstock.db.connection import Db
from shopstock.queries import settings as settings_query
from shopstock.ui.messages import Message
from shopstock.ui.shop_lines import ELSEWHERE, Job, Lines, work

__all__ = ["ELSEWHERE", "Shop"]

Then = Callable[[Any], object] | None
Failed = Callable[[ShopError], object] | None
Busy = Callable[[bool], object] | None


@lru_cache(maxsize=512)
def _wants_acting(fn: Callable[..., Any]) -> bool:
    names = list(inspect.signature(fn).parameters)
    return len(names) > 1 and names[1] == "acting"


class Shop(QObject):
    """The shop as the screens see it.

    ``opened`` is a connection that the writer line takes over; see :class:`~shopstock.ui.shop_lines.Lines`.
    ``inline=True`` runs everything at once on the calling thread and raises what is a bug (for tests); then ``db`` may
    be handed in, and stays the caller's to close.
    """

    changed = Signal(object)  # Changes
    message = Signal(object, object)  # ShopError, the QObject that asked or None
    said = Signal(object)  # messages.Message: something a screen wants in the message bar
    unsaid = Signal(str)  # the key of a message whose cause is gone
    crashed = Signal(object)  # an exception that is a bug
    acting_changed = Signal(object)  # Acting or None
    settings_changed = Signal(object)  # core.settings.Settings
    database_state = Signal(bool, str)  # reachable, sentence
    reopen_asked = Signal()  # this computer is another till from now on: the program opens the shop again
    device_seen = Signal(object)  # jobs.printing.DeviceSeen: how a printer said that it is
    job_stepped = Signal(object)  # jobs.printing.JobChanged: how far a job of the print queue is
    restore_asked = Signal(str)  # the path of a backup: the program closes the shop, restores, and opens it again
    practice_asked = Signal(str)  # the path of a practice shop to open in this one's place; empty: go back
    _delivered = Signal(object)

    def __init__(
        self,
        url: str = "",
        *,
        inline: bool = False,
        db: Db | None = None,
        opened: Db | None = None,
        acting: Acting | None = None,
    ) -> None:
        super().__init__()
        self.url = url or (db.url if db is not None else "")
        self._inline = inline or db is not None
        self._acting = acting
        self._settings: Settings | None = None
        self._number = 0
        self._under_way = 0
        self._newest: dict[Hashable, int] = {}
        self._closed = False
        self._lines: Lines | None = None
        self._owns_db = db is None
        self._db = db
        self._delivered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        if self._inline:
            if self._db is None:
                self._db = connection.open_shop(url)
            return
        self._lines = Lines(self.url, self._is_stale, self._post, self._tell_state, opened)

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
        """The shop's settings as last read (see ``core.settings``); ``None`` before the first read.

        They are read again whenever they change, here or elsewhere; :attr:`settings_changed` then tells.
        """
        return self._settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        before, self._settings = self._settings, settings
        if before is not None and before != settings:
            self.settings_changed.emit(settings)

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

    def unsay(self, key: str) -> None:
        """Take the message of a key back: its cause is gone."""
        self.unsaid.emit(key)

    @property
    def idle(self) -> bool:
        """Tell whether nothing that was asked is still on its way."""
        return self._under_way == 0

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
        self._start(job, writes=True)

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
        self._start(job, writes=False)

    def announce(self, changes: Changes) -> None:
        """Tell the screens what a job outside the writer line (the print queue) changed; any thread may call it."""
        self._delivered.emit(changes)

    def forget(self, key: Hashable) -> None:
        """Drop the result of the read under ``key`` that is still on its way."""
        self._number += 1
        self._newest[key] = self._number

    def close(self, deadline: float = 5.0) -> bool:
        """Finish the writes that wait, drop the reads, close the connections; tell whether all ended in time."""
        if self._closed:
            return True
        self._closed = True
        if self._lines is not None:
            return self._lines.close(deadline)
        if self._owns_db and self._db is not None:
            self._db.close()
        return True

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
    ) -> Job:
        self._number += 1
        if key is not None:
            self._newest[key] = self._number
        if asked_by is None:
            owner = getattr(then or failed, "__self__", None)
            asked_by = owner if isinstance(owner, QObject) else None
        return Job(fn, args, kwargs, then, failed, busy, key, self._number, asked_by=asked_by)

    def _hand_acting(self, job: Job, instead: Acting | None) -> None:
        if not _wants_acting(job.fn):
            return
        acting = instead or self._acting
        if acting is None:
            raise RuntimeError(f"{job.fn.__name__} needs somebody signed in")
        job.args = (acting, *job.args)

    def _start(self, job: Job, *, writes: bool) -> None:
        if self._closed:
            return
        self._under_way += 1
        if job.busy is not None:
            job.busy(True)
        if self._lines is None:
            assert self._db is not None
            work(job, self._db)
            self._deliver(job)
        else:
            self._lines.put(job, writes=writes)

    def _is_stale(self, job: Job) -> bool:
        return job.key is not None and self._newest.get(job.key) != job.number

    def _post(self, outcome: Job | Changes) -> None:
        with suppress(RuntimeError):  # the window is gone: nobody is left to tell
            self._delivered.emit(outcome)

    def _tell_state(self, reachable: bool, sentence: str) -> None:
        with suppress(RuntimeError):
            self.database_state.emit(reachable, sentence)

    def _deliver(self, job: Job | Changes) -> None:
        if isinstance(job, Changes):
            self._tell(job)
            return
        try:
            self._hand_over(job)
        finally:
            self._under_way -= 1

    def _hand_over(self, job: Job) -> None:
        if job.busy is not None and _alive(job.busy):
            job.busy(False)
        stale = job.stale or self._is_stale(job)
        if job.error is not None:
            if not stale:
                self._fail(job)
            return
        if isinstance(job.result, Changes):
            self._tell(job.result)
        if not stale and job.then is not None and _alive(job.then):
            try:
                job.then(job.result)
            except RuntimeError:
                # Who asked is gone with its page, and with it what the answer was for.
                if job.asked_by is None or shiboken6.isValid(job.asked_by):
                    raise

    def _tell(self, changes: Changes) -> None:
        if self._settings is not None and changes.topics & {"settings", ELSEWHERE}:
            # First in line, so that screens that now ask again find the settings of now.
            self.read(settings_query.load, then=self._settings_read, key=("settings", id(self)))
        self.changed.emit(changes)

    def _settings_read(self, settings: Settings) -> None:
        self.settings = settings

    def _fail(self, job: Job) -> None:
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
        elif not self._closed:
            self.crashed.emit(error)


def _alive(callback: Callable[..., object]) -> bool:
    owner = getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or shiboken6.isValid(owner)
