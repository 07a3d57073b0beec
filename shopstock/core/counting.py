"""The rules of counting: states, variance, tolerance, who counts again, which figure stands, how accurate records are.

Quantities are in 1/1,000 of the stock unit, tolerances in 1/1,000 of the book figure, money in 1/10,000.

Goods move while they are counted. A count of an item at a place runs from its first to its last entry. Whatever went or
came in between may have been counted already or not, so every figure between the lowest and the highest that this
leaves open can be right: only what lies outside is a variance. It is what no order of sale and scan can explain.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from shopstock.core.abc_classes import AbcClass
from shopstock.core.settings import Settings
from shopstock.core.text import _
from shopstock.core.units import MONEY_SCALE, ZERO_MONEY, Money, PersonId, Qty

_NUMBER = re.compile(r"(?:n[-\s]?)?0*(\d{1,15})", re.IGNORECASE)
#: A counted figure above this is asked for again: it is a code that was scanned into a quantity.
ASK_ABOVE = Qty(10_000_000)


#: Nobody is asked for another look after so many, unless somebody says so.
MOST_ROUNDS = 3


class CountKind(StrEnum):
    """What a count is made for. The value is what ``stock_count.kind`` holds."""

    FULL = "full"
    CYCLE = "cycle"
    EVENT = "event"

    @property
    def words(self) -> str:
        """The kind as people read it."""
        return {
            CountKind.FULL: _("Full count"),
            CountKind.CYCLE: _("Cycle count"),
            CountKind.EVENT: _("Count of single items"),
        }[self]


class CountState(StrEnum):
    """How far a count is. The value is what ``stock_count.state`` holds."""

    OPEN = "open"
    RECONCILING = "reconciling"
    POSTED = "posted"
    CANCELLED = "cancelled"

    @property
    def words(self) -> str:
        """The state as people read it."""
        return {
            CountState.OPEN: _("Being counted"),
            CountState.RECONCILING: _("Being reconciled"),
            CountState.POSTED: _("Posted"),
            CountState.CANCELLED: _("Cancelled"),
        }[self]


class SheetState(StrEnum):
    """How far a sheet is. The value is what ``count_sheet.state`` holds."""

    OPEN = "open"
    COUNTING = "counting"
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def words(self) -> str:
        """The state as people read it."""
        return {
            SheetState.OPEN: _("Not begun"),
            SheetState.COUNTING: _("Being counted"),
            SheetState.DONE: _("Done"),
            SheetState.CANCELLED: _("Cancelled"),
        }[self]


class LineState(StrEnum):
    """What a line of a closed count waits for. The value is what ``count_line.state`` holds."""

    RECOUNT = "recount"
    EXPLAIN = "explain"
    APPROVE = "approve"
    READY = "ready"
    POSTED = "posted"

    @property
    def words(self) -> str:
        """The state as people read it."""
        return {
            LineState.RECOUNT: _("To be counted again"),
            LineState.EXPLAIN: _("Needs a root cause"),
            LineState.APPROVE: _("Needs approval"),
            LineState.READY: _("Ready to post"),
            LineState.POSTED: _("Posted"),
        }[self]


class Step(StrEnum):
    """What was done with a count or a line of it. The value is what ``count_step.step`` holds."""

    STARTED = "started"
    SHEET_DONE = "sheet_done"
    SHEET_REOPENED = "sheet_reopened"
    CLOSED = "closed"
    VARIANCE = "variance"
    RECOUNT = "recount"
    EVIDENCE = "evidence"
    CAUSE = "cause"
    ACTION = "action"
    ACTION_DONE = "action_done"
    APPROVAL = "approval"
    POSTED = "posted"
    MASTER_RECORD = "master_record"
    CANCELLED = "cancelled"


def number_words(number: int) -> str:
    """Return the number that people know a count by: ``N-0007``."""
    return f"N-{number:04d}"


def number_in(text: str) -> int | None:
    """Return the count of a number as it is shown or typed (``N-0007``, ``7``); ``None`` for other words."""
    found = _NUMBER.fullmatch(text.strip())
    return None if found is None else int(found[1])


@dataclass(frozen=True, slots=True)
class Scope:
    """What a count takes in: everything below these places, and only these categories; empty means all."""

    places: tuple[int, ...] = ()
    categories: tuple[int, ...] = ()

    def to_text(self) -> str:
        """Write the scope as the text that the table stores."""
        return json.dumps({"places": list(self.places), "categories": list(self.categories)}, sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> Scope:
        """Read what :meth:`to_text` wrote; nothing means everything."""
        told = json.loads(text) if text else {}
        return cls(tuple(told.get("places", ())), tuple(told.get("categories", ())))


class Moment(NamedTuple):
    """One entry of an item at a place: how much, and what the ledger had at that position."""

    ledger_position: int
    qty: Qty
    on_hand: Qty


class Counted(NamedTuple):
    """What the entries of one round come to: the figure, and the lowest and highest that would be right."""

    qty: Qty
    low: Qty
    high: Qty
    first_position: int
    last_position: int


def counted(moments: Sequence[Moment], moved: Sequence[Qty] = ()) -> Counted:
    """Add up the entries of an item at a place; ``moved`` is what came (+) and went (-) from the first to the last.

    What went may have been counted before it went or not, and so may what came: the lowest right figure has all that
    went gone uncounted, the highest all that came counted.
    """
    first = min(moments, key=lambda moment: moment.ledger_position)
    positions = [moment.ledger_position for moment in moments]
    return Counted(
        Qty(sum(moment.qty for moment in moments)),
        Qty(first.on_hand + sum(qty for qty in moved if qty < 0)),
        Qty(first.on_hand + sum(qty for qty in moved if qty > 0)),
        min(positions), max(positions),
    )  # fmt: skip


def variance(qty: Qty, low: Qty, high: Qty) -> Qty:
    """Return what no order of sale and scan explains: 0 within the bounds, else the way to the nearer one, signed."""
    if qty < low:
        return Qty(qty - low)
    return Qty(max(qty - high, 0))


def tolerance_of(settings: Settings, abc: AbcClass) -> int:
    """Return the tolerance of a class in 1/1,000 of the book figure."""
    return {
        AbcClass.A: settings.count_tolerance_a,
        AbcClass.B: settings.count_tolerance_b,
        AbcClass.C: settings.count_tolerance_c,
    }[abc]


def allowed(book: Qty, per_mille: int, *, whole: bool = True) -> Qty:
    """Return the largest variance that still is a hit: ⌊book · tolerance⌋, so that small books must match exactly.

    Goods counted in ``whole`` units are floored to them: 0.5 % of 300 pieces is 1 piece. A book of 0 or less must be
    matched exactly.
    """
    if book <= 0:
        return Qty(0)
    return Qty(book * per_mille // 1_000_000 * 1_000 if whole else book * per_mille // 1_000)


def is_hit(
    off: Qty, book: Qty, per_mille: int, *, whole: bool = True, value: Money = ZERO_MONEY, floor: Money = ZERO_MONEY
) -> bool:
    """Tell whether a line counts as right: within tolerance, or worth (``value``) no more than the floor in money."""
    if abs(off) <= allowed(book, per_mille, whole=whole):
        return True
    return book > 0 and floor > 0 and abs(value) <= floor


class Accepted(NamedTuple):
    """Which round's figure stands; ``round`` 0: it has to be counted once more."""

    round: int
    why: str


