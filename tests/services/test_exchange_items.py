"""A catalogue file is taken row by row: the bad ones named, the rest kept, and never twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shopstock.core import codes
from shopstock.core.acting import Acting, Role
from shopstock.core.outcome import BadFile, ImportResult, NotAllowed
from shopstock.core.units import LocationId
from shopstock.db.connection import Db
from shopstock.queries import items as catalogue
from shopstock.queries import places, search
from shopstock.services import exchange_items, items

HERE = LocationId(1)
HEADER = (
    "sku,name,category,price,cost,barcode,pack_barcode,pack_quantity,unit,tax_rate,on_hand,reorder_point,supplier\n"
)
GOOD = HEADER + (
    "T1,Earl Grey,Tea,2.50,1.10,4006381333931,14006381333938,6,,20,10,4,Importer\n"
    "C1,Gouda,Cheese,12.90,7.3333,2112345000008,,,kg,5.5,2.250,,Dairy\n"
    "S1,Delivery,,3,,,,,,0,,,\n"
)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "items.csv"
    path.write_text(text, encoding="utf-8")
    return path


def take(db: Db, owner: Acting, tmp_path: Path, text: str, **how: bool) -> ImportResult:
    return exchange_items.import_items(db, owner, write(tmp_path, text), **how)  # type: ignore[arg-type]


def everything(db: Db) -> list[object]:
    tables = ("item", "item_code", "item_search", "category", "supplier", "tax_rate", "document", "stock_movement")
    return [db.rows(f"SELECT * FROM {table}") for table in tables]


def test_items_arrive_whole(db: Db, owner: Acting, tmp_path: Path) -> None:
    result = take(db, owner, tmp_path, GOOD)
    assert result == ImportResult(taken=3)
    tea = catalogue.by_code(db, "4006381333931", HERE)
    assert tea is not None
    assert (tea.sku, tea.price, tea.tax_rate, tea.on_hand) == ("T1", 25_000, 20_000, 10_000)
    assert catalogue.by_code(db, "14006381333938", HERE).qty == 6_000  # type: ignore[union-attr]
    card = catalogue.card(db, owner, tea.id)
    assert (card.category, card.supplier, card.supplier_cost, card.reorder_point, card.value) == (
        "Tea", "Importer", 11_000, 4_000, 110_000,
    )  # fmt: skip
    gouda = catalogue.by_code(db, "211234501234" + codes.check_digit("211234501234"), HERE, catalogue.code_rules_of(db))
    assert gouda is not None
    assert (gouda.sku, gouda.unit, gouda.amount, gouda.tax_rate, gouda.on_hand) == ("C1", "kg", 1_234, 5_500, 2_250)
    assert catalogue.card(db, owner, gouda.id).value == 164_999  # 2.250 × 7.3333 = 16.499925, rounded once
    assert [hit.sku for hit in search.find(db, "grey earl", HERE)] == ["T1"]
    assert db.rows("SELECT kind, count(*) FROM document GROUP BY kind") == [("opening", 1)]


def test_the_same_file_again_changes_nothing(db: Db, owner: Acting, tmp_path: Path) -> None:
    take(db, owner, tmp_path, GOOD)
    before = everything(db)
    assert take(db, owner, tmp_path, GOOD) == ImportResult(unchanged=3)
    assert everything(db) == before


def test_a_dry_run_reports_the_same_and_takes_nothing(db: Db, owner: Acting, tmp_path: Path) -> None:
    text = GOOD + ",No SKU,,,,,,,,,,,\n"
    before = everything(db)
    dry = take(db, owner, tmp_path, text, dry_run=True)
    assert everything(db) == before
    assert dry.dry_run
    assert dry == replace(take(db, owner, tmp_path, text), dry_run=True)
    assert dry.taken == 3


def test_strict_takes_all_or_nothing(db: Db, owner: Acting, tmp_path: Path) -> None:
    before = everything(db)
    result = take(db, owner, tmp_path, GOOD + "X,,,,,,,,,,,,\n", strict=True)
    assert (result.taken, [row.line for row in result.refused]) == (0, [5])
    assert everything(db) == before
    assert take(db, owner, tmp_path, GOOD, strict=True).taken == 3


BAD_ROWS = [
    (",Tea,,,,,,,,,,,", "SKU"),
    ("X1,,,,,,,,,,,,", "name"),
    (f"X2,{'x' * 301},,,,,,,,,,,", "300"),
    ("X3,Tea,,-1,,,,,,,,,", "price: “-1” is not between"),
    ("X4,Tea,,abc,,,,,,,,,", "price: “abc” is not a number"),
    ('X5,Tea,,"2,50",,,,,,,,,', "point"),
    ("X6,Tea,,1e9,,,,,,,,,", "price"),
    ("X7,Tea,,,-1,,,,,,,,", "cost"),
    (f"X8,Tea,,,,{'9' * 501},,,,,,,", "500"),
    ("X9,Tea,,,,4.00638E+12,,,,,,,", "spreadsheet"),
    ("X10,Tea,,,,,123,,,,,,", "pack_quantity"),
    ("X11,Tea,,,,,123,0,,,,,", "pack"),
    ("X12,Tea,,,,123,123,6,,,,,", "same"),
    ("X13,Tea,,,,4006381333931,,,,,,,", "T1, Earl Grey"),
    ("X14,Tea,,,,04006381333931,,,,,,,", "T1, Earl Grey"),
    ("X15,Tea,,,,,,,furlong,,,,", "furlong"),
    ("X16,Tea,,,,,,,,120,,,", "100 %"),
    ("X17,Tea,,,,,,,,luxury,,,", "luxury"),
    ("X18,Tea,,,,,,,,,-1,,", "on_hand"),
    ("X19,Tea,,,,,,,,,1000001,,", "on_hand"),
    ("X20,Tea,,,,,,,,,,-2,", "reorder_point"),
    ("X21,Tea", "13"),
    ("t1,Again,,,,,,,,,,,", "earlier row"),
]


def test_bad_rows_are_named_and_the_rest_is_kept(db: Db, owner: Acting, tmp_path: Path) -> None:
    text = GOOD + "\n".join(row for row, _says in BAD_ROWS) + "\nZ9,The last one,,,,,,,,,,,\n"
    result = take(db, owner, tmp_path, text)
    assert result.taken == 4
    assert [row.line for row in result.refused] == list(range(5, 5 + len(BAD_ROWS)))
    for refused, (_row, says) in zip(result.refused, BAD_ROWS, strict=True):
        assert says in refused.reason
        assert refused.reason.endswith(".")
    assert db.value("SELECT count(*) FROM item") == 4
    assert take(db, owner, tmp_path, text).unchanged == 4


def test_only_what_is_given_changes(db: Db, owner: Acting, tmp_path: Path) -> None:
    take(db, owner, tmp_path, GOOD)
    result = take(db, owner, tmp_path, "price;name;sku\n2,75;Earl Grey loose;T1\n;Delivery;S1\n")
    assert (result.taken, result.unchanged, result.refused) == (1, 1, ())
    tea = catalogue.by_code(db, "4006381333931", HERE)
    assert tea is not None
    assert (tea.name, tea.price) == ("Earl Grey loose", 27_500)
    assert [(row.old_price, row.new_price) for row in catalogue.price_history(db, tea.id)] == [(25_000, 27_500)]
    assert [hit.sku for hit in search.find(db, "loose 3339", HERE)] == ["T1"]
    card = catalogue.card(db, owner, tea.id)
    assert (card.category, card.supplier, len(card.codes)) == ("Tea", "Importer", 2)


def test_codes_are_added_and_packs_changed(db: Db, owner: Acting, tmp_path: Path) -> None:
    take(db, owner, tmp_path, GOOD)
    more = "sku,name,barcode,pack_barcode,pack_quantity\nT1,Earl Grey,036000291452,14006381333938,12\n"
    assert take(db, owner, tmp_path, more).taken == 1
    assert catalogue.by_code(db, "0036000291452", HERE).sku == "T1"  # type: ignore[union-attr]
    assert catalogue.by_code(db, "14006381333938", HERE).qty == 12_000  # type: ignore[union-attr]
    assert [hit.sku for hit in search.find(db, "29145", HERE)] == ["T1"]
    assert take(db, owner, tmp_path, more) == ImportResult(unchanged=1)


def test_stock_of_an_item_that_has_moved_is_left(db: Db, owner: Acting, tmp_path: Path) -> None:
    take(db, owner, tmp_path, GOOD)
    result = take(db, owner, tmp_path, "sku,name,on_hand,cost\nT1,Earl Grey,99,1.10\nS1,Delivery,,\n")
    assert (result.taken, result.unchanged) == (0, 2)
    assert [row.line for row in result.warnings] == [2]
    assert "Count the item" in result.warnings[0].reason
    assert catalogue.by_code(db, "T1", HERE).on_hand == 10_000  # type: ignore[union-attr]


def test_a_wrong_check_digit_is_reported_and_kept_raw(db: Db, owner: Acting, tmp_path: Path) -> None:
    result = take(db, owner, tmp_path, "sku,name,barcode\n1,Tea,4006381333930\n2,Nut,0000000004530\n")
    assert (result.taken, [row.line for row in result.warnings]) == (2, [2, 3])
    assert "end with 1" in result.warnings[0].reason
    assert catalogue.by_code(db, "4006381333930", HERE).sku == "1"  # type: ignore[union-attr]
    assert catalogue.codes_of(db, catalogue.by_code(db, "2", HERE).id)[0][1:3] == ("0000000004530", "raw")  # type: ignore[union-attr]


def test_retired_items_are_not_brought_back_by_a_file(db: Db, owner: Acting, tmp_path: Path) -> None:
    take(db, owner, tmp_path, GOOD)
    items.retire(db, owner, catalogue.id_of_sku(db, "S1"))  # type: ignore[arg-type]
    result = take(db, owner, tmp_path, GOOD)
    assert [row.line for row in result.refused] == [4]
    assert "retired" in result.refused[0].reason


def test_unknown_scans_are_settled_by_a_file(db: Db, owner: Acting, tmp_path: Path) -> None:
    items.record_unknown(db, owner, "04006381333931")
    take(db, owner, tmp_path, GOOD)
    assert catalogue.unknown_codes(db) == []


def test_more_rows_than_a_batch(db: Db, owner: Acting, tmp_path: Path) -> None:
    lines = [f"{n},Item {n},{20_000_000_000 + n % 4_100}" for n in range(4_500)]
    result = take(db, owner, tmp_path, "sku,name,barcode\n" + "\n".join(lines) + "\n")
    assert (result.taken, len(result.refused)) == (4_100, 400)
    assert result.refused[0].line == 4_102
    made = items.create(db, owner, items.ItemFields("After the import"))
    assert catalogue.by_id(db, next(iter(made.items)), HERE).name == "After the import"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text", ["", "colour,shape\nred,round\n", "sku,name,price,price\n1,a,1,1\n", "name\nTea\n", "\n\n"]
)
def test_an_unusable_file_takes_nothing(db: Db, owner: Acting, tmp_path: Path, text: str) -> None:
    with pytest.raises(BadFile):
        take(db, owner, tmp_path, text)
    assert db.value("SELECT count(*) FROM item") == 0


def test_a_file_that_turns_bad_takes_nothing(db: Db, owner: Acting, tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_bytes(GOOD.encode() + "X,Café,,,,,,,,,,,\n".encode("latin-1"))
    with pytest.raises(BadFile, match="Line 5"):
        exchange_items.import_items(db, owner, path)
    assert db.value("SELECT count(*) FROM item") == 0


def test_rights_are_asked(db: Db, owner: Acting, tmp_path: Path) -> None:
    for role in (Role.CASHIER, Role.STOCKROOM):
        with pytest.raises(NotAllowed):
            take(db, replace(owner, role=role), tmp_path, GOOD)
    manager = replace(owner, role=Role.INVENTORY_MANAGER)
    result = take(db, manager, tmp_path, GOOD)
    assert (result.taken, [row.line for row in result.refused]) == (1, [2, 3])


def test_what_is_kept_of_single_goods_arrives(db: Db, owner: Acting, tmp_path: Path) -> None:
    header = "sku,name,order_up_to,tracks,weight,content,content_unit\n"
    assert take(db, owner, tmp_path, header + "Y1,Yoghurt,40,lot,520,0.5,kg\nP1,Phone,,serial,,,\n").taken == 2
    (yoghurt, phone) = (catalogue.card(db, owner, found) for (found,) in db.rows("SELECT id FROM item ORDER BY id"))
    assert (yoghurt.order_up_to, yoghurt.tracks, yoghurt.weight) == (40_000, "lot", 520)
    assert (yoghurt.content, yoghurt.content_unit, phone.tracks) == (500, "kg", "serial")
    assert take(db, owner, tmp_path, header + "Y1,Yoghurt,,,,,\n").unchanged == 1
    assert take(db, owner, tmp_path, header + "Y1,Yoghurt,,no,500,,\n").taken == 1
    again = catalogue.card(db, owner, yoghurt.id)
    assert (again.order_up_to, again.tracks, again.weight, again.content) == (40_000, "", 500, 500)


@pytest.mark.parametrize(
    "cells", ["Y1,Yoghurt,,boxes,,,", "Y1,Yoghurt,,,0.5,,", "Y1,Yoghurt,,,,12,", "Y1,Yoghurt,,,,12,spoons"]
)
def test_a_wrong_word_about_single_goods_names_its_row(db: Db, owner: Acting, tmp_path: Path, cells: str) -> None:
    result = take(db, owner, tmp_path, "sku,name,order_up_to,tracks,weight,content,content_unit\n" + cells + "\n")
    assert (result.taken, [row.line for row in result.refused]) == (0, [2])


def test_home_places_are_read_and_made(db: Db, owner: Acting, tmp_path: Path) -> None:
    header = "sku,name,on_hand,home\n"
    rows = "TEA,Tea,5,Shop/Back room/B-04\nCHAI,Chai,2,Market hall\nJAM,Jam,,\n"
    assert take(db, owner, tmp_path, header + rows, dry_run=True).taken == 3
    assert [place.path for place in places.listed(db)] == ["Shop"]
    assert take(db, owner, tmp_path, header + rows).taken == 3
    tea, chai = (items_id for items_id in (catalogue.id_of_sku(db, sku) for sku in ("TEA", "CHAI")) if items_id)
    assert [home.path for home in places.homes(db, tea)] == ["Shop › Back room › B-04"]
    assert [home.path for home in places.homes(db, chai)] == ["Market hall"]
    assert [(level.location, level.on_hand) for level in catalogue.levels(db, tea)] == [("B-04", 5_000)]
    assert take(db, owner, tmp_path, header + rows).unchanged == 3
    assert take(db, owner, tmp_path, header + "TEA,Tea,,Market hall\nCHAI,Chai,,\n").taken == 1
    assert [home.path for home in places.homes(db, tea)] == ["Shop › Back room › B-04", "Market hall"]
    assert [home.path for home in places.homes(db, chai)] == ["Market hall"]


def test_what_can_be_no_home_names_its_row(db: Db, owner: Acting, tmp_path: Path) -> None:
    text = "sku,name,home\nTEA,Tea,In transit\nCHAI,Chai,a/b/c/d/e\nJAM,Jam,Shop\n"
    result = take(db, owner, tmp_path, text)
    assert (result.taken, [row.line for row in result.refused]) == (1, [2, 3])
    assert "for sale" in result.refused[0].reason
    assert [place.path for place in places.listed(db)] == ["Shop"]
