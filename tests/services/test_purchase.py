"""Purchase orders through all their states, what goods do to them, and proposals from what is low."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.document import Head
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.purchasing import (
    OrderFields,
    OrderState,
    SupplierFields,
    SupplierItemFields,
    ZeroPrice,
)
from shopstock.core.units import DocumentId, ItemId, LineId, LocationId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db, open_shop, transaction
from shopstock.queries import items as item_rows
from shopstock.queries import purchase as orders
from shopstock.queries import stock, suppliers
from shopstock.services import items, order_goods, posting, purchase, receive, reverse, transfer
from shopstock.services import suppliers as keeping
from shopstock.services.order_goods import Came
from tests import builders as a
from tests.conftest import FrozenClock, acting_as_owner


class Buyer:
    """Speaks to the services in pieces and money."""

    def __init__(self, db: Db, owner: Acting) -> None:
        self.db, self.owner = db, owner
        self.acme = self.supplier("Acme")
        self.transit = LocationId(db.value("SELECT id FROM location WHERE kind = 'transit'"))

    def supplier(self, name: str, **fields: object) -> int:
        return keeping.save_supplier(self.db, self.owner, None, SupplierFields(name, **fields)).supplier_id  # type: ignore[arg-type]

    def sells(self, supplier: int, item: ItemId, price: str | None, pack: int = 1, **more: object) -> None:
        fields = SupplierItemFields(
            item,
            price=None if price is None else a.money(price),
            pack_qty=a.qty(pack),
            **more,  # type: ignore[arg-type]
        )
        keeping.save_supplier_item(self.db, self.owner, supplier, fields)

    def order(self, *lines: tuple[ItemId, int, str], supplier: int | None = None, **head: object) -> int:
        made = purchase.new_order(self.db, self.owner, OrderFields(supplier or self.acme, **head))  # type: ignore[arg-type]
        for item, pieces, price in lines:
            purchase.set_line(self.db, self.owner, made.order_id, item, a.qty(pieces), a.money(price))
        return made.order_id

    def sent(self, *lines: tuple[ItemId, int, str]) -> int:
        order_id = self.order(*lines)
        purchase.approve(self.db, self.owner, order_id)
        purchase.send(self.db, self.owner, order_id, "by e-mail")
        return order_id

    def of(self, order_id: int) -> orders.Order:
        return orders.order(self.db, self.owner, order_id)

    def state(self, order_id: int) -> OrderState:
        return self.of(order_id).row.state

    def receive(self, order_id: int, item: ItemId, pieces: int) -> DocumentId:
        """Post a goods receipt and tell the order, in one transaction, as receiving does."""
        line = next(line for line in self.of(order_id).lines if line.item_id == item)
        with transaction(self.db):
            head = a.a_head()
            changes = receive.post_goods_receipt(self.db, self.owner, head, [a.goods(item, pieces, 1)])
            assert changes.document is not None
            posted = self.db.value("SELECT id FROM document_line WHERE document_id = ?", (changes.document.id,))
            order_goods.note_all_received(self.db, [Came(line.id, LineId(posted), a.qty(pieces))], head.occurred_at)
        return changes.document.id

    def ship(self, order_id: int, item: ItemId, pieces: int) -> DocumentId:
        line = next(line for line in self.of(order_id).lines if line.item_id == item)
        with transaction(self.db):
            goods = [a.goods(item, pieces, 1, at=self.transit)]
            changes = receive.post_goods_receipt(self.db, self.owner, a.a_head(), goods)
            assert changes.document is not None
            posted = self.db.value("SELECT id FROM document_line WHERE document_id = ?", (changes.document.id,))
            order_goods.note_all_shipped(self.db, [Came(line.id, LineId(posted), a.qty(pieces))])
        return changes.document.id

    def arrive(self, order_id: int, item: ItemId, pieces: int) -> DocumentId:
        line = next(line for line in self.of(order_id).lines if line.item_id == item)
        with transaction(self.db):
            goods = [a.goods(item, pieces, at=self.transit)]
            changes = transfer.transfer(self.db, self.owner, a.a_head(), goods, self.owner.location_id)
            assert changes.document is not None
            posted = self.db.value("SELECT id FROM document_line WHERE document_id = ?", (changes.document.id,))
            order_goods.note_all_received(self.db, [Came(line.id, LineId(posted), a.qty(pieces))], clock.now())
        return changes.document.id

    def undo(self, document_id: DocumentId) -> None:
        reverse.reverse(self.db, self.owner, a.a_head(), document_id)

    def log(self) -> list[tuple[str, str]]:
        return self.db.rows("SELECT kind, detail FROM event_log WHERE kind LIKE 'order%' ORDER BY id")  # type: ignore[return-value]


@pytest.fixture
def buyer(db: Db, owner: Acting, frozen_clock: FrozenClock) -> Buyer:
    return Buyer(db, owner)


@pytest.fixture
def tea(db: Db) -> ItemId:
    return a.an_item(db, "TEA")


@pytest.fixture
def jam(db: Db) -> ItemId:
    return a.an_item(db, "JAM")


def on_order(buyer: Buyer, item: ItemId) -> Qty:
    """What the item's card says, which is what its orders add up to."""
    card = item_rows.card(buyer.db, buyer.owner, item).on_order
    assert card == sum(row.open_qty for row in orders.on_order(buyer.db, item))
    return card


