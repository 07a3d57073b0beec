"""Transfers in a history file: put away, dispatched, arrived."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.core.transfers import ScanLine, Stage, TransferFields
from shopstock.db.connection import Db
from shopstock.queries import in_transit, report_stock
from shopstock.queries.report_query import ReportQuery
from shopstock.services import exchange_history, receive, transfer, transfers
from shopstock.services.exchange_history import HistoryResult
from tests import builders as a

HEADER = "at,event,reference,sku,quantity,unit_cost,location,to_location,of"
BOUGHT = "2024-01-01,opening,O1,CHAI,10,2.50,,,"

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


def places(db: Db) -> dict[str, tuple[int, int]]:
    return {
        row.location.rpartition(" › ")[2]: ((row.on_hand + row.in_transit) // 1000, row.value // 100)
        for row in report_stock.stock(db, ReportQuery())
        if row.on_hand or row.in_transit
    }


def test_goods_are_dispatched_and_arrive_in_parts(db: Db, owner: Acting, take: Take) -> None:
    rows = (
        BOUGHT,
        "2024-01-02,put_away,P1,CHAI,2,,Shop,Shop › Back room,",
        "2024-01-03,dispatch,D1,CHAI,6,,Shop,,",
        "2024-01-04,arrive,A1,CHAI,3,,,Market hall,D1",
        "2024-01-05,arrive,A1b,CHAI,1,,,Market hall › Shelf,D1",
    )
    result, said = take(*rows)
    assert (result.taken, said) == (5, {})
    found = places(db)
    assert {name: qty for name, (qty, _value) in found.items()} == {
        "Shop": 2, "Back room": 2, "In transit": 2, "Market hall": 3, "Shelf": 1,
    }  # fmt: skip
    assert sum(value for _qty, value in found.values()) == 2500
    (row,) = in_transit.in_transit(db, owner)
    assert (row.number, row.from_place, row.qty, row.overdue) == ("D1", "Shop", 2_000, True)
    assert take(*rows)[0].existing == 5
    result, said = take("2024-01-06,arrive,A2,CHAI,3,,,Market hall,D1")
    assert (result.taken, said) == (0, {2: "only 2 of CHAI are on their way of “D1”"})
    assert take("2024-01-06,arrive,D1,CHAI,2,,,Market hall,D1")[0].taken == 1  # the same reference on both papers
    assert in_transit.in_transit(db, owner) == []


def test_what_cannot_be_is_refused(db: Db, take: Take) -> None:
    result, said = take(
        BOUGHT,
        "2024-01-02,put_away,P1,CHAI,2,,Shop,Market hall,",
        "2024-01-02,put_away,P2,CHAI,2,,Shop,Shop,",
        "2024-01-02,transfer,T1,CHAI,2,,Shop,Market hall,",
        "2024-01-03,arrive,A1,CHAI,2,,,Market hall,T1",
        "2024-01-03,arrive,A2,CHAI,2,,,Market hall,D9",
        "2024-01-03,arrive,A3,CHAI,2,,,Market hall,",
        "2024-01-03,dispatch,D3,CHAI,2,,,,",
    )
    assert result.taken == 2
    assert said == {
        3: "“Shop” and “Market hall” are in two shops; write it as a transfer",
        4: "the goods would stay where they are; name two locations",
        6: "“T1” names no dispatch",
        7: "“D9” names no dispatch",
        8: "the column “of” is empty",
        9: "the column “location” is empty",
    }
    assert {name: qty for name, (qty, _value) in places(db).items()} == {"Shop": 8, "Market hall": 2}


def test_a_transfer_with_a_number_is_booked_in_where_it_is_kept(db: Db, owner: Acting, take: Take) -> None:
    market, chai = a.a_location(db, "Market hall"), a.an_item(db, "CHAI")
    receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(chai, 5, "2.00")])
    number = transfers.send_now(db, owner, TransferFields(owner.location_id, market)).transfer_id
    transfers.scan(db, owner, number, Stage.DISPATCH, [ScanLine("one", chai, a.qty(2))])
    document = transfers.dispatch(db, owner, number).document
    assert document is not None
    day = db.value("SELECT day FROM document WHERE id = ?", (document.id,))
    _result, said = take(f"{day // 10_000}-{day // 100 % 100:02}-{day % 100:02},arrive,A1,CHAI,2,,,Market hall,T-0001")
    assert said == {2: "“T-0001” is a transfer; book it in there"}
    line = db.value("SELECT id FROM document_line WHERE document_id = ?", (document.id,))
    with pytest.raises(Refused, match="sent by a transfer with a number"):
        transfer.arrive(db, owner, a.a_head(), [a.goods(chai, 2, of=line)], market, document.id)
