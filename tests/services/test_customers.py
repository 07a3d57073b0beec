"""Customers who want to be known: kept, found, on their sales by number, and gone when they ask for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shopstock.core import papers
from shopstock.core.acting import Acting, Role
from shopstock.core.customers import CustomerFields, number_of
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.papers import SalesReceipt
from shopstock.core.tender import Tender
from shopstock.core.units import DocumentId
from shopstock.db.connection import Db, open_shop, transaction
from shopstock.queries import customers as reading
from shopstock.queries import sales, till
from shopstock.queries.sales import SaleSearch
from shopstock.services import customers, parked, people, printing, receipts, reverse, sell
from tests import builders as a
from tests.till import PIN, events, goods, method, money, new_cart, pay, person, second_till

BO = CustomerFields(
    name="Bóthildur Ravnkilde", card="CARD-7781", email="bo@ravnkilde.example", phone="+45 20 11 99 33",
    address="Nørregade 4\n8000 Aarhus", tax_number="DK77665544", note="likes Oolongberry",
)  # fmt: skip


def added(db: Db, owner: Acting, fields: CustomerFields = BO) -> int:
    return customers.save(db, owner, None, fields).customer_id


def sold_to(db: Db, owner: Acting, customer_id: int, *, invoice: bool = False) -> DocumentId:
    row = reading.by_id(db, customer_id)
    assert row is not None
    item = goods(db, owner, f"ITEM{db.value('SELECT count(*) FROM item')}", "12.00")
    cart = new_cart(db).add(item).for_customer(row.name, customer_id).with_invoice(invoice)
    document = pay(db, owner, cart).document
    assert document is not None
    return document.id


# --- kept and found


def test_a_customer_is_kept_changed_and_numbered(db: Db, owner: Acting) -> None:
    first = added(db, owner)
    second = added(db, owner, CustomerFields("  Ana \n Silva ", note="a\nb"))
    assert [row.number for row in reading.find(db, "")] == ["C-0002", "C-0001"]
    ana = reading.customer(db, second)
    assert ana is not None
    assert (ana.fields.name, ana.fields.note) == ("Ana Silva", "a\nb")
    customers.save(db, owner, first, replace(BO, name="Bo Berg", card=""))
    assert [row.name for row in reading.find(db, "berg")] == ["Bo Berg"]
    assert reading.find(db, "ravnkilde")[0].name == "Bo Berg"  # the e-mail address says so still
    assert reading.by_card(db, "card-7781") is None


@pytest.mark.parametrize(
    "words",
    ["bothildur", "RAVN", "ravn both", "Ravnkilde, Bó", "C-0001", "c1", "card-7781", "20119933", "+45 20 11",
     "9933", "bo@ravnkilde.example", "1199 33"],
)  # fmt: skip
def test_a_customer_is_found_by_a_word_a_number_a_phone_or_a_card(db: Db, owner: Acting, words: str) -> None:
    customer_id = added(db, owner)
    added(db, owner, CustomerFields("Ana Silva", phone="+45 20 55 44 33", card="CARD-7782"))
    found = [row.id for row in reading.find(db, words)]
    assert customer_id in found
    assert len(found) == (2 if words == "+45 20 11" and len(found) > 1 else 1)


@pytest.mark.parametrize("words", ["nobody", "ravn silva", "C-0009", "%", "'", "x" * 5_000])
def test_what_matches_nobody_finds_nobody(db: Db, owner: Acting, words: str) -> None:
    added(db, owner)
    assert reading.find(db, words) == []


def test_among_fifty_thousand_one_is_found_by_the_index(sqlite_db: Db, owner: Acting) -> None:
    db = sqlite_db
    with transaction(db):
        db.run_many(
            "INSERT INTO customer (id, number, name, name_key, created_at, changed_at) VALUES (?, ?, ?, ?, 0, 0)",
            [(number, number, f"Person {number}", f"person {number}") for number in range(1, 50_001)],
        )
        db.run_many(
            "INSERT INTO customer_word (word, customer_id) VALUES (?, ?)",
            [(word, number) for number in range(1, 50_001) for word in ("person", str(number))],
        )
    found = reading.find(db, "person 4711")
    assert (found[0].id, len(found)) == (4711, 11)
    statements: list[str] = []
    db.raw.set_exec_trace(lambda _cursor, sql, _values: statements.append(sql) or True)
    reading.find(db, "person 4711")
    db.raw.set_exec_trace(None)
    plan = " | ".join(
        str(row[3]) for sql in statements[-1:] for row in db.rows("EXPLAIN QUERY PLAN " + sql, ["x"] * sql.count("?"))
    )
    assert "SCAN" not in plan, plan


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (CustomerFields(" "), "The name is empty"),
        (CustomerFields("Ana", card="card-7781"), "This card is that of C-0001"),
        (CustomerFields("Ana", note="x" * 3_000), "too long"),
        (CustomerFields("Ana", phone="1" * 300), "too long"),
    ],
)
def test_a_customer_that_cannot_be_is_refused(db: Db, owner: Acting, fields: CustomerFields, sentence: str) -> None:
    added(db, owner)
    with pytest.raises(Refused, match=sentence):
        customers.save(db, owner, None, fields)
    assert db.value("SELECT count(*) FROM customer") == 1


def test_a_number_is_read_in_any_hand() -> None:
    assert [number_of(text) for text in ("C-0042", "c42", " c-42 ", "42", "V-42", "C-")] == [42, 42, 42, *[None] * 3]


# --- on their sales


def test_documents_name_a_customer_by_number_and_papers_by_name(db: Db, owner: Acting) -> None:
    customer_id = added(db, owner, replace(BO, tax_number=""))
    document = sold_to(db, owner, customer_id)
    assert db.value("SELECT party FROM document WHERE id = ?", (document,)) == "C-0001"
    paper = receipts.sales_receipt(db, document)
    assert (paper.customer, paper.customer_lines, paper.title) == (BO.name, (), "")
    (row,) = sales.find(db, owner, SaleSearch(customer_id=customer_id))
    assert (row.document_id, row.customer) == (document, f"{BO.name} (C-0001)")
    assert [one.document_id for one in sales.find(db, owner, SaleSearch(words="ravnkilde"))] == [document]


def test_a_customer_has_a_history_of_what_was_bought_returned_and_is_in_credit(db: Db, owner: Acting) -> None:
    customer_id = added(db, owner)
    first, second = sold_to(db, owner, customer_id), sold_to(db, owner, customer_id)
    undone = sold_to(db, owner, customer_id)
    reverse.reverse(db, owner, replace(a.a_head(), note="x"), undone)
    sale = sales.by_id(db, second)
    assert sale is not None
    cart = new_cart(db).add_return(sale.lines[0]).for_customer(BO.name, customer_id)
    back = pay(db, owner, cart, by="Store credit").document
    assert back is not None
    known = reading.customer(db, customer_id)
    assert known is not None
    assert (known.bought, known.returned, known.credit) == (money("24"), money("12"), money("12"))
    assert [(one.document_id, one.total, one.reversed) for one in known.documents] == [
        (back.id, -money("12"), False), (undone, money("12"), True), (second, money("12"), False),
        (first, money("12"), False),
    ]  # fmt: skip
    assert reading.by_id(db, customer_id) == reading.find(db, "C-0001")[0]
    assert reading.find(db, "C-0001")[0].credit == money("12")


def test_a_tax_number_or_a_wish_makes_the_receipt_an_invoice(db: Db, owner: Acting) -> None:
    customer_id = added(db, owner)
    paper = receipts.sales_receipt(db, sold_to(db, owner, customer_id))
    assert paper.title == "Invoice"
    assert paper.customer == BO.name
    assert paper.customer_lines == ("Nørregade 4", "8000 Aarhus", "Tax number DK77665544")
    assert [tax.rate for tax in paper.taxes] == ["20%"]
    plain = added(db, owner, CustomerFields("Ana Silva", address="1 Low Road"))
    document = sold_to(db, owner, plain, invoice=True)
    printed = papers.from_json(db.value("SELECT paper FROM print_job ORDER BY id DESC"))
    assert isinstance(printed, SalesReceipt)
    assert (printed.title, printed.customer_lines) == ("Invoice", ("1 Low Road",))
    receipts.print_invoice(db, owner, sold_to(db, owner, plain))
    later = papers.from_json(db.value("SELECT paper FROM print_job ORDER BY id DESC"))
    assert isinstance(later, SalesReceipt)
    assert (later.title, later.copy) == ("Invoice", 1)
    sale = sales.by_id(db, document)
    assert sale is not None
    cart = new_cart(db).add_return(sale.lines[0]).for_customer("Ana Silva", plain).with_invoice()
    back = pay(db, owner, cart).document
    assert back is not None
    assert receipts.sales_receipt(db, back.id, invoice=True).title == "Credit note"


def test_an_invoice_is_never_without_its_customer(db: Db, owner: Acting) -> None:
    with pytest.raises(Refused, match="Choose the customer first"):
        new_cart(db).with_invoice()
    cart = new_cart(db).for_customer("Ana", 1).with_invoice()
    assert not cart.for_customer("").invoice
    item = goods(db, owner)
    document = pay(db, owner, new_cart(db).add(item)).document
    assert document is not None
    with pytest.raises(Refused, match="has none on record"):
        receipts.print_invoice(db, owner, document.id)


# --- erased


def scattered(db: Db, owner: Acting) -> tuple[int, DocumentId]:
    """Leave a customer's name wherever the program may keep one."""
    customer_id = added(db, owner)
    printing.set_device(db, owner, printing.RECEIPT_PRINTER, "tcp://127.0.0.1:9100")
    document = sold_to(db, owner, customer_id)
    receipts.print_again(db, owner, document)
    item = goods(db, owner, "MORE", "1.00")
    cart = new_cart(db).add(item).for_customer(BO.name, customer_id)
    parked.park(db, owner, cart)
    parked.save_open_sale(db, second_till(db, owner), replace(cart, key="other"))
    done = new_cart(db).add(item).for_customer(BO.name, customer_id)
    parked.save_open_sale(db, owner, done)
    pay(db, owner, done)
    return customer_id, document


