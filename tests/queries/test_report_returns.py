"""The reports of what came back, and of what is owed on vouchers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.returns import Condition
from shopstock.db.connection import Db
from shopstock.queries import reports, sales, vouchers
from shopstock.queries.report_query import ReportQuery
from shopstock.services import reverse
from tests import builders as a
from tests.till import goods, money, new_cart, pay, person, qty


@pytest.fixture
def returned(db: Db, owner: Acting) -> Acting:
    """Two of four teas came back by receipt, one damaged; a mug without one; a reversed return counts for nothing."""
    ana = person(db, owner, "Ana", Role.INVENTORY_MANAGER)
    tea, mug = goods(db, owner), goods(db, owner, "MUG", "8.00", cost="40.00")
    document = pay(db, owner, new_cart(db).add(tea, qty("4"))).document
    assert document is not None
    sale = sales.by_id(db, document.id)
    assert sale is not None
    cart = new_cart(db).add_return(sale.lines[0], qty("2")).split(1, qty("1"))
    cart = cart.set_condition(1, Condition.AS_NEW, reason="changed_mind")
    pay(db, owner, cart.set_condition(2, Condition.DAMAGED, reason="defective"), by="Store credit")
    pay(db, ana, new_cart(db).add_return_without_sale(mug))
    left = sales.by_id(db, document.id)
    assert left is not None
    undone = pay(db, owner, new_cart(db).add_return(left.lines[0])).document
    assert undone is not None
    reverse.reverse(db, owner, replace(a.a_head(), note="kept it"), undone.id)
    return ana


def rows(db: Db, acting: Acting, name: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in reports.run(db, acting, reports.named(name), ReportQuery()).rows]


def test_what_came_back_is_told_by_item_cause_and_person(db: Db, owner: Acting, returned: Acting) -> None:
    assert rows(db, owner, "returns") == [
        ("MUG", "Mug", qty("1"), money("8"), money("4"), 0, qty("1")),
        ("TEA", "Tea", qty("2"), money("5"), money("2"), 50_000, 0),
    ]
    assert rows(db, owner, "returns-by-cause") == [
        ("", qty("1"), money("8"), money("4"), 80_000, qty("1")),
        ("Changed their mind", qty("1"), money("2.50"), money("1"), 25_000, 0),
        ("Defective", qty("1"), money("2.50"), money("1"), 25_000, 0),
    ]
    assert rows(db, owner, "returns-by-person") == [
        ("Ana", qty("1"), money("8"), money("4"), 0, qty("1")),
        ("Owner", qty("2"), money("5"), money("2"), 50_000, 0),
    ]


def test_store_credit_sums_to_what_the_account_owes(db: Db, owner: Acting, returned: Acting) -> None:
    answer = reports.run(db, owner, reports.named("store-credit"), ReportQuery())
    assert answer.total["left"] == vouchers.outstanding(db) == money("5")
    assert -answer.total["left"] == db.value("SELECT sum(amount) FROM journal_line WHERE account = 'store_credit'")
