"""What who counts is given: never what is expected. And what the log comes to."""

from __future__ import annotations

import inspect
from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import Any

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.code_rules import NO_RULES
from shopstock.core.count_review import Quarter, quarter_of
from shopstock.core.outcome import NotAllowed
from shopstock.core.places import Level, PlaceFields
from shopstock.core.purchasing import SupplierFields, SupplierItemFields
from shopstock.core.units import Day, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import (
    count_line_view,
    count_lines,
    count_papers,
    count_review,
    counting,
    counts,
    report_variances,
    variance_log,
)
from shopstock.queries.report_query import ReportQuery
from shopstock.queries.variance_log import LogFilter
from shopstock.services import count_actions, count_close, count_entries, count_post, places, settings, suppliers
from shopstock.services import counts as service
from shopstock.services.count_entries import EntryLine
from shopstock.services.counts import CountFields
from tests.conftest import FrozenClock
from tests.till import goods, person, sold

#: What nobody who counts may be told.
SECRET = 7_777_000


def _figures(value: Any) -> list[Any]:
    """Return every plain value inside of tuples, lists and data classes."""
    if is_dataclass(value):
        return _figures([getattr(value, field.name) for field in fields(value)])
    if isinstance(value, tuple | list):
        return [one for part in value for one in _figures(part)]
    return [value]


def test_no_question_of_who_counts_is_answered_with_what_the_book_has(db: Db, owner: Acting) -> None:
    tea = goods(db, owner, "TEA", on_hand="7777", cost="7777", code="4006381333931")
    places.set_home(db, owner, tea.item_id, owner.location_id)
    ann = person(db, owner, "Ann", Role.STOCKROOM)
    count_id = service.new_count(db, owner, CountFields(owner.location_id)).count_id
    sheet_id = counting.to_count(db, ann)[0].id
    count_entries.enter(db, ann, sheet_id, [EntryLine("k", db.value("SELECT id FROM item"), Qty(3_000))])
    answers = [
        counting.to_count(db, ann), counting.sheet(db, ann, sheet_id), counting.waiting(db, ann),
        counting.look_up(db, ann, "4006381333931", count_id, NO_RULES),
        counting.look_up(db, ann, "TEA", None, NO_RULES),
        counting.thing(db, ann, db.value("SELECT id FROM item")), counting.find(db, "tea", ann.location_id),
        counting.today(db, ann), count_papers.paper(db, ann, count_id),
    ]  # fmt: skip
    assert "4006381333931" in _figures(answers[-1])
    assert SECRET not in _figures(answers)
    for module in (counting, count_papers):
        source = inspect.getsource(module).replace("on_hand=ZERO_QTY", "")
        for word in (
            "stock_level",
            "on_hand",
            "expected_",
            "FROM count_line",
            "JOIN count_line",
            "item_pool",
            "variance",
        ):
            assert word not in source, (module.__name__, word)


def test_what_is_known_of_a_closed_count_needs_the_right(db: Db, owner: Acting) -> None:
    ann = person(db, owner, "Ann", Role.STOCKROOM)
    for question in (counts.progress, count_line_view.line, count_lines.lines):
        with pytest.raises(NotAllowed):
            question(db, ann, 1)
    with pytest.raises(NotAllowed):
        count_lines.by_code(db, ann, 1, "TEA")
    with pytest.raises(NotAllowed):
        count_review.review(db, ann, quarter_of("2026Q3"))


def test_progress_names_places_nobody_began_goods_out_of_place_and_unknown_codes(db: Db, owner: Acting) -> None:
    tea = goods(db, owner, "TEA", on_hand="10")
    cellar = places.add_place(db, owner, PlaceFields("Cellar", Level.ROOM, owner.location_id)).location_id
    places.set_home(db, owner, tea.item_id, owner.location_id)
    count_id = service.new_count(db, owner, CountFields(owner.location_id)).count_id
    sheets = dict(db.rows("SELECT location_id, id FROM count_sheet"))
    count_entries.enter(
        db, owner, sheets[cellar], [EntryLine("a", tea.item_id, Qty(2_000)), EntryLine("b", None, Qty(1_000), "X-404")]
    )
    told = counts.progress(db, owner, count_id)
    assert [one.place for one in told.never] == ["Shop"]
    assert [(one.sku, one.qty) for one in told.misplaced] == [("TEA", 2_000)]
    assert [(one.code, one.times) for one in told.unknown] == [("X-404", 1_000)]


