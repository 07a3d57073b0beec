"""A full count: sheets, blind entries, recounts by somebody else, root causes, approval, and what is posted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.cart_lines import Goods
from shopstock.core.counting import Scope
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.places import Level, PlaceFields
from shopstock.core.units import ItemId, LocationId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import audit, report_counts
from shopstock.queries.report_query import ReportQuery
from shopstock.services import (
    count_close,
    count_entries,
    count_post,
    counts,
    people,
    places,
    receive,
    settings,
    transfer,
)
from shopstock.services.count_entries import EntryLine
from shopstock.services.counts import CountFields
from tests import builders as a
from tests.conftest import FrozenClock
from tests.till import goods, person, sold


class Counting:
    """A shop with a cellar, ten teas and four radios on the floor, and two who count."""

    def __init__(self, db: Db, owner: Acting) -> None:
        self.db = db
        self.tea: Goods = goods(db, owner, "TEA", "5", on_hand="10", cost="20")
        self.radio: Goods = goods(db, owner, "RADIO", "90", on_hand="4", cost="200")
        self.ann = person(db, owner, "Ann", Role.STOCKROOM)
        self.bo = person(db, owner, "Bo", Role.STOCKROOM)
        self.mia = person(db, owner, "Mia", Role.INVENTORY_MANAGER)
        self.owner = people.acting_for_owner(db)
        room = PlaceFields("Cellar", Level.ROOM, owner.location_id)
        self.cellar = places.add_place(db, self.owner, room).location_id
        self.keys = 0
        settings.save(db, self.owner, {"count_recount_value": 0})

    def begin(self, scope: Scope = counts.EVERYTHING) -> int:
        return counts.new_count(self.db, self.mia, CountFields(self.owner.location_id, scope)).count_id

    def sheet(self, count_id: int, place: LocationId, round: int = 1) -> int:
        sql = "SELECT id FROM count_sheet WHERE count_id = ? AND location_id = ? AND round = ?"
        return int(self.db.value(sql, (count_id, place, round)))

    def enter(self, who: Acting, sheet_id: int, item: Goods | None, pieces: float, code: str = "") -> None:
        self.keys += 1
        line = EntryLine(f"entry {self.keys}", item.item_id if item else None, a.qty(pieces), code, "scanner")
        for _again in range(2):  # sent twice, counted once
            count_entries.enter(self.db, who, sheet_id, [line])

    def counted(self, count_id: int, tea: float, radio: float, *, who: Acting | None = None, round: int = 1) -> None:
        """Count the floor, and the empty cellar in the first round."""
        who = who or self.ann
        floor = self.sheet(count_id, self.owner.location_id, round)
        for item, pieces in ((self.tea, tea), (self.radio, radio)):
            wanted = self.db.value("SELECT count(*) FROM count_sheet_item WHERE sheet_id = ? AND item_id = ?",
                                   (floor, item.item_id))  # fmt: skip
            if round == 1 or wanted:
                self.enter(who, floor, item, pieces)
        counts.finish_sheet(self.db, who, floor)
        if round == 1:
            self.counted_cellar(count_id, who)

    def counted_cellar(self, count_id: int, who: Acting | None = None) -> None:
        """Find nothing in the cellar."""
        cellar = self.sheet(count_id, self.cellar)
        counts.begin_sheet(self.db, who or self.ann, cellar)
        counts.finish_sheet(self.db, who or self.ann, cellar)

    def lines(self, count_id: int) -> dict[ItemId, tuple[int, int, int, str]]:
        return {
            item: (counted // 1000, variance // 1000, value // 10_000, state)
            for item, counted, variance, value, state in self.db.rows(
                "SELECT item_id, counted, variance, value, state FROM count_line WHERE count_id = ?", (count_id,)
            )
        }

    def line(self, item: Goods) -> int:
        return int(self.db.value("SELECT id FROM count_line WHERE item_id = ?", (item.item_id,)))

    def on_hand(self, item: Goods) -> float:
        return float(self.db.value("SELECT qty FROM item_pool WHERE item_id = ?", (item.item_id,))) / 1000


@pytest.fixture
def shop(db: Db, owner: Acting) -> Counting:
    return Counting(db, owner)


def test_a_count_without_variance_is_posted_at_once(shop: Counting) -> None:
    number = shop.begin()
    shop.counted(number, 10, 4)
    assert count_close.close(shop.db, shop.mia, number).recounts == 0
    assert set(shop.lines(number).values()) == {(10, 0, 0, "ready"), (4, 0, 0, "ready")}
    done = count_post.post(shop.db, shop.mia, number)
    assert count_post.post(shop.db, shop.mia, number).existing
    assert done.document is not None
    assert done.document.kind == "count"
    assert (shop.on_hand(shop.tea), shop.on_hand(shop.radio)) == (10, 4)
    assert shop.db.value("SELECT counted_at FROM item_pool WHERE item_id = ?", (shop.tea.item_id,)) is not None


def test_a_variance_is_counted_again_by_somebody_else_explained_and_approved(shop: Counting) -> None:
    number = shop.begin()
    shop.counted(number, 10, 1)
    assert count_close.close(shop.db, shop.mia, number).recounts == 1
    again = shop.sheet(number, shop.owner.location_id, 2)
    with pytest.raises(NotAllowed, match="you counted it before"):
        counts.begin_sheet(shop.db, shop.ann, again)
    shop.counted(number, 0, 2, who=shop.bo, round=2)
    assert count_close.close(shop.db, shop.mia, number).recounts == 1, "two counts that differ ask for a third look"
    shop.counted(number, 0, 2, who=shop.mia, round=3)
    assert count_close.close(shop.db, shop.mia, number).recounts == 0
    assert shop.lines(number)[shop.radio.item_id] == (2, -2, -100, "explain")
    radio = shop.line(shop.radio)
    with pytest.raises(Refused, match="still need a root cause"):
        count_post.post(shop.db, shop.mia, number)
    with pytest.raises(Refused, match="no root cause"):
        count_post.explain(shop.db, shop.mia, radio, "boredom")
    settings.save(shop.db, shop.owner, {"count_limit_manager": 50})
    count_post.explain(shop.db, shop.mia, radio, "theft", "The box was empty")
    assert shop.lines(number)[shop.radio.item_id][3] == "approve"
    with pytest.raises(NotAllowed, match="Someone else"):
        count_post.approve(shop.db, shop.mia, [radio])
    count_post.approve(shop.db, shop.owner, [radio])
    count_post.post(shop.db, shop.mia, number)
    assert shop.on_hand(shop.radio) == 2
    assert shop.db.value("SELECT sum(amount) FROM journal_line WHERE account = 'shrinkage'") == 1_000_000
    steps = [step for (step,) in shop.db.rows("SELECT step FROM count_step ORDER BY id")]
    assert steps == [
        "started", "sheet_done", "sheet_done", "recount", "sheet_done", "recount", "sheet_done", "closed", "evidence",
        "cause", "approval", "posted", "master_record",
    ]  # fmt: skip


def test_a_place_of_high_value_is_counted_again_but_not_a_list_of_items(shop: Counting) -> None:
    settings.save(shop.db, shop.owner, {"count_recount_value": 100})
    for listed in (False, True):
        number = shop.begin()
        floor = shop.sheet(number, shop.owner.location_id)
        if listed:
            shop.db.run("UPDATE count_sheet SET whole = 0 WHERE id = ?", (floor,))
            for item in (shop.tea, shop.radio):
                sql = "INSERT INTO count_sheet_item (sheet_id, item_id) VALUES (?, ?)"
                shop.db.run(sql, (floor, item.item_id))
        shop.counted(number, 10, 4)
        assert count_close.close(shop.db, shop.mia, number).recounts == (0 if listed else 1)
        counts.cancel(shop.db, shop.mia, number)


def test_what_is_sold_received_and_carried_while_it_is_counted_is_no_variance(shop: Counting) -> None:
    settings.save(shop.db, shop.owner, {"count_recount_lines": False})
    number = shop.begin()
    floor = shop.sheet(number, shop.owner.location_id)
    shop.enter(shop.ann, floor, shop.tea, 6)
    sold(shop.db, shop.owner, shop.tea, "3")  # of what is not counted yet
    shop.enter(shop.bo, floor, shop.tea, 1)
    shop.enter(shop.ann, floor, shop.radio, 4)
    counts.finish_sheet(shop.db, shop.ann, floor)
    sold(shop.db, shop.owner, shop.radio, "1")
    away = [a.goods(shop.tea.item_id, 2)]
    transfer.put_away(shop.db, shop.owner, a.a_head(), away, shop.cellar)
    cellar = shop.sheet(number, shop.cellar)
    shop.enter(shop.bo, cellar, shop.tea, 2)
    counts.finish_sheet(shop.db, shop.bo, cellar)
    sold(shop.db, shop.owner, shop.tea, "2")
    assert count_close.close(shop.db, shop.mia, number).recounts == 0
    assert all(variance == 0 for _counted, variance, _value, _state in shop.lines(number).values())
    count_post.post(shop.db, shop.mia, number)
    assert (shop.on_hand(shop.tea), shop.on_hand(shop.radio)) == (5, 3)


def test_only_what_is_missing_is_taken_off_whatever_was_sold_since(shop: Counting) -> None:
    settings.save(shop.db, shop.owner, {"count_recount_lines": False})
    number = shop.begin()
    shop.counted(number, 8, 4)
    sold(shop.db, shop.owner, shop.tea, "5")
    count_close.close(shop.db, shop.mia, number)
    count_post.explain(shop.db, shop.mia, shop.line(shop.tea), "unknown")
    sold(shop.db, shop.owner, shop.tea, "1")
    count_post.post(shop.db, shop.mia, number)
    assert shop.on_hand(shop.tea) == 2
    assert shop.db.value("SELECT expected FROM document_line WHERE kind = 'count' AND item_id = ?",
                         (shop.tea.item_id,)) == a.qty(10)  # fmt: skip


def test_what_nobody_entered_is_none_and_what_lies_elsewhere_is_found(shop: Counting) -> None:
    settings.save(shop.db, shop.owner, {"count_recount_lines": False})
    number = shop.begin()
    floor, cellar = shop.sheet(number, shop.owner.location_id), shop.sheet(number, shop.cellar)
    shop.enter(shop.ann, floor, shop.tea, 10)
    counts.finish_sheet(shop.db, shop.ann, floor)
    shop.enter(shop.ann, cellar, shop.radio, 4)
    counts.finish_sheet(shop.db, shop.ann, cellar)
    count_close.close(shop.db, shop.mia, number)
    rows = shop.db.rows(
        "SELECT location_id, counted, variance FROM count_line WHERE item_id = ? ORDER BY 1", (shop.radio.item_id,)
    )
    assert rows == [(shop.owner.location_id, 0, a.qty(-4)), (shop.cellar, a.qty(4), a.qty(4))]
    for (line_id,) in shop.db.rows("SELECT id FROM count_line WHERE state = 'explain'"):
        count_post.explain(shop.db, shop.owner, line_id, "misplaced")
    count_post.post(shop.db, shop.mia, number)
    assert shop.on_hand(shop.radio) == 4
    assert shop.db.value("SELECT COALESCE(sum(amount), 0) FROM journal_line WHERE account = 'shrinkage'") == 0


def test_a_code_that_nobody_knows_is_matched_before_the_count_is_closed(shop: Counting) -> None:
    number = shop.begin()
    floor = shop.sheet(number, shop.owner.location_id)
    shop.enter(shop.ann, floor, None, 2, code="5000112637922")
    shop.enter(shop.ann, floor, shop.radio, 4)
    shop.enter(shop.ann, floor, None, 1, code="RUBBISH")
    counts.finish_sheet(shop.db, shop.ann, floor)
    cellar = shop.sheet(number, shop.cellar)
    counts.begin_sheet(shop.db, shop.ann, cellar)
    counts.finish_sheet(shop.db, shop.ann, cellar)
    with pytest.raises(Refused, match="5000112637922, RUBBISH"):
        count_close.close(shop.db, shop.mia, number)
    count_entries.match(shop.db, shop.mia, number, "5000112637922", shop.tea.item_id, a.qty(5))
    count_entries.match(shop.db, shop.mia, number, "RUBBISH", None)
    count_close.close(shop.db, shop.mia, number)
    assert shop.lines(number)[shop.tea.item_id] == (10, 0, 0, "ready")


def test_the_first_count_of_a_shop_is_its_opening_balance(db: Db, owner: Acting) -> None:
    tea = a.an_item(db, "TEA", supplier_cost=20_000)
    pear = a.an_item(db, "PEAR")
    number = counts.new_count(db, owner, CountFields(owner.location_id)).count_id
    sheet = int(db.value("SELECT id FROM count_sheet"))
    entries = [EntryLine("1", tea, a.qty(6)), EntryLine("2", pear, a.qty(3))]
    count_entries.enter(db, owner, sheet, entries)
    counts.finish_sheet(db, owner, sheet)
    count_close.close(db, owner, number)
    with pytest.raises(Refused, match="What does Pear cost"):
        count_post.post(db, owner, number)
    line = int(db.value("SELECT id FROM count_line WHERE item_id = ?", (pear,)))
    count_post.set_cost(db, owner, line, Money(5_000))
    done = count_post.post(db, owner, number).document
    assert done is not None
    assert done.kind == "opening"
    assert db.rows("SELECT qty, value FROM item_pool ORDER BY item_id") == [(6_000, 120_000), (3_000, 15_000)]


def test_bad_figures_and_double_counts_are_refused(shop: Counting) -> None:
    number = shop.begin()
    floor = shop.sheet(number, shop.owner.location_id)
    with pytest.raises(Refused, match="is being counted already"):
        shop.begin()
    with pytest.raises(Refused, match="very many"):
        count_entries.enter(shop.db, shop.ann, floor, [EntryLine("x", shop.tea.item_id, Qty(10_000_000_000))])
    with pytest.raises(Refused, match="not finished"):
        count_close.close(shop.db, shop.mia, number)
    assert shop.db.value("SELECT count(*) FROM count_entry") == 0
    counts.cancel(shop.db, shop.mia, number)
    with pytest.raises(Refused, match="cancelled"):
        shop.enter(shop.ann, floor, shop.tea, 1)
    shop.begin()


def test_in_a_shop_of_one_the_same_person_counts_again_and_approves(db: Db, owner: Acting) -> None:
    tea = goods(db, owner, "TEA", on_hand="10", cost="9000")
    number = counts.new_count(db, owner, CountFields(owner.location_id)).count_id
    for round in (1, 2):
        sheet = int(db.value("SELECT id FROM count_sheet WHERE round = ?", (round,)))
        count_entries.enter(db, owner, sheet, [EntryLine(f"r{round}", tea.item_id, a.qty(9))])
        counts.finish_sheet(db, owner, sheet)
        closed = count_close.close(db, owner, number)
    assert closed.lines == 1
    line = int(db.value("SELECT id FROM count_line"))
    count_post.explain(db, owner, line, "theft")
    count_post.approve(db, owner, [line])
    count_post.post(db, owner, number)
    assert db.value("SELECT detail FROM count_step WHERE step = 'approval'") == "self"


def test_entries_and_steps_are_never_changed(shop: Counting) -> None:
    number = shop.begin()
    shop.counted(number, 10, 4)
    for table in ("count_entry", "count_step"):
        with pytest.raises(Exception, match=r"append-only|changed"):
            shop.db.run(f"DELETE FROM {table}")


def test_reports_tell_how_right_the_records_were_and_what_was_not(shop: Counting) -> None:
    settings.save(shop.db, shop.owner, {"count_recount_lines": False})
    number = shop.begin()
    shop.counted(number, 10, 3)
    count_close.close(shop.db, shop.mia, number)
    count_post.explain(shop.db, shop.owner, shop.line(shop.radio), "theft", "Empty box")
    count_post.post(shop.db, shop.mia, number)
    by_class = report_counts.accuracy(shop.db, ReportQuery())
    assert [(row.abc, row.lines, row.right, row.records) for row in by_class] == [
        ("B", 2_000, 1_000, 50_000), ("All", 2_000, 1_000, 50_000)
    ]  # fmt: skip
    # The book had 20 of tea and 200 of radios; one radio of 50 is gone.
    assert (by_class[0].gross, by_class[0].net) == (22_730, -22_730)
    (row,) = report_counts.variances(shop.db, ReportQuery())
    assert (row.sku, row.expected, row.counted, row.value) == ("RADIO", 4_000, 3_000, -500_000)
    assert (row.cause, row.note, row.counted_by) == ("Theft", "Empty box", "Ann")


def test_what_a_file_says_was_counted_earlier_meets_the_ledger_of_that_time(
    frozen_clock: FrozenClock, shop: Counting
) -> None:
    number = shop.begin()
    floor = shop.sheet(number, shop.owner.location_id)
    counts.begin_sheet(shop.db, shop.ann, floor)
    frozen_clock.advance(timedelta(minutes=1))
    then = clock.now()
    frozen_clock.advance(timedelta(minutes=1))
    for item in (shop.tea, shop.radio):
        sold(shop.db, shop.owner, item, "3")
    frozen_clock.advance(timedelta(minutes=1))
    lines = [
        EntryLine("f1", shop.tea.item_id, a.qty(9), at=then), EntryLine("f2", shop.tea.item_id, a.qty(1), at=then),
        EntryLine("f3", None, a.qty(4), "OLD-RADIO", at=then),
    ]  # fmt: skip
    count_entries.enter(shop.db, shop.ann, floor, lines)
    counts.finish_sheet(shop.db, shop.ann, floor)
    cellar = shop.sheet(number, shop.cellar)
    counts.begin_sheet(shop.db, shop.ann, cellar)
    counts.finish_sheet(shop.db, shop.ann, cellar)
    count_entries.match(shop.db, shop.mia, number, "OLD-RADIO", shop.radio.item_id)
    assert count_close.close(shop.db, shop.mia, number).recounts == 0
    assert shop.lines(number) == {
        shop.tea.item_id: (10, 0, 0, "ready"), shop.radio.item_id: (4, 0, 0, "ready")
    }  # fmt: skip
    count_post.post(shop.db, shop.mia, number)
    assert (shop.on_hand(shop.tea), shop.on_hand(shop.radio)) == (7, 1)


def test_what_came_to_a_place_while_it_was_counted_is_not_missing_though_nobody_saw_it(shop: Counting) -> None:
    settings.save(shop.db, shop.owner, {"count_recount_lines": False})
    number = shop.begin()
    cellar = shop.sheet(number, shop.cellar)
    counts.begin_sheet(shop.db, shop.ann, cellar)
    transfer.put_away(shop.db, shop.owner, a.a_head(), [a.goods(shop.tea.item_id, 5)], shop.cellar)
    counts.finish_sheet(shop.db, shop.ann, cellar)
    floor = shop.sheet(number, shop.owner.location_id)
    shop.enter(shop.ann, floor, shop.tea, 5)
    shop.enter(shop.ann, floor, shop.radio, 4)
    counts.finish_sheet(shop.db, shop.ann, floor)
    count_close.close(shop.db, shop.mia, number)
    assert [off for (off,) in shop.db.rows("SELECT variance FROM count_line ORDER BY id")] == [0, 0, 0]
    count_post.post(shop.db, shop.mia, number)
    assert shop.on_hand(shop.tea) == 10


def test_no_more_is_taken_back_than_was_counted(shop: Counting) -> None:
    number = shop.begin()
    floor = shop.sheet(number, shop.owner.location_id)
    shop.enter(shop.ann, floor, shop.tea, 2)
    for item, code in ((shop.tea.item_id, ""), (None, "404404")):
        with pytest.raises(Refused, match="Less of it was counted"):
            count_entries.enter(shop.db, shop.ann, floor, [EntryLine("back", item, a.qty(-3), code)])
    assert shop.db.value("SELECT count(*) FROM count_entry") == 1
    shop.enter(shop.bo, floor, shop.tea, -2)
    assert shop.db.value("SELECT sum(qty) FROM count_entry") == 0


def test_a_new_shop_sells_while_its_opening_balance_is_counted(db: Db, owner: Acting) -> None:
    item, pear = goods(db, owner, "TEA", "5", on_hand="0"), goods(db, owner, "PEAR", "5", on_hand="0")
    number = counts.new_count(db, owner, CountFields(owner.location_id)).count_id
    sold(db, owner, item, "2")  # of ten that nobody has counted yet
    receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(pear.item_id, 5, 1)])
    sheet = int(db.value("SELECT id FROM count_sheet"))
    entries = [EntryLine("1", item.item_id, a.qty(8)), EntryLine("2", pear.item_id, a.qty(4))]
    count_entries.enter(db, owner, sheet, entries)
    counts.finish_sheet(db, owner, sheet)
    count_close.close(db, owner, number)
    line = int(db.value("SELECT id FROM count_line WHERE item_id = ?", (item.item_id,)))
    count_post.set_cost(db, owner, line, Money(20_000))
    first = count_post.post(db, owner, number)
    assert (count_post.post(db, owner, number).document, first.existing) == (first.document, False)
    assert db.rows("SELECT kind, qty FROM document_line WHERE kind IN ('opening', 'count') ORDER BY id") == [
        ("opening", a.qty(10)), ("count", a.qty(4))
    ]  # fmt: skip
    assert db.rows("SELECT qty, value FROM item_pool ORDER BY item_id") == [(8_000, 160_000), (4_000, 40_000)]


def test_another_shop_begins_with_an_opening_balance_of_its_own(shop: Counting) -> None:
    branch = a.a_location(shop.db, "Harbour")
    number = counts.new_count(shop.db, shop.owner, CountFields(branch)).count_id
    sheet = shop.sheet(number, branch)
    shop.enter(shop.ann, sheet, shop.tea, 3)
    counts.finish_sheet(shop.db, shop.ann, sheet)
    count_close.close(shop.db, shop.owner, number)
    done = count_post.post(shop.db, shop.owner, number).document
    assert done is not None
    assert done.kind == "opening"
    assert shop.db.value("SELECT value FROM item_pool WHERE item_id = ?", (shop.tea.item_id,)) == 260_000


def test_check_names_a_count_that_was_changed_behind_its_back(shop: Counting) -> None:
    number = shop.begin()
    shop.counted(number, 10, 4)
    count_close.close(shop.db, shop.mia, number)
    count_post.post(shop.db, shop.mia, number)
    assert audit.discrepancies(shop.db) == []
    shop.db.run("UPDATE count_line SET counted = 9000 WHERE id = ?", (shop.line(shop.tea),))
    found = audit.discrepancies(shop.db)
    assert [(one.table, one.what) for one in found] == [
        ("count_line", "no document says that 9000 were counted"),
        ("count_line", "it is not what was entered, or not the variance of it"),
    ]
    shop.db.run("UPDATE count_line SET counted = 10000 WHERE id = ?", (shop.line(shop.tea),))
