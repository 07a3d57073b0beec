"""The clues that closing a count writes down, from the shop's own documents."""

from __future__ import annotations

from shopstock.core.acting import Acting
from shopstock.core.counting import Scope
from shopstock.core.document import Draft, DraftLine
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.places import Level, PlaceFields
from shopstock.core.purchasing import OrderFields, SupplierFields
from shopstock.core.units import ItemId, LocationId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import count_line_view, line_evidence
from shopstock.queries.line_evidence import What
from shopstock.services import (
    count_close,
    count_entries,
    count_post,
    counts,
    places,
    posting,
    purchase,
    settings,
    suppliers,
    write_off_scans,
    write_offs,
)
from shopstock.services.count_entries import EntryLine
from shopstock.services.counts import CountFields
from shopstock.services.write_off_scans import WriteOffLine
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


def _suggested(db: Db, owner: Acting, **pieces: int) -> str:
    """Return what a count suggests for the line that is off; the count is cancelled."""
    count_id = _closed(db, owner, **pieces)
    told = count_line_view.line(db, owner, _line(db, count_id)).suggested
    counts.cancel(db, owner, count_id)
    return told


def test_what_an_order_waits_for_and_lies_there_was_not_booked_in(db: Db, owner: Acting) -> None:
    tea = goods(db, owner, "TEA", on_hand="5")
    supplier = suppliers.save_supplier(db, owner, None, SupplierFields("Acme")).supplier_id
    order = purchase.new_order(db, owner, OrderFields(supplier)).order_id
    purchase.set_line(db, owner, order, tea.item_id, Qty(13_000), Money(20_000))
    purchase.approve(db, owner, order)
    assert _suggested(db, owner, TEA=18) != "receiving_error"
    purchase.send(db, owner, order, "on paper")
    line = count_line_view.line(db, owner, _line(db, _closed(db, owner, TEA=18)))
    assert line.clues[0].cause == line.suggested == "receiving_error"
    assert "P-0001" in line.clues[0].words


def test_a_write_off_that_nobody_posted_is_damage(db: Db, owner: Acting) -> None:
    tea = goods(db, owner, "TEA", on_hand="10")
    number = write_offs.start(db, owner, "w").write_off_id
    write_off_scans.scan(db, owner, number, [WriteOffLine("w 1", tea.item_id, Qty(4_000), "damage")])
    assert _suggested(db, owner, TEA=6) == "unrecorded_damage"


def _counted_at(db: Db, owner: Acting, place: LocationId, item: ItemId, pieces: int) -> tuple[int, str]:
    """Count one item at one place. Return the count, and what is suggested."""
    scope = Scope(places=(place,))
    count_id = counts.new_count(db, owner, CountFields(owner.location_id, scope=scope)).count_id
    sheet_id = db.value("SELECT id FROM count_sheet WHERE count_id = ?", (count_id,))
    count_entries.enter(db, owner, sheet_id, [EntryLine(f"{sheet_id}", item, Qty(pieces * 1000))])
    counts.finish_sheet(db, owner, sheet_id)
    count_close.close(db, owner, count_id)
    return count_id, db.value("SELECT suggested FROM count_line WHERE count_id = ?", (count_id,))


def test_a_count_of_one_place_hides_no_receipt_at_another(db: Db, owner: Acting) -> None:
    settings.save(db, owner, {"count_recount_value": 0, "count_recount_lines": False})
    tea = goods(db, owner, "TEA", on_hand="0")
    front, back = (
        places.add_place(db, owner, PlaceFields(name, Level.ROOM, owner.location_id)).location_id
        for name in ("Front", "Back")
    )
    for key, place in (("one", back), ("two", back), ("three", front)):
        line = DraftLine(MovementKind.GOODS_RECEIPT, tea.item_id, Qty(12_000), place, value=Money(10_000))
        posting.post(db, owner, Draft(DocumentKind.GOODS_RECEIPT, key, clock.now(), (line,), party="Wholesale"))
    count_id, _cause = _counted_at(db, owner, front, tea.item_id, 12)
    count_post.post(db, owner, count_id)
    assert _counted_at(db, owner, back, tea.item_id, 12)[1] == "receiving_error"


def test_three_confirmations_in_a_category_turn_what_is_in_doubt(db: Db, owner: Acting) -> None:
    kind = db.value("INSERT INTO category (name, name_key) VALUES ('Glass', 'glass') RETURNING id")
    for number in range(4):
        goods(db, owner, f"GLASS{number}", on_hand="10", cost="1.00")
    for number in range(3):
        goods(db, owner, f"CROWN{number}", on_hand="10", cost="9000.00")
    db.run("UPDATE item SET category_id = ? WHERE sku LIKE 'GLASS%'", (kind,))
    left = {f"GLASS{number}": 10 for number in range(4)} | {f"CROWN{number}": 10 for number in range(3)}
    assert _suggested(db, owner, **{**left, "GLASS3": 8}) == "theft"
    for number in range(3):
        left[f"GLASS{number}"] = 8
        count_id = _closed(db, owner, **left)
        count_post.explain(db, owner, _line(db, count_id), "unrecorded_damage")
        count_post.post(db, owner, count_id)
    assert _suggested(db, owner, **{**left, "GLASS3": 8}) == "unrecorded_damage"