def figures(order: orders.Order) -> list[tuple[int, int, int, int, int]]:
    """Ordered, received, shipped, given up, open, in pieces."""
    return [
        (line.qty // 1000, line.received_qty // 1000, line.shipped_qty // 1000, line.cancelled_qty // 1000,
         line.open_qty // 1000)
        for line in order.lines
    ]  # fmt: skip


def test_an_order_goes_from_draft_to_received(
    buyer: Buyer, tea: ItemId, jam: ItemId, frozen_clock: FrozenClock
) -> None:
    order = buyer.order((tea, 10, "2.50"), (jam, 4, "1.00"))
    assert buyer.state(order) == OrderState.DRAFT
    assert buyer.of(order).row.number == "P-0001"
    assert buyer.of(order).row.value == a.money("29")
    assert on_order(buyer, tea) == 0
    purchase.approve(buyer.db, buyer.owner, order)
    assert buyer.state(order) == OrderState.APPROVED
    assert on_order(buyer, tea) == 0
    changes = purchase.send(buyer.db, buyer.owner, order, "by e-mail")
    assert changes.items == {tea, jam}
    assert (buyer.state(order), buyer.of(order).row.expected_day) == (OrderState.SENT, 20260309)
    assert on_order(buyer, tea) == a.qty(10)
    frozen_clock.advance(timedelta(days=3))
    buyer.receive(order, tea, 6)
    assert buyer.state(order) == OrderState.PARTLY_RECEIVED
    assert buyer.of(order).first_receipt_at == clock.now()
    assert figures(buyer.of(order)) == [(10, 6, 0, 0, 4), (4, 0, 0, 0, 4)]
    buyer.receive(order, tea, 4)
    buyer.receive(order, jam, 5)  # one over
    assert buyer.state(order) == OrderState.RECEIVED
    assert figures(buyer.of(order)) == [(10, 10, 0, 0, 0), (4, 5, 0, 0, 0)]
    assert on_order(buyer, tea) == 0
    assert buyer.log() == [("order_approved", "P-0001"), ("order_sent", "P-0001 by e-mail")]


def test_the_expected_day_follows_from_the_longest_lead_time(buyer: Buyer, tea: ItemId, jam: ItemId) -> None:
    slow = buyer.supplier("Slow", lead_days=5)
    buyer.sells(slow, tea, "1", lead_days=12)
    order = buyer.order((tea, 1, "1"), (jam, 1, "1"), supplier=slow)
    purchase.approve(buyer.db, buyer.owner, order)
    purchase.send(buyer.db, buyer.owner, order)
    assert buyer.of(order).row.expected_day == 20260314
    given = buyer.order((tea, 1, "1"), supplier=slow, expected_day=20260401)
    purchase.approve(buyer.db, buyer.owner, given)
    purchase.send(buyer.db, buyer.owner, given)
    assert buyer.of(given).row.expected_day == 20260401


def test_several_orders_to_one_supplier_are_open_at_once(buyer: Buyer, tea: ItemId) -> None:
    first, second = buyer.sent((tea, 10, "1")), buyer.sent((tea, 5, "1"))
    assert [row.open_qty for row in orders.on_order(buyer.db, tea)] == [a.qty(10), a.qty(5)]
    buyer.receive(second, tea, 5)
    assert (buyer.state(first), buyer.state(second)) == (OrderState.SENT, OrderState.RECEIVED)
    assert on_order(buyer, tea) == a.qty(10)
    assert item_rows.card(buyer.db, buyer.owner, tea).on_order == a.qty(10)


def test_stock_shows_and_sorts_by_what_is_on_order(buyer: Buyer, tea: ItemId, jam: ItemId) -> None:
    buyer.sent((tea, 3, "1"))
    buyer.sent((jam, 5, "1"))
    asked = stock.StockFilter(sort="on_order", descending=True)
    rows = stock.page(buyer.db, [ItemId(id_) for id_ in stock.ids(buyer.db, asked)], asked)
    assert [(row.sku, row.on_order) for row in rows] == [("JAM", a.qty(5)), ("TEA", a.qty(3))]
    then = stock.StockFilter(sort="on_order", as_of=clock.now())
    assert {row.on_order for row in stock.page(buyer.db, [tea, jam], then)} == {0}
    assert len(stock.ids(buyer.db, then)) == 2


def test_closing_gives_up_the_rest(buyer: Buyer, tea: ItemId) -> None:
    order = buyer.sent((tea, 10, "1"))
    buyer.receive(order, tea, 6)
    purchase.close(buyer.db, buyer.owner, order)
    assert buyer.state(order) == OrderState.CLOSED
    assert figures(buyer.of(order)) == [(10, 6, 0, 4, 0)]
    assert on_order(buyer, tea) == 0
    with pytest.raises(Refused, match="no goods are expected"):
        buyer.receive(order, tea, 1)


def test_only_what_nothing_came_of_can_be_cancelled(buyer: Buyer, tea: ItemId) -> None:
    order = buyer.sent((tea, 10, "1"))
    partly = buyer.sent((tea, 10, "1"))
    buyer.receive(partly, tea, 1)
    purchase.cancel(buyer.db, buyer.owner, order)
    assert (buyer.state(order), on_order(buyer, tea)) == (OrderState.CANCELLED, a.qty(9))
    with pytest.raises(Refused, match="must be"):
        purchase.cancel(buyer.db, buyer.owner, partly)
    with pytest.raises(Refused, match="cancelled"):
        purchase.set_line(buyer.db, buyer.owner, order, tea, a.qty(1))


def test_a_sent_order_goes_back_to_draft_and_is_off_order(buyer: Buyer, tea: ItemId) -> None:
    order = buyer.sent((tea, 10, "1"))
    purchase.back_to_draft(buyer.db, buyer.owner, order)
    assert (buyer.state(order), on_order(buyer, tea)) == (OrderState.DRAFT, 0)
    purchase.set_line(buyer.db, buyer.owner, order, tea, a.qty(12))
    purchase.approve(buyer.db, buyer.owner, order)
    purchase.send(buyer.db, buyer.owner, order)
    assert on_order(buyer, tea) == a.qty(12)
    buyer.receive(order, tea, 1)
    with pytest.raises(Refused):
        purchase.back_to_draft(buyer.db, buyer.owner, order)


def test_states_are_taken_in_their_order_only(buyer: Buyer, tea: ItemId) -> None:
    order = buyer.order((tea, 1, "1"))
    with pytest.raises(Refused, match="draft; for this it must be: approved"):
        purchase.send(buyer.db, buyer.owner, order)
    with pytest.raises(Refused):
        purchase.close(buyer.db, buyer.owner, order)
    with pytest.raises(Refused, match="no goods are expected"):
        buyer.receive(order, tea, 1)
    purchase.approve(buyer.db, buyer.owner, order)
    with pytest.raises(Refused):
        purchase.approve(buyer.db, buyer.owner, order)
    empty = buyer.order()
    with pytest.raises(Refused, match="no lines"):
        purchase.approve(buyer.db, buyer.owner, empty)


def test_a_change_after_approval_is_logged_and_moves_what_is_on_order(buyer: Buyer, tea: ItemId, jam: ItemId) -> None:
    order = buyer.sent((tea, 10, "1"))
    purchase.set_line(buyer.db, buyer.owner, order, tea, a.qty(8), a.money("1.25"))
    purchase.set_line(buyer.db, buyer.owner, order, jam, a.qty(2), a.money("3"))
    assert (on_order(buyer, tea), on_order(buyer, jam)) == (a.qty(8), a.qty(2))
    purchase.remove_line(buyer.db, buyer.owner, order, jam)
    assert on_order(buyer, jam) == 0
    assert buyer.log()[2:] == [
        ("order_changed", "P-0001 TEA 10 → 8 @ 10000 → 12500"), ("order_changed", "P-0001 JAM 0 → 2"),
        ("order_changed", "P-0001 JAM 2 → 0"),
    ]  # fmt: skip
    buyer.receive(order, tea, 6)
    with pytest.raises(Refused, match="6 of Tea have come"):
        purchase.set_line(buyer.db, buyer.owner, order, tea, a.qty(5))
    with pytest.raises(Refused, match="booked in"):
        purchase.remove_line(buyer.db, buyer.owner, order, tea)
    purchase.set_line(buyer.db, buyer.owner, order, tea, a.qty(6))
    assert buyer.state(order) == OrderState.RECEIVED


def test_who_may_not_approve_neither_approves_nor_changes_what_was_approved(buyer: Buyer, tea: ItemId) -> None:
    order = buyer.order((tea, 1, "1"))
    hand = replace(buyer.owner, role=Role.STOCKROOM)
    for act in (purchase.approve, purchase.send, purchase.cancel, purchase.close, purchase.back_to_draft):
        with pytest.raises((NotAllowed, Refused)):
            act(buyer.db, hand, order)
    for forbidden in (
        lambda: purchase.new_order(buyer.db, hand, OrderFields(buyer.acme)),
        lambda: purchase.set_line(buyer.db, hand, order, tea, a.qty(2)),
        lambda: purchase.propose(buyer.db, hand),
        lambda: keeping.save_supplier(buyer.db, hand, None, SupplierFields("Mine")),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    seen = orders.order(buyer.db, hand, order)
    assert (seen.row.value, seen.lines[0].price, seen.lines[0].value) == (None, None, None)
    assert orders.order_paper(buyer.db, hand, order).total is None


def test_a_price_of_nothing_asks(buyer: Buyer, tea: ItemId, jam: ItemId) -> None:
    order = buyer.order()
    with pytest.raises(ZeroPrice, match="Tea"):
        purchase.set_line(buyer.db, buyer.owner, order, tea, a.qty(1), Money(0))
    purchase.set_line(buyer.db, buyer.owner, order, tea, a.qty(1), Money(0), zero_confirmed=True)
    purchase.set_line(buyer.db, buyer.owner, order, tea, a.qty(2))  # the yes stays
    purchase.set_line(buyer.db, buyer.owner, order, jam, a.qty(1))  # nobody knows what it costs
    with pytest.raises(ZeroPrice) as asked:
        purchase.approve(buyer.db, buyer.owner, order)
    assert asked.value.item_ids == (jam,)
    purchase.approve(buyer.db, buyer.owner, order, zero_confirmed=True)
    assert buyer.state(order) == OrderState.APPROVED


def test_retired_items_are_refused_in_a_sentence(buyer: Buyer, tea: ItemId) -> None:
    order = buyer.order((tea, 1, "1"))
    items.retire(buyer.db, buyer.owner, tea)
    with pytest.raises(Refused, match="Tea was retired"):
        purchase.set_line(buyer.db, buyer.owner, order, tea, a.qty(2))
    with pytest.raises(Refused, match="Tea was retired"):
        purchase.approve(buyer.db, buyer.owner, order)


@pytest.mark.parametrize("pieces", [0, -1, 1_000_001])
def test_quantities_beyond_belief_are_refused(buyer: Buyer, tea: ItemId, pieces: int) -> None:
    with pytest.raises(Refused, match="more than 0"):
        purchase.set_line(buyer.db, buyer.owner, buyer.order(), tea, Qty(pieces * 1000), a.money("1"))


def test_prices_follow_the_breaks_until_somebody_types_one(buyer: Buyer, tea: ItemId) -> None:
    buyer.sells(buyer.acme, tea, "2.50", 6, code="AC-1", breaks=((a.qty(24), a.money("2.00")),))
    order = buyer.order()

    def now(pieces: int, price: str | None = None) -> tuple[str, Money | None, Qty]:
        at = None if price is None else a.money(price)
        purchase.set_line(buyer.db, buyer.owner, order, tea, a.qty(pieces), at)
        line = buyer.of(order).lines[0]
        return line.supplier_code, line.price, line.pack_qty

    assert now(6) == ("AC-1", a.money("2.50"), a.qty(6))
    assert now(24)[1] == a.money("2.00")
    assert now(12)[1] == a.money("2.50")
    assert now(12, "2.40")[1] == a.money("2.40")
    assert now(48)[1] == a.money("2.40")


def test_scans_add_a_pack_each(buyer: Buyer, tea: ItemId) -> None:
    buyer.sells(buyer.acme, tea, "2.50", 6, minimum_qty=a.qty(10))
    order = buyer.order()
    for _scan in range(3):
        purchase.add(buyer.db, buyer.owner, order, tea)
    assert buyer.of(order).lines[0].qty == a.qty(24)  # 12 at first, because of the minimum
    purchase.add(buyer.db, buyer.owner, order, tea, a.qty(1))
    assert buyer.of(order).lines[0].qty == a.qty(25)


def test_an_order_in_another_currency_needs_a_rate(buyer: Buyer, tea: ItemId) -> None:
    abroad = buyer.supplier("Abroad", currency="usd")
    order = buyer.order((tea, 10, "2"), supplier=abroad)
    assert (buyer.of(order).row.currency, buyer.of(order).row.rate) == ("USD", 0)
    with pytest.raises(Refused, match="rate"):
        purchase.approve(buyer.db, buyer.owner, order)
    purchase.change_order(buyer.db, buyer.owner, order, OrderFields(abroad, rate=790_000, reference="Q-7"))
    purchase.approve(buyer.db, buyer.owner, order)
    assert (buyer.of(order).row.rate, buyer.of(order).row.reference) == (790_000, "Q-7")
    assert buyer.of(buyer.order(supplier=abroad)).row.rate == 790_000  # the last one is offered
    with pytest.raises(Refused, match="stay"):
        purchase.change_order(buyer.db, buyer.owner, order, OrderFields(buyer.acme))
    assert buyer.of(buyer.order(currency="GBP", rate=5)).row.rate == 1_000_000


def test_goods_owned_on_their_way_are_in_transit_and_no_longer_on_order(buyer: Buyer, tea: ItemId) -> None:
    order = buyer.sent((tea, 10, "1"))
    shipped = buyer.ship(order, tea, 6)
    assert (figures(buyer.of(order)), buyer.state(order)) == ([(10, 0, 6, 0, 4)], OrderState.SENT)
    with pytest.raises(Refused, match="on their way"):
        purchase.close(buyer.db, buyer.owner, order)
    arrived = buyer.arrive(order, tea, 6)
    assert (figures(buyer.of(order)), buyer.state(order)) == ([(10, 6, 0, 0, 4)], OrderState.PARTLY_RECEIVED)
    buyer.undo(arrived)
    assert (figures(buyer.of(order)), buyer.of(order).first_receipt_at) == ([(10, 0, 6, 0, 4)], None)
    buyer.undo(shipped)
    assert (figures(buyer.of(order)), buyer.state(order)) == ([(10, 0, 0, 0, 10)], OrderState.SENT)


def test_reversing_a_goods_receipt_opens_the_order_again(buyer: Buyer, tea: ItemId, frozen_clock: FrozenClock) -> None:
    order = buyer.sent((tea, 10, "1"))
    first = buyer.receive(order, tea, 4)
    at_first = clock.now()
    frozen_clock.advance(timedelta(days=1))
    second = buyer.receive(order, tea, 6)
    assert buyer.state(order) == OrderState.RECEIVED
    head = a.a_head("undo")
    changes = reverse.reverse(buyer.db, buyer.owner, head, second)
    assert "orders" in changes.topics
    assert (figures(buyer.of(order)), buyer.state(order)) == ([(10, 4, 0, 0, 6)], OrderState.PARTLY_RECEIVED)
    assert buyer.of(order).first_receipt_at == at_first
    assert reverse.reverse(buyer.db, buyer.owner, head, second).existing  # the same key: once
    assert figures(buyer.of(order)) == [(10, 4, 0, 0, 6)]
    buyer.undo(first)
    assert (figures(buyer.of(order)), buyer.state(order)) == ([(10, 0, 0, 0, 10)], OrderState.SENT)
    assert buyer.of(order).first_receipt_at is None
    total = buyer.db.value("SELECT sum(qty) FROM order_receipt")
    assert total == 0


def test_a_reversal_opens_a_closed_order_too(buyer: Buyer, tea: ItemId) -> None:
    order = buyer.sent((tea, 10, "1"))
    received = buyer.receive(order, tea, 6)
    purchase.close(buyer.db, buyer.owner, order)
    buyer.undo(received)
    assert (figures(buyer.of(order)), buyer.state(order)) == ([(10, 0, 0, 4, 6)], OrderState.SENT)


def test_the_rest_of_a_line_may_be_given_up(buyer: Buyer, tea: ItemId, jam: ItemId) -> None:
    order = buyer.sent((tea, 10, "1"), (jam, 2, "1"))
    buyer.receive(order, tea, 6)
    lines = buyer.of(order).lines
    with transaction(buyer.db):
        order_goods.give_up_rest(buyer.db, [lines[0].id])
    assert (figures(buyer.of(order)), buyer.state(order)) == (
        [(10, 6, 0, 4, 0), (2, 0, 0, 0, 2)], OrderState.PARTLY_RECEIVED
    )  # fmt: skip
    with transaction(buyer.db):
        order_goods.give_up_rest(buyer.db, [lines[1].id])
    assert buyer.state(order) == OrderState.RECEIVED


def test_a_delivery_that_fails_leaves_the_order_as_it_was(buyer: Buyer, tea: ItemId) -> None:
    order = buyer.sent((tea, 10, "1"))
    line = buyer.of(order).lines[0]
    with pytest.raises(RuntimeError), transaction(buyer.db):  # noqa: PT012
        changes = receive.post_goods_receipt(buyer.db, buyer.owner, a.a_head(), [a.goods(tea, 3, 1)])
        assert changes.document is not None
        posted = buyer.db.value("SELECT id FROM document_line WHERE document_id = ?", (changes.document.id,))
        order_goods.note_all_received(buyer.db, [Came(line.id, LineId(posted), a.qty(3))], clock.now())
        raise RuntimeError
    assert figures(buyer.of(order)) == [(10, 0, 0, 0, 10)]


def test_lead_time_is_measured(buyer: Buyer, tea: ItemId, frozen_clock: FrozenClock) -> None:
    assert suppliers.lead_time(buyer.db, buyer.acme) == (0, None, None, None)
    for days in (2, 4, 6):
        order = buyer.sent((tea, 2, "1"))
        frozen_clock.advance(timedelta(days=days))
        buyer.receive(order, tea, 1)
        frozen_clock.advance(timedelta(days=1))
        buyer.receive(order, tea, 1)  # the rest, later, is no measure
    assert suppliers.lead_time(buyer.db, buyer.acme) == (3, 40, 20, None)


# --- proposals


def low(db: Db, sku: str, point: int, up_to: int | None, supplier: int | None = None) -> ItemId:
    return a.an_item(
        db, sku, reorder_point=a.qty(point), order_up_to=None if up_to is None else a.qty(up_to), supplier_id=supplier
    )


def test_what_is_low_becomes_one_draft_a_supplier_in_packs_and_minimums(buyer: Buyer) -> None:
    db, owner = buyer.db, buyer.owner
    best = buyer.supplier("Best")
    tea = low(db, "TEA", 5, 20)
    jam = low(db, "JAM", 3, None)
    oil = low(db, "OIL", 2, 4, best)
    nobody = low(db, "NOBODY", 1, 5)
    plenty = low(db, "PLENTY", 5, 20)
    receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(plenty, 6, 1), a.goods(tea, 2, 1)])
    buyer.sells(buyer.acme, tea, "2.50", 12, minimum_qty=a.qty(20), breaks=((a.qty(24), a.money("2.00")),))
    buyer.sells(buyer.acme, jam, "1.00")
    buyer.sells(best, jam, "1.20", 6)
    buyer.sells(buyer.acme, plenty, "1.00")
    proposed = purchase.propose(db, owner)
    assert proposed.without_supplier == (nobody,)
    assert proposed.lines == 3
    drafts = {buyer.of(order).row.supplier: buyer.of(order) for order in proposed.order_ids}
    assert set(drafts) == {"Acme", "Best"}
    assert {(line.sku, line.qty, line.price) for line in drafts["Acme"].lines} == {
        ("TEA", a.qty(24), a.money("2.00")), ("JAM", a.qty(4), a.money("1.00")),
    }  # fmt: skip
    assert [(line.item_id, line.qty, line.price) for line in drafts["Best"].lines] == [(oil, a.qty(4), 0)]
    again = purchase.propose(db, owner)
    assert (again.lines, again.existing, again.order_ids) == (0, True, ())
    assert len(orders.orders(db, owner)) == 2


