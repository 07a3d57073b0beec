"""Counting again: lines sent back after a count was closed, places finished too early, goods that sold meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.counting import Scope
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.queries import audit, cycle_due
from shopstock.services import (
    count_again,
    count_close,
    count_entries,
    count_post,
    counts,
    cycle_plan,
    items,
    people,
    settings,
)
from shopstock.services.count_entries import EntryLine
from shopstock.services.counts import CountFields
from tests import builders as a
from tests.conftest import FrozenClock
from tests.services.test_counts import Counting
from tests.till import goods, person, sold


@pytest.fixture
def shop(db: Db, owner: Acting) -> Counting:
    return Counting(db, owner)


def closed(shop: Counting, tea: float, radio: float) -> int:
    """Count and close without a recount."""
    settings.save(shop.db, shop.owner, {"count_recount_lines": False})
    number = shop.begin()
    shop.counted(number, tea, radio)
    assert count_close.close(shop.db, shop.mia, number).recounts == 0
    return number


def everything(db: Db) -> list[list[tuple[object, ...]]]:
    tables = ("stock_count", "count_sheet", "count_sheet_item", "count_line", "count_step", "count_entry")
    return [db.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]


def test_a_line_that_is_sent_back_is_counted_by_others_and_the_rest_stays_decided(shop: Counting) -> None:
    number = closed(shop, 8, 3)
    tea, radio = shop.line(shop.tea), shop.line(shop.radio)
    settings.save(shop.db, shop.owner, {"count_limit_manager": 1})
    count_post.explain(shop.db, shop.mia, tea, "theft", "Seen")
    count_post.approve(shop.db, shop.owner, [tea])
    count_post.explain(shop.db, shop.mia, radio, "unknown")
    clue = "INSERT INTO count_clue (line_id, rank, cause, score, words) VALUES (?, 9, 'theft', 1, 'Seen')"
    shop.db.run_many(clue, [(tea,), (radio,)])
    decided = shop.db.row("SELECT * FROM count_line WHERE id = ?", (tea,))
    count_again.recount(shop.db, shop.mia, [radio])
    said = shop.db.row("SELECT state, cause, decided_by FROM count_line WHERE id = ?", (radio,))
    assert said == ("recount", "", None)
    assert shop.db.rows("SELECT line_id FROM count_clue WHERE rank = 9") == [(tea,)]
    with pytest.raises(Refused, match="not finished"):
        count_close.close(shop.db, shop.mia, number)
    with pytest.raises(Refused, match="being counted"):
        count_post.post(shop.db, shop.mia, number)
    again = shop.sheet(number, shop.owner.location_id, 2)
    with pytest.raises(NotAllowed, match="you counted it before"):
        counts.begin_sheet(shop.db, shop.ann, again)
    shop.counted(number, 0, 4, who=shop.bo, round=2)
    assert count_close.close(shop.db, shop.mia, number).recounts == 1, "two counts that differ ask for a third look"
    shop.counted(number, 0, 4, who=shop.mia, round=3)
    assert count_close.close(shop.db, shop.mia, number).recounts == 0
    assert shop.lines(number) == {shop.tea.item_id: (8, -2, -4, "ready"), shop.radio.item_id: (4, 0, 0, "ready")}
    assert shop.db.row("SELECT * FROM count_line WHERE id = ?", (tea,)) == decided
    assert shop.db.value("SELECT round FROM count_line WHERE id = ?", (radio,)) == 3
    count_post.post(shop.db, shop.mia, number)
    assert (shop.on_hand(shop.tea), shop.on_hand(shop.radio)) == (8, 4)
    steps = [step for (step,) in shop.db.rows("SELECT step FROM count_step WHERE line_id = ? ORDER BY id", (radio,))]
    assert [step for step in steps if step != "evidence"] == ["cause", "recount"]
    assert audit.discrepancies(shop.db) == []


def test_what_three_rounds_find_the_same_twice_stands_and_is_explained_anew(shop: Counting) -> None:
    number = closed(shop, 10, 3)
    radio = shop.line(shop.radio)
    count_post.explain(shop.db, shop.owner, radio, "unknown")
    count_again.recount(shop.db, shop.mia, [radio])
    shop.counted(number, 0, 3, who=shop.bo, round=2)
    count_close.close(shop.db, shop.mia, number)
    assert shop.lines(number)[shop.radio.item_id] == (3, -1, -50, "explain")
    assert shop.db.value("SELECT cause FROM count_line WHERE id = ?", (radio,)) == ""


def test_what_cannot_be_counted_again_is_said_and_nothing_changes(shop: Counting) -> None:
    number = closed(shop, 8, 4)
    tea = shop.line(shop.tea)
    counts.cancel(shop.db, shop.mia, number)
    other = closed(shop, 10, 4)
    mine = int(shop.db.value("SELECT max(id) FROM count_line"))
    before = everything(shop.db)
    for lines, words in (
        ([], "Choose the lines"), ([999], "no such line"), ([tea, mine], "different counts"), ([tea], "is cancelled"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=words):
            count_again.recount(shop.db, shop.mia, lines)
    assert everything(shop.db) == before
    count_post.post(shop.db, shop.mia, other)
    with pytest.raises(Refused, match="is posted"):
        count_again.recount(shop.db, shop.mia, [mine])


def test_a_place_finished_too_early_is_opened_again(shop: Counting) -> None:
    number = shop.begin()
    floor, cellar = shop.sheet(number, shop.owner.location_id), shop.sheet(number, shop.cellar)
    with pytest.raises(Refused, match="is not finished"):
        counts.reopen_sheet(shop.db, shop.mia, floor)
    shop.enter(shop.ann, floor, shop.tea, 10)
    counts.finish_sheet(shop.db, shop.ann, floor)
    counts.reopen_sheet(shop.db, shop.mia, floor)
    shop.enter(shop.ann, floor, shop.radio, 4)
    counts.finish_sheet(shop.db, shop.ann, floor)
    counts.begin_sheet(shop.db, shop.ann, cellar)
    counts.finish_sheet(shop.db, shop.ann, cellar)
    assert count_close.close(shop.db, shop.mia, number).recounts == 0
    assert set(shop.lines(number).values()) == {(10, 0, 0, "ready"), (4, 0, 0, "ready")}
    steps = [step for (step,) in shop.db.rows("SELECT step FROM count_step ORDER BY id")]
    assert steps[1:4] == ["sheet_done", "sheet_reopened", "sheet_done"]
    with pytest.raises(Refused, match="being reconciled"):
        counts.reopen_sheet(shop.db, shop.mia, floor)


def test_a_place_that_is_opened_again_drops_what_was_decided_there_alone(shop: Counting) -> None:
    settings.save(shop.db, shop.owner, {"count_recount_lines": False})
    number = shop.begin()
    floor, cellar = shop.sheet(number, shop.owner.location_id), shop.sheet(number, shop.cellar)
    shop.enter(shop.ann, floor, shop.tea, 9)
    shop.enter(shop.ann, cellar, shop.radio, 3)
    for sheet in (floor, cellar):
        counts.finish_sheet(shop.db, shop.ann, sheet)
    count_close.close(shop.db, shop.mia, number)
    lines = {
        (item, place): line for line, item, place in shop.db.rows("SELECT id, item_id, location_id FROM count_line")
    }
    for line in lines.values():
        count_post.explain(shop.db, shop.owner, line, "misplaced")
    floor_tea, here = lines[shop.tea.item_id, shop.owner.location_id], shop.owner.location_id
    count_again.recount(shop.db, shop.mia, [lines[shop.radio.item_id, shop.cellar]])
    with pytest.raises(Refused, match="counted again already"):
        counts.reopen_sheet(shop.db, shop.mia, cellar)
    counts.reopen_sheet(shop.db, shop.mia, floor)
    assert shop.db.rows("SELECT DISTINCT state FROM count_line WHERE location_id = ?", (here,)) == [("recount",)]
    shop.enter(shop.ann, floor, shop.tea, 1)
    counts.finish_sheet(shop.db, shop.ann, floor)
    again = shop.sheet(number, shop.cellar, 2)
    shop.enter(shop.bo, again, shop.radio, 3)
    counts.finish_sheet(shop.db, shop.bo, again)
    count_close.close(shop.db, shop.mia, number)
    assert shop.db.row("SELECT counted, state FROM count_line WHERE id = ?", (floor_tea,)) == (10_000, "ready")
    for line in lines.values():
        if line != floor_tea:
            count_post.explain(shop.db, shop.owner, line, "misplaced")
    count_post.post(shop.db, shop.mia, number)
    assert (shop.on_hand(shop.tea), shop.on_hand(shop.radio)) == (10, 3)


def test_what_a_code_is_stays_once_lines_were_made_of_it(shop: Counting) -> None:
    settings.save(shop.db, shop.owner, {"count_recount_lines": False})
    number = shop.begin()
    floor, cellar = shop.sheet(number, shop.owner.location_id), shop.sheet(number, shop.cellar)
    shop.enter(shop.ann, floor, None, 9, code="RADIOS")
    shop.enter(shop.ann, floor, shop.tea, 10)
    counts.begin_sheet(shop.db, shop.ann, cellar)
    for sheet in (floor, cellar):
        counts.finish_sheet(shop.db, shop.ann, sheet)
    count_entries.match(shop.db, shop.mia, number, "RADIOS", None)
    count_entries.match(shop.db, shop.mia, number, "RADIOS", shop.radio.item_id)
    count_close.close(shop.db, shop.mia, number)
    count_again.recount(shop.db, shop.mia, [shop.line(shop.radio)])
    before = shop.db.rows("SELECT * FROM count_match")
    with pytest.raises(Refused, match="Have its line counted again"):
        count_entries.match(shop.db, shop.mia, number, "RADIOS", shop.tea.item_id)
    assert shop.db.rows("SELECT * FROM count_match") == before


# --- what sold while it was counted


def count_while_selling(shop: Counting, who: Acting, sheet: int, first: float, last: float, sell: str = "3") -> None:
    shop.enter(who, sheet, shop.tea, first)
    sold(shop.db, shop.owner, shop.tea, sell)
    shop.enter(who, sheet, shop.tea, last)


@pytest.mark.parametrize(("counted", "off"), [(7, 0), (5, -2)])
def test_a_line_that_sold_while_it_was_counted_is_counted_again_and_hides_nothing(
    shop: Counting, counted: int, off: int
) -> None:
    """Ten by the book, three sold between the scans: any figure from seven to ten can be right, so two can be gone."""
    number = shop.begin()
    floor = shop.sheet(number, shop.owner.location_id)
    shop.enter(shop.ann, floor, shop.radio, 4)
    count_while_selling(shop, shop.ann, floor, 6, 1 if not off else 2)
    shop.counted_cellar(number)
    counts.finish_sheet(shop.db, shop.ann, floor)
    assert count_close.close(shop.db, shop.mia, number).recounts == 1
    assert shop.db.rows("SELECT item_id FROM count_sheet_item") == [(shop.tea.item_id,)]
    shop.enter(shop.bo, shop.sheet(number, shop.owner.location_id, 2), shop.tea, counted)
    counts.finish_sheet(shop.db, shop.bo, shop.sheet(number, shop.owner.location_id, 2))
    assert count_close.close(shop.db, shop.mia, number).recounts == 0
    assert shop.lines(number)[shop.tea.item_id][:2] == (counted, off)
    assert shop.db.value("SELECT round FROM count_line WHERE id = ?", (shop.line(shop.tea),)) == 2


def test_what_sells_all_day_is_counted_three_times_and_not_for_ever(shop: Counting) -> None:
    number = shop.begin()
    here = shop.owner.location_id
    for round, who in enumerate((shop.ann, shop.bo, shop.mia), 1):
        sheet = shop.sheet(number, here, round)
        if round == 1:
            shop.enter(who, sheet, shop.radio, 4)
            shop.counted_cellar(number)
        count_while_selling(shop, who, sheet, 1, 10 - 2 * round, sell="1")
        counts.finish_sheet(shop.db, who, sheet)
        left = count_close.close(shop.db, shop.mia, number).recounts
        assert left == (1 if round < 3 else 0)
    assert shop.db.value("SELECT round FROM count_line WHERE id = ?", (shop.line(shop.tea),)) == 3


def test_when_nobody_else_is_left_the_third_look_is_by_who_did_not_look_last(db: Db, owner: Acting) -> None:
    bo = person(db, owner, "Bo", Role.STOCKROOM)
    person(db, owner, "Kim", Role.CASHIER)  # who does not count
    owner = people.acting_for_owner(db)
    tea = goods(db, owner, "TEA", on_hand="10", cost="20")
    number = counts.new_count(db, owner, CountFields(owner.location_id)).count_id
    for round, who, pieces in ((1, owner, 8), (2, bo, 9), (3, owner, 8)):
        sheet = int(db.value("SELECT id FROM count_sheet WHERE round = ?", (round,)))
        if round > 1:
            with pytest.raises(NotAllowed, match="you counted it before"):
                counts.begin_sheet(db, owner if round == 2 else bo, sheet)
        count_entries.enter(db, who, sheet, [EntryLine(f"round {round}", tea.item_id, a.qty(pieces))])
        counts.finish_sheet(db, who, sheet)
        recounts = count_close.close(db, owner, number).recounts
    assert recounts == 0
    assert db.value("SELECT counted FROM count_line") == 8_000


def test_a_recount_waits_for_the_next_morning_while_undone_sheets_of_the_list_are_dropped(
    db: Db, owner: Acting, frozen_clock: FrozenClock
) -> None:
    settings.save(db, owner, {"cycle_counts": True, "count_work_days": 7})
    here, tea = owner.location_id, goods(db, owner, "TEA", on_hand="9", cost="9").item_id
    cycle_plan.make_list(db, owner, here)
    db.run("UPDATE cycle_item SET since_day = 20200101")
    frozen_clock.advance(timedelta(days=1))
    cycle_plan.make_list(db, owner, here)
    (row,) = cycle_due.listed(db, here, clock.day_of(clock.now()))
    count_entries.enter(db, owner, row.sheet_id, [EntryLine("one", tea, a.qty(8))])
    counts.finish_sheet(db, owner, row.sheet_id)
    assert count_close.close(db, owner, row.count_id).recounts == 1
    frozen_clock.advance(timedelta(days=1))
    cycle_plan.make_list(db, owner, here)
    again = int(db.value("SELECT id FROM count_sheet WHERE round = 2 AND state = 'open'"))
    count_entries.enter(db, owner, again, [EntryLine("two", tea, a.qty(8))])
    counts.finish_sheet(db, owner, again)
    assert count_close.close(db, owner, row.count_id).lines == 1


def test_only_a_category_is_counted(shop: Counting) -> None:
    """What nobody entered counts as none only where it was looked for."""
    settings.save(shop.db, shop.owner, {"count_recount_lines": False})
    with transaction(shop.db):
        radios = items.category_id(shop.db, "Radios")
    assert radios is not None
    shop.db.run("UPDATE item SET category_id = ? WHERE id = ?", (radios, shop.radio.item_id))
    cup = goods(shop.db, shop.owner, "CUP", on_hand="7", cost="7")
    number = shop.begin(Scope(categories=(radios,)))
    floor = shop.sheet(number, shop.owner.location_id)
    counts.begin_sheet(shop.db, shop.ann, floor)
    counts.finish_sheet(shop.db, shop.ann, floor)
    shop.counted_cellar(number)
    count_close.close(shop.db, shop.mia, number)
    assert shop.lines(number) == {shop.radio.item_id: (0, -4, -200, "explain")}
    count_post.explain(shop.db, shop.owner, shop.line(shop.radio), "theft")
    count_post.post(shop.db, shop.mia, number)
    assert (shop.on_hand(shop.tea), shop.on_hand(shop.radio), shop.on_hand(cup)) == (10, 0, 7)
