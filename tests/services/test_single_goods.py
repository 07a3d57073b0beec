"""Serial numbers with their sale and return, expired goods by permission, and the list of what expires when."""

from __future__ import annotations

from datetime import datetime

import pytest

from shopstock.core.acting import Acting, Permission, Role
from shopstock.core.cart import Cart
from shopstock.core.codes import Trace
from shopstock.core.document import Goods
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.units import Day, DocumentId, ItemId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import lots, reports, sales, serials, till
from shopstock.queries.report_query import ReportQuery
from shopstock.services import parked, receipts, receive, reverse, sell
from tests import builders as a
from tests import till as shop

NOON = datetime(2026, 11, 23, 12, 0)
OLD, SOON, LATER = Day(20261103), Day(20261125), Day(20261212)


@pytest.fixture
def phone(db: Db, owner: Acting) -> ItemId:
    item = shop.goods(db, owner, "PHONE", "99.00", "5").item_id
    db.run("UPDATE item SET tracks = 'serial' WHERE id = ?", (item,))
    return item


@pytest.fixture
def cream(db: Db, owner: Acting) -> ItemId:
    return a.an_item(db, "CREAM", tracks="lot", price=15_000)


def cart_of(db: Db, owner: Acting, item: ItemId, *traces: Trace) -> Cart:
    goods = till.goods(db, item, owner.location_id)
    cart = shop.new_cart(db)
    for trace in traces:
        cart = cart.add(goods, trace=trace)
    return cart


def come_in(db: Db, owner: Acting, item: ItemId, *wanted: tuple[str, Day, int]) -> None:
    goods = [
        Goods(item, Qty(pieces * 1000), Money(pieces * 10_000), lot=lot, expires=day) for lot, day, pieces in wanted
    ]
    receive.post_goods_receipt(db, owner, a.a_head(), goods)


def sold(db: Db, owner: Acting, cart: Cart) -> DocumentId:
    document = shop.pay(db, owner, cart).document
    assert document is not None
    return document.id


def test_a_sale_keeps_its_serial_numbers_and_the_receipt_prints_them(db: Db, owner: Acting, phone: ItemId) -> None:
    cart = cart_of(db, owner, phone, Trace(serial="SN-1"), Trace(serial="sn-2"), Trace())
    (line,) = cart.lines
    assert (line.qty, line.serials, line.serials_wanted) == (3_000, ("SN-1", "sn-2"), 1)
    document = sold(db, owner, cart.skip_serials(line.uid))
    (printed,) = receipts.sales_receipt(db, document).lines
    assert printed.serials == ("SN-1", "sn-2")
    assert [(row.number, row.document_id) for row in serials.find(db, "sn-")] == [
        ("sn-2", document), ("SN-1", document),
    ]  # fmt: skip
    assert serials.find(db, "SN-3") == serials.find(db, " ") == []


def test_what_comes_back_is_named_and_not_offered_again(db: Db, owner: Acting, phone: ItemId) -> None:
    document = sold(db, owner, cart_of(db, owner, phone, Trace(serial="A"), Trace(serial="B")))
    sale = sales.by_id(db, document)
    assert sale is not None
    assert sale.lines[0].serials == ("A", "B")
    one = shop.new_cart(db).add_return(sale.lines[0], Qty(1_000))
    back = sold(db, owner, one.add_serial(one.selected, "a"))
    again = sales.by_id(db, document)
    assert again is not None
    assert again.lines[0].serials == ("B",)
    rest = shop.new_cart(db).add_return(again.lines[0])
    assert (rest.lines[0].serials, rest.lines[0].serials_wanted) == (("B",), 0)  # all that is left: nothing to ask
    assert [row.kind for row in serials.find(db, "A")] == ["customer_return", "sale"]
    reverse.reverse(db, owner, a.a_head(), back)
    assert sales.by_id(db, document).lines[0].serials == ("A", "B")  # type: ignore[union-attr]


