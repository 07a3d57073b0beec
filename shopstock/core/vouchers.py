"""The number of a store-credit voucher: ``V-000123-4821``, counted, with four digits that nobody can guess."""

from __future__ import annotations

import random
import re

_NUMBER = re.compile(r"v[-\s]?(\d{1,12})[-\s](\d{4})", re.IGNORECASE)


def number(count: int) -> str:
    """Return the number of the voucher that is counted ``count``, with new random digits."""
    return f"V-{count:06d}-{random.SystemRandom().randrange(10_000):04d}"


def normal(text: str) -> str | None:
    """Return what was scanned or typed as a voucher's number is written; ``None`` if it is none."""
    found = _NUMBER.fullmatch(text.strip())
    return None if found is None else f"V-{int(found[1]):06d}-{found[2]}"


def count_of(voucher: str) -> int:
    """Return the counted part of a number."""
    return int(voucher.split("-")[1])
