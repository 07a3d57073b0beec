"""The reports against the bare movements and the journal, at moments and over periods that nobody chose."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from shopstock.core.acting import Acting
from shopstock.core.units import Money
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import report_journal, report_sales, report_stock, reports
from shopstock.queries.movements import movements
from shopstock.queries.report_query import ReportQuery
from shopstock.services import exchange_history, reverse
from tests import builders as a

#: Clocks go back on 25 October 2026 in London: the day has 25 hours, and half past one comes twice.
LONG_DAY = """at,event,reference,sku,quantity,unit_cost,unit_price
2025-10-01T09:00,goods_receipt,G,TEA,100,1,
2025-10-25T23:59:59.999999,sale,S0,TEA,1,,2
2025-10-26T00:00,sale,S1,TEA,2,,2
2025-10-26T01:30:00+01:00,sale,S2,TEA,4,,2
2025-10-26T01:30:00+00:00,sale,S3,TEA,8,,2
2025-10-26T23:59:59.999999,sale,S4,TEA,16,,2
2025-10-27T00:00,sale,S5,TEA,32,,2
"""


def _imported(db: Db, owner: Acting, tmp_path: Path, text: str) -> None:
    (tmp_path / "history.csv").write_text(text)
    reasons: list[str] = []
    exchange_history.import_history(
        db, owner, tmp_path / "history.csv", refused=lambda line, reason: reasons.append(f"{line}: {reason}")
    )
    assert reasons == []


def _period(since: str, until: str) -> ReportQuery:
    start, end = reports.period(since, until)
    return ReportQuery(since=start, until=end)


def test_a_day_of_25_hours_is_whole(db: Db, owner: Acting, tmp_path: Path) -> None:
    _imported(db, owner, tmp_path, LONG_DAY)
    day = _period("2025-10-26", "2025-10-26")
    assert [row.quantity for row in report_sales.cogs(db, day)] == [30_000]
    assert [row.quantity for row in report_sales.sales(db, day)] == [30_000]
    assert sum(row.debit for row in report_journal.journal(db, day) if row.account == "cogs") == 300_000
    assert [-row.quantity for row in movements(db, day)] == [2_000, 4_000, 8_000, 16_000]
    (row,) = report_stock.valuation(db, ReportQuery(as_of=reports.moment("2025-10-26")))
    assert row.on_hand == 69_000
    (row,) = report_stock.valuation(db, ReportQuery(as_of=reports.moment("2025-10-26T01:30:00+01:00")))
    assert row.on_hand == 93_000
    hours = db.rows("SELECT hour, lines FROM sales_hour WHERE day = 20251026 ORDER BY hour")
    assert hours == [(0, 1), (1, 2), (23, 1)]
    part = _period("2025-10-26T01:00:00+01:00", "2025-10-26T01:30:00+00:00")
    assert [row.quantity for row in report_sales.cogs(db, part)] == [12_000]


def _history(chance: random.Random) -> str:
    """Half a year at random: three items, two places, everything there is, some of it oversold."""
    rows = ["at,event,reference,sku,quantity,unit_cost,unit_price,location,to_location,cause,of,amount"]
    at = datetime(2025, 9, 3, 8, 0)
    sold: list[tuple[str, str, int]] = []
    received: list[str] = []
    for number in range(140):
        at += timedelta(hours=chance.choice((1, 5, 30, 60)), microseconds=chance.randrange(10**6))
        sku, qty = chance.choice("ABC"), chance.randint(1, 9)
        place = chance.choice(("Shop", "Cellar"))
        kind = chance.choice(
            ("goods_receipt", "sale", "sale", "sale", "return", "transfer", "write_off", "count", "late")
        )
        name, when = f"{kind} {number}", at.isoformat()
        if kind == "goods_receipt":
            rows.append(f"{when},goods_receipt,{name},{sku},{qty * 2},{chance.randint(1, 700) / 100},,{place}")
            received.append(name)
        elif kind == "sale":
            rows.append(f"{when},sale,{name},{sku},{qty},,{chance.randint(100, 900) / 100},{place}")
            sold.append((name, sku, qty))
        elif kind == "return" and sold:
            of, sku, qty = sold.pop(chance.randrange(len(sold)))
            rows.append(f"{when},customer_return,{name},{sku},{chance.randint(1, qty)},,,{place},,,{of}")
        elif kind == "transfer":
            rows.append(f"{when},transfer,{name},{sku},{qty},,,Shop,Cellar")
        elif kind == "write_off":
            rows.append(f"{when},write_off,{name},{sku},{qty},,,{place},,mouse")
        elif kind == "count":
            rows.append(f"{when},count,{name},{sku},{qty},,,{place}")
        elif kind == "late" and received:
            rows.append(f"{when},landed_cost,{name},,,,,,,,{chance.choice(received)},{chance.randint(1, 900) / 100}")
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("costing", ["fifo", "average"])
@pytest.mark.parametrize("seed", [1, 2])
def test_reports_say_what_movements_and_journal_say(
    db: Db, owner: Acting, tmp_path: Path, costing: str, seed: int
) -> None:
    chance = random.Random(seed)
    _imported(db, owner, tmp_path, _history(chance))
    for (document,) in db.rows("SELECT id FROM document WHERE kind = 'write_off' ORDER BY id DESC LIMIT 2"):
        reverse.reverse(db, owner, a.a_head(), document)
    times = [at for (at,) in db.rows("SELECT occurred_at FROM document ORDER BY occurred_at")]
    for _moment in range(25):
        at = chance.choice(times) + chance.choice((-1, 0, 1, 86_400_000_000))
        text = clock.to_local(at).isoformat() if chance.random() < 0.6 else clock.to_local(at).date().isoformat()
        _state_agrees(db, text)
        other = clock.to_local(chance.choice(times)).isoformat()
        _flow_agrees(db, *sorted((text, other if len(text) > 10 else other[:10])))


def _state_agrees(db: Db, text: str) -> None:
    query = ReportQuery(as_of=reports.moment(text))
    bare = {
        sku: (qty, value)
        for sku, qty, value in db.rows(
            "SELECT i.sku, SUM(m.qty), SUM(m.value) FROM stock_movement m JOIN item i ON i.id = m.item_id"
            " WHERE m.occurred_at < ? GROUP BY i.sku",
            (query.end,),
        )
    }
    assert {row.sku: (row.on_hand, row.value) for row in report_stock.valuation(db, query)} == bare
    places: dict[str, list[Money]] = {}
    for row in report_stock.stock(db, query):
        places.setdefault(row.sku, []).append(row.value)
    assert {sku: sum(values) for sku, values in places.items()} == {
        sku: value for sku, (qty, value) in bare.items()
    }  # fmt: skip
    latest = {row.sku: (row.on_hand, row.pool_value) for row in movements(db, ReportQuery(until=query.as_of))}
    assert latest == bare


def _flow_agrees(db: Db, since: str, until: str) -> None:
    query = _period(since, until)
    journal = report_journal.journal(db, query)

    def booked(account: str) -> int:
        return sum(entry.debit - entry.credit for entry in journal if entry.account == account)

    assert sum(entry.debit for entry in journal) == sum(entry.credit for entry in journal)
    sales = report_sales.sales(db, query)
    assert sum(row.cogs for row in report_sales.cogs(db, query)) == booked("cogs") == sum(row.cogs for row in sales)
    assert sum(row.net for row in sales) == -booked("sales")
    assert sum(row.tax for row in sales) == -booked("tax")
    assert all(row.margin == row.net - row.cogs and row.gross == row.net + row.tax for row in sales)
    assert sum(row.value for row in movements(db, query)) == booked("inventory")
    by_place = [0, 0, 0]
    for (place,) in db.rows("SELECT id FROM location"):
        for row in report_sales.sales(db, ReportQuery(since=query.since, until=query.until, location_id=place)):
            by_place = [a + b for a, b in zip(by_place, (row.quantity, row.net, row.cogs), strict=True)]
    assert by_place == [sum(row.quantity for row in sales), -booked("sales"), booked("cogs")]