def test_a_proposal_goes_into_the_draft_that_is_open(buyer: Buyer) -> None:
    tea, jam = low(buyer.db, "TEA", 5, 10), low(buyer.db, "JAM", 5, 10)
    for item in (tea, jam):
        buyer.sells(buyer.acme, item, "1", 6)
    draft = buyer.order((tea, 3, "0.90"))  # not enough, at a price of one's own
    proposed = purchase.propose(buyer.db, buyer.owner)
    assert proposed.order_ids == (draft,)
    lines = {line.sku: (line.qty, line.price) for line in buyer.of(draft).lines}
    assert lines == {"TEA": (a.qty(12), a.money("0.90")), "JAM": (a.qty(12), a.money("1"))}


@pytest.mark.parametrize("way", ["sent", "approved", "transit"])
def test_what_is_coming_anyway_is_not_proposed(buyer: Buyer, way: str) -> None:
    tea = low(buyer.db, "TEA", 5, 10, buyer.acme)
    order = buyer.order((tea, 10, "1"))
    purchase.approve(buyer.db, buyer.owner, order)
    if way != "approved":
        purchase.send(buyer.db, buyer.owner, order)
    if way == "transit":
        buyer.ship(order, tea, 10)
    assert purchase.propose(buyer.db, buyer.owner).lines == 0
    row = orders.low_stock(buyer.db, buyer.owner)[0]
    assert (row.available, row.position, row.suggested) == (0, a.qty(10), 0)


