"""Classes are made monthly, rise at once, fall after two months in a row, and stay where the owner pins them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopstock.core.abc_classes import AbcClass
from shopstock.core.acting import Acting, Role
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.db.connection import Db
from shopstock.services import ranking
from tests import builders as a
from tests.conftest import FrozenClock
from tests.till import Goods, goods, person, sold


class Shelf:
    """A candle and a tea of the same cost, both long in the shop; the candle sells, the tea hardly."""

    def __init__(self, db: Db, owner: Acting, clock: FrozenClock) -> None:
        self.db, self.owner, self.clock = db, owner, clock
        self.candle: Goods = goods(db, owner, "CANDLE", "2", on_hand="900", cost="900")
        self.tea: Goods = goods(db, owner, "TEA", "2", on_hand="900", cost="900")
        clock.advance(timedelta(days=100))
        sold(db, owner, self.candle, "90")
        sold(db, owner, self.tea, "1")

    def classes(self) -> str:
        ranking.refresh(self.db)
        told = dict(self.db.rows("SELECT item_id, abc FROM item_rank"))
        return str(told[self.candle.item_id] + told[self.tea.item_id])

    def a_month_later(self) -> str:
        self.clock.advance(timedelta(days=31))
        return self.classes()


@pytest.fixture
def shelf(db: Db, owner: Acting, frozen_clock: FrozenClock) -> Shelf:
    return Shelf(db, owner, frozen_clock)


def test_an_item_rises_with_the_next_month_and_falls_after_two(shelf: Shelf) -> None:
    assert shelf.classes() == "AC"
    sold(shelf.db, shelf.owner, shelf.tea, "600")
    assert shelf.classes() == "AC"  # the same month
    assert shelf.a_month_later() == "AA"  # 600 of 691 is tea's; the candle is lower for the first time
    assert shelf.a_month_later() == "BA"
    sold(shelf.db, shelf.owner, shelf.candle, "800")
    assert shelf.a_month_later() == "AA"


def test_sales_of_90_days_and_the_value_of_a_year_are_fresh_every_day(shelf: Shelf) -> None:
    shelf.classes()
    sold(shelf.db, shelf.owner, shelf.tea, "4")
    ranking.refresh(shelf.db)
    row = shelf.db.row("SELECT sold_90_days, value FROM item_rank WHERE item_id = ?", (shelf.tea.item_id,))
    assert row == (a.qty(5), a.money(5))


def test_a_pinned_item_stays_until_it_is_let_go(shelf: Shelf) -> None:
    shelf.classes()
    ranking.pin(shelf.db, shelf.owner, shelf.tea.item_id, AbcClass.A)
    assert [shelf.classes(), shelf.a_month_later(), shelf.a_month_later()] == ["AA", "AA", "AA"]
    ranking.pin(shelf.db, shelf.owner, shelf.tea.item_id, None)
    assert [shelf.a_month_later(), shelf.a_month_later()] == ["AA", "AC"]


def test_pinning_needs_the_right_and_goods_in_stock(shelf: Shelf) -> None:
    wrapping = a.an_item(shelf.db, "WRAP", stocked=0)
    with pytest.raises(Refused, match="kept in stock"):
        ranking.pin(shelf.db, shelf.owner, wrapping, AbcClass.A)
    with pytest.raises(NotAllowed):
        ranking.pin(shelf.db, person(shelf.db, shelf.owner, "Ann", Role.STOCKROOM), shelf.tea.item_id, AbcClass.A)
