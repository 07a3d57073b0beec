"""Store credit: handed out instead of money, spent in part, restored with its sale, never spent twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shopstock.core import papers, vouchers
from shopstock.core.acting import Acting
from shopstock.core.document import Head
from shopstock.core.movements import Account
from shopstock.core.outcome import Refused
from shopstock.core.papers import CashReport, SalesReceipt, StoreCreditVoucher
from shopstock.core.tender import Tender
from shopstock.core.units import DocumentId
from shopstock.db.connection import Db, transaction
from shopstock.queries import audit, sales
from shopstock.queries import settings as settings_rows
from shopstock.queries import vouchers as reading
from shopstock.services import cash, receipts, reverse, sell, settings
from tests import builders as a
from tests.till import events, goods, method, money, new_cart, pay


def credit_for(db: Db, owner: Acting, amount: str = "25.00") -> str:
    """Sell something and take it back for store credit; return the voucher's number."""
    item = goods(db, owner, f"ITEM{amount}", amount)
    document = pay(db, owner, new_cart(db).add(item)).document
    assert document is not None
    sale = sales.by_id(db, document.id)
    assert sale is not None
    pay(db, owner, new_cart(db).add_return(sale.lines[0]), by="Store credit")
    return reading.open_vouchers(db)[0].number


def spend(db: Db, owner: Acting, number: str, amount: str, *, price: str = "") -> DocumentId:
    item = goods(db, owner, f"BUY{db.value('SELECT count(*) FROM item')}", price or amount)
    tenders = [Tender(method(db, "Store credit"), money(amount), number)]
    if price:
        tenders.append(Tender(method(db), money(price)))
    changes = sell.complete_sale(db, owner, new_cart(db).add(item), tenders)
    assert changes.document is not None
    return changes.document.id


def because() -> Head:
    return replace(a.a_head(), note="a mistake")


def owed(db: Db) -> int:
    return -int(db.value("SELECT sum(amount) FROM journal_line WHERE account = 'store_credit'"))


def test_a_voucher_is_handed_out_printed_and_spent_bit_by_bit(db: Db, owner: Acting) -> None:
    number = credit_for(db, owner)
    assert vouchers.normal(number) == number
    assert number.startswith("V-000001-")
    paper = papers.from_json(db.value("SELECT paper FROM print_job WHERE kind = 'store_credit'"))
    assert isinstance(paper, StoreCreditVoucher)
    assert (paper.number, paper.amount) == (number, money("25"))
    assert (reading.outstanding(db), owed(db)) == (money("25"), money("25"))
    first = spend(db, owner, number.lower(), "10.00")
    receipt = receipts.sales_receipt(db, first)
    assert receipt.credit_lines == (f"Voucher {number}: 10.00 taken, 15.00 left",)
    assert [(line.method, line.amount, line.reference) for line in receipt.tenders] == [
        ("Store credit", money("10"), number)
    ]
    second = spend(db, owner, number, "15.00", price="40.00")
    assert db.value("SELECT sum(amount) FROM payment WHERE document_id = ?", (second,)) == money("40")
    voucher = reading.by_number(db, number)
    assert voucher is not None
    assert (voucher.balance, voucher.amount, voucher.issued_by) == (0, money("25"), "Owner")
    assert [(entry.amount, entry.left) for entry in voucher.entries] == [
        (money("25"), money("25")), (-money("10"), money("15")), (-money("15"), 0),
    ]  # fmt: skip
    assert receipts.sales_receipt(db, first) == receipt
    assert (reading.open_vouchers(db), reading.outstanding(db), owed(db)) == ([], 0, 0)


@pytest.mark.parametrize(
    ("number", "amount", "sentence"),
    [
        ("", "5", "Scan the voucher, or type its number"),
        ("4242", "5", "“4242” is no voucher's number"),
        ("V-000009-1234", "5", "There is no voucher V-000009-1234"),
        ("own", "30", "has 25.00 left. Take that much or less"),
    ],
)
def test_a_voucher_that_is_none_or_holds_too_little_pays_nothing(
    db: Db, owner: Acting, number: str, amount: str, sentence: str
) -> None:
    own = credit_for(db, owner)
    before = db.value("SELECT count(*) FROM document")
    with pytest.raises(Refused, match=sentence):
        spend(db, owner, own if number == "own" else number, amount)
    assert db.value("SELECT count(*) FROM document WHERE kind <> 'opening'") == before - 1
    assert reading.outstanding(db) == money("25")


