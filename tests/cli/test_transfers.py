"""Transfers from the command line: from the request to the end, and what of it is on its way."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Shopstock

Rows = Callable[..., Path]


@pytest.fixture
def stocked(shopstock: Shopstock, history: Rows) -> Shopstock:
    path = history(
        "2026-03-01,goods_receipt,R1,TEA,10,2.00,,,,,,,",
        "2026-03-01,goods_receipt,R1,JAM,4,3.00,,,,,,,",
        "2026-03-01,goods_receipt,R2,OIL,1,1.00,,Market hall,,,,,",
    )
    assert shopstock("import", "history", path).code == 0
    return shopstock


def test_from_the_request_to_the_end(stocked: Shopstock) -> None:
    asked = stocked("transfer", "request", "--from", "Shop", "--to", "Market hall", "TEA=6", "JAM=2")
    assert (asked.code, asked.out) == (0, "T-0001: requested\n")
    assert stocked("transfer", "dispatch", "T-0001").out == "T-0001: dispatched\n"
    report = json.loads(stocked("report", "in-transit", "--format", "json").out)
    assert [(row["number"], row["sku"], row["quantity"], row["value"]) for row in report["rows"]] == [
        ("T-0001", "JAM", "2", "6.00"), ("T-0001", "TEA", "6", "12.00"),
    ]  # fmt: skip
    assert stocked("transfer", "arrive", "1", "TEA=3", "--damaged", "JAM=1").out == "T-0001: partly arrived\n"
    shown = stocked("transfer", "show", "t1").out
    assert "3 short, 3 arrived" in shown
    assert "1 short, 1 damaged" in shown
    assert stocked("transfer", "settle", "1", "TEA=3", "--came-back").out == "T-0001: partly arrived\n"
    assert stocked("transfer", "settle", "1", "JAM=1", "--lost", "theft").out == "T-0001: arrived\n"
    assert "T-0001" not in stocked("transfer", "list").out
    assert "Arrived" in stocked("transfer", "list", "--all").out
    assert json.loads(stocked("report", "in-transit", "--format", "json").out)["rows"] == []
    assert stocked("check").code == 0


def test_only_what_is_named_is_sent_and_a_request_can_be_cancelled(stocked: Shopstock) -> None:
    stocked("transfer", "request", "--from", "Shop", "--to", "Market hall", "--by", "2026-04-01", "TEA=6", "JAM=2")
    assert stocked("transfer", "dispatch", "1", "TEA=4").code == 0
    shown = stocked("transfer", "show", "1").out
    assert "4 of 6 sent" in shown
    assert "0 of 2 sent" in shown
    stocked("transfer", "request", "--from", "Market hall", "OIL=1")
    assert stocked("transfer", "cancel", "2").out == "T-0002: cancelled\n"


@pytest.mark.parametrize(
    "wrong",
    [
        ("request", "--from", "Shop", "--to", "Shop", "TEA=1"), ("request", "--from", "Nowhere", "TEA=1"),
        ("request", "--from", "Market hall", "TEA"), ("request", "--from", "Market hall", "TEA=x"),
        ("request", "--from", "Market hall", "COFFEE=1"), ("request", "--from", "Market hall", "TEA=0"),
        ("request", "--from", "Market hall", "--by", "soon", "TEA=1"), ("show", "T-9"), ("show", "tea"),
        ("dispatch", "9"), ("settle", "9", "TEA=1"), ("settle", "9", "TEA=1", "--came-back", "--lost", "theft"),
    ],
)  # fmt: skip
def test_wrong_questions_are_answered_in_a_sentence(stocked: Shopstock, wrong: tuple[str, ...]) -> None:
    said = stocked("transfer", *wrong)
    assert said.code == 2
    assert said.err.strip()
    assert stocked("transfer", "list", "--all").out.count("T-0") == 0