def test_the_cheapest_seller_is_found_across_currencies(buyer: Buyer) -> None:
    tea = low(buyer.db, "TEA", 5, 10)
    abroad = buyer.supplier("Abroad", currency="USD")
    buyer.sells(buyer.acme, tea, "1.00")
    buyer.sells(abroad, tea, "1.20")
    assert orders.low_stock(buyer.db, buyer.owner)[0].supplier == "Acme"  # what a dollar costs is not known
    buyer.order(supplier=abroad, rate=800_000)
    assert orders.low_stock(buyer.db, buyer.owner)[0].supplier == "Abroad"
    assert orders.low_stock(buyer.db, buyer.owner, buyer.acme) == []
    keeping.prefer(buyer.db, buyer.owner, buyer.acme, tea)
    assert orders.low_stock(buyer.db, buyer.owner)[0].supplier == "Acme"


# --- several at once


def at_once(url: str, deeds: list[Callable[[Db, Acting], object]]) -> list[object]:
    """Do the deeds each on a connection of its own at the same moment; return what came of them."""
    gate = threading.Barrier(len(deeds))
    came: list[object] = [None] * len(deeds)

    def work(number: int) -> None:
        with open_shop(url) as db:
            acting = acting_as_owner(db)
            gate.wait()
            try:
                came[number] = deeds[number](db, acting)
            except Refused as refused:
                came[number] = refused

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def test_two_deliveries_of_one_order_at_once_add_up(buyer: Buyer, db_url: str, tea: ItemId) -> None:
    order = buyer.sent((tea, 100, "1"))
    line = buyer.of(order).lines[0]

    def deliver(db: Db, acting: Acting) -> None:
        for _round in range(5):

            def work() -> object:
                head = Head(f"{threading.get_ident()} {_round}", clock.now())  # noqa: B023
                changes = receive.post_goods_receipt(db, acting, head, [a.goods(tea, 3, 1)])
                assert changes.document is not None
                posted = db.value("SELECT id FROM document_line WHERE document_id = ?", (changes.document.id,))
                order_goods.note_all_received(db, [Came(line.id, LineId(posted), a.qty(3))], clock.now())
                return changes

            posting.as_a_whole(db, work)  # type: ignore[arg-type]

    assert at_once(db_url, [deliver, deliver, deliver]) == [None] * 3
    assert figures(buyer.of(order)) == [(100, 45, 0, 0, 55)]
    assert buyer.db.value("SELECT sum(qty) FROM order_receipt") == a.qty(45)


