"""The rows of a write-off as they stand: what the database said last, and what was scanned here since.

A reading that begins when a scan is written holds that scan already: it replaces what the scan added here. So a scan
shows at once, and those of another desk come with the next reading.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from shopstock.core.lots import clean_code
from shopstock.core.text import _
from shopstock.core.units import NO_DAY, ItemId, LocationId, Money, Qty
from shopstock.core.write_offs import RowId
from shopstock.queries.causes import Cause
from shopstock.queries.lots import LotHere
from shopstock.queries.write_offs import WriteOff, WriteOffRow
from shopstock.services.write_offs import WriteOffLine
from shopstock.ui import format as fmt
from shopstock.ui.scanning.since import Since


class Card(NamedTuple):
    """What is known of an item that was scanned."""

    sku: str
    name: str
    unit: str
    tracks: str
    code: str


class Row(NamedTuple):
    """One row on show. ``id`` is unset for a code that nobody knows; ``value`` where costs may be seen and are read."""

    key: str
    id: RowId | None
    name: str
    second: str
    unit: str
    cause: str
    place: str
    qty: Qty
    value: Money | None
    needs_evidence: bool
    beyond: Qty
    tracks_lots: bool
    lots: tuple[LotHere, ...]
    code: str

    @property
    def unknown(self) -> bool:
        """Tell whether the code of the row is nobody's."""
        return self.id is None

    @property
    def tone(self) -> str | None:
        """Say whether somebody has to look: a code that is nobody's, or no cause yet."""
        return "bad" if self.id is None or not self.id.cause else None


def key_of(row: RowId) -> str:
    """Return the key of a row."""
    return "|".join(("r", *map(str, row)))


class Tally(Since[WriteOffLine]):
    """The rows. ``place`` is where a scan without a place of its own belongs."""

    def __init__(self, place: LocationId) -> None:
        super().__init__()
        self.place = place
        self.rows: list[Row] = []
        self.write_off: WriteOff | None = None
        self.cards: dict[ItemId, Card] = {}
        self.causes: dict[str, Cause] = {}
        self.places: dict[LocationId, str] = {}
        self._unknown: Counter[str] = Counter()

    # -- what changes it --------------------------------------------------------------------------------------------

    def take_over(self, write_off: WriteOff, known: set[str]) -> None:
        """Take what was read; ``known`` are the lines that it holds."""
        self._read_holds(known)
        self.write_off = write_off
        self.place = write_off.location_id
        for row in write_off.rows:
            before = self.cards.get(row.id.item_id)
            code = before.code if before is not None else ""
            self.cards[row.id.item_id] = Card(row.sku, row.name, row.unit, row.tracks, code)
        self.rebuild()

    def add(self, line: WriteOffLine) -> None:
        """Add one line."""
        self._since.append(line)
        self.rebuild()

    def take_off(self, line: WriteOffLine) -> None:
        """Take a line off that the database refused."""
        self._let_go(line)
        self.rebuild()

    def add_unknown(self, code: str, qty: int) -> None:
        """Note a code that nobody knows, so often in thousandths; 0 or less in all drops it."""
        self._unknown[code] += qty
        if self._unknown[code] <= 0:
            del self._unknown[code]
        self.rebuild()

    def unknown(self, code: str) -> Qty:
        """Return how often a code was scanned that nobody knows."""
        return Qty(self._unknown[code])

    # -- what it says -----------------------------------------------------------------------------------------------

    def row_id(self, line: WriteOffLine) -> RowId:
        """Return the row that a line belongs to."""
        place = self.place if line.location_id is None else line.location_id
        return RowId(line.item_id, line.cause, place, clean_code(line.lot), line.expires or NO_DAY)

    def row(self, key: str) -> Row | None:
        """Return the row of a key."""
        return next((row for row in self.rows if row.key == key), None)

    @property
    def evidence(self) -> int:
        """How many photos and files are attached."""
        return len(self.write_off.evidence) if self.write_off is not None else 0

    @property
    def lacking(self) -> list[Row]:
        """The rows whose cause asks for evidence while there is none."""
        return [row for row in self.rows if row.needs_evidence and not self.evidence]

    @property
    def value(self) -> Money | None:
        """What the rows are worth, as far as it is read; ``None`` while nothing is or costs may not be seen."""
        values = [row.value for row in self.rows if row.value is not None]
        return Money(sum(values)) if values else None

    def rebuild(self) -> None:
        """Put the rows together again."""
        read = {row.id: row for row in self.write_off.rows} if self.write_off is not None else {}
        sums: dict[RowId, int] = {id_: row.qty for id_, row in read.items()}
        for line in self._since:
            id_ = self.row_id(line)
            sums[id_] = sums.get(id_, 0) + line.qty
        unknown = [
            Row(f"u{code}", None, _("Unknown code"), code, "", "", "", Qty(qty), None, False, Qty(0), False, (), code)
            for code, qty in self._unknown.items()
        ]
        self.rows = [*unknown, *(self._shown(id_, Qty(qty), read.get(id_)) for id_, qty in sums.items() if qty)]

    def _shown(self, id_: RowId, qty: Qty, read: WriteOffRow | None) -> Row:
        card = self.cards[id_.item_id]
        cause = self.causes.get(id_.cause)
        second = [card.sku]
        if id_.lot:
            second.append(_("lot {lot}").format(lot=id_.lot))
        if id_.expires:
            second.append(_("good until {day}").format(day=fmt.day(id_.expires)))
        same = read is not None and read.qty == qty
        return Row(
            key_of(id_), id_, card.name, " · ".join(second), "" if card.unit == "piece" else card.unit,
            cause.name if cause is not None else (read.cause if read is not None else id_.cause),
            read.place if read is not None else self.places.get(id_.location_id, ""), qty,
            read.value if same and read is not None else None,
            cause.needs_evidence if cause is not None else bool(read is not None and read.needs_evidence),
            read.beyond if read is not None else Qty(0), card.tracks == "lot", read.lots if read is not None else (),
            card.code or card.sku,
        )  # fmt: skip
