"""Quantities and amounts at their limits: taken exactly, or refused with a sentence, never beyond 64 bits."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.core.units import MAX_MONEY, MAX_QTY, Money, Qty
from shopstock.db.connection import Db
from shopstock.services import adjust, count, exchange_history, posting, receive
from tests import builders as a
from tests.till import goods, new_cart, pay, qty

BOTH = pytest.mark.parametrize("costing", ["fifo", "average"])


@BOTH
def test_the_largest_goods_receipt_is_taken_and_sold(db: Db, owner: Acting, costing: str) -> None:
    item = a.an_item(db)
    receive.post_goods_receipt(db, owner, a.a_head(), [a.Goods(item, MAX_QTY, MAX_MONEY)])
    posting.post(db, owner, a.a_sale(db, owner, [a.a_sale_line(owner, item, 1_000_000, "1000")]))
    assert db.rows("SELECT qty, value FROM item_pool") == [(0, 0)]
    assert db.value("SELECT SUM(amount) FROM journal_line WHERE account = 'cogs'") == MAX_MONEY


@BOTH
@pytest.mark.parametrize("pieces", [Qty(10_001), Qty(5_000_000), MAX_QTY])
def test_a_dear_grain_does_not_make_a_mountain_without_price(db: Db, owner: Acting, costing: str, pieces: Qty) -> None:
    """A thousandth of a piece for the largest amount, then many pieces at that cost: refused, nothing half-written."""
    item = a.an_item(db)
    receive.post_goods_receipt(db, owner, a.a_head(), [a.Goods(item, Qty(1), MAX_MONEY)])
    for event in (
        lambda: posting.post(db, owner, a.a_sale(db, owner, [a.a_sale_line(owner, item, pieces / 1000)])),
        lambda: adjust.write_off(db, owner, a.a_head(), [a.Goods(item, pieces, cause="gone")]),
        lambda: adjust.found(db, owner, a.a_head(), [a.Goods(item, pieces, cause="there")]),
        lambda: count.post_count(db, owner, a.a_head(), [a.Goods(item, pieces)]),
    ):
        with pytest.raises(Refused, match="Check quantity and cost"):
            event()
    assert db.value("SELECT COUNT(*) FROM document") == 1


@BOTH
def test_a_suppliers_price_at_the_limit(db: Db, owner: Acting, costing: str) -> None:
    item = a.an_item(db, supplier_cost=MAX_MONEY)
    with pytest.raises(Refused, match="Check quantity and cost"):
        posting.post(db, owner, a.a_sale(db, owner, [a.a_sale_line(owner, item, 1_000_000)]))
    posting.post(db, owner, a.a_sale(db, owner, [a.a_sale_line(owner, item, 1)]))
    assert db.value("SELECT value FROM item_pool") == -MAX_MONEY


def test_a_line_of_the_till_costs_no_more_than_an_amount_may(db: Db, owner: Acting) -> None:
    tea = goods(db, owner, price="1000", on_hand="0")
    pay(db, owner, new_cart(db).add(tea, qty("1000000"), confirmed=True), by="Card")
    dear = goods(db, owner, "DEAR", price="1000.01", on_hand="0")
    with pytest.raises(Refused, match="more than one amount"):
        new_cart(db).add(dear, qty("1000000"), confirmed=True)


def test_a_history_with_amounts_beyond_the_limits_names_the_rows(db: Db, owner: Acting, tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_text(
        "at,event,reference,sku,quantity,unit_cost,unit_price\n"
        "2024-01-01T10:00,goods_receipt,G1,TEA,1000000,1000000000,\n"
        "2024-01-01T11:00,sale,S1,TEA,1000000,,1000000000\n"
        "2024-01-01T12:00,goods_receipt,G2,TEA,1000000,1000,\n"
        "2024-01-01T13:00,sale,S2,TEA,1000000,,1000\n"
        "2024-01-01T14:00,sale,S3,TEA,1000000,,0\n"
    )
    refused: list[int] = []
    result = exchange_history.import_history(db, owner, path, refused=lambda line, reason: refused.append(line))
    assert (result.taken, refused) == (3, [2, 3])
    assert db.value("SELECT SUM(net + tax) FROM document") == MAX_MONEY
    assert db.value("SELECT value FROM item_pool") == -MAX_MONEY


def test_a_price_beyond_the_limit_is_refused_by_the_ledger(db: Db, owner: Acting) -> None:
    item = a.an_item(db)
    line = a.a_sale_line(owner, item, 2, "1000000000")
    with pytest.raises(Refused, match="too large"):
        posting.post(db, owner, a.a_sale(db, owner, [line]))
    with pytest.raises(Refused, match="too large"):
        receive.post_goods_receipt(db, owner, a.a_head(), [a.Goods(item, MAX_QTY, Money(MAX_MONEY + 1))])
