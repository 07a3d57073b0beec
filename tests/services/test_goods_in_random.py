"""A shop that orders, receives, is invoiced, sends back, sells and reverses at random, proved after every step."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shopstock.core.document import Goods
from shopstock.core.outcome import Changes, Refused
from shopstock.core.purchasing import OrderFields, SupplierFields
from shopstock.core.receiving import CHOICES, Basis, Condition, PriceAsked, Undecided
from shopstock.core.settings import Costing
from shopstock.core.supplier_papers import CreditFields, InvoiceCharge, InvoiceFields, InvoiceLine
from shopstock.core.units import Day, DocumentId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db, open_shop
from shopstock.queries import audit, purchase, reports
from shopstock.queries import receiving as deliveries
from shopstock.queries import supplier_invoices as query
from shopstock.queries.report_query import ReportQuery
from shopstock.services import (
    founding,
    landed_cost,
    posting,
    receiving,
    return_,
    reverse,
    supplier_invoices,
    suppliers,
)
from shopstock.services import purchase as buying
from tests import builders as a
from tests.conftest import acting_as_owner

ITEMS = 3
TODAY = Day(20260302)
QTY = st.one_of(st.integers(1, 9).map(lambda pieces: pieces * 1000), st.integers(1, 5_999)).map(Qty)
PRICE = st.integers(1, 90_000).map(Money)
WHICH = st.integers(0, 10**6)
LOT = st.sampled_from(["", "", "A", "B"])
LINES = st.lists(
    st.tuples(st.integers(0, ITEMS - 1), QTY, PRICE), min_size=1, max_size=ITEMS, unique_by=lambda one: one[0]
)
COUNTS = st.lists(st.tuples(st.integers(0, ITEMS - 1), QTY, st.booleans(), LOT), min_size=1, max_size=4)
#: A share of what a paper is about, in 1/4: less, all of it, more.
PART = st.sampled_from([1, 2, 3, 4, 4, 4, 5])

OPEN_QTY = (
    "CASE WHEN qty > received_qty + shipped_qty + cancelled_qty "
    "THEN qty - received_qty - shipped_qty - cancelled_qty ELSE 0 END"
)


class Shop(RuleBasedStateMachine):
    """Two suppliers, one of them abroad; three items, two of them tracked by lots."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
        path = Path(self._folder.name) / "shop.db"
        path.write_bytes(self.template.read_bytes())
        self.db: Db = open_shop(str(path))
        self.owner = acting_as_owner(self.db)
        self.clock = clock.freeze(datetime(2026, 3, 2, 10, 0))
        self.clock.__enter__()
        self.documents: list[DocumentId] = []
        self.serial = 0

    def teardown(self) -> None:
        try:
            if hasattr(self, "items"):
                self.everything_is_invoiced()
        finally:
            self.clock.__exit__(None, None, None)
            self.db.close()
            self._folder.cleanup()

    @initialize()
    def found(self) -> None:
        tracks = ("", "lot", "lot")
        self.items = [
            a.an_item(self.db, tracks=tracks[n], supplier_cost=20_000 if n else None, weight=500 * n + 1)
            for n in range(ITEMS)
        ]
        self.suppliers = [
            suppliers.save_supplier(self.db, self.owner, None, SupplierFields(name, currency=money)).supplier_id
            for name, money in (("Near", ""), ("Far", "EUR"))
        ]

    def _key(self) -> str:
        self.serial += 1
        return f"random-{self.serial}"

    def _try(self, work: Callable[[], Changes]) -> None:
        """Do what may be refused, and remember the document."""
        try:
            changes = work()
        except Refused:
            return
        if changes.document is not None:
            self.documents.append(changes.document.id)

    # -- orders

    @rule(lines=LINES, abroad=st.booleans(), rate=st.integers(500_000, 1_500_000))
    def order(self, lines: list[tuple[int, Qty, Money]], abroad: bool, rate: int) -> None:
        db, owner = self.db, self.owner
        fields = OrderFields(self.suppliers[abroad], rate=rate if abroad else None)
        order = buying.new_order(db, owner, fields).order_id
        for n, qty, price in lines:
            buying.set_line(db, owner, order, self.items[n], qty, price)
        buying.approve(db, owner, order)
        buying.send(db, owner, order, "on paper")

    @rule(which=WHICH, how=st.sampled_from(["close", "cancel", "back_to_draft", "change"]), qty=QTY)
    def end(self, which: int, how: str, qty: Qty) -> None:
        orders = [id for (id,) in self.db.rows("SELECT id FROM purchase_order ORDER BY id DESC LIMIT 4")]
        if not orders:
            return
        order = orders[which % len(orders)]
        try:
            if how == "change":
                buying.set_line(self.db, self.owner, order, self.items[which % ITEMS], qty, Money(10_000))
            else:
                getattr(buying, how)(self.db, self.owner, order)
        except Refused:
            pass

    @rule(which=WHICH, part=PART)
    def ship(self, which: int, part: int) -> None:
        rows = self.db.rows("SELECT order_id, id, open_qty FROM purchase_order_line WHERE open_qty > 0 ORDER BY id")
        if rows:
            order, line, left = rows[which % len(rows)]
            wanted = [(line, Qty(max(1, left * part // 4)))]
            self._try(lambda: receiving.ship(self.db, self.owner, order, self._key(), wanted))

    @rule(
        which=WHICH, many=st.integers(0, 2), counts=COUNTS, all_of_it=st.booleans(), decide=WHICH,
        charge=st.integers(0, 30_000), basis=st.sampled_from([Basis.VALUE, Basis.WEIGHT, Basis.QUANTITY]),
    )  # fmt: skip
    def deliver(
        self, which: int, many: int, counts: list[tuple[int, Qty, bool, str]], all_of_it: bool, decide: int,
        charge: int, basis: Basis,
    ) -> None:  # fmt: skip
        db, owner = self.db, self.owner
        expected = [one.order_id for one in deliveries.expected_orders(db) if one.delivery_id is None]
        chosen = expected[which % len(expected) :][:many] if expected else []
        try:
            delivery = receiving.start(db, owner, self._key(), chosen).delivery_id
        except Refused:  # of two suppliers
            return
        if all_of_it and chosen:
            for row in deliveries.delivery(db, owner, delivery).rows:
                if row.row.ordered:
                    receiving.count(db, owner, delivery, self._key(), row.item_id, row.row.ordered)
        else:
            for n, qty, damaged, lot in counts:
                receiving.count(
                    db, owner, delivery, self._key(), self.items[n], qty, lot=lot,
                    condition=Condition.DAMAGED if damaged else Condition.GOOD,
                )  # fmt: skip
        if charge:
            receiving.set_charge(db, owner, delivery, "Freight", Money(charge), basis)
        for _again in range(2 * ITEMS + 2):
            try:
                posted = receiving.post(db, owner, delivery)
            except Undecided:
                for row in deliveries.delivery(db, owner, delivery).rows:
                    for about in row.row.to_decide:
                        choices = CHOICES[about]
                        receiving.decide(db, owner, delivery, row.item_id, about, choices[decide % len(choices)])
            except PriceAsked as asked:
                for item in asked.item_ids:
                    receiving.set_price(db, owner, delivery, item, Money(decide % 50_000), zero_confirmed=True)
            except Refused:  # all of it was refused, or what came was the shop's already and bears no charge
                receiving.abandon(db, owner, delivery)
                return
            else:
                self.documents += [ref.id for ref in posted.documents]
                assert receiving.post(db, owner, delivery).documents == posted.documents
                return
        raise AssertionError("there is no end of questions")

    # -- papers

    @precondition(lambda self: self.db.value("SELECT 1 FROM uninvoiced LIMIT 1"))
    @rule(which=WHICH, many=st.integers(1, 3), part=PART, price=st.integers(-40, 40), charged=st.integers(-1, 20_000))
    def invoice(self, which: int, many: int, part: int, price: int, charged: int) -> None:
        """Invoice a few lines: less, all or more of what is open, dearer or cheaper; perhaps a charge too."""
        open_ = query.uninvoiced(self.db, self.owner)
        charges = query.uninvoiced_charges(self.db, self.owner)
        lines = tuple(
            InvoiceLine(
                one.line_id, Qty(max(1, one.left_qty * part // 4)),
                Money(max(0, one.left_value * part // 4 * (100 + price) // 100)),
            )
            for one in (open_[which % len(open_) :][:many] if open_ else [])
        )  # fmt: skip
        costs = tuple(InvoiceCharge(one.charge_id, Money(charged)) for one in charges[:1] if charged >= 0)
        key = self._key()
        fields = InvoiceFields(
            key, self.suppliers[0], key, TODAY, lines, costs, tax=Money(which % 999), rate=1_000_000 + price
        )
        self._try(lambda: supplier_invoices.post_invoice(self.db, self.owner, fields))

    @precondition(lambda self: bool(query.returns(self.db, self.owner)))
    @rule(which=WHICH, net=PRICE)
    def credit_note(self, which: int, net: Money) -> None:
        returns = query.returns(self.db, self.owner)
        if returns:
            key = self._key()
            fields = CreditFields(key, self.suppliers[0], key, TODAY, returns[which % len(returns)].document_id, net)
            self._try(lambda: supplier_invoices.post_credit_note(self.db, self.owner, fields))

    def _receipt_line(self, which: int) -> tuple[Any, ...] | None:
        rows = self.db.rows(
            "SELECT document_id, id, item_id, qty, location_id FROM document_line WHERE kind = 'goods_receipt' "
            "ORDER BY id DESC LIMIT 5"
        )
        return rows[which % len(rows)] if rows else None

    @rule(which=WHICH, amount=st.integers(-60_000, 60_000), basis=st.sampled_from([Basis.VALUE, Basis.WEIGHT]))
    def late_cost(self, which: int, amount: int, basis: Basis) -> None:
        found = self._receipt_line(which)
        if found is not None:
            self._try(
                lambda: landed_cost.post(self.db, self.owner, a.a_head(), [found[0]], Money(amount), basis)
            )  # fmt: skip

    @rule(which=WHICH, part=PART, credit=st.one_of(st.none(), PRICE), twice=st.booleans())
    def send_back(self, which: int, part: int, credit: Money | None, twice: bool) -> None:
        found = self._receipt_line(which)
        if found is not None:
            _document, line, item, qty, _place = found
            goods = [Goods(item, Qty(max(1, qty * part // 8)), credit, of_line_id=line)] * (2 if twice else 1)
            self._try(lambda: return_.post_supplier_return(self.db, self.owner, a.a_head(), goods))

    @rule(item=st.integers(0, ITEMS - 1), qty=QTY)
    def sell(self, item: int, qty: Qty) -> None:
        line = a.a_sale_line(self.owner, self.items[item], qty / 1000)
        self._try(lambda: posting.post(self.db, self.owner, a.a_sale(self.db, self.owner, [line])))

    @rule(which=WHICH)
    def reverse(self, which: int) -> None:
        if self.documents:
            document = self.documents[-1 - which % min(3, len(self.documents))]
            self._try(lambda: reverse.reverse(self.db, self.owner, a.a_head(), document))

    @precondition(lambda self: self.db.value("SELECT 1 FROM supplier_invoice LIMIT 1"))
    @rule(which=WHICH)
    def reverse_a_paper(self, which: int) -> None:
        papers = self.db.rows("SELECT document_id FROM supplier_invoice ORDER BY id DESC LIMIT 4")
        document = papers[which % len(papers)][0]
        self._try(lambda: reverse.reverse(self.db, self.owner, a.a_head(), document))

    # -- what always holds

    def _not_invoiced(self) -> int:
        return -int(
            self.db.value(
                "SELECT COALESCE(SUM(amount), 0) FROM journal_line WHERE account = 'goods_received_not_invoiced'"
            )
        )

    @invariant()
    def the_ledger_is_proved(self) -> None:
        assert audit.discrepancies(self.db) == []

    @invariant()
    def what_is_listed_as_not_invoiced_is_the_balance(self) -> None:
        lines = query.uninvoiced(self.db, self.owner)
        charges = query.uninvoiced_charges(self.db, self.owner)
        assert sum(one.left_value for one in lines) + sum(one.amount for one in charges) == self._not_invoiced()
        report = reports.run(self.db, self.owner, reports.named("uninvoiced"), ReportQuery())
        assert sum(row[-1] for row in report.rows) == self._not_invoiced()

    @invariant()
    def orders_say_what_came_of_them(self) -> None:
        wrong = self.db.rows(
            "SELECT l.id FROM purchase_order_line l JOIN purchase_order o ON o.id = l.order_id WHERE received_qty < 0 "
            "OR shipped_qty < 0 OR cancelled_qty < 0 OR open_qty <> "
            f"CASE WHEN o.state IN ('draft', 'approved', 'cancelled') THEN 0 ELSE {OPEN_QTY} END"
        )
        assert wrong == []
        wrong = self.db.rows(
            "SELECT o.id, o.state FROM purchase_order o JOIN purchase_order_line l ON l.order_id = o.id "
            "GROUP BY o.id, o.state, o.first_receipt_at "
            "HAVING (SUM(l.open_qty + l.shipped_qty) > 0) <> (o.state IN ('sent', 'partly_received')) "
            "OR (SUM(l.received_qty) > 0 AND o.state IN ('draft', 'approved', 'sent', 'cancelled')) "
            "OR (o.state = 'partly_received' AND SUM(l.received_qty) = 0) "
            "OR (o.first_receipt_at IS NULL) <> (SUM(l.received_qty) = 0)"
        )
        assert wrong == []
        for item in getattr(self, "items", ()):
            told = self.db.value(
                "SELECT COALESCE(SUM(open_qty), 0) FROM purchase_order_line WHERE item_id = ?", (item,)
            )
            assert sum(one.open_qty for one in purchase.on_order(self.db, item)) == told >= 0

    @invariant()
    def what_is_on_its_way_lies_in_transit(self) -> None:
        wrong = self.db.rows(
            "SELECT l.item_id FROM purchase_order_line l GROUP BY l.item_id HAVING SUM(l.shipped_qty) <> COALESCE("
            "(SELECT SUM(s.on_hand) FROM stock_level s JOIN location p ON p.id = s.location_id AND p.kind = 'transit' "
            "WHERE s.item_id = l.item_id), 0)"
        )
        assert wrong == []

    def everything_is_invoiced(self) -> None:
        """When all that came is invoiced, to the last unit of money nothing is left in the account."""
        lines = query.uninvoiced(self.db, self.owner)
        charges = query.uninvoiced_charges(self.db, self.owner)
        if lines or charges:
            fields = InvoiceFields(
                "all", self.suppliers[0], "all", TODAY,
                tuple(InvoiceLine(one.line_id, one.left_qty, Money(one.left_value + 7)) for one in lines),
                tuple(InvoiceCharge(one.charge_id, Money(one.amount + 3)) for one in charges),
            )  # fmt: skip
            supplier_invoices.post_invoice(self.db, self.owner, fields)
        assert self._not_invoiced() == 0
        assert self.db.value("SELECT COUNT(*) FROM uninvoiced") == 0
        assert audit.discrepancies(self.db) == []


@pytest.mark.parametrize("costing", list(Costing))
def test_random_goods_in(costing: Costing, tmp_path: Path) -> None:
    """No order of deliveries, papers and reversals, however odd, leaves goods in out of balance."""
    template = tmp_path / "template.db"
    with open_shop(str(template), create=True) as db:
        founding.found_shop(db, name="Random", currency="GBP", costing=costing)
        db.run("PRAGMA wal_checkpoint(TRUNCATE)")

    class Machine(Shop):
        pass

    Machine.template = template
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=40, stateful_step_count=40, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
