"""The rules of transfers: their states, what a row of one shows, and which dispatched goods have arrived.

Quantities are in stock units. What leaves a place is on its way at once; of that, every piece arrives, arrives damaged,
comes back or is lost. What came beyond it is "over" and comes straight from the sender. See ``services/transfers``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from shopstock.core import names
from shopstock.core.receiving import Condition
from shopstock.core.text import _
from shopstock.core.units import ZERO_QTY, Day, ItemId, LineId, LocationId, Qty, format_qty

_NUMBER = re.compile(r"(?:t[-\s]?)?0*(\d{1,15})", re.IGNORECASE)
#: The cause on a posted line of goods that arrived damaged.
DAMAGED = "damaged"


class TransferState(StrEnum):
    """How far a transfer is. The value is what ``transfer.state`` holds."""

    REQUESTED = "requested"
    DISPATCHED = "dispatched"
    PARTLY_ARRIVED = "partly_arrived"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"

    @property
    def words(self) -> str:
        """The state as people read it."""
        return {
            TransferState.REQUESTED: _("Requested"),
            TransferState.DISPATCHED: _("Dispatched"),
            TransferState.PARTLY_ARRIVED: _("Partly arrived"),
            TransferState.ARRIVED: _("Arrived"),
            TransferState.CANCELLED: _("Cancelled"),
        }[self]


#: Transfers that somebody still works on.
OPEN_STATES = (TransferState.REQUESTED, TransferState.DISPATCHED, TransferState.PARTLY_ARRIVED)
#: Transfers whose goods are on their way.
ON_THE_WAY = (TransferState.DISPATCHED, TransferState.PARTLY_ARRIVED)


class Stage(StrEnum):
    """What a posted document, or a scan, does for a transfer; scans are of the first two."""

    DISPATCH = "dispatch"
    ARRIVE = "arrive"
    CAME_BACK = "came_back"
    LOST = "lost"


class Settle(StrEnum):
    """What became of goods that did not arrive."""

    CAME_BACK = "came_back"
    LOST = "lost"


class RowState(StrEnum):
    """How an item of a transfer stands."""

    TO_PACK = "to_pack"
    PACKED = "packed"
    NOT_ASKED = "not_asked"
    NOT_SENT = "not_sent"
    ON_ITS_WAY = "on_its_way"
    SHORT = "short"
    DAMAGED = "damaged"
    OVER = "over"
    ARRIVED = "arrived"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class TransferFields:
    """The head of a transfer: from which place to which, and by when it is wanted."""

    from_id: LocationId
    to_id: LocationId
    note: str = ""
    expected_day: Day | None = None


@dataclass(frozen=True, slots=True)
class ScanLine:
    """One scan while packing or unpacking: ``qty`` of an item in the stock unit, negative to take a scan back.

    ``key`` names the scan: the same key counts once. ``location_id`` is where the goods are taken from, or where they
    are put; unset: where the book has them, or where they belong. Damaged goods are only told of at arrival.
    """

    key: str
    item_id: ItemId
    qty: Qty
    code: str = ""
    condition: Condition = Condition.GOOD
    lot: str = ""
    expires: Day | None = None
    location_id: LocationId | None = None
    note: str = ""


class Figures(NamedTuple):
    """What is known of an item of a transfer. ``counted`` and ``damaged_now`` are scanned and not yet posted."""

    requested: Qty = ZERO_QTY
    dispatched: Qty = ZERO_QTY
    arrived: Qty = ZERO_QTY
    damaged: Qty = ZERO_QTY
    over: Qty = ZERO_QTY
    lost: Qty = ZERO_QTY
    came_back: Qty = ZERO_QTY
    counted: Qty = ZERO_QTY
    damaged_now: Qty = ZERO_QTY

    @property
    def in_transit(self) -> Qty:
        """What was dispatched and has neither arrived nor been settled."""
        return Qty(self.dispatched - self.arrived - self.damaged - self.lost - self.came_back)


def transfer_number(number: int) -> str:
    """Write the number of a transfer as people know it."""
    return f"T-{number:04d}"


def parse_number(text: str) -> int | None:
    """Read a transfer's number as people write it (``T-0012``, ``t12``, ``12``); ``None`` for anything else."""
    found = _NUMBER.fullmatch(text.strip())
    return int(found[1]) if found else None


def state_of(rows: Iterable[Figures]) -> TransferState:
    """Tell how far a transfer is by what was posted of its items; ``REQUESTED`` when nothing was dispatched."""
    listed = list(rows)
    if not any(row.dispatched for row in listed):
        return TransferState.REQUESTED
    if not any(row.in_transit for row in listed):
        return TransferState.ARRIVED
    came = any(row.dispatched != row.in_transit or row.over for row in listed)
    return TransferState.PARTLY_ARRIVED if came else TransferState.DISPATCHED


