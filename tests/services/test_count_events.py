"""What asks for a count as it happens: each once for an item and place until it was counted, of stock in a shop."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.document import DraftLine
from shopstock.core.outcome import NotAllowed
from shopstock.core.places import Level, PlaceFields
from shopstock.core.purchasing import OrderFields, SupplierFields
from shopstock.core.receiving import About, Decision
from shopstock.core.units import ItemId, LocationId
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import cycle_due, report_counts
from shopstock.services import (
    adjust,
    count,
    count_close,
    count_entries,
    count_post,
    counts,
    cycle_plan,
    people,
    places,
    posting,
    purchase,
    receiving,
    return_,
    reverse,
    set_aside,
    settings,
    suppliers,
    transfer,
)
from shopstock.services.count_entries import EntryLine
from tests import builders as a
from tests.conftest import FrozenClock
from tests.till import goods, person, sold


def due(db: Db) -> list[tuple[int, int, str]]:
    """Return what waits to be counted: item, place, reason."""
    sql = "SELECT item_id, location_id, reason FROM count_due WHERE done_at IS NULL ORDER BY item_id, reason"
    return [(item, place, reason) for item, place, reason in db.rows(sql)]


def a_room(db: Db, owner: Acting, name: str = "Cellar") -> LocationId:
    return places.add_place(db, owner, PlaceFields(name, Level.ROOM, owner.location_id)).location_id


def sell_at(db: Db, owner: Acting, place: LocationId, *sold_: tuple[ItemId, float], days_ago: int = 0) -> None:
    at = clock.now() - days_ago * 86_400_000_000
    lines = [replace(a.a_sale_line(owner, item, pieces), location_id=place) for item, pieces in sold_]
    posting.post(db, owner, a.a_sale(db, owner, lines, a.a_head(at=at)))  # type: ignore[arg-type]


def come_back(db: Db, owner: Acting, line: DraftLine) -> None:
    draft = return_.customer_return_draft(a.a_head(), [line], [a.a_payment(db, type(line.gross)(-line.gross))])
    return_.post_customer_return(db, owner, draft)


def counted(db: Db, owner: Acting, item: ItemId, pieces: float, place: LocationId | None = None) -> None:
    count.post_count(db, owner, a.a_head(), [replace(a.goods(item, pieces), location_id=place)])


def test_what_is_sold_out_at_a_place_is_due_there_once_until_it_was_counted(db: Db, owner: Acting) -> None:
    here, cellar = owner.location_id, a_room(db, owner)
    tea, mint = (goods(db, owner, sku, on_hand="4", cost="4").item_id for sku in ("TEA", "MINT"))
    transfer.put_away(db, owner, a.a_head(), [a.goods(tea, 1)], cellar)
    sell_at(db, owner, here, (tea, 2), (mint, 3))
    assert due(db) == []
    sell_at(db, owner, here, (tea, 1), (mint, 0.5))
    assert due(db) == [(tea, here, "reached_zero")]  # though there is one in the cellar
    counted(db, owner, tea, 1, here)
    assert due(db) == []
    sell_at(db, owner, here, (tea, 1))
    assert due(db) == [(tea, here, "reached_zero")]


def test_what_left_otherwise_than_sold_or_long_ago_is_not_due(db: Db, owner: Acting) -> None:
    here, cellar = owner.location_id, a_room(db, owner)
    tea, mint, rice = (goods(db, owner, sku, on_hand="2", cost="2").item_id for sku in ("TEA", "MINT", "RICE"))
    transfer.put_away(db, owner, a.a_head(), [a.goods(tea, 2)], cellar)
    adjust.write_off(db, owner, a.a_head(), [a.goods(mint, 2, cause="damaged")])
    assert db.rows("SELECT on_hand FROM stock_level WHERE location_id = ? AND on_hand <> 0", (here,)) == [(2_000,)]
    sell_at(db, owner, here, (rice, 2), days_ago=2)
    assert due(db) == []


def test_a_place_below_none_on_hand_is_due_though_the_shop_has_more(db: Db, owner: Acting) -> None:
    here, cellar = owner.location_id, a_room(db, owner)
    tea, mint = (goods(db, owner, sku, on_hand="4", cost="4").item_id for sku in ("TEA", "MINT"))
    sell_at(db, owner, cellar, (tea, 1))
    assert due(db) == [(tea, cellar, "negative")]
    sell_at(db, owner, cellar, (tea, 1))
    sell_at(db, owner, here, (mint, 6))
    assert due(db) == [(tea, cellar, "negative"), (mint, here, "oversold")]  # one reason for one thing
    db.run("UPDATE count_due SET done_at = 1")
    transfer.put_away(db, owner, a.a_head(), [a.goods(tea, 1)], cellar)
    assert due(db) == []  # it is below still, but nothing more went out


def test_goods_brought_back_without_their_sale_are_due(db: Db, owner: Acting) -> None:
    here = owner.location_id
    tea, mint = (goods(db, owner, sku, on_hand="4", cost="4").item_id for sku in ("TEA", "MINT"))
    bag = a.an_item(db, "BAG", stocked=0)
    sell_at(db, owner, here, (tea, 1))
    sale_line = db.value("SELECT id FROM document_line WHERE kind = 'sale'")
    come_back(db, owner, replace(a.replace_kind(a.a_sale_line(owner, tea, 1)), of_line_id=sale_line))
    come_back(db, owner, a.replace_kind(a.a_sale_line(owner, bag, 1)))
    assert due(db) == []
    come_back(db, owner, a.replace_kind(a.a_sale_line(owner, mint, 1)))
    assert due(db) == [(mint, here, "return_without_sale")]


def an_order(db: Db, owner: Acting, **ordered: int) -> tuple[int, dict[str, ItemId]]:
    supplier = suppliers.save_supplier(db, owner, None, SupplierFields(name="Noor & Zoon")).supplier_id
    order = purchase.new_order(db, owner, OrderFields(supplier)).order_id
    items = {sku: a.an_item(db, sku) for sku in ordered}
    for sku, pieces in ordered.items():
        purchase.set_line(db, owner, order, items[sku], a.qty(pieces), a.money(2))
    purchase.approve(db, owner, order)
    purchase.send(db, owner, order, "on paper")
    return order, items


def test_what_came_otherwise_than_ordered_is_due_where_it_was_put(db: Db, owner: Acting) -> None:
    cellar = a_room(db, owner)
    order, items = an_order(db, owner, MORE=5, LESS=5, RIGHT=5, NONE=5, BACK=5)
    delivery = receiving.start(db, owner, "delivery", [order]).delivery_id
    for sku, pieces in {"MORE": 6, "LESS": 4, "RIGHT": 5, "BACK": 7}.items():
        place = cellar if sku == "LESS" else None
        receiving.count(db, owner, delivery, f"scan {sku}", items[sku], a.qty(pieces), location_id=place)
    receiving.decide(db, owner, delivery, items["MORE"], About.OVER, Decision.ACCEPT)
    receiving.decide(db, owner, delivery, items["BACK"], About.OVER, Decision.REFUSE)
    receiving.post(db, owner, delivery)
    found = {(item, place) for item, place, reason in due(db) if reason == "receipt_variance"}
    here = owner.location_id
    assert found == {(items["MORE"], here), (items["LESS"], cellar), (items["BACK"], here)}
    assert len(due(db)) == 3


def test_goods_on_no_order_have_no_variance_and_goods_set_aside_are_not_counted(db: Db, owner: Acting) -> None:
    tea = a.an_item(db, "TEA", supplier_cost=20_000)
    delivery = receiving.start(db, owner, "delivery", []).delivery_id
    receiving.count(db, owner, delivery, "scan", tea, a.qty(5))
    receiving.decide(db, owner, delivery, tea, About.UNEXPECTED, Decision.ACCEPT)
    receiving.post(db, owner, delivery)
    assert due(db) == []
    aside = set_aside.location(db, owner.location_id)
    line = replace(a.replace_kind(a.a_sale_line(owner, tea, 1)), location_id=aside)
    come_back(db, owner, line)
    assert due(db) == []


def test_a_reversed_sale_of_the_last_ones_leaves_nothing_to_look_at(
    db: Db, owner: Acting, frozen_clock: FrozenClock
) -> None:
    settings.save(db, owner, {"cycle_counts": True, "count_work_days": 7})
    tea = goods(db, owner, "TEA", on_hand="2", cost="2")
    done = sold(db, owner, tea, "2").document
    assert done is not None
    here = owner.location_id
    assert [one.reason for one in cycle_due.events(db, here)] == ["reached_zero"]
    reverse.reverse(db, owner, a.a_head(), done.id)
    assert cycle_due.events(db, here) == []  # there is something again: no longer quick to check
    sold(db, owner, tea, "2")
    assert [one.reason for one in cycle_due.events(db, here)] == ["reached_zero"]


@pytest.mark.parametrize("cap", [1, 3, 9])
def test_what_is_sold_out_keeps_within_the_cap_behind_what_must_be_counted(
    db: Db, owner: Acting, frozen_clock: FrozenClock, cap: int
) -> None:
    settings.save(db, owner, {"cycle_counts": True, "count_work_days": 7, "count_daily_cap": cap})
    here, cellar = owner.location_id, a_room(db, owner)
    items = [goods(db, owner, f"ITEM{n}", on_hand="5", cost="5").item_id for n in range(8)]
    cycle_plan.make_list(db, owner, here)
    db.run("UPDATE cycle_item SET since_day = 20200101 WHERE item_id IN (?, ?)", items[:2])
    for item in items[2:6]:
        sell_at(db, owner, here, (item, 5))
    sell_at(db, owner, cellar, (items[6], 1))
    frozen_clock.advance(timedelta(days=1))
    cycle_plan.make_list(db, owner, here)
    rows = cycle_due.listed(db, here, clock.day_of(clock.now()))
    reasons = {row.item_id: row.reason for row in rows}
    assert reasons[items[6]] == "negative"
    assert {row.location_id for row in rows if row.item_id == items[6]} == {here, cellar}
    assert [item for item in items[:2] if item in reasons] == items[: min(cap, 2)]
    quick = [item for item in items if reasons.get(item) == "reached_zero"]
    assert quick == items[2 : 2 + max(min(cap - 2, 4), 0)]
    assert len(reasons) <= cap + 1
    assert rows[0].item_id == items[6]  # on top of the place


def test_what_was_wrong_twice_is_counted_by_somebody_else(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    ann, bo = (person(db, owner, name, Role.STOCKROOM) for name in ("Ann", "Bo"))
    owner, here = people.acting_for_owner(db), owner.location_id
    settings.save(db, owner, {"cycle_counts": True, "count_work_days": 7, "count_recount_lines": False})
    tea, mint = (goods(db, owner, sku, on_hand="9", cost="9").item_id for sku in ("TEA", "MINT"))
    cycle_plan.make_list(db, owner, here)
    miss = cycle_plan.CountedItem(tea, here, clock.day_of(clock.now()), False, ann.person_id)
    for _twice in range(2):
        cycle_plan.note_counted(db, here, [miss])
    db.run("UPDATE cycle_item SET since_day = 20200101 WHERE item_id = ?", (mint,))
    frozen_clock.advance(timedelta(days=1))
    cycle_plan.make_list(db, owner, here)
    rows = cycle_due.listed(db, here, clock.day_of(clock.now()))
    assert [(row.item_id, row.reason) for row in rows] == [(tea, "two_misses"), (mint, "")]
    sheet = rows[0].sheet_id
    count_entries.enter(db, ann, sheet, [EntryLine("mint", mint, a.qty(9))])
    with pytest.raises(NotAllowed, match="Somebody else counts Tea"):
        count_entries.enter(db, ann, sheet, [EntryLine("tea", tea, a.qty(9))])
    count_entries.enter(db, bo, sheet, [EntryLine("tea", tea, a.qty(9))])
    counts.finish_sheet(db, ann, sheet)
    count_close.close(db, owner, rows[0].count_id)
    count_post.post(db, owner, rows[0].count_id)
    assert db.row("SELECT misses, missed_by FROM cycle_item WHERE item_id = ?", (tea,)) == (0, None)
    assert due(db) == []


@pytest.mark.parametrize("alone", [True, False])
def test_a_list_of_nothing_but_what_one_got_wrong_is_for_somebody_else_unless_there_is_nobody(
    db: Db, owner: Acting, frozen_clock: FrozenClock, alone: bool
) -> None:
    here = owner.location_id
    if not alone:
        person(db, owner, "Bo", Role.STOCKROOM)
        owner = people.acting_for_owner(db)
    settings.save(db, owner, {"cycle_counts": True, "count_work_days": 7, "count_recount_lines": False})
    tea = goods(db, owner, "TEA", on_hand="9", cost="9").item_id
    cycle_plan.make_list(db, owner, here)
    for day in range(2):  # wrong two times in a row
        db.run("UPDATE cycle_item SET since_day = 20200101")
        frozen_clock.advance(timedelta(days=1))
        cycle_plan.make_list(db, owner, here)
        (row,) = cycle_due.listed(db, here, clock.day_of(clock.now()))
        count_entries.enter(db, owner, row.sheet_id, [EntryLine(f"day {day}", tea, a.qty(8 - day))])
        counts.finish_sheet(db, owner, row.sheet_id)
        count_close.close(db, owner, row.count_id)
        count_post.explain(db, owner, db.value("SELECT max(id) FROM count_line"), "unknown")
        count_post.post(db, owner, row.count_id)
    assert due(db) == [(tea, here, "two_misses")]
    frozen_clock.advance(timedelta(days=1))
    cycle_plan.make_list(db, owner, here)
    (row,) = cycle_due.listed(db, here, clock.day_of(clock.now()))
    if alone:
        counts.begin_sheet(db, owner, row.sheet_id)
        return
    with pytest.raises(NotAllowed, match="wrong twice in a row"):
        counts.begin_sheet(db, owner, row.sheet_id)
    with pytest.raises(NotAllowed, match="wrong twice in a row"):
        counts.assign(db, owner, row.sheet_id, owner.person_id)
    assert db.value("SELECT state FROM count_sheet WHERE id = ?", (row.sheet_id,)) == "open"


def test_every_reason_has_words(db: Db) -> None:
    reasons = [row.value for row in cycle_due.Trigger]
    words = {report_counts.reason_words(reason) for reason in reasons}
    assert len(words) == len(reasons)
    assert words.isdisjoint(reasons)


def test_a_sale_asks_no_question_more_for_its_lines(sqlite_db: Db, owner: Acting) -> None:
    """What was sold out is told by the statement that moves the level itself."""
    items = [goods(sqlite_db, owner, f"ITEM{n}", on_hand="9", cost="9").item_id for n in range(3)]

    def asked(*lines: tuple[ItemId, float]) -> int:
        statements = 0

        def trace(_cursor: object, _sql: str, _bindings: object) -> bool:
            nonlocal statements
            statements += 1
            return True

        sqlite_db.raw.exec_trace = trace
        sell_at(sqlite_db, owner, owner.location_id, *lines)
        sqlite_db.raw.exec_trace = None
        return statements

    usual = asked((items[0], 1), (items[1], 1))
    assert asked((items[0], 8), (items[1], 1)) == usual + 1 + 1  # the list of what is due; the span without stock
