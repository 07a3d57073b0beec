"""What a code of no item may be: a sales receipt, a voucher, a customer's card. Each is handed over the counter."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core import customers as customer_numbers
from shopstock.core import vouchers as voucher_numbers
from shopstock.core.code_rules import Rules
from shopstock.core.outcome import ShopError
from shopstock.core.units import LocationId
from shopstock.db.connection import Db
from shopstock.queries import customers, items, sales, vouchers


class NoVoucher(NamedTuple):
    """A text that is written as a voucher's number, and no voucher has it."""

    number: str


Paper = sales.Sale | vouchers.Voucher | NoVoucher | customers.CustomerRow


def paper_of(db: Db, text: str) -> Paper | None:
    """Return what was handed over; ``None`` if the text is the number of nothing."""
    sold = sales.by_number(db, text)
    if sold is not None:
        return sold
    number = voucher_numbers.normal(text)
    if number is not None:
        return vouchers.by_number(db, number) or NoVoucher(number)
    card = customers.by_card(db, text)
    if card is None and customer_numbers.number_of(text) is not None:
        card = next(iter(customers.find(db, text, 1)), None)
    return card


def anything(db: Db, text: str, location_id: LocationId, rules: Rules) -> items.Found | Paper | None:
    """Return the item of a code, else the paper; ``None`` if it is neither."""
    try:
        found = items.by_code(db, text, location_id, rules)
    except ShopError:
        # What cannot be the code of goods may still be a number on a paper.
        found = None
    return found if found is not None else paper_of(db, text)


def digits_as_voucher(text: str) -> str:
    """Return a voucher's number that was typed on a number pad, without its letter and dashes, as it is written."""
    digits = text.strip()
    if digits.isascii() and digits.isdigit() and len(digits) > 4:
        return f"V-{int(digits[:-4]):06d}-{digits[-4:]}"
    return digits
