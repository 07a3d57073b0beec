"""What was acknowledged is there: after a killed process, after a power cut, with two programs on one file."""

from __future__ import annotations

import functools
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shopstock.core.acting import Acting
from shopstock.core.catalogue import ItemFields
from shopstock.core.document import Goods, Head
from shopstock.core.units import ItemId, Money, Qty
from shopstock.db import clock, connection
from shopstock.db.connection import Db, open_shop
from shopstock.queries import audit
from shopstock.services import items, receive
from tests.conftest import acting_as_owner
from tests.db import power

ROOT = Path(__file__).resolve().parent.parent.parent

#: Books goods in one piece at a time and says each number once it is acknowledged.
WORKER = """
import sys
from shopstock.core.document import Goods, Head
from shopstock.core.units import ItemId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import open_shop
from shopstock.services import receive
from tests.conftest import acting_as_owner
url, item, name, count = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
with open_shop(url) as db:
    owner = acting_as_owner(db)
    for number in range(count):
        head = Head(f"{name}-{number}", clock.now())
        receive.post_goods_receipt(db, owner, head, [Goods(ItemId(item), Qty(1000), Money(7))])
        print(number, flush=True)
"""


def start(url: str, item: ItemId, name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, url, str(item), name, str(count)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def an_item(db: Db, owner: Acting) -> ItemId:
    return next(iter(items.create(db, owner, ItemFields(name="Tea", sku="TEA")).items))


def book_in(db: Db, owner: Acting, item: ItemId, number: int) -> None:
    receive.post_goods_receipt(db, owner, Head(f"in-{number}", clock.now()), [Goods(item, Qty(1000), Money(7))])


def on_hand(db: Db) -> int:
    return int(db.value("SELECT coalesce(sum(on_hand), 0) FROM stock_level"))


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(sqlite_url: str) -> None:
    chance = random.Random(5)
    with open_shop(sqlite_url) as db:
        item = an_item(db, acting_as_owner(db))
    expected = 0
    for life in range(4):
        worker = start(sqlite_url, item, f"life{life}", 1_000_000)
        assert worker.stdout is not None
        for _number in range(chance.randrange(5, 40)):
            worker.stdout.readline()
        worker.kill()
        said = worker.stdout.read().split()
        worker.wait()
        worker.stdout.close()
        with open_shop(sqlite_url) as db:
            assert audit.discrepancies(db) == []
            booked = db.value("SELECT count(*) FROM document WHERE idempotency_key LIKE ?", (f"life{life}-%",))
            assert booked >= int(said[-1]) + 1 if said else booked > 0
            expected += booked
            assert on_hand(db) == expected * 1000


def test_two_programs_on_one_file_lose_nothing(sqlite_url: str) -> None:
    with open_shop(sqlite_url) as db:
        item = an_item(db, acting_as_owner(db))
        both = [start(sqlite_url, item, name, 40) for name in ("left", "right")]
        for worker in both:
            output, _errors = worker.communicate(timeout=60)
            assert output.split() == [str(number) for number in range(40)]
            assert worker.returncode == 0
        assert on_hand(db) == 80_000
        numbers = [number for (number,) in db.rows("SELECT number FROM document ORDER BY id")]
        assert numbers == list(range(1, 81))
        assert audit.discrepancies(db) == []


@pytest.fixture
def recorded(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[tuple[int, dict[str, bytes]]]]:
    """Trade on a recorded disk and return the states that a power cut might leave."""

    def trade(synchronous: str, number: int) -> list[tuple[int, dict[str, bytes]]]:
        with open_shop(sqlite_url) as db:
            item = an_item(db, acting_as_owner(db))
        path = Path(sqlite_url)
        before = {path.name: path.read_bytes()}
        recording = power.Recording()
        disk = power.RecordingDisk(recording)
        pragmas = {"locking_mode": "exclusive", **connection._SQLITE_PRAGMAS, "synchronous": synchronous}
        with monkeypatch.context() as patched:
            patched.setattr(connection, "_SQLITE_PRAGMAS", pragmas)
            patched.setattr(connection, "_open_file", functools.partial(connection._open_file, vfs=power.NAME))
            with connection.connect(sqlite_url) as db:
                owner = acting_as_owner(db)
                for count in range(1, 31):
                    book_in(db, owner, item, count)
                    recording.ack(count)
                    if count % 7 == 0:
                        db.checkpoint()
        disk.unregister()
        return power.states(recording, before, number)

    return trade


def found_after(state: dict[str, bytes], folder: Path) -> int:
    """Open the shop that a power cut left and return how many goods receipts it holds; prove it whole."""
    folder.mkdir()
    for name, content in state.items():
        (folder / name).write_bytes(content)
    with open_shop(str(folder / "shop.db")) as db:
        assert db.rows("PRAGMA integrity_check") == [("ok",)]
        assert audit.discrepancies(db) == []
        count = int(db.value("SELECT count(*) FROM document"))
        assert on_hand(db) == count * 1000
        return count


def test_nothing_acknowledged_is_lost_when_the_power_fails(
    recorded: Callable[..., list[tuple[int, dict[str, bytes]]]], tmp_path: Path
) -> None:
    for serial, (acknowledged, state) in enumerate(recorded("full", 60)):
        count = found_after(state, tmp_path / f"state{serial}")
        assert acknowledged <= count <= acknowledged + 1


def test_the_power_cuts_are_real(recorded: Callable[..., list[tuple[int, dict[str, bytes]]]], tmp_path: Path) -> None:
    """Without the flush of each commit acknowledged goods are lost: the test above can fail."""
    lost = 0
    for serial, (acknowledged, state) in enumerate(recorded("normal", 30)):
        lost += found_after(state, tmp_path / f"state{serial}") < acknowledged
    assert lost > 3
