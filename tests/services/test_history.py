"""A history file becomes documents: whole or not at all, once, in the order of time, at the right cost."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.outcome import BadFile, NotAllowed
from shopstock.db import backup
from shopstock.db.connection import Db, open_shop
from shopstock.formats import history_csv
from shopstock.queries import audit, report_sales, report_stock
from shopstock.queries.report_query import ReportQuery
from shopstock.services import exchange_history
from shopstock.services.exchange_history import HistoryResult

HEADER = "at,event,reference,sku,quantity,unit_cost,unit_price,location,to_location,cause,of,party,amount"


Take = Callable[..., tuple[HistoryResult, dict[int, str]]]


@pytest.fixture
def take(db: Db, owner: Acting, tmp_path: Path) -> Take:
    """Import rows and return what became of them, with what was said about the refused ones."""

    def run(*rows: str, header: str = HEADER, **options: bool) -> tuple[HistoryResult, dict[int, str]]:
        path = tmp_path / "history.csv"
        path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
        said: dict[int, str] = {}
        result = exchange_history.import_history(db, owner, path, refused=said.__setitem__, **options)
        assert len(said) == result.refused
        return result, said

    return run


def value(db: Db, sku: str = "CHAI") -> tuple[int, int]:
    """Return on hand in pieces and value in cents."""
    row = next(row for row in report_stock.valuation(db, ReportQuery()) if row.sku == sku)
    return row.on_hand // 1000, row.value // 100


def cogs(db: Db, sku: str = "CHAI") -> int:
    """Return the cost of goods sold in cents."""
    return next(row.cogs for row in report_sales.cogs(db, ReportQuery()) if row.sku == sku) // 100


BOUGHT = ("2024-01-01,opening,O1,CHAI,10,2.50", "2024-01-02,goods_receipt,GR1,CHAI,10,3.00")


@pytest.mark.parametrize(("costing", "left", "cost"), [("fifo", 2400, 3100), ("average", 2200, 3300)])
def test_sales_are_costed_by_the_method_of_the_shop(db: Db, take: Take, left: int, cost: int) -> None:
    result, _said = take(*BOUGHT, "2024-01-03,sale,S1,CHAI,12,,4.99")
    assert (result.taken, result.rows, result.refused) == (3, 3, 0)
    assert value(db) == (8, left)
    assert cogs(db) == cost
    method = db.row("SELECT m.name, p.amount FROM payment p JOIN payment_method m ON m.id = p.method_id")
    assert method == ("Imported", 598_800)
    assert db.value("SELECT count(*) FROM document WHERE shift_id IS NOT NULL") == 0


def test_every_event_moves_what_it_says(db: Db, take: Take) -> None:
    result, said = take(
        *BOUGHT,
        "2024-01-03T10:00,sale,S1,CHAI,12,,4.99",
        "2024-01-03T11:00,customer_return,R1,CHAI,2,,,,,,S1",
        "2024-01-04,landed_cost,L1,,,,,,,,GR1,,10",
        "2024-01-05,transfer,T1,CHAI,3,,,Shop,Backroom",
        "2024-01-06,write_off,W1,CHAI,1,,,Backroom,,damaged",
        "2024-01-07,found,F1,CHAI,1,,,,,behind the shelf",
        "2024-01-08,count,C1,CHAI,7,,,Shop",
        "2024-01-09,supplier_return,SR1,CHAI,2,2.80,,,,,GR1",
    )
    assert said == {}
    assert result.taken == 10
    places = {row.location: (row.on_hand // 1000, row.value // 100) for row in report_stock.stock(db, ReportQuery())}
    assert places == {"Shop": (5, 2000), "Backroom": (2, 800)}
    assert cogs(db) == 2500
    accounts = dict(db.rows("SELECT account, sum(amount) FROM journal_line GROUP BY account"))
    assert accounts["price_variance"] == 24_000
    assert accounts["write_offs"] == 40_000
    assert accounts["supplier"] == -44_000


def test_locations_are_paths_and_those_that_are_missing_are_made(db: Db, take: Take) -> None:
    result, said = take(
        *BOUGHT,
        "2024-01-05,transfer,T1,CHAI,3,,,Shop,Shop/Back room/B-04",
        "2024-01-06,transfer,T2,CHAI,1,,,Back room › B-04,Market hall › B-04",
        "2024-01-07,write_off,W1,CHAI,1,,,B-04,,damaged",
        "2024-01-08,write_off,W2,CHAI,1,,,a/b/c/d/e,,damaged",
    )
    assert result.taken == len(BOUGHT) + 2
    assert "several places B-04" in said[len(BOUGHT) + 4]
    assert "from a shop to a room" in said[len(BOUGHT) + 5]
    found = {row.place: row.on_hand // 1000 for row in report_stock.places(db, ReportQuery())}
    assert found == {"Shop": 17, "Shop › Back room › B-04": 2, "Market hall › B-04": 1}


def test_documents_are_whole_or_not_there(db: Db, take: Take) -> None:
    result, said = take(
        *BOUGHT,
        "2024-01-03,sale,S1,CHAI,1,,5",
        "2024-01-03,sale,S2,CHAI,1,,5",
        "2024-01-03,sale,S1,TEA,x,,5",
        "2024-01-03,sale,S1,CHAI,2,,5",
    )
    assert sorted(said) == [4, 6, 7]
    assert "“S1” has a bad row in line 6" in said[4]
    assert result.taken == 3
    assert value(db) == (19, 5250)
    assert db.value("SELECT count(*) FROM item") == 1


def test_the_order_of_time_counts_and_the_file_breaks_ties(db: Db, take: Take) -> None:
    rows = [
        *BOUGHT,
        "2024-01-03T09:00:00+01:00,sale,EARLY,CHAI,1,,5",
        "2024-01-03T09:00,sale,SECOND,CHAI,1,,5",
        "2024-01-03T09:00,sale,THIRD,CHAI,1,,5",
        "2024-01-02T20:00,sale,FIRST,CHAI,1,,5",
    ]
    take(rows[0], rows[3], rows[4], rows[2], rows[5], rows[1])
    order = [reference for (reference,) in db.rows("SELECT reference FROM document ORDER BY number")]
    assert order == ["O1", "GR1", "FIRST", "EARLY", "SECOND", "THIRD"]


def test_the_same_again_is_already_there_and_other_content_is_bad(db: Db, take: Take) -> None:
    rows = (
        *BOUGHT,
        "2024-01-03,sale,S1,CHAI,2,,5",
        "2024-01-03,sale,S1,CHAI,1,,5",
        "2024-01-04,customer_return,R1,CHAI,3,,,,,,S1",
        "2024-01-05,sale,,CHAI,1,,5",
        "2024-01-05,sale,,CHAI,1,,5",
    )
    first, _said = take(*rows)
    assert (first.taken, first.existing) == (6, 0)
    for _time in range(2):
        again, said = take(*rows)
        assert (again.taken, again.existing, said) == (0, 6, {})
    swapped, said = take(rows[3].replace("1,,5", "1.000,,5.00"), rows[2])
    assert (swapped.existing, said) == (1, {})
    other, said = take(*rows[:2], "2024-01-03,sale,S1,CHAI,4,,5")
    assert (other.taken, other.existing) == (0, 2)
    assert "“S1” was imported before with other content" in said[4]
    more, _said = take(*rows, "2024-01-05,sale,,CHAI,1,,5")
    assert (more.taken, more.existing) == (1, 6)


def test_a_return_names_a_sale_that_has_as_much_left(db: Db, take: Take) -> None:
    take(*BOUGHT, "2024-01-03,sale,S1,CHAI,2,,5", "2024-01-03,sale,S1,CHAI,9,,5", "2024-01-03,sale,S1,TEA,1,,5")
    result, said = take(
        "2024-01-04,customer_return,R1,CHAI,3,,,,,,S1",
        "2024-01-04,customer_return,R2,CHAI,4,,,,,,S1",
        "2024-01-04,customer_return,R2,CHAI,4,,,,,,S1",
        "2024-01-05,customer_return,R3,CHAI,5,,,,,,S1",
        "2024-01-06,customer_return,R4,CHAI,1,,,,,,GR1",
        "2024-01-06,customer_return,R5,COFFEE,1,,,,,,S1",
        "2024-01-06,supplier_return,R6,CHAI,11,,,,,,GR1",
    )
    assert (result.taken, sorted(said)) == (2, [5, 6, 7, 8])
    assert "only 0 of CHAI" in said[5]
    assert "names no sale" in said[6]
    assert "only 0 of COFFEE" in said[7]
    assert "only 10 of CHAI" in said[8]
    assert cogs(db) == 0


def test_what_comes_back_brings_back_price_and_cost_to_the_last_unit(db: Db, take: Take) -> None:
    settings_rate = db.value("INSERT INTO tax_rate (name, rate) VALUES ('7 %', 7000) RETURNING id")
    take("2024-01-01,opening,O1,CHAI,7,1.23456")
    db.run("UPDATE item SET tax_rate_id = ?", (settings_rate,))
    take("2024-01-03,sale,S1,CHAI,7,,3.33")
    take(*(f"2024-01-04,customer_return,R{n},CHAI,1,,,,,,S1" for n in range(7)))
    assert db.row("SELECT sum(net), sum(tax) FROM document") == (0, 0)
    assert value(db)[0] == 7
    assert cogs(db) == 0
    assert db.value("SELECT sum(amount) FROM payment") == 0


@pytest.mark.parametrize(("tax", "net"), [("inside", 100_000), ("on-top", 120_000)])
def test_unknown_items_get_the_usual_tax_of_the_shop(db: Db, take: Take, tax: str, net: int) -> None:
    take("2024-01-03,sale,S1,NEW,1,,12.00")
    assert db.row("SELECT net, tax FROM document") == (net, net // 5)
    assert db.value("SELECT name FROM item") == "NEW"


def test_late_costs_are_spread_by_value_to_the_last_unit(db: Db, take: Take) -> None:
    take(
        "2024-01-01,goods_receipt,GR,A,1,1", "2024-01-01,goods_receipt,GR,B,1,1", "2024-01-01,goods_receipt,GR,C,2,0.5",
        "2024-01-02,landed_cost,L,,,,,,,,GR,,0.01",
    )  # fmt: skip
    assert [row.value for row in report_stock.valuation(db, ReportQuery())] == [10_034, 10_033, 10_033]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_spreadsheets_of_every_kind_are_read(
    sqlite_db: Db, owner: Acting, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    path = tmp_path / "history.csv"
    text = "quantity,sku,AT ,event,unit_cost\r\n3,Thé,2024-01-01,opening,2\r\n\r\n"
    path.write_bytes(text.replace(",", delimiter).encode(encoding))
    assert exchange_history.import_history(sqlite_db, owner, path).taken == 1
    assert value(sqlite_db, "Thé") == (3, 600)


def test_rows_in_any_order_come_to_the_same_ledger(
    db: Db, owner: Acting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange_history, "FLUSH_LINES", 7)
    monkeypatch.setattr(exchange_history, "COMMIT_LINES", 20)
    dice = random.Random(7)
    rows = ["2024-01-01,opening,O,CHAI,500,1.10", "2024-01-01,opening,O,TEA,500,2.20"]
    for number in range(60):
        day = f"2024-02-{1 + number // 3:02d}T{8 + number % 3:02d}:00"
        rows += [f"{day},sale,S{number},{sku},{dice.randint(1, 5)},,9.99" for sku in ("CHAI", "TEA", "CHAI")]
        if number % 4 == 3:
            rows.append(f"{day[:-2]}30,customer_return,R{number},CHAI,1,,,,,,S{number - dice.randint(0, 3)}")
    dice.shuffle(rows)
    path = tmp_path / "history.csv"
    path.write_text("\n".join((HEADER, *rows)))
    result = exchange_history.import_history(db, owner, path)
    assert (result.refused, result.rows) == (0, len(rows))
    sold = sum(int(row.split(",")[4]) for row in rows if ",sale," in row and "CHAI" in row)
    back = sum(1 for row in rows if "customer_return" in row)
    assert value(db) == (500 - sold + back, (500 - sold + back) * 110)
    assert exchange_history.import_history(db, owner, path).existing == result.taken


#: A day in which everything refers to something of the same day.
TANGLED = (
    "2024-01-01T08:00,goods_receipt,GR1,CHAI,10,2.50",
    "2024-01-01T08:10,sale,S1,CHAI,12,,4.99",
    "2024-01-01T08:20,customer_return,R1,CHAI,1,,,,,,S1",
    "2024-01-01T08:30,goods_receipt,GR2,CHAI,20,3.10",
    "2024-01-01T08:40,customer_return,R2,CHAI,3,,,,,,S1",
    "2024-01-01T08:50,supplier_return,SR1,CHAI,2,3.00,,,,,GR2",
    "2024-01-01T09:00,landed_cost,L1,,,,,,,,GR2,,7.77",
    "2024-01-01T09:10,sale,S2,CHAI,7,,4.99",
    "2024-01-01T09:20,customer_return,R3,CHAI,2,,,,,,S2",
    "2024-01-01T09:30,customer_return,R4,CHAI,8,,,,,,S1",
    "2024-01-01T09:40,customer_return,R5,CHAI,1,,,,,,S1",
    "2024-01-01T09:50,supplier_return,SR2,CHAI,99,3.00,,,,,GR2",
)


@pytest.mark.parametrize("costing", ["fifo", "average"])
def test_a_history_written_row_by_row_and_at_once_makes_the_same_books(
    sqlite_db: Db, owner: Acting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "history.csv"
    path.write_text("\n".join((HEADER, *TANGLED)) + "\n", encoding="utf-8")
    other = tmp_path / "other.db"
    backup.backup_to(sqlite_db, other)
    said: list[dict[int, str]] = [{}, {}]
    exchange_history.import_history(sqlite_db, owner, path, refused=said[0].__setitem__)
    monkeypatch.setattr(exchange_history, "FLUSH_LINES", 1)
    with open_shop(str(other)) as slow:
        exchange_history.import_history(slow, owner, path, refused=said[1].__setitem__)
        assert said[0] == said[1]
        assert sorted(said[0]) == [12, 13]  # more than was left of S1, and of GR2
        for table, columns in (
            ("stock_movement", "document_id, line_id, item_id, location_id, kind, qty, value, occurred_at"),
            ("journal_line", "document_id, account, detail, amount"),
            ("cost_layer", "item_id, source_line, qty_in, value_in, qty_left, value_left"),
            ("consumption", "line_id, qty, value, returned_qty, returned_value"),
            ("item_pool", "item_id, qty, value, survival, epoch, last_cost_qty, last_cost_value"),
            ("item_month", "item_id, location_id, month, qty, value, closing_qty, closing_value"),
            ("document", "number, kind, request_hash, cogs"),
        ):
            asked = f"SELECT {columns} FROM {table} ORDER BY {columns}"
            assert sqlite_db.rows(asked) == slow.rows(asked), table
        assert audit.discrepancies(slow) == []


def test_the_books_stay_closed_and_counts_stand(db: Db, owner: Acting, take: Take) -> None:
    take(*BOUGHT, "2024-02-01,count,C,CHAI,18,,,Shop")
    result, said = take("2024-01-15,sale,S1,CHAI,1,,5", "2024-02-02,sale,S2,CHAI,1,,5")
    assert result.taken == 1
    assert "counted" in said[2]


def test_only_who_may_import_imports(sqlite_db: Db, owner: Acting, tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_text("at,event\n")
    with pytest.raises(NotAllowed):
        exchange_history.import_history(sqlite_db, replace(owner, role=Role.CASHIER), tmp_path / "h.csv")


def test_a_file_that_turns_bad_in_the_middle_leaves_nothing(sqlite_db: Db, owner: Acting, tmp_path: Path) -> None:
    path = tmp_path / "h.csv"
    rows = [f"2024-01-01,opening,O{n},CHAI,1,1" for n in range(5000)]
    path.write_bytes("\n".join((HEADER, *rows)).encode() + b"\n2024-01-02,sale,S,CAF\xe9,1\n")
    with pytest.raises(BadFile, match="5002"):
        exchange_history.import_history(sqlite_db, owner, path)
    assert sqlite_db.value("SELECT count(*) FROM document") == 0


def test_memory_of_texts_has_an_end(
    monkeypatch: pytest.MonkeyPatch, sqlite_db: Db, owner: Acting, tmp_path: Path
) -> None:
    monkeypatch.setattr(history_csv, "_REMEMBERED", 3)
    path = tmp_path / "h.csv"
    rows = (f"2024-01-01T10:{n:02d},opening,O{n},SKU-{n},{n + 1},1.{n}" for n in range(30))
    path.write_text("\n".join((HEADER, *rows)))
    assert exchange_history.import_history(sqlite_db, owner, path).taken == 30


def test_a_quantity_that_would_cost_more_than_there_is_money_is_refused_alone(db: Db, take: Take) -> None:
    result, said = take(
        "2024-01-01,opening,O1,GOLD,1,1000000000",
        "2024-01-02,sale,S1,GOLD,1000000,,1",
        "2024-01-03,sale,S2,GOLD,1,,1",
    )
    assert result.taken == 2
    assert "would cost more" in said[3]