def accept(figures: Sequence[Qty | None], wanted: int) -> Accepted:
    """Choose among the variances of the rounds so far (``None``: not counted in that round).

    ``wanted`` is how many rounds the rules ask for. Two rounds that agree settle it; two that differ ask for a third,
    and of three that all differ the last stands, as it was counted knowing that the others were in doubt.
    """
    told = [(round, figure) for round, figure in enumerate(figures, 1) if figure is not None]
    if len(told) < wanted:
        return Accepted(0, _("To be counted again."))
    if len(told) <= 1:
        return Accepted(told[0][0], "") if told else Accepted(0, _("Nobody has counted it."))
    last_round, last = told[-1]
    for round, figure in told[:-1]:
        if figure == last:
            return Accepted(last_round, _("Rounds {one} and {other} agree.").format(one=round, other=last_round))
    if len(told) < 3:
        return Accepted(0, _("The two counts differ: a third look is needed."))
    for (one, figure), (other, same) in pairwise(told):
        if figure == same:
            return Accepted(other, _("Rounds {one} and {other} agree.").format(one=one, other=other))
    return Accepted(last_round, _("All counts differ: the last one stands."))


def may_count(person: PersonId, earlier: frozenset[PersonId], *, alone: bool) -> bool:
    """Tell whether a person may count again what others counted: never one's own figures, but in a shop of one."""
    return alone or person not in earlier


class Interval(NamedTuple):
    """A share with its 95 % interval, each in 1/10,000 (9,792 = 97.92 %); ``None`` when nothing was counted."""

    share: int
    low: int
    high: int


#: z of a two-sided 95 % interval.
_Z = Fraction(1_959_964, 1_000_000)


def wilson(hits: int, lines: int) -> Interval | None:
    """Return hits / lines with its Wilson score interval (Wilson 1927): 47 of 48 is 97.9 %, 89.1-99.6."""
    if lines <= 0:
        return None
    z = float(_Z)
    share = hits / lines
    middle = share + z * z / (2 * lines)
    spread = z * math.sqrt(share * (1 - share) / lines + z * z / (4 * lines * lines))
    scale = 1 + z * z / lines

    def as_figure(value: float) -> int:
        return min(max(round(value * 10_000), 0), 10_000)

    return Interval(as_figure(share), as_figure((middle - spread) / scale), as_figure((middle + spread) / scale))


class Accuracy(NamedTuple):
    """Inventory accuracy, three ways that are never mixed.

    ``records``: lines within tolerance of lines counted (the target figure). ``gross`` and ``net``: what the lines are
    off, of what the book had, in money and 1/10,000; ``None`` where the book had nothing.
    """

    lines: int
    hits: int
    records: Interval | None
    gross: int | None
    net: int | None
    off_gross: Money
    off_net: Money
    book_value: Money


def accuracy(lines: int, hits: int, book_value: Money, off_gross: Money, off_net: Money) -> Accuracy:
    """Put the three figures together from sums over counted lines."""
    known = book_value > 0
    return Accuracy(
        lines, hits, wilson(hits, lines),
        (off_gross * 10_000 + book_value // 2) // book_value if known else None,
        (off_net * 10_000 + book_value // 2) // book_value if known else None,
        off_gross, off_net, book_value,
    )  # fmt: skip


def ratio(qty: Qty, book: Qty) -> int | None:
    """Return counted / book of one line in 1/10,000: may exceed 10,000; never summed, since sums hide errors."""
    return None if book <= 0 else (qty * 10_000 + book // 2) // book


def limit(settings: Settings, role: str) -> Money:
    """Return up to what absolute value a person of that role may let a variance be posted without approval."""
    whole = {
        "owner": settings.count_limit_owner,
        "inventory_manager": settings.count_limit_manager,
        "stockroom": settings.count_limit_stockroom,
    }.get(role, 0)
    return Money(whole * MONEY_SCALE)
