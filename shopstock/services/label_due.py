"""Note that items want labels, inside the transaction of what made them want one.

One open row per item and reason: a second price change before the label is printed moves its instant on.
"""

from __future__ import annotations

from collections.abc import Iterable

from shopstock.core.labels import MAX_COPIES, Reason
from shopstock.core.units import DocumentId, Instant, ItemId
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import settings

TOPIC = "labels"


def wanted(db: Db, lines: Iterable[tuple[ItemId, int]], reason: Reason, document_id: DocumentId | None = None) -> None:
    """Put ``(item, copies)`` on the list of labels to print; inside the caller's transaction. Copies add up."""
    now = clock.now()
    db.run_many(
        "INSERT INTO label_due (item_id, reason, copies, document_id, at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (item_id, reason) WHERE done_at IS NULL DO UPDATE SET"
        f" copies = CASE WHEN excluded.reason = 'received' AND label_due.copies + excluded.copies < {MAX_COPIES}"
        "  THEN label_due.copies + excluded.copies ELSE excluded.copies END,"
        " document_id = excluded.document_id, at = excluded.at",
        [(item_id, reason.value, min(max(copies, 1), MAX_COPIES), document_id, now) for item_id, copies in lines],
    )


def price_changed(db: Db, item_ids: Iterable[ItemId]) -> None:
    """Put price labels on the list for the items that are kept in stock, if the shop wants that."""
    ids = list(item_ids)
    if not ids or not settings.load(db).price_labels:
        return
    stocked: list[ItemId] = []
    for at in range(0, len(ids), 500):
        marks = ", ".join("?" for _id in ids[at : at + 500])
        stocked += [
            row[0]
            for row in db.rows(
                f"SELECT id FROM item WHERE id IN ({marks}) AND stocked = 1 AND active = 1", ids[at : at + 500]
            )
        ]
    wanted(db, [(item_id, 1) for item_id in stocked], Reason.PRICE)


def printed(db: Db, lines: Iterable[tuple[ItemId, Reason]], until: Instant) -> None:
    """Take items off the list whose label says what was true at ``until``; later wishes stay."""
    now = clock.now()
    db.run_many(
        "UPDATE label_due SET done_at = ? WHERE item_id = ? AND reason = ? AND at <= ? AND done_at IS NULL",
        [(now, item_id, reason.value, until) for item_id, reason in lines],
    )
