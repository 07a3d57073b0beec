"""Open the shop that a command works on and say who acts in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.db import connection
from shopstock.db.connection import Db
from shopstock.services import people


def default_shop() -> str:
    """Return where the shop lies when nobody says otherwise: ``SHOPSTOCK_DB``, else the user's data folder."""
    named = os.environ.get("SHOPSTOCK_DB")
    if named:
        return named
    import platformdirs

    return str(Path(platformdirs.user_data_dir("shopstock", appauthor=False)) / "shop.db")


@dataclass(frozen=True, slots=True)
class Session:
    """The options before the command: which shop (``None`` = the usual one) and as whom (``None`` = its owner)."""

    db: str | None
    as_name: str | None

    @property
    def url(self) -> str:
        """The shop's path or ``postgresql://`` address."""
        return self.db or default_shop()

    @contextmanager
    def reading(self) -> Iterator[tuple[Db, Acting]]:
        """Open the shop for questions only, and say who asks."""
        with connection.open_shop(self.url, query_only=True) as db:
            yield db, self.acting(db)

    @contextmanager
    def writing(self) -> Iterator[tuple[Db, Acting]]:
        """Open the shop for changes, and say who makes them."""
        with connection.open_shop(self.url) as db:
            yield db, self.acting(db)

    def acting(self, db: Db) -> Acting:
        """Return the owner of the shop, or the person named by ``--as``, at the first station."""
        return people.acting_for_owner(db) if self.as_name is None else people.acting_for_name(db, self.as_name)


pass_session = click.make_pass_decorator(Session)


def make_folder(url: str) -> None:
    """Make the folder of a shop that is to be a file; an address has none."""
    if "://" not in url:
        Path(url).parent.mkdir(parents=True, exist_ok=True)


def write_file(session: Session, path: Path, data: bytes, *, anew: bool = False) -> None:
    """Write a file; raise ``Refused`` for the shop's own, for no place to write, ``anew`` for a file that is there."""
    # The shop's own file must never be taken for the place of a paper.
    if not connection.is_postgresql(session.url) and path.exists() and path.samefile(session.url):
        raise Refused(_("{path} is the shop itself. Choose another file.").format(path=path))
    if anew and path.is_file():
        raise Refused(_("{path} is there already, and stays. Choose another name.").format(path=path))
    try:
        path.write_bytes(data)
    except OSError as error:
        raise Refused(
            _("{path} cannot be written: {why}. Choose another place.").format(path=path, why=error.strerror)
        ) from error


def note(sentence: str) -> None:
    """Say something beside the result: on stderr, so that stdout stays the result alone."""
    click.echo(sentence, err=True)


def say(sentence: str) -> None:
    """Say a result on stdout."""
    put((sentence + "\n",))


def put(lines: Iterable[str]) -> None:
    """Write lines to stdout; a reader that went away (``| head``) has seen enough and is no error."""
    try:
        sys.stdout.writelines(lines)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whatever Python still holds for the pipe must not fail at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
