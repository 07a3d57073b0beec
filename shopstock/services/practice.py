"""Practice mode: the whole till on a private copy of the shop.

What is sold there is sold nowhere: the copy is a file of its own in the temporary folder. Its papers are marked
PRACTICE, it never opens the drawer (there is real money in it), and it starts without the papers, the open sale and the
parked sales that wait in the shop.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Refused
from shopstock.core.settings import to_text
from shopstock.core.text import _
from shopstock.db import connection, private_copy
from shopstock.db.connection import Db, transaction
from shopstock.queries import settings
from shopstock.services import people
from shopstock.services.events import Event, log

_FOLDER = "shopstock-practice-"


def start(db: Db, acting: Acting) -> str:
    """Copy the shop into a practice shop and return its path, to be opened by ``open_shop`` and left by :func:`end`."""
    people.authorise(acting, Permission.SELL, "practice")
    if settings.load(db).practice:
        raise Refused(_("This is the practice shop already."))
    folder = Path(tempfile.mkdtemp(prefix=_FOLDER))
    path = folder / "practice.db"
    try:
        private_copy.copy_to_file(db, path)
        with connection.open_shop(str(path)) as copy:
            _make_practice(copy)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    with transaction(db):
        acting = people.allow(db, acting, Permission.SELL, "practice")
        log(db, Event.PRACTICE, "", acting=acting)
    return str(path)


def end(path: str) -> None:
    """Throw a practice shop away, after it was closed; anything that :func:`start` did not make is left alone."""
    folder = Path(path).parent
    if folder.name.startswith(_FOLDER) and folder.parent == Path(tempfile.gettempdir()):
        shutil.rmtree(folder, ignore_errors=True)


def _make_practice(copy: Db) -> None:
    with transaction(copy):
        copy.run(
            "INSERT INTO setting (key, value) VALUES ('practice', ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (to_text(True),),
        )
        for table in ("print_job", "open_sale", "allocation", "parked_sale"):
            copy.run(f"DELETE FROM {table}")
        copy.run("UPDATE stock_level SET allocated = 0 WHERE allocated <> 0")
