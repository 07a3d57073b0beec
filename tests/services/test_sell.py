"""Selling: a paid cart is one posted document, its papers are queued, and nothing is half done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shopstock.core import papers
from shopstock.core.acting import Acting, Role
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.tender import Tender
from shopstock.core.units import Money
from shopstock.db.connection import Db
from shopstock.queries import items, sales, till
from shopstock.services import items as catalogue
from shopstock.services import parked, people, printing, receipts, sell
from tests.till import (
    approved,
    events,
    goods,
    level,
    method,
    money,
    new_cart,
    pay,
    person,
    qty,
    second_till,
    set_setting,
    sold,
)


def journal(db: Db, document_id: int) -> dict[tuple[str, str], int]:
    rows = db.rows("SELECT account, detail, amount FROM journal_line WHERE document_id = ?", (document_id,))
    return {(account, detail): amount for account, detail, amount in rows}


def jobs(db: Db) -> list[str]:
    return [kind for (kind,) in db.rows("SELECT kind FROM print_job ORDER BY id")]


def test_a_sale_moves_stock_money_and_tax_at_once(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    cart = new_cart(db).add(tea, qty("3"))
    changes = sell.complete_sale(db, owner, cart, [Tender(method(db), money("10"))])
    assert changes.document is not None
    assert changes.items == {tea.item_id}
    assert level(db, tea.item_id) == (qty("7"), 0)
    assert journal(db, changes.document.id) == {
        ("inventory", ""): -money("3"), ("cogs", ""): money("3"), ("sales", ""): -money("6.25"),
        ("tax", "20%"): -money("1.25"), ("cash", "Cash"): money("7.50"),
    }  # fmt: skip
    assert db.rows("SELECT amount, tendered, change FROM payment") == [(money("7.50"), money("10"), money("2.50"))]
    assert db.value("SELECT shift_id FROM document WHERE id = ?", (changes.document.id,)) is not None


@pytest.mark.parametrize("tax", ["on-top"], indirect=False)
def test_tax_on_top_is_added_to_the_price(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    changes = sold(db, owner, tea, "2")
    assert changes.document is not None
    assert db.rows("SELECT net, tax FROM document WHERE id = ?", (changes.document.id,)) == [(money("5"), money("1"))]
    paper = receipts.sales_receipt(db, changes.document.id)
    assert (paper.subtotal, paper.total, paper.tax_on_top) == (money("5"), money("6"), True)


def test_several_rates_on_one_sale(db: Db, owner: Acting) -> None:
    untaxed = db.value("SELECT id FROM tax_rate WHERE rate = 0")
    cart = new_cart(db).add(goods(db, owner)).add(goods(db, owner, "BOOK", "8.00", tax_rate_id=untaxed))
    changes = pay(db, owner, cart)
    assert changes.document is not None
    paper = receipts.sales_receipt(db, changes.document.id)
    assert [(t.letter, t.rate, t.net, t.tax, t.gross) for t in paper.taxes] == [
        ("A", "20%", money("2.08"), money("0.42"), money("2.50")), ("B", "0%", money("8"), 0, money("8")),
    ]  # fmt: skip
    assert [line.tax_letter for line in paper.lines] == ["A", "B"]


def test_the_same_key_twice_posts_once(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    cart = new_cart(db).add(tea)
    first = pay(db, owner, cart)
    again = pay(db, owner, cart)
    assert again.existing
    assert again.document == first.document
    assert level(db, tea.item_id)[0] == qty("9")
    with pytest.raises(Refused, match="other content"):
        pay(db, owner, cart.add(tea))
    assert db.value("SELECT count(*) FROM document WHERE kind = 'sale'") == 1


@pytest.mark.parametrize("case", ["empty", "red row", "too little"])
def test_what_cannot_be_paid_leaves_no_trace(db: Db, owner: Acting, case: str) -> None:
    tea = goods(db, owner)
    cart = {
        "empty": new_cart(db), "red row": new_cart(db).add(tea).add_unknown("404"), "too little": new_cart(db).add(tea),
    }[case]  # fmt: skip
    parked.save_open_sale(db, owner, cart)
    with pytest.raises(Refused):
        sell.complete_sale(db, owner, cart, [Tender(method(db), money("2.49"))])
    assert db.value("SELECT count(*) FROM document WHERE kind = 'sale'") == 0
    assert db.value("SELECT count(*) FROM shift") == 0
    assert jobs(db) == []
    assert till.open_sale(db, owner.station_id) == (None if case == "empty" else cart)


def test_a_dead_printer_undoes_nothing(db: Db, owner: Acting) -> None:
    printing.set_device(db, owner, "receipt-printer", "tcp://127.0.0.1:9")
    changes = sold(db, owner, goods(db, owner))
    assert changes.document is not None
    assert jobs(db) == ["drawer_pulse", "sales_receipt"]
    assert db.rows("SELECT DISTINCT state FROM print_job") == [("queued",)]


def test_a_card_leaves_the_drawer_shut_and_the_setting_saves_paper(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    pay(db, owner, new_cart(db).add(tea), by="Card")
    assert jobs(db) == ["sales_receipt"]
    set_setting(db, "print_receipts", False)
    pay(db, owner, new_cart(db).add(tea), by="Card")
    assert jobs(db) == ["sales_receipt"]


def test_the_receipt_says_what_was_sold(db: Db, owner: Acting) -> None:
    set_setting(db, "address", "1 High Street\nTown")
    ham = goods(db, owner, "HAM", "12.90", unit="kg")
    cart = new_cart(db).add(ham, qty("0.25"), alone=True).for_customer("Ann")
    cart = cart.discount(cart.selected, percent=10_000)
    changes = sell.complete_sale(
        db, owner, cart, [Tender(method(db, "Card"), money("1"), "slip 7"), Tender(method(db), money("5"))]
    )
    assert changes.document is not None
    paper = receipts.sales_receipt(db, changes.document.id)
    (line,) = paper.lines
    assert (line.description, line.qty, line.unit, line.unit_price) == ("Ham", qty("0.25"), "kg", money("12.90"))
    assert (line.amount, line.discount) == (money("2.91"), money("0.32"))
    assert [(t.method, t.amount, t.reference) for t in paper.tenders] == [
        ("Card", money("1"), "slip 7"), ("Cash", money("5"), ""),
    ]  # fmt: skip
    assert (paper.total, paper.change, paper.number) == (money("2.91"), money("3.09"), changes.document.number)
    assert (paper.shop_name, paper.shop_lines, paper.customer) == ("Corner Shop", ("1 High Street", "Town"), "Ann")
    printed = db.value("SELECT paper FROM print_job WHERE kind = 'sales_receipt'")
    assert papers.from_json(printed) == paper


def test_swiss_cash_is_rounded_in_the_ledger(db: Db, owner: Acting) -> None:
    set_setting(db, "currency", "CHF")
    changes = pay(db, owner, new_cart(db).add(goods(db, owner, price="2.52")))
    assert changes.document is not None
    assert journal(db, changes.document.id)["rounding", ""] == money("0.02")
    assert journal(db, changes.document.id)["cash", "Cash"] == money("2.50")


# --- codes


def test_a_code_sells_its_pack_and_an_embedded_price_its_price(db: Db, owner: Acting) -> None:
    tea = goods(db, owner, code="5012345678900")
    catalogue.add_code(db, owner, tea.item_id, "TEA-6", qty("6"))
    found = items.by_code(db, "TEA-6", owner.location_id)
    assert found is not None
    cart = till.take(new_cart(db), found, qty("2"))
    assert [(line.qty, line.code) for line in cart.lines] == [(qty("12"), "TEA-6")]


def test_goods_without_a_code_are_sold_at_an_open_price(db: Db, owner: Acting) -> None:
    item = sell.open_price_goods(db, owner)
    assert sell.open_price_goods(db, owner) == item
    changes = pay(db, owner, new_cart(db).add_open_price(item, money("3"), description="Bouquet"))
    assert changes.document is not None
    assert receipts.sales_receipt(db, changes.document.id).lines[0].description == "Bouquet"
    assert db.value("SELECT count(*) FROM stock_movement") == 0
    assert journal(db, changes.document.id)["tax", "20%"] == -money("0.50")


# --- goods that come back


def test_a_return_is_by_receipt_and_never_more_than_was_sold(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    changes = sold(db, owner, tea, "3")
    assert changes.document is not None
    sale = sales.by_number(db, f" {changes.document.number}\r")
    assert sale is not None
    cart = new_cart(db).add_return(sale.lines[0], qty("2"))
    back = pay(db, owner, cart)
    assert back.document is not None
    assert (back.document.kind, level(db, tea.item_id)[0]) == ("customer_return", qty("9"))
    assert journal(db, back.document.id)["cash", "Cash"] == -money("5")
    now = sales.by_number(db, changes.document.number)
    assert now is not None
    assert [(line.left_qty, line.left_gross) for line in now.returnable] == [(qty("1"), money("2.50"))]
    with pytest.raises(Refused, match="can still come back"):
        pay(db, owner, replace(cart, key="another"))
    with pytest.raises(Refused, match="in the meantime"):
        pay(db, owner, new_cart(db).add_return(sale.lines[0], qty("1")))
    pay(db, owner, new_cart(db).add_return(now.lines[0]))
    done = sales.by_number(db, changes.document.number)
    assert done is not None
    assert done.returnable == ()
    assert receipts.sales_receipt(db, back.document.id).total == -money("5")


def test_a_return_gives_back_what_was_paid_discount_included(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    cart = new_cart(db).add(tea, qty("3")).discount_sale(amount=money("1"))
    changes = pay(db, owner, cart)
    assert changes.document is not None
    paid = []
    for _piece in range(3):
        sale = sales.by_number(db, changes.document.number)
        assert sale is not None
        back = new_cart(db).add_return(sale.lines[0], qty("1"))
        pay(db, owner, back)
        paid.append(db.value("SELECT net + tax FROM document ORDER BY id DESC LIMIT 1"))
    assert sum(paid) == -money("6.50")
    assert db.value("SELECT sum(tax) FROM document") == 0
    assert db.value("SELECT sum(discount) FROM document") == 0


def test_an_exchange_is_one_document(db: Db, owner: Acting) -> None:
    tea, mug = goods(db, owner), goods(db, owner, "MUG", "6.00")
    first = sold(db, owner, tea, "2")
    assert first.document is not None
    sale = sales.by_number(db, first.document.number)
    assert sale is not None
    changes = pay(db, owner, new_cart(db).add_return(sale.lines[0]).add(mug))
    assert changes.document is not None
    assert changes.document.kind == "sale"
    assert (level(db, tea.item_id)[0], level(db, mug.item_id)[0]) == (qty("10"), qty("9"))
    assert journal(db, changes.document.id)["cash", "Cash"] == money("1")
    assert db.value("SELECT of_id FROM document WHERE id = ?", (changes.document.id,)) == first.document.id
    paper = receipts.sales_receipt(db, changes.document.id)
    assert [(line.qty, line.amount) for line in paper.lines] == [(-qty("2"), -money("5")), (qty("1"), money("6"))]


def test_an_even_exchange_takes_no_money(db: Db, owner: Acting) -> None:
    tea, cup = goods(db, owner), goods(db, owner, "CUP")
    first = sold(db, owner, tea)
    assert first.document is not None
    sale = sales.by_number(db, first.document.number)
    assert sale is not None
    sell.complete_sale(db, owner, new_cart(db).add_return(sale.lines[0]).add(cup), [])
    assert db.value("SELECT count(*) FROM payment") == 1


@pytest.mark.parametrize("text", ["", "1", "1-", "-1", "1-99999999999999999999", "nonsense", "1-1x", "9-1"])
def test_a_number_that_is_no_receipt_finds_nothing(db: Db, owner: Acting, text: str) -> None:
    sold(db, owner, goods(db, owner))
    assert sales.by_number(db, text) is None


# --- rights


def test_a_large_discount_needs_a_manager_for_exactly_that(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    cashier = person(db, owner, "Cai", Role.CASHIER)
    cart = new_cart(db).add(tea, qty("2"))
    assert sell.needs(db, cashier, cart.discount(1, percent=20_000)) == ()
    cart = cart.discount(1, percent=50_000)
    with pytest.raises(NotAllowed) as refused:
        pay(db, cashier, cart)
    assert (refused.value.permission, refused.value.subject) == sell.needs(db, cashier, cart)[0][:2]
    yes = approved(db, cashier, cart, owner.person_id)
    greedy = yes.discount(1, percent=90_000)
    with pytest.raises(NotAllowed):
        pay(db, cashier, greedy)
    changes = pay(db, cashier, yes)
    assert changes.document is not None
    assert db.rows("SELECT by_id, approved_by, self_approved FROM document WHERE id = ?", (changes.document.id,)) == [
        (cashier.person_id, owner.person_id, 0)
    ]


def test_an_approval_cannot_be_used_twice(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    cashier = person(db, owner, "Cai", Role.CASHIER)
    cart = new_cart(db).add(tea)
    cart = cart.discount(1, percent=50_000)
    yes = approved(db, cashier, cart, owner.person_id)
    pay(db, cashier, yes)
    db.run("UPDATE approval SET subject = ?", (sell.needs(db, cashier, replace(cart, key="k2"))[0].subject,))
    forged = replace(
        yes, key="k2", approvals=(replace(yes.approvals[0], subject=db.value("SELECT subject FROM approval")),)
    )
    with pytest.raises(NotAllowed, match="used already"):
        pay(db, cashier, forged)
    assert db.value("SELECT count(*) FROM document WHERE kind = 'sale'") == 1


def test_an_approval_that_nobody_gave_is_refused(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    cashier = person(db, owner, "Cai", Role.CASHIER)
    cart = new_cart(db).add(tea).discount(1, percent=50_000)
    yes = approved(db, cashier, cart, owner.person_id)
    forged = replace(yes, approvals=(replace(yes.approvals[0], id=999),))
    with pytest.raises(NotAllowed):
        pay(db, cashier, forged)


def test_a_return_without_its_sale_needs_a_manager(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    cashier = person(db, owner, "Cai", Role.CASHIER)
    cart = new_cart(db).add_return_without_sale(tea)
    with pytest.raises(NotAllowed):
        pay(db, cashier, cart)
    pay(db, cashier, approved(db, cashier, cart, owner.person_id))
    assert level(db, tea.item_id)[0] == qty("11")


def test_a_price_lowered_at_the_till_counts_as_a_discount(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    cashier = person(db, owner, "Cai", Role.CASHIER)
    cart = new_cart(db).add(tea)
    assert sell.needs(db, cashier, cart.set_price(1, money("2.40"))) == ()
    assert [need.permission for need in sell.needs(db, cashier, cart.set_price(1, money("1")))] == ["discount_large"]


def test_the_stockroom_does_not_sell(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    stockroom = person(db, owner, "Sam", Role.STOCKROOM)
    with pytest.raises(NotAllowed):
        pay(db, stockroom, new_cart(db).add(tea))


def test_goods_that_are_not_on_hand_are_sold_and_counted_soon(db: Db, owner: Acting) -> None:
    tea = goods(db, owner, on_hand="1")
    sold(db, owner, tea, "3")
    assert level(db, tea.item_id)[0] == -qty("2")
    assert db.rows("SELECT item_id, reason FROM count_due") == [(tea.item_id, "oversold")]


def test_a_setting_asks_a_manager_before_selling_beyond_stock(db: Db, owner: Acting) -> None:
    tea = goods(db, owner, on_hand="1")
    cashier = person(db, owner, "Cai", Role.CASHIER)
    set_setting(db, "sell_beyond_stock_asks", True)
    assert sell.needs(db, cashier, new_cart(db).add(tea)) == ()
    cart = new_cart(db).add(tea, qty("3"))
    with pytest.raises(NotAllowed):
        pay(db, cashier, cart)
    pay(db, cashier, approved(db, cashier, cart, owner.person_id))
    assert level(db, tea.item_id)[0] == -qty("2")


def test_a_shop_of_one_is_never_asked_and_records_say_self(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    cart = new_cart(db).add(tea).discount(1, percent=90_000)
    assert sell.needs(db, owner, cart) == ()
    changes = pay(db, owner, cart)
    assert changes.document is not None
    row = db.row("SELECT approved_by, self_approved FROM document WHERE id = ?", (changes.document.id,))
    assert row == (None, 1)


# --- what is kept


def test_voided_lines_are_logged_with_the_sale(db: Db, owner: Acting) -> None:
    tea, mug = goods(db, owner), goods(db, owner, "MUG", "6.00")
    cart = new_cart(db).add(tea, qty("2")).add(mug).void(1)
    pay(db, owner, cart)
    assert events(db, "void") == ["2 × Tea at 2.50"]


def test_the_open_sale_is_back_after_the_plug_was_pulled(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    cart = new_cart(db).add(tea, qty("2")).add_unknown("404").for_customer("Ann")
    parked.save_open_sale(db, owner, cart)
    assert parked.load_open_sale(db, owner) == cart
    assert parked.load_open_sale(db, second_till(db, owner)) is None
    done = cart.void(2)
    parked.save_open_sale(db, owner, done)
    pay(db, owner, done)
    assert parked.load_open_sale(db, owner) is None


def test_giving_a_sale_up_logs_every_row(db: Db, owner: Acting) -> None:
    cart = new_cart(db).add(goods(db, owner)).add_unknown("404")
    parked.save_open_sale(db, owner, cart)
    parked.drop_open_sale(db, owner, cart)
    assert parked.load_open_sale(db, owner) is None
    assert events(db, "void") == ["1 × Tea at 2.50", "404"]
    assert events(db, "sale_dropped") == ["2"]


def test_a_reprint_is_a_copy(db: Db, owner: Acting) -> None:
    with pytest.raises(Refused, match="Nothing was sold"):
        receipts.print_last_again(db, owner)
    printing.set_device(db, owner, "receipt-printer", "tcp://127.0.0.1:9")
    sold(db, owner, goods(db, owner))
    receipts.print_last_again(db, owner)
    receipts.print_last_again(db, owner)
    copies = db.rows("SELECT copy_no FROM print_job WHERE kind = 'sales_receipt' ORDER BY id")
    assert copies == [(0,), (1,), (2,)]


def test_only_sales_have_a_receipt(db: Db, owner: Acting) -> None:
    goods(db, owner)
    opening = db.value("SELECT id FROM document WHERE kind = 'opening'")
    with pytest.raises(Refused, match="Only a sale"):
        receipts.sales_receipt(db, opening)


def test_sales_of_two_tills_are_numbered_each(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    other = second_till(db, owner)
    sold(db, owner, tea)
    sold(db, other, tea)
    assert [row.number for row in sales.recent(db, owner.station_id)] == ["1-2"]
    assert [row.number for row in sales.recent(db, other.station_id)] == ["2-1"]
    assert sales.recent(db, owner.station_id)[0].total == Money(money("2.50"))
    assert people.acting_for_owner(db).station_id == owner.station_id
