"""Plausible amounts, change, split tender, cash rounding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopstock.core import currency, tender
from shopstock.core.movements import Account
from shopstock.core.outcome import Refused
from shopstock.core.tender import Method, Tender
from shopstock.core.units import Money, parse_money

EUR, CHF, JPY, GBP = (currency.of(code) for code in ("EUR", "CHF", "JPY", "GBP"))
CASH = Method(1, "Cash", Account.CASH, True)
CARD = Method(2, "Card", Account.CARD)
VOUCHER = Method(3, "Voucher", Account.OTHER_TENDER)


def money(text: str) -> Money:
    return parse_money(text)


@pytest.mark.parametrize(
    ("code", "due", "expected"),
    [
        ("EUR", "27.40", "28 30 40 50"),
        ("GBP", "27.40", "28 30 40 50"),
        ("EUR", "9.99", "10 20 50 100"),
        ("EUR", "127.40", "130 140 150 200"),
        ("EUR", "50", "100 200 500"),
        ("CHF", "27.42", "28 30 40 50"),
        ("JPY", "2740", "2800 3000 4000 5000"),
        ("EUR", "0.40", "0.50 1 2 5"),
        ("EUR", "0", ""),
        ("EUR", "-5", ""),
    ],
)
def test_the_buttons_offer_what_people_hand_over(code: str, due: str, expected: str) -> None:
    offered = tender.suggestions(money(due), currency.of(code))
    assert offered == tuple(money(amount) for amount in expected.split())


def test_cash_above_the_total_gives_change() -> None:
    paid = tender.settle(money("27.40"), [Tender(CASH, money("50"))], EUR)
    (payment,) = paid.payments
    assert (payment.amount, payment.tendered, payment.change) == (money("27.40"), money("50"), money("22.60"))
    assert (paid.change, paid.rounding) == (money("22.60"), 0)


def test_part_by_card_leaves_the_rest_for_cash() -> None:
    due = money("27.40")
    card = Tender(CARD, money("20"))
    assert tender.rest(due, [card], EUR, in_cash=True) == money("7.40")
    paid = tender.settle(due, [card, Tender(CASH, money("10"))], EUR)
    assert [(p.method_name, p.amount) for p in paid.payments] == [("Card", money("20")), ("Cash", money("7.40"))]
    assert paid.change == money("2.60")


def test_swiss_cash_is_rounded_and_card_is_not() -> None:
    due = money("27.42")
    assert tender.settle(due, [Tender(CARD, due)], CHF).rounding == 0
    paid = tender.settle(due, [Tender(CASH, money("30"))], CHF)
    assert (paid.rounding, paid.change, paid.payments[0].amount) == (money("-0.02"), money("2.60"), money("27.40"))
    exact = tender.settle(money("27.43"), [Tender(CASH, money("27.43"))], CHF)
    assert (exact.rounding, exact.change, exact.payments[0].tendered) == (money("0.02"), 0, money("27.45"))
    split = tender.settle(due, [Tender(CARD, money("20")), Tender(CASH, money("7.40"))], CHF)
    assert (split.rounding, split.change) == (money("-0.02"), 0)


def test_a_refund_is_handed_back_exactly() -> None:
    paid = tender.settle(money("-27.42"), [Tender(CASH, money("-27.40"))], CHF)
    assert (paid.payments[0].amount, paid.change, paid.rounding) == (money("-27.40"), 0, money("0.02"))
    both = tender.settle(money("-30"), [Tender(CARD, money("-10")), Tender(CASH, money("-20"))], EUR)
    assert sum(p.amount for p in both.payments) == money("-30")


@pytest.mark.parametrize(
    ("due", "given_", "says"),
    [
        ("10", [(CASH, "9.99")], "still to pay"),
        ("10", [], "still to pay"),
        ("10", [(CARD, "10.01")], "Only cash gives change"),
        ("10", [(VOUCHER, "20")], "Only cash gives change"),
        ("10", [(CARD, "5")], "5.00 is still to pay"),
        ("10", [(CASH, "-10")], "negative"),
        ("10", [(CASH, "2000000000")], "more than one amount"),
        ("-10", [(CASH, "10")], "negative"),
        ("-10", [(CASH, "-9")], "handed back"),
        ("-10", [(CASH, "-11")], "more than is due"),
    ],
)
def test_what_does_not_pay_the_sale_is_refused(due: str, given_: list[tuple[Method, str]], says: str) -> None:
    with pytest.raises(Refused, match=says):
        tender.settle(money(due), [Tender(method, money(amount)) for method, amount in given_], EUR)


def test_coins_that_do_not_exist_are_refused() -> None:
    with pytest.raises(Refused, match=r"0\.05"):
        tender.settle(money("10"), [Tender(CASH, money("12.03"))], CHF)


@given(
    cents=st.integers(-100_000, 100_000), card=st.integers(0, 100_000), over=st.integers(0, 20_000),
    which=st.sampled_from([EUR, CHF, JPY, GBP]),
)  # fmt: skip
def test_payments_always_sum_to_what_is_due_plus_rounding(
    cents: int, card: int, over: int, which: currency.Currency
) -> None:
    due = Money(cents * which.step)
    sign = -1 if due < 0 else 1
    tenders = [Tender(CARD, Money(sign * min(abs(due), card * which.step)))]
    left = tender.rest(due, tenders, which, in_cash=True)
    if left:
        tenders.append(Tender(CASH, Money(left + (over * which.cash_step if due > 0 else 0))))
    paid = tender.settle(due, tenders, which)
    assert sum(p.amount for p in paid.payments) == due + paid.rounding
    assert all(p.tendered - p.change == p.amount for p in paid.payments)
    assert abs(paid.rounding) <= which.cash_step // 2
    assert paid.change >= 0
    assert all(p.change == 0 for p in paid.payments if p.account != Account.CASH)


@given(cents=st.integers(1, 1_000_000), which=st.sampled_from([EUR, CHF, JPY, GBP]))
def test_every_offered_amount_is_above_what_is_due_and_in_order(cents: int, which: currency.Currency) -> None:
    due = Money(cents * which.step)
    offered = tender.suggestions(due, which)
    assert len(offered) <= 4
    assert list(offered) == sorted(set(offered))
    assert all(amount > which.round_cash(due) for amount in offered)
