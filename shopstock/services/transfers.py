"""Transfers between places: asked for, packed by scan, dispatched, unpacked by scan, arrived.

Every function is one transaction that locks the transfer first. Scanning is in
:mod:`shopstock.services.transfers_scan`, what posts documents in :mod:`shopstock.services.transfers_post`; all of it is
reached through this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shopstock.core import lots, names
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.transfers import ScanLine, Settle, Stage, TransferFields, TransferState
from shopstock.core.units import MAX_QTY, ItemId, LocationId, Qty
from shopstock.db import clock
from shopstock.db.connection import Db, retrying, transaction
from shopstock.services.transfer_held import CHANGED, TOPICS, Held, held, touch
from shopstock.services.transfers_post import arrive, before_reversal, dispatch, note_reversed, settle_short
from shopstock.services.transfers_scan import check_items, scan, scan_rest

__all__ = [
    "TOPICS", "Created", "ScanLine", "Settle", "Stage", "TransferFields", "arrive", "before_reversal", "cancel",
    "change", "dispatch", "note_reversed", "remove_line", "request", "scan", "scan_rest", "send_now", "set_line",
    "settle_short",
]  # fmt: skip

_MOST_NOTE = 2_000


class Created(NamedTuple):
    """A transfer that was begun."""

    changes: Changes
    transfer_id: int


def request(db: Db, acting: Acting, fields: TransferFields, lines: Sequence[tuple[ItemId, Qty]]) -> Created:
    """Ask a place for goods: so much of each item; an item named twice is asked for once, with the sum.

    Raises ``Refused`` for no goods, goods without stock, or a place that would send to itself.
    """
    if not lines:
        raise Refused(_("Nothing is asked for. Scan or choose what is wanted first."))
    wanted: dict[ItemId, Qty] = {}
    for item_id, qty in lines:
        _check_qty(qty)
        wanted[item_id] = Qty(wanted.get(item_id, 0) + qty)
    return _begin(db, acting, fields, wanted)


def send_now(db: Db, acting: Acting, fields: TransferFields) -> Created:
    """Begin a transfer by packing: nobody asked for it, what is scanned is what goes."""
    return _begin(db, acting, fields, {})


def _begin(db: Db, acting: Acting, fields: TransferFields, wanted: Mapping[ItemId, Qty]) -> Created:
    acting.require(Permission.TRANSFER)

    def work() -> Created:
        with transaction(db):
            note = _checked(db, fields)
            check_items(db, wanted)
            if db.engine == "postgresql":  # for the number
                db.value("SELECT pg_advisory_xact_lock(hashtextextended('transfer', 0))")
            now = clock.now()
            transfer_id: int = db.value(
                "INSERT INTO transfer (number, from_id, to_id, note, expected_day, requested_at, requested_by, "
                "changed_at) VALUES ((SELECT coalesce(max(number), 0) + 1 FROM transfer), ?, ?, ?, ?, ?, ?, ?) "
                "RETURNING id",
                (fields.from_id, fields.to_id, note, fields.expected_day, now, acting.person_id, now),
            )
            db.run_many(
                "INSERT INTO transfer_line (transfer_id, line_no, item_id, requested_qty) VALUES (?, ?, ?, ?)",
                [(transfer_id, number, *line) for number, line in enumerate(wanted.items(), 1)],
            )
        return Created(CHANGED, transfer_id)

    return retrying(db, work)


def change(db: Db, acting: Acting, transfer_id: int, fields: TransferFields) -> Changes:
    """Change note and expected day of an open transfer; its places too, as long as nothing was packed."""
    acting.require(Permission.TRANSFER)
    with transaction(db):
        transfer = held(db, transfer_id)
        if transfer.state in (TransferState.ARRIVED, TransferState.CANCELLED):
            held(db, transfer_id, TransferState.REQUESTED)  # says why
        note = _checked(db, fields)
        if (fields.from_id, fields.to_id) != (transfer.from_id, transfer.to_id):
            held(db, transfer_id, TransferState.REQUESTED)
            if db.value("SELECT 1 FROM transfer_scan WHERE transfer_id = ? LIMIT 1", (transfer_id,)):
                raise Refused(
                    _("{number} is being packed already. Cancel it and begin another one for other places.").format(
                        number=transfer.name
                    )
                )
        db.run(
            "UPDATE transfer SET from_id = ?, to_id = ?, note = ?, expected_day = ?, changed_at = ? WHERE id = ?",
            (fields.from_id, fields.to_id, note, fields.expected_day, clock.now(), transfer_id),
        )
    return CHANGED


def set_line(db: Db, acting: Acting, transfer_id: int, item_id: ItemId, qty: Qty) -> Changes:
    """Ask for so much of an item: a new line, or another quantity of the one it has. Before dispatch only."""
    acting.require(Permission.TRANSFER)
    _check_qty(qty)
    with transaction(db):
        held(db, transfer_id, TransferState.REQUESTED)
        check_items(db, (item_id,))
        db.run(
            "INSERT INTO transfer_line (transfer_id, line_no, item_id, requested_qty) VALUES (?, "
            "(SELECT coalesce(max(line_no), 0) + 1 FROM transfer_line WHERE transfer_id = ?), ?, ?) "
            "ON CONFLICT (transfer_id, item_id) DO UPDATE SET requested_qty = excluded.requested_qty",
            (transfer_id, transfer_id, item_id, qty),
        )
        touch(db, transfer_id)
    return Changes(items=frozenset((item_id,)), topics=TOPICS)


def remove_line(db: Db, acting: Acting, transfer_id: int, item_id: ItemId) -> Changes:
    """Ask for an item no more. Before dispatch only; what was packed of it stays packed."""
    acting.require(Permission.TRANSFER)
    with transaction(db):
        held(db, transfer_id, TransferState.REQUESTED)
        db.run("DELETE FROM transfer_line WHERE transfer_id = ? AND item_id = ?", (transfer_id, item_id))
        touch(db, transfer_id)
    return Changes(items=frozenset((item_id,)), topics=TOPICS)


def cancel(db: Db, acting: Acting, transfer_id: int) -> Changes:
    """Cancel a transfer that was not dispatched: nothing moved, what was packed goes back on its shelf."""
    acting.require(Permission.TRANSFER)
    with transaction(db):
        transfer = held(db, transfer_id)
        if transfer.state == TransferState.CANCELLED:
            return Changes(existing=True)
        if transfer.state != TransferState.REQUESTED:
            raise Refused(_not_cancelled(transfer))
        now = clock.now()
        db.run(
            "UPDATE transfer SET state = 'cancelled', ended_at = ?, ended_by = ?, changed_at = ? WHERE id = ?",
            (now, acting.person_id, now, transfer_id),
        )
    return CHANGED


def _not_cancelled(transfer: Held) -> str:
    return _("{number} was dispatched: the goods are on their way. Say that they came back instead.").format(
        number=transfer.name
    )


def _checked(db: Db, fields: TransferFields) -> str:
    """Return the note as it is kept; raise ``Refused`` for places, a day or a note that cannot be."""
    if fields.from_id == fields.to_id:
        raise Refused(_("Goods are there already. Choose two different places."))
    for place in (fields.from_id, fields.to_id):
        _check_place(db, place)
    lots.check_expires(fields.expected_day or 0)
    note = "\n".join(names.clean(line) for line in fields.note.strip().splitlines())
    if len(note) > _MOST_NOTE:
        raise Refused(_("The note is longer than {most} characters. Shorten it.").format(most=_MOST_NOTE))
    return note


def _check_place(db: Db, location_id: LocationId) -> None:
    kind = db.value("SELECT kind FROM location WHERE id = ? AND active = 1", (location_id,))
    if kind is None or kind == "transit":
        raise Refused(_("There is no such place any more. Choose another one."))


def _check_qty(qty: Qty) -> None:
    if not 0 < qty <= MAX_QTY:
        raise Refused(_("A quantity must be above 0 and at most 1,000,000."))
