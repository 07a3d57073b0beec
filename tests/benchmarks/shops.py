"""The shops that are measured: written once, kept, and handed out as copies where a benchmark writes."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shopstock.core.acting import Acting
from shopstock.db.connection import Db, open_shop
from shopstock.queries import audit
from shopstock.services import people
from tests.benchmarks import large_shop

LARGE = (100_000, 5_000_000)
SMALL = (5_000, 50_000)


def folder() -> Path:
    """Return where shops are kept between runs."""
    kept = os.environ.get("SHOPSTOCK_BENCHMARKS")
    place = Path(kept) if kept else Path("/var/tmp" if os.name == "posix" else tempfile.gettempdir(), "shopstock-bench")
    place.mkdir(parents=True, exist_ok=True)
    return place


def schema_mark() -> str:
    """Return a name for the schema and the generator as they are: another one means that the shop is written anew."""
    with tempfile.TemporaryDirectory() as empty, open_shop(str(Path(empty, "empty.db")), create=True) as db:
        tables = db.rows("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
    text = " ".join(f"{tables} {large_shop.VERSION}".replace("\\n", " ").split())
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def shop(sizes: tuple[int, int]) -> Path:
    """Return the path of the shop of that many items and movements; it is written and proved when it is not there."""
    path = folder() / f"{sizes[0]}-items-{sizes[1]}-movements-{schema_mark()}.db"
    if not path.exists():
        sys.stderr.write(f"Writing {path} once; at full size this takes some ten minutes.\n")
        unproved = path.with_suffix(".unproved")
        for left in folder().glob(unproved.name + "*"):
            left.unlink()
        large_shop.build(unproved, *sizes)
        with open_shop(str(unproved)) as db:
            wrong = audit.discrepancies(db)
        if wrong:
            raise SystemExit(f"The shop that was written is wrong: {wrong[:3]}")
        unproved.rename(path)
    return path


@contextmanager
def copy(sizes: tuple[int, int]) -> Iterator[Path]:
    """Hand out a copy of a shop that may be written to; it is gone afterwards."""
    source = shop(sizes)
    with tempfile.TemporaryDirectory(dir=folder()) as place:
        # Nothing has the file open here, so an ordinary copy is safe.
        yield Path(shutil.copy(source, Path(place, "shop.db")))


def owner(db: Db) -> Acting:
    """Return the owner at the first till."""
    return people.acting_for_owner(db, None)
