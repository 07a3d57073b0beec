"""Advice on what to order: measured every day, promised as it is served, put off with a reason."""

from __future__ import annotations

import pytest

from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.core.units import Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import low_stock, settings, stock
from shopstock.queries.stock import StockFilter
from shopstock.services import ordering, purchase
from tests import builders as a
from tests.conftest import FrozenClock
from tests.till import events, set_setting
from tests.trading import trade


def advice(db: Db, item: int) -> tuple[int, int | None, int | None]:
    row = db.row("SELECT rate, reorder_at, order_up_to FROM item_demand WHERE item_id = ?", (item,))
    assert row is not None
    return row


def test_an_item_that_sells_gets_a_reorder_point_and_one_that_does_not_gets_none(
    db: Db, owner: Acting, frozen_clock: FrozenClock
) -> None:
    steady, dead = a.an_item(db, "STEADY"), a.an_item(db, "DEAD")
    trade(db, owner, [steady, dead], 120, lambda item, day, _r: 2 if item == 0 else 0, stock=241)
    assert ordering.is_due(db)
    ordering.refresh(db)
    assert not ordering.is_due(db)
    rate, at, up_to = advice(db, steady)
    assert rate == pytest.approx(14_000, abs=1_000)
    assert at is not None
    assert up_to is not None
    assert at >= 20_000
    assert up_to > at
    assert advice(db, dead)[1:] == (None, None)
    low = low_stock.low_stock(db, owner)
    assert [row.item_id for row in low] == [steady]
    assert low[0].advised
    assert low[0].suggested >= low[0].reorder_point - low[0].position
    assert list(stock.ids(db, StockFilter(("low",)))) == [steady]


def test_an_own_reorder_point_stands_before_the_advice(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    item = a.an_item(db, "OWN", reorder_point=3_000, order_up_to=9_000)
    trade(db, owner, [item], 120, lambda _i, _d, _r: 2, stock=242)
    ordering.refresh(db)
    (row,) = low_stock.low_stock(db, owner)
    assert (row.reorder_point, row.order_up_to, row.advised) == (3_000, 9_000, False)


def test_more_service_asks_for_more_stock(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    items = [a.an_item(db) for _n in range(6)]
    trade(db, owner, items, 120, lambda i, _d, r: r.randrange(4) if r.random() < 0.4 else 0)
    ups = []
    for service in (800, 950, 990):
        ordering.choose_service(db, owner, service)
        ups.append(sum(advice(db, item)[2] or 0 for item in items))
    assert ups[0] < ups[1] < ups[2]
    assert settings.load(db).order_service == 990
    assert events(db, "service_chosen")[-1] == "99 %"
    with pytest.raises(Refused):
        ordering.choose_service(db, owner, 1_000)


def test_what_is_skipped_is_not_advised_until_its_day(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    item = a.an_item(db, "TEA")
    trade(db, owner, [item], 120, lambda _i, _d, _r: 1, stock=121)
    ordering.refresh(db)
    ordering.skip(db, owner, item, 3, "no room")
    assert low_stock.low_stock(db, owner) == []
    assert purchase.propose(db, owner).lines == 0
    assert "TEA: no room" in events(db, "advice_skipped")
    ordering.resume(db, owner, item)
    assert len(low_stock.low_stock(db, owner)) == 1
    with pytest.raises(Refused):
        ordering.skip(db, owner, item, 0, "why")
    with pytest.raises(Refused):
        ordering.skip(db, owner, item, 5, " ")


def test_a_measured_lead_time_stands_before_a_promised_one(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    supplier = db.value("INSERT INTO supplier (name, name_key, lead_days) VALUES ('Slow', 'slow', 3) RETURNING id")
    item = a.an_item(db, "SLOW", supplier_id=supplier)
    trade(db, owner, [item], 120, lambda _i, _d, _r: 1)
    ordering.refresh(db)
    before = advice(db, item)[1]
    now = clock.now()
    for number, days in enumerate((20, 22, 24)):
        sent = now - (100 - number) * 86_400_000_000
        db.run(
            "INSERT INTO purchase_order (number, supplier_id, location_id, state, currency, created_at, created_by, "
            "sent_at, first_receipt_at, changed_at) VALUES (?, ?, ?, 'received', 'EUR', ?, ?, ?, ?, ?)",
            (number + 1, supplier, owner.location_id, sent, owner.person_id, sent, sent + days * 86_400_000_000, sent),
        )
    ordering.refresh(db)
    after = advice(db, item)[1]
    assert before is not None
    assert after is not None
    assert after > before + 15_000
    assert db.value("SELECT lead FROM item_demand WHERE item_id = ?", (item,)) == 220


@pytest.mark.parametrize("days", [0, 1, 13])
def test_a_young_shop_gets_advice_without_a_past_to_try(
    db: Db, owner: Acting, frozen_clock: FrozenClock, days: int
) -> None:
    item = a.an_item(db)
    if days:
        trade(db, owner, [item], days, lambda _i, _d, _r: 3)
    ordering.refresh(db)
    # The opening count stands a day before the first sale.
    assert advice(db, item)[0] == pytest.approx(21_000 if days else 0, rel=0.5)
    assert db.value("SELECT value FROM setting WHERE key = 'order_achieved'") == ""


def test_advice_can_be_switched_off(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    item = a.an_item(db)
    trade(db, owner, [item], 30, lambda _i, _d, _r: 3, stock=91)
    ordering.refresh(db)
    assert low_stock.low_stock(db, owner)
    set_setting(db, "order_advice", 0)
    ordering.refresh(db)
    assert low_stock.low_stock(db, owner) == []


def test_the_promise_of_a_steady_shop_is_kept_in_its_own_past(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    items = [a.an_item(db) for _n in range(8)]
    trade(db, owner, items, 190, lambda i, _d, r: 1 + r.randrange(3) if r.random() < 0.2 + i / 12 else 0)
    ordering.refresh(db)
    achieved = int(db.value("SELECT value FROM setting WHERE key = 'order_achieved'"))
    assert achieved == pytest.approx(950, abs=35)
    assert isinstance(low_stock.low_stock(db, owner), list)
    assert Qty(0) == 0
