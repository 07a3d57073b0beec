"""Tell the stories of ``tests/stories`` to the ledger, under both costing methods and on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from shopstock.core.acting import Acting
from shopstock.core.movements import DocumentKind
from shopstock.core.outcome import Changes, Refused
from shopstock.core.purchasing import OrderFields, SupplierFields
from shopstock.core.receiving import About, Basis, Condition, Decision
from shopstock.core.supplier_papers import CreditFields, InvoiceFields, InvoiceLine
from shopstock.core.transfers import ScanLine, Settle, Stage, TransferFields
from shopstock.core.units import Day, DocumentId, LineId, LocationId, Money, format_money, round_to
from shopstock.db.connection import Db, transaction
from shopstock.queries import receiving as deliveries
from shopstock.queries import stock
from shopstock.services import (
    adjust,
    count,
    landed_cost,
    posting,
    purchase,
    receive,
    receiving,
    return_,
    reverse,
    set_aside,
    set_aside_goods,
    supplier_invoices,
    suppliers,
    transfer,
    transfers,
)
from tests import builders as a

FOLDER = Path(__file__).parent.parent / "stories"


class Story(NamedTuple):
    name: str
    place: str
    lines: list[tuple[int, str]]


def _stories() -> Iterator[Story]:
    for path in sorted(FOLDER.glob("*.txt")):
        if path.name == "README.txt":
            continue
        story: Story | None = None
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.startswith("story "):
                if story:
                    yield story
                story = Story(line.removeprefix("story "), path.name, [])
            elif story and line.strip() and not line.startswith(("source ", "#")):
                story.lines.append((number, line.strip()))
        assert story is not None, f"{path.name} tells no story"
        yield story


STORIES = list(_stories())


@pytest.mark.parametrize("costing", ["fifo", "average"])
@pytest.mark.parametrize("story", STORIES, ids=[story.name.replace(" ", "-") for story in STORIES])
def test_story(story: Story, costing: str, sqlite_db: Db, owner: Acting) -> None:
    _tell(story, costing, Teller(sqlite_db, owner, ""))


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.parametrize("costing", ["fifo", "average"])
def test_all_stories_in_one_shop(engine: str, costing: str, db: Db, owner: Acting) -> None:
    """One after the other on PostgreSQL, each with goods of its own; accounts are compared with where they stood."""
    for number, story in enumerate(STORIES):
        _tell(story, costing, Teller(db, owner, f"-{number}"))


def _tell(story: Story, costing: str, teller: Teller) -> None:
    for number, line in story.lines:
        method, colon, rest = line.partition(": ")
        if colon and method in ("fifo", "average"):
            if method != costing:
                continue
            line = rest  # noqa: PLW2901 - the line without its method
        try:
            teller.tell(line)
        except AssertionError as wrong:
            raise AssertionError(f"{story.place}:{number}: {line}: {wrong}") from None


class Teller:
    """Does what a line says."""

    def __init__(self, db: Db, owner: Acting, suffix: str) -> None:
        self.db = db
        self.owner = owner
        self.suffix = suffix
        self.before = dict(db.rows("SELECT account, SUM(amount) FROM journal_line GROUP BY account"))
        rows = db.rows("SELECT account, detail, SUM(amount) FROM journal_line GROUP BY account, detail")
        self.before_details = {(account, detail): amount for account, detail, amount in rows}
        self.items: dict[str, int] = {}
        self.documents: dict[str, DocumentId] = {}
        self.suppliers: list[int] = []
        self.orders: dict[str, int] = {}
        self.deliveries: dict[str, int] = {}
        self.sent: dict[str, int] = {}
        self.places: dict[str, LocationId] = {"SHOP": owner.location_id, "TRANSIT": transfer.transit_location(db)}

    def tell(self, line: str) -> None:
        for pattern, action in self.GRAMMAR:
            match = re.fullmatch(pattern, line)
            if match:
                told = match.groupdict()
                said = {key: value for key, value in told.items() if key != "name"}
                if said.get("place", "") is None:
                    del said["place"]
                changes = action(self, **said)
                if told.get("name"):
                    self.documents[told["name"]] = changes.document.id
                return
        raise AssertionError("no such sentence")

    def item(self, sku: str) -> int:
        if sku not in self.items:
            self.items[sku] = a.an_item(self.db, sku + self.suffix)
        return self.items[sku]

    def place(self, name: str | None) -> LocationId:
        name = name or "SHOP"
        if name == "ASIDE" and name not in self.places:
            with transaction(self.db):
                self.places[name] = set_aside.location(self.db, self.owner.location_id)
        elif name not in self.places:
            shop = self.owner.location_id if name.startswith("BIN") else None
            self.places[name] = a.a_location(self.db, name + self.suffix, shop)
        return self.places[name]

    def line_of(self, name: str | None, sku: str) -> LineId | None:
        if name is None:
            return None
        return LineId(
            self.db.value(
                "SELECT id FROM document_line WHERE document_id = ? AND item_id = ?",
                (self.documents[name], self.item(sku)),
            )
        )

    def goods(self, listed: str) -> list:
        several = []
        for one in listed.split(", "):
            match = re.fullmatch(r"(?P<qty>\S+) (?P<sku>\S+)(?: @ (?P<cost>\S+)| for (?P<value>\S+))?", one)
            assert match, f"cannot read {one!r}"
            value = a.money(match["value"]) if match["value"] else None
            several.append(a.goods(self.item(match["sku"]), match["qty"], match["cost"], value=value))
        return several

    def receive(self, goods: str) -> Changes:
        return receive.post_goods_receipt(self.db, self.owner, a.a_head(), self.goods(goods))

    def open(self, goods: str) -> Changes:
        return receive.post_opening(self.db, self.owner, a.a_head(), self.goods(goods))

    def sell(self, qty: str, sku: str, price: str | None) -> Changes:
        line = a.a_sale_line(self.owner, self.item(sku), qty, price or "5.00")
        return posting.post(self.db, self.owner, a.a_sale(self.db, self.owner, [line]))

    def come_back(
        self, qty: str, sku: str, of: str | None, cause: str | None = None, place: str | None = None
    ) -> Changes:  # fmt: skip
        of_line = self.line_of(of, sku)
        if of_line is not None:
            line = return_.line_of_sale(self.db, of_line, a.qty(qty), self.place(place))
        else:
            sold = a.a_sale_line(self.owner, self.item(sku), qty, at=self.place(place))
            line = a.replace_kind(sold)
        lines = [line, return_.damaged(line, cause)] if cause else [line]
        paid = [a.a_payment(self.db, Money(-line.gross))]
        return return_.post_customer_return(self.db, self.owner, return_.customer_return_draft(a.a_head(), lines, paid))

    def send_back(self, qty: str, sku: str, credit: str | None, of: str | None, place: str | None = None) -> Changes:
        goods = [a.goods(self.item(sku), qty, credit, of=self.line_of(of, sku), at=self.place(place))]
        return return_.post_supplier_return(self.db, self.owner, a.a_head(), goods)

    def landed(self, amount: str, of: str) -> Changes:
        return receive.post_landed_cost(self.db, self.owner, a.a_head(), self.documents[of], a.money(amount))

    def invoice(self, amount: str, of: str) -> Changes:
        return receive.post_landed_cost(
            self.db, self.owner, a.a_head(), self.documents[of], a.money(amount), invoice_difference=True
        )

    def write_off(self, qty: str, sku: str, cause: str, place: str | None = None) -> Changes:
        goods = [a.goods(self.item(sku), qty, cause=cause, at=self.place(place))]
        return adjust.write_off(self.db, self.owner, a.a_head(), goods)

    def find(self, qty: str, sku: str, cause: str) -> Changes:
        return adjust.found(self.db, self.owner, a.a_head(), [a.goods(self.item(sku), qty, cause=cause)])

    def count(self, sku: str, qty: str) -> Changes:
        return count.post_count(self.db, self.owner, a.a_head(), [a.goods(self.item(sku), qty)])

    def transfer(self, qty: str, sku: str, place: str) -> Changes:
        return transfer.transfer(self.db, self.owner, a.a_head(), [a.goods(self.item(sku), qty)], self.place(place))

    def dispatch(self, qty: str, sku: str) -> Changes:
        return transfer.dispatch(self.db, self.owner, a.a_head(), [a.goods(self.item(sku), qty)])

    def arrive(self, qty: str, sku: str, of: str, place: str) -> Changes:
        goods = [a.goods(self.item(sku), qty, of=self.line_of(of, sku))]
        return transfer.arrive(self.db, self.owner, a.a_head(), goods, self.place(place), self.documents[of])

    # -- away and back -----------------------------------------------------------------------------------------------

    def put_away(self, qty: str, sku: str, origin: str, place: str) -> Changes:
        goods = [a.goods(self.item(sku), qty, at=self.place(origin))]
        return transfer.put_away(self.db, self.owner, a.a_head(), goods, self.place(place))

    def set_aside(self, qty: str, sku: str) -> Changes:
        return self.put_away(qty, sku, "SHOP", "ASIDE")

    def back_to_sale(self, qty: str, sku: str) -> Changes:
        goods = [set_aside_goods.SetAside(self.item(sku), a.qty(qty), self.place("ASIDE"))]
        return set_aside_goods.back(self.db, self.owner, a.a_head(), goods)

    def send(self, qty: str, sku: str, place: str, sent: str) -> Changes:
        fields = TransferFields(self.owner.location_id, self.place(place))
        self.sent[sent] = transfers.send_now(self.db, self.owner, fields).transfer_id
        self._scan(sent, Stage.DISPATCH, sku, qty)
        return transfers.dispatch(self.db, self.owner, self.sent[sent])

    def unpack(self, qty: str, damaged: str | None, sku: str, sent: str) -> None:
        self._scan(sent, Stage.ARRIVE, sku, qty, Condition.DAMAGED if damaged else Condition.GOOD)

    def _scan(self, sent: str, stage: Stage, sku: str, qty: str, condition: Condition = Condition.GOOD) -> None:
        line = ScanLine(a.a_head().key, self.item(sku), a.qty(qty), condition=condition)
        transfers.scan(self.db, self.owner, self.sent[sent], stage, [line])

    def arrived(self, sent: str) -> Changes:
        return transfers.arrive(self.db, self.owner, self.sent[sent], complete=True)

    def settle(self, qty: str, sku: str, sent: str, cause: str = "") -> Changes:
        how = Settle.LOST if cause else Settle.CAME_BACK
        return transfers.settle_short(
            self.db, self.owner, self.sent[sent], self.item(sku), a.qty(qty), how, cause
        )  # fmt: skip

    def reverse(self, of: str) -> Changes:
        return reverse.reverse(self.db, self.owner, a.a_head(), self.documents[of])

    def known(self, sku: str, cost: str) -> None:
        self.db.run("UPDATE item SET supplier_cost = ? WHERE id = ?", (a.money(cost), self.item(sku)))

    # -- goods in ----------------------------------------------------------------------------------------------------

    def supplier(self) -> int:
        if not self.suppliers:
            fields = SupplierFields(name=f"Supplier{self.suffix}")
            self.suppliers.append(suppliers.save_supplier(self.db, self.owner, None, fields).supplier_id)
        return self.suppliers[0]

    def order(self, goods: str, order: str) -> None:
        made = purchase.new_order(self.db, self.owner, OrderFields(self.supplier())).order_id
        for one in goods.split(", "):
            qty, sku, _at, price = one.split(" ")
            purchase.set_line(self.db, self.owner, made, self.item(sku), a.qty(qty), a.money(price))
        purchase.approve(self.db, self.owner, made)
        purchase.send(self.db, self.owner, made, "on paper")
        self.orders[order] = made

    def delivery(self, delivery: str, orders: str) -> None:
        ids = [] if orders == "nothing" else [self.orders[one] for one in orders.split(" ")]
        key = f"{delivery}{self.suffix}"
        self.deliveries[delivery] = receiving.start(self.db, self.owner, key, ids).delivery_id

    def scan(self, qty: str, damaged: str | None, sku: str, delivery: str) -> None:
        condition = Condition.DAMAGED if damaged else Condition.GOOD
        receiving.count(
            self.db, self.owner, self.deliveries[delivery], a.a_head().key, self.item(sku), a.qty(qty),
            condition=condition,
        )  # fmt: skip

    def decide(self, about: str, sku: str, decision: str, delivery: str) -> None:
        receiving.decide(
            self.db, self.owner, self.deliveries[delivery], self.item(sku), About(about), Decision(decision)
        )

    def price(self, sku: str, price: str, delivery: str) -> None:
        receiving.set_price(self.db, self.owner, self.deliveries[delivery], self.item(sku), a.money(price))

    def freight(self, amount: str, basis: str, delivery: str) -> None:
        receiving.set_charge(self.db, self.owner, self.deliveries[delivery], "Freight", a.money(amount), Basis(basis))

    def post(self, delivery: str) -> None:
        posted = receiving.post(self.db, self.owner, self.deliveries[delivery])
        self.documents[delivery] = posted.documents[0].id

    def ship(self, qty: str, sku: str, of: str) -> Changes:
        line = self.db.value(
            "SELECT id FROM purchase_order_line WHERE order_id = ? AND item_id = ?", (self.orders[of], self.item(sku))
        )
        return receiving.ship(self.db, self.owner, self.orders[of], a.a_head().key, [(line, a.qty(qty))])

    def late(self, amount: str, basis: str, receipts: str) -> Changes:
        ids = [self.documents[one] for one in receipts.split(", ")]
        return landed_cost.post(self.db, self.owner, a.a_head(), ids, a.money(amount), Basis(basis))

    def bill(self, qty: str, sku: str, value: str, of: str) -> Changes:
        line = self.line_of(of, sku)
        assert line is not None
        key = a.a_head().key
        lines = (InvoiceLine(line, a.qty(qty), a.money(value)),)
        fields = InvoiceFields(key, self.supplier(), f"I {key}", Day(20260302), lines)
        return supplier_invoices.post_invoice(self.db, self.owner, fields)

    def credit(self, net: str, of: str) -> Changes:
        key = a.a_head().key
        fields = CreditFields(key, self.supplier(), f"C {key}", Day(20260302), self.documents[of], a.money(net))
        return supplier_invoices.post_credit_note(self.db, self.owner, fields)

    def expect_order(self, order: str, state: str) -> None:
        assert self.db.value("SELECT state FROM purchase_order WHERE id = ?", (self.orders[order],)) == state

    def expect_open(self, qty: str, sku: str, order: str) -> None:
        found = self.db.value(
            "SELECT open_qty FROM purchase_order_line WHERE order_id = ? AND item_id = ?",
            (self.orders[order], self.item(sku)),
        )
        assert found == a.qty(qty), f"open is {found / 1000}"

    def expect_settled(self, qty: str, sku: str, delivery: str, more: str) -> None:
        found = deliveries.settled(self.db, self.owner, [self.documents[delivery]])
        told = [(one.item_id, one.qty, one.more) for one in found]
        assert told == [(self.item(sku), a.qty(qty), a.money(more))], f"it settled {found}"

    def expect_available(self, sku: str, qty: str) -> None:
        row = stock.page(self.db, [self.item(sku)], stock.StockFilter())[0]
        assert row.available == a.qty(qty), f"available is {row.available / 1000}"

    def expect_disputed(self, amount: str) -> None:
        found = self.db.value("SELECT disputed FROM supplier_invoice ORDER BY id DESC LIMIT 1")
        self._same(found, amount)

    def refuse(self, sentence: str) -> None:
        with pytest.raises(Refused):
            self.tell(sentence)

    def expect_stock(self, sku: str, qty: str, value: str | None, place: str | None = None) -> None:
        query = "SELECT COALESCE(SUM(on_hand), 0) FROM stock_level WHERE item_id = ?"
        if place is not None:
            found = self.db.value(f"{query} AND location_id = ?", (self.item(sku), self.place(place)))
        else:
            found = self.db.value(query, (self.item(sku),))
        assert found == a.qty(qty), f"on hand is {found / 1000}"
        if value is not None:
            worth = self.db.value("SELECT value FROM item_pool WHERE item_id = ?", (self.item(sku),))
            self._same(worth, value)

    def expect_account(self, account: str, amount: str) -> None:
        found = self.db.value("SELECT COALESCE(SUM(amount), 0) FROM journal_line WHERE account = ?", (account,))
        self._same(found - self.before.get(account, 0), amount)

    def expect_detail(self, account: str, detail: str, amount: str) -> None:
        found = self.db.value(
            "SELECT COALESCE(SUM(amount), 0) FROM journal_line WHERE account = ? AND detail = ?", (account, detail)
        )
        self._same(found - self.before_details.get((account, detail), 0), amount)

    def expect_layers(self, sku: str, layers: str) -> None:
        left = self.db.rows(
            "SELECT qty_left, value_left FROM cost_layer WHERE item_id = ? AND qty_left > 0 ORDER BY id",
            (self.item(sku),),
        )
        wanted = []
        for one in layers.split(", "):
            qty, _at, cost = one.split(" ")
            wanted.append((a.qty(qty), a.goods(1, qty, cost).value))
        if self.db.value("SELECT value FROM setting WHERE key = 'costing'") == "average":
            wanted = [(sum(qty for qty, _ in wanted), sum(value for _, value in wanted))]
        assert left == wanted, f"left is {left}"

    def expect_due(self, sku: str, no: str | None) -> None:
        due = self.db.value("SELECT COUNT(*) FROM count_due WHERE item_id = ? AND done_at IS NULL", (self.item(sku),))
        assert due == (0 if no else 1)

    @staticmethod
    def _same(found: int, wanted: str) -> None:
        if wanted.startswith("~"):
            assert round_to(Money(found), Money(100)) == a.money(wanted[1:]), f"it is {format_money(Money(found))}"
        else:
            assert found == a.money(wanted), f"it is {format_money(Money(found))}"

    _AS = r"(?: as (?P<name>\S+))?"
    _SOME = r"(?P<qty>[\d.]+) (?P<sku>\S+)"
    GRAMMAR = (
        (rf"receive (?P<goods>.+?){_AS}", receive),
        (rf"open (?P<goods>.+?){_AS}", open),
        (rf"sell {_SOME}(?: at (?P<price>\S+))?{_AS}", sell),
        (rf"return {_SOME}(?: of (?P<of>\S+))?(?: to (?P<place>\S+))?{_AS}", come_back),
        (rf"damaged {_SOME} of (?P<of>\S+) because (?P<cause>.+?){_AS}", come_back),
        (rf"send back {_SOME}(?: @ (?P<credit>\S+))?(?: of (?P<of>\S+))?(?: from (?P<place>\S+))?{_AS}", send_back),
        (rf"landed (?P<amount>\S+) on (?P<of>\S+){_AS}", landed),
        (rf"invoice (?P<amount>\S+) on (?P<of>\S+){_AS}", invoice),
        (rf"write off {_SOME}(?: in (?P<place>\S+))? because (?P<cause>.+?){_AS}", write_off),
        (rf"find {_SOME} because (?P<cause>.+?){_AS}", find),
        (rf"count (?P<sku>\S+) (?P<qty>\S+){_AS}", count),
        (rf"transfer {_SOME} to (?P<place>\S+){_AS}", transfer),
        (rf"dispatch {_SOME}{_AS}", dispatch),
        (rf"arrive {_SOME} of (?P<of>\S+) to (?P<place>\S+){_AS}", arrive),
        (rf"put away {_SOME} from (?P<origin>\S+) to (?P<place>\S+){_AS}", put_away),
        (rf"set aside {_SOME}{_AS}", set_aside),
        (rf"back to sale {_SOME}{_AS}", back_to_sale),
        (rf"send {_SOME} to (?P<place>\S+) as (?P<sent>\S+)", send),
        (r"unpack (?P<qty>[\d.]+)(?P<damaged> damaged)? (?P<sku>\S+) of (?P<sent>\S+)", unpack),
        (r"arrived (?P<sent>\S+)", arrived),
        (rf"came back {_SOME} of (?P<sent>\S+){_AS}", settle),
        (rf"lost {_SOME} of (?P<sent>\S+) because (?P<cause>\S+){_AS}", settle),
        (rf"reverse (?P<of>\S+){_AS}", reverse),
        (r"known (?P<sku>\S+) (?P<cost>\S+)", known),
        (r"order (?P<goods>.+) as (?P<order>\S+)", order),
        (r"delivery (?P<delivery>\S+) of (?P<orders>.+)", delivery),
        (r"scan (?P<qty>[\d.]+)(?P<damaged> damaged)? (?P<sku>\S+) into (?P<delivery>\S+)", scan),
        (r"decide (?P<about>\S+) (?P<sku>\S+) (?P<decision>\S+) in (?P<delivery>\S+)", decide),
        (r"price (?P<sku>\S+) (?P<price>\S+) in (?P<delivery>\S+)", price),
        (r"freight (?P<amount>\S+) by (?P<basis>\S+) in (?P<delivery>\S+)", freight),
        (r"post (?P<delivery>\S+)", post),
        (rf"ship {_SOME} of (?P<of>\S+){_AS}", ship),
        (rf"late (?P<amount>\S+) by (?P<basis>\S+) on (?P<receipts>.+?){_AS}", late),
        (rf"bill {_SOME} for (?P<value>\S+) of (?P<of>\S+){_AS}", bill),
        (rf"credit (?P<net>\S+) for (?P<of>\S+){_AS}", credit),
        (r"refuse (?P<sentence>.+)", refuse),
        (rf"expect {_SOME} open in (?P<order>\S+)", expect_open),
        (rf"expect {_SOME} settled by (?P<delivery>\S+) for (?P<more>\S+) more", expect_settled),
        (r"expect (?P<amount>\S+) disputed", expect_disputed),
        (r"expect (?P<sku>\S+) available (?P<qty>\S+)", expect_available),
        (r"expect (?P<order>P\d) (?P<state>[a-z_]+)", expect_order),
        (r"expect (?P<sku>\S+) on hand (?P<qty>\S+)(?: worth (?P<value>\S+))?(?: in (?P<place>\S+))?", expect_stock),
        (r"expect (?P<sku>\S+) layers (?P<layers>.+)", expect_layers),
        (r"expect (?P<sku>\S+)(?P<no> not)? due", expect_due),
        (r"expect (?P<account>[a-z_]+) of (?P<detail>[a-z_]+) (?P<amount>\S+)", expect_detail),
        (r"expect (?P<account>[a-z_]+) (?P<amount>\S+)", expect_account),
    )


def test_every_kind_of_document_is_told_of() -> None:
    """A new way for stock to change has a story."""
    told = " ".join(line for story in STORIES for _number, line in story.lines)
    words = {
        DocumentKind.OPENING: "open ", DocumentKind.GOODS_RECEIPT: "receive ", DocumentKind.SALE: "sell ",
        DocumentKind.CUSTOMER_RETURN: "return ", DocumentKind.SUPPLIER_RETURN: "send back ",
        DocumentKind.TRANSFER: "transfer ", DocumentKind.WRITE_OFF: "write off ", DocumentKind.FOUND: "find ",
        DocumentKind.COUNT: "count ", DocumentKind.SUPPLIER_INVOICE: "bill ", DocumentKind.SUPPLIER_CREDIT: "credit ",
        DocumentKind.LANDED_COST: "landed ", DocumentKind.REVERSAL: "reverse ",
    }  # fmt: skip
    assert set(DocumentKind) - words.keys() == {DocumentKind.PAID_IN, DocumentKind.PAID_OUT, DocumentKind.CASH_UP}
    assert all(word in told for word in words.values())
