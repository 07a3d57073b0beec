"""Codes as modules, ready to be drawn: EAN-13, EAN-8, UPC-A, Code 128, GS1-128 and GS1 DataMatrix.

Check digits are proved, never corrected: what is drawn reads as exactly what was asked for. Sources: GS1 General
Specifications, ISO/IEC 15420.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from shopstock.core import code128, codes, datamatrix
from shopstock.core.labels import LabelData, Symbol

_LEFT_ODD = (
    "0001101",
    "0011001",
    "0010011",
    "0111101",
    "0100011",
    "0110001",
    "0101111",
    "0111011",
    "0110111",
    "0001011",
)
_RIGHT = tuple("".join("10"[int(bit)] for bit in bits) for bits in _LEFT_ODD)
_LEFT_EVEN = tuple(bits[::-1] for bits in _RIGHT)
_PARITY = ("000000", "001011", "001101", "001110", "010011", "011001", "011100", "010101", "010110", "011010")

#: What GS1 allows in a lot: 20 letters, digits and a few signs.
_GS1_LOT = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}")


class Kind(StrEnum):
    """A symbology."""

    EAN13 = "ean13"
    EAN8 = "ean8"
    UPCA = "upca"
    CODE128 = "code128"
    GS1_128 = "gs1-128"
    DATAMATRIX = "datamatrix"


class Group(NamedTuple):
    """Letters to be written under the modules ``start`` to ``end``; negative ones stand before the first bar."""

    start: int
    end: int
    text: str


class Code(NamedTuple):
    """A code to draw: ``rows`` of modules (one row for bars), the quiet zones in modules, and what is written under it.

    ``guards`` are the spans of modules whose bars reach down between the letters.
    """

    kind: Kind
    rows: tuple[str, ...]
    quiet_left: int
    quiet_right: int
    groups: tuple[Group, ...] = ()
    guards: tuple[tuple[int, int], ...] = ()

    @property
    def width(self) -> int:
        """Modules across, quiet zones included."""
        return self.quiet_left + len(self.rows[0]) + self.quiet_right

    @property
    def is_matrix(self) -> bool:
        """Whether it is a square, not bars."""
        return len(self.rows) > 1


def ean13(digits: str) -> Code:
    """Return an EAN-13; raise ``ValueError`` for anything but 13 digits with the right check digit."""
    return Code(
        Kind.EAN13, (_ean13_modules(digits),), 11, 7,
        (Group(-9, -2, digits[0]), Group(3, 45, digits[1:7]), Group(50, 92, digits[7:])), ((0, 3), (45, 50), (92, 95)),
    )  # fmt: skip


def upca(digits: str) -> Code:
    """Return a UPC-A, which has the bars of an EAN-13 with a leading 0; raise ``ValueError`` as :func:`ean13`."""
    if len(digits) != 12:
        raise ValueError(digits)
    return Code(
        Kind.UPCA, (_ean13_modules("0" + digits),), 9, 9,
        (Group(-8, -2, digits[0]), Group(10, 45, digits[1:6]), Group(50, 85, digits[6:11]), Group(97, 103, digits[11])),
        ((0, 10), (45, 50), (85, 95)),
    )  # fmt: skip


def ean8(digits: str) -> Code:
    """Return an EAN-8; raise ``ValueError`` for anything but 8 digits with the right check digit."""
    if len(digits) != 8 or not codes.is_gtin(digits):
        raise ValueError(digits)
    left = "".join(_LEFT_ODD[int(digit)] for digit in digits[:4])
    right = "".join(_RIGHT[int(digit)] for digit in digits[4:])
    return Code(
        Kind.EAN8, (f"101{left}01010{right}101",), 7, 7, (Group(3, 31, digits[:4]), Group(36, 64, digits[4:])),
        ((0, 3), (31, 36), (64, 67)),
    )  # fmt: skip


def _ean13_modules(digits: str) -> str:
    if len(digits) != 13 or not codes.is_gtin(digits):
        raise ValueError(digits)
    parity = _PARITY[int(digits[0])]
    left = "".join(
        (_LEFT_EVEN if even == "1" else _LEFT_ODD)[int(digit)] for digit, even in zip(digits[1:7], parity, strict=True)
    )
    return f"101{left}01010{''.join(_RIGHT[int(digit)] for digit in digits[7:])}101"


def bars(text: str) -> Code:
    """Return Code 128 of printable ASCII; raise ``ValueError`` for anything else."""
    modules = code128.modules(text)
    return Code(Kind.CODE128, (modules,), 10, 10, (Group(0, len(modules), text),))


class ElementString(NamedTuple):
    """A GS1 element string as it is encoded and as it is written under the bars."""

    data: str
    text: str


def element_string(gtin: str, lot: str = "", expires_day: int = 0) -> ElementString:
    """Join a GTIN with expiry (AI 17) and lot (AI 10); raise ``ValueError`` for what GS1 does not allow."""
    if not codes.is_gtin(gtin) or (lot and not _GS1_LOT.fullmatch(lot)):
        raise ValueError(lot or gtin)
    parts = [("01", gtin.rjust(14, "0"))]
    if expires_day:
        if not 20_000_101 <= expires_day <= 20_501_231:
            raise ValueError(expires_day)  # two digits of a year cannot say it
        parts.append(("17", f"{expires_day % 1_000_000:06d}"))
    if lot:
        parts.append(("10", lot))  # of variable length, so it stands last and needs no separator
    return ElementString("".join(ai + value for ai, value in parts), "".join(f"({ai}){value}" for ai, value in parts))


def gs1_128(element: ElementString) -> Code:
    """Return a GS1-128 of an element string; raise ``ValueError`` if it is too long for one."""
    if len(element.data) > 48:
        raise ValueError(element.data)
    modules = code128.modules(element.data, gs1=True)
    return Code(Kind.GS1_128, (modules,), 10, 10, (Group(0, len(modules), element.text),))


def matrix(data: str, text: str, *, gs1: bool = False) -> Code:
    """Return a DataMatrix; raise ``ValueError`` for other letters than ASCII or too many."""
    return Code(Kind.DATAMATRIX, datamatrix.rows(data, gs1=gs1), 2, 2, (Group(0, 0, text),))


def choices(label: LabelData, symbol: Symbol) -> list[Code]:
    """Return the codes that may stand for a label, the one that says most first; none when it cannot be encoded.

    Lot and expiry go into a GS1 element string where the item has a GTIN. A GTIN-14 is read from a GS1-128.
    """
    code = label.code
    if not code:
        return []
    found: list[Code] = []
    if codes.is_gtin(code):
        try:
            element = element_string(code, label.lot, label.expires_day)
        except ValueError:
            element = element_string(code)
        if symbol is Symbol.DATAMATRIX:
            return [matrix(element.data, element.text, gs1=True)]
        digits = code[1:] if len(code) == 14 and code.startswith("0") else code
        if label.lot or label.expires_day or len(digits) == 14:
            if len(element.data) <= 48:
                found.append(gs1_128(element))
        if len(digits) < 14:
            found.append({13: ean13, 12: upca, 8: ean8}[len(digits)](digits))
        return found
    try:
        return [matrix(code, code) if symbol is Symbol.DATAMATRIX else bars(code)]
    except ValueError:
        return []


def runs(row: str) -> list[tuple[int, int]]:
    """Return ``(place, length)`` of each run of black modules."""
    found = []
    at = 0
    while at < len(row):
        end = at
        while end < len(row) and row[end] == row[at]:
            end += 1
        if row[at] == "1":
            found.append((at, end - at))
        at = end
    return found
