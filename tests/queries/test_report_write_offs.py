"""The reports of what was written off, and of what is set aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from shopstock.core.acting import Acting
from shopstock.core.returns import Condition, Outcome
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import reports, sales
from shopstock.queries.report_query import ReportQuery
from shopstock.services import adjust, reverse
from tests import builders as a
from tests.till import goods, money, new_cart, pay, qty

JUNE, JULY = datetime(2026, 6, 25, 12, tzinfo=UTC), datetime(2026, 7, 10, 12, tzinfo=UTC)


def rows(db: Db, acting: Acting, name: str, query: ReportQuery | None = None) -> list[tuple[object, ...]]:
    return [tuple(row) for row in reports.run(db, acting, reports.named(name), query or ReportQuery()).rows]


def test_write_offs_stand_by_cause_beside_the_period_before(db: Db, owner: Acting) -> None:
    with clock.freeze(JUNE):
        tea = goods(db, owner, cost="10.00")
        adjust.write_off(db, owner, a.a_head(), [a.goods(tea.item_id, 3, cause="damage")])
    with clock.freeze(JULY):
        adjust.write_off(db, owner, a.a_head(), [a.goods(tea.item_id, 1, cause="damage")])
        adjust.write_off(db, owner, a.a_head(), [a.goods(tea.item_id, 1, cause="what a pity")])
        undone = adjust.write_off(db, owner, a.a_head(), [a.goods(tea.item_id, 2, cause="theft")]).document
        assert undone is not None
        reverse.reverse(db, owner, replace(a.a_head(), note="found again"), undone.id)
        since, until = reports.period("2026-07-01", "2026-07-30")
        july = rows(db, owner, "write-offs", ReportQuery(since=since, until=until))
    each = db.value("SELECT max(value) / max(qty / 1000) FROM document_line WHERE kind IN ('opening', 'goods_receipt')")
    assert july == [
        ("Damage", qty("1"), each, 3 * each, -2 * each),
        ("what a pity", qty("1"), each, 0, each),
    ]
    ever = rows(db, owner, "write-offs")
    assert ever == [("Damage", qty("4"), 4 * each, 0, 4 * each), ("what a pity", qty("1"), each, 0, each)]


def test_what_is_set_aside_says_why_and_since_when(db: Db, owner: Acting) -> None:
    tea = goods(db, owner, cost="10.00")
    document = pay(db, owner, new_cart(db).add(tea, qty("2"))).document
    assert document is not None
    sale = sales.by_id(db, document.id)
    assert sale is not None
    cart = new_cart(db).add_return(sale.lines[0], qty("1"))
    cart = cart.set_condition(cart.lines[0].uid, Condition.DAMAGED, Outcome.SET_ASIDE, "defective")
    back = pay(db, owner, cart).document
    assert back is not None
    (row,) = rows(db, owner, "set-aside")
    assert row[1:4] == ("TEA", "Tea", qty("1"))
    assert row[6:] == (0, "Defective", back.number)
    assert row[4] not in (0, money("0"))
