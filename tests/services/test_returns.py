"""Goods that come back: by condition to the shelf, to the side or written off, in one document; how money goes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shopstock.core import cart_json, currency, papers, pricing
from shopstock.core.acting import Acting, Permission, Role
from shopstock.core.cart import Cart
from shopstock.core.codes import Trace
from shopstock.core.document import Goods as Received
from shopstock.core.document import Head
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.papers import SalesReceipt
from shopstock.core.returns import Condition, Outcome
from shopstock.core.tender import Tender, settle
from shopstock.core.units import Day, DocumentId, Money, Qty
from shopstock.db.connection import Db
from shopstock.queries import sales, till, vouchers
from shopstock.queries.sales import Sale, SaleSearch
from shopstock.services import printing, receipts, receive, reverse, sell
from tests import builders as a
from tests.conftest import FrozenClock
from tests.till import approved, goods, level, method, money, new_cart, pay, person, qty, sold


def sale_of(db: Db, document_id: int) -> Sale:
    found = sales.by_id(db, DocumentId(document_id))
    assert found is not None
    return found


def bought(db: Db, owner: Acting, cart: Cart, *tenders: Tender) -> Sale:
    changes = sell.complete_sale(db, owner, cart, tenders) if tenders else pay(db, owner, cart)
    assert changes.document is not None
    return sale_of(db, changes.document.id)


def at(db: Db, item_id: int) -> dict[str, int]:
    rows = db.rows(
        "SELECT o.kind, sum(l.on_hand) FROM stock_level l JOIN location o ON o.id = l.location_id"
        " WHERE l.item_id = ? GROUP BY o.kind HAVING sum(l.on_hand) <> 0",
        (item_id,),
    )
    return {kind: int(on_hand) for kind, on_hand in rows}


def accounts(db: Db, document_id: int) -> dict[tuple[str, str], int]:
    rows = db.rows("SELECT account, detail, amount FROM journal_line WHERE document_id = ?", (document_id,))
    return {(account, detail): amount for account, detail, amount in rows}


def because() -> Head:
    return replace(a.a_head(), note="wrong goods")


def said(db: Db) -> list[tuple[str, str, str]]:
    rows = db.rows("SELECT condition, outcome, cause FROM return_line ORDER BY line_id")
    return [(condition, outcome, cause) for condition, outcome, cause in rows]


# --- condition and outcome


@pytest.mark.parametrize(
    ("condition", "outcome", "where"),
    [
        (Condition.AS_NEW, None, {"shop": 10_000}),
        (Condition.OPENED, None, {"shop": 9_000, "set_aside": 1_000}),
        (Condition.OPENED, Outcome.STOCK, {"shop": 10_000}),
        (Condition.DAMAGED, Outcome.SUPPLIER, {"shop": 9_000, "set_aside": 1_000}),
        (Condition.DAMAGED, None, {"shop": 9_000}),
        (Condition.EXPIRED, None, {"shop": 9_000}),
    ],
)
@pytest.mark.parametrize("costing", ["fifo", "average"])
def test_the_condition_decides_where_goods_go(
    db: Db, owner: Acting, condition: Condition, outcome: Outcome | None, where: dict[str, int]
) -> None:
    tea = goods(db, owner)
    sale = bought(db, owner, new_cart(db).add(tea))
    cart = new_cart(db).add_return(sale.lines[0])
    cart = cart.set_condition(cart.lines[0].uid, condition, outcome, "defective")
    document = pay(db, owner, cart).document
    assert document is not None
    assert at(db, tea.item_id) == where
    assert said(db) == [(condition, cart.lines[0].outcome, "defective")]
    assert document.kind == "customer_return"
    lost = accounts(db, document.id)
    if cart.lines[0].outcome == Outcome.WRITE_OFF:
        cause = "damage" if condition == Condition.DAMAGED else "expiry"
        assert lost["write_offs", cause] == money("1")
    assert lost["cogs", ""] == -money("1")


def test_one_line_comes_back_in_two_conditions(db: Db, owner: Acting) -> None:
    tea = goods(db, owner, price="3.33")
    sale = bought(db, owner, new_cart(db).add(tea, qty("3")).discount_sale(amount=money("1")))
    cart = new_cart(db).add_return(sale.lines[0]).split(1, qty("1"))
    assert [line.qty for line in cart.lines] == [qty("2"), qty("1")]
    cart = cart.set_condition(2, Condition.DAMAGED)
    assert pricing.price(cart).total == -sale.total
    pay(db, owner, cart)
    assert at(db, tea.item_id) == {"shop": qty("9")}
    assert said(db) == [("as_new", "stock", ""), ("damaged", "write_off", "")]
    assert db.value("SELECT sum(amount) FROM payment") == 0
    assert sale_of(db, sale.document_id).returnable == ()


def test_rows_of_one_line_never_take_back_more_than_is_left(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    sale = bought(db, owner, new_cart(db).add(tea, qty("3")))
    cart = new_cart(db).add_return(sale.lines[0]).split(1, qty("1"))
    with pytest.raises(Refused, match="Only 3 of this line can still come back"):
        cart.set_qty(2, qty("2"))
    with pytest.raises(Refused, match="come back already"):
        cart.add_return(sale.lines[0], qty("1"))
    other = new_cart(db).add_return(sale.lines[0], qty("2"))
    pay(db, owner, other)
    with pytest.raises(Refused, match="only 1 of this sale can still come back"):
        pay(db, owner, cart)
    forged = replace(cart, lines=tuple(replace(line, most=qty("9")) for line in cart.lines))
    with pytest.raises(Refused, match="only 1 of this sale"):
        sell.complete_sale(db, owner, forged, [Tender(method(db), pricing.price(forged).total)])
    assert at(db, tea.item_id) == {"shop": qty("9")}


def test_a_condition_is_for_what_comes_back_and_allows_what_it_allows(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    cart = new_cart(db).add(tea)
    with pytest.raises(Refused, match="Only goods that come back"):
        cart.set_condition(1, Condition.OPENED)
    cart = cart.add_return_without_sale(tea)
    with pytest.raises(Refused, match="“As new” cannot go “Write off”"):
        cart.set_condition(2, Condition.AS_NEW, Outcome.WRITE_OFF)
    with pytest.raises(Refused, match="less than the 1"):
        cart.split(2, qty("1"))


def test_a_service_is_given_back_and_nothing_is_written_off(db: Db, owner: Acting) -> None:
    wrap = sell.open_price_goods(db, owner)
    sale = bought(db, owner, new_cart(db).add_open_price(wrap, money("4")))
    cart = new_cart(db).add_return(sale.lines[0]).set_condition(1, Condition.DAMAGED)
    assert cart.lines[0].outcome == Outcome.STOCK
    pay(db, owner, cart)
    assert db.value("SELECT count(*) FROM document_line WHERE kind = 'write_off'") == 0


def test_an_exchange_with_a_damaged_return_is_one_document_and_is_undone_whole(db: Db, owner: Acting) -> None:
    tea, mug = goods(db, owner), goods(db, owner, "MUG", "8.00")
    sale = bought(db, owner, new_cart(db).add(tea, qty("2")))
    cart = new_cart(db).add_return(sale.lines[0], qty("1")).set_condition(1, Condition.DAMAGED).add(mug)
    document = pay(db, owner, cart).document
    assert document is not None
    assert document.kind == "sale"
    assert [row[0] for row in db.rows(
        "SELECT kind FROM document_line WHERE document_id = ? ORDER BY line_no", (document.id,)
    )] == ["customer_return", "sale", "write_off"]  # fmt: skip
    assert (at(db, tea.item_id), at(db, mug.item_id)) == ({"shop": qty("8")}, {"shop": qty("9")})
    reverse.reverse(db, owner, because(), document.id)
    assert (at(db, tea.item_id), at(db, mug.item_id)) == ({"shop": qty("8")}, {"shop": qty("10")})
    assert db.value("SELECT sum(amount) FROM journal_line WHERE account = 'write_offs'") == 0
    assert sale_of(db, sale.document_id).returnable[0].left_qty == qty("2")


def test_the_same_key_again_posts_nothing_more_and_other_content_is_refused(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    sale = bought(db, owner, new_cart(db).add(tea, qty("2")))
    cart = new_cart(db).add_return(sale.lines[0], qty("1")).set_condition(1, Condition.OPENED)
    first = pay(db, owner, cart, by="Store credit")
    again = pay(db, owner, cart, by="Store credit")
    assert again.existing
    assert again.document == first.document
    assert db.value("SELECT count(*) FROM voucher") == 1
    assert db.value("SELECT count(*) FROM return_line") == 1
    with pytest.raises(Refused, match="posted under the same key"):
        pay(db, owner, replace(cart, lines=(replace(cart.lines[0], qty=qty("2")),)), by="Store credit")


def test_a_cart_keeps_conditions_and_one_of_before_still_opens(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    cart = new_cart(db).add(tea).add_return_without_sale(tea)
    cart = cart.set_condition(2, Condition.EXPIRED, Outcome.SET_ASIDE, "expired").for_customer("Bo", 7)
    assert cart_json.from_json(cart_json.to_json(cart)) == cart
    line = cart_json.from_json(cart_json.to_json(cart)).lines[1]
    assert isinstance(line.condition, Condition)
    assert isinstance(line.outcome, Outcome)
    old = '{"key": "k", "currency": "GBP", "lines": [{"uid": 1, "comes_back": true}], "voided": [], "approvals": []}'
    assert cart_json.from_json(old).lines[0].outcome == Outcome.STOCK


# --- lots and serial numbers


@pytest.mark.parametrize("condition", [Condition.DAMAGED, Condition.OPENED])
def test_lots_come_back_as_they_left(db: Db, owner: Acting, condition: Condition) -> None:
    cream = a.an_item(db, "CREAM", tracks="lot", price=15_000)
    for lot, day in (("A", Day(20261125)), ("B", Day(20261212))):
        receive.post_goods_receipt(
            db, owner, a.a_head(), [Received(cream, Qty(2_000), Money(20_000), lot=lot, expires=day)]
        )
    sale = bought(db, owner, new_cart(db).add(till.goods(db, cream, owner.location_id), qty("3")))
    cart = new_cart(db).add_return(sale.lines[0], qty("2")).set_condition(1, condition)
    pay(db, owner, cart)
    held = {
        (code, kind): qty_
        for code, kind, qty_ in db.rows(
            "SELECT o.code, p.kind, l.on_hand FROM lot_level l JOIN lot o ON o.id = l.lot_id"
            " JOIN location p ON p.id = l.location_id WHERE l.on_hand <> 0"
        )
    }
    aside = {("A", "set_aside"): 1_000, ("B", "set_aside"): 1_000} if condition == Condition.OPENED else {}
    assert held == {("B", "shop"): 1_000} | aside


def test_a_serial_number_comes_back_damaged(db: Db, owner: Acting) -> None:
    phone = goods(db, owner, "PHONE", "99.00", "5")
    db.run("UPDATE item SET tracks = 'serial' WHERE id = ?", (phone.item_id,))
    phone = till.goods(db, phone.item_id, owner.location_id)
    cart = new_cart(db).add(phone, trace=Trace(serial="A1")).add(phone, trace=Trace(serial="A2"))
    sale = bought(db, owner, cart)
    back = new_cart(db).add_return(sale.lines[0]).split(1, qty("1")).set_condition(2, Condition.DAMAGED)
    assert [line.serials for line in back.lines] == [("A1",), ("A2",)]
    pay(db, owner, back)
    assert at(db, phone.item_id) == {"shop": qty("4")}


# --- without a receipt


def test_without_a_receipt_the_lowest_price_of_lately_counts(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    tea = goods(db, owner, price="5.00", on_hand="50")
    assert sales.lowest_recent_price(db, tea.item_id) is None
    pay(db, owner, new_cart(db).add(tea, qty("2")).discount(1, amount=money("7")))
    assert sales.lowest_recent_price(db, tea.item_id) == money("1.50")
    frozen_clock.advance(timedelta(days=60))
    pay(db, owner, new_cart(db).add(tea, qty("2")).discount(1, percent=20_000))
    wrong = pay(db, owner, new_cart(db).add(tea).set_price(1, money("0.10"))).document
    assert wrong is not None
    reverse.reverse(db, owner, because(), wrong.id)
    pay(db, owner, new_cart(db).add(tea).discount(1, percent=100_000))
    assert sales.lowest_recent_price(db, tea.item_id) == money("1.50")
    frozen_clock.advance(timedelta(days=31))
    assert sales.lowest_recent_price(db, tea.item_id) == money("4")


def test_without_a_receipt_the_approver_reads_the_price_and_the_paper_says_so(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    cashier = person(db, owner, "Ana", Role.CASHIER)
    cart = new_cart(db).add_return_without_sale(tea, price=money("2"))
    with pytest.raises(NotAllowed, match=r"Take back 1 × Tea at 2\.00 without a receipt"):
        pay(db, cashier, cart)
    document = pay(db, cashier, approved(db, cashier, cart, owner.person_id)).document
    assert document is not None
    assert db.value("SELECT flags FROM document_line WHERE document_id = ?", (document.id,)) == "no_sale"
    paper = receipts.sales_receipt(db, document.id)
    assert [line.note for line in paper.lines] == ["Return without a receipt"]


def test_the_lowest_price_is_found_by_the_index(sqlite_db: Db, owner: Acting) -> None:
    plan = " ".join(str(row) for row in sqlite_db.rows("EXPLAIN QUERY PLAN " + sales.LOWEST, (1, 0, 10)))
    assert "stock_movement_item (item_id=? AND occurred_at>?)" in plan
    assert plan.count("SCAN") == plan.count("SCAN latest") == 1


# --- finding the sale


def test_a_sale_is_found_by_what_is_known_of_it(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    tea, mug = goods(db, owner), goods(db, owner, "MUG", "8.00")
    card = method(db, "Card")
    first = bought(db, owner, new_cart(db).add(tea), Tender(card, money("2.50"), "VISA 4242"))
    frozen_clock.advance(timedelta(days=3))
    second = bought(db, owner, new_cart(db).add(mug))
    undone = bought(db, owner, new_cart(db).add(mug))
    reverse.reverse(db, owner, because(), undone.document_id)

    def found(search: SaleSearch) -> list[DocumentId]:
        return [row.document_id for row in sales.find(db, owner, search)]

    assert found(SaleSearch()) == [second.document_id, first.document_id]
    assert found(SaleSearch(day=Day(20260302))) == [first.document_id]
    assert found(SaleSearch(words="mug")) == [second.document_id]
    assert found(SaleSearch(words=first.number)) == [first.document_id]
    assert found(SaleSearch(item_id=tea.item_id)) == [first.document_id]
    assert found(SaleSearch(item_id=tea.item_id, day=Day(20260305))) == []
    assert found(SaleSearch(card_digits="4242")) == [first.document_id]
    assert found(SaleSearch(card_digits="%")) == [second.document_id, first.document_id]
    assert found(SaleSearch(words="nothing of the kind")) == []
    row = sales.find(db, owner, SaleSearch(words="tea"))[0]
    assert (row.goods, row.paid_by, row.total) == ("Tea", "Card", money("2.50"))


def test_only_who_takes_goods_back_looks_through_sales(db: Db, owner: Acting) -> None:
    stockroom = person(db, owner, "Sam", Role.STOCKROOM)
    with pytest.raises(NotAllowed) as told:
        sales.find(db, stockroom, SaleSearch())
    assert told.value.permission == Permission.RETURN_WITH_SALE


# --- giving money back


def test_money_goes_back_by_the_original_tenders(db: Db, owner: Acting) -> None:
    tea = goods(db, owner, price="10.00")
    cash, card = method(db), method(db, "Card")
    sale = bought(
        db, owner, new_cart(db).add(tea, qty("3")), Tender(card, money("18"), "4242"), Tender(cash, money("20"))
    )
    assert [(one.method.name, one.paid, one.left) for one in sales.tenders_of(db, sale.document_id)] == [
        ("Card", money("18"), money("18")), ("Cash", money("12"), money("12")),
    ]  # fmt: skip

    def back(cart: Cart) -> tuple[Tender, ...]:
        return sales.suggest_give_back(db, [sale.document_id], Money(-pricing.price(cart).total))

    cart = new_cart(db).add_return(sale_of(db, sale.document_id).lines[0], qty("1"))
    assert [(one.method.name, one.amount, one.reference) for one in back(cart)] == [("Card", -money("10"), "4242")]
    sell.complete_sale(db, owner, cart, back(cart))
    assert [(one.given_back, one.left) for one in sales.tenders_of(db, sale.document_id)] == [
        (money("10"), money("8")), (0, money("12")),
    ]  # fmt: skip
    rest = new_cart(db).add_return(sale_of(db, sale.document_id).lines[0])
    assert [(one.method.name, one.amount) for one in back(rest)] == [("Card", -money("8")), ("Cash", -money("12"))]
    settle(pricing.price(rest).total, back(rest), currency.of("GBP"))
    sell.complete_sale(db, owner, rest, back(rest))
    assert [one.left for one in sales.tenders_of(db, sale.document_id)] == [0, 0]
    assert db.value("SELECT sum(amount) FROM payment") == 0


def test_a_return_of_two_sales_counts_for_each_its_share(db: Db, owner: Acting) -> None:
    tea, mug = goods(db, owner, price="10.00"), goods(db, owner, "MUG", "30.00")
    one, two = bought(db, owner, new_cart(db).add(tea)), bought(db, owner, new_cart(db).add(mug))
    pay(db, owner, new_cart(db).add_return(one.lines[0]).add_return(two.lines[0]))
    assert [sales.tenders_of(db, sale.document_id)[0].left for sale in (one, two)] == [0, 0]


def test_a_reversed_return_gave_nothing_back(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    sale = bought(db, owner, new_cart(db).add(tea))
    document = pay(db, owner, new_cart(db).add_return(sale.lines[0])).document
    assert document is not None
    reverse.reverse(db, owner, because(), document.id)
    assert sales.tenders_of(db, sale.document_id)[0].left == money("2.50")
    assert level(db, tea.item_id) == (qty("9"), 0)


def test_what_was_paid_with_a_voucher_goes_back_on_a_new_one(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    first = bought(db, owner, new_cart(db).add(tea, qty("2")))
    pay(db, owner, new_cart(db).add_return(first.lines[0]), by="Store credit")
    (voucher,) = vouchers.open_vouchers(db)
    credit = method(db, "Store credit")
    second = bought(db, owner, new_cart(db).add(tea), Tender(credit, money("2.50"), voucher.number))
    (tender,) = sales.suggest_give_back(db, [second.document_id], money("2.50"))
    assert (tender.method.name, tender.amount, tender.reference) == ("Store credit", -money("2.50"), "")


# --- the paper


def test_the_receipt_of_a_return_names_the_sale(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    printing.set_device(db, owner, printing.RECEIPT_PRINTER, "tcp://127.0.0.1:9100")
    sale = bought(db, owner, new_cart(db).add(tea))
    cart = new_cart(db).add_return(sale.lines[0]).set_condition(1, Condition.OPENED)
    pay(db, owner, cart)
    paper = papers.from_json(db.value("SELECT paper FROM print_job WHERE kind = 'sales_receipt' ORDER BY id DESC"))
    assert isinstance(paper, SalesReceipt)
    assert [line.note for line in paper.lines] == [f"Return of {sale.number}"]
    assert sold(db, owner, tea).document is not None
