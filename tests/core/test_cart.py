"""The open sale: joining, quantities, discounts, voids, returns, red rows, tax and totals."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopstock.core import cart_json, currency, pricing
from shopstock.core.acting import Approval, Permission
from shopstock.core.cart import Cart, ConfirmQuantity
from shopstock.core.cart_lines import Goods, SoldLine
from shopstock.core.outcome import Refused
from shopstock.core.units import DocumentId, ItemId, LineId, Money, PersonId, Qty, parse_money, parse_qty

TEA = Goods(ItemId(1), "TEA", "Green tea", parse_money("2.50"), 20_000)
BREAD = Goods(ItemId(2), "BREAD", "Bread", parse_money("1.99"), 5_000)
HAM = Goods(ItemId(3), "HAM", "Ham", parse_money("12.90"), 5_000, unit="kg")
OPEN = Goods(ItemId(9), "OPEN", "Goods", Money(0), 20_000, stocked=False, asks_price=True)


def a_cart(**changes: object) -> Cart:
    return Cart(**{"key": "k1", "currency": "EUR", **changes})  # type: ignore[arg-type]


def q(text: str) -> Qty:
    return parse_qty(text)


def m(text: str) -> Money:
    return parse_money(text)


def total(cart: Cart) -> Money:
    return pricing.price(cart).total


# --- rows


def test_the_same_item_again_joins_its_last_row() -> None:
    cart = a_cart().add(TEA).add(BREAD).add(TEA, q("2"))
    assert [(line.sku, line.qty) for line in cart.lines] == [("TEA", q("3")), ("BREAD", q("1"))]
    assert cart.selected == cart.lines[0].uid


def test_setting_the_quantity_starts_afresh_each_time() -> None:
    cart = a_cart().add(TEA)
    cart = cart.set_qty(cart.selected, q("2"))
    cart = cart.set_qty(cart.selected, q("2"))
    assert cart.lines[0].qty == q("2")


def test_a_discounted_row_is_not_joined() -> None:
    cart = a_cart().add(TEA)
    cart = cart.discount(cart.selected, percent=10_000).add(TEA)
    assert [line.qty for line in cart.lines] == [q("1"), q("1")]
    assert total(cart) == m("4.75")


def test_each_weighed_pack_is_a_row() -> None:
    cart = a_cart().add(HAM, q("0.25"), alone=True).add(HAM, q("0.3"), alone=True)
    assert [line.qty for line in cart.lines] == [q("0.25"), q("0.3")]


def test_a_price_embedded_code_charges_its_price_to_the_cent() -> None:
    cart = a_cart().add_priced(HAM, m("3.47"))
    assert total(cart) == m("3.47")
    assert cart.lines[0].qty == q("0.269")
    with pytest.raises(Refused, match="label"):
        cart.set_qty(cart.selected, q("2"))
    assert cart.step(cart.selected, -1).empty


def test_a_large_quantity_is_asked_for_once_more() -> None:
    cart = a_cart()
    with pytest.raises(ConfirmQuantity):
        cart.add(TEA, q("1000"))
    cart = cart.add(TEA, q("1000"), confirmed=True)
    assert cart.add(TEA).lines[0].qty == q("1001")  # it was confirmed: one more scan is no new question
    small = a_cart().add(TEA, q("999"))
    with pytest.raises(ConfirmQuantity):
        small.add(TEA)


@pytest.mark.parametrize("qty", [0, -1000, 2_000_000_000])
def test_impossible_quantities_are_refused(qty: int) -> None:
    with pytest.raises(Refused):
        a_cart().add(TEA, Qty(qty), confirmed=True)
    with pytest.raises(Refused):
        a_cart().add(TEA).set_qty(1, Qty(qty), confirmed=True)


def test_less_than_one_takes_the_row_off_and_undo_brings_it_back() -> None:
    cart = a_cart().add(TEA).add(BREAD).add(HAM)
    first = cart.lines[0].uid
    gone = cart.step(first, -1)
    assert [line.sku for line in gone.lines] == ["BREAD", "HAM"]
    gone = gone.void(gone.lines[1].uid)
    back = gone.undo().undo()
    assert back.lines == cart.lines
    with pytest.raises(Refused):
        back.undo()


def test_an_open_price_asks_for_one_and_never_joins() -> None:
    with pytest.raises(Refused, match="Type the price"):
        a_cart().add(OPEN)
    cart = a_cart().add_open_price(OPEN, m("3"), description="Bouquet").add_open_price(OPEN, m("3"))
    assert [(line.description, line.unit_price) for line in cart.lines] == [("Bouquet", m("3")), ("Goods", m("3"))]
    with pytest.raises(Refused):
        a_cart().add_open_price(OPEN, m("-1"))


def test_an_unknown_code_blocks_until_it_is_resolved() -> None:
    cart = a_cart().add(TEA).add_unknown("12\x1b345").add_unknown("12345").add(BREAD)
    assert cart.blocked
    red = cart.lines[1]
    assert (red.code, red.qty) == ("12345", q("2"))
    assert total(cart) == m("4.49")
    known = cart.resolve(red.uid, HAM)
    assert not known.blocked
    assert [line.sku for line in known.lines] == ["TEA", "HAM", "BREAD"]
    assert known.lines[1].qty == q("2")
    open_price = cart.resolve(red.uid, OPEN, price=m("1"))
    assert total(open_price) == m("6.49")
    assert len(a_cart().add_unknown("9" * 500).lines[0].code) == 80


def test_a_vanished_row_is_refused_in_words() -> None:
    with pytest.raises(Refused, match="Select a line"):
        a_cart().add(TEA).void(99)


# --- discounts


def test_discounts_never_make_a_line_less_than_nothing() -> None:
    cart = a_cart().add(TEA, q("2"))
    with pytest.raises(Refused, match="worth"):
        cart.discount(1, amount=m("5.01"))
    cart = cart.discount(1, amount=m("5"))
    assert total(cart) == 0
    assert total(cart.set_qty(1, q("1"))) == 0
    with pytest.raises(Refused):
        cart.discount(1, percent=100_001)


def test_a_discount_on_the_sale_is_shared_to_the_cent() -> None:
    cart = a_cart().add(TEA).add(BREAD).add(HAM, q("0.1")).discount_sale(amount=m("1"))
    priced = pricing.price(cart)
    assert priced.total == m("4.78")
    assert priced.discount == m("1")
    assert [line.discount for line in priced.lines] == [m("0.43"), m("0.35"), m("0.22")]
    assert total(cart.discount_sale(amount=m("100"))) == 0
    assert total(cart.discount_sale(percent=50_000)) == m("2.89")


# --- tax


def test_tax_inside_is_computed_once_a_rate_and_shared() -> None:
    sweets = [Goods(ItemId(n), f"S{n}", "Sweet", m("0.05"), 20_000) for n in range(10, 20)]
    cart = a_cart()
    for sweet in sweets:
        cart = cart.add(sweet)
    priced = pricing.price(cart)
    assert priced.total == m("0.50")
    assert priced.tax == m("0.08")  # 0.50 × 20/120 = 0.0833; line by line it would be 10 × 0.01
    assert sum(line.tax for line in priced.lines) == m("0.08")


def test_tax_on_top_with_two_rates() -> None:
    priced = pricing.price(a_cart(tax_inside=False).add(TEA).add(BREAD))
    assert [(r.rate, r.net, r.tax) for r in priced.taxes] == [
        (5_000, m("1.99"), m("0.10")),
        (20_000, m("2.50"), m("0.50")),
    ]
    assert (priced.subtotal, priced.total) == (m("4.49"), m("5.09"))


# --- goods that come back


def sold(qty: str = "3", left: str = "3", gross: str = "10.00", tax: str = "1.67") -> SoldLine:
    return SoldLine(
        LineId(7), DocumentId(5), "1-5", TEA, "Green tea", q(qty), q(left), m("3.3333"), m(gross), m(tax), Money(0)
    )


def test_goods_come_back_at_what_was_paid_and_never_more_than_sold() -> None:
    cart = a_cart().add_return(sold(), q("1"))
    assert total(cart) == -m("3.33")
    with pytest.raises(Refused, match="Only 3"):
        cart.set_qty(1, q("4"))
    again = cart.add_return(sold())
    assert again.lines[0].qty == q("3")
    assert (total(again), pricing.price(again).tax) == (-m("10"), -m("1.67"))
    with pytest.raises(Refused, match="already"):
        again.add_return(sold())


def test_an_exchange_is_one_sale() -> None:
    priced = pricing.price(a_cart().add_return(sold(), q("1")).add(HAM))
    assert priced.total == m("9.57")
    assert [line.sign for line in priced.lines] == [-1, 1]


def test_a_return_without_its_sale_is_taxed_as_today() -> None:
    priced = pricing.price(a_cart().add_return_without_sale(TEA, q("2")))
    assert (priced.total, priced.tax) == (-m("5"), -m("0.83"))


# --- keeping


def test_a_cart_survives_its_json_form() -> None:
    cart = a_cart(tax_inside=False).add(TEA).add(BREAD).add_unknown("x").add_priced(HAM, m("3.47"))
    cart = cart.add_return(sold(), q("1")).void(2).for_customer("Ann 🫖").discount_sale(percent=5_000)
    cart = cart.discount(1, amount=m("0.10")).approved(Approval(3, PersonId(2), Permission.DISCOUNT_LARGE, "s"))
    assert cart_json.from_json(cart_json.to_json(cart)) == cart


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"lines":[{}]}', "null", '{"key":1,"lines":[3]}'])
def test_a_damaged_saved_sale_is_refused_in_words(text: str) -> None:
    with pytest.raises(Refused, match="Scan the goods again"):
        cart_json.from_json(text)


# --- properties

GOODS = st.builds(
    Goods,
    item_id=st.integers(1, 40).map(ItemId), sku=st.just("S"), name=st.just("N"),
    price=st.integers(0, 500_000).map(Money), tax_rate=st.sampled_from([0, 5_000, 7_700, 19_000, 20_000]),
)  # fmt: skip
ROWS = st.lists(
    st.tuples(GOODS, st.integers(1, 20_000).map(Qty), st.integers(0, 100_000), st.booleans(), st.booleans()),
    max_size=12,
)


@settings(max_examples=200)
@given(
    rows=ROWS, inside=st.booleans(), code=st.sampled_from(["EUR", "JPY", "KWD", "CHF"]), off=st.integers(0, 100_000),
    amount=st.integers(0, 2_000_000).map(Money), by_percent=st.booleans(),
)  # fmt: skip
def test_every_line_and_the_whole_always_add_up(
    rows: list[tuple[Goods, Qty, int, bool, bool]], inside: bool, code: str, off: int, amount: Money, by_percent: bool
) -> None:
    cart = a_cart(currency=code, tax_inside=inside)
    for goods, qty, percent, back, discounted in rows:
        if back:
            cart = cart.add_return_without_sale(goods, qty)
        else:
            cart = cart.add(goods, qty, alone=True)
            if discounted:
                cart = cart.discount(cart.selected, percent=percent)
    cart = cart.discount_sale(percent=off) if by_percent else cart.discount_sale(amount=amount)
    priced = pricing.price(cart)
    step = currency.of(code).step
    for line in priced.lines:
        assert min(line.amount, line.discount, line.net, line.tax, line.charged) >= 0
        assert all(figure % step == 0 for figure in (line.amount, line.discount, line.net, line.tax))
        assert line.charged == (line.gross if inside else line.net)
    assert priced.total == sum(line.sign * line.gross for line in priced.lines) == priced.net + priced.tax
    assert priced.tax == sum(rate.tax for rate in priced.taxes)
    assert priced.total == sum(rate.gross for rate in priced.taxes)
    if inside:
        assert priced.total == priced.subtotal
    for sign in (1, -1):
        for rate in {line.line.tax_rate for line in priced.lines}:
            group = [line for line in priced.lines if line.sign == sign and line.line.tax_rate == rate]
            charged, tax = sum(line.charged for line in group), sum(line.tax for line in group)
            base = 100_000 + (rate if inside else 0)
            assert abs(tax * base - charged * rate) * 2 <= step * base  # rounded once, to the nearest


@given(
    total_steps=st.integers(0, 10_000), weights=st.lists(st.integers(0, 10_000), min_size=1, max_size=20),
    step=st.sampled_from([10, 100, 500, 10_000]),
)  # fmt: skip
def test_sharing_out_loses_nothing_and_is_fair(total_steps: int, weights: list[int], step: int) -> None:
    whole = Money(total_steps * step)
    parts = pricing.spread(whole, weights, Money(step))
    if not sum(weights):
        assert parts == [0] * len(weights)
        return
    assert sum(parts) == whole
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - whole * weight) < step * sum(weights)


@given(left=st.integers(1, 9), gross=st.integers(0, 10_000), data=st.data())
def test_returning_bit_by_bit_pays_back_exactly_what_was_paid(left: int, gross: int, data: st.DataObject) -> None:
    rest_gross, rest_tax, paid = gross * 100, gross * 100 // 6 // 100 * 100, 0
    while left:
        some = data.draw(st.integers(1, left))
        line = SoldLine(
            LineId(7), DocumentId(5), "1-5", TEA, "Tea", Qty(9000), Qty(left * 1000), Money(0), Money(rest_gross),
            Money(rest_tax), Money(0),
        )  # fmt: skip
        (back,) = pricing.price(a_cart().add_return(line, Qty(some * 1000))).lines
        paid, rest_gross, rest_tax, left = paid + back.gross, rest_gross - back.gross, rest_tax - back.tax, left - some
        assert rest_gross >= rest_tax >= 0
    assert (paid, rest_gross, rest_tax) == (gross * 100, 0, 0)
