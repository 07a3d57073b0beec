"""Scan what is written off: each scan once under its own key; rows may be given another cause or lot."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shopstock.core import lots, names
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.units import MAX_QTY, NO_DAY, Day, ItemId, LocationId, Qty
from shopstock.core.write_offs import Purpose, RowId, WriteOffState
from shopstock.db import clock
from shopstock.db.connection import Db, retrying, transaction
from shopstock.queries import causes
from shopstock.services.delivery_held import check_key
from shopstock.services.write_off_held import TOPICS, held


@dataclass(frozen=True, slots=True)
class WriteOffLine:
    """One scan: ``qty`` of an item in the stock unit, negative to take a scan back.

    ``key`` names the scan: the same key counts once. ``cause`` may be chosen later (empty). ``location_id`` is where
    the goods are, unset for the place of the write-off. ``lot`` and ``expires`` name a lot, where one is known.
    """

    key: str
    item_id: ItemId
    qty: Qty
    cause: str = ""
    code: str = ""
    location_id: LocationId | None = None
    lot: str = ""
    expires: Day = NO_DAY


_IS_ROW = "write_off_id = ? AND item_id = ? AND cause = ? AND location_id = ? AND lot = ? AND expires = ?"


def scan(db: Db, acting: Acting, write_off_id: int, lines: Sequence[WriteOffLine]) -> Changes:
    """Write a batch of scans down in one transaction; those whose key is there already count no second time.

    Raises ``Refused`` for a scan of nothing, of an item without stock, a cause that is none, a place that is none, or
    for taking back more than was scanned; then nothing of the batch is written.
    """
    acting.require(Permission.WRITE_OFF)
    for line in lines:
        _check_line(line)

    def work() -> Changes:
        with transaction(db):
            place = held(db, write_off_id, WriteOffState.OPEN).location_id
            fresh = _fresh(db, write_off_id, lines)
            if not fresh:
                return Changes(existing=True)
            items = frozenset(line.item_id for line in fresh)
            _check_items(db, items)
            _check_places(db, {line.location_id for line in fresh if line.location_id is not None})
            check_causes(db, {line.cause for line in fresh if line.cause and line.qty > 0})
            now = clock.now()
            rows = [
                (
                    RowId(
                        line.item_id, line.cause, place if line.location_id is None else line.location_id,
                        lots.clean_code(line.lot), lots.check_expires(line.expires),
                    ),
                    line,
                )
                for line in fresh
            ]  # fmt: skip
            db.run_many(
                "INSERT INTO write_off_scan (write_off_id, item_id, cause, location_id, lot, expires, key, code, qty, "
                "person_id, station_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        write_off_id, *row, line.key, names.clean(line.code)[: names.MAX_NAME], line.qty,
                        acting.person_id, acting.station_id, now,
                    )
                    for row, line in rows
                ],
            )  # fmt: skip
            for row in {row for row, line in rows if line.qty < 0}:
                if db.value(f"SELECT SUM(qty) FROM write_off_scan WHERE {_IS_ROW}", (write_off_id, *row)) < 0:
                    raise Refused(_("Less of it was scanned than is taken back. Look at the rows again."))
        return Changes(items=items, topics=TOPICS)

    return retrying(db, work)


def set_cause(db: Db, acting: Acting, write_off_id: int, rows: Collection[RowId], cause: str) -> Changes:
    """Give rows a cause; rows that are then the same are one."""
    acting.require(Permission.WRITE_OFF)
    with transaction(db):
        held(db, write_off_id, WriteOffState.OPEN)
        check_causes(db, {cause})
        db.run_many(
            f"UPDATE write_off_scan SET cause = ? WHERE {_IS_ROW}", [(cause, write_off_id, *row) for row in rows]
        )
    return Changes(topics=TOPICS)


def set_lot(db: Db, acting: Acting, write_off_id: int, row: RowId, lot: str, expires: Day = NO_DAY) -> Changes:
    """Say which lot a row is of; empty for an unknown one."""
    acting.require(Permission.WRITE_OFF)
    code, day = lots.clean_code(lot), lots.check_expires(expires)
    with transaction(db):
        held(db, write_off_id, WriteOffState.OPEN)
        db.run(f"UPDATE write_off_scan SET lot = ?, expires = ? WHERE {_IS_ROW}", (code, day, write_off_id, *row))
    return Changes(topics=TOPICS)


def remove_row(db: Db, acting: Acting, write_off_id: int, row: RowId) -> Changes:
    """Take a row off a write-off. A scan of it that is sent again later counts again."""
    acting.require(Permission.WRITE_OFF)
    with transaction(db):
        held(db, write_off_id, WriteOffState.OPEN)
        db.run(f"DELETE FROM write_off_scan WHERE {_IS_ROW}", (write_off_id, *row))
    return Changes(items=frozenset((row.item_id,)), topics=TOPICS)


def check_causes(db: Db, keys: Collection[str]) -> None:
    """Raise ``Refused`` for a cause that is not offered."""
    offered = causes.causes(db, Purpose.WRITE_OFF) if keys else []
    for unknown in sorted(set(keys) - {cause.key for cause in offered}):
        raise Refused(
            _("There is no cause “{cause}”. Choose one of: {known}.").format(
                cause=names.clean(unknown)[:40], known=", ".join(f"{cause.key} ({cause.name})" for cause in offered)
            )
        )


def _check_line(line: WriteOffLine) -> None:
    check_key(line.key)
    if not line.qty:
        raise Refused(_("This code counts 0 pieces. Correct its quantity on the card of its item, then scan again."))
    if abs(line.qty) > MAX_QTY:
        raise Refused(_("A quantity must be above 0 and at most 1,000,000."))


def _fresh(db: Db, write_off_id: int, lines: Sequence[WriteOffLine]) -> list[WriteOffLine]:
    known: dict[str, int] = {}
    keys = [line.key for line in lines]
    for start in range(0, len(keys), 500):
        few = keys[start : start + 500]
        marks = ", ".join("?" * len(few))
        known.update(db.rows(f"SELECT key, write_off_id FROM write_off_scan WHERE key IN ({marks})", few))
    if any(other != write_off_id for other in known.values()):
        raise Refused(_("This scan was counted in another write-off."))
    return list({line.key: line for line in lines if line.key not in known}.values())


def _check_items(db: Db, item_ids: Collection[ItemId]) -> None:
    ids = sorted(item_ids)
    stocked: dict[int, int] = {}
    for start in range(0, len(ids), 500):
        few = ids[start : start + 500]
        stocked.update(db.rows(f"SELECT id, stocked FROM item WHERE id IN ({', '.join('?' * len(few))})", few))
    if len(stocked) < len(ids):
        raise Refused(_("One of these items is not in the catalogue any more. Look it up again."))
    if not all(stocked.values()):
        raise Refused(_("This item keeps no stock: there is nothing to write off."))


def _check_places(db: Db, location_ids: Collection[LocationId]) -> None:
    for location_id in sorted(location_ids):
        kind = db.value("SELECT kind FROM location WHERE id = ?", (location_id,))
        if kind is None or kind == "transit":
            raise Refused(_("There is no such place. Choose where the goods are."))
