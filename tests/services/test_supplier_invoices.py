"""Suppliers' invoices against what was received, their credit notes, late costs, and what goes back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.purchasing import SupplierFields
from shopstock.core.receiving import Basis
from shopstock.core.supplier_papers import CreditFields, InvoiceCharge, InvoiceFields, InvoiceLine
from shopstock.core.units import Day, DocumentId, ItemId, LineId, Money
from shopstock.db.connection import Db
from shopstock.queries import supplier_invoices as query
from shopstock.services import landed_cost, receive, receiving, return_, reverse, supplier_invoices, suppliers
from tests import builders as a
from tests.services.test_receiving import a_supplier, an_order, balance, begin, pool, scan

TODAY = Day(20260302)


def received(db: Db, owner: Acting, item: ItemId, pieces: object, cost: object) -> tuple[DocumentId, LineId]:
    changes = receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(item, pieces, cost)])  # type: ignore[arg-type]
    assert changes.document is not None
    return changes.document.id, db.value("SELECT id FROM document_line WHERE document_id = ?", (changes.document.id,))


def an_invoice(supplier: int, number: str, *lines: InvoiceLine, **told: object) -> InvoiceFields:
    return InvoiceFields(f"key {number}", supplier, number, TODAY, lines, **told)  # type: ignore[arg-type]


def test_an_invoice_settles_what_was_received(db: Db, owner: Acting) -> None:
    supplier, item = a_supplier(db, owner), a.an_item(db)
    _document, line = received(db, owner, item, 10, 2)
    fields = an_invoice(supplier, "4711", InvoiceLine(line, a.qty(10), a.money(21)), tax=a.money("4.20"))
    match = query.match(db, owner, fields)
    assert (match.received, match.difference, match.disputed) == (200_000, 10_000, 0)
    changes = supplier_invoices.post_invoice(db, owner, fields)
    assert changes.document is not None
    assert (balance(db, "goods_received_not_invoiced"), balance(db, "supplier"), balance(db, "tax")) == (
        0, -252_000, 42_000,
    )  # fmt: skip
    assert db.value("SELECT detail FROM journal_line WHERE account = 'tax'") == "input"
    assert pool(db, item) == (10_000, 210_000)
    assert supplier_invoices.post_invoice(db, owner, fields).existing
    assert query.uninvoiced(db, owner) == []
    (row,) = query.invoices(db, owner)
    assert (row.number, row.net, row.tax, row.disputed, row.reversed) == ("4711", 210_000, 42_000, 0, 0)


def test_the_same_number_of_one_supplier_is_refused_with_its_date(db: Db, owner: Acting) -> None:
    supplier, other, item = a_supplier(db, owner), a_supplier(db, owner, "Other"), a.an_item(db)
    _document, line = received(db, owner, item, 10, 2)
    one = InvoiceLine(line, a.qty(1), a.money(2))
    first = supplier_invoices.post_invoice(db, owner, an_invoice(supplier, "A 1", one))
    with pytest.raises(Refused, match="2026-03-02"):
        supplier_invoices.post_invoice(db, owner, replace(an_invoice(supplier, "a  1", one), key="other"))
    supplier_invoices.post_invoice(db, owner, replace(an_invoice(other, "A 1", one), key="other"))
    assert first.document is not None
    reverse.reverse(db, owner, a.a_head(), first.document.id)
    supplier_invoices.post_invoice(db, owner, replace(an_invoice(supplier, "A 1", one), key="again"))
    assert balance(db, "goods_received_not_invoiced") == -160_000


def test_more_than_was_received_is_kept_as_disputed_with_its_tax(db: Db, owner: Acting) -> None:
    supplier, item = a_supplier(db, owner), a.an_item(db)
    _document, line = received(db, owner, item, 10, 2)
    fields = an_invoice(supplier, "1", InvoiceLine(line, a.qty(12), a.money(24)), tax=a.money("4.80"))
    (told,) = query.match(db, owner, fields).lines
    assert (told.disputed_qty, told.disputed, told.difference) == (2_000, 40_000, 0)
    supplier_invoices.post_invoice(db, owner, fields)
    assert balance(db, "supplier") == -240_000
    (row,) = query.invoices(db, owner)
    assert (row.net, row.tax, row.disputed) == (240_000, 48_000, 40_000)
    late = supplier_invoices.post_invoice(db, owner, an_invoice(supplier, "2", InvoiceLine(line, a.qty(1), a.money(2))))
    assert late.document is not None
    assert balance(db, "supplier") == -240_000
    assert db.value("SELECT disputed FROM supplier_invoice WHERE number = '2'") == 20_000


def test_a_foreign_invoice_at_another_rate_differs(db: Db, owner: Acting) -> None:
    supplier = a_supplier(db, owner, currency="EUR")
    item = a.an_item(db)
    order = an_order(db, owner, supplier, [(item, 10, 10)], rate=850_000)
    delivery = begin(db, owner, order)
    scan(db, owner, delivery, item, 10)
    receiving.post(db, owner, delivery)
    (open_,) = query.uninvoiced(db, owner, supplier)
    assert (open_.left_value, open_.order, open_.supplier) == (850_000, "P-0001", "Noor & Zoon")
    assert query.uninvoiced(db, owner, supplier + 1) == []
    supplier_invoices.post_invoice(
        db, owner,
        an_invoice(
            supplier, "E", InvoiceLine(open_.line_id, a.qty(10), a.money(100)), currency="EUR", rate=860_000
        ),
    )  # fmt: skip
    assert (pool(db, item)[1], balance(db, "supplier")) == (860_000, -860_000)


def test_a_charge_is_invoiced_by_whoever_carried_it(db: Db, owner: Acting) -> None:
    supplier, carrier, item = a_supplier(db, owner), a_supplier(db, owner, "Carrier"), a.an_item(db)
    order = an_order(db, owner, supplier, [(item, 10, 1)])
    delivery = begin(db, owner, order)
    scan(db, owner, delivery, item, 10)
    receiving.set_charge(db, owner, delivery, "Freight", a.money(5))
    (ref,) = receiving.post(db, owner, delivery).documents
    (open_,) = query.uninvoiced(db, owner)
    assert open_.left_value == 100_000
    (charge,) = query.uninvoiced_charges(db, owner)
    fields = an_invoice(carrier, "F1", charges=(InvoiceCharge(charge.charge_id, a.money(7)),))
    made = supplier_invoices.post_invoice(db, owner, fields)
    assert made.document is not None
    assert pool(db, item) == (10_000, 170_000)
    assert query.uninvoiced_charges(db, owner) == []
    with pytest.raises(Refused, match="invoiced already"):
        supplier_invoices.post_invoice(db, owner, replace(fields, key="twice", number="F2"))
    with pytest.raises(Refused, match="builds on this"):
        reverse.reverse(db, owner, a.a_head(), ref.id)
    reverse.reverse(db, owner, a.a_head(), made.document.id)
    assert pool(db, item) == (10_000, 150_000)
    assert [one.amount for one in query.uninvoiced_charges(db, owner)] == [50_000]
    reverse.reverse(db, owner, a.a_head(), ref.id)
    assert (query.uninvoiced(db, owner), query.uninvoiced_charges(db, owner)) == ([], [])
    assert balance(db, "goods_received_not_invoiced") == 0


def test_an_invoice_of_nothing_or_of_what_is_not_there_is_refused(db: Db, owner: Acting) -> None:
    supplier, item = a_supplier(db, owner), a.an_item(db)
    _document, line = received(db, owner, item, 10, 2)
    one = InvoiceLine(line, a.qty(1), a.money(2))
    with pytest.raises(Refused, match="names no goods"):
        supplier_invoices.post_invoice(db, owner, an_invoice(supplier, "1"))
    with pytest.raises(Refused, match="twice"):
        supplier_invoices.post_invoice(db, owner, an_invoice(supplier, "1", one, one))
    with pytest.raises(Refused, match="belongs to no goods receipt"):
        supplier_invoices.post_invoice(db, owner, an_invoice(supplier, "1", one._replace(line_id=LineId(99_999))))
    with pytest.raises(Refused, match="number of the paper"):
        supplier_invoices.post_invoice(db, owner, an_invoice(supplier, "  ", one))
    with pytest.raises(Refused, match="above 0"):
        supplier_invoices.post_invoice(db, owner, an_invoice(supplier, "1", one._replace(qty=a.qty(0))))
    with pytest.raises(NotAllowed):
        supplier_invoices.post_invoice(db, replace(owner, role=Role.STOCKROOM), an_invoice(supplier, "1", one))


@pytest.mark.parametrize("costing", ["fifo", "average"])
def test_a_credit_note_that_differs_goes_to_price_variance(costing: str, db: Db, owner: Acting) -> None:
    supplier, item = a_supplier(db, owner), a.an_item(db)
    _document, line = received(db, owner, item, 10, 5)
    supplier_invoices.post_invoice(db, owner, an_invoice(supplier, "I", InvoiceLine(line, a.qty(10), a.money(50))))
    sent = return_.post_supplier_return(db, owner, a.a_head(), [a.goods(item, 4, 5, of=line)])
    assert sent.document is not None
    (open_,) = query.returns(db, owner)
    assert (open_.credit, open_.credited) == (200_000, 0)
    credit = CreditFields("c1", supplier, "C1", TODAY, sent.document.id, a.money(22), a.money("4.40"))
    made = supplier_invoices.post_credit_note(db, owner, credit)
    assert supplier_invoices.post_credit_note(db, owner, credit).existing
    owed = balance(db, "supplier") + 500_000
    assert (owed, balance(db, "price_variance"), balance(db, "tax")) == (264_000, -20_000, -44_000)
    assert query.returns(db, owner) == []
    supplier_invoices.post_credit_note(
        db, owner, CreditFields("c2", supplier, "C2", TODAY, sent.document.id, a.money(1))
    )
    assert balance(db, "price_variance") == -30_000
    assert made.document is not None
    reverse.reverse(db, owner, a.a_head(), made.document.id)
    assert balance(db, "price_variance") == -10_000
    with pytest.raises(Refused, match="supplier return"):
        supplier_invoices.post_credit_note(
            db, owner, CreditFields("c3", supplier, "C3", TODAY, DocumentId(99_999), a.money(1))
        )


@pytest.mark.parametrize("costing", ["fifo", "average"])
def test_goods_that_go_back_before_they_are_invoiced_are_invoiced_and_credited(
    costing: str, db: Db, owner: Acting
) -> None:
    supplier, item = a_supplier(db, owner), a.an_item(db)
    _document, line = received(db, owner, item, 3, 8)
    sent = return_.post_supplier_return(db, owner, a.a_head(), [a.goods(item, 1, 8, of=line)])
    assert sent.document is not None
    assert [(one.left_qty, one.left_value) for one in query.uninvoiced(db, owner)] == [(3_000, 240_000)]
    assert (balance(db, "supplier"), balance(db, "goods_received_not_invoiced")) == (80_000, -240_000)
    supplier_invoices.post_invoice(
        db, owner, an_invoice(supplier, "I", InvoiceLine(line, a.qty(3), a.money(24)), tax=a.money("4.80"))
    )
    credit = CreditFields("c1", supplier, "I", TODAY, sent.document.id, a.money(8), a.money("1.60"))
    supplier_invoices.post_credit_note(db, owner, credit)
    assert (balance(db, "supplier"), balance(db, "tax")) == (-192_000, 32_000)
    assert (balance(db, "goods_received_not_invoiced"), balance(db, "price_variance")) == (0, 0)
    assert query.uninvoiced(db, owner) == []


def test_late_costs_by_weight_and_by_hand_over_several_receipts(db: Db, owner: Acting) -> None:
    heavy, light = a.an_item(db, weight=3_000), a.an_item(db, weight=1_000)
    one, first = received(db, owner, heavy, 1, 1)
    two, second = received(db, owner, light, 1, 1)
    landed_cost.post(db, owner, a.a_head(), [one, two], a.money(8), Basis.WEIGHT)
    assert (pool(db, heavy)[1], pool(db, light)[1]) == (70_000, 30_000)
    landed_cost.post(
        db, owner, a.a_head(), [one, two], a.money(3), Basis.BY_HAND, {first: a.money(1), second: a.money(2)}
    )
    assert (pool(db, heavy)[1], pool(db, light)[1]) == (80_000, 50_000)
    with pytest.raises(Refused, match="add up"):
        landed_cost.post(db, owner, a.a_head(), [one], a.money(3), Basis.BY_HAND, {first: a.money(1)})
    db.run("UPDATE item SET weight = NULL WHERE id = ?", (light,))
    with pytest.raises(Refused, match="has no weight"):
        landed_cost.post(db, owner, a.a_head(), [one, two], a.money(8), Basis.WEIGHT)
    with pytest.raises(Refused, match="belongs to a goods receipt"):
        landed_cost.post(db, owner, a.a_head(), [], a.money(8))


def test_two_late_costs_of_one_day_are_two(db: Db, owner: Acting) -> None:
    item = a.an_item(db)
    document, _line = received(db, owner, item, 10, 1)
    one, two = a.a_head(), a.a_head()
    for head in (one, two, two):
        landed_cost.post(db, owner, head, [document], Money(10_000))
    assert pool(db, item) == (10_000, 120_000)


def test_suppliers_of_receipts_without_an_order_are_known_by_name(db: Db, owner: Acting) -> None:
    supplier = suppliers.save_supplier(db, owner, None, SupplierFields(name="Bakery")).supplier_id
    item = a.an_item(db)
    head = replace(a.a_head(), party="Bakery")
    receive.post_goods_receipt(db, owner, head, [a.goods(item, 1, 1)])
    assert [one.supplier for one in query.uninvoiced(db, owner, supplier)] == ["Bakery"]
