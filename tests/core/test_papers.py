"""Papers keep every field through JSON, and damaged JSON is refused with a sentence."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest

from shopstock.core import papers
from shopstock.core.outcome import BadFile
from shopstock.core.papers import (
    CashMove,
    CashReport,
    CommandSheet,
    DrawerPulse,
    MethodTotal,
    ReceiptLine,
    SalesReceipt,
    SheetCommand,
    StoreCreditVoucher,
    TaxLine,
    TenderLine,
    TestPage,
)  # fmt: skip
from shopstock.core.units import Money, Qty

RECEIPT = SalesReceipt(
    number="1-10418", at="2026-11-23 16:48", currency="GBP", total=Money(274_000), shop_name="Ćma & Söhne 茶",
    shop_lines=("1 High Street",), header=("Open daily",), title="Sale", cashier="Ana", station="Till 1",
    customer="Bo", subtotal=Money(274_000), tax_on_top=True,
    lines=(ReceiptLine("Chai \x1bp", Qty(2500), "kg", Money(10_000), Money(5), Money(24_995), "A", "10%"),),
    taxes=(TaxLine("A", "20%", Money(1), Money(2), Money(3)),), tenders=(TenderLine("Cash", Money(5), "r"),),
    change=Money(7), rounding=Money(-2), footer=("Thank you",), copy=2, practice=True,
    customer_lines=("2 Low Road",), credit_lines=("Voucher",), logo="ab12",
)  # fmt: skip
REPORT = CashReport(
    number="1-10500", at="2026-11-23 20:00", currency="GBP", final=True, shift_number=7, opened="08:00",
    closed="20:00", shop_name="S", shop_lines=("a",), station="Till 1", cashier="Ana", opening_float=Money(1),
    gross_sales=Money(2), returns=Money(3), discounts=Money(4), methods=(MethodTotal("Cash", 3, Money(5)),),
    taxes=RECEIPT.taxes, moves=(CashMove("09:00", "milk", Money(-6), "Bo"),), expected=Money(8), counted=Money(9),
    over_short=Money(1), sale_count=1, return_count=2, void_count=3, no_sale_count=4, grand_total=Money(10),
    chain_head="ab12", copy=1, practice=True,
)  # fmt: skip
VOUCHER = StoreCreditVoucher(
    "V-000123-4821", "2026-11-23 16:48", "GBP", Money(150_000), "1-10418", "S", ("a",), ("b",), "Ana", 1, True, "ab12"
)
ALL = [RECEIPT, VOUCHER, REPORT, DrawerPulse("no sale", 1),
       TestPage("S", "receipt-printer", "tcp://h", "now", ("48",), "SHOP-1", True),
       CommandSheet("S", (SheetCommand("$PAY", "Pay"),), "Till")]  # fmt: skip


@pytest.mark.parametrize("paper", ALL, ids=papers.kind_of)
def test_every_field_survives_the_round_trip(paper: papers.Paper) -> None:
    for field in fields(paper):
        assert getattr(paper, field.name) != field.default, f"{field.name} would not be tested"
    text = papers.to_json(paper)
    assert papers.from_json(text) == paper
    assert json.loads(text)["kind"] == papers.kind_of(paper)


def test_defaults_are_left_out_and_come_back() -> None:
    paper = SalesReceipt(number="1-1", at="x", currency="GBP", lines=(), total=Money(0))
    assert "footer" not in papers.to_json(paper)
    assert papers.from_json(papers.to_json(paper)) == paper


def test_a_blind_report_keeps_its_unknown_figures() -> None:
    paper = CashReport(number="", at="x", currency="GBP", final=False, shift_number=1, opened="y")
    back = papers.from_json(papers.to_json(paper))
    assert back == paper
    assert isinstance(back, CashReport)
    assert back.expected is None


def test_fields_of_a_later_version_are_ignored() -> None:
    data = json.loads(papers.to_json(DrawerPulse("x"))) | {"later": [1]}
    assert papers.from_json(json.dumps(data)) == DrawerPulse("x")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", '{"kind":"poster"}', '{"kind":"drawer_pulse"}', '{"kind":"drawer_pulse","reason":3}',
     '{"kind":"drawer_pulse","reason":"x","pin":"0"}', '{"kind":"command_sheet","shop_name":"x","commands":"abc"}'],
)  # fmt: skip
def test_damaged_jobs_are_refused(text: str) -> None:
    with pytest.raises(BadFile, match="print the paper again"):
        papers.from_json(text)


def test_copies_are_counted_on_papers_that_carry_the_mark() -> None:
    assert papers.as_copy(RECEIPT, 3) == papers.from_json(papers.to_json(RECEIPT).replace('"copy":2', '"copy":3'))
    assert papers.as_copy(DrawerPulse("x"), 3) == DrawerPulse("x")
