"""Money, quantities, ids and instants as plain integers, and the only arithmetic that may divide them.

* ``Money`` is 1/10,000 of the shop's currency, ``Qty`` is 1/1,000 of the item's stock unit
  (one piece is 1,000; 0.250 kg is 250). Both are ``int`` at run time: sums never drift.
* ``Instant`` is microseconds since 1970-01-01 UTC; ``Day`` is the local business day as YYYYMMDD.
* The only way to divide is :func:`share` (and :func:`times`, which is a share of a price): whoever takes
  the last unit takes the remainder, so no unit of money is lost or made.

``Decimal`` appears here alone, to read what people type and to write what they read.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import NewType

Money = NewType("Money", int)
Qty = NewType("Qty", int)
Instant = NewType("Instant", int)
Day = NewType("Day", int)

ItemId = NewType("ItemId", int)
LocationId = NewType("LocationId", int)
DocumentId = NewType("DocumentId", int)
LineId = NewType("LineId", int)
MovementId = NewType("MovementId", int)
PersonId = NewType("PersonId", int)
StationId = NewType("StationId", int)

MONEY_SCALE = 10_000
QTY_SCALE = 1_000
ONE = Qty(QTY_SCALE)
ZERO_MONEY = Money(0)
ZERO_QTY = Qty(0)
NO_DAY = Day(0)

#: What a single amount or quantity on a document may be at the most; larger figures are typing errors.
MAX_MONEY = Money(1_000_000_000 * MONEY_SCALE)
MAX_QTY = Qty(1_000_000 * QTY_SCALE)


def divide_half_even(numerator: int, denominator: int) -> int:
    """Divide two integers, rounding half to even, exactly for any size and sign."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    quotient, remainder = divmod(numerator, denominator)
    twice = remainder * 2
    if twice > denominator or (twice == denominator and quotient & 1):
        quotient += 1
    return quotient


def share(value: Money, part: Qty, whole: Qty) -> Money:
    """Return what ``part`` of ``whole`` units carry of ``value``; the last unit takes the remainder."""
    if part == whole:
        return value
    return Money(divide_half_even(value * part, whole))


def times(unit_price: Money, qty: Qty) -> Money:
    """Return the price of ``qty`` at ``unit_price`` a stock unit, in 1/10,000 (not rounded to cents)."""
    return Money(divide_half_even(unit_price * qty, QTY_SCALE))


def round_to(value: Money, step: Money) -> Money:
    """Round to a multiple of ``step`` (a cent is 100, five centimes 500), half away from zero as tills do."""
    magnitude = (abs(value) * 2 + step) // (2 * step) * step
    return Money(magnitude if value >= 0 else -magnitude)


def parse_decimal(text: str) -> Decimal:
    """Read a plain decimal number with a point; raise ``ValueError`` for anything else.

    Exponents, signs other than one leading minus or plus, separators, NaN and infinity are refused, because in a
    file or at the till they are always a mistake.
    """
    cleaned = text.strip()
    body = cleaned[1:] if cleaned[:1] in ("-", "+") else cleaned
    if not body or len(body) > 40 or not body.isascii() or body.count(".") > 1:
        raise ValueError(text)
    if not body.replace(".", "", 1).isdigit():
        raise ValueError(text)
    try:
        return Decimal(cleaned)
    except InvalidOperation as error:  # pragma: no cover - the checks above leave nothing that Decimal refuses
        raise ValueError(text) from error


def _scaled(text: str, scale: int) -> int:
    number = parse_decimal(text) * scale
    whole = int(number)
    if whole != number:
        raise ValueError(text)
    return whole


def parse_money(text: str) -> Money:
    """Read an amount such as ``12.5``; raise ``ValueError`` if it is no number or finer than 1/10,000."""
    return Money(_scaled(text, MONEY_SCALE))


def parse_qty(text: str) -> Qty:
    """Read a quantity such as ``0.25``; raise ``ValueError`` if it is no number or finer than 1/1,000."""
    return Qty(_scaled(text, QTY_SCALE))


def value_at(unit_cost: Decimal, qty: Qty) -> Money:
    """Return the value of ``qty`` at a unit cost of any number of decimals, rounded once to 1/10,000."""
    numerator, denominator = unit_cost.as_integer_ratio()
    return Money(divide_half_even(numerator * qty * (MONEY_SCALE // QTY_SCALE), denominator))


def format_scaled(value: int, scale_digits: int, min_decimals: int = 0) -> str:
    """Write a scaled integer as an exact decimal string with at least ``min_decimals`` decimals."""
    sign = "-" if value < 0 else ""
    digits = str(abs(value)).rjust(scale_digits + 1, "0")
    whole, fraction = digits[:-scale_digits], digits[-scale_digits:]
    fraction = fraction.rstrip("0").ljust(min_decimals, "0")
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"


def format_money(value: Money, min_decimals: int = 2) -> str:
    """Write an amount exactly, for files and receipts: ``12.50``, ``0.0001``, ``-3.00``."""
    return format_scaled(value, 4, min_decimals)


def format_qty(qty: Qty) -> str:
    """Write a quantity exactly and as short as possible: ``3``, ``0.25``."""
    return format_scaled(qty, 3)
