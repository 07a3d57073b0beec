"""Two lines for the customer: every figure whole, whatever stands beside it."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from shopstock.core import plain_text
from shopstock.core.customer_display import Frame, Moment, Row, two_lines

ROWS = (Row("Milk", "", "1.19"), Row("Gouda, aged in a cave for a very long time", "0.540 kg", "8.05"))


def test_a_sale_shows_the_row_and_the_total() -> None:
    assert two_lines(Frame(Moment.SALE, "Shop", ROWS, "9.24", shown=0)) == (
        "Milk            1.19",
        "Total           9.24",
    )
    assert two_lines(Frame(Moment.SALE, "Shop", ROWS, "9.24", shown=1)) == (
        "0.540 kg Gouda, 8.05",
        "Total           9.24",
    )


def test_paying_shows_the_change() -> None:
    assert two_lines(Frame(Moment.PAID, "Shop", total="9.24", change="0.76")) == (
        "Paid            9.24", "Change          0.76",
    )  # fmt: skip
    assert two_lines(Frame(Moment.PAID, "Shop", total="9.24"))[1].strip() == "Thank you"


def test_nothing_is_going_on() -> None:
    assert two_lines(Frame(shop="Corner & Kettle")) == ("  Corner & Kettle   ", " " * 20)


@given(
    st.text(max_size=60), st.text(alphabet="0123456789 kg×", max_size=12), st.text(alphabet="0123456789.,-", min_size=1,
    max_size=30), st.integers(8, 40), st.sampled_from(Moment),
)  # fmt: skip
def test_lines_are_as_wide_as_the_display_and_figures_are_whole(
    name: str, quantity: str, figure: str, columns: int, moment: Moment
) -> None:
    lines = two_lines(Frame(moment, name, (Row(name, quantity, figure),), figure, figure, 0), columns)
    for line in lines:
        assert plain_text.width(line) == columns
        assert not any(unicodedata.category(char).startswith("C") for char in line)
    if moment is not Moment.IDLE and len(figure) <= columns:
        assert all(line.endswith(figure) for line in lines)
