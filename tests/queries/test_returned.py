"""What customers brought back is found by words however many came back since; who bought is named as on screens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shopstock.core.acting import Acting
from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.customers import CustomerFields
from shopstock.core.units import ItemId, Money
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import returned, sales
from shopstock.queries.returned import ReturnSearch
from shopstock.services import customers, items, posting, return_
from tests import builders as a
from tests.conftest import FrozenClock

CODE = "4006381333931"


def bring_back(db: Db, owner: Acting, item: ItemId, *, exchanged: bool = False) -> str:
    """Sell one and take it back: alone, or in an exchange; return the number of the document."""
    line = a.a_sale_line(owner, item, 1)
    sold = posting.post(db, owner, a.a_sale(db, owner, [line])).document
    assert sold is not None
    (line_id,) = (id_ for (id_,) in db.rows("SELECT id FROM document_line WHERE document_id = ?", (sold.id,)))
    back = return_.line_of_sale(db, line_id, a.qty(1), owner.location_id)
    if exchanged:
        changes = posting.post(db, owner, a.a_sale(db, owner, [line, back]))
    else:
        draft = return_.customer_return_draft(a.a_head(), [back], [a.a_payment(db, Money(-back.gross))])
        changes = return_.post_customer_return(db, owner, draft)
    assert changes.document is not None
    return changes.document.number


@pytest.fixture
def tea(db: Db, owner: Acting) -> ItemId:
    (item,) = items.create(db, owner, ItemFields(name="Thé vert", price=a.money("5")), [NewCode(CODE)]).items
    return item


def found(db: Db, words: str = "", **more: object) -> list[str]:
    return [row.document.number for row in returned.lines(db, ReturnSearch(words=words, **more), limit=2)]  # type: ignore[arg-type]


def test_words_find_what_came_back_long_ago(db: Db, owner: Acting, tea: ItemId, frozen_clock: FrozenClock) -> None:
    old = bring_back(db, owner, tea)
    first_day = clock.day_of(clock.now())
    cups = []
    for _one in range(3):
        frozen_clock.advance(timedelta(days=1))
        cups.append(bring_back(db, owner, a.an_item(db, name="Cup", name_key="cup"), exchanged=True))
    assert found(db) == [cups[2], cups[1]]
    for words in ("the", "vert THE", CODE, old, f"{owner.name} vert"):
        assert found(db, words) == [old], words
    assert found(db, "cup") == [cups[2], cups[1]], "goods of an exchange came back too"
    assert found(db, "vert cup") == []
    assert found(db, owner.name, until=first_day) == [old]
    assert found(db, since=clock.day_of(clock.now())) == [cups[2]]


def test_they_are_found_by_the_index_of_what_came_back(sqlite_db: Db, owner: Acting) -> None:
    plan = sqlite_db.rows("EXPLAIN QUERY PLAN " + returned._ROWS.format(words=""), (0, 2**62, 500))
    assert any("document_line_back" in row[-1] for row in plan), plan


def test_a_sale_names_its_customer_as_screens_do(db: Db, owner: Acting, tea: ItemId) -> None:
    customer = customers.save(db, owner, None, CustomerFields(name="Ada King"))
    party = customers.party(db, customer.customer_id)
    draft = a.a_sale(db, owner, [a.a_sale_line(owner, tea, 1)])
    ref = posting.post(db, owner, replace(draft, party=party)).document
    assert ref is not None
    shown = f"Ada King ({party})"
    sale = sales.by_id(db, ref.id)
    assert sale is not None
    assert sale.customer == shown
    assert [row.customer for row in sales.recent(db, owner.station_id)] == [shown]
    customers.erase(db, owner, customer.customer_id)
    assert [row.customer for row in sales.recent(db, owner.station_id)] == [party]
