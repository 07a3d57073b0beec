"""The grammar of the till's entry line: what a typed line means, as a pure function.

======================  ==============================================================================
``CODE``                look the code up and add one
``3*CODE``, ``3*``      add three; with nothing behind the star the three waits for the next scan
``*5``                  set the last line to five
``+``, ``-``            one more, one less of the selected line
``10%``, ``1.50-``      discount on the selected line, in percent or as an amount
``/1`` … ``/9``         quick key
words                   search (anything with a space in it)
nothing                 pay
======================  ==============================================================================

Numbers may have decimals, written with a point or a comma. A scan never comes through here: a scanner's code is handed
to the till as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import MAX_MONEY, MAX_QTY, ONE, ZERO_MONEY, Money, Qty, format_qty, parse_money, parse_qty

MAX_TEXT = 120
#: A discount in percent is in 1/1,000 of a percent, as tax rates are: 10 % is 10,000.
PERCENT_SCALE = 1_000
WHOLE_PERCENT = 100 * PERCENT_SCALE

_NUMBER = re.compile(r"[+-]?\d*[.,]?\d*")


class EntryKind(StrEnum):
    """What a typed line asks for."""

    PAY = "pay"
    CODE = "code"
    WORDS = "words"
    TIMES = "times"
    SET_QTY = "set_qty"
    MORE = "more"
    LESS = "less"
    PERCENT = "percent"
    AMOUNT = "amount"
    QUICK = "quick"


@dataclass(frozen=True, slots=True)
class Entry:
    """A typed line, understood.

    ``text``: the code or the words of CODE and WORDS; ``qty``: of CODE, WORDS, TIMES and SET_QTY; ``percent``: of
    PERCENT, in 1/1,000 of a percent; ``amount``: of AMOUNT; ``number``: of QUICK, 1 to 9. ``multiplied`` tells that
    the quantity was typed, so that a waiting ``3*`` does not apply on top of it.
    """

    kind: EntryKind
    text: str = ""
    qty: Qty = ONE
    percent: int = 0
    amount: Money = ZERO_MONEY
    number: int = 0
    multiplied: bool = False


def parse_entry(text: str) -> Entry:
    """Understand one typed line; raise ``Refused`` with what to type instead."""
    line = clean(text)
    if not line:
        return Entry(EntryKind.PAY)
    if len(line) > MAX_TEXT:
        raise Refused(_("That is too long for a code or a name. Clear the line and try again."))
    if line == "+":
        return Entry(EntryKind.MORE)
    if line == "-":
        return Entry(EntryKind.LESS)
    if line.startswith("/") and line[1:].isascii() and line[1:].isdigit():
        return _quick(line[1:])
    if "*" in line:
        return _starred(line)
    if line.endswith("%") and _looks_numeric(line[:-1]):
        return Entry(EntryKind.PERCENT, percent=parse_percent(line[:-1]))
    if line.endswith("-") and _looks_numeric(line[:-1]):
        return Entry(EntryKind.AMOUNT, amount=parse_amount(line[:-1]))
    if " " in line:
        return Entry(EntryKind.WORDS, text=line)
    return Entry(EntryKind.CODE, text=line)


def clean(text: str) -> str:
    """Drop control characters and join runs of white space, as nothing that people read needs them."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else "" for c in text).split())


def parse_quantity(text: str) -> Qty:
    """Read a quantity above 0; raise ``Refused`` for 0, a negative one, words, more than three decimals, too much."""
    try:
        qty = parse_qty(_with_point(text))
    except ValueError:
        raise Refused(_("“{text}” is no quantity. Type a number, such as 3 or 0.25.").format(text=text[:40])) from None
    if qty < 0:
        raise Refused(_("A quantity cannot be negative. To take goods back press F11."))
    if qty == 0:
        raise Refused(_("A quantity of 0 adds nothing. To take a line off the sale press Del."))
    if qty > MAX_QTY:
        raise Refused(_("{text} is too many. The most on one line is {most}.").format(
            text=text[:40], most=format_qty(MAX_QTY)
        ))  # fmt: skip
    return qty


def parse_percent(text: str) -> int:
    """Read a discount of 0 to 100 percent, in 1/1,000 of a percent; 0 takes a discount off again."""
    try:
        percent = int(parse_qty(_with_point(text)))
    except ValueError:
        raise Refused(_("“{text}” is no percentage. Type a number, such as 10%.").format(text=text[:40])) from None
    if not 0 <= percent <= WHOLE_PERCENT:
        raise Refused(_("A discount lies between 0% and 100%."))
    return percent


def parse_amount(text: str) -> Money:
    """Read an amount of money of 0 or more; raise ``Refused`` for anything else."""
    try:
        amount = parse_money(_with_point(text))
    except ValueError:
        raise Refused(_("“{text}” is no amount. Type a number, such as 1.50.").format(text=text[:40])) from None
    if amount < 0:
        raise Refused(_("An amount cannot be negative."))
    if amount > MAX_MONEY:
        raise Refused(_("{text} is more than one amount may be. Check what was typed.").format(text=text[:40]))
    return amount


def _looks_numeric(text: str) -> bool:
    return bool(text) and _NUMBER.fullmatch(text) is not None


def _with_point(text: str) -> str:
    body = text.strip()
    whole, comma, decimals = body.partition(",")
    if not comma:
        return body
    # "1,000" is a thousand to one reader and one to the next: neither is guessed.
    if "." in body or "," in decimals or (len(decimals) == 3 and whole.lstrip("+-") not in ("", "0")):
        raise ValueError(text)
    return f"{whole}.{decimals}"


def _quick(digits: str) -> Entry:
    if len(digits) != 1 or digits == "0":
        raise Refused(_("Quick keys are /1 to /9."))
    return Entry(EntryKind.QUICK, number=int(digits))


def _starred(line: str) -> Entry:
    before, _star, after = line.partition("*")
    before, after = before.strip(), after.strip()
    if not before:
        return Entry(EntryKind.SET_QTY, qty=parse_quantity(after), multiplied=True)
    qty = parse_quantity(before)
    if not after:
        return Entry(EntryKind.TIMES, qty=qty, multiplied=True)
    return Entry(EntryKind.WORDS if " " in after else EntryKind.CODE, text=after, qty=qty, multiplied=True)
