"""Lengths as people write them, in millimetres with one decimal; stored as whole 1/10 mm."""

from __future__ import annotations

import re

from shopstock.ui import format as fmt

_LENGTH = re.compile(r"\d{1,3}([.,]\d?)?")


def length(text: str) -> int | None:
    """Read a length; empty is 0, ``None`` is no length."""
    plain = text.strip()
    if not plain:
        return 0
    if not _LENGTH.fullmatch(plain):
        return None
    whole, _point, tenth = plain.replace(",", ".").partition(".")
    return int(whole) * 10 + int(tenth or 0)


def signed(text: str) -> int | None:
    """Read a length that may be negative, such as an offset; empty is 0, ``None`` is no length."""
    plain = text.strip().replace(fmt.MINUS, "-")
    sign = -1 if plain.startswith("-") else 1
    tenths = length(plain[1:] if plain[:1] in ("-", "+") else plain)
    return None if tenths is None else sign * tenths


def text(tenths: int) -> str:
    """Write a length as short as it is exact: ``50``, ``63.5``; 0 is empty."""
    if not tenths:
        return ""
    return str(tenths // 10) + (f"{fmt.locale().decimalPoint()}{tenths % 10}" if tenths % 10 else "")


def signed_text(tenths: int) -> str:
    """Write an offset always with its decimal: ``0.0``, ``−1.5``."""
    sign = fmt.MINUS if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}{fmt.locale().decimalPoint()}{abs(tenths) % 10}"
