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
from shopstock.core.units import DocumentId, LineId, LocationId, Money, format_money, round_to
from shopstock.db.connection import Db
from shopstock.services import adjust, count, posting, receive, return_, reverse, transfer
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
        self.items: dict[str, int] = {}
        self.documents: dict[str, DocumentId] = {}
        self.places: dict[str, LocationId] = {"SHOP": owner.location_id, "TRANSIT": transfer.transit_location(db)}

    def tell(self, line: str) -> None:
        for pattern, action in self.GRAMMAR:
            match = re.fullmatch(pattern, line)
            if match:
                told = match.groupdict()
                changes = action(self, **{key: value for key, value in told.items() if key != "name"})
                if told.get("name"):
                    self.documents[told["name"]] = changes.document.id
                return
        raise AssertionError("no such sentence")

    def item(self, sku: str) -> int:
        if sku not in self.items:
            self.items[sku] = a.an_item(self.db, sku + self.suffix)
        return self.items[sku]

    def place(self, name: str) -> LocationId:
        if name not in self.places:
            self.places[name] = a.a_location(self.db, name + self.suffix)
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

    def come_back(self, qty: str, sku: str, of: str | None, cause: str | None = None) -> Changes:
        of_line = self.line_of(of, sku)
        place = self.owner.location_id
        if of_line is not None:
            line = return_.line_of_sale(self.db, of_line, a.qty(qty), place)
        else:
            sold = a.a_sale_line(self.owner, self.item(sku), qty)
            line = a.replace_kind(sold)
        lines = [line, return_.damaged(line, cause)] if cause else [line]
        paid = [a.a_payment(self.db, Money(-line.gross))]
        return return_.post_customer_return(self.db, self.owner, return_.customer_return_draft(a.a_head(), lines, paid))

    def send_back(self, qty: str, sku: str, credit: str | None, of: str | None) -> Changes:
        goods = [a.goods(self.item(sku), qty, credit, of=self.line_of(of, sku))]
        return return_.post_supplier_return(self.db, self.owner, a.a_head(), goods)

    def landed(self, amount: str, of: str) -> Changes:
        return receive.post_landed_cost(self.db, self.owner, a.a_head(), self.documents[of], a.money(amount))

    def invoice(self, amount: str, of: str) -> Changes:
        return receive.post_landed_cost(
            self.db, self.owner, a.a_head(), self.documents[of], a.money(amount), invoice_difference=True
        )

    def write_off(self, qty: str, sku: str, cause: str) -> Changes:
        return adjust.write_off(self.db, self.owner, a.a_head(), [a.goods(self.item(sku), qty, cause=cause)])

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

    def reverse(self, of: str) -> Changes:
        return reverse.reverse(self.db, self.owner, a.a_head(), self.documents[of])

    def known(self, sku: str, cost: str) -> None:
        self.db.run("UPDATE item SET supplier_cost = ? WHERE id = ?", (a.money(cost), self.item(sku)))

    def refuse(self, sentence: str) -> None:
        with pytest.raises(Refused):
            self.tell(sentence)

    def expect_stock(self, sku: str, qty: str, value: str | None, place: str | None) -> None:
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
        (rf"return {_SOME}(?: of (?P<of>\S+))?{_AS}", come_back),
        (rf"damaged {_SOME} of (?P<of>\S+) because (?P<cause>.+?){_AS}", come_back),
        (rf"send back {_SOME}(?: @ (?P<credit>\S+))?(?: of (?P<of>\S+))?{_AS}", send_back),
        (rf"landed (?P<amount>\S+) on (?P<of>\S+){_AS}", landed),
        (rf"invoice (?P<amount>\S+) on (?P<of>\S+){_AS}", invoice),
        (rf"write off {_SOME} because (?P<cause>.+?){_AS}", write_off),
        (rf"find {_SOME} because (?P<cause>.+?){_AS}", find),
        (rf"count (?P<sku>\S+) (?P<qty>\S+){_AS}", count),
        (rf"transfer {_SOME} to (?P<place>\S+){_AS}", transfer),
        (rf"dispatch {_SOME}{_AS}", dispatch),
        (rf"arrive {_SOME} of (?P<of>\S+) to (?P<place>\S+){_AS}", arrive),
        (rf"reverse (?P<of>\S+){_AS}", reverse),
        (r"known (?P<sku>\S+) (?P<cost>\S+)", known),
        (r"refuse (?P<sentence>.+)", refuse),
        (r"expect (?P<sku>\S+) on hand (?P<qty>\S+)(?: worth (?P<value>\S+))?(?: in (?P<place>\S+))?", expect_stock),
        (r"expect (?P<sku>\S+) layers (?P<layers>.+)", expect_layers),
        (r"expect (?P<sku>\S+)(?P<no> not)? due", expect_due),
        (r"expect (?P<account>[a-z_]+) (?P<amount>\S+)", expect_account),
    )


def test_every_kind_of_document_is_told_of() -> None:
    """A new way for stock to change has a story."""
    told = " ".join(line for story in STORIES for _number, line in story.lines)
    words = {
        DocumentKind.OPENING: "open ", DocumentKind.GOODS_RECEIPT: "receive ", DocumentKind.SALE: "sell ",
        DocumentKind.CUSTOMER_RETURN: "return ", DocumentKind.SUPPLIER_RETURN: "send back ",
        DocumentKind.TRANSFER: "transfer ", DocumentKind.WRITE_OFF: "write off ", DocumentKind.FOUND: "find ",
        DocumentKind.COUNT: "count ", DocumentKind.LANDED_COST: "landed ", DocumentKind.REVERSAL: "reverse ",
    }  # fmt: skip
    assert set(DocumentKind) - words.keys() == {DocumentKind.PAID_IN, DocumentKind.PAID_OUT, DocumentKind.CASH_UP}
    assert all(word in told for word in words.values())
