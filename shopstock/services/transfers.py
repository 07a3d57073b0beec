"""Transfers between places: asked for, packed by scan, dispatched, unpacked by scan, arrived.

Scans are rows that are only ever added, each under its own key, so that several stations may pack or unpack one
transfer and a scan that is sent twice counts once. Every function is one transaction that locks the transfer first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shopstock.core.acting import Acting
from shopstock.core.outcome import Changes
from shopstock.core.transfers import ScanLine, Settle, Stage, TransferFields
from shopstock.core.units import DocumentId, ItemId, Qty
from shopstock.db.connection import Db

__all__ = ["Created", "ScanLine", "Settle", "Stage", "TransferFields"]

TOPICS = frozenset(("transfers",))


class Created(NamedTuple):
    """A transfer that was begun."""

    changes: Changes
    transfer_id: int


def request(
    db: Db, acting: Acting, fields: TransferFields, lines: Sequence[tuple[ItemId, Qty]], *, key: str = ""
) -> Created:
    """Ask a place for goods: so much of each item. Raises ``Refused`` for no goods, or for a place to itself."""
    raise NotImplementedError


def send_now(db: Db, acting: Acting, fields: TransferFields) -> Created:
    """Begin a transfer by packing: nobody asked for it, what is scanned is what goes."""
    raise NotImplementedError


def change(db: Db, acting: Acting, transfer_id: int, fields: TransferFields) -> Changes:
    """Change note and expected day; the places too, as long as nothing was packed."""
    raise NotImplementedError


def set_line(db: Db, acting: Acting, transfer_id: int, item_id: ItemId, qty: Qty) -> Changes:
    """Ask for so much of an item: a new line, or another quantity of the one it has. Before dispatch only."""
    raise NotImplementedError


def remove_line(db: Db, acting: Acting, transfer_id: int, item_id: ItemId) -> Changes:
    """Ask for an item no more. Before dispatch only; what was packed of it stays packed."""
    raise NotImplementedError


def cancel(db: Db, acting: Acting, transfer_id: int) -> Changes:
    """Cancel a transfer that was not dispatched."""
    raise NotImplementedError


def scan(db: Db, acting: Acting, transfer_id: int, stage: Stage, lines: Sequence[ScanLine]) -> Changes:
    """Write a batch of scans down in one transaction; those whose key is there already count no second time."""
    raise NotImplementedError


def scan_rest(db: Db, acting: Acting, transfer_id: int, stage: Stage, key: str) -> Changes:
    """Count everything as it should be: packed as asked for, or arrived as dispatched. What was scanned stays."""
    raise NotImplementedError


def dispatch(db: Db, acting: Acting, transfer_id: int) -> Changes:
    """Send off what was packed: it is in transit until it arrives. What was not packed is not sent."""
    raise NotImplementedError


def arrive(db: Db, acting: Acting, transfer_id: int, *, complete: bool) -> Changes:
    """Book in what was counted so far. ``complete``: nothing else came, the rest is short until it is settled."""
    raise NotImplementedError


def settle_short(
    db: Db, acting: Acting, transfer_id: int, item_id: ItemId, qty: Qty, how: Settle, cause: str = ""
) -> Changes:
    """Say what became of goods that did not arrive: they came back to the sender, or are lost (with a cause)."""
    raise NotImplementedError


def note_reversed(db: Db, document_id: DocumentId) -> bool:
    """Make the figures of a transfer true again after a document of it was reversed; tell whether it was one."""
    raise NotImplementedError
