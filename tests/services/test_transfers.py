"""Transfers: asked for, packed, dispatched, unpacked, arrived; what is short, damaged, over; undone."""

from __future__ import annotations

from itertools import count

import pytest

from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.core.receiving import Condition
from shopstock.core.transfers import RowState, ScanLine, Settle, Stage, TransferFields, TransferState
from shopstock.core.units import ItemId, LocationId, Qty
from shopstock.db.connection import Db
from shopstock.queries import lots as lots_query
from shopstock.queries import transfers as query
from shopstock.services import receive, reverse, transfer, transfers
from tests import builders as a

_key = count(1)


def a_shop(db: Db, name: str = "Market hall") -> LocationId:
    """Add a second shop."""
    return a.a_location(db, name)


def stock_up(db: Db, owner: Acting, item: ItemId, pieces: object, cost: object = "2.00") -> None:
    receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(item, pieces, cost)])  # type: ignore[arg-type]


def begin(db: Db, owner: Acting, to: LocationId, *asked: tuple[ItemId, int]) -> int:
    """Ask the owner's shop for goods, or begin to pack when nothing is asked for."""
    fields = TransferFields(owner.location_id, to)
    if not asked:
        return transfers.send_now(db, owner, fields).transfer_id
    return transfers.request(db, owner, fields, [(item, a.qty(pieces)) for item, pieces in asked]).transfer_id


def scan(db: Db, owner: Acting, transfer_id: int, stage: Stage, item: ItemId, pieces: object = 1, **told: object) -> str:
    key = f"scan-{next(_key)}"
    line = ScanLine(key, item, a.qty(pieces), **told)  # type: ignore[arg-type]
    transfers.scan(db, owner, transfer_id, stage, [line])
    return key


def pack(db: Db, owner: Acting, transfer_id: int, item: ItemId, pieces: object = 1, **told: object) -> str:
    return scan(db, owner, transfer_id, Stage.DISPATCH, item, pieces, **told)


def unpack(db: Db, owner: Acting, transfer_id: int, item: ItemId, pieces: object = 1, **told: object) -> str:
    return scan(db, owner, transfer_id, Stage.ARRIVE, item, pieces, **told)


def sent(db: Db, owner: Acting, to: LocationId, *packed: tuple[ItemId, int]) -> int:
    """Pack and dispatch."""
    transfer_id = begin(db, owner, to)
    for item, pieces in packed:
        pack(db, owner, transfer_id, item, pieces)
    transfers.dispatch(db, owner, transfer_id)
    return transfer_id


def on_hand(db: Db, item: ItemId) -> dict[str, int]:
    """Return what is where in pieces, empty places left out."""
    return {
        name: qty // 1_000
        for name, qty in db.rows(
            "SELECT o.name, l.on_hand FROM stock_level l JOIN location o ON o.id = l.location_id "
            "WHERE l.item_id = ? AND l.on_hand <> 0 ORDER BY o.id",
            (item,),
        )
    }


def pool(db: Db, item: ItemId) -> tuple[int, int]:
    return db.rows("SELECT qty, value FROM item_pool WHERE item_id = ?", (item,))[0]


def row_of(db: Db, owner: Acting, transfer_id: int, item: ItemId) -> query.Row:
    return next(row for row in query.transfer(db, owner, transfer_id).rows if row.item_id == item)


def state_of(db: Db, owner: Acting, transfer_id: int) -> TransferState:
    return query.transfer(db, owner, transfer_id).head.state


def test_goods_go_from_shop_to_shop_and_keep_their_value(db: Db, owner: Acting) -> None:
    market, chai, mint = a_shop(db), a.an_item(db, "CHAI"), a.an_item(db, "MINT")
    stock_up(db, owner, chai, 10)
    stock_up(db, owner, mint, 4, "3.00")
    number = begin(db, owner, market, (chai, 6), (mint, 2))
    assert state_of(db, owner, number) == TransferState.REQUESTED
    pack(db, owner, number, chai, 6)
    assert row_of(db, owner, number, chai).words == "6 of 6 packed"
    assert row_of(db, owner, number, mint).words == "0 of 2 packed"
    changes = transfers.dispatch(db, owner, number)
    assert changes.document is not None and changes.document.kind == "transfer"
    assert on_hand(db, chai) == {"Shop": 4, "In transit": 6}
    assert row_of(db, owner, number, mint).state == RowState.NOT_SENT
    assert row_of(db, owner, number, mint).words == "0 of 2 sent"
    unpack(db, owner, number, chai, 6)
    transfers.arrive(db, owner, number, complete=True)
    assert on_hand(db, chai) == {"Shop": 4, "Market hall": 6}
    assert state_of(db, owner, number) == TransferState.ARRIVED
    assert row_of(db, owner, number, chai).words == "6 arrived"
    assert pool(db, chai) == (10_000, 200_000) and pool(db, mint) == (4_000, 120_000)
