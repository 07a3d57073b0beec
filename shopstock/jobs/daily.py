"""What is due once a day while the program is open: backup, ranks of the stock table, advice on orders, counts.

On a thread and a connection of its own: a large shop's ranking takes a second and its backup some, and neither the
writer line nor a sale shall wait for them.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress

from shopstock.core.outcome import Changes, ShopError
from shopstock.db import clock
from shopstock.db.connection import Db, open_shop
from shopstock.jobs import backups
from shopstock.queries import places, settings
from shopstock.services import cycle_plan, ordering, people, ranking

log = logging.getLogger(__name__)
FIRST_AFTER_SECONDS = 5.0
LOOK_EVERY_SECONDS = 600.0


def run_due(db: Db) -> Changes:
    """Do what is due today and not done yet; a backup that fails stops nothing else and is tried again next time."""
    changes = ranking.refresh(db) if ranking.is_due(db) else Changes()
    if ordering.is_due(db):
        changes = _and(changes, ordering.refresh(db))
    chosen = settings.load(db)
    for shop in places.shops(db):
        if cycle_plan.is_due(db, shop.id):
            changes = _and(changes, cycle_plan.make_list(db, people.acting_for_owner(db), shop.id))
    if chosen.backup_daily and not chosen.practice:
        try:
            backups.run_due(db, backups.folder_for(db.url, chosen.backup_folder), clock.now())
        except ShopError as error:
            log.warning("no backup today: %s", error)
    return changes


def _and(one: Changes, other: Changes) -> Changes:
    return Changes(items=one.items | other.items, topics=one.topics | other.topics)


class DailyWork:
    """Looks every ten minutes whether something is due. ``changed`` is called on its own thread."""

    def __init__(self, url: str, changed: Callable[[Changes], object]) -> None:
        self._url = url
        self._changed = changed
        self._stopping = threading.Event()
        self._db: Db | None = None
        self._thread = threading.Thread(target=self._run, name="daily", daemon=True)

    def start(self) -> None:
        """Begin, some seconds from now: the first scan comes first."""
        self._thread.start()

    def stop(self, seconds: float = 5.0) -> bool:
        """End; tell whether it ended in time. What was being done is broken off and done tomorrow."""
        self._stopping.set()
        db = self._db
        if db is not None:
            with suppress(Exception):  # it may close by itself in this very moment
                db.interrupt()
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        wait = FIRST_AFTER_SECONDS
        while not self._stopping.wait(wait):
            wait = LOOK_EVERY_SECONDS
            try:
                with open_shop(self._url) as db:
                    self._db = db
                    changes = run_due(db)
                if changes.items:
                    self._changed(changes)
            except Exception:
                if not self._stopping.is_set():
                    log.exception("the daily work failed")
            finally:
                self._db = None
