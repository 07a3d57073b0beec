"""Lots at the one door: which lots the movements of a batch brought and took, decided as they are written.

Only items that are tracked by lots come here. At every place the lots of an item add up to at most what is on hand (to
nothing when it was oversold); the rest has an unknown lot.

* What comes in makes or joins the lot that its line names.
* What goes out is of the lot that its line names (in a transfer then of an unknown one), then of the lots that the
  line it refers to brought there (a supplier return, an arrival from transit), then first expired first; what is sold,
  of those that have not expired first.
* A customer return of a named sale goes back to the lots that left with it, the last one first.
* A transfer carries its lots along; what had an unknown lot joins the one that its line names. A count that names a lot
  says of what lot everything without a known one is.
* A reversal undoes what its line moved of each lot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from shopstock.core import lots, names
from shopstock.core.document import DraftLine
from shopstock.core.lots import Holding
from shopstock.db.connection import Db

_HELD = (
    "SELECT o.item_id, o.id, o.code, o.expires, l.location_id, l.on_hand FROM lot o "
    "JOIN lot_level l ON l.lot_id = o.id WHERE o.item_id IN ({marks}) AND l.on_hand > 0"
)
_ON_HAND = "SELECT item_id, location_id, on_hand FROM stock_level WHERE item_id IN ({marks})"
# A line, what refers to it, and what refers to that: a sale, its returns, and a reversal of one of those.
_FAMILY = (
    "SELECT v.lot_id, v.location_id, SUM(v.qty), MIN(o.item_id), MIN(o.code), MIN(o.expires) "
    "FROM (SELECT id, document_id FROM document_line WHERE id = ? "
    "UNION SELECT id, document_id FROM document_line WHERE of_line_id = ? "
    "UNION SELECT r.id, r.document_id FROM document_line r JOIN document_line l ON r.of_line_id = l.id "
    "WHERE l.of_line_id = ?) f "
    "JOIN stock_movement m ON m.document_id = f.document_id AND m.line_id = f.id "
    "JOIN lot_movement v ON v.movement_id = m.id JOIN lot o ON o.id = v.lot_id "
    "GROUP BY v.lot_id, v.location_id ORDER BY MIN(v.id)"
)
_SAME_CODE = "SELECT id, expires FROM lot WHERE item_id = ? AND code = ? ORDER BY id"
_NEW = (
    "INSERT INTO lot (item_id, code, expires, created_at) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (item_id, code, expires) DO UPDATE SET code = excluded.code RETURNING id"
)
_LEVEL = (
    "INSERT INTO lot_level (lot_id, location_id, on_hand) VALUES (?, ?, ?) "
    "ON CONFLICT (lot_id, location_id) DO UPDATE SET on_hand = lot_level.on_hand + excluded.on_hand"
)
_MOVEMENT = "INSERT INTO lot_movement (movement_id, lot_id, location_id, qty) VALUES (?, ?, ?, ?)"
_SERIAL = "INSERT INTO serial_number (item_id, number, number_key, line_id, at) VALUES (?, ?, ?, ?, ?)"


class Moved(NamedTuple):
    """A movement of quantity, as it waits to be written."""

    id: int
    location_id: int
    qty: int


class LotLine(NamedTuple):
    """A decided line of an item that is tracked by lots, with what it moved."""

    id: int
    line: DraftLine
    moved: tuple[Moved, ...]
    day: int
    posted_at: int


class _Part(NamedTuple):
    """What a line moved of a lot at a place, in this batch."""

    line_id: int
    of_line_id: int
    lot_id: int
    location_id: int
    qty: int


def lot_line(
    line_id: int, line: DraftLine, movements: Iterable[Sequence[Any]], day: int, posted_at: int
) -> LotLine:  # fmt: skip
    """Return a line with those of its movements (``chain.MOVEMENT``) that are about quantity."""
    moved = (Moved(row[0], row[4], row[6]) for row in movements if row[5] not in ("cost_adjustment", "price_variance"))
    return LotLine(line_id, line, tuple(moved), day, posted_at)


def serials(line_id: int, line: DraftLine, at: int) -> list[tuple[Any, ...]]:
    """Return the rows of the serial numbers that a line names."""
    numbers = [lots.clean_serial(serial) for serial in line.serials]
    return [(line.item_id, number, names.key(number), line_id, at) for number in numbers]


def write_serials(db: Db, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write the :func:`serials` that lines name."""
    db.run_many(_SERIAL, rows)


