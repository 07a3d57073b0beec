"""Codes on goods: one key for every way a code can be printed, scanned or typed.

The key is the GTIN-14 when the check digit is right (so that UPC-A, UPC-E, EAN-8, EAN-13, ISBN with an add-on and the
GTIN inside a GS1 element string or an RFID tag meet), else the text itself without case. An embedded code carries a
price or a weight beside the item's reference; an editable table of rules says where
(:mod:`shopstock.core.code_rules`).

The path of a plain 13-digit scan is a few microseconds; ``biip`` (a quarter of a second to import) is loaded for
UPC-E and GS1 element strings only. A code is always text: leading zeros are part of it.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from shopstock.core import epc
from shopstock.core.code_rules import NO_RULES, Kind, Rules
from shopstock.core.outcome import UnknownCode
from shopstock.core.text import _
from shopstock.core.units import MONEY_SCALE, NO_DAY, QTY_SCALE, ZERO_QTY, Day, Qty

if TYPE_CHECKING:
    from biip.gs1_element_strings import GS1ElementStrings

MAX_LENGTH = 500
SEPARATOR = "\x1d"

#: Symbologies whose data is a GS1 element string: GS1-128, DataBar, GS1 DataMatrix, GS1 QR, GS1 DotCode.
_GS1_AIM = ("]C1", "]e0", "]e1", "]e2", "]d2", "]Q3", "]J1")
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_HUMAN_READABLE = re.compile(r"\((\d{2,4})\)")
_DIGITAL_LINK = re.compile(r"https?://[^\s]+?/(?:01|gtin)/(\d{8}|\d{12,14})(?=[/?#]|$)", re.IGNORECASE)
_GTIN_LENGTHS = (8, 12, 13, 14)
_SPACES = " \t\r\n\u00a0\ufeff"


class CodeKind(StrEnum):
    """What a stored code is. The value is what ``item_code.kind`` holds."""

    GTIN = "gtin"
    RAW = "raw"
    EMBEDDED = "embedded"
    INTERNAL = "internal"


class BadCode(UnknownCode):
    """A code that no shop could have: too long, empty or with control characters."""


class Trace(NamedTuple):
    """What a GS1 code says of the very goods it is on; falsy parts are not in it.

    ``expires`` is the last day (YYYYMMDD) of use-by (17) or, without one, of best-before (15), which ``best_before``
    tells. ``pieces`` (37) is how many trade items are in what the code is on, 0 when it does not say.
    """

    lot: str = ""
    expires: Day = NO_DAY
    best_before: bool = False
    serial: str = ""
    pieces: Qty = ZERO_QTY


#: A code that says nothing of lot, day or serial number.
NO_TRACE = Trace()


class Reading(NamedTuple):
    """What a code says: its key, another key to try when nothing has it, and what amount is embedded.

    ``base_key`` is the item's part of an embedded code, or the GTIN that six digits of a UPC-E stand for (they carry no
    check digit, so the shop's own six-digit number goes before it). ``amount`` is ``Money`` for a price, ``Qty`` for a
    weight or a count, and ``kind`` says which. ``trace`` is what a GS1 element string says besides.
    """

    key: str
    base_key: str = ""
    kind: Kind | None = None
    amount: int = 0
    trace: Trace = NO_TRACE


class Check(NamedTuple):
    """Whether the check digit of a code is right; ``expected`` is the digit it should end with, if it is not."""

    is_gtin: bool
    expected: str = ""


def check_digit(payload: str) -> str:
    """Return the digit that completes ``payload`` (digits only) to a GTIN: weights 3 and 1 from the right."""
    raw = payload.encode()
    total = 3 * sum(raw[-1::-2]) + sum(raw[-2::-2]) - 48 * (3 * len(raw[-1::-2]) + len(raw[-2::-2]))
    return str(-total % 10)


def _is_valid_13(text: str) -> bool:
    # The offsets of the thirteen ASCII digits add up to 1,200 and vanish modulo 10.
    raw = text.encode()
    return (sum(raw[::2]) + 3 * sum(raw[1::2])) % 10 == 0


def is_gtin(text: str) -> bool:
    """Tell whether the text is a GTIN-8, -12, -13 or -14 with the right check digit."""
    return len(text) in _GTIN_LENGTHS and text.isascii() and text.isdigit() and check_digit(text[:-1]) == text[-1]


def key(text: str) -> str:
    """Return the look-up key of a scanned or typed code; raise ``BadCode`` for what cannot be a code."""
    if len(text) == 13 and text.isascii() and text.isdigit():
        return "0" + text if _is_valid_13(text) else text
    tidied, is_element_string = _tidied(text)
    tag = epc.read(tidied)
    if tag is not None:
        return tag.gtin
    if is_element_string:
        reading = _element_string(tidied)
        if reading is not None:
            return reading.key
    return _plain_key(tidied)


def read(text: str, rules: Rules = NO_RULES) -> Reading:
    """Return what a scanned or typed code says, by GS1 and by the shop's rules; raise ``BadCode``."""
    if len(text) == 13 and text.isascii() and text.isdigit():
        found = "0" + text if _is_valid_13(text) else text
    else:
        tidied, is_element_string = _tidied(text)
        tag = epc.read(tidied)
        if tag is not None:
            return Reading(tag.gtin, trace=Trace(serial=tag.serial))
        if is_element_string:
            reading = _element_string(tidied)
            if reading is not None:
                return reading
        found = _plain_key(tidied)
    if rules and len(found) == 14 and found.startswith("0"):
        embedded = rules.apply(found[1:])
        if embedded is not None:
            return Reading(found, embedded.base_key, embedded.kind, embedded.amount)
    if len(found) == 6 and found.isdigit() and found.isascii():
        return Reading(found, _from_upc_e(found))
    return Reading(found)


