"""A count while the shop trades: a till, a delivery, a returner and two who count, each a process, at one moment."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.core.units import ItemId, StationId
from shopstock.db.connection import Db, open_shop, transaction
from shopstock.queries import audit
from shopstock.services import count_close, count_entries, count_post, counts, posting, receive, return_
from shopstock.services import settings as settings_service
from shopstock.services.count_entries import EntryLine
from shopstock.services.counts import CountFields
from tests import builders as a
from tests.conftest import acting_as_owner
from tests.till import second_till, set_setting

PEOPLE = 5
DEEDS = 12
AT_FIRST = 30
#: So much of each item is counted before anybody trades: the count has begun.
BEGUN = 2
Part = Callable[[Db, Acting, int, list[ItemId], int], None]


def sell(db: Db, acting: Acting, number: int, items: list[ItemId], sheet: int) -> None:
    traded = items[:-1]
    lines = [a.a_sale_line(acting, item, 1) for item in (traded if number % 2 else traded[::-1])]
    posting.post(db, acting, a.a_sale(db, acting, lines, a.a_head(f"sold {number}")))


def take_in(db: Db, acting: Acting, number: int, items: list[ItemId], sheet: int) -> None:
    receive.post_goods_receipt(db, acting, a.a_head(f"in {number}"), [a.goods(item, 2, "1.70") for item in items])


def take_back(db: Db, acting: Acting, number: int, items: list[ItemId], sheet: int) -> None:
    back = [a.replace_kind(a.a_sale_line(acting, item, 1)) for item in items[:-1]]
    paid = [a.a_payment(db, type(back[0].gross)(-sum(line.gross for line in back)))]
    return_.post_customer_return(db, acting, return_.customer_return_draft(a.a_head(f"back {number}"), back, paid))


def count_some(db: Db, acting: Acting, number: int, items: list[ItemId], sheet: int) -> None:
    """Count one piece of each, the last time all that is left of one's half; the newest item is never there."""
    pieces = 1 if number < DEEDS - 1 else (AT_FIRST - BEGUN) // 2 - DEEDS + 1
    for item in items:
        entry = EntryLine(f"{acting.station_id} {number} {item}", item, a.qty(pieces if item != items[-1] else 0))
        count_entries.enter(db, acting, sheet, [entry])


PARTS: tuple[Part, ...] = (sell, take_in, take_back, count_some, count_some)


def _work(url: str, station: StationId, part: int, items: list[ItemId], sheet: int, barrier: Any, answers: Any) -> None:
    try:
        with open_shop(url) as db:
            acting = replace(acting_as_owner(db), station_id=station)
            barrier.wait(timeout=60)
            for number in range(DEEDS):
                PARTS[part](db, acting, number, items, sheet)
        answers.put("")
    except Exception as wrong:
        answers.put(f"{PARTS[part].__name__}: {type(wrong).__name__}: {wrong}")


@pytest.fixture
def at_once() -> Iterator[Callable[[str, list[StationId], list[ItemId], int], list[str]]]:
    """Let everybody do their part at the same time; return what went wrong, empty for each who is done."""
    context = multiprocessing.get_context("spawn")
    processes: list[Any] = []

    def run(url: str, stations: list[StationId], items: list[ItemId], sheet: int) -> list[str]:
        barrier, answers = context.Barrier(PEOPLE), context.Queue()
        for part, station in enumerate(stations):
            told = (url, station, part, items, sheet, barrier, answers)
            processes.append(context.Process(target=_work, args=told))
            processes[-1].start()
        return [answers.get(timeout=180) for _one in stations]

    yield run
    for process in processes:
        process.join(timeout=60)
        assert process.exitcode == 0


