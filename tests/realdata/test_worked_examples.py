"""Published examples of counting, read from where they are collected, come out of this program as they were printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shopstock.core import abc_classes, counting, cycle
from shopstock.core.abc_classes import AbcClass
from shopstock.core.acting import Acting
from shopstock.core.cycle import Plan
from shopstock.core.settings import Settings
from shopstock.core.units import Qty
from shopstock.db.connection import Db
from shopstock.queries import report_counts
from shopstock.queries.report_query import ReportQuery
from shopstock.services import count_close, count_entries, count_post, counts, ranking, settings
from shopstock.services.count_entries import EntryLine
from shopstock.services.counts import CountFields
from tests import builders as a
from tests.realdata import cycle_year
from tests.till import goods


@pytest.fixture
def example(realdata: Path, request: pytest.FixtureRequest) -> tuple[list[int], list[int]]:
    """Return the whole numbers of an example: of what is given, and of what is to come out."""
    for line in (realdata / "worked_examples.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0].split(" ")[0] == request.param:
            given, expected = ([int(number) for number in re.findall(r"\d+", cell)] for cell in cells[1:3])
            return given, expected
    raise AssertionError(f"there is no example {request.param}")


class ShortYear(Plan):
    """A plan for a year with fewer working days than fifty-two weeks have."""

    days_a_year = 225  # type: ignore[assignment]


@pytest.mark.parametrize("example", ["K10"], indirect=True)
def test_counts_a_year_over_working_days_are_counts_a_day(example: tuple[list[int], list[int]]) -> None:
    (items, times, days), (a_day, *_exactly) = example
    assert days == ShortYear.days_a_year
    plan = ShortYear(5, {AbcClass.A: times, AbcClass.B: 0, AbcClass.C: 0}, 0)
    assert cycle.workload({AbcClass.A: items}, plan).a_day == a_day == 31


@pytest.mark.parametrize("example", ["K12"], indirect=True)
def test_accuracy_is_the_share_of_right_lines_with_its_interval(example: tuple[list[int], list[int]]) -> None:
    (right, lines), (percent,) = example
    found = counting.wilson(right, lines)
    assert found is not None
    assert found.share == percent * 100 == 9_700
    # Wilson (1927) at 95 %: (p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n), by hand with z = 1.96.
    assert (found.low, found.high) == (9_511, 9_817)


@pytest.mark.parametrize("example", ["K15"], indirect=True)
def test_sums_of_counts_hide_what_lines_are_off(example: tuple[list[int], list[int]], db: Db, owner: Acting) -> None:
    """The same two lines are none right in a hundred, or all, by the tolerance of their class; sums say all is well."""
    (_1, book, less, _2, other, more), (sums, _none, strict, medium, all_right, loose) = example
    assert (sums, all_right) == (100, 100)
    settings.save(
        db, owner,
        {"count_tolerance_a": strict * 10, "count_tolerance_b": medium * 10, "count_tolerance_c": loose * 10,
         "count_recount_lines": False, "count_recount_value": 0},
    )  # fmt: skip
    entries = []
    for abc in AbcClass:
        for had, found in ((book, less), (other, more)):
            item = goods(db, owner, f"{abc} {found}", on_hand=str(had), cost="1000").item_id
            ranking.pin(db, owner, item, abc)
            entries.append(EntryLine(f"{abc} {found}", item, a.qty(found)))
    number = counts.new_count(db, owner, CountFields(owner.location_id)).count_id
    sheet = int(db.value("SELECT id FROM count_sheet"))
    count_entries.enter(db, owner, sheet, entries)
    counts.finish_sheet(db, owner, sheet)
    count_close.close(db, owner, number)
    for (line,) in db.rows("SELECT id FROM count_line WHERE state = 'explain'"):
        count_post.explain(db, owner, line, "unknown")
    count_post.post(db, owner, number)
    told = {row.abc: row for row in report_counts.accuracy(db, ReportQuery())}
    assert {of: told[of].records for of in "ABC"} == {"A": 0, "B": 0, "C": 100_000}
    assert {told[of].net for of in "ABC"} == {0}, "what is missing of one and too much of another"
    assert {told[of].gross for of in "ABC"} == {5_000}
    assert counting.ratio(Qty(less + more), Qty(book + other)) == sums * 100


def test_the_real_catalogue_is_classed_by_the_shares_before_each_item(realdata: Path) -> None:
    """The item that crosses 80 or 95 percent goes up; a fifth of the items carry almost four fifths of the value."""
    values = cycle_year.values(realdata)
    classes = abc_classes.classify(values)
    whole = sum(value for _item, value, _new in values if value > 0)
    ranked = sorted(values, key=lambda row: -row[1])
    before = 0
    for item, value, _new in ranked:
        share = before * 100 / whole
        expected = AbcClass.C if value <= 0 or share >= 95 else AbcClass.A if share < 80 else AbcClass.B
        assert classes[item] == expected
        before += max(value, 0)
    top = sum(value for _item, value, _new in ranked[: len(ranked) // 5])
    assert 75 < top * 100 / whole < 80


def test_the_usual_tolerances_are_those_of_the_literature() -> None:
    usual = Settings()
    assert [counting.tolerance_of(usual, abc) for abc in AbcClass] == [5, 20, 50]
    for abc, book, off in ((AbcClass.A, 200, 1), (AbcClass.B, 50, 1), (AbcClass.C, 20, 1), (AbcClass.C, 19, 0)):
        assert counting.allowed(a.qty(book), counting.tolerance_of(usual, abc)) == a.qty(off)
