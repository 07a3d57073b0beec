"""The seal of a document: SHA-256 over everything it says and the seal before it, one chain per station.

The content is the rows as they are stored, so that whoever reads the tables can prove that nothing was changed since.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode

#: The sealed columns of each table, in the order in which they are sealed.
DOCUMENT = (
    "id", "kind", "station_id", "number", "occurred_at", "posted_at", "utc_offset", "day", "by_id", "approved_by",
    "self_approved", "location_id", "idempotency_key", "request_hash", "reference", "party", "note", "of_id",
    "reverses_id", "shift_id", "net", "tax", "discount", "rounding", "cogs", "previous_hash",
)  # fmt: skip
LINE = (
    "id", "document_id", "line_no", "expected", "flags", "kind", "item_id", "qty", "location_id", "to_location_id",
    "value", "unit_price", "list_price", "discount", "net", "tax", "tax_rate", "cause", "of_line_id", "code",
    "description",
)  # fmt: skip
MOVEMENT = (
    "id", "document_id", "line_id", "item_id", "location_id", "kind", "qty", "value", "occurred_at", "posted_at",
)  # fmt: skip
PAYMENT = ("document_id", "method_id", "amount", "tendered", "change", "reference")
JOURNAL = ("document_id", "account", "detail", "amount")


def seal(
    document: Sequence[Any],
    lines: Sequence[Sequence[Any]],
    movements: Sequence[Sequence[Any]],
    payments: Iterable[tuple[Any, ...]],
    journal: Iterable[tuple[Any, ...]],
) -> str:
    """Return the seal of a document; ``document`` ends with the seal before it, lines and movements go by their id."""
    content = (document, lines, movements, sorted(payments), sorted(journal))
    return sha256(_encode(content).encode("ascii")).hexdigest()


def fingerprint(content: Sequence[Any]) -> str:
    """Return a SHA-256 of what was asked for, to tell a repeated request from another one under the same key."""
    return sha256(_encode(content).encode("ascii")).hexdigest()
