"""The reports of buying, and what lists of suppliers and orders find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.outcome import Refused
from shopstock.core.purchasing import OrderFields, OrderState, SupplierFields, SupplierItemFields
from shopstock.core.units import ItemId
from shopstock.db.connection import Db
from shopstock.formats.report_files import text_of
from shopstock.queries import purchase as orders
from shopstock.queries import reports, suppliers
from shopstock.queries.report_query import ReportQuery
from shopstock.services import purchase
from shopstock.services import suppliers as keeping
from tests import builders as a
from tests.conftest import FrozenClock

Ask = Callable[..., list[list[str]]]


@pytest.fixture
def bought(db: Db, owner: Acting, frozen_clock: FrozenClock) -> Db:
    """Two suppliers, one order sent in dollars, one draft a day later, one item low."""
    tea = a.an_item(db, "TEA", reorder_point=a.qty(5), order_up_to=a.qty(40))
    a.an_item(db, "JAM", reorder_point=a.qty(0))
    acme = keeping.save_supplier(db, owner, None, SupplierFields("Acme")).supplier_id
    abroad = keeping.save_supplier(db, owner, None, SupplierFields("Übersee", currency="USD")).supplier_id
    keeping.save_supplier_item(db, owner, acme, SupplierItemFields(tea, "AC-1", a.money("2.50"), a.qty(6)))
    order = purchase.new_order(db, owner, OrderFields(abroad, rate=800_000, reference="Q-7")).order_id
    purchase.set_line(db, owner, order, tea, a.qty(10), a.money("3.00"))
    purchase.approve(db, owner, order)
    purchase.send(db, owner, order)
    frozen_clock.advance(timedelta(days=1))
    draft = purchase.new_order(db, owner, OrderFields(acme)).order_id
    purchase.set_line(db, owner, draft, tea, a.qty(6))
    return db


@pytest.fixture
def ask(bought: Db, owner: Acting) -> Ask:
    """Ask a report and return its cells as text, the line of totals last."""

    def run(name: str, *, since: str = "", until: str = "", sku: str = "", acting: Acting = owner) -> list[list[str]]:
        start, end = reports.period(since, until)
        item = reports.item_named(bought, sku) if sku else None
        answer = reports.run(bought, acting, reports.named(name), ReportQuery(since=start, until=end, item_id=item))
        cells = [[text_of(c.kind, value) for c, value in zip(answer.columns, row, strict=True)] for row in answer.rows]
        return [*cells, [text_of(c.kind, answer.total[c.name]) for c in answer.columns if c.summed]]

    return run


def test_purchase_orders_of_a_period(ask: Ask) -> None:
    first = ["P-0001", "Sent", "Übersee", "Shop", "2026-03-02", "2026-03-02", "2026-03-09", "10", "0", "10", "USD",
             "30.00", "24.00"]  # fmt: skip
    second = ["P-0002", "Draft", "Acme", "Shop", "2026-03-03", "", "", "6", "0", "0", "GBP", "15.00", "15.00"]
    assert ask("purchase-orders") == [first, second, ["16", "0", "10", "39.00"]]
    assert ask("purchase-orders", until="2026-03-02")[:-1] == [first]
    assert ask("purchase-orders", since="2026-03-03")[:-1] == [second]
    assert ask("purchase-orders", sku="JAM")[:-1] == []


def test_on_order_is_what_was_sent(ask: Ask) -> None:
    row = ["TEA", "Tea", "P-0001", "Übersee", "2026-03-02", "2026-03-09", "10", "0", "0", "10", "24.00"]
    assert ask("on-order") == [row, ["10", "0", "0", "10", "24.00"]]
    assert ask("on-order", sku="JAM")[:-1] == []


def test_low_stock_says_what_to_order_and_from_whom(ask: Ask, bought: Db, owner: Acting) -> None:
    jam = ["JAM", "Jam", "0", "0", "0", "0", "0", "", "", "1", "", ""]
    tea = ["TEA", "Tea", "0", "0", "10", "6", "5", "40", "Acme", "0", "2.50", "GBP"]
    assert ask("low-stock")[:-1] == [jam, tea]
    assert ask("low-stock", sku="TEA")[:-1] == [tea]


def test_reports_of_now_take_no_period(ask: Ask, bought: Db, owner: Acting) -> None:
    with pytest.raises(Refused, match="no --from"):
        ask("low-stock", since="2026-03-01")
    answer = reports.run(bought, owner, reports.named("on-order"), ReportQuery())
    assert "as_of" in answer.envelope()


def test_who_may_not_see_costs_sees_none(bought: Db, owner: Acting) -> None:
    hand = replace(owner, role=Role.STOCKROOM)
    acme = suppliers.by_name(bought, "ACME")
    (item,) = suppliers.items_of(bought, hand, acme)
    assert (item.price, item.breaks, item.code) == (None, (), "AC-1")
    assert {row.value for row in orders.orders(bought, hand)} == {None}
    assert {row.price for row in orders.low_stock(bought, hand)} == {None}


def test_orders_are_found_by_state_supplier_and_words(bought: Db, owner: Acting) -> None:
    def found(*states: OrderState, words: str = "") -> list[str]:
        return [row.number for row in orders.orders(bought, owner, states or tuple(OrderState), words=words)]

    assert found() == ["P-0002", "P-0001"]
    assert found(OrderState.SENT) == ["P-0001"]
    assert found(words="über q-7") == ["P-0001"]
    assert found(words="p-2") == ["P-0002"]
    assert found(words="100%") == []
    assert orders.by_number(bought, "P-0001") == 1
    assert orders.by_number(bought, "P-0009") is None


def test_an_order_is_late_after_its_day(bought: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    frozen_clock.advance(timedelta(days=6))
    assert [row.late for row in orders.orders(bought, owner)] == [False, False]
    frozen_clock.advance(timedelta(days=1))
    assert [row.late for row in orders.orders(bought, owner)] == [False, True]


def test_suppliers_are_kept_by_name(bought: Db, owner: Acting) -> None:
    acme = suppliers.by_name(bought, "acme")
    assert [row.name for row in suppliers.suppliers(bought, owner, "ÜBER")] == ["Übersee"]
    with pytest.raises(Refused, match="Acme already"):
        keeping.save_supplier(bought, owner, None, SupplierFields("ACME"))
    with pytest.raises(Refused, match="P-0002"):
        keeping.retire_supplier(bought, owner, acme)
    purchase.cancel(bought, owner, 2)
    keeping.retire_supplier(bought, owner, acme)
    assert [row.name for row in suppliers.suppliers(bought, owner)] == ["Übersee"]
    with pytest.raises(Refused, match="not used any more"):
        purchase.new_order(bought, owner, OrderFields(acme))
    keeping.save_supplier(bought, owner, acme, SupplierFields("Acme & Co"))
    assert [row.name for row in suppliers.suppliers(bought, owner)] == ["Acme & Co", "Übersee"]


def test_a_suppliers_code_is_one_items(bought: Db, owner: Acting) -> None:
    acme = suppliers.by_name(bought, "acme")
    jam = ItemId(bought.value("SELECT id FROM item WHERE sku = 'JAM'"))
    assert suppliers.item_by_code(bought, acme, "ac-1") == bought.value("SELECT id FROM item WHERE sku = 'TEA'")
    with pytest.raises(Refused, match="TEA"):
        keeping.save_supplier_item(bought, owner, acme, SupplierItemFields(jam, "ac-1"))
    for bad in ({"pack_qty": a.qty(0)}, {"lead_days": -1}, {"breaks": ((a.qty(0), a.money(1)),)}):
        with pytest.raises(Refused):
            keeping.save_supplier_item(bought, owner, acme, SupplierItemFields(jam, **bad))  # type: ignore[arg-type]
    keeping.save_supplier_item(bought, owner, acme, SupplierItemFields(jam))
    keeping.remove_supplier_item(bought, owner, acme, jam)
    assert [item.sku for item in suppliers.items_of(bought, owner, acme)] == ["TEA"]


def test_what_is_on_order_costs_the_open_lines_alone(bought: Db) -> None:
    if bought.engine != "sqlite":
        bought.run("SET enable_seqscan = off")
    plan = bought.rows(
        ("EXPLAIN QUERY PLAN " if bought.engine == "sqlite" else "EXPLAIN ")
        + "SELECT sum(open_qty) FROM purchase_order_line WHERE item_id = 1 AND open_qty > 0"
    )
    assert "purchase_order_line_open" in str(plan)
