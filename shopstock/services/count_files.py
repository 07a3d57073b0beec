"""Take in a file of counted goods: from a batch scanner, a spreadsheet or a keyboard scanner; each file once."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from shopstock.core import counting
from shopstock.core.acting import Acting, Permission
from shopstock.core.counting import CountState, SheetState
from shopstock.core.outcome import BadFile, Changes, Refused, RefusedRow
from shopstock.core.text import _
from shopstock.core.units import Instant, ItemId, LocationId, Qty
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.formats import batch_scanner
from shopstock.formats.batch_scanner import BatchRow
from shopstock.queries import items, places
from shopstock.services import count_entries, count_held
from shopstock.services.count_entries import EntryLine
from shopstock.services.count_held import TOPICS, HeldSheet


class NotOurs(Refused):
    """A file of hardly anything but unknown codes: it is taken when somebody says that it is ours all the same."""


class Taken(NamedTuple):
    """What a file came to: rows entered, codes that nobody knows, and rows that cannot be right."""

    changes: Changes
    rows: int
    unknown: tuple[str, ...]
    refused: tuple[RefusedRow, ...]


#: From so many codes that nobody knows on, and so many in ten of all, a file is asked about: it may be another shop's.
_STRANGE, _OF_TEN = 10, 9


def take(
    db: Db, acting: Acting, count_id: int, path: str | Path, place: LocationId | None = None, *, confirmed: bool = False
) -> Taken:
    """Enter a file into a count: each row at its own place, else at ``place``, else at the only one there is.

    All of it or nothing. Raises ``Refused`` for a file that was taken before, with the day it came, for places that are
    not being counted, and unless it is ``confirmed`` for one of hardly anything but unknown codes; ``BadFile`` for what
    is no such file.
    """
    acting.require(Permission.COUNT)
    found = [row for row, _read in batch_scanner.read(path)]
    rows = [row for row in found if isinstance(row, BatchRow)]
    if not rows:
        raise BadFile(_("There is no code in this file."))
    digest = batch_scanner.digest(path)
    with transaction(db):
        count_held.held(db, count_id, CountState.OPEN)
        _check_new(db, digest)
        file_id = db.value(
            "INSERT INTO count_file (count_id, name, sha256, rows, came_at, person_id) VALUES (?, ?, ?, ?, ?, ?) "
            "RETURNING id",
            (count_id, Path(path).name[:120], digest, len(rows), clock.now(), acting.person_id),
        )
        known = _items(db, acting, rows)
        if not confirmed:
            _check_ours(db, {row.code for row in rows}, len(known))
        by_sheet: dict[int, list[EntryLine]] = {}
        device, key = Path(path).name[:80], digest[:40]
        sheets = _Sheets(db, count_id, place)
        for row in rows:
            item, qty = known.get(row.code, (None, Qty(1_000)))
            line = EntryLine(
                f"{key}/{row.line}", item, Qty(row.qty * qty // 1_000) if item is not None else row.qty, row.code,
                device, _instant(row),
            )  # fmt: skip
            by_sheet.setdefault(sheets.of(row), []).append(line)
        for sheet_id, lines in by_sheet.items():
            count_entries.enter(db, acting, sheet_id, lines, file_id=file_id)
    unknown = tuple(dict.fromkeys(row.code for row in rows if row.code not in known))
    refused = tuple(row for row in found if isinstance(row, RefusedRow))
    return Taken(Changes(topics=TOPICS), len(rows), unknown, refused)


def _check_new(db: Db, digest: str) -> None:
    came = db.value("SELECT came_at FROM count_file WHERE sha256 = ? AND active = 1", (digest,))
    if came is not None:
        day = clock.to_local(came).strftime("%Y-%m-%d %H:%M")
        raise Refused(_("This file was taken on {day} already. Nothing is counted twice.").format(day=day))


def _check_ours(db: Db, codes: set[str], known: int) -> None:
    """Raise ``Refused`` for a file that seems to be another shop's; one without items may begin with it."""
    strange = len(codes) - known
    if strange >= _STRANGE and strange * 10 >= len(codes) * _OF_TEN and db.value("SELECT 1 FROM item LIMIT 1"):
        raise NotOurs(
            _("{strange} of the {codes} codes in this file are not known here. Is it another shop's?").format(
                strange=strange, codes=len(codes)
            )
        )


def _items(db: Db, acting: Acting, rows: list[BatchRow]) -> dict[str, tuple[ItemId, Qty]]:
    rules = items.code_rules_of(db)
    known: dict[str, tuple[ItemId, Qty]] = {}
    for code in dict.fromkeys(row.code for row in rows):
        found = items.by_code(db, code, acting.location_id, rules)
        if found is not None and found.stocked:
            known[code] = (found.id, found.qty)
    return known


def _instant(row: BatchRow) -> Instant | None:
    return None if row.at is None else clock.to_instant(row.at.astimezone())


class _Sheets:
    """Finds the sheet of a row: the open round of its place."""

    def __init__(self, db: Db, count_id: int, place: LocationId | None) -> None:
        self._db = db
        self._by_place: dict[LocationId, HeldSheet] = {
            one.location_id: one
            for one in count_held.sheets(db, count_id)
            if one.state in (SheetState.OPEN, SheetState.COUNTING)
        }
        self._usual = place if place is not None else next(iter(self._by_place)) if len(self._by_place) == 1 else None
        self._named: dict[str, LocationId | None] = {"": self._usual}

    def of(self, row: BatchRow) -> int:
        """Return the sheet of a row; raise ``Refused`` where there is none."""
        if row.place not in self._named:
            found = places.by_code(self._db, row.place)
            self._named[row.place] = None if found is None else found.id
        place = self._named[row.place]
        if place is None and not row.place:
            raise Refused(_("Say at which place this file was counted."))
        one = None if place is None else self._by_place.get(place)
        if one is None:
            name = row.place or "".join(
                one.path for one in places.listed(self._db) if place is not None and one.id == place
            )
            raise Refused(_("{place} is not being counted in this count.").format(place=name))
        return one.id


def number_of(db: Db, text: str) -> int:
    """Find a count by its number (``N-0007``); raise ``Refused``."""
    number = counting.number_in(text)
    found = None if number is None else db.value("SELECT id FROM stock_count WHERE number = ?", (number,))
    if found is None:
        raise Refused(_("There is no count {number}. Numbers look like N-0007.").format(number=text[:40]))
    return int(found)
