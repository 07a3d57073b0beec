"""A shop that trades at random, under both costing methods, proved after every step."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.core.settings import Costing
from shopstock.core.units import Day, DocumentId, Instant, LineId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db, open_shop, transaction
from shopstock.queries import audit
from shopstock.services import adjust, count, founding, posting, receive, return_, reverse, transfer
from tests import builders as a

QTY = st.one_of(st.integers(1, 12).map(lambda pieces: pieces * 1000), st.integers(1, 9_999)).map(Qty)
VALUE = st.integers(0, 2_000_000).map(Money)
ITEMS = 3
#: Two of the items are tracked by lots; what names a lot must leave the third alone.
LOT = st.sampled_from([("", 0), ("", 0), ("A", 20260401), ("B", 20260301), ("C", 0), ("", 20260401)])


class Shop(RuleBasedStateMachine):
    """Three items, two places and every event there is."""

    costing = Costing.FIFO
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
        path = Path(self._folder.name) / "shop.db"
        path.write_bytes(self.template.read_bytes())
        self.db: Db = open_shop(str(path))
        self.sales: list[tuple[LineId, int]] = []
        self.receipts: list[tuple[DocumentId, LineId, int]] = []
        self.documents: list[DocumentId] = []
        self.clock = clock.freeze(datetime(2026, 3, 2, 10, 0))
        self.clock.__enter__()

    def teardown(self) -> None:
        self.clock.__exit__(None, None, None)
        self.db.close()
        self._folder.cleanup()

    @initialize()
    def found(self) -> None:
        person, station, place = self.db.rows(
            "SELECT p.id, s.id, s.location_id FROM person p, station s ORDER BY p.id, s.id LIMIT 1"
        )[0]
        from shopstock.core.acting import Role

        self.owner = Acting(person, "Owner", Role.OWNER, station, place, alone=True)
        self.cellar = a.a_location(self.db, "Cellar")
        tracks = ("", "lot", "lot")
        self.items = [a.an_item(self.db, supplier_cost=20_000 if n else None, tracks=tracks[n]) for n in range(ITEMS)]

    def _keep(self, changes: object) -> DocumentId:
        document = changes.document  # type: ignore[attr-defined]
        self.documents.append(document.id)
        return document.id

    def _lines(self, document: DocumentId) -> list[tuple[LineId, int]]:
        return self.db.rows("SELECT id, item_id FROM document_line WHERE document_id = ? ORDER BY id", (document,))

    @rule(
        goods=st.lists(st.tuples(st.integers(0, ITEMS - 1), QTY, VALUE, LOT), min_size=1, max_size=3),
        opening=st.booleans(),
    )
    def receive(self, goods: list[tuple[int, Qty, Money, tuple[str, Day]]], opening: bool) -> None:
        event = receive.post_opening if opening else receive.post_goods_receipt
        several = [
            a.Goods(self.items[n], qty, value, lot=lot, expires=expires) for n, qty, value, (lot, expires) in goods
        ]
        document = self._keep(event(self.db, self.owner, a.a_head(), several))
        self.receipts += [(document, line, item) for line, item in self._lines(document)]

    @rule(goods=st.lists(st.tuples(st.integers(0, ITEMS - 1), QTY, LOT), min_size=1, max_size=3))
    def sell(self, goods: list[tuple[int, Qty, tuple[str, Day]]]) -> None:
        lines = [
            replace(a.a_sale_line(self.owner, self.items[n], qty / 1000), lot=lot, expires=expires)
            for n, qty, (lot, expires) in goods
        ]
        document = self._keep(posting.post(self.db, self.owner, a.a_sale(self.db, self.owner, lines)))
        self.sales += self._lines(document)

    @precondition(lambda self: self.sales)
    @rule(which=st.integers(0, 10**6), qty=QTY, damaged=st.booleans())
    def come_back(self, which: int, qty: Qty, damaged: bool) -> None:
        line_id, _item = self.sales[which % len(self.sales)]
        try:
            line = return_.line_of_sale(self.db, line_id, qty, self.owner.location_id)
            lines = [line, return_.damaged(line, "torn")] if damaged else [line]
            paid = [a.a_payment(self.db, Money(-line.gross))] if line.gross else []
            draft = return_.customer_return_draft(a.a_head(), lines, paid)
            self._keep(return_.post_customer_return(self.db, self.owner, draft))
        except Refused:
            pass

    @rule(item=st.integers(0, ITEMS - 1), qty=QTY)
    def come_back_without_sale(self, item: int, qty: Qty) -> None:
        line = a.replace_kind(a.a_sale_line(self.owner, self.items[item], qty / 1000))
        paid = [a.a_payment(self.db, Money(-line.gross))] if line.gross else []
        draft = return_.customer_return_draft(a.a_head(), [line], paid)
        self._keep(return_.post_customer_return(self.db, self.owner, draft))

    @precondition(lambda self: self.receipts)
    @rule(which=st.integers(0, 10**6), qty=QTY, credit=st.one_of(st.none(), VALUE), named=st.booleans())
    def send_back(self, which: int, qty: Qty, credit: Money | None, named: bool) -> None:
        _document, line_id, item = self.receipts[which % len(self.receipts)]
        goods = [a.Goods(item, qty, credit, of_line_id=line_id if named else None)]
        try:
            self._keep(return_.post_supplier_return(self.db, self.owner, a.a_head(), goods))
        except Refused:
            pass

    @precondition(lambda self: self.receipts)
    @rule(which=st.integers(0, 10**6), amount=st.integers(-3_000_000, 3_000_000), invoice=st.booleans())
    def late_cost(self, which: int, amount: int, invoice: bool) -> None:
        document = self.receipts[which % len(self.receipts)][0]
        try:
            self._keep(
                receive.post_landed_cost(
                    self.db, self.owner, a.a_head(), document, Money(amount), invoice_difference=invoice
                )
            )
        except Refused:
            pass

    @rule(item=st.integers(0, ITEMS - 1), qty=QTY, found=st.booleans(), lot=LOT)
    def adjust(self, item: int, qty: Qty, found: bool, lot: tuple[str, Day]) -> None:
        event = adjust.found if found else adjust.write_off
        goods = a.Goods(self.items[item], qty, cause="mouse", lot=lot[0], expires=lot[1])
        self._keep(event(self.db, self.owner, a.a_head(), [goods]))

    @rule(item=st.integers(0, ITEMS - 1), qty=st.one_of(st.just(Qty(0)), QTY), cellar=st.booleans(), lot=LOT)
    def count(self, item: int, qty: Qty, cellar: bool, lot: tuple[str, Day]) -> None:
        place = self.cellar if cellar else None
        goods = a.Goods(self.items[item], qty, location_id=place, lot=lot[0], expires=lot[1])
        self._keep(count.post_count(self.db, self.owner, a.a_head(), [goods]))

    @rule(item=st.integers(0, ITEMS - 1), qty=QTY, lot=LOT)
    def transfer(self, item: int, qty: Qty, lot: tuple[str, Day]) -> None:
        before = self.db.rows("SELECT item_id, value FROM item_pool ORDER BY item_id")
        goods = a.Goods(self.items[item], qty, lot=lot[0], expires=lot[1])
        self._keep(transfer.transfer(self.db, self.owner, a.a_head(), [goods], self.cellar))
        known = dict(before)
        after = self.db.rows("SELECT item_id, value FROM item_pool ORDER BY item_id")
        assert all(value == known.get(item_id, 0) for item_id, value in after)

    @rule(
        events=st.lists(
            st.tuples(st.sampled_from(["sell", "sell", "receive", "return", "count"]), st.integers(0, ITEMS - 1), QTY),
            min_size=2, max_size=8,
        )
    )  # fmt: skip
    def many_in_one_book(self, events: list[tuple[str, int, Qty]]) -> None:
        """As an import does: nothing is written until the end, or until somebody has to know."""
        sold: list[tuple[LineId, int, Qty]] = []
        with transaction(self.db):
            book = posting.Book(self.db, self.owner)
            for kind, n, qty in events:
                item = self.items[n]
                if kind == "sell":
                    posted = book.post(a.a_sale(self.db, self.owner, [a.a_sale_line(self.owner, item, qty / 1000)]))
                    sold.append((posted.line_ids[0], item, qty))
                    self.sales.append((posted.line_ids[0], item))
                elif kind == "receive":
                    book.post(receive.goods_receipt_draft(self.owner, a.a_head(), [a.Goods(item, qty, Money(qty * 7))]))
                elif kind == "count":
                    book.post(count.count_draft(self.owner, a.a_head(), [a.Goods(item, qty)]))
                elif sold:
                    line_id, item, qty = sold.pop()  # noqa: PLW2901 - all of it comes back
                    back = a.replace_kind(a.a_sale_line(self.owner, item, qty / 1000))
                    draft = return_.customer_return_draft(
                        a.a_head(),
                        [replace(back, of_line_id=line_id)],
                        [a.a_payment(self.db, Money(-back.gross))] if back.gross else [],
                    )
                    book.post(draft)
            book.flush()

    @rule(minutes=st.one_of(st.integers(-90, 90), st.integers(-60_000, 60_000)))
    def set_the_clock(self, minutes: int) -> None:
        """Forth, or back across hours, days and months: the order is the sequence."""
        clock._frozen = Instant(clock.now() + minutes * 60_000_000)

    @precondition(lambda self: self.documents)
    @rule(which=st.integers(0, 10**6))
    def reverse(self, which: int) -> None:
        try:
            reverse.reverse(self.db, self.owner, a.a_head(), self.documents[-1 - which % min(6, len(self.documents))])
        except Refused:
            pass

    @invariant()
    def the_ledger_is_proved(self) -> None:
        assert audit.discrepancies(self.db) == []


@pytest.mark.parametrize("costing", list(Costing))
def test_random_trade(costing: Costing, tmp_path: Path) -> None:
    """No order of events, however odd, leaves the ledger out of balance."""
    template = tmp_path / "template.db"
    with open_shop(str(template), create=True) as db:
        founding.found_shop(db, name="Random", currency="GBP", costing=costing)
        db.run("PRAGMA wal_checkpoint(TRUNCATE)")

    class Machine(Shop):
        pass

    Machine.costing = costing
    Machine.template = template
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