def test_an_erased_customer_is_gone_and_the_sales_stay(db: Db, owner: Acting) -> None:
    customer_id, document = scattered(db, owner)
    changes = customers.erase(db, owner, customer_id)
    assert "customers" in changes.topics
    assert reading.find(db, "ravnkilde") == reading.find(db, "C-0001") == reading.find(db, "") == []
    assert reading.by_card(db, BO.card) is None
    known = reading.customer(db, customer_id)
    assert known is not None
    assert known.fields == CustomerFields("")
    assert (known.number, len(known.documents), known.erased_at is not None) == ("C-0001", 2, True)
    paper = receipts.sales_receipt(db, document)
    assert (paper.customer, paper.customer_lines, paper.title) == ("C-0001", (), "")
    assert {row[0] for row in db.rows("SELECT label FROM parked_sale")} == {""}
    cart = till.parked_sales(db, owner.location_id)
    assert parked.recall(db, owner, cart[0].id).customer_id is None
    assert events(db, "customer_erased") == ["C-0001"]
    with pytest.raises(Refused, match="There is no such customer any more"):
        customers.erase(db, owner, customer_id)
    with pytest.raises(Refused, match="was erased"):
        customers.save(db, owner, customer_id, BO)
    assert added(db, owner) != customer_id


TRACES = ("Bóthildur", "Ravnkilde", "bothildur", "ravnkilde", "CARD-7781", "card-7781", "card7781",
          "20 11 99 33", "20119933", "Nørregade", "77665544", "Oolongberry")  # fmt: skip


