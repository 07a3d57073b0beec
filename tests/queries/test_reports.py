"""The six reports: their columns, what they add up, and the moments they speak of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.units import Money
from shopstock.db.connection import Db
from shopstock.formats.report_files import text_of
from shopstock.queries import report_stock, reports
from shopstock.queries.report_query import ReportQuery
from shopstock.services import exchange_history

TRADE = """at,event,reference,sku,quantity,unit_cost,unit_price,location,to_location,cause,of,party,amount
2023-11-30T23:59:59,opening,O1,CHAI,10,2.50
2023-12-02T10:00,goods_receipt,GR1,CHAI,10,3.00
2024-01-03T09:00,sale,S1,CHAI,12,,4.99
2024-01-03T18:00,sale,S2,CHAI,1,,4.99
2024-01-04T11:00,customer_return,R1,CHAI,2,,,,,,S1
2024-01-05T11:00,transfer,T1,CHAI,3,,,Shop,Backroom
2024-01-06T11:00,write_off,W1,CHAI,1,,,Backroom,,damaged
2024-02-01T00:00,sale,S3,TEA,4,,1.25,Backroom
2024-02-10T00:00,goods_receipt,GR2,TEA,10,0.33333
"""


@pytest.fixture
def traded(db: Db, owner: Acting, tmp_path: Path) -> Db:
    """A shop with three months of trade, one sale of it before the goods were booked in."""
    (tmp_path / "trade.csv").write_text(TRADE)
    assert exchange_history.import_history(db, owner, tmp_path / "trade.csv").refused == 0
    return db


Ask = Callable[..., list[list[str]]]


@pytest.fixture
def ask(traded: Db, owner: Acting) -> Ask:
    """Ask a report and return its cells as text, the line of totals last."""

    def run(
        name: str, *, as_of: str = "", since: str = "", until: str = "", sku: str = "", at: str = ""
    ) -> list[list[str]]:
        start, end = reports.period(since, until)
        query = ReportQuery(
            as_of=reports.moment(as_of) if as_of else None,
            since=start,
            until=end,
            item_id=reports.item_named(traded, sku) if sku else None,
            location_id=reports.location_named(traded, at) if at else None,
        )
        answer = reports.run(traded, owner, reports.named(name), query)
        cells = [[text_of(c.kind, value) for c, value in zip(answer.columns, row, strict=True)] for row in answer.rows]
        total = [text_of(c.kind, answer.total[c.name]) for c in answer.columns if c.summed]
        return [*cells, total]

    return run


def test_every_report_has_the_columns_it_is_known_for() -> None:
    assert {name: ",".join(column.name for column in report.columns) for name, report in reports.REPORTS.items()} == {
        "valuation": "sku,name,on_hand,unit_cost,value",
        "places": "shop,place,sku,name,on_hand,allocated,value",
        "abc": "abc,sku,name,value,share,cumulative,pinned",
        "count-list": "shop,place,sku,name,abc,reason,last_counted,counted",
        "count-workload": "shop,abc,items,counts_a_year,in_a_year,a_day",
        "accuracy": "abc,lines,right,records,low,high,gross,net",
        "variances": (
            "day,number,sku,name,place,abc,expected,counted,variance,value,cause,note,counted_by,approved_by"
        ),
        "accuracy-by": "by,of,lines,right,records,low,high,gross,net",
        "count-recurrences": "by,of,times,net,gross,last",
        "count-actions": "action_id,action,sku,name,cause,owner,due,state,done,outcome",
        "opening": "finding,sku,name,place,counted,expected,value,told",
        "stock": "sku,name,location,on_hand,available,in_transit,value",
        "cogs": "sku,quantity,cogs",
        "sales": "sku,name,quantity,gross,net,tax,discount,cogs,margin",
        "movements": "at,document,kind,location,quantity,value,on_hand,pool_value",
        "journal": "date,document,account,debit,credit",
        "expiry": "sku,name,lot,expires,days_left,location,on_hand,value",
        "purchase-orders": (
            "order,state,supplier,location,made,sent,expected,quantity,received,open,currency,amount,value"
        ),
        "on-order": "sku,name,order,supplier,sent,expected,quantity,received,in_transit,open,value",
        "low-stock": (
            "sku,name,available,in_transit,on_order,in_drafts,reorder_point,order_up_to,supplier,suggested,price,currency"
        ),
        "goods-receipts": "date,document,supplier,order,sku,name,location,quantity,value,invoiced",
        "uninvoiced": "date,document,supplier,order,sku,name,quantity,value",
        "returns": "sku,name,quantity,given_back,cost,share,without_receipt",
        "returns-by-cause": "cause,quantity,given_back,cost,share,without_receipt",
        "returns-by-person": "person,quantity,given_back,cost,share,without_receipt",
        "write-offs": "cause,quantity,value,before,change",
        "set-aside": "place,sku,name,quantity,value,since,days,why,document",
        "in-transit": "number,origin,target,sku,name,quantity,value,dispatched,days,expected,overdue",
        "store-credit": "voucher,customer,issued,amount,spent,left,age",
        "kpi": "figure,value,unit,before,target,met,formula,note",
        "sales-by-day": "day,net,net_before,margin,margin_before,customers,basket",
        "sales-by-hour": "weekday,hour,receipts,net",
        "sales-by-category": "category,quantity,net,before,cogs,margin,rate,share",
        "sales-by-person": "person,sales,net,basket,given,given_rate",
        "payments": "method,times,amount,share",
        "tax": "rate,net,tax,gross",
        "discounts": "day,document,person,sku,name,before,discount,rate",
        "margins": "sku,name,net,cogs,margin,rate,mark_up",
        "velocity": "sku,name,category,rate,before,trend,lines,season,on_hand,cover",
        "item-health": (
            "sku,name,category,abc,rate,trend,on_hand,cover,net,margin,turns,gmroi,last_sold,dusty,ties_up,season"
        ),
        "category-health": "category,items,net,margin,rate,stock,average,turns,days,gmroi,sell_through",
        "dead-stock": "sku,name,category,on_hand,value,last_sold,days",
        "stock-age": "age,items,quantity,value,share",
        "stock-value": "day,value",
        "stockouts": "sku,name,abc,since,days,rate,lost,on_order,expected",
        "reorder": (
            "sku,name,supplier,order,packs,rate,lead,safety,reorder_point,order_up_to,on_hand,coming,price,currency,why"
        ),
        "service": "money,service,which",
        "backtest": "policy,promised,achieved,money,more,items,days",
        "lead-times": "supplier,orders,days,spread,told,on_time,late",
        "seasonality": "week,net,last_year,factor",
        "shrinkage": "kind,cause,quantity,value,rate",
        "price-changes": "at,sku,name,old,new,change,person",
        "drawer-openings": "at,station,person,approved_by,reason",
        "z-history": "z_number,station,opened,closed,person,expected,counted,over_short",
        "purchases": "supplier,receipts,value,share",
    }


def test_valuation_now(ask: Ask) -> None:
    assert ask("valuation") == [
        ["CHAI", "CHAI", "8", "3.00", "24.00"], ["TEA", "TEA", "6", "0.3333", "2.00"], ["14", "26.00"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "on_hand", "value"),
    [
        ("2023-11-29", None, None),
        ("2023-11-30", "10", "25.00"),
        ("2023-11-30T23:59:58", None, None),
        ("2023-11-30T23:59:59", "10", "25.00"),
        ("2023-12-01", "10", "25.00"),
        ("2023-12-31", "20", "55.00"),
        ("2024-01-03T09:00", "8", "24.00"),
        ("2024-01-03T10:00:00+01:00", "8", "24.00"),
        ("2024-01-03", "7", "21.00"),
        ("2024-01-31", "8", "24.00"),
        ("2024-02-05", "8", "24.00"),
    ],
)
def test_valuation_at_any_moment(ask: Ask, moment: str, on_hand: str | None, value: str | None) -> None:
    rows = {row[0]: row for row in ask("valuation", as_of=moment)[:-1]}
    found = rows.get("CHAI")
    assert (on_hand, value) == (None, None) if found is None else (found[2], found[4]) == (on_hand, value)


def test_goods_sold_before_they_were_booked_in_are_worth_what_is_expected_of_them(ask: Ask) -> None:
    assert ask("valuation", as_of="2024-02-05", sku="TEA")[0] == ["TEA", "TEA", "-4", "0.00", "0.00"]


def test_stock_by_place_splits_the_value_of_the_pool(ask: Ask) -> None:
    assert ask("stock", sku="CHAI") == [
        ["CHAI", "CHAI", "Backroom", "2", "2", "0", "6.00"],
        ["CHAI", "CHAI", "Shop", "6", "6", "0", "18.00"],
        ["8", "8", "0", "24.00"],
    ]
    assert ask("stock", as_of="2024-01-05", at="Backroom")[:-1] == [["CHAI", "CHAI", "Backroom", "3", "3", "0", "9.00"]]
    assert ask("valuation", at="shop", sku="chai")[0] == ["CHAI", "CHAI", "6", "3.00", "18.00"]


@pytest.mark.parametrize(
    ("since", "until", "quantity", "cost"),
    [
        ("", "", "11", "28.00"),
        ("2024-01-03", "2024-01-03", "13", "34.00"),
        ("2024-01-03T09:00", "2024-01-03T09:00", "12", "31.00"),
        ("2024-01-03T09:00:01", "2024-01-04", "-1", "-3.00"),
        ("2024-01-01", "2024-01-03T17:00", "12", "31.00"),
        ("", "2024-01-03T12:00", "12", "31.00"),
        ("2024-01-03T12:00", "", "-1", "-3.00"),
        ("2024-01-04", "2024-01-31", "-2", "-6.00"),
    ],
)
def test_cost_of_goods_sold_of_any_period(ask: Ask, since: str, until: str, quantity: str, cost: str) -> None:
    assert ask("cogs", since=since, until=until, sku="CHAI")[0] == ["CHAI", quantity, cost]


def test_a_true_up_belongs_to_the_day_of_the_goods_receipt(ask: Ask) -> None:
    assert ask("cogs", since="2024-02-01", until="2024-02-01") == [["TEA", "4", "0.00"], ["4", "0.00"]]
    assert ask("cogs", since="2024-02-10", until="2024-02-10") == [["TEA", "0", "1.3333"], ["0", "1.3333"]]
    assert ask("cogs", since="2024-02-09T12:00", until="2024-02-10T12:00")[0] == ["TEA", "0", "1.3333"]
    assert ask("cogs", at="Backroom") == [["TEA", "4", "0.00"], ["4", "0.00"]]


def test_sales_with_tax_and_margin(ask: Ask) -> None:
    chai = ask("sales", since="2024-01-01", until="2024-01-31")[0]
    assert chai == ["CHAI", "CHAI", "11", "54.89", "45.74", "9.15", "0.00", "28.00", "17.74"]
    partial = ask("sales", since="2024-01-01T00:00:01", until="2024-01-31T12:00")[0]
    assert partial == chai
    assert ask("sales", since="2024-01-01", until="2024-01-31", at="Shop")[0] == chai


def test_movements_run_over_the_whole_shop(ask: Ask) -> None:
    rows = ask("movements", sku="CHAI", since="2024-01-03", until="2024-01-05")
    assert [row[1:] for row in rows[:-1]] == [
        ["1-3", "sale", "Shop", "-12", "-31.00", "8", "24.00"],
        ["1-4", "sale", "Shop", "-1", "-3.00", "7", "21.00"],
        ["1-5", "customer_return", "Shop", "2", "6.00", "9", "27.00"],
        ["1-6", "transfer", "Shop", "-3", "0.00", "6", "27.00"],
        ["1-6", "transfer", "Backroom", "3", "0.00", "9", "27.00"],
    ]
    assert rows[0][0] == "2024-01-03T09:00:00+00:00"
    whole = ask("movements", sku="CHAI")
    assert whole[4][1:] == rows[2][1:]
    assert whole[-2][-2:] == ask("valuation", sku="CHAI")[0][2::2]
    assert [row[1] for row in ask("movements", sku="CHAI", at="Backroom")[:-1]] == ["1-6", "1-7"]
    assert {row[0] for row in ask("movements")[:-1]} == {"CHAI", "TEA"}


def test_the_journal_balances(ask: Ask) -> None:
    *rows, (debit, credit) = ask("journal")
    assert debit == credit
    assert ["2023-11-30", "1-1", "inventory", "25.00", "0.00"] in rows
    january = ask("journal", since="2024-01-01", until="2024-01-31")
    assert {row[1] for row in january[:-1]} == {"1-3", "1-4", "1-5", "1-7"}
    assert january[-1][0] == january[-1][1]


def test_costs_are_for_those_who_may_see_them(traded: Db, owner: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    report = reports.named("sales")
    with pytest.raises(NotAllowed):
        reports.run(traded, replace(owner, role=Role.CASHIER), report, ReportQuery())
    from shopstock.core import acting as rights

    seeing = rights.ROLES[Role.OWNER] - {rights.Permission.SEE_COST}
    monkeypatch.setitem(rights.ROLES, Role.OWNER, seeing)
    answer = reports.run(traded, owner, report, ReportQuery())
    assert [column.name for column in answer.columns] == ["sku", "name", "quantity", "gross", "net", "tax", "discount"]
    assert {len(row) for row in answer.rows} == {7}
    assert "cogs" not in answer.total


@pytest.mark.parametrize("text", ["", "soon", "2024", "2024-13-01", "2024-01", "20240101T99", "1/2/2024"])
def test_what_is_no_date_is_told(text: str) -> None:
    with pytest.raises(Refused, match="no date"):
        reports.moment(text)


@pytest.mark.parametrize(
    ("value", "quantities"),
    [(100, [1, 1, 1]), (-100, [-1, -1, -1]), (12, [10, -4]), (7, [0, 3]), (0, [4, -4]), (10, [5, -8, 1]), (1, [1] * 7)],
)
def test_a_value_is_split_without_loss(value: int, quantities: list[int]) -> None:
    parts = report_stock.split(value, quantities)
    assert sum(parts) == (value if sum(quantities) else 0)
    whole = sum(quantities)
    for part, qty in zip(parts, quantities, strict=True):
        assert not whole or abs(part - value * qty / whole) < 1
    assert report_stock.split(100, [1, 1, 1]) == [Money(34), Money(33), Money(33)]
