"""What the customer sees while a sale is made: on a second screen, or on a display of two lines.

Never the cost, the stock, or the name of another customer. A figure is never cut: the words beside it give way.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shopstock.core import plain_text
from shopstock.core.text import _


class Moment(StrEnum):
    """What is going on at the till."""

    IDLE = "idle"
    SALE = "sale"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the sale as text: what it is, how much of it (empty for one piece), and its amount."""

    name: str
    quantity: str
    amount: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What is shown. ``rows`` are the rows of the sale in their order; ``total`` and ``change`` are text.

    ``shown`` is the place in ``rows`` of the one that was added or changed last, -1 when there is none.
    """

    moment: Moment = Moment.IDLE
    shop: str = ""
    rows: tuple[Row, ...] = ()
    total: str = ""
    change: str = ""
    shown: int = -1


def two_lines(frame: Frame, columns: int = 20) -> tuple[str, str]:
    """Return a frame as two lines of exactly so many columns."""
    if frame.moment is Moment.PAID:
        second = _pair(_("Change"), frame.change, columns) if frame.change else _centred(_("Thank you"), columns)
        return _pair(_("Paid"), frame.total, columns), second
    if frame.moment is Moment.SALE and frame.rows:
        row = frame.rows[frame.shown if -len(frame.rows) <= frame.shown < len(frame.rows) else -1]
        words = f"{row.quantity} {row.name}".strip()
        return _pair(words, row.amount, columns), _pair(_("Total"), frame.total, columns)
    return _centred(frame.shop, columns), " " * columns


def _pair(words: str, figure: str, columns: int) -> str:
    figure = plain_text.clean(figure)
    room = columns - plain_text.width(figure) - 1
    if room < 0:
        return figure[-columns:].rjust(columns)
    left = _cut(plain_text.clean(words), room)
    return left + " " * (columns - plain_text.width(left) - plain_text.width(figure)) + figure


def _centred(words: str, columns: int) -> str:
    cut = _cut(plain_text.clean(words).strip(), columns)
    spare = columns - plain_text.width(cut)
    return " " * (spare // 2) + cut + " " * (spare - spare // 2)


def _cut(words: str, room: int) -> str:
    while words and plain_text.width(words) > room:
        words = words[:-1]
    return words