@pytest.mark.parametrize("stolen", [0, 20])
def test_five_at_once_trade_and_count_and_the_ledger_is_the_shelf(
    db_url: str, at_once: Callable[[str, list[StationId], list[ItemId], int], list[str]], stolen: int
) -> None:
    """What is sold is taken from, and what comes is put to, a pile that is counted already or not: both are right."""
    with open_shop(db_url) as db:
        owner = acting_as_owner(db)
        set_setting(db, "print_receipts", False)
        settings_service.save(db, owner, {"count_recount_lines": False, "count_recount_value": 0})
        for number in range(2, PEOPLE + 1):
            settings_service.add_station(db, owner, f"Till {number}", owner.location_id)
        stations = [StationId(station) for (station,) in db.rows("SELECT id FROM station ORDER BY id")]
        items = [a.an_item(db) for _one in range(3)]
        quiet = a.an_item(db)
        bought = [a.goods(item, AT_FIRST + stolen, "1.50") for item in items] + [a.goods(quiet, 7, 1)]
        receive.post_goods_receipt(db, owner, a.a_head(), bought)
        count_id = counts.new_count(db, owner, CountFields(owner.location_id)).count_id
        sheet = int(db.value("SELECT id FROM count_sheet"))
        fresh = a.an_item(db)  # its first goods receipt ever runs beside its first scan
        begun = [EntryLine(f"begun {item}", item, a.qty(BEGUN)) for item in items]
        count_entries.enter(db, owner, sheet, begun)
    assert at_once(db_url, stations, [*items, fresh], sheet) == [""] * PEOPLE
    with open_shop(db_url) as db:
        assert audit.discrepancies(db) == []
        count_entries.enter(db, owner, sheet, [EntryLine("quiet", quiet, a.qty(7 - (stolen and 2)))])
        counts.finish_sheet(db, owner, sheet)
        count_close.close(db, owner, count_id)
        off: dict[ItemId, int] = dict(db.rows("SELECT item_id, variance FROM count_line"))
        assert off[quiet] == (a.qty(-2) if stolen else 0)
        assert {off[item] == 0 for item in items} == {not stolen}
        # At most what was sold meanwhile hides of what is missing, and nothing is ever found.
        assert all(a.qty(-stolen) <= off[item] <= a.qty(min(0, DEEDS - stolen)) for item in items), off
        for (line_id,) in db.rows("SELECT id FROM count_line WHERE state = 'explain'"):
            count_post.explain(db, owner, line_id, "theft")
            if db.value("SELECT state FROM count_line WHERE id = ?", (line_id,)) == "approve":
                count_post.approve(db, owner, [line_id])
        before: dict[ItemId, int] = dict(db.rows("SELECT item_id, qty FROM item_pool"))
        count_post.post(db, owner, count_id)
        after: dict[ItemId, int] = dict(db.rows("SELECT item_id, qty FROM item_pool"))
        assert {item: after[item] - before[item] for item in off} == off
        assert after[quiet] == a.qty(7 - (stolen and 2))
        if not stolen:
            assert {after[item] for item in items} == {a.qty(AT_FIRST + 2 * DEEDS)}
        assert audit.discrepancies(db) == []


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_scan_waits_for_the_first_goods_receipt_of_its_item(db_url: str) -> None:
    """Nothing else of a new item can be held: without waiting its scan would stand behind goods it does not see."""
    with open_shop(db_url) as db, open_shop(db_url) as other:
        owner = acting_as_owner(db)
        desk = second_till(db, owner)
        item = a.an_item(db)
        counts.new_count(db, owner, CountFields(owner.location_id))
        sheet = int(db.value("SELECT id FROM count_sheet"))
        other.run("SET lock_timeout = '200ms'")
        with transaction(db):
            receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(item, 5, 1)])
            with pytest.raises(Refused, match="Another program is writing"):
                count_entries.enter(other, desk, sheet, [EntryLine("one", item, a.qty(5))])
        count_entries.enter(other, desk, sheet, [EntryLine("one", item, a.qty(5))])
        assert db.rows("SELECT qty, on_hand FROM count_entry") == [(a.qty(5), a.qty(5))]
        assert audit.discrepancies(db) == []
