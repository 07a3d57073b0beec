"""What is on its way: all of it, at its value, for how long, and what of it waits for somebody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.purchasing import OrderFields, SupplierFields
from shopstock.core.transfers import ScanLine, Settle, Stage, TransferFields
from shopstock.core.units import Day, Instant, ItemId, LocationId
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import in_transit as query
from shopstock.queries import report_stock, reports
from shopstock.queries import transfers as transfer_query
from shopstock.queries.in_transit import Attention, Why
from shopstock.queries.report_query import ReportQuery
from shopstock.services import order_lines, receive, receiving, suppliers, transfer, transfers
from shopstock.services import purchase as buying
from tests import builders as a


def sent(db: Db, owner: Acting, to: LocationId, *goods: tuple[ItemId, int], by: Day | None = None) -> int:
    number = transfers.send_now(db, owner, TransferFields(owner.location_id, to, "", by)).transfer_id
    lines = [ScanLine(f"{number} {item}", item, a.qty(pieces)) for item, pieces in goods]
    transfers.scan(db, owner, number, Stage.DISPATCH, lines)
    transfers.dispatch(db, owner, number)
    return number


def shipped(db: Db, owner: Acting, item: ItemId, pieces: int) -> int:
    supplier = suppliers.save_supplier(db, owner, None, SupplierFields("Mill")).supplier_id
    order = buying.new_order(db, owner, OrderFields(supplier)).order_id
    order_lines.set_line(db, owner, order, item, a.qty(pieces), a.money("3.00"))
    buying.approve(db, owner, order)
    buying.send(db, owner, order)
    line = db.value("SELECT id FROM purchase_order_line WHERE order_id = ?", (order,))
    receiving.ship(db, owner, order, "ship", [(line, a.qty(pieces))])
    return order


def test_all_that_is_on_its_way_is_told_and_sums_to_the_ledger(db: Db, owner: Acting) -> None:
    market, chai, mint = a.a_location(db, "Market hall"), a.an_item(db, "CHAI"), a.an_item(db, "MINT")
    receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(chai, 9, "1.11"), a.goods(mint, 7, "2.22")])
    receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(chai, 1, "4.00")])
    first = sent(db, owner, market, (chai, 3), (mint, 1))
    sent(db, owner, market, (chai, 2))
    order = shipped(db, owner, chai, 4)
    outside = transfer.dispatch(db, owner, a.a_head(reference="D1"), [a.goods(mint, 2)]).document
    assert outside is not None
    line = db.value("SELECT id FROM document_line WHERE document_id = ?", (outside.id,))
    transfer.arrive(db, owner, a.a_head(), [a.goods(mint, 1, of=line)], market, outside.id)
    again = transfer.transfer(db, owner, a.a_head(), [a.goods(mint, 1, at=market)], transfer.transit_location(db))
    assert again.document is not None
    outside_again = again.document.number
    transfers.settle_short(db, owner, first, chai, a.qty(1), Settle.CAME_BACK)
    rows = query.in_transit(db, owner)
    told = sorted((row.why.value, row.number, row.sku, row.qty // 1_000) for row in rows)
    assert told == [
        ("order", "P-0001", "CHAI", 4), ("other", outside_again, "MINT", 1),
        ("other", "D1", "MINT", 1), ("transfer", "T-0001", "CHAI", 2), ("transfer", "T-0001", "MINT", 1),
        ("transfer", "T-0002", "CHAI", 2),
    ]  # fmt: skip
    assert next(row for row in rows if row.why is Why.ORDER).id == order
    for item in (chai, mint):
        held = db.value(
            "SELECT SUM(l.on_hand) FROM stock_level l JOIN location o ON o.id = l.location_id "
            "WHERE o.kind = 'transit' AND l.item_id = ?",
            (item,),
        )
        mine = query.in_transit(db, owner, item)
        assert mine == [row for row in rows if row.item_id == item]
        assert sum(row.qty for row in mine) == held
        stock = [row for row in report_stock.stock(db, ReportQuery(item_id=item)) if row.in_transit]
        assert sum(row.value or 0 for row in mine) == sum(row.value for row in stock)
    report = reports.named("in-transit")
    answer = report.rows(db, ReportQuery())
    assert sum(row.quantity for row in answer) == sum(row.qty for row in rows)  # type: ignore[attr-defined]
    at_market = report.rows(db, ReportQuery(location_id=market))
    assert {row.number for row in at_market} >= {"T-0001", "T-0002"}  # type: ignore[attr-defined]
    assert "P-0001" not in {row.number for row in at_market}  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", [Role.STOCKROOM, Role.CASHIER])
def test_values_are_not_told_to_who_may_not_see_costs(db: Db, owner: Acting, role: Role) -> None:
    market, chai = a.a_location(db, "Market hall"), a.an_item(db, "CHAI")
    receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(chai, 9, "123.07")])
    number = sent(db, owner, market, (chai, 3))
    nobody = replace(owner, role=role, alone=False)
    assert [row.value for row in query.in_transit(db, owner)] == [3_692_100]
    assert [row.value for row in query.in_transit(db, nobody)] == [None]
    assert [row.value for row in transfer_query.transfer(db, owner, number).rows] == [3_692_100]
    assert [row.value for row in transfer_query.transfer(db, nobody, number).rows] == [None]


def test_a_transfer_that_never_arrives_surfaces_by_itself(
    db: Db, owner: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    market, chai = a.a_location(db, "Market hall"), a.an_item(db, "CHAI")
    receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(chai, 9, "1.00")])
    number = sent(db, owner, market, (chai, 3))
    assert query.overdue(db) == []
    assert query.attention(db, owner) == Attention(0, 0, 0, 0, 0)
    there = replace(owner, location_id=market)
    assert query.attention(db, there) == Attention(0, 1, 0, 0, 1)
    start = clock.now()

    def days_later(days: int) -> None:
        monkeypatch.setattr(clock, "now", lambda: Instant(start + days * 86_400_000_000))

    days_later(7)
    assert query.overdue(db) == []
    days_later(8)
    assert [(head.id, head.days) for head in query.overdue(db)] == [(number, 8)]
    assert query.attention(db, owner) == Attention(0, 0, 1, 0, 1)
    assert query.attention(db, there) == Attention(0, 1, 1, 0, 1)
    (row,) = query.in_transit(db, owner)
    assert (row.days, row.overdue, row.short) == (8, True, False)
    transfers.scan(db, owner, number, Stage.ARRIVE, [ScanLine("some", chai, a.qty(2))])
    transfers.arrive(db, owner, number, complete=True)
    assert query.attention(db, there) == Attention(0, 0, 1, 1, 1)
    transfers.settle_short(db, owner, number, chai, a.qty(1), Settle.CAME_BACK)
    assert query.attention(db, there) == Attention(0, 0, 0, 0, 0)
    assert query.waiting_count(db) == 0


def test_a_day_that_was_promised_counts_as_well(db: Db, owner: Acting) -> None:
    market, chai = a.a_location(db, "Market hall"), a.an_item(db, "CHAI")
    receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(chai, 9, "1.00")])
    yesterday = Day(int((clock.to_local(clock.now()) - timedelta(days=1)).strftime("%Y%m%d")))
    late = sent(db, owner, market, (chai, 3), by=yesterday)
    fields = TransferFields(market, owner.location_id, "", yesterday)
    wanted = transfers.request(db, owner, fields, [(chai, a.qty(1))]).transfer_id
    sent(db, owner, market, (chai, 1), by=clock.day_of(clock.now()))
    assert {head.id for head in query.overdue(db)} == {late, wanted}
    assert query.waiting_count(db, market) == 3
    assert query.waiting_count(db, owner.location_id) == 2