def tidy(text: str) -> str:
    """Return the code as it is stored and shown: without symbology prefix and surrounding spaces.

    The separator of a GS1 element string is the one control character it may hold; others raise ``BadCode``.
    """
    return _tidied(text)[0]


def check(text: str) -> Check:
    """Tell whether a code is a GTIN, and which check digit a code of GTIN length with a wrong one should have."""
    if is_gtin(text):
        return Check(True)
    digits = text.replace(" ", "")
    if is_gtin(digits):
        return Check(True)
    if len(digits) in _GTIN_LENGTHS and digits.isascii() and digits.isdigit():
        if len(_plain_key(digits)) == 14 and len(digits) == 8:
            return Check(True)  # a UPC-E whose check digit belongs to the number it stands for
        return Check(False, check_digit(digits[:-1]))
    return Check(False)


def in_store(sequence: int, rules: Rules = NO_RULES) -> str:
    """Return the shop's own EAN-13 number ``sequence``, in a range from 20 to 29 that no rule claims.

    Raises ``BadCode`` when the rules claim all of them.
    """
    payload = f"{in_store_range(rules)}{sequence:010d}"
    return payload + check_digit(payload)


def in_store_range(rules: Rules = NO_RULES) -> str:
    """Return the first two digits of the shop's own codes: the first of 20 to 29 that no rule touches."""
    for prefix in ("20", "22", "24", "25", "26", "27", "28", "29", "21", "23"):
        if not rules.touches(prefix):
            return prefix
    raise BadCode("", _("The code rules use every range from 20 to 29. Free one of them for the shop's own codes."))


