"""Keep the customers who want to be known, and forget a person who asks for it: the sales stay, the person goes.

Documents know a customer by number alone (``C-0042``); the name is looked up when something is shown or printed.
"""

from __future__ import annotations

from dataclasses import replace

from shopstock.core import cart_json, customers, names, papers
from shopstock.core.acting import Acting, Permission
from shopstock.core.customers import CustomerFields, CustomerSaved
from shopstock.core.outcome import Changes, Refused
from shopstock.core.papers import SalesReceipt
from shopstock.core.text import _
from shopstock.core.units import DocumentId
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.queries import customers as reading
from shopstock.services import people
from shopstock.services.events import Event, log

TOPIC = "customers"
_MOST_TEXT = 2_000


def save(db: Db, acting: Acting, customer_id: int | None, fields: CustomerFields) -> CustomerSaved:
    """Add a customer (``None``) or replace what is said about one. Needs ``EDIT_CUSTOMERS``.

    Raises ``Refused`` without a name, and for a card that is another customer's or was not meant to be one.
    """
    acting.require(Permission.EDIT_CUSTOMERS)
    fields = _cleaned(fields)
    now = clock.now()
    values = (
        fields.name, names.key(fields.name), fields.card, names.key(fields.card), fields.email, fields.phone,
        fields.address, fields.tax_number, fields.note, now,
    )  # fmt: skip
    with transaction(db):
        _check_card(db, fields.card, customer_id)
        if customer_id is None:
            if db.engine == "postgresql":
                db.value("SELECT pg_advisory_xact_lock(hashtextextended('customer', 0))")
            customer_id = db.value(
                "INSERT INTO customer (name, name_key, card, card_key, email, phone, address, tax_number, note,"
                " changed_at, created_at, number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                " (SELECT coalesce(max(number), 0) + 1 FROM customer)) RETURNING id",
                (*values, now),
            )
        else:
            found = db.value(
                "UPDATE customer SET name = ?, name_key = ?, card = ?, card_key = ?, email = ?, phone = ?, address = ?,"
                " tax_number = ?, note = ?, changed_at = ? WHERE id = ? AND erased_at IS NULL RETURNING id",
                (*values, customer_id),
            )
            if found is None:
                raise Refused(_("This customer was erased. Add the person again if they wish."))
            db.run("DELETE FROM customer_word WHERE customer_id = ?", (customer_id,))
        assert customer_id is not None
        db.run_many(
            "INSERT INTO customer_word (word, customer_id) VALUES (?, ?)",
            [(word, customer_id) for word in sorted(reading.words_of(fields))],
        )
    return CustomerSaved(topics=frozenset({TOPIC}), customer_id=customer_id)


def erase(db: Db, acting: Acting, customer_id: int) -> Changes:
    """Forget a person: name, card, contact and note are gone, also from papers and sales that wait.

    The number stays, with the documents and the store credit that belong to it. Needs ``ERASE_CUSTOMERS``, or a second
    person's approval. On SQLite what is deleted is overwritten in the file; backups made before still hold it.
    """
    with transaction(db):
        acting = people.allow(db, acting, Permission.ERASE_CUSTOMERS, f"erase customer {customer_id}")
        number = db.value(
            "UPDATE customer SET name = '', name_key = '', card = '', card_key = '', email = '', phone = '',"
            " address = '', tax_number = '', note = '', changed_at = ?, erased_at = ?, erased_by = ?"
            " WHERE id = ? AND erased_at IS NULL RETURNING number",
            (clock.now(), clock.now(), acting.person_id, customer_id),
        )
        if number is None:
            raise Refused(_("There is no such customer any more."))
        db.run("DELETE FROM customer_word WHERE customer_id = ?", (customer_id,))
        _blank_papers(db, customer_id, customers.number_text(number))
        _blank_open_sales(db, customer_id)
        log(db, Event.CUSTOMER_ERASED, customers.number_text(number), acting=acting)
    db.forget_deleted()
    return Changes(topics=frozenset({TOPIC, "parked", "open_sale", "print_queue"}))


def party(db: Db, customer_id: int) -> str:
    """Return how a document names a customer; empty for one who was erased, whom no new document may name."""
    number = db.value("SELECT number FROM customer WHERE id = ? AND erased_at IS NULL", (customer_id,))
    return "" if number is None else customers.number_text(number)


def link(db: Db, document_id: DocumentId, customer_id: int) -> None:
    """Note whose sale or return a document is, in its transaction."""
    db.run("INSERT INTO customer_document (document_id, customer_id) VALUES (?, ?)", (document_id, customer_id))


def _blank_papers(db: Db, customer_id: int, number: str) -> None:
    """Take the name off the stored papers of the customer's documents: a reprint shows the number."""
    for job_id, text in db.rows(
        "SELECT j.id, j.paper FROM print_job j JOIN customer_document k ON k.document_id = j.document_id"
        " WHERE k.customer_id = ? ORDER BY j.id",
        (customer_id,),
    ):
        paper = papers.from_json(text)
        if isinstance(paper, SalesReceipt):
            blank = replace(paper, customer=number, customer_lines=())
            db.run("UPDATE print_job SET paper = ? WHERE id = ?", (papers.to_json(blank), job_id))


def _blank_open_sales(db: Db, customer_id: int) -> None:
    for table in ("open_sale", "parked_sale"):
        key = "station_id" if table == "open_sale" else "id"
        for row_id, content in db.rows(f"SELECT {key}, content FROM {table} ORDER BY {key}"):
            cart = cart_json.from_json(content)
            if cart.customer_id == customer_id:
                blank = cart_json.to_json(cart.for_customer(""))
                db.run(f"UPDATE {table} SET content = ? WHERE {key} = ?", (blank, row_id))
                if table == "parked_sale":
                    db.run("UPDATE parked_sale SET label = '' WHERE id = ?", (row_id,))


def _cleaned(fields: CustomerFields) -> CustomerFields:
    lines = (names.clean(row) for row in fields.address.splitlines())
    made = CustomerFields(
        names.label(fields.name), names.clean(fields.card), names.clean(fields.email), names.clean(fields.phone),
        "\n".join(row for row in lines if row), names.clean(fields.tax_number),
        "\n".join(names.clean(row) for row in fields.note.splitlines()).strip(),
    )  # fmt: skip
    short = (made.card, made.email, made.phone, made.tax_number)
    if max(len(made.address), len(made.note)) > _MOST_TEXT or max(map(len, short)) > 200:
        raise Refused(_("One of these texts is too long. Shorten it."))
    return made


def _check_card(db: Db, card: str, customer_id: int | None) -> None:
    if not card:
        return
    owner = db.row("SELECT id, number FROM customer WHERE card_key = ?", (names.key(card),))
    if owner is not None and owner[0] != customer_id:
        raise Refused(_("This card is that of {number}. Use another card.").format(
            number=customers.number_text(owner[1])
        ))  # fmt: skip