def test_an_order_sent_and_cancelled_at_once_is_one_of_them(buyer: Buyer, db_url: str, tea: ItemId) -> None:
    for _round in range(4):
        order = buyer.order((tea, 10, "1"))
        purchase.approve(buyer.db, buyer.owner, order)
        came = at_once(db_url, [
            lambda db, acting, order=order: purchase.send(db, acting, order),
            lambda db, acting, order=order: purchase.cancel(db, acting, order),
        ])  # type: ignore[misc]  # fmt: skip
        # Cancelling may come after the sending, never the other way round.
        assert not isinstance(came[1], Refused)
        assert (buyer.state(order), figures(buyer.of(order))[0][4]) == (OrderState.CANCELLED, 0)
    assert on_order(buyer, tea) == 0


def test_proposals_and_numbers_made_at_once_do_not_meet(buyer: Buyer, db_url: str) -> None:
    for number in range(5):
        buyer.sells(buyer.acme, low(buyer.db, f"LOW-{number}", 5, 10), "1")
    at_once(db_url, [purchase.propose] * 3)
    rows = orders.orders(buyer.db, buyer.owner)
    assert [(row.lines, row.qty) for row in rows] == [(5, a.qty(50))]
    acme = buyer.acme
    at_once(db_url, [lambda db, acting: purchase.new_order(db, acting, OrderFields(acme))] * 4)
    assert sorted(row.number for row in orders.orders(buyer.db, buyer.owner)) == [f"P-000{n}" for n in range(1, 6)]
