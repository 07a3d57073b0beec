"""Pack and unpack a transfer: scans written down in batches, each once under its own key.

Scans are rows that are only ever added, so that several stations may pack or unpack one transfer and a scan that is
sent twice counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shopstock.core import names
from shopstock.core.acting import Acting, Permission
from shopstock.core.lots import MAX_CODE
from shopstock.core.outcome import Changes, Refused
from shopstock.core.receiving import Condition
from shopstock.core.text import _
from shopstock.core.transfers import ON_THE_WAY, ScanLine, Stage, TransferState
from shopstock.core.units import MAX_QTY, ItemId, LocationId, Qty
from shopstock.db import clock
from shopstock.db.connection import Db, retrying, transaction
from shopstock.queries import transfer_lines
from shopstock.services.delivery_held import check_key
from shopstock.services.transfer_held import TOPICS, Held, held

_INSERT = (
    "INSERT INTO transfer_scan (transfer_id, stage, key, item_id, code, qty, condition, lot, expires, location_id, "
    "note, person_id, station_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def scan(db: Db, acting: Acting, transfer_id: int, stage: Stage, lines: Sequence[ScanLine]) -> Changes:
    """Write a batch of scans down in one transaction; those whose key is there already count no second time.

    Packing goes on until the transfer is dispatched, unpacking until it has arrived. Raises ``Refused`` for a scan of
    nothing, of an item without stock, at a place of another shop, or for taking back more than was scanned; then
    nothing of the batch is written.
    """
    acting.require(Permission.TRANSFER)
    for line in lines:
        _check_line(line, stage)

    def work() -> Changes:
        with transaction(db):
            transfer = _held(db, transfer_id, stage)
            fresh = _fresh(db, transfer_id, lines)
            if not fresh:
                return Changes(existing=True)
            items = frozenset(line.item_id for line in fresh)
            check_items(db, items)
            for place in {line.location_id for line in fresh if line.location_id is not None}:
                _check_place(db, transfer, stage, place)
            _write(db, acting, transfer_id, stage, fresh)
            if any(line.qty < 0 for line in fresh):
                _check_not_below(db, transfer_id, stage, fresh)
        return Changes(items=items, topics=TOPICS)

    return retrying(db, work)


def scan_rest(db: Db, acting: Acting, transfer_id: int, stage: Stage, key: str) -> Changes:
    """Count what is missing as if it were there: packed as asked for, or arrived good as dispatched.

    What was scanned stays as it is; the same ``key`` counts once.
    """
    acting.require(Permission.TRANSFER)
    check_key(f"{key}-{2**63}")

    def work() -> Changes:
        with transaction(db):
            _held(db, transfer_id, stage)
            missing = []
            for item_id, row in transfer_lines.figures(db, transfer_id, stage).items():
                expected = row.requested if stage is Stage.DISPATCH else row.in_transit
                qty = Qty(expected - row.counted - row.damaged_now)
                if qty > 0:
                    missing.append(ScanLine(f"{key}-{item_id}", item_id, qty))
            fresh = _fresh(db, transfer_id, missing)
            if not fresh:
                return Changes(existing=True)
            items = frozenset(line.item_id for line in fresh)
            check_items(db, items)
            _write(db, acting, transfer_id, stage, fresh)
        return Changes(items=items, topics=TOPICS)

    return retrying(db, work)


def check_items(db: Db, item_ids: Iterable[ItemId]) -> None:
    """Raise ``Refused`` for items that are not in the catalogue or keep no stock."""
    ids = sorted(item_ids)
    known: dict[int, tuple[int, str]] = {}
    for start in range(0, len(ids), 500):
        few = ids[start : start + 500]
        for item_id, stocked, name in db.rows(
            f"SELECT id, stocked, name FROM item WHERE id IN ({', '.join('?' * len(few))})", few
        ):
            known[item_id] = (stocked, name)
    if len(known) < len(set(ids)):
        raise Refused(_("One of these items is not in the catalogue any more. Look it up again."))
    for stocked, name in known.values():
        if not stocked:
            raise Refused(_("{item} keeps no stock: it cannot be transferred.").format(item=name))


def _held(db: Db, transfer_id: int, stage: Stage) -> Held:
    if stage is Stage.DISPATCH:
        return held(db, transfer_id, TransferState.REQUESTED)
    if stage is Stage.ARRIVE:
        return held(db, transfer_id, *ON_THE_WAY)
    raise ValueError(f"nothing is scanned for {stage}")


def _check_line(line: ScanLine, stage: Stage) -> None:
    check_key(line.key)
    if not line.qty:
        raise Refused(_("This code counts 0 pieces. Correct its quantity on the card of its item, then scan again."))
    if abs(line.qty) > MAX_QTY:
        raise Refused(_("A quantity must be above 0 and at most 1,000,000."))
    if len(line.lot) > MAX_CODE:
        raise Refused(_("The code of a lot has at most {most} characters.").format(most=MAX_CODE))
    if stage is Stage.DISPATCH and line.condition != Condition.GOOD:
        raise Refused(_("Damaged goods are not sent. Set them aside, or write them off."))


def _fresh(db: Db, transfer_id: int, lines: Sequence[ScanLine]) -> list[ScanLine]:
    known: dict[str, int] = {}
    keys = [line.key for line in lines]
    for start in range(0, len(keys), 500):
        few = keys[start : start + 500]
        marks = ", ".join("?" * len(few))
        known.update(db.rows(f"SELECT key, transfer_id FROM transfer_scan WHERE key IN ({marks})", few))
    if any(other != transfer_id for other in known.values()):
        raise Refused(_("This scan was counted in another transfer."))
    fresh = {line.key: line for line in reversed(lines) if line.key not in known}
    return list(reversed(fresh.values()))


def _check_place(db: Db, transfer: Held, stage: Stage, place: LocationId) -> None:
    end, other = transfer.from_id, transfer.to_id
    if stage is Stage.ARRIVE:
        end, other = other, end
    row = db.row(
        "SELECT p.name, p.kind, p.active, COALESCE(p.shop_id, p.id) = COALESCE(e.shop_id, e.id), e.name "
        "FROM location p JOIN location e ON e.id = ? WHERE p.id = ?",
        (end, place),
    )
    if row is None or not row[2] or row[1] == "transit":
        raise Refused(_("There is no such place any more. Choose another one."))
    if place == other:
        raise Refused(
            _("{place} is the other end of {number}. Scan another place.").format(place=row[0], number=transfer.name)
        )
    if not row[3]:
        raise Refused(
            _("{place} is in another shop than {end}. Scan a place of the same shop.").format(place=row[0], end=row[4])
        )


def _write(db: Db, acting: Acting, transfer_id: int, stage: Stage, lines: Iterable[ScanLine]) -> None:
    now = clock.now()
    db.run_many(
        _INSERT,
        [
            (
                transfer_id, stage.value, line.key, line.item_id, line.code, line.qty, line.condition.value,
                names.clean(line.lot), line.expires or None, line.location_id, names.clean(line.note),
                acting.person_id, acting.station_id, now,
            )
            for line in lines
        ],
    )  # fmt: skip


def _check_not_below(db: Db, transfer_id: int, stage: Stage, lines: Iterable[ScanLine]) -> None:
    for item_id, condition in {(line.item_id, line.condition) for line in lines}:
        left = db.value(
            "SELECT SUM(qty) FROM transfer_scan WHERE transfer_id = ? AND stage = ? AND item_id = ? AND condition = ? "
            "AND document_id IS NULL",
            (transfer_id, stage.value, item_id, condition.value),
        )
        if left < 0:
            raise Refused(_("Less of it was scanned than is taken back. Look at the list again."))
