"""Importing half a million real sales, beside an ``executemany`` of the rows that come of it into the same tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shopstock.db.connection import Db, open_shop, transaction
from shopstock.services import exchange_history, founding
from tests.benchmarks.table import Figure, microseconds

ROOT = Path(__file__).resolve().parents[2]
TURNS = 2
#: Tables that the import does not write, and those that hold the search index's own pages.
_OTHERS = ("schema_migration", "sqlite_sequence", "item_search")


def measure() -> Iterator[Figure]:
    """Measure the import of the whole history; nothing where the data is not there."""
    source = Path(os.environ.get("SHOPSTOCK_REALDATA") or ROOT.parent / "shared" / "data")
    if not source.is_dir():
        sys.stderr.write(f"No real data in {source}: set SHOPSTOCK_REALDATA to the folder that holds it.\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        rows = _apart("write", source, folder)["rows"]
        pairs = [(_apart("take", source, folder), _apart("copy", source, folder)) for _turn in range(TURNS)]
    # The least disturbed of each: whatever else the machine does only adds.
    ours, bare = ({name: min(one[name] for one in side) for name in side[0]} for side in zip(*pairs, strict=True))
    cpu, wall = bare["cpu"], bare["wall"]
    written = bare["rows"]
    yield Figure(
        f"import history, {rows:,} lines ({ours['rows']:,} taken): CPU", microseconds(ours["cpu"] * 1e6),
        f"{microseconds(cpu * 1e6)} executemany of {written:,} rows", ours["cpu"] / cpu, 6,
    )  # fmt: skip
    yield Figure(
        "… on the clock",
        microseconds(ours["wall"] * 1e6),
        microseconds(wall * 1e6) + " executemany",
        ours["wall"] / wall,
    )
    yield Figure("… memory, highest", f"{ours['memory']:.0f} MiB", "400 MiB", ours["memory"] / 400, 1)


def _apart(step: str, source: Path, folder: str) -> dict[str, Any]:
    """Do a step in a process of its own, so that the memory of one does not count as another's."""
    said = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.history", step, str(source), folder],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    return found


def _write(source: Path, folder: Path) -> dict[str, Any]:
    from tests.realdata import online_retail

    return {"rows": online_retail.write_history(source, folder / "history.csv")}


def _take(_source: Path, folder: Path) -> dict[str, Any]:
    import resource

    for before in folder.glob("taken.db*"):
        before.unlink()
    with open_shop(str(folder / "taken.db"), create=True) as db:
        owner = founding.found_shop(db, name="Online Retail", currency="GBP")
        wall, cpu = time.perf_counter(), time.process_time()
        result = exchange_history.import_history(db, owner, folder / "history.csv")
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu": cpu, "wall": wall, "memory": memory, "rows": result.rows}


def _copy(_source: Path, folder: Path) -> dict[str, Any]:
    with open_shop(str(folder / "taken.db"), query_only=True) as db:
        held = {table: db.rows(f"SELECT {', '.join(columns)} FROM {table}") for table, columns in _tables(db)}
        held["item_search"] = db.rows("SELECT rowid, text FROM item_search")
        columns = {**dict(_tables(db)), "item_search": ["rowid", "text"]}
    with tempfile.TemporaryDirectory(dir=folder) as place, open_shop(f"{place}/copy.db", create=True) as db:
        wall, cpu = time.perf_counter(), time.process_time()
        with transaction(db):
            db.run("PRAGMA defer_foreign_keys = 1")
            for table, rows in held.items():
                named, marks = ", ".join(columns[table]), ", ".join("?" * len(columns[table]))
                db.run_many(f"INSERT INTO {table} ({named}) VALUES ({marks})", rows)
        return {
            "cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall,
            "rows": sum(len(rows) for rows in held.values()),
        }  # fmt: skip


def _tables(db: Db) -> list[tuple[str, list[str]]]:
    """Return every table of the shop with its columns, but for those of the search index."""
    names = [
        name
        for (name,) in db.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid")
        if not name.startswith(_OTHERS)
    ]
    return [(name, [row[1] for row in db.rows(f"PRAGMA table_info({name})")]) for name in names]


if __name__ == "__main__":
    work = {"write": _write, "take": _take, "copy": _copy}[sys.argv[1]]
    print(json.dumps(work(Path(sys.argv[2]), Path(sys.argv[3]))))