def _counted(db: Db, owner: Acting, cause: str, **pieces: int) -> int:
    """Count the shop, explain what is off, and post."""
    settings.save(db, owner, {"count_recount_value": 0, "count_recount_lines": False})
    count_id = service.new_count(db, owner, CountFields(owner.location_id)).count_id
    sheet_id = db.value("SELECT id FROM count_sheet WHERE count_id = ?", (count_id,))
    ids = dict(db.rows("SELECT sku, id FROM item"))
    count_entries.enter(
        db, owner, sheet_id, [EntryLine(f"{count_id}/{sku}", ids[sku], Qty(qty * 1000)) for sku, qty in pieces.items()]
    )
    service.finish_sheet(db, owner, sheet_id)
    count_close.close(db, owner, count_id)
    for (line,) in db.rows("SELECT id FROM count_line WHERE count_id = ? AND state = 'explain'", (count_id,)):
        count_post.explain(db, owner, line, cause)
    count_post.post(db, owner, count_id)
    return count_id


def test_what_recurs_and_how_right_the_records_were(db: Db, owner: Acting) -> None:
    goods(db, owner, "TEA", on_hand="10", cost="20")
    goods(db, owner, "CUP", on_hand="5", cost="20")
    _counted(db, owner, "theft", TEA=8, CUP=5)
    _counted(db, owner, "theft", TEA=7, CUP=5)
    found = {(row.by, row.of): (row.times, row.gross) for row in report_variances.recurrences(db, ReportQuery())}
    assert found["Item", "Tea (TEA)"] == (2_000, 60_000)
    assert found["Root cause", "Theft"] == (2_000, 60_000)
    told = {(row.by, row.of): (row.lines, row.right) for row in report_variances.accuracy_by(db, ReportQuery())}
    assert told["Person", owner.name] == (4_000, 2_000)
    assert {by for by, _of in told} == {"Class", "Place", "Person", "Month"}


