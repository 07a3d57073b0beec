"""Take in the whole of the real history under both methods and print the figures: ``python -m tests.realdata.full``."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from shopstock.core.settings import Costing
from shopstock.db.connection import open_shop
from shopstock.queries import audit
from shopstock.services import exchange_history, founding
from tests.realdata import online_retail
from tests.realdata.test_online_retail import compare


def apart(work: Callable[[], object]) -> None:
    """Do something in a process of its own, so that its memory does not count as another's."""
    pid = os.fork()
    if not pid:
        code = 1
        try:
            work()
            sys.stdout.flush()
            code = 0
        finally:
            os._exit(code)
    if os.waitpid(pid, 0)[1]:
        sys.exit(1)


def take(folder: str, costing: Costing) -> None:
    """Import the history into a new shop."""
    with open_shop(f"{folder}/{costing}.db", create=True) as db:
        owner = founding.found_shop(db, name="Online Retail", currency="GBP", costing=costing)
        began, busy = time.perf_counter(), time.process_time()
        result = exchange_history.import_history(db, owner, f"{folder}/history.csv", refused=print)
        print(
            f"{costing}: {result.taken} documents, {result.rows} rows, {result.refused} refused in "
            f"{time.perf_counter() - began:.1f} s ({time.process_time() - busy:.1f} s of CPU), "
            f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
        )


def prove(folder: str, costing: Costing) -> None:
    """Prove the ledger and hold it against the textbook."""
    with open_shop(f"{folder}/{costing}.db") as db:
        began = time.perf_counter()
        found = audit.discrepancies(db)
        print(f"  check: {found[:3] or 'right'} in {time.perf_counter() - began:.1f} s", flush=True)
        items = compare(db, Path(folder) / "history.csv", costing == Costing.AVERAGE)
        print(f"  {items} items agree with the textbook")
        if found:
            raise SystemExit(1)


def main() -> None:
    """Import, prove, compare; say how long each took and how much memory the import needed."""
    os.environ["TZ"] = "Europe/London"
    time.tzset()
    source = Path(os.environ.get("SHOPSTOCK_REALDATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
    with tempfile.TemporaryDirectory() as folder:
        apart(partial(online_retail.write_history, source, Path(folder) / "history.csv"))
        for costing in [Costing(name) for name in sys.argv[1:]] or list(Costing):
            apart(partial(take, folder, costing))
            apart(partial(prove, folder, costing))


if __name__ == "__main__":
    main()
