"""The audit names whatever was changed behind the ledger's back: every column of every table."""

from __future__ import annotations

import pytest

from shopstock.core.acting import Acting
from shopstock.db.connection import Db, transaction
from shopstock.queries import audit
from shopstock.services import posting_rows
from tests.services.test_stories import Teller

TABLES = (
    "document", "document_line", "payment", "stock_movement", "journal_line", "stock_level", "item_pool", "cost_layer",
    "receipt_mark", "shortfall", "consumption", "item_day", "item_month", "sales_hour", "stockout_span", "station",
)  # fmt: skip
#: Ids that nothing refers to, and what a station is called: no part of the ledger.
FREE = {
    "payment": {"id"}, "journal_line": {"id"}, "consumption": {"id"}, "shortfall": {"id"}, "cost_layer": {"id"},
    "station": {"id", "name", "prefix", "location_id", "last_z"},
}  # fmt: skip

HISTORY = """
known LAMP 3.00
receive 10 CHAI @ 2.50, 4 LAMP @ 3 as R1
receive 10 CHAI @ 3.00 as R2
sell 12 CHAI as S1
sell 20 CHAI as S2
write off 1 CHAI because torn
receive 15 CHAI @ 2.75 as R3
landed 10 on R3
return 1 CHAI of S1
return 1 CHAI of S2
return 1 CHAI
send back 1 LAMP @ 2 of R1
sell 3 LAMP as S3
sell 2 LAMP
sell 1 MUG
transfer 1 CHAI to CELLAR
find 1 CHAI because shelf
count CHAI 9
reverse S3
sell 1 CHAI as S4
reverse S4
"""


@pytest.fixture
def traded(sqlite_db: Db, owner: Acting) -> Db:
    teller = Teller(sqlite_db, owner, "")
    for line in HISTORY.strip().splitlines():
        teller.tell(line)
    return sqlite_db


@pytest.mark.parametrize("costing", ["fifo", "average"])
def test_every_changed_column_is_found(traded: Db, costing: str) -> None:
    assert audit.discrepancies(traded) == []
    traded.run("PRAGMA foreign_keys = 0")
    missed = []
    for table in TABLES:
        columns = [row[1] for row in traded.rows(f"PRAGMA table_info({table})")]
        keys = [row[1] for row in traded.rows(f"PRAGMA table_info({table})") if row[5]]
        rows = traded.rows(f"SELECT {', '.join(keys)} FROM {table} ORDER BY {', '.join(keys)}")
        if not rows:
            assert table == "receipt_mark"
            assert costing == "fifo"
            continue
        for column in columns:
            if column in FREE.get(table, ()):
                continue
            for key in (rows[0], rows[len(rows) // 2], rows[-1]):
                if not _found(traded, table, column, dict(zip(keys, key, strict=True))):
                    missed.append((table, column, key))
    traded.run("PRAGMA foreign_keys = 1")
    assert not missed


def _found(db: Db, table: str, column: str, key: dict[str, int]) -> bool:
    """Change one value with the triggers gone, ask the audit, and put everything back."""
    where = " AND ".join(f"{name} = ?" for name in key)
    before = db.value(f"SELECT {column} FROM {table} WHERE {where}", tuple(key.values()))
    after = f"{before}x" if isinstance(before, str) else 987_654_321 if before is None else before + 900_001
    try:
        with transaction(db):
            for event in ("update", "delete"):
                db.run(f"DROP TRIGGER IF EXISTS {table}_no_{event}")
            db.run(f"UPDATE {table} SET {column} = ? WHERE {where}", (after, *key.values()))
            found = bool(audit.discrepancies(db))
            raise _PutBack
    except _PutBack:
        return found


class _PutBack(Exception):
    pass


@pytest.mark.parametrize("table", TABLES[:-1])
def test_every_missing_row_is_found(traded: Db, table: str) -> None:
    if not traded.value(f"SELECT COUNT(*) FROM {table}"):
        assert table == "receipt_mark"
        return
    keys = [row[1] for row in traded.rows(f"PRAGMA table_info({table})") if row[5]]
    row = traded.rows(f"SELECT {', '.join(keys)} FROM {table} ORDER BY {', '.join(keys)}")[0]
    traded.run("PRAGMA foreign_keys = 0")
    try:
        with transaction(traded):
            traded.run(f"DROP TRIGGER IF EXISTS {table}_no_delete")
            where = " AND ".join(f"{name} = ?" for name in keys)
            traded.run(f"DELETE FROM {table} WHERE {where}", row)
            assert audit.discrepancies(traded)
            raise _PutBack
    except _PutBack:
        traded.run("PRAGMA foreign_keys = 1")


@pytest.mark.parametrize("table", ["document", "document_line", "payment", "stock_movement", "journal_line"])
def test_what_is_posted_cannot_be_changed(db: Db, owner: Acting, table: str) -> None:
    teller = Teller(db, owner, "")
    for line in ("receive 2 CHAI @ 1", "sell 1 CHAI"):
        teller.tell(line)
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with pytest.raises(Exception, match="append-only"), transaction(db):
            db.run(statement)


@pytest.mark.tampers
def test_a_naive_share_is_found(sqlite_db: Db, owner: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rounded unit cost leaks money: the audit and the stories must both see it."""
    from shopstock.core import costing

    monkeypatch.setattr(costing.ItemCost, "_take", _naive_take)
    teller = Teller(sqlite_db, owner, "")
    for line in ("receive 3 A for 10.00", "sell 1 A", "sell 1 A", "sell 1 A"):
        teller.tell(line)
    found = audit.discrepancies(sqlite_db)
    assert any(one.table == "cost_layer" for one in found)
    with pytest.raises(AssertionError):
        teller.tell("expect A on hand 0 worth 0")


def _naive_take(self, layer, qty, taken):  # type: ignore[no-untyped-def]
    from shopstock.core.cost_layers import Taken

    value = layer.value_in * 1000 // layer.qty_in * qty // 1000
    layer.qty_left -= qty
    layer.value_left -= value
    if not layer.qty_left:
        self.layers.remove(layer)
    taken.append(Taken(layer, qty, value))
    return value


def test_a_missing_settlement_is_found(sqlite_db: Db, owner: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    from shopstock.core import costing

    monkeypatch.setattr(costing.ItemCost, "_settle", lambda self: [])
    teller = Teller(sqlite_db, owner, "")
    try:
        with transaction(sqlite_db):
            for line in ("known A 1.00", "sell 2 A", "receive 5 A @ 2"):
                teller.tell(line)
            found = audit.discrepancies(sqlite_db)
            raise _PutBack
    except _PutBack:
        assert any("together" in one.what for one in found)


def test_the_figures_are_in_one_order() -> None:
    """What posting adds up and what the audit compares are the same columns."""
    from shopstock.queries import audit_summaries

    assert audit_summaries._DAY == posting_rows.DAY_FIGURES
    assert audit_summaries._HOUR == posting_rows.HOUR_FIGURES
