"""Store credit at the one door of a sale: vouchers issued, spent and restored in the transaction of their document.

A voucher is a payment by the method of ``Account.STORE_CREDIT``: negative when the shop hands it out (its ``reference``
is the new number), positive when it is spent, in part or whole. The balance moves by
``UPDATE … WHERE balance >= ?`` alone, so that two tills can never spend the same credit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shopstock.core import vouchers
from shopstock.core.acting import Acting
from shopstock.core.document import DraftPayment
from shopstock.core.movements import Account
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import DocumentId, Money, format_money
from shopstock.db import clock
from shopstock.db.connection import Db


def numbered(db: Db, payments: Sequence[DraftPayment]) -> tuple[DraftPayment, ...]:
    """Give each payment in store credit its voucher: a new number for what is handed out, the known one for the rest.

    Inside the sale's transaction, before it is posted: the vouchers that are spent are locked and must hold enough.
    Raises ``Refused`` for a number that nobody knows and for one that holds too little.
    """
    if not any_in(payments):
        return tuple(payments)
    if db.engine == "postgresql" and any(one.account == Account.STORE_CREDIT and one.amount < 0 for one in payments):
        db.value("SELECT pg_advisory_xact_lock(hashtextextended('voucher', 0))")
    last = db.value("SELECT number FROM voucher ORDER BY id DESC LIMIT 1")
    count = 0 if last is None else vouchers.count_of(last)
    spent: dict[str, int] = {}
    out = []
    for payment in payments:
        number = payment.reference
        if payment.account == Account.STORE_CREDIT and payment.amount < 0:
            count += 1
            number = vouchers.number(count)
        elif payment.account == Account.STORE_CREDIT:
            number = _normal(number)
            spent[number] = spent.get(number, 0) + payment.amount
        out.append(replace(payment, reference=number))
    lock = " FOR UPDATE" if db.engine == "postgresql" else ""
    for number, amount in sorted(spent.items()):
        _check(number, db.value(f"SELECT balance FROM voucher WHERE number = ?{lock}", (number,)), amount)
    return tuple(out)


def any_in(payments: Sequence[DraftPayment]) -> bool:
    """Tell whether store credit is handed out or spent."""
    return any(payment.account == Account.STORE_CREDIT for payment in payments)


def note_posted(
    db: Db, acting: Acting, document_id: DocumentId, payments: Sequence[DraftPayment], customer_id: int | None = None
) -> list[str]:
    """Issue and spend the vouchers of a posted document, in its transaction; return the numbers of new ones."""
    now = clock.now()
    new = []
    for payment in payments:
        if payment.account != Account.STORE_CREDIT:
            continue
        if payment.amount < 0:
            voucher_id = db.value(
                "INSERT INTO voucher (number, customer_id, document_id, amount, balance, issued_at, issued_by)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
                (
                    payment.reference, customer_id, document_id, -payment.amount, -payment.amount, now,
                    acting.person_id,
                ),
            )  # fmt: skip
            new.append(payment.reference)
        else:
            voucher_id = db.value(
                "UPDATE voucher SET balance = balance - ? WHERE number = ? AND balance >= ? RETURNING id",
                (payment.amount, payment.reference, payment.amount),
            )
            if voucher_id is None:
                balance = db.value("SELECT balance FROM voucher WHERE number = ?", (payment.reference,))
                _check(payment.reference, balance, payment.amount)
        _note(db, voucher_id, document_id, Money(-payment.amount), now)
    return new


def note_reversed(db: Db, acting: Acting, document_id: DocumentId, reversal_id: DocumentId) -> bool:
    """Undo what a document did to vouchers, in the transaction of its reversal: what was spent is on them again.

    Tells whether there was any. Raises ``Refused`` when a voucher that it issued was spent since.
    """
    entries = db.rows(
        "SELECT e.voucher_id, v.number, e.amount FROM voucher_entry e JOIN voucher v ON v.id = e.voucher_id"
        " WHERE e.document_id = ? ORDER BY e.voucher_id",
        (document_id,),
    )
    for voucher_id, number, amount in entries:
        moved = db.value(
            "UPDATE voucher SET balance = balance - ? WHERE id = ? AND balance >= ? RETURNING id",
            (amount, voucher_id, amount),
        )
        if moved is None:
            raise Refused(
                _("Voucher {number} was handed out with this document and spent since, so it stands.").format(
                    number=number
                )
            )
        _note(db, voucher_id, reversal_id, Money(-amount), clock.now())
    return bool(entries)


def _normal(text: str) -> str:
    number = vouchers.normal(text)
    if number is None:
        raise Refused(_("“{text}” is no voucher's number. Scan the voucher.").format(text=text[:40]))
    return number


def _note(db: Db, voucher_id: int, document_id: DocumentId, amount: Money, at: int) -> None:
    db.run(
        "INSERT INTO voucher_entry (voucher_id, document_id, amount, at) VALUES (?, ?, ?, ?)",
        (voucher_id, document_id, amount, at),
    )


def _check(number: str, balance: int | None, amount: int) -> None:
    if balance is None:
        raise Refused(_("There is no voucher {number}. Check the number.").format(number=number))
    if balance < amount:
        raise Refused(
            _("Voucher {number} has {left} left. Take that much or less.").format(
                number=number, left=format_money(Money(balance))
            )
            if balance
            else _("Voucher {number} is used up.").format(number=number)
        )
