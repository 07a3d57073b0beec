"""Files of suppliers and purchase orders: what is taken, what is refused by its line, and that twice is once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.outcome import BadFile, ImportResult, NotAllowed
from shopstock.core.purchasing import OrderState
from shopstock.core.units import ItemId
from shopstock.db.connection import Db
from shopstock.queries import purchase as orders
from shopstock.queries import suppliers
from shopstock.services import exchange_orders, exchange_suppliers, items, purchase
from tests import builders as a

SUPPLIERS = """supplier,email,currency,lead_days,address,sku,supplier_code,price,pack_quantity,minimum_quantity\
,price_breaks
Acme,orders@acme.example,,5,"1 Road|Town",TEA,AC-1,2.50,6,12,24:2.00 48:1.80
ACME,,,,,JAM,AC-2,1.00,,,
Abroad,,usd,,,TEA,X-1,3,,,
"""
ORDERS = """order,supplier,sku,supplier_code,quantity,price,expected
A-1,Acme,TEA,,24,,2026-04-01
A-1,acme,,ac-2,5,1.10,2026-04-01
A-2,Abroad,TEA,,3,2.90,
"""

Take = Callable[..., ImportResult]


@pytest.fixture
def tea(db: Db) -> ItemId:
    a.an_item(db, "JAM")
    return a.an_item(db, "TEA")


@pytest.fixture
def take_suppliers(db: Db, owner: Acting, tea: ItemId, tmp_path: Path) -> Take:
    def take(text: str = SUPPLIERS, **options: bool) -> ImportResult:
        (tmp_path / "suppliers.csv").write_text(text)
        return exchange_suppliers.import_suppliers(db, owner, tmp_path / "suppliers.csv", **options)

    return take


@pytest.fixture
def take_orders(db: Db, owner: Acting, take_suppliers: Take, tmp_path: Path) -> Take:
    take_suppliers()

    def take(text: str = ORDERS, **options: bool) -> ImportResult:
        (tmp_path / "orders.csv").write_text(text)
        return exchange_orders.import_orders(db, owner, tmp_path / "orders.csv", **options)

    return take


def test_suppliers_come_in_with_what_they_sell_and_twice_is_once(
    db: Db, owner: Acting, take_suppliers: Take, tea: ItemId
) -> None:
    assert take_suppliers() == ImportResult(taken=3)
    acme = suppliers.supplier(db, owner, suppliers.by_name(db, "Acme"))
    assert (acme.email, acme.lead_days, acme.address, acme.currency) == ("orders@acme.example", 5, "1 Road\nTown", "")
    sold = {item.sku: item for item in suppliers.items_of(db, owner, acme.id)}
    assert (sold["TEA"].code, sold["TEA"].price, sold["TEA"].pack_qty, sold["TEA"].minimum_qty) == (
        "AC-1", a.money("2.5"), a.qty(6), a.qty(12)
    )  # fmt: skip
    assert sold["TEA"].breaks == ((a.qty(24), a.money("2")), (a.qty(48), a.money("1.8")))
    assert {row.supplier: row.currency for row in suppliers.suppliers_of_item(db, owner, tea)} == {
        "Acme": "GBP", "Abroad": "USD",
    }  # fmt: skip
    assert take_suppliers() == ImportResult(unchanged=3)
    assert take_suppliers("supplier,phone\nacme,555\n") == ImportResult(taken=1)
    assert suppliers.supplier(db, owner, acme.id).email == "orders@acme.example"  # an empty cell says nothing


def test_bad_rows_of_suppliers_are_named_and_the_others_taken(db: Db, take_suppliers: Take, tea: ItemId) -> None:
    outcome = take_suppliers(
        "supplier,sku,supplier_code,price,pack_quantity,currency,lead_days,price_breaks\n"
        "Good,TEA,G-1,1.00,,,,\n"
        ",TEA,,,,,,\n"
        "Good,NOPE,,,,,,\n"
        "Good,,X,,,,,\n"
        "Good,JAM,g-1,,,,,\n"
        "Good,JAM,,,0,,,\n"
        "Good,JAM,,a lot,,,,\n"
        "Good,,,,,XXX,,\n"
        "Good,,,,,,soon,\n"
        "Good,JAM,,,,,,24=2\n"
        "Good,JAM,,,,,,24:2 24:1\n"
        "New,NOPE,,,,,,\n"
        "Good,JAM\n"
    )
    assert outcome.taken == 1
    assert [row.line for row in outcome.refused] == list(range(3, 15))
    reasons = [row.reason for row in outcome.refused]
    for reason, word in zip(reasons, (
        "empty", "SKU “NOPE”", "needs its sku", "already", "pack", "price:", "no currency", "lead_days:", "price break",
        "same quantity", "NOPE", "2 cells",
    ), strict=True):  # fmt: skip
        assert word in reason
    assert [name for (name,) in db.rows("SELECT name FROM supplier")] == ["Good"]


def test_files_with_wrong_columns_are_refused_whole(take_suppliers: Take, take_orders: Take) -> None:
    with pytest.raises(BadFile, match="“supplier” is missing"):
        take_suppliers("name,phone\nAcme,1\n")
    with pytest.raises(BadFile, match="no column “colour”"):
        take_suppliers("supplier,colour\nAcme,red\n")
    with pytest.raises(BadFile, match="“supplier, quantity” is missing"):
        take_orders("order,sku\n1,TEA\n")
    with pytest.raises(BadFile, match="twice"):
        take_orders("order,supplier,quantity,sku,sku\n")


def test_orders_come_in_as_drafts_and_twice_is_once(db: Db, owner: Acting, take_orders: Take) -> None:
    assert take_orders() == ImportResult(taken=3)
    found = {row.reference: orders.order(db, owner, row.id) for row in orders.orders(db, owner)}
    assert set(found) == {"A-1", "A-2"}
    assert (found["A-1"].row.state, found["A-1"].row.expected_day) == (OrderState.DRAFT, 20260401)
    assert [(line.sku, line.qty, line.price) for line in found["A-1"].lines] == [
        ("TEA", a.qty(24), a.money("2.00")), ("JAM", a.qty(5), a.money("1.10")),
    ]  # fmt: skip
    assert (found["A-2"].row.currency, found["A-2"].row.rate) == ("USD", 0)
    assert take_orders() == ImportResult(unchanged=3)
    purchase.approve(db, owner, found["A-1"].row.id)
    purchase.send(db, owner, found["A-1"].row.id)
    assert take_orders() == ImportResult(unchanged=3)
    outcome = take_orders("order,supplier,sku,quantity\nA-1,Acme,TEA,30\nA-2,Abroad,TEA,4\n")
    assert (outcome.taken, [row.line for row in outcome.refused]) == (1, [2])
    assert "drafts only" in outcome.refused[0].reason


def test_bad_rows_of_orders_are_named_and_leave_no_empty_order(db: Db, owner: Acting, take_orders: Take) -> None:
    gone = a.an_item(db, "GONE")
    items.retire(db, owner, gone)
    outcome = take_orders(
        "order,supplier,sku,supplier_code,quantity,price,rate,location,expected\n"
        "B-1,Nobody,TEA,,1,,,,\n"
        "B-2,Acme,GONE,,1,,,,\n"
        "B-3,Acme,TEA,,1,0,,,\n"
        "B-4,Acme,,,1,,,,\n"
        "B-5,Acme,,??,1,,,,\n"
        "B-6,Acme,TEA,,0,,,,\n"
        ",Acme,TEA,,1,,,,\n"
        "B-7,Acme,TEA,,1,,0,,\n"
        "B-8,Acme,TEA,,1,,,Moon,\n"
        "B-9,Acme,TEA,,1,,,,soon\n"
        "B-0,Acme,TEA,,1,,,In transit,\n"
        "B-OK,Acme,TEA,,1,,,,\n"
        "B-OK,Acme,TEA,,2,,,,\n"
    )
    assert outcome.taken == 1
    assert [row.line for row in outcome.refused] == [*range(2, 13), 14]
    for row, word in zip(outcome.refused, (
        "supplier “Nobody”", "was retired", "price of", "names no item", "code “??”", "quantity is 0", "order is empty",
        "no rate", "no location", "no date", "cannot be delivered", "Line 13",
    ), strict=True):  # fmt: skip
        assert word in row.reason
    assert [row.reference for row in orders.orders(db, owner)] == ["B-OK"]


@pytest.mark.parametrize("option", ["dry_run", "strict"])
def test_nothing_is_written_by_a_dry_run_or_a_strict_one_with_bad_rows(db: Db, take_orders: Take, option: str) -> None:
    outcome = take_orders(ORDERS + "A-3,Nobody,TEA,,1,,\n", **{option: True})
    assert len(outcome.refused) == 1
    assert outcome.taken == (3 if option == "dry_run" else 0)
    assert db.value("SELECT count(*) FROM purchase_order") == 0


def test_who_may_not_import_imports_nothing(db: Db, owner: Acting, tmp_path: Path, take_orders: Take) -> None:
    hand = replace(owner, role=Role.STOCKROOM)
    for take in (exchange_suppliers.import_suppliers, exchange_orders.import_orders):
        with pytest.raises(NotAllowed):
            take(db, hand, tmp_path / "suppliers.csv")
