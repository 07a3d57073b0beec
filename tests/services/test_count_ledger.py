"""Where the ledger stood earlier: the same whether it is read item by item or as a whole, whatever clocks did."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest

from shopstock.core.acting import Acting
from shopstock.core.units import Instant, ItemId
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.services import count_held, count_ledger, posting, receive
from tests import builders as a
from tests.conftest import FrozenClock


def told(db: Db, place: int, items: Sequence[ItemId], times: Sequence[Instant]) -> list[tuple[int, int | None]]:
    with transaction(db):
        where = count_held.position(db, items)
        ledger = count_ledger.Ledger(db, place, where, items, min(times))  # type: ignore[arg-type]
        return [ledger.at(item, at) for item in items for at in times]


def test_reading_all_that_moved_is_reading_what_moved_of_each(
    db: Db, owner: Acting, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(3)
    items = [a.an_item(db) for _six in range(6)]
    times = []
    receive.post_goods_receipt(db, owner, a.a_head(at=clock.now()), [a.goods(item, 99, 1) for item in items])
    for _turn in range(60):
        frozen_clock.advance(timedelta(hours=chance.choice([-3, 1, 1, 2, 30])))
        times.append(clock.now())
        few = [a.a_sale_line(owner, item, 1) for item in chance.sample(items, 2)]
        posting.post(db, owner, a.a_sale(db, owner, few, a.a_head(at=clock.now())))
    each = told(db, owner.location_id, items, times)
    assert len(set(each)) > 60
    monkeypatch.setattr(count_ledger, "_FEW", 0)
    assert told(db, owner.location_id, items, times) == each
    latest = times[-3:]
    assert told(db, owner.location_id, items, latest) == [each[n] for n in range(len(each)) if n % 60 >= 57]
