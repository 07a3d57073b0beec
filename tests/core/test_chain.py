"""The texts of rows join into the same seal, whatever people write into them."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from shopstock.core import chain

WORDS = st.one_of(st.text(max_size=12), st.sampled_from(["],[", "]],[[", '"],["', "\\", "],[],["]))
ROWS = st.lists(st.tuples(st.integers(), st.none() | st.integers(), WORDS, WORDS).map(list), max_size=5)


@given(ROWS)
def test_the_texts_of_rows_are_the_rows(rows: list[list[object]]) -> None:
    assert [json.loads(f"[{text}]") for text in chain.texts(rows)] == rows


@given(ROWS)
def test_a_seal_from_texts_is_the_seal_of_the_rows(rows: list[list[object]]) -> None:
    lines = [[number, 7, number, None, "oversold", *row] for number, row in enumerate(rows)]
    ends = chain.texts([line[5:] for line in lines])
    document, movements = [1, "sale", "before"], [[1, 2], [3, 4]]
    rest = ([(7, 1, 5, 5, 0, "")], [(7, "cash", "", 5), (7, "sales", "", -5)])
    assert chain.seal(document, lines, movements, *rest, ends) == chain.seal(document, lines, movements, *rest)


@given(ROWS, ROWS)
def test_other_lines_have_another_fingerprint(one: list[list[object]], other: list[list[object]]) -> None:
    prints = [chain.fingerprint(["sale"], chain.texts(rows), [0]) for rows in (one, other)]
    assert (prints[0] == prints[1]) == (one == other)
