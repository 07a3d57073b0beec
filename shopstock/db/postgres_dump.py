"""Copies of a shop on PostgreSQL: its own tools ``pg_dump`` and ``pg_restore``, found and asked politely.

A password in the address goes to the tools through their environment, never on their command line.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from shopstock.core.outcome import BadFile, Refused
from shopstock.core.text import _
from shopstock.db import clock

_MAGIC_ENTRY = "TABLE public stock_movement"
#: Kinds of entries that carry code; of these only the ones a shop's schema has are let in.
_CODE = {"FUNCTION", "TRIGGER"}
_CODE_NAME = re.compile(r"^(refuse_change\(\)|\w+ \w+_(append_only|no_truncate))$")
_DATA = {
    "EXTENSION", "COMMENT", "TABLE", "SEQUENCE", "DEFAULT", "CONSTRAINT", "INDEX", "ENCODING", "STDSTRINGS",
    "SEARCHPATH", "TABLE DATA", "SEQUENCE SET", "FK CONSTRAINT", "SCHEMA", "DATABASE",
}  # fmt: skip
_ENTRY = re.compile(r"^\d+; \d+ \d+ (.+)$")


def tool(name: str) -> Path:
    """Find a PostgreSQL tool; raise ``Refused`` that says what to install."""
    newest = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda found: found.parts[-3].zfill(4), reverse=True
    )
    if newest:
        return newest[0]
    found = shutil.which(name)
    if found is None:
        raise Refused(
            _("Backups of a PostgreSQL shop need the program “{name}”. Install the PostgreSQL client tools.").format(
                name=name
            )
        )
    return Path(found)


def dump(url: str, target: Path) -> Path:
    """Write a verified dump of the database to ``target``; raise ``Refused`` with what the server said."""
    draft = target.with_name(f".{target.name}.part-{os.getpid()}")
    try:
        _call(tool("pg_dump"), url, "--format=custom", "--no-owner", "--no-privileges", f"--file={draft}")
        entries(draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def entries(path: Path) -> list[str]:
    """List what a dump holds; raise ``BadFile`` unless it is a shop and nothing but a shop."""
    if not path.is_file():
        raise BadFile(_("There is no file {path}.").format(path=path))
    done = subprocess.run(
        [str(tool("pg_restore")), "--list", str(path)],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    found = [match[1] for line in done.stdout.splitlines() if (match := _ENTRY.match(line))]
    if done.returncode or not any(entry.startswith(_MAGIC_ENTRY) for entry in found):
        raise BadFile(_("{path} is not a backup of a shop on PostgreSQL, or it is damaged.").format(path=path))
    for entry in found:
        if not _is_known(entry):
            raise BadFile(
                _("{path} holds something that no shopstock wrote: {what}. It is not restored.").format(
                    path=path, what=entry
                )
            )
    return found


def _is_known(entry: str) -> bool:
    for kind in sorted(_DATA | _CODE, key=len, reverse=True):
        if entry.startswith(kind + " "):
            if kind in _DATA:
                return True
            _schema, _space, rest = entry.removeprefix(kind + " ").partition(" ")
            name = rest.rpartition(" ")[0]
            return _CODE_NAME.match(name) is not None
    return False


def restore(source: Path, url: str) -> Path | None:
    """Replace the database by a dump, in one transaction; return the dump of the shop that was there, if any."""
    entries(source)
    kept: Path | None = None
    if _has_shop(url):
        stamp = f"{clock.to_local(clock.now()):%Y%m%d-%H%M%S-%f}"
        kept = dump(url, source.with_name(f"{source.stem}.replaced-{stamp}{source.suffix}"))
    _call(
        tool("pg_restore"), url, "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction",
        "--exit-on-error", str(source),
    )  # fmt: skip
    return kept


def _has_shop(url: str) -> bool:
    from shopstock.db import connection, upgrade

    with connection.connect(url) as db:
        return bool(upgrade.applied(db))


def _call(program: Path, url: str, *arguments: str) -> None:
    from psycopg import conninfo

    wanted: dict[str, Any] = dict(conninfo.conninfo_to_dict(url))
    environment = dict(os.environ)
    password = wanted.pop("password", None)
    if password:
        environment["PGPASSWORD"] = str(password)
    address = conninfo.make_conninfo(**wanted)
    done = subprocess.run(
        [str(program), "--no-password", f"--dbname={address}", *arguments], env=environment, capture_output=True,
        text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        detail = (done.stderr.strip().splitlines() or [str(done.returncode)])[-1]
        raise Refused(_("The PostgreSQL tool {name} failed: {detail}").format(name=program.name, detail=detail))
