"""Prove the evidence: what is kept of each photo and file is what was kept, byte for byte.

Reads every file once, one at a time: the cost is that of the photos, the memory that of the largest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from shopstock.db.connection import Db
from shopstock.queries.audit_streams import Finding


def check(db: Db) -> Iterator[Finding]:
    """Yield every file whose content is not the one its SHA-256 was taken of."""
    for id_, name, digest in db.rows("SELECT id, name, sha256 FROM attachment ORDER BY id"):
        content = db.value("SELECT content FROM attachment WHERE id = ?", (id_,))
        if hashlib.sha256(bytes(content)).hexdigest() != digest:
            yield "attachment", f"{id_} ({name})", "its content is not what was kept as evidence"
