"""Whatever is changed behind the program's back shows, on both databases: seals cover all columns of a document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from shopstock.core import chain
from shopstock.core.acting import Acting
from shopstock.db.connection import Db, transaction
from shopstock.queries import audit
from shopstock.services import cash, parked
from tests.till import goods, money, new_cart, pay, qty, second_till, set_setting, sold

SEALED = {
    "document": (*chain.DOCUMENT, "hash"), "document_line": chain.LINE, "payment": chain.PAYMENT,
    "stock_movement": chain.MOVEMENT, "journal_line": chain.JOURNAL,
}  # fmt: skip


@pytest.fixture
def traded(db: Db, owner: Acting) -> Db:
    set_setting(db, "print_receipts", False)
    tea, mug = goods(db, owner), goods(db, owner, "MUG", "6.00")
    sold(db, owner, tea, "2")
    pay(db, second_till(db, owner), new_cart(db).add(mug).add(tea), by="Card")
    sold(db, owner, tea, "20")
    cash.pay_in(db, owner, money("5"), "float", key="in")
    parked.park(db, owner, new_cart(db).add(mug, qty("2")))
    pay(db, owner, new_cart(db).add(tea).add(mug).discount_sale(amount=money("1")))
    return db


class _PutBack(Exception):
    pass


@contextmanager
def tampering(db: Db) -> Iterator[None]:
    """Open the database as somebody does who knows how: without triggers and references; put everything back."""
    if db.engine == "sqlite":
        db.run("PRAGMA foreign_keys = 0")
    try:
        with transaction(db):
            if db.engine == "sqlite":
                for (name,) in db.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                    db.run(f"DROP TRIGGER {name}")
            else:
                db.run("SET LOCAL session_replication_role = replica")
            yield
            raise _PutBack
    except _PutBack:
        pass
    finally:
        if db.engine == "sqlite":
            db.run("PRAGMA foreign_keys = 1")


@pytest.mark.parametrize("table", list(SEALED))
def test_every_sealed_column_is_covered(traded: Db, table: str) -> None:
    known = {name for (name,) in traded.rows(
        "SELECT name FROM pragma_table_info(?)" if traded.engine == "sqlite"
        else "SELECT column_name FROM information_schema.columns WHERE table_name = ?", (table,),
    )}  # fmt: skip
    assert known - set(SEALED[table]) <= {"id"}
    row_id = traded.value(f"SELECT MAX(id) FROM {table}")
    missed = []
    for column in SEALED[table]:
        before = traded.value(f"SELECT {column} FROM {table} WHERE id = ?", (row_id,))
        after = f"{before}x" if isinstance(before, str) else 1 if before is None else before + 1
        with tampering(traded):
            traded.run(f"UPDATE {table} SET {column} = ? WHERE id = ?", (after, row_id))
            if not audit.discrepancies(traded):
                missed.append(column)
    assert not missed


def _last_document_removed(db: Db) -> None:
    last = db.value("SELECT MAX(id) FROM document WHERE station_id = 1")
    for table in ("document_line", "payment", "stock_movement", "journal_line"):
        db.run(f"DELETE FROM {table} WHERE document_id = ?", (last,))
    db.run("DELETE FROM document WHERE id = ?", (last,))


def _money_in_removed(db: Db) -> None:
    """A document without goods: no summary misses it, only the chain."""
    gone = db.value("SELECT id FROM document WHERE kind = 'paid_in'")
    db.run("DELETE FROM journal_line WHERE document_id = ?", (gone,))
    db.run("DELETE FROM document WHERE id = ?", (gone,))


def _numbers_swapped(db: Db) -> None:
    db.run("UPDATE document SET number = -number WHERE station_id = 1 AND number IN (3, 4)")
    db.run("UPDATE document SET number = 7 + number WHERE station_id = 1 AND number < 0")


def _lines_swapped(db: Db) -> None:
    first, second = (id for (id,) in db.rows(
        "SELECT id FROM document_line WHERE document_id = (SELECT MAX(id) FROM document) ORDER BY id"
    ))  # fmt: skip
    for was, now in ((first, -1), (second, first), (-1, second)):
        for table, column in (("document_line", "id"), ("stock_movement", "line_id"), ("consumption", "line_id")):
            db.run(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (now, was))


def _moved_to_another_till(db: Db) -> None:
    last = db.value("SELECT MAX(number) + 1 FROM document WHERE station_id = 2")
    db.run("UPDATE document SET station_id = 2, number = ? WHERE id = (SELECT MAX(id) FROM document)", (last,))


def _sealed_again(db: Db) -> None:
    """Somebody who knows the recipe changes an amount of the first sale and seals that document again."""
    columns = {table: ", ".join(names) for table, names in SEALED.items()}
    id = db.value("SELECT MIN(id) FROM document WHERE kind = 'sale'")
    db.run("UPDATE payment SET reference = 'x' WHERE document_id = ?", (id,))
    row = db.rows(f"SELECT {columns['document']} FROM document WHERE id = ?", (id,))[0]
    parts = [
        db.rows(f"SELECT {columns[table]} FROM {table} WHERE document_id = ? ORDER BY id", (id,))
        for table in ("document_line", "stock_movement", "payment", "journal_line")
    ]
    db.run("UPDATE document SET hash = ? WHERE id = ?", (chain.seal(row[:-1], *parts), id))


FORGERIES: dict[str, Callable[[Db], None]] = {
    "the last document removed": _last_document_removed,
    "money in removed": _money_in_removed,
    "numbers swapped": _numbers_swapped,
    "lines swapped": _lines_swapped,
    "moved to another till": _moved_to_another_till,
    "sealed again": _sealed_again,
    "the till's head": lambda db: db.run("UPDATE station SET head_hash = 'x' WHERE id = 2"),
    "the till's number": lambda db: db.run("UPDATE station SET last_number = last_number - 1 WHERE id = 1"),
    "a level": lambda db: db.run("UPDATE stock_level SET on_hand = on_hand + 1 WHERE item_id = 1"),
    "goods allocated": lambda db: db.run("UPDATE stock_level SET allocated = 0"),
    "a pool": lambda db: db.run("UPDATE item_pool SET value = value + 1 WHERE item_id = 2"),
    "a layer": lambda db: db.run("UPDATE cost_layer SET value_left = value_left + 1 WHERE qty_left > 0"),
    "a shortfall": lambda db: db.run("UPDATE shortfall SET value_open = value_open - 1"),
    "what was taken": lambda db: db.run(
        "UPDATE consumption SET value = value + 1 WHERE id = (SELECT MIN(id) FROM consumption)"
    ),
    "a day": lambda db: db.run("UPDATE item_day SET net = net + 1 WHERE item_id = 1"),
    "a month": lambda db: db.run("UPDATE item_month SET closing_value = closing_value + 1 WHERE item_id = 1"),
    "an hour": lambda db: db.run("UPDATE sales_hour SET sales = sales + 1"),
    "a day removed": lambda db: db.run("DELETE FROM item_day WHERE item_id = 2"),
}


@pytest.mark.parametrize("forgery", list(FORGERIES))
def test_every_forgery_is_found(traded: Db, forgery: str) -> None:
    with tampering(traded):
        FORGERIES[forgery](traded)
        assert audit.discrepancies(traded)
    assert audit.discrepancies(traded) == []
