"""Counting while the shop sells: a shelf beside the ledger; however sale and scan interleave, only losses are lost."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopstock.core.acting import Acting
from shopstock.core.settings import Costing
from shopstock.core.units import ItemId
from shopstock.db.connection import Db, open_shop
from shopstock.queries import audit
from shopstock.services import count_close, count_entries, count_post, counts, posting, receive, return_
from shopstock.services import settings as settings_service
from shopstock.services.count_entries import EntryLine
from shopstock.services.counts import CountFields
from shopstock.services.founding import found_shop
from tests import builders as a
from tests.conftest import acting_as_owner

AT_FIRST = 8
EVENT = st.tuples(
    st.sampled_from(["scan", "scan", "scan", "pack", "sell", "receive", "return"]), st.integers(0, 1), st.booleans()
)


class Shelf:
    """Two items as they really lie there: what is counted already, and what is not."""

    def __init__(self, db: Db, stolen: tuple[int, int]) -> None:
        self.db, self.owner = db, acting_as_owner(db)
        settings_service.save(db, self.owner, {"count_recount_lines": False, "count_recount_value": 0})
        self.items = [a.an_item(db), a.an_item(db)]
        receive.post_goods_receipt(db, self.owner, a.a_head(), [a.goods(item, AT_FIRST, "1.50") for item in self.items])
        self.open = {item: AT_FIRST - gone for item, gone in zip(self.items, stolen, strict=True)}
        self.done = dict.fromkeys(self.items, 0)
        self.disturbed: set[ItemId] = set()
        self.begun: set[ItemId] = set()
        self.count_id = counts.new_count(db, self.owner, CountFields(self.owner.location_id)).count_id
        self.sheet = int(db.value("SELECT id FROM count_sheet"))

    def scan(self, item: ItemId, pieces: int, *, last: bool = False) -> None:
        pieces = min(pieces, self.open[item])
        if pieces or last:
            line = EntryLine(a.a_head().key, item, a.qty(pieces))
            count_entries.enter(self.db, self.owner, self.sheet, [line])
            self.begun.add(item)
            self.open[item] -= pieces
            self.done[item] += pieces

    def do(self, what: str, which: int, counted: bool) -> None:
        item = self.items[which]
        if what in ("scan", "pack"):
            self.scan(item, 1 if what == "scan" else 3)
            return
        # Before the first scan of an item nothing of it is counted, wherever it is put.
        pile = self.done if counted and item in self.begun else self.open
        if what == "sell":
            if not pile[item]:
                return
            line = a.a_sale_line(self.owner, item, 1)
            posting.post(self.db, self.owner, a.a_sale(self.db, self.owner, [line]))
            pile[item] -= 1
        elif what == "receive":
            receive.post_goods_receipt(self.db, self.owner, a.a_head(), [a.goods(item, 1, "1.70")])
            pile[item] += 1
        else:
            back = a.replace_kind(a.a_sale_line(self.owner, item, 1))
            paid = [a.a_payment(self.db, type(back.gross)(-back.gross))]
            draft = return_.customer_return_draft(a.a_head(), [back], paid)
            return_.post_customer_return(self.db, self.owner, draft)
            pile[item] += 1
        self.disturbed.add(item)

    def lies_there(self, item: ItemId) -> int:
        return self.open[item] + self.done[item]

    def on_hand(self, item: ItemId) -> int:
        return int(self.db.value("SELECT qty FROM item_pool WHERE item_id = ?", (item,))) // 1_000


@contextmanager
def a_shelf(stolen: tuple[int, int]) -> Iterator[Shelf]:
    with tempfile.TemporaryDirectory() as folder, open_shop(str(Path(folder) / "shop.db"), create=True) as db:
        found_shop(db, name="Shop", currency="EUR", costing=Costing.FIFO)
        yield Shelf(db, stolen)


def close(shelf: Shelf, owner: Acting) -> dict[ItemId, int]:
    """Count what is left of each item (the last entry ends it, of 0 if need be), finish; return variances in pieces."""
    for item in shelf.items:
        shelf.scan(item, 99, last=True)
    counts.begin_sheet(shelf.db, owner, shelf.sheet)
    counts.finish_sheet(shelf.db, owner, shelf.sheet)
    count_close.close(shelf.db, owner, shelf.count_id)
    return {
        item: off // 1_000 for item, off in shelf.db.rows("SELECT item_id, variance FROM count_line ORDER BY item_id")
    }


@pytest.mark.parametrize("stolen", [(0, 0), (3, 0), (2, 1)])
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(before=st.lists(EVENT, max_size=25), after=st.lists(EVENT, max_size=8))
def test_only_what_is_missing_is_a_variance(
    stolen: tuple[int, int], before: list[tuple[str, int, bool]], after: list[tuple[str, int, bool]]
) -> None:
    with a_shelf(stolen) as shelf:
        for what, which, counted in before:
            shelf.do(what, which, counted)
        variances = close(shelf, shelf.owner)
        quiet = [item for item in shelf.items if item not in shelf.disturbed]
        for item, gone in zip(shelf.items, stolen, strict=True):
            off = variances.get(item, 0)
            assert -gone <= off <= 0, "never more than is missing, and never found goods"
            assert item in shelf.disturbed or off == -gone
        for (line_id,) in shelf.db.rows("SELECT id FROM count_line WHERE state = 'explain'"):
            count_post.explain(shelf.db, shelf.owner, line_id, "theft")
        for what, which, counted in after:  # the shop goes on selling until it is posted
            if what not in ("scan", "pack"):
                shelf.do(what, which, counted)
        count_post.post(shelf.db, shelf.owner, shelf.count_id)
        for item, gone in zip(shelf.items, stolen, strict=True):
            if not gone or item in quiet:
                assert shelf.on_hand(item) == shelf.lies_there(item)
        assert audit.discrepancies(shelf.db) == []
