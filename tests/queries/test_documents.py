"""A document is found by the number on its paper."""

from __future__ import annotations

import pytest

from shopstock.core.acting import Acting
from shopstock.db.connection import Db
from shopstock.queries import documents
from tests import till as tills


def test_a_document_is_found_by_its_number_at_one_till_or_at_all(db: Db, owner: Acting) -> None:
    tea = tills.goods(db, owner)
    here, there = tills.sold(db, owner, tea), tills.sold(db, tills.second_till(db, owner), tea)
    assert here.document is not None
    assert there.document is not None
    for sold in (here.document, there.document):
        assert [one.id for one in documents.numbered(db, f"Sale {sold.number}")] == [sold.id]
    assert (here.document.number, there.document.number) == ("1-2", "2-1")
    assert {one.number for one in documents.numbered(db, "1")} == {"1-1", "2-1"}
    assert [(one.kind, one.by) for one in documents.numbered(db, "1-2")] == [("sale", owner.name)]


@pytest.mark.parametrize("words", ["", "tea", "9-1", "1-", "1-x", "-5", "1-" + "9" * 40, "٣", "1-0"])
def test_what_is_no_number_finds_nothing(db: Db, owner: Acting, words: str) -> None:
    tills.sold(db, owner, tills.goods(db, owner))
    assert documents.numbered(db, words) == []
