"""Prove the counts: what the ledger had at each entry is what its movements say, and posted lines stand on documents.

Reads the movements of each item that was ever counted once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

from shopstock.db.connection import Db
from shopstock.queries.audit_streams import Finding


def check(db: Db) -> Iterator[Finding]:
    """Yield every entry and every posted line of a count that disagrees with the ledger."""
    entries = db.rows(
        "SELECT e.item_id, e.ledger_position, e.id, s.location_id, e.on_hand FROM count_entry e "
        "JOIN count_sheet s ON s.id = e.sheet_id WHERE e.on_hand IS NOT NULL "
        "ORDER BY e.item_id, e.ledger_position, e.id"
    )
    for item, rows in groupby(entries, key=lambda row: row[0]):
        moved = iter(db.rows("SELECT id, location_id, qty FROM stock_movement WHERE item_id = ? ORDER BY id", (item,)))
        levels: defaultdict[int, int] = defaultdict(int)
        pending = next(moved, None)
        for _item, position, entry_id, place, on_hand in rows:
            while pending is not None and pending[0] <= position:
                levels[pending[1]] += pending[2]
                pending = next(moved, None)
            if levels[place] != on_hand:
                yield "count_entry", str(entry_id), f"on_hand is {on_hand}, the movements say {levels[place]}"
    for line_id, counted in db.rows(
        "SELECT l.id, l.counted FROM count_line l JOIN stock_count c ON c.id = l.count_id "
        "LEFT JOIN document_line d ON d.document_id = l.document_id AND d.item_id = l.item_id "
        "AND d.location_id = l.location_id AND ((d.kind = 'count' AND d.qty = l.counted AND d.expected = l.expected) "
        "OR (d.kind = 'opening' AND c.opening = 1 AND d.qty = l.variance)) "
        "WHERE l.state = 'posted' AND (c.opening = 0 OR l.variance <> 0) AND d.id IS NULL ORDER BY l.id"
    ):
        yield "count_line", str(line_id), f"no document says that {counted} were counted"
    for line_id in _wrong_sums(db):
        yield "count_line", str(line_id), "it is not what was entered, or not the variance of it"


def _wrong_sums(db: Db) -> list[int]:
    """Return the lines whose figures do not add up, or are not the sum of the entries of their round."""
    return [
        line_id
        for (line_id,) in db.rows(
            "SELECT l.id FROM count_line l LEFT JOIN count_sheet s ON s.count_id = l.count_id "
            "AND s.location_id = l.location_id AND s.round = l.round "
            "WHERE l.state <> 'recount' AND (l.variance <> l.counted - l.expected OR l.counted <> "
            "COALESCE((SELECT sum(e.qty) FROM count_entry e WHERE e.sheet_id = s.id AND e.item_id = l.item_id), 0) + "
            "COALESCE((SELECT sum(e.qty * m.qty / 1000) FROM count_entry e JOIN count_match m "
            "ON m.count_id = l.count_id AND m.code = e.code AND m.item_id = l.item_id "
            "WHERE e.sheet_id = s.id AND e.item_id IS NULL), 0)) ORDER BY l.id"
        )
    ]
