"""Transfers: asked for, packed, dispatched, unpacked, arrived; what is short, damaged, over; undone."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.document import Head
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.receiving import Condition
from shopstock.core.transfers import RowState, ScanLine, Settle, Stage, TransferFields, TransferState
from shopstock.core.units import Day, ItemId, LocationId
from shopstock.db.connection import Db
from shopstock.queries import audit, places
from shopstock.queries import transfers as query
from shopstock.services import people, receive, reverse, set_aside, transfers
from tests import builders as a
from tests.till import PIN, person, set_setting

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


def scan(
    db: Db, owner: Acting, transfer_id: int, stage: Stage, item: ItemId, pieces: object = 1, **told: object
) -> str:
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
    assert changes.document is not None
    assert changes.document.kind == "transfer"
    assert on_hand(db, chai) == {"Shop": 4, "In transit": 6}
    assert row_of(db, owner, number, mint).state == RowState.NOT_SENT
    assert row_of(db, owner, number, mint).words == "0 of 2 sent"
    unpack(db, owner, number, chai, 6)
    transfers.arrive(db, owner, number, complete=True)
    assert on_hand(db, chai) == {"Shop": 4, "Market hall": 6}
    assert state_of(db, owner, number) == TransferState.ARRIVED
    assert row_of(db, owner, number, chai).words == "6 arrived"
    assert pool(db, chai) == (10_000, 200_000)
    assert pool(db, mint) == (4_000, 120_000)


def test_what_came_is_booked_in_part_by_part_and_the_rest_is_short_when_nothing_else_came(
    db: Db, owner: Acting
) -> None:
    market, chai = a_shop(db), a.an_item(db, "CHAI")
    stock_up(db, owner, chai, 10)
    number = sent(db, owner, market, (chai, 6))
    unpack(db, owner, number, chai, 2)
    transfers.arrive(db, owner, number, complete=False)
    assert state_of(db, owner, number) == TransferState.PARTLY_ARRIVED
    assert row_of(db, owner, number, chai).words == "4 on the way, 2 arrived"
    unpack(db, owner, number, chai, 3)
    assert row_of(db, owner, number, chai).words == "3 counted, 4 on the way, 2 arrived"
    transfers.arrive(db, owner, number, complete=True)
    shown = query.transfer(db, owner, number)
    assert (shown.head.state, shown.head.unpacked) == (TransferState.PARTLY_ARRIVED, True)
    assert (shown.rows[0].state, shown.rows[0].words) == (RowState.SHORT, "1 short, 5 arrived")
    assert on_hand(db, chai) == {"Shop": 4, "In transit": 1, "Market hall": 5}
    unpack(db, owner, number, chai)  # it came after all
    transfers.arrive(db, owner, number, complete=True)
    assert state_of(db, owner, number) == TransferState.ARRIVED
    assert [one.stage for one in query.transfer(db, owner, number).documents] == [Stage.DISPATCH, *[Stage.ARRIVE] * 3]


def test_damaged_goods_go_where_the_receiving_shop_sets_goods_aside(db: Db, owner: Acting) -> None:
    market, chai = a_shop(db), a.an_item(db, "CHAI")
    stock_up(db, owner, chai, 6)
    number = sent(db, owner, market, (chai, 6))
    unpack(db, owner, number, chai, 4)
    unpack(db, owner, number, chai, 2, condition=Condition.DAMAGED, note="wet")
    transfers.arrive(db, owner, number, complete=True)
    aside = set_aside.location(db, market)
    assert places.shop_of(db, aside) == market
    assert db.value("SELECT on_hand FROM stock_level WHERE item_id = ? AND location_id = ?", (chai, aside)) == 2_000
    row = row_of(db, owner, number, chai)
    assert (row.state, row.words) == (RowState.DAMAGED, "4 arrived, 2 damaged")
    assert pool(db, chai) == (6_000, 120_000)


def test_what_is_over_or_was_never_sent_comes_straight_from_the_sender(db: Db, owner: Acting) -> None:
    market, chai, mint = a_shop(db), a.an_item(db, "CHAI"), a.an_item(db, "MINT")
    stock_up(db, owner, chai, 7)
    number = sent(db, owner, market, (chai, 6))
    unpack(db, owner, number, chai, 8, condition=Condition.GOOD)
    unpack(db, owner, number, mint, 1)
    changes = transfers.arrive(db, owner, number, complete=True)
    assert on_hand(db, chai) == {"Shop": -1, "Market hall": 8}
    assert on_hand(db, mint) == {"Shop": -1, "Market hall": 1}
    assert row_of(db, owner, number, chai).words == "6 arrived, 2 over"
    assert row_of(db, owner, number, mint).state == RowState.OVER
    assert state_of(db, owner, number) == TransferState.ARRIVED
    due = db.rows("SELECT item_id, location_id, reason FROM count_due WHERE done_at IS NULL ORDER BY item_id")
    assert due == [(chai, owner.location_id, "negative"), (mint, owner.location_id, "negative")]
    assert changes.document is not None
    assert db.value("SELECT COUNT(*) FROM document WHERE kind = 'transfer'") == 2


def test_what_is_missing_came_back_or_is_lost(db: Db, owner: Acting) -> None:
    market, chai = a_shop(db), a.an_item(db, "CHAI")
    stock_up(db, owner, chai, 10)
    number = sent(db, owner, market, (chai, 6))
    unpack(db, owner, number, chai, 2)
    with pytest.raises(Refused, match="4 of it are on their way by T-0001 and not counted"):
        transfers.settle_short(db, owner, number, chai, a.qty(5), Settle.CAME_BACK)
    transfers.arrive(db, owner, number, complete=True)
    transfers.settle_short(db, owner, number, chai, a.qty(1), Settle.CAME_BACK)
    with pytest.raises(Refused, match="choose a cause"):
        transfers.settle_short(db, owner, number, chai, a.qty(3), Settle.LOST, "bad luck")
    lost = transfers.settle_short(db, owner, number, chai, a.qty(3), Settle.LOST, "theft")
    assert on_hand(db, chai) == {"Shop": 5, "Market hall": 2}
    assert pool(db, chai) == (7_000, 140_000)
    assert db.rows("SELECT detail, amount FROM journal_line WHERE account = 'write_offs'") == [("theft", 60_000)]
    assert state_of(db, owner, number) == TransferState.ARRIVED
    assert row_of(db, owner, number, chai).words == "2 arrived, 1 came back, 3 lost"
    assert lost.document is not None
    reverse.reverse(db, owner, a_reason(), lost.document.id)
    assert state_of(db, owner, number) == TransferState.PARTLY_ARRIVED
    assert row_of(db, owner, number, chai).words == "3 on the way, 2 arrived, 1 came back"
    assert pool(db, chai) == (10_000, 200_000)


def test_a_loss_above_the_limit_needs_a_second_person(db: Db, owner: Acting) -> None:
    market, chai = a_shop(db), a.an_item(db, "CHAI")
    stock_up(db, owner, chai, 10, "30.00")
    number = sent(db, owner, market, (chai, 2))
    ann = person(db, owner, "Ann", Role.STOCKROOM)
    set_setting(db, "write_off_limit_stockroom", 20)
    with pytest.raises(NotAllowed, match="above what you may write off alone") as asked:
        transfers.settle_short(db, ann, number, chai, a.qty(1), Settle.LOST, "theft")
    assert on_hand(db, chai) == {"Shop": 8, "In transit": 2}
    yes = people.approve(db, ann, asked.value.permission, asked.value.subject, owner.person_id, PIN)
    transfers.settle_short(db, replace(ann, approval=yes), number, chai, a.qty(1), Settle.LOST, "theft")
    assert on_hand(db, chai) == {"Shop": 8, "In transit": 1}
    assert db.rows("SELECT by_id, approved_by FROM document WHERE kind = 'write_off'") == [
        (ann.person_id, owner.person_id)
    ]


def a_reason() -> Head:
    return replace(a.a_head(), note="a mistake")


def test_undoing_an_arrival_and_a_dispatch_keeps_the_figures_true(db: Db, owner: Acting) -> None:
    market, chai, mint = a_shop(db), a.an_item(db, "CHAI"), a.an_item(db, "MINT")
    stock_up(db, owner, chai, 10)
    stock_up(db, owner, mint, 10)
    number = begin(db, owner, market, (chai, 6))
    pack(db, owner, number, chai, 6)
    pack(db, owner, number, mint, 1)
    dispatched = transfers.dispatch(db, owner, number).document
    unpack(db, owner, number, chai, 7)
    arrived = transfers.arrive(db, owner, number, complete=True).document
    assert dispatched is not None
    assert arrived is not None
    with pytest.raises(Refused):
        reverse.reverse(db, owner, a_reason(), dispatched.id)
    changes = reverse.reverse(db, owner, a_reason(), arrived.id)
    assert "transfers" in changes.topics
    shown = query.transfer(db, owner, number)
    assert (shown.head.state, shown.head.ended_at) == (TransferState.DISPATCHED, None)
    assert row_of(db, owner, number, chai).words == "7 counted, 6 on the way"  # what was scanned is there to correct
    reverse.reverse(db, owner, a_reason(), dispatched.id)
    assert state_of(db, owner, number) == TransferState.REQUESTED
    assert row_of(db, owner, number, chai).words == "6 of 6 packed"
    assert row_of(db, owner, number, mint).words == "1 packed, not asked for"
    assert on_hand(db, chai) == {"Shop": 10}
    transfers.dispatch(db, owner, number)
    assert on_hand(db, chai) == {"Shop": 4, "In transit": 6}


def test_lots_travel_with_their_goods(db: Db, owner: Acting) -> None:
    market, milk = a_shop(db), a.an_item(db, "MILK", tracks="lot")
    for lot, pieces in (("OLD", 4), ("NEW", 6)):
        receive.post_goods_receipt(
            db, owner, a.a_head(), [replace(a.goods(milk, pieces, "1.00"), lot=lot, expires=20270101)]
        )
    number = begin(db, owner, market)
    pack(db, owner, number, milk, 5, lot="NEW", expires=20270101)
    pack(db, owner, number, milk, 1)
    transfers.dispatch(db, owner, number)
    assert lots_of(db, milk) == {
        ("OLD", "Shop"): 3,
        ("OLD", "In transit"): 1,
        ("NEW", "Shop"): 1,
        ("NEW", "In transit"): 5,
    }
    unpack(db, owner, number, milk, 1, lot="OLD", expires=20270101)
    unpack(db, owner, number, milk, 2, lot="NEW")
    transfers.arrive(db, owner, number, complete=False)
    assert lots_of(db, milk) == {
        ("OLD", "Shop"): 3, ("OLD", "Market hall"): 1, ("NEW", "Shop"): 1, ("NEW", "In transit"): 3,
        ("NEW", "Market hall"): 2,
    }  # fmt: skip
    transfers.settle_short(db, owner, number, milk, a.qty(1), Settle.CAME_BACK)
    unpack(db, owner, number, milk, 2)
    transfers.arrive(db, owner, number, complete=True)
    assert lots_of(db, milk) == {
        ("OLD", "Shop"): 3, ("OLD", "Market hall"): 1, ("NEW", "Shop"): 2, ("NEW", "Market hall"): 4,
    }  # fmt: skip


def lots_of(db: Db, item: ItemId) -> dict[tuple[str, str], int]:
    return {
        (code, place): qty // 1_000
        for code, place, qty in db.rows(
            "SELECT o.code, p.name, l.on_hand FROM lot o JOIN lot_level l ON l.lot_id = o.id "
            "JOIN location p ON p.id = l.location_id WHERE o.item_id = ? AND l.on_hand <> 0",
            (item,),
        )
    }


def test_goods_leave_from_where_the_book_has_them_and_arrive_where_they_belong(db: Db, owner: Acting) -> None:
    market = a_shop(db)
    cellar, shelf = a.a_location(db, "Cellar", owner.location_id), a.a_location(db, "Shelf", market)
    chai, mint, oil = a.an_item(db, "CHAI"), a.an_item(db, "MINT"), a.an_item(db, "OIL")
    for item, here, below in ((chai, 2, 8), (mint, 5, 5), (oil, 2, 3)):
        receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(item, here, 1), a.goods(item, below, 1, at=cellar)])
    db.run("INSERT INTO home_place (item_id, shop_id, location_id) VALUES (?, ?, ?)", (chai, market, shelf))
    number = sent(db, owner, market, (chai, 6), (mint, 4), (oil, 5))
    assert on_hand(db, chai) == {"Shop": 2, "In transit": 6, "Cellar": 2}  # one place holds enough
    assert on_hand(db, mint) == {"Shop": 1, "In transit": 4, "Cellar": 5}  # the sender's own comes first
    assert on_hand(db, oil) == {"In transit": 5}  # no place holds enough
    assert row_of(db, owner, number, chai).home == "Market hall › Shelf"
    transfers.scan_rest(db, owner, number, Stage.ARRIVE, "all of it")
    transfers.scan_rest(db, owner, number, Stage.ARRIVE, "all of it")
    transfers.arrive(db, owner, number, complete=True)
    assert on_hand(db, chai) == {"Shop": 2, "Cellar": 2, "Shelf": 6}
    assert on_hand(db, oil) == {"Market hall": 5}


def test_somebody_asks_for_goods_from_the_cellar(db: Db, owner: Acting) -> None:
    cellar, chai = a.a_location(db, "Cellar", owner.location_id), a.an_item(db, "CHAI")
    receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(chai, 8, 1, at=cellar)])
    fields = TransferFields(cellar, owner.location_id, "for the window", Day(20260401))
    number = transfers.request(db, owner, fields, [(chai, a.qty(2)), (chai, a.qty(1))]).transfer_id
    assert row_of(db, owner, number, chai).figures.requested == 3_000
    transfers.scan_rest(db, owner, number, Stage.DISPATCH, "all")
    transfers.dispatch(db, owner, number)
    transfers.scan_rest(db, owner, number, Stage.ARRIVE, "all there")
    transfers.arrive(db, owner, number, complete=True)
    assert on_hand(db, chai) == {"Shop": 3, "Cellar": 5}


def test_a_request_is_changed_until_it_is_dispatched(db: Db, owner: Acting) -> None:
    market, chai, mint = a_shop(db), a.an_item(db, "CHAI"), a.an_item(db, "MINT")
    stock_up(db, owner, chai, 10)
    number = begin(db, owner, market, (chai, 6))
    transfers.set_line(db, owner, number, chai, a.qty(4))
    transfers.set_line(db, owner, number, mint, a.qty(2))
    transfers.remove_line(db, owner, number, mint)
    transfers.change(db, owner, number, TransferFields(market, owner.location_id, " soon "))
    shown = query.transfer(db, owner, number)
    assert (shown.head.from_id, shown.head.note) == (market, "soon")
    assert [(row.item_id, row.figures.requested) for row in shown.rows] == [(chai, 4_000)]
    transfers.change(db, owner, number, TransferFields(owner.location_id, market))
    pack(db, owner, number, chai)
    with pytest.raises(Refused, match="being packed already"):
        transfers.change(db, owner, number, TransferFields(market, owner.location_id))
    transfers.dispatch(db, owner, number)
    with pytest.raises(Refused, match="T-0001 was dispatched already"):
        transfers.set_line(db, owner, number, chai, a.qty(9))
    with pytest.raises(Refused, match="Say that they came back instead"):
        transfers.cancel(db, owner, number)
    other = begin(db, owner, market, (chai, 1))
    transfers.cancel(db, owner, other)
    assert transfers.cancel(db, owner, other).existing
    with pytest.raises(Refused, match="T-0002 was cancelled"):
        pack(db, owner, other, chai)
    assert [row.head.number for row in query.transfers(db, owner, TransferState)] == ["T-0002", "T-0001"]
    assert [row.head.number for row in query.transfers(db, owner)] == ["T-0001"]
    assert [row.head.number for row in query.transfers(db, owner, TransferState, "t-2 market")] == ["T-0002"]
    assert query.by_number(db, "t2") == other


def test_a_scan_counts_once_and_is_taken_back_by_another(db: Db, owner: Acting) -> None:
    market, chai = a_shop(db), a.an_item(db, "CHAI")
    number = begin(db, owner, market)
    line = ScanLine("one", chai, a.qty(3))
    assert not transfers.scan(db, owner, number, Stage.DISPATCH, [line, line]).existing
    assert transfers.scan(db, owner, number, Stage.DISPATCH, [line]).existing
    pack(db, owner, number, chai, -2)
    with pytest.raises(Refused, match="Less of it was scanned than is taken back"):
        pack(db, owner, number, chai, -2)
    assert row_of(db, owner, number, chai).figures.counted == 1_000
    shown = query.scans_since(db, number)
    assert [scan.qty for scan in shown] == [3_000, -2_000]
    assert query.transfer(db, owner, number).last_scan == shown[-1]
    other = begin(db, owner, market)
    with pytest.raises(Refused, match="counted in another transfer"):
        transfers.scan(db, owner, other, Stage.DISPATCH, [line])


def contents(db: Db) -> list[object]:
    tables = ("transfer", "transfer_line", "transfer_scan", "transfer_document", "document", "stock_level")
    return [db.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]


def test_what_cannot_be_is_refused_and_changes_nothing(db: Db, owner: Acting) -> None:
    market, chai = a_shop(db), a.an_item(db, "CHAI")
    shelf, service = a.a_location(db, "Shelf", market), a.an_item(db, "REPAIR", stocked=0)
    stock_up(db, owner, chai, 10)
    empty, away = begin(db, owner, market, (chai, 1)), sent(db, owner, market, (chai, 2))
    here = owner.location_id
    before = contents(db)
    for sentence, deed in (
        ("Choose two different places", lambda: begin(db, owner, here, (chai, 1))),
        ("Nothing is asked for", lambda: transfers.request(db, owner, TransferFields(here, market), [])),
        ("quantity must be above 0", lambda: begin(db, owner, market, (chai, 0))),
        ("Repair keeps no stock", lambda: begin(db, owner, market, (service, 1))),
        ("no such place", lambda: begin(db, owner, LocationId(999), (chai, 1))),
        ("20260231 is no day", lambda: transfers.send_now(
            db, owner, TransferFields(here, market, "", Day(20260231))
        )),
        ("The note is longer", lambda: transfers.send_now(db, owner, TransferFields(here, market, "x" * 2_001))),
        ("Nothing was packed for T-0001", lambda: transfers.dispatch(db, owner, empty)),
        ("T-0001 was not dispatched yet", lambda: transfers.arrive(db, owner, empty, complete=True)),
        ("T-0002 was dispatched already", lambda: transfers.dispatch(db, owner, away)),
        ("Nothing of T-0002 was counted", lambda: transfers.arrive(db, owner, away, complete=True)),
        ("no such transfer", lambda: transfers.dispatch(db, owner, 99)),
        ("Damaged goods are not sent", lambda: pack(db, owner, empty, chai, condition=Condition.DAMAGED)),
        ("Shelf is in another shop than Shop", lambda: pack(db, owner, empty, chai, location_id=shelf)),
        ("Market hall is the other end", lambda: pack(db, owner, empty, chai, location_id=market)),
        ("counts 0 pieces", lambda: pack(db, owner, empty, chai, 0)),
        ("There is no transfer T-77", lambda: query.by_number(db, "T-77")),
    ):  # fmt: skip
        with pytest.raises(Refused, match=sentence):
            deed()
    assert contents(db) == before


def test_the_proof_names_a_transfer_that_is_not_what_its_documents_say(db: Db, owner: Acting) -> None:
    market, chai = a_shop(db), a.an_item(db, "CHAI")
    stock_up(db, owner, chai, 10)
    number = sent(db, owner, market, (chai, 2))
    db.run("UPDATE transfer_line SET arrived_qty = 1000 WHERE transfer_id = ?", (number,))
    found = audit.discrepancies(db)
    assert [(one.table, one.what) for one in found] == [("transfer_line", "arrived_qty is 1000, the movements say 0")]
    db.run("UPDATE transfer_line SET arrived_qty = 0 WHERE transfer_id = ?", (number,))
    db.run("UPDATE transfer SET state = 'arrived' WHERE id = ?", (number,))
    assert [one.table for one in audit.discrepancies(db)] == ["transfer"]
    db.run("UPDATE transfer SET state = 'dispatched' WHERE id = ?", (number,))
