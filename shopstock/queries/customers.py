"""Find customers by a word, a number, a phone or a card, and tell what each has bought, returned and has in credit."""

from __future__ import annotations

import re
from typing import NamedTuple

from shopstock.core import names
from shopstock.core.customers import CustomerFields, number_of, number_text
from shopstock.core.units import DocumentId, Instant, Money
from shopstock.db.connection import Db

_MOST_WORDS = 8
#: So many last digits of a phone number are looked for, at the least and at the most.
_SHORTEST_PHONE, _LONGEST_PHONE = 4, 15
_DIGITS = re.compile(r"[\d\s()/.+-]*\d[\d\s()/.+-]*")


class CustomerRow(NamedTuple):
    """A customer as a list shows one; ``credit`` is what their vouchers hold."""

    id: int
    number: str
    name: str
    card: str
    email: str
    phone: str
    tax_number: str
    credit: Money


class CustomerDocument(NamedTuple):
    """A sale or return of a customer, or what reversed one; ``total`` is negative when money went back."""

    document_id: DocumentId
    number: str
    kind: str
    occurred_at: Instant
    total: Money
    reversed: bool


class Customer(NamedTuple):
    """A customer with their history: the ``documents`` (the latest first), gross ``bought`` and ``returned`` in all.

    ``erased_at`` is set when the person is gone and only the number is left.
    """

    id: int
    number: str
    fields: CustomerFields
    created_at: Instant
    erased_at: Instant | None
    credit: Money
    bought: Money
    returned: Money
    documents: tuple[CustomerDocument, ...]


def words_of(fields: CustomerFields) -> set[str]:
    """Return the words by which a customer is found: a search word matches their beginnings."""
    words = set(names.fold(fields.name).replace(",", " ").split())
    words |= {fields.email.casefold()} | set(re.split(r"[@.]", fields.email.casefold()))
    digits = _digits(fields.phone)[-_LONGEST_PHONE:]
    words |= {digits[start:] for start in range(len(digits) - _SHORTEST_PHONE + 1)}  # with or without a country's code
    return {word[:80] for word in words if len(word) > 1 or word in names.fold(fields.name).split()}


def find(db: Db, words: str, limit: int = 50) -> list[CustomerRow]:
    """Return the customers whose name, e-mail address or phone begins so, or whose number or card it is; by name.

    All words have to match. Without words: the customers who were changed last.
    """
    text = names.clean(words)
    if not text:
        return _rows(db, "WHERE c.erased_at IS NULL ORDER BY c.changed_at DESC, c.id DESC LIMIT ?", (limit,))
    exact = by_card(db, text) or _by_number(db, text)
    if exact is not None:
        return [exact]
    wanted = [_digits(text)] if _DIGITS.fullmatch(text) else names.fold(text).replace(",", " ").split()[:_MOST_WORDS]
    # The longest word is likely the rarest: it is looked up first, the others only of those that it found.
    wanted.sort(key=len, reverse=True)
    if not wanted:
        return []
    matches = "SELECT customer_id FROM customer_word WHERE word >= ? AND word < ?"
    more = "".join(
        " AND EXISTS (SELECT 1 FROM customer_word m WHERE m.customer_id = c.id AND m.word >= ? AND m.word < ?)"
        for _word in wanted[1:]
    )
    bounds = [bound for word in wanted for bound in (word, word + "\U0010ffff")]
    where = f"WHERE c.id IN ({matches}){more} AND c.erased_at IS NULL ORDER BY c.name_key, c.id LIMIT ?"
    return _rows(db, where, (*bounds, limit))


def by_card(db: Db, code: str) -> CustomerRow | None:
    """Return the customer whose card's code was scanned; ``None`` if it is nobody's."""
    key = names.key(code)
    return next(iter(_rows(db, "WHERE c.card_key = ? AND c.card_key <> ''", (key,))), None) if key else None


def by_id(db: Db, customer_id: int) -> CustomerRow | None:
    """Return a customer as a list shows one; ``None`` if there is none, or no more."""
    return next(iter(_rows(db, "WHERE c.id = ? AND c.erased_at IS NULL", (customer_id,))), None)