def test_lines_belong_to_the_month_their_count_was_posted_in(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    goods(db, owner, "TEA", on_hand="10")
    settings.save(db, owner, {"count_recount_value": 0, "count_recount_lines": False})
    count_id = service.new_count(db, owner, CountFields(owner.location_id)).count_id
    sheet_id = db.value("SELECT id FROM count_sheet")
    count_entries.enter(db, owner, sheet_id, [EntryLine("k", db.value("SELECT id FROM item"), Qty(10_000))])
    service.finish_sheet(db, owner, sheet_id)
    count_close.close(db, owner, count_id)
    frozen_clock.advance(timedelta(days=40))
    count_post.post(db, owner, count_id)
    posted = clock.to_local(clock.now()).strftime("%Y-%m")
    assert [row.of for row in report_variances.accuracy_by(db, ReportQuery()) if row.by == "Month"] == [posted]


def test_the_log_is_narrowed_by_whatever_is_asked(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    tea = goods(db, owner, "TEA", on_hand="10", cost="20")
    cup = goods(db, owner, "CUP", on_hand="5", cost="20")
    mill = suppliers.save_supplier(db, owner, None, SupplierFields("Mill")).supplier_id
    suppliers.save_supplier_item(db, owner, mill, SupplierItemFields(cup.item_id, "C1", Money(10_000)))
    db.run("UPDATE item SET supplier_id = ? WHERE id = ?", (mill, cup.item_id))
    _counted(db, owner, "theft", TEA=8, CUP=5)
    frozen_clock.advance(timedelta(days=2))
    later = clock.now()
    _counted(db, owner, "mis_scan", TEA=8, CUP=4)
    db.run("UPDATE count_line SET abc = CASE WHEN item_id = ? THEN 'A' ELSE 'C' END", (cup.item_id,))
    ann = person(db, owner, "Ann", Role.STOCKROOM)

    def skus(**asked: Any) -> list[str]:
        return [row.sku for row in variance_log.log(db, owner, LogFilter(**asked))]

    assert skus() == ["CUP", "TEA"]
    assert skus(since=later) == skus(item_id=cup.item_id) == skus(causes=("mis_scan",)) == ["CUP"]
    assert skus(supplier_id=mill) == skus(abc="A") == ["CUP"]
    assert skus(until=later) == skus(item_id=tea.item_id) == skus(causes=("theft",)) == ["TEA"]
    assert skus(causes=("theft", "mis_scan")) == skus(location_id=owner.location_id) == ["CUP", "TEA"]
    assert skus(person_id=owner.person_id) == ["CUP", "TEA"]
    assert skus(person_id=ann.person_id) == skus(abc="B") == skus(item_id=tea.item_id, causes=("mis_scan",)) == []
    with pytest.raises(NotAllowed):
        variance_log.log(db, ann, LogFilter())


def test_two_items_of_one_name_are_not_one_that_recurs(db: Db, owner: Acting) -> None:
    goods(db, owner, "BIG", on_hand="10", cost="20")
    goods(db, owner, "SMALL", on_hand="10", cost="20")
    db.run("UPDATE item SET name = 'Tea', name_key = 'tea'")
    _counted(db, owner, "theft", BIG=8, SMALL=10)
    _counted(db, owner, "theft", BIG=8, SMALL=7)
    assert {row.by for row in report_variances.recurrences(db, ReportQuery())} == {"Counted by", "Place", "Root cause"}


def test_actions_are_open_late_kept_or_kept_late(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    goods(db, owner, "TEA", on_hand="10")
    _counted(db, owner, "theft", TEA=8)
    line = db.value("SELECT id FROM count_line")
    soon = clock.as_day(clock.to_local(clock.now()) + timedelta(days=2))
    for words in ("one", "two", "three"):
        count_actions.add(db, owner, line, words, owner.person_id, soon)
    ids = [id_ for (id_,) in db.rows("SELECT id FROM count_action ORDER BY id")]
    count_actions.finish(db, owner, ids[0], "fine")
    frozen_clock.advance(timedelta(days=5))
    count_actions.finish(db, owner, ids[1], "at last")
    assert {row.action: row.state for row in report_variances.actions(db, ReportQuery())} == {
        "one": "kept", "two": "kept late", "three": "late",
    }  # fmt: skip


def _quarter() -> Quarter:
    day = clock.day_of(clock.now())
    return Quarter(day // 10_000, (day // 100 % 100 + 2) // 3)


def test_an_action_missed_in_one_quarter_is_told_in_the_next(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    goods(db, owner, "TEA", on_hand="10")
    _counted(db, owner, "theft", TEA=8)
    line, today = db.value("SELECT id FROM count_line"), clock.day_of(clock.now())
    for words in ("kept", "missed"):
        count_actions.add(db, owner, line, words, owner.person_id, today)
    count_actions.finish(db, owner, db.value("SELECT min(id) FROM count_action"), "fine")
    first = _quarter()
    frozen_clock.advance(timedelta(days=100))

    def told(quarter: Quarter) -> list[tuple[str, str]]:
        return [(one.action, one.state) for one in count_review.review(db, owner, quarter).actions]

    assert told(first.before) == []
    assert told(first) == [("missed", "late"), ("kept", "kept")]
    assert told(_quarter()) == [("missed", "late")]


def test_the_review_of_a_quarter_adds_up(db: Db, owner: Acting) -> None:
    goods(db, owner, "TEA", on_hand="10", cost="20")
    _counted(db, owner, "theft", TEA=8)
    _counted(db, owner, "theft", TEA=7)
    day: Day = clock.day_of(clock.now())
    quarter = quarter_of(f"{day // 10_000}Q{(day // 100 % 100 + 2) // 3}")
    told = count_review.review(db, owner, quarter)
    assert (told.counts, told.whole.all.lines, told.whole.all.hits) == (2, 2, 0)
    assert sum(month.all.lines for month in told.months) == 2
    assert [(one.name, one.times, one.gross) for one in told.causes] == [("Theft", 2, 60_000)]
    assert [one.name for one in told.recurring] == ["Tea (TEA)"]
    assert told.before.all.lines == 0


def test_the_first_count_tells_dead_stock_and_what_is_out_of_place(
    db: Db, owner: Acting, frozen_clock: FrozenClock
) -> None:  # fmt: skip
    tea = goods(db, owner, "TEA", on_hand="0")
    cellar = places.add_place(db, owner, PlaceFields("Cellar", Level.ROOM, owner.location_id)).location_id
    places.set_home(db, owner, tea.item_id, cellar)
    db.run("UPDATE item SET supplier_cost = 20000")
    count_id = service.new_count(db, owner, CountFields(owner.location_id)).count_id
    for place, sheet_id in db.rows("SELECT location_id, id FROM count_sheet"):
        service.begin_sheet(db, owner, sheet_id)
        if place == owner.location_id:
            count_entries.enter(db, owner, sheet_id, [EntryLine("a", tea.item_id, Qty(4_000))])
        service.finish_sheet(db, owner, sheet_id)
    count_close.close(db, owner, count_id)
    count_post.post(db, owner, count_id)

    def found() -> list[tuple[str, int, str]]:
        return [(row.finding, row.value, row.told) for row in report_variances.opening(db, ReportQuery())]

    astray = ("Out of place", 0, "belongs to Shop › Cellar")
    assert found() == [astray], "a shop without records of sales knows of no dead stock"
    frozen_clock.advance(timedelta(days=200))
    assert found() == [("Dead stock", 80_000, "never sold"), astray]
    sold(db, owner, tea, "1")
    assert found() == [astray]