def test_a_number_stands_once_on_a_sale(db: Db, owner: Acting, phone: ItemId) -> None:
    cart = cart_of(db, owner, phone, Trace(serial="A"), Trace())
    for number in ("a", "", "x" * 41):
        with pytest.raises(Refused):
            cart.add_serial(cart.selected, number)
    cart = cart.add_serial(cart.selected, "B")
    with pytest.raises(Refused):
        cart.add_serial(cart.selected, "C")  # every piece has one
    assert cart.set_qty(cart.selected, Qty(1_000)).lines[0].serials == ("A",)
    none = cart_of(db, owner, phone, Trace(), Trace(), Trace())
    less = none.skip_serials(none.selected).set_qty(none.selected, Qty(1_000))
    assert less.set_qty(less.selected, Qty(2_000)).lines[0].serials_wanted == 1  # one more piece asks again


def test_an_open_and_a_parked_sale_keep_lots_and_numbers(db: Db, owner: Acting, phone: ItemId, cream: ItemId) -> None:
    cart = cart_of(db, owner, phone, Trace(serial="A"), Trace())
    cart = cart.skip_serials(cart.selected)
    cart = cart.add(till.goods(db, cream, owner.location_id), trace=Trace("A17", LATER))
    parked.save_open_sale(db, owner, cart)
    assert till.open_sale(db, owner.station_id) == cart
    parked.park(db, owner, cart)
    recalled = parked.recall(db, owner, till.parked_sales(db, owner.location_id)[0].id)
    assert recalled.lines == cart.lines


def test_goods_of_another_lot_are_a_row_of_their_own(db: Db, owner: Acting, cream: ItemId) -> None:
    cart = cart_of(db, owner, cream, Trace("A", LATER), Trace("A", LATER), Trace("B", LATER), Trace())
    assert [(line.lot, line.qty) for line in cart.lines] == [("A", 2_000), ("B", 1_000), ("", 1_000)]


def test_expired_goods_need_a_manager_only_when_the_shop_says_so(db: Db, owner: Acting, cream: ItemId) -> None:
    clerk = shop.person(db, owner, "Clerk", Role.CASHIER)
    with clock.freeze(NOON):
        come_in(db, owner, cream, ("OLD", OLD, 2), ("A17", LATER, 1))
        scanned = cart_of(db, owner, cream, Trace("OLD", OLD))
        unsaid = cart_of(db, owner, cream, Trace())
        assert sell.needs(db, clerk, scanned) == ()
        shop.set_setting(db, "expired_asks", True)
        assert [need.permission for need in sell.needs(db, clerk, scanned)] == [Permission.SELL_EXPIRED]
        assert sell.needs(db, owner, scanned) == ()
        assert sell.needs(db, clerk, unsaid) == ()  # a good one is there
        with pytest.raises(NotAllowed):
            shop.pay(db, clerk, scanned)
        first = sold(db, clerk, unsaid)
        assert [(row.code, row.qty) for row in lots.of_document(db, first)] == [("A17", -1_000)]
        (need,) = sell.needs(db, clerk, cart_of(db, owner, cream, Trace()))  # only expired ones are left
        assert "expired on 2026-11-03" in need.sentence


def test_the_expiry_list_names_the_first_to_expire_at_the_top(db: Db, owner: Acting, cream: ItemId) -> None:
    with clock.freeze(NOON):
        cellar = a.a_location(db, "Cellar")
        come_in(db, owner, cream, ("A17", LATER, 2), ("OLD", OLD, 1), ("S", SOON, 1), ("NODAY", Day(0), 1))
        receive.post_goods_receipt(
            db, owner, a.a_head(), [Goods(cream, Qty(1_000), Money(40_000), cellar, lot="A17", expires=LATER)]
        )
        asked = reports.run(db, owner, reports.named("expiry"), ReportQuery())
        rows = [(row[2], row[4] // 1000, row[6] // 1000, row[7]) for row in asked.rows]
        assert rows == [("OLD", -20, 1, 15_000), ("S", 2, 1, 15_000), ("A17", 19, 2, 30_000), ("A17", 19, 1, 15_000)]
        here = reports.run(db, owner, reports.named("expiry"), ReportQuery(location_id=cellar))
        assert [(row[2], row[5]) for row in here.rows] == [("A17", "Cellar")]
        clerk = shop.person(db, owner, "Buyer", Role.INVENTORY_MANAGER)
        assert reports.run(db, clerk, reports.named("expiry"), ReportQuery(item_id=cream)).total["value"] == 75_000
        with pytest.raises(Refused):
            reports.run(db, owner, reports.named("expiry"), ReportQuery(as_of=reports.today()))
