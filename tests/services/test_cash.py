"""The drawer: shifts, money in and out, the blind cash-up, X and Z."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shopstock.core.acting import Acting, Permission, Role
from shopstock.core.document import Head
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.papers import CashReport
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import cash as reading
from shopstock.queries import sales
from shopstock.services import cash, parked, people, reverse
from tests.till import PIN, events, goods, method, money, new_cart, pay, person, qty, second_till, set_setting, sold


def z_of(db: Db) -> CashReport:
    shift = db.value("SELECT id FROM shift WHERE closed_at IS NOT NULL ORDER BY id DESC LIMIT 1")
    return reading.z_report(db, shift)


def test_the_first_sale_opens_the_shift_by_itself(db: Db, owner: Acting) -> None:
    sold(db, owner, goods(db, owner))
    shift = reading.open_shift(db, owner.station_id)
    assert shift is not None
    assert (shift.opening_float, shift.opened_by, shift.counted) == (0, "Owner", None)


def test_a_shop_may_want_the_float_counted_first(db: Db, owner: Acting) -> None:
    set_setting(db, "require_shift", True)
    tea = goods(db, owner)
    with pytest.raises(cash.ShiftNeeded):
        sold(db, owner, tea)
    cash.open_shift(db, owner, money("100"))
    sold(db, owner, tea)
    with pytest.raises(Refused, match="already"):
        cash.open_shift(db, owner, money("100"))


def test_a_day_at_the_till_is_cashed_up_blind(db: Db, owner: Acting) -> None:
    tea = goods(db, owner, on_hand="100")
    cash.open_shift(db, owner, money("100"))
    first = pay(db, owner, new_cart(db).add(tea, qty("4")).discount(1, percent=10_000), amount="20")
    pay(db, owner, new_cart(db).add(tea, qty("2")), by="Card")
    assert first.document is not None
    sale = sales.by_number(db, first.document.number)
    assert sale is not None
    pay(db, owner, new_cart(db).add_return(sale.lines[0], qty("1")))
    pay(db, owner, new_cart(db).add(tea).add(tea, alone=True).void(2))
    cash.pay_in(db, owner, money("20"), "change from the bank", key="in")
    cash.pay_out(db, owner, money("3.50"), "milk", key="out")
    cash.open_drawer(db, owner, "a note was stuck")

    running = reading.open_shift(db, owner.station_id)
    assert running is not None
    with pytest.raises(Refused, match="Count the drawer first"):
        reading.verdict(db, owner.station_id)
    with pytest.raises(Refused, match="Count the drawer first"):
        cash.close_shift(db, owner)

    cash.count_drawer(db, owner, money("150"))
    cash.count_drawer(db, owner, money("125"))
    told = reading.verdict(db, owner.station_id)
    # 100 + 9.00 - 2.25 + 2.50 + 20 - 3.50
    assert (told.expected, told.over_short) == (money("125.75"), -money("0.75"))
    closed = cash.close_shift(db, owner, leave=money("80"))
    assert closed.document is not None
    entry = db.rows("SELECT account, detail, amount FROM journal_line WHERE document_id = ?", (closed.document.id,))
    assert sorted(entry) == [("cash", "Cash", -money("0.75")), ("cash_over_short", "", money("0.75"))]

    z = z_of(db)
    assert (z.final, z.number, z.shift_number) == (True, "Z1-1", 1)
    assert (z.gross_sales, z.returns, z.discounts) == (money("16.50"), money("2.25"), money("1.00"))
    assert [(m.method, m.count, m.amount) for m in z.methods] == [("Cash", 3, money("9.25")), ("Card", 1, money("5"))]
    assert [(t.rate, t.net, t.tax, t.gross) for t in z.taxes] == [
        ("20%", money("11.88"), money("2.37"), money("14.25"))
    ]  # fmt: skip
    assert [(m.reason, m.amount, m.by) for m in z.moves] == [
        ("change from the bank", money("20"), "Owner"), ("milk", -money("3.50"), "Owner"),
    ]  # fmt: skip
    assert (z.expected, z.counted, z.over_short) == (money("125.75"), money("125"), -money("0.75"))
    assert (z.sale_count, z.return_count, z.void_count, z.no_sale_count) == (3, 1, 1, 1)
    assert z.grand_total == money("16.50")
    assert z.chain_head == db.value("SELECT hash FROM document ORDER BY id DESC LIMIT 1")
    assert db.value("SELECT count(*) FROM print_job WHERE kind = 'cash_report'") == 1
    assert events(db, "shift_counted") == ["150.00", "125.00"]
    assert [row.over_short for row in reading.closed_shifts(db, owner)] == [-money("0.75")]


def test_the_next_shift_starts_with_what_was_left_and_afresh(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    sold(db, owner, tea, "2")
    cash.open_drawer(db, owner, "to look")
    cash.count_drawer(db, owner, money("5"))
    with pytest.raises(Refused, match="More cannot stay"):
        cash.close_shift(db, owner, leave=money("6"))
    cash.close_shift(db, owner, leave=money("2"))
    parked.drop_open_sale(db, owner, new_cart(db).add(tea))  # given up between two shifts: counts for the next
    sold(db, owner, tea)
    x = cash.x_report(db, owner)
    assert (x.final, x.shift_number, x.opening_float, x.expected) == (False, 2, money("2"), money("4.50"))
    assert (x.gross_sales, x.void_count, x.no_sale_count) == (money("2.50"), 1, 0)
    assert x.grand_total == money("7.50")
    cash.count_drawer(db, owner, money("4.50"))
    cash.close_shift(db, owner)
    z = z_of(db)
    assert (z.number, z.over_short, z.grand_total) == ("Z1-2", 0, money("7.50"))
    assert db.value("SELECT count(*) FROM document WHERE kind = 'cash_up'") == 2


def test_money_that_moves_after_the_count_means_counting_again(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    sold(db, owner, tea)
    cash.count_drawer(db, owner, money("2.50"))
    sold(db, owner, tea)
    with pytest.raises(Refused, match="Count it again"):
        cash.close_shift(db, owner)
    cash.count_drawer(db, owner, money("5"))
    cash.close_shift(db, owner)
    with pytest.raises(Refused, match="No shift runs"):
        cash.close_shift(db, owner)


def test_what_is_expected_is_not_in_what_a_cashier_is_given(db: Db, owner: Acting) -> None:
    cashier = person(db, owner, "Cai", Role.CASHIER)
    sold(db, cashier, goods(db, owner))
    with pytest.raises(NotAllowed):
        cash.x_report(db, cashier)
    with pytest.raises(NotAllowed):
        reading.closed_shifts(db, cashier)
    yes = people.approve(db, cashier, Permission.SEE_REPORTS, "x report", owner.person_id, PIN)
    assert cash.x_report(db, replace(cashier, approval=yes)).expected == money("2.50")
    with pytest.raises(NotAllowed, match="used already"):
        cash.x_report(db, replace(cashier, approval=yes))
    cash.count_drawer(db, cashier, money("2"))
    cash.close_shift(db, cashier)
    assert z_of(db).over_short == -money("0.50")


def test_a_reversed_sale_and_a_reversed_paid_out_leave_the_drawer_right(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    sold(db, owner, tea)
    gone = sold(db, owner, tea, "2").document
    milk = cash.pay_out(db, owner, money("1"), "milk", key="out").document
    assert gone is not None
    assert milk is not None
    for number, document in enumerate((gone, milk)):
        head = Head(f"undo {number}", clock.now(), note="by mistake")
        reverse.reverse(db, owner, head, document.id)
    x = cash.x_report(db, owner)
    assert (x.gross_sales, x.returns, x.expected) == (money("7.50"), money("5"), money("2.50"))
    assert [(m.reason, m.amount) for m in x.moves] == [("milk", -money("1")), ("by mistake", money("1"))]
    assert [(t.net, t.tax) for t in x.taxes] == [(money("2.08"), money("0.42"))]
    assert sum(m.amount for m in x.methods) == money("2.50")


def test_a_sale_of_another_drawer_is_paid_back_from_this_one(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    gone = sold(db, owner, tea, "2").document
    other = second_till(db, owner)
    sold(db, other, tea, "4")
    assert gone is not None
    reverse.reverse(db, other, Head("undo", clock.now(), note="wrong till"), gone.id)
    assert cash.x_report(db, owner).expected == money("5")
    assert cash.x_report(db, other).expected == money("5")
    cash.count_drawer(db, other, money("5"))
    cash.close_shift(db, other)
    assert z_of(db).over_short == 0


def test_what_stands_on_a_z_report_comes_back_as_a_return_only(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    done = sold(db, owner, tea, "2").document
    milk = cash.pay_out(db, owner, money("1"), "milk", key="out").document
    cash.count_drawer(db, owner, money("4"))
    cash.close_shift(db, owner, leave=money("4"))
    for document in (done, milk):
        assert document is not None
        with pytest.raises(Refused, match="Z report"):
            reverse.reverse(db, owner, Head(f"undo {document.id}", clock.now(), note="wrong till"), document.id)
    cash_up = db.value("SELECT id FROM document WHERE kind = 'cash_up'")
    with pytest.raises(Refused, match="cannot be reversed"):
        reverse.reverse(db, owner, Head("undo cash-up", clock.now(), note="wrong till"), cash_up)
    assert reading.open_shift(db, owner.station_id) is None
    sale = sales.by_id(db, done.id)
    assert sale is not None
    pay(db, owner, new_cart(db).add_return(sale.lines[0], qty("2")))
    x = cash.x_report(db, owner)
    assert (x.gross_sales, x.returns, x.expected) == (0, money("5"), -money("1"))


def test_each_till_has_its_own_shift_and_numbers(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    other = second_till(db, owner)
    sold(db, owner, tea)
    sold(db, other, tea, "2")
    cash.count_drawer(db, other, money("5"))
    cash.close_shift(db, other)
    assert z_of(db).number == "Z2-1"
    assert reading.open_shift(db, owner.station_id) is not None
    assert cash.x_report(db, owner).gross_sales == money("2.50")


def test_money_in_and_out_needs_a_reason_and_a_right(db: Db, owner: Acting) -> None:
    cashier = person(db, owner, "Cai", Role.CASHIER)
    for amount, reason in (("0", "milk"), ("5", " "), ("-5", "milk")):
        with pytest.raises(Refused):
            cash.pay_out(db, owner, money(amount), reason, key="k")
    with pytest.raises(NotAllowed) as refused:
        cash.pay_out(db, cashier, money("5"), "milk", key="k")
    yes = people.approve(db, cashier, refused.value.permission, refused.value.subject, owner.person_id, PIN)
    with pytest.raises(NotAllowed):
        cash.pay_out(db, cashier, money("500"), "milk", key="k", approval=yes)
    with pytest.raises(NotAllowed):
        cash.pay_out(db, cashier, money("5"), "milk", key="k2", approval=yes)
    first = cash.pay_out(db, cashier, money("5"), "milk", key="k", approval=yes)
    again = cash.pay_out(db, cashier, money("5"), "milk", key="k", approval=yes)
    assert again.existing
    assert again.document == first.document
    assert db.rows("SELECT by_id, approved_by FROM document WHERE kind = 'paid_out'") == [
        (cashier.person_id, owner.person_id)
    ]
    assert db.value("SELECT document_id FROM approval") == first.document.id  # type: ignore[union-attr]


def test_the_drawer_opens_by_role_with_a_reason(db: Db, owner: Acting) -> None:
    stockroom = person(db, owner, "Sam", Role.STOCKROOM)
    with pytest.raises(Refused, match="why"):
        cash.open_drawer(db, owner, "  ")
    with pytest.raises(NotAllowed) as refused:
        cash.open_drawer(db, stockroom, "look")
    assert db.value("SELECT count(*) FROM print_job") == 0
    yes = people.approve(db, stockroom, refused.value.permission, refused.value.subject, owner.person_id, PIN)
    cash.open_drawer(db, stockroom, "look", approval=yes)
    assert db.rows("SELECT kind FROM print_job") == [("drawer_pulse",)]
    assert db.rows("SELECT person_id, approved_by, detail FROM event_log WHERE kind = 'no_sale'") == [
        (stockroom.person_id, owner.person_id, "look")
    ]
    with pytest.raises(NotAllowed, match="used already"):
        cash.open_drawer(db, stockroom, "look", approval=yes)


def test_an_x_report_changes_nothing(db: Db, owner: Acting) -> None:
    with pytest.raises(Refused, match="No shift runs"):
        cash.x_report(db, owner)
    sold(db, owner, goods(db, owner))
    before = db.rows("SELECT * FROM shift")
    assert cash.x_report(db, owner) == cash.x_report(db, owner)
    cash.print_x_report(db, owner)
    assert db.rows("SELECT * FROM shift") == before
    with pytest.raises(Refused, match="not cashed up"):
        reading.z_report(db, before[0][0])


def test_swiss_rounding_stays_in_the_drawer(db: Db, owner: Acting) -> None:
    set_setting(db, "currency", "CHF")
    pay(db, owner, new_cart(db).add(goods(db, owner, price="2.53")))
    x = cash.x_report(db, owner)
    assert (x.gross_sales, x.expected) == (money("2.53"), money("2.55"))
    assert method(db).is_cash


@pytest.mark.parametrize("amount", ["-1", "2000000000"])
def test_impossible_amounts_are_refused(db: Db, owner: Acting, amount: str) -> None:
    for act in (cash.open_shift, cash.count_drawer):
        with pytest.raises(Refused, match="0 or more"):
            act(db, owner, money(amount))
