"""The rules of write-offs: their causes, what a write-off still lacks, and up to what value nobody else is asked.

Values are at cost. A limit is what a person may write off in one day without a second person's approval.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from shopstock.core import names
from shopstock.core.acting import Role
from shopstock.core.settings import Settings
from shopstock.core.text import _
from shopstock.core.units import MONEY_SCALE, ZERO_MONEY, Day, ItemId, LocationId, Money, Qty


class Purpose(StrEnum):
    """What a cause explains: why goods are written off, why a customer brings them back, why a count differs."""

    WRITE_OFF = "write_off"
    RETURN = "return"
    COUNT = "count"


class WriteOffState(StrEnum):
    """How far a write-off is. Only an open one may be changed."""

    OPEN = "open"
    WAITING = "waiting"
    POSTED = "posted"
    REJECTED = "rejected"

    @property
    def words(self) -> str:
        """Say the state as a list shows it."""
        return {
            WriteOffState.OPEN: _("Being scanned"),
            WriteOffState.WAITING: _("Waiting for approval"),
            WriteOffState.POSTED: _("Posted"),
            WriteOffState.REJECTED: _("Rejected"),
        }[self]


class Missing(StrEnum):
    """What a write-off lacks before it can be posted."""

    GOODS = "goods"
    CAUSE = "cause"
    EVIDENCE = "evidence"

    @property
    def words(self) -> str:
        """Say what to do about it."""
        return {
            Missing.GOODS: _("Scan what is written off."),
            Missing.CAUSE: _("Choose a cause for every row."),
            Missing.EVIDENCE: _("Add a photo or a file: the cause asks for evidence."),
        }[self]


class RowId(NamedTuple):
    """What makes a row of a write-off: scans that agree in all of it are summed; ``cause`` is empty until chosen."""

    item_id: ItemId
    cause: str
    location_id: LocationId
    lot: str
    expires: Day


_BUILT_IN: dict[tuple[Purpose, str], Callable[[], str]] = {
    (Purpose.WRITE_OFF, "damage"): lambda: _("Damage"),
    (Purpose.WRITE_OFF, "expiry"): lambda: _("Expired"),
    (Purpose.WRITE_OFF, "theft"): lambda: _("Theft"),
    (Purpose.WRITE_OFF, "own_use"): lambda: _("Own use"),
    (Purpose.WRITE_OFF, "sample"): lambda: _("Sample"),
    (Purpose.WRITE_OFF, "donation"): lambda: _("Donation"),
    (Purpose.RETURN, "defective"): lambda: _("Defective"),
    (Purpose.RETURN, "wrong_item"): lambda: _("Wrong item"),
    (Purpose.RETURN, "changed_mind"): lambda: _("Changed their mind"),
    (Purpose.RETURN, "expired"): lambda: _("Expired"),
    (Purpose.RETURN, "other"): lambda: _("Other reason"),
    (Purpose.COUNT, "receiving_error"): lambda: _("Receiving error"),
    (Purpose.COUNT, "mis_scan"): lambda: _("Mis-scan"),
    (Purpose.COUNT, "unit_mistake"): lambda: _("Unit mistake"),
    (Purpose.COUNT, "misplaced"): lambda: _("Misplaced"),
    (Purpose.COUNT, "theft"): lambda: _("Theft"),
    (Purpose.COUNT, "unrecorded_damage"): lambda: _("Unrecorded damage"),
    (Purpose.COUNT, "unrecorded_return"): lambda: _("Unrecorded return"),
    (Purpose.COUNT, "supplier_short"): lambda: _("Supplier short"),
    (Purpose.COUNT, "data_entry"): lambda: _("Data entry"),
    (Purpose.COUNT, "unknown"): lambda: _("Unknown"),
}


def built_in(purpose: Purpose, key: str) -> bool:
    """Tell whether a cause came with the program."""
    return (purpose, key) in _BUILT_IN


def cause_words(purpose: Purpose, key: str, name: str = "") -> str:
    """Return a cause as people read it: its own name, the program's for the key, else the key as it stands.

    Free words of older documents are their own names.
    """
    if name:
        return name
    program = _BUILT_IN.get((purpose, key))
    return program() if program is not None else key


def slug(name: str, taken: Collection[str]) -> str:
    """Return a key for a cause of the shop's own, different from those taken; it stays when the cause is renamed."""
    plain = re.sub(r"[^a-z0-9]+", "_", names.fold(name)).strip("_")[:40] or "cause"
    key, number = plain, 1
    while key in taken:
        number += 1
        key = f"{plain}_{number}"
    return key


def number(write_off_id: int) -> str:
    """Return the number that people know a write-off by before it is posted: ``W-0007``."""
    return f"W-{write_off_id:04d}"


def number_in(text: str) -> int | None:
    """Return the write-off of a number as it is shown or typed (``W-0007``, ``7``); ``None`` for other words."""
    found = re.fullmatch(r"(?:w-?)?(\d{1,15})", text.strip(), re.IGNORECASE | re.ASCII)
    return None if found is None else int(found[1])


def limit(settings: Settings, role: Role) -> Money:
    """Return what a person of that role may write off in a day without approval; 0 asks every time."""
    whole = {
        Role.OWNER: settings.write_off_limit_owner,
        Role.INVENTORY_MANAGER: settings.write_off_limit_manager,
        Role.STOCKROOM: settings.write_off_limit_stockroom,
    }.get(role, 0)
    return Money(whole * MONEY_SCALE)


def above(value: Money, used: Money, most: Money) -> bool:
    """Tell whether a write-off needs a second person: with what was written off that day it is above the limit."""
    return most <= ZERO_MONEY or used + value > most


def missing(
    rows: Iterable[tuple[str, Qty]], needs_evidence: Collection[str], evidence: int
) -> tuple[Missing, ...]:  # fmt: skip
    """Return what a write-off of rows (cause, quantity) lacks, given the causes that ask for evidence."""
    causes = [cause for cause, qty in rows if qty > 0]
    found = []
    if not causes:
        found.append(Missing.GOODS)
    if not all(causes):
        found.append(Missing.CAUSE)
    if not evidence and not set(needs_evidence).isdisjoint(causes):
        found.append(Missing.EVIDENCE)
    return tuple(found)


def content(rows: Sequence[tuple[RowId, Qty]], evidence: Iterable[str], note: str) -> str:
    """Return a digest of all that a write-off says, for its approval to be bound to; ``evidence`` by content."""
    said = (sorted(rows), sorted(evidence), note)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]
