"""What each kind of evidence makes of a variance, one by one."""

from __future__ import annotations

import pytest

from shopstock.core.detective import DAY_US, Facts, Goods, Off, Receipt, Waiting, likeness, suspects
from shopstock.core.units import Instant, ItemId, LocationId, Money, Qty

TEA = Goods(ItemId(1), "10001", "Alba tea green 100", "4000001000012", Money(25_000), 7, 3, (Qty(12_000),))
TEA_BLACK = Goods(ItemId(2), "10002", "Alba tea black 100", "4000001000029", Money(25_000), 7, 3)
LAMP = Goods(ItemId(3), "20417", "Desk lamp", "4000009000011", Money(490_000), 9, 4)
NOW = Instant(1_790_000_000_000_000)


def off(pieces: int, goods: Goods = TEA, place: int = 1, expected: int = 20, cost: int = 10_000) -> Off:
    book, qty = Qty(expected * 1_000), Qty(pieces * 1_000)
    return Off(goods, LocationId(place), f"Place {place}", qty, book, Qty(book + qty), Money(cost), NOW)


def receipt(pieces: int, days_ago: int = 5, document: int = 1, ordered: int | None = None) -> Receipt:
    wanted = None if ordered is None else Qty(ordered * 1_000)
    return Receipt(
        document, f"1-{document}", "Wholesale", Qty(pieces * 1_000), Instant(NOW - days_ago * DAY_US), wanted
    )


def first(facts: Facts) -> str:
    return suspects(facts)[0].cause


def test_what_is_not_off_has_no_suspects() -> None:
    assert suspects(Facts(off(0))) == ()


@pytest.mark.parametrize(
    ("facts", "cause"),
    [
        (Facts(off(-3), others=(off(3, TEA_BLACK),)), "mis_scan"),
        (Facts(off(-3), others=(off(3, place=2),)), "misplaced"),
        (Facts(off(-12), receipts=(receipt(12, 5, 1), receipt(12, 4, 2))), "receiving_error"),
        (Facts(off(44), receipts=(receipt(4),)), "unit_mistake"),
        (Facts(off(-22), receipts=(receipt(24),)), "unit_mistake"),
        (Facts(off(6), receipts=(receipt(6, ordered=12),)), "receiving_error"),
        (Facts(off(15, expected=-15), sales=30, sold=Qty(60_000)), "receiving_error"),
        (Facts(off(-6), waiting=(Waiting(Qty(-6_000), "Transfer T-9", True),)), "misplaced"),
        (Facts(off(-6), waiting=(Waiting(Qty(-6_000), "The parked sale Ferry"),)), "data_entry"),
        (Facts(off(-33, expected=50, cost=90_000), dear=Money(80_000)), "unit_mistake"),
        (Facts(off(1), sales=9, sold=Qty(11_000)), "unrecorded_return"),
        (Facts(off(-3, cost=90_000), dear=Money(80_000)), "theft"),
        (Facts(off(-2), expires_soon=True), "unrecorded_damage"),
        (Facts(off(180, expected=20)), "data_entry"),
    ],
)
def test_the_evidence_names_the_cause(facts: Facts, cause: str) -> None:
    assert first(facts) == cause


def test_a_twin_receipt_names_both_documents() -> None:
    told = suspects(Facts(off(-12), receipts=(receipt(12, 5, 71), receipt(12, 4, 72))))[0]
    assert told.documents == (71, 72)
    assert "1-71, 1-72" in told.words


def test_an_equal_figure_on_another_kind_of_goods_says_little() -> None:
    assert first(Facts(off(1), others=(off(-1, LAMP),), sales=5, sold=Qty(6_000))) == "unrecorded_return"
    assert likeness(TEA, LAMP) < 200
    assert likeness(TEA, TEA_BLACK) > 700


def test_what_is_short_again_and_again_is_suspected_more() -> None:
    plain = {one.cause: one.score for one in suspects(Facts(off(-2)))}
    again = {one.cause: one.score for one in suspects(Facts(off(-2), short_before=2))}
    assert again["theft"] > plain["theft"]


def test_what_people_confirmed_in_a_category_turns_what_is_in_doubt() -> None:
    doubtful = Facts(off(-2), dear=Money(1_000_000))
    assert first(doubtful) == "theft"
    learned = Facts(off(-2), dear=Money(1_000_000), confirmed_category={"unrecorded_damage": 4})
    assert first(learned) == "unrecorded_damage"


def test_learning_never_outweighs_what_is_on_record() -> None:
    certain = Facts(off(-3), others=(off(3, place=2),), confirmed_item={"theft": 50}, confirmed_category={"theft": 90})
    assert first(certain) == "misplaced"