def test_a_used_up_voucher_says_so_and_one_twice_on_a_sale_counts_twice(db: Db, owner: Acting) -> None:
    number = credit_for(db, owner)
    item = goods(db, owner, "BIG", "40.00")
    credit = method(db, "Store credit")
    with pytest.raises(Refused, match=r"has 25\.00 left"):
        sell.complete_sale(
            db, owner, new_cart(db).add(item),
            [Tender(credit, money("20"), number), Tender(credit, money("20"), number)],
        )  # fmt: skip
    spend(db, owner, number, "25.00")
    with pytest.raises(Refused, match=f"Voucher {number} is used up"):
        spend(db, owner, number, "1.00")


def test_the_till_that_knows_the_balance_refuses_more_at_once(db: Db, owner: Acting) -> None:
    number = credit_for(db, owner)
    item = goods(db, owner, "BIG", "40.00")
    with pytest.raises(Refused, match="Take that much or less"):
        sell.complete_sale(
            db, owner, new_cart(db).add(item),
            [Tender(method(db, "Store credit"), money("30"), number, money("25")), Tender(method(db), money("10"))],
        )  # fmt: skip


def test_each_voucher_has_a_number_of_its_own(db: Db, owner: Acting) -> None:
    credit_for(db, owner, "5.00")
    credit_for(db, owner, "6.00")
    assert [vouchers.count_of(one.number) for one in reading.open_vouchers(db)] == [2, 1]
    assert {one.balance for one in reading.open_vouchers(db)} == {money("5"), money("6")}


@pytest.mark.parametrize("text", ["v 12 4821", " V-000012-4821 ", "V000012-4821"])
def test_a_number_is_read_as_people_type_it(text: str) -> None:
    assert vouchers.normal(text) == "V-000012-4821"


@pytest.mark.parametrize("text", ["1-10418", "V-12", "4006381333931", "V-12-48210"])
def test_other_numbers_are_no_vouchers(text: str) -> None:
    assert vouchers.normal(text) is None


# --- undoing


def test_a_reversed_sale_puts_the_credit_back(db: Db, owner: Acting) -> None:
    number = credit_for(db, owner)
    bought = spend(db, owner, number, "10.00")
    changes = reverse.reverse(db, owner, because(), bought)
    assert "vouchers" in changes.topics
    voucher = reading.by_number(db, number)
    assert voucher is not None
    assert (voucher.balance, owed(db)) == (money("25"), money("25"))
    assert [entry.amount for entry in voucher.entries] == [money("25"), -money("10"), money("10")]


def test_a_reversed_return_takes_its_voucher_back_unless_it_was_spent(db: Db, owner: Acting) -> None:
    number = credit_for(db, owner)
    voucher = reading.by_number(db, number)
    assert voucher is not None
    bought = spend(db, owner, number, "10.00")
    documents = db.value("SELECT count(*) FROM document")
    with pytest.raises(Refused, match=f"Voucher {number} was handed out with this document and spent since"):
        reverse.reverse(db, owner, because(), voucher.document_id)
    assert db.value("SELECT count(*) FROM document") == documents
    reverse.reverse(db, owner, because(), bought)
    reverse.reverse(db, owner, because(), voucher.document_id)
    assert (reading.outstanding(db), owed(db)) == (0, 0)


# --- the paper, again


def test_a_lost_voucher_is_printed_again_as_a_copy_with_what_is_left(db: Db, owner: Acting) -> None:
    number = credit_for(db, owner)
    spend(db, owner, number, "10.00")
    receipts.print_voucher_again(db, owner, number)
    paper = papers.from_json(db.value("SELECT paper FROM print_job WHERE kind = 'store_credit' ORDER BY id DESC"))
    assert isinstance(paper, StoreCreditVoucher)
    assert (paper.amount, paper.copy) == (money("15"), 1)
    assert events(db, "reprint") == [f"COPY 1 {number}"]
    spend(db, owner, number, "15.00")
    with pytest.raises(Refused, match="is used up"):
        receipts.print_voucher_again(db, owner, number)
    with pytest.raises(Refused, match="There is no voucher"):
        receipts.print_voucher_again(db, owner, "V-000077-0000")


