"""RFID tags: the EPC of a trade item (SGTIN-96) becomes its GTIN and the serial number of the very piece.

Source: GS1 EPC Tag Data Standard, section 14.6.1: header 0x30, filter 3 bits, partition 3 bits, company prefix and item
reference by the partition, serial number 38 bits. The first digit of the item reference is the GTIN's indicator digit.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_HEX = re.compile(r"(?:0[xX])?(30[0-9A-Fa-f]{22})")
_URN = re.compile(r"urn:epc:(?:id:sgtin:|tag:sgtin-96:[0-7]\.)(\d{6,12})\.(\d{1,7})\.(\d{1,12})", re.IGNORECASE)
#: Bits and digits of the company prefix, and bits of the item reference, by partition.
_PARTITIONS = ((40, 12, 4), (37, 11, 7), (34, 10, 10), (30, 9, 14), (27, 8, 17), (24, 7, 20), (20, 6, 24))


class Tag(NamedTuple):
    """What a tag says: the GTIN-14 of the item, and the serial number of the piece it is on."""

    gtin: str
    serial: str


def read(text: str) -> Tag | None:
    """Return what a tag says, as 24 hex digits or as a URN; ``None`` for what is no tag of a trade item."""
    if len(text) in (24, 26):
        found = _HEX.fullmatch(text)
        return None if found is None else _from_bits(int(found.group(1), 16))
    if text[:8].lower() == "urn:epc:":
        named = _URN.fullmatch(text)
        if named is not None and len(named.group(1)) + len(named.group(2)) == 13:
            return _made(named.group(1), named.group(2), int(named.group(3)))
    return None


def _from_bits(bits: int) -> Tag | None:
    partition = bits >> 82 & 0x7
    if partition >= len(_PARTITIONS):
        return None
    prefix_bits, prefix_digits, reference_bits = _PARTITIONS[partition]
    prefix = bits >> (82 - prefix_bits) & ((1 << prefix_bits) - 1)
    reference = bits >> 38 & ((1 << reference_bits) - 1)
    reference_digits = 13 - prefix_digits
    if not prefix or prefix >= 10**prefix_digits or reference >= 10**reference_digits:
        return None
    return _made(f"{prefix:0{prefix_digits}d}", f"{reference:0{reference_digits}d}", bits & ((1 << 38) - 1))


def _made(prefix: str, reference: str, serial: int) -> Tag:
    body = reference[0] + prefix + reference[1:]
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(body))
    return Tag(f"{body}{-total % 10}", str(serial))
