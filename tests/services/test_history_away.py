"""Goods that came back, went bad or were undone, in a history file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shopstock.core.acting import Acting
from shopstock.db.connection import Db
from shopstock.queries import returned, set_aside
from shopstock.queries.returned import ReturnSearch
from shopstock.services import exchange_history
from shopstock.services.exchange_history import HistoryResult

HEADER = "at,event,reference,sku,quantity,unit_cost,unit_price,location,to_location,cause,of"
BOUGHT = "2024-01-01,goods_receipt,R1,CHAI,10,2.50,,,,,"

Take = Callable[..., tuple[HistoryResult, dict[int, str]]]


@pytest.fixture
def take(db: Db, owner: Acting, tmp_path: Path) -> Take:
    """Import rows and return what became of them, with what was said about the refused ones."""

    def run(*rows: str) -> tuple[HistoryResult, dict[int, str]]:
        path = tmp_path / "history.csv"
        path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
        said: dict[int, str] = {}
        return exchange_history.import_history(db, owner, path, refused=said.__setitem__), said

    return run


def on_hand(db: Db) -> tuple[int, int]:
    qty, value = db.rows("SELECT qty, value FROM item_pool")[0]
    return qty // 1000, value // 100


def test_every_way_back_and_away_is_taken_and_taken_once(db: Db, owner: Acting, take: Take) -> None:
    rows = (
        BOUGHT,
        "2024-01-02,sale,S1,CHAI,4,,5.00,,,,",
        "2024-01-03,customer_return,B1,CHAI,2,,,,,defective,S1",
        "2024-01-03,customer_return,B2,CHAI,1,,4.50,,,No box,",
        "2024-01-04,set_aside,A1,CHAI,3,,,,,damage,",
        "2024-01-05,put_away,A2,CHAI,1,,,Shop › Set aside,Shop,,",
        "2024-01-06,write_off,W1,CHAI,1,,,Shop › Set aside,,damage,",
        "2024-01-06,supplier_return,K1,CHAI,1,2.00,,Shop › Set aside,,,R1",
        "2024-01-07,write_off,W2,CHAI,2,,,,,theft,",
        "2024-01-08,reversal,U1,,,,,,,They were found,W2",
    )
    result, said = take(*rows)
    assert (result.taken, said) == (10, {})
    assert on_hand(db) == (7, 17_50)
    assert set_aside.rows(db, owner) == []
    assert {(row.qty // 1000, row.reason) for row in returned.lines(db, ReturnSearch())} == {
        (1, "No box"), (2, "Defective")
    }  # fmt: skip
    undone, note = db.rows("SELECT reverses_id, note FROM document WHERE reference = 'U1'")[0]
    assert db.value("SELECT reference FROM document WHERE id = ?", (undone,)) == "W2"
    assert note == "They were found"
    assert take(*rows)[0].existing == 10
    assert on_hand(db) == (7, 17_50)


def test_goods_are_set_aside_in_the_shop_they_are_in(db: Db, owner: Acting, take: Take) -> None:
    result, said = take(
        "2024-01-01,opening,O1,CHAI,4,2.50,,Market hall,,,", "2024-01-02,set_aside,A1,CHAI,3,,,Market hall,,Wet box,"
    )
    assert (result.taken, said) == (2, {})
    (row,) = set_aside.rows(db, owner)
    assert (row.place, row.qty, row.why) == ("Market hall › Set aside", 3_000, "Wet box")


def test_a_return_over_two_lines_of_a_sale_keeps_its_reason_with_both(db: Db, take: Take) -> None:
    take(
        BOUGHT,
        "2024-01-02,sale,S1,CHAI,1,,5.00,,,,",
        "2024-01-02,sale,S1,CHAI,1,,6.00,,,,",
        "2024-01-03,customer_return,B1,CHAI,2,,,,,defective,S1",
    )
    assert [row.reason for row in returned.lines(db, ReturnSearch())] == ["Defective", "Defective"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("2024-01-03,reversal,U1,,,,,,,Wrong,NONE", "“NONE” is not the reference of one imported document"),
        ("2024-01-03,reversal,U1,,,,,,,,W1", "cause"),
        ("2024-01-03,reversal,U1,,,,,,,Wrong,", "of"),
        ("2024-01-03,set_aside,A1,CHAI,0,,,,,,", "quantity is 0"),
    ],
)
def test_what_is_wrong_is_named_and_the_rest_is_taken(db: Db, take: Take, row: str, words: str) -> None:
    result, said = take(BOUGHT, "2024-01-02,write_off,W1,CHAI,1,,,,,theft,", row)
    assert result.taken == 2
    assert words in said[4]
    assert on_hand(db) == (9, 22_50)


def test_a_document_is_undone_once_and_with_a_row_of_its_own(db: Db, take: Take) -> None:
    result, said = take(
        BOUGHT,
        "2024-01-02,write_off,W1,CHAI,1,,,,,theft,",
        "2024-01-02,write_off,W2,CHAI,1,,,,,theft,",
        "2024-01-03,reversal,U1,,,,,,,Found,W1",
        "2024-01-04,reversal,U2,,,,,,,Found again,W1",
        "2024-01-05,reversal,U3,,,,,,,Found,W2",
        "2024-01-05,reversal,U3,,,,,,,Found,W1",
    )
    assert result.taken == 4
    assert "one imported document" in said[6]
    assert "a reversal has one row" in said[8]
    assert on_hand(db) == (9, 22_50)
