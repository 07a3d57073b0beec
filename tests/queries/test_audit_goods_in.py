"""Plant faults in what belongs to goods in: the audit must see each."""

from __future__ import annotations

import pytest

from shopstock.core.acting import Acting
from shopstock.core.supplier_papers import InvoiceFields, InvoiceLine
from shopstock.core.units import Day, DocumentId, Money
from shopstock.db.connection import Db
from shopstock.queries import audit, purchase
from shopstock.services import receiving, reverse, supplier_invoices
from tests import builders as a
from tests.services.test_receiving import a_supplier, an_order, begin, scan


def _received(db: Db, owner: Acting) -> tuple[int, int, tuple[DocumentId, ...]]:
    """Ship 2 of 5, receive all of them with freight; return supplier, order and the documents."""
    supplier, item = a_supplier(db, owner), a.an_item(db)
    order = an_order(db, owner, supplier, [(item, 5, 2)])
    (line,) = purchase.order(db, owner, order).lines
    shipped = receiving.ship(db, owner, order, "shipped", [(line.id, a.qty(2))])
    assert shipped.document is not None
    delivery = begin(db, owner, order)
    scan(db, owner, delivery, item, 4)
    receiving.set_charge(db, owner, delivery, "Freight", a.money(1))
    posted = receiving.post(db, owner, delivery)
    return supplier, order, (shipped.document.id, *(ref.id for ref in posted.documents))


@pytest.mark.tampers
@pytest.mark.parametrize(
    ("fault", "table"),
    [
        ("UPDATE purchase_order_line SET received_qty = received_qty + 1", "purchase_order_line"),
        ("UPDATE purchase_order_line SET shipped_qty = 1000", "purchase_order_line"),
        ("UPDATE receipt_charge SET invoiced_by = 1", "journal_line"),
        (
            "INSERT INTO supplier_invoice_line (invoice_id, line_id, qty, value, received_value) "
            "SELECT 1, line_id, 1, 0, 0 FROM supplier_invoice_line",
            "uninvoiced",
        ),
        (
            "INSERT INTO supplier_invoice_line (invoice_id, line_id, qty, value, received_value) "
            "SELECT 1, line_id, 0, 0, 1 FROM supplier_invoice_line",
            "uninvoiced",
        ),
    ],
)
def test_a_planted_fault_is_named(fault: str, table: str, sqlite_db: Db, owner: Acting) -> None:
    supplier, _order, documents = _received(sqlite_db, owner)
    line = sqlite_db.value("SELECT id FROM document_line WHERE document_id = ?", (documents[-1],))
    supplier_invoices.post_invoice(
        sqlite_db, owner,
        InvoiceFields("i", supplier, "1", Day(20260302), (InvoiceLine(line, a.qty(2), Money(50_000)),)),
    )  # fmt: skip
    assert audit.discrepancies(sqlite_db) == []
    sqlite_db.run(fault)
    assert {one.table for one in audit.discrepancies(sqlite_db)} == {table}


def test_all_of_it_can_be_undone_in_turn(db: Db, owner: Acting) -> None:
    _supplier, order, documents = _received(db, owner)
    for document in reversed(documents):
        reverse.reverse(db, owner, a.a_head(), document)
        assert audit.discrepancies(db) == []
    (line,) = purchase.order(db, owner, order).lines
    assert (line.received_qty, line.shipped_qty, line.open_qty) == (0, 0, 5_000)
    assert db.rows("SELECT qty, value FROM item_pool") == [(0, 0)]
