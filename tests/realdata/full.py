"""Take in the whole of the real history under both methods and print the figures: ``python -m tests.realdata.full``."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from shopstock.core.settings import Costing
from shopstock.db.connection import open_shop
from shopstock.queries import audit
from shopstock.services import exchange_history, founding
from tests.realdata import online_retail
from tests.realdata.test_online_retail import compare


def peak_megabytes() -> float:
    """Return the most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Import, prove, compare; say how long each took and how much memory the import needed."""
    os.environ["TZ"] = "Europe/London"
    time.tzset()
    source = os.environ.get("SHOPSTOCK_REALDATA") or Path(__file__).resolve().parents[3] / "shared" / "data"
    with tempfile.TemporaryDirectory() as folder:
        history = Path(folder) / "history.csv"
        pid = os.fork()  # writing the file needs memory of its own, which must not count
        if not pid:
            online_retail.write_history(Path(source), history)
            os._exit(0)
        os.waitpid(pid, 0)
        for costing in [Costing(name) for name in sys.argv[1:]] or list(Costing):
            with open_shop(f"{folder}/{costing}.db", create=True) as db:
                owner = founding.found_shop(db, name="Online Retail", currency="GBP", costing=costing)
                began, busy = time.perf_counter(), time.process_time()
                result = exchange_history.import_history(db, owner, history, refused=print)
                print(
                    f"{costing}: {result.taken} documents, {result.rows} rows, {result.refused} refused in "
                    f"{time.perf_counter() - began:.1f} s ({time.process_time() - busy:.1f} s of CPU), "
                    f"peak memory {peak_megabytes():.0f} MB",
                    flush=True,
                )
                began = time.perf_counter()
                found = audit.discrepancies(db)
                print(f"  check: {found[:3] or 'right'} in {time.perf_counter() - began:.1f} s", flush=True)
                items = compare(db, history, costing == Costing.AVERAGE)
                print(f"  {items} items agree with the textbook", flush=True)


if __name__ == "__main__":
    main()
