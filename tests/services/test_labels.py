"""What wants a label, what labels say, codes of the shop's own, templates and the queue, on both databases."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shopstock.core import codes, labels
from shopstock.core.acting import Acting, Role
from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.labels import ITEM, SHELF, LabelJob, Reason, SheetOptions, Wanted
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.units import ItemId, Qty
from shopstock.db.connection import Db, open_shop
from shopstock.queries import items as catalogue
from shopstock.queries import labels as reading
from shopstock.queries import printing as queue_rows
from shopstock.services import exchange_items, items, label_due, printing, settings
from shopstock.services import labels as service
from tests.builders import money

TEA = "4006381333931"


def an_item(db: Db, owner: Acting, name: str = "Tea", code: str = "", **fields: Any) -> ItemId:
    price = money(fields.pop("price", "4.95"))
    new = [NewCode(code)] if code else []
    (item_id,) = items.create(db, owner, ItemFields(name, price=price, **fields), new).items
    return item_id


def due(db: Db, reason: Reason | None = None) -> list[tuple[str, str, int]]:
    return [(row.name, row.reason.value, row.copies) for row in reading.due(db, reason)]


# --- what wants a label


def test_a_new_price_wants_a_label_once(db: Db, owner: Acting) -> None:
    tea = an_item(db, owner, code=TEA)
    assert due(db) == []
    items.set_price(db, owner, tea, money("4.50"))
    items.set_price(db, owner, tea, money("4.20"))
    items.set_price(db, owner, tea, money("4.20"))
    assert due(db) == [("Tea", "price", 1)]
    (row,) = reading.due(db, Reason.PRICE)
    assert (row.price, row.old_price, row.code) == (money("4.20"), money("4.50"), TEA)
    assert reading.due_counts(db)[Reason.PRICE] == 1


def test_goods_without_stock_and_shops_that_do_not_want_it_get_no_label(db: Db, owner: Acting) -> None:
    service_item = an_item(db, owner, "Gift wrap", stocked=False)
    items.set_price(db, owner, service_item, money("1"))
    settings.save(db, owner, {"price_labels": False})
    items.set_price(db, owner, an_item(db, owner), money("1"))
    assert due(db) == []


def test_a_price_list_from_a_file_wants_labels(db: Db, owner: Acting, tmp_path: Path) -> None:
    an_item(db, owner, "Tea", sku="TEA")
    an_item(db, owner, "Bun", sku="BUN")
    path = tmp_path / "prices.csv"
    path.write_text("sku,name,price\nTEA,Tea,5.25\nBUN,Bun,4.95\nNEW,New,1.00\n")
    exchange_items.import_items(db, owner, path)
    assert due(db) == [("Tea", "price", 1)]


def test_received_labels_add_up_and_leave_when_printed(db: Db, owner: Acting, frozen_clock: Any) -> None:
    tea, bun = an_item(db, owner, code=TEA), an_item(db, owner, "Bun")
    label_due.wanted(db, [(tea, 6), (bun, 2)], Reason.RECEIVED)
    label_due.wanted(db, [(tea, 4)], Reason.RECEIVED)
    assert sorted(due(db, Reason.RECEIVED)) == [("Bun", "received", 2), ("Tea", "received", 10)]
    service.mark_done(db, owner, [tea], Reason.RECEIVED)
    assert due(db) == [("Bun", "received", 2)]
    label_due.wanted(db, [(tea, 1)], Reason.RECEIVED)
    assert sorted(due(db)) == [("Bun", "received", 2), ("Tea", "received", 1)]


def test_a_wish_that_came_after_the_label_was_made_stays(db: Db, owner: Acting, frozen_clock: Any) -> None:
    tea = an_item(db, owner, code=TEA)
    items.set_price(db, owner, tea, money("4"))
    made_at = reading.due(db)[0].at
    assert made_at is not None
    frozen_clock.advance(timedelta(seconds=5))
    items.set_price(db, owner, tea, money("3"))
    label_due.printed(db, [(tea, Reason.PRICE)], made_at)
    assert due(db) == [("Tea", "price", 1)]


def test_goods_without_a_code_are_missing_until_their_label_is_out(db: Db, owner: Acting) -> None:
    bun, _tea, _wrap = (
        an_item(db, owner, "Bun"),
        an_item(db, owner, code=TEA),
        an_item(db, owner, "Wrap", stocked=False),
    )
    assert due(db, Reason.MISSING) == [("Bun", "missing", 1)]
    assert reading.due_counts(db)[Reason.MISSING] == 1
    service.give_code(db, owner, bun)
    assert due(db, Reason.MISSING) == [("Bun", "missing", 1)]
    assert reading.due_counts(db)[Reason.MISSING] == 1
    service.mark_done(db, owner, [bun], Reason.MISSING)
    assert due(db, Reason.MISSING) == []


# --- codes of the shop's own


def test_a_given_code_is_valid_free_and_found(db: Db, owner: Acting) -> None:
    first, second = an_item(db, owner, "Bun"), an_item(db, owner, "Roll")
    given = [service.give_code(db, owner, item_id).code for item_id in (first, second)]
    assert given == ["2000000000015", "2000000000022"]
    assert all(codes.is_gtin(code) for code in given)
    found = catalogue.by_code(db, given[1], owner.location_id)
    assert found is not None
    assert found.id == second


def test_an_item_that_has_a_code_gets_another_only_when_asked(db: Db, owner: Acting) -> None:
    tea = an_item(db, owner, code=TEA)
    with pytest.raises(Refused, match=TEA):
        service.give_code(db, owner, tea)
    assert service.give_code(db, owner, tea, another=True).code == "2000000000015"
    with pytest.raises(NotAllowed):
        service.give_code(db, replace(owner, role=Role.CASHIER, alone=False), an_item(db, owner, "Bun"))


def test_many_who_ask_at_once_get_each_their_own(db: Db, db_url: str, owner: Acting) -> None:
    """Two ask for each of eight items at the same moment: eight codes, and eight are told that there is one already."""
    ids = [an_item(db, owner, f"Bun {number}") for number in range(8)]
    given: list[str] = []
    refused: list[str] = []
    start = threading.Barrier(4)

    def ask(mine: list[ItemId]) -> None:
        with open_shop(db_url) as own:
            start.wait(30)
            for item_id in mine:
                try:
                    given.append(service.give_code(own, owner, item_id).code)
                except Refused as error:
                    refused.append(str(error))

    threads = [threading.Thread(target=ask, args=(ids[at % 2 :: 2],)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(given) == len(set(given)) == 8
    assert len(refused) == 8
    assert all(len(catalogue.codes_of(db, item_id)) == 1 for item_id in ids)


# --- what labels say


def test_a_label_says_name_price_and_the_first_code_for_one(db: Db, owner: Acting) -> None:
    tea = an_item(db, owner, sku="T-1")
    items.add_code(db, owner, tea, "4006381333948", Qty(6_000))
    items.add_code(db, owner, tea, "loose-7")
    items.add_code(db, owner, tea, TEA)
    (label,) = reading.data_for(db, [Wanted(tea, 3)])
    assert (label.name, label.price, label.sku, label.code, label.copies) == ("Tea", "£4.95", "T-1", TEA, 3)
    assert (label.unit_price, label.old_price, label.lot) == ("", "", "")


def test_unit_prices_lots_and_goods_by_weight(db: Db, owner: Acting) -> None:
    tea = an_item(db, owner)
    db.run("UPDATE item SET content = 250000, content_unit = 'g' WHERE id = ?", (tea,))
    ham = an_item(db, owner, "Ham", unit="kg", price="12.40")
    open_price = an_item(db, owner, "Odds and ends", asks_price=True)
    made = reading.data_for(db, [Wanted(tea, lot="L1", expires=20261231), Wanted(ham), Wanted(open_price)])  # type: ignore[arg-type]
    assert [(label.price, label.unit_price) for label in made] == [
        ("£4.95", "£19.80 / kg"), ("£12.40", "per kg"), ("", ""),
    ]  # fmt: skip
    assert (made[0].lot, made[0].expires, made[0].expires_day) == ("L1", "2026-12-31", 20261231)


def test_without_a_code_the_sku_is_printed_where_it_finds_the_item(db: Db, owner: Acting) -> None:
    bun = an_item(db, owner, "Bun", sku="BUN-1")
    shadowed = an_item(db, owner, "Roll", sku="12345")
    an_item(db, owner, "Other", code="12345")
    foreign = an_item(db, owner, "茶", sku="茶-1")
    made = reading.data_for(db, [Wanted(bun), Wanted(shadowed), Wanted(foreign)])
    assert [label.code for label in made] == ["BUN-1", "", ""]
    for label in made[:1]:
        found = catalogue.by_code(db, label.code, owner.location_id)
        assert found is not None
        assert found.id == label.item_id


def test_an_old_price_stands_only_on_the_label_of_a_lower_one(db: Db, owner: Acting) -> None:
    tea, bun = an_item(db, owner), an_item(db, owner, "Bun")
    items.set_price(db, owner, tea, money("3.95"))
    items.set_price(db, owner, bun, money("5.95"))
    both = [Wanted(tea), Wanted(bun)]
    assert [label.old_price for label in service.make_job(db, owner, both, SHELF, Reason.PRICE).labels] == ["£4.95", ""]
    assert [label.old_price for label in service.make_job(db, owner, both, SHELF).labels] == ["", ""]
    assert [label.old_price for label in service.make_job(db, owner, both, ITEM, Reason.PRICE).labels] == ["", ""]


def test_a_thousand_items_are_read_in_order(db: Db, owner: Acting) -> None:
    ids = [an_item(db, owner, f"Item {number}") for number in range(3)] * 400
    assert [label.item_id for label in reading.data_for(db, [Wanted(item_id) for item_id in ids])] == ids


# --- the queue


def test_labels_wait_as_one_job_for_the_label_printer(db: Db, owner: Acting) -> None:
    tea, bun = an_item(db, owner, code=TEA), an_item(db, owner, "Bun")
    with pytest.raises(Refused, match="No label printer is set up"):
        service.queue(db, owner, [Wanted(tea)], SHELF)
    printing.set_device(db, owner, "label-printer", "tcp://127.0.0.1:9", settings={"size": "50x25", "dpi": 203})
    queued = service.queue(db, owner, [Wanted(tea, 3), Wanted(bun)], SHELF)
    assert queued.labels == 4
    paper = queue_rows.paper(db, queued.job_id)
    assert isinstance(paper, LabelJob)
    assert [label.name for label in paper.labels] == ["Tea", "Bun"]
    assert reading.progress(db, queued.job_id)[3:] == (0, 4)
    with pytest.raises(Refused, match="the paper is 50 × 25 mm"):
        service.queue(db, owner, [Wanted(tea)], replace(SHELF, width=570))
    with pytest.raises(Refused, match="nothing to print"):
        service.queue(db, owner, [], SHELF)
    with pytest.raises(Refused, match="1 to 1000"):
        service.queue(db, owner, [Wanted(tea, 0)], SHELF)
    with pytest.raises(Refused, match="can be printed at once"):
        service.queue(db, owner, [Wanted(tea, 1_000)] * 11, SHELF)
    with pytest.raises(NotAllowed):
        service.queue(db, replace(owner, role=Role.CASHIER, alone=False), [Wanted(tea)], SHELF)
    assert len(queue_rows.queue(db)) == 1


def test_roles_and_languages_must_suit_each_other(db: Db, owner: Acting) -> None:
    printing.set_device(db, owner, "label-printer", "tcp://127.0.0.1:9")
    assert [(row.role, row.language) for row in queue_rows.devices(db)] == [("label-printer", "zpl")]
    with pytest.raises(Refused, match="does not speak ESC/POS"):
        printing.set_device(db, owner, "label-printer", "tcp://127.0.0.1:9", "escpos")
    with pytest.raises(Refused, match="does not speak ZPL"):
        printing.set_device(db, owner, "receipt-printer", "tcp://127.0.0.1:9", "zpl")
    with pytest.raises(Refused, match="no setting columns"):
        printing.set_device(db, owner, "label-printer", "tcp://127.0.0.1:9", settings={"columns": 48})


def test_sheets_need_the_right_and_make_a_pdf(db: Db, owner: Acting) -> None:
    tea = an_item(db, owner, code=TEA)
    assert service.sheets(db, owner, [Wanted(tea, 30)], SHELF, SheetOptions("5160", start=7)).startswith(b"%PDF")
    assert service.calibration_sheet(SheetOptions("5160")).startswith(b"%PDF")
    with pytest.raises(NotAllowed):
        service.sheets(db, replace(owner, role=Role.CASHIER, alone=False), [Wanted(tea)], SHELF, SheetOptions())


# --- templates


def test_templates_are_kept_renamed_and_deleted(db: Db, owner: Acting) -> None:
    assert [(row.name, row.id, row.is_default) for row in reading.templates(db)] == [
        ("Shelf label", None, True), ("Item label", None, False), ("Place label", None, False),
    ]  # fmt: skip
    own = replace(ITEM, name="  Small  one ", width=300, height=200)
    service.save_template(db, owner, own, is_default=True)
    (row, *_built_in) = reading.templates(db)
    assert (row.name, row.is_default, row.template) == ("Small one", True, replace(own, name="Small one"))
    assert reading.template(db) == reading.template(db, "small ONE") == row.template
    with pytest.raises(Refused, match="called Small one already"):
        service.save_template(db, owner, replace(own, name="small one"))
    service.save_template(db, owner, replace(own, name="Tiny"), row.id)
    assert [found.name for found in reading.templates(db)] == ["Tiny", "Shelf label", "Item label", "Place label"]
    assert row.id is not None
    service.remove_template(db, owner, row.id)
    assert reading.template(db) == SHELF
    with pytest.raises(Refused, match="deleted"):
        service.save_template(db, owner, own, row.id)
    with pytest.raises(Refused, match="No label template is called Tiny"):
        reading.template(db, "Tiny")


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", "{}", '{"name": 1, "elements": []}', "[" * 5_000, '{"elements": [1]}']
)
def test_a_template_that_cannot_be_read_says_so_and_harms_nothing(db: Db, owner: Acting, content: str) -> None:
    db.run("INSERT INTO label_template (name, content, is_default, changed_at) VALUES ('Broken', ?, 1, 0)", (content,))
    row = reading.templates(db)[0]
    assert (row.name, row.template) == ("Broken", replace(SHELF, name="Broken"))
    assert "cannot be read" in row.problem or "at least one thing" in row.problem
    assert reading.template(db) == SHELF
    with pytest.raises(Refused):
        reading.template(db, "Broken")


def test_a_template_that_makes_no_sense_is_not_saved(db: Db, owner: Acting) -> None:
    element = SHELF.elements[0]
    for wrong, words in (
        (replace(SHELF, elements=()), "at least one thing"),
        (replace(SHELF, elements=(element,) * 31), "at most 30"),
        (replace(SHELF, width=50), "10 to 300 mm"),
        (replace(SHELF, margin=-1), "margin"),
        (replace(SHELF, elements=(replace(element, size=5),)), "25 to 400"),
        (replace(SHELF, name=" "), "empty"),
    ):
        with pytest.raises(Refused, match=words):
            service.save_template(db, owner, wrong)
    assert labels.from_json(labels.to_json(ITEM)) == ITEM
