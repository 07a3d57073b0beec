"""What goes wrong when a shop is counted: each is said in a sentence, and nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shopstock.core import counting
from shopstock.core.acting import Acting
from shopstock.core.outcome import BadFile, NotAllowed, Refused, ShopError
from shopstock.core.units import Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import counts as reading
from shopstock.services import count_close, count_entries, count_files, count_post, counts, settings
from shopstock.services.count_entries import EntryLine
from shopstock.services.counts import CountFields
from tests.services.test_counts import Counting

TABLES = (
    "stock_count", "count_sheet", "count_sheet_item", "count_file", "count_entry", "count_match", "count_line",
    "count_step", "document", "stock_level", "count_due",
)  # fmt: skip


@pytest.fixture
def shop(db: Db, owner: Acting) -> Counting:
    found = Counting(db, owner)
    settings.save(db, found.owner, {"count_recount_lines": False})
    return found


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, str], Path]:
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def everything(db: Db) -> list[list[tuple[object, ...]]]:
    return [sorted(db.rows(f"SELECT * FROM {table}"), key=repr) for table in TABLES]


def refused(db: Db, kind: type[ShopError], words: str, work: Callable[[], object]) -> None:
    before = everything(db)
    with pytest.raises(kind, match=words):
        work()
    assert everything(db) == before


def test_a_file_is_taken_once_whatever_it_is_called_until_its_count_is_given_up(
    shop: Counting, file: Callable[[str, str], Path]
) -> None:
    db, here = shop.db, shop.owner.location_id
    number = shop.begin()
    first, copy = file("DATA.TXT", "TEA,6\nRADIO,4\n"), file("copy.csv", "TEA,6\nRADIO,4\n")
    count_files.take(db, shop.ann, number, first, here)
    today = clock.to_local(clock.now()).strftime("%Y-%m-%d")
    for path in (first, copy):
        refused(db, Refused, f"taken on {today}", lambda path=path: count_files.take(db, shop.bo, number, path, here))
    counts.cancel(db, shop.mia, number)
    again = shop.begin()
    assert count_files.take(db, shop.bo, again, copy, here).rows == 2


def test_a_count_is_posted_once(shop: Counting) -> None:
    number = shop.begin()
    shop.counted(number, 8, 4)
    count_close.close(shop.db, shop.mia, number)
    count_post.explain(shop.db, shop.owner, shop.line(shop.tea), "theft")
    first = count_post.post(shop.db, shop.mia, number)
    before = everything(shop.db)
    again = count_post.post(shop.db, shop.owner, number)
    assert again.existing
    assert again.document == first.document
    assert everything(shop.db) == before
    assert shop.on_hand(shop.tea) == 8
    refused(shop.db, Refused, "is posted", lambda: count_close.close(shop.db, shop.mia, number))
    refused(shop.db, Refused, "is posted", lambda: counts.cancel(shop.db, shop.mia, number))


def test_a_place_that_nobody_counted_keeps_a_count_open_and_stands_out(shop: Counting) -> None:
    db, number = shop.db, shop.begin()
    floor, cellar = shop.sheet(number, shop.owner.location_id), shop.sheet(number, shop.cellar)
    shop.enter(shop.ann, floor, shop.tea, 10)
    shop.enter(shop.ann, floor, shop.radio, 4)
    counts.finish_sheet(db, shop.ann, floor)
    refused(db, Refused, "1 places are not finished", lambda: count_close.close(db, shop.mia, number))
    refused(db, Refused, "Nobody has begun to count here", lambda: counts.finish_sheet(db, shop.ann, cellar))
    refused(db, Refused, "is being counted", lambda: count_post.post(db, shop.mia, number))
    untouched = [row.place for row in reading.sheets(db, number) if not row.entries]
    assert len(untouched) == 1
    assert untouched[0].endswith("Cellar")


@pytest.mark.parametrize("qty", [10_000_001_000, -10_000_001_000])
def test_a_code_scanned_as_a_figure_asks_and_is_kept_only_when_it_is_confirmed(shop: Counting, qty: int) -> None:
    floor = shop.sheet(shop.begin(), shop.owner.location_id)
    line = EntryLine("huge", shop.tea.item_id, Qty(qty))
    refused(shop.db, Refused, "very many. Is it a code", lambda: count_entries.enter(shop.db, shop.ann, floor, [line]))


def test_ten_millions_can_be_meant(shop: Counting) -> None:
    floor = shop.sheet(shop.begin(), shop.owner.location_id)
    huge = Qty(counting.ASK_ABOVE + 1_000)
    line = EntryLine("huge", shop.tea.item_id, huge)
    refused(shop.db, Refused, "very many", lambda: count_entries.enter(shop.db, shop.ann, floor, [line]))
    sure = EntryLine("huge", shop.tea.item_id, huge, confirmed=True)
    count_entries.enter(shop.db, shop.ann, floor, [sure])
    assert shop.db.value("SELECT qty FROM count_entry") == huge


def test_a_file_of_another_shops_codes_asks(shop: Counting, file: Callable[[str, str], Path]) -> None:
    db, here, number = shop.db, shop.owner.location_id, shop.begin()
    other = file("other.txt", "".join(f"40123456789{n:02d},1\n" for n in range(18)) + "TEA,1\n")
    words = "18 of the 19 codes in this file are not known here"
    refused(db, Refused, words, lambda: count_files.take(db, shop.ann, number, other, here))
    taken = count_files.take(db, shop.ann, number, other, here, confirmed=True)
    assert (taken.rows, len(taken.unknown)) == (19, 18)
    some = file("some.txt", "".join(f"40999456789{n:02d},1\n" for n in range(9)))
    assert len(count_files.take(db, shop.ann, number, some, here).unknown) == 9  # a shelf of new goods


def test_a_shop_without_items_may_begin_with_what_it_counted(
    db: Db, owner: Acting, file: Callable[[str, str], Path]
) -> None:
    number = counts.new_count(db, owner, CountFields(owner.location_id)).count_id
    scans = file("first.txt", "".join(f"40123456789{n:02d},1\n" for n in range(50)))
    assert len(count_files.take(db, owner, number, scans).unknown) == 50


def test_a_file_of_places_that_are_not_counted_or_of_nothing_is_refused(
    shop: Counting, file: Callable[[str, str], Path]
) -> None:
    db, number = shop.db, shop.begin()
    for name, text, kind, words in (
        ("place.csv", "code,quantity,place\nTEA,1,Warehouse 9\n", Refused, "Warehouse 9 is not being counted"),
        ("nowhere.txt", "TEA,1\n", Refused, "Say at which place"),
        ("empty.txt", "\n\n", BadFile, "empty|code"),
    ):
        path = file(name, text)
        refused(db, kind, words, lambda path=path: count_files.take(db, shop.ann, number, path))


def test_who_counted_does_not_approve_and_who_may_not_approve_does_not_either(shop: Counting) -> None:
    db = shop.db
    settings.save(db, shop.owner, {"count_limit_manager": 1, "count_limit_owner": 1})
    number = shop.begin()
    shop.counted(number, 10, 2, who=shop.mia)
    count_close.close(db, shop.mia, number)
    radio = shop.line(shop.radio)
    count_post.explain(db, shop.owner, radio, "theft")
    for who, words in ((shop.mia, "Someone else has to approve"), (shop.owner, "you counted or explained it")):
        refused(db, NotAllowed, words, lambda who=who: count_post.approve(db, who, [radio]))
    refused(db, NotAllowed, "may not do this", lambda: count_post.approve(db, shop.bo, [radio]))
    refused(db, Refused, "still need", lambda: count_post.post(db, shop.mia, number))
