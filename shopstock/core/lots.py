"""Lots of goods and the days on which they expire: which goes first, what has expired, what a quantity takes of them.

First expired, first out: lots with a day go before lots without one, the nearest day first, then as they came in. What
no lot covers has an unknown lot. A lot never goes below 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from shopstock.core import days, names
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import Day, Qty

#: The longest code of a lot: GS1 has 20 characters, suppliers write more on their papers.
MAX_CODE = 40
_NO_DAY_LAST = 99_999_999


class Holding(NamedTuple):
    """What lies of a lot at a place; ``expires`` is YYYYMMDD, 0 without a day."""

    lot_id: int
    code: str
    expires: int
    qty: int


class Taken(NamedTuple):
    """So much of a lot."""

    lot_id: int
    qty: int


def clean_code(code: str) -> str:
    """Return the code of a lot as it is kept; raise ``Refused`` for one too long."""
    cleaned = names.clean(code)
    if len(cleaned) > MAX_CODE:
        raise Refused(_("A lot has at most {most} characters. Check what was scanned.").format(most=MAX_CODE))
    return cleaned


def clean_serial(number: str) -> str:
    """Return a serial number as it is kept; raise ``Refused`` for an empty one or one too long."""
    cleaned = names.clean(number)
    if not 0 < len(cleaned) <= MAX_CODE:
        raise Refused(_("A serial number has 1 to {most} characters. Check what was typed.").format(most=MAX_CODE))
    return cleaned


def check_expires(day: int) -> Day:
    """Return the day on which a lot expires (0: none); raise ``Refused`` when there is no such day."""
    if day:
        try:
            days.as_date(day)
        except ValueError:
            raise Refused(_("{day} is no day. Write year, month and day.").format(day=day)) from None
    return Day(day)


def days_left(expires: Day | int, today: Day | int) -> int:
    """Return how many days goods are still good after today: 0 on their last day, negative once they have expired."""
    return (days.as_date(expires) - days.as_date(today)).days


def expired(expires: Day | int, today: Day | int) -> bool:
    """Tell whether goods with that last day must not be sold any more."""
    return 0 < expires < today


def first_expired(held: Iterable[Holding], today: int = 0) -> list[Holding]:
    """Return lots in the order in which they go; those that have expired before ``today`` last, if a day is given."""
    return sorted(held, key=lambda one: (expired(one.expires, today), one.expires or _NO_DAY_LAST, one.lot_id))


def is_named(one: Holding, code: str, expires: int) -> bool:
    """Tell whether a lot is the one that a code, a day or both name."""
    same_code = not code or names.key(one.code) == names.key(code)
    return bool(code or expires) and same_code and (not expires or one.expires == expires)


def take(
    qty: Qty | int, held: Iterable[Holding], code: str = "", expires: int = 0, today: int = 0
) -> list[Taken]:  # fmt: skip
    """Return what ``qty`` takes of the lots at a place: the named lot, then as they go; less if they end.

    What is sold ``today`` is of goods that may still be sold, as long as there are any.
    """
    in_order = first_expired((one for one in held if one.qty > 0), today)
    exact = [one for one in in_order if is_named(one, code, expires)]
    by_code = [one for one in in_order if code and is_named(one, code, 0)]
    taken: dict[int, int] = {}
    for one in (*exact, *by_code, *in_order):
        part = min(qty - sum(taken.values()), one.qty)
        if one.lot_id not in taken and part > 0:
            taken[one.lot_id] = part
    return [Taken(lot_id, part) for lot_id, part in taken.items()]