def test_no_table_names_an_erased_customer(db: Db, owner: Acting) -> None:
    customer_id, _document = scattered(db, owner)
    customers.erase(db, owner, customer_id)
    if db.engine == "sqlite":
        tables = [row[0] for row in db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    else:
        tables = [row[0] for row in db.rows(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        )]  # fmt: skip
    for table in tables:
        content = repr(db.rows(f"SELECT * FROM {table}"))
        assert not [trace for trace in TRACES if trace in content], table


def test_no_byte_of_the_file_names_an_erased_customer(sqlite_db: Db, owner: Acting) -> None:
    """What is deleted is overwritten, in the file and in its log; the connections are those of the program."""
    db, path = sqlite_db, Path(sqlite_db.url)
    with open_shop(str(path)) as reader:
        customer_id, _document = scattered(db, owner)
        customers.save(db, owner, customer_id, replace(BO, name="Bóthildur Ravnkilde-Holm"))
        reader.value("SELECT count(*) FROM customer")
        assert any(b"Ravnkilde" in file.read_bytes() for file in path.parent.glob(path.name + "*"))
        customers.erase(db, owner, customer_id)
        for file in path.parent.glob(path.name + "*"):
            content = file.read_bytes()
            assert not [trace for trace in TRACES if trace.encode() in content], file


def test_a_sale_to_a_customer_who_was_erased_meanwhile_names_nobody(db: Db, owner: Acting) -> None:
    customer_id = added(db, owner)
    item = goods(db, owner)
    cart = new_cart(db).add(item).for_customer(BO.name, customer_id)
    customers.erase(db, owner, customer_id)
    document = pay(db, owner, cart).document
    assert document is not None
    assert db.value("SELECT party FROM document WHERE id = ?", (document.id,)) == ""
    assert db.value("SELECT count(*) FROM customer_document") == 0


def test_a_cashier_keeps_customers_and_a_manager_erases(db: Db, owner: Acting) -> None:
    cashier = person(db, owner, "Ana", Role.CASHIER)
    customer_id = added(db, cashier)
    with pytest.raises(NotAllowed) as told:
        customers.erase(db, cashier, customer_id)
    yes = people.approve(db, cashier, told.value.permission, told.value.subject, owner.person_id, PIN)
    customers.erase(db, replace(cashier, approval=yes), customer_id)
    assert db.rows("SELECT person_id, approved_by FROM event_log WHERE kind = 'customer_erased'") == [
        (cashier.person_id, owner.person_id)
    ]
    stockroom = person(db, owner, "Sam", Role.STOCKROOM)
    with pytest.raises(NotAllowed):
        added(db, stockroom)


def test_store_credit_of_an_erased_customer_can_still_be_spent(db: Db, owner: Acting) -> None:
    customer_id = added(db, owner)
    sale = sales.by_id(db, sold_to(db, owner, customer_id))
    assert sale is not None
    cart = new_cart(db).add_return(sale.lines[0]).for_customer(BO.name, customer_id)
    pay(db, owner, cart, by="Store credit")
    customers.erase(db, owner, customer_id)
    number = db.value("SELECT number FROM voucher")
    item = goods(db, owner, "LAST", "12.00")
    sell.complete_sale(
        db, owner, new_cart(db).add(item), [Tender(method(db, "Store credit"), money("12"), number)]
    )  # fmt: skip
    assert db.value("SELECT sum(balance) FROM voucher") == 0