def customer(db: Db, customer_id: int, limit: int = 200) -> Customer | None:
    """Return a customer with what they bought, returned and have in credit; ``None`` if there is none."""
    row = db.row(
        "SELECT number, name, card, email, phone, address, tax_number, note, created_at, erased_at,"
        " (SELECT coalesce(sum(balance), 0) FROM voucher v WHERE v.customer_id = c.id AND v.balance > 0)"
        " FROM customer c WHERE id = ?",
        (customer_id,),
    )
    if row is None:
        return None
    bought, returned = db.rows(
        "SELECT coalesce(sum(CASE WHEN l.kind = 'sale' THEN l.net + l.tax ELSE 0 END), 0),"
        " coalesce(sum(CASE WHEN l.kind = 'customer_return' THEN l.net + l.tax ELSE 0 END), 0)"
        " FROM customer_document k JOIN document_line l ON l.document_id = k.document_id WHERE k.customer_id = ?"
        " AND NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = k.document_id)",
        (customer_id,),
    )[0]
    number, name, card, email, phone, address, tax_number, note, created_at, erased_at, credit = row
    return Customer(
        customer_id, number_text(number), CustomerFields(name, card, email, phone, address, tax_number, note),
        created_at, erased_at, Money(int(credit)), Money(int(bought)), Money(int(returned)),
        documents(db, customer_id, limit),
    )  # fmt: skip


def documents(db: Db, customer_id: int, limit: int = 200) -> tuple[CustomerDocument, ...]:
    """Return a customer's sales and returns, the latest first."""
    return tuple(
        CustomerDocument(id_, f"{prefix}-{number}", kind, at, Money(total), bool(reversals))
        for id_, prefix, number, kind, at, total, reversals in db.rows(
            "SELECT d.id, s.prefix, d.number, d.kind, d.occurred_at, d.net + d.tax,"
            " (SELECT count(*) FROM document u WHERE u.reverses_id = d.id)"
            " FROM customer_document k JOIN document d ON d.id = k.document_id JOIN station s ON s.id = d.station_id"
            " WHERE k.customer_id = ? ORDER BY d.id DESC LIMIT ?",
            (customer_id, limit),
        )
    )


def of_document(db: Db, document_id: DocumentId) -> tuple[str, CustomerFields] | None:
    """Return the number and fields of the customer whose sale or return a document is; ``None`` for nobody's.

    Of an erased customer the fields are empty.
    """
    row = db.row(
        "SELECT c.number, c.name, c.card, c.email, c.phone, c.address, c.tax_number, c.note FROM customer_document k"
        " JOIN customer c ON c.id = k.customer_id WHERE k.document_id = ?",
        (document_id,),
    )
    return None if row is None else (number_text(row[0]), CustomerFields(*row[1:]))


def shown(db: Db, party: str) -> str:
    """Return what stands for the party of a document: the name of the customer that it numbers, or itself."""
    number = number_of(party)
    name = None if number is None else db.value("SELECT name FROM customer WHERE number = ?", (number,))
    return f"{name} ({party})" if name else party


def _by_number(db: Db, text: str) -> CustomerRow | None:
    number = number_of(text)
    if number is None:
        return None
    return next(iter(_rows(db, "WHERE c.number = ? AND c.erased_at IS NULL", (number,))), None)


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _rows(db: Db, where: str, values: tuple[object, ...]) -> list[CustomerRow]:
    return [
        CustomerRow(id_, number_text(number), name, card, email, phone, tax_number, Money(int(credit)))
        for id_, number, name, card, email, phone, tax_number, credit in db.rows(
            "SELECT c.id, c.number, c.name, c.card, c.email, c.phone, c.tax_number, (SELECT coalesce(sum(v.balance), 0)"
            f" FROM voucher v WHERE v.customer_id = c.id AND v.balance > 0) FROM customer c {where}",
            values,
        )
    ]