def row_state(state: TransferState, row: Figures, unpacked: bool) -> RowState:
    """Tell how an item stands; ``unpacked``: everything that came was counted, so the rest is short."""
    if state in (TransferState.REQUESTED, TransferState.CANCELLED):
        if not row.requested:
            return RowState.NOT_ASKED
        return RowState.PACKED if row.counted >= row.requested else RowState.TO_PACK
    if row.in_transit > 0:
        return RowState.SHORT if unpacked else RowState.ON_ITS_WAY
    if row.damaged:
        return RowState.DAMAGED
    if row.over:
        return RowState.OVER
    if not row.dispatched:
        return RowState.NOT_SENT if row.requested else RowState.NOT_ASKED
    return RowState.SETTLED if row.lost or row.came_back else RowState.ARRIVED


def row_words(state: TransferState, row: Figures, unpacked: bool) -> str:
    """Say in a few words how an item stands: "4 of 6 packed", "0 of 6 sent", "2 short, 1 damaged"."""
    counted = Qty(row.counted + row.damaged_now)
    if state in (TransferState.REQUESTED, TransferState.CANCELLED):
        if not row.requested:
            return _("{qty} packed, not asked for").format(qty=format_qty(counted))
        return _("{qty} of {requested} packed").format(qty=format_qty(counted), requested=format_qty(row.requested))
    said: list[str] = []
    if row.requested > row.dispatched:
        said.append(
            _("{qty} of {requested} sent").format(qty=format_qty(row.dispatched), requested=format_qty(row.requested))
        )
    if counted:
        said.append(_("{qty} counted").format(qty=format_qty(counted)))
    if row.in_transit:
        words = _("{qty} short") if unpacked else _("{qty} on the way")
        said.append(words.format(qty=format_qty(row.in_transit)))
    for qty, words in (
        (row.arrived, _("{qty} arrived")), (row.damaged, _("{qty} damaged")), (row.over, _("{qty} over")),
        (row.came_back, _("{qty} came back")), (row.lost, _("{qty} lost")),
    ):  # fmt: skip
        if qty:
            said.append(words.format(qty=format_qty(qty)))
    return ", ".join(said)


class OnItsWay(NamedTuple):
    """So much of a dispatched line, of one lot, that has neither arrived nor been settled.

    ``from_id`` is where it left; a lot without code and day is not known.
    """

    line_id: LineId
    item_id: ItemId
    from_id: LocationId
    lot: str
    expires: Day
    left: Qty


class Pile(NamedTuple):
    """What was scanned of an item: in one condition, of one lot, at one place (``None``: nobody said)."""

    item_id: ItemId
    damaged: bool
    lot: str
    expires: Day
    location_id: LocationId | None
    qty: Qty


class Come(NamedTuple):
    """So much of a pile that came of a dispatched line; of none (``of`` is ``None``) when it is over."""

    pile: Pile
    of: OnItsWay | None
    qty: Qty


def matched(piles: Iterable[Pile], sent: Sequence[OnItsWay]) -> list[Come]:
    """Say of which dispatched line each pile is: of its own lot first, then of any; the rest is over.

    Damaged goods are of what was dispatched before good ones are, so that what is over is good as far as it can be.
    """
    by_item: dict[ItemId, list[list[OnItsWay]]] = {}
    for one in sent:
        by_item.setdefault(one.item_id, []).append([one])
    found: list[Come] = []
    rest: list[tuple[Pile, int]] = []
    for pile in sorted(piles, key=lambda pile: not pile.damaged):
        same = [cell for cell in by_item.get(pile.item_id, ()) if pile.lot or pile.expires if _same(pile, cell[0])]
        rest.append((pile, _take(pile, int(pile.qty), same, found)))
    for pile, wanted in rest:
        over = _take(pile, wanted, by_item.get(pile.item_id, ()), found)
        if over:
            found.append(Come(pile, None, Qty(over)))
    return found


def _same(pile: Pile, one: OnItsWay) -> bool:
    if names.key(pile.lot) != names.key(one.lot):
        return False
    return not pile.expires or not one.expires or pile.expires == one.expires


def _take(pile: Pile, wanted: int, cells: Sequence[list[OnItsWay]], found: list[Come]) -> int:
    """Match a pile with what is on its way, and take it off there; return what is left of the pile."""
    for cell in cells:
        one = cell[0]
        part = min(wanted, one.left)
        if part > 0:
            cell[0] = one._replace(left=Qty(one.left - part))
            wanted -= part
            found.append(Come(pile, one, Qty(part)))
    return wanted
