"""Transfers at random: whatever is sent, counted, damaged, over, or comes back, what the goods are worth stays."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.core.receiving import Condition
from shopstock.core.transfers import ScanLine, Settle, Stage, TransferFields
from shopstock.core.units import ItemId, LocationId, Qty
from shopstock.db.connection import Db, open_shop
from shopstock.queries import audit, in_transit
from shopstock.queries import transfers as query
from shopstock.services import receive, reverse, transfer, transfers
from tests import builders as a
from tests.conftest import acting_as_owner, found_shop

QTY = st.integers(1, 9_000).map(Qty)
WHICH = st.integers(0, 10**6)
DEED = st.one_of(
    st.tuples(st.just("pack"), WHICH, QTY), st.tuples(st.just("dispatch"), WHICH, QTY),
    st.tuples(st.just("unpack"), WHICH, QTY), st.tuples(st.just("damaged"), WHICH, QTY),
    st.tuples(st.just("arrive"), WHICH, QTY), st.tuples(st.just("complete"), WHICH, QTY),
    st.tuples(st.just("came back"), WHICH, QTY), st.tuples(st.just("put away"), WHICH, QTY),
    st.tuples(st.just("undo"), WHICH, QTY),
)  # fmt: skip


@contextmanager
def a_shop(costing: str) -> Iterator[tuple[Db, Acting, list[ItemId], list[LocationId]]]:
    with tempfile.TemporaryDirectory() as folder, open_shop(str(Path(folder) / "shop.db"), create=True) as db:
        found_shop(db, costing)
        owner = acting_as_owner(db)
        items = [a.an_item(db), a.an_item(db, tracks="lot")]
        room, market = a.a_location(db, "Room", owner.location_id), a.a_location(db, "Market hall")
        for cost in ("1.37", "2.01"):
            receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(item, 7, cost) for item in items])
        yield db, owner, items, [owner.location_id, room, market]


def worth(db: Db) -> list[tuple[int, ...]]:
    """Return all that a transfer must not touch: pools, layers, what was taken of them, and the journal."""
    return [
        row
        for table in ("item_pool", "cost_layer", "consumption", "journal_line", "shortfall")
        for row in db.rows(f"SELECT * FROM {table} ORDER BY 1, 2")
    ]


def do(db: Db, owner: Acting, items: list[ItemId], places: list[LocationId], deed: tuple[str, int, Qty]) -> None:
    what, which, qty = deed
    item = items[which % len(items)]
    numbers = [id_ for (id_,) in db.rows("SELECT id FROM transfer ORDER BY id")]
    number = numbers[which % len(numbers)]
    key = f"scan {db.value('SELECT COUNT(*) FROM transfer_scan')}"
    condition = Condition.DAMAGED if what == "damaged" else Condition.GOOD
    if what in ("pack", "unpack", "damaged"):
        stage = Stage.DISPATCH if what == "pack" else Stage.ARRIVE
        transfers.scan(db, owner, number, stage, [ScanLine(key, item, qty, condition=condition)])
    elif what == "dispatch":
        transfers.dispatch(db, owner, number)
    elif what in ("arrive", "complete"):
        transfers.arrive(db, owner, number, complete=what == "complete")
    elif what == "came back":
        transfers.settle_short(db, owner, number, item, qty, Settle.CAME_BACK)
    elif what == "put away":
        origin, target = (places[:2], places[1::-1])[which % 2]
        transfer.put_away(db, owner, a.a_head(), [a.goods(item, qty / 1000, at=origin)], target)
    else:
        documents = db.rows("SELECT id FROM document WHERE kind = 'transfer' ORDER BY id")
        if documents:
            reverse.reverse(db, owner, a.a_head(), documents[which % len(documents)][0])


@pytest.mark.parametrize("costing", ["fifo", "average"])
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(deeds=st.lists(DEED, min_size=4, max_size=30))
def test_no_transfer_changes_a_value(costing: str, deeds: list[tuple[str, int, Qty]]) -> None:
    with a_shop(costing) as (db, owner, items, places):
        for to in (places[1], places[2], places[2]):
            number = transfers.send_now(db, owner, TransferFields(places[0], to)).transfer_id
            lines = [ScanLine(f"first {number} {item}", item, Qty(3_000)) for item in items]
            transfers.scan(db, owner, number, Stage.DISPATCH, lines)
            if to == places[2]:
                transfers.dispatch(db, owner, number)
        before = worth(db)
        for deed in deeds:
            try:
                do(db, owner, items, places, deed)
            except Refused:
                continue
            assert worth(db) == before
        assert audit.discrepancies(db) == []
        for item in items:
            held = db.value(
                "SELECT COALESCE(SUM(l.on_hand), 0) FROM stock_level l JOIN location o ON o.id = l.location_id "
                "WHERE o.kind = 'transit' AND l.item_id = ?",
                (item,),
            )
            assert sum(row.qty for row in in_transit.in_transit(db, owner, item)) == held
            assert held == sum(
                row.figures.in_transit
                for (number,) in db.rows("SELECT id FROM transfer")
                for row in query.transfer(db, owner, number).rows
                if row.item_id == item
            )