def test_the_receipt_of_the_document_is_never_taken_for_its_voucher(db: Db, owner: Acting) -> None:
    from shopstock.queries import printing as queue

    number = credit_for(db, owner)
    voucher = reading.by_number(db, number)
    assert voucher is not None
    paper = queue.paper_of_document(db, voucher.document_id)
    assert isinstance(paper, SalesReceipt)
    assert paper.credit_lines == (f"Voucher {number} for 25.00",)


def test_the_z_report_shows_store_credit_as_a_method(db: Db, owner: Acting) -> None:
    number = credit_for(db, owner)
    spend(db, owner, number, "10.00")
    cash.count_drawer(db, owner, money("25"))
    cash.close_shift(db, owner)
    report = papers.from_json(db.value("SELECT report FROM shift WHERE report IS NOT NULL"))
    assert isinstance(report, CashReport)
    assert [(row.method, row.count, row.amount) for row in report.methods if row.method == "Store credit"] == [
        ("Store credit", 2, -money("15"))
    ]
    assert report.over_short == 0


# --- the method


def test_store_credit_stays_a_method_of_its_own(db: Db, owner: Acting) -> None:
    number = credit_for(db, owner)
    own = next(one for one in settings_rows.payment_methods(db) if one.account == Account.STORE_CREDIT)
    with pytest.raises(Refused, match="Customers pay in cash, by card"):
        settings.add_payment_method(db, owner, "Mine", Account.STORE_CREDIT)
    with pytest.raises(Refused, match="keeps its account"):
        settings.edit_payment_method(db, owner, own.id, name="Mine", account=Account.CASH, opens_drawer=False)
    cash_id = method(db).id
    with pytest.raises(Refused, match="Customers pay in cash, by card"):
        settings.edit_payment_method(
            db, owner, cash_id, name="Cash", account=Account.STORE_CREDIT, opens_drawer=True
        )  # fmt: skip
    with pytest.raises(Refused, match=r"Customers hold 25.00 of store credit"):
        settings.retire_payment_method(db, owner, own.id)
    settings.edit_payment_method(
        db, owner, own.id, name="Credit", account=Account.STORE_CREDIT, opens_drawer=False
    )  # fmt: skip
    item = goods(db, owner, "LAST", "25.00")
    sell.complete_sale(
        db, owner, new_cart(db).add(item), [Tender(method(db, "Credit"), money("25"), number)]
    )  # fmt: skip
    settings.retire_payment_method(db, owner, own.id)
    settings.add_payment_method(db, owner, "Credit", Account.CARD)
    assert method(db, "Credit").account == Account.STORE_CREDIT


# --- the proof


class Undo(Exception):
    """Ends a transaction whose fault was only planted."""


@pytest.mark.parametrize(
    ("fault", "table"),
    [
        ("UPDATE voucher SET balance = balance - 1", "voucher"),
        ("UPDATE voucher SET balance = balance - 1", "journal_line"),
        ("INSERT INTO voucher_entry (voucher_id, document_id, amount, at) SELECT id, 1, 5, 0 FROM voucher", "voucher"),
        (
            "INSERT INTO payment (document_id, method_id, amount, tendered, change, reference)"
            " SELECT document_id, method_id, 7, 7, 0, reference FROM payment WHERE reference <> ''",
            "voucher_entry",
        ),
    ],
)
def test_a_planted_fault_is_found(db: Db, owner: Acting, fault: str, table: str) -> None:
    credit_for(db, owner)
    assert audit.discrepancies(db) == []
    found: set[str] = set()
    try:
        with transaction(db):
            db.run(fault)
            found = {one.table for one in audit.discrepancies(db)}
            raise Undo
    except Undo:
        pass
    assert table in found
