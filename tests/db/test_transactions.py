"""What stops a transaction leaves nothing half-written and says what to do; a conflict is tried again."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.db.connection import Db, open_shop, retrying, transaction
from shopstock.queries import audit
from shopstock.services import posting, receive
from tests import builders as a
from tests.till import goods, new_cart, pay


def test_a_sale_on_a_disk_that_fills_up_is_whole_or_not_there(sqlite_db: Db, owner: Acting) -> None:
    """Room for no more pages, for one, for two, …: wherever the disk is full, nothing of the sale is there."""
    db = sqlite_db
    tea = goods(db, owner)
    cart = new_cart(db)
    for _line in range(150):
        cart = cart.add(tea, alone=True)
    refused, said = 0, set()
    while not db.value("SELECT COUNT(*) FROM document WHERE kind = 'sale'"):
        db.run(f"PRAGMA max_page_count = {db.value('PRAGMA page_count') + refused}")
        try:
            pay(db, owner, cart)
        except Refused as why:
            said.add(str(why).partition(".")[0])
            refused += 1
            assert db.rows("SELECT COUNT(*) FROM document UNION ALL SELECT COUNT(*) FROM shift") == [(1,), (0,)]
        assert audit.discrepancies(db) == []
    assert refused > 3  # some of it was written already
    assert said == {"The disk is full"}
    db.run("PRAGMA max_page_count = 1000000")


def test_two_who_wait_for_each_other_both_get_through(db: Db, db_url: str, owner: Acting) -> None:
    """The victim of a deadlock is tried again, not told; on SQLite a writer is alone."""
    names = ("left", "right")
    with transaction(db):
        db.run_many("INSERT INTO setting VALUES (?, '0')", [(name,) for name in names])
    meet = threading.Barrier(2)
    attempts: list[str] = []

    def add(mine: Db, order: tuple[str, str]) -> None:
        with transaction(mine):
            attempts.append(order[0])
            for number, name in enumerate(order):
                mine.run("UPDATE setting SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) WHERE key = ?", (name,))
                if number == 0 and len(attempts) <= 2 and mine.engine == "postgresql":
                    meet.wait(timeout=30)

    def work(order: tuple[str, str]) -> None:
        with open_shop(db_url) as mine:
            retrying(mine, lambda: add(mine, order))

    threads = [threading.Thread(target=work, args=(order,)) for order in (names, names[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert [db.value("SELECT value FROM setting WHERE key = ?", (name,)) for name in names] == ["2", "2"]
    assert len(attempts) > 2 or db.engine == "sqlite"


def test_a_conflict_that_never_ends_is_told(db: Db) -> None:
    class Victim(Exception):
        sqlstate = "40P01"

    tries: list[int] = []

    def work() -> None:
        with transaction(db):
            tries.append(1)
            raise Victim

    with pytest.raises(Refused, match="Wait a moment"):
        retrying(db, work)
    assert len(tries) == 5


def test_a_reader_cannot_write(db: Db, db_url: str, owner: Acting) -> None:
    item = a.an_item(db)
    with open_shop(db_url, query_only=True) as reader:
        for event in (
            lambda: posting.post(reader, owner, a.a_sale(reader, owner, [a.a_sale_line(owner, item, 1)])),
            lambda: receive.post_goods_receipt(reader, owner, a.a_head(), [a.goods(item, 1, 1)]),
        ):
            _is_refused(event)
    assert db.value("SELECT COUNT(*) FROM document") == 0


def _is_refused(event: Callable[[], object]) -> None:
    with pytest.raises(Refused, match=r"cannot be written|only read"):
        event()


def test_a_server_that_goes_away_in_the_middle_of_a_sale(db: Db, db_url: str, owner: Acting) -> None:
    """The sale is not there, the sentence says what to look for, and a new connection sells on."""
    if db.engine != "postgresql":
        return
    item = a.an_item(db)
    with open_shop(db_url) as till:
        two = [a.a_sale(till, owner, [a.a_sale_line(owner, item, 1)]) for _sale in range(2)]

        def sell_both() -> None:
            with transaction(till):
                posting.post(till, owner, two[0])
                db.row("SELECT pg_terminate_backend(?)", (till.raw.info.backend_pid,))
                posting.post(till, owner, two[1])

        for _try in range(2):
            with pytest.raises(Refused, match="does not answer"):
                sell_both()
    assert db.value("SELECT COUNT(*) FROM document") == 0
    with open_shop(db_url) as till:
        posting.post(till, owner, a.a_sale(till, owner, [a.a_sale_line(owner, item, 1)]))
    assert db.value("SELECT COUNT(*) FROM document") == 1
