"""Corrective actions: who may decide and finish them, once, and what is refused without a trace."""

from __future__ import annotations

import pytest

from shopstock.core.acting import Acting
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.units import Day, PersonId
from shopstock.db.connection import Db
from shopstock.queries import variance_log
from shopstock.services import count_actions, count_close, count_post, counts, settings
from tests.services.test_counts import Counting

DUE = Day(20_990_101)


@pytest.fixture
def shop(db: Db, owner: Acting) -> Counting:
    """A closed count in which two teas are missing."""
    shop = Counting(db, owner)
    settings.save(db, shop.owner, {"count_recount_lines": False})
    number = shop.begin()
    shop.counted(number, 8, 4)
    count_close.close(db, shop.mia, number)
    return shop


def kept(db: Db) -> list[list[tuple[object, ...]]]:
    return [db.rows(f"SELECT * FROM {table} ORDER BY id") for table in ("count_action", "count_step", "count_line")]


def steps(db: Db) -> list[tuple[object, ...]]:
    return db.rows("SELECT step, detail FROM count_step WHERE step IN ('action', 'action_done') ORDER BY id")


def test_its_owner_finishes_an_action_once_without_another_right(shop: Counting) -> None:
    count_actions.add(shop.db, shop.mia, shop.line(shop.tea), "Lock the cabinet", shop.ann.person_id, DUE)
    action = shop.db.value("SELECT id FROM count_action")
    count_actions.finish(shop.db, shop.ann, action, "It has a key")
    assert steps(shop.db) == [("action", "Lock the cabinet"), ("action_done", "It has a key")]
    before = kept(shop.db)
    for again in (shop.ann, shop.mia):
        with pytest.raises(Refused, match="done already"):
            count_actions.finish(shop.db, again, action, "Twice")
    assert kept(shop.db) == before


def test_somebody_else_finishes_it_only_with_the_right(shop: Counting) -> None:
    count_actions.add(shop.db, shop.mia, shop.line(shop.tea), "Lock the cabinet", shop.ann.person_id, DUE)
    action, before = shop.db.value("SELECT id FROM count_action"), kept(shop.db)
    with pytest.raises(NotAllowed):
        count_actions.finish(shop.db, shop.bo, action, "Done")
    assert kept(shop.db) == before
    count_actions.finish(shop.db, shop.mia, action, "Done")
    assert shop.db.value("SELECT done_by FROM count_action") == shop.mia.person_id


def test_who_counts_decides_no_action(shop: Counting) -> None:
    before = kept(shop.db)
    with pytest.raises(NotAllowed):
        count_actions.add(shop.db, shop.ann, shop.line(shop.tea), "Look", shop.ann.person_id, DUE)
    assert kept(shop.db) == before


def test_what_makes_no_action_leaves_no_trace(shop: Counting) -> None:
    line = shop.line(shop.tea)
    shop.db.run("UPDATE person SET active = 0 WHERE id = ?", (shop.bo.person_id,))
    before = kept(shop.db)
    for words, of, owner, told in (
        ("  ", line, shop.ann.person_id, "what is to be done"), ("Look", 404, shop.ann.person_id, "no such line"),
        ("Look", line, PersonId(404), "who does it"), ("Look", line, shop.bo.person_id, "who does it"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=told):
            count_actions.add(shop.db, shop.mia, of, words, owner, DUE)
    with pytest.raises(Refused, match="no such action"):
        count_actions.finish(shop.db, shop.mia, 404, "Done")
    assert kept(shop.db) == before


def test_an_action_is_decided_after_posting_too(shop: Counting) -> None:
    line, number = shop.line(shop.tea), shop.db.value("SELECT id FROM stock_count")
    count_post.explain(shop.db, shop.mia, line, "theft")
    count_post.post(shop.db, shop.mia, number)
    count_actions.add(shop.db, shop.mia, line, "Look", shop.ann.person_id, DUE)
    assert shop.db.row("SELECT count_id, line_id, cause FROM count_action") == (number, line, "theft")


def test_a_cancelled_count_takes_no_action(shop: Counting) -> None:
    counts.cancel(shop.db, shop.mia, shop.db.value("SELECT id FROM stock_count"))
    before = kept(shop.db)
    with pytest.raises(Refused, match="cancelled"):
        count_actions.add(shop.db, shop.mia, shop.line(shop.tea), "Look", shop.ann.person_id, DUE)
    assert kept(shop.db) == before


def test_an_action_cannot_be_due_on_a_day_that_is_over(shop: Counting) -> None:
    before = kept(shop.db)
    with pytest.raises(Refused, match="This day is over"):
        count_actions.add(shop.db, shop.mia, shop.line(shop.tea), "Look", shop.ann.person_id, Day(20_200_101))
    assert kept(shop.db) == before


def test_people_see_their_own_open_actions_and_who_posts_counts_sees_all(shop: Counting) -> None:
    for who in (shop.ann, shop.mia):
        count_actions.add(shop.db, shop.mia, shop.line(shop.tea), f"For {who.name}", who.person_id, DUE)
    assert [one.action for one in variance_log.open_actions(shop.db, shop.ann)] == ["For Ann"]
    assert [one.action for one in variance_log.open_actions(shop.db, shop.mia)] == ["For Ann", "For Mia"]
    assert [one.late for one in variance_log.open_actions(shop.db, shop.mia)] == [False, False]
