"""What each kind of evidence makes of a variance, one by one."""

from __future__ import annotations

import pytest

from shopstock.core.detective import DAY_US, Facts, Off, Receipt, Waiting, suspects
from shopstock.core.likeness import Goods, likeness
from shopstock.core.units import Instant, ItemId, LocationId, Money, Qty

TEA = Goods(ItemId(1), "10001", "Alba tea green 100", "4000001000012", Money(25_000), 7, 3, (Qty(12_000),))
TEA_BLACK = Goods(ItemId(2), "10002", "Alba tea black 100", "4000001000029", Money(25_000), 7, 3)
LAMP = Goods(ItemId(3), "20417", "Desk lamp", "4000009000011", Money(490_000), 9, 4)
PLAIN = Goods(ItemId(4), "KX77120", "Karo bowl wooden M", "", Money(29_900), None, None)
PLAIN_BLUE = Goods(ItemId(5), "QQ10482", "Karo bowl classic 250 g", "", Money(29_900), None, None)
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
        # Packs that nobody typed and that are no usual size; the book below none speaks less than a receipt that fits.
        (Facts(off(63, LAMP, expected=4), receipts=(receipt(3),)), "unit_mistake"),
        (
            Facts(off(-1_200, LAMP, expected=1_250), receipts=(receipt(1_225, 9, 2), receipt(1_250)), sales=9),
            "unit_mistake",
        ),
        (Facts(off(69, LAMP, expected=-36), receipts=(receipt(3),), sales=9, sold=Qty(50_000)), "unit_mistake"),
        (Facts(off(10), receipts=(receipt(10),), sales=9, sold=Qty(9_000)), "receiving_error"),
        (Facts(off(12), waiting=(Waiting(Qty(12_000), "Order P-9", cause="receiving_error"),)), "receiving_error"),
        (Facts(off(-3), waiting=(Waiting(Qty(-3_000), "Write-off", cause="unrecorded_damage"),)), "unrecorded_damage"),
        (Facts(off(-8), others=(off(7, place=2),)), "misplaced"),
        (Facts(off(-3, PLAIN), others=(off(3, PLAIN_BLUE),)), "mis_scan"),
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


def test_what_people_confirmed_three_times_in_a_category_turns_what_is_in_doubt() -> None:
    doubtful = Facts(off(-2), dear=Money(1_000_000))
    assert first(doubtful) == "theft"
    learned = Facts(off(-2), dear=Money(1_000_000), confirmed_category={"unrecorded_damage": 3})
    assert first(learned) == "unrecorded_damage"


def test_what_was_received_at_another_place_says_less() -> None:
    elsewhere = receipt(8)._replace(location_id=LocationId(2))
    assert first(Facts(off(-8, LAMP, cost=90_000), receipts=(elsewhere,), dear=Money(80_000))) == "theft"
    here = receipt(8)._replace(location_id=LocationId(1))
    assert first(Facts(off(-8, LAMP, cost=90_000), receipts=(here,), dear=Money(80_000))) == "receiving_error"


def test_the_only_other_line_that_is_off_by_as_much_says_more_than_one_of_many() -> None:
    others = tuple(off(3, LAMP._replace(id=ItemId(number), price=Money(number))) for number in range(10, 20))
    alone, many = (
        {one.cause: one.score for one in suspects(Facts(off(-3), others=some))}["mis_scan"]
        for some in (others[:1], others)
    )
    assert alone > many


def test_what_lies_elsewhere_may_have_been_brought_if_there_is_enough() -> None:
    plenty, little = ({LocationId(2): ("Harbour", Qty(pieces * 1_000))} for pieces in (40, 4))
    assert "misplaced" in {one.cause for one in suspects(Facts(off(20), elsewhere=plenty))}
    assert "misplaced" not in {one.cause for one in suspects(Facts(off(20), elsewhere=little))}


def test_learning_never_outweighs_what_is_on_record() -> None:
    said = {"theft": 50}
    on_record = (
        ({"others": (off(3, place=2),)}, "misplaced"),
        ({"others": (off(3, TEA_BLACK),)}, "mis_scan"),
        ({"receipts": (receipt(3, 5, 1), receipt(3, 4, 2))}, "receiving_error"),
    )
    for facts, cause in on_record:
        certain = Facts(
            off(-3), short_before=9, confirmed_item=said, confirmed_category=said, confirmed_supplier=said, **facts
        )
        assert first(certain) == cause
