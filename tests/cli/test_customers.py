"""Customers on the command line."""

from __future__ import annotations

from tests.cli.conftest import Shopstock


def test_a_customer_is_added_shown_and_erased(shopstock: Shopstock) -> None:
    made = shopstock("customer", "add", "Bo Berg", "--card", "K-1", "--tax-number", "DK1")
    assert made.out.splitlines() == ["C-0001  Bo Berg"]
    assert shopstock("customer", "add", "Bo Holm").code == 0
    assert "C-0001  Bo Berg" in shopstock("customer", "list", "berg").out
    shown = shopstock("customer", "show", "K-1")
    assert shown.code == 0
    assert "DK1" in shown.out
    several = shopstock("customer", "show", "bo")
    assert several.code == 2
    assert "names several customers" in several.err
    gone = shopstock("customer", "erase", "C-0001", "--yes")
    assert gone.code == 0
    assert "C-0001" in gone.out
    assert "No customer is called berg" in shopstock("customer", "show", "berg").err
    assert "Berg" not in shopstock("customer", "list").out
