"""Clocks go backwards: what happens now is posted behind what was posted before, whatever the clock says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.core.units import Instant
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.queries import report_stock, reports
from shopstock.queries.report_query import ReportQuery
from shopstock.services import cash, count, posting, receive, return_, reverse
from tests import builders as a
from tests.conftest import FrozenClock
from tests.till import goods, new_cart, pay, set_setting, sold


def test_a_sale_goes_on_after_the_clock_was_set_back_before_a_count(
    db: Db, owner: Acting, frozen_clock: FrozenClock
) -> None:
    tea = goods(db, owner)
    count.post_count(db, owner, a.a_head(), [a.goods(tea.item_id, 8)])
    frozen_clock.advance(timedelta(hours=-3))
    changes = sold(db, owner, tea, "2")
    assert changes.document is not None
    assert db.value("SELECT on_hand FROM stock_level WHERE item_id = ?", (tea.item_id,)) == 6_000
    line = db.value("SELECT id FROM document_line WHERE document_id = ?", (changes.document.id,))
    back = return_.line_of_sale(db, line, a.qty(1), owner.location_id)
    draft = return_.customer_return_draft(a.a_head(), [back], [a.a_payment(db, -back.gross)])
    return_.post_customer_return(db, owner, draft)
    reverse.reverse(db, owner, a.a_head(), db.value("SELECT max(id) FROM document"))
    with pytest.raises(Refused, match="counted"):
        receive.post_goods_receipt(
            db, owner, a.a_head(at=Instant(clock.now() - 3_600_000_000)), [a.goods(tea.item_id, 1, 2)]
        )


def test_a_count_that_was_undone_holds_nothing_up(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    item = a.an_item(db)
    counted = count.post_count(db, owner, a.a_head(), [a.goods(item, 3)]).document
    late = [a.goods(item, 1, 2)]
    yesterday = Instant(clock.now() - 86_400_000_000)
    with pytest.raises(Refused, match="counted"):
        receive.post_goods_receipt(db, owner, a.a_head(at=yesterday), late)
    assert counted is not None
    reverse.reverse(db, owner, a.a_head(), counted.id)
    receive.post_goods_receipt(db, owner, a.a_head(at=yesterday), late)
    assert db.value("SELECT on_hand FROM stock_level WHERE item_id = ?", (item,)) == 1_000


def test_a_count_after_the_clock_was_set_back_expects_what_is_there(
    db: Db, owner: Acting, frozen_clock: FrozenClock
) -> None:
    """What was sold "later" has left already: the count must not take it for still there."""
    tea = goods(db, owner)
    sold(db, owner, tea, "4")
    frozen_clock.advance(timedelta(hours=-1))
    count.post_count(db, owner, a.a_head(), [a.goods(tea.item_id, 6)])
    assert db.rows("SELECT expected FROM document_line WHERE kind = 'count'") == [(6_000,)]
    assert db.value("SELECT on_hand FROM stock_level WHERE item_id = ?", (tea.item_id,)) == 6_000


def test_months_stay_right_when_the_clock_falls_into_an_earlier_one(
    db: Db, owner: Acting, frozen_clock: FrozenClock
) -> None:
    tea = goods(db, owner)
    frozen_clock.advance(timedelta(days=-40))
    sold(db, owner, tea, "4")
    months = db.rows("SELECT month, qty, closing_qty FROM item_month WHERE item_id = ? ORDER BY month", (tea.item_id,))
    assert months == [(202601, -4_000, -4_000), (202603, 10_000, 6_000)]
    frozen_clock.advance(timedelta(days=80))
    (row,) = report_stock.valuation(db, ReportQuery(as_of=reports.moment("2026-03-31")))
    assert row.on_hand == 6_000


def test_the_till_goes_on_when_the_clock_falls_into_closed_books(
    db: Db, owner: Acting, frozen_clock: FrozenClock
) -> None:
    """The sale stands on the first open day; a date that was typed is refused."""
    tea = goods(db, owner)
    set_setting(db, "closed_until", 20260228)
    frozen_clock.advance(timedelta(days=-20))
    cart = new_cart(db).add(tea)
    pay(db, owner, cart)
    assert pay(db, owner, cart).existing
    cash.pay_in(db, owner, a.money(5), "float", key="in")
    days = {day for (day,) in db.rows("SELECT day FROM document")}
    assert days == {20260301, 20260302}
    with pytest.raises(Refused, match="closed"):
        receive.post_goods_receipt(db, owner, a.a_head(at=Instant(clock.now() - 10**12)), [a.goods(tea.item_id, 1, 2)])


def test_a_typed_date_in_the_future_is_refused(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    item = a.an_item(db)
    for ahead in (60_000_001, 86_400_000_000):
        with pytest.raises(Refused, match="future"):
            receive.post_goods_receipt(db, owner, a.a_head(at=Instant(clock.now() + ahead)), [a.goods(item, 1, 2)])


def test_a_sale_goes_on_when_the_clock_is_set_back_while_it_is_paid(
    db: Db, owner: Acting, frozen_clock: FrozenClock
) -> None:
    sale = a.a_sale(db, owner, [a.a_sale_line(owner, a.an_item(db), 1)])
    frozen_clock.advance(timedelta(seconds=-2))
    assert posting.post(db, owner, sale).document is not None


def test_the_chain_goes_by_the_sequence(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    item = a.an_item(db)
    with transaction(db):
        for _ in range(3):
            frozen_clock.advance(timedelta(days=-1))
            posting.post(db, owner, a.a_sale(db, owner, [a.a_sale_line(owner, item, 1)]))
    assert db.rows("SELECT number FROM document ORDER BY occurred_at") == [(3,), (2,), (1,)]
