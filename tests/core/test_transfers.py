"""The rules of transfers: their numbers and states, and which dispatched goods have arrived."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopstock.core import transfers
from shopstock.core.transfers import Come, Figures, OnItsWay, Pile, RowState, TransferState
from shopstock.core.units import Day, ItemId, LineId, LocationId, Qty

TEA, JAM = ItemId(1), ItemId(2)
HERE = LocationId(1)


def sent(line: int, left: int, lot: str = "", item: ItemId = TEA) -> OnItsWay:
    return OnItsWay(LineId(line), item, HERE, lot, Day(0), Qty(left))


def pile(qty: int, lot: str = "", *, damaged: bool = False, item: ItemId = TEA) -> Pile:
    return Pile(item, damaged, lot, Day(0), None, Qty(qty))


def short(found: list[Come]) -> list[tuple[int | None, str, bool, int]]:
    return [(None if one.of is None else one.of.line_id, one.pile.lot, one.pile.damaged, one.qty) for one in found]


@pytest.mark.parametrize(
    ("text", "number"),
    [("T-0012", 12), ("t12", 12), ("12", 12), (" T 7 ", 7), ("tea", None), ("", None), ("P-1", None), ("T-", None)],
)
def test_a_number_is_read_as_people_write_it(text: str, number: int | None) -> None:
    assert transfers.parse_number(text) == number


def test_a_number_is_written_and_read() -> None:
    assert transfers.transfer_number(12) == "T-0012"
    assert transfers.parse_number(transfers.transfer_number(123_456)) == 123_456


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([], TransferState.REQUESTED),
        ([Figures(requested=Qty(5))], TransferState.REQUESTED),
        ([Figures(dispatched=Qty(5))], TransferState.DISPATCHED),
        ([Figures(dispatched=Qty(5), arrived=Qty(1))], TransferState.PARTLY_ARRIVED),
        ([Figures(dispatched=Qty(5)), Figures(over=Qty(1))], TransferState.PARTLY_ARRIVED),
        ([Figures(dispatched=Qty(5), arrived=Qty(2), damaged=Qty(1), lost=Qty(1), came_back=Qty(1))],
         TransferState.ARRIVED),
    ],
)  # fmt: skip
def test_how_far_a_transfer_is_follows_from_what_was_posted(rows: list[Figures], state: TransferState) -> None:
    assert transfers.state_of(rows) == state


@pytest.mark.parametrize(
    ("state", "row", "unpacked", "expected", "words"),
    [
        ("requested", Figures(requested=Qty(6_000), counted=Qty(4_000)), False, RowState.TO_PACK, "4 of 6 packed"),
        ("requested", Figures(requested=Qty(6_000), counted=Qty(6_000)), False, RowState.PACKED, "6 of 6 packed"),
        ("requested", Figures(counted=Qty(1_000)), False, RowState.NOT_ASKED, "1 packed, not asked for"),
        ("dispatched", Figures(requested=Qty(6_000)), False, RowState.NOT_SENT, "0 of 6 sent"),
        ("dispatched", Figures(dispatched=Qty(6_000)), False, RowState.ON_ITS_WAY, "6 on the way"),
        ("partly_arrived", Figures(dispatched=Qty(6_000), arrived=Qty(4_000)), True, RowState.SHORT,
         "2 short, 4 arrived"),
        ("arrived", Figures(dispatched=Qty(2_000), arrived=Qty(2_000), over=Qty(1_000)), False, RowState.OVER,
         "2 arrived, 1 over"),
        ("arrived", Figures(dispatched=Qty(2_000), lost=Qty(2_000)), False, RowState.SETTLED, "2 lost"),
    ],
)  # fmt: skip
def test_a_row_says_how_it_stands(state: str, row: Figures, unpacked: bool, expected: RowState, words: str) -> None:
    assert transfers.row_state(TransferState(state), row, unpacked) == expected
    assert transfers.row_words(TransferState(state), row, unpacked) == words


def test_goods_are_of_their_own_lot_first_and_damaged_ones_of_what_was_sent() -> None:
    found = transfers.matched([pile(3, "b"), pile(2, damaged=True)], [sent(1, 2, "A"), sent(2, 3, "B")])
    assert short(found) == [(2, "b", False, 3), (1, "", True, 2)]
    found = transfers.matched([pile(4), pile(2, damaged=True)], [sent(1, 5)])
    assert short(found) == [(1, "", True, 2), (1, "", False, 3), (None, "", False, 1)]


def test_what_was_never_sent_is_over() -> None:
    assert short(transfers.matched([pile(2, item=JAM)], [sent(1, 5)])) == [(None, "", False, 2)]


LOTS = st.sampled_from(["", "A", "B"])


@given(
    st.lists(st.builds(pile, st.integers(1, 9), LOTS, damaged=st.booleans(), item=st.sampled_from([TEA, JAM]))),
    st.lists(st.tuples(st.integers(1, 9), LOTS, st.sampled_from([TEA, JAM]))),
)
def test_every_piece_is_matched_once(piles: list[Pile], lines: list[tuple[int, str, ItemId]]) -> None:
    way = [sent(number, left, lot, item) for number, (left, lot, item) in enumerate(lines)]
    found = transfers.matched(piles, way)
    assert all(one.qty > 0 for one in found)
    for one in piles:
        of_pile = [come for come in found if come.pile is one]
        assert sum(come.qty for come in of_pile) == one.qty
    for line in way:
        taken = [come for come in found if come.of is not None and come.of.line_id == line.line_id]
        assert sum(come.qty for come in taken) <= line.left
        assert all(come.pile.item_id == line.item_id for come in taken)
    for item in (TEA, JAM):
        over = sum(come.qty for come in found if come.of is None and come.pile.item_id == item)
        counted = sum(one.qty for one in piles if one.item_id == item)
        assert over == max(0, counted - sum(line.left for line in way if line.item_id == item))
