"""What goods cost is given to nobody who may not see it, whichever way they ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.document import Goods
from shopstock.core.outcome import NotAllowed
from shopstock.core.purchasing import OrderFields, SupplierFields, SupplierItemFields
from shopstock.core.transfers import ScanLine, Stage, TransferFields, TransferState
from shopstock.core.units import Money
from shopstock.db.connection import Db
from shopstock.queries import (
    document_view,
    documents,
    goods_receipts,
    in_transit,
    items,
    low_stock,
    purchase,
    receiving,
    set_aside,
    supplier_invoices,
    suppliers,
)
from shopstock.queries import transfers as moving
from shopstock.queries import write_offs as reading
from shopstock.queries.documents import DocumentSearch
from shopstock.services import (
    adjust,
    order_lines,
    receive,
    receiving_count,
    receiving_post,
    set_aside_goods,
    transfers,
    write_off_scans,
    write_offs,
)
from shopstock.services import purchase as buying
from shopstock.services import receiving as deliveries
from shopstock.services import suppliers as selling
from shopstock.services.write_off_scans import WriteOffLine
from tests import builders as a

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
