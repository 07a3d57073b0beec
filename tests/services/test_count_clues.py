"""The clues that closing a count writes down, from the shop's own documents."""

from __future__ import annotations

from shopstock.core.acting import Acting
from shopstock.core.document import Draft, DraftLine
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.units import Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import count_line_view, line_evidence
from shopstock.queries.line_evidence import What
from shopstock.services import count_close, count_entries, count_post, counts, posting, settings
from shopstock.services.count_entries import EntryLine
from shopstock.services.counts import CountFields
from tests.till import goods, sold


def _receive(db: Db, owner: Acting, item_id: int, pieces: int, key: str) -> None:
    line = DraftLine(MovementKind.GOODS_RECEIPT, item_id, Qty(pieces * 1000), owner.location_id, value=Money(10_000))  # type: ignore[arg-type]
    posting.post(db, owner, Draft(DocumentKind.GOODS_RECEIPT, key, clock.now(), (line,), party="Wholesale"))


def _closed(db: Db, owner: Acting, **pieces: int) -> int:
    """Count the shop; items by SKU. Return the count."""
    settings.save(db, owner, {"count_recount_value": 0, "count_recount_lines": False})
    count_id = counts.new_count(db, owner, CountFields(owner.location_id)).count_id
    sheet_id = db.value("SELECT id FROM count_sheet WHERE count_id = ?", (count_id,))
    ids = dict(db.rows("SELECT sku, id FROM item"))
    count_entries.enter(
        db, owner, sheet_id, [EntryLine(f"{count_id} {sku}", ids[sku], Qty(qty * 1000)) for sku, qty in pieces.items()]
    )
    counts.finish_sheet(db, owner, sheet_id)
    count_close.close(db, owner, count_id)
    return count_id


def _line(db: Db, count_id: int) -> int:
    return int(db.value("SELECT id FROM count_line WHERE count_id = ? AND variance <> 0", (count_id,)))


def test_a_receipt_posted_twice_is_the_first_clue_and_can_be_opened(db: Db, owner: Acting) -> None:
    tea = goods(db, owner, "TEA", on_hand="4")
    for key in ("one", "two"):
        _receive(db, owner, tea.item_id, 12, key)
    line = count_line_view.line(db, owner, _line(db, _closed(db, owner, TEA=16)))
    assert line.clues[0].cause == line.suggested == "receiving_error"
    kinds = [db.value("SELECT kind FROM document WHERE id = ?", (id_,)) for id_ in line.clues[0].documents]
    assert kinds == ["goods_receipt", "goods_receipt"]
    assert [step.step.value for step in line.steps] == ["evidence"]


def test_evidence_lists_documents_sales_and_what_is_not_posted(db: Db, owner: Acting) -> None:
    tea = goods(db, owner, "TEA", on_hand="10")
    _receive(db, owner, tea.item_id, 6, "one")
    sold(db, owner, tea, "2")
    rows = line_evidence.rows(db, owner, _line(db, _closed(db, owner, TEA=11)))
    assert {(row.what, row.kind, row.qty // 1000) for row in rows} == {
        (What.DOCUMENT, "opening", 10), (What.DOCUMENT, "goods_receipt", 6), (What.SOLD, "", -2),
    }  # fmt: skip


def test_what_people_said_before_about_an_item_comes_first_the_next_time(db: Db, owner: Acting) -> None:
    goods(db, owner, "TEA", on_hand="10")
    left = 10
    for _time in range(3):
        left -= 2
        count_id = _closed(db, owner, TEA=left)
        count_post.explain(db, owner, _line(db, count_id), "unrecorded_damage")
        count_post.post(db, owner, count_id)
    count_id = _closed(db, owner, TEA=left - 2)
    told = count_line_view.line(db, owner, _line(db, count_id))
    assert told.suggested == "unrecorded_damage"
