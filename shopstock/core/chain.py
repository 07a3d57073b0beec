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


def texts(rows: Sequence[Sequence[Any]]) -> list[str]:
    """Return each row as it stands in the content, without its brackets."""
    if not rows:
        return []
    found = _encode(rows)[2:-2].split("],[")
    if len(found) != len(rows):  # somebody's words look like the end of a row
        found = [_encode(row)[1:-1] for row in rows]
    return found


def seal(
    document: Sequence[Any],
    lines: Sequence[Sequence[Any]],
    movements: Sequence[Sequence[Any]],
    payments: Iterable[tuple[Any, ...]],
    journal: Iterable[tuple[Any, ...]],
    ends: Sequence[str] | None = None,
) -> str:
    """Return the seal of a document; ``document`` ends with the seal before it, lines and movements go by their id.

    ``ends`` are the :func:`texts` of the lines from ``kind`` on, when they are known, so that no line is written twice.
    """
    if ends is None:
        content = _encode((document, lines, movements, sorted(payments), sorted(journal)))
    else:
        written = [
            f'[{line[0]},{line[1]},{line[2]},{"null" if line[3] is None else line[3]},"{line[4]}",{end}]'
            for line, end in zip(lines, ends, strict=True)
        ]
        rest = _encode((movements, sorted(payments), sorted(journal)))
        content = f"[{_encode(document)},[{','.join(written)}],{rest[1:]}"
    return sha256(content.encode("ascii")).hexdigest()


def fingerprint(start: Sequence[Any], lines: Sequence[str], end: Sequence[Any]) -> str:
    """Return a SHA-256 of what was asked for, to tell a repeated request from another one under the same key.

    ``lines`` are the :func:`texts` of the lines, which stand between ``start`` and ``end``.
    """
    middle = f"[[{'],['.join(lines)}]]" if lines else "[]"
    return sha256(f"{_encode(start)[:-1]},{middle},{_encode(end)[1:]}".encode("ascii")).hexdigest()
