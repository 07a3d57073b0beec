"""Lots follow the goods: in with the receipt, out first expired first, back where they came from."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest

from shopstock.core.acting import Acting
from shopstock.core.catalogue import ItemFields
from shopstock.core.document import Draft, DraftLine, Goods
from shopstock.core.outcome import Refused
from shopstock.core.units import Day, DocumentId, ItemId, LineId, LocationId, Money
from shopstock.db.connection import Db, transaction
from shopstock.queries import audit, lots
from shopstock.services import adjust, count, items, posting, receive, return_, reverse, transfer
from tests import builders as a


class _Undo(Exception):
    """Leaves a transaction without keeping what it did."""


MAY, JUNE = Day(20260501), Day(20260601)


@pytest.fixture
def milk(db: Db) -> ItemId:
    return a.an_item(db, "MILK", tracks="lot")


def come_in(
    db: Db, owner: Acting, item: ItemId, *lots_of: tuple[float, str, int], at: LocationId | None = None
) -> DocumentId:
    goods = [
        Goods(item, a.qty(pieces), Money(10_000), at, lot=lot, expires=Day(expires)) for pieces, lot, expires in lots_of
    ]
    return document(receive.post_goods_receipt(db, owner, a.a_head(), goods))


def document(changes: object) -> DocumentId:
    return changes.document.id  # type: ignore[attr-defined,no-any-return]


def sell(db: Db, owner: Acting, item: ItemId, pieces: float, lot: str = "", expires: int = 0) -> DocumentId:
    line = replace(a.a_sale_line(owner, item, pieces), lot=lot, expires=Day(expires))
    return document(posting.post(db, owner, a.a_sale(db, owner, [line])))


def take_back(db: Db, owner: Acting, sale: DocumentId, pieces: float) -> DocumentId:
    line = return_.line_of_sale(db, line_of(db, sale), a.qty(pieces), owner.location_id)
    draft = return_.customer_return_draft(a.a_head(), [line], [a.a_payment(db, Money(-line.gross))])
    return document(return_.post_customer_return(db, owner, draft))


def line_of(db: Db, posted: DocumentId) -> LineId:
    return LineId(db.value("SELECT min(id) FROM document_line WHERE document_id = ?", (posted,)))


def held(db: Db, item: ItemId) -> dict[str, int]:
    found: dict[str, int] = {}
    for level in lots.lots_of(db, item):
        found[level.code] = found.get(level.code, 0) + level.on_hand // 1000
    return found


def moved(db: Db, posted: DocumentId) -> dict[str, int]:
    return {row.code: row.qty // 1000 for row in lots.of_document(db, posted)}


def test_what_comes_in_makes_or_joins_its_lot(db: Db, owner: Acting, milk: ItemId) -> None:
    come_in(db, owner, milk, (3, "A", MAY), (2, "B", JUNE))
    come_in(db, owner, milk, (1, " A ", MAY))
    come_in(db, owner, milk, (1, "B", 0))  # a paper without the day: the only lot of that code
    come_in(db, owner, milk, (4, "", 0))  # of no known lot
    assert held(db, milk) == {"A": 4, "B": 3}
    assert [(one.code, one.expires) for one in lots.lots_at(db, milk, owner.location_id)] == [("A", MAY), ("B", JUNE)]
    come_in(db, owner, milk, (1, "A", JUNE))  # the same code with another day is another lot
    assert len(lots.lots_of(db, milk)) == 3


def test_first_expired_goes_first_and_the_named_lot_before_it(db: Db, owner: Acting, milk: ItemId) -> None:
    come_in(db, owner, milk, (3, "B", JUNE), (2, "A", MAY))
    assert moved(db, sell(db, owner, milk, 1)) == {"A": -1}
    assert moved(db, sell(db, owner, milk, 1, "B")) == {"B": -1}
    assert moved(db, sell(db, owner, milk, 2)) == {"A": -1, "B": -1}
    assert moved(db, sell(db, owner, milk, 5, "A")) == {"B": -1}  # what no lot covers has an unknown one
    assert held(db, milk) == {}


def test_goods_sold_before_they_came_leave_no_lot(db: Db, owner: Acting, milk: ItemId) -> None:
    sell(db, owner, milk, 4)
    assert moved(db, come_in(db, owner, milk, (3, "A", MAY))) == {}
    assert moved(db, come_in(db, owner, milk, (3, "A", MAY))) == {"A": 2}


def test_a_return_goes_back_to_the_lots_that_left(db: Db, owner: Acting, milk: ItemId) -> None:
    come_in(db, owner, milk, (1, "A", MAY), (5, "B", JUNE))
    sale = sell(db, owner, milk, 3)
    assert moved(db, sale) == {"A": -1, "B": -2}
    assert moved(db, take_back(db, owner, sale, 1)) == {"B": 1}
    last = take_back(db, owner, sale, 2)
    assert moved(db, last) == {"B": 1, "A": 1}
    assert held(db, milk) == {"A": 1, "B": 5}
    reverse.reverse(db, owner, a.a_head(), last)
    assert held(db, milk) == {"B": 4}
    assert moved(db, take_back(db, owner, sale, 1)) == {"B": 1}


def test_a_transfer_carries_its_lots_along(db: Db, owner: Acting, milk: ItemId) -> None:
    come_in(db, owner, milk, (2, "A", MAY), (2, "B", JUNE))
    cellar = a.a_location(db, "Cellar")
    sent = document(transfer.dispatch(db, owner, a.a_head(), [a.goods(milk, 3)]))
    transit = transfer.transit_location(db)
    assert {(one.code, one.location_id) for one in lots.lots_of(db, milk)} == {
        ("A", transit), ("B", transit), ("B", owner.location_id)
    }  # fmt: skip
    goods = [a.goods(milk, 1, of=line_of(db, sent))]
    transfer.arrive(db, owner, a.a_head(), goods, cellar, sent)
    assert [(one.code, one.on_hand) for one in lots.lots_at(db, milk, cellar)] == [("A", 1000)]
    moving = document(transfer.transfer(db, owner, a.a_head(), [a.goods(milk, 1, at=cellar)], owner.location_id))
    reverse.reverse(db, owner, a.a_head(), moving)
    assert [(one.code, one.on_hand) for one in lots.lots_at(db, milk, cellar)] == [("A", 1000)]


def test_a_supplier_return_takes_the_lot_that_its_receipt_brought(db: Db, owner: Acting, milk: ItemId) -> None:
    come_in(db, owner, milk, (2, "A", MAY))
    receipt = come_in(db, owner, milk, (2, "B", JUNE))
    back = return_.post_supplier_return(db, owner, a.a_head(), [a.goods(milk, 1, of=line_of(db, receipt))])
    assert moved(db, document(back)) == {"B": -1}


def test_a_reversal_puts_back_what_its_line_moved(db: Db, owner: Acting, milk: ItemId) -> None:
    come_in(db, owner, milk, (2, "A", MAY), (2, "B", JUNE))
    sale = sell(db, owner, milk, 3)
    reverse.reverse(db, owner, a.a_head(), sale)
    assert held(db, milk) == {"A": 2, "B": 2}
    receipt = come_in(db, owner, milk, (1, "A", MAY), (1, "C", JUNE))
    reverse.reverse(db, owner, a.a_head(), receipt)
    assert held(db, milk) == {"A": 2, "B": 2}


def test_lots_of_goods_that_never_came_are_not_on_hand(db: Db, owner: Acting, milk: ItemId) -> None:
    receipt = come_in(db, owner, milk, (5, "", 0))
    count.post_count(db, owner, a.a_head(), [Goods(milk, a.qty(5), lot="C")])
    assert held(db, milk) == {"C": 5}
    reverse.reverse(db, owner, a.a_head(), receipt)
    assert held(db, milk) == {}


def test_counts_finds_and_write_offs(db: Db, owner: Acting, milk: ItemId) -> None:
    come_in(db, owner, milk, (2, "A", MAY), (2, "B", JUNE))
    adjust.write_off(db, owner, a.a_head(), [Goods(milk, a.qty(1), cause="torn", lot="B")])
    adjust.found(db, owner, a.a_head(), [Goods(milk, a.qty(1), cause="shelf")])
    assert held(db, milk) == {"A": 2, "B": 1}
    count.post_count(db, owner, a.a_head(), [Goods(milk, a.qty(2))])
    assert held(db, milk) == {"B": 1}  # four were on hand, one of them of no known lot
    counted = count.post_count(db, owner, a.a_head(), [Goods(milk, a.qty(5), lot="C", expires=JUNE)])
    assert held(db, milk) == {"B": 1, "C": 4}  # what is there and has no known lot is of the named one
    reverse.reverse(db, owner, a.a_head(), document(counted))
    assert held(db, milk) == {"B": 1}


def test_an_item_that_is_not_tracked_keeps_no_lots(db: Db, owner: Acting) -> None:
    lamp = a.an_item(db, "LAMP")
    come_in(db, owner, lamp, (2, "A", MAY))
    sell(db, owner, lamp, 1, "A")
    assert db.value("SELECT count(*) FROM lot") == 0


def test_the_same_key_with_another_lot_is_refused(db: Db, owner: Acting, milk: ItemId) -> None:
    come_in(db, owner, milk, (2, "A", MAY))
    line = replace(a.a_sale_line(owner, milk, 1), lot="A", expires=MAY)
    draft = a.a_sale(db, owner, [line])
    posting.post(db, owner, draft)
    assert posting.post(db, owner, draft).existing
    with pytest.raises(Refused):
        posting.post(db, owner, replace(draft, lines=(replace(line, lot="B"),)))


def test_a_batch_decides_lots_as_single_documents_do(db: Db, owner: Acting, milk: ItemId) -> None:
    with transaction(db):
        book = posting.Book(db, owner)
        goods = [Goods(milk, a.qty(2), Money(100), lot="A", expires=MAY)]
        book.post(receive.goods_receipt_draft(owner, a.a_head(), goods))
        sold = book.post(a.a_sale(db, owner, [a.a_sale_line(owner, milk, 2)]))
        back: DraftLine = replace(a.replace_kind(a.a_sale_line(owner, milk, 1)), of_line_id=sold.line_ids[0])
        draft: Draft = return_.customer_return_draft(a.a_head(), [back], [a.a_payment(db, Money(-back.gross))])
        book.post(draft)
        book.flush()
    assert held(db, milk) == {"A": 1}


@pytest.mark.parametrize(("lot", "expires"), [("x" * 41, 0), ("A", 20260231)])
def test_a_lot_that_cannot_be_is_refused(db: Db, owner: Acting, milk: ItemId, lot: str, expires: int) -> None:
    with pytest.raises(Refused):
        come_in(db, owner, milk, (1, lot, expires))
    assert db.value("SELECT count(*) FROM document") == 0


def test_tracking_ends_only_when_no_lot_is_on_hand(db: Db, owner: Acting, milk: ItemId) -> None:
    come_in(db, owner, milk, (1, "A", MAY))
    with pytest.raises(Refused, match="on hand"):
        items.update(db, owner, milk, ItemFields(name="Milk", sku="MILK"))
    sell(db, owner, milk, 1)
    items.update(db, owner, milk, ItemFields(name="Milk", sku="MILK"))


def test_what_is_changed_behind_the_ledger_is_found(sqlite_db: Db, owner: Acting) -> None:
    db = sqlite_db
    item = a.an_item(db, "MILK", tracks="lot")
    come_in(db, owner, item, (2, "A", MAY), (2, "B", JUNE))
    sell(db, owner, item, 1)
    faults = (
        "UPDATE lot_level SET on_hand = on_hand + 1",
        "UPDATE lot_level SET on_hand = 9000 WHERE lot_id = 1",
        "DELETE FROM lot_level WHERE lot_id = 2",
        "UPDATE lot SET item_id = item_id + 1 WHERE id = 2",
        "INSERT INTO lot_movement (movement_id, lot_id, location_id, qty) VALUES (1, 1, 1, 1000)",
    )
    db.run("INSERT INTO item (id, sku, sku_key, name, name_key, created_at, changed_at) "
           "VALUES (2, 'X', 'x', 'X', 'x', 0, 0)")  # fmt: skip
    for fault in faults:
        with contextlib.suppress(_Undo), transaction(db):
            db.run(fault)
            assert audit.discrepancies(db), fault
            raise _Undo
    assert audit.discrepancies(db) == []
