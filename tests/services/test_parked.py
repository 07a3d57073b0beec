"""Parked sales hold their stock until they are recalled or dropped."""

from __future__ import annotations

import pytest

from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.db.connection import Db
from shopstock.queries import till
from shopstock.services import parked, sell
from tests.till import events, goods, level, money, new_cart, pay, qty, second_till


def test_parking_allocates_and_recalling_lets_go(db: Db, owner: Acting) -> None:
    tea, mug = goods(db, owner), goods(db, owner, "MUG", "6.00")
    cart = new_cart(db).add(mug).add(tea, qty("2")).add(mug, qty("1"), alone=True).for_customer("Ann")
    parked.save_open_sale(db, owner, cart)
    changes = parked.park(db, owner, cart)
    assert changes.items == {tea.item_id, mug.item_id}
    assert level(db, tea.item_id) == (qty("10"), qty("2"))
    assert level(db, mug.item_id) == (qty("10"), qty("2"))
    assert till.open_sale(db, owner.station_id) is None
    (row,) = till.parked_sales(db, owner.location_id)
    assert (row.label, row.total, row.person, row.station) == ("Ann", money("17"), "Owner", "Till 1")
    assert till.parked_count(db, owner.location_id) == 1

    other = second_till(db, owner)
    back = parked.recall(db, other, row.id)
    assert back == cart
    assert till.open_sale(db, other.station_id) == cart
    assert level(db, tea.item_id) == (qty("10"), 0)
    with pytest.raises(Refused, match="no longer parked"):
        parked.recall(db, owner, row.id)
    pay(db, other, back)
    assert level(db, tea.item_id) == (qty("8"), 0)


def test_open_prices_red_rows_and_returns_hold_nothing(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    cart = new_cart(db).add_open_price(sell.open_price_goods(db, owner), money("3")).add_unknown("404")
    parked.park(db, owner, cart.add_return_without_sale(tea))
    assert db.value("SELECT count(*) FROM allocation") == 0
    assert level(db, tea.item_id) == (qty("10"), 0)


def test_a_parked_sale_can_be_dropped(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    parked.park(db, owner, new_cart(db).add(tea, qty("2")), "red coat")
    (row,) = till.parked_sales(db, owner.location_id)
    assert row.label == "red coat"
    parked.drop(db, owner, row.id)
    assert till.parked_sales(db, owner.location_id) == []
    assert level(db, tea.item_id) == (qty("10"), 0)
    assert events(db, "void") == ["2 × Tea at 2.50"]


def test_a_recall_never_overwrites_the_open_sale(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    parked.park(db, owner, new_cart(db).add(tea))
    (row,) = till.parked_sales(db, owner.location_id)
    parked.save_open_sale(db, owner, new_cart(db).add(tea))
    with pytest.raises(Refused, match="Park or finish"):
        parked.recall(db, owner, row.id)
    assert level(db, tea.item_id) == (qty("10"), qty("1"))


def test_nothing_cannot_be_parked(db: Db, owner: Acting) -> None:
    with pytest.raises(Refused, match="nothing to park"):
        parked.park(db, owner, new_cart(db))