def write(db: Db, lines: Sequence[LotLine]) -> None:
    """Decide and write the lots of lines, in their order; call it before the levels of the same batch are written."""
    _Shelves(db, sorted({one.line.item_id for one in lines})).write(lines)


class _Shelves:
    """The lots of some items, place by place, as a batch moves them."""

    def __init__(self, db: Db, item_ids: Sequence[int]) -> None:
        self._db = db
        self._lots: dict[int, tuple[int, str, int]] = {}
        self._held: dict[tuple[int, int], dict[int, int]] = {}
        self._on_hand: dict[tuple[int, int], int] = {}
        self._parts: list[_Part] = []
        self._movements: list[tuple[int, int, int, int]] = []
        for start in range(0, len(item_ids), 500):
            ids = item_ids[start : start + 500]
            marks = ", ".join("?" * len(ids))
            for item_id, lot_id, code, expires, place, qty in db.rows(_HELD.format(marks=marks), ids):
                self._lots[lot_id] = (item_id, code, expires)
                self._held.setdefault((item_id, place), {})[lot_id] = qty
            for item_id, place, qty in db.rows(_ON_HAND.format(marks=marks), ids):
                self._on_hand[item_id, place] = qty

    def write(self, lines: Sequence[LotLine]) -> None:
        for one in lines:
            self._decide(one)
        levels: dict[tuple[int, int], int] = {}
        for _movement, lot_id, place, qty in self._movements:
            levels[lot_id, place] = levels.get((lot_id, place), 0) + qty
        if self._movements:
            self._db.run_many(_LEVEL, [(*key, qty) for key, qty in sorted(levels.items())])
            self._db.run_many(_MOVEMENT, self._movements)

    # -- one line -----------------------------------------------------------------------------------------------------

    def _decide(self, one: LotLine) -> None:
        carried: list[tuple[int, int]] = []
        for moved in one.moved:
            place = (one.line.item_id, moved.location_id)
            self._on_hand[place] = self._on_hand.get(place, 0) + moved.qty
            if one.line.kind == "reversal":
                self._undo(one, moved)
            elif moved.qty < 0:
                carried = self._out(one, moved)
            elif moved.qty > 0:
                self._in(one, moved, carried)
            if one.line.kind == "count" and (one.line.lot or one.line.expires):
                self._put(one, moved, self._named(one), self._room(place))

    def _out(self, one: LotLine, moved: Moved) -> list[tuple[int, int]]:
        """Take lots out; return what was taken of each."""
        line, left = one.line, -moved.qty
        held = self._holdings(line.item_id, moved.location_id)
        taken: dict[int, int] = {}
        if line.of_line_id is not None and not (line.lot or line.expires):
            brought = self._family(line.of_line_id, moved.location_id)
            limited = [lot._replace(qty=min(lot.qty, brought.get(lot.lot_id, 0))) for lot in held]
            taken = dict(lots.take(left, limited))
            left -= sum(taken.values())
            held = [lot._replace(qty=lot.qty - taken.get(lot.lot_id, 0)) for lot in held]
        if line.kind == "transfer" and (line.lot or line.expires):
            # Of goods that somebody looked at: what the lot does not cover was of an unknown one, not of another.
            place = (line.item_id, moved.location_id)
            unknown = max(0, self._on_hand[place] - moved.qty) - sum(lot.qty for lot in held)
            own = [lot for lot in held if lots.is_named(lot, line.lot, line.expires)]
            taken = dict(lots.take(left, own))
            left -= sum(taken.values())
            left -= min(left, max(0, unknown))
            held = [lot._replace(qty=lot.qty - taken.get(lot.lot_id, 0)) for lot in held]
        today = one.day if line.kind == "sale" else 0
        for lot_id, qty in lots.take(left, held, line.lot, line.expires, today):
            taken[lot_id] = taken.get(lot_id, 0) + qty
        for lot_id, qty in taken.items():
            self._move(one, moved, lot_id, -qty)
        return list(taken.items())

    def _in(self, one: LotLine, moved: Moved, carried: list[tuple[int, int]]) -> None:
        """Put goods into their lots, as far as they are on hand."""
        line, left = one.line, moved.qty
        if line.kind == "transfer":
            wanted = list(carried)
            if line.lot or line.expires:  # of goods that were of an unknown lot until now
                wanted.append((self._named(one), left))
        elif line.lot or line.expires:
            wanted = [(self._named(one), left)]
        elif line.of_line_id is not None:
            wanted = [(lot_id, -qty) for lot_id, qty in reversed(self._family(line.of_line_id).items())]
        else:
            return
        for lot_id, qty in wanted:
            part = min(qty, left)
            if part > 0:
                left -= part
                self._put(one, moved, lot_id, part)

    def _undo(self, one: LotLine, moved: Moved) -> None:
        """Move back what a line moved of each lot at a place; then see that the lots are on hand."""
        line = one.line
        place = (line.item_id, moved.location_id)
        assert line.of_line_id is not None
        for lot_id, qty in self._family(line.of_line_id, moved.location_id).items():
            if qty < 0:
                self._put(one, moved, lot_id, -qty)
            elif qty:
                held = self._held.get(place, {}).get(lot_id, 0)
                self._move(one, moved, lot_id, -min(qty, held))
        for lot_id, qty in lots.take(max(0, -self._room(place)), self._holdings(*place)):
            self._move(one, moved, lot_id, -qty)

    # -- what is where ------------------------------------------------------------------------------------------------

    def _holdings(self, item_id: int, location_id: int) -> list[Holding]:
        held = self._held.get((item_id, location_id), {})
        return [Holding(lot_id, *self._lots[lot_id][1:], qty) for lot_id, qty in held.items()]

    def _room(self, place: tuple[int, int]) -> int:
        """Return how much on hand at a place is of no known lot; negative when the lots are more than that."""
        return max(0, self._on_hand.get(place, 0)) - sum(self._held.get(place, {}).values())

    def _put(self, one: LotLine, moved: Moved, lot_id: int, qty: int) -> None:
        room = self._room((one.line.item_id, moved.location_id))
        self._move(one, moved, lot_id, max(0, min(qty, room)))

    def _move(self, one: LotLine, moved: Moved, lot_id: int, qty: int) -> None:
        place = (one.line.item_id, moved.location_id)
        if not qty or (qty < 0 and -qty > self._held.get(place, {}).get(lot_id, 0)):
            return
        held = self._held.setdefault(place, {})
        held[lot_id] = held.get(lot_id, 0) + qty
        self._parts.append(_Part(one.id, one.line.of_line_id or 0, lot_id, moved.location_id, qty))
        self._movements.append((moved.id, lot_id, moved.location_id, qty))

    def _named(self, one: LotLine) -> int:
        """Return the lot that a line names: the one with that code and day, the only one with that code, a new one."""
        line = one.line
        code, expires = lots.clean_code(line.lot), lots.check_expires(line.expires)
        known: list[tuple[int, int]] = self._db.rows(_SAME_CODE, (line.item_id, code))
        for known_id, day in known:
            if day == expires or (not expires and len(known) == 1):
                self._lots[known_id] = (line.item_id, code, day)
                return known_id
        lot_id = int(self._db.value(_NEW, (line.item_id, code, expires, one.posted_at)))
        self._lots[lot_id] = (line.item_id, code, expires)
        return lot_id

    def _family(self, of_line_id: int, location_id: int | None = None) -> dict[int, int]:
        """Return what a posted line and all that came of it moved of each lot, by place or everywhere, oldest first."""
        found: dict[int, int] = {}
        for lot_id, place, qty, item_id, code, expires in self._db.rows(_FAMILY, (of_line_id,) * 3):
            if location_id in (None, place):
                self._lots[lot_id] = (item_id, code, expires)
                found[lot_id] = found.get(lot_id, 0) + int(qty)
        for part in self._parts:
            if of_line_id in (part.line_id, part.of_line_id) and location_id in (None, part.location_id):
                found[part.lot_id] = found.get(part.lot_id, 0) + part.qty
        return found
