"""What goods cost is given to nobody who may not see it, whichever way they ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.count_review import Quarter
from shopstock.core.document import Goods
from shopstock.core.outcome import NotAllowed
from shopstock.core.purchasing import OrderFields, SupplierFields, SupplierItemFields
from shopstock.core.transfers import ScanLine, Stage, TransferFields, TransferState
from shopstock.core.units import Money
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import (
    count_line_view,
    count_lines,
    count_papers,
    count_review,
    counting,
    document_view,
    documents,
    goods_receipts,
    in_transit,
    items,
    low_stock,
    purchase,
    receiving,
    reports,
    set_aside,
    supplier_invoices,
    suppliers,
    variance_log,
)
from shopstock.queries import transfers as moving
from shopstock.queries import write_offs as reading
from shopstock.queries.documents import DocumentSearch
from shopstock.queries.report_query import ReportQuery
from shopstock.queries.variance_log import LogFilter
from shopstock.services import (
    adjust,
    count_close,
    count_entries,
    count_post,
    counts,
    order_lines,
    places,
    receive,
    receiving_count,
    receiving_post,
    set_aside_goods,
    settings,
    transfers,
    write_off_scans,
    write_offs,
)
from shopstock.services import purchase as buying
from shopstock.services import receiving as deliveries
from shopstock.services import suppliers as selling
from shopstock.services.count_entries import EntryLine
from shopstock.services.counts import CountFields
from shopstock.services.write_off_scans import WriteOffLine
from tests import builders as a
from tests.till import goods

#: A price that stands nowhere else, so that it is seen wherever it comes out.
PRICE = 1_230_700


def figures(found: Any) -> Iterator[int]:
    """Yield every number inside an answer."""
    if isinstance(found, int):
        yield found
    elif isinstance(found, dict):
        yield from figures([*found.values()])
    elif isinstance(found, tuple | list | frozenset):
        for part in found:
            yield from figures(part)
    elif hasattr(found, "__dataclass_fields__"):
        for name in found.__dataclass_fields__:
            yield from figures(getattr(found, name))


@pytest.mark.parametrize("role", [Role.STOCKROOM, Role.CASHIER])
def test_no_question_tells_what_goods_cost(db: Db, owner: Acting, role: Role) -> None:
    item = a.an_item(db, reorder_point=9_000_000, order_up_to=9_100_000)
    supplier = selling.save_supplier(db, owner, None, SupplierFields("Mill")).supplier_id
    selling.save_supplier_item(db, owner, supplier, SupplierItemFields(item, "M1", Money(PRICE)))
    orders = []
    for _order in range(2):
        order_id = buying.new_order(db, owner, OrderFields(supplier)).order_id
        order_lines.set_line(db, owner, order_id, item, a.qty(1), Money(PRICE))
        buying.approve(db, owner, order_id)
        buying.send(db, owner, order_id)
        orders.append(order_id)
    delivery = deliveries.start(db, owner, "in", orders[:1]).delivery_id
    receiving_count.count(db, owner, delivery, "one", item, a.qty(1))
    receiving_post.post(db, owner, delivery)
    document = receiving.documents_of(db, delivery)[0].id
    running = deliveries.start(db, owner, "in again", orders[1:]).delivery_id

    def ask(acting: Acting) -> list[Any]:
        return [
            purchase.orders(db, acting), purchase.order(db, acting, orders[0]),
            purchase.order_paper(db, acting, orders[0]), low_stock.low_stock(db, acting),
            suppliers.suppliers(db, acting), suppliers.items_of(db, acting, supplier),
            suppliers.suppliers_of_item(db, acting, item), receiving.delivery(db, acting, running),
            receiving.settled(db, acting, [document]), goods_receipts.receipts(db, acting),
            goods_receipts.returnable(db, acting, document), items.card(db, acting, item),
        ]  # fmt: skip

    assert PRICE in set(figures(ask(owner)))
    hidden = replace(owner, role=role, alone=False)
    assert not {PRICE, -PRICE} & set(figures(ask(hidden)))
    for closed in (supplier_invoices.uninvoiced, supplier_invoices.uninvoiced_charges, supplier_invoices.returns):
        with pytest.raises(NotAllowed):
            closed(db, hidden)


@pytest.mark.parametrize("role", [Role.STOCKROOM, Role.CASHIER])
def test_no_count_tells_what_goods_cost(db: Db, owner: Acting, role: Role) -> None:
    tea = goods(db, owner, "TEA", on_hand="4", cost="492.28")
    places.set_home(db, owner, tea.item_id, owner.location_id)
    settings.save(db, owner, {"count_recount_value": 0, "count_recount_lines": False})
    count_id = counts.new_count(db, owner, CountFields(owner.location_id)).count_id
    sheet_id = db.value("SELECT id FROM count_sheet")
    hidden = replace(owner, role=role, alone=False)
    papers = [count_papers.paper(db, owner, count_id), counting.sheet(db, owner, sheet_id)]
    assert not {PRICE, -PRICE} & set(figures(papers))
    count_entries.enter(db, owner, sheet_id, [EntryLine("scan", tea.item_id, a.qty(3))])
    counts.finish_sheet(db, owner, sheet_id)
    count_close.close(db, owner, count_id)
    line_id = db.value("SELECT id FROM count_line")
    count_post.explain(db, owner, line_id, "theft")
    count_post.post(db, owner, count_id)
    today = clock.day_of(clock.now())
    quarter = Quarter(today // 10_000, (today // 100 % 100 + 2) // 3)

    def closed(acting: Acting) -> list[Callable[[], Any]]:
        return [
            lambda: count_lines.lines(db, acting, count_id), lambda: count_line_view.line(db, acting, line_id),
            lambda: count_review.review(db, acting, quarter), lambda: variance_log.log(db, acting, LogFilter()),
            *(
                partial(reports.run, db, acting, reports.REPORTS[name], ReportQuery())
                for name in ("variances", "count-recurrences", "accuracy", "accuracy-by", "opening")
            ),
        ]  # fmt: skip

    told = [{PRICE, -PRICE} & set(figures(ask())) for ask in closed(owner)]
    assert told[:5] == [{-PRICE}, {-PRICE}, {PRICE, -PRICE}, {-PRICE}, {-PRICE}]
    for ask in closed(hidden):
        with pytest.raises(NotAllowed):
            ask()


@pytest.mark.parametrize("role", [Role.STOCKROOM, Role.CASHIER])
def test_nothing_away_or_gone_bad_tells_what_goods_cost(db: Db, owner: Acting, role: Role) -> None:
    item = a.an_item(db)
    market = a.a_location(db, "Market hall")
    receive.post_goods_receipt(
        db, owner, a.a_head("in"), [Goods(item, a.qty(4), value=Money(4 * PRICE), location_id=owner.location_id)]
    )
    set_aside_goods.put(db, owner, a.a_head("aside"), [a.goods(item, 1)])
    begun = write_offs.start(db, owner, "w").write_off_id
    write_off_scans.scan(db, owner, begun, [WriteOffLine("scan", item, a.qty(1), "own_use")])
    sent = transfers.send_now(db, owner, TransferFields(owner.location_id, market)).transfer_id
    transfers.scan(db, owner, sent, Stage.DISPATCH, [ScanLine("pack", item, a.qty(1))])
    transfers.dispatch(db, owner, sent)
    lost = adjust.write_off(db, owner, a.a_head("lost"), [a.goods(item, 1, cause="theft")]).document
    assert lost is not None

    def ask(acting: Acting) -> list[Any]:
        return [
            set_aside.rows(db, acting), reading.open_write_offs(db, acting), reading.write_off(db, acting, begun),
            reading.limit_left(db, acting), moving.transfers(db, acting, TransferState),
            moving.transfer(db, acting, sent), in_transit.in_transit(db, acting),
            documents.search(db, acting, DocumentSearch()),
            document_view.document(db, acting, lost.id),
        ]  # fmt: skip

    assert sum(PRICE in set(figures(answer)) or -PRICE in set(figures(answer)) for answer in ask(owner)) >= 7
    hidden = replace(owner, role=role, alone=False)
    assert not {PRICE, -PRICE} & set(figures(ask(hidden)))
