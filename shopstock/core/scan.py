"""One scan: what a scanner handed over, before anybody asks what it means."""

from __future__ import annotations

from dataclasses import dataclass

from shopstock.core.units import Instant

_NEVER = Instant(0)

#: Longer bursts are a stuck key or a wrong device, never a code.
MAX_CODE = 500


@dataclass(frozen=True, slots=True)
class Scan:
    """``code`` is text as scanned (leading zeros kept), ``aim`` the AIM identifier when the scanner sent one (``]E0``).

    ``at`` is when it arrived, ``source`` where from: ``"keyboard"``, ``"serial"``, ``"camera"``, ``"typed"``.
    """

    code: str
    aim: str = ""
    at: Instant = _NEVER
    source: str = "keyboard"


def split_aim(text: str) -> tuple[str, str]:
    """Split an AIM identifier (``]`` letter digit) off a scanned text: ``(aim, code)``."""
    if len(text) > 3 and text[0] == "]" and text[1].isascii() and text[1].isalpha() and text[2].isdigit():
        return text[:3], text[3:]
    return "", text


def has_check_digit(code: str) -> bool:
    """Tell whether a text is an EAN-8, UPC-A, EAN-13 or GTIN-14 whose check digit is right."""
    if len(code) not in (8, 12, 13, 14) or not (code.isascii() and code.isdigit()):
        return False
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(code)))
    return total % 10 == 0
