"""The list of a day: made once each morning, by place, with what events ask for on top, and carried over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopstock.core.abc_classes import AbcClass
from shopstock.core.acting import Acting
from shopstock.core.cycle import Plan
from shopstock.core.places import Level, PlaceFields
from shopstock.core.units import ItemId, LocationId, PersonId
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.jobs import daily
from shopstock.queries import cycle_due, report_counts
from shopstock.queries.report_query import ReportQuery
from shopstock.services import count, cycle_plan, places, ranking, settings
from shopstock.services.cycle_plan import CountedItem
from tests import builders as a
from tests.conftest import FrozenClock
from tests.till import goods, sold

PLAN = Plan(7, {AbcClass.A: 12, AbcClass.B: 4, AbcClass.C: 2}, 0)


class Shop:
    """Twelve items, six on the shop floor and six at home in the cellar, counted seven days a week."""

    def __init__(self, db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
        self.db, self.owner, self.clock = db, owner, frozen_clock
        settings.save(db, owner, {"cycle_counts": True, "count_work_days": 7})
        self.items = [goods(db, owner, f"ITEM{n}", on_hand="5", cost="5").item_id for n in range(12)]
        room = PlaceFields("Cellar", Level.ROOM, owner.location_id)
        self.cellar = places.add_place(db, owner, room).location_id
        for item_id in self.items[6:]:
            places.set_home(db, owner, item_id, self.cellar)

    def today(self) -> list[cycle_due.ListRow]:
        cycle_plan.make_list(self.db, self.owner, self.owner.location_id)
        return cycle_due.listed(self.db, self.owner.location_id, clock.day_of(clock.now()))

    def days_later(self, days: int = 1) -> list[cycle_due.ListRow]:
        self.clock.advance(timedelta(days=days))
        return self.today()

    def counted(self, item_id: ItemId, *, hit: bool = True, by: int | None = None) -> None:
        who = PersonId(by or self.owner.person_id)
        day = clock.day_of(clock.now())
        one = CountedItem(item_id, self.owner.location_id, day, hit, who)
        cycle_plan.note_counted(self.db, self.owner.location_id, [one])


@pytest.fixture
def shop(db: Db, owner: Acting, frozen_clock: FrozenClock) -> Shop:
    return Shop(db, owner, frozen_clock)


def test_a_list_is_made_once_a_day_and_only_where_the_owner_wants_it(shop: Shop) -> None:
    here = shop.owner.location_id
    assert cycle_plan.is_due(shop.db, here)
    first = shop.today()
    assert not cycle_plan.is_due(shop.db, here) or not first
    assert shop.today() == first
    settings.save(shop.db, shop.owner, {"cycle_counts": False})
    shop.clock.advance(timedelta(days=1))
    assert not cycle_plan.is_due(shop.db, here)


def test_first_counts_are_spread_and_every_item_comes_up_within_its_interval(shop: Shop) -> None:
    seen: dict[ItemId, int] = {}
    for day in range(100):
        for row in shop.days_later() if day else shop.today():
            seen.setdefault(row.item_id, day)
            shop.counted(row.item_id)
    assert set(seen) == set(shop.items)  # new items are B: four times a year
    assert len(set(seen.values())) > 3


def test_a_list_goes_from_place_to_place_and_names_every_place_of_an_item(shop: Shop) -> None:
    shop.today()
    rows = shop.days_later(200)
    places_walked = [row.location_id for row in rows]
    assert places_walked == sorted(places_walked, key=[shop.owner.location_id, shop.cellar].index)
    both = {row.location_id for row in rows if row.item_id == shop.items[6]}
    assert both in (set(), {shop.owner.location_id, shop.cellar})  # its stock lies on the floor, its home is the cellar


def test_goods_sold_at_none_on_hand_are_on_the_next_list_whatever_the_cap(shop: Shop) -> None:
    settings.save(shop.db, shop.owner, {"count_daily_cap": 1})
    shop.today()
    tea = goods(shop.db, shop.owner, "TEA", on_hand="1", cost="1")
    sold(shop.db, shop.owner, tea, "3")
    rows = shop.days_later()
    assert [row.reason for row in rows if row.item_id == tea.item_id] == ["oversold"]


def test_what_nobody_began_is_on_the_next_list_and_the_old_one_is_cancelled(shop: Shop) -> None:
    shop.today()
    first = shop.days_later(60)
    assert first
    second = shop.days_later()
    assert {row.item_id for row in first} <= {row.item_id for row in second}
    states = shop.db.rows("SELECT state FROM stock_count ORDER BY day, id")
    assert [state for (state,) in states][-2:] == ["cancelled", "open"]


def test_goods_that_are_being_counted_are_on_no_second_list(shop: Shop) -> None:
    shop.today()
    first = shop.days_later(60)
    shop.db.run("UPDATE count_sheet SET state = 'counting' WHERE id = ?", (first[0].sheet_id,))
    second = shop.days_later()
    begun = {row.item_id for row in first if row.sheet_id == first[0].sheet_id}
    assert begun.isdisjoint(row.item_id for row in second)


def test_goods_that_were_wrong_twice_in_a_row_are_counted_the_next_day(shop: Shop) -> None:
    shop.today()
    item = shop.items[0]
    shop.counted(item, hit=False)
    assert cycle_due.events(shop.db, shop.owner.location_id) == []
    shop.counted(item, hit=False)
    (event,) = cycle_due.events(shop.db, shop.owner.location_id)
    assert (event.item_id, event.reason) == (item, cycle_plan.TWO_MISSES)
    shop.counted(item)
    assert shop.db.row("SELECT misses, missed_by FROM cycle_item WHERE item_id = ?", (item,)) == (0, None)


def test_the_workload_of_a_plan_is_known_before_it_is_kept(shop: Shop) -> None:
    ranking.refresh(shop.db)
    told = cycle_due.workload(shop.db, shop.owner.location_id, PLAN)
    assert (told.in_a_year, told.a_day) == (12 * 4, 1)
    assert cycle_due.workload(shop.db, LocationId(shop.cellar), PLAN).in_a_year == 0


def test_a_count_before_the_plan_began_is_the_last_count(shop: Shop) -> None:
    one = shop.items[3]
    head = a.a_head("counted", at=clock.now())
    count.post_count(shop.db, shop.owner, head, [a.goods(one, 5)])
    counted_on = clock.day_of(clock.now())
    shop.days_later(30)
    assert shop.db.value("SELECT since_day FROM cycle_item WHERE item_id = ?", (one,)) == counted_on


def test_the_morning_makes_the_list_and_reports_tell_it(shop: Shop) -> None:
    shop.today()
    shop.clock.advance(timedelta(days=60))
    settings.save(shop.db, shop.owner, {"backup_daily": False})
    assert "counts" in daily.run_due(shop.db).topics
    assert "counts" not in daily.run_due(shop.db).topics
    listed = report_counts.count_list(shop.db, ReportQuery())
    assert [row.sku for row in listed] == [row.sku for row in shop.today()]
    assert listed
    work = report_counts.count_workload(shop.db, ReportQuery())
    assert [(row.abc, row.items // 1_000, row.in_a_year // 1_000) for row in work] == [
        ("A", 0, 0), ("B", 12, 48), ("C", 0, 0)
    ]  # fmt: skip
    classed = report_counts.abc(shop.db, ReportQuery())
    assert {(row.abc, row.cumulative) for row in classed} == {("B", 0)}