def _tidied(text: str) -> tuple[str, bool]:
    if len(text) < 16 and text.isascii() and text.isdigit():
        return text, False
    if len(text) > MAX_LENGTH:
        raise BadCode(
            text[:20],
            _("This code has {length} characters; {most} are the most. Scan it again.").format(
                length=len(text), most=MAX_LENGTH
            ),
        )
    code = text.strip(_SPACES)
    if not code.isascii():
        code = unicodedata.normalize("NFKC", code).strip(_SPACES)
    symbology = _AIM.match(code)
    if symbology is not None:
        code = code[3:]
    is_element_string = symbology is not None and symbology.group() in _GS1_AIM
    if SEPARATOR in code:
        is_element_string = True
        code = code.strip(SEPARATOR)
    if not code:
        raise BadCode(text[:20], _("There is no code here. Scan it again."))
    if not code.isprintable() and any(
        unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c != SEPARATOR for c in code
    ):
        shown = "".join(c if c.isprintable() else "·" for c in code[:20])
        raise BadCode(shown, _("“{code}” holds control characters. Scan it again, or type it.").format(code=shown))
    if code.startswith("(") and _HUMAN_READABLE.match(code):
        return _from_human_readable(code), True
    if code.startswith("01") and len(code) > 16 and is_gtin(code[2:16]):
        is_element_string = True
    return code, is_element_string or (len(code) == 16 and code.startswith("01") and is_gtin(code[2:]))


def _from_human_readable(code: str) -> str:
    # "(01)09506000134352(10)AB" is what is printed under the bars; the bars have separators instead of brackets.
    parts = _HUMAN_READABLE.split(code)[1:]
    return SEPARATOR.join(f"{ai}{value}" for ai, value in zip(parts[::2], parts[1::2], strict=True))


def _plain_key(code: str) -> str:
    digits = code.replace(" ", "") if " " in code else code
    if "-" in digits and digits.startswith("97"):
        digits = digits.replace("-", "")
    if digits.isascii() and digits.isdigit():
        length = len(digits)
        if length in _GTIN_LENGTHS and check_digit(digits[:-1]) == digits[-1]:
            return digits.rjust(14, "0")
        if length in (15, 18) and digits.startswith("97") and _is_valid_13(digits[:13]):
            return "0" + digits[:13]  # the issue or price beside an ISSN or ISBN
        if length == 8 and digits[0] in "01":
            return _from_upc_e(digits) or digits
        if code != digits and length not in _GTIN_LENGTHS:
            return code.casefold()
    if "://" in code:
        link = _DIGITAL_LINK.match(code)
        if link is not None and is_gtin(link.group(1)):
            return link.group(1).rjust(14, "0")
    return code.casefold()


def _from_upc_e(digits: str) -> str:
    from biip import ParseError
    from biip.upc import Upc

    try:
        return Upc.parse(digits).as_gtin_14()
    except ParseError:
        return ""


def _element_string(code: str) -> Reading | None:
    from biip import ParseError
    from biip.gs1_messages import GS1Message

    try:
        message = GS1Message.parse(code)
    except ParseError:
        # A tail that no application identifier explains must not lose the GTIN before it.
        return Reading(code[2:16]) if code.startswith("01") and is_gtin(code[2:16]) else None
    gtin = message.element_strings.get(ai="01") or message.element_strings.get(ai="02")
    if gtin is None or not is_gtin(gtin.value):
        return None
    trace = _trace(message.element_strings)
    for element in message.element_strings:
        if element.ai.ai[:3] == "310" and element.decimal is not None:
            return Reading(gtin.value, gtin.value, Kind.WEIGHT, int(element.decimal * QTY_SCALE), trace)
        if element.ai.ai[:3] == "392" and element.decimal is not None:
            return Reading(gtin.value, gtin.value, Kind.PRICE, int(element.decimal * MONEY_SCALE), trace)
        if element.ai.ai in ("30", "37"):
            return Reading(gtin.value, gtin.value, Kind.COUNT, int(element.value) * QTY_SCALE, trace)
    return Reading(gtin.value, trace=trace)


def _trace(elements: GS1ElementStrings) -> Trace:
    said = {element.ai.ai: element for element in elements}

    def text(ai: str) -> str:
        return said[ai].value if ai in said else ""

    day, best_before = said.get("17"), False
    if day is None and "15" in said:
        day, best_before = said["15"], True
    expires = NO_DAY
    if day is not None and day.date is not None:
        expires = Day(day.date.year * 10_000 + day.date.month * 100 + day.date.day)
    pieces = Qty(int(text("37") or 0) * QTY_SCALE)
    trace = Trace(text("10"), expires, best_before and expires > 0, text("21"), pieces)
    return NO_TRACE if trace == NO_TRACE else trace
