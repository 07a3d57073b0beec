"""What goods cost is given to nobody who may not see it, whichever way they ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.outcome import NotAllowed
from shopstock.core.purchasing import OrderFields, SupplierFields, SupplierItemFields
from shopstock.core.units import Money
from shopstock.db.connection import Db
from shopstock.queries import goods_receipts, items, low_stock, purchase, receiving, supplier_invoices, suppliers
from shopstock.services import order_lines, receiving_count, receiving_post
from shopstock.services import purchase as buying
from shopstock.services import receiving as deliveries
from shopstock.services import suppliers as selling
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
