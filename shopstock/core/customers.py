"""What is said about a customer, and the number by which documents know one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shopstock.core.outcome import Changes

_NUMBER = re.compile(r"c[-\s]?0*(\d{1,12})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CustomerFields:
    """A customer who wants to be known. ``card`` is what their card's code says, ``address`` may have several lines.

    With a ``tax_number`` their receipts are invoices.
    """

    name: str
    card: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    tax_number: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CustomerSaved(Changes):
    """What saving a customer changed, and whose record it is."""

    customer_id: int = 0


def number_text(number: int) -> str:
    """Return the number as people know it: ``C-0042``."""
    return f"C-{number:04d}"


def number_of(text: str) -> int | None:
    """Return the number of a text such as ``C-0042``; ``None`` if it is none."""
    found = _NUMBER.fullmatch(text.strip())
    return None if found is None else int(found[1])
